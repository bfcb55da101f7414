"""What somebody counted."""

from collections.abc import Mapping
from typing import Any

from flask_wtf import FlaskForm
from wtforms import HiddenField, TextAreaField
from wtforms.validators import Length, Optional, Regexp, ValidationError

from clubsales.i18n import gettext as _
from clubsales.i18n import lazy_gettext as _l
from clubsales.membership import texts
from clubsales.membership.fields import MoneyField
from clubsales.membership.payments.rules import Method
from clubsales.money import Currency, Money
from clubsales.typed import free_text

KEY = r"[0-9A-Za-z-]{1,80}\Z"
MINUS = ("-", "−", "－")


class CountedField(MoneyField):
    """An amount that may be below zero: more was given back than taken."""

    def pre_validate(self, form: Any) -> None:
        """Raises ValidationError for what is no amount; what was typed stays."""
        typed = (self.data or "").strip()
        if not typed.startswith(MINUS):
            super().pre_validate(form)
            return
        self.data = typed[1:].strip()
        try:
            super().pre_validate(form)
        finally:
            self.data = typed
        if self.money is None:
            raise ValidationError(_("Enter an amount such as 3980 or 3980.00."))
        self.money = -self.money


class CountForm(FlaskForm):
    """Money by method, as it was counted; nothing typed is nothing."""

    currency: Currency
    cash = CountedField(texts.METHODS["cash"])
    card = CountedField(texts.METHODS["card"])
    wechat = CountedField(texts.METHODS["wechat"])
    alipay = CountedField(texts.METHODS["alipay"])
    transfer = CountedField(texts.METHODS["transfer"])
    explanation = TextAreaField(
        _l("Why it does not agree"),
        validators=[Length(max=1_000, message=_l("Use at most %(max)d characters."))],
        filters=[free_text],
    )
    submission_key = HiddenField("", validators=[Optional(), Regexp(KEY)])

    def __init__(self, currency: Currency, *arguments: Any, **values: Any) -> None:
        self.currency = currency
        super().__init__(*arguments, **values)  # type: ignore[no-untyped-call]

    def is_valid(self) -> bool:
        """Whether everything is well; errors stand at their fields."""
        return bool(self.validate())  # type: ignore[no-untyped-call]

    def field_of(self, method: Method) -> CountedField:
        """Where a method's money is typed."""
        field = self[method.value]
        assert isinstance(field, CountedField)
        return field

    @property
    def counted(self) -> Mapping[Method, Money]:
        """What was typed, by method."""
        fields = {method: self.field_of(method) for method in Method if method is not Method.ONLINE}
        return {method: field.money for method, field in fields.items() if field.money is not None}
