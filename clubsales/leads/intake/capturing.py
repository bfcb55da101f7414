"""A guest is captured: the person, the lead, and at once whose lead it is, where the rules of claims allow that."""

from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.errors import Refusal, Refused, refuse
from clubsales.ids import LeadSourceID, PersonID
from clubsales.leads.claims import operations as claims
from clubsales.leads.claims import queries as claim_queries
from clubsales.leads.claims.rules import Basis
from clubsales.leads.intake import operations
from clubsales.leads.intake.rules import Grade, LeadRefused, Source
from clubsales.leads.people import operations as people
from clubsales.leads.people import queries as people_queries


def take_in(
    session: Session,
    *,
    e164: str,
    name: str,
    source: Source,
    source_id: LeadSourceID | None,
    referrer_e164: str | None,
    interest: str,
    grade: Grade | None,
    note: str,
    consent: bool,
    actor: Actor,
    at: Instant,
) -> PersonID:
    """Make whoever has this phone a lead of the club (LED-04); `referrer_e164` brought the guest (LED-09).

    Raises Refused(LeadRefused.REFERRER_UNKNOWN, REFERRED_BY_HIMSELF, TEXT_TOO_LONG) and
    Refused(PersonRefused.NAME_TOO_LONG).
    """
    referred_by = None
    if referrer_e164 is not None:
        referrer = people_queries.by_phone(session, actor.club.organisation_id, referrer_e164)
        if referrer is None:
            refuse(LeadRefused.REFERRER_UNKNOWN).or_raise()
        referred_by = referrer.id
    person_id = people.find_or_add(session, e164=e164, name=name, actor=actor, at=at)
    operations.capture(
        session,
        person_id=person_id,
        source=source,
        source_id=source_id,
        referred_by_id=referred_by,
        interest=interest,
        grade=grade,
        note=note,
        consent=consent,
        actor=actor,
        at=at,
    )
    return person_id


def make_mine(session: Session, *, person_id: PersonID, actor: Actor, at: Instant) -> Refusal | None:
    """Claim what was just captured; why not, where the rules of claims say no: the lead is saved all the same."""
    if actor.consultant_id is None:
        return None
    held = claim_queries.holder_at(session, actor.club, person_id, at)
    if held is not None and held.consultant_id == actor.consultant_id:
        return None
    try:
        claims.claim(
            session,
            person_id=person_id,
            consultant_id=actor.consultant_id,
            basis=Basis.CAPTURE,
            actor=actor,
            at=at,
        )
    except Refused as refused:
        return refused.refusal
    return None
