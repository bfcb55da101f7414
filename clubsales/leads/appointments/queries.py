"""Reads of appointments."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.auth.rules import may_be_public_id
from clubsales.clock import Instant
from clubsales.db import for_update, table_of
from clubsales.errors import NotFound
from clubsales.ids import AccountID, AppointmentID, ClubID, ConsultantID, OrganisationID, PersonID
from clubsales.leads.appointments.models import AppointmentRow
from clubsales.leads.appointments.rules import AppointmentOutcome, MissedBecause, Status
from clubsales.leads.people import queries as people
from clubsales.leads.people.models import PersonPhoneRow, PersonRow

APPOINTMENT, PERSON, PHONE = table_of(AppointmentRow), table_of(PersonRow), table_of(PersonPhoneRow)
EXPECTED = (Status.BOOKED.value, Status.KEPT.value)
COLUMNS = (
    APPOINTMENT.c.id,
    APPOINTMENT.c.public_id,
    APPOINTMENT.c.consultant_id,
    APPOINTMENT.c.person_id,
    APPOINTMENT.c.due_at,
    APPOINTMENT.c.local_day,
    APPOINTMENT.c.note,
    APPOINTMENT.c.status,
    APPOINTMENT.c.made_at,
    APPOINTMENT.c.made_by,
    APPOINTMENT.c.reported_to,
    APPOINTMENT.c.reported_at,
    APPOINTMENT.c.cancelled_because,
    APPOINTMENT.c.missed_because,
    APPOINTMENT.c.outcome,
    APPOINTMENT.c.reminded_at,
)
OF_CLUB = sa.select(*COLUMNS).where(APPOINTMENT.c.club_id == sa.bindparam("club_id"))
# Built once: every arrival of somebody with a phone asks it.
DUE_TODAY = OF_CLUB.where(
    APPOINTMENT.c.person_id == sa.bindparam("person_id"),
    APPOINTMENT.c.local_day == sa.bindparam("day"),
    APPOINTMENT.c.status.in_(EXPECTED),
).order_by(APPOINTMENT.c.made_at, APPOINTMENT.c.id)
# The names people read: tables of other packages are known by their name, as the database knows them.
lead = sa.table(
    "lead",
    sa.column("club_id", sa.BigInteger),
    sa.column("person_id", sa.BigInteger),
    sa.column("public_id", sa.String),
)
consultant = sa.table(
    "consultant",
    sa.column("id", sa.BigInteger),
    sa.column("public_id", sa.String),
    sa.column("name", sa.String),
    sa.column("team_id", sa.BigInteger),
)
account = sa.table("account", sa.column("id", sa.BigInteger), sa.column("name", sa.String))
maker, reminder = account.alias("maker"), account.alias("reminder")
later = APPOINTMENT.alias("later")
first_phone = (
    sa.select(PHONE.c.e164)
    .where(PHONE.c.person_id == PERSON.c.id)
    .order_by(PHONE.c.id)
    .limit(1)
    .scalar_subquery()
)
# Whoever missed one or comes again, and has made another since.
BOOKED_AGAIN = sa.exists().where(
    later.c.person_id == APPOINTMENT.c.person_id,
    later.c.club_id == APPOINTMENT.c.club_id,
    later.c.id > APPOINTMENT.c.id,
    later.c.status.in_(EXPECTED),
)
LINES = (
    sa.select(
        *COLUMNS,
        PERSON.c.name.label("person_name"),
        PERSON.c.public_id.label("person_public_id"),
        first_phone.label("e164"),
        lead.c.public_id.label("lead_public_id"),
        consultant.c.public_id.label("consultant_public_id"),
        consultant.c.name.label("consultant_name"),
        account.c.name.label("reported_to_name"),
        maker.c.name.label("made_by_name"),
        reminder.c.name.label("reminded_by_name"),
        BOOKED_AGAIN.label("booked_again"),
    )
    .join_from(APPOINTMENT, PERSON, PERSON.c.id == APPOINTMENT.c.person_id)
    .join(consultant, consultant.c.id == APPOINTMENT.c.consultant_id)
    .outerjoin(
        lead, sa.and_(lead.c.club_id == APPOINTMENT.c.club_id, lead.c.person_id == APPOINTMENT.c.person_id)
    )
    .outerjoin(account, account.c.id == APPOINTMENT.c.reported_to)
    .outerjoin(maker, maker.c.id == APPOINTMENT.c.made_by)
    .outerjoin(reminder, reminder.c.id == APPOINTMENT.c.reminded_by)
    .where(APPOINTMENT.c.club_id == sa.bindparam("club_id"))
    .order_by(APPOINTMENT.c.due_at, APPOINTMENT.c.made_at, APPOINTMENT.c.id)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentView:
    """A guest who said when he comes. `reported_to` is a supervisor or manager, `reported_at` when he was told.

    `outcome` is of one kept, `missed_because` of one missed, as soon as somebody has said so.
    """

    id: AppointmentID
    public_id: str
    consultant_id: ConsultantID
    person_id: PersonID
    due_at: Instant
    local_day: date
    note: str
    status: Status
    made_at: Instant
    made_by: AccountID | None
    reported_to: AccountID | None
    reported_at: Instant | None
    cancelled_because: str
    missed_because: MissedBecause | None
    outcome: AppointmentOutcome | None
    reminded_at: Instant | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentLine(AppointmentView):
    """An appointment with the names people read. No lead: nobody has captured this person here yet.

    `booked_again`: the guest has made another one since.
    """

    person_name: str
    person_public_id: str
    e164: str | None
    lead_public_id: str | None
    consultant_public_id: str
    consultant_name: str
    reported_to_name: str | None
    made_by_name: str | None
    reminded_by_name: str | None
    booked_again: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonAppointments:
    """A person's appointments in the club, the latest first: for the piece of a page that shows them."""

    person_public_id: str
    lines: list[AppointmentLine]


def due_on(session: Session, club_id: ClubID, person_id: PersonID, day: date) -> list[AppointmentView]:
    """A person's booked or kept appointments of a club-local day, the earliest made first (AMB-05)."""
    asked = {"club_id": club_id, "person_id": person_id, "day": day}
    return [AppointmentView(**_values(row)) for row in session.execute(DUE_TODAY, asked)]


def by_public_id(session: Session, club_id: ClubID, public_id: str, *, lock: bool = False) -> AppointmentView:
    """An appointment of the club by what stands in an address; raises NotFound."""
    statement = OF_CLUB.where(APPOINTMENT.c.public_id == public_id)
    row = None
    if may_be_public_id(public_id):
        row = session.execute(
            for_update(statement) if lock else statement, {"club_id": club_id}
        ).one_or_none()
    if row is None:
        raise NotFound
    return AppointmentView(**_values(row))


def line(session: Session, club_id: ClubID, public_id: str) -> AppointmentLine:
    """An appointment with its names; raises NotFound."""
    found = by_public_id(session, club_id, public_id)
    return lines_of(session, club_id, LINES.where(APPOINTMENT.c.id == found.id))[0]


def booked_with(
    session: Session, club_id: ClubID, person_id: PersonID, consultant_id: ConsultantID, day: date
) -> AppointmentView | None:
    """The booked appointment of a person with a consultant on a day, locked; there is one at most."""
    statement = OF_CLUB.where(
        APPOINTMENT.c.person_id == person_id,
        APPOINTMENT.c.consultant_id == consultant_id,
        APPOINTMENT.c.local_day == day,
        APPOINTMENT.c.status == Status.BOOKED.value,
    )
    row = session.execute(for_update(statement), {"club_id": club_id}).one_or_none()
    return AppointmentView(**_values(row)) if row is not None else None


def of_consultant(
    session: Session, club_id: ClubID, consultant_id: ConsultantID, first: date, last: date
) -> list[AppointmentLine]:
    """A consultant's booked and kept appointments of these days, both inclusive, by time."""
    return lines_of(
        session,
        club_id,
        LINES.where(
            APPOINTMENT.c.consultant_id == consultant_id,
            APPOINTMENT.c.local_day.between(first, last),
            APPOINTMENT.c.status.in_(EXPECTED),
        ),
    )


def of_person(
    session: Session, organisation_id: OrganisationID, club_id: ClubID, person_id: PersonID
) -> PersonAppointments:
    """Every appointment of a person in the club; raises NotFound."""
    statement = LINES.where(APPOINTMENT.c.person_id == person_id).order_by(None)
    latest_first = statement.order_by(APPOINTMENT.c.due_at.desc(), APPOINTMENT.c.id.desc())
    return PersonAppointments(
        person_public_id=people.get(session, organisation_id, person_id).public_id,
        lines=lines_of(session, club_id, latest_first),
    )


def lines_of(session: Session, club_id: ClubID, statement: sa.Select[Any]) -> list[AppointmentLine]:
    """The rows of a statement made of `LINES`, of the club."""
    return [
        AppointmentLine(
            **_values(row),
            person_name=row.person_name,
            person_public_id=row.person_public_id,
            e164=row.e164,
            lead_public_id=row.lead_public_id,
            consultant_public_id=row.consultant_public_id,
            consultant_name=row.consultant_name,
            reported_to_name=row.reported_to_name,
            made_by_name=row.made_by_name,
            reminded_by_name=row.reminded_by_name,
            booked_again=bool(row.booked_again),
        )
        for row in session.execute(statement, {"club_id": club_id})
    ]


def _values(row: Any) -> dict[str, Any]:
    return {
        "id": AppointmentID(row.id),
        "public_id": row.public_id,
        "consultant_id": ConsultantID(row.consultant_id),
        "person_id": PersonID(row.person_id),
        "due_at": row.due_at,
        "local_day": row.local_day,
        "note": row.note,
        "status": Status(row.status),
        "made_at": row.made_at,
        "made_by": AccountID(row.made_by) if row.made_by is not None else None,
        "reported_to": AccountID(row.reported_to) if row.reported_to is not None else None,
        "reported_at": row.reported_at,
        "cancelled_because": row.cancelled_because,
        "missed_because": MissedBecause(row.missed_because) if row.missed_because else None,
        "outcome": AppointmentOutcome(row.outcome) if row.outcome else None,
        "reminded_at": row.reminded_at,
    }
