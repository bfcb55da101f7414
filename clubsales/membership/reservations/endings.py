"""How a reservation ends: sold, lapsed, withdrawn with consent, or its deposit forfeited."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor, Role
from clubsales.clock import Instant, local_day
from clubsales.errors import NotFound, refuse
from clubsales.ids import RefundID, ReservationID, SaleID
from clubsales.membership import signature as drawn
from clubsales.membership.approvals import news
from clubsales.membership.approvals.queries import Standing
from clubsales.membership.approvals.rules import Form
from clubsales.membership.payments import queries as payments
from clubsales.membership.payments.rules import PaymentStatus
from clubsales.membership.reservations import copies
from clubsales.membership.reservations.events import WithdrawalConsented
from clubsales.membership.reservations.keeping import (
    close,
    end,
    give_place_back,
    hold,
    locked,
    locked_of_sale,
    may_act,
    move,
    policy_at,
    policy_of,
    sale_of,
)
from clubsales.membership.reservations.models import ReservationRow
from clubsales.membership.reservations.rules import (
    DECIDERS,
    UNPAID,
    ReservationRefused,
    State,
    has_lapsed,
    may_decide,
    may_pay_out,
    must_be,
    payout_from,
    reasoned,
    valid_until,
)
from clubsales.membership.sales import operations as sales
from clubsales.membership.sales import queries as sale_queries
from clubsales.membership.sales.models import SaleRow
from clubsales.membership.sales.rules import ClosedAs
from clubsales.typed import free_text


def take_back(session: Session, *, public_id: str, reason: str, actor: Actor, at: Instant) -> None:
    """Take a form back before any money has come: its place is free again.

    Raises NotFound and Refused(ReservationRefused.STATE, REASON, PAID_IN, NOT_YOURS).
    """
    reason = free_text(reason)
    reasoned(reason).or_raise()
    row = locked(session, public_id, actor)
    may_act(row, actor).or_raise()
    must_be(State(row.state), *sorted(UNPAID)).or_raise()
    sale = sale_of(session, row, actor)
    if sale.received_minor:
        refuse(ReservationRefused.PAID_IN).or_raise()
    close(session, sale, ClosedAs.WITHDRAWN, actor=actor, at=at)
    give_place_back(session, row, actor=actor)
    end(session, row, State.WITHDRAWN, reason=reason, actor=actor, at=at)


def ask_withdrawal(session: Session, *, public_id: str, reason: str, actor: Actor, at: Instant) -> None:
    """The customer wants his deposit back: the manager is asked for his special consent (RSV-06).

    Raises NotFound and Refused(ReservationRefused.STATE, REASON, NOT_YOURS).
    """
    reason = free_text(reason)
    reasoned(reason).or_raise()
    row = locked(session, public_id, actor)
    may_act(row, actor).or_raise()
    must_be(State(row.state), State.HELD).or_raise()
    if sale_queries.balance_of(sale_of(session, row, actor)).is_paid:
        refuse(ReservationRefused.STATE).or_raise()  # it is sold: a refund of the sale
    row.end_reason = reason
    move(session, row, State.WITHDRAWING, actor=actor, at=at)
    _call(session, row, DECIDERS, actor=actor, at=at)


def consent(
    session: Session,
    *,
    public_id: str,
    agreed: bool,
    by_cheque: bool = False,
    actor: Actor,
    at: Instant,
) -> None:
    """Agree to a withdrawal, by which finance is told and no more money comes in, or not: then it goes on.

    Raises NotFound and Refused(ReservationRefused.ROLE, STATE).
    """
    may_decide(actor.roles).or_raise()
    row = locked(session, public_id, actor)
    must_be(State(row.state), State.WITHDRAWING).or_raise()
    if row.consented_at is not None:
        refuse(ReservationRefused.STATE).or_raise()
    if agreed:
        _consent(session, row, by_cheque=by_cheque, actor=actor, at=at)
    else:
        row.end_reason = ""
        move(session, row, State.HELD, actor=actor, at=at)


def decide_lapsed(
    session: Session,
    *,
    public_id: str,
    refunds: bool,
    reason: str,
    by_cheque: bool = False,
    actor: Actor,
    at: Instant,
) -> None:
    """Give the deposit of a lapsed reservation back, or keep it (AMB-56); what is kept stays whose credit it was.

    Raises NotFound and Refused(ReservationRefused.ROLE, STATE, REASON).
    """
    may_decide(actor.roles).or_raise()
    reason = free_text(reason)
    reasoned(reason).or_raise()
    row = locked(session, public_id, actor)
    must_be(State(row.state), State.LAPSED).or_raise()
    if row.ended_at is not None:
        refuse(ReservationRefused.STATE).or_raise()
    row.end_reason = reason
    if refunds:
        move(session, row, State.WITHDRAWING, actor=actor, at=at)
        _consent(session, row, by_cheque=by_cheque, actor=actor, at=at)
        return
    sale = sale_of(session, row, actor)
    sale.closed_as = ClosedAs.FORFEITED.value  # it was closed when it lapsed
    end(session, row, State.FORFEITED, actor=actor, at=at)


def pay_out(
    session: Session, *, public_id: str, papers_back: bool, signature: str, actor: Actor, at: Instant
) -> tuple[RefundID, ...]:
    """Give the deposit back: papers are here again, the customer signs beside the remark (RSV-07, RFD-01).

    The refunds it began; online parts are still to be sent. Raises NotFound,
    Refused(ReservationRefused.STATE, NOT_YET, PAPERS), Refused(SignatureRefused.*) and what a refund raises.
    """
    row = locked(session, public_id, actor)
    must_be(State(row.state), State.WITHDRAWING).or_raise()
    if row.consented_at is None:
        refuse(ReservationRefused.STATE).or_raise()
    today = local_day(at, actor.club.zone)
    may_pay_out(today=today, first_day=row.payout_from, papers_back=papers_back).or_raise()
    drawn.may_stand(signature).or_raise()
    row.papers_back, row.signature = True, signature
    copies.take_back(session, reservation_id=ReservationID(row.id), actor=actor, at=at)
    sale = sale_of(session, row, actor)
    parts = sales.refund(
        session,
        sale_id=SaleID(sale.id),
        amount=None,
        reason=row.end_reason,
        is_withdrawn=True,
        actor=actor,
        at=at,
    )
    give_place_back(session, row, actor=actor)
    end(session, row, State.WITHDRAWN, actor=actor, at=at)
    return tuple(part.refund_id for part in parts)


def copies_back(session: Session, *, sale_id: SaleID, actor: Actor, at: Instant) -> int:
    """The formal contract is signed: the agreement's copies come back and the reservation is over (RSV-04).

    How many copies came back; 0 too where the sale had no reservation.
    """
    try:
        row = locked_of_sale(session, sale_id, actor)
    except NotFound:
        return 0
    if State(row.state) in (State.ASKED, State.APPROVED, State.HELD, State.WITHDRAWING):
        end(session, row, State.SOLD, actor=actor, at=at)
    return copies.take_back(session, reservation_id=ReservationID(row.id), actor=actor, at=at)


def tend(session: Session, *, public_id: str, actor: Actor, at: Instant) -> None:
    """What time and money have done: paid whole it is sold, with its deposit held, over its last day lapsed."""
    row = locked(session, public_id, actor)
    state = State(row.state)
    if state not in (State.ASKED, State.APPROVED, State.HELD, State.WITHDRAWING):
        return
    sale = sale_of(session, row, actor)
    if state is State.APPROVED and 0 < row.deposit_minor <= sale.received_minor - sale.refunded_minor:
        hold(session, row, sale, actor=actor, at=at)
        state = State(row.state)
    elif sale_queries.balance_of(sale).is_paid and row.consented_at is None:
        end(session, row, State.SOLD, actor=actor, at=at)
        return
    today = local_day(at, actor.club.zone)
    if state is State.HELD and has_lapsed(row.valid_until, today):
        _lapse(session, row, sale, actor=actor, at=at)
    elif state in UNPAID and not sale.received_minor:
        last_day = valid_until(local_day(row.filed_at, actor.club.zone), policy_of(session, row))
        if has_lapsed(last_day, today):
            _lapse(session, row, sale, actor=actor, at=at)
            row.ended_at = at  # nothing was paid: there is nothing to decide


def _lapse(session: Session, row: ReservationRow, sale: SaleRow, *, actor: Actor, at: Instant) -> None:
    """Its days are over: the place is free, no money comes in, and the manager decides about the deposit."""
    row.lapsed_at = at
    if row.held_at is not None:
        _call(session, row, DECIDERS, actor=actor, at=at)
    close(session, sale, ClosedAs.GIVEN_UP, actor=actor, at=at)
    give_place_back(session, row, actor=actor)
    move(session, row, State.LAPSED, actor=actor, at=at)


def _call(
    session: Session, row: ReservationRow, roles: Collection[Role], *, actor: Actor, at: Instant
) -> None:
    """Tell those of these roles that it waits for them."""
    holders = Standing(session, actor.club).holders
    accounts = {account_id for role in roles for account_id in holders.get(role, ())}
    news.call(session, form=Form.RESERVATION, public_id=row.public_id, accounts=accounts, actor=actor, at=at)


def _consent(session: Session, row: ReservationRow, *, by_cheque: bool, actor: Actor, at: Instant) -> None:
    told_on = local_day(at, actor.club.zone)
    methods = {
        payment.method
        for payment in payments.of_sale(session, SaleID(row.sale_id))
        if payment.status is PaymentStatus.SUCCEEDED
    }
    policy = policy_at(session, actor, at)
    first = payout_from(told_on, methods, by_cheque=by_cheque, policy=policy)
    row.consented_at, row.consented_by, row.payout_from = at, actor.account_id, first
    _call(session, row, {Role.FINANCE_CLERK}, actor=actor, at=at)
    event = WithdrawalConsented(ReservationID(row.id), by_cheque, first)
    audit.record(session, event, actor=actor, at=at)
    close(session, sale_of(session, row, actor), ClosedAs.WITHDRAWN, actor=actor, at=at)
