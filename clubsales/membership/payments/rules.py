"""Money in and back out: methods, what a provider says, and which payment a refund comes from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from clubsales.clock import Instant
from clubsales.ids import PaymentID
from clubsales.money import Money

LINK_LIFE = timedelta(hours=2)  # a payment link can be opened this long
SESSION_LIFE = timedelta(
    hours=4
)  # the provider's page, counted from the link's making, so it outlives the link
SLOW_METHODS = timedelta(days=14)  # a page that is done may still wait this long for its money
LONGEST_TOKEN = 43


class Method(StrEnum):
    """How money comes in; `online` is the provider's page on the guest's phone."""

    CASH = "cash"
    CARD = "card"
    WECHAT = "wechat"
    ALIPAY = "alipay"
    TRANSFER = "transfer"
    ONLINE = "online"


def slip_of(method: str | None, reference: str | None) -> str:
    """The number on a card terminal's slip; what was typed before another method was chosen is no slip's."""
    return reference or "" if method == Method.CARD else ""


class PaymentStatus(StrEnum):
    STARTED = "started"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    EXPIRED = "expired"


class RefundStatus(StrEnum):
    STARTED = "started"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class PaymentRefused(StrEnum):
    PROVIDER_DOWN = "payment.provider_unreachable"
    PROVIDER_REFUSED = "payment.provider_refused"
    LINK_OVER = "payment.link_over"
    NOTHING_DUE = "payment.nothing_due"


class ProviderOutcome(StrEnum):
    """What a provider says about a payment."""

    PAID = "paid"
    WAITING = "waiting"  # a slow method: the page is done, the money is not here
    FAILED = "failed"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentNews:
    """A provider's word on one of our payments."""

    payment: str | None  # our public id, as we gave it
    session_id: str | None
    outcome: ProviderOutcome
    amount: Money | None = None
    provider_payment_id: str | None = None
    happened_at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundNews:
    """A provider's word on a refund; `refund` is our public id, none where it was made elsewhere."""

    refund: str | None
    provider_refund_id: str
    provider_payment_id: str | None
    status: RefundStatus
    amount: Money
    happened_at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderEvent:
    """One delivery: its id is what is done once. No news: nothing we act on."""

    provider: str
    event_id: str
    type: str
    news: PaymentNews | RefundNews | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refundable:
    """A payment and how much of it can still go back."""

    payment_id: PaymentID
    left: Money
    online: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundSlice:
    """The part of a refund that comes out of one payment."""

    payment_id: PaymentID
    amount: Money
    online: bool


def may_be_token(text: str) -> bool:
    """Whether this could be a link's token at all; a database refuses some of what people send."""
    return len(text) <= LONGEST_TOKEN and text.isascii() and text.isprintable()


def slice_refund(amount: Money, payments: Sequence[Refundable]) -> list[RefundSlice]:
    """Take a refund out of payments, the last one first; raises ValueError when they do not hold enough."""
    slices: list[RefundSlice] = []
    missing = amount
    for payment in reversed(payments):
        part = min(missing, payment.left)
        if part.minor > 0:
            slices.append(RefundSlice(payment_id=payment.payment_id, amount=part, online=payment.online))
            missing = missing - part
    if missing:
        raise ValueError(f"payments hold {amount - missing} of {amount}")
    return slices
