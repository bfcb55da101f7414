"""Who may be a person: found by index, one person at a time; nobody is compared with everybody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.ids import OrganisationID, PersonID
from clubsales.leads.matches.queries import MATCH, PERSON, PHONE, first_phone, known
from clubsales.leads.matches.rules import Score, Sign, Traits, near_phones, says_who, score
from clubsales.leads.people import households

MOST_CANDIDATES = 50  # of each way to find them


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Somebody who may be the person asked about."""

    person_id: PersonID
    public_id: str
    name: str
    e164: str | None  # the first phone
    score: Score


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
    people = session.execute(
        sa.select(
            PERSON.c.id, PERSON.c.public_id, PERSON.c.name, first_phone(PERSON.c.id).label("e164")
        ).where(_in(found))
    )
    scored = [
        Candidate(
            person_id=PersonID(row.id),
            public_id=row.public_id,
            name=row.name,
            e164=row.e164,
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


def _in(person_ids: Sequence[PersonID]) -> sa.ColumnElement[bool]:
    return PERSON.c.id.in_(person_ids)
