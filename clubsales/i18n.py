"""Words, at the edge: languages, refusal and reason texts, money and time as people read them."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import cast
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton
from babel.numbers import format_currency, get_currency_name
from flask import Flask, current_app, g, has_request_context, request, session
from flask_babel import (
    Babel,
    format_date,
    format_datetime,
    get_domain,
    get_locale,
    gettext,
    lazy_gettext,
    ngettext,
)
from flask_babel.speaklater import LazyString

from clubsales.clock import Instant
from clubsales.errors import Reason, Refusal
from clubsales.money import Money

__all__ = ["Texts", "counted", "gettext", "lazy_gettext", "ngettext"]

LOCALES = {"zh_Hans": "简体中文", "en": "English"}
STAFF_LOCALE = "zh_Hans"  # what is written for the staff, whoever it is that reads it
LANGUAGE_TAGS = {"zh_Hans": "zh-Hans", "en": "en"}
Texts = Mapping[str, LazyString]

STORED_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
MONTHS = frozenset({"month", "next"})  # the facts that are months
STORED_MONTH = re.compile(r"2\d{3}-(0[1-9]|1[0-2])")

babel = Babel()


class Counted(LazyString):
    """A sentence in singular and plural; `by` names the fact that it counts."""

    def __init__(self, one: str, many: str, by: str) -> None:
        super().__init__(_in_number, one, many, 2)  # type: ignore[no-untyped-call]
        self.one, self.many, self.by = one, many, by

    def of(self, number: object) -> str:
        """The sentence for so many, before its facts are filled in; 0.5 and 1.5 are many."""
        return _in_number(self.one, self.many, int(whole) if (whole := str(number)).isdigit() else 2)


def counted(one: str, many: str, *, by: str) -> Counted:
    """A text of two forms, found when it is read and the fact `by` is known."""
    return Counted(one, many, by)


def init_app(app: Flask, *, refusals: Texts, reasons: Texts) -> None:
    """Register languages, the texts of all packages, and the template filters."""
    app.config.setdefault("BABEL_DEFAULT_LOCALE", "en")
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "translations"
    babel.init_app(app, locale_selector=choose_locale, timezone_selector=choose_timezone)
    app.extensions["clubsales_refusals"] = dict(refusals)
    app.extensions["clubsales_reasons"] = dict(reasons)
    app.jinja_env.filters.update(
        money=format_money,
        masked=mask_phone,
        currency_name=currency_name,
        local_time=format_local_time,
        local_datetime=format_local_datetime,
        local_date=format_local_date,
        reason=reason_text,
    )
    app.jinja_env.globals.update(LOCALES=LOCALES, language_tag=language_tag, get_locale=get_locale)


def choose_locale() -> str:
    """The account's language, else what was picked on this browser, else what the browser asks for."""
    if not has_request_context():
        return "en"
    chosen = g.get("account_locale") or session.get("locale")
    if chosen in LOCALES:
        return cast("str", chosen)
    for tag, _quality in request.accept_languages:
        if tag.lower().startswith("zh"):
            return "zh_Hans"
        if tag.lower().startswith("en"):
            return "en"
    return "zh_Hans"


def choose_timezone() -> str:
    """The zone of the club the page is about."""
    zone: ZoneInfo | None = g.get("zone") if has_request_context() else None
    return zone.key if zone else "UTC"


def language_tag() -> str:
    """The page's language as BCP 47."""
    return LANGUAGE_TAGS[choose_locale()]


def refusal_text(refusal: Refusal) -> str:
    """The sentence for a refusal, in the reader's language."""
    return _fill(current_app.extensions["clubsales_refusals"][refusal.code.value], refusal.facts)


def reason_text(reason: Reason) -> str:
    """The sentence for a reason, in the reader's language."""
    reasons: Texts = current_app.extensions["clubsales_reasons"]
    return _fill(reasons[reason.code], reason.facts)


def format_money(amount: Money, *, whole: bool = False) -> str:
    """ "¥3,980.00"; with `whole`, no decimals where there are none."""
    locale = str(get_locale() or "en")
    text_pattern = None
    major = amount.major
    if whole and major == major.to_integral_value():
        text_pattern = "¤#,##0;-¤#,##0"
    symbol_locale = "zh_Hans" if amount.currency == "CNY" else locale
    return format_currency(
        major, amount.currency, text_pattern, locale=symbol_locale, currency_digits=text_pattern is None
    )


def currency_name(code: str) -> str:
    """What a currency is called in the reader's language."""
    return get_currency_name(code, locale=str(get_locale() or "en"))


def mask_phone(e164: str | None, first: int = 3, last: int = 4) -> str:
    """138****5678: a phone as everybody may see it (AMB-44). `first` counts after a Chinese country code."""
    if not e164:
        return ""
    national = e164.removeprefix("+86") if e164.startswith("+86") else e164
    if len(national) <= first + last:
        return "*" * len(national)
    return f"{national[:first]}****{national[-last:]}"


def format_local_time(at: Instant) -> str:
    """14:20, in the club's zone."""
    return cast("str", format_datetime(at, "HH:mm"))


def format_local_datetime(at: Instant) -> str:
    """Date and time, in the club's zone."""
    pattern = "MMM d, y, HH:mm" if str(get_locale()) == "en" else "yyyy-MM-dd HH:mm"
    return cast("str", format_datetime(at, pattern))


def format_local_date(day: date | datetime) -> str:
    """A club-local day as people write it."""
    return cast("str", format_date(day, "medium"))


def format_month(month: date) -> str:
    """March 2026, 2026年3月."""
    return format_skeleton("yMMMM", month, locale=get_locale())


def listed(items: Iterable[object]) -> str:
    """Several things in a row, as the reader's language writes them."""
    return ("、" if choose_locale() == "zh_Hans" else ", ").join(str(item) for item in items)


def _fill(text: LazyString, facts: Mapping[str, object]) -> str:
    shown = {key: _month(value) if key in MONTHS else _shown(value) for key, value in facts.items()}
    if str(get_locale()).startswith("en"):  # what has an English name of its own is called by it
        shown |= {
            key.removesuffix("_en"): name for key, name in shown.items() if key.endswith("_en") and name
        }
    words = text.of(facts[text.by]) if isinstance(text, Counted) else str(text)
    return words % shown if shown else words


def _shown(value: object) -> object:
    if isinstance(value, Money):
        return format_money(value)
    if isinstance(value, datetime):
        return format_local_time(value)
    if isinstance(value, date):
        return format_local_date(value)
    if isinstance(value, str) and (day := _stored_day(value)):
        return format_local_date(day)
    if isinstance(value, list):
        return listed(value)
    return "" if value is None else value


def _month(value: object) -> object:
    """A month, which is told and kept as 2026-03, in words."""
    if isinstance(value, str) and STORED_MONTH.fullmatch(value):
        return format_month(date.fromisoformat(f"{value}-01"))
    return _shown(value)


def _in_number(one: str, many: str, number: int) -> str:
    return cast("str", get_domain().get_translations().ungettext(one, many, number))


def _stored_day(text: str) -> date | None:
    """The day that a stored fact is: what is kept of a date is its ISO text."""
    if not STORED_DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
