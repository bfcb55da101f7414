"""The words of the hosted page, in the languages it speaks; it follows the payer, not the shop's program."""

from typing import Final

from werkzeug.datastructures import LanguageAccept

ENGLISH: Final = "en"
CHINESE: Final = "zh-Hans"

WORDS: Final[dict[str, dict[str, str]]] = {
    ENGLISH: {
        "practice": "Practice payment: no money moves.",
        "title": "Pay %(business)s",
        "total": "Total",
        "card": "Pay by card",
        "alipay": "Pay with Alipay",
        "wechat_pay": "Pay with WeChat Pay",
        "back": "Back without paying",
        "others": "Try another outcome",
        "by": "Method",
        "card_name": "Card",
        "alipay_name": "Alipay",
        "wechat_pay_name": "WeChat Pay",
        "declined": "Decline the payment",
        "later_paid": "Confirm later: succeeds",
        "later_failed": "Confirm later: fails",
        "was_declined": "The payment was declined. Nothing was charged; try again or choose another method.",
        "paid": "This is paid.",
        "processing": "The payment is being confirmed.",
        "failed": "The payment failed after it was submitted. Nothing was charged.",
        "expired": "This payment page has expired. Nothing was charged.",
        "unknown": "There is no such payment page.",
        "return": "Back to the shop",
    },
    CHINESE: {
        "practice": "演示付款：不会真的扣钱。",
        "title": "付款给%(business)s",
        "total": "合计",
        "card": "银行卡付款",
        "alipay": "支付宝付款",
        "wechat_pay": "微信支付",
        "back": "不付了，返回",
        "others": "试试其他结果",
        "by": "付款方式",
        "card_name": "银行卡",
        "alipay_name": "支付宝",
        "wechat_pay_name": "微信支付",
        "declined": "付款被拒绝",
        "later_paid": "稍后确认：成功",
        "later_failed": "稍后确认：失败",
        "was_declined": "付款被拒绝，没有扣款。请重试或换一种方式。",
        "paid": "已经付好了。",
        "processing": "正在确认付款。",
        "failed": "提交之后付款失败，没有扣款。",
        "expired": "付款页面已过期，没有扣款。",
        "unknown": "没有这个付款页面。",
        "return": "返回商家",
    },
}


def language(asked: str | None, accepted: LanguageAccept) -> str:
    """The language to speak: what was asked for by name, else what the browser accepts."""
    if asked not in (None, "", "auto"):
        return CHINESE if asked.lower().startswith("zh") else ENGLISH
    for tag in accepted.values():
        if tag.lower().startswith("zh"):
            return CHINESE
        if tag.lower().startswith("en"):
            return ENGLISH
    return ENGLISH
