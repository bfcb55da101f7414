"""The week's page, and the doors by which a supervisor changes it."""

from collections.abc import Sequence
from datetime import date
from http import HTTPStatus

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from clubsales import policies
from clubsales.actor import Actor
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission, may
from clubsales.clock import Instant, local_day, now
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.roster import (
    attendance_views,
    copy_views,
    copying,
    feed_views,
    feeds,
    operations,
    queries,
    swap_views,
    swaps,
)
from clubsales.consultants.roster.attendance_views import sees_everybody
from clubsales.consultants.roster.blueprint import bp
from clubsales.consultants.roster.copying import CopyMade
from clubsales.consultants.roster.forms import NEXT, REST, SHIFT, CellKey, brushed, cell_of, monday_of
from clubsales.consultants.roster.pages import WEEK, WeekPage, week_page
from clubsales.consultants.roster.rules import RosterPolicy
from clubsales.consultants.roster.words import words
from clubsales.db import db, transact
from clubsales.errors import Refusal
from clubsales.ids import ConsultantID
from clubsales.web import render

__all__ = ["bp"]
MORE_DOORS = (attendance_views, copy_views, feed_views, swap_views)  # on the same blueprint
ONLY_ROWS = "X-Roster"  # the page asks for what changed, not for itself


@bp.get("/roster")
@requires(Permission.ROSTER_SEE)
def week() -> ResponseReturnValue:
    """The week asked for by `?week=`, this week without it."""
    actor, at = current_actor(), now()
    page = _page(actor, at, request.args.get("week"))
    mine = actor.consultant_id
    return render(
        "consultants/roster/week.html",
        page=page,
        brush=request.args.get("brush", NEXT),
        brushes={REST, *(SHIFT + name for name in page.templates)},
        copied=_copy_to_undo(db.session, actor, page, at),
        open_swaps=_swaps_to_see(db.session, actor, at),
        feed_url=feed_views.address(feeds.token_of(db.session, mine)) if mine else "",
        has_feed=mine is not None,
        **words(),
    )


@bp.post("/roster/cell")
@requires(Permission.ROSTER_MAKE)
def put_cell() -> ResponseReturnValue:
    """Plan a person's day by the chosen brush: a shift, rest, or the next in turn."""
    actor, at = current_actor(), now()
    cell = cell_of(request.form.get("cell"))

    def work(session: Session) -> None:
        person = profiles.by_public_id(session, actor.club.id, cell.person)
        planned = queries.entries_of(session, [person.id], cell.day, cell.day)[person.id]
        current = planned[0].shift if planned else ""
        shift = brushed(request.form.get("brush"), current, _shifts(session, actor, cell, at))
        if shift:
            operations.plan(session, consultant_id=person.id, day=cell.day, shift=shift, actor=actor, at=at)
        else:
            operations.clear(session, consultant_id=person.id, day=cell.day, actor=actor, at=at)

    transact(work)
    return _answer(actor, at, cell.day.isoformat(), [cell.person])


@bp.post("/roster/move")
@requires(Permission.ROSTER_MAKE)
def move() -> ResponseReturnValue:
    """Give a planned shift to another person or day."""
    actor, at = current_actor(), now()
    source, target = cell_of(request.form.get("cell")), cell_of(request.form.get("to"))

    def work(session: Session) -> None:
        operations.move(
            session,
            from_consultant=profiles.by_public_id(session, actor.club.id, source.person).id,
            from_day=source.day,
            to_consultant=profiles.by_public_id(session, actor.club.id, target.person).id,
            to_day=target.day,
            actor=actor,
            at=at,
        )

    transact(work)
    return _answer(actor, at, target.day.isoformat(), [source.person, target.person])


@bp.post("/roster/whole-week")
@requires(Permission.ROSTER_MAKE)
def put_week() -> ResponseReturnValue:
    """The same for a person on every day of a week: a shift, rest, or the next in turn."""
    actor, at = current_actor(), now()
    cell = cell_of(request.form.get("whole"))
    monday = monday_of(cell.day.isoformat(), cell.day)

    def work(session: Session) -> None:
        person_id = profiles.by_public_id(session, actor.club.id, cell.person).id
        current = _current_of_week(session, person_id, monday, at)
        shift = brushed(request.form.get("brush"), current, _shifts(session, actor, cell, at))
        if shift:
            operations.plan_week(
                session, consultant_id=person_id, monday=monday, shift=shift, actor=actor, at=at
            )
        else:
            operations.clear_week(session, consultant_id=person_id, monday=monday, actor=actor, at=at)

    transact(work)
    return _answer(actor, at, monday.isoformat(), [cell.person])


def _answer(actor: Actor, at: Instant, day: str, people: Sequence[str]) -> ResponseReturnValue:
    """The rows that changed and the line of coverage; without scripts, the page again."""
    if ONLY_ROWS in request.headers:
        page = _page(actor, at, day)
        return render("consultants/roster/_changed.html", page=page, rows=page.only(people), **words())
    brush = request.form.get("brush", NEXT)
    monday = monday_of(day, local_day(at, actor.club.zone))
    return redirect(url_for("roster.week", week=monday.isoformat(), brush=brush), HTTPStatus.SEE_OTHER)


def _page(actor: Actor, at: Instant, week_text: str | None) -> WeekPage:
    return week_page(
        db.session,
        actor,
        monday_of(week_text, local_day(at, actor.club.zone)),
        at,
        may_make=may(actor, Permission.ROSTER_MAKE),
        sees_all=sees_everybody(actor),
    )


def _swaps_to_see(session: Session, actor: Actor, at: Instant) -> int:
    """How many swaps wait for this person: to decide, or to answer."""
    return sum(swap_views.waits_for(swap, actor) for swap in swaps.live_in_club(session, actor.club.id, at))


def _copy_to_undo(session: Session, actor: Actor, page: WeekPage, at: Instant) -> CopyMade | None:
    """The latest copy into this week, while it can be taken back."""
    made = copying.last_copy(session, actor.club.id, page.monday) if page.may_make else None
    return made if made is not None and not isinstance(copying.may_undo(made, at), Refusal) else None


def _shifts(session: Session, actor: Actor, cell: CellKey, at: Instant) -> list[str]:
    day = max(cell.day, local_day(at, actor.club.zone))  # the club's first policy may be younger than any day
    return list(policies.policy_on(session, actor.club, day).read("shift", RosterPolicy).templates)


def _current_of_week(session: Session, person_id: ConsultantID, monday: date, at: Instant) -> str:
    """The shift of the week's first day that may still change."""
    entries = queries.entries_of(session, [person_id], monday, monday + WEEK)[person_id]
    return next((each.shift for each in entries if each.span.starts_at > at), "")
