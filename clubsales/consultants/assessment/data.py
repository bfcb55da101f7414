"""What was written down anyway and says how somebody worked: read for the items that take their points from it.

Leads, receptions and sales stand above, so their tables are known by name.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.clock import Instant, day_start, local_day
from clubsales.consultants.assessment.marking import Mark, points_of_rate
from clubsales.consultants.assessment.periods import Period, after, last_day, months_of
from clubsales.consultants.assessment.sheets import Item, Source
from clubsales.consultants.credits import months as credited
from clubsales.consultants.roster import queries as roster
from clubsales.consultants.roster.attendance import Status
from clubsales.consultants.targets import goals
from clubsales.consultants.targets import queries as targets
from clubsales.consultants.targets.figures import reached as targets_reached
from clubsales.consultants.targets.rules import GoalKind, Scope, ScopeKind
from clubsales.consultants.targets.rules import Period as TargetPeriod
from clubsales.db import UtcDateTime
from clubsales.ids import ConsultantID

KEY = sa.BigInteger
MONTHLY = TargetPeriod.MONTH
FOLLOW_UP = sa.table(
    "follow_up",
    sa.column("club_id", KEY),
    sa.column("consultant_id", KEY),
    sa.column("due_on", sa.Date),
    sa.column("ended_at", UtcDateTime()),
    sa.column("end_reason", sa.String),
)
CLAIM = sa.table(
    "claim",
    sa.column("club_id", KEY),
    sa.column("consultant_id", KEY),
    sa.column("person_id", KEY),
    sa.column("claimed_day", sa.Date),
    sa.column("ended_day", sa.Date),
)
CONTACT = sa.table(
    "contact",
    sa.column("club_id", KEY),
    sa.column("consultant_id", KEY),
    sa.column("person_id", KEY),
    sa.column("local_day", sa.Date),
)
LEAD = sa.table(
    "lead",
    sa.column("club_id", KEY),
    sa.column("person_id", KEY),
    sa.column("captured_by", KEY),
    sa.column("captured_at", UtcDateTime()),
)
RECEPTION = sa.table(
    "reception",
    sa.column("club_id", KEY),
    sa.column("consultant_id", KEY),
    sa.column("person_id", KEY),
    sa.column("local_day", sa.Date),
    sa.column("is_member", sa.Boolean),
)
SALE = sa.table(
    "sale",
    sa.column("club_id", KEY),
    sa.column("person_id", KEY),
    sa.column("kind", sa.String),
    sa.column("first_receipt_at", UtcDateTime()),
)
CAME = frozenset({Status.ON_TIME, Status.LATE, Status.LEFT_EARLY, Status.WORKING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Whom the data is asked about, and over which days; `at` is when it is asked."""

    club: Club
    consultant_id: ConsultantID
    period: Period
    start: date
    at: Instant

    @property
    def last(self) -> date:
        """The last day of the period."""
        return last_day(self.period, self.start)

    @property
    def span(self) -> tuple[Instant, Instant]:
        """The period as instants."""
        zone = self.club.zone
        return day_start(self.start, zone), day_start(after(self.period, self.start), zone)


@dataclass(frozen=True, slots=True)
class Rate:
    """So many of so many; nothing to judge by where the whole is nothing."""

    part: int
    whole: int


def found(session: Session, subject: Subject, items: Sequence[Item]) -> dict[str, Mark]:
    """The points that the data gives, by item. Where there is nothing to judge by, the item is left out."""
    marks = {}
    for item in items:
        if not item.source.is_data:
            continue
        rate = READERS[item.source](session, subject)
        if rate.whole > 0:
            facts: dict[str, object] = {"part": rate.part, "whole": rate.whole, "full_at": item.full_at}
            if item.source is Source.COMPLETION:
                facts |= {"currency": subject.club.currency, "others_met": others_met(session, subject)}
            marks[item.code] = Mark(points_of_rate(item, rate.part, rate.whole), facts)
    return marks


def others_met(session: Session, subject: Subject) -> bool:
    """Whether the person's targets of other kinds are met, as far as a record or a stated result says (ASM-11)."""
    for kind in GoalKind:
        if kind is GoalKind.SALES:
            continue
        issued = goals.goals_between(session, subject.club.id, kind, subject.start, subject.last)
        for slot, history in issued.items():
            if slot.scope != Scope(ScopeKind.CONSULTANT, subject.consultant_id) or slot.period is not MONTHLY:
                continue
            reached = history[0].result
            if reached is None:
                last = last_day(Period.MONTH, slot.starts_on)
                figures = targets_reached(session, subject.club, kind, slot.starts_on, last)
                reached = figures.get(subject.consultant_id, 0) if figures is not None else None
            if reached is not None and reached < history[0].value:
                return False
    return True


def _completion(session: Session, subject: Subject) -> Rate:
    """Net credit against the target, in minor units; a month without a target counts in neither."""
    credit = target = 0
    for month in months_of(subject.period, subject.start):
        aimed = targets.target_of(session, subject.club.id, subject.consultant_id, month)
        if aimed is not None:
            reached = credited.month_credit(session, subject.club.id, subject.consultant_id, month)
            credit, target = credit + reached.minor, target + aimed.minor
    return Rate(credit, target)


def _punctuality(session: Session, subject: Subject) -> Rate:
    """Planned shifts begun on time, of those that are over or begun; an absence is not on time (ATT-02)."""
    days = roster.attendance(
        session, subject.club, subject.start, subject.last, subject.at, of=subject.consultant_id
    )
    planned = [day for day in days if day.entry_id is not None and day.status in CAME | {Status.ABSENT}]
    return Rate(sum(day.status in CAME and not day.late_minutes for day in planned), len(planned))


def _follow_up(session: Session, subject: Subject) -> Rate:
    """Follow-ups done by the day they were due, of those due; one replaced or dropped before it was late is none."""
    zone, today = subject.club.zone, local_day(subject.at, subject.club.zone)
    rows = session.execute(
        sa.select(FOLLOW_UP.c.due_on, FOLLOW_UP.c.ended_at, FOLLOW_UP.c.end_reason).where(
            FOLLOW_UP.c.club_id == subject.club.id,
            FOLLOW_UP.c.consultant_id == subject.consultant_id,
            FOLLOW_UP.c.due_on.between(subject.start, subject.last),
        )
    )
    done = due = 0
    for row in rows:
        in_time = local_day(row.ended_at, zone) <= row.due_on if row.ended_at else row.due_on >= today
        if in_time and row.end_reason != "done":
            continue
        due += 1
        done += in_time
    return Rate(done, due)


def _leads_touched(session: Session, subject: Subject) -> Rate:
    """Leads he held at some time of the period, and how many of them he was in contact with (TEL-03)."""
    touched = sa.exists().where(
        CONTACT.c.club_id == CLAIM.c.club_id,
        CONTACT.c.person_id == CLAIM.c.person_id,
        CONTACT.c.consultant_id == CLAIM.c.consultant_id,
        CONTACT.c.local_day.between(subject.start, subject.last),
    )
    held = (
        sa.select(CLAIM.c.person_id, sa.func.max(sa.case((touched, 1), else_=0)).label("touched"))
        .where(
            CLAIM.c.club_id == subject.club.id,
            CLAIM.c.consultant_id == subject.consultant_id,
            CLAIM.c.claimed_day <= subject.last,
            sa.or_(CLAIM.c.ended_day.is_(None), CLAIM.c.ended_day >= subject.start),
        )
        .group_by(CLAIM.c.person_id)
        .subquery()
    )
    return _counted(session, held, held.c.touched)


def _conversion(session: Session, subject: Subject) -> Rate:
    """People he captured, or received before they were members, and how many bought a card by its end (ASM-18)."""
    since, until = subject.span
    captured = sa.select(LEAD.c.person_id).where(
        LEAD.c.club_id == subject.club.id,
        LEAD.c.captured_by == subject.consultant_id,
        LEAD.c.captured_at >= since,
        LEAD.c.captured_at < until,
    )
    received = sa.select(RECEPTION.c.person_id).where(
        RECEPTION.c.club_id == subject.club.id,
        RECEPTION.c.consultant_id == subject.consultant_id,
        RECEPTION.c.local_day.between(subject.start, subject.last),
        RECEPTION.c.is_member.is_(False),
        RECEPTION.c.person_id.is_not(None),
    )
    people = sa.union(captured, received).subquery()
    joined = sa.exists().where(
        SALE.c.club_id == subject.club.id,
        SALE.c.person_id == people.c.person_id,
        SALE.c.kind == "new",
        SALE.c.first_receipt_at >= since,
        SALE.c.first_receipt_at < until,
    )
    of = sa.select(people.c.person_id, sa.case((joined, 1), else_=0).label("joined")).subquery()
    return _counted(session, of, of.c.joined)


def _counted(session: Session, of: sa.Subquery, flag: sa.ColumnElement[int]) -> Rate:
    row = session.execute(
        sa.select(
            sa.func.coalesce(sa.func.sum(flag), 0).label("part"), sa.func.count().label("whole")
        ).select_from(of)
    ).one()
    return Rate(int(row.part), int(row.whole))


READERS: dict[Source, Callable[[Session, Subject], Rate]] = {
    Source.COMPLETION: _completion,
    Source.PUNCTUALITY: _punctuality,
    Source.FOLLOW_UP: _follow_up,
    Source.LEADS_TOUCHED: _leads_touched,
    Source.CONVERSION: _conversion,
}
