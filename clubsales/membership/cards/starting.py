"""A card's beginning: made with its sale, started with its money, or by the first who uses it."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.clock import Instant, local_day
from clubsales.db import insert_row, table_of
from clubsales.ids import CardID, PersonID, SaleID
from clubsales.membership.cards import grants, values
from clubsales.membership.cards.entitlement import Grant, GrantKind, fold
from clubsales.membership.cards.events import CardActivated
from clubsales.membership.cards.models import CardRow
from clubsales.membership.cards.rules import CardStatus, SoldLine, first_day, last_day, latest_start
from clubsales.membership.catalogue.queries import CardTypeView
from clubsales.membership.catalogue.rules import CardKind
from clubsales.membership.catalogue.terms import StartRule

CARD = table_of(CardRow)
SALE = sa.table("sale", sa.column("id", sa.BigInteger), sa.column("price_minor", sa.BigInteger))


def line_of(
    card_type: CardTypeView,
    *,
    paid_minor: int,
    line: int = 1,
    starts_on: date | None = None,
    extra_days: int = 0,
    extra_visits: int = 0,
) -> SoldLine:
    """A card type as it is sold for so much money: every fact is a copy. A stored-value card holds its value or its price."""
    value = card_type.value.minor if card_type.value is not None else paid_minor
    return SoldLine(
        line=line,
        card_type_id=card_type.id,
        name=card_type.name,
        name_en=card_type.name_en,
        kind=card_type.kind.value,
        days=card_type.days,
        visits=card_type.visits,
        value_minor=value if card_type.kind is CardKind.STORED_VALUE else None,
        paid_minor=paid_minor,
        currency=card_type.currency,
        are_sessions=card_type.are_sessions,
        people_max=card_type.people_max,
        start_rule=card_type.terms.start_rule.value,
        starts_on=starts_on,
        facilities=card_type.facilities,
        windows=tuple(window.to_json() for window in card_type.windows),
        terms=card_type.terms.to_json(),
        all_clubs=card_type.all_clubs,
        extra_days=extra_days,
        extra_visits=extra_visits,
    )


def prepare(
    session: Session,
    *,
    sale_id: SaleID,
    line: SoldLine,
    person_id: PersonID | None,
    is_paid: bool = False,
    actor: Actor,
    at: Instant,
) -> CardID | None:
    """Make a line's card, pending until its sale is paid; goods and packages make none. What was sold is copied.

    With `is_paid` it starts at once: `prepare` and `activate` together.
    """
    if not line.makes_card:
        return None
    row = new_card(line, sale_id=sale_id, person_id=person_id, actor=actor)
    begins = line.starts_on if line.start_rule == StartRule.CHOSEN else None
    if is_paid:
        today = local_day(at, actor.club.zone)
        begins = first_day(StartRule(line.start_rule), wish=line.starts_on, today=today)
        start(row, begins=begins, days=total_days(line), today=today)
    given = granted_by(line, sale_id=sale_id, kind=GrantKind.SALE, starts_on=begins)
    insert_row(session, row)
    card_id = CardID(row.id)
    for sequence, grant in enumerate(given, start=1):
        grants.give(session, card_id, grant, sequence=sequence, is_last=is_paid, actor=actor, at=at)
    if is_paid:
        _say_started(session, card_id, sale_id, row.valid_from, row.valid_until, actor=actor, at=at)
        if row.value_left_minor:
            values.load(session, card_id, row.value_left_minor, row.value_left_minor, 1, actor=actor, at=at)
    return card_id


def new_card(line: SoldLine, *, sale_id: SaleID, person_id: PersonID | None, actor: Actor) -> CardRow:
    """The row of a line's card, pending and not yet written."""
    visits = None if line.visits is None else line.visits + line.extra_visits
    return CardRow(
        club_id=actor.club.id,
        sale_id=sale_id,
        line=line.line,
        person_id=person_id,
        name=line.name,
        name_en=line.name_en,
        kind=line.kind,
        days=total_days(line),
        visits_total=visits,
        visits_left=visits,
        all_clubs=line.all_clubs,
        card_type_id=line.card_type_id,
        currency=line.currency,
        value_total_minor=line.value_minor,
        value_left_minor=line.value_minor,
        are_sessions=line.are_sessions,
        people_max=line.people_max,
        start_rule=line.start_rule,
        start_by=line.start_by,
        facilities=list(line.facilities),
        windows=[dict(window) for window in line.windows],
        terms=dict(line.terms),
    )


def total_days(line: SoldLine) -> int | None:
    """The days of a line with those of its promotion; none: no term."""
    return None if line.days is None else line.days + line.extra_days


def granted_by(
    line: SoldLine, *, sale_id: SaleID | None, kind: GrantKind, starts_on: date | None
) -> list[Grant]:
    """What a line gives to its card: what was paid for, and what a promotion adds."""
    paid = Grant(
        kind=kind,
        days=line.days,
        visits=line.visits,
        value_minor=line.value_minor,
        paid_minor=line.paid_minor,
        starts_on=starts_on,
        sale_id=sale_id,
    )
    extra_days = line.extra_days if line.days is not None else 0
    extra_visits = line.extra_visits if line.visits is not None else 0
    if not extra_days and not extra_visits:
        return [paid]
    extra = Grant(
        kind=GrantKind.PROMOTION,
        days=extra_days or None,
        visits=extra_visits or None,
        sale_id=sale_id,
    )
    return [paid, extra]


def activate(
    session: Session, *, sale_id: SaleID, person_id: PersonID | None = None, actor: Actor, at: Instant
) -> tuple[CardID, ...]:
    """Start the sale's cards that wait for its money, by their start rules; empty when none waits.

    `person_id` is the buyer, who may not have been known when the cards were made.
    """
    waiting = session.scalars(
        sa.select(CardRow)
        .where(CardRow.sale_id == sale_id, CardRow.status == CardStatus.PENDING)
        .order_by(CardRow.line)
        .execution_options(populate_existing=True)
    ).all()
    for row in waiting:
        _activate(session, row, sale_id, actor=actor, at=at)
        if person_id is not None:
            row.person_id = person_id
    return tuple(CardID(row.id) for row in waiting)


def _activate(session: Session, row: CardRow, sale_id: SaleID, *, actor: Actor, at: Instant) -> None:
    card_id = CardID(row.id)
    today = local_day(at, actor.club.zone)
    given = [each.grant for each in grants.of_card(session, card_id)]
    if not given:  # sold before grants were written
        price = session.execute(sa.select(SALE.c.price_minor).where(SALE.c.id == sale_id)).scalar_one()
        given = [
            Grant(
                kind=GrantKind.SALE,
                days=row.days,
                visits=row.visits_total,
                paid_minor=price,
                starts_on=today,
                sale_id=sale_id,
            )
        ]
        grants.give(session, card_id, given[0], sequence=1, actor=actor, at=at)
    wish = given[0].starts_on
    begins = first_day(StartRule(row.start_rule), wish=wish, today=today)
    if begins is not None and begins != wish:
        given.append(grants.began_on(begins))
        grants.give(session, card_id, given[-1], sequence=len(given), actor=actor, at=at)
    start(row, begins=begins, days=fold(given).days, today=today)
    _say_started(session, card_id, sale_id, row.valid_from, row.valid_until, actor=actor, at=at)
    if row.value_left_minor:
        values.load(session, card_id, row.value_left_minor, row.value_left_minor, 1, actor=actor, at=at)


def start(row: CardRow, *, begins: date | None, days: int | None, today: date) -> None:
    """Let a card's row run; without a first day it waits to be used, until its latest start."""
    row.status = CardStatus.ACTIVE.value
    row.valid_from = begins
    row.valid_until = None if begins is None else last_day(begins, days)
    if begins is None and row.start_by is None:
        row.start_by = latest_start(row.terms, today)


def _say_started(
    session: Session,
    card_id: CardID,
    sale_id: SaleID,
    valid_from: date | None,
    valid_until: date | None,
    *,
    actor: Actor,
    at: Instant,
) -> None:
    audit.record(session, CardActivated(card_id, sale_id, valid_from, valid_until), actor=actor, at=at)
