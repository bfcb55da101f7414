"""Form fields of this package: money and phones as people type them."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from flask_babel.speaklater import LazyString
from wtforms import StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from clubsales.errors import Refused
from clubsales.i18n import gettext as _
from clubsales.i18n import refusal_text
from clubsales.leads.people.rules import normalise_phone
from clubsales.money import MalformedAmount, Money

AMOUNT = re.compile(r"\d{1,11}(\.\d{1,3})?")
LEFT_OUT = str.maketrans("", "", ", ¥")


class MoneyField(StringField):
    """An amount in the `currency` of its form. `money` is what was meant, None where nothing was typed."""

    money: Money | None = None

    def __init__(self, label: LazyString, validators: Sequence[Any] = (), **more: Any) -> None:
        super().__init__(label, validators, **more)  # type: ignore[no-untyped-call]

    def pre_validate(self, form: Any) -> None:
        """Raises ValidationError for what is no amount; what was typed stays."""
        text = unicodedata.normalize("NFKC", self.data or "").translate(LEFT_OUT).strip()
        if not text:
            return
        try:
            if not _is_amount(text):
                raise MalformedAmount(text)
            self.money = Money.parse(text, form.currency)
        except MalformedAmount:
            raise ValidationError(_("Enter an amount such as 3980 or 3980.00.")) from None


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


def _is_amount(text: str) -> bool:
    return text.isascii() and AMOUNT.fullmatch(text) is not None


def option(value: str, label: LazyString) -> SelectChoice:
    """A choice whose label is read in the reader's language when it is shown."""
    return SelectChoice(value, label)  # type: ignore[arg-type]
