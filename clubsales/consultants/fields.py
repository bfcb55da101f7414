"""Form fields of this package: days, money and whole numbers as people enter them."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel.speaklater import LazyString
from wtforms import DateField, IntegerField, StringField
from wtforms.validators import StopValidation, ValidationError

from clubsales.i18n import gettext as _
from clubsales.money import LARGEST_PRICE, MalformedAmount, Money

AMOUNT = re.compile(r"\d{1,11}(\.\d{1,3})?")
WHOLE_NUMBER = re.compile(r"[0-9]{1,9}")
LEFT_OUT = str.maketrans("", "", ", ¥")


class DayField(DateField):
    """A day, as the browser's calendar writes it."""

    def __init__(self, label: LazyString, validators: Sequence[Any] = (), **more: Any) -> None:
        super().__init__(label, validators, **more)  # type: ignore[no-untyped-call]

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Raises ValueError for what is no day; nothing typed is no day chosen."""
        text = str(valuelist[0]) if valuelist else ""
        self.data = None
        if not text:
            return
        try:
            day = date.fromisoformat(text.strip())
        except ValueError:
            day = date.min
        if not 2000 <= day.year < 3000:
            raise ValueError(_("This is not a date. Choose one from the calendar."))
        self.data = day


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
            if not (text.isascii() and AMOUNT.fullmatch(text)):
                raise MalformedAmount(text)
            self.money = Money.parse(text, form.currency)
        except MalformedAmount:
            raise ValidationError(_("Enter an amount such as 3980 or 3980.00.")) from None
        if self.money.major > LARGEST_PRICE:
            self.money = None
            raise ValidationError(_("This amount has too many digits. Check it."))


class WholeNumberField(IntegerField):
    """A whole number as people type it, full-width digits too."""

    def __init__(self, label: LazyString, validators: Sequence[Any] = (), **more: Any) -> None:
        super().__init__(label, validators, **more)  # type: ignore[no-untyped-call]

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Raises ValueError for anything else; what was typed stays."""
        text = unicodedata.normalize("NFKC", str(valuelist[0]) if valuelist else "").strip()
        self.data = None
        if not text:
            return
        if not (text.isascii() and WHOLE_NUMBER.fullmatch(text)):
            raise ValueError(_("Enter a whole number such as 365."))
        self.data = int(text)

    def pre_validate(self, form: Any) -> None:
        """Raises StopValidation for what is no number: how large it may be is said of a number only."""
        if self.process_errors:
            raise StopValidation()
