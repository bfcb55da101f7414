"""What is typed to ask for a price, and to answer."""

from typing import Any

from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from clubsales.auth.forms import OurForm
from clubsales.i18n import lazy_gettext as _l
from clubsales.leads.people.rules import LONGEST_NAME
from clubsales.membership.discounts.rules import LONGEST_REASON
from clubsales.membership.fields import MoneyField, PhoneField
from clubsales.money import Currency
from clubsales.typed import free_text, one_line

LONGEST_PUBLIC_ID, LONGEST_KIND = 12, 10
TOO_LONG = _l("Use at most %(max)d characters.")


class AskForm(OurForm):
    """A price asked for on the tablet: the fields beside it, and what the sell page says of guest and card."""

    discount_price = MoneyField(
        _l("Price to ask for"), validators=[DataRequired(_l("Enter the price to ask for."))]
    )
    discount_reason = StringField(
        _l("Why this price"),
        validators=[
            DataRequired(_l("Say why, in a few words.")),
            Length(max=LONGEST_REASON, message=TOO_LONG),
        ],
        filters=[one_line],
    )
    discount_card_type = StringField(
        _l("For which card"), validators=[Optional(), Length(max=LONGEST_PUBLIC_ID)]
    )
    card_type = StringField(_l("What"), validators=[Optional(), Length(max=LONGEST_PUBLIC_ID)])
    renews = StringField("", validators=[Optional(), Length(max=LONGEST_PUBLIC_ID)])
    kind = StringField(_l("Kind of sale"), validators=[Optional(), Length(max=LONGEST_KIND)])
    guest = StringField(_l("For"), validators=[Optional(), Length(max=LONGEST_PUBLIC_ID)])
    phone = PhoneField(_l("Buyer's phone"))
    name = StringField(
        _l("Buyer's name"), validators=[Length(max=LONGEST_NAME, message=TOO_LONG)], filters=[one_line]
    )

    def __init__(self, currency: Currency) -> None:
        super().__init__()
        self.currency = currency

    @property
    def wanted(self) -> str:
        """The public id of the card the price is for."""
        return self.discount_card_type.data or self.card_type.data or ""

    @property
    def fault(self) -> str:
        """The first thing that is wrong, as a sentence."""
        return next((str(error) for field in self for error in field.errors), "")


class AnswerForm(OurForm):
    """What the answer is: a price, and a word to the seller."""

    granted = MoneyField(_l("Price you allow"), validators=[DataRequired(_l("Enter the price you allow."))])
    answer = TextAreaField(
        _l("A word to the seller"),
        validators=[Length(max=LONGEST_REASON, message=TOO_LONG)],
        filters=[free_text],
    )

    def __init__(self, currency: Currency, **values: Any) -> None:
        super().__init__(**values)
        self.currency = currency


class RefuseForm(OurForm):
    """Why the price is not allowed."""

    answer = TextAreaField(
        _l("Reason"),
        validators=[
            DataRequired(_l("Say why, in a few words.")),
            Length(max=LONGEST_REASON, message=TOO_LONG),
        ],
        filters=[free_text],
    )
