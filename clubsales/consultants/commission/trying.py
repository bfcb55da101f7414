"""A plan tried on the past: what it would have paid in the last months, person by person (back-test)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.clock import day_start, next_month
from clubsales.consultants.commission.choosing import ChosenPlan, Published, Scope
from clubsales.consultants.commission.plans import SUPERVISOR, Paid, people_paid
from clubsales.consultants.commission.queries import (
    Credits,
    Plans,
    credits_between,
    fees_between,
    less_fees,
    plans_of_month,
)
from clubsales.consultants.commission.rules import WHOLE_BP, Plan, SaleClass, reckon
from clubsales.consultants.profiles.terms import teams_at
from clubsales.ids import ClubID, ConsultantID, TeamID
from clubsales.money import half_up

MONTHS = 12
THE_PLAN = -1  # stands for the plan that is tried, which has no id yet
statement = sa.table(
    "statement",
    sa.column("club_id", sa.BigInteger),
    sa.column("month", sa.Date),
    sa.column("consultant_id", sa.BigInteger),
    sa.column("paid_bp", sa.BigInteger),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedMonth:
    """Somebody's base, commission and team override of a month: as it stood, and under the plan."""

    month: date
    credit: int
    before: int
    after: int
    paid_bp: int  # of the commission, as the month's assessment had it

    @property
    def difference(self) -> int:
        """More under the plan; negative: less."""
        return self.after - self.before


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedPerson:
    """What the plan means to somebody."""

    id: ConsultantID
    public_id: str
    code: str
    name: str
    months: tuple[TriedMonth, ...]

    @property
    def before(self) -> int:
        """All months as they stood."""
        return sum(each.before for each in self.months)

    @property
    def after(self) -> int:
        """All months under the plan."""
        return sum(each.after for each in self.months)

    @property
    def difference(self) -> int:
        """More under the plan; negative: less."""
        return self.after - self.before


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A plan over some months; `people` are those it would have paid, who gains or loses most first."""

    months: tuple[date, ...]
    people: tuple[TriedPerson, ...]

    @property
    def before(self) -> int:
        """What all of them were paid, minor units."""
        return sum(each.before for each in self.people)

    @property
    def after(self) -> int:
        """What the plan would have paid them."""
        return sum(each.after for each in self.people)

    @property
    def cost(self) -> int:
        """What the plan would have cost more; negative: less."""
        return self.after - self.before

    def of_month(self, month: date) -> tuple[int, int]:
        """Everybody's month as it stood, and under the plan."""
        found = [each for person in self.people for each in person.months if each.month == month]
        return sum(each.before for each in found), sum(each.after for each in found)


def try_plan(
    session: Session, club: Club, plan: Plan, scope: Scope, *, before: date, months: int = MONTHS
) -> Tried:
    """Pay the months before one again, those the plan is for by it, everybody else as he was paid.

    Level, probation and team of each month's end, policy and plans of its first day. Negative months are carried on.
    """
    span = _months_before(before, months)
    gross = credits_between(session, club.id, span[0], span[-1])
    fees = fees_between(session, club.id, span[0], span[-1])
    paid = _paid_rates(session, club.id, span[0], span[-1])
    found: dict[ConsultantID, tuple[Paid, list[TriedMonth]]] = {}
    concerned: set[ConsultantID] = set()
    carried: dict[bool, dict[ConsultantID, int]] = {False: {}, True: {}}
    for month in span:
        as_it_was = plans_of_month(session, club, month)
        with_it = _with(as_it_was, plan, scope)
        people = people_paid(session, club, month)
        credit = gross.get(month, {})
        teams = _teams(session, club, month, people, credit, (as_it_was, with_it))
        amounts: dict[bool, dict[ConsultantID, int]] = {}
        for is_tried, plans in ((False, as_it_was), (True, with_it)):
            chosen = {each.id: each.chosen(plans) for each in people}
            net = less_fees(
                credit,
                fees.get(month, {}),
                {holder for holder, its in chosen.items() if its.plan.exclude_set_up_fee},
            )
            amounts[is_tried] = {}
            for each in people:
                rate = paid.get((month, each.id), WHOLE_BP)
                pay, left = _pay(
                    each, chosen[each.id], net.get(each.id, {}), carried[is_tried].get(each.id, 0), rate
                )
                carried[is_tried][each.id] = left
                amounts[is_tried][each.id] = pay + _override(each, plans, teams)
        for each in people:
            if _is_meant(each, scope):
                concerned.add(each.id)
            found.setdefault(each.id, (each, []))[1].append(
                TriedMonth(
                    month=month,
                    credit=sum(credit.get(each.id, {}).values()),
                    before=amounts[False][each.id],
                    after=amounts[True][each.id],
                    paid_bp=paid.get((month, each.id), WHOLE_BP),
                )
            )
    people_tried = _in_order(found, concerned)
    worked = {each.month for person in people_tried for each in person.months}
    return Tried(
        months=tuple(month for month in span if worked and month >= min(worked)), people=people_tried
    )


def _with(plans: Plans, plan: Plan, scope: Scope) -> Plans:
    """The plans of a month, and the one that is tried as the latest of its scope."""
    tried = Published(
        plan=plan, plan_id=THE_PLAN, public_id="", name="", scope=scope, valid_from=date.max, sequence=0
    )
    return replace(plans, published=(*plans.published, tried))


def _pay(
    person: Paid, chosen: ChosenPlan, credit: Mapping[SaleClass, int], brought: int, paid_bp: int
) -> tuple[int, int]:
    """Base and commission of a month, and what is carried on."""
    reckoned = reckon(chosen.plan, credit, brought)
    base = _base(person, chosen)
    return base + half_up(reckoned.commission_minor * paid_bp, WHOLE_BP), reckoned.carried_minor


def _base(person: Paid, chosen: ChosenPlan) -> int:
    """His own base, else the plan's; who only leads a team has one where a plan was published for him."""
    if person.term.base is not None:
        return person.term.base.minor
    return chosen.plan.base_minor if person.kind != SUPERVISOR or chosen.plan_id is not None else 0


def _override(person: Paid, plans: Plans, teams: Mapping[ConsultantID, int]) -> int:
    """A supervisor's part of his team's net credit, his own in it too."""
    if not person.leads:
        return 0
    chosen = plans.plan_for(SUPERVISOR, person.term.level, person.on_probation)
    return max(half_up(teams.get(person.id, 0) * chosen.plan.team_override_bp, WHOLE_BP), 0)


def _teams(
    session: Session,
    club: Club,
    month: date,
    people: Sequence[Paid],
    credit: Credits,
    tried: tuple[Plans, Plans],
) -> dict[ConsultantID, int]:
    """The net credit of each supervisor's team, where a plan pays for it."""
    offered = [each.plan for plans in tried for each in plans.published]
    offered += [plans.of_policy for plans in tried]
    if not any(plan.team_override_bp for plan in offered) or not any(each.leads for each in people):
        return {}
    teams = teams_at(session, club.id, day_start(next_month(month), club.zone))
    of_team: dict[TeamID, int] = {}
    for holder, by_class in credit.items():
        if holder in teams:
            team = teams[holder].team_id
            of_team[team] = of_team.get(team, 0) + sum(by_class.values())
    return {
        each.id: of_team.get(teams[each.id].team_id, 0) for each in people if each.leads and each.id in teams
    }


def _is_meant(person: Paid, scope: Scope) -> bool:
    kinds = {person.kind, SUPERVISOR} if person.leads else {person.kind}
    return any(scope.fits(kind, person.term.level, person.on_probation) for kind in kinds)


def _paid_rates(
    session: Session, club_id: ClubID, first: date, last: date
) -> dict[tuple[date, ConsultantID], int]:
    """Which part of his commission somebody was paid in a closed month, by his statement."""
    rows = session.execute(
        sa.select(statement.c.month, statement.c.consultant_id, statement.c.paid_bp).where(
            statement.c.club_id == club_id, statement.c.month.between(first, last)
        )
    )
    return {(row.month, ConsultantID(row.consultant_id)): row.paid_bp for row in rows}


def _months_before(month: date, count: int) -> tuple[date, ...]:
    index = month.year * 12 + month.month - 1
    return tuple(date(*_year_and_month(each), 1) for each in range(index - count, index))


def _year_and_month(index: int) -> tuple[int, int]:
    year, month = divmod(index, 12)
    return year, month + 1


def _in_order(
    found: Mapping[ConsultantID, tuple[Paid, list[TriedMonth]]], concerned: set[ConsultantID]
) -> tuple[TriedPerson, ...]:
    people = [
        TriedPerson(
            id=person.id,
            public_id=person.public_id,
            code=person.code,
            name=person.name,
            months=tuple(months),
        )
        for person, months in found.values()
        if person.id in concerned
    ]
    return tuple(sorted(people, key=lambda each: (-abs(each.difference), each.code, each.name, each.id)))
