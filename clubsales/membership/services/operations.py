"""Doing something with a card: asked by its holder or at the desk, paid for where it costs something, carried out once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.db import for_update
from clubsales.errors import NotFound, refuse
from clubsales.ids import ConsultantID, SaleID, ServiceID
from clubsales.membership.cards import queries as cards
from clubsales.membership.cards import services
from clubsales.membership.cards.models import CardServiceRow
from clubsales.membership.cards.queries import CardView
from clubsales.membership.cards.rules import ServiceKind, ServiceState
from clubsales.membership.sales.card_sales import open_fee
from clubsales.membership.sales.closing import close_sale, free_places
from clubsales.membership.sales.receipts import enrol_holder
from clubsales.membership.sales.rules import ClosedAs
from clubsales.membership.services import queries
from clubsales.membership.services.events import ServiceAsked, ServiceEnded, ServiceOpened
from clubsales.membership.services.ordering import ordered
from clubsales.membership.services.queries import fee_for
from clubsales.membership.services.rules import ServiceRefused, may_ask
from clubsales.membership.services.wishes import Asked, Wish
from clubsales.money import Money
from clubsales.typed import free_text

NOT_STARTED = (ServiceState.ASKED, ServiceState.TO_PAY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A service that was taken up: what is to be paid for it, public ids, or nothing where it is done."""

    service: str
    sales: tuple[str, ...]


def ask(
    session: Session,
    *,
    card: CardView,
    kind: ServiceKind,
    reason: str,
    facts: dict[str, Any],
    actor: Actor,
    at: Instant,
) -> str:
    """Write down what a card's holder asks for; the club takes it up or refuses it. Returns its public id.

    Raises Refused(ServiceRefused.OPEN).
    """
    row = _new(session, card, kind, reason=reason, actor=actor, at=at)
    row.facts = facts
    session.flush()
    audit.record(session, ServiceAsked(card.id, ServiceID(row.id), kind.value), actor=actor, at=at)
    return row.public_id


def take_up(
    session: Session,
    *,
    card: str,
    wish: Wish,
    asked: str = "",
    consultant_id: ConsultantID | None = None,
    actor: Actor,
    at: Instant,
) -> Taken:
    """Do it at once where nothing is to be paid, else open what pays for it. `asked`: what the member asked before.

    What the terms forbid is refused before anybody pays. Raises NotFound, Refused(ServiceRefused...),
    Refused(CardRefused...), Refused(CatalogueRefused...) and Refused(DiscountRefused...).
    """
    found = cards.by_public_id(session, actor.club, card)
    if found.club_id != actor.club.id:
        raise NotFound
    row = (
        _locked(session, asked, actor)
        if asked
        else _new(session, found, wish.kind, reason=wish.reason, actor=actor, at=at)
    )
    is_new = row.sale_id is None and row.fee_sale_id is None
    if row.card_id != found.id or row.kind != wish.kind or row.state != ServiceState.ASKED or not is_new:
        refuse(ServiceRefused.ANSWERED).or_raise()
    session.flush()
    order = ordered(
        Asked(session=session, card=found, wish=wish, consultant_id=consultant_id, actor=actor, at=at)
    )
    fee = fee_for(session, found, wish.kind)
    row.facts, row.fee_minor = order.facts, fee.amount.minor
    row.sale_id = order.sale_id
    if fee.amount:
        row.fee_sale_id = _fee(session, found, wish, fee.amount, consultant_id, actor, at)
    row.state = ServiceState.TO_PAY.value
    if asked:
        row.answered_at, row.answered_by = at, actor.account_id
    session.flush()
    event = ServiceOpened(
        found.id,
        ServiceID(row.id),
        wish.kind.value,
        audit.money_fact(fee.amount),
        None if row.sale_id is None else SaleID(row.sale_id),
        None if row.fee_sale_id is None else SaleID(row.fee_sale_id),
    )
    audit.record(session, event, actor=actor, at=at)
    to_pay = _unpaid(session, row)
    if not to_pay:
        done = services.carry_out(session, service_id=row.id, actor=actor, at=at)
        enrol_holder(session, done, sale_id=found.sale_id, actor=actor, at=at)
    return Taken(service=row.public_id, sales=tuple(queries.sale_names(session, to_pay)))


def refuse_asked(session: Session, *, service: str, answer: str, actor: Actor, at: Instant) -> None:
    """Say no to what a member asked, and why. Raises NotFound and Refused(ServiceRefused.ANSWERED, REASON)."""
    row = _locked(session, service, actor)
    if row.state != ServiceState.ASKED or row.sale_id is not None or row.fee_sale_id is not None:
        refuse(ServiceRefused.ANSWERED).or_raise()
    answer = free_text(answer)
    if not answer:
        refuse(ServiceRefused.REASON).or_raise()
    row.answered_at, row.answered_by, row.answer = at, actor.account_id, answer
    _end(session, row, ServiceState.REFUSED, actor=actor, at=at)


def withdraw(session: Session, *, service: str, actor: Actor, at: Instant) -> None:
    """Give up what is not paid, or whose money went back; its open sales are closed.

    Raises NotFound and Refused(ServiceRefused.ANSWERED, PAID).
    """
    row, sales = _locked_with_sales(session, service, actor)
    if row.state not in NOT_STARTED:
        refuse(ServiceRefused.ANSWERED).or_raise()
    if any(each.received_minor > each.refunded_minor for each in sales):
        refuse(ServiceRefused.PAID).or_raise()
    for each in sales:
        # Given up on its own page, or paid and given back: its place is free already.
        if each.closed_at is None and each.received_minor < each.price_minor:
            close_sale(session, sale_id=SaleID(each.id), closed_as=ClosedAs.GIVEN_UP, actor=actor, at=at)
            free_places(session, sale_id=SaleID(each.id), actor=actor)
    row.answer = ""
    _end(session, row, ServiceState.WITHDRAWN, actor=actor, at=at)


def withdraw_own(session: Session, *, card: CardView, service: str, actor: Actor, at: Instant) -> None:
    """A member takes back what he asked by his card's link. Raises as `withdraw`, NotFound for what others asked."""
    found = queries.by_public_id(session, actor.club.id, service)
    if found.card_id != card.id or not found.is_members:
        raise NotFound
    withdraw(session, service=service, actor=actor, at=at)


def try_again(session: Session, *, service: str, actor: Actor, at: Instant) -> None:
    """Do what was paid for and could not be done when its money came. Raises NotFound, and Refused as the card's rules say."""
    row, sales = _locked_with_sales(session, service, actor)
    if row.state != ServiceState.ASKED or not sales:
        refuse(ServiceRefused.ANSWERED).or_raise()
    row.answer = ""
    session.flush()
    done = services.carry_out(session, service_id=row.id, actor=actor, at=at)
    enrol_holder(session, done, sale_id=SaleID(sales[-1].id), actor=actor, at=at)


def _locked_with_sales(
    session: Session, public_id: str, actor: Actor
) -> tuple[CardServiceRow, Sequence[sa.Row[Any]]]:
    """A service and what pays for it, locked: sales first, as whoever takes money does."""
    found = queries.by_public_id(session, actor.club.id, public_id)
    names = [each for each in (found.sale, found.fee_sale) if each is not None]
    sale = queries.sale
    locked = for_update(sa.select(sale).where(sale.c.public_id.in_(names)).order_by(sale.c.id))
    sales = session.execute(locked).all()
    return _locked(session, public_id, actor), sales


def _new(
    session: Session, card: CardView, kind: ServiceKind, *, reason: str, actor: Actor, at: Instant
) -> CardServiceRow:
    session.execute(for_update(sa.select(queries.CARD.c.id).where(queries.CARD.c.id == card.id)))
    waits = queries.waiting_of_card(session, card.id) is not None or queries.refund_waits(session, card.id)
    may_ask(another_waits=waits).or_raise()
    row = CardServiceRow(
        club_id=actor.club.id,
        card_id=card.id,
        kind=kind.value,
        state=ServiceState.ASKED.value,
        facts={},
        reason=free_text(reason),
        asked_at=at,
        asked_by=actor.account_id,
    )
    session.add(row)
    return row


def _fee(
    session: Session,
    card: CardView,
    wish: Wish,
    amount: Money,
    consultant_id: ConsultantID | None,
    actor: Actor,
    at: Instant,
) -> SaleID:
    return open_fee(
        session,
        card_id=card.id,
        what=wish.fee_title or card.name,
        what_en=wish.fee_title_en,
        amount=amount,
        person_id=card.person_id,
        consultant_id=consultant_id,
        actor=actor,
        at=at,
    )


def _unpaid(session: Session, row: CardServiceRow) -> list[SaleID]:
    """The sales of a service that are not paid in full."""
    wanted = [each for each in (row.sale_id, row.fee_sale_id) if each is not None]
    sale = queries.sale
    open_ = sale.c.received_minor < sale.c.price_minor
    found = session.scalars(sa.select(sale.c.id).where(sale.c.id.in_(wanted), open_).order_by(sale.c.id))
    return [SaleID(each) for each in found]


def _end(session: Session, row: CardServiceRow, state: ServiceState, *, actor: Actor, at: Instant) -> None:
    row.state, row.done_at = state.value, at
    card = cards.by_id(session, row.card_id)  # type: ignore[arg-type]
    assert card is not None
    audit.record(session, ServiceEnded(card.id, ServiceID(row.id), row.kind, state.value), actor=actor, at=at)


def _locked(session: Session, public_id: str, actor: Actor) -> CardServiceRow:
    if not cards.is_plain(public_id):
        raise NotFound
    row: CardServiceRow | None = session.scalars(
        for_update(
            sa.select(CardServiceRow).where(
                CardServiceRow.public_id == public_id, CardServiceRow.club_id == actor.club.id
            )
        ).execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row
