"""Tables of contracts: the form, what was changed in it, what was promised."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from clubsales.clock import Instant
from clubsales.db import Json, Model
from clubsales.ids import new_public_id


class ContractRow(Model, kw_only=True):
    """A contract on a sale (CTR): a form, approved in order, signed with the consultant present, then archived.

    `number` is drawn when it is signed, so that no number is left out (CTR-11). Signed, it never changes (by trigger,
    but for its archiving).
    """

    __tablename__ = "contract"
    __table_args__ = (
        sa.UniqueConstraint("club_id", "number"),
        sa.UniqueConstraint("club_id", "month", "sequence"),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'approved', 'signed', 'archived', 'void')", name="state"
        ),
        sa.CheckConstraint(
            "state NOT IN ('signed', 'archived') OR (number IS NOT NULL AND digest <> '')", name="signed"
        ),
        sa.Index(
            "uq_contract_live",
            "sale_id",
            unique=True,
            postgresql_where=sa.text("state <> 'void'"),
            sqlite_where=sa.text("state <> 'void'"),
        ),
        sa.Index("ix_contract_club", "club_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    public_id: Mapped[str] = mapped_column(sa.String(12), unique=True, default_factory=new_public_id)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    sale_id: Mapped[int] = mapped_column(sa.ForeignKey("sale.id"))
    consultant_id: Mapped[int | None] = mapped_column(sa.ForeignKey("consultant.id"), index=True)
    state: Mapped[str] = mapped_column(sa.String(10))
    language: Mapped[str] = mapped_column(sa.String(10))  # the buyer's
    form: Mapped[dict[str, Any]] = mapped_column(Json)  # what was filled in; an empty field is "/"
    round: Mapped[int] = mapped_column(default=1)  # of approval
    rewrites_id: Mapped[int | None] = mapped_column(sa.ForeignKey("contract.id"), default=None)
    filled_at: Mapped[Instant]
    filled_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    submitted_at: Mapped[Instant | None] = mapped_column(default=None)
    signed_at: Mapped[Instant | None] = mapped_column(default=None)
    signed_with: Mapped[int | None] = mapped_column(
        sa.ForeignKey("account.id"), default=None
    )  # who was present
    signature: Mapped[str] = mapped_column(sa.Text, default="")  # the strokes, as SVG path data
    number: Mapped[str | None] = mapped_column(sa.String(60), default=None)
    month: Mapped[str | None] = mapped_column(sa.String(6), default=None)
    sequence: Mapped[int | None] = mapped_column(default=None)
    text: Mapped[dict[str, Any]] = mapped_column(Json, default_factory=dict)  # what was signed, whole
    digest: Mapped[str] = mapped_column(sa.String(64), default="")  # SHA-256 of text, signature and time
    cooling_off_until: Mapped[date | None] = mapped_column(default=None)  # club-local, inclusive
    archived_at: Mapped[Instant | None] = mapped_column(default=None)
    archived_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)
    archive_place: Mapped[str] = mapped_column(sa.String(60), default="")
    void_reason: Mapped[str] = mapped_column(sa.Text, default="")
    policy_version_id: Mapped[int] = mapped_column(sa.ForeignKey("policy_version.id"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class ContractCorrectionRow(Model, kw_only=True):
    """A field changed after the form was submitted (AMB-59). Append-only."""

    __tablename__ = "contract_correction"
    __table_args__ = (sa.UniqueConstraint("contract_id", "sequence"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    contract_id: Mapped[int] = mapped_column(sa.ForeignKey("contract.id"))
    sequence: Mapped[int]
    field: Mapped[str] = mapped_column(sa.String(40))
    old: Mapped[str] = mapped_column(sa.Text)
    new: Mapped[str] = mapped_column(sa.Text)
    at: Mapped[Instant]
    by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))


class ContractPromiseRow(Model, kw_only=True):
    """Something promised to the buyer: ticked, shown, signed with the contract, and kept or not."""

    __tablename__ = "contract_promise"
    __table_args__ = (sa.UniqueConstraint("contract_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    contract_id: Mapped[int] = mapped_column(sa.ForeignKey("contract.id"))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(sa.String(20))  # "gift", "fee", "freeze", "other"
    text: Mapped[str] = mapped_column(sa.String(200))
    due_on: Mapped[date | None] = mapped_column(default=None)
    kept_at: Mapped[Instant | None] = mapped_column(default=None)
    kept_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)
