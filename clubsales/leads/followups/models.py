"""Tables of follow-up: what was said, and what comes next."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from clubsales.clock import Instant
from clubsales.db import Model
from clubsales.ids import new_public_id


class ContactRow(Model, kw_only=True):
    """A call, a message, a meeting. Append-only, by trigger: evidence counts from `at`, when it was written (AMB-02).

    What was written wrongly is corrected by a new record. A merge moves a record to another person; a person made
    anonymous loses the notes. Nothing else ever changes.
    """

    __tablename__ = "contact"
    __table_args__ = (
        sa.Index("ix_contact_person", "club_id", "person_id", "at"),
        sa.Index("ix_contact_consultant", "consultant_id", "at"),
        sa.CheckConstraint("contacted_at <= at", name="contacted_at"),
        sa.Index("uq_contact_corrects", "corrects_id", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    public_id: Mapped[str] = mapped_column(sa.String(12), unique=True, default_factory=new_public_id)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    consultant_id: Mapped[int] = mapped_column(sa.ForeignKey("consultant.id"))
    channel: Mapped[str] = mapped_column(sa.String(10))  # call | message | meeting
    outcome: Mapped[str] = mapped_column(sa.String(15))
    note: Mapped[str] = mapped_column(sa.Text, default="")
    contacted_at: Mapped[Instant]
    at: Mapped[Instant]
    local_day: Mapped[date]
    corrects_id: Mapped[int | None] = mapped_column(sa.ForeignKey("contact.id"), default=None)
    # The club's hours for calls and messages on the day it was written, which it stood outside of.
    outside_hours: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    aim_met: Mapped[bool | None] = mapped_column(default=None)  # whether it did what it was meant to (TEL-04)


class FollowUpRow(Model, kw_only=True):
    """The next step with a lead: what, by whom, by which club-local day (TEL-05)."""

    __tablename__ = "follow_up"
    __table_args__ = (
        sa.Index(
            "ix_follow_up_open",
            "consultant_id",
            "due_on",
            postgresql_where=sa.text("ended_at IS NULL"),
            sqlite_where=sa.text("ended_at IS NULL"),
        ),
        sa.Index("ix_follow_up_person", "club_id", "person_id"),
        sa.Index(
            "ix_follow_up_planned",
            "club_id",
            "person_id",
            "due_on",
            postgresql_where=sa.text("ended_at IS NULL"),
            sqlite_where=sa.text("ended_at IS NULL"),
        ),
        sa.CheckConstraint("ended_at IS NULL OR end_reason IS NOT NULL", name="ended"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    public_id: Mapped[str] = mapped_column(sa.String(12), unique=True, default_factory=new_public_id)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    consultant_id: Mapped[int] = mapped_column(sa.ForeignKey("consultant.id"))
    due_on: Mapped[date]
    what: Mapped[str] = mapped_column(sa.String(200), default="")
    channel: Mapped[str | None] = mapped_column(sa.String(10), default=None)  # a Channel, where it was said
    made_at: Mapped[Instant]
    made_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    ended_at: Mapped[Instant | None] = mapped_column(default=None)
    end_reason: Mapped[str | None] = mapped_column(sa.String(12), default=None)  # done | replaced | dropped
    contact_id: Mapped[int | None] = mapped_column(sa.ForeignKey("contact.id"), default=None)
