"""Contacts are written once and never changed; the next step with a lead has a day and an owner."""

from collections.abc import Collection
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.clock import Instant, local_day
from clubsales.consultants.profiles import queries as profiles
from clubsales.ids import ConsultantID, ContactID, FollowUpID, PersonID, new_public_id
from clubsales.leads.claims import operations as claims
from clubsales.leads.followups import queries
from clubsales.leads.followups.events import ContactLogged, FollowUpEnded, FollowUpPlanned, FollowUpReassigned
from clubsales.leads.followups.queries import CONTACT, FOLLOW_UP, OPEN
from clubsales.leads.followups.rules import (
    LONGEST_NOTE,
    LONGEST_WHAT,
    Channel,
    ContactOutcome,
    FollowUpEnd,
    FollowUpPolicy,
    clean,
    is_effective,
    may_finish,
    may_log,
    may_plan,
)
from clubsales.leads.people import queries as people
from clubsales.leads.touches import operations as touches
from clubsales.leads.touches.rules import TouchKind
from clubsales.policies import policy_on

INSERT_CONTACT = sa.insert(CONTACT).returning(CONTACT.c.id)
INSERT_STEP = sa.insert(FOLLOW_UP).returning(FOLLOW_UP.c.id)


def log_contact(
    session: Session,
    *,
    person_id: PersonID,
    consultant_id: ConsultantID,
    channel: Channel,
    outcome: ContactOutcome,
    contacted_at: Instant | None = None,
    note: str = "",
    next_on: date | None = None,
    next_what: str = "",
    actor: Actor,
    at: Instant,
) -> ContactID:
    """Write down a call, a message or a meeting: evidence from this moment on (TEL-08).

    It answers the response clock of the consultant's claim, extends it when the guest was reached, and ticks off what
    he had planned with the person. `contacted_at` is shown only. Raises NotFound for a person or a consultant of
    somebody else and Refused(FollowUpRefused.IN_FUTURE, PAST, TOO_LONG).
    """
    club = actor.club
    contacted_at = contacted_at or at
    may_log(contacted_at, at).or_raise()
    note = clean(note, LONGEST_NOTE)
    profiles.get(session, club.id, consultant_id)
    people.get(session, club.organisation_id, person_id)
    today = local_day(at, club.zone)
    policy = policy_on(session, club, today).read("follow_up", FollowUpPolicy)
    counts = is_effective(outcome, policy)
    claims.extend(
        session, person_id=person_id, consultant_id=consultant_id, is_effective=counts, actor=actor, at=at
    )
    contact_id = ContactID(
        session.execute(
            INSERT_CONTACT,
            {
                "public_id": new_public_id(),
                "club_id": club.id,
                "person_id": person_id,
                "consultant_id": consultant_id,
                "channel": channel.value,
                "outcome": outcome.value,
                "note": note,
                "contacted_at": contacted_at,
                "at": at,
                "local_day": today,
            },
        ).scalar_one()
    )
    touches.record(
        session,
        kind=TouchKind.CONTACT,
        person_id=person_id,
        consultant_id=consultant_id,
        actor=actor,
        at=at,
    )
    event = ContactLogged(person_id, contact_id, consultant_id, channel.value, outcome.value, counts)
    audit.record(session, event, actor=actor, at=at)
    _tick_off(session, person_id, consultant_id, contact_id, actor=actor, at=at)
    if next_on is not None:
        plan(
            session,
            person_id=person_id,
            consultant_id=consultant_id,
            due_on=next_on,
            what=next_what,
            actor=actor,
            at=at,
        )
    return contact_id


def plan(
    session: Session,
    *,
    person_id: PersonID,
    consultant_id: ConsultantID,
    due_on: date,
    what: str,
    actor: Actor,
    at: Instant,
) -> FollowUpID:
    """Plan a next step with a person; the same one planned twice is one.

    Raises NotFound and Refused(FollowUpRefused.PAST, TOO_LONG).
    """
    club = actor.club
    may_plan(due_on, local_day(at, club.zone)).or_raise()
    what = clean(what, LONGEST_WHAT)
    profiles.get(session, club.id, consultant_id)
    people.get(session, club.organisation_id, person_id)
    step = {"person_id": person_id, "consultant_id": consultant_id, "due_on": due_on, "what": what}
    same = [FOLLOW_UP.c[name] == value for name, value in step.items()]
    known = session.scalars(
        sa.select(FOLLOW_UP.c.id).where(FOLLOW_UP.c.club_id == club.id, OPEN, *same).limit(1)
    ).one_or_none()
    if known is not None:
        return FollowUpID(known)
    new = {
        **step,
        "public_id": new_public_id(),
        "club_id": club.id,
        "made_at": at,
        "made_by": actor.account_id,
    }
    follow_up_id = FollowUpID(session.execute(INSERT_STEP, new).scalar_one())
    event = FollowUpPlanned(person_id, follow_up_id, consultant_id, due_on)
    audit.record(session, event, actor=actor, at=at)
    return follow_up_id


def finish(session: Session, *, public_id: str, actor: Actor, at: Instant) -> None:
    """Tick a next step off; ticked off twice is once.

    Raises NotFound and Refused(FollowUpRefused.NOT_HIS).
    """
    step = queries.by_public_id(session, actor.club.id, public_id)
    is_his = step.consultant_id == actor.consultant_id
    may_finish(is_his=is_his, roles=actor.roles, consultant=step.consultant).or_raise()
    ended = session.execute(
        sa.update(FOLLOW_UP)
        .where(FOLLOW_UP.c.id == step.id, OPEN)
        .values(ended_at=at, end_reason=FollowUpEnd.DONE.value)
        .returning(FOLLOW_UP.c.id)
    ).one_or_none()
    if ended is not None:
        audit.record(session, FollowUpEnded(step.person_id, step.id, None), actor=actor, at=at)


def reassign(
    session: Session,
    *,
    person_id: PersonID,
    from_consultant: ConsultantID,
    to_consultant: ConsultantID,
    only: Collection[FollowUpID] | None = None,
    actor: Actor,
    at: Instant,
) -> list[FollowUpID]:
    """A person's lead goes to a colleague, and what is planned with it too; the days stay (OWN-10).

    Returns which steps went, so that they, and no later ones, can go back: `only` names them. Raises NotFound.
    """
    profiles.get(session, actor.club.id, to_consultant)
    statement = (
        sa.update(FOLLOW_UP)
        .where(
            FOLLOW_UP.c.club_id == actor.club.id,
            FOLLOW_UP.c.person_id == person_id,
            FOLLOW_UP.c.consultant_id == from_consultant,
            OPEN,
        )
        .values(consultant_id=to_consultant)
        .returning(FOLLOW_UP.c.id)
    )
    if only is not None:
        statement = statement.where(FOLLOW_UP.c.id.in_(only))
    moved = sorted(FollowUpID(each) for each in session.scalars(statement))
    for each in moved:
        event = FollowUpReassigned(person_id, each, from_consultant, to_consultant)
        audit.record(session, event, actor=actor, at=at)
    return moved


def _tick_off(
    session: Session,
    person_id: PersonID,
    consultant_id: ConsultantID,
    contact_id: ContactID,
    *,
    actor: Actor,
    at: Instant,
) -> None:
    """Whatever the consultant had planned with the person is done by this contact."""
    done = session.scalars(
        sa.update(FOLLOW_UP)
        .where(
            FOLLOW_UP.c.club_id == actor.club.id,
            FOLLOW_UP.c.person_id == person_id,
            FOLLOW_UP.c.consultant_id == consultant_id,
            OPEN,
        )
        .values(ended_at=at, end_reason=FollowUpEnd.DONE.value, contact_id=contact_id)
        .returning(FOLLOW_UP.c.id)
    ).all()
    for follow_up_id in done:
        audit.record(session, FollowUpEnded(person_id, follow_up_id, contact_id), actor=actor, at=at)
