"""Every door that takes something: who may open it, its address, and a form it would take."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import uuid4

from clubsales.consultants.checklists.rules import Occasion
from clubsales.consultants.checklists.starters import KNOWN_SHIFTS, starter
from tests.builders import PASSWORD
from tests.integration.frontdesk.push_service import Subscriber
from tests.journeys.lively import Lively

Fields = Mapping[str, str | list[str]]
NEW_PASSWORD = "seven-green-kettles"
COMMISSION_PLAN: Fields = {
    "name": "内销提成方案",
    "kind": "inside",
    "level": "",
    "valid_from": "2026-04-01",
    "base": "4000",
    "mode": "whole",
    "from_0": "0",
    "rate_0": "3",
    "from_1": "30000",
    "rate_1": "8",
    "renewal": "80",
    "own_goods": "1",
    "payable": "cooling_off",
    "version": "1",
}
CHECKLIST: Fields = {
    "code": ["uniform", "mirrors"],
    "zh_Hans": ["工服整洁、穿着齐全", "镜子已擦干净"],
    "en": ["My uniform is clean and complete", "The mirrors are clean"],
    "seen": "1",
}

CONTRACT: Fields = {
    "buyer": "陈晨",
    "phone": "13800138000",
    "papers": ["id_card", "residence_permit"],
    "payment": "签约时一次付清",
    "address": "人民路1号",
    "email": "chen@example.com",
    "emergency": "陈父 13900139000",
    "supplement": "带父母参观两次",
    "remarks": "下午来",
    "language": "zh_Hans",
    "promise_kind": ["gift", "freeze"],
    "promise_text": ["送毛巾", ""],
    "promise_due": ["2026-03-20", ""],
}
MARKS: Fields = {
    "points-knowledge": "6",
    "points-tour": "6.5",
    "points-closing": "5",
    "points-discipline": "3",
    "count-service": "1",
    "percent-satisfaction": "86.5",
    "note-tour": "跟班看过",
    "words": "继续努力",
}
SHEET: Fields = {
    "code": ["completion", "skill", "manners"],
    "part": ["results", "ability", "attitude"],
    "zh_Hans": ["销售额完成率", "专业能力", "服务态度"],
    "en": ["Sales against target", "Skill", "Manners"],
    "weight": ["70", "20", "10"],
    "source": ["completion", "manual", "manual"],
    "full_at": ["100", "100", "100"],
    "seen": "0",
}


@dataclass(frozen=True)
class Door:
    """A POST door. `secret`: it compares a password or PIN, which costs time and locks people out."""

    who: str
    address: str
    fields: Fields = field(default_factory=dict)
    as_json: bool = False
    secret: bool = False


def post_doors(club: Lively) -> dict[str, Door]:
    """All of them, by endpoint, with the ids of this club."""
    sale = {
        "card_type": club.card_type,
        "phone": "13800138000",
        "name": "陈晨",
        "price": "3980",
        "kind": "new",
        "consultant": club.consultant,
        "method": "cash",
        "terminal_reference": "POS-1",
    }
    return {
        "auth.sign_in_post": Door(
            "", "/sign-in", {"username": "linjing", "password": PASSWORD, "next": "/leads"}, secret=True
        ),
        "auth.switch_post": Door(
            "", "/switch", {"face": club.staff, "pin": "4826", "next": "/"}, secret=True
        ),
        "auth.confirm_password_post": Door(
            "manager", "/confirm-password", {"password": PASSWORD, "next": "/sales"}, secret=True
        ),
        "auth.account_password": Door(
            "manager",
            "/account/password",
            {"current": PASSWORD, "password": NEW_PASSWORD},
            secret=True,
        ),
        "auth.account_pin": Door(
            "manager", "/account/pin", {"pin-current": PASSWORD, "pin-pin": "5937"}, secret=True
        ),
        "auth.sign_out": Door("lin", "/sign-out"),
        "auth.choose_club": Door("lin", "/clubs/choose", {"club": "a2b3c4d5e6f7"}),
        "auth.choose_locale": Door("", "/locale", {"locale": "en"}),
        "auth.choose_theme": Door("lin", "/theme", {"theme": "dark"}),
        "auth.enrol_device": Door("manager", "/devices", {"name": "平板", "purpose": "tablet"}),
        "auth.revoke_device": Door("manager", f"/devices/{club.device}/revoke"),
        "posts.open_shift": Door(
            "supervisor",
            "/floor/shift",
            {"done": list(starter(Occasion.OPENING, "early").codes), "shift": "early", "calls": "20"},
        ),
        "posts.change_status": Door("ma", "/floor/status", {"status": "meal"}),
        "posts.close_shift": Door(
            "ma",
            "/floor/closing",
            {
                "done": [code for shift in KNOWN_SHIFTS for code in starter(Occasion.CLOSING, shift).codes],
                "number": "1",
                "note": "没有",
            },
        ),
        "posts.set_plan": Door(
            "lin",
            "/floor/plan",
            {"calls": "20", "visits": "3", "flyers": "50", "sales": "1", "plan_note": "老会员"},
        ),
        "posts.offer_handover": Door(
            "zhou", "/floor/handover", {"to": club.consultant, "handover_note": "泳池门卡在抽屉"}
        ),
        "posts.withdraw_handover": Door("zhou", "/floor/handover/withdraw"),
        "posts.take_over": Door("lin", f"/floor/handover/{club.handover}/take"),
        "posts.take_over_by_pin": Door(
            "zhou", f"/floor/handover/{club.handover}/pin", {"pin": "4826"}, secret=True
        ),
        "takings.count": Door(
            "desk",
            "/takings",
            {
                "cash": "100",
                "card": "",
                "explanation": "找错零",
                "submission_key": str(uuid4()),
            },
        ),
        "posts.release": Door(
            "manager", f"/floor/{club.consultant}/release", {"into": "meal", "reason": "家里有事"}
        ),
        "reception.receive": Door(
            "desk",
            "/desk/guests",
            {
                "phone": "13900139000",
                "name": "李雷",
                "asks_for": club.consultant,
                "card": club.consultant,
                "came_with": club.guest,
                "code": club.moving_code,
                "passes": [],
                "person": "",
                "wait": "1",
                "submission_key": str(uuid4()),
            },
        ),
        "reception.see_out": Door(
            "desk", f"/guests/{club.guest}/seen-out", {"outcome": "be_back", "toured": "y"}
        ),
        "reception.accept": Door("lin", f"/guests/{club.guest}/accept"),
        "reception.come_forward": Door("lin", "/guests/come-forward"),
        "reception.assign": Door(
            "supervisor", f"/guests/{club.waiting}/assign", {"consultant": club.free, "reason": "他们约好了"}
        ),
        "reception.let_others": Door("desk", f"/guests/{club.waiting}/let-others"),
        "reception.contest": Door(
            "desk", f"/guests/{club.guest}/contest", {"consultant": club.free, "note": "上周是他接的"}
        ),
        "alerts.subscribe": Door(
            "lin",
            "/alerts/subscriptions",
            Subscriber("https://push.example.com/a").sent(),  # type: ignore[arg-type]
            as_json=True,
        ),
        "reception.authorise_off_duty": Door(
            "manager",
            f"/guests/{club.waiting}/off-duty",
            {"consultant": club.consultant, "reason": "人手不够"},
        ),
        "reception.identify": Door(
            "desk", f"/guests/{club.waiting}/phone", {"phone": "13900139001", "name": "韩梅"}
        ),
        "intake.capture": Door(
            "lin",
            "/leads",
            {
                "phone": "13900139002",
                "name": "小明",
                "source": "phone",
                "interest": "瑜伽",
                "grade": "B",
                "note": "周末来",
                "consent": "y",
                "own_flyer": "",
                "referrer": "",
                "mine": "y",
                "submission_key": str(uuid4()),
            },
        ),
        "intake.lose": Door("lin", f"/leads/{club.free_lead}/lost", {"reason": "price"}),
        "intake.regain": Door("lin", f"/leads/{club.free_lead}/regain"),
        "intake.enquire": Door(
            "",
            f"/enquiry/{club.club}",
            {
                "name": "李雷",
                "phone": "13900139010",
                "call": "evening",
                "interest": "想了解年卡",
                "consent": "y",
                "website": "",
                "submission_key": str(uuid4()),
            },
        ),
        "sources.rename_kind": Door("manager", "/leads/sources/sweep/name", {"name": "扫街"}),
        "sources.use_kind": Door("manager", "/leads/sources/sweep/use", {"used": "0"}),
        "sources.add": Door("manager", "/leads/sources/flyer/add", {"name": "地铁口", "under": ""}),
        "sources.rename": Door("manager", f"/leads/sources/own/{club.own_source}/name", {"name": "万象天地"}),
        "sources.use": Door("manager", f"/leads/sources/own/{club.own_source}/use", {"used": "0"}),
        "intake.edit": Door(
            "lin",
            f"/leads/{club.lead}",
            {
                "name": "陈晨",
                "interest": "游泳",
                "grade": "A",
                "urgency": "month",
                "budget": "四千以内",
                "decides": "和爱人商量",
                "source": "flyer",
                "own_flyer": club.own_source,
                "birthday": "1990-05-04",
                "note": "回电",
                "consent": "y",
            },
        ),
        "disclosures.probe": Door("lin", "/leads/probe", {"phone": "13800138000"}),
        "disclosures.reveal": Door("zhou", f"/leads/{club.held_lead}/reveal"),
        "privacy.anonymise": Door(
            "manager", f"/leads/{club.free_lead}/anonymise", {"because": "asked", "sure": "y"}
        ),
        "matches.merge": Door(
            "manager",
            f"/leads/matches/{club.double}/{club.double_of}/merge",
            {"keep": club.double, "take-name": club.double_of, "reason": "同一个人"},
        ),
        "matches.different": Door("manager", f"/leads/matches/{club.double}/{club.double_of}/different"),
        "matches.undo": Door("manager", f"/leads/matches/merges/{club.merge}/undo"),
        "matches.with_phone": Door(
            "manager", f"/leads/matches/of/{club.doubled_lead}", {"phone": "139 0013 8000"}
        ),
        "details.change": Door(
            "lin",
            f"/leads/{club.doubled_lead}/details",
            {"wechat": "xiaoming", "email": "a@example.com", "address": "福田区"},
        ),
        "details.add_phone": Door(
            "lin", f"/leads/{club.doubled_lead}/phones", {"phone": "139 0013 9999", "label": "home"}
        ),
        "details.remove_phone": Door(
            "lin", f"/leads/{club.doubled_lead}/phones/remove", {"phone": "+862158880001"}
        ),
        "details.show_first": Door(
            "lin", f"/leads/{club.doubled_lead}/phones/first", {"phone": "+862158880001"}
        ),
        "details.join": Door(
            "lin",
            f"/leads/{club.doubled_lead}/household",
            {"name": "小丽", "birthday": "2015-05-01", "relation": "child"},
        ),
        "details.leave": Door(
            "lin", f"/leads/{club.doubled_lead}/household/leave", {"person": club.housemate}
        ),
        "lists.save": Door("lin", "/leads/filters", {"name": "周末回电", "view": "all", "grade": "A"}),
        "lists.rename": Door(
            "lin", f"/leads/filters/{club.saved_filter}/rename", {"name": "热客", "view": "all"}
        ),
        "lists.delete": Door("lin", f"/leads/filters/{club.saved_filter}/delete", {"view": "all"}),
        "lists.take_out": Door(
            "manager",
            "/leads/export",
            {"view": "all", "grade": "A", "since": "2026-01-01", "until": "2026-03-31", "quiet": "7"},
        ),
        "claims.claim": Door("lin", f"/leads/{club.free_lead}/claim"),
        "claims.release": Door("lin", f"/leads/{club.held_lead}/release"),
        "reception.make_mine": Door("lin", f"/guests/{club.guest}/claim"),
        "handovers.make": Door(
            "manager",
            f"/leads/hand-over/from/{club.consultant}",
            {
                "reason": "离职",
                "starts_on": "2026-03-09",
                "ends_on": "2026-03-20",
                "to": [club.free],
                "step": "hand_over",
                "submission_key": str(uuid4()),
            },
        ),
        "handovers.undo": Door("manager", f"/leads/hand-over/{club.hand_over}/undo"),
        "followups.log": Door(
            "lin",
            f"/leads/{club.free_lead}/contact",
            {
                "contact": "call-answered",
                "note": "想看泳池",
                "next_what": "约参观",
                "next_in": "3",
                "next_channel": "call",
                "aim": "yes",
                "next_on": "2026-03-20",
                "earlier_on": "2026-03-09",
                "earlier_at": "10:30",
                "submission_key": str(uuid4()),
            },
        ),
        "followups.correct": Door(
            "lin",
            f"/contacts/{club.contact}/correct",
            {
                "contact": "call-no_answer",
                "note": "没人接",
                "aim": "no",
                "earlier_on": "",
                "earlier_at": "",
                "submission_key": str(uuid4()),
            },
        ),
        "followups.forbid": Door("desk", f"/leads/{club.free_lead}/do-not-call", {"why": "asked"}),
        "followups.lift": Door("desk", f"/leads/{club.free_lead}/may-call", {"why": "agreed"}),
        "scripts.add": Door(
            "supervisor", "/leads/scripts", {"situation": "price", "title": "分期", "body": "可以分期。"}
        ),
        "scripts.save": Door(
            "supervisor",
            "/leads/scripts/opening",
            {"situation": "first_call", "title": "开场", "body": "{guest}您好"},
        ),
        "scripts.move": Door("manager", "/leads/scripts/opening/move", {"direction": "down"}),
        "scripts.retire": Door("manager", "/leads/scripts/opening/retire"),
        "followups.finish": Door("lin", f"/follow-ups/{club.follow_up}/done"),
        "appointments.make": Door(
            "desk",
            "/appointments",
            {
                "person": "",
                "phone": "13900139003",
                "name": "韩梅",
                "consultant": club.consultant,
                "day": "2026-03-10",
                "other_day": "",
                "time": "15:30",
                "other_time": "",
                "report_to": club.colleague,
                "note": "想看泳池",
            },
        ),
        "appointments.move": Door(
            "lin",
            f"/appointments/{club.appointment}/move",
            {"day": "2026-03-11", "other_day": "", "time": "10:00", "other_time": ""},
        ),
        "appointments.report": Door(
            "lin", f"/appointments/{club.appointment}/report", {"to": club.colleague}
        ),
        "appointments.cancel": Door("lin", f"/appointments/{club.appointment}/cancel", {"reason": "出差"}),
        "appointments.conclude": Door(
            "lin",
            f"/appointments/{club.kept_appointment}/outcome",
            {"outcome": "be_back", "next": "set", "day": "2026-03-20", "time": "18:00"},
        ),
        "appointments.explain": Door(
            "lin", f"/appointments/{club.missed_appointment}/missed", {"because": "forgot"}
        ),
        "appointments.reassign": Door(
            "lin", f"/appointments/{club.appointment}/reassign", {"consultant": club.free}
        ),
        "appointments.remind": Door("lin", f"/appointments/{club.appointment}/reminded"),
        "passes.issue_trial": Door(
            "supervisor",
            "/passes/trial",
            {
                "consultant": club.consultant,
                "count": "2",
                "days": "14",
                "last_day": "",
                "submission_key": str(uuid4()),
            },
        ),
        "passes.issue_coupons": Door(
            "desk",
            "/passes/coupons",
            {"count": "2", "days": "14", "last_day": "", "submission_key": str(uuid4())},
        ),
        "passes.issue_card": Door("lin", "/passes/card"),
        "passes.revoke": Door("lin", f"/passes/{club.trial_pass}/revoke"),
        "passes.revoke_coupon": Door("desk", f"/passes/{club.coupon}/revoke-coupon"),
        "sales.open_sale": Door("manager", "/sell", {**sale, "submission_key": str(uuid4())}),
        "sales.sell_for_cash": Door(
            "desk",
            "/sell/cash",
            {
                **sale,
                "quantity": "2",
                "more-0-card_type": club.card_type,
                "more-0-quantity": "1",
                "more-0-price": "",
                "more-0-gift": "",
                "more-0-gift_reason": "",
                "submission_key": str(uuid4()),
            },
        ),
        "sales.give_up": Door("manager", f"/sales/{club.open_sale}/give-up"),
        "sales.book_receipt": Door(
            "desk",
            f"/sales/{club.open_sale}/receipts",
            {
                "amount": "100",
                "method": "card",
                "terminal_reference": "POS-2",
                "submission_key": str(uuid4()),
            },
        ),
        "reservations.file": Door(
            "lin",
            "/reservations/new",
            {
                "card_type": club.card_type,
                "phone": "13800138000",
                "name": "陈晨",
                "kind": "new",
                "price": "3980",
                "deposit": "200",
                "note": "下周签约",
                "charges_shown": "y",
                "submission_key": str(uuid4()),
            },
        ),
        "reservations.answer": Door(
            "finance", f"/reservations/{club.asked_reservation}/answer", {"answer": "approve", "reason": ""}
        ),
        "reservations.file_again": Door(
            "lin",
            f"/reservations/{club.refused_reservation}/again",
            {"deposit": "300", "note": "已补", "submission_key": str(uuid4())},
        ),
        "reservations.take_deposit": Door(
            "finance",
            f"/reservations/{club.approved_reservation}/deposit",
            {
                "amount": "100",
                "method": "cash",
                "terminal_reference": "POS-3",
                "submission_key": str(uuid4()),
            },
        ),
        "reservations.link_deposit": Door("lin", f"/reservations/{club.approved_reservation}/link"),
        "reservations.take_back": Door(
            "lin", f"/reservations/{club.approved_reservation}/take-back", {"reason": "不要了"}
        ),
        "reservations.ask_withdrawal": Door(
            "lin", f"/reservations/{club.held_reservation}/withdraw", {"reason": "搬家"}
        ),
        "reservations.consent": Door(
            "manager",
            f"/reservations/{club.withdrawing_reservation}/consent",
            {"answer": "approve", "by_cheque": "y"},
        ),
        "reservations.decide_lapsed": Door(
            "manager",
            f"/reservations/{club.lapsed_reservation}/decide",
            {"answer": "refund", "reason": "客户住院", "by_cheque": ""},
        ),
        "reservations.pay_out": Door(
            "finance",
            f"/reservations/{club.paid_out_reservation}/pay-out",
            {
                "papers_back": "y",
                "signature": "M20 100L120 40L220 160L320 60",
                "submission_key": str(uuid4()),
            },
        ),
        "contracts.fill": Door(
            "lin",
            f"/contracts/new/{club.bare_sale}",
            {**CONTRACT, "submission_key": str(uuid4())},
        ),
        "contracts.change": Door(
            "lin",
            f"/contracts/{club.draft_contract}/edit",
            {**CONTRACT, "submission_key": str(uuid4())},
        ),
        "contracts.submit": Door("lin", f"/contracts/{club.draft_contract}/submit"),
        "contracts.answer": Door(
            "finance", f"/contracts/{club.submitted_contract}/answer", {"answer": "approve", "reason": ""}
        ),
        "contracts.void": Door("lin", f"/contracts/{club.draft_contract}/void", {"reason": "不买了"}),
        "contracts.sign": Door(
            "lin",
            f"/contracts/{club.approved_contract}/sign",
            {
                "shown": club.shown_text,
                "signature": "M20 100L120 40L220 160L320 60",
                "promises_shown": "1",
                "present": "1",
                "pin": "",
                "submission_key": str(uuid4()),
            },
        ),
        "contracts.archive": Door(
            "finance", f"/contracts/{club.signed_contract}/archive", {"place": "A柜3层"}
        ),
        "contracts.keep_promise": Door("desk", f"/contracts/{club.signed_contract}/promises/1"),
        "contracts.hand_copy": Door("desk", f"/contracts/{club.signed_contract}/copies/1"),
        "documents.make_again": Door("lin", f"/contracts/{club.signed_contract}/paper"),
        "documents.send_contract": Door(
            "lin", f"/contracts/{club.signed_contract}/mail", {"address": "ouyang@example.com"}
        ),
        "receivables.agree": Door(
            "lin",
            f"/sales/{club.overdue_sale}/instalments",
            {
                "parts-0-due_on": "2026-03-20",
                "parts-0-amount": "1880",
                "parts-1-due_on": "2026-04-20",
                "parts-1-amount": "2000",
                "submission_key": str(uuid4()),
            },
        ),
        "receivables.confirm_arrears": Door("manager", f"/sales/{club.overdue_sale}/arrears"),
        "sales.make_link": Door("lin", f"/sales/{club.part_paid_sale}/link"),
        "sales.refund": Door(
            "finance",
            f"/sales/{club.paid_sale}/refund",
            {"amount": "10", "reason": "搬家", "submission_key": str(uuid4())},
        ),
        "credits.rebate": Door(
            "finance",
            f"/credit/sales/{club.paid_sale}/rebate",
            {"amount": "10", "note": "介绍费", "submission_key": str(uuid4())},
        ),
        "sales.send_refunds": Door("finance", f"/sales/{club.refunded_sale}/refunds/send"),
        **_of_disputes(club),
        "webhooks.stripe": Door("", "/webhooks/stripe", {"id": "evt_1", "type": "x"}, as_json=True),
        **_of_members_wishes(club),
        "cards.freeze": Door("desk", f"/cards/{club.card}/freeze"),
        "cards.unfreeze": Door("desk", f"/cards/{club.card}/unfreeze"),
        "cards.issue_code": Door("desk", f"/cards/{club.card}/codes"),
        "cards.revoke_code": Door("desk", f"/cards/{club.card}/codes/revoke"),
        "cards.renew_link": Door("desk", f"/cards/{club.card}/link"),
        **_of_cards(club),
        "checkin.scan": Door(
            "desk", "/check-in/scan", {"code": club.moving_code, "nonce": uuid4().hex}, as_json=True
        ),
        "backtest.ask": Door(
            "manager",
            "/back-tests/new",
            {
                "period": "days",
                "first_day": "2026-02-01",
                "last_day": "2026-03-08",
                "outside_share": "66.5",
                "valid_days": "10",
                "outcomes": ["met", "answered"],
                "tracked_guest": "receiver",
                "friend_share": "20",
                "shown_1": "name",
                "shown_2": "appointment",
                "shown_3": "",
                "shown_4": "",
                "proxy_share": "30%",
                "coupon": "off",
                "basis": "contract_at_first_receipt",
                "submission_key": str(uuid4()),
            },
        ),
        "catalogue.add_card_type": Door(
            "manager",
            "/price-list/new",
            {
                "kind": "term",
                "name": "季卡",
                "name_en": "Quarter",
                "description": "三个月",
                "description_en": "Three months",
                "price": "1280",
                "floor_price": "1000",
                "days": "90",
                "visits": "",
                "all_clubs": "y",
                "online": "y",
                "no_discount": "y",
                "code": "quarter",
            },
        ),
        "catalogue.reprice": Door(
            "manager", f"/price-list/{club.card_type}", {"price": "3999", "floor_price": "3500"}
        ),
        "catalogue.set_pay": Door(
            "manager", f"/price-list/{club.card_type}/pay", {"set_up_fee": "200", "referral": "50"}
        ),
        "catalogue.save_edit": Door(
            "manager",
            f"/price-list/{club.limited_card_type}/edit",
            {
                "name": "创始会员卡",
                "name_en": "Founders",
                "days": "365",
                "people_max": "2",
                "facilities": ["pool", "spa"],
                "windows-0-days": ["1", "2"],
                "windows-0-from_": "09:00",
                "windows-0-to": "17:00",
            },
        ),
        "catalogue.save_terms": Door(
            "manager",
            f"/price-list/{club.limited_card_type}/terms",
            {
                "start_rule": "first_use",
                "start_within_days": "30",
                "freeze_allowed": "y",
                "freeze_times_max": "2",
                "freeze_fee": "20",
                "transfer_allowed": "y",
                "transfer_share": "5",
                "refund_allowed": "y",
                "refund_share": "10",
                "used_at_single": "30",
                "contract_needed": "y",
            },
        ),
        "catalogue.save_places": Door(
            "manager", f"/price-list/{club.limited_card_type}/places", {"quota": "40", "deposit": "300"}
        ),
        "catalogue.save_package": Door(
            "manager",
            f"/price-list/{club.package}/package",
            {"items-0-card_type": club.card_type, "items-0-quantity": "2"},
        ),
        "catalogue.take_back_price": Door(
            "manager", f"/price-list/{club.limited_card_type}/prices/{club.price_to_come}/take-back"
        ),
        "catalogue.publish_promotion": Door(
            "manager",
            "/promotions/new",
            {
                "name": "周年庆",
                "name_en": "Anniversary",
                "first_day": "2031-03-10",
                "last_day": "2031-03-20",
                "card_type": club.card_type,
                "sale_kinds": ["new", "renewal"],
                "discount": "10",
                "extra_days": "30",
                "gift": "",
            },
        ),
        "catalogue.withdraw_promotion": Door("manager", f"/promotions/{club.promotion}/withdraw"),
        "catalogue.add_facility": Door("manager", "/facilities", {"name": "攀岩馆", "name_en": "Climbing"}),
        "catalogue.begin_facilities": Door("manager", "/facilities/begin"),
        "catalogue.rename_facility": Door(
            "manager", f"/facilities/{club.hall}/rename", {"name": "拳击馆", "name_en": "Boxing"}
        ),
        "catalogue.archive_facility": Door("manager", f"/facilities/{club.hall}/archive"),
        "catalogue.put_back_facility": Door("manager", f"/facilities/{club.hall}/put-back"),
        "discounts.ask": Door(
            "lin",
            "/discounts",
            {
                "card_type": club.card_type,
                "discount_price": "3600",
                "discount_reason": "老会员介绍",
                "kind": "new",
                "guest": "",
                "phone": "13800138000",
                "name": "陈晨",
            },
        ),
        "discounts.withdraw": Door("lin", f"/discounts/{club.asked_discount}/withdraw"),
        "discounts.approve": Door(
            "manager", f"/discounts/{club.asked_discount}/approve", {"granted": "3700", "answer": "可以"}
        ),
        "discounts.refuse": Door(
            "manager", f"/discounts/{club.asked_discount}/refuse", {"answer": "本月名额已满"}
        ),
        "catalogue.sell_online": Door("manager", f"/price-list/{club.offline_card_type}/online"),
        "catalogue.take_offline": Door("manager", f"/price-list/{club.card_type}/offline"),
        "website.order": Door(
            "",
            f"/club/{club.club}/cards/{club.card_type}",
            {
                "name": "李雷",
                "phone": "13900139011",
                "consent": "y",
                "website": "",
                "submission_key": str(uuid4()),
            },
        ),
        "catalogue.withdraw": Door("manager", f"/price-list/{club.card_type}/withdraw"),
        "catalogue.put_back": Door("manager", f"/price-list/{club.card_type}/put-back"),
        "leave.file": Door(
            "lin",
            "/leave",
            {
                "kind": "annual",
                "first": "2026-03-10",
                "length": "1",
                "other_first": "2026-04-20",
                "other_last": "2026-04-22",
                "from_noon": "y",
                "until_noon": "y",
                "reason": "家里有事",
            },
        ),
        "leave.withdraw": Door("zhou", f"/leave/{club.leave}/withdraw"),
        "leave.decide": Door(
            "director", f"/leave/{club.leave}/decide", {"answer": "refuse", "note": "那天有活动"}
        ),
        "leave.end": Door(
            "director",
            f"/leave/{club.running_leave}/end",
            {"back": "2026-03-09", "other_day": "2026-03-10", "half": "noon", "reason": "事情办完了"},
        ),
        "leave.mark_away": Door(
            "manager", "/leave/away", {"first_day": "2026-03-09", "last_day": "2026-03-10"}
        ),
        "leave.end_away": Door("manager", f"/leave/away/{club.away}/end"),
        "checklists.publish": Door("manager", "/checklists/opening/early", CHECKLIST),
        "checklists.arrange": Door("manager", "/checklists/opening/early/arrange?do=add", CHECKLIST),
        "checklists.acknowledge": Door("lin", "/checklists/opening/early/read", {"number": "1"}),
        "notices.write": Door(
            "manager",
            "/notices",
            {
                "title": "周六停水",
                "body": "早上 8 点到 10 点",
                "first_day": "2026-03-09",
                "last_day": "2026-03-14",
                "submission_key": str(uuid4()),
            },
        ),
        "notices.withdraw": Door("supervisor", f"/notices/{club.notice}/withdraw"),
        "notices.read": Door("lin", f"/notices/{club.notice}/read"),
        "commission.start": Door("manager", "/commission-plans/new", COMMISSION_PLAN),
        "commission.change": Door(
            "manager", f"/commission-plans/drafts/{club.plan_draft}", COMMISSION_PLAN | {"name": "改过的方案"}
        ),
        "commission.discard": Door(
            "manager", f"/commission-plans/drafts/{club.plan_draft}/discard", {"version": "1"}
        ),
        "commission.publish": Door(
            "manager",
            f"/commission-plans/drafts/{club.plan_draft}/publish",
            {"version": "1", "reason": "新季度"},
        ),
        "statements.acknowledge": Door("lin", f"/money/statements/{club.statement}/acknowledge", _keyed({})),
        "statements.object_to": Door(
            "ma", f"/money/statements/{club.other_statement}/object", _keyed({"words": "少了一单"})
        ),
        "statements.confirm": Door(
            "manager",
            f"/money/statements/{club.objected_statement}/confirm",
            _keyed({"words": "看过了，下个月补上"}),
        ),
        "statements.compare_list": Door("lin", "/money/list", {"month": "2026-03", "file": "list.csv"}),
        "closing.approve": Door("finance", "/months/2026-03/approve", {"seen": "0" * 64}),
        "closing.close": Door(
            "manager", "/months/2026-03/close", _keyed({"seen": "0" * 64, "reason": "考核下月补"})
        ),
        "closing.save_figures": Door(
            "finance",
            "/months/figures",
            {
                "month": "2026-03",
                f"benefit-{club.consultant}": "200",
                f"note-benefit-{club.consultant}": "餐补",
                f"expense-{club.consultant}": "1200.50",
            },
        ),
        "closing.record_payout": Door(
            "finance",
            "/months/2026-02/payout",
            _keyed(
                {"day": "2026-03-09", "statement": f"{club.other_statement}.411940", "reference": "W-0309"}
            ),
        ),
        "targets.save": Door(
            "manager",
            "/targets",
            {
                "month": "2026-03",
                "kind": "sales",
                "do": "issue",
                "how": "shifts",
                "growth": "",
                "club": "150000",
                f"amount-{club.consultant}": "50000",
                "reason": "周末加班",
            },
        ),
        "targets.save_year": Door(
            "manager",
            "/targets/year",
            {
                "year": "2026",
                "kind": "sales",
                "of": "",
                "do": "issue",
                "how": "evenly",
                "growth": "",
                "whole": "1200000",
                "quarter-1": "300000",
                "month-04": "110000",
                "reason": "",
            },
        ),
        "targets.save_weeks": Door(
            "manager",
            "/targets/weeks",
            {
                "month": "2026-03",
                "kind": "sales",
                "of": club.consultant,
                "do": "issue",
                "week-2026-03-09": "12000",
                "reason": "",
            },
        ),
        "assessment.issue": Door("manager", "/assessments/issue", {"period": "month", "month": "2026-03"}),
        "assessment.send_all": Door("manager", "/assessments/send", {"period": "month", "month": "2026-02"}),
        "assessment.approve_all": Door(
            "laoban", "/assessments/approve", {"period": "quarter", "month": "2025-10"}
        ),
        "assessment.assess_self": Door(
            "lin",
            f"/assessments/{club.assessment}/self",
            {"points-tour": "6.5", "note-tour": "带看 40 次", "words": "这个月不错"},
        ),
        "assessment.mark": Door("manager", f"/assessments/{club.assessment}/marks", MARKS),
        "assessment.review": Door(
            "manager",
            f"/assessments/{club.assessment}/review",
            {
                **MARKS,
                **{
                    f"points-{code}": "3"
                    for code in ("completion", "conversion", "follow_up", "leads_touched", "punctuality")
                },
                **{
                    f"note-{code}": "上月的记录在纸上"
                    for code in ("completion", "conversion", "follow_up", "leads_touched", "punctuality")
                },
                "bonus": "1.5",
                "note-bonus": "主动带新人",
            },
        ),
        "assessment.silent": Door("manager", f"/assessments/{club.silent_assessment}/silent"),
        "assessment.send": Door("manager", f"/assessments/{club.marked_assessment}/send"),
        "assessment.confirm": Door("ma", f"/assessments/{club.sent_assessment}/confirm"),
        "assessment.object_to": Door(
            "ma", f"/assessments/{club.sent_assessment}/object", {"words": "客户满意度的分数不对"}
        ),
        "assessment.approve": Door("laoban", f"/assessments/{club.confirmed_assessment}/approve"),
        "assessment.hear_colleague": Door(
            "zhou",
            f"/assessments/{club.quarter_assessment}/colleague",
            {"points-development": "7", "note-development": ""},
        ),
        "assessment.hear_guests": Door(
            "manager",
            f"/assessments/{club.quarter_assessment}/guests",
            {"points-communication": "5", "words": "前台问了十位会员"},
        ),
        "assessment.plan_training": Door(
            "manager",
            f"/assessments/{club.marked_assessment}/training",
            {"aim": "带看成交率 30%", "steps": "每周两次跟班", "due_on": "2026-04-30"},
        ),
        "assessment.finish_training": Door(
            "manager", f"/assessments/training/{club.training_plan}/done", {"outcome": "已达 32%"}
        ),
        "assessment.arrange_sheet": Door("manager", "/assessments/sheets/month/arrange?do=add", SHEET),
        "assessment.publish_sheet": Door(
            "manager", "/assessments/sheets/month", {**SHEET, "valid_from": "2026-04"}
        ),
        "assessment.set_day": Door(
            "manager",
            "/assessments/calendar",
            {"day": "2026-10-08", "name": "店庆", "is_worked": "y"},
        ),
        "assessment.remove_day": Door("manager", "/assessments/calendar/remove", {"day": "2026-03-13"}),
        "targets.seen": Door("lin", "/targets/seen", {"month": "2026-03", "sequence": "2"}),
        "staff.hire": Door(
            "manager",
            "/staff/new",
            {
                "name": "新人",
                "username": "xinren",
                "role": "trainee",
                "kind": "inside",
                "team": "一组",
                "password": NEW_PASSWORD,
                "pin": "7391",
            },
            secret=True,
        ),
        "reviews.propose": Door(
            "supervisor",
            "/reviews",
            {
                "kind": "fine",
                "consultant": club.consultant,
                "offence": "other",
                "happened_on": "2026-03-08",
                "amount": "20",
                "words": "没有写日报",
            },
        ),
        "reviews.decide": Door(
            "manager",
            f"/reviews/{club.case}/decide",
            {"choice": "fine", "amount": "60", "level": "2", "valid_from": "2026-04-01", "words": "属实"},
        ),
        "reviews.dismiss": Door("manager", f"/reviews/{club.case}/dismiss", {"dismiss-words": "是打印错误"}),
        "reviews.acknowledge": Door(
            "lin", f"/reviews/{club.decided_case}/acknowledge", {"answer-answer": "知道了"}
        ),
        "staff.change_code": Door("manager", f"/staff/{club.staff}/code", {"code-code": "1007"}),
        "staff.change_pay": Door(
            "manager",
            f"/staff/{club.staff}/pay",
            {
                "pay-level": "2",
                "pay-base": "4500",
                "pay-probation_until": "2026-06-30",
                "pay-valid_from": "2026-04-01",
                "pay-reason": "转正",
            },
        ),
        "staff.change_place": Door(
            "manager", f"/staff/{club.colleague}/place", {"place-kind": "inside", "place-team": "二组"}
        ),
        "staff.give_role": Door("manager", f"/staff/{club.staff}/roles", {"role-role": "receptionist"}),
        "staff.take_role": Door("manager", f"/staff/{club.colleague}/roles/supervisor/take"),
        "staff.reset_password": Door(
            "manager", f"/staff/{club.staff}/password", {"password-password": NEW_PASSWORD}, secret=True
        ),
        "staff.reset_pin": Door("manager", f"/staff/{club.staff}/pin", {"pin-pin": "6284"}, secret=True),
        "staff.end_employment": Door("manager", f"/staff/{club.colleague}/leave"),
        "roster.put_cell": Door(
            "supervisor",
            "/roster/cell",
            {"cell": f"{club.free}/{club.roster_day}", "brush": "shift:late"},
        ),
        "roster.move": Door(
            "supervisor",
            "/roster/move",
            {"cell": f"{club.consultant}/{club.roster_day}", "to": f"{club.free}/{club.roster_day}"},
        ),
        "roster.put_week": Door(
            "manager",
            "/roster/whole-week",
            {"whole": f"{club.free}/{club.roster_day}", "brush": "shift:early"},
        ),
        "roster.copy": Door("manager", "/roster/copy", {"week": club.roster_day, "person": club.consultant}),
        "roster.undo_copy": Door(
            "supervisor",
            "/roster/copy/undo",
            {"week": club.copied_week, "copied_at": club.copied_at},
        ),
        "roster.ask": Door(
            "lin",
            f"/roster/shifts/{club.roster_shift}/swap",
            {"colleague": club.free, "for_entry": "", "note": "孩子生病"},
        ),
        "roster.answer": Door("zhou", f"/roster/swaps/{club.asked_swap}/answer", {"agrees": "yes"}),
        "roster.decide": Door(
            "supervisor", f"/roster/swaps/{club.agreed_swap}/decide", {"decision": "approve", "note": ""}
        ),
        "roster.withdraw": Door("lin", f"/roster/swaps/{club.asked_swap}/withdraw"),
        "roster.make_calendar": Door("lin", "/roster/calendar"),
        "roster.revoke_calendar": Door("lin", "/roster/calendar/revoke"),
        "staff.make_first_manager": Door(
            "", f"/first-manager/{club.first_manager}", {"organisation_name": "甲"}, secret=True
        ),
    }


def _of_cards(club: Lively) -> dict[str, Door]:
    """What the desk takes from cards, gives to them, and who shares them."""
    value, coached, shared = (
        f"/cards/{card}" for card in (club.value_card, club.session_card, club.family_card)
    )
    return {
        "cards.use_value": Door(
            "desk", f"{value}/value", {"amount": "20", "what": "毛巾", "submission_key": str(uuid4())}
        ),
        "cards.undo_value": Door("desk", f"{value}/value/{club.value_move}/undo"),
        "cards.take_visits": Door(
            "desk", f"{coached}/visits", {"visits": "1", "what": "私教", "submission_key": str(uuid4())}
        ),
        "cards.undo_visits": Door("desk", f"{coached}/visits/{club.session_move}/undo"),
        "cards.extend": Door("manager", f"{shared}/extend", {"days": "7", "visits": "", "reason": "停业"}),
        "cards.add_person": Door("desk", f"{shared}/people", {"phone": "13800130013"}),
        "cards.remove_person": Door("desk", f"{shared}/people/{club.sharer}/remove"),
    }


def _of_disputes(club: Lively) -> dict[str, Door]:
    words = {"words": "我带他参观的"}
    split = {f"share-{club.consultant}": "40", f"share-{club.free}": "60", "reason": "看接待记录"}
    decision = {**split, "step": "do", "conduct_of": club.consultant, "conduct_note": "在前台争吵"}
    return {
        "disputes.open": Door("zhou", f"/sales/{club.arguable_sale}/dispute", _keyed(words)),
        "disputes.state": Door("lin", f"/disputes/{club.open_case}/statement", _keyed(words)),
        "disputes.withdraw": Door("zhou", f"/disputes/{club.open_case}/withdraw", _keyed(words)),
        "disputes.object": Door("lin", f"/disputes/{club.settled_case}/object", _keyed(words)),
        "disputes.appeal": Door("zhou", f"/disputes/{club.ruled_case}/appeal", _keyed(words)),
        "disputes.settle": Door("supervisor", f"/disputes/{club.open_case}/settle", _keyed(decision)),
        "disputes.rule": Door("manager", f"/disputes/{club.open_case}/rule", _keyed(decision)),
        "disputes.appeal_ruling": Door(
            "director", f"/disputes/{club.appealed_case}/appeal-ruling", _keyed(decision)
        ),
    }


def _keyed(fields: Mapping[str, str]) -> Fields:
    return {**fields, "submission_key": str(uuid4())}


def _of_members_wishes(club: Lively) -> dict[str, Door]:
    """What is asked for a card, and money asked back for it."""
    wish: Fields = {"last_day": "", "phone": "", "name": "", "reason": "出差", "submission_key": str(uuid4())}
    return {
        "services.take_up": Door("desk", f"/cards/{club.quiet_card}/services/freeze", dict(wish)),
        "services.refuse": Door("desk", f"/services/{club.asked_service}/refuse", {"answer": "条款不允许"}),
        "services.withdraw": Door("desk", f"/services/{club.asked_service}/withdraw"),
        "services.try_again": Door("desk", f"/services/{club.stuck_service}/again"),
        "services.member_asks": Door("", f"/card/{club.quiet_link}/services/freeze", dict(wish)),
        "services.member_withdraws": Door(
            "", f"/card/{club.asked_link}/services/{club.asked_service}/withdraw"
        ),
        "returns.ask": Door(
            "desk",
            f"/cards/{club.quiet_card}/refund",
            {"amount": "", "units": "", "value": "", "reason": "搬家了", "submission_key": str(uuid4())},
        ),
        "returns.answer": Door(
            "manager",
            f"/returns/{club.asked_return}/answer",
            {"verdict": "yes", "reason": "同意", "submission_key": str(uuid4())},
        ),
        "returns.withdraw": Door("desk", f"/returns/{club.asked_return}/withdraw"),
        "returns.pay_out": Door(
            "finance", f"/returns/{club.approved_return}/payout", {"submission_key": str(uuid4())}
        ),
        "returns.member_asks": Door(
            "", f"/card/{club.quiet_link}/refund", {"reason": "搬家了", "submission_key": str(uuid4())}
        ),
        "returns.member_withdraws": Door(
            "", f"/card/{club.asked_return_link}/refund/{club.asked_return}/withdraw"
        ),
    }
