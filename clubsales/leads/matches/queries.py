"""Reads of matches. Candidates are found by index, one person at a time; nobody is compared with everybody."""

from collections.abc import Iterable, Mapping, Sequence
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
from clubsales.leads.matches.rules import Score, Sign, Traits, near_phones, says_who, score
from clubsales.leads.people import households
from clubsales.leads.people.models import PersonPhoneRow, PersonRow

PERSON, PHONE, LEAD = table_of(PersonRow), table_of(PersonPhoneRow), table_of(LeadRow)
MATCH, MERGE = table_of(MatchRow), table_of(MergeRow)
# Sales stand above leads, so the table is known by its name.
SALE = sa.table("sale", sa.column("club_id", sa.BigInteger), sa.column("person_id", sa.BigInteger))
ACCOUNT = sa.table("account", sa.column("id", sa.BigInteger), sa.column("name", sa.String))
MOST_CANDIDATES = 50  # of each way to find them


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Somebody who may be the person asked about."""

    person_id: PersonID
    public_id: str
    name: str
    score: Score


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchLine:
    """Two persons who may be one, in a list."""

    id: MatchID
    public_id: str
    first_public_id: str
    first_name: str
    second_public_id: str
    second_name: str
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
            second.c.public_id.label("second_public_id"),
            second.c.name.label("second_name"),
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


def known(session: Session, first: PersonID, second: PersonID) -> Any | None:
    """What stands about two persons, whichever is named first."""
    low, high = sorted((first, second))
    return session.execute(
        sa.select(MATCH).where(MATCH.c.first_person_id == low, MATCH.c.second_person_id == high)
    ).one_or_none()


def candidates(session: Session, organisation_id: OrganisationID, person_id: PersonID) -> list[Candidate]:
    """Who may be this person, the likeliest first; who was said to be somebody else is left out.

    Looked for by phones nearly equal, by WeChat id, and by name or birthday with something beside it: any two signs
    that reach the threshold have one of these among them. Only an e-mail with an address and nothing else is not
    looked for.
    """
    own = traits(session, [person_id]).get(person_id)
    if own is None:
        return []
    found = _alike(session, organisation_id, person_id, own)
    if not found:
        return []
    theirs, dismissed = traits(session, found), _dismissed(session, person_id, found)
    people = session.execute(sa.select(PERSON.c.id, PERSON.c.public_id, PERSON.c.name).where(_in(found)))
    scored = [
        Candidate(
            person_id=PersonID(row.id),
            public_id=row.public_id,
            name=row.name,
            score=_scored(session, person_id, own, PersonID(row.id), theirs[PersonID(row.id)]),
        )
        for row in people
    ]
    worth = [each for each in scored if each.score.points > dismissed.get(each.person_id, -1)]
    return sorted(
        (each for each in worth if each.score.proposes), key=lambda each: (-each.score.points, each.person_id)
    )


def score_of(session: Session, first: PersonID, second: PersonID) -> Score:
    """How likely two persons are one, as things are; a phone that was typed for both counts on."""
    both = traits(session, [first, second])
    found = known(session, first, second)
    shared = found is not None and any(each["sign"] == Sign.PHONE_SHARED.value for each in found.evidence)
    together = households.live_together(session, first, second)
    return score(both[first], both[second], live_together=together, shared_phone=shared)


def traits(session: Session, person_ids: Sequence[PersonID]) -> Mapping[PersonID, Traits]:
    """What tells these persons apart."""
    phones: dict[PersonID, list[str]] = {}
    for row in session.execute(
        sa.select(PHONE.c.person_id, PHONE.c.e164)
        .where(PHONE.c.person_id.in_(person_ids))
        .order_by(PHONE.c.id)
    ):
        phones.setdefault(PersonID(row.person_id), []).append(row.e164)
    return {
        PersonID(row.id): Traits(
            name_key=row.name_key,
            pinyin=row.pinyin,
            phones=tuple(phones.get(PersonID(row.id), ())),
            wechat_key=row.wechat_key,
            email=row.email,
            address=row.address,
            birthday=row.birthday,
        )
        for row in session.execute(sa.select(PERSON).where(_in(person_ids)))
    }


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


def _alike(
    session: Session, organisation_id: OrganisationID, person_id: PersonID, own: Traits
) -> list[PersonID]:
    """Persons who share something with this one that an index finds."""
    ways = list(_ways(organisation_id, own))
    if not ways:
        return []
    found = sa.union(*(sa.select(way.limit(MOST_CANDIDATES).subquery().c.id) for way in ways)).subquery()
    ids = session.scalars(
        sa.select(PERSON.c.id)
        .where(
            PERSON.c.id.in_(sa.select(found.c.id)),
            PERSON.c.id != person_id,
            PERSON.c.merged_into_id.is_(None),
            PERSON.c.anonymised_at.is_(None),
        )
        .order_by(PERSON.c.id)
    )
    return [PersonID(each) for each in ids]


def _ways(organisation_id: OrganisationID, own: Traits) -> list[sa.Select[Any]]:
    people = sa.select(PERSON.c.id).where(PERSON.c.organisation_id == organisation_id)
    ways = []
    near = [each for phone in own.phones for each in near_phones(phone)]
    if near:
        ways.append(
            sa.select(PHONE.c.person_id.label("id")).where(
                PHONE.c.organisation_id == organisation_id, PHONE.c.e164.in_(near)
            )
        )
    if own.wechat_key:
        ways.append(people.where(_is(PERSON.c.wechat_key, own.wechat_key)))
    more = [PERSON.c.address != ""] if own.address else []
    if own.email:
        more.append(sa.func.lower(PERSON.c.email) == own.email.lower())
    names = []
    if says_who(own.name_key):
        names = [_is(PERSON.c.name_key, own.name_key), _is(PERSON.c.pinyin, own.pinyin)]
        if more:
            ways += [people.where(name, sa.or_(*more)) for name in names]
    if own.birthday is not None and (names or more):
        ways.append(people.where(PERSON.c.birthday == own.birthday, sa.or_(*names, *more)))
    return ways


def _is(column: sa.ColumnElement[str], key: str) -> sa.ColumnElement[bool]:
    """An empty key is no key; said so, the index without the empty ones can be used."""
    return sa.and_(column == key, column != "")


def _dismissed(session: Session, person_id: PersonID, others: Sequence[PersonID]) -> dict[PersonID, int]:
    """Who was said to be somebody else, and how much spoke for it then."""
    rows = session.execute(
        sa.select(MATCH.c.first_person_id, MATCH.c.second_person_id, MATCH.c.score).where(
            MATCH.c.status == "different",
            sa.or_(
                sa.and_(MATCH.c.first_person_id == person_id, MATCH.c.second_person_id.in_(others)),
                sa.and_(MATCH.c.second_person_id == person_id, MATCH.c.first_person_id.in_(others)),
            ),
        )
    )
    return {
        PersonID(row.second_person_id if row.first_person_id == person_id else row.first_person_id): row.score
        for row in rows
    }


def _scored(session: Session, first: PersonID, own: Traits, second: PersonID, theirs: Traits) -> Score:
    """The score without the household where that cannot change the answer: most pairs share nothing else."""
    found = score(own, theirs)
    if not found.proposes:
        return found
    return score(own, theirs, live_together=households.live_together(session, first, second))


def _match(session: Session, organisation_id: OrganisationID, which: sa.ColumnElement[bool]) -> Any | None:
    return session.execute(
        sa.select(MATCH).where(MATCH.c.organisation_id == organisation_id, which)
    ).one_or_none()


def _in(person_ids: Sequence[PersonID]) -> sa.ColumnElement[bool]:
    return PERSON.c.id.in_(person_ids)


def _line(row: Any) -> MatchLine:
    return MatchLine(
        id=MatchID(row.id),
        public_id=row.public_id,
        first_public_id=row.first_public_id,
        first_name=row.first_name,
        second_public_id=row.second_public_id,
        second_name=row.second_name,
        score=row.score,
        signs=tuple(Sign(each["sign"]) for each in row.evidence),
        found_at=row.found_at,
    )
