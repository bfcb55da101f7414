"""Who is paid in a month, and by what: kind, team and terms of pay as the month ends."""

from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.clock import day_start, next_month
from clubsales.consultants.profiles.tables import CONSULTANT
from clubsales.consultants.profiles.terms import (
    PayTerm,
    TeamAt,
    kind_before,
    later_change,
    pay_terms_on,
    teams_at,
)
from clubsales.consultants.statements import extras
from clubsales.ids import AccountID, ConsultantID

SUPERVISOR = "supervisor"  # the kind of plan that pays those who lead a team


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody of the club in a month. `kind`: inside, outside, supervisor, or nothing of these."""

    id: ConsultantID
    public_id: str
    account_id: AccountID
    code: str
    name: str
    kind: str
    sells: bool
    active_days: int  # calendar days of the month on which he works here
    has_left: bool  # by the month's last day
    leads: bool
    team: TeamAt | None
    term: PayTerm

    @property
    def is_active(self) -> bool:
        """Whether he works here on any day of the month."""
        return self.active_days > 0

    @property
    def stays_and_sells(self) -> bool:
        """Whether he sells here, and still will when the month is over: of him a deposit is kept."""
        return self.sells and self.is_active and not self.has_left

    @property
    def order(self) -> tuple[str, str, int]:
        """The order of codes."""
        return self.code, self.name, self.id


def people_of(session: Session, club: Club, month: date) -> list[Person]:
    """Everybody who ever had a profile in the club by then, in the order of codes."""
    after = next_month(month)
    end, last_day = day_start(after, club.zone), after - timedelta(days=1)
    teams = teams_at(session, club.id, end)
    terms = pay_terms_on(session, club.id, last_day)
    leading = extras.supervisors_of(session, club, month)
    rows = session.execute(
        sa.select(CONSULTANT, later_change(end)).where(
            CONSULTANT.c.club_id == club.id, CONSULTANT.c.active_from < after
        )
    )
    people = [
        Person(
            id=ConsultantID(row.id),
            public_id=row.public_id,
            account_id=AccountID(row.account_id),
            code=row.code,
            name=row.name,
            kind=(kind := kind_before(row)) or (SUPERVISOR if row.account_id in leading else ""),
            sells=kind is not None,
            active_days=_days_between(
                max(row.active_from, month), min(row.active_until or last_day, last_day)
            ),
            has_left=row.active_until is not None and row.active_until <= last_day,
            leads=row.account_id in leading,
            team=teams.get(ConsultantID(row.id)),
            term=terms[ConsultantID(row.id)],
        )
        for row in rows
    ]
    return sorted(people, key=lambda one: one.order)  # here, for each server collates in its own way


def _days_between(first: date, last: date) -> int:
    """The days from one to another, both included; 0 where the last comes before the first."""
    return max((last - first).days + 1, 0)


def is_on_probation(person: Person, month: date) -> bool:
    """Whether he is on probation on the month's last day."""
    until = person.term.probation_until
    return until is not None and until >= next_month(month) - timedelta(days=1)
