"""Where papers were sent goes with the people they were sent to."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.ids import PersonID
from clubsales.membership.documents.models import DocumentRow, MailRow

SALE = sa.table("sale", *(sa.column(name, sa.BigInteger) for name in ("id", "person_id")))


def forget(session: Session, *, person_ids: Collection[PersonID]) -> None:
    """Addresses go with the mails; the paper of a signed contract stays beside it, and the audit says that it was sent."""
    bought = sa.select(SALE.c.id).where(SALE.c.person_id.in_(person_ids))
    papers = sa.select(DocumentRow.id).where(DocumentRow.sale_id.in_(bought))
    session.execute(sa.delete(MailRow).where(MailRow.document_id.in_(papers)))
