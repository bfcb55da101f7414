"""What a field of a history line may hold, and how it is read."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from babel.numbers import list_currencies

from clubsales.errors import Refused
from clubsales.leads.people.rules import normalise_phone

Reader = Callable[[Any], Any]

YEARS = range(1971, 2200)  # beyond them local days have no policy, or no end
LONGEST_CODE = 100
SMALLEST_POINT = Decimal("0.01")
HOUR = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


@dataclass(frozen=True, slots=True)
class FieldShape:
    """How a field is read; `refers_to` a kind of code, or `introduces` one."""

    read: Reader
    required: bool = True
    refers_to: str | None = None
    introduces: str | None = None


def text(value: Any) -> str:
    """A text that is not empty and that every database keeps."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError("must be a text that is not empty")
    if any(character == "\0" or "\ud800" <= character <= "\udfff" for character in value):
        raise ValueError("has characters that no text has")
    return value


def words(longest: int) -> Reader:
    """A text, also an empty one: whether it is enough is for the rules to say."""

    def read(value: Any) -> str:
        return short(longest)(value) if not isinstance(value, str) or value.strip() else ""

    return read


def short(longest: int) -> Reader:
    """A text that its column can hold."""

    def read(value: Any) -> str:
        read_text = text(value)
        if len(read_text) > longest:
            raise ValueError(f"must not be longer than {longest} characters")
        return read_text

    return read


def choice(*allowed: str) -> Reader:
    """One of these words."""

    def read(value: Any) -> str:
        if value not in allowed:
            raise ValueError(f"must be one of {', '.join(allowed)}")
        return str(value)

    return read


def amount(*, zero: bool = False) -> Reader:
    """Money in major units, with two decimals; zero only where it may be."""

    def read(value: Any) -> str:
        if not isinstance(value, str) or not re.fullmatch(r"[0-9]{1,11}\.[0-9]{2}", value):
            raise ValueError('must be an amount with two decimals, like "3980.00"')
        if not zero and not value.strip("0."):
            raise ValueError("must be above zero")
        return value

    return read


def points(value: Any) -> int:
    """A part of an assessment, a number from 0 to 100 with at most two decimals, in hundredths of a point."""
    if not isinstance(value, int | Decimal) or isinstance(value, bool) or not 0 <= value <= 100:
        raise ValueError("must be a number from 0 to 100")
    if not value:
        return 0
    if value < SMALLEST_POINT or (hundredths := Fraction(value) * 100).denominator != 1:
        raise ValueError("must have at most two decimals")
    return int(hundredths)


def split(value: Any) -> dict[str, int]:
    """Whose how much is: codes and basis points. Whether they make a whole is for the rules to say."""
    if not isinstance(value, dict):
        raise ValueError('must be an object of codes and basis points, like {"A": 7000, "B": 3000}')
    if any(not isinstance(points, int) or isinstance(points, bool) for points in value.values()):
        raise ValueError("must hold whole numbers of basis points")
    return value


def whole(value: Any) -> int:
    """A count: days, visits, a level."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 100_000:
        raise ValueError("must be a whole number above zero")
    return value


def yes(value: Any) -> bool:
    """Said, or left out."""
    if value is not True:
        raise ValueError("must be true, or left out")
    return True


def flag(value: Any) -> bool:
    """Yes or no."""
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def phone(value: Any) -> str:
    """A phone as anybody writes it, in E.164."""
    if not isinstance(value, str):
        raise ValueError("must be a text")
    try:
        return normalise_phone(value)
    except Refused:
        raise ValueError("is no phone number") from None


def instant(value: Any) -> datetime:
    """A moment with its offset."""
    if not isinstance(value, str):
        raise ValueError("must be an ISO 8601 time with an offset")
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        raise ValueError("must be an ISO 8601 time with an offset") from None
    if at.tzinfo is None:
        raise ValueError("must have an offset, like +08:00")
    if at.year not in YEARS:
        raise ValueError(f"must be between the years {YEARS.start} and {YEARS.stop - 1}")
    return at


def day(value: Any) -> date:
    """A calendar day."""
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        raise ValueError("must be a day, like 2026-03-09")
    try:
        found = date.fromisoformat(value)
    except ValueError:
        raise ValueError("is no day of the calendar") from None
    if found.year not in YEARS:
        raise ValueError(f"must be between the years {YEARS.start} and {YEARS.stop - 1}")
    return found


def month(value: Any) -> date:
    """A month, as its first day."""
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}", value, re.ASCII):
        raise ValueError("must be a month, like 2026-03")
    try:
        return day(f"{value}-01")
    except ValueError:
        raise ValueError("must be a month, like 2026-03") from None


def zone(value: Any) -> ZoneInfo:
    """A time zone by its name."""
    if not isinstance(value, str) or value not in available_timezones():
        raise ValueError("is no time zone")
    return ZoneInfo(value)


def currency(value: Any) -> str:
    """An ISO 4217 code."""
    if not isinstance(value, str) or value not in list_currencies():
        raise ValueError("is no currency")
    return value


def hours(value: Any) -> tuple[time, time]:
    """When the club opens and closes."""
    if (
        not isinstance(value, list)
        or len(value) != 2
        or not all(isinstance(item, str) and HOUR.fullmatch(item) for item in value)
    ):
        raise ValueError('must be two times, like ["09:00", "22:00"]')
    opens, closes = map(time.fromisoformat, value)
    return opens, closes


def code(kind: str) -> FieldShape:
    """A code that an earlier line introduced."""
    return FieldShape(short(LONGEST_CODE), refers_to=kind)


def introduces(kind: str) -> FieldShape:
    """A code that is new with this line."""
    return FieldShape(short(LONGEST_CODE), introduces=kind)


def maybe(shape: FieldShape | Reader) -> FieldShape:
    """A field that may be left out."""
    if isinstance(shape, FieldShape):
        return FieldShape(shape.read, False, shape.refers_to, shape.introduces)
    return FieldShape(shape, False)


def must(read: Reader) -> FieldShape:
    """A field that must be there."""
    return FieldShape(read)
