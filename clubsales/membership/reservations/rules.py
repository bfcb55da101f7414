"""What is reserved, for how much down, for how long, and how it ends (RSV-01 to RSV-07, AMB-56, AMB-57). Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from clubsales.actor import Role
from clubsales.errors import Decision, Fact, Reason, allow, refuse
from clubsales.membership.payments.rules import Method
from clubsales.money import Currency, Money

LONGEST_NOTE = 500  # characters
NUMBERS = "reservation"  # the series of the deposit ledger
# Who gets which copy of the agreement, in this order (RSV-04); any more stay with the company.
HOLDERS = ("customer", "finance", "consultant")
ALL_OTHER_COPIES = "company"
# Whose consent a withdrawal and whose decision a lapsed deposit needs; the manager's superiors may stand in.
DECIDERS = frozenset({Role.CLUB_MANAGER, Role.SALES_DIRECTOR, Role.GENERAL_MANAGER})

OVERSEERS = DECIDERS | {Role.SUPERVISOR}


class ReservationRefused(StrEnum):
    BUYER = "reservation.buyer"
    CHARGES = "reservation.charges"
    GOODS = "reservation.goods"
    PRICE = "reservation.price"
    DEPOSIT = "reservation.deposit"
    DEPOSIT_ABOVE = "reservation.deposit_above"
    NOT_APPROVED = "reservation.not_approved"
    STATE = "reservation.state"
    ROLE = "reservation.role"
    REASON = "reservation.reason"
    NOT_YET = "reservation.not_yet"
    PAPERS = "reservation.papers"
    PAID_IN = "reservation.paid_in"
    NOT_YOURS = "reservation.not_yours"


class State(StrEnum):
    """Where a reservation stands."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    HELD = "held"
    LAPSED = "lapsed"
    WITHDRAWING = "withdrawing"
    WITHDRAWN = "withdrawn"
    FORFEITED = "forfeited"
    SOLD = "sold"


UNPAID = frozenset({State.ASKED, State.APPROVED, State.REFUSED})
KEEPS_PLACE = frozenset({State.ASKED, State.APPROVED, State.HELD, State.WITHDRAWING})


@dataclass(frozen=True, slots=True)
class ReservationPolicy:
    """Section `reservation`. `valid_days` 0: a reservation does not lapse."""

    deposit_min: str
    valid_days: int
    payout_after_days: Mapping[str, int]
    approvals: tuple[str, ...]
    copies: int


def least_deposit(
    policy: ReservationPolicy, *, of_card_type: Money | None, price: Money
) -> tuple[Money, Reason]:
    """The smallest deposit (RSV-02): the card type's, else the club's; never more than the price (AMB-56)."""
    club_wide = Money.parse(policy.deposit_min, price.currency)
    least = min(club_wide if of_card_type is None else of_card_type, price)
    return least, Reason(
        "AMB-56",
        "reservation.least_of_club" if of_card_type is None else "reservation.least_of_card_type",
        {"amount": least},
    )


def may_file(*, is_goods: bool, has_buyer: bool, charges_shown: bool) -> Decision:
    """Somebody by name and phone (RSV-03), who has been shown procedures and charges (RSV-05)."""
    if is_goods:
        return refuse(ReservationRefused.GOODS)
    if not has_buyer:
        return refuse(ReservationRefused.BUYER)
    return allow() if charges_shown else refuse(ReservationRefused.CHARGES)


def may_hold(deposit: Money, *, least: Money, price: Money) -> Decision:
    """What costs nothing is not reserved; else a deposit holds it, from the least up to the price."""
    if price.minor <= 0:
        return refuse(ReservationRefused.PRICE)
    return may_be_deposit(deposit, least=least, outstanding=price)


def may_be_deposit(deposit: Money, *, least: Money, outstanding: Money) -> Decision:
    """At least what the club asks, at most what is to pay."""
    if deposit < least or deposit.minor <= 0:
        return refuse(ReservationRefused.DEPOSIT, least=least)
    if outstanding < deposit:
        return refuse(ReservationRefused.DEPOSIT_ABOVE, outstanding=outstanding)
    return allow()


def must_be(state: State, *allowed: State) -> Decision:
    """Whether what is wanted fits where the reservation stands."""
    if state in allowed:
        return allow()
    if state is State.ASKED and State.APPROVED in allowed:
        return refuse(ReservationRefused.NOT_APPROVED)
    return refuse(ReservationRefused.STATE)


def may_decide(roles: Collection[Role]) -> Decision:
    """A withdrawal needs the manager's special consent (RSV-06), a lapsed deposit his decision (AMB-56)."""
    return refuse(ReservationRefused.ROLE) if DECIDERS.isdisjoint(roles) else allow()


def may_handle(*, is_his: bool, roles: Collection[Role]) -> Decision:
    """Whoever filed it, its consultant, and those above them act for the customer."""
    if is_his or not OVERSEERS.isdisjoint(roles):
        return allow()
    return refuse(ReservationRefused.NOT_YOURS)


def reasoned(reason: str) -> Decision:
    """Date and reason stand on the form (RSV-07)."""
    if not reason or len(reason) > LONGEST_NOTE:
        return refuse(ReservationRefused.REASON, longest=LONGEST_NOTE)
    return allow()


def valid_until(held_on: date, policy: ReservationPolicy) -> date | None:
    """The last day of a reservation whose deposit came on a day; None: it does not lapse."""
    return held_on + timedelta(days=policy.valid_days) if policy.valid_days else None


def has_lapsed(last_day: date | None, today: date) -> bool:
    """Over on the day after its last."""
    return last_day is not None and last_day < today


def instrument(method: Method) -> str:
    """What a method counts as for the notice finance needs: what comes by a bank or a wallet goes back at once."""
    if method is Method.CASH:
        return "cash"
    return "online" if method is Method.ONLINE else "card"


def payout_from(
    told_on: date, methods: Collection[Method], *, by_cheque: bool, policy: ReservationPolicy
) -> date:
    """The first day a deposit is paid out: so many days after finance was told (AMB-57), the longest that counts."""
    instruments = {"cheque"} if by_cheque else {instrument(method) for method in methods} or {"cash"}
    return told_on + timedelta(days=max(policy.payout_after_days[name] for name in instruments))


def why_from(told_on: date, first_day: date) -> Reason:
    """Why a deposit is not paid out before a day."""
    facts: dict[str, Fact] = {"told_on": told_on, "days": (first_day - told_on).days, "first": first_day}
    if first_day == told_on:
        return Reason("AMB-57", "reservation.payout_at_once", facts)
    return Reason("AMB-57", "reservation.payout_from", facts)


def why_until(held_on: date, last_day: date) -> Reason:
    """Why a reservation lapses after a day."""
    facts: dict[str, Fact] = {"held_on": held_on, "days": (last_day - held_on).days, "last": last_day}
    return Reason("AMB-56", "reservation.valid_until", facts)


def may_pay_out(*, today: date, first_day: date | None, papers_back: bool) -> Decision:
    """Not before finance had its time, and only when agreement and deposit receipt are back (RSV-07)."""
    if first_day is not None and today < first_day:
        return refuse(ReservationRefused.NOT_YET, day=first_day)
    return allow() if papers_back else refuse(ReservationRefused.PAPERS)


def holder_of(copy: int) -> str:
    """Whose the copy of a number is, counted from 1."""
    return HOLDERS[copy - 1] if copy <= len(HOLDERS) else ALL_OTHER_COPIES


def of_currency(minor: int, currency: str) -> Money:
    """An amount as it is kept."""
    return Money(minor, Currency(currency))
