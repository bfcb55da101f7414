"""What is in the house before and after a merge."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.db import Base
from clubsales.ids import MergeID, PersonID
from clubsales.leads.matches.merging import merge
from clubsales.leads.matches.undoing import undo
from tests.builders import Cast, local

# What a merge leaves a trace in, whether it is undone or not.
TRACES = {"audit_event", "person_match", "person_merge", "person_merge_move", "idempotency_key", "claim"}


def the_house(session: Session) -> dict[str, list[tuple[Any, ...]]]:
    """Every table's rows, but for traces. Phones keep their order, not their numbers."""
    session.flush()
    house: dict[str, list[tuple[Any, ...]]] = {}
    for name, table in Base.metadata.tables.items():
        if name in TRACES:
            continue
        columns = [each for each in table.columns if (name, each.name) != ("person_phone", "id")]
        order = list(table.primary_key.columns)
        house[name] = [tuple(map(str, row)) for row in session.execute(sa.select(*columns).order_by(*order))]
    house["person_phone"].sort()
    return house


def holders(session: Session) -> list[tuple[int, int, str]]:
    """Who holds whom, and until when."""
    claim = Base.metadata.tables["claim"]
    return [
        (row.person_id, row.consultant_id, str(row.until))
        for row in session.execute(
            sa.select(claim).where(claim.c.ended_at.is_(None)).order_by(claim.c.person_id)
        )
    ]


def merges(
    session: Session, cast: Cast, kept: PersonID, merged: PersonID, *, hour: int = 15, **more: Any
) -> MergeID:
    return merge(session, kept_id=kept, merged_id=merged, actor=cast.manager, at=local(hour), **more)


def undoes(session: Session, cast: Cast, merge_id: MergeID, *, hour: int = 16) -> None:
    undo(session, merge_id=merge_id, actor=cast.manager, at=local(hour))
