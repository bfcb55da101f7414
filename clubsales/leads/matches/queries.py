"""Reads of matches and merges as they stand; who may be whom is found in `finding`."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.auth.rules import may_be_public_id
from clubsales.clock import Instant
from clubsales.db import table_of
from clubsales.errors import NotFound
from clubsales.ids import MatchID, MergeID, OrganisationID, PersonID
from clubsales.leads.intake.models import LeadRow
from clubsales.leads.matches.models import MatchRow, MergeRow
from clubsales.leads.matches.rules import Sign
from clubsales.leads.people.models import PersonPhoneRow, PersonRow

PERSON, PHONE, LEAD = table_of(PersonRow), table_of(PersonPhoneRow), table_of(LeadRow)
MATCH, MERGE = table_of(MatchRow), table_of(MergeRow)
# Sales stand above leads, so the table is known by its name.
SALE = sa.table("sale", sa.column("club_id", sa.BigInteger), sa.column("person_id", sa.BigInteger))
ACCOUNT = sa.table("account", sa.column("id", sa.BigInteger), sa.column("name", sa.String))


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchLine:
    """Two persons who may be one, in a list."""

    id: MatchID
    public_id: str
    first_public_id: str
    first_name: str
    first_e164: str | None
    second_public_id: str
    second_name: str
    second_e164: str | None
    score: int
    signs: tuple[Sign, ...]
    found_at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeLine:
    """A merge that stands or was undone, in a list. No name: made anonymous; an empty one is not known."""

    id: MergeID
    public_id: str
    kept_id: PersonID
    kept_name: str | None
    merged_id: PersonID
    merged_name: str | None
    reason: str
    merged_at: Instant
    merged_by: str | None
    undone_at: Instant | None
    undone_by: str | None


def of_club(session: Session, club: Club, *, before: str = "", limit: int) -> list[MatchLine]:
    """Open matches of which at least one is the club's guest, the likeliest first.

    `before` is the match after which the list goes on; raises NotFound.
    """
    first, second = PERSON.alias("first"), PERSON.alias("second")
    statement = (
        sa.select(
            MATCH,
            first.c.public_id.label("first_public_id"),
            first.c.name.label("first_name"),
            first_phone(first.c.id).label("first_e164"),
            second.c.public_id.label("second_public_id"),
            second.c.name.label("second_name"),
            first_phone(second.c.id).label("second_e164"),
        )
        .join_from(MATCH, first, first.c.id == MATCH.c.first_person_id)
        .join(second, second.c.id == MATCH.c.second_person_id)
        .where(
            MATCH.c.organisation_id == club.organisation_id,
            MATCH.c.status == "open",
            first.c.merged_into_id.is_(None),
            second.c.merged_into_id.is_(None),
            sa.or_(
                *(
                    sa.exists().where(table.c.club_id == club.id, table.c.person_id == person)
                    for table in (LEAD, SALE)
                    for person in (MATCH.c.first_person_id, MATCH.c.second_person_id)
                )
            ),
        )
        .order_by(MATCH.c.score.desc(), MATCH.c.id.desc())
        .limit(limit)
    )
    if before:
        last = _match(session, club.organisation_id, MATCH.c.public_id == before)
        if not may_be_public_id(before) or last is None:
            raise NotFound
        statement = statement.where(sa.tuple_(MATCH.c.score, MATCH.c.id) < sa.tuple_(last.score, last.id))
    return [_line(row) for row in session.execute(statement)]


def of_this_club(session: Session, club: Club, person_ids: Iterable[PersonID]) -> frozenset[PersonID]:
    """Those of these persons who are the club's guests: a lead, or somebody who bought here."""
    wanted = list(person_ids)
    found = session.scalars(
        sa.union(
            *(
                sa.select(table.c.person_id).where(table.c.club_id == club.id, table.c.person_id.in_(wanted))
                for table in (LEAD, SALE)
            )
        )
    )
    return frozenset(PersonID(each) for each in found)


def first_phone(person_id: sa.ColumnElement[int]) -> sa.ScalarSelect[str]:
    """The first phone of a person, which tells who it is where no name does."""
    return (
        sa.select(PHONE.c.e164)
        .where(PHONE.c.person_id == person_id)
        .order_by(PHONE.c.id)
        .limit(1)
        .correlate_except(PHONE)
        .scalar_subquery()
    )


def known(session: Session, first: PersonID, second: PersonID) -> Any | None:
    """What stands about two persons, whichever is named first."""
    low, high = sorted((first, second))
    return session.execute(
        sa.select(MATCH).where(MATCH.c.first_person_id == low, MATCH.c.second_person_id == high)
    ).one_or_none()


def merge_by_public_id(session: Session, club: Club, public_id: str) -> MergeLine:
    """A merge of the club's guests; raises NotFound."""
    if not may_be_public_id(public_id):
        raise NotFound
    row = session.execute(_merges(club.organisation_id).where(MERGE.c.public_id == public_id)).one_or_none()
    if row is None or not of_this_club(session, club, (PersonID(row.kept_id), PersonID(row.merged_id))):
        raise NotFound
    return _merge(row)


def merges(session: Session, club: Club, *, limit: int) -> list[MergeLine]:
    """The latest merges of the club's guests."""
    of_club = sa.exists().where(LEAD.c.club_id == club.id, LEAD.c.person_id == MERGE.c.kept_id)
    bought = sa.exists().where(SALE.c.club_id == club.id, SALE.c.person_id == MERGE.c.kept_id)
    statement = _merges(club.organisation_id).where(sa.or_(of_club, bought))
    return [_merge(row) for row in session.execute(statement.order_by(MERGE.c.id.desc()).limit(limit))]


def _merges(organisation_id: OrganisationID) -> sa.Select[Any]:
    kept, merged = PERSON.alias("kept"), PERSON.alias("merged_person")
    by, undone_by = ACCOUNT.alias("by"), ACCOUNT.alias("undone_by_account")
    return (
        sa.select(
            MERGE.c.id,
            MERGE.c.public_id,
            MERGE.c.kept_id,
            MERGE.c.merged_id,
            MERGE.c.reason,
            MERGE.c.merged_at,
            MERGE.c.undone_at,
            sa.case((kept.c.anonymised_at.is_(None), kept.c.name)).label("kept_name"),
            sa.case((merged.c.anonymised_at.is_(None), merged.c.name)).label("merged_name"),
            by.c.name.label("merged_by_name"),
            undone_by.c.name.label("undone_by_name"),
        )
        .join_from(MERGE, kept, kept.c.id == MERGE.c.kept_id)
        .join(merged, merged.c.id == MERGE.c.merged_id)
        .join(by, by.c.id == MERGE.c.merged_by, isouter=True)
        .join(undone_by, undone_by.c.id == MERGE.c.undone_by, isouter=True)
        .where(MERGE.c.organisation_id == organisation_id)
    )


def _merge(row: Any) -> MergeLine:
    return MergeLine(
        id=MergeID(row.id),
        public_id=row.public_id,
        kept_id=PersonID(row.kept_id),
        kept_name=row.kept_name,
        merged_id=PersonID(row.merged_id),
        merged_name=row.merged_name,
        reason=row.reason,
        merged_at=row.merged_at,
        merged_by=row.merged_by_name,
        undone_at=row.undone_at,
        undone_by=row.undone_by_name,
    )


def _match(session: Session, organisation_id: OrganisationID, which: sa.ColumnElement[bool]) -> Any | None:
    return session.execute(
        sa.select(MATCH).where(MATCH.c.organisation_id == organisation_id, which)
    ).one_or_none()


def _line(row: Any) -> MatchLine:
    return MatchLine(
        id=MatchID(row.id),
        public_id=row.public_id,
        first_public_id=row.first_public_id,
        first_name=row.first_name,
        first_e164=row.first_e164,
        second_public_id=row.second_public_id,
        second_name=row.second_name,
        second_e164=row.second_e164,
        score=row.score,
        signs=tuple(Sign(each["sign"]) for each in row.evidence),
        found_at=row.found_at,
    )
