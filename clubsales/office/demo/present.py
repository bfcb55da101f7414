"""The present moment: whoever signs in finds a running floor, at any hour of the day or night."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

from clubsales.clock import Instant
from clubsales.consultants.shifts.rules import Status
from clubsales.membership.payments.rules import Method
from clubsales.office.demo.cast import profile_of
from clubsales.office.demo.coming import a_new_guest
from clubsales.office.demo.doors import plan_scans
from clubsales.office.demo.planning import teams
from clubsales.office.demo.selling import Purchase, a_purchase
from clubsales.office.demo.stage import Stage, minutes
from clubsales.office.demo.story import CLUBS
from clubsales.office.demo.visits import arrive
from clubsales.office.demo.working import leave_post, open_shift

NIGHT_SESSION = timedelta(hours=2, minutes=30)
NIGHT_GUESTS = 4
NIGHT_PAUSE = minutes(30)
NIGHT_BUYERS = 2
NIGHT_SCANS = 4
ENOUGH_INSIDE = 4
EARLY_STAGE = minutes(14)


def plan_present(stage: Stage) -> None:
    """Fill the floor towards the end. Outside business hours the late shift works on, and a few guests come."""
    if not stage.is_open_at(stage.until):
        _plan_night(stage, max(stage.start, stage.until - NIGHT_SESSION))
    stage.do(stage.until - EARLY_STAGE, partial(_call_colleagues, stage))
    stage.do(stage.until - minutes(12), partial(_somebody_pays, stage))
    stage.do(stage.until - minutes(9), partial(_somebody_eats, stage))
    busy_club = stage.story is CLUBS[-1]
    for before in (8, 6, 5, 3, 2, 1):
        stage.do(stage.until - minutes(before), partial(_fill, stage, busy_club))


def _plan_night(stage: Stage, begins: Instant) -> None:
    """The late shift stays; a few guests come, the first ones buy, and some members train."""
    for actor in teams(stage)[1]:
        stage.do(begins, partial(open_shift, stage, actor))
    # Just after midnight there was no time for so many.
    wanted = min(NIGHT_GUESTS, int((stage.until - begins) / NIGHT_PAUSE))
    for number in range(1, wanted + 1):
        guest = a_new_guest(stage, with_phone=True)
        if number <= NIGHT_BUYERS:
            buys = replace(a_purchase(stage), changes_mind=False)
            guest = replace(guest, buys=buys, stays=stage.chance.uniform(34, 45), signals=())
        at = begins + (stage.until - begins) * number / (wanted + 1)
        stage.do(at, partial(arrive, stage, guest))
    plan_scans(stage, begins, stage.until, NIGHT_SCANS)


def _call_colleagues(stage: Stage, at: Instant) -> None:
    """The first of the sign-ins, and at least four inside consultants, so that the rotation can be seen."""
    for number, actor in enumerate(stage.cast.inside):
        if not number or sum(profile_of(one) in stage.statuses for one in stage.cast.inside) < ENOUGH_INSIDE:
            open_shift(stage, actor, at)


def _somebody_eats(stage: Stage, at: Instant) -> None:
    free = stage.free()
    if Status.MEAL not in stage.statuses.values() and len(free) > 1:
        leave_post(stage, free[-1], Status.MEAL, at)


def _fill(stage: Stage, busy_club: bool, at: Instant) -> None:
    """Guests until two are received; in the busy club until somebody waits."""
    received = sum(1 for number in stage.guests.values() if number)
    if stage.waiting or (received >= 2 and not busy_club) or (len(stage.free()) < 2 and not busy_club):
        return
    arrive(stage, a_new_guest(stage, with_phone=True), at)


def _somebody_pays(stage: Stage, at: Instant) -> None:
    """A guest who holds the link to pay for an annual card when the story reaches the present."""
    offer = Purchase(code="annual", method=Method.ONLINE, changes_mind=True)
    arrive(stage, replace(a_new_guest(stage, with_phone=True), buys=offer, stays=14, signals=()), at)
