"""The table of papers made."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from clubsales.clock import Instant
from clubsales.db import Model
from clubsales.ids import new_public_id, new_token


class DocumentRow(Model, kw_only=True):
    """A paper as it was made, for good: a signed contract's PDF. Append-only; `digest` is the SHA-256 of its bytes."""

    __tablename__ = "document"
    __table_args__ = (sa.UniqueConstraint("kind", "subject_id", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    public_id: Mapped[str] = mapped_column(sa.String(12), unique=True, default_factory=new_public_id)
    link_token: Mapped[str] = mapped_column(sa.String(43), unique=True, default_factory=new_token)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    sale_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sale.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(20))  # "contract"
    subject_id: Mapped[int]
    language: Mapped[str] = mapped_column(sa.String(10))
    digest: Mapped[str] = mapped_column(sa.String(64))
    content: Mapped[bytes]
    made_at: Mapped[Instant]


class MailRow(Model, kw_only=True):
    """A paper on its way by mail, and what became of it."""

    __tablename__ = "mail"
    __table_args__ = (
        sa.UniqueConstraint("document_id", "address"),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'failed')", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    document_id: Mapped[int] = mapped_column(sa.ForeignKey("document.id"))
    address: Mapped[str] = mapped_column(sa.String(254))
    state: Mapped[str] = mapped_column(sa.String(10))
    tries: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str] = mapped_column(sa.Text, default="")
    asked_at: Mapped[Instant]
    sent_at: Mapped[Instant | None] = mapped_column(default=None)
