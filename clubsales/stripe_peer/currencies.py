"""Currencies that can be charged, their digits, and the least that can be charged in each."""

from decimal import Decimal
from typing import Final

from babel.numbers import format_currency

_CODES: Final = """
usd aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd bwp byn bzd
cad cdf chf clp cny cop crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gnf gtq gyd
hkd hnl htg huf idr ils inr isk jmd jod jpy kes kgs khr kmf krw kwd kyd kzt lak lbp lkr lrd lsl mad
mdl mga mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd omr pab pen pgk php pkr pln
pyg qar ron rsd rub rwf sar sbd scr sek sgd shp sle sos srd std szl thb tjs tnd top try ttd twd tzs
uah ugx uyu uzs vnd vuv wst xaf xcd xof xpf yer zar zmw
"""
SUPPORTED: Final = frozenset(_CODES.split())
_WITHOUT_DECIMALS: Final = frozenset(
    ["bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf"]
)
_THREE_DECIMALS: Final = frozenset(["bhd", "jod", "kwd", "omr", "tnd"])
# Minor units. Stripe publishes no minimum of its own for the renminbi: what counts is the settlement currency's
# minimum (HK$4.00, US$0.50), which CN¥4.00 covers.
_MINIMUM: Final = {
    "usd": 50,
    "aed": 200,
    "aud": 50,
    "brl": 50,
    "cad": 50,
    "chf": 50,
    "cny": 400,
    "czk": 1500,
    "dkk": 250,
    "eur": 50,
    "gbp": 30,
    "hkd": 400,
    "huf": 17500,
    "inr": 50,
    "jpy": 50,
    "mxn": 1000,
    "myr": 200,
    "nok": 300,
    "nzd": 50,
    "pln": 200,
    "ron": 200,
    "sek": 300,
    "sgd": 50,
    "thb": 1000,
}
MAXIMUM: Final = 99_999_999
_ALIPAY: Final = frozenset(["cny", "aud", "cad", "eur", "gbp", "hkd", "jpy", "myr", "nzd", "sgd", "usd"])
_WECHAT_PAY: Final = frozenset(
    ["cny", "aud", "cad", "chf", "dkk", "eur", "gbp", "hkd", "jpy", "nok", "sek", "sgd", "usd"]
)


def digits(currency: str) -> int:
    """Decimal places of the currency as the API counts it."""
    if currency in _WITHOUT_DECIMALS:
        return 0
    return 3 if currency in _THREE_DECIMALS else 2


def minimum(currency: str) -> int:
    """The least that can be charged, in minor units; 50 units' worth where Stripe names none."""
    return _MINIMUM.get(currency, 50)


def display(amount: int, currency: str, locale: str = "en") -> str:
    """An amount in minor units, written for people."""
    value = Decimal(amount).scaleb(-digits(currency))
    return format_currency(value, currency.upper(), locale=locale)


def methods_for(currency: str) -> tuple[str, ...]:
    """Payment methods that a one-off payment in this currency can use."""
    methods = ["card"]
    if currency in _ALIPAY:
        methods.append("alipay")
    if currency in _WECHAT_PAY:
        methods.append("wechat_pay")
    return tuple(methods)
