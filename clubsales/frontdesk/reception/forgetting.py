"""Visits stay as evidence, without the name that was typed at the desk or told by a decision."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.frontdesk.reception.models import ContestRow, ReceptionRow
from clubsales.frontdesk.rotation.models import AssignmentRow
from clubsales.ids import PersonID

SOMEBODY = "**"


def forget(session: Session, *, person_ids: Collection[PersonID]) -> None:
    """The name goes from his visits, from why whoever came with him went to whom, and from notes of contests."""
    his = sa.select(ReceptionRow.id).where(ReceptionRow.person_id.in_(person_ids))
    with_him = sa.select(ReceptionRow.id).where(ReceptionRow.came_with_id.in_(his))
    decisions = session.execute(
        sa.select(AssignmentRow.id, AssignmentRow.reason).where(AssignmentRow.reception_id.in_(with_him))
    ).all()
    for row in decisions:
        if row.reason.get("facts", {}).get("guest"):
            told = {**row.reason, "facts": {**row.reason["facts"], "guest": SOMEBODY}}
            session.execute(sa.update(AssignmentRow).where(AssignmentRow.id == row.id).values(reason=told))
    session.execute(
        sa.update(ContestRow).where(ContestRow.reception_id.in_(his), ContestRow.note != "").values(note="")
    )
    session.execute(sa.update(ReceptionRow).where(ReceptionRow.person_id.in_(person_ids)).values(name=""))
