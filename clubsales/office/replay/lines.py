"""What a history line may say: its fields, their shapes, the codes it introduces and refers to.

A history is checked whole before anything runs, so an error leaves nothing behind.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from decimal import Decimal
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from babel.numbers import list_currencies

from clubsales.errors import Refused
from clubsales.leads.people.rules import normalise_phone

Reader = Callable[[Any], Any]


class HistoryError(ValueError):
    """A history that cannot be run: which line, which field, what is wrong with it."""

    def __init__(self, number: int, message: str, field_name: str | None = None) -> None:
        place = f"line {number}: {field_name}: " if field_name else f"line {number}: "
        super().__init__(place + message)


@dataclass(frozen=True, slots=True)
class Line:
    """One checked line: values are parsed, codes are known."""

    number: int
    at: datetime
    type: str
    values: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.values.get(name)


@dataclass(frozen=True, slots=True)
class FieldShape:
    """How a field is read; `refers_to` a kind of code, or `introduces` one."""

    read: Reader
    required: bool = True
    refers_to: str | None = None
    introduces: str | None = None


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("must be a text that is not empty")
    return value


def _choice(*allowed: str) -> Reader:
    def read(value: Any) -> str:
        if value not in allowed:
            raise ValueError(f"must be one of {', '.join(allowed)}")
        return str(value)

    return read


def _amount(*, zero: bool = False) -> Reader:
    def read(value: Any) -> str:
        if not isinstance(value, str) or not re.fullmatch(r"[0-9]{1,11}\.[0-9]{2}", value):
            raise ValueError('must be an amount with two decimals, like "3980.00"')
        if not zero and not value.strip("0."):
            raise ValueError("must be above zero")
        return value

    return read


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 100_000:
        raise ValueError("must be a whole number above zero")
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def _phone(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("must be a text")
    try:
        return normalise_phone(value)
    except Refused:
        raise ValueError("is no phone number") from None


def _instant(value: Any) -> datetime:
    if not isinstance(value, str):
        raise ValueError("must be an ISO 8601 time with an offset")
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        raise ValueError("must be an ISO 8601 time with an offset") from None
    if at.tzinfo is None:
        raise ValueError("must have an offset, like +08:00")
    return at


def _zone(value: Any) -> ZoneInfo:
    if not isinstance(value, str) or value not in available_timezones():
        raise ValueError("is no time zone")
    return ZoneInfo(value)


def _currency(value: Any) -> str:
    if not isinstance(value, str) or value not in list_currencies():
        raise ValueError("is no currency")
    return value


def _hours(value: Any) -> tuple[time, time]:
    if not isinstance(value, list) or len(value) != 2:
        raise ValueError('must be two times, like ["09:00", "22:00"]')
    try:
        opens, closes = (time.fromisoformat(item) for item in value)
    except (TypeError, ValueError):
        raise ValueError('must be two times, like ["09:00", "22:00"]') from None
    return opens, closes


def _code(kind: str) -> FieldShape:
    return FieldShape(_text, refers_to=kind)


def _new(kind: str) -> FieldShape:
    return FieldShape(_text, introduces=kind)


def _maybe(shape: FieldShape | Reader) -> FieldShape:
    if isinstance(shape, FieldShape):
        return FieldShape(shape.read, False, shape.refers_to, shape.introduces)
    return FieldShape(shape, False)


def _must(read: Reader) -> FieldShape:
    return FieldShape(read)


ROLES = (
    *("consultant", "supervisor", "club_manager", "sales_director", "general_manager", "deputy_gm"),
    *("finance_clerk", "sales_admin", "receptionist"),
)
STAFF = _code("staff")

LINE_TYPES: Mapping[str, Mapping[str, FieldShape]] = {
    "club": {
        "code": _must(_text),
        "name": _must(_text),
        "business_hours": _maybe(_hours),
        "timezone": _maybe(_zone),
        "currency": _maybe(_currency),
    },
    "staff": {
        "code": _new("staff"),
        "name": _must(_text),
        "role": _must(_choice(*ROLES)),
        "kind": _maybe(_choice("inside", "outside")),
        "team": _maybe(_text),
        "base_pay": _maybe(_amount(zero=True)),
        "level": _maybe(_whole),
    },
    "team_changed": {"staff": STAFF, "team": _must(_text)},
    "card_type": {
        "code": _new("card_type"),
        "name": _must(_text),
        "kind": _must(_choice("term", "visits", "stored_value", "activity", "package", "goods")),
        "price": _maybe(_amount(zero=True)),
        "floor_price": _maybe(_amount(zero=True)),
        "days": _maybe(_whole),
        "visits": _maybe(_whole),
        "no_discount": _maybe(_flag),
    },
    "shift_opened": {"by": STAFF},
    "shift_closed": {
        "by": STAFF,
        "acknowledged_by": _maybe(STAFF),
        "override_by": _maybe(STAFF),
        "reason": _maybe(_text),
    },
    "status_changed": {
        "by": STAFF,
        "status": _must(_choice("on_post", "meal", "meeting", "away")),
        "override_by": _maybe(STAFF),
        "reason": _maybe(_text),
    },
    "lead_captured": {
        "by": STAFF,
        "phone": _must(_phone),
        "name": _must(_text),
        "source": _must(_choice("walk_in", "phone", "online", "flyer", "sweep", "referral", "event")),
    },
    "guest_arrived": {
        "guest": _new("guest"),
        "phone": _maybe(_phone),
        "name": _maybe(_text),
        "business_card": _maybe(STAFF),
        "asks_for": _maybe(STAFF),
        "came_with": _maybe(_code("guest")),
    },
    "off_duty_authorised": {"by": STAFF, "consultant": STAFF, "guest": _maybe(_code("guest"))},
    "guest_seen_out": {"guest": _code("guest")},
    "reception_tried": {"by": STAFF, "guest": _code("guest")},
    "sale_opened": {
        "sale": _new("sale"),
        "card_type": _code("card_type"),
        "price": _must(_amount(zero=True)),
        "kind": _must(_choice("new", "reopen", "transfer", "renewal", "upgrade", "goods")),
        "guest": _maybe(_code("guest")),
        "phone": _maybe(_phone),
        "consultant": STAFF,
        "discount_approved_by": _maybe(STAFF),
    },
    "receipt": {
        "sale": _code("sale"),
        "amount": _must(_amount()),
        "method": _must(_choice("cash", "card", "wechat", "alipay", "transfer", "online")),
        "taken_by": _maybe(STAFF),
        "paid_at": _maybe(_instant),
        "event_id": _maybe(_text),
    },
    "refund": {"sale": _code("sale"), "amount": _must(_amount()), "by": STAFF, "event_id": _maybe(_text)},
    "payment_link_made": {"sale": _code("sale"), "by": STAFF},
    "self_purchase": {
        "sale": _new("sale"),
        "phone": _must(_phone),
        "card_type": _code("card_type"),
        "price": _must(_amount(zero=True)),
    },
}
# In the format, but of features this version does not have yet.
NOT_YET = frozenset(
    {
        *("target", "roster", "appointment_made", "trial_pass_issued", "gift_coupon_issued", "lead_claimed"),
        *("follow_up", "dispute_opened", "dispute_ruled", "assessment", "month_closed"),
    }
)
# Fields of features this version does not have yet, on lines it supports.
FIELDS_NOT_YET = {"guest_arrived": frozenset({"trial_pass", "gift_coupon"})}


@dataclass(slots=True)
class _Known:
    """The codes earlier lines introduced, by kind."""

    codes: dict[str, set[str]] = field(default_factory=dict)

    def introduce(self, kind: str, code: str) -> None:
        known = self.codes.setdefault(kind, set())
        if code in known:
            raise ValueError(f"{code} was introduced before")
        known.add(code)

    def demand(self, kind: str, code: str) -> None:
        if code not in self.codes.get(kind, set()):
            raise ValueError(f"no earlier line introduced {code}")


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
    at = _field(number, "at", _instant, raw["at"])
    values = _read_fields(number, kind, raw, known)
    if kind == "receipt" and values.get("paid_at") and values["paid_at"] > at:
        raise HistoryError(number, "is later than the line", "paid_at")
    return Line(number, at, kind, values)


def _read_fields(number: int, kind: str, raw: Mapping[str, Any], known: _Known) -> dict[str, Any]:
    shapes = LINE_TYPES[kind]
    for name in raw:
        if name not in shapes and name not in ("at", "type"):
            later = name in FIELDS_NOT_YET.get(kind, frozenset())
            raise HistoryError(number, "is not supported by this version" if later else "no such field", name)
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
    _check_together(number, kind, values)
    return values


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
