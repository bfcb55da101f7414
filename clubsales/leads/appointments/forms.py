"""What people type about appointments."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel.speaklater import LazyString
from flask_wtf import FlaskForm
from wtforms import DateField, Field, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields import TimeField
from wtforms.validators import AnyOf, InputRequired, Length, Optional, ValidationError

from clubsales.auth.queries import StaffLine
from clubsales.clock import Instant
from clubsales.consultants.profiles.queries import ConsultantView
from clubsales.errors import Refused
from clubsales.i18n import gettext as _
from clubsales.i18n import lazy_gettext as _l
from clubsales.i18n import refusal_text
from clubsales.leads.appointments.rules import LONGEST_NOTE, AppointmentOutcome, MissedBecause
from clubsales.leads.people.rules import LONGEST_NAME, normalise_phone

TOO_LONG = _l("Use at most %(max)d characters.")
CLOCK = ["%H:%M", "%H:%M:%S"]


class AppointmentForm(FlaskForm):
    """The base of these forms."""

    def __init__(self, *arguments: Any, **values: Any) -> None:
        super().__init__(*arguments, **values)  # type: ignore[no-untyped-call]

    def is_valid(self) -> bool:
        """Whether everything is well; errors stand at their fields."""
        return bool(self.validate())  # type: ignore[no-untyped-call]


class DayField(DateField):
    """A day as a date input sends it."""

    def __init__(self, label: LazyString, validators: Sequence[Any] = (), **more: Any) -> None:
        super().__init__(label, validators, **more)  # type: ignore[no-untyped-call]

    def process_formdata(self, valuelist: list[str]) -> None:
        """Raises ValueError for what is no day."""
        try:
            super().process_formdata(valuelist)  # type: ignore[no-untyped-call]
        except ValueError:
            raise ValueError(_("Type a day such as 2026-03-09.")) from None


class ClockField(TimeField):
    """A time of day as a time input sends it."""

    def __init__(self, label: LazyString, validators: Sequence[Any] = (), **more: Any) -> None:
        super().__init__(label, validators, format=CLOCK, **more)  # type: ignore[no-untyped-call]

    def process_formdata(self, valuelist: list[str]) -> None:
        """Raises ValueError for what is no time."""
        try:
            super().process_formdata(valuelist)  # type: ignore[no-untyped-call]
        except ValueError:
            raise ValueError(_("Type a time such as 15:30.")) from None


class WhenForm(AppointmentForm):
    """A day and a time: tapped, or typed where the chips do not offer it. What is typed counts."""

    day = DayField(_l("Day"))
    other_day = DayField(_l("Another day"), validators=[Optional()])
    time = ClockField(_l("Time"))
    other_time = ClockField(_l("Another time"), validators=[Optional()])

    def validate_day(self, _field: Field) -> None:
        """There is one, and it is of our time."""
        chosen = self.chosen_day
        if chosen is None:
            raise ValidationError(_("Choose a day."))
        if not 2000 <= chosen.year < 3000:
            raise ValidationError(_("Choose a day within the next year."))

    def validate_time(self, _field: Field) -> None:
        """There is one."""
        if self.chosen_time is None:
            raise ValidationError(_("Choose a time."))

    @property
    def chosen_day(self) -> dt.date | None:
        day: dt.date | None = self.other_day.data or self.day.data
        return day

    @property
    def chosen_time(self) -> dt.time | None:
        chosen: dt.time | None = self.time.data
        typed: dt.time | None = self.other_time.data
        return chosen if typed is None else typed

    def due_at(self, zone: ZoneInfo) -> Instant:
        """The instant that was chosen, in a valid form."""
        assert self.chosen_day is not None
        assert self.chosen_time is not None
        return dt.datetime.combine(self.chosen_day, self.chosen_time, zone).astimezone(dt.UTC)


class BookForm(WhenForm):
    """Who comes, to whom and when. `person` is somebody known already; else the phone says who. `e164` is it once
    valid."""

    person = HiddenField("")
    phone = StringField(_l("Phone"))
    name = StringField(_l("Name"), validators=[Length(max=LONGEST_NAME, message=TOO_LONG)])
    consultant = SelectField(
        _l("Comes to"),
        validators=[InputRequired(_l("Choose who receives the guest."))],
        validate_choice=False,
    )
    report_to = RadioField(_l("Report it to"), default="", validate_choice=False)
    note = TextAreaField(_l("Note"), validators=[Length(max=LONGEST_NOTE, message=TOO_LONG)])
    e164 = ""

    def offer(self, consultants: Sequence[ConsultantView], leaders: Sequence[StaffLine]) -> None:
        """Fill the choices; what was chosen is looked up by itself."""
        self.consultant.choices = [
            ("", _("Choose a consultant")),
            *((c.public_id, c.name) for c in consultants),
        ]
        self.report_to.choices = [
            ("", _("Not needed")),
            *((leader.public_id, leader.name) for leader in leaders),
        ]

    def validate_phone(self, field: Field) -> None:
        """Write the phone one way; somebody known needs none."""
        if self.person.data:
            return
        if not (field.data or "").strip():
            raise ValidationError(_("Type the guest's phone first."))
        try:
            self.e164 = normalise_phone(field.data)
        except Refused as refused:
            raise ValidationError(refusal_text(refused.refusal)) from None


class ReportForm(AppointmentForm):
    """Whom the consultant tells."""

    to = RadioField(
        _l("Report it to"),
        validators=[InputRequired(_l("Choose a supervisor or the club manager."))],
        validate_choice=False,
    )

    def offer(self, leaders: Sequence[StaffLine]) -> None:
        """Fill the choices."""
        self.to.choices = [(leader.public_id, leader.name) for leader in leaders]


class CancelForm(AppointmentForm):
    """Why the guest does not come."""

    reason = TextAreaField(
        _l("Reason"),
        validators=[
            InputRequired(_l("Say in a few words why the guest does not come.")),
            Length(max=LONGEST_NOTE, message=TOO_LONG),
        ],
    )


class OutcomeForm(AppointmentForm):
    """What came of a visit. `next` is `set` where a guest who comes again has said when: a WhenForm goes along."""

    outcome = HiddenField("", validators=[AnyOf([one.value for one in AppointmentOutcome])])
    next = HiddenField("")

    @property
    def has_next_time(self) -> bool:
        """Whether an appointment is to be made at once."""
        return (self.outcome.data, self.next.data) == (AppointmentOutcome.BE_BACK.value, "set")


class MissedForm(AppointmentForm):
    """Why the guest did not come."""

    because = HiddenField("", validators=[AnyOf([one.value for one in MissedBecause])])


class ReassignForm(AppointmentForm):
    """Who receives the guest instead."""

    consultant = RadioField(
        _l("Comes to"),
        validators=[InputRequired(_l("Choose who receives the guest."))],
        validate_choice=False,
    )

    def offer(self, consultants: Sequence[ConsultantView]) -> None:
        """Fill the choices; what was chosen is looked up by itself."""
        self.consultant.choices = [(one.public_id, one.name) for one in consultants]
