"""Guests in the house as decisions need them: who waits, whose offer has lapsed, who came with whom."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.clock import Instant
from clubsales.consultants.shifts.tables import SHIFT
from clubsales.errors import NotFound
from clubsales.frontdesk.reception.rules import Status
from clubsales.frontdesk.reception.tables import IN_THE_HOUSE, RECEPTION, SALE
from clubsales.frontdesk.rotation.rules import Basis
from clubsales.ids import ClubID, ConsultantID, PersonID, ReceptionID
from clubsales.leads.touches.queries import restored_signals
from clubsales.leads.touches.rules import Signal
from clubsales.prepared import Answer, Prepared

FACTS = (
    RECEPTION.c.id,
    RECEPTION.c.person_id,
    RECEPTION.c.name,
    RECEPTION.c.status,
    RECEPTION.c.basis,
    RECEPTION.c.consultant_id,
    RECEPTION.c.designated_id,
    RECEPTION.c.is_member,
    RECEPTION.c.joined,
    RECEPTION.c.signals,
    RECEPTION.c.local_day,
    RECEPTION.c.arrived_at,
    RECEPTION.c.offered_until,
    RECEPTION.c.passed_by,
    RECEPTION.c.waits_for_designated,
    # Whom he waits for has gone home since he came.
    sa.and_(
        RECEPTION.c.waits_for_designated,
        sa.exists().where(
            SHIFT.c.consultant_id == RECEPTION.c.designated_id, SHIFT.c.closed_at >= RECEPTION.c.arrived_at
        ),
        ~sa.exists().where(SHIFT.c.consultant_id == RECEPTION.c.designated_id, SHIFT.c.closed_at.is_(None)),
    ).label("waits_in_vain"),
)
OF_CLUB = sa.select(*FACTS).where(RECEPTION.c.club_id == sa.bindparam("club"))
WAITING = OF_CLUB.where(IN_THE_HOUSE, RECEPTION.c.status == sa.literal_column("'waiting'")).order_by(
    RECEPTION.c.arrived_at, RECEPTION.c.id
)
PREPARED_WAITING = Prepared(WAITING)
ONE = OF_CLUB.where(RECEPTION.c.id == sa.bindparam("guest"))
LAPSED = OF_CLUB.where(
    IN_THE_HOUSE,
    RECEPTION.c.status == sa.literal_column("'open'"),
    RECEPTION.c.offered_until <= sa.bindparam("now"),
).order_by(RECEPTION.c.offered_until, RECEPTION.c.id)
COMPANIONS = OF_CLUB.where(
    IN_THE_HOUSE,
    RECEPTION.c.status == sa.literal_column("'open'"),
    RECEPTION.c.joined,
    RECEPTION.c.came_with_id == sa.bindparam("guest"),
).order_by(RECEPTION.c.id)
# Clubs where somebody waits, or an offer has lapsed.
RESTLESS = (
    sa.select(RECEPTION.c.club_id)
    .where(
        IN_THE_HOUSE,
        sa.or_(
            RECEPTION.c.status == sa.literal_column("'waiting'"),
            RECEPTION.c.offered_until <= sa.bindparam("now"),
        ),
    )
    .distinct()
    .order_by(RECEPTION.c.club_id)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestInHouse:
    """What it takes to give a guest to somebody, or to somebody else.

    `announced` are those whose appointment with him was known beforehand; `passed_by` let his offer lapse and have
    neither had another guest nor come back on post since (AMB-18).
    `waits_in_vain`: whom he waits for has closed his shift since.
    """

    id: ReceptionID
    person_id: PersonID | None
    name: str
    status: Status
    basis: Basis | None
    consultant_id: ConsultantID | None
    designated_id: ConsultantID | None
    is_member: bool
    joined: bool
    signals: tuple[Signal, ...]
    announced: frozenset[ConsultantID]
    local_day: date
    arrived_at: Instant
    offered_until: Instant | None
    passed_by: frozenset[ConsultantID]
    waits_for_designated: bool
    waits_in_vain: bool

    def asking_again(self, who: Collection[ConsultantID]) -> "GuestInHouse":
        """As if these had never let his offer lapse."""
        return replace(self, passed_by=self.passed_by.difference(who))

    def on(self, day: date) -> "GuestInHouse":
        """As he counts on a club-local day: what he showed designates on the day he came only (AMB-03)."""
        if day == self.local_day:
            return self
        return replace(
            self, signals=(), announced=frozenset(), designated_id=None, waits_for_designated=False
        )


def waiting(session: Session, club_id: ClubID) -> list[GuestInHouse]:
    """The waiting list, longest first."""
    return guests_of(ask_who_waits(session, club_id))


def ask_who_waits(session: Session, club_id: ClubID) -> Answer:
    """The waiting list, for `guests_of`; it is read together with what is asked next."""
    return PREPARED_WAITING.ask(session, {"club": club_id})


def guests_of(answer: Answer) -> list[GuestInHouse]:
    """The guests in an answer."""
    return [_guest(row) for row in answer.all()]


def guest(session: Session, club_id: ClubID, reception_id: ReceptionID) -> GuestInHouse:
    """A guest as decisions need him; raises NotFound."""
    row = session.execute(ONE, {"club": club_id, "guest": reception_id}).one_or_none()
    if row is None:
        raise NotFound
    return _guest(row)


def lapsed(session: Session, club_id: ClubID, at: Instant) -> list[GuestInHouse]:
    """Guests whose offer nobody accepted in time, the longest over first."""
    return [_guest(row) for row in session.execute(LAPSED, {"club": club_id, "now": at})]


def companions(session: Session, club_id: ClubID, reception_id: ReceptionID) -> list[GuestInHouse]:
    """Who joined a guest and is still in the house."""
    return [_guest(row) for row in session.execute(COMPANIONS, {"club": club_id, "guest": reception_id})]


def restless_clubs(session: Session, at: Instant) -> list[ClubID]:
    """Clubs where somebody waits or an offer has lapsed."""
    return [ClubID(club_id) for club_id in session.execute(RESTLESS, {"now": at}).scalars()]


def has_sale(session: Session, club_id: ClubID, reception_id: ReceptionID) -> bool:
    """Whether anything was sold to a guest on this visit."""
    return session.execute(
        sa.select(sa.exists().where(SALE.c.club_id == club_id, SALE.c.reception_id == reception_id))
    ).scalar_one()


def guest_with(session: Session, club_id: ClubID, consultant_id: ConsultantID) -> ReceptionID | None:
    """The guest who is with a consultant, not counting who joined him."""
    found = session.execute(
        sa.select(RECEPTION.c.id).where(
            RECEPTION.c.club_id == club_id,
            IN_THE_HOUSE,
            RECEPTION.c.status == Status.OPEN.value,
            RECEPTION.c.consultant_id == consultant_id,
            ~RECEPTION.c.joined,
        )
    ).scalar_one_or_none()
    return ReceptionID(found) if found is not None else None


def _guest(row: Any) -> GuestInHouse:
    return GuestInHouse(
        id=ReceptionID(row.id),
        person_id=PersonID(row.person_id) if row.person_id is not None else None,
        name=row.name,
        status=Status(row.status),
        basis=Basis(row.basis) if row.basis else None,
        consultant_id=ConsultantID(row.consultant_id) if row.consultant_id is not None else None,
        designated_id=ConsultantID(row.designated_id) if row.designated_id is not None else None,
        is_member=row.is_member,
        joined=row.joined,
        signals=restored_signals(row.signals),
        announced=frozenset(
            ConsultantID(signal["consultant"]) for signal in row.signals if signal.get("announced")
        ),
        local_day=row.local_day,
        arrived_at=row.arrived_at,
        offered_until=row.offered_until,
        passed_by=frozenset(ConsultantID(key) for key in row.passed_by),
        waits_for_designated=row.waits_for_designated and not row.waits_in_vain,
        waits_in_vain=bool(row.waits_in_vain),
    )
