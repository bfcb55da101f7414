"""The lines of a history: their fields, the codes they introduce and refer to.

A history is checked whole before anything runs, so an error leaves nothing behind.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from clubsales.leads.followups.rules import Channel, ContactOutcome
from clubsales.leads.people.rules import LONGEST_NAME
from clubsales.money import CNY, Currency, MalformedAmount, Money
from clubsales.office.replay import shapes
from clubsales.office.replay.shapes import FieldShape, Reader

LONGEST_SHOWN = 60  # of a field's name in a message


class HistoryError(ValueError):
    """A history that cannot be run: which line, which field, what is wrong with it."""

    def __init__(self, number: int, message: str, field_name: str | None = None) -> None:
        place = f"line {number}: {field_name[:LONGEST_SHOWN]}: " if field_name else f"line {number}: "
        # One message is one line, whatever a field's name or a code holds.
        super().__init__("".join(c if c.isprintable() else "?" for c in place + message))


@dataclass(frozen=True, slots=True)
class Line:
    """One checked line: values are parsed, codes are known."""

    number: int
    at: datetime
    type: str
    values: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.values.get(name)


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
}
# In the format, but of features this version does not have yet.
NOT_YET = frozenset({"dispute_opened", "dispute_ruled", "assessment", "month_closed"})


@dataclass(slots=True)
class _Known:
    """What earlier lines said: the codes they introduced, by kind, and the currency of every amount."""

    currency: Currency = CNY
    codes: dict[str, set[str]] = field(default_factory=dict)

    def introduce(self, kind: str, code: str) -> None:
        known = self.codes.setdefault(kind, set())
        if code in known:
            raise ValueError(f"{code} was introduced before")
        known.add(code)

    def demand(self, kind: str, code: str) -> None:
        if code not in self.codes.get(kind, set()):
            raise ValueError(f"no earlier line introduced {code}")


def decoded(lines: Iterable[bytes]) -> Iterator[str]:
    """The lines of a file as text. Raises HistoryError at the first that is no UTF-8."""
    for number, line in enumerate(lines, start=1):
        try:
            yield line.decode("utf-8")
        except UnicodeDecodeError:
            raise HistoryError(number, "is no UTF-8 text") from None


def read_history(lines: Iterable[str]) -> list[Line]:
    """Check and parse a whole history. Raises HistoryError at the first line that is wrong."""
    known = _Known()
    history: list[Line] = []
    for number, text in enumerate(lines, start=1):
        if not text.strip():
            continue
        line = _read_line(number, text, known)
        if not history and line.type != "club":
            raise HistoryError(number, "the first line must be the club", "type")
        if history and line.type == "club":
            raise HistoryError(number, "there is one club line, the first", "type")
        if history and line.at < history[-1].at:
            raise HistoryError(number, "is before the line above", "at")
        history.append(line)
    if not history:
        raise HistoryError(1, "the history is empty")
    return history


def _read_line(number: int, text: str, known: _Known) -> Line:
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError):
        raise HistoryError(number, "is no JSON") from None
    if not isinstance(raw, dict):
        raise HistoryError(number, "must be a JSON object")
    for name in ("at", "type"):
        if name not in raw:
            raise HistoryError(number, "is missing", name)
    kind = raw["type"]
    if not isinstance(kind, str) or kind not in LINE_TYPES:
        known_later = isinstance(kind, str) and kind in NOT_YET
        message = f"{kind} is not supported by this version" if known_later else "no such line type"
        raise HistoryError(number, message, "type")
    at = _field(number, "at", shapes.instant, raw["at"])
    values = _read_fields(number, kind, raw, known)
    for name in ("paid_at", "contacted_at"):
        if values.get(name) and values[name] > at:
            raise HistoryError(number, "is later than the line", name)
    return Line(number, at, kind, values)


def _read_fields(number: int, kind: str, raw: Mapping[str, Any], known: _Known) -> dict[str, Any]:
    shapes = LINE_TYPES[kind]
    for name in raw:
        if name not in shapes and name not in ("at", "type"):
            raise HistoryError(number, "no such field", name)
    values: dict[str, Any] = {}
    for name, shape in shapes.items():
        if name not in raw:
            if shape.required:
                raise HistoryError(number, "is missing", name)
            continue
        values[name] = _field(number, name, shape.read, raw[name])
        if shape.refers_to:
            _field(number, name, partial(known.demand, shape.refers_to), values[name])
    for name, shape in shapes.items():
        if shape.introduces and name in values:
            _field(number, name, partial(known.introduce, shape.introduces), values[name])
    _check_amounts(number, kind, values, known)
    _check_together(number, kind, values)
    return values


def _check_amounts(number: int, kind: str, values: Mapping[str, Any], known: _Known) -> None:
    """Amounts must be amounts of the club's currency: no yen has a hundredth."""
    if kind == "club":
        known.currency = Currency(values.get("currency", CNY))
    for name in sorted(AMOUNTS & values.keys()):
        try:
            Money.parse(values[name], known.currency)
        except MalformedAmount:
            raise HistoryError(number, f"is no amount in {known.currency}", name) from None


def _check_together(number: int, kind: str, values: Mapping[str, Any]) -> None:
    """What one field alone cannot tell."""
    if (
        kind == "card_type"
        and {"price", "floor_price"} <= values.keys()
        and Decimal(values["floor_price"]) > Decimal(values["price"])
    ):
        raise HistoryError(number, "is above the price", "floor_price")


def _field(number: int, name: str, read: Reader, value: Any) -> Any:
    try:
        return read(value)
    except ValueError as error:
        raise HistoryError(number, str(error), name) from None
