"""What was asked for a guest and what was granted stays, without the words."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.ids import PersonID
from clubsales.membership.discounts.models import DiscountRequestRow

RECEPTION = sa.table("reception", *(sa.column(name, sa.BigInteger) for name in ("id", "person_id")))


def forget(session: Session, *, person_ids: Collection[PersonID]) -> None:
    """Reasons and answers lose their words."""
    visits = sa.select(RECEPTION.c.id).where(RECEPTION.c.person_id.in_(person_ids))
    session.execute(
        sa.update(DiscountRequestRow)
        .where(
            sa.or_(
                DiscountRequestRow.person_id.in_(person_ids),
                DiscountRequestRow.reception_id.in_(visits),
            )
        )
        .values(reason="", answer="", version=DiscountRequestRow.version + 1)
    )
