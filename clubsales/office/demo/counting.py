"""The till: whoever took money counts it before going home."""

from functools import partial

from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.frontdesk.takings import operations as takings
from clubsales.frontdesk.takings import queries
from clubsales.membership.payments.rules import Method
from clubsales.money import Money
from clubsales.office.demo.stage import Stage
from clubsales.office.demo.story import COUNTED_WRONG

MISCOUNTS_PERCENT = 4
TEN = "10.00"


def plan_counts(stage: Stage) -> None:
    """The early desk counts in the afternoon, the late one and the clerk after closing."""
    for actor, hour, minute in ((stage.cast.desks[0], 15, 6), (stage.cast.desks[-1], 22, 4)):
        stage.plan(stage.at(hour, minute), partial(_count, stage, actor))


def _count(stage: Stage, actor: Actor, at: Instant) -> None:
    if actor.account_id is None:
        return
    since = queries.since(stage.session, stage.club, actor.account_id, at)
    expected = queries.expected(stage.session, stage.club, actor.account_id, since, at)
    if not expected:
        return
    counted, explanation = dict(expected), ""
    short = Money.parse(TEN, stage.club.currency)
    if stage.likely(MISCOUNTS_PERCENT) and counted.get(Method.CASH, short) > short:
        counted[Method.CASH] -= short
        explanation = stage.chance.choice(COUNTED_WRONG)
    takings.count(stage.session, counted=counted, explanation=explanation, actor=actor, at=at)
