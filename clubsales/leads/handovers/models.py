"""Tables of hand-overs."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from clubsales.clock import Instant
from clubsales.db import Json, Model
from clubsales.ids import new_public_id


class HandOverRow(Model, kw_only=True):
    """A manager has somebody's leads dealt out (OWN-10). Days are club-local; `ends_on` is the day they come back."""

    __tablename__ = "hand_over"
    __table_args__ = (
        sa.Index("ix_hand_over_club", "club_id", "starts_on"),
        sa.CheckConstraint("ends_on IS NULL OR ends_on > starts_on", name="days"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    public_id: Mapped[str] = mapped_column(sa.String(12), unique=True, default_factory=new_public_id)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    from_consultant_id: Mapped[int] = mapped_column(sa.ForeignKey("consultant.id"))
    to_consultants: Mapped[list[int]] = mapped_column(Json)  # in the order they are dealt to
    starts_on: Mapped[date]
    ends_on: Mapped[date | None] = mapped_column(default=None)
    reason: Mapped[str] = mapped_column(sa.String(300))
    made_at: Mapped[Instant]
    made_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    dealt_at: Mapped[Instant | None] = mapped_column(default=None)
    undone_at: Mapped[Instant | None] = mapped_column(default=None)
    undone_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)


class HandedLeadRow(Model, kw_only=True):
    """A lead that changed hands by a hand-over: the claim before, the claim after, and the next steps that went along."""

    __tablename__ = "handed_lead"
    __table_args__ = (
        sa.UniqueConstraint("hand_over_id", "person_id"),
        sa.Index("ix_handed_lead_person", "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    hand_over_id: Mapped[int] = mapped_column(sa.ForeignKey("hand_over.id"), index=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    consultant_id: Mapped[int] = mapped_column(sa.ForeignKey("consultant.id"))
    from_claim_id: Mapped[int] = mapped_column(sa.ForeignKey("claim.id"))
    claim_id: Mapped[int] = mapped_column(sa.ForeignKey("claim.id"))
    follow_ups: Mapped[list[int]] = mapped_column(Json)
    returned_claim_id: Mapped[int | None] = mapped_column(sa.ForeignKey("claim.id"), default=None)
    kept_because: Mapped[str | None] = mapped_column(sa.String(20), default=None)
