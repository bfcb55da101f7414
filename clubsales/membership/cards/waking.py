"""What happens to a card by itself: a freeze that was planned ends, a card that waits for its first use begins."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.clock import Instant, local_day
from clubsales.db import for_update, table_of
from clubsales.ids import CardID, ClubID
from clubsales.membership.cards import grants
from clubsales.membership.cards.entitlement import ONE_DAY, fold
from clubsales.membership.cards.events import CardBegun, CardUnfrozen
from clubsales.membership.cards.models import CardFreezeRow, CardRow
from clubsales.membership.cards.rules import CardStatus, last_day
from clubsales.membership.catalogue.terms import StartRule

CARD, FREEZE = table_of(CardRow), table_of(CardFreezeRow)
BY_ITSELF = 500  # cards in one turn of the job


def wake(session: Session, *, card_id: CardID, actor: Actor, at: Instant) -> bool:
    """Let a card that is about to be used run: says whether anything changed. Nothing is locked for one that runs."""
    asleep = session.execute(
        sa.select(CARD.c.id).where(
            CARD.c.id == card_id,
            sa.or_(
                CARD.c.status == CardStatus.FROZEN,
                sa.and_(CARD.c.status == CardStatus.ACTIVE, CARD.c.valid_from.is_(None)),
            ),
        )
    ).scalar_one_or_none()
    if asleep is None:
        return False
    row = session.scalars(
        for_update(sa.select(CardRow).where(CardRow.id == card_id)).execution_options(populate_existing=True)
    ).one()
    if not catch_up(session, row, actor=actor, at=at):
        if row.status != CardStatus.ACTIVE or row.valid_from is not None:
            return False
        begin(session, row, local_day(at, actor.club.zone), actor=actor, at=at)
    session.flush()
    return True


def catch_up(session: Session, row: CardRow, *, actor: Actor, at: Instant) -> bool:
    """Do for a locked card what its days have brought since: a planned freeze is over, its latest start has come."""
    today = local_day(at, actor.club.zone)
    if row.status == CardStatus.FROZEN:
        freeze = open_freeze(session, CardID(row.id))
        if freeze is not None and freeze.last_day is not None and freeze.last_day < today:
            run_again(session, row, freeze, freeze.last_day + ONE_DAY, actor=actor, at=at)
            return True
        return False
    waits = row.status == CardStatus.ACTIVE and row.valid_from is None
    if waits and row.start_by is not None and row.start_by <= today:
        begin(session, row, row.start_by, actor=actor, at=at)
        return True
    return False


def open_freeze(session: Session, card_id: CardID) -> CardFreezeRow | None:
    """The freeze that stands."""
    return session.scalars(
        sa.select(CardFreezeRow).where(CardFreezeRow.card_id == card_id, CardFreezeRow.ran_again_on.is_(None))
    ).one_or_none()


def run_again(
    session: Session, row: CardRow, freeze: CardFreezeRow | None, day: date, *, actor: Actor, at: Instant
) -> None:
    """End a locked card's freeze: it counts again from this day, and its frozen days come after its end."""
    old = row.valid_until
    if freeze is not None:
        freeze.ran_again_on = day
        if old is not None:
            row.valid_until = old + (day - freeze.first_day)
    row.status = CardStatus.ACTIVE.value
    row.frozen_on = None
    audit.record(session, CardUnfrozen(row.id, old, row.valid_until), actor=actor, at=at)


def begin(session: Session, row: CardRow, day: date, *, actor: Actor, at: Instant) -> None:
    """Let a locked card that waits for its first use count from this day."""
    given = grants.of_card(session, CardID(row.id))
    grants.give(
        session,
        CardID(row.id),
        grants.began_on(day),
        sequence=len(given) + 1,
        actor=actor,
        at=at,
    )
    days = fold([each.grant for each in given]).days
    row.valid_from, row.valid_until = day, last_day(day, days)
    audit.record(session, CardBegun(row.id, day, row.valid_until), actor=actor, at=at)


def due(session: Session, club_id: ClubID, today: date) -> Sequence[CardID]:
    """The club's cards that something happens to by itself today."""
    frozen = (
        sa.select(FREEZE.c.card_id)
        .join(CARD, CARD.c.id == FREEZE.c.card_id)
        .where(CARD.c.club_id == club_id, FREEZE.c.ran_again_on.is_(None), FREEZE.c.last_day < today)
    )
    unused = sa.select(CARD.c.id).where(
        CARD.c.club_id == club_id,
        CARD.c.status == CardStatus.ACTIVE,
        CARD.c.start_rule == StartRule.FIRST_USE.value,
        CARD.c.valid_from.is_(None),
        CARD.c.start_by <= today,
    )
    found = session.scalars(sa.union(frozen, unused).limit(BY_ITSELF))
    return [CardID(each) for each in found]
