"""What people type about confidentiality."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, StringField, ValidationError
from wtforms.validators import InputRequired

from clubsales.errors import Refused
from clubsales.i18n import lazy_gettext as _l
from clubsales.i18n import refusal_text
from clubsales.leads.people.rules import normalise_phone


class ProbeForm(FlaskForm):
    """A phone to ask about. `e164` is it once valid."""

    phone = StringField(_l("Phone"), validators=[InputRequired(_l("Type the guest's phone first."))])
    e164 = ""

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)  # type: ignore[no-untyped-call]

    def is_valid(self) -> bool:
        """Whether it is a phone; the error stands at the field."""
        return bool(self.validate())  # type: ignore[no-untyped-call]

    def validate_phone(self, field: Field) -> None:
        """Write the phone one way."""
        try:
            self.e164 = normalise_phone(field.data)
        except Refused as refused:
            raise ValidationError(refusal_text(refused.refusal)) from None
