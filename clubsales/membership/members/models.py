"""The member table."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from clubsales.clock import Instant
from clubsales.db import Model
from clubsales.ids import new_public_id


class MemberRow(Model, kw_only=True):
    """A person who has ever held a paid card in the organisation; a later refund does not undo it."""

    __tablename__ = "member"
    __table_args__ = (sa.UniqueConstraint("organisation_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    public_id: Mapped[str] = mapped_column(sa.String(12), unique=True, default_factory=new_public_id)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    since_at: Mapped[Instant]
    first_sale_id: Mapped[int] = mapped_column(sa.ForeignKey("sale.id"))
