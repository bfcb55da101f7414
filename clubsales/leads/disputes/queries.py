"""Reading cases: how one stands, what was said and decided in it, and what somebody needs to open one."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.auth.rules import may_be_public_id
from clubsales.auth.tables import ACCOUNT
from clubsales.clock import Instant
from clubsales.consultants.credits.rules import Share
from clubsales.consultants.profiles.tables import CONSULTANT
from clubsales.errors import NotFound, Reason
from clubsales.ids import AccountID, ClubID, ConsultantID, PolicyVersionID, SaleID
from clubsales.leads.disputes.rules import RUNNING, Case, Status, StepKind
from clubsales.leads.disputes.tables import DISPUTE, SALE, STEP

OPENER = CONSULTANT.alias("opener")
JUDGE = ACCOUNT.alias("judge")


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeLine:
    """A sale's case for other pages: the running one, else the latest."""

    public_id: str
    status: Status
    opener: str
    opened_at: Instant

    @property
    def is_running(self) -> bool:
        """Whether the sale's credit is held by it."""
        return self.status in RUNNING


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What stood when the case was opened: the shares, by which rule and why, and how the rules came to it."""

    shares: tuple[Share, ...]
    rule: str
    reason: Reason
    working: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    """Something said or decided; no account: time did it."""

    id: int
    public_id: str
    kind: StepKind
    at: Instant
    account_id: AccountID | None
    by: str
    consultant_id: ConsultantID | None
    shares: tuple[Share, ...] | None
    confirms: bool
    words: str
    conduct_of: ConsultantID | None
    conduct_note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeView:
    """A case as it stands, with what was said and decided so far, in order."""

    id: int
    public_id: str
    sale_id: SaleID
    sale_public_id: str
    status: Status
    opened_by: ConsultantID
    opener: str
    opened_at: Instant
    opened_day: date
    proposal: Proposal
    sides: str
    stands_at: Instant | None
    objected_at: Instant | None
    ruled_by: AccountID | None
    judge: str
    decided_at: Instant | None
    appeal_until: date | None
    appealed_at: Instant | None
    shares: tuple[Share, ...] | None  # as it was settled or ruled last
    policy_version_id: PolicyVersionID
    steps: tuple[StepView, ...]

    @property
    def case(self) -> Case:
        """What the rules decide by."""
        return Case(
            status=self.status,
            opened_by=self.opened_by,
            proposal=self.proposal.shares,
            decided=tuple(step.shares for step in self.steps if step.shares),
            stands_at=self.stands_at,
            objected=self.objected_at is not None,
            ruled_by=self.ruled_by,
            appeal_until=self.appeal_until,
            appealed=self.appealed_at is not None,
        )

    @property
    def ruled_shares(self) -> tuple[Share, ...] | None:
        """What was ruled, which an appeal may be against."""
        return next((step.shares for step in reversed(self.steps) if step.kind is StepKind.RULED), None)

    @property
    def parties(self) -> frozenset[ConsultantID]:
        """Who opened it, and everybody with a share before or after."""
        return self.case.parties


def of_sale(session: Session, club_id: ClubID, sale_id: SaleID) -> DisputeLine | None:
    """The case over a sale: the running one, else the latest."""
    return of_sales(session, club_id, [sale_id]).get(sale_id)


def of_sales(session: Session, club_id: ClubID, sale_ids: Collection[SaleID]) -> dict[SaleID, DisputeLine]:
    """The cases over several sales, by sale; one at a time runs, so the latest is the running one."""
    rows = session.execute(
        sa.select(
            DISPUTE.c.sale_id,
            DISPUTE.c.public_id,
            DISPUTE.c.status,
            DISPUTE.c.opened_at,
            OPENER.c.name.label("opener"),
        )
        .join(OPENER, OPENER.c.id == DISPUTE.c.opened_by)
        .where(DISPUTE.c.club_id == club_id, DISPUTE.c.sale_id.in_(sale_ids))
        .order_by(DISPUTE.c.id)
    )
    return {
        SaleID(row.sale_id): DisputeLine(
            public_id=row.public_id,
            status=Status(row.status),
            opener=row.opener,
            opened_at=row.opened_at,
        )
        for row in rows
    }


def by_public_id(session: Session, club_id: ClubID, public_id: str) -> DisputeView:
    """A case of the club; raises NotFound."""
    if not may_be_public_id(public_id):
        raise NotFound
    return _one(session, DISPUTE.c.club_id == club_id, DISPUTE.c.public_id == public_id)


def by_id(session: Session, club_id: ClubID, dispute_id: int) -> DisputeView:
    """A case of the club; raises NotFound."""
    return _one(session, DISPUTE.c.club_id == club_id, DISPUTE.c.id == dispute_id)


def steps_of(session: Session, dispute_id: int) -> tuple[StepView, ...]:
    """What was said and decided in a case, in order."""
    rows = session.execute(
        sa.select(STEP, ACCOUNT.c.name.label("by"))
        .outerjoin(ACCOUNT, ACCOUNT.c.id == STEP.c.account_id)
        .where(STEP.c.dispute_id == dispute_id)
        .order_by(STEP.c.id)
    )
    return tuple(
        StepView(
            id=row.id,
            public_id=row.public_id,
            kind=StepKind(row.kind),
            at=row.at,
            account_id=None if row.account_id is None else AccountID(row.account_id),
            by=row.by or "",
            consultant_id=None if row.consultant_id is None else ConsultantID(row.consultant_id),
            shares=None if row.shares is None else restored_shares(row.shares),
            confirms=row.confirms,
            words=row.words,
            conduct_of=None if row.conduct_of is None else ConsultantID(row.conduct_of),
            conduct_note=row.conduct_note,
        )
        for row in rows
    )


def due(session: Session, at: Instant, limit: int) -> list[tuple[ClubID, str]]:
    """Settlements that nobody objected to in time: club and public id, the longest waiting first."""
    rows = session.execute(
        sa.select(DISPUTE.c.club_id, DISPUTE.c.public_id)
        .where(DISPUTE.c.status == Status.SETTLED.value, DISPUTE.c.stands_at <= at)
        .order_by(DISPUTE.c.stands_at, DISPUTE.c.id)
        .limit(limit)
    )
    return [(ClubID(row.club_id), row.public_id) for row in rows]


def restored_shares(stored: Sequence[Sequence[Any]]) -> tuple[Share, ...]:
    """Shares as they are kept: [[consultant or null, basis points]]."""
    return tuple(Share(None if holder is None else ConsultantID(holder), points) for holder, points in stored)


def restored_proposal(stored: Mapping[str, Any]) -> Proposal:
    """A proposal as it is kept with its case."""
    return Proposal(
        shares=restored_shares(stored["shares"]),
        rule=stored["rule"],
        reason=Reason.restored(stored["reason"]),
        working=tuple(Reason.restored(step) for step in stored["working"]),
    )


def _one(session: Session, *conditions: sa.ColumnElement[bool]) -> DisputeView:
    row = session.execute(
        sa.select(
            DISPUTE,
            SALE.c.public_id.label("sale_public_id"),
            OPENER.c.name.label("opener"),
            JUDGE.c.name.label("judge"),
        )
        .join(SALE, SALE.c.id == DISPUTE.c.sale_id)
        .join(OPENER, OPENER.c.id == DISPUTE.c.opened_by)
        .outerjoin(JUDGE, JUDGE.c.id == DISPUTE.c.ruled_by)
        .where(*conditions)
    ).one_or_none()
    if row is None:
        raise NotFound
    return DisputeView(
        id=row.id,
        public_id=row.public_id,
        sale_id=SaleID(row.sale_id),
        sale_public_id=row.sale_public_id,
        status=Status(row.status),
        opened_by=ConsultantID(row.opened_by),
        opener=row.opener,
        opened_at=row.opened_at,
        opened_day=row.opened_day,
        proposal=restored_proposal(row.proposal),
        sides=row.sides,
        stands_at=row.stands_at,
        objected_at=row.objected_at,
        ruled_by=None if row.ruled_by is None else AccountID(row.ruled_by),
        judge=row.judge or "",
        decided_at=row.decided_at,
        appeal_until=row.appeal_until,
        appealed_at=row.appealed_at,
        shares=None if row.shares is None else restored_shares(row.shares),
        policy_version_id=PolicyVersionID(row.policy_version_id),
        steps=steps_of(session, row.id),
    )
