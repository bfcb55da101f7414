"""Handing over: the note is offered to a colleague on post, who acknowledges it himself (SHF-01, SHF-13, SC-06)."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.auth.rules import may_be_public_id
from clubsales.clock import Instant
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.shifts import queries as shifts
from clubsales.consultants.shifts.rules import ShiftRefused, Status
from clubsales.db import table_of
from clubsales.errors import NotFound, refuse
from clubsales.frontdesk.posts.events import HandoverAcknowledged, HandoverOffered, HandoverWithdrawn
from clubsales.frontdesk.posts.models import HandoverRow
from clubsales.frontdesk.posts.rules import AcknowledgeFacts, OfferFacts, may_acknowledge, may_offer
from clubsales.frontdesk.rotation import operations as rotation
from clubsales.ids import ClubID, ConsultantID, ShiftID

HANDOVER = table_of(HandoverRow)
SHIFT = sa.table(
    "shift", sa.column("id"), sa.column("consultant_id"), sa.column("closed_at"), sa.column("club_id")
)
GIVER = sa.table("consultant", sa.column("id"), sa.column("name", sa.String)).alias("giver")
RELIEF = sa.table("consultant", sa.column("id"), sa.column("name", sa.String)).alias("relief")
OF_CLUB = (
    sa.select(
        HANDOVER.c.id,
        HANDOVER.c.public_id,
        HANDOVER.c.shift_id,
        SHIFT.c.consultant_id.label("from_consultant_id"),
        GIVER.c.name.label("from_name"),
        HANDOVER.c.to_consultant_id,
        RELIEF.c.name.label("to_name"),
        HANDOVER.c.note,
        HANDOVER.c.offered_at,
        HANDOVER.c.acknowledged_at,
        HANDOVER.c.withdrawn_at,
    )
    .join_from(HANDOVER, SHIFT, SHIFT.c.id == HANDOVER.c.shift_id)
    .join(GIVER, GIVER.c.id == SHIFT.c.consultant_id)
    .join(RELIEF, RELIEF.c.id == HANDOVER.c.to_consultant_id)
    .where(HANDOVER.c.club_id == sa.bindparam("club_id"))
)
BY_PUBLIC_ID = OF_CLUB.where(HANDOVER.c.public_id == sa.bindparam("wanted"))
LIVE_OF_SHIFT = OF_CLUB.where(HANDOVER.c.shift_id == sa.bindparam("shift"), HANDOVER.c.withdrawn_at.is_(None))
# Asked by every change of my floor.
OFFERED_TO = OF_CLUB.where(
    HANDOVER.c.to_consultant_id == sa.bindparam("to"),
    HANDOVER.c.withdrawn_at.is_(None),
    HANDOVER.c.acknowledged_at.is_(None),
    SHIFT.c.closed_at.is_(None),
).order_by(HANDOVER.c.offered_at, HANDOVER.c.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverView:
    """A handover: from whom, to whom, what it says, and whether it was taken."""

    id: int
    public_id: str
    shift_id: ShiftID
    from_consultant_id: ConsultantID
    from_name: str
    to_consultant_id: ConsultantID
    to_name: str
    note: str
    offered_at: Instant
    acknowledged_at: Instant | None
    withdrawn_at: Instant | None


def of_shift(session: Session, club_id: ClubID, shift_id: ShiftID) -> HandoverView | None:
    """The handover of a shift that stands."""
    row = session.execute(LIVE_OF_SHIFT, {"club_id": club_id, "shift": shift_id}).one_or_none()
    return _view(row) if row is not None else None


def offered_to(session: Session, club_id: ClubID, consultant_id: ConsultantID) -> list[HandoverView]:
    """What waits to be acknowledged by somebody."""
    return [_view(row) for row in session.execute(OFFERED_TO, {"club_id": club_id, "to": consultant_id})]


def by_public_id(session: Session, club_id: ClubID, public_id: str) -> HandoverView:
    """A handover of the club; raises NotFound."""
    if not may_be_public_id(public_id):
        raise NotFound
    row = session.execute(BY_PUBLIC_ID, {"club_id": club_id, "wanted": public_id}).one_or_none()
    if row is None:
        raise NotFound
    return _view(row)


def offer_handover(session: Session, *, to: ConsultantID, note: str, actor: Actor, at: Instant) -> str:
    """Offer one's shift to a colleague on post; an earlier offer is taken back. Returns the public id.

    Raises NotFound for a foreign colleague, Refused(ShiftRefused.NOT_OPEN, PostRefused.TO_ONESELF, RELIEF_OFF_POST).
    """
    rotation.lock(session, actor.club)  # two who leave at once, one after the other; open pages look again
    mine = shifts.open_shift_of(session, _own(actor))
    if mine is None:
        refuse(ShiftRefused.NOT_OPEN).or_raise()
    relief = profiles.get(session, actor.club.id, to)
    facts = OfferFacts(by=_own(actor), to=to, name=relief.name, relief_status=_status(session, to))
    may_offer(facts).or_raise()
    before = of_shift(session, actor.club.id, mine.id)
    if before is not None:
        if before.to_consultant_id == to and before.note == note:
            return before.public_id
        _withdraw(session, before, actor, at)
    row = HandoverRow(club_id=actor.club.id, shift_id=mine.id, to_consultant_id=to, note=note, offered_at=at)
    session.add(row)
    session.flush()
    audit.record(session, HandoverOffered(mine.id, row.id, to), actor=actor, at=at)
    return row.public_id


def acknowledge_handover(
    session: Session, *, public_id: str, by_pin: bool = False, actor: Actor, at: Instant
) -> HandoverView:
    """Say that one has read a handover and takes over; a second time changes nothing.

    Raises NotFound, Refused(PostRefused.NOT_FOR_YOU, WITHDRAWN, RELIEF_OFF_POST).
    """
    rotation.lock(session, actor.club)
    found = by_public_id(session, actor.club.id, public_id)
    facts = AcknowledgeFacts(
        is_his=found.to_consultant_id == actor.consultant_id,
        withdrawn=found.withdrawn_at is not None,
        name=found.to_name,
        status=_status(session, found.to_consultant_id),
    )
    may_acknowledge(facts).or_raise()
    if found.acknowledged_at is None:
        session.execute(sa.update(HANDOVER).where(HANDOVER.c.id == found.id).values(acknowledged_at=at))
        event = HandoverAcknowledged(found.shift_id, found.id, found.to_consultant_id, by_pin)
        audit.record(session, event, actor=actor, at=at)
    return found


def withdraw_handover(session: Session, *, actor: Actor, at: Instant) -> None:
    """Take one's own offer back, acknowledged or not; without one nothing changes.

    Raises Refused(ShiftRefused.NOT_OPEN).
    """
    rotation.lock(session, actor.club)
    mine = shifts.open_shift_of(session, _own(actor))
    if mine is None:
        refuse(ShiftRefused.NOT_OPEN).or_raise()
    found = of_shift(session, actor.club.id, mine.id)
    if found is not None:
        _withdraw(session, found, actor, at)


def _withdraw(session: Session, handover: HandoverView, actor: Actor, at: Instant) -> None:
    session.execute(sa.update(HANDOVER).where(HANDOVER.c.id == handover.id).values(withdrawn_at=at))
    event = HandoverWithdrawn(handover.shift_id, handover.id, handover.to_consultant_id)
    audit.record(session, event, actor=actor, at=at)


def _status(session: Session, consultant_id: ConsultantID) -> Status | None:
    shift = shifts.open_shift_of(session, consultant_id)
    return shift.status if shift is not None else None


def _own(actor: Actor) -> ConsultantID:
    if actor.consultant_id is None:
        raise NotFound
    return actor.consultant_id


def _view(row: Any) -> HandoverView:
    return HandoverView(
        id=row.id,
        public_id=row.public_id,
        shift_id=ShiftID(row.shift_id),
        from_consultant_id=ConsultantID(row.from_consultant_id),
        from_name=row.from_name,
        to_consultant_id=ConsultantID(row.to_consultant_id),
        to_name=row.to_name,
        note=row.note,
        offered_at=row.offered_at,
        acknowledged_at=row.acknowledged_at,
        withdrawn_at=row.withdrawn_at,
    )
