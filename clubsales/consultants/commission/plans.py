"""Reads of plans themselves: what was published and when, what is being written, whom which one pays."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club, Role
from clubsales.auth.rules import may_be_public_id
from clubsales.clock import Instant, day_start, month_of, next_month
from clubsales.consultants.commission import documents
from clubsales.consultants.commission.choosing import ChosenPlan, Scope
from clubsales.consultants.commission.models import PlanDraftRow, PlanRow
from clubsales.consultants.commission.queries import Plans
from clubsales.consultants.commission.rules import Plan
from clubsales.consultants.profiles.tables import CONSULTANT
from clubsales.consultants.profiles.terms import PayTerm, pay_terms_on
from clubsales.db import UtcDateTime, table_of
from clubsales.errors import NotFound
from clubsales.ids import ClubID, ConsultantID
from clubsales.money import Currency

PLAN, DRAFT = table_of(PlanRow), table_of(PlanDraftRow)
SUPERVISOR = "supervisor"  # the kind of whoever leads a team and sells nothing
account = sa.table("account", sa.column("id", sa.BigInteger), sa.column("name", sa.String))
role_grant = sa.table(
    "role_grant",
    sa.column("account_id", sa.BigInteger),
    sa.column("role", sa.String),
    sa.column("club_id", sa.BigInteger),
    sa.column("granted_at", UtcDateTime),
    sa.column("ended_at", UtcDateTime),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanView:
    """A published plan. It never changes."""

    id: int
    public_id: str
    name: str
    scope: Scope
    valid_from: date
    sequence: int
    plan: Plan
    digest: str
    reason: str
    published_at: Instant
    published_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftView:
    """A plan that is being written. `version` counts its changes."""

    id: int
    public_id: str
    name: str
    scope: Scope
    valid_from: date
    plan: Plan
    created_at: Instant
    created_by: str | None
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """Somebody a plan may pay, as a month ends. `kind`: inside, outside or supervisor."""

    id: ConsultantID
    public_id: str
    code: str
    name: str
    kind: str
    leads: bool
    term: PayTerm
    on_probation: bool

    def chosen(self, plans: Plans) -> ChosenPlan:
        """The plan that pays him."""
        return plans.plan_for(self.kind, self.term.level, self.on_probation)


def published_plans(session: Session, club: Club) -> list[PlanView]:
    """Every plan ever published, the latest first."""
    rows = session.execute(
        sa.select(PLAN, account.c.name.label("author"))
        .join_from(PLAN, account, account.c.id == PLAN.c.published_by, isouter=True)
        .where(PLAN.c.club_id == club.id)
        .order_by(PLAN.c.valid_from.desc(), PLAN.c.sequence.desc())
    )
    return [_view(row, club.currency) for row in rows]


def published_plan(session: Session, club: Club, public_id: str) -> PlanView:
    """A published plan of the club; raises NotFound."""
    row = session.execute(
        sa.select(PLAN, account.c.name.label("author"))
        .join_from(PLAN, account, account.c.id == PLAN.c.published_by, isouter=True)
        .where(PLAN.c.club_id == club.id, PLAN.c.public_id == _looked_for(public_id))
    ).one_or_none()
    if row is None:
        raise NotFound
    return _view(row, club.currency)


def drafts(session: Session, club: Club) -> list[DraftView]:
    """What is being written, the latest first."""
    rows = session.execute(_drafts(club.id).order_by(DRAFT.c.created_at.desc(), DRAFT.c.id.desc()))
    return [_draft(row, club.currency) for row in rows]


def draft(session: Session, club: Club, public_id: str) -> DraftView:
    """A draft of the club; raises NotFound."""
    found = draft_or_none(session, club, public_id)
    if found is None:
        raise NotFound
    return found


def draft_or_none(session: Session, club: Club, public_id: str) -> DraftView | None:
    """A draft of the club, None where there is none any more; raises NotFound for what is no id."""
    row = session.execute(_drafts(club.id).where(DRAFT.c.public_id == _looked_for(public_id))).one_or_none()
    return _draft(row, club.currency) if row is not None else None


def people_paid(session: Session, club: Club, month: date) -> list[Paid]:
    """Everybody a plan may pay in a month, by code: who sells, and who leads a team; terms of the month's last day."""
    first, after = month_of(month), next_month(month)
    last_day = after - timedelta(days=1)
    terms = pay_terms_on(session, club.id, last_day)
    leading = _supervisors(session, club, month)
    rows = session.execute(
        sa.select(CONSULTANT)
        .where(
            CONSULTANT.c.club_id == club.id,
            CONSULTANT.c.active_from < after,
            sa.or_(CONSULTANT.c.active_until.is_(None), CONSULTANT.c.active_until >= first),
        )
        .order_by(CONSULTANT.c.code, CONSULTANT.c.name, CONSULTANT.c.id)
    )
    found = []
    for row in rows:
        leads = row.account_id in leading
        if row.kind is None and not leads:
            continue
        term = terms[ConsultantID(row.id)]
        found.append(
            Paid(
                id=ConsultantID(row.id),
                public_id=row.public_id,
                code=row.code,
                name=row.name,
                kind=row.kind or SUPERVISOR,
                leads=leads,
                term=term,
                on_probation=term.probation_until is not None and term.probation_until >= last_day,
            )
        )
    return found


def _supervisors(session: Session, club: Club, month: date) -> set[int]:
    """The accounts of whoever was a supervisor of the club as a month ended."""
    end = day_start(next_month(month), club.zone)
    return set(
        session.scalars(
            sa.select(role_grant.c.account_id).where(
                role_grant.c.role == Role.SUPERVISOR.value,
                sa.or_(role_grant.c.club_id == club.id, role_grant.c.club_id.is_(None)),
                role_grant.c.granted_at < end,
                sa.or_(role_grant.c.ended_at.is_(None), role_grant.c.ended_at >= end),
            )
        )
    )


def _looked_for(public_id: str) -> str:
    if not may_be_public_id(public_id):
        raise NotFound
    return public_id


def _drafts(club_id: ClubID) -> sa.Select[Any]:
    return (
        sa.select(DRAFT, account.c.name.label("author"))
        .join_from(DRAFT, account, account.c.id == DRAFT.c.created_by, isouter=True)
        .where(DRAFT.c.club_id == club_id)
    )


def _view(row: Any, currency: Currency) -> PlanView:
    return PlanView(
        id=row.id,
        public_id=row.public_id,
        name=row.name,
        scope=Scope(row.kind, row.level, row.probation),
        valid_from=row.valid_from,
        sequence=row.sequence,
        plan=documents.read(row.document, currency),
        digest=row.digest,
        reason=row.reason,
        published_at=row.published_at,
        published_by=row.author,
    )


def _draft(row: Any, currency: Currency) -> DraftView:
    return DraftView(
        id=row.id,
        public_id=row.public_id,
        name=row.name,
        scope=Scope(row.kind, row.level, row.probation),
        valid_from=row.valid_from,
        plan=documents.read(row.document, currency),
        created_at=row.created_at,
        created_by=row.author,
        version=row.version,
    )
