"""A reservation's row: locked, moved from state to state, its place taken and given back."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.auth.rules import may_be_public_id
from clubsales.clock import Instant, local_day
from clubsales.consultants.profiles import queries as profiles
from clubsales.db import for_update
from clubsales.errors import Decision, NotFound
from clubsales.ids import AccountID, ConsultantID, PolicyVersionID, ReservationID, SaleID
from clubsales.membership.numbering.operations import next_number
from clubsales.membership.payments.models import PaymentRow
from clubsales.membership.payments.rules import PaymentStatus
from clubsales.membership.reservations import copies
from clubsales.membership.reservations.events import ReservationHeld, ReservationMoved
from clubsales.membership.reservations.models import ReservationRow
from clubsales.membership.reservations.rules import (
    NUMBERS,
    ReservationPolicy,
    State,
    may_handle,
    of_currency,
    valid_until,
)
from clubsales.membership.sales import operations as sale_operations
from clubsales.membership.sales import queries as sales
from clubsales.membership.sales.closing import free_places
from clubsales.membership.sales.models import SaleRow
from clubsales.membership.sales.receipts import lock_sale
from clubsales.membership.sales.rules import ClosedAs
from clubsales.policies import policy_on, policy_version


def locked(session: Session, public_id: str, actor: Actor) -> ReservationRow:
    """The club's reservation, locked until the transaction ends; raises NotFound."""
    if not may_be_public_id(public_id):
        raise NotFound
    found = ReservationRow.public_id == public_id
    return _locked(session, found, actor)


def locked_of_sale(session: Session, sale_id: SaleID, actor: Actor) -> ReservationRow:
    """The reservation that a sale came from, locked; raises NotFound."""
    return _locked(session, ReservationRow.sale_id == sale_id, actor)


def _locked(session: Session, condition: sa.ColumnElement[bool], actor: Actor) -> ReservationRow:
    statement = for_update(
        sa.select(ReservationRow).where(condition, ReservationRow.club_id == actor.club.id)
    )
    row: ReservationRow | None = session.scalars(
        statement.execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


def sale_of(session: Session, row: ReservationRow, actor: Actor) -> SaleRow:
    """Its sale, locked after it."""
    return lock_sale(session, actor.club.id, SaleID(row.sale_id))


def may_act(row: ReservationRow, actor: Actor) -> Decision:
    """Whether the actor may act for this customer."""
    is_filer = row.filed_by is not None and row.filed_by == actor.account_id
    is_consultant = row.consultant_id is not None and row.consultant_id == actor.consultant_id
    return may_handle(is_his=is_filer or is_consultant, roles=actor.roles)


def policy_at(session: Session, actor: Actor, at: Instant) -> ReservationPolicy:
    """What the club's policy says of reservations on the local day."""
    day = local_day(at, actor.club.zone)
    return policy_on(session, actor.club, day).read("reservation", ReservationPolicy)


def policy_of(session: Session, row: ReservationRow) -> ReservationPolicy:
    """What the policy says that the form was filed under."""
    version = policy_version(session, PolicyVersionID(row.policy_version_id))
    return version.read("reservation", ReservationPolicy)


def consultant_account(session: Session, row: ReservationRow, actor: Actor) -> AccountID | None:
    """Whose deal it is, as an account."""
    if row.consultant_id is None:
        return None
    return profiles.get(session, actor.club.id, ConsultantID(row.consultant_id)).account_id


def move(session: Session, row: ReservationRow, state: State, *, actor: Actor, at: Instant) -> None:
    """Put it into another state, with its trace."""
    event = ReservationMoved(ReservationID(row.id), row.state, state.value)
    row.state = state.value
    audit.record(session, event, actor=actor, at=at)


def end(
    session: Session, row: ReservationRow, state: State, *, reason: str = "", actor: Actor, at: Instant
) -> None:
    """It is over: nothing is waited for any more."""
    row.ended_at, row.ended_by = at, actor.account_id
    row.end_reason = reason or row.end_reason
    move(session, row, state, actor=actor, at=at)


def give_place_back(session: Session, row: ReservationRow, *, actor: Actor) -> None:
    """Somebody else may have the place; given back once."""
    if row.takes_place:
        free_places(session, sale_id=SaleID(row.sale_id), actor=actor)
        row.takes_place = False


def hold(session: Session, row: ReservationRow, sale: SaleRow, *, actor: Actor, at: Instant) -> None:
    """The deposit is here: it gets its line in the ledger, its days, and its copies; paid whole it is sold."""
    policy = policy_at(session, actor, at)
    deposit = session.scalars(
        sa.select(PaymentRow)
        .where(PaymentRow.sale_id == sale.id, PaymentRow.status == PaymentStatus.SUCCEEDED.value)
        .order_by(PaymentRow.paid_at, PaymentRow.id)
        .limit(1)
    ).one()
    deposit.is_deposit = True
    row.number = next_number(session, club_id=actor.club.id, series=NUMBERS)
    row.held_at = deposit.paid_at or at
    row.valid_until = valid_until(local_day(row.held_at, actor.club.zone), policy)
    copies.hand_over(session, reservation_id=ReservationID(row.id), copies=policy.copies, actor=actor, at=at)
    held = ReservationHeld(
        ReservationID(row.id),
        row.number,
        audit.money_fact(of_currency(deposit.amount_minor, row.currency)),
        row.valid_until,
        policy.copies,
    )
    audit.record(session, held, actor=actor, at=at)
    move(session, row, State.HELD, actor=actor, at=at)
    if sales.balance_of(sale).is_paid:
        end(session, row, State.SOLD, actor=actor, at=at)


def close(session: Session, sale: SaleRow, closed_as: ClosedAs, *, actor: Actor, at: Instant) -> None:
    """Let no money come in for it; closed before, it only gets its right reason."""
    if sale.closed_at is None:
        sale_operations.close_sale(session, sale_id=SaleID(sale.id), closed_as=closed_as, actor=actor, at=at)
    else:
        sale.closed_as = closed_as.value
