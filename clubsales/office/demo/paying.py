"""What it pays: targets that are read, a plan of the club's own, assessments, months that are closed and answered."""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import partial

from clubsales.actor import Actor
from clubsales.clock import Instant, month_of, next_month
from clubsales.consultants.assessment import assessing
from clubsales.consultants.assessment import operations as assessment
from clubsales.consultants.assessment import queries as assessments
from clubsales.consultants.assessment.flow import Giver, asked_of
from clubsales.consultants.assessment.giving import found_for
from clubsales.consultants.assessment.marking import Mark
from clubsales.consultants.assessment.periods import Period
from clubsales.consultants.assessment.queries import AssessmentView
from clubsales.consultants.assessment.sheets import Item, Source
from clubsales.consultants.commission import operations as commission
from clubsales.consultants.commission.choosing import Scope
from clubsales.consultants.commission.operations import Written
from clubsales.consultants.commission.rules import Plan, Tier, TierMode
from clubsales.consultants.reviews import proposing
from clubsales.consultants.reviews.catalogue import Offence
from clubsales.consultants.reviews.proposing import Proposal
from clubsales.consultants.reviews.rules import Kind
from clubsales.consultants.statements import operations as statements
from clubsales.consultants.statements import queries as statement_queries
from clubsales.consultants.statements.reckoning import month_reckoning
from clubsales.consultants.targets import operations as targets
from clubsales.consultants.targets import queries as target_queries
from clubsales.membership.catalogue.rules import CardKind
from clubsales.office.closing import operations as closing
from clubsales.office.demo.cast import profile_of
from clubsales.office.demo.stage import Stage, minutes
from clubsales.office.demo.story import (
    ASSESSED,
    LEFT_OPEN,
    OBJECTED_TO_PAY,
    PLAN_NAME,
    PLAN_REASON,
    SELF_ASSESSED,
    STANDS,
    TIERS,
    TRIED_PLAN_NAME,
    TRIED_TIERS,
    WARNED_FOR,
)

ISSUED_ON, SELF_ON, MARKED_ON, SENT_ON, CONFIRMED_ON, APPROVED_ON = 1, 2, 3, 4, 5, 6  # days of a month
CLOSED_ON, ANSWERED_ON = 8, 9
OBJECTIONS = 0.1  # of the statements
LEAST, MOST = 0.75, 1.0  # of an item's points, as people give them
SELF_MORE = 0.05  # who marks himself is a little kinder
SATISFIED = (78, 96)  # percent


def plan_pay(stage: Stage, *, is_first: bool) -> None:
    """The part of the day that decides what people are paid."""
    day = stage.day
    before = month_of(month_of(day) - timedelta(days=1))
    if is_first:
        stage.do(stage.at(8, 30), partial(_publish_plan, stage))
    if is_first or day.day == ISSUED_ON:
        stage.do(stage.at(8, 40), partial(_hand_out, stage))
    stage.plan(stage.at(9, 35), partial(_read_targets, stage, month_of(day)))
    steps = (
        (SELF_ON, 14, _assess_oneself),
        (MARKED_ON, 15, _mark_teams),
        (SENT_ON, 16, _review_and_send),
        (CONFIRMED_ON, 11, _confirm),
        (APPROVED_ON, 10, _approve),
        (CLOSED_ON, 10, _approve_month),
        (CLOSED_ON, 11, _close_month),
        (ANSWERED_ON, 13, _answer),
        (ANSWERED_ON, 17, _answer_objections),
    )
    for on, hour, do in steps:
        if day.day == on:
            stage.plan(stage.at(hour, 20), partial(do, stage, before))
    if stage.is_live:
        stage.do(stage.until - minutes(130), partial(_write_plan, stage))
        stage.do(stage.until - minutes(120), partial(_propose_warning, stage))


def _read_targets(stage: Stage, month: date, at: Instant) -> None:
    """Who works today has read what he is to sell; two of the club take their time in a running month."""
    slow = {profile_of(one) for one in stage.cast.sellers[-2:]} if stage.is_live else set()
    for one in stage.cast.sellers:
        found = target_queries.latest_of(stage.session, stage.club.id, profile_of(one), month)
        if found is None or found.seen_at is not None or profile_of(one) in slow | stage.absent:
            continue
        targets.acknowledge(stage.session, month=month, sequence=found.sequence, actor=one, at=at)


def _hand_out(stage: Stage, at: Instant) -> None:
    assessment.issue(stage.session, period=Period.MONTH, day=stage.day, actor=stage.cast.manager, at=at)


def _assess_oneself(stage: Stage, month: date, at: Instant) -> None:
    dice = stage.dice("self")
    people = {one.account_id: one for one in stage.cast.sellers}
    for each in _of(stage, month):
        who = people.get(each.account_id)
        if who is None:
            continue
        assessing.self_assess(
            stage.session,
            public_id=each.public_id,
            marks=_given(stage, each, asked_of(Giver.SELF, each.items), more=SELF_MORE),
            words=dice.choice(SELF_ASSESSED),
            actor=who,
            at=at,
        )


def _mark_teams(stage: Stage, month: date, at: Instant) -> None:
    supervisor = stage.cast.supervisor
    team = assessments.team_of(stage.session, stage.club.id, supervisor.consultant_id)
    for each in _of(stage, month):
        if team is None or each.team != team:
            continue
        assessing.mark(
            stage.session,
            public_id=each.public_id,
            marks=_given(stage, each, asked_of(Giver.SUPERVISOR, each.items)),
            words=stage.dice(each.name).choice(ASSESSED),
            actor=supervisor,
            at=at,
        )


def _review_and_send(stage: Stage, month: date, at: Instant) -> None:
    manager = stage.cast.manager
    for each in _of(stage, month):
        found = found_for(stage.session, each, actor=manager, at=at)
        assessing.review(
            stage.session,
            public_id=each.public_id,
            marks=_given(stage, each, [item for item in each.items if item.code not in found]),
            bonus=None,
            behaviour=None,
            words=stage.dice(each.name).choice(ASSESSED),
            actor=manager,
            at=at,
        )
        assessment.send(stage.session, public_id=each.public_id, actor=manager, at=at)


def _confirm(stage: Stage, month: date, at: Instant) -> None:
    people = {one.account_id: one for one in stage.cast.sellers}
    for each in _of(stage, month):
        who = people.get(each.account_id)
        if who is not None:
            assessment.confirm(stage.session, public_id=each.public_id, actor=who, at=at)


def _approve(stage: Stage, month: date, at: Instant) -> None:
    head: Actor | None = stage.cast.general_manager
    if head is None:
        return
    for each in _of(stage, month):
        assessment.approve(stage.session, public_id=each.public_id, actor=head, at=at)


def _of(stage: Stage, month: date) -> list[AssessmentView]:
    return assessments.of_period(stage.session, stage.club.id, Period.MONTH, month)


def _given(stage: Stage, each: AssessmentView, items: Iterable[Item], more: float = 0.0) -> dict[str, Mark]:
    dice = stage.dice(f"{each.name}:{more}")
    marks = {}
    for item in items:
        if item.source is Source.COMPLAINTS:
            count = int(dice.random() < 0.1)
            marks[item.code] = Mark(max(0, item.most - 300 * count), {"count": count})
        elif item.source is Source.SATISFACTION:
            percent = dice.randint(*SATISFIED)
            marks[item.code] = Mark(item.most * percent // 100, {"percent": percent * 100})
        else:
            marks[item.code] = Mark(int(item.most * min(1.0, dice.uniform(LEAST, MOST) + more)))
    return marks


def _plan(tiers: Iterable[tuple[int, int]]) -> Plan:
    return Plan(
        tiers=tuple(Tier(start * 100, rate) for start, rate in tiers),
        mode=TierMode.WHOLE,
        base_minor=400_000,
        renewal_bp=8_000,
        category_rates={CardKind.GOODS.value: 200},
        exclude_set_up_fee=True,
        team_override_bp=50,
        setter_bp=100,
        staff_referral_minor=5_000,
    )


def _publish_plan(stage: Stage, at: Instant) -> None:
    """The manager writes the club's plan, the general manager lets it pay."""
    head = stage.cast.general_manager
    if head is None:
        return
    written = Written(
        name=PLAN_NAME,
        scope=Scope(kind=None, level=None, probation=False),
        valid_from=month_of(stage.day),
        plan=_plan(TIERS),
    )
    draft = commission.start_draft(stage.session, written=written, actor=stage.cast.manager, at=at)
    commission.publish(
        stage.session,
        public_id=draft,
        version=1,
        reason=PLAN_REASON,
        also_begun=True,
        actor=head,
        at=at,
    )


def _write_plan(stage: Stage, at: Instant) -> None:
    """A plan that is being thought about: less at the bottom, more and one more tier at the top, from next month on."""
    written = Written(
        name=TRIED_PLAN_NAME,
        scope=Scope(kind=None, level=None, probation=False),
        valid_from=next_month(stage.day),
        plan=_plan(TRIED_TIERS),
    )
    commission.start_draft(stage.session, written=written, actor=stage.cast.manager, at=at)


def _propose_warning(stage: Stage, at: Instant) -> None:
    proposal = Proposal(
        kind=Kind.WARNING,
        consultant_id=profile_of(stage.cast.inside[-1]),
        words=WARNED_FOR,
        offence=Offence.ATTENDANCE,
        happened_on=stage.day - timedelta(days=1),
    )
    proposing.propose(stage.session, proposal, actor=stage.cast.supervisor, at=at)


def _approve_month(stage: Stage, month: date, at: Instant) -> None:
    seen = month_reckoning(stage.session, stage.club, month).digest
    closing.approve(stage.session, month=month, seen=seen, actor=stage.cast.clerk, at=at)


def _close_month(stage: Stage, month: date, at: Instant) -> None:
    closing.close_month(
        stage.session, month=month, override_reason=LEFT_OPEN, actor=stage.cast.manager, at=at
    )


def _answer(stage: Stage, month: date, at: Instant) -> None:
    """Everybody reads his statement; now and then somebody does not agree."""
    people = {one.account_id: one for one in (*stage.cast.sellers, stage.cast.supervisor)}
    for each in statement_queries.statements_of_month(stage.session, stage.club.id, month):
        who, dice = people.get(each.account_id), stage.dice(f"statement:{each.name}")
        if who is None:
            continue
        if dice.random() < OBJECTIONS:
            words = dice.choice(OBJECTED_TO_PAY)
            statements.object_to(stage.session, public_id=each.public_id, words=words, actor=who, at=at)
        else:
            statements.acknowledge(stage.session, public_id=each.public_id, actor=who, at=at)


def _answer_objections(stage: Stage, month: date, at: Instant) -> None:
    for each in statement_queries.statements_of_month(stage.session, stage.club.id, month):
        last = each.standing_answer
        if last is not None and last.words:
            statements.confirm(
                stage.session, public_id=each.public_id, words=STANDS, actor=stage.cast.manager, at=at
            )
