"""A signed contract is kept as it was signed, for it is what both sides agreed; a form nobody signed loses its words."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.ids import PersonID
from clubsales.membership.approvals import forgetting as approvals
from clubsales.membership.approvals.rules import Form
from clubsales.membership.contracts.models import ContractRow
from clubsales.membership.contracts.rules import Filled

SALE = sa.table("sale", *(sa.column(name, sa.BigInteger) for name in ("id", "person_id")))


def forget(session: Session, *, person_ids: Collection[PersonID]) -> None:
    """Forms that were never signed are as if nothing had been filled in; answers about all of them lose their words."""
    bought = sa.select(SALE.c.id).where(SALE.c.person_id.in_(person_ids))
    theirs = sa.select(ContractRow.id).where(ContractRow.sale_id.in_(bought))
    approvals.forget(session, form=Form.CONTRACT, form_ids=theirs)
    unsigned = sa.select(ContractRow).where(ContractRow.sale_id.in_(bought), ContractRow.signed_at.is_(None))
    for row in session.scalars(unsigned.order_by(ContractRow.id)):
        row.form = Filled(fields={}).document()
        row.void_reason = ""
    session.flush()
