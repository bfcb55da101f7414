"""Tables of reservations and the copies of their papers."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from clubsales.clock import Instant
from clubsales.db import Model
from clubsales.ids import new_public_id


class ReservationRow(Model, kw_only=True):
    """A place kept (RSV): asked, approved in order, held by a deposit, and then a sale, given back, lapsed or forfeited.

    The deposit is the first receipt of its sale. `number` is its line in the deposit ledger, given with the deposit.
    """

    __tablename__ = "reservation"
    __table_args__ = (
        sa.UniqueConstraint("club_id", "number"),
        sa.CheckConstraint(
            "state IN ('asked', 'approved', 'refused', 'held', 'lapsed', 'withdrawing', 'withdrawn', "
            "'forfeited', 'sold')",
            name="state",
        ),
        sa.Index("ix_reservation_club", "club_id", "state", "valid_until"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    public_id: Mapped[str] = mapped_column(sa.String(12), unique=True, default_factory=new_public_id)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    sale_id: Mapped[int] = mapped_column(sa.ForeignKey("sale.id"), unique=True)
    card_type_id: Mapped[int] = mapped_column(sa.ForeignKey("card_type.id"))
    consultant_id: Mapped[int | None] = mapped_column(sa.ForeignKey("consultant.id"))
    state: Mapped[str] = mapped_column(sa.String(11))
    round: Mapped[int] = mapped_column(default=1)
    takes_place: Mapped[bool]  # counted in the card type's quota
    number: Mapped[int | None] = mapped_column(default=None)
    deposit_minor: Mapped[int]  # agreed
    currency: Mapped[str] = mapped_column(sa.String(3))
    note: Mapped[str] = mapped_column(sa.Text, default="")
    charges_shown: Mapped[bool] = mapped_column(default=False)  # procedures and charges (RSV-05)
    filed_at: Mapped[Instant]
    filed_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    held_at: Mapped[Instant | None] = mapped_column(default=None)
    valid_until: Mapped[date | None] = mapped_column(default=None)  # club-local, inclusive
    lapsed_at: Mapped[Instant | None] = mapped_column(default=None)
    consented_at: Mapped[Instant | None] = mapped_column(default=None)  # the manager, to a withdrawal
    consented_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)
    payout_from: Mapped[date | None] = mapped_column(default=None)  # finance has been told in time
    papers_back: Mapped[bool] = mapped_column(default=False)  # agreement and deposit receipt (RSV-07)
    signature: Mapped[str] = mapped_column(sa.Text, default="")  # of the customer, beside the remark
    ended_at: Mapped[Instant | None] = mapped_column(default=None)
    ended_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)
    end_reason: Mapped[str] = mapped_column(sa.Text, default="")
    policy_version_id: Mapped[int] = mapped_column(sa.ForeignKey("policy_version.id"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class PaperCopyRow(Model, kw_only=True):
    """A copy of an agreement or a contract: whose it is, when it was handed over and when it came back (RSV-04, CTR-07)."""

    __tablename__ = "paper_copy"
    __table_args__ = (
        sa.UniqueConstraint("form", "form_id", "copy"),
        sa.CheckConstraint("form IN ('reservation', 'contract')", name="form"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    form: Mapped[str] = mapped_column(sa.String(12))
    form_id: Mapped[int]
    copy: Mapped[int]  # from 1
    holder: Mapped[str] = mapped_column(sa.String(12))  # "finance", "customer", "consultant", "company"
    handed_at: Mapped[Instant | None] = mapped_column(default=None)
    handed_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)
    back_at: Mapped[Instant | None] = mapped_column(default=None)
    back_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)
