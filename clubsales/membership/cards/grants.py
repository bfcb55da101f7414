"""Writing and reading what was given to cards: grants are only added."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.db import insert_later, table_of
from clubsales.ids import AccountID, CardID, SaleID
from clubsales.membership.cards.entitlement import Freeze, Grant, GrantKind
from clubsales.membership.cards.models import CardFreezeRow, CardGrantRow
from clubsales.prepared import Prepared

GRANT, FREEZE = table_of(CardGrantRow), table_of(CardFreezeRow)
INSERT = Prepared(sa.insert(GRANT))


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantView:
    """A grant as pages and papers show it."""

    sequence: int
    grant: Grant
    reason: str
    granted_at: Instant
    granted_by: AccountID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FreezeView:
    """A freeze as pages show it."""

    id: int
    freeze: Freeze
    reason: str
    frozen_at: Instant
    frozen_by: AccountID | None


def give(
    session: Session,
    card_id: CardID,
    grant: Grant,
    *,
    sequence: int,
    reason: str = "",
    is_last: bool = False,
    actor: Actor,
    at: Instant,
) -> None:
    """Write a grant; its number is the card's next. With `is_last` nothing in this transaction reads it again."""
    row = {
        "card_id": card_id,
        "sequence": sequence,
        "kind": grant.kind.value,
        "days": grant.days,
        "visits": grant.visits,
        "value_minor": grant.value_minor,
        "paid_minor": grant.paid_minor,
        "starts_on": grant.starts_on,
        "sale_id": grant.sale_id,
        "reason": reason,
        "granted_at": at,
        "granted_by": actor.account_id,
    }
    if is_last:
        insert_later(session, INSERT, row)
    else:
        INSERT.run(session, row)


def of_card(session: Session, card_id: CardID) -> list[GrantView]:
    """What was given to a card, in its order."""
    rows = session.execute(sa.select(GRANT).where(GRANT.c.card_id == card_id).order_by(GRANT.c.sequence))
    return [
        GrantView(
            sequence=row.sequence,
            grant=Grant(
                kind=GrantKind(row.kind),
                days=row.days,
                visits=row.visits,
                value_minor=row.value_minor,
                paid_minor=row.paid_minor,
                starts_on=row.starts_on,
                sale_id=row.sale_id,
            ),
            reason=row.reason,
            granted_at=row.granted_at,
            granted_by=row.granted_by,
        )
        for row in rows
    ]


def freezes_of(session: Session, card_id: CardID) -> list[FreezeView]:
    """How often a card stood still, in order."""
    rows = session.execute(
        sa.select(FREEZE).where(FREEZE.c.card_id == card_id).order_by(FREEZE.c.first_day, FREEZE.c.id)
    )
    return [
        FreezeView(
            id=row.id,
            freeze=Freeze(first_day=row.first_day, last_day=row.last_day, ran_again_on=row.ran_again_on),
            reason=row.reason,
            frozen_at=row.frozen_at,
            frozen_by=row.frozen_by,
        )
        for row in rows
    ]


def touched_by(session: Session, sale_id: SaleID) -> list[CardID]:
    """The cards that a sale gave something to."""
    found = session.scalars(
        sa.select(GRANT.c.card_id).where(GRANT.c.sale_id == sale_id).distinct().order_by(GRANT.c.card_id)
    )
    return [CardID(each) for each in found]


def began_on(day: date) -> Grant:
    """Says that a card's days count from this day."""
    return Grant(kind=GrantKind.CORRECTION, starts_on=day)
