"""The table of numbers given."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from clubsales.db import Model


class NumberSeriesRow(Model, kw_only=True):
    """The last number given in a club's series and period; taken with its row locked, so that none is left out (CTR-11)."""

    __tablename__ = "number_series"
    __table_args__ = (sa.UniqueConstraint("club_id", "series", "period"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    series: Mapped[str] = mapped_column(sa.String(20))  # "contract", "reservation", "receipt"
    period: Mapped[str] = mapped_column(
        sa.String(6), default=""
    )  # "202603", or nothing where it never starts again
    last: Mapped[int]
