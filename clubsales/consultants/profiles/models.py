"""Tables of consultants and their teams."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from clubsales.clock import Instant
from clubsales.db import Model
from clubsales.ids import new_public_id


class TeamRow(Model, kw_only=True):
    """A sales team (小组) of a club."""

    __tablename__ = "team"
    __table_args__ = (sa.UniqueConstraint("club_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    name: Mapped[str] = mapped_column(sa.String(60))


class ConsultantRow(Model, kw_only=True):
    """A staff member's profile on one club's floor. `kind` is empty for whoever sells nothing (reception, finance)."""

    __tablename__ = "consultant"
    __table_args__ = (
        sa.UniqueConstraint("club_id", "account_id"),
        sa.Index(
            "uq_consultant_code",
            "club_id",
            "code",
            unique=True,
            postgresql_where=sa.text("code <> ''"),
            sqlite_where=sa.text("code <> ''"),
        ),
        sa.CheckConstraint("kind IN ('inside', 'outside')", name="kind"),
        sa.CheckConstraint("active_until IS NULL OR active_until >= active_from", name="active_span"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    public_id: Mapped[str] = mapped_column(sa.String(12), unique=True, default_factory=new_public_id)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"), index=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(60))
    code: Mapped[str] = mapped_column(sa.String(40), default="", server_default=sa.text("''"))  # staff number
    kind: Mapped[str | None] = mapped_column(sa.String(10), default=None)
    team_id: Mapped[int | None] = mapped_column(sa.ForeignKey("team.id"), default=None)
    level: Mapped[int] = mapped_column(default=1)
    active_from: Mapped[date]
    active_until: Mapped[date | None] = mapped_column(default=None)


class TeamMoveRow(Model, kw_only=True):
    """Somebody is in a team, or in none, from an instant on. Append-only, by trigger."""

    __tablename__ = "team_move"
    __table_args__ = (sa.Index("ix_team_move_consultant", "consultant_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    consultant_id: Mapped[int] = mapped_column(sa.ForeignKey("consultant.id"))
    team_id: Mapped[int | None] = mapped_column(sa.ForeignKey("team.id"))
    at: Mapped[Instant]


class PayTermRow(Model, kw_only=True):
    """What somebody's pay is reckoned by, from a day on: level, base, probation. Append-only, by trigger.

    No base: the plan's. `is_promotion`: the level counts as a promotion of that day (PRO-01).
    """

    __tablename__ = "pay_term"
    __table_args__ = (
        sa.UniqueConstraint("consultant_id", "valid_from", "sequence"),
        sa.CheckConstraint("base_minor >= 0", name="base"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    consultant_id: Mapped[int] = mapped_column(sa.ForeignKey("consultant.id"))
    valid_from: Mapped[date]
    sequence: Mapped[int]
    level: Mapped[int]
    is_promotion: Mapped[bool]
    base_minor: Mapped[int | None]
    currency: Mapped[str] = mapped_column(sa.String(3))
    probation_until: Mapped[date | None]
    reason: Mapped[str] = mapped_column(sa.Text)
    decided_at: Mapped[Instant]
    decided_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
