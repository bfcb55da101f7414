"""Reads of leave."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Role
from clubsales.auth.rules import may_be_public_id
from clubsales.auth.tables import ACCOUNT
from clubsales.clock import Instant
from clubsales.consultants.leave.models import AuthorityAwayRow, LeaveRow
from clubsales.consultants.leave.rules import LIVE, Kind, Span, Status, as_days, monday_of
from clubsales.consultants.profiles.models import ConsultantRow
from clubsales.consultants.roster.tables import ENTRY
from clubsales.db import table_of
from clubsales.errors import NotFound
from clubsales.ids import AccountID, ClubID, ConsultantID, LeaveID

LEAVE, CONSULTANT, AWAY = table_of(LeaveRow), table_of(ConsultantRow), table_of(AuthorityAwayRow)
decider = ACCOUNT.alias("decider")
FREED = "leave"  # why a planned shift was withdrawn
LATEST = 100
ALL = (
    sa.select(
        LEAVE.c.id,
        LEAVE.c.public_id,
        LEAVE.c.club_id,
        LEAVE.c.consultant_id,
        CONSULTANT.c.account_id,
        CONSULTANT.c.name,
        LEAVE.c.kind,
        LEAVE.c.first_day,
        LEAVE.c.last_day,
        LEAVE.c.from_noon,
        LEAVE.c.until_noon,
        LEAVE.c.half_days,
        LEAVE.c.reason,
        LEAVE.c.status,
        LEAVE.c.filed_at,
        LEAVE.c.decided_at,
        LEAVE.c.decided_by,
        LEAVE.c.decided_as,
        LEAVE.c.decision_note,
        decider.c.name.label("decider_name"),
    )
    .join_from(LEAVE, CONSULTANT, CONSULTANT.c.id == LEAVE.c.consultant_id)
    .join(decider, decider.c.id == LEAVE.c.decided_by, isouter=True)
)
ON_LEAVE = ALL.where(
    LEAVE.c.consultant_id == sa.bindparam("consultant_id"),
    LEAVE.c.status == Status.APPROVED.value,
    LEAVE.c.first_day <= sa.bindparam("day"),
    LEAVE.c.last_day >= sa.bindparam("day"),
)
BY_PUBLIC_ID = ALL.where(
    LEAVE.c.club_id == sa.bindparam("club_id"), LEAVE.c.public_id == sa.bindparam("wanted")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveView:
    """A leave form. `half_days` is what it costs in working days, times two."""

    id: LeaveID
    public_id: str
    consultant_id: ConsultantID
    account_id: AccountID
    name: str
    kind: Kind
    first_day: date
    last_day: date
    from_noon: bool
    until_noon: bool
    half_days: int
    reason: str
    status: Status
    filed_at: Instant
    decided_at: Instant | None
    decided_by: AccountID | None
    decided_as: Role | None
    decision_note: str
    decider_name: str | None

    @property
    def span(self) -> Span:
        """Its days."""
        return Span(
            first_day=self.first_day,
            last_day=self.last_day,
            from_noon=self.from_noon,
            until_noon=self.until_noon,
        )

    @property
    def days(self) -> str:
        """The working days it costs, as people write them."""
        return as_days(self.half_days)

    def covers(self, day: date, local: time) -> bool:
        """Whether this leave takes a club-local time; half days begin or end at noon."""
        return self.span.covers(day, local)


@dataclass(frozen=True, slots=True, kw_only=True)
class AwayView:
    """Days on which somebody with authority is away, both included."""

    id: int
    public_id: str
    role: Role
    first_day: date
    last_day: date
    marked_by: str | None


def on_leave(session: Session, *, consultant_id: ConsultantID, day: date) -> LeaveView | None:
    """The approved leave that a local day is in; its first or last day may be a half one."""
    row = session.execute(ON_LEAVE, {"consultant_id": consultant_id, "day": day}).one_or_none()
    return _view(row) if row is not None else None


def leaves_between(session: Session, club_id: ClubID, first: date, last: date) -> list[LeaveView]:
    """Approved leave in a club that touches these local days, by first day and name."""
    statement = ALL.where(
        LEAVE.c.club_id == club_id,
        LEAVE.c.status == Status.APPROVED.value,
        LEAVE.c.first_day <= last,
        LEAVE.c.last_day >= first,
    ).order_by(LEAVE.c.first_day, CONSULTANT.c.name, LEAVE.c.id)
    return [_view(row) for row in session.execute(statement)]


def by_public_id(session: Session, club_id: ClubID, public_id: str) -> LeaveView:
    """A form of the club; raises NotFound."""
    if not may_be_public_id(public_id):
        raise NotFound
    row = session.execute(BY_PUBLIC_ID, {"club_id": club_id, "wanted": public_id}).one_or_none()
    if row is None:
        raise NotFound
    return _view(row)


def of_consultant(session: Session, consultant_id: ConsultantID) -> list[LeaveView]:
    """Somebody's last hundred forms, the latest days first."""
    statement = (
        ALL.where(LEAVE.c.consultant_id == consultant_id)
        .order_by(LEAVE.c.first_day.desc(), LEAVE.c.id.desc())
        .limit(LATEST)
    )
    return [_view(row) for row in session.execute(statement)]


def live_within(session: Session, consultant_id: ConsultantID, span: Span) -> LeaveView | None:
    """A live request of his that shares a day with these, the earliest."""
    statement = (
        ALL.where(
            LEAVE.c.consultant_id == consultant_id,
            LEAVE.c.status.in_(sorted(status.value for status in LIVE)),
            LEAVE.c.first_day <= span.last_day,
            LEAVE.c.last_day >= span.first_day,
        )
        .order_by(LEAVE.c.first_day)
        .limit(1)
    )
    row = session.execute(statement).one_or_none()
    return _view(row) if row is not None else None


def waiting(session: Session, club_id: ClubID) -> list[LeaveView]:
    """What nobody has decided yet, the earliest first day first."""
    statement = ALL.where(LEAVE.c.club_id == club_id, LEAVE.c.status == Status.FILED.value).order_by(
        LEAVE.c.first_day, LEAVE.c.filed_at, LEAVE.c.id
    )
    return [_view(row) for row in session.execute(statement)]


def decided(session: Session, club_id: ClubID) -> list[LeaveView]:
    """The last hundred that were decided, the latest decision first."""
    statement = (
        ALL.where(LEAVE.c.club_id == club_id, LEAVE.c.decided_at.is_not(None))
        .order_by(LEAVE.c.decided_at.desc(), LEAVE.c.id.desc())
        .limit(LATEST)
    )
    return [_view(row) for row in session.execute(statement)]


def planned_days(session: Session, consultant_id: ConsultantID, span: Span) -> set[date]:
    """The days planned for somebody in the whole weeks of a span; a shift freed by leave was planned too."""
    rows: Sequence[date] = session.scalars(
        sa.select(ENTRY.c.local_day)
        .where(
            ENTRY.c.consultant_id == consultant_id,
            ENTRY.c.local_day.between(
                monday_of(span.first_day), monday_of(span.last_day) + timedelta(days=6)
            ),
            sa.or_(ENTRY.c.withdrawn_at.is_(None), ENTRY.c.withdrawn_why == FREED),
        )
        .distinct()
    ).all()
    return set(rows)


def away_on(session: Session, club_id: ClubID, role: Role, day: date) -> AwayView | None:
    """Whether whoever has a role is marked absent on a local day, and by whom."""
    return next(iter(_away(session, club_id, role, AWAY.c.first_day <= day, AWAY.c.last_day >= day)), None)


def away_from(session: Session, club_id: ClubID, role: Role, day: date) -> list[AwayView]:
    """The absences of a role that are not over on a day, the earliest first."""
    return _away(session, club_id, role, AWAY.c.last_day >= day)


def _away(session: Session, club_id: ClubID, role: Role, *within: sa.ColumnElement[bool]) -> list[AwayView]:
    rows = session.execute(
        sa.select(AWAY, ACCOUNT.c.name.label("marked_by_name"))
        .join_from(AWAY, ACCOUNT, ACCOUNT.c.id == AWAY.c.marked_by, isouter=True)
        .where(AWAY.c.club_id == club_id, AWAY.c.role == role.value, AWAY.c.ended_at.is_(None), *within)
        .order_by(AWAY.c.first_day, AWAY.c.id)
    )
    return [
        AwayView(
            id=row.id,
            public_id=row.public_id,
            role=role,
            first_day=row.first_day,
            last_day=row.last_day,
            marked_by=row.marked_by_name,
        )
        for row in rows
    ]


def _view(row: Any) -> LeaveView:
    return LeaveView(
        id=LeaveID(row.id),
        public_id=row.public_id,
        consultant_id=ConsultantID(row.consultant_id),
        account_id=AccountID(row.account_id),
        name=row.name,
        kind=Kind(row.kind),
        first_day=row.first_day,
        last_day=row.last_day,
        from_noon=row.from_noon,
        until_noon=row.until_noon,
        half_days=row.half_days,
        reason=row.reason,
        status=Status(row.status),
        filed_at=row.filed_at,
        decided_at=row.decided_at,
        decided_by=AccountID(row.decided_by) if row.decided_by is not None else None,
        decided_as=Role(row.decided_as) if row.decided_as else None,
        decision_note=row.decision_note,
        decider_name=row.decider_name,
    )
