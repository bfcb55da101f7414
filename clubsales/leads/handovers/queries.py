"""Reads of hand-overs: what is planned, what was dealt, and what became of it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.auth.rules import may_be_public_id
from clubsales.auth.tables import ACCOUNT
from clubsales.clock import Instant, local_day
from clubsales.consultants.profiles.tables import CONSULTANT
from clubsales.db import for_update, table_of
from clubsales.errors import NotFound
from clubsales.ids import ClaimID, ClubID, ConsultantID, HandOverID, LeadID, PersonID
from clubsales.leads.claims.models import ClaimRow
from clubsales.leads.handovers.models import HandedLeadRow, HandOverRow
from clubsales.leads.handovers.rules import Kept, State
from clubsales.leads.intake.models import LeadRow
from clubsales.leads.people.models import PersonRow

HAND_OVER, HANDED = table_of(HandOverRow), table_of(HandedLeadRow)
CLAIM, LEAD, PERSON = table_of(ClaimRow), table_of(LeadRow), table_of(PersonRow)
giver, maker, undoer = CONSULTANT.alias("giver"), ACCOUNT.alias("maker"), ACCOUNT.alias("undoer")
LATEST = 50
_ALL = (
    sa.select(
        HAND_OVER,
        giver.c.name,
        giver.c.public_id.label("consultant_public_id"),
        maker.c.name.label("made_by_name"),
        undoer.c.name.label("undone_by_name"),
        sa.select(sa.func.count())
        .select_from(HANDED)
        .where(HANDED.c.hand_over_id == HAND_OVER.c.id)
        .scalar_subquery()
        .label("count"),
    )
    .join_from(HAND_OVER, giver, giver.c.id == HAND_OVER.c.from_consultant_id)
    .join(maker, maker.c.id == HAND_OVER.c.made_by, isouter=True)
    .join(undoer, undoer.c.id == HAND_OVER.c.undone_by, isouter=True)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverView:
    """A hand-over. `ends_on` is the day the leads come back; `count` how many were dealt."""

    id: HandOverID
    public_id: str
    from_consultant_id: ConsultantID
    consultant_public_id: str
    name: str
    to_consultants: tuple[ConsultantID, ...]
    starts_on: date
    ends_on: date | None
    reason: str
    made_at: Instant
    made_by: int | None
    made_by_name: str | None
    dealt_at: Instant | None
    undone_at: Instant | None
    undone_by_name: str | None
    count: int

    @property
    def state(self) -> State:
        """How it stands."""
        if self.undone_at is not None:
            if self.dealt_at is None:
                return State.CANCELLED
            return State.UNDONE if self.undone_by_name is not None else State.RETURNED
        return State.PLANNED if self.dealt_at is None else State.DEALT


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedView:
    """A lead that was dealt: who has it by that, whether it went back, and why not."""

    id: int
    person_id: PersonID
    lead_id: LeadID
    lead_public_id: str
    name: str
    is_anonymous: bool
    grade: str
    consultant_id: ConsultantID
    consultant: str
    claim_id: ClaimID
    went_back: bool
    kept_because: Kept | None
    converted_at: Instant | None


def latest(session: Session, club_id: ClubID) -> list[HandOverView]:
    """The club's hand-overs, the latest first."""
    statement = _ALL.where(HAND_OVER.c.club_id == club_id).order_by(HAND_OVER.c.id.desc()).limit(LATEST)
    return [_view(row) for row in session.execute(statement)]


def by_public_id(session: Session, club_id: ClubID, public_id: str, *, lock: bool = False) -> HandOverView:
    """A hand-over of the club by what stands in an address; raises NotFound."""
    if not may_be_public_id(public_id):
        raise NotFound
    wanted = (HAND_OVER.c.club_id == club_id, HAND_OVER.c.public_id == public_id)
    if lock:
        session.execute(for_update(sa.select(HAND_OVER.c.id).where(*wanted))).all()
    row = session.execute(_ALL.where(*wanted)).one_or_none()
    if row is None:
        raise NotFound
    return _view(row)


def planned_from(session: Session, club_id: ClubID, consultant_id: ConsultantID) -> date | None:
    """The day of a hand-over of a consultant's leads that has not been dealt yet."""
    first: date | None = session.scalars(
        sa.select(sa.func.min(HAND_OVER.c.starts_on)).where(
            HAND_OVER.c.club_id == club_id,
            HAND_OVER.c.from_consultant_id == consultant_id,
            HAND_OVER.c.dealt_at.is_(None),
            HAND_OVER.c.undone_at.is_(None),
        )
    ).one()
    return first


def due(session: Session, club: Club, at: Instant) -> list[str]:
    """The hand-overs of a club whose day, or whose day of coming back, has begun: their public ids."""
    today = local_day(at, club.zone)
    begins = HAND_OVER.c.dealt_at.is_(None) & (HAND_OVER.c.starts_on <= today)
    comes_back = HAND_OVER.c.dealt_at.is_not(None) & (HAND_OVER.c.ends_on <= today)
    return list(
        session.scalars(
            sa.select(HAND_OVER.c.public_id)
            .where(HAND_OVER.c.club_id == club.id, HAND_OVER.c.undone_at.is_(None), begins | comes_back)
            .order_by(HAND_OVER.c.id)
        )
    )


def handed(session: Session, club_id: ClubID, hand_over_id: HandOverID) -> list[HandedView]:
    """The leads of a hand-over, by who received them; of persons that became one, the lead that is still held."""
    now = sa.func.coalesce(PERSON.c.merged_into_id, PERSON.c.id)
    rows = session.execute(
        sa.select(
            HANDED.c.id,
            now.label("person_id"),
            CLAIM.c.ended_at.label("claim_ended_at"),
            LEAD.c.id.label("lead_id"),
            LEAD.c.public_id,
            LEAD.c.grade,
            LEAD.c.converted_at,
            PERSON.c.name,
            PERSON.c.anonymised_at,
            HANDED.c.consultant_id,
            CONSULTANT.c.name.label("consultant"),
            HANDED.c.claim_id,
            HANDED.c.returned_claim_id,
            HANDED.c.kept_because,
        )
        .join_from(HANDED, CONSULTANT, CONSULTANT.c.id == HANDED.c.consultant_id)
        .join(PERSON, PERSON.c.id == HANDED.c.person_id)
        .join(CLAIM, CLAIM.c.id == HANDED.c.claim_id)
        .join(LEAD, (LEAD.c.person_id == now) & (LEAD.c.club_id == club_id))
        .where(HANDED.c.hand_over_id == hand_over_id)
        .order_by(CONSULTANT.c.name, HANDED.c.consultant_id, HANDED.c.id)
    ).all()
    stands: dict[int, Any] = {}
    for row in sorted(rows, key=_still_in_hand, reverse=True):
        stands.setdefault(row.person_id, row)
    return [
        HandedView(
            id=row.id,
            person_id=PersonID(row.person_id),
            lead_id=LeadID(row.lead_id),
            lead_public_id=row.public_id,
            name=row.name,
            is_anonymous=row.anonymised_at is not None,
            grade=row.grade or "",
            consultant_id=ConsultantID(row.consultant_id),
            consultant=row.consultant,
            claim_id=ClaimID(row.claim_id),
            went_back=row.returned_claim_id is not None,
            kept_because=Kept(row.kept_because) if row.kept_because else None,
            converted_at=row.converted_at,
        )
        for row in rows
        if stands[row.person_id] is row
    ]


def _still_in_hand(row: Any) -> bool:
    """Whether this is the claim that runs, or the one that ran when the lead went back."""
    return row.claim_ended_at is None or row.returned_claim_id is not None


def _view(row: Any) -> HandOverView:
    return HandOverView(
        id=HandOverID(row.id),
        public_id=row.public_id,
        from_consultant_id=ConsultantID(row.from_consultant_id),
        consultant_public_id=row.consultant_public_id,
        name=row.name,
        to_consultants=tuple(ConsultantID(each) for each in row.to_consultants),
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        reason=row.reason,
        made_at=row.made_at,
        made_by=row.made_by,
        made_by_name=row.made_by_name,
        dealt_at=row.dealt_at,
        undone_at=row.undone_at,
        undone_by_name=row.undone_by_name,
        count=row.count,
    )
