"""What a month's pay is reckoned from, for everybody or for one person: a few set-based reads, whatever the ledger's size."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.clock import month_of, next_month
from clubsales.consultants.assessment.queries import scores_of
from clubsales.consultants.assessment.rules import AssessmentPolicy, PaidRate, Score, paid_rates
from clubsales.consultants.awards.rules import MonthResult
from clubsales.consultants.commission.queries import Plans, month_credits, plans_of_month
from clubsales.consultants.commission.rules import Plan, SaleClass, reckon
from clubsales.consultants.leave.queries import LeaveView
from clubsales.consultants.reviews.queries import fines_of
from clubsales.consultants.statements import extras, figures, late_leave
from clubsales.consultants.statements.entered import FigureKind
from clubsales.consultants.statements.facts import LateLeave, PaidAward, PartOf, Referral, StatementFacts
from clubsales.consultants.statements.models import StatementItemRow, StatementRow
from clubsales.consultants.statements.people import SUPERVISOR, Person, is_on_probation, people_of
from clubsales.consultants.statements.rules import ItemKind, late_deduction
from clubsales.db import table_of
from clubsales.ids import ClubID, ConsultantID, TeamID
from clubsales.policies import Policy

STATEMENT, ITEM = table_of(StatementRow), table_of(StatementItemRow)
NOBODY: Mapping[SaleClass, int] = {}


@dataclass(frozen=True, slots=True)
class LeavePolicy:
    """Section `leave`, as far as pay is concerned."""

    days_per_month: str


@dataclass(frozen=True, slots=True)
class ExpensePolicy:
    """Section `expense`; 0 switches a limit off."""

    low_rate_bp: int
    cap_rate_bp: int


@dataclass(frozen=True, slots=True)
class RefundPolicy:
    """Section `refund`, as far as pay is concerned."""

    cooling_off_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """Somebody's month: who he is, by which plan, what is counted by class, and the facts of his pay."""

    person: Person
    plan: Plan
    plan_id: int | None
    plan_name: str
    counted: Mapping[SaleClass, int]
    facts: StatementFacts
    payable_days: int  # from the posting until it may be paid


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A month's pay before it is reckoned, in the order of codes."""

    month: date
    policy: Policy
    people: tuple[Gathered, ...]
    scores: Mapping[ConsultantID, Score] = field(default_factory=dict)
    expenses: Mapping[ConsultantID, int] = field(default_factory=dict)


def gather(
    session: Session,
    club: Club,
    month: date,
    *,
    result: MonthResult,
    consultant_id: ConsultantID | None = None,
) -> Month:
    """Everything a month's statements are reckoned from; `consultant_id`: one person's alone."""
    month = month_of(month)
    plans = plans_of_month(session, club, month)
    people = people_of(session, club, month)
    wanted = [each for each in people if consultant_id in (None, each.id)]
    chosen = {
        each.id: plans.plan_for(each.kind, each.term.level, is_on_probation(each, month)) for each in wanted
    }
    credit = month_credits(session, club.id, month, consultant_id=consultant_id)
    without_fee = [holder for holder, plan in chosen.items() if plan.plan.exclude_set_up_fee]
    counted = credit
    if without_fee:
        counted = month_credits(session, club.id, month, without_fee=without_fee, consultant_id=consultant_id)
    brought = _brought(session, club.id, month)
    withheld = _withheld(session, club.id, month) if any(each.has_left for each in wanted) else {}
    scores = scores_of(session, club.id, month)
    rates = paid_rates(plans.policy.read("assessment", AssessmentPolicy), scores)
    entered = figures.figures_of(session, club.id, month, consultant_id=consultant_id)
    spent = {
        holder: figure.amount.minor
        for holder, kinds in entered.items()
        if (figure := figures.latest(kinds, FigureKind.EXPENSE)) is not None
    }
    forms = extras.unpaid_forms(session, club, late_leave.first_month(month), _last_day(month))
    beside = _Beside.of(session, club, month, people, plans, forms)
    late = late_leave.late_leave(session, club, month, forms, consultant_id=consultant_id)
    leave = Fraction(plans.policy.read("leave", LeavePolicy).days_per_month)
    expense = plans.policy.read("expense", ExpensePolicy)
    days = plans.policy.read("refund", RefundPolicy).cooling_off_days
    multiplies = bool(plans.policy.document["assessment"]["behaviour_multiplier"])
    awards = _awards(result)
    gathered = []
    for each in wanted:
        plan = chosen[each.id]
        own, net = sum(credit.get(each.id, NOBODY).values()), counted.get(each.id, NOBODY)
        score, rate = scores.get(each.id), rates.get(each.id, PaidRate(10_000, 10_000, below_all=False))
        base, has_own_base = _base(each, plan.plan, published=plan.plan_id is not None)
        benefit = figures.latest(entered.get(each.id, {}), FigureKind.BENEFIT)
        facts = StatementFacts(
            currency=club.currency,
            credit_minor=own,
            brought_minor=brought.get(each.id, 0),
            reckoned=reckon(plan.plan, net, brought.get(each.id, 0)),
            cap_minor=plan.plan.cap_minor,
            plan_name=plan.name,
            base_minor=base,
            active_days=_part_of(each, month) if base else None,
            has_own_base=has_own_base,
            score=score.score if score else None,
            paid_bp=rate.paid_bp,
            base_bp=rate.base_bp,
            is_below_all_bands=rate.below_all,
            forced_bp=rate.forced_bp,
            behaviour_bp=score.behaviour_bp if score and multiplies else None,
            awards=awards.get(each.id, ()),
            overrides=beside.overrides_of(each),
            setter=beside.setter_of(each, plan.plan),
            referrals=beside.referrals_of(each, plan.plan),
            benefit_minor=benefit.amount.minor if benefit else 0,
            benefit_note=benefit.note if benefit else "",
            expense_minor=spent.get(each.id),
            cap_rate_bp=expense.cap_rate_bp,
            low_rate_bp=expense.low_rate_bp,
            leave_halves=beside.leave.get(each.id, 0),
            days_per_month=(leave.numerator, leave.denominator),
            late_leave=_late_of(late.get(each.id, ()), base),
            pay_deposit_minor=plan.plan.pay_deposit_minor if each.stays_and_sells else 0,
            deposit_back_minor=withheld.get(each.id, 0) if each.has_left else 0,
            fine_minor=beside.fines.get(each.id, 0),
        )
        if net or _is_paid(each, facts):
            gathered.append(
                Gathered(
                    person=each,
                    plan=plan.plan,
                    plan_id=plan.plan_id,
                    plan_name=plan.name,
                    counted=net,
                    facts=facts,
                    payable_days=days if plan.plan.payable_after == "cooling_off" else 0,
                )
            )
    return Month(month=month, policy=plans.policy, people=tuple(gathered), scores=scores, expenses=spent)


@dataclass(frozen=True, slots=True)
class _Beside:
    """What a month pays and takes beside commission and awards."""

    plans: Plans
    month: date
    team_credit: Mapping[TeamID, tuple[str, int]]
    set_up: Mapping[
        ConsultantID, tuple[int, int]
    ]  # credit of sales by appointments made for others, and how many
    sent: Mapping[ConsultantID, list[extras.Sent]]
    leave: Mapping[ConsultantID, int]
    fines: Mapping[ConsultantID, int]

    @classmethod
    def of(
        cls,
        session: Session,
        club: Club,
        month: date,
        people: Sequence[Person],
        plans: Plans,
        forms: Sequence[LeaveView],
    ) -> "_Beside":
        """Read what there can be under the month's plans: most clubs pay none of it."""
        offered = [plans.of_policy, *(each.plan for each in plans.published)]
        colleagues = [each.id for each in people if not each.sells]
        sent: dict[ConsultantID, list[extras.Sent]] = {}
        for each in extras.referrals_of(session, club, month, colleagues):
            sent.setdefault(each.consultant_id, []).append(each)
        profiles = {each.account_id: each.id for each in people}
        pays_setter = any(plan.setter_bp for plan in offered)
        pays_teams = any(plan.team_override_bp for plan in offered) and any(each.leads for each in people)
        return cls(
            plans,
            month,
            _team_credit(session, club.id, month, people) if pays_teams else {},
            extras.set_appointments(session, club, month, profiles) if pays_setter else {},
            sent,
            extras.unpaid_leave(session, forms, month),
            fines_of(session, club, month),
        )

    def overrides_of(self, person: Person) -> tuple[PartOf, ...]:
        """What a supervisor earns by the credit of the team he is in at the month's end, his own included."""
        if not person.leads or person.team is None or not person.is_active:
            return ()
        chosen = self.plans.plan_for(SUPERVISOR, person.term.level, is_on_probation(person, self.month))
        named, credit = self.team_credit.get(person.team.team_id, ("", 0))
        part = PartOf(credit, chosen.plan.team_override_bp, named)
        return (part,) if part.amount_minor else ()

    def setter_of(self, person: Person, plan: Plan) -> tuple[PartOf, ...]:
        """What somebody earns by appointments he made and others sold on."""
        credit, count = self.set_up.get(person.id, (0, 0))
        part = PartOf(credit, plan.setter_bp, str(count))
        return (part,) if part.amount_minor else ()

    def referrals_of(self, person: Person, plan: Plan) -> tuple[Referral, ...]:
        """What somebody who does not sell earns by whom he brought: the card's amount, else his plan's."""
        found = (
            Referral(
                plan.staff_referral_minor if each.amount_minor is None else each.amount_minor, each.named
            )
            for each in self.sent.get(person.id, ())
        )
        return tuple(each for each in found if each.amount_minor)


def _team_credit(
    session: Session, club_id: ClubID, month: date, people: Sequence[Person]
) -> dict[TeamID, tuple[str, int]]:
    credit = month_credits(session, club_id, month)
    found: dict[TeamID, tuple[str, int]] = {}
    for each in people:
        if each.team is not None:
            _name, so_far = found.get(each.team.team_id, ("", 0))
            own = sum(credit.get(each.id, NOBODY).values())
            found[each.team.team_id] = (each.team.name, so_far + own)
    return found


def _base(person: Person, plan: Plan, *, published: bool) -> tuple[int, bool]:
    """His base, and whether it is his own. Who does not sell has one by his own terms or a plan for supervisors."""
    if not person.is_active:
        return 0, False
    if person.term.base is not None:
        return person.term.base.minor, True
    if person.sells or (published and person.kind == SUPERVISOR):
        return plan.base_minor, False
    return 0, False


def _last_day(month: date) -> date:
    return next_month(month) - timedelta(days=1)


def _part_of(person: Person, month: date) -> tuple[int, int] | None:
    """On how many of the month's days he worked here; nothing where it was on all of them."""
    of_days = (next_month(month) - month).days
    return None if person.active_days == of_days else (person.active_days, of_days)


def _brought(session: Session, club_id: ClubID, month: date) -> dict[ConsultantID, int]:
    """What the month directly before carried, where it is closed."""
    before = month_of(month - timedelta(days=1))
    rows = session.execute(
        sa.select(STATEMENT.c.consultant_id, STATEMENT.c.carried_minor).where(
            STATEMENT.c.club_id == club_id,
            STATEMENT.c.month == before,
            STATEMENT.c.carried_minor < 0,
        )
    )
    return {ConsultantID(row.consultant_id): row.carried_minor for row in rows}


def _withheld(session: Session, club_id: ClubID, month: date) -> dict[ConsultantID, int]:
    """What the statements of earlier months hold of everybody's pay as deposit, less what came back (AMB-40)."""
    held = (-sa.func.sum(ITEM.c.amount_minor)).label("minor")
    rows = session.execute(
        sa.select(STATEMENT.c.consultant_id, held)
        .join_from(STATEMENT, ITEM, ITEM.c.statement_id == STATEMENT.c.id)
        .where(
            STATEMENT.c.club_id == club_id,
            STATEMENT.c.month < month,
            ITEM.c.kind == ItemKind.DEPOSIT.value,
        )
        .group_by(STATEMENT.c.consultant_id)
        .having(sa.func.sum(ITEM.c.amount_minor) < 0)
    )
    return {ConsultantID(row.consultant_id): int(row.minor) for row in rows}


def _late_of(parts: Sequence[LateLeave], base: int) -> tuple[LateLeave, ...]:
    """Leave of closed months; without a base, as of somebody who left, only what is given back (COM-11)."""
    return tuple(part for part in parts if base or late_deduction(part) < 0)


def _awards(result: MonthResult) -> dict[ConsultantID, list[PaidAward]]:
    found: dict[ConsultantID, list[PaidAward]] = {}
    for award in result.awards:
        paid = PaidAward(award.kind.value, award.amount.minor, award.reason)
        found.setdefault(award.consultant_id, []).append(paid)
    return found


def _is_paid(person: Person, facts: StatementFacts) -> bool:
    """Whoever sells here gets a statement every month; others, and those who left, where there is something in it."""
    if person.sells and person.is_active:
        return True
    return bool(
        facts.base_minor
        or facts.brought_minor
        or facts.awards
        or facts.overrides
        or facts.setter
        or facts.referrals
        or facts.benefit_minor
        or facts.fine_minor
        or facts.deposit_back_minor
        or facts.late_leave
    )
