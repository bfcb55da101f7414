"""The board that everybody sees: live pieces of pages, and the big screen of the staff room."""

from collections.abc import Callable, Sequence
from http import HTTPStatus

from flask import Response, abort, make_response, render_template, request
from flask.typing import ResponseReturnValue

from clubsales.actor import Actor, ActorKind
from clubsales.auth.guard import current_actor, floor_version, requires
from clubsales.auth.permissions import Permission, may
from clubsales.clock import Instant, local_day, now
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.profiles.queries import ConsultantView
from clubsales.db import db
from clubsales.frontdesk import texts
from clubsales.frontdesk.reception import pages
from clubsales.frontdesk.reception.blueprint import bp
from clubsales.frontdesk.reception.off_duty import on_leave
from clubsales.frontdesk.reception.pages import Board
from clubsales.frontdesk.reception.rules import Outcome
from clubsales.i18n import language_tag, listed
from clubsales.web import not_modified

Context = Callable[[Actor, Instant], dict[str, object]]
PIECES = {"queue": "_queue.html", "guests": "_guests.html"}


@bp.get("/board")
@requires(Permission.BOARD_SEE)
def screen() -> ResponseReturnValue:
    """The big screen: large type, no phones, names masked; staff may open a guest from it, a bare device may not."""
    actor, at = current_actor(), now()
    return render_template("frontdesk/reception/screen.html", **screen_context(actor, at))


@bp.get("/board/live")
@requires(Permission.BOARD_SEE)
def board() -> ResponseReturnValue:
    """The live board, the queue, the guests or the big screen's, a fragment; 304 while nothing has changed."""
    actor, at = current_actor(), now()
    part = request.args.get("part", "queue")
    if part == "screen":
        return live("frontdesk/reception/_screen.html", actor, at, context=screen_context)
    if is_device(actor):
        abort(HTTPStatus.FORBIDDEN)
    return live(f"frontdesk/reception/{PIECES.get(part, '_queue.html')}", actor, at)


def live(
    template: str, actor: Actor, at: Instant, *, context: Context | None = None, **more: object
) -> ResponseReturnValue:
    """A fragment with the board; asked again, it is 304 until the board's version, the day or the reader changes."""
    mark = board_mark(actor, at)
    unchanged = not_modified(mark)
    if unchanged is not None:
        return unchanged
    found = (context or board_context)(actor, at)
    answer: Response = make_response(render_template(template, **found, **more))
    answer.set_etag(mark)
    return answer


def board_mark(actor: Actor, at: Instant) -> str:
    """What the board's HTML depends on."""
    version = floor_version()
    day = local_day(at, actor.club.zone)
    return f"{actor.club.id}-{version}-{day:%Y%m%d}-{language_tag()}-{actor.account_id}"


def board_context(actor: Actor, at: Instant) -> dict[str, object]:
    """The board and what this reader may do on it."""
    may_contest = may(actor, Permission.GUEST_CONTEST)
    may_receive = may(actor, Permission.GUEST_RECEIVE)
    may_authorise = may(actor, Permission.OFF_DUTY_AUTHORISE)
    names_others = may_authorise or (may_contest and may_receive)
    board = pages.board(db.session, actor.club, at)
    people = consultants(actor, at) if names_others else []
    return {
        "board": board,
        "actor": actor,
        "mark": board_mark(actor, at),
        "statuses": texts.STATUSES,
        **endings(),
        "bases": texts.BASES,
        "may_see_out": may(actor, Permission.GUEST_SEE_OUT),
        "may_receive": may_receive,
        "may_override": may(actor, Permission.SHIFT_OVERRIDE),
        "may_authorise": may_authorise,
        "may_assign": may(actor, Permission.GUEST_ASSIGN),
        "may_contest": may_contest,
        "may_sell": may(actor, Permission.SALE_OPEN),
        "consultants": people,
        "free_names": listed(seat.name for seat in board.free),
        "off_post_names": listed(seat.name for seat in board.off_post),
        **_off_duty(board, people, actor, at, asked=may_authorise),
    }


def _off_duty(
    board: Board, people: Sequence[ConsultantView], actor: Actor, at: Instant, *, asked: bool
) -> dict[str, object]:
    """Whom a manager may call in for whoever waits, and the names of those on leave, whom he may not (SHF-08)."""
    if not (asked and board.waiting):
        return {"off_duty": [], "on_leave": ""}
    away = on_leave(db.session, actor, at)
    others = [person for person in people if board.seat_of(person.id) is None]
    return {
        "off_duty": [person for person in others if person.id not in away],
        "on_leave": listed(person.name for person in others if person.id in away),
    }


def endings() -> dict[str, object]:
    """How a visit may end, as the buttons offer it; that the guest just left has a button of its own."""
    return {
        "outcomes": texts.OUTCOMES,
        "prospects": [
            outcome.value for outcome in Outcome if outcome.is_prospect and outcome is not Outcome.LEFT
        ],
        "others": [outcome.value for outcome in Outcome if not outcome.is_prospect],
    }


def screen_context(actor: Actor, at: Instant) -> dict[str, object]:
    """The board for many eyes: nothing to press but, for staff, a guest's own page."""
    return {
        "board": pages.board(db.session, actor.club, at),
        "mark": board_mark(actor, at),
        "statuses": texts.STATUSES,
        "bases": texts.BASES,
        "club": actor.club,
        "is_device": is_device(actor),
    }


def consultants(actor: Actor, at: Instant) -> list[ConsultantView]:
    """Whoever sells in the club today."""
    day = local_day(at, actor.club.zone)
    everybody = profiles.all_in_club(db.session, actor.club.id, on_day=day)
    return [person for person in everybody if person.kind is not None]


def is_device(actor: Actor) -> bool:
    """A screen on the wall: whoever passes by reads it."""
    return actor.kind is ActorKind.DEVICE
