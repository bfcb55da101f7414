"""Who may sell at which price (EX-02, PRC-03, PRC-04, PRC-07, AMB-55)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from clubsales.actor import Role
from clubsales.errors import Decision, allow, refuse
from clubsales.membership.catalogue.terms import CardTerms, StartRule, Window
from clubsales.money import Money

__all__ = [
    "ONLINE_KINDS",
    "CardKind",
    "CardTerms",
    "CatalogueRefused",
    "DiscountPolicy",
    "PriceFacts",
    "StartRule",
    "Window",
    "lowest_price",
    "may_grant",
    "may_have_prices",
    "may_have_terms",
    "may_have_windows",
    "may_hold",
    "may_sell_at",
    "may_sell_online",
]

WHOLE_BP = 10_000


class CardKind(StrEnum):
    """What a card type entitles to."""

    TERM = "term"
    VISITS = "visits"
    STORED_VALUE = "stored_value"
    ACTIVITY = "activity"
    PACKAGE = "package"
    GOODS = "goods"


# What somebody can buy with nobody beside him: a card, which opens the door once it is paid.
ONLINE_KINDS = frozenset({CardKind.TERM, CardKind.VISITS})


class CatalogueRefused(StrEnum):
    DISCOUNT = "sale.discount"
    ABOVE_LIST = "sale.above_list"
    CODE_TAKEN = "catalogue.code_taken"
    NOT_ON_SALE = "catalogue.not_on_sale"
    FLOOR_ABOVE_PRICE = "catalogue.floor_above_price"
    ONLINE_PRICE = "catalogue.online_price"
    ONLINE_KIND = "catalogue.online_kind"
    NOT_ONLINE = "catalogue.not_online"
    FEE_ABOVE_PRICE = "catalogue.fee_above_price"
    VALUE_BELOW_PRICE = "catalogue.value_below_price"
    SOLD_OUT = "catalogue.sold_out"
    RENEWAL_ABOVE_PRICE = "catalogue.renewal_above_price"
    PRICE_IN_PAST = "catalogue.price_in_past"
    DAYS_NEEDED = "catalogue.days_needed"
    VISITS_NEEDED = "catalogue.visits_needed"
    QUOTA_BELOW_TAKEN = "catalogue.quota_below_taken"
    NOT_IN_PACKAGE = "catalogue.not_in_package"
    IN_PACKAGE_TWICE = "catalogue.in_package_twice"
    TERMS_FEE = "catalogue.terms_fee"
    TERMS_DAYS = "catalogue.terms_days"
    WINDOW = "catalogue.window"
    PROMOTION_DAYS = "catalogue.promotion_days"
    PROMOTION_OVER = "catalogue.promotion_over"
    PROMOTION_EMPTY = "catalogue.promotion_empty"
    PROMOTION_PRICE = "catalogue.promotion_price"
    PROMOTION_BOTH = "catalogue.promotion_both"
    PROMOTION_NO_DISCOUNT = "catalogue.promotion_no_discount"
    FACILITY_TAKEN = "catalogue.facility_taken"


@dataclass(frozen=True, slots=True)
class DiscountPolicy:
    """`discount` of the policy: limits in basis points of the list price, inclusive, by role."""

    limit_bp: Mapping[str, int]
    above: tuple[str, ...]  # these roles go down to the floor price


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceFacts:
    """A price to be sold at, and everybody who stands behind it.

    `offered` is what anybody may sell at with nobody's authority (`offers.offer_for`); none: the list price.
    """

    price: Money
    list_price: Money | None
    floor_price: Money | None
    no_discount: bool
    seller_roles: frozenset[Role]
    approver_roles: frozenset[Role] = frozenset()
    offered: Money | None = None


def may_have_prices(
    *,
    price: Money | None,
    floor_price: Money | None,
    set_up_fee: Money | None = None,
    renewal_price: Money | None = None,
) -> Decision:
    """A floor price needs a price above it, or the same; a set-up fee is part of the price; a renewal costs no more."""
    if renewal_price is not None and (price is None or price < renewal_price):
        return refuse(CatalogueRefused.RENEWAL_ABOVE_PRICE, renewal_price=renewal_price)
    if set_up_fee is not None and price is not None and price < set_up_fee:
        return refuse(CatalogueRefused.FEE_ABOVE_PRICE, set_up_fee=set_up_fee, price=price)
    if floor_price is not None and (price is None or price < floor_price):
        return refuse(CatalogueRefused.FLOOR_ABOVE_PRICE, floor_price=floor_price)
    return allow()


def may_hold(value: Money | None, *, price: Money | None, set_up_fee: Money | None = None) -> Decision:
    """Stored value is at least what is paid for it beside the set-up fee; none: what was paid."""
    if value is None or price is None:
        return allow()
    paid = price if set_up_fee is None else price - set_up_fee
    if value < paid:
        return refuse(CatalogueRefused.VALUE_BELOW_PRICE, value=value, paid=paid)
    return allow()


def may_grant(kind: CardKind, *, days: int | None, visits: int | None) -> Decision:
    """A term card runs for days, a visit card has visits; the others may have either or neither."""
    if kind is CardKind.TERM and days is None:
        return refuse(CatalogueRefused.DAYS_NEEDED)
    if kind is CardKind.VISITS and visits is None:
        return refuse(CatalogueRefused.VISITS_NEEDED)
    return allow()


def may_have_terms(terms: CardTerms) -> Decision:
    """A transfer costs an amount or a part of what was paid, never both; a freeze's shortest is not above its longest."""
    if terms.transfer_fee_minor and terms.transfer_fee_bp:
        return refuse(CatalogueRefused.TERMS_FEE)
    if terms.freeze_days_max and terms.freeze_days_max < terms.freeze_days_min:
        return refuse(
            CatalogueRefused.TERMS_DAYS, shortest=terms.freeze_days_min, longest=terms.freeze_days_max
        )
    return allow()


def may_have_windows(windows: Sequence[Window]) -> Decision:
    """Hours on at least one day each, none of them empty."""
    if any(not window.days or window.from_ == window.to for window in windows):
        return refuse(CatalogueRefused.WINDOW)
    return allow()


def may_sell_online(*, kind: CardKind, price: Money | None) -> Decision:
    """On the club's own page nobody names a price, and nobody hands anything over (AMB-13)."""
    if kind not in ONLINE_KINDS:
        return refuse(CatalogueRefused.ONLINE_KIND)
    if price is None or price.minor <= 0:
        return refuse(CatalogueRefused.ONLINE_PRICE)
    return allow()


def may_sell_at(facts: PriceFacts, policy: DiscountPolicy) -> Decision:
    """The list price is the ceiling; below it the seller's or the approver's authority must reach.

    A card type without a list price is sold at any price.
    """
    if facts.list_price is None or facts.price == facts.list_price:
        return allow()
    if facts.list_price < facts.price:
        return refuse(CatalogueRefused.ABOVE_LIST, price=facts.price, list_price=facts.list_price)
    lowest = lowest_price(facts, facts.list_price, policy)
    if facts.price < lowest:
        return refuse(
            CatalogueRefused.DISCOUNT, price=facts.price, lowest=lowest, list_price=facts.list_price
        )
    return allow()


def lowest_price(facts: PriceFacts, list_price: Money, policy: DiscountPolicy) -> Money:
    """The lowest price these people may give together; nobody goes below the floor price but a published offer.

    What somebody may give is reckoned from the list price, not from an offer's (PRC-03, PRC-10).
    """
    lowest = _lowest_by_authority(facts, list_price, policy)
    return lowest if facts.offered is None else min(lowest, facts.offered)


def _lowest_by_authority(facts: PriceFacts, list_price: Money, policy: DiscountPolicy) -> Money:
    roles = facts.seller_roles | facts.approver_roles
    floor = facts.floor_price or Money.zero(list_price.currency)
    if facts.no_discount:
        return floor if Role.GENERAL_MANAGER in roles else list_price
    if any(role.value in policy.above for role in roles):
        return floor
    limit = max((policy.limit_bp.get(role.value, 0) for role in roles), default=0)
    largest_discount = list_price.minor * limit // WHOLE_BP
    return Money(max(list_price.minor - largest_discount, floor.minor), list_price.currency)
