"""Who may sell a deal at its prices, and give what away (PRC-03 to PRC-08, EX-02). Pure."""

from collections.abc import Sequence

from clubsales.actor import Role
from clubsales.errors import Allowed, Decision, allow, refuse
from clubsales.membership.catalogue.rules import DiscountPolicy, PriceFacts, lowest_price, may_sell_at
from clubsales.membership.sales.baskets import DealLine, times
from clubsales.membership.sales.rules import SaleRefused
from clubsales.money import Money


def may_sell_deal(
    lines: Sequence[DealLine],
    *,
    seller_roles: frozenset[Role],
    approver_roles: frozenset[Role] = frozenset(),
    policy: DiscountPolicy,
) -> Decision:
    """Each line within authority or an offer; then what is given away counts as a discount on the whole deal.

    Gifts cannot go round the limits: the deal's price is held against the lowest that these people may give on all its
    lines together, gifts at their list price (PRC-03). What a published offer gives counts nothing.
    """
    roles = seller_roles | approver_roles
    for line in lines:
        decision = _may_give(line, roles) if line.is_gift else _may_sell(line, roles, policy)
        if not isinstance(decision, Allowed):
            return decision
    counted = [line for line in lines if not (line.is_gift and line.promotion)]
    if not any(line.is_gift for line in counted):
        return allow()
    listed = [line for line in counted if line.list_price is not None]
    currency = listed[0].price.currency
    price = sum((line.price for line in listed), Money.zero(currency))
    lowest = sum((_lowest(line, roles, policy) for line in listed), Money.zero(currency))
    given = sum(
        (line.list_price for line in listed if line.is_gift and line.list_price), Money.zero(currency)
    )
    if price < lowest:
        return refuse(SaleRefused.GIFTS, gifts=given, price=price, lowest=lowest)
    return allow()


def _may_sell(line: DealLine, roles: frozenset[Role], policy: DiscountPolicy) -> Decision:
    facts = _facts(line, roles)
    if line.is_granted and facts.list_price is not None and facts.price < facts.list_price:
        return allow()  # whoever allowed it had the authority
    return may_sell_at(facts, policy)


def _may_give(line: DealLine, roles: frozenset[Role]) -> Decision:
    """What takes no discount is given by the general manager only (PRC-07); what has no price cannot be weighed."""
    if line.promotion is not None:
        return allow()
    if line.list_price is None:
        return refuse(SaleRefused.GIFT_PRICE, name=line.card_type.name)
    if line.card_type.no_discount and Role.GENERAL_MANAGER not in roles:
        return refuse(SaleRefused.GIFT_NO_DISCOUNT, name=line.card_type.name)
    return allow()


def _lowest(line: DealLine, roles: frozenset[Role], policy: DiscountPolicy) -> Money:
    """The lowest these people may sell a line at; of a granted price what it is."""
    if line.is_granted or line.list_price is None:
        return line.price
    each = _facts(line, roles)
    assert each.list_price is not None
    return times(lowest_price(each, each.list_price, policy), line.quantity)


def _facts(line: DealLine, roles: frozenset[Role]) -> PriceFacts:
    """The price of one piece and who stands behind it; every piece of a line costs the same."""
    offered = None if line.offer is None or line.is_gift else line.offer.price
    return PriceFacts(
        price=Money(line.price.minor // line.quantity, line.price.currency),
        list_price=line.card_type.price,
        floor_price=line.card_type.floor_price,
        no_discount=line.card_type.no_discount,
        seller_roles=roles,
        offered=offered,
    )
