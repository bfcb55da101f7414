"""What a service on a card costs, and whether it may be asked (CRD-03, CRD-04, CRD-05). Pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from clubsales.errors import Decision, Fact, Reason, allow, refuse
from clubsales.membership.cards.rules import CardStatus, ServiceKind
from clubsales.membership.catalogue.terms import CardTerms, Window
from clubsales.money import Currency, Money, half_up

WHOLE_BP = 10_000
# What can be done with a card at the desk, in the order of the page; a member asks for some of it by himself.
RUNNING = (
    ServiceKind.RENEWAL,
    ServiceKind.UPGRADE,
    ServiceKind.FREEZE,
    ServiceKind.TRANSFER,
    ServiceKind.REISSUE,
    ServiceKind.EXTENSION,
)
STANDING_STILL = (
    ServiceKind.UNFREEZE,
    ServiceKind.RENEWAL,
    ServiceKind.UPGRADE,
    ServiceKind.TRANSFER,
    ServiceKind.REISSUE,
    ServiceKind.EXTENSION,
)
OVER = (ServiceKind.RENEWAL, ServiceKind.EXTENSION)
MEMBERS = frozenset(
    {ServiceKind.FREEZE, ServiceKind.UNFREEZE, ServiceKind.TRANSFER, ServiceKind.RENEWAL, ServiceKind.REISSUE}
)


def offered(
    status: CardStatus, terms: CardTerms, *, valid_until: date | None, today: date
) -> tuple[ServiceKind, ...]:
    """What can be done with a card as it stands: one that is over is renewed, its terms may forbid a freeze or a transfer."""
    forbidden = {
        kind
        for kind, allowed in (
            (ServiceKind.FREEZE, terms.freeze_allowed),
            (ServiceKind.TRANSFER, terms.transfer_allowed),
        )
        if not allowed
    }
    found: tuple[ServiceKind, ...]
    if status is CardStatus.FROZEN:
        found = STANDING_STILL
    elif status is not CardStatus.ACTIVE:
        found = ()
    elif valid_until is not None and valid_until < today:
        found = OVER
    else:
        found = RUNNING
    return tuple(kind for kind in found if kind not in forbidden)


class Opens(Protocol):
    """Where, when and for how many a card opens, or one of its type would."""

    @property
    def kind(self) -> str: ...
    @property
    def are_sessions(self) -> bool: ...
    @property
    def facilities(self) -> tuple[str, ...]: ...
    @property
    def windows(self) -> tuple[Window, ...]: ...
    @property
    def all_clubs(self) -> bool: ...
    @property
    def people_max(self) -> int: ...


def opens_alike(card: Opens, other: Opens) -> bool:
    """Whether both open the same: a card keeps its halls and hours when it is renewed, so its renewal is paid for them."""
    one, two = (
        (
            each.kind,
            each.are_sessions,
            set(each.facilities),
            set(each.windows),
            each.all_clubs,
            each.people_max,
        )
        for each in (card, other)
    )
    return one == two


class ServiceRefused(StrEnum):
    OPEN = "service.open"
    ANSWERED = "service.answered"
    MISSING = "service.missing"
    REASON = "service.reason"
    NOT_UPGRADE = "service.not_upgrade"
    OTHER_HOLDER = "service.other_holder"
    PAID = "service.paid"
    DAY = "service.day"
    ONE_OF_TWO = "service.one_of_two"
    OPENS_OTHERWISE = "service.opens_otherwise"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    """A fee and why it is that much."""

    amount: Money
    reason: Reason


def fee_of(kind: ServiceKind, terms: CardTerms, *, paid_along_chain: int, currency: Currency) -> Fee:
    """The fee the card's terms set for a service, an amount or a part of all money paid along its chain, half-up."""
    if kind is ServiceKind.TRANSFER and terms.transfer_fee_bp:
        share = half_up(paid_along_chain * terms.transfer_fee_bp, WHOLE_BP)
        facts: dict[str, Fact] = {
            "fee": Money(share, currency),
            "paid": Money(paid_along_chain, currency),
            "basis_points": terms.transfer_fee_bp,
        }
        return Fee(amount=Money(share, currency), reason=Reason("CRD-04", "service.fee_share", facts))
    minor = {
        ServiceKind.FREEZE: terms.freeze_fee_minor,
        ServiceKind.TRANSFER: terms.transfer_fee_minor,
        ServiceKind.REISSUE: terms.reissue_fee_minor,
    }.get(kind, 0)
    amount = Money(minor, currency)
    return Fee(
        amount=amount,
        reason=Reason("CRD-03", "service.fee" if minor else "service.free", {"fee": amount}),
    )


def may_ask(*, another_waits: bool, first_missing: str = "") -> Decision:
    """One thing at a time for a card, and nothing half filled in."""
    if another_waits:
        return refuse(ServiceRefused.OPEN)
    if first_missing:
        return refuse(ServiceRefused.MISSING, what=first_missing)
    return allow()


def may_upgrade(*, price: Money, trade_in: Money) -> Decision:
    """An upgrade costs at least what the old card is worth: going down is a refund."""
    if price < trade_in:
        return refuse(ServiceRefused.NOT_UPGRADE, price=price, worth=trade_in)
    return allow()
