"""The cheapest price anybody may sell at: list, renewal or a published promotion (PRC-01, PRC-10). Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from clubsales.errors import Decision, Fact, Reason, allow, refuse
from clubsales.ids import CardTypeID
from clubsales.membership.catalogue.card_types import CardTypeView
from clubsales.membership.catalogue.rules import CatalogueRefused
from clubsales.money import Money

WHOLE_BP = 10_000
RENEWAL = "renewal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotion:
    """A published offer of some days, both inclusive. No card type: all that have a price; no sale kinds: all."""

    id: int
    public_id: str
    name: str
    name_en: str
    card_type_id: CardTypeID | None
    sale_kinds: tuple[str, ...]
    first_day: date
    last_day: date
    price: Money | None
    discount_bp: int | None
    extra_days: int
    extra_visits: int
    gift_card_type_id: CardTypeID | None
    is_withdrawn: bool = False

    def name_in(self, language: str) -> str:
        """The name in a language; the first name where there is no other."""
        return self.name_en if language.startswith("en") and self.name_en else self.name

    def is_for(self, card_type: CardTypeView, sale_kind: str) -> bool:
        """Whether it is about this card type, sold in this kind of sale. Nothing is off what takes no discount (PRC-07)."""
        if card_type.no_discount or card_type.price is None:
            return False
        return (self.card_type_id is None or self.card_type_id == card_type.id) and (
            not self.sale_kinds or sale_kind in self.sale_kinds
        )

    def price_of(self, list_price: Money, floor_price: Money | None, *, otherwise: Money) -> Money:
        """What a card costs with it. A price it names holds as it stands; a part off the list price ends at the floor.

        What only gives something costs what the card costs `otherwise`.
        """
        if self.price is None and self.discount_bp is None:
            return otherwise
        if self.price is not None:
            return min(self.price, list_price)
        off = list_price.minor * (self.discount_bp or 0) // WHOLE_BP
        floor = floor_price.minor if floor_price is not None else 0
        return Money(max(list_price.minor - off, min(floor, list_price.minor)), list_price.currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPromotion:
    """An offer to be published; `card_type` and `gift` as they stand on the price list today."""

    name: str
    name_en: str
    card_type: CardTypeView | None
    sale_kinds: tuple[str, ...]
    first_day: date
    last_day: date
    price: Money | None
    discount_bp: int | None
    extra_days: int
    extra_visits: int
    gift: CardTypeView | None


def may_promote(new: NewPromotion, *, today: date) -> Decision:
    """Days that are not over, and something to be had: a price of one card type or a part off, days, visits, a gift (PRC-10)."""
    if new.last_day < new.first_day:
        return refuse(CatalogueRefused.PROMOTION_DAYS)
    if new.last_day < today:
        return refuse(CatalogueRefused.PROMOTION_OVER, last_day=new.last_day)
    if new.price is not None and new.discount_bp is not None:
        return refuse(CatalogueRefused.PROMOTION_BOTH)
    if new.price is not None and (
        new.card_type is None or new.card_type.price is None or new.card_type.price < new.price
    ):
        return refuse(CatalogueRefused.PROMOTION_PRICE)
    if new.card_type is not None and new.card_type.no_discount:
        return refuse(CatalogueRefused.PROMOTION_NO_DISCOUNT, name=new.card_type.name)
    given = (new.price, new.discount_bp, new.extra_days or None, new.extra_visits or None, new.gift)
    if all(each is None for each in given):
        return refuse(CatalogueRefused.PROMOTION_EMPTY)
    return allow()


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What anybody may sell a card type at today, and why. No list price: sold at any price."""

    list_price: Money | None
    price: Money | None
    promotion: Promotion | None
    reason: Reason


def offer_for(card_type: CardTypeView, sale_kind: str, promotions: Iterable[Promotion]) -> Offer:
    """The cheapest of the list price, the renewal price and what the promotions of the day make of it.

    Of promotions that cost the same, one that gives something beside counts; of several, the first published.
    """
    list_price = card_type.price
    if list_price is None:
        return Offer(list_price=None, price=None, promotion=None, reason=Reason("PRC-01", "price.list"))
    price, reason = list_price, Reason("PRC-01", "price.list", {"price": list_price})
    if sale_kind == RENEWAL and card_type.renewal_price is not None and card_type.renewal_price < price:
        price = card_type.renewal_price
        reason = Reason("PRC-01", "price.renewal", {"price": price, "list_price": list_price})
    running = [each for each in promotions if each.is_for(card_type, sale_kind)]
    priced = [(each.price_of(list_price, card_type.floor_price, otherwise=price), each) for each in running]
    promoted, best = min(
        priced, key=lambda each: (each[0], -_gives(each[1]), each[1].id), default=(price, None)
    )
    if best is None:
        return Offer(list_price=list_price, price=price, promotion=None, reason=reason)
    if price < promoted or (promoted == price and not _gives(best)):
        return Offer(list_price=list_price, price=price, promotion=None, reason=reason)
    facts: dict[str, Fact] = {
        "price": promoted,
        "list_price": list_price,
        "name": best.name,
        "name_en": best.name_en or best.name,
        "last_day": best.last_day,
    }
    if promoted == list_price:
        why = Reason("PRC-10", "price.promotion_adds", facts)
    else:
        why = Reason("PRC-10", "price.promotion", facts)
    return Offer(list_price=list_price, price=promoted, promotion=best, reason=why)


def _gives(promotion: Promotion) -> bool:
    return bool(promotion.extra_days or promotion.extra_visits or promotion.gift_card_type_id)
