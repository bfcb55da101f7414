"""Form fields of this package: money and phones as people type them."""

from collections.abc import Sequence
from typing import Any

from flask_babel.speaklater import LazyString
from wtforms import StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from clubsales.consultants.fields import DayField, MoneyField, WholeNumberField
from clubsales.errors import Refused
from clubsales.i18n import refusal_text
from clubsales.leads.people.rules import normalise_phone

__all__ = ["DayField", "MoneyField", "PhoneField", "WholeNumberField", "option"]


class PhoneField(StringField):
    """A phone. `e164` is the number written one way, None where nothing was typed."""

    e164: str | None = None

    def __init__(self, label: LazyString, validators: Sequence[Any] = (), **more: Any) -> None:
        super().__init__(label, validators, **more)  # type: ignore[no-untyped-call]

    def pre_validate(self, form: Any) -> None:
        """Raises ValidationError for what is no phone; what was typed stays."""
        text = (self.data or "").strip()
        if not text:
            return
        try:
            self.e164 = normalise_phone(text)
        except Refused as refused:
            raise ValidationError(refusal_text(refused.refusal)) from None


def option(value: str, label: LazyString) -> SelectChoice:
    """A choice whose label is read in the reader's language when it is shown."""
    return SelectChoice(value, label)  # type: ignore[arg-type]
