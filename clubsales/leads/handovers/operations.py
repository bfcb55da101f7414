"""Hand-overs are made, dealt on their day, and undone: by the ownership of claims, with what is planned (OWN-10)."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.clock import Instant, local_day
from clubsales.ids import AccountID, ConsultantID, new_public_id
from clubsales.leads.claims import operations as claims
from clubsales.leads.claims import ownership
from clubsales.leads.claims.rules import Basis, ClaimPolicy, EndReason
from clubsales.leads.followups import passing_on
from clubsales.leads.handovers import holders, queries
from clubsales.leads.handovers.events import (
    HandOverDealt,
    HandOverMade,
    HandOverUndone,
    LeadHandedOver,
    LeadReturned,
)
from clubsales.leads.handovers.proposal import propose
from clubsales.leads.handovers.queries import HAND_OVER, HANDED, HandedView, HandOverView
from clubsales.leads.handovers.rules import (
    Kept,
    deal,
    kept_because,
    may_hand_over,
)
from clubsales.policies import policy_on


def hand_over(
    session: Session,
    *,
    from_consultant: ConsultantID,
    to_consultants: Sequence[ConsultantID],
    starts_on: date,
    ends_on: date | None,
    reason: str,
    actor: Actor,
    at: Instant,
) -> str:
    """Have a consultant's leads dealt to colleagues: at once, or by the job when `starts_on` begins. Its public id.

    On `ends_on` the leads go back. Raises NotFound and Refused(HandOverRefused).
    """
    club = actor.club
    holders.lock_consultants(session, [from_consultant, *to_consultants])
    claims.held_by(session, consultant_id=from_consultant, actor=actor, at=at)  # ends what is over
    proposal = propose(
        session,
        from_consultant=from_consultant,
        to_consultants=to_consultants,
        starts_on=starts_on,
        ends_on=ends_on,
        reason=reason,
        actor=actor,
        at=at,
    )
    facts, chosen = proposal.facts, proposal.to_consultants
    may_hand_over(facts).or_raise()
    public_id = new_public_id()
    new = {
        "public_id": public_id,
        "club_id": club.id,
        "from_consultant_id": from_consultant,
        "to_consultants": list(chosen),
        "starts_on": starts_on,
        "ends_on": ends_on,
        "reason": facts.reason,
        "made_at": at,
        "made_by": actor.account_id,
    }
    made = session.execute(sa.insert(HAND_OVER).returning(HAND_OVER.c.id), new).scalar_one()
    event = HandOverMade(made, from_consultant, list(chosen), starts_on, ends_on, facts.reason)
    audit.record(session, event, actor=actor, at=at)
    if starts_on == facts.today:
        _deal(session, queries.by_public_id(session, club.id, public_id), actor=actor, at=at)
    return public_id


def carry_out(session: Session, *, public_id: str, actor: Actor, at: Instant) -> None:
    """What is due on a hand-over's day: its leads are dealt, or go back. Done twice it is done once.

    Leads that find no place because everybody is full stay where they are. Raises NotFound.
    """
    found = queries.by_public_id(session, actor.club.id, public_id, lock=True)
    today = local_day(at, actor.club.zone)
    if found.undone_at is not None:
        return
    if found.dealt_at is None and found.starts_on <= today:
        _deal(session, found, actor=actor, at=at)
    elif found.dealt_at is not None and found.ends_on is not None and found.ends_on <= today:
        _give_back(session, found, on_its_day=True, actor=actor, at=at)


def undo(session: Session, *, public_id: str, actor: Actor, at: Instant) -> None:
    """Take a hand-over back: whatever the recipients still hold and have not sold to goes back, with its next steps.

    Before its day it is only cancelled; undone twice it is undone once. Raises NotFound.
    """
    found = queries.by_public_id(session, actor.club.id, public_id, lock=True)
    if found.undone_at is None:
        _give_back(session, found, on_its_day=False, actor=actor, at=at)


def _deal(session: Session, found: HandOverView, *, actor: Actor, at: Instant) -> None:
    club, today, giver = actor.club, local_day(at, actor.club.zone), found.from_consultant_id
    holders.lock_consultants(session, [giver, *found.to_consultants])
    policy = policy_on(session, club, today)
    working = holders.works_on(session, found.to_consultants, today)
    takers = holders.recipients_of(session, [each for each in found.to_consultants if each in working], today)
    running = {
        held.person_id: held for held in claims.held_by(session, consultant_id=giver, actor=actor, at=at)
    }
    leads = [lead for lead in holders.held_leads(session, club, giver, at) if lead.person_id in running]
    dealt = deal(leads, takers, max_open=policy.read("claims", ClaimPolicy).max_open)
    by = AccountID(found.made_by) if found.made_by is not None else None
    rows = []
    for portion in dealt.portions:
        taker = portion.recipient.consultant_id
        for lead in portion.leads:
            held = running[lead.person_id]
            end = ownership.end_now(EndReason.HANDED_OVER, actor=actor, at=at)
            ownership.let_go(session, held, end, actor=actor, at=at)
            claim_id = ownership.hold(
                session,
                person_id=lead.person_id,
                lead_id=lead.lead_id,
                consultant_id=taker,
                basis=Basis.HAND_OVER,
                policy=policy,
                given_by=by,
                actor=actor,
                at=at,
            )
            steps = passing_on.reassign(
                session,
                person_id=lead.person_id,
                from_consultant=giver,
                to_consultant=taker,
                actor=actor,
                at=at,
            )
            event = LeadHandedOver(lead.lead_id, found.id, giver, taker)
            audit.record(session, event, actor=actor, at=at)
            rows.append(
                {
                    "hand_over_id": found.id,
                    "person_id": lead.person_id,
                    "consultant_id": taker,
                    "from_claim_id": held.id,
                    "claim_id": claim_id,
                    "follow_ups": [int(step) for step in steps],
                }
            )
    if rows:
        session.execute(sa.insert(HANDED), rows)
    session.execute(sa.update(HAND_OVER).where(HAND_OVER.c.id == found.id).values(dealt_at=at))
    event_of_all = HandOverDealt(found.id, len(rows), len(dealt.left))
    audit.record(session, event_of_all, actor=actor, at=at)


def _give_back(session: Session, found: HandOverView, *, on_its_day: bool, actor: Actor, at: Instant) -> None:
    """On its day leads go back to somebody who works here; undone by hand, to whomever they came from."""
    club, today, giver = actor.club, local_day(at, actor.club.zone), found.from_consultant_id
    holders.lock_consultants(session, [giver, *found.to_consultants])
    works_here = not on_its_day or giver in holders.works_on(session, [giver], today)
    handed = queries.handed(session, club.id, found.id)
    kept = [lead for lead in handed if _give_back_one(session, found, lead, works_here, actor, at)]
    session.execute(
        sa.update(HAND_OVER)
        .where(HAND_OVER.c.id == found.id)
        .values(undone_at=at, undone_by=None if on_its_day else actor.account_id)
    )
    event = HandOverUndone(found.id, len(handed) - len(kept), len(kept))
    audit.record(session, event, actor=actor, at=at)


def _give_back_one(
    session: Session, found: HandOverView, lead: HandedView, works_here: bool, actor: Actor, at: Instant
) -> Kept | None:
    """One lead goes back; why not, if it stays."""
    club, taker, giver = actor.club, lead.consultant_id, found.from_consultant_id
    held = claims.held_now(session, person_id=lead.person_id, actor=actor, at=at)
    why = kept_because(
        still_holds=held is not None and held.id == lead.claim_id,
        sold_meanwhile=lead.converted_at is not None
        and found.dealt_at is not None
        and lead.converted_at >= found.dealt_at,
        giver_works_here=works_here,
    )
    outcome: dict[str, object] = {"kept_because": why}
    if why is None:
        assert held is not None
        end = ownership.end_now(EndReason.HANDED_OVER, actor=actor, at=at)
        ownership.let_go(session, held, end, actor=actor, at=at)
        outcome["returned_claim_id"] = ownership.hold(
            session,
            person_id=lead.person_id,
            lead_id=lead.lead_id,
            consultant_id=giver,
            basis=Basis.RETURNED,
            policy=policy_on(session, club, local_day(at, club.zone)),
            given_by=actor.account_id,
            actor=actor,
            at=at,
        )
        passing_on.reassign(
            session,
            person_id=lead.person_id,
            from_consultant=taker,
            to_consultant=giver,
            actor=actor,
            at=at,
        )
        event = LeadReturned(lead.lead_id, found.id, taker, giver)
        audit.record(session, event, actor=actor, at=at)
    session.execute(sa.update(HANDED).where(HANDED.c.id == lead.id).values(**outcome))
    return why
