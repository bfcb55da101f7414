"""Two persons who may be one are proposed, and people decide. Nothing here changes a claim or a credit."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.audit import AuditEvent
from clubsales.clock import Instant
from clubsales.db import table_of
from clubsales.ids import OrganisationID, PersonID, new_public_id
from clubsales.leads.matches import finding, queries
from clubsales.leads.matches.events import MatchDismissed
from clubsales.leads.matches.models import MatchCursorRow
from clubsales.leads.matches.queries import MATCH, PERSON
from clubsales.leads.matches.rules import Score, comes_back, score
from clubsales.leads.people import households
from clubsales.leads.people import queries as people

CURSOR, EVENT = table_of(MatchCursorRow), table_of(AuditEvent)
AT_ONCE = 300  # persons looked at in one transaction
EVENTS_AT_ONCE = 5_000
LOOK_BACK = 50  # numbers may commit out of order
EVENTS_BACK = 500


def propose(session: Session, at: Instant) -> bool:
    """Look for matches of persons who are new or were changed since the last run; says whether there may be more.

    New persons are known by their number, changes by the audit's events about persons; both are read on from where
    the last run stopped. The first run begins with the first person there is.
    """
    seen = _cursor(session)
    person_to = _last_of(session, PERSON, seen.person_id, AT_ONCE)
    event_to = _last_of(session, EVENT, seen.event_id, EVENTS_AT_ONCE)
    new = PERSON.c.id.between(seen.person_id - LOOK_BACK + 1, person_to)
    changed = PERSON.c.id.in_(
        sa.select(EVENT.c.subject_id).where(
            EVENT.c.id.between(seen.event_id - EVENTS_BACK + 1, event_to), EVENT.c.tag.like("person:%")
        )
    )
    rows = session.execute(
        sa.select(PERSON.c.id, PERSON.c.organisation_id)
        .where(sa.or_(new, changed), PERSON.c.merged_into_id.is_(None), PERSON.c.anonymised_at.is_(None))
        .order_by(PERSON.c.id)
    ).all()
    for row in rows:
        propose_for(session, organisation_id=row.organisation_id, person_id=PersonID(row.id), at=at)
    session.execute(sa.update(CURSOR).values(person_id=person_to, event_id=event_to))
    return bool(person_to > seen.person_id or event_to > seen.event_id)


def propose_for(
    session: Session, *, organisation_id: OrganisationID, person_id: PersonID, at: Instant
) -> int:
    """Write down who may be this person. Returns how many of them are open now."""
    candidates = finding.candidates(session, organisation_id, person_id)
    for each in candidates:
        _write(session, organisation_id, person_id, each.person_id, each.score, at)
    return len(candidates)


def claim_shared_phone(
    session: Session, *, person_id: PersonID, other_id: PersonID, actor: Actor, at: Instant
) -> None:
    """Somebody typed for the one a phone that the other has: worth a supervisor's look. Raises NotFound."""
    organisation_id = actor.club.organisation_id
    first = people.get(session, organisation_id, person_id).id
    second = people.get(session, organisation_id, other_id).id
    if first == second:
        return
    both = finding.traits(session, [first, second])
    together = households.live_together(session, first, second)
    found = score(both[first], both[second], live_together=together, shared_phone=True)
    if found.proposes:
        _write(session, organisation_id, first, second, found, at)


def dismiss(session: Session, *, first_id: PersonID, second_id: PersonID, actor: Actor, at: Instant) -> None:
    """These two are not one. That stays decided, until more speaks for it than now. Raises NotFound."""
    organisation_id = actor.club.organisation_id
    first = people.get(session, organisation_id, first_id).id
    second = people.get(session, organisation_id, second_id).id
    decided = decide(session, first, second, status="different", actor=actor, at=at)
    event = MatchDismissed(decided.id, decided.first_person_id, decided.second_person_id, decided.score)
    audit.record(session, event, actor=actor, at=at)


def decide(
    session: Session, first: PersonID, second: PersonID, *, status: str, actor: Actor, at: Instant
) -> sa.Row[tuple[int, int, int, int]]:
    """Write what somebody decided about two persons, with how much spoke for it."""
    now = finding.score_of(session, first, second)
    low, high = sorted((first, second))
    decided = {
        "status": status,
        "score": now.points,
        "evidence": now.evidence(),
        "decided_at": at,
        "decided_by": actor.account_id,
    }
    what = (MATCH.c.id, MATCH.c.first_person_id, MATCH.c.second_person_id, MATCH.c.score)
    row = session.execute(
        sa.update(MATCH)
        .where(MATCH.c.first_person_id == low, MATCH.c.second_person_id == high)
        .values(decided)
        .returning(*what)
    ).one_or_none()
    if row is not None:
        return row
    new = {
        "public_id": new_public_id(),
        "organisation_id": actor.club.organisation_id,
        "first_person_id": low,
        "second_person_id": high,
        "found_at": at,
    }
    return session.execute(sa.insert(MATCH).values({**new, **decided}).returning(*what)).one()


def _write(
    session: Session,
    organisation_id: OrganisationID,
    first: PersonID,
    second: PersonID,
    found: Score,
    at: Instant,
) -> None:
    """A new proposal, or what speaks for an old one now; decisions stay where no more speaks for it than then."""
    stands = queries.known(session, first, second)
    low, high = sorted((first, second))
    values = {"score": found.points, "evidence": found.evidence()}
    if stands is None:
        new = {
            "public_id": new_public_id(),
            "organisation_id": organisation_id,
            "first_person_id": low,
            "second_person_id": high,
            "found_at": at,
            "status": "open",
        }
        session.execute(sa.insert(MATCH).values({**new, **values}))
    elif stands.status == "open":
        if stands.score < found.points:
            session.execute(sa.update(MATCH).where(MATCH.c.id == stands.id).values(values))
    elif stands.status == "different" and comes_back(decided_score=stands.score, found=found):
        again = {"status": "open", "found_at": at, "decided_at": None, "decided_by": None}
        session.execute(sa.update(MATCH).where(MATCH.c.id == stands.id).values({**again, **values}))


def _cursor(session: Session) -> sa.Row[tuple[int, int, int]]:
    """How far the last run came; whoever reads it runs alone."""
    found = session.execute(sa.select(CURSOR).with_for_update()).one_or_none()
    if found is None:
        session.execute(sa.insert(CURSOR).values(id=1, person_id=0, event_id=0))
        found = session.execute(sa.select(CURSOR).with_for_update()).one()
    return found


def _last_of(session: Session, table: sa.Table, after: int, limit: int) -> int:
    """The number of the last row of the next few."""
    few = sa.select(table.c.id).where(table.c.id > after).order_by(table.c.id).limit(limit).subquery()
    return int(session.scalar(sa.select(sa.func.max(few.c.id))) or after)
