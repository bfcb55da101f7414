"""Doing something with a card: asked by its holder or at the desk, paid for where it costs something, carried out once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.clock import Instant, local_day
from clubsales.db import for_update
from clubsales.errors import NotFound, refuse
from clubsales.ids import ClubID, ConsultantID, PersonID, SaleID, ServiceID
from clubsales.membership.cards import operations as card_operations
from clubsales.membership.cards import passing, services
from clubsales.membership.cards import queries as cards
from clubsales.membership.cards.keeping import keep_by_public_id
from clubsales.membership.cards.models import CardServiceRow
from clubsales.membership.cards.operations import may_freeze_card, may_renew_with
from clubsales.membership.cards.queries import CardView
from clubsales.membership.cards.rules import (
    CardRefused,
    ServiceKind,
    ServiceState,
    may_transfer,
    may_unfreeze,
    must_live,
)
from clubsales.membership.cards.worth import Unit
from clubsales.membership.catalogue import queries as catalogue
from clubsales.membership.catalogue.card_types import CardTypeView
from clubsales.membership.catalogue.offers import offer_for
from clubsales.membership.catalogue.rules import CardKind
from clubsales.membership.prepaid import queries as prepaid
from clubsales.membership.prepaid.rules import PrepaidLine
from clubsales.membership.sales.card_sales import open_fee, open_service_sale
from clubsales.membership.sales.closing import close_sale, free_places
from clubsales.membership.sales.receipts import enrol_holder
from clubsales.membership.sales.rules import ClosedAs, SaleKind
from clubsales.membership.services import queries
from clubsales.membership.services.events import ServiceAsked, ServiceEnded, ServiceOpened
from clubsales.membership.services.queries import fee_for, worth_of
from clubsales.membership.services.rules import (
    ServiceRefused,
    keeps_renewal_price,
    may_ask,
    may_upgrade,
)
from clubsales.money import Money
from clubsales.policies import policy_on
from clubsales.typed import free_text

NOT_STARTED = (ServiceState.ASKED, ServiceState.TO_PAY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to be done with a card; each kind reads its own part.

    `price` is what a transfer or a renewal is sold for (none: nothing, and today's price).
    """

    kind: ServiceKind
    reason: str = ""
    last_day: date | None = None
    person_id: PersonID | None = None
    club_id: ClubID | None = None
    card_type: str = ""  # public id
    price: Money | None = None
    starts_on: date | None = None
    days: int = 0
    visits: int = 0
    fee_title: str = ""  # what the fee is called on its receipt, in the club's first language and in English
    fee_title_en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A service that was taken up: what is to be paid for it, public ids, or nothing where it is done."""

    service: str
    sales: tuple[str, ...]


@dataclass(slots=True)
class Order:
    """What a service needs: its facts, and the sale that pays for it."""

    facts: dict[str, Any]
    sale_id: SaleID | None = None


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
    order = _ordered(session, found, wish, consultant_id=consultant_id, actor=actor, at=at)
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
        if each.closed_at is not None:  # given up on its own page, and its place is free
            continue
        if each.received_minor < each.price_minor:
            close_sale(session, sale_id=SaleID(each.id), closed_as=ClosedAs.GIVEN_UP, actor=actor, at=at)
        free_places(session, sale_id=SaleID(each.id), actor=actor)
    row.answer = ""
    _end(session, row, ServiceState.WITHDRAWN, actor=actor, at=at)


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


def _ordered(
    session: Session,
    card: CardView,
    wish: Wish,
    *,
    consultant_id: ConsultantID | None,
    actor: Actor,
    at: Instant,
) -> Order:
    """What the kind needs, checked before anybody pays."""
    match wish.kind:
        case ServiceKind.FREEZE:
            return _freeze(session, card, wish, actor, at)
        case ServiceKind.UNFREEZE:
            may_unfreeze(card.status).or_raise()
            return Order({})
        case ServiceKind.TRANSFER:
            return _transfer(session, card, wish, consultant_id, actor, at)
        case ServiceKind.EXTENSION:
            if not free_text(wish.reason):
                refuse(ServiceRefused.REASON).or_raise()
            return Order({"days": wish.days, "visits": wish.visits, "reason": free_text(wish.reason)})
        case ServiceKind.REISSUE:
            must_live(card.status).or_raise()
            return Order({})
        case ServiceKind.RENEWAL:
            return _renewal(session, card, wish, consultant_id, actor, at)
        case ServiceKind.UPGRADE:
            return _upgrade(session, card, wish, consultant_id, actor, at)
        case ServiceKind.REFUND:
            raise NotFound


def _freeze(session: Session, card: CardView, wish: Wish, actor: Actor, at: Instant) -> Order:
    if wish.last_day is not None and wish.last_day < local_day(at, actor.club.zone):
        refuse(ServiceRefused.DAY).or_raise()
    no = may_freeze_card(session, card=card.public_id, last_day=wish.last_day, actor=actor, at=at)
    if no is not None:
        no.or_raise()
    until = None if wish.last_day is None else wish.last_day.isoformat()
    return Order({"last_day": until, "reason": free_text(wish.reason)})


def _transfer(
    session: Session,
    card: CardView,
    wish: Wish,
    consultant_id: ConsultantID | None,
    actor: Actor,
    at: Instant,
) -> Order:
    times = passing.transfers_along_chain(session, card.id)
    may_transfer(card.status, card.card_terms, transfers=times).or_raise()
    if wish.club_id is not None and wish.person_id is not None:
        refuse(ServiceRefused.ONE_OF_TWO).or_raise()
    if wish.club_id is not None:
        facts: dict[str, Any] = {"club_id": wish.club_id}
    elif wish.person_id is None:
        refuse(ServiceRefused.MISSING).or_raise()
    elif wish.person_id == card.person_id:
        refuse(ServiceRefused.OTHER_HOLDER).or_raise()
    else:
        facts = {"person_id": wish.person_id}
    if not wish.price:
        return Order(facts)
    card_type = card.card_type_id
    assert card_type is not None
    sale_id = open_service_sale(
        session,
        kind=SaleKind.TRANSFER,
        card_id=card.id,
        card_type_id=card_type,
        price=wish.price,
        person_id=wish.person_id or card.person_id,
        consultant_id=consultant_id,
        actor=actor,
        at=at,
    )
    return Order(facts, sale_id)


def _renewal(
    session: Session,
    card: CardView,
    wish: Wish,
    consultant_id: ConsultantID | None,
    actor: Actor,
    at: Instant,
) -> Order:
    today = local_day(at, actor.club.zone)
    card_type = catalogue.by_public_id(session, actor.club.id, wish.card_type, day=today)
    cheap = keeps_renewal_price(card.card_terms, valid_until=card.valid_until, today=today)
    offer = offer_for(
        card_type,
        SaleKind.RENEWAL.value if cheap else SaleKind.NEW.value,
        catalogue.promotions_on(session, actor.club.id, today),
    )
    price = wish.price or offer.price
    if price is None:
        refuse(ServiceRefused.MISSING).or_raise()
    # An offer's extras go with its price or a higher one.
    promotion = offer.promotion if offer.price is not None and offer.price <= price else None
    line = card_operations.line_of(
        card_type,
        paid_minor=price.minor,
        starts_on=wish.starts_on,
        extra_days=promotion.extra_days if promotion else 0,
        extra_visits=promotion.extra_visits if promotion else 0,
    )
    must_live(card.status).or_raise()
    may_renew_with(keep_by_public_id(session, card.public_id, actor=actor, at=at).row, line)
    _may_prepay(session, card, card_type, price, days=card_type.days, actor=actor, today=today)
    sale_id = open_service_sale(
        session,
        kind=SaleKind.RENEWAL,
        card_id=card.id,
        card_type_id=card_type.id,
        price=price,
        offered=offer.price,
        person_id=card.person_id,
        consultant_id=consultant_id,
        starts_on=wish.starts_on,
        actor=actor,
        at=at,
    )
    return Order({"line": line.to_json()}, sale_id)


def _upgrade(
    session: Session,
    card: CardView,
    wish: Wish,
    consultant_id: ConsultantID | None,
    actor: Actor,
    at: Instant,
) -> Order:
    must_live(card.status).or_raise()
    today = local_day(at, actor.club.zone)
    card_type = catalogue.by_public_id(session, actor.club.id, wish.card_type, day=today)
    if card_type.kind in (CardKind.GOODS, CardKind.PACKAGE):
        refuse(CardRefused.OTHER_KIND).or_raise()
    offer = offer_for(
        card_type, SaleKind.UPGRADE.value, catalogue.promotions_on(session, actor.club.id, today)
    )
    if offer.price is None:
        refuse(ServiceRefused.MISSING).or_raise()
    worth = worth_of(session, actor.club, card, at)
    trade_in = worth.unused
    may_upgrade(price=offer.price, trade_in=trade_in).or_raise()
    price = offer.price - trade_in
    days = card_type.days
    if days is not None and worth.unit is Unit.DAY:
        days = max(0, days - worth.left)  # the old card's days are counted already, and go
    _may_prepay(session, card, card_type, price, days=days, actor=actor, today=today)
    line = card_operations.line_of(
        card_type,
        paid_minor=price.minor,
        starts_on=wish.starts_on,
        extra_days=offer.promotion.extra_days if offer.promotion else 0,
        extra_visits=offer.promotion.extra_visits if offer.promotion else 0,
    )
    sale_id = open_service_sale(
        session,
        kind=SaleKind.UPGRADE,
        card_id=card.id,
        card_type_id=card_type.id,
        price=price,
        offered=offer.price,
        trade_in=trade_in,
        person_id=card.person_id,
        consultant_id=consultant_id,
        starts_on=wish.starts_on,
        actor=actor,
        at=at,
    )
    return Order({"line": line.to_json(), "trade_in_minor": trade_in.minor}, sale_id)


def _may_prepay(
    session: Session,
    card: CardView,
    card_type: CardTypeView,
    price: Money,
    *,
    days: int | None,
    actor: Actor,
    today: date,
) -> None:
    """What one buyer may have paid ahead, where a law says so, beside what is left of all he has."""
    line = PrepaidLine(
        kind=card_type.kind.value,
        are_sessions=card_type.are_sessions,
        amount_minor=price.minor,
        days=days,
        visits=card_type.visits,
    )
    policy = policy_on(session, actor.club, today)
    prepaid.guard(
        session, actor.club, person_id=card.person_id, lines=[line], policy=policy, day=today
    ).or_raise()


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
