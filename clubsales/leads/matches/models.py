"""Tables of proposals and merges."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from clubsales.clock import Instant
from clubsales.db import Json, Model
from clubsales.ids import new_public_id


class MatchRow(Model, kw_only=True):
    """Two persons who may be one, with a score out of 100 and what speaks for it. It proposes; people decide."""

    __tablename__ = "person_match"
    __table_args__ = (
        sa.UniqueConstraint("first_person_id", "second_person_id"),
        sa.CheckConstraint("first_person_id < second_person_id", name="order"),
        sa.CheckConstraint("status IN ('open', 'different', 'merged')", name="status"),
        sa.Index("ix_person_match_open", "organisation_id", "status", "score"),
        sa.Index("ix_person_match_second", "second_person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    public_id: Mapped[str] = mapped_column(sa.String(12), unique=True, default_factory=new_public_id)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    first_person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    second_person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    score: Mapped[int]
    evidence: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    status: Mapped[str] = mapped_column(sa.String(10), default="open")
    found_at: Mapped[Instant]
    decided_at: Mapped[Instant | None] = mapped_column(default=None)
    decided_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)


class MergeRow(Model, kw_only=True):
    """A person merged into another one. `fields` says for each field which of the two it came from, and what the kept
    person had before."""

    __tablename__ = "person_merge"
    __table_args__ = (
        sa.Index("ix_person_merge_kept", "kept_id"),
        # A person is merged once at a time.
        sa.Index(
            "uq_person_merge_live",
            "merged_id",
            unique=True,
            postgresql_where=sa.text("undone_at IS NULL"),
            sqlite_where=sa.text("undone_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    public_id: Mapped[str] = mapped_column(sa.String(12), unique=True, default_factory=new_public_id)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    kept_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    merged_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    fields: Mapped[dict[str, Any]] = mapped_column(Json)
    reason: Mapped[str] = mapped_column(sa.String(300), default="")
    merged_at: Mapped[Instant]
    merged_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    undone_at: Mapped[Instant | None] = mapped_column(default=None)
    undone_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)


class MergeMoveRow(Model, kw_only=True):
    """A row that came from the merged person to the kept one: what an undone merge moves back."""

    __tablename__ = "person_merge_move"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    merge_id: Mapped[int] = mapped_column(sa.ForeignKey("person_merge.id"), index=True)
    table_name: Mapped[str] = mapped_column(sa.String(63))
    column_name: Mapped[str] = mapped_column(sa.String(63))
    row_id: Mapped[int]
    was: Mapped[int]  # what the column referred to before


class MergedLeadRow(Model, kw_only=True):
    """A lead put aside, where both persons were one in the same club: kept whole, so that an undone merge has it again.

    `public_id` is its old address, which leads to the lead that stayed.
    """

    __tablename__ = "merged_lead"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    merge_id: Mapped[int] = mapped_column(sa.ForeignKey("person_merge.id"), index=True)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    public_id: Mapped[str] = mapped_column(sa.String(12), unique=True)
    lead: Mapped[dict[str, Any]] = mapped_column(Json)  # the row as it was


class MatchCursorRow(Model, kw_only=True):
    """How far the search for matches has come: persons and changes of persons, by their numbers. One row."""

    __tablename__ = "match_cursor"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    person_id: Mapped[int] = mapped_column(default=0)
    event_id: Mapped[int] = mapped_column(default=0)
