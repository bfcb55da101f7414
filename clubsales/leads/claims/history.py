"""Whose lead it is and whose it was: the section of the person's page."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.auth.permissions import Permission, may
from clubsales.auth.tables import ACCOUNT
from clubsales.clock import Instant, local_day
from clubsales.errors import Refusal
from clubsales.ids import ClubID, PersonID
from clubsales.leads.claims import queries
from clubsales.leads.claims.queries import CLAIM, CONSULTANT, ClaimView
from clubsales.leads.claims.rules import Basis, ClaimPolicy, EndReason, Left, left_of, may_release
from clubsales.policies import policy_on

# Known by name: hand-overs stand above claims.
HANDED = sa.table(
    "handed_lead",
    *(sa.column(name) for name in ("hand_over_id", "person_id", "claim_id", "returned_claim_id")),
)
HAND_OVER = sa.table("hand_over", *(sa.column(name) for name in ("id", "reason")))
_WHY = (
    sa.select(HAND_OVER.c.reason)
    .join_from(HANDED, HAND_OVER, HAND_OVER.c.id == HANDED.c.hand_over_id)
    .where(
        HANDED.c.person_id == CLAIM.c.person_id,
        sa.or_(HANDED.c.claim_id == CLAIM.c.id, HANDED.c.returned_claim_id == CLAIM.c.id),
    )
    .limit(1)
    .scalar_subquery()
)
HOLDERS = (
    sa.select(
        CONSULTANT.c.name,
        CLAIM.c.claimed_at,
        CLAIM.c.until,
        CLAIM.c.basis,
        CLAIM.c.ended_at,
        CLAIM.c.ended_day,
        CLAIM.c.end_reason,
        ACCOUNT.c.name.label("given_by"),
        _WHY.label("why"),
    )
    .join_from(CLAIM, CONSULTANT, CONSULTANT.c.id == CLAIM.c.consultant_id)
    .join(ACCOUNT, ACCOUNT.c.id == CLAIM.c.given_by, isouter=True)
    .where(CLAIM.c.club_id == sa.bindparam("club_id"), CLAIM.c.person_id == sa.bindparam("person_id"))
    .order_by(CLAIM.c.claimed_at.desc(), CLAIM.c.id.desc())
)
SHOWN = 50
JUST_NOW = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """Somebody held the lead: how he came to it, who gave it to him and why, until when, and why no longer."""

    name: str
    since: Instant
    until: date
    basis: Basis
    given_by: str | None
    why: str
    ended_at: Instant | None
    end_reason: EndReason | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """Whose lead it is, until when, what the reader may do about it, and whose it was before, the latest first.

    `is_new`: the reader has claimed it just now. `claim` None: it is free. `left` None: no day ends it. `act_by`: until then the holder has to be in touch.
    """

    claim: ClaimView | None
    is_mine: bool
    is_new: bool
    left: Left | None
    act_by: Instant | None
    may_claim: bool
    may_release: bool
    protection_days: int
    holdings: tuple[Holding, ...]


def whose(session: Session, actor: Actor, person_id: PersonID, at: Instant) -> Whose:
    """The section of a person's page, for its reader."""
    club = actor.club
    claim = queries.holder_at(session, club, person_id, at)
    today = local_day(at, club.zone)
    works = may(actor, Permission.LEAD_CLAIM)
    is_mine = claim is not None and claim.consultant_id == actor.consultant_id
    return Whose(
        claim=claim,
        is_mine=is_mine,
        is_new=is_mine and claim is not None and claim.claimed_at > at - JUST_NOW,
        left=left_of(claim.until, at=at, zone=club.zone) if claim is not None else None,
        act_by=queries.response_due(session, club, claim) if claim is not None else None,
        may_claim=works and actor.consultant_id is not None and claim is None,
        may_release=works
        and claim is not None
        and not isinstance(may_release(is_holder=is_mine, roles=actor.roles, holder=claim.name), Refusal),
        protection_days=policy_on(session, club, today).read("claims", ClaimPolicy).protection_days,
        holdings=tuple(holders_of(session, club.id, person_id)),
    )


def holders_of(session: Session, club_id: ClubID, person_id: PersonID) -> list[Holding]:
    """Everybody who holds or held a person's lead, the latest first."""
    asked = {"club_id": club_id, "person_id": person_id}
    return [_holding(row) for row in session.execute(HOLDERS.limit(SHOWN), asked)]


def _holding(row: Any) -> Holding:
    return Holding(
        name=row.name,
        since=row.claimed_at,
        until=row.until,
        basis=Basis(row.basis),
        given_by=row.given_by,
        why=row.why or "",
        ended_at=row.ended_at,
        end_reason=EndReason(row.end_reason) if row.end_reason else None,
    )
