"""The months of a club, and everything the page of one month shows."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Actor, Club, Role
from clubsales.auth import queries as accounts
from clubsales.auth.permissions import Permission, may
from clubsales.auth.tables import ACCOUNT
from clubsales.clock import Instant, local_day, month_of, next_month
from clubsales.consultants.credits import closing
from clubsales.consultants.credits.closing import ClosedMonth
from clubsales.consultants.statements.approvals import approvals_of
from clubsales.consultants.statements.tables import posting
from clubsales.ids import AccountID
from clubsales.office.closing.rules import Approval, Step, steps_of
from clubsales.policies import policy_on

MOST_MONTHS = 36


@dataclass(frozen=True, slots=True)
class ApprovalPolicy:
    """Section `month`: whose word is asked for before a month is closed, in this order."""

    approvals: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthLine:
    """A month of the list. Closed, or open; of the open ones the first that is over may be closed."""

    month: date
    closed: ClosedMonth | None
    is_over: bool
    may_be_closed: bool


def months_of(session: Session, club: Club, *, at: Instant) -> list[MonthLine]:
    """The months of a club from its first posting to the present one, the latest first."""
    present = month_of(local_day(at, club.zone))
    closed = {each.month: each for each in closing.closed_months(session, club.id, limit=MOST_MONTHS)}
    first = session.execute(
        sa.select(sa.func.min(posting.c.month)).where(posting.c.club_id == club.id)
    ).scalar_one()
    last = max(closed, default=None)
    candidate = next_month(last) if last else None
    lines: list[MonthLine] = []
    month = present
    while len(lines) < MOST_MONTHS and (month == present or month in closed or (first and month >= first)):
        lines.append(
            MonthLine(
                month=month,
                closed=closed.get(month),
                is_over=month < present,
                may_be_closed=month < present and (month == candidate or candidate is None),
            )
        )
        month = month_of(month - timedelta(days=1))
    return lines


def month_waiting_for(session: Session, actor: Actor, *, at: Instant) -> date | None:
    """The first month that is over and not closed, for the manager who closes it and whose word is asked for; else None."""
    if not may(actor, Permission.MONTH_APPROVE):
        return None
    club, today = actor.club, local_day(at, actor.club.zone)
    last = closing.closed_months(session, club.id, limit=1)
    if last:
        month = next_month(last[0].month)
    else:
        month = session.execute(
            sa.select(sa.func.min(posting.c.month)).where(posting.c.club_id == club.id)
        ).scalar_one()
    if not month or month >= month_of(today):
        return None
    asked = policy_on(session, club, month).read("month", ApprovalPolicy).approvals  # as its steps are
    return month if actor.roles & {Role.CLUB_MANAGER, *map(Role, asked)} else None


def steps(session: Session, club: Club, month: date, digest: str) -> tuple[Step, ...]:
    """The approvals a month still needs, and those that bind to it as it stands."""
    roles = policy_on(session, club, month).read("month", ApprovalPolicy).approvals
    given = [
        Approval(each.role, each.account_id)
        for each in approvals_of(session, club.id, month)
        if each.digest == digest
    ]
    return steps_of([Role(role) for role in roles], given, holders_of(session, club))


def holders_of(session: Session, club: Club) -> Mapping[Role, list[AccountID]]:
    """Who is active and holds which role in the club now."""
    found: dict[Role, list[AccountID]] = {}
    for line in accounts.staff(session, club=club):
        for role in line.roles if line.active else ():
            found.setdefault(role, []).append(line.id)
    return found


def names_of(session: Session, accounts_: Collection[AccountID]) -> dict[AccountID, str]:
    """What accounts are called."""
    rows = session.execute(sa.select(ACCOUNT.c.id, ACCOUNT.c.name).where(ACCOUNT.c.id.in_(accounts_)))
    return {AccountID(row.id): row.name for row in rows} if accounts_ else {}
