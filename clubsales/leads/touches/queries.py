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
from clubsales.leads.touches.rules import Signal, SignalKind, TouchKind, TurnTaken, Visit
from clubsales.prepared import Prepared

TOUCH = table_of(TouchRow)
VISITS = sa.select(
    *(TOUCH.c.id, TOUCH.c.reception_id, TOUCH.c.person_id, TOUCH.c.consultant_id),
    *(TOUCH.c.at, TOUCH.c.local_day, TOUCH.c.signals, TOUCH.c.turn),
).where(TOUCH.c.club_id == sa.bindparam("club_id"), TOUCH.c.kind == TouchKind.VISIT.value)
LATEST = 20
# All about one coming, also from before anybody knew who it was; and what the person's latest comings were.
VISITS_OF = Prepared(
    sa.union_all(
        VISITS.where(TOUCH.c.reception_id == sa.bindparam("reception_id")),
        sa.select(
            VISITS.where(
                TOUCH.c.person_id == sa.bindparam("person_id"), TOUCH.c.local_day <= sa.bindparam("day")
            )
            .order_by(TOUCH.c.at.desc(), TOUCH.c.id.desc())
            .limit(LATEST)
            .subquery()
        ),
    )
)


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


def visits(
    session: Session,
    *,
    club_id: ClubID,
    person_id: PersonID | None,
    reception_id: ReceptionID | None = None,
    day: date,
) -> list[Visit]:
    """The visits of a reception and the latest ones of a person up to a club-local day, in the order of writing."""
    rows = VISITS_OF.all(
        session,
        {"club_id": club_id, "reception_id": reception_id, "person_id": person_id, "day": day},
    )
    found = {row.id: visit_of(row) for row in rows}
    return [found[key] for key in sorted(found)]


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


def visit_of(row: Any) -> Visit:
    """A row of VISITS as a value."""
    return Visit(
        id=TouchID(row.id),
        reception_id=row.reception_id,
        consultant_id=row.consultant_id,
        at=row.at,
        day=row.local_day,
        signals=restored_signals(row.signals),
        turn=TurnTaken.restored(row.turn),
    )
