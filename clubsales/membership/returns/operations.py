"""Asking money back for a card, answering it, and paying it out."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit, clubs
from clubsales.actor import Actor
from clubsales.clock import Instant, local_day
from clubsales.consultants.assessment import keeping
from clubsales.db import for_update
from clubsales.errors import NotFound, refuse
from clubsales.ids import CardID, PolicyVersionID, RefundRequestID, SaleID
from clubsales.membership.approvals import operations as approvals
from clubsales.membership.approvals.rules import Asked, Form
from clubsales.membership.cards import behind, ending
from clubsales.membership.cards import queries as cards
from clubsales.membership.cards.ending import EndedAs
from clubsales.membership.cards.queries import CardView
from clubsales.membership.cards.worth import Unit
from clubsales.membership.returns import queries
from clubsales.membership.returns.events import ReturnAsked, ReturnPaid, ReturnWithdrawn
from clubsales.membership.returns.models import RefundRequestRow
from clubsales.membership.returns.quotes import Behind, Quote, is_used, policy_for, quote
from clubsales.membership.returns.rules import (
    ReturnRefused,
    ReturnState,
    basis_of,
    may_ask,
    may_pay_out,
)
from clubsales.membership.sales.closing import free, held_places
from clubsales.membership.sales.refunds import RefundPart, refund
from clubsales.money import Currency, Money
from clubsales.policies import policy_on
from clubsales.typed import free_text


def ask(
    session: Session,
    *,
    card: CardView,
    amount: Money | None = None,
    units: int | None = None,
    keeps_card: bool = False,
    reason: str,
    actor: Actor,
    at: Instant,
) -> str:
    """Ask money back for a card of this club (none: what was reckoned); returns the request's public id.

    `units`: only so many of its unused visits or days; the card goes on with the rest. `keeps_card`: all of it stays.
    More than was reckoned is goodwill. Raises Refused(ReturnRefused...).
    """
    locked = session.execute(
        for_update(
            sa.select(cards.CARD.c.id).where(
                cards.CARD.c.id == card.id, cards.CARD.c.club_id == actor.club.id
            )
        )
    ).one_or_none()
    if locked is None:
        raise NotFound
    found = quote(session, actor.club, card, at, units=units)
    wanted = found.reckoned.amount if amount is None else amount
    is_part = units is not None and units < found.worth.left
    reason = free_text(reason)
    may_ask(
        wanted,
        found.reckoned,
        paid=found.paid,
        is_open=queries.open_of_card(session, card.id) is not None,
        service_waits=queries.service_waits(session, card.id),
        card_stays=is_part or keeps_card,
        reason=reason,
    ).or_raise()
    today = local_day(at, actor.club.zone)
    policy = policy_on(session, actor.club, today)
    basis = basis_of(wanted, found.reckoned)
    calendar = keeping.calendar_of(session, actor.club, keeping.policy_of(session, actor.club, today))
    row = RefundRequestRow(
        club_id=actor.club.id,
        sale_id=card.sale_id,
        card_id=card.id,
        state=ReturnState.ASKED.value,
        basis=basis.value,
        currency=wanted.currency,
        amount_minor=wanted.minor,
        reckoning={
            "lines": [line.stored() for line in found.reckoned.lines],
            "reckoned": found.reckoned.amount.minor,
            "units": units if is_part else None,
        },
        ends_card=not (is_part or keeps_card),
        reason=reason,
        asked_at=at,
        asked_by=actor.account_id,
        due_on=calendar.working_day_after(today, found.reckoned.working_days),
        policy_version_id=policy.version_id,
    )
    session.add(row)
    session.flush()
    request_id = RefundRequestID(row.id)
    event = ReturnAsked(
        request_id,
        card.id,
        basis.value,
        audit.money_fact(wanted),
        audit.money_fact(found.reckoned.amount),
    )
    audit.record(session, event, actor=actor, at=at)
    state = approvals.begin(session, asked=_asked(session, row, actor), actor=actor, at=at)
    if state.done:
        row.state = ReturnState.APPROVED.value
    return row.public_id


def answer(
    session: Session, *, request: str, approved: bool, reason: str = "", actor: Actor, at: Instant
) -> ReturnState:
    """Say yes or no at the step of the chain whose turn it is; where the request stands with it.

    Raises NotFound, Refused(ReturnRefused.ANSWERED) and Refused(ApprovalRefused...).
    """
    row = _locked(session, request, actor)
    if row.state != ReturnState.ASKED:
        refuse(ReturnRefused.ANSWERED).or_raise()
    asked = _asked(session, row, actor)
    state = approvals.answer(session, asked=asked, approved=approved, reason=reason, actor=actor, at=at)
    if state.refused:
        row.state = ReturnState.REFUSED.value
    elif state.done:
        row.state = ReturnState.APPROVED.value
    if row.state != ReturnState.ASKED:
        row.answered_at, row.answered_by, row.answer = at, actor.account_id, free_text(reason)
    return ReturnState(row.state)


def withdraw(session: Session, *, request: str, actor: Actor, at: Instant) -> None:
    """Take a request back before its money went out. Raises NotFound and Refused(ReturnRefused.ANSWERED)."""
    row = _locked(session, request, actor)
    if row.state not in (ReturnState.ASKED, ReturnState.APPROVED):
        refuse(ReturnRefused.ANSWERED).or_raise()
    row.state = ReturnState.WITHDRAWN.value
    audit.record(session, ReturnWithdrawn(RefundRequestID(row.id)), actor=actor, at=at)


def withdraw_own(session: Session, *, card: CardView, request: str, actor: Actor, at: Instant) -> None:
    """A member takes back what he asked by his card's link. Raises as `withdraw`, NotFound for what others asked."""
    found = queries.by_public_id(session, actor.club.id, request)
    if found.card_id != card.id or found.asked_by is not None:
        raise NotFound
    withdraw(session, request=request, actor=actor, at=at)


def pay_out(session: Session, *, request: str, actor: Actor, at: Instant) -> tuple[RefundPart, ...]:
    """Pay an approved request: the card ends or loses what is taken back, the money goes back the way it came.

    With all its money a card's place of a limited offer is free again, though the sale's other cards go on (RSV-01). The newest sale's money goes first, each by the club it came in. Returns the parts; online ones have still to be
    sent to the provider. Raises NotFound, Refused(ReturnRefused.NOT_APPROVED, PAID, CHANGED, USED_SINCE),
    Refused(CardRefused.TAKEN_BACK) and Refused(SaleRefused.REFUND_ROLE).
    """
    row = _locked(session, request, actor)
    if row.state == ReturnState.PAID:
        refuse(ReturnRefused.PAID).or_raise()
    if row.state != ReturnState.APPROVED:
        refuse(ReturnRefused.NOT_APPROVED).or_raise()
    assert row.card_id is not None
    card = cards.by_id(session, CardID(row.card_id))
    assert card is not None
    _lock_sales(session, card)
    amount = Money(row.amount_minor, Currency(row.currency))
    found = quote(session, actor.club, card, at, units=row.reckoning["units"])
    may_pay_out(
        amount,
        paid=found.paid,
        reckoned_then=Money(row.reckoning["reckoned"], amount.currency),
        reckoned_now=found.reckoned.amount,
        used_since=is_used(session, card.id, since=row.asked_at),
    ).or_raise()
    split = _split(amount, found.sales)
    held = held_places(session, card.sale_id)
    _take(session, row, found, split, actor=actor, at=at)
    seller = next(
        (_at_home(session, actor, each) for each in found.sales if each.sale_id == card.sale_id), actor
    )
    free(session, held - held_places(session, card.sale_id), actor=seller)
    parts: list[RefundPart] = []
    for each in found.sales:
        if each.sale_id in split:
            parts += refund(
                session,
                sale_id=each.sale_id,
                amount=Money(split[each.sale_id], amount.currency),
                reason=free_text(row.reason),
                actor=_at_home(session, actor, each),
                at=at,
            )
    row.state, row.paid_at, row.paid_by = ReturnState.PAID.value, at, actor.account_id
    event = ReturnPaid(RefundRequestID(row.id), SaleID(row.sale_id), audit.money_fact(amount), row.ends_card)
    audit.record(session, event, actor=actor, at=at)
    return tuple(parts)


def _asked(session: Session, row: RefundRequestRow, actor: Actor) -> Asked:
    """Whoever asked knew the chain of that day."""
    return Asked(
        form=Form.REFUND,
        form_id=row.id,
        public_id=row.public_id,
        round=queries.ROUND,
        chain=policy_for(session, actor.club, local_day(row.asked_at, actor.club.zone)).approvals,
        policy_version_id=PolicyVersionID(row.policy_version_id),
        filed_by=row.asked_by,
        consultant_account=queries.seller_account(session, SaleID(row.sale_id)),
    )


def _lock_sales(session: Session, card: CardView) -> None:
    """Sales before cards, as whoever takes money does."""
    sale_ids = behind.paid_by_sale(session, card.id)
    session.execute(
        for_update(sa.select(queries.sale.c.id).where(queries.sale.c.id.in_(sale_ids)).order_by("id"))
    )


def _split(amount: Money, sales: Sequence[Behind]) -> dict[SaleID, int]:
    """How much of it goes back out of each sale, the newest first."""
    split: dict[SaleID, int] = {}
    missing = amount.minor
    for behind_it in sales:
        part = min(missing, behind_it.left.minor)
        if part > 0:
            split[behind_it.sale_id] = part
            missing -= part
    return split


def _at_home(session: Session, actor: Actor, found: Behind) -> Actor:
    """Whoever pays out, in the club that took the money: a card that moved leaves its money where it came in."""
    if found.club_id == actor.club.id:
        return actor
    return replace(actor, club=clubs.get(session, found.club_id))


def _take(
    session: Session,
    row: RefundRequestRow,
    found: Quote,
    split: Mapping[SaleID, int],
    *,
    actor: Actor,
    at: Instant,
) -> None:
    """What the money takes along of the card."""
    card_id = found.card.id
    if row.ends_card:
        ending.end_card(
            session,
            card_id=card_id,
            as_=EndedAs.REFUNDED,
            paid_minor=row.amount_minor,
            back=split,
            reason=row.reason,
            actor=actor,
            at=at,
        )
        return
    units = row.reckoning["units"] or 0
    unit = found.worth.unit
    ending.take_back(
        session,
        card_id=card_id,
        days=units if unit is Unit.DAY else 0,
        visits=units if unit is Unit.VISIT else 0,
        value_minor=units if unit is Unit.VALUE else 0,
        paid_minor=row.amount_minor,
        back=split,
        reason=row.reason,
        actor=actor,
        at=at,
    )


def _locked(session: Session, public_id: str, actor: Actor) -> RefundRequestRow:
    if not cards.is_plain(public_id):
        raise NotFound
    row: RefundRequestRow | None = session.scalars(
        for_update(
            sa.select(RefundRequestRow).where(
                RefundRequestRow.public_id == public_id, RefundRequestRow.club_id == actor.club.id
            )
        ).execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row
