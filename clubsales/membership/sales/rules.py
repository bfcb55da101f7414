"""What a sale may take in and give back. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from clubsales.actor import Role
from clubsales.errors import Decision, allow, refuse
from clubsales.money import Money


class SaleKind(StrEnum):
    """What kind of deal it is."""

    NEW = "new"
    REOPEN = "reopen"
    TRANSFER = "transfer"
    RENEWAL = "renewal"
    UPGRADE = "upgrade"
    GOODS = "goods"


# These kinds say by themselves that the buyer is a member.
MEMBER_KINDS = frozenset({SaleKind.REOPEN, SaleKind.TRANSFER, SaleKind.RENEWAL, SaleKind.UPGRADE})
# What a purchase on the club's own page leaves in the outbox: {"club": id, "sale": id} each.
ORDERED = "website:ordered"  # begun, and perhaps never paid
BOUGHT = "website:bought"
REFUND_ROLES = frozenset({Role.CLUB_MANAGER, Role.SALES_DIRECTOR, Role.GENERAL_MANAGER, Role.FINANCE_CLERK})


class ClosedAs(StrEnum):
    """Why no money comes in any more for a sale that is not paid."""

    WITHDRAWN = "withdrawn"  # the buyer took it back, with consent
    FORFEITED = "forfeited"  # what was paid stays with the club
    GIVEN_UP = "given_up"


class SaleRefused(StrEnum):
    CURRENCY = "sale.currency"
    EMPTY_PACKAGE = "sale.empty_package"
    PRICE_NEEDED = "sale.price_needed"
    ABOVE_PRICE = "receipt.above_price"
    RECEIPT_AMOUNT = "receipt.amount"
    RECEIPT_IN_FUTURE = "receipt.in_future"
    ABOVE_PAID = "refund.above_paid"
    REFUND_ROLE = "refund.role"
    REFUND_AMOUNT = "refund.amount"
    FEE_AMOUNT = "sale.fee_amount"
    LINES = "sale.lines"
    QUANTITY = "sale.quantity"
    GIFTS = "sale.gifts"
    GIFT_REASON = "sale.gift_reason"
    GIFT_PRICE = "sale.gift_price"
    GIFT_NO_DISCOUNT = "sale.gift_no_discount"
    ONE_REQUEST = "sale.one_request"
    START_FIXED = "sale.start_fixed"
    START_PAST = "sale.start_past"
    START_LATE = "sale.start_late"
    CLOSED = "sale.closed"
    PAID = "sale.paid"
    MONEY_KEPT = "sale.money_kept"
    RESERVED = "sale.reserved"
    NOT_YOURS = "sale.not_yours"


class SaleState(StrEnum):
    """Where a sale stands, by its money."""

    OPEN = "open"
    PART_PAID = "part_paid"
    PAID = "paid"
    PART_REFUNDED = "part_refunded"
    REFUNDED = "refunded"


@dataclass(frozen=True, slots=True)
class CoolingOffPolicy:
    """The setting of `[refund]` that a guest reads before he pays: days in which everything is given back."""

    cooling_off_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """A sale's money: its price, what came in, what went back."""

    price: Money
    received: Money
    refunded: Money

    @property
    def outstanding(self) -> Money:
        """What is still to be paid."""
        return self.price - self.received

    @property
    def asked_for(self) -> Money:
        """What the buyer is asked for: the rest of the price, and nothing once money went back, for the rest alone starts nothing."""
        return Money.zero(self.price.currency) if self.refunded else self.outstanding

    @property
    def kept(self) -> Money:
        """What came in and did not go back."""
        return self.received - self.refunded

    @property
    def is_paid(self) -> bool:
        """Paid in full; a later refund does not undo it."""
        return self.received == self.price

    @property
    def is_covered(self) -> bool:
        """Paid in full with money that is still here: what its cards begin with. Asked when money comes in."""
        return self.is_paid and not self.refunded

    @property
    def state(self) -> SaleState:
        """Where the sale stands."""
        if self.refunded:
            return SaleState.PART_REFUNDED if self.kept else SaleState.REFUNDED
        if self.is_paid:
            return SaleState.PAID
        return SaleState.PART_PAID if self.received else SaleState.OPEN


def may_receive(amount: Money, balance: Balance, *, is_closed: bool = False) -> Decision:
    """Money comes in up to the price, while the sale is not closed."""
    if is_closed:
        return refuse(SaleRefused.CLOSED)
    if amount.currency != balance.price.currency:
        return refuse(SaleRefused.CURRENCY, currency=balance.price.currency)
    if amount.minor <= 0:
        return refuse(SaleRefused.RECEIPT_AMOUNT)
    if balance.outstanding < amount:
        return refuse(SaleRefused.ABOVE_PRICE, amount=amount, outstanding=balance.outstanding)
    return allow()


def may_refund(amount: Money, balance: Balance, *, on_the_way: Money, roles: frozenset[Role]) -> Decision:
    """Money goes back by those who answer for it, up to what was received and is not going back already."""
    if REFUND_ROLES.isdisjoint(roles):
        return refuse(SaleRefused.REFUND_ROLE)
    if amount.currency != balance.price.currency:
        return refuse(SaleRefused.CURRENCY, currency=balance.price.currency)
    refundable = balance.kept - on_the_way
    if amount.minor < 0 or (not amount and refundable):
        return refuse(SaleRefused.REFUND_AMOUNT)
    if not amount or refundable < amount:
        return refuse(SaleRefused.ABOVE_PAID, amount=amount, refundable=refundable)
    return allow()


def may_close(balance: Balance, *, is_closed: bool) -> Decision:
    """A sale is closed once, and only while money is outstanding."""
    if is_closed:
        return refuse(SaleRefused.CLOSED)
    return refuse(SaleRefused.PAID) if balance.is_paid else allow()


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveUpFacts:
    """A deal that is about to be given up. `is_own`: whoever asks sold it, or answers for everybody's."""

    balance: Balance
    is_closed: bool
    is_reserved: bool
    is_own: bool


def may_give_up(facts: GiveUpFacts) -> Decision:
    """A deal of one's own, of whose money nothing is left with the club, and that holds no reservation."""
    if not facts.is_own:
        return refuse(SaleRefused.NOT_YOURS)
    if facts.is_reserved:
        return refuse(SaleRefused.RESERVED)
    if facts.balance.kept:
        return refuse(SaleRefused.MONEY_KEPT, kept=facts.balance.kept)
    return may_close(facts.balance, is_closed=facts.is_closed)
