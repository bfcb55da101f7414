"""A case stays as it was decided, without what was said and shown in it."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.ids import PersonID
from clubsales.leads.disputes.tables import ATTACHMENT, DISPUTE, RECEPTION, SALE, STEP


def forget(session: Session, *, person_ids: Collection[PersonID]) -> None:
    """Statements, reasons and notes lose their words, papers name and content, in every case over what these people bought."""
    visits = sa.select(RECEPTION.c.id).where(RECEPTION.c.person_id.in_(person_ids))
    bought = sa.select(SALE.c.id).where(
        sa.or_(SALE.c.person_id.in_(person_ids), SALE.c.reception_id.in_(visits))
    )
    cases = session.scalars(sa.select(DISPUTE.c.id).where(DISPUTE.c.sale_id.in_(bought))).all()
    if not cases:
        return
    session.execute(
        sa.update(STEP)
        .where(STEP.c.dispute_id.in_(cases), sa.or_(STEP.c.words != "", STEP.c.conduct_note != ""))
        .values(words="", conduct_note="")
    )
    session.execute(
        sa.update(ATTACHMENT).where(ATTACHMENT.c.dispute_id.in_(cases)).values(name="", content=None)
    )
