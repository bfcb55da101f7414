"""Somebody asks to be called, on the club's website (LED-10)."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from clubsales import audit, clubs, outbox
from clubsales.actor import Actor
from clubsales.clock import Instant, local_day, local_time
from clubsales.ids import ClubID, ConsultantID, LeadSourceID, PersonID
from clubsales.leads.claims import queries as claims
from clubsales.leads.followups import operations as followups
from clubsales.leads.intake import operations, queries
from clubsales.leads.intake.events import EnquiryReceived
from clubsales.leads.intake.rules import Source
from clubsales.leads.people import operations as people
from clubsales.leads.people import queries as known_people
from clubsales.leads.touches import operations as touches
from clubsales.leads.touches.rules import TouchKind

ENQUIRED = "enquiry"
WHILE_CLOSED = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Enquired:
    """Somebody asked. `holder` has his lead; None: it waits in the pool."""

    club_id: ClubID
    holder: ConsultantID | None


def enquire(
    session: Session,
    *,
    e164: str,
    name: str,
    interest: str,
    line: str,
    next_step: str,
    source_id: LeadSourceID | None,
    actor: Actor,
    at: Instant,
) -> None:
    """Whoever has this phone is a lead, or touched his lead again; he has agreed to be called.

    `line` is added to the note of the lead. Whoever holds it finds `next_step` due today; a lead that nobody holds
    waits in the pool. Either way somebody is told. Raises Refused(LeadRefused.TEXT_TOO_LONG) and Refused(PersonRefused.NAME_TOO_LONG).
    """
    person_id = people.find_or_add(session, e164=e164, name=name, actor=actor, at=at)
    was_known = queries.of_person(session, actor.club.id, person_id) is not None
    lead_id = operations.capture(
        session,
        person_id=person_id,
        source=Source.ONLINE,
        source_id=source_id,
        interest=interest,
        consent=True,
        with_touch=False,
        actor=actor,
        at=at,
    )
    operations.add_to_note(session, lead_id=lead_id, line=line)
    touches.record(
        session, kind=TouchKind.ENQUIRY, person_id=person_id, consultant_id=None, actor=actor, at=at
    )
    audit.record(session, EnquiryReceived(lead_id, was_known), actor=actor, at=at)
    outbox.enqueue(session, ENQUIRED, {"club": actor.club.id, "person": person_id}, at=at)
    held = claims.holder_at(session, actor.club, person_id, at)
    if held is not None:
        followups.plan(
            session,
            person_id=person_id,
            consultant_id=held.consultant_id,
            due_on=local_day(at, actor.club.zone),
            what=next_step,
            actor=actor,
            at=at,
        )


def take_untold(session: Session, at: Instant) -> list[Enquired]:
    """Enquiries that nobody's browser rang for yet; from now on they count as told. While a club is closed they wait."""
    found = []
    for message in outbox.due(session, names=[ENQUIRED], at=at):
        club = clubs.get(session, ClubID(message.payload["club"]))
        if not club.is_business_time(local_time(at, club.zone)):
            message.due_at = at + WHILE_CLOSED
            continue
        message.done_at = at
        person = known_people.get(session, club.organisation_id, PersonID(message.payload["person"]))
        held = claims.holder_at(session, club, person.id, at)
        found.append(Enquired(club_id=club.id, holder=held.consultant_id if held is not None else None))
    return found
