"""What a manager types to publish an offer, and to name a hall."""

from collections.abc import Sequence
from datetime import date

from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired

from clubsales.auth.forms import OurForm, at_most, plain_line, required
from clubsales.consultants.commission.forms import PercentField
from clubsales.consultants.fields import DayField
from clubsales.i18n import gettext as _
from clubsales.i18n import lazy_gettext as _l
from clubsales.membership import texts
from clubsales.membership.catalogue.card_types import CardTypeView
from clubsales.membership.catalogue.detail_forms import whole
from clubsales.membership.catalogue.forms import LONGEST_NAME, LONGEST_TERM, MOST_VISITS, MoneyForm
from clubsales.membership.catalogue.offers import NewPromotion
from clubsales.membership.catalogue.rules import CardKind
from clubsales.membership.fields import MoneyField, option

LONGEST_HALL = 40
CHOOSE_DAY = _l("Choose a day.")
OFFERED_KINDS = ("new", "reopen", "renewal", "upgrade")


class PromotionForm(MoneyForm):
    """An offer of some days."""

    name = StringField(_l("What it is called"), [required(), at_most(LONGEST_NAME), plain_line])
    name_en = StringField(_l("Name in English"), [at_most(LONGEST_NAME), plain_line])
    first_day = DayField(_l("First day"), validators=[InputRequired(CHOOSE_DAY)])
    last_day = DayField(_l("Last day"), validators=[InputRequired(CHOOSE_DAY)])
    card_type = SelectField(_l("For which card"), validate_choice=False)
    sale_kinds = SelectMultipleField(
        _l("In these kinds of sale"),
        choices=[option(kind, texts.SALE_KINDS[kind]) for kind in OFFERED_KINDS],
        description=_l("None chosen: in all."),
    )
    price = MoneyField(_l("Price"), description=_l("It holds as it is, also below the lowest price."))
    discount = PercentField(
        _l("Or a part off the list price, in percent"), description=_l("It ends at the lowest price.")
    )
    extra_days = whole(_l("Days on top"), most=LONGEST_TERM)
    extra_visits = whole(_l("Visits on top"), most=MOST_VISITS)
    gift = SelectField(_l("And as a gift"), validate_choice=False)

    def offer(self, card_types: Sequence[CardTypeView], language: str) -> None:
        """Let it choose from the price list."""
        named = [(each.public_id, each.name_in(language)) for each in card_types]
        priced = {each.public_id for each in card_types if each.price is not None and not each.no_discount}
        self.card_type.choices = [
            ("", _("Everything with a price")),
            *(each for each in named if each[0] in priced),
        ]
        giveable = {each.public_id for each in _giveable(card_types)}
        self.gift.choices = [("", _("Nothing")), *(each for each in named if each[0] in giveable)]

    def promotion(self, card_types: Sequence[CardTypeView]) -> NewPromotion | None:
        """What was typed; None for a card that is not on the list. Call after validating."""
        known = {each.public_id: each for each in card_types}
        gifts = {each.public_id: each for each in _giveable(card_types)}
        if (self.card_type.data and self.card_type.data not in known) or (
            self.gift.data and self.gift.data not in gifts
        ):
            return None
        first_day: date = self.first_day.data
        last_day: date = self.last_day.data
        return NewPromotion(
            name=(self.name.data or "").strip(),
            name_en=(self.name_en.data or "").strip(),
            card_type=known.get(self.card_type.data or ""),
            sale_kinds=tuple(self.sale_kinds.data or ()),
            first_day=first_day,
            last_day=last_day,
            price=self.price.money,
            discount_bp=self.discount.bp or None,
            extra_days=self.extra_days.data or 0,
            extra_visits=self.extra_visits.data or 0,
            gift=gifts.get(self.gift.data or ""),
        )


def _giveable(card_types: Sequence[CardTypeView]) -> list[CardTypeView]:
    """What an offer may give: one thing, no package of several."""
    return [each for each in card_types if each.kind is not CardKind.PACKAGE]


class FacilityForm(OurForm):
    """A hall's names."""

    name = StringField(_l("What it is called"), [required(), at_most(LONGEST_HALL), plain_line])
    name_en = StringField(_l("Name in English"), [at_most(LONGEST_HALL), plain_line])

    @property
    def names(self) -> tuple[str, str]:
        """Both names; call after validating."""
        return (self.name.data or "").strip(), (self.name_en.data or "").strip()
