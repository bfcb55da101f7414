"""Whoever receives a guest may make him his lead: claimed by turn (LED-11)."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.errors import refuse
from clubsales.frontdesk.reception import house
from clubsales.frontdesk.reception.permitted import ReceptionRefused
from clubsales.frontdesk.reception.queries import ReceptionView
from clubsales.frontdesk.reception.rules import Status
from clubsales.frontdesk.rotation import operations as rotation
from clubsales.ids import PersonID, ReceptionID
from clubsales.leads.claims import operations as claims
from clubsales.leads.claims import queries as claim_queries
from clubsales.leads.claims.queries import ClaimView
from clubsales.leads.claims.rules import Basis, ClaimRefused


@dataclass(frozen=True, slots=True)
class LeadOf:
    """Whose lead a guest is; `claim` None: anybody's who receives him."""

    claim: ClaimView | None
    is_mine: bool


def make_mine(session: Session, *, reception_id: ReceptionID, actor: Actor, at: Instant) -> None:
    """The guest's lead is claimed by whoever receives him now; his already, nothing happens.

    Raises NotFound, Refused(ReceptionRefused.NOT_HIS) and what a claim raises.
    """
    rotation.lock(session, actor.club)  # nobody gives the guest to somebody else meanwhile
    guest = house.guest(session, actor.club.id, reception_id)
    mine = actor.consultant_id
    receives = guest.status is Status.OPEN and guest.offered_until is None
    if mine is None or guest.consultant_id != mine or not receives:
        refuse(ReceptionRefused.NOT_HIS, consultant=actor.name).or_raise()
    if guest.person_id is None:
        refuse(ClaimRefused.UNKNOWN).or_raise()
    person_id = PersonID(guest.person_id)
    held = claims.held_now(session, person_id=person_id, actor=actor, at=at)
    if held is not None and held.consultant_id == mine:
        return
    claims.claim(session, person_id=person_id, consultant_id=mine, basis=Basis.TURN, actor=actor, at=at)


def leads_of_guests(session: Session, actor: Actor, at: Instant) -> Callable[[ReceptionView], LeadOf | None]:
    """Whose lead a guest is, looked up only where a guest is really drawn; None: he is no lead, or a member."""

    def look(guest: ReceptionView) -> LeadOf | None:
        if guest.lead_public_id is None or guest.is_member:
            return None
        person_id = claim_queries.person_of_lead(session, actor.club.id, guest.lead_public_id)
        claim = claim_queries.holder_at(session, actor.club, person_id, at)
        return LeadOf(claim, claim is not None and claim.consultant_id == actor.consultant_id)

    return look
