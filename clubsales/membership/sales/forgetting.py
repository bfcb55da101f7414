"""What was sold stays as it was sold; why something was given beside it goes with the buyer."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.db import table_of
from clubsales.ids import PersonID
from clubsales.membership.sales.models import SaleLineRow, SaleRow

LINE = table_of(SaleLineRow)


def forget(session: Session, *, person_ids: Collection[PersonID]) -> None:
    """Reasons of gifts lose their words."""
    bought = sa.select(SaleRow.id).where(SaleRow.person_id.in_(person_ids))
    session.execute(
        sa.update(LINE).where(LINE.c.sale_id.in_(bought), LINE.c.gift_reason != "").values(gift_reason="")
    )
