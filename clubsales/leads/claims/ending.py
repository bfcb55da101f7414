"""Protections that end soon: their holders are warned once, and see which they are (`claims.warn_days`)."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit, clubs
from clubsales.actor import Club, system_actor
from clubsales.clock import Instant, local_day, local_time
from clubsales.ids import ClaimID, ClubID, ConsultantID, PersonID
from clubsales.leads.claims.events import ClaimEnding
from clubsales.leads.claims.queries import CLAIM, CONSULTANT, RUNNING
from clubsales.leads.claims.rules import ClaimPolicy, Left, left_of, warned_through
from clubsales.policies import policy_on

PERSON = sa.table("person", sa.column("id"), sa.column("name"))
LEAD = sa.table("lead", *(sa.column(name) for name in ("club_id", "person_id", "public_id")))
_ENDING = (
    sa.select(
        CLAIM.c.id, CLAIM.c.person_id, CLAIM.c.until, PERSON.c.name, LEAD.c.public_id.label("lead_public_id")
    )
    .join_from(CLAIM, PERSON, PERSON.c.id == CLAIM.c.person_id)
    .join(LEAD, (LEAD.c.club_id == CLAIM.c.club_id) & (LEAD.c.person_id == CLAIM.c.person_id))
    .order_by(CLAIM.c.until, CLAIM.c.id)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndingView:
    """A lead whose protection ends soon. `until` is the last protected day."""

    claim_id: ClaimID
    person_id: PersonID
    lead_public_id: str
    name: str
    until: date
    left: Left


@dataclass(frozen=True, slots=True, kw_only=True)
class EndingPage:
    """The first of a consultant's protections to end, and how many end soon in all."""

    claims: tuple[EndingView, ...]
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned:
    """How many protections somebody was warned of just now."""

    club_id: ClubID
    consultant_id: ConsultantID
    count: int


def ending_of(
    session: Session, club: Club, consultant_id: ConsultantID, at: Instant, *, limit: int
) -> EndingPage:
    """A consultant's protections that end soon by the policy of the day, the first to end first."""
    today = local_day(at, club.zone)
    through = warned_through(today, policy_on(session, club, today).read("claims", ClaimPolicy))
    if through is None:
        return EndingPage(claims=(), count=0)
    soon = (
        CLAIM.c.club_id == club.id,
        CLAIM.c.consultant_id == consultant_id,
        RUNNING,
        CLAIM.c.until.between(today, through),
    )
    rows = session.execute(_ENDING.where(*soon).limit(limit)).all()
    found = []
    for row in rows:
        left = left_of(row.until, at=at, zone=club.zone)
        assert left is not None  # a day within reach
        found.append(
            EndingView(
                claim_id=ClaimID(row.id),
                person_id=PersonID(row.person_id),
                lead_public_id=row.lead_public_id,
                name=row.name,
                until=row.until,
                left=left,
            )
        )
    count = len(rows)
    if count == limit:
        count = session.execute(sa.select(sa.func.count()).select_from(CLAIM).where(*soon)).scalar_one()
    return EndingPage(claims=tuple(found), count=count)


def warn_due(session: Session, at: Instant) -> list[Warned]:
    """Warn every holder, of all clubs, once per protection that ends soon; during opening hours, when he can act.

    Returns who was warned of how many; a second run warns nobody.
    """
    warned = []
    for club in clubs.all_clubs(session):
        if club.is_business_time(local_time(at, club.zone)):
            warned += _warn(session, club, at)
    return warned


def _warn(session: Session, club: Club, at: Instant) -> list[Warned]:
    today = local_day(at, club.zone)
    through = warned_through(today, policy_on(session, club, today).read("claims", ClaimPolicy))
    if through is None:
        return []
    due = (
        sa.select(CLAIM.c.id)
        .join_from(CLAIM, CONSULTANT, CONSULTANT.c.id == CLAIM.c.consultant_id)
        .where(
            CLAIM.c.club_id == club.id,
            RUNNING,
            CLAIM.c.warned_at.is_(None),
            CLAIM.c.until.between(today, through),
        )
        .with_for_update(of=CLAIM, skip_locked=True)
    )
    rows = session.execute(
        sa.update(CLAIM)
        .where(CLAIM.c.id.in_(due))
        .values(warned_at=at)
        .returning(CLAIM.c.id, CLAIM.c.consultant_id, CLAIM.c.until)
    ).all()
    counts: dict[int, int] = {}
    for row in sorted(rows):
        event = ClaimEnding(row.id, row.consultant_id, row.until)
        audit.record(session, event, actor=system_actor(club), at=at)
        counts[row.consultant_id] = counts.get(row.consultant_id, 0) + 1
    return [
        Warned(club_id=club.id, consultant_id=ConsultantID(consultant_id), count=count)
        for consultant_id, count in counts.items()
    ]
