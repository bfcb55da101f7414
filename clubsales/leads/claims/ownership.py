"""Who holds a lead changes here and nowhere else: `hold` begins a claim, `let_go` ends one.

Whether it may change is decided by whoever calls: a claim, a release, a hand-over, a merge, a job.
"""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.clock import Instant, local_day
from clubsales.ids import AccountID, ClaimID, ConsultantID, LeadID, PersonID, new_public_id
from clubsales.leads.claims.events import ClaimEnded, LeadClaimed
from clubsales.leads.claims.queries import CLAIM, ClaimView
from clubsales.leads.claims.rules import Basis, ClaimPolicy, End, EndReason, protected_until
from clubsales.policies import Policy
from clubsales.prepared import Prepared

INSERT = Prepared(sa.insert(CLAIM).returning(CLAIM.c.id))
FINISH = Prepared(
    sa.update(CLAIM)
    .where(CLAIM.c.id == sa.bindparam("of_claim"))
    .values(
        ended_at=sa.bindparam("over_at", type_=CLAIM.c.ended_at.type),
        ended_day=sa.bindparam("over_on", type_=CLAIM.c.ended_day.type),
        end_reason=sa.bindparam("because", type_=CLAIM.c.end_reason.type),
    )
)


def hold(
    session: Session,
    *,
    person_id: PersonID,
    lead_id: LeadID,
    consultant_id: ConsultantID,
    basis: Basis,
    policy: Policy,
    until: date | None = None,
    first_contact_at: Instant | None = None,
    given_by: AccountID | None = None,
    actor: Actor,
    at: Instant,
) -> ClaimID:
    """The consultant holds the lead from now on, protected as the policy says if no last day is given.

    `policy` is the one of the day; `given_by` who gave it to him, None when he took it himself. Raises IntegrityError
    while somebody else holds it: the unique index is the last guard (EX-03).
    """
    today = local_day(at, actor.club.zone)
    if until is None:
        until = protected_until(today, policy.read("claims", ClaimPolicy))
    new = {
        "public_id": new_public_id(),
        "club_id": actor.club.id,
        "person_id": person_id,
        "consultant_id": consultant_id,
        "claimed_at": at,
        "claimed_day": today,
        "until": until,
        "first_contact_at": first_contact_at,
        "policy_version_id": policy.version_id,
        "basis": basis.value,
        "given_by": given_by,
    }
    claim_id = ClaimID(INSERT.one(session, new).id)
    event = LeadClaimed(lead_id, claim_id, consultant_id, until, basis.value)
    audit.record(session, event, actor=actor, at=at)
    return claim_id


def let_go(session: Session, held: ClaimView, end: End, *, actor: Actor, at: Instant) -> None:
    """The claim is over; `held` was read locked (`queries.running`, `running_of_consultant`)."""
    FINISH.run(
        session,
        {"of_claim": held.id, "over_at": end.at, "over_on": end.day, "because": end.reason.value},
    )
    event = ClaimEnded(held.id, held.consultant_id, end.reason.value, end.day)
    audit.record(session, event, actor=actor, at=at)


def end_now(reason: EndReason, *, actor: Actor, at: Instant) -> End:
    """An end that somebody makes at this moment."""
    return End(reason, at, local_day(at, actor.club.zone))
