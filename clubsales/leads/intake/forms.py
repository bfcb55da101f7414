"""What people type about leads."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, RadioField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from clubsales.errors import Refused
from clubsales.i18n import gettext as _
from clubsales.i18n import lazy_gettext as _l
from clubsales.i18n import refusal_text
from clubsales.leads import texts
from clubsales.leads.appointments.forms import DayField
from clubsales.leads.intake.rules import LONGEST_INTEREST, LONGEST_NOTE, Grade, Source
from clubsales.leads.people.rules import LONGEST_NAME, normalise_phone

TOO_LONG = _l("Use at most %(max)d characters.")


def grades() -> list[SelectChoice]:
    """How warm a lead may be, the not known first, in the reader's language."""
    return [
        SelectChoice("", _("Not known yet")),
        *(SelectChoice(grade.value, str(texts.GRADES[grade])) for grade in Grade),
    ]


def sources() -> list[SelectChoice]:
    """Where leads come from, in the reader's language."""
    return [SelectChoice(source.value, str(texts.SOURCES[source])) for source in Source]


class LeadForm(FlaskForm):
    """What is known of a lead."""

    name = StringField(_l("Name"), validators=[Length(max=LONGEST_NAME, message=TOO_LONG)])
    interest = StringField(
        _l("What interests the guest"), validators=[Length(max=LONGEST_INTEREST, message=TOO_LONG)]
    )
    grade = RadioField(_l("How keen"), choices=grades, default="")
    note = TextAreaField(_l("Note"), validators=[Length(max=LONGEST_NOTE, message=TOO_LONG)])
    birthday = DayField(_l("Birthday"), validators=[Optional()])
    consent = BooleanField(_l("The guest agrees that we keep this phone number and contact them"))

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)  # type: ignore[no-untyped-call]

    def is_valid(self) -> bool:
        """Whether everything is well; errors stand at their fields."""
        return bool(self.validate())  # type: ignore[no-untyped-call]

    @property
    def chosen_grade(self) -> Grade | None:
        """The grade, if one was chosen."""
        return Grade(self.grade.data) if self.grade.data else None


class CaptureForm(LeadForm):
    """A lead in under 15 seconds: the phone first. `e164` is the phone once valid."""

    phone = StringField(_l("Phone"), validators=[InputRequired(_l("Type the guest's phone first."))])
    source = RadioField(
        _l("Source"),
        choices=sources,
        default=Source.WALK_IN.value,
    )
    e164 = ""

    def validate_phone(self, field: Field) -> None:
        """Write the phone one way."""
        try:
            self.e164 = normalise_phone(field.data)
        except Refused as refused:
            raise ValidationError(refusal_text(refused.refusal)) from None
