"""What must hold of every card; each check yields a sentence per fault. Run by `clubsales check`."""

from collections.abc import Callable, Iterator
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.db import table_of
from clubsales.membership.cards.entitlement import Freeze, Grant, GrantKind, fold
from clubsales.membership.cards.models import (
    CardFreezeRow,
    CardGrantRow,
    CardPersonRow,
    CardRow,
    CardSessionRow,
    CardValueRow,
)
from clubsales.membership.cards.rules import CardStatus

CARD, GRANT, FREEZE = table_of(CardRow), table_of(CardGrantRow), table_of(CardFreezeRow)
VALUE, TAKEN, SHARER = table_of(CardValueRow), table_of(CardSessionRow), table_of(CardPersonRow)
# The door's own table, by name as the database knows it.
check_in = sa.table("check_in", *(sa.column(name) for name in ("card_id", "visit")))


def cards_are_what_they_were_given(session: Session) -> Iterator[str]:
    """Days, visits and value of a card are what its grants, freezes and uses add up to."""
    freezes = _by_card(session, FREEZE, FREEZE.c.first_day)
    given = _by_card(session, GRANT, GRANT.c.sequence)
    uses = (
        sa.select(sa.func.count()).where(check_in.c.card_id == CARD.c.id, check_in.c.visit).scalar_subquery()
        - sa.select(sa.func.coalesce(sa.func.sum(TAKEN.c.visits), 0))
        .where(TAKEN.c.card_id == CARD.c.id)
        .scalar_subquery()
    )
    for row in session.execute(sa.select(CARD, uses.label("used")).order_by(CARD.c.id)):
        if row.id not in given or row.status == CardStatus.PENDING:
            continue
        sums = fold(
            [_grant(each) for each in given[row.id]],
            [_freeze(each) for each in freezes.get(row.id, ())],
            visits_used=row.used,
        )
        says = (row.valid_from, row.valid_until, row.visits_total, row.visits_left, row.value_total_minor)
        adds = (
            sums.valid_from,
            sums.valid_until,
            sums.visits_total,
            sums.visits_left,
            sums.value_total_minor,
        )
        if says != adds:
            yield f"Card {row.id} says {_told(says)}; what it was given adds up to {_told(adds)}."
        if sums.paid_minor < 0:
            yield f"Card {row.id}: more money went back or along than was paid for it."


def value_is_what_came_and_went(session: Session) -> Iterator[str]:
    """The stored value left on a card is the sum of its moves."""
    moved = (
        sa.select(sa.func.coalesce(sa.func.sum(VALUE.c.amount_minor), 0))
        .where(VALUE.c.card_id == CARD.c.id)
        .scalar_subquery()
    )
    statement = (
        sa.select(CARD.c.id, CARD.c.value_left_minor, moved)
        .where(
            CARD.c.value_left_minor.is_not(None),
            CARD.c.valid_from.is_not(None),
            CARD.c.value_left_minor != moved,
        )
        .order_by(CARD.c.id)
    )
    for card_id, left, came in session.execute(statement):
        yield f"Card {card_id} says {left} of value is left; what came and went leaves {came}."


def frozen_cards_have_one_open_freeze(session: Session) -> Iterator[str]:
    """A card stands still exactly as long as a freeze of it is open."""
    is_open = sa.exists().where(FREEZE.c.card_id == CARD.c.id, FREEZE.c.ran_again_on.is_(None))
    frozen = CARD.c.status == CardStatus.FROZEN
    statement = sa.select(CARD.c.id).where(frozen != is_open).order_by(CARD.c.id)
    for card_id in session.scalars(statement):
        yield f"Card {card_id}: its state and its freezes disagree."


def ended_cards_say_so(session: Session) -> Iterator[str]:
    """A card that went on as another one has ended, and was followed once."""
    followed = (
        sa.select(CARD.c.follows_card_id, sa.func.count().label("times"))
        .where(CARD.c.follows_card_id.is_not(None))
        .group_by(CARD.c.follows_card_id)
        .subquery()
    )
    statement = (
        sa.select(CARD.c.id)
        .join(followed, followed.c.follows_card_id == CARD.c.id)
        .where((CARD.c.status != CardStatus.CANCELLED) | (followed.c.times != 1))
        .order_by(CARD.c.id)
    )
    for card_id in session.scalars(statement):
        yield f"Card {card_id} went on as another card, and did not end."


def shared_cards_have_room(session: Session) -> Iterator[str]:
    """No more people use a card than it was sold for."""
    sharers = (
        sa.select(sa.func.count())
        .where(SHARER.c.card_id == CARD.c.id, SHARER.c.removed_at.is_(None))
        .scalar_subquery()
    )
    for card_id in session.scalars(sa.select(CARD.c.id).where(sharers >= CARD.c.people_max, sharers > 0)):
        yield f"Card {card_id} is used by more people than it was sold for."


INVARIANTS: tuple[Callable[[Session], Iterator[str]], ...] = (
    cards_are_what_they_were_given,
    value_is_what_came_and_went,
    frozen_cards_have_one_open_freeze,
    ended_cards_say_so,
    shared_cards_have_room,
)


def _by_card(
    session: Session, table: sa.Table, order: sa.ColumnElement[object]
) -> dict[int, list[sa.Row[tuple[object, ...]]]]:
    rows = session.execute(sa.select(table).order_by(table.c.card_id, order))
    return {card_id: list(found) for card_id, found in groupby(rows, key=lambda row: row.card_id)}


def _grant(row: sa.Row[tuple[object, ...]]) -> Grant:
    found = row._mapping
    return Grant(
        kind=GrantKind(found["kind"]),
        days=found["days"],
        visits=found["visits"],
        value_minor=found["value_minor"],
        paid_minor=found["paid_minor"],
        starts_on=found["starts_on"],
    )


def _freeze(row: sa.Row[tuple[object, ...]]) -> Freeze:
    found = row._mapping
    return Freeze(first_day=found["first_day"], ran_again_on=found["ran_again_on"])


def _told(values: tuple[object, ...]) -> str:
    return ", ".join("nothing" if value is None else str(value) for value in values)
