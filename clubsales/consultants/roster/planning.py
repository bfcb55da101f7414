"""How entries of the roster are written: with all that the rules ask, read once for however many days."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit, policies
from clubsales.actor import Actor
from clubsales.clock import Instant, local_day
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.profiles.queries import ConsultantView
from clubsales.consultants.roster import queries
from clubsales.consultants.roster.events import PlanWithdrawn, ShiftPlanned
from clubsales.consultants.roster.models import RosterEntryRow, SwapRow
from clubsales.consultants.roster.rules import (
    Entry,
    Off,
    PlanFacts,
    RosterPolicy,
    Span,
    Withdrawn,
    already_planned,
    decide_plan,
    may_plan_on,
    template_span,
)
from clubsales.db import insert_row
from clubsales.errors import Decision, Refusal, allow
from clubsales.ids import ConsultantID, RosterEntryID

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
SUPERVISORS_RULE, LEAVE_RULE = "SHF-02", "ATT-03"


@dataclass(frozen=True, slots=True)
class Trace:
    """Who changes the plan, when, and by which rule."""

    actor: Actor
    at: Instant
    rule: str = SUPERVISORS_RULE


@dataclass(frozen=True, slots=True, kw_only=True)
class Planner:
    """Plans shifts of some people on some local days; `entries` follows what it writes."""

    session: Session
    trace: Trace
    names: Mapping[ConsultantID, str]
    reach: Mapping[date, Decision]
    policies: Mapping[date, RosterPolicy]
    active: Mapping[date, frozenset[ConsultantID]]
    off: Mapping[tuple[ConsultantID, date], Off]
    entries: dict[tuple[ConsultantID, date], tuple[Entry, ...]]

    def plan(
        self, consultant_id: ConsultantID, day: date, shift: str, *, beside: bool = False
    ) -> RosterEntryID | Refusal:
        """Plan a shift instead of what is planned for that day (or `beside` it), or say why not.

        What is planned already stays as it is.
        """
        answer = self.decide(consultant_id, day, shift, beside=beside)
        if isinstance(answer, Refusal):
            return answer
        if isinstance(answer, Entry):
            return answer.id
        replaced = () if beside else self.entries.get((consultant_id, day), ())
        for entry in replaced:
            withdraw(self.session, consultant_id, entry, Withdrawn.REPLACED, self.trace)
        instead_of = replaced[0].id if replaced else None
        entry = insert(self.session, consultant_id, day, shift, answer, instead_of, self.trace)
        kept = self.entries.get((consultant_id, day), ()) if beside else ()
        self.entries[consultant_id, day] = (*kept, entry)
        return entry.id

    def decide(
        self, consultant_id: ConsultantID, day: date, shift: str, *, beside: bool = False
    ) -> Span | Entry | Refusal:
        """When a shift would be, what is planned already and is the same, or why it may not be. Writes nothing."""
        reach = self.reach[day]
        if isinstance(reach, Refusal):
            return reach
        facts = self._facts(consultant_id, day, shift, beside)
        return already_planned(facts) or decide_plan(facts)

    def suppose(self, consultant_id: ConsultantID, day: date, shift: str, span: Span) -> None:
        """Let what is decided from now on go by a shift that nobody has written."""
        entry = Entry(id=RosterEntryID(0), day=day, shift=shift, span=span)
        self.entries[consultant_id, day] = (*self.entries.get((consultant_id, day), ()), entry)

    def _facts(self, consultant_id: ConsultantID, day: date, shift: str, beside: bool) -> PlanFacts:
        policy = self.policies[day]
        planned = self.entries.get((consultant_id, day), ())
        return PlanFacts(
            name=self.names[consultant_id],
            day=day,
            shift=shift,
            shifts=tuple(policy.templates),
            span=template_span(policy, shift, day, self.trace.actor.club.zone),
            is_active=consultant_id in self.active[day],
            off=self.off.get((consultant_id, day)),
            replaced=() if beside else planned,
            others=(
                *self.entries.get((consultant_id, day - DAY), ()),
                *(planned if beside else ()),
                *self.entries.get((consultant_id, day + DAY), ()),
            ),
            at=self.trace.at,
        )


def planner(
    session: Session, people: Iterable[ConsultantView], days: Iterable[date], trace: Trace
) -> Planner:
    """A planner for these people and days; each table is read once."""
    club, today = trace.actor.club, local_day(trace.at, trace.actor.club.zone)
    names = {person.id: person.name for person in people}
    reach = {day: may_plan_on(day, today) for day in days}
    near = sorted(day for day, decision in reach.items() if decision == allow())
    entries: dict[tuple[ConsultantID, date], tuple[Entry, ...]] = {}
    off: Mapping[tuple[ConsultantID, date], Off] = {}
    if near:
        off = queries.days_off(session, club.id, near[0], near[-1])
        planned = queries.entries_of(session, names, near[0] - DAY, near[-1] + DAY)
        for consultant_id, found in planned.items():
            for entry in found:
                entries.setdefault((consultant_id, entry.day), ())
                entries[consultant_id, entry.day] += (entry,)
    return Planner(
        session=session,
        trace=trace,
        names=names,
        reach=reach,
        policies={day: policies.policy_on(session, club, day).read("shift", RosterPolicy) for day in near},
        active={
            day: frozenset(each.id for each in profiles.all_in_club(session, club.id, on_day=day))
            for day in near
        },
        off=off,
        entries=entries,
    )


def insert(
    session: Session,
    consultant_id: ConsultantID,
    day: date,
    shift: str,
    span: Span,
    instead_of: RosterEntryID | None,
    trace: Trace,
) -> Entry:
    """Write an entry that the rules allow; the database refuses one that overlaps."""
    row = RosterEntryRow(
        club_id=trace.actor.club.id,
        consultant_id=consultant_id,
        local_day=day,
        shift=shift,
        starts_at=span.starts_at,
        ends_at=span.ends_at,
        made_at=trace.at,
        made_by=trace.actor.account_id,
    )
    insert_row(session, row)
    event = ShiftPlanned(
        row.id, consultant_id, day, shift, span.starts_at, span.ends_at, instead_of, trace.rule
    )
    audit.record(session, event, actor=trace.actor, at=trace.at)
    return Entry(id=RosterEntryID(row.id), day=day, shift=shift, span=span)


def withdraw(
    session: Session, consultant_id: ConsultantID, entry: Entry, why: Withdrawn, trace: Trace
) -> None:
    """An entry holds no longer; a swap that was asked for it falls away with it."""
    session.execute(
        sa.update(RosterEntryRow)
        .where(RosterEntryRow.id == entry.id, RosterEntryRow.withdrawn_at.is_(None))
        .values(withdrawn_at=trace.at, withdrawn_by=trace.actor.account_id, withdrawn_why=why.value)
    )
    session.execute(
        sa.update(SwapRow)
        .where(
            sa.or_(SwapRow.entry_id == entry.id, SwapRow.other_entry_id == entry.id),
            SwapRow.status.in_(("asked", "agreed")),
        )
        .values(status="withdrawn", decided_at=trace.at)
    )
    event = PlanWithdrawn(entry.id, consultant_id, entry.day, entry.shift, why.value, trace.rule)
    audit.record(session, event, actor=trace.actor, at=trace.at)
