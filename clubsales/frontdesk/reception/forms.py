"""What the desk types about a guest."""

from collections.abc import Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length

from clubsales.consultants.profiles.queries import ConsultantView
from clubsales.errors import Refused
from clubsales.frontdesk.reception.queries import ReceptionView
from clubsales.frontdesk.reception.rules import Outcome
from clubsales.i18n import gettext as _
from clubsales.i18n import lazy_gettext as _l
from clubsales.i18n import refusal_text
from clubsales.leads.people.rules import clean_name, normalise_phone
from clubsales.leads.touches.rules import SignalKind
from clubsales.typed import one_line
from clubsales.web import NoSecondToken

LONGEST_REASON = 500


def _reason() -> TextAreaField:
    return TextAreaField(
        _l("Reason"),
        validators=[
            DataRequired(_l("Write the reason: everybody concerned sees it.")),
            Length(max=LONGEST_REASON, message=_l("The reason is too long. Use at most %(max)d characters.")),
        ],
        filters=[one_line],
    )


class ReceptionForm(FlaskForm):
    """The base of the desk's forms."""

    class Meta(NoSecondToken):
        pass

    def __init__(self, *arguments: Any, **values: Any) -> None:
        super().__init__(*arguments, **values)  # type: ignore[no-untyped-call]

    def is_valid(self) -> bool:
        """Whether everything is well; errors stand at their fields."""
        return bool(self.validate())  # type: ignore[no-untyped-call]


class GuestForm(ReceptionForm):
    """A new guest: the phone first, if there is one. `e164` is the phone once valid, `codes` those of his passes.

    Choices are offered when the form is drawn; what was chosen is looked up by itself, and only what was chosen.
    """

    phone = StringField(_l("Phone"))
    code = StringField(_l("Pass or card"))
    name = StringField(_l("Name"))
    asks_for = RadioField(_l("Asks for"), default="", validate_choice=False)
    card = RadioField(_l("Shows the business card of"), default="", validate_choice=False)
    came_with = RadioField(_l("Came with"), default="", validate_choice=False)
    passes = SelectMultipleField("", validate_choice=False)  # codes taken already
    person = HiddenField("")  # whose card was scanned
    wait = BooleanField("", false_values=("", "0", "false"))  # for whom he came for, and nobody else
    submission_key = HiddenField("", validators=[Length(max=80)])
    e164: str | None = None
    codes: tuple[str, ...] = ()

    def offer(self, consultants: Sequence[ConsultantView], guests: Sequence[ReceptionView]) -> None:
        """Fill the choices: who may be asked for, whom a guest may have come with."""
        people = [SelectChoice(person.public_id, person.name) for person in consultants]
        self.asks_for.choices = [SelectChoice("", _("Nobody in particular")), *people]
        self.card.choices = [SelectChoice("", _("None")), *people]
        self.came_with.choices = [
            SelectChoice("", _("Alone")),
            *(
                SelectChoice(
                    guest.public_id, guest.name or _("Guest of %(name)s", name=guest.consultant_name)
                )
                for guest in guests
            ),
        ]

    def validate_phone(self, field: Field) -> None:
        """Write the phone one way; a guest need not have one."""
        if (field.data or "").strip():
            self.e164 = _phone(field)

    def validate_name(self, field: Field) -> None:
        """Keep it clean."""
        _clean_name(field)

    @property
    def shown(self) -> tuple[tuple[SignalKind, str], ...]:
        """What the guest showed or said, with the public id of the consultant it names."""
        told = ((SignalKind.BUSINESS_CARD, self.card.data), (SignalKind.NAME, self.asks_for.data))
        return tuple((kind, public_id) for kind, public_id in told if public_id)


class SeeOutForm(ReceptionForm):
    """How the visit ended."""

    outcome = RadioField(
        _l("How did the visit end?"),
        choices=[outcome.value for outcome in Outcome],
        validators=[AnyOf([outcome.value for outcome in Outcome])],
    )
    toured = BooleanField(_l("Gave a tour"))


class OffDutyForm(ReceptionForm):
    """Whom the manager lets receive, and why."""

    consultant = SelectField(_l("Who receives"), validators=[InputRequired(_l("Choose who receives them."))])
    reason = _reason()


class AssignForm(ReceptionForm):
    """To whom a guest is given by hand, and why."""

    consultant = StringField(_l("Who receives"), validators=[InputRequired(_l("Choose who receives them."))])
    reason = _reason()


class ContestForm(ReceptionForm):
    """Whose guest it is said to be; empty: one's own."""

    consultant = StringField("")
    note = TextAreaField(
        "",
        validators=[
            Length(max=LONGEST_REASON, message=_l("The note is too long. Use at most %(max)d characters."))
        ],
        filters=[one_line],
    )


class IdentifyForm(ReceptionForm):
    """The phone of a guest who came without one."""

    phone = StringField(_l("Phone"), validators=[InputRequired(_l("Type the guest's phone."))])
    name = StringField(_l("Name"))
    e164 = ""

    def validate_phone(self, field: Field) -> None:
        """Write the phone one way."""
        self.e164 = _phone(field)

    def validate_name(self, field: Field) -> None:
        """Keep it clean."""
        _clean_name(field)


def _phone(field: Field) -> str:
    try:
        return normalise_phone(field.data)
    except Refused as refused:
        raise ValidationError(refusal_text(refused.refusal)) from None


def _clean_name(field: Field) -> None:
    try:
        field.data = clean_name(field.data or "")
    except Refused as refused:
        raise ValidationError(refusal_text(refused.refusal)) from None
