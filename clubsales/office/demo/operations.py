"""Make the living demo club, and carry its story on: the real operations, run under a seeded clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.orm import Session

from clubsales import audit, clubs, policies
from clubsales.actor import Club, system_actor
from clubsales.clock import Instant, day_span, day_start, local_day
from clubsales.consultants.leave import queries as leave
from clubsales.consultants.shifts import queries as shifts
from clubsales.consultants.shifts.rules import ShiftPolicy
from clubsales.db import db, transact
from clubsales.errors import NotFound, Refused
from clubsales.ids import ConsultantID
from clubsales.leads.appointments import operations as appointments
from clubsales.leads.claims import operations as claims
from clubsales.leads.disputes import deciding
from clubsales.membership.catalogue import queries as catalogue
from clubsales.membership.payments import operations as payments
from clubsales.membership.reservations import endings
from clubsales.membership.reservations import queries as reservations
from clubsales.office.demo import queries
from clubsales.office.demo.cast import CastIncomplete, gather
from clubsales.office.demo.closing import close_up
from clubsales.office.demo.counting import plan_counts
from clubsales.office.demo.deals import plan_deals
from clubsales.office.demo.doors import plan_door
from clubsales.office.demo.events import DemoPlayed
from clubsales.office.demo.evidence import plan_evidence
from clubsales.office.demo.founding import found
from clubsales.office.demo.paying import plan_pay
from clubsales.office.demo.planning import plan_weeks
from clubsales.office.demo.present import plan_present
from clubsales.office.demo.prospects import plan_prospects
from clubsales.office.demo.quarrels import plan_quarrels
from clubsales.office.demo.reading import plan_reading
from clubsales.office.demo.selling import plan_goods, plan_refunds
from clubsales.office.demo.services import plan_services
from clubsales.office.demo.stage import Stage
from clubsales.office.demo.story import CLUBS, DAYS, TIMEZONE
from clubsales.office.demo.visits import plan_guests
from clubsales.office.demo.working import plan_shifts

Report = Callable[[int, int], None]
ONE_DAY = timedelta(days=1)
OPENING_MORNING = timedelta(hours=8)  # the clubs are founded before the first day begins
SHORTLY = timedelta(minutes=1)
log: structlog.stdlib.BoundLogger = structlog.get_logger("clubsales.demo")


class NotADemo(Exception):
    """The database holds a club that is not the demo's."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A club's local day, told from `start` on; the story as a whole ends at `until`."""

    club: Club
    day: date
    start: Instant
    until: Instant

    @property
    def is_last(self) -> bool:
        """Whether the story ends on this day."""
        return self.day == local_day(self.until, self.club.zone)

    @property
    def ends(self) -> Instant:
        """The present moment, or the end of a day that is over."""
        return min(self.until, day_span(self.day, self.club.zone)[1] - timedelta(seconds=1))


def is_demo(session: Session) -> bool:
    """Whether this database holds the demo club."""
    return bool(queries.demo_clubs(session))


def make(*, until: Instant, progress: Report | None = None, days: int = DAYS) -> None:
    """Make the demo club in an empty database, with so many days before today; its floor is open at `until`.

    Raises NotADemo when there is a club already.
    """
    if clubs.all_clubs(db.session):
        raise NotADemo("This database already holds a club; the demo is only made in an empty one.")
    first_day = local_day(until, ZoneInfo(TIMEZONE)) - days * ONE_DAY
    founded_at = day_start(first_day, ZoneInfo(TIMEZONE)) + OPENING_MORNING
    transact(lambda session: found(session, founded_at))
    story = [_chapters(club, first_day, founded_at, until) for club in _demo_clubs(db.session)]
    _tell(story, progress)
    transact(lambda session: audit.seal(session, at=until))


def catch_up(*, until: Instant, progress: Report | None = None) -> None:
    """Carry the demo on from its last day up to now; on the same day nothing changes.

    A day that cannot be told, because somebody changed the club meanwhile, is left out. Raises NotADemo.
    """
    if not is_demo(db.session):
        raise NotADemo("This database does not hold the demo club.")
    story = []
    for club in _demo_clubs(db.session):
        played = queries.played_until(db.session, club.id)
        last_day = local_day(until, club.zone) if played is None else local_day(played, club.zone)
        if last_day >= local_day(until, club.zone):
            continue
        closed_at = _close_yesterday(club, last_day, until)
        first_day = min(max(last_day + ONE_DAY, local_day(closed_at, club.zone)), local_day(until, club.zone))
        story.append(_chapters(club, first_day, closed_at, until))
    if story:
        _tell(story, progress, lenient=True)
        transact(lambda session: audit.seal(session, at=until))


def _demo_clubs(session: Session) -> list[Club]:
    return [clubs.get(session, club_id) for club_id in queries.demo_clubs(session)]


def _chapters(club: Club, first_day: date, start: Instant, until: Instant) -> list[Chapter]:
    """Every day from the first one to today."""
    days = (local_day(until, club.zone) - first_day).days + 1
    return [
        Chapter(club, day, max(day_start(day, club.zone), start), until)
        for day in (first_day + number * ONE_DAY for number in range(days))
    ]


def _tell(story: list[list[Chapter]], progress: Report | None, *, lenient: bool = False) -> None:
    """Play the chapters in the order of days, each in a transaction of its own."""
    chapters = sorted((one for of_club in story for one in of_club), key=lambda one: (one.day, one.club.id))
    for done, chapter in enumerate(chapters, 1):
        try:
            transact(lambda session, chapter=chapter: _play(session, chapter))  # type: ignore[misc]
        except (Refused, NotFound, CastIncomplete, KeyError) as problem:
            if not lenient:
                raise
            log.warning(
                "left out a day of the demo", club=chapter.club.code, day=chapter.day, why=repr(problem)
            )
            transact(lambda session, chapter=chapter: _mark(session, chapter))  # type: ignore[misc]
        if progress is not None:
            progress(done, len(chapters))


def _play(session: Session, chapter: Chapter) -> None:
    club = chapter.club
    stage = Stage(
        session=session,
        club=club,
        story=next(story for story in CLUBS if story.code == club.code),
        cast=gather(session, club, chapter.day),
        day=chapter.day,
        start=chapter.start,
        until=chapter.ends,
        is_live=chapter.is_last,
        prices={card.code: card for card in catalogue.price_list(session, club.id, day=chapter.day)},
        min_on_post=policies.policy_on(session, club, chapter.day).read("shift", ShiftPolicy).min_on_post,
        absent=_on_leave(session, chapter),
        statuses={shift.consultant_id: shift.status for shift in shifts.open_shifts(session, club.id)},
    )
    is_first = queries.played_until(session, club.id) is None
    plan_weeks(stage, is_first=is_first)
    plan_reading(stage, is_first=is_first)
    plan_evidence(stage, is_first=is_first)
    plan_prospects(stage, is_first=is_first)
    plan_shifts(stage)
    plan_guests(stage)
    plan_goods(stage)
    plan_refunds(stage)
    plan_door(stage)
    plan_counts(stage)
    plan_quarrels(stage)
    plan_pay(stage, is_first=is_first)
    plan_deals(stage)
    plan_services(stage)
    if chapter.is_last:
        plan_present(stage)
    stage.run()
    payments.expire_started(session, at=chapter.ends)
    for reservation in reservations.to_tend(session, club, chapter.ends):
        endings.tend(session, public_id=reservation, actor=system_actor(club), at=chapter.ends)
    appointments.mark_missed(session, chapter.ends)
    claims.expire_due(session, chapter.ends)
    deciding.stand_due(session, chapter.ends)
    _mark(session, chapter)


def _on_leave(session: Session, chapter: Chapter) -> frozenset[ConsultantID]:
    leaves = leave.leaves_between(session, chapter.club.id, chapter.day, chapter.day)
    return frozenset(one.consultant_id for one in leaves)


def _mark(session: Session, chapter: Chapter) -> None:
    event = DemoPlayed(chapter.club.id, chapter.day)
    audit.record(session, event, actor=system_actor(chapter.club), at=chapter.ends)


def _close_yesterday(club: Club, last_day: date, until: Instant) -> Instant:
    """Close what was left open, in the evening of the last day told, or later where somebody was here later."""

    def work(session: Session) -> Instant:
        evening = day_span(last_day, club.zone)[1] - timedelta(minutes=90)
        last_event_at = queries.last_event_at(session, club.id) or evening
        at = min(max(evening, last_event_at + SHORTLY), until)
        close_up(session, club, at)
        return at

    return transact(work)
