"""Tables of persons and phones."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from clubsales.clock import Instant
from clubsales.db import Model
from clubsales.ids import new_public_id


class PersonRow(Model, kw_only=True):
    """A person, once per organisation. Never found by name."""

    __tablename__ = "person"
    __table_args__ = (sa.Index("ix_person_organisation_name", "organisation_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    public_id: Mapped[str] = mapped_column(sa.String(12), unique=True, default_factory=new_public_id)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    name: Mapped[str] = mapped_column(sa.String(120), default="")
    created_at: Mapped[Instant]
    birthday: Mapped[date | None] = mapped_column(default=None)


class PersonPhoneRow(Model, kw_only=True):
    """A phone in E.164, unique in its organisation: the second entry meets the first person."""

    __tablename__ = "person_phone"
    __table_args__ = (sa.UniqueConstraint("organisation_id", "e164"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    e164: Mapped[str] = mapped_column(sa.String(20))
