"""The target table as a manager types it."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from clubsales.consultants.profiles.queries import ConsultantView
from clubsales.consultants.targets.rules import LARGEST_MAJOR
from clubsales.i18n import gettext as _
from clubsales.money import Currency, MalformedAmount, Money

MONTH = re.compile(r"(2[0-9]{3})-(0[1-9]|1[0-2])")
AMOUNT = re.compile(r"\d{1,11}(\.\d{1,3})?")
LEFT_OUT = str.maketrans("", "", ", ¥")


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in a consultant's field; no amount: left empty, or an error says why."""

    consultant: ConsultantView
    text: str
    amount: Money | None
    error: str = ""


def month_typed(text: str) -> date | None:
    """The month of "2026-03"; None for anything else."""
    found = MONTH.fullmatch(text)
    return date(int(found[1]), int(found[2]), 1) if found else None


def field_name(consultant: ConsultantView) -> str:
    """The name of a consultant's field."""
    return f"amount-{consultant.public_id}"


def read_table(
    consultants: Iterable[ConsultantView], form: Mapping[str, str], currency: Currency
) -> list[Typed]:
    """Every consultant's amount as typed; full-width digits and separators are understood."""
    return [_read(each, form.get(field_name(each), ""), currency) for each in consultants]


def _read(consultant: ConsultantView, typed: str, currency: Currency) -> Typed:
    text = unicodedata.normalize("NFKC", typed).translate(LEFT_OUT).strip()
    if not text:
        return Typed(consultant, "", None)
    try:
        if not (text.isascii() and AMOUNT.fullmatch(text)):
            raise MalformedAmount(text)
        amount = Money.parse(text, currency)
    except MalformedAmount:
        return Typed(consultant, typed, None, _("Enter an amount such as 50000 or 50000.00."))
    if amount.major > LARGEST_MAJOR:
        return Typed(consultant, typed, None, _("This amount has too many digits. Check it."))
    return Typed(consultant, typed, amount)
