"""The table of saved filters."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from clubsales.clock import Instant
from clubsales.db import Model
from clubsales.ids import new_public_id


class SavedFilterRow(Model, kw_only=True):
    """A list somebody looks at again: the query of its address, under a name of his own."""

    __tablename__ = "saved_filter"
    __table_args__ = (sa.UniqueConstraint("club_id", "account_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    public_id: Mapped[str] = mapped_column(sa.String(12), unique=True, default_factory=new_public_id)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    name: Mapped[str] = mapped_column(sa.String(40))
    query: Mapped[str] = mapped_column(sa.String(500))
    made_at: Mapped[Instant]
