"""What everybody must know is read: checklists at the briefing, notices by whoever is at work. Most have, not all."""

from functools import partial

from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.consultants.checklists import operations as checklists
from clubsales.consultants.checklists import queries as checklist_queries
from clubsales.consultants.checklists.rules import STARTER_NUMBER, Item, Occasion
from clubsales.consultants.notices import operations as notices
from clubsales.consultants.roster.rules import EARLY, LATE
from clubsales.office.demo.cast import profile_of
from clubsales.office.demo.stage import Stage

FORGETS_EVERY = 6  # one of so many puts a notice off, another one each day
ADDED = Item(
    "pool_board", "泳池水温和余氯牌已更新", "The board with the pool's temperature and chlorine is up to date"
)


def plan_reading(stage: Stage, *, is_first: bool) -> None:
    """The first briefing, where the checklists are read (SHF-06); today the opening ones have a new version."""
    if is_first:
        stage.do(stage.at(8, 40), partial(_read_checklists, stage))
    if stage.is_live:
        stage.do(stage.at(8, 25), partial(_publish, stage))


def plan_notice(stage: Stage, notice: str) -> None:
    """A notice of today, by its public id, is read by the early shift and by the late one."""
    stage.plan(stage.at(9, 35), partial(_read_notice, stage, notice))
    stage.plan(stage.at(14, 25), partial(_read_notice, stage, notice))


def read_opening(stage: Stage, actor: Actor, shift: str, at: Instant) -> None:
    """Whoever opens a shift has ticked the list that holds now, so he has read it."""
    checklist = checklist_queries.current(stage.session, stage.club.id, Occasion.OPENING, shift)
    checklists.acknowledge(stage.session, consultant_id=profile_of(actor), checklist=checklist, at=at)


def _read_checklists(stage: Stage, at: Instant) -> None:
    """Everybody reads the lists of his shifts; nobody goes outdoors late."""
    inside, walkers = stage.cast.inside, stage.cast.outside
    for shift, people in ((EARLY, (*inside, *walkers)), (LATE, inside)):
        for occasion in Occasion:
            checklist = checklist_queries.current(stage.session, stage.club.id, occasion, shift)
            for one in people:
                checklists.acknowledge(
                    stage.session, consultant_id=profile_of(one), checklist=checklist, at=at
                )


def _publish(stage: Stage, at: Instant) -> None:
    for shift in (EARLY, LATE):
        now = checklist_queries.current(stage.session, stage.club.id, Occasion.OPENING, shift)
        if now.number == STARTER_NUMBER:
            checklists.publish(
                stage.session,
                occasion=Occasion.OPENING,
                shift=shift,
                items=(*now.items, ADDED),
                seen=now.number,
                actor=stage.cast.manager,
                at=at,
            )


def _read_notice(stage: Stage, notice: str, at: Instant) -> None:
    sellers = [one for one in stage.cast.sellers if profile_of(one) in stage.statuses]
    for one in (stage.cast.supervisor, stage.desk(at), *sellers):
        if (stage.day.toordinal() + (one.account_id or 0)) % FORGETS_EVERY:
            notices.read(stage.session, public_id=notice, actor=one, at=at)
