"""The weeks ahead: who works when, who is on leave, what everybody must know, what each is to sell."""

from datetime import date, timedelta
from functools import partial

from clubsales.actor import Actor
from clubsales.clock import Instant, month_of, next_month
from clubsales.consultants.leave import operations as leave
from clubsales.consultants.leave import queries as leave_queries
from clubsales.consultants.leave.rules import Kind
from clubsales.consultants.notices import operations as notices
from clubsales.consultants.roster import operations as roster
from clubsales.consultants.roster import queries as roster_queries
from clubsales.consultants.roster import swaps
from clubsales.consultants.roster.rules import EARLY, LATE
from clubsales.consultants.targets import operations as targets
from clubsales.errors import Refused
from clubsales.money import Money
from clubsales.office.demo.cast import profile_of
from clubsales.office.demo.reading import plan_notice
from clubsales.office.demo.stage import Stage, minutes
from clubsales.office.demo.story import (
    LEAVE_REASONS,
    NOTICES,
    SWAP_NOTES,
    TARGETS,
    WALKS_DAYS_A_WEEK,
    Announcement,
)

TUESDAY, THURSDAY = 1, 3
NEXT_TARGETS_DAY = 25  # of the month
WEEK = timedelta(days=7)
ONE_DAY = timedelta(days=1)
LEAVE_EVERY_DAYS = 11
SWAPS_PERCENT = 60


def plan_weeks(stage: Stage, *, is_first: bool) -> None:
    """The supervisor's and the manager's part of the day."""
    monday = stage.day - timedelta(days=stage.day.weekday())
    if is_first:
        _plan_week(stage, monday, stage.start)
        stage.do(stage.at(8, 6), partial(_set_targets, stage, month_of(stage.day)))
    if stage.day.weekday() == THURSDAY or (is_first and stage.day.weekday() > THURSDAY):
        stage.plan(stage.at(15, 30), partial(_plan_week, stage, monday + WEEK))
    if stage.day.day == NEXT_TARGETS_DAY:
        stage.plan(stage.at(16), partial(_set_targets, stage, next_month(stage.day)))
    for announcement in NOTICES:
        if stage.day.toordinal() % announcement.every_days == 0:
            stage.plan(stage.at(8, 20), partial(_announce, stage, announcement))
    if stage.day.toordinal() % LEAVE_EVERY_DAYS == 0:
        asks = stage.cast.inside[stage.day.toordinal() // LEAVE_EVERY_DAYS % len(stage.cast.inside)]
        stage.plan(stage.at(14, 40), partial(_ask_for_leave, stage, asks, decided=not stage.is_live))
    if stage.day.weekday() == TUESDAY and stage.likely(SWAPS_PERCENT):
        stage.plan(stage.at(14, 20), partial(_swap, stage, decided=True))
    if stage.is_live:
        # Something for whoever decides to find.
        stage.do(stage.until - minutes(55), partial(_swap, stage, decided=False))
        asks = stage.cast.inside[1]
        stage.do(stage.until - minutes(50), partial(_ask_for_leave, stage, asks, decided=False))


def teams(stage: Stage) -> tuple[list[Actor], list[Actor]]:
    """The early and the late shift of the day as the roster has them, with every leave and swap."""
    if stage.teams is None:
        stage.teams = _rostered(stage) or teams_on(stage.cast.inside, stage.day)
    return stage.teams


def _rostered(stage: Stage) -> tuple[list[Actor], list[Actor]] | None:
    """None when nobody made the roster, because the story stood still."""
    everybody = {profile_of(one): one for one in stage.cast.inside}
    planned = roster_queries.entries_of(stage.session, everybody, stage.day, stage.day)
    shifts = {who: entry.shift for who, entries in planned.items() for entry in entries}
    if not shifts:
        return None
    turn = stage.day.toordinal() % len(stage.cast.inside)
    order = [*stage.cast.inside[turn:], *stage.cast.inside[:turn]]
    early = [one for one in order if shifts.get(profile_of(one)) == EARLY]
    return early, [one for one in order if shifts.get(profile_of(one)) == LATE]


def teams_on(sellers: tuple[Actor, ...], day: date) -> tuple[list[Actor], list[Actor]]:
    """The early and the late shift of a day, in turns over the days."""
    turn = day.toordinal() % len(sellers)
    order = [*sellers[turn:], *sellers[:turn]]
    if day.weekday() < 5 and len(order) > 4:
        order.pop()
    half = len(order) // 2
    swapped = day.toordinal() % 2
    return (order[half:], order[:half]) if swapped else (order[:half], order[half:])


def walks_on(index: int, day: date) -> bool:
    """Whether an outside consultant works on a day."""
    return (day.toordinal() + index * 3) % 7 < WALKS_DAYS_A_WEEK


def _plan_week(stage: Stage, monday: date, at: Instant) -> None:
    for day in (monday + number * ONE_DAY for number in range(7)):
        if day < stage.day:
            continue
        early, late = teams_on(stage.cast.inside, day)
        walkers = [one for index, one in enumerate(stage.cast.outside) if walks_on(index, day)]
        for shift, team in ((EARLY, [*early, *walkers]), (LATE, late)):
            for one in team:
                _plan(stage, one, day, shift, at)


def _plan(stage: Stage, one: Actor, day: date, shift: str, at: Instant) -> None:
    try:
        roster.plan(
            stage.session,
            consultant_id=profile_of(one),
            day=day,
            shift=shift,
            actor=stage.cast.supervisor,
            at=at,
        )
    except Refused:  # on leave that day: the others do
        return


def _set_targets(stage: Stage, month: date, at: Instant) -> None:
    """What a whole month asks for, or the part of it that is left when the club opens."""
    days = (next_month(month) - month).days
    left = (next_month(month) - max(month, stage.day)).days
    for number, one in enumerate(stage.cast.sellers):
        whole = TARGETS[number % len(TARGETS)] * 100
        targets.set_target(
            stage.session,
            consultant_id=profile_of(one),
            month=month,
            amount=Money(whole * left // days // 100_000 * 100_000, stage.club.currency),
            actor=stage.cast.manager,
            at=at,
        )


def _announce(stage: Stage, announcement: Announcement, at: Instant) -> None:
    notice = notices.write(
        stage.session,
        title=announcement.title,
        body=announcement.body,
        first_day=stage.day,
        last_day=stage.day + timedelta(days=announcement.stands_days - 1),
        actor=stage.cast.manager,
        at=at,
    )
    plan_notice(stage, notice)


def _ask_for_leave(stage: Stage, asks: Actor, at: Instant, *, decided: bool) -> None:
    """One or two days of next week; the director answers the same evening."""
    first_day = stage.day + timedelta(days=4)
    try:
        leave.file(
            stage.session,
            consultant_id=profile_of(asks),
            kind=stage.chance.choice((Kind.PERSONAL, Kind.ANNUAL)),
            first_day=first_day,
            last_day=first_day + timedelta(days=stage.chance.randint(0, 1)),
            reason=stage.chance.choice(LEAVE_REASONS),
            actor=asks,
            at=at,
        )
    except Refused:  # a day off anyway
        return
    if decided:
        stage.plan(at + timedelta(hours=4), partial(_decide_leave, stage))


def _decide_leave(stage: Stage, at: Instant) -> None:
    director = stage.cast.director
    if director is None:
        return
    for request in leave_queries.waiting(stage.session, stage.club.id):
        leave.decide(stage.session, public_id=request.public_id, approve=True, actor=director, at=at)


def _swap(stage: Stage, at: Instant, *, decided: bool) -> None:
    """Two of different shifts change places in two days: one asks, the other agrees, the supervisor decides."""
    day = stage.day + 2 * ONE_DAY
    shifts = {
        one.consultant_id: one
        for one in swaps.coming_entries(stage.session, stage.club.id, after=at, last=day)
        if one.entry.day == day
    }
    planned = [(one, shifts[profile_of(one)]) for one in stage.cast.inside if profile_of(one) in shifts]
    gives = next(((one, entry) for one, entry in planned if entry.entry.shift == LATE), None)
    takes = next(((one, entry) for one, entry in planned if entry.entry.shift == EARLY), None)
    if gives is None or takes is None:
        return
    try:
        roster.ask_swap(
            stage.session,
            entry=gives[1].public_id,
            with_consultant=profile_of(takes[0]),
            for_entry=takes[1].public_id,
            note=stage.chance.choice(SWAP_NOTES),
            actor=gives[0],
            at=at,
        )
    except Refused:  # one of them is asked already, or away
        return
    asked = swaps.latest(stage.session, stage.club.id)[0].public_id
    later = at + minutes(20)
    roster.answer_swap(stage.session, public_id=asked, agrees=True, actor=takes[0], at=later)
    if decided:
        roster.decide_swap(
            stage.session,
            public_id=asked,
            approve=True,
            actor=stage.cast.supervisor,
            at=later + minutes(30),
        )
