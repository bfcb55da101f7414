"""What a hand-over would do, looked at before it is done: the facts its rule decides on, and who would receive what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.clock import Instant, local_day
from clubsales.consultants.profiles import queries as profiles
from clubsales.ids import ConsultantID
from clubsales.leads.appointments import queries as appointments
from clubsales.leads.appointments.queries import AppointmentLine
from clubsales.leads.appointments.rules import Status
from clubsales.leads.claims.rules import ClaimPolicy
from clubsales.leads.handovers import holders, queries
from clubsales.leads.handovers.rules import LONGEST_REASON, Dealt, HandOverFacts, deal, room_of
from clubsales.policies import policy_on
from clubsales.typed import one_line

AHEAD = timedelta(days=90)  # of appointments somebody has to see to


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A hand-over as it would be dealt by what is held now."""

    facts: HandOverFacts
    to_consultants: tuple[ConsultantID, ...]
    dealt: Dealt


def propose(
    session: Session,
    *,
    from_consultant: ConsultantID,
    to_consultants: Sequence[ConsultantID],
    starts_on: date,
    ends_on: date | None,
    reason: str,
    actor: Actor,
    at: Instant,
) -> Proposal:
    """Look at a hand-over; nothing is written. Raises NotFound for somebody of another club."""
    club, today = actor.club, local_day(at, actor.club.zone)
    day, chosen = max(starts_on, today), tuple(sorted(set(to_consultants)))
    giver = profiles.get(session, club.id, from_consultant)
    names = [profiles.get(session, club.id, each).name for each in chosen]
    working = holders.works_on(session, chosen, day)
    limit = policy_on(session, club, day).read("claims", ClaimPolicy).max_open
    takers = [each for each in holders.recipients_of(session, chosen, today) if each.consultant_id in working]
    leads = holders.held_leads(session, club, from_consultant, at)
    is_now = starts_on <= today
    return Proposal(
        facts=HandOverFacts(
            today=today,
            starts_on=starts_on,
            ends_on=ends_on,
            reason=one_line(reason, LONGEST_REASON),
            consultant=giver.name,
            is_among_recipients=from_consultant in chosen,
            recipients=len(chosen),
            gone=tuple(name for each, name in zip(chosen, names, strict=True) if each not in working),
            planned_from=queries.planned_from(session, club.id, from_consultant),
            leads=len(leads) if is_now else None,
            room=room_of(takers, max_open=limit) if is_now else None,
        ),
        to_consultants=chosen,
        dealt=deal(leads, takers, max_open=limit),
    )


def to_rearrange(
    session: Session, actor: Actor, consultant_id: ConsultantID, first: date, last: date | None, at: Instant
) -> list[AppointmentLine]:
    """A consultant's appointments that nobody has moved yet, from a day on, up to when he is back, by time."""
    today = local_day(at, actor.club.zone)
    first = max(first, today)
    last = last - timedelta(days=1) if last is not None else first + AHEAD
    found = appointments.of_consultant(session, actor.club.id, consultant_id, first, last)
    return [each for each in found if each.status is Status.BOOKED and each.due_at >= at]
