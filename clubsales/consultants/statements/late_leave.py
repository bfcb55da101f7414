"""Unpaid leave that statements of closed months do not know: the earliest open month deducts it (COM-11, AMB-65)."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.clock import day_start, month_of, next_month
from clubsales.consultants.credits import closing
from clubsales.consultants.leave.queries import LeaveView
from clubsales.consultants.statements import extras
from clubsales.consultants.statements.facts import LateLeave
from clubsales.consultants.statements.models import StatementRow
from clubsales.consultants.statements.restored import facts_in
from clubsales.db import table_of
from clubsales.ids import ConsultantID

STATEMENT = table_of(StatementRow)
MONTHS_BACK = 12  # leave of a month is not decided later than this


def late_leave(
    session: Session,
    club: Club,
    month: date,
    forms: Sequence[LeaveView],
    *,
    consultant_id: ConsultantID | None = None,
) -> dict[ConsultantID, tuple[LateLeave, ...]]:
    """What closed months still owe in unpaid leave, by consultant, the earliest month first.

    `forms` is the unpaid leave from `first_month` on. Nothing for a month that is not the earliest open one: each late day is deducted once.
    """
    touched = sorted(
        {
            (form.consultant_id, each)
            for form in forms
            if consultant_id in (None, form.consultant_id)
            for each in _closed_months_of(form, club, month)
        }
    )
    if not touched:
        return {}
    last = closing.closed_through(session, club.id)
    if last is None or month != next_month(last):
        return {}
    owed = {each: extras.unpaid_leave(session, forms, each) for each in {each for _who, each in touched}}
    found: dict[ConsultantID, list[LateLeave]] = {}
    for who, each in touched:
        late = _late(session, who, each, owed[each].get(who, 0))
        if late is not None:
            found.setdefault(who, []).append(late)
    return {who: tuple(parts) for who, parts in found.items()}


def first_month(month: date) -> date:
    """How far back a month looks for leave of closed ones."""
    for _ in range(MONTHS_BACK):
        month = month_of(month - timedelta(days=1))
    return month


def _closed_months_of(form: LeaveView, club: Club, month: date) -> Iterator[date]:
    """The months before this one that a form lies in, if it was decided when its first one was over already."""
    started = month_of(form.first_day)
    if form.decided_at is None or form.decided_at < day_start(next_month(started), club.zone):
        return
    each = max(started, first_month(month))
    while each < month and each <= form.last_day:
        yield each
        each = next_month(each)


def _late(session: Session, consultant_id: ConsultantID, month: date, owed: int) -> LateLeave | None:
    """What is owed for a month beside what its statement and later ones have deducted; nothing without a statement."""
    known: Counter[date] = Counter()
    own = None
    for row in statements_since(session, consultant_id, month):
        facts = facts_in(row.document)
        if row.month == month:
            own = (facts, row.base_minor)
            known[month] += facts.leave_halves
        for part in facts.late_leave:
            known[part.month] += part.halves
    if own is None or owed == known[month]:
        return None
    facts, paid = own
    return LateLeave(month, owed - known[month], known[month], facts.base_minor, paid, facts.days_per_month)


def statements_since(
    session: Session, consultant_id: ConsultantID, since: date
) -> sa.Result[tuple[object, ...]]:
    """Somebody's statements from a month on, with what they were reckoned from."""
    return session.execute(
        sa.select(
            STATEMENT.c.month,
            STATEMENT.c.public_id,
            STATEMENT.c.base_minor,
            STATEMENT.c.document,
        )
        .where(STATEMENT.c.consultant_id == consultant_id, STATEMENT.c.month >= since)
        .order_by(STATEMENT.c.month)
    )
