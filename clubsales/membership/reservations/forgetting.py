"""A reservation and its deposit stay, without what was written and signed."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.ids import PersonID
from clubsales.membership.approvals import forgetting as approvals
from clubsales.membership.approvals.rules import Form
from clubsales.membership.reservations.models import ReservationRow

SALE = sa.table("sale", *(sa.column(name, sa.BigInteger) for name in ("id", "person_id")))


def forget(session: Session, *, person_ids: Collection[PersonID]) -> None:
    """Notes, the remark it ended with, the signature beside it and the words of its answers go."""
    bought = sa.select(SALE.c.id).where(SALE.c.person_id.in_(person_ids))
    theirs = sa.select(ReservationRow.id).where(ReservationRow.sale_id.in_(bought))
    approvals.forget(session, form=Form.RESERVATION, form_ids=theirs)
    session.execute(
        sa.update(ReservationRow)
        .where(ReservationRow.sale_id.in_(bought))
        .values(note="", end_reason="", signature="", version=ReservationRow.version + 1)
    )
