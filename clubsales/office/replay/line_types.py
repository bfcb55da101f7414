"""Every type of line, with its fields and what they may hold."""

from collections.abc import Mapping

from clubsales.leads.disputes.rules import LONGEST_REASON
from clubsales.leads.followups.rules import Channel, ContactOutcome
from clubsales.leads.people.rules import LONGEST_NAME
from clubsales.office.replay import shapes
from clubsales.office.replay.shapes import FieldShape

ROLES = (
    *("consultant", "supervisor", "club_manager", "sales_director", "general_manager", "deputy_gm"),
    *("finance_clerk", "sales_admin", "receptionist"),
)
STAFF = shapes.code("staff")
AMOUNTS = frozenset({"amount", "price", "floor_price", "base_pay"})

LINE_TYPES: Mapping[str, Mapping[str, FieldShape]] = {
    "club": {
        "code": shapes.must(shapes.short(20)),
        "name": shapes.must(shapes.short(120)),
        "business_hours": shapes.maybe(shapes.hours),
        "timezone": shapes.maybe(shapes.zone),
        "currency": shapes.maybe(shapes.currency),
    },
    "staff": {
        "code": shapes.introduces("staff"),
        "name": shapes.must(shapes.short(60)),
        "role": shapes.must(shapes.choice(*ROLES)),
        "kind": shapes.maybe(shapes.choice("inside", "outside")),
        "team": shapes.maybe(shapes.short(60)),
        "base_pay": shapes.maybe(shapes.amount(zero=True)),
        "level": shapes.maybe(shapes.whole),
    },
    "team_changed": {"staff": STAFF, "team": shapes.must(shapes.short(60))},
    "card_type": {
        "code": FieldShape(shapes.short(40), introduces="card_type"),
        "name": shapes.must(shapes.short(80)),
        "kind": shapes.must(shapes.choice("term", "visits", "stored_value", "activity", "package", "goods")),
        "price": shapes.maybe(shapes.amount(zero=True)),
        "floor_price": shapes.maybe(shapes.amount(zero=True)),
        "days": shapes.maybe(shapes.whole),
        "visits": shapes.maybe(shapes.whole),
        "no_discount": shapes.maybe(shapes.flag),
    },
    "target": {
        "staff": STAFF,
        "month": shapes.must(shapes.month),
        "amount": shapes.must(shapes.amount(zero=True)),
    },
    "roster": {
        "staff": STAFF,
        "date": shapes.must(shapes.day),
        "shift": shapes.must(shapes.choice("early", "late")),
    },
    "shift_opened": {"by": STAFF},
    "shift_closed": {
        "by": STAFF,
        "acknowledged_by": shapes.maybe(STAFF),
        "override_by": shapes.maybe(STAFF),
        "reason": shapes.maybe(shapes.text),
    },
    "status_changed": {
        "by": STAFF,
        "status": shapes.must(shapes.choice("on_post", "meal", "meeting", "away")),
        "override_by": shapes.maybe(STAFF),
        "reason": shapes.maybe(shapes.text),
    },
    "lead_captured": {
        "by": STAFF,
        "phone": shapes.must(shapes.phone),
        "name": shapes.must(shapes.short(LONGEST_NAME)),
        "source": shapes.must(
            shapes.choice("walk_in", "phone", "online", "flyer", "sweep", "referral", "event")
        ),
    },
    "lead_claimed": {"by": STAFF, "phone": shapes.must(shapes.phone)},
    "follow_up": {
        "by": STAFF,
        "phone": shapes.must(shapes.phone),
        "channel": shapes.must(shapes.choice(*Channel)),
        "outcome": shapes.must(shapes.choice(*ContactOutcome)),
        "contacted_at": shapes.maybe(shapes.instant),
    },
    "appointment_made": {
        "by": shapes.maybe(STAFF),
        "consultant": STAFF,
        "phone": shapes.must(shapes.phone),
        "name": shapes.maybe(shapes.short(LONGEST_NAME)),
        "due_at": shapes.must(shapes.instant),
        "reported_to": shapes.maybe(STAFF),
    },
    "trial_pass_issued": {
        "code": shapes.introduces("trial_pass"),
        "consultant": shapes.maybe(STAFF),
        "valid_until": shapes.maybe(shapes.day),
    },
    "gift_coupon_issued": {"code": shapes.introduces("gift_coupon")},
    "guest_arrived": {
        "guest": shapes.introduces("guest"),
        "phone": shapes.maybe(shapes.phone),
        "name": shapes.maybe(shapes.short(LONGEST_NAME)),
        "trial_pass": shapes.maybe(shapes.code("trial_pass")),
        "gift_coupon": shapes.maybe(shapes.code("gift_coupon")),
        "business_card": shapes.maybe(STAFF),
        "asks_for": shapes.maybe(STAFF),
        "came_with": shapes.maybe(shapes.code("guest")),
    },
    "off_duty_authorised": {"by": STAFF, "consultant": STAFF, "guest": shapes.maybe(shapes.code("guest"))},
    "guest_seen_out": {"guest": shapes.code("guest")},
    "reception_tried": {"by": STAFF, "guest": shapes.code("guest")},
    "sale_opened": {
        "sale": shapes.introduces("sale"),
        "card_type": shapes.code("card_type"),
        "price": shapes.must(shapes.amount(zero=True)),
        "kind": shapes.must(shapes.choice("new", "reopen", "transfer", "renewal", "upgrade", "goods")),
        "guest": shapes.maybe(shapes.code("guest")),
        "phone": shapes.maybe(shapes.phone),
        "consultant": STAFF,
        "discount_approved_by": shapes.maybe(STAFF),
    },
    "receipt": {
        "sale": shapes.code("sale"),
        "amount": shapes.must(shapes.amount()),
        "method": shapes.must(shapes.choice("cash", "card", "wechat", "alipay", "transfer", "online")),
        "taken_by": shapes.maybe(STAFF),
        "paid_at": shapes.maybe(shapes.instant),
        "event_id": shapes.maybe(shapes.short(120)),
    },
    "refund": {
        "sale": shapes.code("sale"),
        "amount": shapes.must(shapes.amount()),
        "by": STAFF,
        "event_id": shapes.maybe(shapes.short(120)),
    },
    "payment_link_made": {"sale": shapes.code("sale"), "by": STAFF},
    "self_purchase": {
        "sale": shapes.introduces("sale"),
        "phone": shapes.must(shapes.phone),
        "card_type": shapes.code("card_type"),
        "price": shapes.must(shapes.amount(zero=True)),
    },
    "dispute_opened": {"sale": shapes.code("sale"), "by": STAFF},
    "dispute_ruled": {
        "sale": shapes.code("sale"),
        "by": STAFF,
        "shares": FieldShape(shapes.split, required=False, refers_to="staff"),
        "confirm": shapes.maybe(shapes.yes),
        "reason": shapes.maybe(shapes.words(LONGEST_REASON)),
    },
    "assessment": {
        "staff": STAFF,
        "month": shapes.must(shapes.month),
        "results": shapes.must(shapes.points),
        "ability": shapes.must(shapes.points),
        "attitude": shapes.must(shapes.points),
    },
    "month_closed": {"month": shapes.must(shapes.month), "by": STAFF},
}
