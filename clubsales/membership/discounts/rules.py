"""Silent discounts (PRC-03, EX-02): who may ask, who may answer, and until when an answer holds. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from clubsales.actor import Role
from clubsales.clock import Instant
from clubsales.errors import Decision, Refusal, allow, refuse
from clubsales.ids import AccountID
from clubsales.membership.catalogue.rules import DiscountPolicy, PriceFacts, lowest_price
from clubsales.money import Money

NEVER = datetime(9000, 1, 1, tzinfo=UTC)  # a request that does not lapse
LONGEST_REASON = 300


class DiscountRefused(StrEnum):
    NOT_NEEDED = "discount.not_needed"
    NO_LIST_PRICE = "discount.no_list_price"
    NOBODY = "discount.nobody"
    REASON = "discount.reason"
    OWN = "discount.own"
    ANSWERED = "discount.answered"
    WITHDRAWN = "discount.withdrawn"
    LAPSED = "discount.lapsed"
    AUTHORITY = "discount.authority"
    PRICE_ABOVE = "discount.price_above"
    NOT_APPROVED = "discount.not_approved"
    NOT_YOURS = "discount.not_yours"
    OTHER_CARD = "discount.other_card"
    OTHER_GUEST = "discount.other_guest"
    BELOW_GRANTED = "discount.below_granted"
    USED = "discount.used"


class State(StrEnum):
    """How a request stands. Whether it has lapsed is a matter of the time."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    USED = "used"


class Standing(StrEnum):
    """How a request stands at a moment."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    USED = "used"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Approver:
    """Who stands behind a discount beside the seller."""

    account_id: AccountID
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True)
class RequestPolicy:
    """`discount` of the policy: minutes until a request lapses, and an answer with it; 0: never."""

    request_minutes: int

    def until(self, at: Instant) -> Instant:
        """Until when what begins now holds; this moment is outside."""
        return at + timedelta(minutes=self.request_minutes) if self.request_minutes else NEVER


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerFacts:
    """An answer that is about to be given to a request."""

    state: State
    expires_at: Instant
    is_own: bool
    answered_by: str  # a name; empty while nobody has
    able: tuple[str, ...] = ()  # names of those whose authority reaches the price
    prices: PriceFacts  # `price` is what is to be granted; whoever answers is its approver, nobody else stands behind it


def standing(state: State, expires_at: Instant, usable_until: Instant | None, at: Instant) -> Standing:
    """How a request stands now: waiting until it expires, approved until its answer does."""
    if state is State.ASKED:
        return Standing.WAITING if at < expires_at else Standing.LAPSED
    if state is State.APPROVED:
        return Standing.APPROVED if usable_until is None or at < usable_until else Standing.LAPSED
    return Standing(state.value)


def may_ask(prices: PriceFacts, policy: DiscountPolicy, *, reason: str) -> Decision:
    """Only for what the seller may not give himself, and with a reason (PRC-03)."""
    if prices.list_price is None:
        return refuse(DiscountRefused.NO_LIST_PRICE)
    lowest = lowest_price(prices, prices.list_price, policy)
    if lowest <= prices.price:
        return refuse(DiscountRefused.NOT_NEEDED, price=prices.price, lowest=lowest)
    return allow() if reason else refuse(DiscountRefused.REASON)


def reaches(prices: PriceFacts, roles: frozenset[Role], policy: DiscountPolicy) -> bool:
    """Whether the authority of these roles alone reaches a price."""
    if prices.list_price is None:
        return True
    alone = PriceFacts(
        price=prices.price,
        list_price=prices.list_price,
        floor_price=prices.floor_price,
        no_discount=prices.no_discount,
        seller_roles=frozenset(),
        approver_roles=roles,
    )
    return lowest_price(alone, prices.list_price, policy) <= prices.price


def may_answer(facts: AnswerFacts, at: Instant) -> Decision:
    """Somebody else's request, which nobody has answered and which has not lapsed."""
    if facts.is_own:
        return refuse(DiscountRefused.OWN)
    if facts.state is State.WITHDRAWN:
        return refuse(DiscountRefused.WITHDRAWN)
    if facts.state is not State.ASKED:
        return refuse(DiscountRefused.ANSWERED, name=facts.answered_by)
    if facts.expires_at <= at:
        return refuse(DiscountRefused.LAPSED)
    return allow()


def may_grant(facts: AnswerFacts, policy: DiscountPolicy, at: Instant) -> Decision:
    """A price within one's own authority (PRC-04, EX-02), not above the list price."""
    decision = may_answer(facts, at)
    if isinstance(decision, Refusal):
        return decision
    prices = facts.prices
    if prices.list_price is not None and prices.list_price < prices.price:
        return refuse(DiscountRefused.PRICE_ABOVE, list_price=prices.list_price)
    if not reaches(prices, prices.approver_roles, policy):
        return refuse(DiscountRefused.AUTHORITY, price=prices.price, names=list(facts.able))
    return allow()


@dataclass(frozen=True, slots=True, kw_only=True)
class UseFacts:
    """An answered request, and the sale it is to be used in."""

    standing: Standing
    is_own: bool
    is_same_card: bool
    is_same_guest: bool
    granted: Money | None
    price: Money


def may_use(facts: UseFacts) -> Decision:
    """Once, by whoever asked, for the same card and the same guest, at the price granted or above, until it lapses."""
    if not facts.is_own:
        return refuse(DiscountRefused.NOT_YOURS)
    if facts.standing is Standing.USED:
        return refuse(DiscountRefused.USED)
    if facts.standing is Standing.LAPSED:
        return refuse(DiscountRefused.LAPSED)
    if facts.standing is not Standing.APPROVED or facts.granted is None:
        return refuse(DiscountRefused.NOT_APPROVED)
    if not facts.is_same_card:
        return refuse(DiscountRefused.OTHER_CARD)
    if not facts.is_same_guest:
        return refuse(DiscountRefused.OTHER_GUEST)
    if facts.price < facts.granted:
        return refuse(DiscountRefused.BELOW_GRANTED, price=facts.price, granted=facts.granted)
    return allow()
