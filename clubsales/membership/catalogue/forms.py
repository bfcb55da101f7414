"""What a manager types to keep the price list."""

import re
from typing import Any

from wtforms import BooleanField, Field, RadioField, StringField, ValidationError
from wtforms.validators import InputRequired, NumberRange, Optional

from clubsales.auth.forms import OurForm, at_most, plain_line, required
from clubsales.consultants.fields import DayField
from clubsales.errors import Refusal
from clubsales.i18n import gettext as _
from clubsales.i18n import lazy_gettext as _l
from clubsales.i18n import refusal_text
from clubsales.membership import texts
from clubsales.membership.catalogue.rules import CardKind, may_have_prices, may_hold, may_sell_online
from clubsales.membership.fields import MoneyField, WholeNumberField, option
from clubsales.money import LARGEST_PRICE, Currency, Money

SESSIONS = "sessions"  # visits that are coached
ADDED_KINDS = {
    CardKind.TERM.value: texts.CARD_KINDS[CardKind.TERM],
    CardKind.VISITS.value: texts.CARD_KINDS[CardKind.VISITS],
    SESSIONS: _l("Sessions with a coach"),
    CardKind.STORED_VALUE.value: texts.CARD_KINDS[CardKind.STORED_VALUE],
    CardKind.ACTIVITY.value: texts.CARD_KINDS[CardKind.ACTIVITY],
    CardKind.PACKAGE.value: texts.CARD_KINDS[CardKind.PACKAGE],
    CardKind.GOODS.value: texts.CARD_KINDS[CardKind.GOODS],
}
LONGEST_NAME, LONGEST_DESCRIPTION = 80, 200
LONGEST_TERM, MOST_VISITS = 3660, 10_000  # ten years of days
CODE = re.compile(r"[A-Za-z0-9._-]{1,40}")


def _no_slip(field: MoneyField) -> None:
    if field.money is not None and field.money.major > LARGEST_PRICE:
        raise ValidationError(_("This amount has too many digits. Check it."))


class MoneyForm(OurForm):
    """Amounts in a club's currency."""

    def __init__(self, currency: Currency, **values: Any) -> None:
        super().__init__(**values)
        self.currency = currency


class PriceForm(MoneyForm):
    """A price and how low it may go, in a club's currency."""

    price = MoneyField(_l("Price"), description=_l("Left empty, it is sold at any price the seller enters."))
    floor_price = MoneyField(
        _l("Lowest price"), description=_l("Nobody sells below it, whatever discount they may give.")
    )

    renewal_price = MoneyField(
        _l("Price for whoever renews"), description=_l("Left empty, a renewal costs the price.")
    )

    def validate_renewal_price(self, field: MoneyField) -> None:
        """Not above the price."""
        if field.money is None:
            return
        decision = may_have_prices(price=self.price.money, floor_price=None, renewal_price=field.money)
        if isinstance(decision, Refusal):
            raise ValidationError(refusal_text(decision))

    def validate_price(self, field: MoneyField) -> None:
        """Above zero, and no slip of the hand."""
        if field.money is None:
            return
        if field.money.minor <= 0:
            raise ValidationError(_("Enter a price above zero, or leave it empty to sell at any price."))
        if field.money.major > LARGEST_PRICE:
            raise ValidationError(_("This price has too many digits. Check it."))

    def validate_floor_price(self, field: MoneyField) -> None:
        """Not above the price."""
        if field.money is None:
            return
        if self.price.money is None:
            raise ValidationError(_("A lowest price needs a price. Enter one, or leave this empty."))
        decision = may_have_prices(price=self.price.money, floor_price=field.money)
        if isinstance(decision, Refusal):
            raise ValidationError(refusal_text(decision))


class DatedPriceForm(PriceForm):
    """Prices from a day on."""

    valid_from = DayField(_l("From which day on"), description=_l("Left empty, from today."))


class PayForm(MoneyForm):
    """What of the price commission may leave out, and what a colleague gets for bringing the buyer."""

    set_up_fee = MoneyField(
        _l("Set-up fee in the price"),
        description=_l("A part of the price. Plans may leave it out of what commission is paid on."),
    )
    referral = MoneyField(
        _l("For a colleague who brought the buyer"),
        description=_l(
            "Paid once to a colleague who sells nothing himself, when the sale is fully paid. Left empty, the commission plan says how much."
        ),
    )

    def validate_set_up_fee(self, field: MoneyField) -> None:
        """No slip of the hand."""
        _no_slip(field)

    def validate_referral(self, field: MoneyField) -> None:
        """No slip of the hand."""
        _no_slip(field)

    @property
    def fee(self) -> Money:
        """The fee; nothing typed is none. Call after validating."""
        return self.set_up_fee.money or Money.zero(self.currency)


class CardTypeForm(PriceForm, PayForm):
    """Something new on the price list."""

    kind = RadioField(
        _l("What it is"),
        choices=[option(kind, name) for kind, name in ADDED_KINDS.items()],
        default=CardKind.TERM.value,
        validators=[InputRequired(_l("Choose one."))],
    )
    name = StringField(_l("What it is called"), [required(), at_most(LONGEST_NAME), plain_line])
    name_en = StringField(_l("Name in English"), [at_most(LONGEST_NAME), plain_line])
    description = StringField(_l("What it includes"), [at_most(LONGEST_DESCRIPTION), plain_line])
    description_en = StringField(
        _l("What it includes, in English"), [at_most(LONGEST_DESCRIPTION), plain_line]
    )
    days = WholeNumberField(
        _l("Days it is valid"),
        [
            Optional(),
            NumberRange(min=1, max=LONGEST_TERM, message=_l("Between %(min)s and %(max)s days.")),
        ],
        description=_l(
            "A term card needs it, for example 365. A visit card may have it. The first day counts."
        ),
    )
    visits = WholeNumberField(
        _l("Visits"),
        [
            Optional(),
            NumberRange(min=1, max=MOST_VISITS, message=_l("Between %(min)s and %(max)s visits.")),
        ],
        description=_l("A visit card needs it, for example 30."),
    )
    value = MoneyField(
        _l("Loaded with"),
        description=_l("For stored value: more than the price where something is given on top."),
    )
    all_clubs = BooleanField(_l("Opens every club of the company"))
    no_discount = BooleanField(_l("No discount on this"))
    online = BooleanField(
        _l("Sold on your own page"),
        description=_l("Guests buy and pay it on their phones, at the list price, with nobody's help."),
    )
    code = StringField(_l("Short code"), description=_l("For lists and exports. Left empty, one is made."))

    def validate_code(self, field: Field) -> None:
        """Letters that every list can hold."""
        if field.data and not CODE.fullmatch(field.data):
            raise ValidationError(_("Up to 40 letters, digits, dots, dashes or underscores."))

    def validate_set_up_fee(self, field: MoneyField) -> None:
        """Part of the price."""
        super().validate_set_up_fee(field)
        decision = may_have_prices(price=self.price.money, floor_price=None, set_up_fee=field.money)
        if isinstance(decision, Refusal):
            raise ValidationError(refusal_text(decision))

    def validate_value(self, field: MoneyField) -> None:
        """At least what is paid for it."""
        if self.kind.data != CardKind.STORED_VALUE or self.price.errors or self.set_up_fee.errors:
            return
        decision = may_hold(field.money, price=self.price.money, set_up_fee=self.set_up_fee.money)
        if isinstance(decision, Refusal):
            raise ValidationError(refusal_text(decision))

    def validate_online(self, field: Field) -> None:
        """Only what has a price and opens a door."""
        if not field.data or self.kind.data not in ADDED_KINDS or self.price.errors:
            return
        decision = may_sell_online(kind=self.chosen_kind, price=self.price.money)
        if isinstance(decision, Refusal):
            raise ValidationError(refusal_text(decision))

    def is_valid(self) -> bool:
        """Whether everything was filled in rightly, also what the kind cannot do without."""
        valid = super().is_valid()
        needed, sentence = {
            CardKind.TERM.value: (self.days, _("A term card needs the days it is valid.")),
            CardKind.VISITS.value: (self.visits, _("A visit card needs its number of visits.")),
            SESSIONS: (self.visits, _("Enter the number of sessions as visits.")),
        }.get(self.kind.data, (None, ""))
        if needed is None or needed.errors or needed.data is not None:
            return valid
        needed.errors = (sentence,)
        return False

    @property
    def chosen_kind(self) -> CardKind:
        """The kind; call after validating."""
        return CardKind.VISITS if self.are_sessions else CardKind(self.kind.data)

    @property
    def are_sessions(self) -> bool:
        """Whether its visits are coached."""
        return bool(self.kind.data == SESSIONS)

    @property
    def days_granted(self) -> int | None:
        """The days, of a kind that has any."""
        return None if self.chosen_kind in (CardKind.GOODS, CardKind.PACKAGE) else self.days.data

    @property
    def visits_granted(self) -> int | None:
        """The visits, of a kind that has any."""
        return self.visits.data if self.chosen_kind in (CardKind.VISITS, CardKind.ACTIVITY) else None

    @property
    def value_loaded(self) -> Money | None:
        """The value, of what holds any."""
        return self.value.money if self.chosen_kind is CardKind.STORED_VALUE else None
