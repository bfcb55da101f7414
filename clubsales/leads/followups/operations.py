"""Contacts are written once and never changed; the next step with a lead has a day and an owner."""

from dataclasses import dataclass
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
from clubsales.leads.followups.events import (
    ContactCorrected,
    ContactLogged,
    FollowUpEnded,
    FollowUpPlanned,
)
from clubsales.leads.followups.hours import ContactHoursPolicy, is_outside
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
    may_call,
    may_correct,
    may_finish,
    may_log,
    may_plan,
)
from clubsales.leads.people import do_not_call
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
    aim_met: bool | None = None,
    next_on: date | None = None,
    next_what: str = "",
    next_channel: Channel | None = None,
    actor: Actor,
    at: Instant,
) -> ContactID:
    """Write down a call, a message or a meeting: evidence from this moment on (TEL-08).

    It answers the response clock of the consultant's claim, extends it when the guest was reached, and ticks off what
    he had planned with the person. `contacted_at` is shown only; outside the club's contact hours it is kept and
    marked. Raises NotFound for a person or a consultant of somebody else and
    Refused(FollowUpRefused.IN_FUTURE, PAST, TOO_LONG, DO_NOT_CALL).
    """
    club = actor.club
    words = _Words(channel, outcome, contacted_at or at, clean(note, LONGEST_NOTE), aim_met)
    may_log(words.contacted_at, at).or_raise()
    profiles.get(session, club.id, consultant_id)
    people.get(session, club.organisation_id, person_id)
    contact_id, counts = _write(session, person_id, consultant_id, words, actor=actor, at=at)
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
            channel=next_channel,
            actor=actor,
            at=at,
        )
    return contact_id


def correct(
    session: Session,
    *,
    public_id: str,
    channel: Channel,
    outcome: ContactOutcome,
    contacted_at: Instant | None = None,
    note: str = "",
    aim_met: bool | None = None,
    actor: Actor,
    at: Instant,
) -> ContactID:
    """Write down what a contact should have said: a record of its own, beside the one it stands for.

    The old one counts for guests who were there before, the new one for those after (AMB-02). A protection that was
    given stays; one that is due now is given. Raises NotFound and
    Refused(FollowUpRefused.NOT_AUTHOR, TOO_LATE, CORRECTED, IN_FUTURE, TOO_LONG).
    """
    old = queries.contact_by_public_id(session, actor.club.id, public_id)
    may_correct(
        is_author=old.consultant_id == actor.consultant_id,
        author=old.name,
        written_on=old.local_day,
        today=local_day(at, actor.club.zone),
        is_corrected=old.is_corrected,
    ).or_raise()
    words = _Words(channel, outcome, contacted_at or old.contacted_at, clean(note, LONGEST_NOTE), aim_met)
    may_log(words.contacted_at, at).or_raise()
    contact_id, counts = _write(
        session, old.person_id, old.consultant_id, words, corrects=old.id, actor=actor, at=at
    )
    event = ContactCorrected(
        old.person_id, contact_id, old.id, old.consultant_id, channel.value, outcome.value, counts
    )
    audit.record(session, event, actor=actor, at=at)
    return contact_id


def plan(
    session: Session,
    *,
    person_id: PersonID,
    consultant_id: ConsultantID,
    due_on: date,
    what: str,
    channel: Channel | None = None,
    actor: Actor,
    at: Instant,
) -> FollowUpID:
    """Plan a next step with a person; the same one planned twice is one. No `channel`: whichever is open.

    Raises NotFound and Refused(FollowUpRefused.PAST, TOO_LONG, DO_NOT_CALL).
    """
    club = actor.club
    may_plan(due_on, local_day(at, club.zone)).or_raise()
    what = clean(what, LONGEST_WHAT)
    profiles.get(session, club.id, consultant_id)
    people.get(session, club.organisation_id, person_id)
    if channel is not None:
        told = do_not_call.since(session, club.organisation_id, person_id)
        may_call(channel, do_not_call=told is not None).or_raise()
    step = {"person_id": person_id, "consultant_id": consultant_id, "due_on": due_on, "what": what}
    same = [FOLLOW_UP.c[name] == value for name, value in step.items()]
    known = session.scalars(
        sa.select(FOLLOW_UP.c.id).where(FOLLOW_UP.c.club_id == club.id, OPEN, *same).limit(1)
    ).one_or_none()
    if known is not None:
        return FollowUpID(known)
    new = {
        **step,
        "channel": channel.value if channel is not None else None,
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


@dataclass(frozen=True, slots=True)
class _Words:
    """What is written down of a contact."""

    channel: Channel
    outcome: ContactOutcome
    contacted_at: Instant
    note: str
    aim_met: bool | None


def _write(
    session: Session,
    person_id: PersonID,
    consultant_id: ConsultantID,
    words: _Words,
    *,
    corrects: ContactID | None = None,
    actor: Actor,
    at: Instant,
) -> tuple[ContactID, bool]:
    """A new record, and what it does to the consultant's claim; says whether the guest was reached, too."""
    club, today = actor.club, local_day(at, actor.club.zone)
    policy = policy_on(session, club, today)
    hours = policy.read("follow_up", ContactHoursPolicy)
    counts = is_effective(words.outcome, policy.read("follow_up", FollowUpPolicy))
    claims.extend(
        session, person_id=person_id, consultant_id=consultant_id, is_effective=counts, actor=actor, at=at
    )
    new = {
        "public_id": new_public_id(),
        "club_id": club.id,
        "person_id": person_id,
        "consultant_id": consultant_id,
        "channel": words.channel.value,
        "outcome": words.outcome.value,
        "note": words.note,
        "contacted_at": words.contacted_at,
        "at": at,
        "local_day": today,
        "corrects_id": corrects,
        "outside_hours": is_outside(words.channel, words.contacted_at, hours, club.zone),
        "aim_met": words.aim_met,
    }
    return ContactID(session.execute(INSERT_CONTACT, new).scalar_one()), counts


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
