"""The table of answers in chains of approval."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from clubsales.clock import Instant
from clubsales.db import Model


class ApprovalRow(Model, kw_only=True):
    """One step's answer about a form; a form rewritten after a no starts another round.

    Append-only, but its reason can be emptied.
    """

    __tablename__ = "approval"
    __table_args__ = (
        sa.UniqueConstraint("form", "form_id", "round", "step"),
        sa.CheckConstraint("form IN ('reservation', 'contract', 'refund')", name="form"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    form: Mapped[str] = mapped_column(sa.String(12))
    form_id: Mapped[int]
    round: Mapped[int]
    step: Mapped[int]  # from 0, in the order of the policy
    role: Mapped[str] = mapped_column(sa.String(20))  # that was asked
    approved: Mapped[bool]
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    at: Mapped[Instant]
    by: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    device_id: Mapped[int | None] = mapped_column(sa.ForeignKey("device.id"))
    policy_version_id: Mapped[int] = mapped_column(sa.ForeignKey("policy_version.id"))
