"""Reads of cases about people."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import policies
from clubsales.actor import Club, Role
from clubsales.auth.rules import may_be_public_id
from clubsales.auth.tables import ACCOUNT, GRANT
from clubsales.clock import Instant, day_start, next_month
from clubsales.consultants.profiles.models import ConsultantRow
from clubsales.consultants.reviews.models import ReviewRow
from clubsales.consultants.reviews.rules import Kind, PenaltyPolicy, Status
from clubsales.db import table_of
from clubsales.errors import NotFound, Reason
from clubsales.ids import AccountID, ClubID, ConsultantID
from clubsales.money import Currency, Money

REVIEW, CONSULTANT = table_of(ReviewRow), table_of(ConsultantRow)
decider, proposer = ACCOUNT.alias("decider"), ACCOUNT.alias("proposer")
LATEST = 200
# Where everybody stood in closed months; the ranking's own table.
STANDING = sa.table(
    "standing",
    sa.column("club_id", sa.BigInteger),
    sa.column("consultant_id", sa.BigInteger),
    sa.column("month", sa.Date),
    sa.column("credit_minor", sa.BigInteger),
    sa.column("target_minor", sa.BigInteger),
)
ALL = (
    sa.select(
        REVIEW,
        CONSULTANT.c.name,
        CONSULTANT.c.code,
        CONSULTANT.c.account_id,
        CONSULTANT.c.public_id.label("consultant_public_id"),
        decider.c.name.label("decider_name"),
        proposer.c.name.label("proposer_name"),
    )
    .join_from(REVIEW, CONSULTANT, CONSULTANT.c.id == REVIEW.c.consultant_id)
    .join(decider, decider.c.id == REVIEW.c.decided_by, isouter=True)
    .join(proposer, proposer.c.id == REVIEW.c.opened_by, isouter=True)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewView:
    """A case. `lowest` and `highest` are the range of a fine; `amount` is what was decided: a fine, or a new base."""

    id: int
    public_id: str
    consultant_id: ConsultantID
    consultant_public_id: str
    account_id: AccountID
    name: str
    code: str
    kind: Kind
    rule: str
    month: date | None
    reason: Reason
    facts: Mapping[str, Any]
    lowest: Money | None
    highest: Money | None
    status: Status
    decision: str
    amount: Money | None
    level: int | None
    valid_from: date | None
    words: str
    decision_words: str
    opened_at: Instant
    opened_by: AccountID | None
    proposer_name: str | None
    decided_at: Instant | None
    decided_by: AccountID | None
    decider_name: str | None
    acknowledged_at: Instant | None
    answer: str


@dataclass(frozen=True, slots=True)
class MonthCase:
    """A case that a closed month brought."""

    month: date
    consultant_id: ConsultantID
    kind: Kind


@dataclass(frozen=True, slots=True)
class PromotionCase:
    """A promotion case that a month brought. `service_spans`: how many full spans of years of service it counted."""

    rule: str
    month: date
    level: int
    service_spans: int


@dataclass(frozen=True, slots=True)
class About:
    """How many cases there are about somebody, and how many of them are settled and not read yet."""

    cases: int
    unread: int


@dataclass(frozen=True, slots=True)
class PastMonth:
    """What somebody sold in a closed month, and what was asked of him; minor units."""

    month: date
    credit: int
    target: int | None


def fines_of(session: Session, club: Club, month: date) -> dict[ConsultantID, int]:
    """Fines decided in a club-local month, in minor units, where the month's policy takes them off pay (AMB-36)."""
    if not policies.policy_on(session, club, month).read("penalties", PenaltyPolicy).payroll:
        return {}
    rows = session.execute(
        sa.select(REVIEW.c.consultant_id, sa.func.sum(REVIEW.c.amount_minor).label("minor"))
        .where(
            REVIEW.c.club_id == club.id,
            REVIEW.c.kind == Kind.FINE.value,
            REVIEW.c.status == Status.DECIDED.value,
            REVIEW.c.amount_minor > 0,
            REVIEW.c.decided_at >= day_start(month, club.zone),
            REVIEW.c.decided_at < day_start(next_month(month), club.zone),
        )
        .group_by(REVIEW.c.consultant_id)
    )
    return {ConsultantID(row.consultant_id): int(row.minor) for row in rows}


def cases_of_months(session: Session, club_id: ClubID) -> list[MonthCase]:
    """Every case a closed month brought, in the order in which it came up."""
    rows = session.execute(
        sa.select(REVIEW.c.month, REVIEW.c.consultant_id, REVIEW.c.kind)
        .where(REVIEW.c.club_id == club_id, REVIEW.c.month.is_not(None))
        .order_by(REVIEW.c.month, REVIEW.c.id)
    )
    return [MonthCase(row.month, ConsultantID(row.consultant_id), Kind(row.kind)) for row in rows]


def promotion_cases(session: Session, club_id: ClubID) -> dict[ConsultantID, list[PromotionCase]]:
    """The promotion cases that months have brought, by consultant."""
    rows = session.execute(
        sa.select(REVIEW.c.consultant_id, REVIEW.c.rule, REVIEW.c.month, REVIEW.c.facts).where(
            REVIEW.c.club_id == club_id,
            REVIEW.c.kind == Kind.PROMOTION.value,
            REVIEW.c.month.is_not(None),
        )
    )
    found: dict[ConsultantID, list[PromotionCase]] = {}
    for row in rows:
        case = PromotionCase(row.rule, row.month, row.facts["level"], row.facts.get("service_spans", 0))
        found.setdefault(ConsultantID(row.consultant_id), []).append(case)
    return found


def past_months(
    session: Session, club_id: ClubID, consultant_ids: Collection[ConsultantID], since: date, before: date
) -> dict[ConsultantID, list[PastMonth]]:
    """What some people sold in closed months, the earliest first."""
    rows = session.execute(
        sa.select(STANDING)
        .where(
            STANDING.c.club_id == club_id,
            STANDING.c.consultant_id.in_(consultant_ids),
            STANDING.c.month >= since,
            STANDING.c.month < before,
        )
        .order_by(STANDING.c.month)
    )
    found: dict[ConsultantID, list[PastMonth]] = {}
    for row in rows:
        past = PastMonth(row.month, row.credit_minor, row.target_minor)
        found.setdefault(ConsultantID(row.consultant_id), []).append(past)
    return found


def started_on(session: Session, club_id: ClubID) -> dict[ConsultantID, date]:
    """Everybody's first day, in the order of codes."""
    rows = session.execute(
        sa.select(CONSULTANT.c.id, CONSULTANT.c.code, CONSULTANT.c.name, CONSULTANT.c.active_from).where(
            CONSULTANT.c.club_id == club_id
        )
    )
    by_code = sorted(rows, key=lambda row: (row.code, row.name, row.id))
    return {ConsultantID(row.id): row.active_from for row in by_code}


def by_public_id(session: Session, club_id: ClubID, public_id: str) -> ReviewView:
    """A case of the club; raises NotFound."""
    if not may_be_public_id(public_id):
        raise NotFound
    row = session.execute(
        ALL.where(REVIEW.c.club_id == club_id, REVIEW.c.public_id == public_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return _view(row)


def roles_of(
    session: Session, club_id: ClubID, account_ids: Collection[AccountID]
) -> dict[AccountID, set[Role]]:
    """The roles that people hold in the club, or in all clubs."""
    rows = session.execute(
        sa.select(GRANT.c.account_id, GRANT.c.role).where(
            GRANT.c.account_id.in_(set(account_ids)),
            GRANT.c.ended_at.is_(None),
            sa.or_(GRANT.c.club_id == club_id, GRANT.c.club_id.is_(None)),
        )
    )
    found: dict[AccountID, set[Role]] = {}
    for row in rows:
        found.setdefault(AccountID(row.account_id), set()).add(Role(row.role))
    return found


def open_cases(session: Session, club_id: ClubID) -> list[ReviewView]:
    """What waits for a decision, the longest first."""
    return _views(
        session,
        ALL.where(REVIEW.c.club_id == club_id, REVIEW.c.status == Status.OPEN.value).order_by(
            REVIEW.c.opened_at, REVIEW.c.id
        ),
    )


def open_about(session: Session, club_id: ClubID, consultant_id: ConsultantID) -> list[ReviewView]:
    """What waits for a decision about somebody."""
    return [each for each in of_consultant(session, club_id, consultant_id) if each.status is Status.OPEN]


def closed_cases(session: Session, club_id: ClubID) -> list[ReviewView]:
    """The latest that were decided or dismissed, the latest first."""
    return _views(
        session,
        ALL.where(REVIEW.c.club_id == club_id, REVIEW.c.status != Status.OPEN.value)
        .order_by(REVIEW.c.decided_at.desc(), REVIEW.c.id.desc())
        .limit(LATEST),
    )


def about(session: Session, club_id: ClubID, consultant_id: ConsultantID) -> About:
    """How many cases there are about somebody, and what of them waits to be read."""
    unread = sa.case((sa.and_(REVIEW.c.status != Status.OPEN.value, REVIEW.c.acknowledged_at.is_(None)), 1))
    row = session.execute(
        sa.select(sa.func.count().label("cases"), sa.func.count(unread).label("unread")).where(
            REVIEW.c.club_id == club_id, REVIEW.c.consultant_id == consultant_id
        )
    ).one()
    return About(int(row.cases), int(row.unread))


def of_consultant(session: Session, club_id: ClubID, consultant_id: ConsultantID) -> list[ReviewView]:
    """Everything about somebody, the latest first."""
    return _views(
        session,
        ALL.where(REVIEW.c.club_id == club_id, REVIEW.c.consultant_id == consultant_id)
        .order_by(REVIEW.c.opened_at.desc(), REVIEW.c.id.desc())
        .limit(LATEST),
    )


def _views(session: Session, statement: sa.Select[Any]) -> list[ReviewView]:
    return [_view(row) for row in session.execute(statement)]


def _view(row: Any) -> ReviewView:
    currency = Currency(row.currency)

    def money(minor: int | None) -> Money | None:
        return Money(minor, currency) if minor is not None else None

    return ReviewView(
        id=row.id,
        public_id=row.public_id,
        consultant_id=ConsultantID(row.consultant_id),
        consultant_public_id=row.consultant_public_id,
        account_id=AccountID(row.account_id),
        name=row.name,
        code=row.code,
        kind=Kind(row.kind),
        rule=row.rule,
        month=row.month,
        reason=Reason.restored(row.reason),
        facts=row.facts,
        lowest=money(row.lowest_minor),
        highest=money(row.highest_minor),
        status=Status(row.status),
        decision=row.decision,
        amount=money(row.amount_minor),
        level=row.level,
        valid_from=row.valid_from,
        words=row.words,
        decision_words=row.decision_words,
        opened_at=row.opened_at,
        opened_by=AccountID(row.opened_by) if row.opened_by is not None else None,
        proposer_name=row.proposer_name,
        decided_at=row.decided_at,
        decided_by=AccountID(row.decided_by) if row.decided_by is not None else None,
        decider_name=row.decider_name,
        acknowledged_at=row.acknowledged_at,
        answer=row.answer,
    )
