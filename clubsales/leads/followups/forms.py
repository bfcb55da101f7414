"""What is typed about a contact: one tap says what happened, the next step has a day (TEL-05)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from clubsales.clock import Instant, local_day
from clubsales.errors import Refusal
from clubsales.i18n import format_local_date, refusal_text
from clubsales.i18n import gettext as _
from clubsales.i18n import lazy_gettext as _l
from clubsales.leads.appointments.forms import ClockField, DayField
from clubsales.leads.followups import texts
from clubsales.leads.followups.hours import AT_A_DISTANCE
from clubsales.leads.followups.rules import (
    LONGEST_NOTE,
    LONGEST_WHAT,
    OUTCOMES_OF,
    Channel,
    ContactOutcome,
    may_log,
    may_plan,
)

TOO_LONG = _l("Use at most %(max)d characters.")
TODAY, TOMORROW, SOON, NEXT_WEEK = "0", "1", "3", "7"
KEPT = timedelta(days=366)  # nobody writes down what was said longer ago, or plans further ahead
YES, NO = "yes", "no"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the next step will probably be: by when, and how it may be done."""

    day: date | None = None
    may_call: bool = True


def contacts() -> list[SelectChoice]:
    """What may have happened, in the reader's language."""
    return [
        SelectChoice(
            f"{channel.value}-{outcome.value}", str(texts.CONTACTS[f"{channel.value}-{outcome.value}"])
        )
        for channel, outcomes in OUTCOMES_OF.items()
        for outcome in outcomes
    ]


def channels() -> list[SelectChoice]:
    """How the next step may be done, in the reader's language."""
    return [SelectChoice(each.value, str(texts.CHANNELS[each.value])) for each in Channel]


def days() -> list[SelectChoice]:
    """When the next step is due, in the reader's language."""
    return [
        SelectChoice(TODAY, _("Today")),
        SelectChoice(TOMORROW, _("Tomorrow")),
        SelectChoice(SOON, _("In three days")),
        SelectChoice(NEXT_WEEK, _("In a week")),
    ]


def yes_or_no() -> list[SelectChoice]:
    """An answer, in the reader's language."""
    return [SelectChoice(YES, _("Yes")), SelectChoice(NO, _("No"))]


class RecordForm(FlaskForm):
    """A contact as it is written down. `contacted_at` is there once valid."""

    contact = RadioField(
        _l("What happened"), choices=contacts, validators=[InputRequired(_l("Choose what happened."))]
    )
    note = TextAreaField(_l("What was said"), validators=[Length(max=LONGEST_NOTE, message=TOO_LONG)])
    aim = RadioField(_l("Did it do what it was meant to?"), choices=yes_or_no, validators=[Optional()])
    earlier_on = DayField(_l("Day"), validators=[Optional()])
    earlier_at = ClockField(_l("Time"), validators=[Optional()])
    submission_key = HiddenField("")

    def __init__(self, at: Instant, zone: ZoneInfo, **values: Any) -> None:
        super().__init__(**values)  # type: ignore[no-untyped-call]
        self._at, self._zone = at, zone

    def is_valid(self) -> bool:
        """Whether everything is well; errors stand at their fields. An earlier day has a time, or it were midnight."""
        valid = bool(self.validate())  # type: ignore[no-untyped-call]
        if self.earlier_on.data and not self.earlier_at.data and not self.earlier_at.errors:
            self.earlier_at.errors = (_("About what time was it? Roughly is enough."),)
            return False
        return valid

    @property
    def channel(self) -> Channel:
        """How it was."""
        return Channel(self.contact.data.partition("-")[0])

    @property
    def outcome(self) -> ContactOutcome:
        """What came of it."""
        return ContactOutcome(self.contact.data.partition("-")[2])

    @property
    def aim_met(self) -> bool | None:
        """Whether it did what it was meant to; None: not said."""
        return {YES: True, NO: False}.get(self.aim.data)

    @property
    def contacted_at(self) -> Instant | None:
        """When it is said to have been; None: just now."""
        day, time = self.earlier_on.data, self.earlier_at.data
        if day is None and time is None:
            return None
        today = local_day(self._at, self._zone)
        return datetime.combine(day or today, time or datetime.min.time(), self._zone)

    @property
    def inputs(self) -> dict[str, str]:
        """What was typed, to tell a repeated form from another one."""
        return {
            field.name: str(field.data)
            for field in self
            if field.name not in ("csrf_token", "submission_key", "then")
        }

    def validate_earlier_on(self, field: Field) -> None:
        """Not in the future, and not in another age."""
        if field.data is None:
            return
        if field.data < local_day(self._at, self._zone) - KEPT:
            raise ValidationError(_("Choose a day within the last year."))
        if field.data > local_day(self._at, self._zone):
            raise ValidationError(_("This contact has not happened yet. Write it down afterwards."))

    def validate_earlier_at(self, _field: Field) -> None:
        """Not later than now."""
        contacted_at = self.contacted_at
        if self.earlier_on.errors or contacted_at is None:
            return
        decision = may_log(contacted_at, self._at)
        if isinstance(decision, Refusal):
            raise ValidationError(refusal_text(decision))


class ContactForm(RecordForm):
    """A contact and what comes next. `due_on` is there once valid."""

    next_what = StringField(
        _l("Next step"),
        validators=[
            InputRequired(_l("Write down what comes next.")),
            Length(max=LONGEST_WHAT, message=TOO_LONG),
        ],
    )
    next_channel = RadioField(_l("How"), choices=channels, validators=[Optional()])
    next_in = RadioField(_l("When"), choices=days, validators=[Optional()])
    next_on = DayField(_l("Another day"), validators=[Optional()])
    then = HiddenField("")

    def __init__(self, at: Instant, zone: ZoneInfo, proposal: Proposal = Proposal(), **values: Any) -> None:
        super().__init__(at, zone, **values)
        self._offer(proposal)

    def is_valid(self) -> bool:
        """Whether everything is well; a next step has a day, tapped or typed."""
        valid = super().is_valid()
        if not (self.next_in.data or "").strip() and not self.next_on.data and not self.next_on.errors:
            self.next_in.errors = (*self.next_in.errors, _("Choose the day of the next step."))
            return False
        return valid

    @property
    def due_on(self) -> date:
        """The day of the next step: one typed counts instead of one tapped."""
        typed: date | None = self.next_on.data
        return typed or local_day(self._at, self._zone) + timedelta(days=int(self.next_in.data))

    @property
    def planned_channel(self) -> Channel | None:
        """How the next step is meant to be done; None: not said."""
        return Channel(self.next_channel.data) if self.next_channel.data in set(Channel) else None

    def validate_next_on(self, field: Field) -> None:
        """A day ahead, and not in another age."""
        today = local_day(self._at, self._zone)
        if field.data is None:
            return
        if field.data > today + KEPT:
            raise ValidationError(_("Choose a day within a year."))
        decision = may_plan(field.data, today)
        if isinstance(decision, Refusal):
            raise ValidationError(refusal_text(decision))

    def _offer(self, proposal: Proposal) -> None:
        """The day of the cadence is tapped already, and only what is allowed is offered."""
        today = local_day(self._at, self._zone)
        is_new = self.next_in.raw_data is None
        ahead = str((proposal.day - today).days) if proposal.day is not None else None
        # What was tapped on a page that is still open counts, whatever has been proposed since.
        offered = ahead if is_new else self.next_in.data
        choices = days()
        if offered and all(choice.value != offered for choice in choices) and _is_ahead(offered):
            day = format_local_date(today + timedelta(days=int(offered)))
            choices.append(SelectChoice(offered, _("The day after tomorrow") if offered == "2" else day))
            choices.sort(key=lambda choice: int(choice.value))
        self.next_in.choices = choices
        allowed = [each for each in channels() if proposal.may_call or each.value not in AT_A_DISTANCE]
        self.next_channel.choices = allowed
        if is_new:
            self.next_in.data = ahead
            self.next_channel.data = allowed[0].value
            self.next_what.data = _("Call again") if proposal.may_call else _("Meet at the club")


def _is_ahead(days_ahead: str) -> bool:
    return days_ahead.isascii() and days_ahead.isdigit() and int(days_ahead[:4]) <= KEPT.days
