"""The log of who looked at whom."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from clubsales.clock import Instant
from clubsales.db import Model


class DisclosureRow(Model, kw_only=True):
    """Somebody asked about a phone, opened a person's page, revealed his phone or took leads out. Append-only, by trigger.

    A phone nobody has is kept as a keyed digest and its last four digits. `how_many` counts the leads of an export.
    """

    __tablename__ = "disclosure"
    __table_args__ = (
        sa.CheckConstraint("kind IN ('probe', 'view', 'reveal', 'export')", name="kind"),
        sa.Index("ix_disclosure_account", "account_id", "kind", "local_day"),
        sa.Index("ix_disclosure_person", "person_id", "at"),
        sa.Index("ix_disclosure_club", "club_id", "at"),
        # Looked at twice a day is looked at once.
        sa.Index(
            "uq_disclosure_person",
            "account_id",
            "kind",
            "person_id",
            "local_day",
            unique=True,
            postgresql_where=sa.text("person_id IS NOT NULL"),
            sqlite_where=sa.text("person_id IS NOT NULL"),
        ),
        sa.Index(
            "uq_disclosure_phone",
            "account_id",
            "kind",
            "phone_digest",
            "local_day",
            unique=True,
            postgresql_where=sa.text("phone_digest IS NOT NULL"),
            sqlite_where=sa.text("phone_digest IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    kind: Mapped[str] = mapped_column(sa.String(8))
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    phone_digest: Mapped[str | None] = mapped_column(sa.String(64), default=None)
    last_digits: Mapped[str] = mapped_column(sa.String(4), default="")
    how_many: Mapped[int | None] = mapped_column(default=None)
    at: Mapped[Instant]
    local_day: Mapped[date]
