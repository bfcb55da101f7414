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

from clubsales.money import CNY, Currency, MalformedAmount, Money
from clubsales.office.replay import shapes
from clubsales.office.replay.line_types import AMOUNTS, LINE_TYPES
from clubsales.office.replay.shapes import Reader

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
        raw = json.loads(text, parse_float=Decimal)  # 89.99 is 89.99
    except (ValueError, RecursionError):
        raise HistoryError(number, "is no JSON") from None
    if not isinstance(raw, dict):
        raise HistoryError(number, "must be a JSON object")
    for name in ("at", "type"):
        if name not in raw:
            raise HistoryError(number, "is missing", name)
    kind = raw["type"]
    if not isinstance(kind, str) or kind not in LINE_TYPES:
        raise HistoryError(number, "no such line type", "type")
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
            for code in values[name] if isinstance(values[name], dict) else (values[name],):
                _field(number, name, partial(known.demand, shape.refers_to), code)
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
    if kind == "dispute_ruled":
        if "shares" in values and "confirm" in values:
            raise HistoryError(number, "cannot stand beside shares", "confirm")
        if "shares" not in values and "confirm" not in values:
            raise HistoryError(number, "is missing, or confirm", "shares")


def _field(number: int, name: str, read: Reader, value: Any) -> Any:
    try:
        return read(value)
    except ValueError as error:
        raise HistoryError(number, str(error), name) from None
