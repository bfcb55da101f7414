"""Who said yes or no to a form stays; why goes with the people whom the form is about."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.db import table_of
from clubsales.membership.approvals.models import ApprovalRow
from clubsales.membership.approvals.rules import Form

APPROVAL = table_of(ApprovalRow)


def forget(session: Session, *, form: Form, form_ids: sa.Select[int]) -> None:
    """Answers about these forms lose their words."""
    session.execute(
        sa.update(APPROVAL)
        .where(APPROVAL.c.form == form.value, APPROVAL.c.form_id.in_(form_ids), APPROVAL.c.reason != "")
        .values(reason="")
    )
