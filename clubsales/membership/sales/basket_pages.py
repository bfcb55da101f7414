"""The basket of the sell screen: each line with what anybody may sell it at, and what all of it costs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from clubsales.membership.catalogue import queries as catalogue
from clubsales.membership.catalogue.card_types import CardTypeView
from clubsales.membership.catalogue.offers import Offer, Promotion, offer_for
from clubsales.membership.catalogue.rules import StartRule
from clubsales.membership.sales.forms import LineForm, SellForm
from clubsales.money import Money

ADD, ADD_GIFT, REMOVE = "add", "gift", "remove-"


@dataclass(frozen=True, slots=True, kw_only=True)
class BasketLine:
    """A line as it stands in the form, and what is known of it."""

    form: SellForm | LineForm
    card_type: CardTypeView | None  # none while nothing is chosen
    offer: Offer | None
    first_start: date | None  # from when the buyer may let it start; none: no choice
    last_start: date | None

    @property
    def price(self) -> Money | None:
        """What all its pieces cost; none while that is not known."""
        if isinstance(self.form, LineForm) and self.form.is_gift:
            return None
        each = self.form.price.money or (self.offer.price if self.offer else None)
        return None if each is None else Money(each.minor * (self.form.quantity.data or 1), each.currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class BasketSheet:
    """The lines of a deal that is being put together."""

    first: BasketLine
    more: tuple[BasketLine, ...]

    @property
    def total(self) -> Money | None:
        """What all of it costs, of several lines; none while a price is missing."""
        prices = [line.price for line in (self.first, *self.more)]
        known = [price for price in prices if price is not None]
        paid = [
            line
            for line in (self.first, *self.more)
            if not isinstance(line.form, LineForm) or not line.form.is_gift
        ]
        if len(known) < len(paid) or (len(paid) == 1 and (self.first.form.quantity.data or 1) == 1):
            return None
        return sum(known, Money.zero(known[0].currency))


def change(form: SellForm, asked: str) -> None:
    """Add an empty line to the form, or take one out."""
    if asked in (ADD, ADD_GIFT) and len(form.more.entries) < (form.more.max_entries or 0):
        form.more.append_entry({"gift": "1" if asked == ADD_GIFT else ""})
        form.more.entries[-1].form.currency = form.currency
    elif asked.startswith(REMOVE):
        form.more.entries = [
            entry for entry in form.more.entries if entry.name != f"more-{asked.removeprefix(REMOVE)}"
        ]


def offers_of(
    session: Session, card_types: Sequence[CardTypeView], *, kind: str, today: date
) -> Mapping[str, Offer]:
    """What anybody may sell each card type at today, by its public id."""
    promotions: tuple[Promotion, ...] = ()
    if any(card_type.is_promoted for card_type in card_types):
        promotions = catalogue.promotions_on(session, card_types[0].club_id, today)
    return {card_type.public_id: offer_for(card_type, kind, promotions) for card_type in card_types}


def basket_sheet(
    form: SellForm, card_types: Sequence[CardTypeView], offers: Mapping[str, Offer], today: date
) -> BasketSheet:
    """The basket with what stands in its form."""
    known = {card_type.public_id: card_type for card_type in card_types}
    return BasketSheet(
        first=_line(form, known, offers, today),
        more=tuple(_line(line, known, offers, today) for line in form.more_lines),
    )


def _line(
    form: SellForm | LineForm, known: Mapping[str, CardTypeView], offers: Mapping[str, Offer], today: date
) -> BasketLine:
    card_type = known.get(form.card_type.data or "")
    terms = None if card_type is None else card_type.terms
    may_choose = terms is not None and terms.start_rule is StartRule.CHOSEN
    within = terms.start_within_days if terms is not None else 0
    return BasketLine(
        form=form,
        card_type=card_type,
        offer=offers.get(form.card_type.data or ""),
        first_start=today if may_choose else None,
        last_start=today + timedelta(days=within) if may_choose and within else None,
    )
