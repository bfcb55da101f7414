"""Reads of the touches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.clock import Instant
from clubsales.consultants.profiles import queries as profiles
from clubsales.db import table_of
from clubsales.ids import ClubID, ConsultantID, PersonID, ReceptionID, TouchID
from clubsales.leads.touches.models import TouchRow
from clubsales.leads.touches.rules import Signal, SignalKind, TouchKind

TOUCH = table_of(TouchRow)
_VISITS = sa.select(
    TOUCH.c.reception_id, TOUCH.c.consultant_id, TOUCH.c.at, TOUCH.c.local_day, TOUCH.c.signals
).where(TOUCH.c.club_id == sa.bindparam("club_id"), TOUCH.c.kind == TouchKind.VISIT.value)
# A guest who waited has a second touch, when he was received: the day he came and the order of coming do not change.
_BEFORE = TOUCH.alias("before")
LATEST_VISIT = (
    _VISITS.where(
        TOUCH.c.local_day == sa.bindparam("day"),
        TOUCH.c.person_id == sa.bindparam("person_id"),
        ~sa.exists().where(
            _BEFORE.c.reception_id == TOUCH.c.reception_id,
            _BEFORE.c.person_id == TOUCH.c.person_id,
            _BEFORE.c.kind == TouchKind.VISIT.value,
            _BEFORE.c.local_day < TOUCH.c.local_day,
        ),
    )
    .order_by(TOUCH.c.reception_id.desc().nulls_last(), TOUCH.c.at.desc(), TOUCH.c.id.desc())
    .limit(1)
)
VISIT_OF_RECEPTION = _VISITS.where(TOUCH.c.reception_id == sa.bindparam("reception_id")).order_by(TOUCH.c.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitView:
    """A guest's arrival, its club-local day, and what he showed."""

    reception_id: ReceptionID | None
    consultant_id: ConsultantID | None
    at: Instant
    day: date
    signals: tuple[Signal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalView:
    """A signal with the name it names; empty when it names nobody."""

    kind: SignalKind
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TouchView:
    """One line of a person's timeline."""

    id: TouchID
    kind: TouchKind
    at: Instant
    consultant_id: ConsultantID | None
    name: str | None
    signals: tuple[SignalView, ...]


def visit_of_reception(session: Session, *, club_id: ClubID, reception_id: ReceptionID) -> VisitView | None:
    """The arrival of a reception's guest, with all that was shown on its day, also when he was identified later."""
    rows = session.execute(VISIT_OF_RECEPTION, {"club_id": club_id, "reception_id": reception_id}).all()
    if not rows:
        return None
    shown = [
        signal
        for row in rows
        if row.local_day == rows[0].local_day
        for signal in restored_signals(row.signals)
    ]
    return _visit(rows[0], tuple(dict.fromkeys(shown)))


def latest_visit(session: Session, *, club_id: ClubID, person_id: PersonID, day: date) -> VisitView | None:
    """A person's latest arrival on a club-local day."""
    row = session.execute(
        LATEST_VISIT, {"club_id": club_id, "day": day, "person_id": person_id}
    ).one_or_none()
    return _visit(row, restored_signals(row.signals)) if row is not None else None


def timeline(
    session: Session,
    club_id: ClubID,
    person_id: PersonID,
    limit: int = 100,
    *,
    where: Sequence[sa.ColumnElement[bool]] = (),
) -> list[TouchView]:
    """A person's touches in one club, the latest first; `where` leaves out some of them."""
    rows = session.execute(
        sa.select(TouchRow.id, TouchRow.kind, TouchRow.at, TouchRow.consultant_id, TouchRow.signals)
        .where(TouchRow.club_id == club_id, TouchRow.person_id == person_id, *where)
        .order_by(TouchRow.at.desc(), TouchRow.id.desc())
        .limit(limit)
    ).all()
    signals = [restored_signals(row.signals) for row in rows]
    named = {row.consultant_id for row in rows if row.consultant_id is not None}
    named |= {one.consultant_id for shown in signals for one in shown if one.consultant_id is not None}
    names = profiles.names(session, named)
    return [
        TouchView(
            id=TouchID(row.id),
            kind=TouchKind(row.kind),
            at=row.at,
            consultant_id=row.consultant_id,
            name=names.get(row.consultant_id) if row.consultant_id is not None else None,
            signals=tuple(
                SignalView(
                    kind=signal.kind,
                    name="" if signal.consultant_id is None else names.get(signal.consultant_id, ""),
                )
                for signal in shown
            ),
        )
        for row, shown in zip(rows, signals, strict=True)
    ]


def restored_signals(stored: Sequence[Mapping[str, Any]]) -> tuple[Signal, ...]:
    """Signals as they are kept with a visit or a reception."""
    return tuple(
        Signal(
            SignalKind(one["kind"]), None if one["consultant"] is None else ConsultantID(one["consultant"])
        )
        for one in stored
    )


def _visit(row: Any, signals: tuple[Signal, ...]) -> VisitView:
    return VisitView(
        reception_id=row.reception_id,
        consultant_id=row.consultant_id,
        at=row.at,
        day=row.local_day,
        signals=signals,
    )
