"""Who may give leads away or take them over, and what each holds."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.clock import Instant, local_day
from clubsales.consultants.profiles.tables import CONSULTANT
from clubsales.consultants.roster import queries as roster
from clubsales.db import table_of
from clubsales.ids import AccountID, ConsultantID, LeadID, PersonID
from clubsales.leads.claims.models import ClaimRow
from clubsales.leads.handovers.rules import HeldLead, Recipient
from clubsales.leads.intake.models import LeadRow

CLAIM, LEAD = table_of(ClaimRow), table_of(LeadRow)
RUNNING = CLAIM.c.ended_at.is_(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """Who may take leads over, or give them: how many he holds, and whether he is away on the day."""

    consultant_id: ConsultantID
    public_id: str
    account_id: AccountID
    name: str
    team: str
    open_claims: int
    works_here: bool
    sells: bool
    is_away: bool

    @property
    def recipient(self) -> Recipient:
        """As the dealing looks at him."""
        return Recipient(consultant_id=self.consultant_id, name=self.name, open_claims=self.open_claims)


def colleagues(session: Session, club: Club, day: date, *, at: Instant) -> list[Colleague]:
    """Everybody who sells in the club on a day or still holds leads, by team and name."""
    held = (
        sa.select(sa.func.count())
        .select_from(CLAIM)
        .where(
            CLAIM.c.consultant_id == CONSULTANT.c.id,
            RUNNING,
            CLAIM.c.until >= local_day(at, club.zone),
        )
        .scalar_subquery()
    )
    team = sa.table("team", sa.column("id"), sa.column("name"))
    rows = session.execute(
        sa.select(
            CONSULTANT.c.id,
            CONSULTANT.c.public_id,
            CONSULTANT.c.account_id,
            CONSULTANT.c.name,
            sa.func.coalesce(team.c.name, "").label("team"),
            held.label("open_claims"),
            _works_on(day).label("works_here"),
            CONSULTANT.c.kind.is_not(None).label("sells"),
        )
        .join_from(CONSULTANT, team, team.c.id == CONSULTANT.c.team_id, isouter=True)
        .where(CONSULTANT.c.club_id == club.id)
        .order_by(sa.text("team"), CONSULTANT.c.name, CONSULTANT.c.id)
    ).all()
    away = roster.days_off(session, club.id, day, day)
    return [
        Colleague(
            consultant_id=ConsultantID(row.id),
            public_id=row.public_id,
            account_id=AccountID(row.account_id),
            name=row.name,
            team=row.team,
            open_claims=row.open_claims,
            works_here=bool(row.works_here),
            sells=bool(row.sells),
            is_away=(ConsultantID(row.id), day) in away,
        )
        for row in rows
        if (row.works_here and row.sells) or row.open_claims
    ]


def works_on(session: Session, consultants: Collection[ConsultantID], day: date) -> set[ConsultantID]:
    """Which of these sell in their club on a day and after it."""
    found = session.scalars(
        sa.select(CONSULTANT.c.id).where(CONSULTANT.c.id.in_(consultants), _works_on(day))
    )
    return {ConsultantID(each) for each in found}


def recipients_of(session: Session, consultants: Sequence[ConsultantID], day: date) -> list[Recipient]:
    """These consultants, in this order, with what they hold on a day."""
    held = (
        sa.select(sa.func.count())
        .select_from(CLAIM)
        .where(CLAIM.c.consultant_id == CONSULTANT.c.id, RUNNING, CLAIM.c.until >= day)
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(CONSULTANT.c.id, CONSULTANT.c.name, held.label("open_claims")).where(
            CONSULTANT.c.id.in_(consultants)
        )
    )
    found = {
        row.id: Recipient(consultant_id=ConsultantID(row.id), name=row.name, open_claims=row.open_claims)
        for row in rows
    }
    return [found[each] for each in consultants]


def lock_consultants(session: Session, consultants: Collection[ConsultantID]) -> None:
    """Nobody else changes what these hold until the transaction ends; in one order, as claims lock one at a time."""
    session.execute(
        sa.select(CONSULTANT.c.id)
        .where(CONSULTANT.c.id.in_(consultants))
        .order_by(CONSULTANT.c.id)
        .with_for_update(key_share=True)
    ).all()


def held_leads(session: Session, club: Club, consultant_id: ConsultantID, at: Instant) -> list[HeldLead]:
    """What a consultant holds and could hand over, in the order of claiming."""
    rows = session.execute(
        sa.select(CLAIM.c.person_id, LEAD.c.id, LEAD.c.grade)
        .join_from(CLAIM, LEAD, (LEAD.c.club_id == CLAIM.c.club_id) & (LEAD.c.person_id == CLAIM.c.person_id))
        .where(
            CLAIM.c.club_id == club.id,
            CLAIM.c.consultant_id == consultant_id,
            RUNNING,
            CLAIM.c.until >= local_day(at, club.zone),
        )
        .order_by(CLAIM.c.claimed_at, CLAIM.c.id)
    )
    return [
        HeldLead(person_id=PersonID(row.person_id), lead_id=LeadID(row.id), grade=row.grade or "")
        for row in rows
    ]


def _works_on(day: date) -> sa.ColumnElement[bool]:
    """He sells, and not on his last day any more: his account has ended."""
    return sa.and_(
        CONSULTANT.c.kind.is_not(None),
        CONSULTANT.c.active_from <= day,
        sa.or_(CONSULTANT.c.active_until.is_(None), CONSULTANT.c.active_until > day),
    )
