"""What people type about how a guest is reached and whom he lives with."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, RadioField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional

from clubsales.errors import Refused
from clubsales.i18n import lazy_gettext as _l
from clubsales.i18n import refusal_text
from clubsales.leads.appointments.forms import DayField
from clubsales.leads.people import texts
from clubsales.leads.people.rules import (
    LONGEST_ADDRESS,
    LONGEST_EMAIL,
    LONGEST_NAME,
    LONGEST_WECHAT,
    Details,
    PhoneLabel,
    Relation,
    normalise_phone,
)

TOO_LONG = _l("Use at most %(max)d characters.")


def labels() -> list[SelectChoice]:
    """Whose phone it may be, in the reader's language."""
    return [SelectChoice(label.value, str(texts.LABELS[label])) for label in PhoneLabel]


def relations() -> list[SelectChoice]:
    """What somebody may be in a household, in the reader's language."""
    return [SelectChoice(relation.value, str(texts.RELATIONS[relation])) for relation in Relation]


class _Form(FlaskForm):
    def __init__(self, **values: Any) -> None:
        super().__init__(**values)  # type: ignore[no-untyped-call]

    def is_valid(self) -> bool:
        """Whether everything is well; errors stand at their fields."""
        return bool(self.validate())  # type: ignore[no-untyped-call]


class DetailsForm(_Form):
    """How the guest is reached besides the phone (LED-05)."""

    wechat = StringField(_l("WeChat id"), validators=[Length(max=LONGEST_WECHAT, message=TOO_LONG)])
    email = StringField(_l("E-mail"), validators=[Length(max=LONGEST_EMAIL, message=TOO_LONG)])
    address = StringField(_l("Address"), validators=[Length(max=LONGEST_ADDRESS, message=TOO_LONG)])

    @property
    def details(self) -> Details:
        """What was typed."""
        return Details(
            wechat=self.wechat.data or "", email=self.email.data or "", address=self.address.data or ""
        )


class _WithPhone(_Form):
    phone = StringField(_l("Phone"))
    e164 = ""

    def validate_phone(self, field: Field) -> None:
        """Write the phone one way."""
        if not (field.data or "").strip():
            return
        try:
            self.e164 = normalise_phone(field.data)
        except Refused as refused:
            raise ValidationError(refusal_text(refused.refusal)) from None


class PhoneForm(_WithPhone):
    """Another phone of the guest."""

    label = RadioField(_l("Whose phone"), choices=labels, default=PhoneLabel.OWN.value)


class WhichPhoneForm(_WithPhone):
    """One of the phones there are, told by a button."""


class HousemateForm(_WithPhone):
    """Somebody the guest lives with: known by phone, or new by name."""

    name = StringField(_l("Name"), validators=[Length(max=LONGEST_NAME, message=TOO_LONG)])
    birthday = DayField(_l("Birthday"), validators=[Optional()])
    relation = RadioField(_l("In the household"), choices=relations, default=Relation.SPOUSE.value)
