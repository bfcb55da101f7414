"""The consultants' day: shifts opened, meals taken, posts handed over, people met outdoors."""

from functools import partial

from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.consultants.roster.rules import EARLY, LATE
from clubsales.consultants.shifts.rules import Override, Status
from clubsales.frontdesk.posts import operations as posts
from clubsales.ids import ConsultantID
from clubsales.leads.intake import operations as intake
from clubsales.leads.people import operations as people
from clubsales.office.demo.cast import profile_of
from clubsales.office.demo.evidence import claim, hand_a_pass
from clubsales.office.demo.people import a_grade, a_name, a_phone
from clubsales.office.demo.planning import teams, walks_on
from clubsales.office.demo.prospects import exact_source
from clubsales.office.demo.reading import read_opening
from clubsales.office.demo.stage import Stage, minutes
from clubsales.office.demo.story import HANDOVERS, INDOOR_SOURCES, INTERESTS, NOTES, OUTDOOR_SOURCES

TRY_AGAIN = minutes(9)
EATS_OUT_PERCENT = 75
OVERSLEEPS_PERCENT = 7
LATE_HOURS = "会所经理同意，晚班结束"


def plan_shifts(stage: Stage) -> None:
    """Who works early, who late, who has the day off, in turns over the days."""
    early_shift, late_shift = teams(stage)
    for number, early in enumerate(early_shift):
        # Now and then somebody who is not the first one is late.
        overslept = number and stage.likely(OVERSLEEPS_PERCENT)
        minute = stage.chance.uniform(78, 95) if overslept else stage.chance.uniform(45, 58)
        stage.do(stage.at(8, minute), partial(open_shift, stage, early))
        if stage.likely(EATS_OUT_PERCENT):
            stage.plan(stage.at(11, stage.chance.uniform(10, 90)), partial(_go_for_a_meal, stage, early))
        stage.plan(stage.at(17, stage.chance.uniform(1, 14)), partial(_hand_over, stage, early))
    for late in late_shift:
        stage.do(stage.at(13, stage.chance.uniform(45, 58)), partial(open_shift, stage, late))
        if stage.likely(EATS_OUT_PERCENT):
            stage.plan(stage.at(17, stage.chance.uniform(20, 100)), partial(_go_for_a_meal, stage, late))
        if not stage.is_live:  # a demo floor never sleeps: today's late shift stays until the story goes on
            stage.do(stage.at(22, stage.chance.uniform(3, 16)), partial(_go_home, stage, late))
    for index, walker in enumerate(stage.cast.outside):
        if walks_on(index, stage.day) and profile_of(walker) not in stage.absent:
            _plan_outdoors(stage, walker)
    for _ in range(2):
        if stage.likely(60):
            stage.plan(stage.some_time(), partial(_answer_an_enquiry, stage))


def open_shift(stage: Stage, actor: Actor, at: Instant) -> None:
    """Come to work, unless at work already or on leave."""
    if profile_of(actor) in stage.statuses or profile_of(actor) in stage.absent:
        return
    posts.open_shift(
        stage.session,
        consultant_id=profile_of(actor),
        checklist=None,
        actor=actor,
        at=at,
    )
    if stage.is_live:
        read_opening(stage, actor, LATE if actor in teams(stage)[1] else EARLY, at)
    stage.statuses[profile_of(actor)] = Status.ON_POST
    stage.serve(at)


def leave_post(stage: Stage, actor: Actor, status: Status, at: Instant) -> bool:
    """Go for a meal, a meeting or outdoors; not while a guest is there or nobody else is on post."""
    me = profile_of(actor)
    enough = len(stage.on_post(but=me)) >= max(stage.min_on_post, 1)
    if stage.statuses.get(me) is not Status.ON_POST or stage.guests.get(me) or not enough:
        return False
    posts.change_status(stage.session, consultant_id=me, status=status, actor=actor, at=at)
    stage.statuses[me] = status
    return True


def come_back(stage: Stage, actor: Actor, at: Instant) -> None:
    """Be on post again."""
    if stage.statuses.get(profile_of(actor)) in (None, Status.ON_POST):
        return
    posts.change_status(
        stage.session, consultant_id=profile_of(actor), status=Status.ON_POST, actor=actor, at=at
    )
    stage.statuses[profile_of(actor)] = Status.ON_POST
    stage.serve(at)


def _go_for_a_meal(stage: Stage, actor: Actor, at: Instant) -> None:
    # Not two at a time: the evening would have nobody to receive guests.
    somebody_eats = Status.MEAL in stage.statuses.values()
    if not somebody_eats and leave_post(stage, actor, Status.MEAL, at):
        stage.do(at + minutes(stage.chance.uniform(28, 42)), partial(come_back, stage, actor))
    elif stage.at(12) <= at < stage.at(13, 30) or stage.at(17) <= at < stage.at(19, 30) or at < stage.at(12):
        stage.do(at + TRY_AGAIN, partial(_go_for_a_meal, stage, actor))


def _hand_over(stage: Stage, actor: Actor, at: Instant) -> None:
    """Close the early shift once a colleague on post takes over."""
    me = profile_of(actor)
    others = stage.on_post(but=me)
    relief = next((profile_of(one) for one in stage.cast.inside if profile_of(one) in others), None)
    may_leave = relief is not None and len(others) >= stage.min_on_post
    if stage.guests.get(me) or (stage.is_open_at(at) and not may_leave):
        stage.do(at + TRY_AGAIN, partial(_hand_over, stage, actor))
    else:
        _close_shift(stage, actor, at, acknowledged_by=relief)


def _go_home(stage: Stage, actor: Actor, at: Instant) -> None:
    """Close the late shift after hours, when nobody has to take over."""
    if stage.guests.get(profile_of(actor)):
        stage.do(at + TRY_AGAIN, partial(_go_home, stage, actor))
    else:
        _close_shift(stage, actor, at)


def _close_shift(
    stage: Stage, actor: Actor, at: Instant, *, acknowledged_by: ConsultantID | None = None
) -> None:
    me, manager = profile_of(actor), stage.cast.manager
    if me not in stage.statuses:
        return
    override = None
    if acknowledged_by is None and stage.is_open_at(at) and manager.account_id is not None:
        # The club has longer hours than the story knows.
        override = Override(manager.account_id, manager.roles, LATE_HOURS)
    posts.close_shift(
        stage.session,
        consultant_id=me,
        acknowledged_by=acknowledged_by,
        handover_note=stage.chance.choice(HANDOVERS) if stage.likely(60) else "",
        override=override,
        actor=actor,
        at=at,
    )
    del stage.statuses[me]


def _plan_outdoors(stage: Stage, walker: Actor) -> None:
    stage.do(stage.at(8, stage.chance.uniform(48, 70)), partial(open_shift, stage, walker))
    stage.do(stage.at(10, stage.chance.uniform(2, 12)), partial(_go_outdoors, stage, walker))
    for _ in range(stage.chance.randint(1, 2)):
        stage.plan(stage.at(11, stage.chance.uniform(0, 330)), partial(_meet_somebody, stage, walker))
    stage.plan(stage.at(17, stage.chance.uniform(20, 40)), partial(_hand_over, stage, walker))


def _go_outdoors(stage: Stage, walker: Actor, at: Instant) -> None:
    if not leave_post(stage, walker, Status.AWAY, at):
        stage.do(at + TRY_AGAIN, partial(_go_outdoors, stage, walker))


def _meet_somebody(stage: Stage, walker: Actor, at: Instant) -> None:
    """Outdoors, people give their phone and take a business card."""
    person_id = people.find_or_add(
        stage.session, e164=a_phone(stage.chance), name=a_name(stage.chance), actor=walker, at=at
    )
    source = stage.chance.choice(OUTDOOR_SOURCES)
    intake.capture(
        stage.session,
        person_id=person_id,
        source=source,
        source_id=exact_source(stage, source, at),
        interest=stage.chance.choice(INTERESTS),
        grade=a_grade(stage.chance),
        note=stage.chance.choice(NOTES),
        consent=True,
        actor=walker,
        at=at,
    )
    hand_a_pass(stage, walker, at)
    claim(stage, person_id, walker, at)


def _answer_an_enquiry(stage: Stage, at: Instant) -> None:
    """Somebody rings or writes, and whoever is free takes the name."""
    free = stage.free()
    if not free:
        return
    actor = stage.chance.choice(free)
    person_id = people.find_or_add(
        stage.session, e164=a_phone(stage.chance), name=a_name(stage.chance), actor=actor, at=at
    )
    source = stage.chance.choice(INDOOR_SOURCES)
    intake.capture(
        stage.session,
        person_id=person_id,
        source=source,
        source_id=exact_source(stage, source, at),
        interest=stage.chance.choice(INTERESTS),
        grade=a_grade(stage.chance),
        consent=stage.likely(80),
        actor=actor,
        at=at,
    )
    claim(stage, person_id, actor, at)
