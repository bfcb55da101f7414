"""The points that records give, for the items that take theirs from them."""

from collections.abc import Callable, Sequence
from datetime import date

from sqlalchemy.orm import Session

from clubsales.consultants.assessment.asked import Rate, Subject
from clubsales.consultants.assessment.lead_records import (
    collection,
    conversion,
    follow_up,
    leads_touched,
    prices,
)
from clubsales.consultants.assessment.marking import Mark, points_of_rate
from clubsales.consultants.assessment.periods import Period, before, last_day, months_of
from clubsales.consultants.assessment.sheets import Item, Source
from clubsales.consultants.credits import months as credited
from clubsales.consultants.roster import queries as roster
from clubsales.consultants.roster.attendance import Status
from clubsales.consultants.targets import goals
from clubsales.consultants.targets import queries as targets
from clubsales.consultants.targets.figures import reached as targets_reached
from clubsales.consultants.targets.rules import GoalKind, Scope, ScopeKind
from clubsales.consultants.targets.rules import Period as TargetPeriod

MONTHLY = TargetPeriod.MONTH
MONEY = frozenset(
    {Source.COMPLETION, Source.GROWTH, Source.COLLECTION, Source.PRICES}
)  # their facts are amounts
CAME = frozenset({Status.ON_TIME, Status.LATE, Status.LEFT_EARLY, Status.WORKING})


def found(session: Session, subject: Subject, items: Sequence[Item]) -> dict[str, Mark]:
    """The points that the data gives, by item. Where there is nothing to judge by, the item is left out."""
    marks = {}
    for item in items:
        if not item.source.is_data:
            continue
        rate = READERS[item.source](session, subject)
        if rate.whole > 0:
            facts: dict[str, object] = {"part": rate.part, "whole": rate.whole, "full_at": item.full_at}
            if item.source in MONEY:
                facts["currency"] = subject.club.currency
            if item.source is Source.COMPLETION:
                facts["others_met"] = others_met(session, subject)
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


def _growth(session: Session, subject: Subject) -> Rate:
    """Net credit against that of the period before, in minor units (ASM-17); nothing to judge by where that was nothing."""

    def credit(start: date) -> int:
        return sum(
            credited.month_credit(session, subject.club.id, subject.consultant_id, month).minor
            for month in months_of(subject.period, start)
        )

    return Rate(credit(subject.start), max(credit(before(subject.period, subject.start)), 0))


def _punctuality(session: Session, subject: Subject) -> Rate:
    """Planned shifts begun on time, of those that are over or begun; an absence is not on time (ATT-02)."""
    days = roster.attendance(
        session, subject.club, subject.start, subject.last, subject.at, of=subject.consultant_id
    )
    planned = [day for day in days if day.entry_id is not None and day.status in CAME | {Status.ABSENT}]
    return Rate(sum(day.status in CAME and not day.late_minutes for day in planned), len(planned))


READERS: dict[Source, Callable[[Session, Subject], Rate]] = {
    Source.COMPLETION: _completion,
    Source.PUNCTUALITY: _punctuality,
    Source.FOLLOW_UP: follow_up,
    Source.LEADS_TOUCHED: leads_touched,
    Source.CONVERSION: conversion,
    Source.GROWTH: _growth,
    Source.COLLECTION: collection,
    Source.PRICES: prices,
}
