"""Tables of persons, their phones and their households."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from clubsales.clock import Instant
from clubsales.db import Model, searched
from clubsales.ids import new_public_id

SEARCHED = ("name_key", "pinyin", "initials", "wechat_key")


def _of_some(name: str, *columns: str, only: str) -> sa.Index:
    return sa.Index(f"ix_person_{name}", *columns, postgresql_where=sa.text(only), sqlite_where=sa.text(only))


class PersonRow(Model, kw_only=True):
    """A person, once per organisation; never identified by name. `*_key`, `pinyin` and `initials` are for searching.

    A person merged into another one stays, without anything of his own, so that the merge can be undone.
    """

    __tablename__ = "person"
    __table_args__ = (
        # A guest at the door is a phone and nothing else: what he has not said is in no index.
        *(_of_some(name, "organisation_id", name, only=f"{name} <> ''") for name in SEARCHED),
        _of_some("birthday", "organisation_id", "birthday", only="birthday IS NOT NULL"),
        _of_some("merged_into", "merged_into_id", only="merged_into_id IS NOT NULL"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    public_id: Mapped[str] = mapped_column(sa.String(12), unique=True, default_factory=new_public_id)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    name: Mapped[str] = mapped_column(sa.String(120), default="")
    created_at: Mapped[Instant]
    birthday: Mapped[date | None] = mapped_column(default=None)
    name_key: Mapped[str] = mapped_column(searched(120), default="", server_default=sa.text("''"))
    pinyin: Mapped[str] = mapped_column(searched(400), default="", server_default=sa.text("''"))
    initials: Mapped[str] = mapped_column(searched(60), default="", server_default=sa.text("''"))
    wechat: Mapped[str] = mapped_column(sa.String(64), default="", server_default=sa.text("''"))
    wechat_key: Mapped[str] = mapped_column(searched(64), default="", server_default=sa.text("''"))
    email: Mapped[str] = mapped_column(sa.String(254), default="", server_default=sa.text("''"))
    address: Mapped[str] = mapped_column(sa.String(300), default="", server_default=sa.text("''"))
    do_not_call_at: Mapped[Instant | None] = mapped_column(default=None)
    anonymised_at: Mapped[Instant | None] = mapped_column(default=None)
    merged_into_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), default=None)


class PersonPhoneRow(Model, kw_only=True):
    """A phone in E.164, unique in its organisation: the second entry meets the first person.

    `reversed` is its digits from the last to the first, so that the last four are found as a beginning.
    """

    __tablename__ = "person_phone"
    __table_args__ = (
        sa.UniqueConstraint("organisation_id", "e164"),
        sa.Index("ix_person_phone_reversed", "organisation_id", "reversed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    e164: Mapped[str] = mapped_column(sa.String(20))
    reversed: Mapped[str] = mapped_column(searched(20), default="", server_default=sa.text("''"))
    label: Mapped[str] = mapped_column(
        sa.String(10), default="", server_default=sa.text("''")
    )  # work | home | family


class HouseholdRow(Model, kw_only=True):
    """People who live together: evidence for whose guest somebody is, never a reason by itself."""

    __tablename__ = "household"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    public_id: Mapped[str] = mapped_column(sa.String(12), unique=True, default_factory=new_public_id)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    made_at: Mapped[Instant]


class HouseholdMemberRow(Model, kw_only=True):
    """Somebody in a household; in one at most. A child may have no phone of its own."""

    __tablename__ = "household_member"
    __table_args__ = (
        sa.UniqueConstraint("person_id"),
        sa.CheckConstraint("relation IN ('adult', 'spouse', 'child', 'parent', 'other')", name="relation"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    household_id: Mapped[int] = mapped_column(sa.ForeignKey("household.id"), index=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    relation: Mapped[str] = mapped_column(sa.String(10))
    added_at: Mapped[Instant]
