"""What a consultant has to do with whom, the most urgent first, each with its reason (LED-06, TEL-03).

Read by consultant: however many leads a club has, only his own steps and claims are looked at.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.clock import Instant, local_day
from clubsales.consultants.roster import queries as roster
from clubsales.db import UtcDateTime
from clubsales.ids import ConsultantID, PersonID
from clubsales.leads.claims import queries as claims
from clubsales.leads.claims.queries import CLAIM, RUNNING, ClaimView
from clubsales.leads.claims.rules import next_end
from clubsales.leads.followups.cadence import CadencePolicy, days_between, days_off, has_run_out
from clubsales.leads.followups.order import DueFacts, Urgency, WarningPolicy, sort_key, urgency_of
from clubsales.leads.followups.queries import CONTACT, FOLLOW_UP, OPEN, WAITS
from clubsales.leads.followups.rules import Channel
from clubsales.policies import Policy, policy_on

LOOKED_BACK = timedelta(days=60)  # days off before that are not remembered
LOOKED_AHEAD = timedelta(days=120)  # nor is anybody's roster planned beyond that
PERSON = sa.table("person", sa.column("id"), sa.column("name"), sa.column("do_not_call_at", UtcDateTime()))
LEAD = sa.table(
    "lead",
    *(sa.column(name) for name in ("public_id", "club_id", "person_id", "grade", "lost_at", "converted_at")),
)
PHONE = sa.table("person_phone", *(sa.column(name) for name in ("id", "person_id", "e164")))
FIRST_PHONE = (
    sa.select(PHONE.c.e164)
    .where(PHONE.c.person_id == PERSON.c.id)
    .order_by(PHONE.c.id)
    .limit(1)
    .correlate(PERSON)
    .scalar_subquery()
)
WHO = (
    PERSON.c.id.label("person_id"),
    PERSON.c.name,
    PERSON.c.do_not_call_at,
    FIRST_PHONE.label("e164"),
    LEAD.c.public_id.label("lead_public_id"),
    LEAD.c.grade,
)
_MINE = FOLLOW_UP.c.consultant_id == sa.bindparam("consultant_id")
DUE_STEPS = (
    sa.select(*WHO, FOLLOW_UP.c.public_id, FOLLOW_UP.c.due_on, FOLLOW_UP.c.what, FOLLOW_UP.c.channel)
    .join_from(FOLLOW_UP, PERSON, PERSON.c.id == FOLLOW_UP.c.person_id)
    .join(
        LEAD,
        (LEAD.c.club_id == FOLLOW_UP.c.club_id) & (LEAD.c.person_id == FOLLOW_UP.c.person_id),
        isouter=True,
    )
    .where(
        FOLLOW_UP.c.club_id == sa.bindparam("club_id"),
        _MINE,
        OPEN,
        ~WAITS,
        FOLLOW_UP.c.due_on <= sa.bindparam("day"),
    )
    .order_by(FOLLOW_UP.c.due_on, FOLLOW_UP.c.id)
)
# Leads he holds and whom he has still to win: what is planned with them, and when somebody was last in touch.
HELD = (
    sa.select(
        *WHO,
        sa.select(sa.func.min(FOLLOW_UP.c.due_on, type_=FOLLOW_UP.c.due_on.type))
        .where(
            FOLLOW_UP.c.club_id == CLAIM.c.club_id, FOLLOW_UP.c.person_id == CLAIM.c.person_id, _MINE, OPEN
        )
        .correlate(CLAIM)
        .scalar_subquery()
        .label("planned_on"),
        sa.select(sa.func.max(CONTACT.c.at, type_=CONTACT.c.at.type))
        .where(CONTACT.c.club_id == CLAIM.c.club_id, CONTACT.c.person_id == CLAIM.c.person_id)
        .correlate(CLAIM)
        .scalar_subquery()
        .label("contacted_at"),
    )
    .join_from(CLAIM, PERSON, PERSON.c.id == CLAIM.c.person_id)
    .join(LEAD, (LEAD.c.club_id == CLAIM.c.club_id) & (LEAD.c.person_id == CLAIM.c.person_id))
    .where(
        CLAIM.c.club_id == sa.bindparam("club_id"),
        CLAIM.c.consultant_id == sa.bindparam("consultant_id"),
        RUNNING,
        CLAIM.c.until >= sa.bindparam("day"),
        LEAD.c.converted_at.is_(None),
        LEAD.c.lost_at.is_(None),
    )
    .order_by(CLAIM.c.claimed_at, CLAIM.c.id)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DueRow:
    """Somebody to contact, and why now. No `step_public_id`: nothing is planned that is due.

    `e164` is there for whose lead he holds; `protected_until` where a day ends his protection; `planned_on` where a
    later day is planned; `contacted_on` where nothing is due and somebody has been in touch.
    """

    person_id: PersonID
    name: str
    lead_public_id: str | None
    e164: str | None
    do_not_call: bool
    grade: str | None
    step_public_id: str | None
    due_on: date | None
    what: str
    channel: Channel | None
    urgency: Urgency
    answer_by: Instant | None
    protected_until: date | None
    contacted_on: date | None = None
    planned_on: date | None = None

    def days_overdue(self, day: date) -> int:
        """How many days ago it was due; 0: today, or not planned."""
        return (day - self.due_on).days if self.due_on is not None else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DueList:
    """The most urgent of what a consultant has to do. `count`, `overdue` and `unplanned` are of all of it."""

    rows: tuple[DueRow, ...]
    count: int
    overdue: int
    unplanned: int
    day: date

    @property
    def has_more(self) -> bool:
        """Whether some of it is not among the rows."""
        return self.count > len(self.rows)


def due_list(
    session: Session, club: Club, consultant_id: ConsultantID, at: Instant, *, limit: int
) -> DueList:
    """What a consultant has to do by today: steps that are due, and leads of his nobody has planned anything with
    whose clock runs, whose protection ends or whose cadence has run out."""
    day = local_day(at, club.zone)
    policy = policy_on(session, club, day)
    rows = _rows(session, club, consultant_id, day, policy)
    warning = policy.read("claims", WarningPolicy)
    rows.sort(key=lambda row: (*sort_key(_facts(row), day, warning), row.person_id))
    return DueList(
        rows=tuple(rows[:limit]),
        count=len(rows),
        overdue=sum(row.days_overdue(day) > 0 for row in rows),
        unplanned=sum(row.due_on is None and row.planned_on is None for row in rows),
        day=day,
    )


def off_days(
    session: Session, club: Club, consultant_ids: Collection[ConsultantID], day: date
) -> dict[ConsultantID, frozenset[date]]:
    """The days around a club-local day on which consultants do not work: leave, and what the roster leaves out."""
    first, last = day - LOOKED_BACK, day + LOOKED_AHEAD
    monday, sunday = first - timedelta(days=first.weekday()), last + timedelta(days=6 - last.weekday())
    entries = roster.entries_of(session, consultant_ids, monday, sunday)
    leave = roster.days_off(session, club.id, first, last)
    return {
        each: days_off(
            first,
            last,
            on_leave={day for (who, day), off in leave.items() if who == each and off.whole_day},
            planned={entry.day for entry in entries[each]},
        )
        for each in consultant_ids
    }


def _rows(
    session: Session, club: Club, consultant_id: ConsultantID, day: date, policy: Policy
) -> list[DueRow]:
    asked = {"club_id": club.id, "consultant_id": consultant_id, "day": day}
    steps = session.execute(DUE_STEPS, asked).all()
    held = {claim.person_id: claim for claim in claims.held_by(session, club.id, consultant_id, day)}
    answer_by = _answer_by(session, club, list(held.values()))
    warning = policy.read("claims", WarningPolicy)
    rows = [_row(row, held.get(row.person_id), answer_by, day, warning) for row in steps]
    if not held:
        return rows
    cadence = policy.read("follow_up", CadencePolicy)
    off = off_days(session, club, [consultant_id], day)[consultant_id]
    listed = {row.person_id for row in rows}
    for row in session.execute(HELD, asked):
        if row.person_id in listed:
            continue
        claim = held[row.person_id]
        found = _row(row, claim, answer_by, day, warning, is_step=False)
        last_on = local_day(row.contacted_at or claim.claimed_at, club.zone)
        silent = row.planned_on is None and has_run_out(last_on, day, days_between(row.grade, cadence), off)
        if found.urgency is not Urgency.SILENT or silent:
            contacted_on = last_on if row.contacted_at else None
            rows.append(replace(found, contacted_on=contacted_on, planned_on=row.planned_on))
    return rows


def _answer_by(session: Session, club: Club, held: list[ClaimView]) -> dict[PersonID, Instant]:
    """By when the first contact with somebody is due, where the response clock runs."""
    unanswered = [claim for claim in held if claim.first_contact_at is None]
    clocks = claims.clocks_of(session, club, unanswered) if unanswered else {}
    found = {}
    for claim in unanswered:
        clock = clocks[claim.id]
        end = next_end(clock, club.zone) if clock.response_minutes else None
        if end is not None:
            found[claim.person_id] = end
    return found


def _row(
    row: Any,
    claim: ClaimView | None,
    answer_by: dict[PersonID, Instant],
    day: date,
    warning: WarningPolicy,
    *,
    is_step: bool = True,
) -> DueRow:
    facts = DueFacts(
        answer_by=answer_by.get(row.person_id),
        protected_until=claim.until if claim is not None and claim.has_last_day else None,
        grade=row.grade,
        due_on=row.due_on if is_step else None,
    )
    return DueRow(
        person_id=PersonID(row.person_id),
        name=row.name,
        lead_public_id=row.lead_public_id,
        e164=row.e164 if claim is not None else None,
        do_not_call=row.do_not_call_at is not None,
        grade=row.grade,
        step_public_id=row.public_id if is_step else None,
        due_on=facts.due_on,
        what=row.what if is_step else "",
        channel=Channel(row.channel) if is_step and row.channel else None,
        urgency=urgency_of(facts, day, warning),
        answer_by=facts.answer_by,
        protected_until=facts.protected_until,
    )


def _facts(row: DueRow) -> DueFacts:
    return DueFacts(
        answer_by=row.answer_by, protected_until=row.protected_until, grade=row.grade, due_on=row.due_on
    )
