"""The floor as it stands, and the ledger of turns.

Shifts, consultants and receptions are named here as tables, not imported: their models stay private, and the queue is
still one SELECT.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.clock import Instant, day_span
from clubsales.consultants.profiles.tables import CONSULTANT
from clubsales.consultants.shifts.rules import Status
from clubsales.consultants.shifts.tables import SHIFT
from clubsales.errors import Reason
from clubsales.frontdesk.rotation.rules import OVERDUE, Basis, RotationPolicy, Seat, Skip, Turn, seats_after
from clubsales.frontdesk.rotation.tables import ASSIGNMENT, FOLLOW_UP, QUEUE, RECEPTION, SEAT
from clubsales.ids import AccountID, AssignmentID, ClubID, ConsultantID, PolicyVersionID, ReceptionID
from clubsales.prepared import Prepared

RECEIVING = (
    sa.select(RECEPTION.c.consultant_id)
    .where(
        RECEPTION.c.club_id == sa.bindparam("club"),
        RECEPTION.c.status != sa.literal_column("'ended'"),
        RECEPTION.c.status == sa.literal_column("'open'"),
    )
    .distinct()
    .subquery()
)
SOMEBODY_WAITS = sa.exists().where(
    RECEPTION.c.club_id == sa.bindparam("club"),
    RECEPTION.c.status != sa.literal_column("'ended'"),
    RECEPTION.c.status == sa.literal_column("'waiting'"),
)
# Built once: every arrival and every board asks it.
FLOOR = (
    sa.select(
        CONSULTANT.c.id,
        CONSULTANT.c.public_id,
        CONSULTANT.c.name,
        CONSULTANT.c.kind,
        SHIFT.c.status,
        SEAT.c.place,
        RECEIVING.c.consultant_id.is_not(None).label("busy"),
        SOMEBODY_WAITS.label("somebody_waits"),
    )
    .select_from(SHIFT)
    .join(CONSULTANT, CONSULTANT.c.id == SHIFT.c.consultant_id)
    .outerjoin(
        SEAT, sa.and_(SEAT.c.club_id == SHIFT.c.club_id, SEAT.c.consultant_id == SHIFT.c.consultant_id)
    )
    .outerjoin(RECEIVING, RECEIVING.c.consultant_id == SHIFT.c.consultant_id)
    .where(SHIFT.c.club_id == sa.bindparam("club"), SHIFT.c.closed_at.is_(None))
    .order_by(SEAT.c.place.nulls_last(), SHIFT.c.opened_at, CONSULTANT.c.id)
)
# The same with everybody's overdue follow-ups, for clubs that look at them.
FLOOR_WITH_OVERDUE = FLOOR.add_columns(
    sa.select(sa.func.count())
    .where(
        FOLLOW_UP.c.club_id == sa.bindparam("club"),
        FOLLOW_UP.c.consultant_id == SHIFT.c.consultant_id,
        FOLLOW_UP.c.due_on < sa.bindparam("day", type_=sa.Date),
        FOLLOW_UP.c.ended_at.is_(None),
    )
    .correlate(SHIFT)
    .scalar_subquery()
    .label("overdue")
)
PREPARED, PREPARED_WITH_OVERDUE = Prepared(FLOOR), Prepared(FLOOR_WITH_OVERDUE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """Everybody with an open shift: the queue in order, those beside it (other kinds), and who has which place.

    `somebody_waits`: a guest is on the waiting list. With nobody on shift it is not asked.
    """

    queue: tuple[Seat, ...]
    beside: tuple[Seat, ...]
    places: Mapping[ConsultantID, int]
    somebody_waits: bool
    public_ids: Mapping[ConsultantID, str]

    @property
    def on_shift(self) -> dict[ConsultantID, Seat]:
        return {seat.consultant_id: seat for seat in (*self.queue, *self.beside)}

    @property
    def somebody_free(self) -> bool:
        return bool(self.free)

    @property
    def free(self) -> frozenset[ConsultantID]:
        """Whoever is on post without a guest."""
        return frozenset(seat.consultant_id for seat in (*self.queue, *self.beside) if seat.is_free)

    def after(self, turn: Turn) -> "Floor":
        """The floor once the turn is taken."""
        beside = tuple(
            replace(seat, busy=True) if seat.consultant_id == turn.consultant_id else seat
            for seat in self.beside
        )
        return replace(self, queue=seats_after(self.queue, turn), beside=beside)


@dataclass(frozen=True, slots=True)
class Move:
    """Somebody went from one place in the queue to another."""

    consultant_id: ConsultantID
    from_place: int
    to_place: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentView:
    """One line of the ledger of turns. `moved` is who went to the tail by it, with the places before and after."""

    id: AssignmentID
    reception_id: ReceptionID
    at: Instant
    consultant_id: ConsultantID | None
    basis: Basis
    rule: str
    skipped: tuple[Skip, ...]
    queue_before: tuple[ConsultantID, ...]
    queue_after: tuple[ConsultantID, ...]
    reason: Reason
    noted: tuple[Reason, ...]
    policy_version_id: PolicyVersionID
    decided_by: AccountID | None
    moved: tuple[Move, ...]

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """The reason, what was noted, then each skip: the whole working."""
        return (self.reason, *self.noted, *(skip.explained() for skip in self.skipped))


def floor(session: Session, club: Club, policy: RotationPolicy, day: date | None = None) -> Floor:
    """The queue in order with who is free, in one SELECT.

    On a club-local day it says too who is barred for overdue follow-ups; without one nobody is.
    """
    limit = policy.overdue_follow_ups_limit if day is not None else 0
    statement = PREPARED_WITH_OVERDUE if limit else PREPARED
    rows = statement.all(session, {"club": club.id, **({"day": day} if limit else {})})
    queue: list[Seat] = []
    beside: list[Seat] = []
    for row in rows:
        seat = Seat(
            consultant_id=ConsultantID(row.id),
            name=row.name,
            status=Status(row.status),
            busy=bool(row.busy),
            barred=OVERDUE if limit and row.overdue >= limit else "",
        )
        (queue if row.kind in policy.kinds else beside).append(seat)
    return Floor(
        queue=tuple(queue),
        beside=tuple(beside),
        places={ConsultantID(row.id): row.place for row in rows if row.place is not None},
        somebody_waits=any(row.somebody_waits for row in rows),
        public_ids={ConsultantID(row.id): row.public_id for row in rows},
    )


def seats(session: Session, club: Club, policy: RotationPolicy) -> tuple[Seat, ...]:
    """The queue in order."""
    return floor(session, club, policy).queue


def board_version(session: Session, club_id: ClubID) -> int:
    """Moves with every change the board shows; 0 before the first."""
    return (
        session.execute(sa.select(QUEUE.c.version).where(QUEUE.c.club_id == club_id)).scalar_one_or_none()
        or 0
    )


def all_assignments(session: Session, club_id: ClubID) -> list[AssignmentView]:
    """Every decision of the club, oldest first."""
    return _views(session, ASSIGNMENT.c.club_id == club_id)


def assignments_on(session: Session, club: Club, day: date) -> list[AssignmentView]:
    """The decisions of a club-local day, oldest first."""
    start, end = day_span(day, club.zone)
    return _views(session, ASSIGNMENT.c.club_id == club.id, ASSIGNMENT.c.at >= start, ASSIGNMENT.c.at < end)


def latest_of(session: Session, receptions: Iterable[ReceptionID]) -> dict[ReceptionID, AssignmentView]:
    """The last decision about each reception."""
    wanted = list(receptions)
    if not wanted:
        return {}
    return {view.reception_id: view for view in _views(session, ASSIGNMENT.c.reception_id.in_(wanted))}


def decisions_of(session: Session, club_id: ClubID, reception_id: ReceptionID) -> list[AssignmentView]:
    """Every decision about one guest, oldest first: how it came to be."""
    return _views(session, ASSIGNMENT.c.club_id == club_id, ASSIGNMENT.c.reception_id == reception_id)


def latest_turn_of(session: Session, club_id: ClubID, reception_id: ReceptionID) -> AssignmentView | None:
    """The last decision that gave a guest to somebody; None once its turn was given back."""
    decisions = [
        view for view in decisions_of(session, club_id, reception_id) if view.basis is not Basis.WAITING
    ]
    return decisions[-1] if decisions and decisions[-1].basis is not Basis.RETURNED else None


def turns_on(session: Session, club: Club, day: date) -> dict[ConsultantID, int]:
    """How many guests cost each consultant his turn on a club-local day, less the turns given back."""
    start, end = day_span(day, club.zone)
    as_turn = ASSIGNMENT.c.moved.is_not(sa.null())
    counted = sa.func.sum(sa.case((ASSIGNMENT.c.basis == Basis.RETURNED.value, -1), else_=1))
    rows = session.execute(
        sa.select(ASSIGNMENT.c.consultant_id, counted)
        .where(ASSIGNMENT.c.club_id == club.id, ASSIGNMENT.c.at >= start, ASSIGNMENT.c.at < end, as_turn)
        .group_by(ASSIGNMENT.c.consultant_id)
    ).all()
    return {
        ConsultantID(consultant_id): count for consultant_id, count in rows if consultant_id and count > 0
    }


def _views(session: Session, *conditions: sa.ColumnElement[bool]) -> list[AssignmentView]:
    # Written under the queue's lock, the rows' keys follow the decisions; two servers' clocks may not.
    rows = session.execute(sa.select(ASSIGNMENT).where(*conditions).order_by(ASSIGNMENT.c.id)).all()
    return [_view(row) for row in rows]


def _view(row: Any) -> AssignmentView:
    return AssignmentView(
        id=AssignmentID(row.id),
        reception_id=ReceptionID(row.reception_id),
        at=row.at,
        consultant_id=ConsultantID(row.consultant_id) if row.consultant_id is not None else None,
        basis=Basis(row.basis),
        rule=row.rule,
        skipped=tuple(
            Skip(
                consultant_id=ConsultantID(skip["consultant"]),
                name=skip["name"],
                reason=skip["reason"],
                forfeits=skip["forfeits"],
            )
            for skip in row.skipped
        ),
        queue_before=tuple(ConsultantID(key) for key in row.queue_before),
        queue_after=tuple(ConsultantID(key) for key in row.queue_after),
        reason=Reason.restored(row.reason),
        noted=tuple(Reason.restored(one) for one in row.reason.get("noted", ())),
        policy_version_id=PolicyVersionID(row.policy_version_id),
        decided_by=AccountID(row.decided_by) if row.decided_by is not None else None,
        moved=tuple(
            Move(ConsultantID(move["consultant"]), move["from"], move["to"]) for move in row.moved or ()
        ),
    )
