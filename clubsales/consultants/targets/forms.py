"""Figures as a manager types them."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from babel.numbers import format_decimal, format_percent, get_currency_precision
from flask_babel import get_locale

from clubsales.consultants.targets.goals import GoalView
from clubsales.consultants.targets.rules import (
    LARGEST_COUNT,
    LARGEST_MAJOR,
    WHOLE_BP,
    GoalKind,
    Slot,
)
from clubsales.i18n import format_money
from clubsales.i18n import gettext as _
from clubsales.money import Currency, MalformedAmount, Money

MONTH = re.compile(r"(2[0-9]{3})-(0[1-9]|1[0-2])", re.ASCII)
YEAR = re.compile(r"2[0-9]{3}", re.ASCII)
DAY = re.compile(r"2[0-9]{3}-[0-9]{2}-[0-9]{2}", re.ASCII)
AMOUNT = re.compile(r"\d{1,11}(\.\d{1,3})?", re.ASCII)
COUNT = re.compile(r"\d{1,9}", re.ASCII)
PERCENT = re.compile(r"\d{1,3}(\.\d{1,2})?", re.ASCII)
GROWTH = re.compile(r"[+-]?\d{1,3}(\.\d{1,2})?", re.ASCII)
LEFT_OUT = str.maketrans("", "", ", ¥%")
LEAST_GROWTH, MOST_GROWTH = -99, 999


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A figure to type: its place, the field's name, what is issued so far, and whether its month is closed."""

    slot: Slot
    name: str
    label: str
    history: Sequence[GoalView] = ()
    is_closed: bool = False
    whole_of: tuple[str, ...] = ()  # the sums it is compared with
    parts_of: tuple[str, ...] = ()  # the sums it belongs to

    @property
    def issued(self) -> int | None:
        return self.history[0].value if self.history else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What stands in its field; no value: left empty, or an error says why. `result_*`: of the field beside it."""

    line: Line
    text: str
    value: int | None
    error: str = ""
    result_text: str = ""
    result: int | None = None
    result_error: str = ""

    @property
    def result_name(self) -> str:
        return f"result-{self.line.name}"

    @property
    def is_wrong(self) -> bool:
        return bool(self.error or self.result_error)


def month_typed(text: str) -> date | None:
    """The month of "2026-03"; None for anything else."""
    found = MONTH.fullmatch(text)
    return date(int(found[1]), int(found[2]), 1) if found else None


def day_typed(text: str) -> date | None:
    """The day of "2026-03-09"; None for anything else."""
    try:
        return date.fromisoformat(text) if DAY.fullmatch(text) else None
    except ValueError:
        return None


def as_issued(lines: Sequence[Line], currency: Currency) -> list[Entry]:
    """The fields as they are before anybody types."""
    return [_filled(line, line.issued, currency) for line in lines]


def as_typed(lines: Sequence[Line], form: Mapping[str, str], currency: Currency) -> list[Entry]:
    """The fields as typed; full-width digits and separators are understood, what is closed stays as it is."""
    return [
        _filled(line, line.issued, currency) if line.is_closed else _read(line, form, currency)
        for line in lines
    ]


def as_proposed(entries: Sequence[Entry], proposal: Mapping[Slot, int], currency: Currency) -> list[Entry]:
    """The fields with a proposal written over them, where they are open."""
    return [
        replace(
            each,
            text=typed_text(each.line.slot.kind, proposal[each.line.slot], currency),
            value=proposal[each.line.slot],
            error="",
        )
        if each.line.slot in proposal and not each.line.is_closed
        else each
        for each in entries
    ]


def growth_typed(text: str) -> Decimal | None:
    """Percent such as 20, +7.5 or -3; None for anything else."""
    plain = _plain(text)
    if not GROWTH.fullmatch(plain):
        return None
    percent = Decimal(plain)
    return percent if LEAST_GROWTH <= percent <= MOST_GROWTH else None


def value_typed(kind: GoalKind, text: str, currency: Currency) -> int:
    """A figure of this kind in its units; raises MalformedAmount."""
    plain = _plain(text)
    if kind is GoalKind.CUSTOMERS:
        if not COUNT.fullmatch(plain):
            raise MalformedAmount(text)
        return int(plain)
    if kind is GoalKind.SATISFACTION:
        if not PERCENT.fullmatch(plain):
            raise MalformedAmount(text)
        return int(Decimal(plain) * 100)
    if not AMOUNT.fullmatch(plain):
        raise MalformedAmount(text)
    return Money.parse(plain, currency).minor


def typed_text(kind: GoalKind, value: int, currency: Currency) -> str:
    """A figure as one would type it."""
    if kind is GoalKind.CUSTOMERS:
        return str(value)
    if kind is GoalKind.SATISFACTION:
        return f"{Decimal(value) / 100:f}"
    return str(Money(value, currency))


def shown(kind: GoalKind, value: int, currency: Currency) -> str:
    """A figure as people read it."""
    locale = get_locale() or "en"
    if kind is GoalKind.CUSTOMERS:
        return format_decimal(value, locale=locale)
    if kind is GoalKind.SATISFACTION:
        return format_percent(Decimal(value) / WHOLE_BP, "#,##0.##%", locale=locale)
    return format_money(Money(value, currency), whole=True)


def unit_of(kind: GoalKind, currency: Currency) -> int:
    """How many of a kind's units people reckon in: 100 fen make a yuan."""
    return 10 ** digits_of(kind, currency) if kind.is_money else 1


def digits_of(kind: GoalKind, currency: Currency) -> int:
    """Decimal places between what is typed and the kind's units."""
    if kind.is_money:
        return get_currency_precision(currency)
    return 2 if kind is GoalKind.SATISFACTION else 0


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(LEFT_OUT).strip()


def _filled(line: Line, value: int | None, currency: Currency) -> Entry:
    kind, result = line.slot.kind, line.history[0].result if line.history else None
    return Entry(
        line=line,
        text="" if value is None else typed_text(kind, value, currency),
        value=value,
        result_text="" if result is None else typed_text(kind, result, currency),
        result=result,
    )


def _read(line: Line, form: Mapping[str, str], currency: Currency) -> Entry:
    kind = line.slot.kind
    text = form.get(line.name, "")
    value, error = _figure(kind, text, currency)
    entry = Entry(line=line, text=text if error or value is None else _plain(text), value=value, error=error)
    if not kind.is_typed:
        return entry
    said = form.get(entry.result_name, "")
    is_loss = kind is GoalKind.PROFIT and _plain(said).startswith("-")
    result, result_error = _figure(kind, _plain(said).removeprefix("-") if is_loss else said, currency)
    return replace(
        entry,
        result_text=said,
        result=-result if is_loss and result is not None else result,
        result_error=result_error,
    )


def _figure(kind: GoalKind, text: str, currency: Currency) -> tuple[int | None, str]:
    if not _plain(text):
        return None, ""
    try:
        value = value_typed(kind, text, currency)
    except MalformedAmount:
        return None, _malformed(kind)
    return (
        (None, _("This amount has too many digits. Check it."))
        if _is_slip(kind, value, currency)
        else (value, "")
    )


def _malformed(kind: GoalKind) -> str:
    if kind is GoalKind.CUSTOMERS:
        return _("Enter a whole number such as 12.")
    if kind is GoalKind.SATISFACTION:
        return _("Enter a percentage such as 95 or 92.5.")
    return _("Enter an amount such as 50000 or 50000.00.")


def _is_slip(kind: GoalKind, value: int, currency: Currency) -> bool:
    if kind is GoalKind.CUSTOMERS:
        return value > LARGEST_COUNT
    if kind is GoalKind.SATISFACTION:
        return value > WHOLE_BP
    return Money(value, currency).major > LARGEST_MAJOR
