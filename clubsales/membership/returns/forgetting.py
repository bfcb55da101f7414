"""Money asked back stays as it was decided, without the words."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.ids import PersonID
from clubsales.membership.approvals import forgetting as approvals
from clubsales.membership.approvals.rules import Form
from clubsales.membership.returns.models import RefundRequestRow

SALE = sa.table("sale", *(sa.column(name, sa.BigInteger) for name in ("id", "person_id")))


def forget(session: Session, *, person_ids: Collection[PersonID]) -> None:
    """Reasons and answers lose their words; the reckoning stands."""
    bought = sa.select(SALE.c.id).where(SALE.c.person_id.in_(person_ids))
    theirs = sa.select(RefundRequestRow.id).where(RefundRequestRow.sale_id.in_(bought))
    approvals.forget(session, form=Form.REFUND, form_ids=theirs)
    session.execute(
        sa.update(RefundRequestRow)
        .where(RefundRequestRow.sale_id.in_(bought))
        .values(reason="", answer="", version=RefundRequestRow.version + 1)
    )
