"""Cards stay as they were; why something was done with them, and for whom it was asked, goes with their people."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.db import table_of
from clubsales.ids import PersonID
from clubsales.membership.cards.models import (
    CardFreezeRow,
    CardGrantRow,
    CardPersonRow,
    CardRow,
    CardServiceRow,
)

CARD, SHARER, GRANT = table_of(CardRow), table_of(CardPersonRow), table_of(CardGrantRow)
SAID = ("phone", "name", "reason")  # what members write when they ask


def forget(session: Session, *, person_ids: Collection[PersonID]) -> None:
    """Reasons, answers, and the name and phone a card was asked to be given to lose their words."""
    shared = sa.select(SHARER.c.card_id).where(SHARER.c.person_id.in_(person_ids))
    theirs = sa.select(CARD.c.id).where(sa.or_(CARD.c.person_id.in_(person_ids), CARD.c.id.in_(shared)))
    session.execute(
        sa.update(CardFreezeRow)
        .where(CardFreezeRow.card_id.in_(theirs), CardFreezeRow.reason != "")
        .values(reason="")
    )
    session.execute(
        sa.update(GRANT).where(GRANT.c.card_id.in_(theirs), GRANT.c.reason != "").values(reason="")
    )
    services = sa.select(CardServiceRow).where(CardServiceRow.card_id.in_(theirs)).order_by(CardServiceRow.id)
    for row in session.scalars(services):
        row.reason, row.answer = "", ""
        row.facts = {name: "" if name in SAID else value for name, value in row.facts.items()}
    session.flush()
