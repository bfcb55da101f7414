"""What people type about leads."""

from collections.abc import Sequence
from typing import Any, TypeVar

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    RadioField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from clubsales import idempotency
from clubsales.errors import Refused
from clubsales.i18n import gettext as _
from clubsales.i18n import lazy_gettext as _l
from clubsales.i18n import refusal_text
from clubsales.ids import LeadSourceID
from clubsales.leads import texts
from clubsales.leads.appointments.forms import DayField
from clubsales.leads.intake.rules import (
    LONGEST_BUDGET,
    LONGEST_DECIDES,
    LONGEST_INTEREST,
    LONGEST_NOTE,
    Grade,
    LostReason,
    Source,
    Urgency,
    longest_note,
)
from clubsales.leads.people.rules import LONGEST_NAME, normalise_phone
from clubsales.leads.sources.queries import KindView, OwnSource
from clubsales.leads.sources.words import kind_names, own_name

TOO_LONG = _l("Use at most %(max)d characters.")
OWN = "own_"  # fields of the club's own sources, one for each kind
F = TypeVar("F", bound="SourcedForm")


def grades() -> list[SelectChoice]:
    """How warm a lead may be, the not known first, in the reader's language."""
    return [
        SelectChoice("", _("Not known yet")),
        *(SelectChoice(grade.value, str(texts.GRADES[grade])) for grade in Grade),
    ]


def urgencies() -> list[SelectChoice]:
    """How soon a guest may want to begin, the not known first, in the reader's language."""
    return [
        SelectChoice("", _("Not known yet")),
        *(SelectChoice(urgency.value, str(texts.URGENCIES[urgency])) for urgency in Urgency),
    ]


def lost_reasons() -> list[SelectChoice]:
    """Why a lead may be lost, in the reader's language."""
    return [SelectChoice(reason.value, str(texts.LOST_REASONS[reason])) for reason in LostReason]


def hours() -> list[SelectChoice]:
    """When somebody may want to be called, in the reader's language."""
    return [
        SelectChoice("any", _("At any time")),
        SelectChoice("morning", _("In the morning")),
        SelectChoice("afternoon", _("In the afternoon")),
        SelectChoice("evening", _("In the evening")),
    ]


class OurForm(FlaskForm):
    """A form of ours, with types."""

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)  # type: ignore[no-untyped-call]

    def is_valid(self) -> bool:
        """Whether everything is well; errors stand at their fields."""
        return bool(self.validate())  # type: ignore[no-untyped-call]


class KeyedForm(OurForm):
    """A form whose key makes two presses one; a form without a key of ours is given one."""

    submission_key = HiddenField("")

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.submission_key.data = idempotency.key_of(self.submission_key.data)

    @property
    def inputs(self) -> dict[str, str]:
        """What was typed, to tell a repeated form from another one."""
        kept = (field for field in self if field.name not in ("csrf_token", "submission_key"))
        return {field.name: str(field.data) for field in kept}


class PhoneForm(OurForm):
    """A form with a phone in it. `e164` is the phone once valid."""

    phone = StringField(_l("Phone"), validators=[InputRequired(_l("Type the guest's phone first."))])
    e164 = ""

    def validate_phone(self, field: Field) -> None:
        """Write the phone one way."""
        self.e164 = _phone_of(field)


def _note_field(longest: int) -> Field:
    return TextAreaField(_l("Note"), validators=[Length(max=longest, message=TOO_LONG)])


class SourcedForm(OurForm):
    """What is known of a lead, and where it came from: a kind, and more exactly a source of the club's own.

    Made by `with_sources`, for the club's list.
    """

    kinds: Sequence[KindView] = ()

    name = StringField(_l("Name"), validators=[Length(max=LONGEST_NAME, message=TOO_LONG)])
    source = RadioField(_l("Source"), default=Source.WALK_IN.value)
    interest = StringField(
        _l("What interests the guest"), validators=[Length(max=LONGEST_INTEREST, message=TOO_LONG)]
    )
    grade = RadioField(_l("How keen"), choices=grades, default="")
    note = _note_field(LONGEST_NOTE)
    consent = BooleanField(_l("The guest agrees that we keep this phone number and contact them"))

    @property
    def chosen_grade(self) -> Grade | None:
        """The grade, if one was chosen."""
        return Grade(self.grade.data) if self.grade.data else None

    @property
    def own_fields(self) -> list[tuple[str, Field]]:
        """The fields of the club's own sources, each with its kind."""
        return [(field.name.removeprefix(OWN), field) for field in self if field.name.startswith(OWN)]

    @property
    def chosen_own(self) -> LeadSourceID | None:
        """The club's own source below the kind that was chosen, if there is one."""
        public_id = next((field.data for kind, field in self.own_fields if kind == self.source.data), "")
        every = (each for kind in self.kinds for each in kind.every())
        return next((each.id for each in every if each.public_id == public_id), None)


class CaptureForm(SourcedForm, KeyedForm, PhoneForm):
    """A lead in under 15 seconds: the phone first. `referrer_e164` is who brought the guest, once valid."""

    referrer = StringField(_l("Phone of whoever brought the guest"))
    mine = BooleanField(_l("Make this my lead"))
    referrer_e164: str | None = None

    def validate_referrer(self, field: Field) -> None:
        """A phone, where somebody brought the guest."""
        if self.source.data == Source.REFERRAL.value and (field.data or "").strip():
            self.referrer_e164 = _phone_of(field)


class LeadForm(SourcedForm):
    """All that is known of a lead."""

    urgency = RadioField(_l("How soon"), choices=urgencies, default="")
    budget = StringField(_l("Budget"), validators=[Length(max=LONGEST_BUDGET, message=TOO_LONG)])
    decides = StringField(
        _l("Who decides, and how"), validators=[Length(max=LONGEST_DECIDES, message=TOO_LONG)]
    )
    birthday = DayField(_l("Birthday"), validators=[Optional()])
    seen = HiddenField("")

    @property
    def chosen_urgency(self) -> Urgency | None:
        """How soon, if that was chosen."""
        return Urgency(self.urgency.data) if self.urgency.data else None


class LostForm(OurForm):
    """Why a lead is given up."""

    reason = RadioField(
        _l("Why"), choices=lost_reasons, validators=[InputRequired(_l("Choose why the lead is lost."))]
    )


class EnquiryForm(KeyedForm, PhoneForm):
    """What somebody types on the club's website. `website` is seen and filled in by robots only."""

    name = StringField(_l("Your name"), validators=[Length(max=LONGEST_NAME, message=TOO_LONG)])
    phone = StringField(
        _l("Your phone"), validators=[InputRequired(_l("Type the phone we may call you on."))]
    )
    call = RadioField(_l("When may we call you?"), choices=hours, default="any")
    interest = StringField(
        _l("What would you like to know?"), validators=[Length(max=LONGEST_INTEREST, message=TOO_LONG)]
    )
    consent = BooleanField(validators=[InputRequired(_l("We need your consent to call you."))])
    website = StringField(_l("Leave this empty"))

    @property
    def hours_text(self) -> str:
        """When to call, as people read it."""
        return str(next(each.label for each in hours() if each.value == self.call.data))


def with_sources(
    form: type[F],
    kinds: Sequence[KindView],
    *,
    kind: Source | None = None,
    own: LeadSourceID | None = None,
    **values: Any,
) -> F:
    """A form that offers what the club has in use, and what the lead has already (`kind`, `own`, `note`)."""
    names = kind_names(kinds)
    offered = [each for each in kinds if not each.is_retired or each.kind is kind]
    default = kind if kind is not None else Source.WALK_IN
    if default not in {each.kind for each in offered}:
        default = offered[0].kind
    choices = [SelectChoice(each.kind.value, names[each.kind]) for each in offered]
    fields: dict[str, Any] = {
        "kinds": kinds,
        "note": _note_field(longest_note(values.get("note", ""))),
        "source": RadioField(_l("Source"), choices=choices, default=default.value),
    }
    for each in offered:
        below = [source for source in each.every() if source.is_offered or source.id == own]
        if below:
            fields[OWN + each.kind.value] = _own_field(names[each.kind], below, own)
    return type(form.__name__, (form,), fields)(**values)  # type: ignore[no-any-return]


def _own_field(kind: str, below: Sequence[OwnSource], own: LeadSourceID | None) -> RadioField:
    return RadioField(
        _("%(kind)s, more exactly", kind=kind),
        choices=[
            SelectChoice("", _("Not known")),
            *(SelectChoice(each.public_id, own_name(each)) for each in below),
        ],
        default=next((each.public_id for each in below if each.id == own), ""),
    )


def _phone_of(field: Field) -> str:
    try:
        return normalise_phone(field.data or "")
    except Refused as refused:
        raise ValidationError(refusal_text(refused.refusal)) from None
