"""Money that went back stays as it went, without why."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.ids import PersonID
from clubsales.membership.payments.models import RefundRow

SALE = sa.table("sale", *(sa.column(name, sa.BigInteger) for name in ("id", "person_id")))


def forget(session: Session, *, person_ids: Collection[PersonID]) -> None:
    """Reasons of refunds lose their words."""
    bought = sa.select(SALE.c.id).where(SALE.c.person_id.in_(person_ids))
    session.execute(
        sa.update(RefundRow).where(RefundRow.sale_id.in_(bought), RefundRow.reason != "").values(reason="")
    )
