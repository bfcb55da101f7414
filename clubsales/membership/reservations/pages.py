"""What the pages of reservations show: plain values, made once per request."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from clubsales.actor import Actor, Club
from clubsales.auth.permissions import Permission, may
from clubsales.clock import Instant, local_day
from clubsales.errors import Reason
from clubsales.membership.approvals import queries as approvals
from clubsales.membership.approvals.queries import ChainView, Standing
from clubsales.membership.approvals.rules import Form
from clubsales.membership.catalogue import queries as catalogue
from clubsales.membership.catalogue.card_types import CardTypeView
from clubsales.membership.catalogue.rules import CardKind
from clubsales.membership.catalogue.told import told
from clubsales.membership.reservations import queries
from clubsales.membership.reservations.queries import CopyView, ReservationView
from clubsales.membership.reservations.rules import (
    DECIDERS,
    OVERSEERS,
    ReservationPolicy,
    State,
    least_deposit,
)
from clubsales.membership.sales.rules import CoolingOffPolicy
from clubsales.money import LARGEST_MINOR, Money
from clubsales.policies import policy_on, policy_versions


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A reservation, and what the reader may do about it now."""

    reservation: ReservationView
    chain: ChainView | None
    copies: tuple[CopyView, ...]
    today: date
    may_answer: bool
    may_book: bool
    may_link: bool
    may_rewrite: bool
    may_take_back: bool
    may_withdraw: bool
    may_consent: bool
    may_pay_out: bool  # today; the day itself stands in the reservation
    may_decide: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """What may be reserved: for how much down at least, and by which steps and charges (RSV-05)."""

    card_type: CardTypeView
    least: Money
    why_least: Reason
    charges: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The club's reservations, or one's own: what waits for the reader first."""

    waits: tuple[ReservationView, ...]
    others: tuple[ReservationView, ...]
    ended: tuple[ReservationView, ...]
    sees_all: bool


def offered(session: Session, club: Club, at: Instant) -> list[Offered]:
    """What may be reserved today: cards that there are some of."""
    today = local_day(at, club.zone)
    policy = policy_on(session, club, today)
    rules = policy.read("reservation", ReservationPolicy)
    cooling_off = policy.read("refund", CoolingOffPolicy).cooling_off_days
    return [
        _offered(card_type, rules, cooling_off)
        for card_type in catalogue.price_list(session, club.id, day=today)
        if card_type.kind is not CardKind.GOODS and card_type.quota_left != 0
    ]


def _offered(card_type: CardTypeView, rules: ReservationPolicy, cooling_off_days: int) -> Offered:
    price = card_type.price or Money(
        LARGEST_MINOR, card_type.currency
    )  # of an open price any deposit is a part
    least, why = least_deposit(rules, of_card_type=card_type.deposit, price=price)
    charges = told(
        card_type.terms,
        kind=card_type.kind,
        by_visits=card_type.visits is not None,
        currency=card_type.currency,
        cooling_off_days=cooling_off_days,
        by_contract=card_type.terms.contract_needed,
    )
    return Offered(card_type=card_type, least=least, why_least=why, charges=charges)


def sees_all(actor: Actor) -> bool:
    """Whether the actor sees everybody's reservations."""
    return may(actor, Permission.LEDGER_SEE) or may(actor, Permission.PAYMENT_BOOK)


def sheet(session: Session, actor: Actor, public_id: str, at: Instant) -> Sheet:
    """Everything the page of a reservation shows; raises NotFound."""
    found = queries.by_public_id(session, actor.club.id, public_id)
    today = local_day(at, actor.club.zone)
    chain = _chains(session, actor, [found]).get(found.public_id)
    state = found.state
    is_his = actor.account_id is not None and actor.account_id in (found.filed_by, found.consultant_account)
    handles = may(actor, Permission.RESERVATION_MAKE) and (is_his or actor.has_role(*OVERSEERS))
    decides = may(actor, Permission.FORM_APPROVE) and actor.has_role(*DECIDERS)
    return Sheet(
        reservation=found,
        chain=chain,
        copies=tuple(queries.copies(session, found.id)),
        today=today,
        may_answer=_waits_for_answer(found, chain, actor),
        may_book=state is State.APPROVED and may(actor, Permission.PAYMENT_BOOK),
        may_link=state is State.APPROVED and may(actor, Permission.PAYMENT_LINK),
        may_rewrite=state is State.REFUSED and handles,
        may_take_back=state in (State.ASKED, State.APPROVED, State.REFUSED)
        and not found.balance.received
        and handles,
        may_withdraw=state is State.HELD and not found.balance.is_paid and handles,
        may_consent=found.waits_for_consent and decides,
        may_pay_out=found.waits_for_payout and may(actor, Permission.REFUND_MAKE),
        may_decide=found.waits_for_decision and decides,
    )


def overview(session: Session, actor: Actor) -> Overview:
    """The list of reservations as the actor sees it."""
    everybody = sees_all(actor)
    mine = None if everybody else actor.consultant_id
    if not everybody and mine is None:
        return Overview(waits=(), others=(), ended=(), sees_all=False)
    found = queries.open_ones(session, actor.club.id, consultant_id=mine)
    waits = waiting_for(session, actor, found)
    return Overview(
        waits=tuple(waits),
        others=tuple(each for each in found if each not in waits),
        ended=tuple(queries.ended_ones(session, actor.club.id, consultant_id=mine)),
        sees_all=everybody,
    )


def waiting_for(session: Session, actor: Actor, found: Sequence[ReservationView]) -> list[ReservationView]:
    """Those that the actor has to do something about."""
    asked = [each for each in found if each.state is State.ASKED]
    chains = _chains(session, actor, asked) if may(actor, Permission.FORM_APPROVE) else {}
    decides = may(actor, Permission.FORM_APPROVE) and actor.has_role(*DECIDERS)
    return [
        each
        for each in found
        if _waits_for_answer(each, chains.get(each.public_id), actor)
        or (decides and (each.waits_for_consent or each.waits_for_decision))
        or (each.waits_for_payout and may(actor, Permission.REFUND_MAKE))
        or (each.state is State.APPROVED and may(actor, Permission.PAYMENT_BOOK))
    ]


def count_waiting(session: Session, actor: Actor) -> int:
    """How many forms, withdrawals and lapsed deposits wait for the actor's word, for his inbox."""
    if not may(actor, Permission.FORM_APPROVE):
        return 0
    found = queries.open_ones(session, actor.club.id)
    return sum(each.state is not State.APPROVED for each in waiting_for(session, actor, found))


def _waits_for_answer(found: ReservationView, chain: ChainView | None, actor: Actor) -> bool:
    return found.state is State.ASKED and chain is not None and chain.waits_for(actor)


def _chains(session: Session, actor: Actor, found: Sequence[ReservationView]) -> dict[str, ChainView]:
    """The approvals of several forms, by public id, each by the policy it was filed under; read once for all of them."""
    if not found:
        return {}
    standing = Standing(session, actor.club)
    filed_under = policy_versions(session, [each.policy_version_id for each in found])
    given = approvals.answers_of(session, Form.RESERVATION, [each.id for each in found])
    return {
        each.public_id: approvals.chain_view(
            standing,
            chain=filed_under[each.policy_version_id].read("reservation", ReservationPolicy).approvals,
            given=given.get((each.id, each.round), []),
            kept_out=approvals.kept_out(each.filed_by, each.consultant_account),
        )
        for each in found
    }
