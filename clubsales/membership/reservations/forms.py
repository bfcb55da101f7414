"""What is typed when something is reserved, and when a reservation ends."""

from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from clubsales.i18n import lazy_gettext as _l
from clubsales.leads.people.rules import LONGEST_NAME
from clubsales.membership import texts
from clubsales.membership.fields import MoneyField, PhoneField, option
from clubsales.membership.payments.rules import Method
from clubsales.membership.reservations.rules import LONGEST_NOTE
from clubsales.membership.sales.forms import (
    LONGEST_PUBLIC_ID,
    LONGEST_REFERENCE,
    METHOD_CHOICES,
    SELL_KINDS,
    TOO_LONG,
    KeyedForm,
)
from clubsales.membership.sales.rules import SaleKind
from clubsales.typed import free_text, one_line


class ReservationForm(KeyedForm):
    """The reservation approval form."""

    card_type = StringField(
        _l("What"), validators=[InputRequired(_l("Choose a card.")), Length(max=LONGEST_PUBLIC_ID)]
    )
    guest = StringField(_l("For"), validators=[Optional(), Length(max=LONGEST_PUBLIC_ID)])
    phone = PhoneField(_l("Customer's phone"))
    name = StringField(
        _l("Customer's name"), validators=[Length(max=LONGEST_NAME, message=TOO_LONG)], filters=[one_line]
    )
    kind = SelectField(
        _l("Kind of sale"),
        choices=[option(kind.value, texts.SALE_KINDS[kind]) for kind in SELL_KINDS],
        default=SaleKind.NEW.value,
        validators=[Optional(strip_whitespace=False)],
        validate_choice=True,
    )
    price = MoneyField(_l("Price"))
    deposit = MoneyField(_l("Deposit"))
    note = TextAreaField(
        _l("Remark"), validators=[Length(max=LONGEST_NOTE, message=TOO_LONG)], filters=[free_text]
    )
    charges_shown = BooleanField(_l("The customer has seen all steps and charges"))

    @property
    def chosen_kind(self) -> SaleKind:
        """The kind of sale; new where nothing was said."""
        return SaleKind(self.kind.data or SaleKind.NEW.value)


class AgainForm(KeyedForm):
    """The form written anew after a no."""

    deposit = MoneyField(_l("Deposit"), validators=[DataRequired(_l("Enter the amount."))])
    note = TextAreaField(
        _l("Remark"), validators=[Length(max=LONGEST_NOTE, message=TOO_LONG)], filters=[free_text]
    )


class DepositForm(KeyedForm):
    """The deposit, taken by hand."""

    amount = MoneyField(_l("Deposit"), validators=[DataRequired(_l("Enter the amount."))])
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


class PayoutForm(KeyedForm):
    """The deposit given back: papers and signature."""

    papers_back = BooleanField(_l("The agreement and the deposit receipt are here again"))
    signature = HiddenField("")
