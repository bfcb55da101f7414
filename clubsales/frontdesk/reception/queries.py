"""Guests in the house, received or waiting."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.auth.rules import may_be_public_id
from clubsales.clock import Instant
from clubsales.consultants.profiles.tables import CONSULTANT
from clubsales.errors import NotFound, Reason
from clubsales.frontdesk.reception.rules import Company, Outcome, Status
from clubsales.frontdesk.reception.tables import (
    IN_THE_HOUSE,
    LEAD,
    PERSON,
    PHONE,
    RECEPTION,
)
from clubsales.frontdesk.rotation import queries as rotation
from clubsales.frontdesk.rotation.rules import Basis
from clubsales.ids import ClubID, ConsultantID, ReceptionID
from clubsales.prepared import Prepared

WHICH = Prepared(
    sa.select(RECEPTION.c.id).where(
        RECEPTION.c.club_id == sa.bindparam("club_id"), RECEPTION.c.public_id == sa.bindparam("public_id")
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceptionView:
    """A guest in the house as the floor sees him; `why` is the decision with its whole working, `noted` is of it.

    With `offered_until` it is an offer that nobody has accepted yet; `unanswered`: somebody has let one lapse.
    """

    id: ReceptionID
    public_id: str
    name: str
    phone: str | None
    person_public_id: str | None
    lead_public_id: str | None
    interest: str
    status: Status
    basis: Basis | None
    consultant_id: ConsultantID | None
    consultant_name: str
    designated_id: ConsultantID | None
    designated_name: str
    is_member: bool
    is_companion: bool
    waits_for_designated: bool
    arrived_at: Instant
    received_at: Instant | None
    offered_until: Instant | None
    accepted_at: Instant | None
    outcome: Outcome | None
    toured: bool
    unanswered: bool
    why: tuple[Reason, ...]
    noted: tuple[Reason, ...]


def company(session: Session, club_id: ClubID, reception_id: ReceptionID) -> Company | None:
    """The open reception a guest came with; None when it is over or not received yet. Raises NotFound."""
    row = session.execute(
        sa.select(
            RECEPTION.c.status,
            RECEPTION.c.basis,
            RECEPTION.c.name,
            RECEPTION.c.consultant_id,
            CONSULTANT.c.name.label("consultant_name"),
        )
        .select_from(RECEPTION)
        .outerjoin(CONSULTANT, CONSULTANT.c.id == RECEPTION.c.consultant_id)
        .where(RECEPTION.c.id == reception_id, RECEPTION.c.club_id == club_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    if row.status != Status.OPEN:
        return None
    return Company(
        consultant_id=ConsultantID(row.consultant_id),
        consultant_name=row.consultant_name,
        basis=Basis(row.basis),
        guest=row.name,
    )


def present(session: Session, club_id: ClubID) -> list[ReceptionView]:
    """Everybody in the house, received or waiting, in the order of arrival."""
    return _views(session, RECEPTION.c.club_id == club_id, IN_THE_HOUSE)


def guests_of(session: Session, club_id: ClubID, consultant_id: ConsultantID) -> list[ReceptionView]:
    """The guests with a consultant now."""
    return _views(
        session,
        RECEPTION.c.club_id == club_id,
        IN_THE_HOUSE,
        RECEPTION.c.status == Status.OPEN.value,
        RECEPTION.c.consultant_id == consultant_id,
    )


def by_public_id(session: Session, club_id: ClubID, public_id: str) -> ReceptionView:
    """A reception of the club; raises NotFound."""
    if not may_be_public_id(public_id):
        raise NotFound
    return _one(session, RECEPTION.c.club_id == club_id, RECEPTION.c.public_id == public_id)


def get(session: Session, club_id: ClubID, reception_id: ReceptionID) -> ReceptionView:
    """A reception of the club; raises NotFound."""
    return _one(session, RECEPTION.c.club_id == club_id, RECEPTION.c.id == reception_id)


def id_of(session: Session, club_id: ClubID, public_id: str) -> ReceptionID:
    """The reception named in an address; raises NotFound."""
    if not may_be_public_id(public_id):
        raise NotFound
    found = WHICH.one_or_none(session, {"club_id": club_id, "public_id": public_id})
    if found is None:
        raise NotFound
    return ReceptionID(found.id)


def has_guest(session: Session, club_id: ClubID, consultant_id: ConsultantID) -> bool:
    """Whether a guest is with the consultant now."""
    return session.execute(
        sa.select(
            sa.exists().where(
                RECEPTION.c.club_id == club_id,
                IN_THE_HOUSE,
                RECEPTION.c.status == Status.OPEN.value,
                RECEPTION.c.consultant_id == consultant_id,
            )
        )
    ).scalar_one()


def guest_count_on(session: Session, club_id: ClubID, day: date) -> int:
    """How many guests arrived on a club-local day."""
    return session.execute(
        sa.select(sa.func.count()).where(RECEPTION.c.club_id == club_id, RECEPTION.c.local_day == day)
    ).scalar_one()


def _one(session: Session, *conditions: sa.ColumnElement[bool]) -> ReceptionView:
    found = _views(session, *conditions)
    if not found:
        raise NotFound
    return found[0]


def _views(session: Session, *conditions: sa.ColumnElement[bool]) -> list[ReceptionView]:
    designated = CONSULTANT.alias("designated")
    first_phone = (
        sa.select(PHONE.c.e164)
        .where(PHONE.c.person_id == RECEPTION.c.person_id)
        .order_by(PHONE.c.id)
        .limit(1)
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(
            RECEPTION,
            CONSULTANT.c.name.label("consultant_name"),
            designated.c.name.label("designated_name"),
            PERSON.c.name.label("person_name"),
            PERSON.c.public_id.label("person_public_id"),
            first_phone.label("phone"),
            LEAD.c.public_id.label("lead_public_id"),
            LEAD.c.interest,
        )
        .select_from(RECEPTION)
        .outerjoin(CONSULTANT, CONSULTANT.c.id == RECEPTION.c.consultant_id)
        .outerjoin(designated, designated.c.id == RECEPTION.c.designated_id)
        .outerjoin(PERSON, PERSON.c.id == RECEPTION.c.person_id)
        .outerjoin(
            LEAD,
            sa.and_(LEAD.c.club_id == RECEPTION.c.club_id, LEAD.c.person_id == RECEPTION.c.person_id),
        )
        .where(*conditions)
        .order_by(RECEPTION.c.arrived_at, RECEPTION.c.id)
    ).all()
    decisions = rotation.latest_of(session, [ReceptionID(row.id) for row in rows])
    return [_view(row, decisions.get(ReceptionID(row.id))) for row in rows]


def _view(row: Any, decision: rotation.AssignmentView | None) -> ReceptionView:
    return ReceptionView(
        id=ReceptionID(row.id),
        public_id=row.public_id,
        name=row.person_name or row.name,
        phone=row.phone,
        person_public_id=row.person_public_id,
        lead_public_id=row.lead_public_id,
        interest=row.interest or "",
        status=Status(row.status),
        basis=Basis(row.basis) if row.basis else None,
        consultant_id=ConsultantID(row.consultant_id) if row.consultant_id is not None else None,
        consultant_name=row.consultant_name or "",
        designated_id=ConsultantID(row.designated_id) if row.designated_id is not None else None,
        designated_name=row.designated_name or "",
        is_member=row.is_member,
        is_companion=row.joined,
        waits_for_designated=row.waits_for_designated,
        arrived_at=row.arrived_at,
        received_at=row.received_at,
        offered_until=row.offered_until,
        accepted_at=row.accepted_at,
        outcome=Outcome(row.outcome) if row.outcome else None,
        toured=row.toured,
        unanswered=bool(row.passed_by),
        why=decision.reasons if decision is not None else (),
        noted=decision.noted if decision is not None else (),
    )
