"""What a deal of several lines is made of: each line at its price, gifts weighed, packages opened, starts checked. Pure.

PRC-01 to PRC-10, EX-02. Prices of a line are those of all its pieces.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from clubsales.errors import Decision, allow, refuse
from clubsales.membership.cards.rules import SoldLine
from clubsales.membership.catalogue.card_types import CardTypeView
from clubsales.membership.catalogue.offers import Offer, Promotion, offer_for
from clubsales.membership.catalogue.queries import PackageItem
from clubsales.membership.catalogue.rules import CardKind, StartRule
from clubsales.membership.sales.rules import SaleRefused
from clubsales.money import Money

MOST_PIECES = 50  # on one line
MOST_LINES = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class LineWish:
    """A line as it is asked for: a card type's public id, and the price of one piece, none: what anybody may sell it at.

    A gift has a reason. `starts_on` is the buyer's wish, `request` the discount request that allows the price. What a
    package holds may be known elsewhere only, as in a history: `is_whole` sells one that says nothing of it, as one card.
    """

    card_type: str
    quantity: int = 1
    price: Money | None = None
    is_gift: bool = False
    gift_reason: str = ""
    starts_on: date | None = None
    request: str = ""
    is_whole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A wish and what it stands for on the price list of the day."""

    wish: LineWish
    card_type: CardTypeView
    offer: Offer
    items: tuple[PackageItem, ...] = ()
    given_by: Promotion | None = None  # the offer that gives this gift


@dataclass(frozen=True, slots=True, kw_only=True)
class DealLine:
    """A line as it is sold. Whoever pays for a package gets its parts."""

    card_type: CardTypeView
    quantity: int
    list_price: Money | None
    price: Money
    set_up_fee: Money
    is_gift: bool = False
    gift_reason: str = ""
    offer: Offer | None = None  # none for a part
    promotion: Promotion | None = None  # the offer it is sold at, or given by
    starts_on: date | None = None
    is_granted: bool = False  # somebody allowed this price on request
    parts: tuple["DealLine", ...] = ()

    @property
    def makes_card(self) -> bool:
        """Goods open no door; a package of parts is the cards of its parts, one without them is a card of its own."""
        return self.card_type.kind is not CardKind.GOODS and not self.parts

    @property
    def extra_days(self) -> int:
        """Days its offer adds."""
        return 0 if self.promotion is None or self.is_gift else self.promotion.extra_days

    @property
    def extra_visits(self) -> int:
        """Visits its offer adds."""
        return 0 if self.promotion is None or self.is_gift else self.promotion.extra_visits

    @property
    def value(self) -> Money | None:
        """The stored value it is loaded with: the card type's, else what is paid; of a gift the list price."""
        if self.card_type.kind is not CardKind.STORED_VALUE:
            return None
        return self.card_type.value or (self.list_price if self.is_gift else self.price)


def price_of_one(found: Found) -> Money:
    """The price of one piece, asked for or offered. Raises Refused(SaleRefused.PRICE_NEEDED, CURRENCY)."""
    asked = found.offer.price if found.wish.price is None else found.wish.price
    if asked is None:
        refuse(SaleRefused.PRICE_NEEDED, name=found.card_type.name).or_raise()
    if asked.currency != found.card_type.currency or asked.minor < 0:
        refuse(SaleRefused.CURRENCY, currency=found.card_type.currency).or_raise()
    return asked


def line_of(found: Found, quantity: int) -> DealLine:
    """A line at its price. Raises Refused(SaleRefused.PRICE_NEEDED, CURRENCY, EMPTY_PACKAGE)."""
    card_type, wish = found.card_type, found.wish
    each = Money.zero(card_type.currency) if wish.is_gift else price_of_one(found)
    if card_type.kind is CardKind.PACKAGE and not found.items and not wish.is_whole:
        refuse(SaleRefused.EMPTY_PACKAGE, name=card_type.name).or_raise()
    price = times(each, quantity)
    line = DealLine(
        card_type=card_type,
        quantity=quantity,
        list_price=None if card_type.price is None else times(card_type.price, quantity),
        price=price,
        set_up_fee=min(times(card_type.set_up_fee, quantity), price),
        is_gift=wish.is_gift,
        gift_reason=wish.gift_reason,
        offer=found.offer,
        promotion=found.given_by if wish.is_gift else _promotion(found.offer, each),
        starts_on=wish.starts_on,
        is_granted=bool(wish.request),
    )
    return replace(line, parts=parts_of(line, found.items)) if found.items else line


def pieces_of(found: Found) -> Iterator[DealLine]:
    """The lines of a wish: each card one of its own, goods together. A granted price serves one piece."""
    rest = found.wish.quantity
    if found.wish.request:
        yield line_of(found, 1)
        found, rest = replace(found, wish=replace(found.wish, request="")), rest - 1
    if found.card_type.kind is CardKind.GOODS:
        if rest:
            yield line_of(found, rest)
        return
    for _ in range(rest):
        yield line_of(found, 1)


def gift_of(promotion: Promotion, card_type: CardTypeView, quantity: int = 1) -> Found:
    """What a published offer gives beside each piece that is sold at it."""
    wish = LineWish(
        card_type=card_type.public_id, quantity=quantity, is_gift=True, gift_reason=promotion.name
    )
    return Found(wish=wish, card_type=card_type, offer=offer_for(card_type, "", ()), given_by=promotion)


def parts_of(package: DealLine, items: Sequence[PackageItem]) -> tuple[DealLine, ...]:
    """A package's parts, each card one of its own; what is paid is split by list prices, to the last cent (AMB-11).

    Parts without list prices are weighed alike.
    """
    pieces = [
        (item.card_type, quantity)
        for item in items
        for quantity in ([item.quantity] if item.card_type.kind is CardKind.GOODS else [1] * item.quantity)
    ]
    weights = [quantity * (0 if one.price is None else one.price.minor) for one, quantity in pieces]
    prices = package.price.allocate(weights if any(weights) else [quantity for _, quantity in pieces])
    return tuple(
        DealLine(
            card_type=card_type,
            quantity=quantity,
            list_price=None if card_type.price is None else times(card_type.price, quantity),
            price=price,
            set_up_fee=Money.zero(price.currency),
            is_gift=package.is_gift,
            starts_on=package.starts_on if _is_chosen(card_type) else None,
        )
        for (card_type, quantity), price in zip(pieces, prices, strict=True)
    )


def may_start(found: Found, *, today: date) -> Decision:
    """A day of its own begins only a card whose terms let the buyer choose, from today within their days."""
    wish, card_type = found.wish, found.card_type
    if wish.starts_on is None:
        return allow()
    choosing = [one for one in (card_type, *(item.card_type for item in found.items)) if _is_chosen(one)]
    if not choosing:
        return refuse(SaleRefused.START_FIXED, name=card_type.name)
    if wish.starts_on < today:
        return refuse(SaleRefused.START_PAST)
    within = [one.terms.start_within_days for one in choosing if one.terms.start_within_days]
    if within and today + timedelta(days=min(within)) < wish.starts_on:
        return refuse(SaleRefused.START_LATE, latest=today + timedelta(days=min(within)))
    return allow()


def may_list(wishes: Sequence[LineWish]) -> Decision:
    """A deal has lines, each of some pieces; a gift says why; one discount request serves one price of a deal, never a gift."""
    if not wishes or len(wishes) > MOST_LINES:
        return refuse(SaleRefused.LINES, most=MOST_LINES)
    if not all(1 <= wish.quantity <= MOST_PIECES for wish in wishes):
        return refuse(SaleRefused.QUANTITY, most=MOST_PIECES)
    if sum(wish.quantity for wish in wishes) > MOST_LINES:
        return refuse(SaleRefused.LINES, most=MOST_LINES)
    if any(wish.is_gift and not wish.gift_reason for wish in wishes):
        return refuse(SaleRefused.GIFT_REASON)
    if sum(bool(wish.request) for wish in wishes) > 1 or any(
        wish.is_gift and wish.request for wish in wishes
    ):
        return refuse(SaleRefused.ONE_REQUEST)
    return allow()


def dearest(lines: Sequence[DealLine]) -> DealLine:
    """By whose card type the sale's commission is paid: the dearest line, the first of several."""
    return max(lines, key=lambda line: line.price.minor)


def numbered(lines: Iterable[DealLine]) -> Iterator[tuple[int, int | None, DealLine]]:
    """Every line and part with its number on the sale, and that of the package it came with."""
    number = 0
    for line in lines:
        number += 1
        package = number
        yield package, None, line
        for part in line.parts:
            number += 1
            yield number, package, part


def sold_line(number: int, line: DealLine) -> SoldLine:
    """What a card is made of: every fact a copy. What an offer adds stands beside what was paid for."""
    card_type, terms = line.card_type, line.card_type.terms
    return SoldLine(
        line=number,
        card_type_id=card_type.id,
        name=card_type.name,
        name_en=card_type.name_en,
        kind=card_type.kind.value,
        days=card_type.days,
        visits=card_type.visits,
        value_minor=None if line.value is None else line.value.minor,
        paid_minor=line.price.minor,
        currency=card_type.currency,
        are_sessions=card_type.are_sessions,
        people_max=card_type.people_max,
        start_rule=terms.start_rule.value,
        starts_on=line.starts_on,
        facilities=card_type.facilities,
        windows=tuple(window.to_json() for window in card_type.windows),
        terms=terms.to_json(),
        all_clubs=card_type.all_clubs,
        extra_days=line.extra_days,
        extra_visits=line.extra_visits,
    )


def _promotion(offer: Offer, each: Money) -> Promotion | None:
    """An offer's extras go with its price or a higher one; whoever is given a lower price has another deal."""
    return offer.promotion if offer.price is not None and offer.price <= each else None


def _is_chosen(card_type: CardTypeView) -> bool:
    return card_type.terms.start_rule is StartRule.CHOSEN


def times(each: Money, quantity: int) -> Money:
    """What so many pieces cost."""
    return Money(each.minor * quantity, each.currency)
