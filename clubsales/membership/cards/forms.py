"""Finding a card when the phone with it stayed at home."""

from typing import Any

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import Field, StringField, ValidationError
from wtforms.validators import InputRequired

from clubsales.errors import Refused
from clubsales.i18n import lazy_gettext as _l
from clubsales.i18n import refusal_text
from clubsales.leads.people.rules import normalise_phone


class FindForm(FlaskForm):
    """A member's phone; sent by GET, so that the answer can be opened again. `e164` is the phone once valid."""

    class Meta:
        csrf = False  # it only reads

    phone = StringField(_l("Member's phone"), validators=[InputRequired(_l("Type the member's phone."))])
    e164 = ""

    def __init__(self, query: MultiDict[str, str] | None) -> None:
        super().__init__(query)  # type: ignore[no-untyped-call]

    def is_valid(self) -> bool:
        """Whether the phone is one; the error stands at the field."""
        return bool(self.validate())  # type: ignore[no-untyped-call]

    def validate_phone(self, field: Field) -> None:
        """Write the phone one way."""
        text: Any = field.data
        try:
            self.e164 = normalise_phone(text)
        except Refused as refused:
            raise ValidationError(refusal_text(refused.refusal)) from None
