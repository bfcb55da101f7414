"""Leads are claimed, kept and given back. Exactly one holder: the unique index of running claims is the last guard."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit, clubs
from clubsales.actor import Actor, Club, system_actor
from clubsales.clock import Instant, local_day
from clubsales.consultants.profiles.rules import Kind
from clubsales.errors import NotFound
from clubsales.ids import ClaimID, ConsultantID, LeadID, PersonID
from clubsales.leads.claims import ownership, queries
from clubsales.leads.claims.events import ClaimExtended
from clubsales.leads.claims.queries import CLAIM, ClaimView
from clubsales.leads.claims.rules import (
    Basis,
    ClaimFacts,
    ClaimPolicy,
    EndReason,
    end_of,
    may_claim,
    may_release,
    protected_until,
)
from clubsales.leads.touches import operations as touches
from clubsales.leads.touches.rules import TouchKind
from clubsales.policies import ask_policy_on, policy_of, policy_on


def claim(
    session: Session,
    *,
    person_id: PersonID,
    consultant_id: ConsultantID,
    basis: Basis = Basis.POOL,
    actor: Actor,
    at: Instant,
) -> ClaimID:
    """Take a free lead: protected through `claims.protection_days`, against everybody else (LED-11).

    By turn it is for whoever receives the guest now; the caller has seen that he does, which stands for the shift.
    Raises NotFound and Refused(ClaimRefused.UNKNOWN, ANONYMOUS, ALREADY_CLAIMED, OFF_SHIFT, LIMIT, DAILY_LIMIT, COOLDOWN).
    """
    club = actor.club
    today = local_day(at, club.zone)
    # One trip for all of it: the locks are taken before what is counted under them is counted.
    in_force = ask_policy_on(session, club, today)
    locked = queries.CONSULTANT_LOCKED.ask(session, {"club_id": club.id, "consultant_id": consultant_id})
    claimed = queries.ask_running(session, club.id, person_id)
    asked = {"club_id": club.id, "person_id": person_id, "consultant_id": consultant_id, "day": today}
    claimant = queries.CLAIMANT.ask(session, asked)
    version = policy_of(session, in_force)
    policy = version.read("claims", ClaimPolicy)
    consultant = locked.one_or_none()
    if consultant is None:
        raise NotFound
    last = queries.running_of(claimed)
    held = _unless_over(session, last, club=club, at=at)
    if last is not None and held is None:
        claimant = queries.CLAIMANT.ask(session, asked)  # somebody's cool-down has begun
    known = claimant.one()
    facts = ClaimFacts(
        is_lead=known.lead_id is not None,
        today=today,
        consultant=consultant.name,
        holder=held.name if held is not None else None,
        held_until=held.until if held is not None else None,
        needs_shift=consultant.kind == Kind.INSIDE.value and basis is not Basis.TURN,
        on_shift=bool(known.on_shift),
        open_claims=known.open_claims,
        claims_today=known.claims_today,
        last_ended_on=known.last_ended_on,
        is_anonymous=bool(known.is_anonymous),
    )
    may_claim(facts, policy).or_raise()
    claim_id = ownership.hold(
        session,
        person_id=person_id,
        lead_id=LeadID(known.lead_id),
        consultant_id=consultant_id,
        basis=basis,
        policy=version,
        given_by=None if consultant_id == actor.consultant_id else actor.account_id,
        actor=actor,
        at=at,
    )
    touches.record(
        session,
        kind=TouchKind.CLAIMED,
        person_id=person_id,
        consultant_id=consultant_id,
        actor=actor,
        at=at,
    )
    return claim_id


def release(session: Session, *, person_id: PersonID, actor: Actor, at: Instant) -> None:
    """Give a lead back to everybody; nothing when nobody holds it.

    Raises Refused(ClaimRefused.NOT_HIS) for somebody who neither holds it nor leads the floor.
    """
    held = _running(session, actor.club, person_id, at)
    if held is None:
        return
    is_holder = held.consultant_id == actor.consultant_id
    may_release(is_holder=is_holder, roles=actor.roles, holder=held.name).or_raise()
    ownership.let_go(
        session, held, ownership.end_now(EndReason.RELEASED, actor=actor, at=at), actor=actor, at=at
    )


def extend(
    session: Session,
    *,
    person_id: PersonID,
    consultant_id: ConsultantID,
    is_effective: bool,
    actor: Actor,
    at: Instant,
) -> None:
    """The consultant had contact with the person: as holder he has answered in time, and when he reached the guest
    the protection runs from today. Somebody else's contact changes nothing."""
    held = _running(session, actor.club, person_id, at)
    if held is None or held.consultant_id != consultant_id:
        return
    changed: dict[str, object] = {}
    if held.first_contact_at is None:
        changed["first_contact_at"] = at
    today = local_day(at, actor.club.zone)
    policy = policy_on(session, actor.club, today).read("claims", ClaimPolicy)
    until = max(held.until, protected_until(today, policy)) if is_effective else held.until
    if until != held.until:
        changed |= {"until": until, "warned_at": None}
        audit.record(session, ClaimExtended(held.id, until), actor=actor, at=at)
    if changed:
        session.execute(sa.update(CLAIM).where(CLAIM.c.id == held.id).values(**changed))


def held_by(session: Session, *, consultant_id: ConsultantID, actor: Actor, at: Instant) -> list[ClaimView]:
    """What a consultant holds now, locked, in the order of claiming; what is over by `at` is ended first."""
    club, running = actor.club, queries.running_of_consultant(session, actor.club.id, consultant_id)
    clocks = queries.clocks_of(session, club, running)
    held = []
    for each in running:
        end = end_of(clocks[each.id], at=at, zone=club.zone)
        if end is None:
            held.append(each)
        else:
            ownership.let_go(session, each, end, actor=system_actor(club), at=at)
    return held


def held_now(session: Session, *, person_id: PersonID, actor: Actor, at: Instant) -> ClaimView | None:
    """Who holds a person's lead now, locked; a claim that is over by `at` is ended first."""
    return _running(session, actor.club, person_id, at)


def expire_due(session: Session, at: Instant) -> int:
    """End every claim, of all clubs, that is over at `at`. Returns how many; a second run finds none."""
    ended = 0
    for club in clubs.all_clubs(session):
        claims = queries.may_be_over(session, club, at)
        clocks = queries.clocks_of(session, club, claims)
        for held in claims:
            end = end_of(clocks[held.id], at=at, zone=club.zone)
            if end is not None:
                ownership.let_go(session, held, end, actor=system_actor(club), at=at)
                ended += 1
    return ended


def _running(session: Session, club: Club, person_id: PersonID, at: Instant) -> ClaimView | None:
    """The running claim on a person's lead, locked; one that is over by `at` is ended first."""
    last = queries.running(session, club.id, person_id)
    return _unless_over(session, last, club=club, at=at)


def _unless_over(session: Session, held: ClaimView | None, *, club: Club, at: Instant) -> ClaimView | None:
    """A locked claim, ended if it is over by `at`."""
    if held is None:
        return None
    end = end_of(queries.clocks_of(session, club, [held])[held.id], at=at, zone=club.zone)
    if end is None:
        return held
    ownership.let_go(session, held, end, actor=system_actor(club), at=at)
    return None
