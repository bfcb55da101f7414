"""What is typed when selling. Card type, guest and seller are looked up in the club, not chosen from a loaded list."""

import uuid
from collections.abc import Container, Iterator
from enum import StrEnum
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    Field,
    FieldList,
    Form,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, Regexp

from clubsales.errors import Refused
from clubsales.i18n import lazy_gettext as _l
from clubsales.i18n import refusal_text
from clubsales.leads.people.rules import LONGEST_NAME
from clubsales.membership import texts
from clubsales.membership.fields import DayField, MoneyField, PhoneField, WholeNumberField, option
from clubsales.membership.payments.rules import Method
from clubsales.membership.sales.baskets import MOST_PIECES, LineWish
from clubsales.membership.sales.rules import SaleKind
from clubsales.money import Currency
from clubsales.typed import free_text, one_line
from clubsales.web import NoSecondToken

KEY = r"\A[0-9A-Za-z-]{8,80}\Z"
TOO_LONG = _l("Use at most %(max)d characters.")
HAND_METHODS = tuple(method for method in Method if method is not Method.ONLINE)
SELL_KINDS = tuple(kind for kind in SaleKind if kind is not SaleKind.GOODS)
METHOD_CHOICES = [option(method.value, texts.METHODS[method]) for method in HAND_METHODS]
LONGEST_PUBLIC_ID, LONGEST_REFERENCE, LONGEST_REASON, LONGEST_GIFT_REASON = 12, 60, 500, 200
MOST_MORE = 20  # lines beside the first one
PIECES = (Optional(), NumberRange(min=1, max=MOST_PIECES, message=_l("From %(min)s to %(max)s.")))


def new_key() -> str:
    """A submission key for a form that is shown now."""
    return str(uuid.uuid4())


class KeyedForm(FlaskForm):
    """A money form: the key makes two presses one."""

    Meta = NoSecondToken
    submission_key = HiddenField("", validators=[InputRequired(), Regexp(KEY)])

    def __init__(self, currency: Currency, **values: Any) -> None:
        super().__init__(**values)  # type: ignore[no-untyped-call]
        self.currency = currency
        if not self.submission_key.data:
            self.submission_key.data = new_key()

    def is_valid(self) -> bool:
        """Whether everything is well; errors stand at their fields."""
        return bool(self.validate())  # type: ignore[no-untyped-call]

    def put_beside(self, field: Field, refused: Refused, codes: Container[StrEnum]) -> None:
        """Say a refusal of these codes at the field it is about; raises any other again."""
        if refused.refusal.code not in codes:
            raise refused
        field.errors = (refusal_text(refused.refusal),)

    def inputs(self) -> dict[str, Any]:
        """What was typed, for telling a repeated form from another one."""
        return {field.name: field.data for field in self if field is not self.submission_key}


class LineForm(Form):
    """A line beside the first one: something else that is sold, or a gift."""

    currency: Currency
    card_type = StringField(
        _l("What"), validators=[InputRequired(_l("Choose a card.")), Length(max=LONGEST_PUBLIC_ID)]
    )
    quantity = WholeNumberField(_l("Quantity"), default=1, validators=PIECES)
    price = MoneyField(_l("Price of one"))
    gift = HiddenField("", validators=[Length(max=1)])
    gift_reason = StringField(
        _l("Why it is given"),
        validators=[Length(max=LONGEST_GIFT_REASON, message=TOO_LONG)],
        filters=[one_line],
    )
    starts_on = DayField(_l("Starts on"))

    @property
    def is_gift(self) -> bool:
        """Whether it is given away."""
        return bool(self.gift.data)

    @property
    def wish(self) -> LineWish:
        """The line as it is asked for."""
        return LineWish(
            card_type=self.card_type.data or "",
            quantity=self.quantity.data or 1,
            price=None if self.is_gift else self.price.money,
            is_gift=self.is_gift,
            gift_reason=self.gift_reason.data or "",
            starts_on=self.starts_on.data,
        )


class SellForm(KeyedForm):
    """What is sold, to whom, by whom, at which price. The first line stands for itself; others are `more`."""

    card_type = StringField(
        _l("What"), validators=[InputRequired(_l("Choose a card.")), Length(max=LONGEST_PUBLIC_ID)]
    )
    kind = SelectField(
        _l("Kind of sale"),
        choices=[option(kind.value, texts.SALE_KINDS[kind]) for kind in SELL_KINDS],
        default=SaleKind.NEW.value,
        validators=[Optional(strip_whitespace=False)],
        validate_choice=True,
    )
    guest = StringField(_l("For"), validators=[Optional(), Length(max=LONGEST_PUBLIC_ID)])
    phone = PhoneField(_l("Buyer's phone"))
    name = StringField(
        _l("Buyer's name"), validators=[Length(max=LONGEST_NAME, message=TOO_LONG)], filters=[one_line]
    )
    consultant = StringField(
        _l("Consultant on the sale"), validators=[Optional(), Length(max=LONGEST_PUBLIC_ID)]
    )
    method = RadioField(
        _l("Payment method"),
        choices=METHOD_CHOICES,
        default=Method.CASH.value,
        validators=[Optional(strip_whitespace=False)],
    )
    terminal_reference = StringField(
        _l("Number on the card slip"),
        validators=[Length(max=LONGEST_REFERENCE, message=TOO_LONG)],
        filters=[free_text],
    )
    price = MoneyField(_l("Price"))
    quantity = WholeNumberField(_l("Quantity"), default=1, validators=PIECES)
    starts_on = DayField(_l("Starts on"))
    discount_request = StringField("", validators=[Optional(), Length(max=LONGEST_PUBLIC_ID)])
    # Without a label of its own it would have one made, in the visitor's language, for nobody to see.
    more = FieldList(FormField(LineForm), "", max_entries=MOST_MORE)

    def __init__(self, currency: Currency, **values: Any) -> None:
        super().__init__(currency, **values)
        for line in self.more_lines:
            line.currency = currency

    @property
    def more_lines(self) -> list[LineForm]:
        """The lines beside the first one."""
        return [entry.form for entry in self.more]

    @property
    def wishes(self) -> Iterator[LineWish]:
        """The lines of the deal as they are asked for."""
        yield LineWish(
            card_type=self.card_type.data or "",
            quantity=self.quantity.data or 1,
            price=self.price.money,
            starts_on=self.starts_on.data,
            request=self.discount_request.data or "",
        )
        for line in self.more_lines:
            yield line.wish

    @property
    def chosen_kind(self) -> SaleKind:
        """The kind of sale; new where nothing was said."""
        return SaleKind(self.kind.data or SaleKind.NEW.value)

    @property
    def chosen_method(self) -> Method:
        """How the money came; cash where nothing was said."""
        return Method(self.method.data or Method.CASH.value)


class ReceiptForm(KeyedForm):
    """Money taken by hand."""

    amount = MoneyField(_l("Amount"), validators=[DataRequired(_l("Enter the amount."))])
    method = RadioField(
        _l("Payment method"),
        choices=METHOD_CHOICES,
        default=Method.CASH.value,
        validators=[InputRequired(_l("Choose how the money came."))],
    )
    terminal_reference = StringField(
        _l("Number on the card slip"),
        validators=[Length(max=LONGEST_REFERENCE, message=TOO_LONG)],
        filters=[free_text],
    )


class RefundForm(KeyedForm):
    """Money given back; no amount: all that is left."""

    amount = MoneyField(_l("Amount"))
    reason = TextAreaField(
        _l("Reason"),
        validators=[
            DataRequired(_l("Say why the money is refunded.")),
            Length(max=LONGEST_REASON, message=TOO_LONG),
        ],
        filters=[free_text],
    )
