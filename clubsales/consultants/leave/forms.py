"""What people type about leave."""

from datetime import date, timedelta
from typing import Any

from babel.dates import format_skeleton
from flask_babel import get_locale
from wtforms import BooleanField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from clubsales.auth.forms import OurForm, at_most, required
from clubsales.consultants.fields import DayField
from clubsales.consultants.leave import texts
from clubsales.consultants.leave.early import Half
from clubsales.consultants.leave.rules import LONGEST_NOTE, LONGEST_REASON, Kind, Span
from clubsales.i18n import gettext as _
from clubsales.i18n import lazy_gettext as _l
from clubsales.i18n import ngettext

DAYS_SHOWN = 7
MORNING, NOON = "morning", "noon"
LENGTHS = (1, 2, 3, 5, 7)  # calendar days, the first one counted


def kinds() -> list[SelectChoice]:
    """What leave can be for, in the reader's language."""
    return [SelectChoice(kind.value, str(texts.KINDS[kind.value])) for kind in Kind]


def days_ahead(today: date) -> list[SelectChoice]:
    """Today and the days after it as chips."""
    named = {0: _("Today"), 1: _("Tomorrow")}
    return [
        SelectChoice(day.isoformat(), named.get(ahead) or short_day(day))
        for ahead, day in ((ahead, today + timedelta(days=ahead)) for ahead in range(DAYS_SHOWN))
    ]


def short_day(day: date) -> str:
    """Weekday, day and month, as the reader's language writes them."""
    return format_skeleton("MMMEd", day, locale=get_locale())


def long_day(day: date) -> str:
    """The same with the year, for what is kept."""
    return format_skeleton("yMMMEd", day, locale=get_locale())


def lengths() -> list[SelectChoice]:
    """How long, as chips."""
    return [SelectChoice(str(days), ngettext("%(num)s day", "%(num)s days", days)) for days in LENGTHS]


class LeaveForm(OurForm):
    """The leave form: chips for the usual, the calendar for the rest. The calendar's days count before the chips."""

    kind = RadioField(
        _l("Kind of leave"),
        choices=kinds,
        default=Kind.ANNUAL.value,
        validators=[InputRequired(_l("Choose one."))],
    )
    first = RadioField(_l("First day"))
    other_first = DayField(_l("Another first day"))
    length = RadioField(_l("How long, the first day counted"), choices=lengths, default="1")
    other_last = DayField(_l("Another last day"))
    from_noon = BooleanField(_l("From noon: I work that first morning"))
    until_noon = BooleanField(_l("Until noon: I work that last afternoon"))
    reason = TextAreaField(_l("Reason"), [at_most(LONGEST_REASON)])

    def __init__(self, *, today: date, **values: Any) -> None:
        values.setdefault("first", (today + timedelta(days=1)).isoformat())
        super().__init__(**values)
        self.first.choices = days_ahead(today)

    @property
    def chosen_kind(self) -> Kind:
        """What for; call after validating."""
        return Kind(self.kind.data)

    @property
    def span(self) -> Span:
        """The days; call after validating."""
        first_day: date = self.other_first.data or date.fromisoformat(self.first.data)
        last_day: date = self.other_last.data or first_day + timedelta(days=int(self.length.data) - 1)
        return Span(
            first_day=first_day,
            last_day=last_day,
            from_noon=bool(self.from_noon.data),
            until_noon=bool(self.until_noon.data),
        )


def answers() -> list[SelectChoice]:
    """Yes and no, in the reader's language."""
    return [SelectChoice("approve", _("Approve")), SelectChoice("refuse", _("Refuse"))]


def halves() -> list[SelectChoice]:
    """The halves of a day, in the reader's language."""
    return [SelectChoice(MORNING, _("The morning")), SelectChoice(NOON, _("Noon"))]


class DecisionForm(OurForm):
    """Yes, or no and why."""

    answer = RadioField(
        _l("Decision"),
        choices=answers,
        validators=[required()],
    )
    note = TextAreaField(_l("Reason"), [at_most(LONGEST_NOTE)])


class AwayForm(OurForm):
    """From when to when the general manager is absent."""

    first_day = DayField(_l("First day"), [required()])
    last_day = DayField(_l("Last day"), [required()])


class EndForm(OurForm):
    """From when on somebody is back before his leave is over, and why. The calendar's day counts before the chips."""

    back = RadioField(_l("Back on"))
    other_day = DayField(_l("Another day"))
    half = RadioField(_l("Works again from"), choices=halves, validators=[InputRequired(_l("Choose one."))])
    reason = TextAreaField(_l("Reason"), [required(), at_most(LONGEST_NOTE)])

    def __init__(self, *, now: Half, **values: Any) -> None:
        values.setdefault("back", now.day.isoformat())
        values.setdefault("half", NOON if now.afternoon else MORNING)
        super().__init__(**values)
        self.back.choices = days_ahead(now.day)
        self.is_longer = False

    def show_until(self, last_day: date) -> None:
        """Offer the days of the leave only; the calendar where it is longer than the chips."""
        last = last_day.isoformat()
        offered = self.back.choices
        self.back.choices = [choice for choice in offered if choice.value <= last]
        self.is_longer = last > offered[-1].value
        self.other_day.render_kw = {"max": last}

    @property
    def chosen_day(self) -> date:
        """The day; call after validating."""
        day: date = self.other_day.data or date.fromisoformat(self.back.data)
        return day

    @property
    def afternoon(self) -> bool:
        """Whether from its noon on; call after validating."""
        return bool(self.half.data == NOON)
