"""The ranking, its awards and what is made of them: certificates, the meeting's sheet, the big screen.

Everything here is read. Nobody sets a place or gives an award: both follow from the ledger and the policy (AWD-07).
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from http import HTTPStatus

from babel.dates import format_skeleton
from flask import Blueprint, Response, abort, make_response, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from clubsales import spreadsheet
from clubsales.actor import Actor, ActorKind
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission, may
from clubsales.clock import Instant, local_day, month_of, next_month, now
from clubsales.consultants.awards import contest as contests
from clubsales.consultants.awards import frozen, pages, queries, texts
from clubsales.consultants.awards.pages import RankingPage
from clubsales.consultants.awards.rules import QUARTER, AwardKind
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.profiles.rules import Kind
from clubsales.db import db
from clubsales.errors import NotFound
from clubsales.i18n import format_month, language_tag, listed, reason_text
from clubsales.i18n import gettext as _
from clubsales.money import Money
from clubsales.web import not_modified, render

bp = Blueprint("awards", __name__)
MONTH = re.compile(r"(20\d{2})-(0[1-9]|1[0-2])", re.ASCII)
YEAR = re.compile(r"20\d{2}", re.ASCII)
BY = ("people", "teams", "clubs")
ON_WALL = 10  # names that can be read from across a room
STALE_AFTER = 300  # seconds after which a screen draws itself anew, whatever happened


@bp.get("/ranking")
@requires(Permission.RANKING_SEE)
def index() -> ResponseReturnValue:
    """A month's ranking by consultants, teams or clubs, with its awards and rules."""
    actor = _person()
    month = _month(actor)
    by = request.args.get("by", BY[0])
    if by not in BY:
        raise NotFound
    return render(
        "consultants/awards/ranking.html",
        page=pages.ranking(db.session, actor.club, month),
        clubs=pages.clubs_of_group(db.session, actor.club, month) if by == "clubs" else [],
        by=by,
        me=actor.consultant_id,
        sees_credit=may(actor, Permission.CREDIT_SEE_ALL),
        **_about(month, actor),
    )


@bp.get("/ranking/month.csv")
@requires(Permission.RANKING_SEE)
def export_csv() -> ResponseReturnValue:
    """A month's ranking as a table for a spreadsheet, with the rules it follows."""
    actor = _person()
    month = _month(actor)
    page = pages.ranking(db.session, actor.club, month)
    return Response(
        spreadsheet.written(_table(page)),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="ranking-{month:%Y-%m}.csv"'},
    )


@bp.get("/ranking/year")
@requires(Permission.RANKING_SEE)
def year() -> ResponseReturnValue:
    """The hall of a year: every award its closed months brought."""
    actor = _person()
    this_year = local_day(now(), actor.club.zone).year
    asked = request.args.get("year", str(this_year))
    if not YEAR.fullmatch(asked) or int(asked) > this_year:
        raise NotFound
    shown = int(asked)
    return render(
        "consultants/awards/year.html",
        year=shown,
        year_after=shown + 1 if shown < this_year else None,
        awards=queries.awards_of_year(db.session, actor.club.id, shown),
        kinds=texts.KINDS,
        month_name=format_month,
        span_name=_span_name,
        me=actor.consultant_id,
    )


@bp.get("/ranking/people/<public_id>")
@requires(Permission.RANKING_SEE)
def person(public_id: str) -> ResponseReturnValue:
    """Somebody's closed months and awards."""
    actor = _person()
    whose = profiles.by_public_id(db.session, actor.club.id, public_id)
    currency = actor.club.currency
    return render(
        "consultants/awards/person.html",
        whose=whose,
        is_mine=whose.id == actor.consultant_id,
        months=[
            (
                month,
                one,
                Money(one.credit, currency),
                Money(one.target, currency) if one.target is not None else None,
            )
            for month, one in reversed(frozen.standings_of_person(db.session, actor.club.id, whose.id))
        ],
        awards=queries.awards_of_person(db.session, actor.club.id, whose.id),
        later=pages.given_back_by_month(db.session, actor.club, whose.id),
        kinds=texts.KINDS,
        month_name=format_month,
        span_name=_span_name,
    )


@bp.get("/ranking/meeting")
@requires(Permission.RANKING_SEE)
def meeting() -> ResponseReturnValue:
    """The sheet of the monthly meeting: who speaks, who is honoured (AWD-08, AMB-69)."""
    actor = _person()
    month = _month(actor, last_month=True)
    return render(
        "consultants/awards/meeting.html",
        page=pages.ranking(db.session, actor.club, month),
        clubs=pages.clubs_of_group(db.session, actor.club, month),
        club=actor.club,
        span_name=_span_name,
        **_about(month, actor),
    )


@bp.get("/ranking/certificates/<public_id>")
@requires(Permission.RANKING_SEE)
def certificate(public_id: str) -> ResponseReturnValue:
    """A certificate to print, of an award that was given."""
    actor = _person()
    return render(
        "consultants/awards/certificate.html",
        given=queries.certificate(db.session, actor.club.id, public_id),
        club=actor.club,
        kinds=texts.KINDS,
        span_name=_span_name,
    )


@bp.get("/ranking/contest")
@requires(Permission.RANKING_SEE)
def contest() -> ResponseReturnValue:
    """Who sells most from one day to another."""
    actor = _person()
    today = local_day(now(), actor.club.zone)
    first, last = contests.span_of(request.args.get("from"), request.args.get("to"), today)
    inside, outside = contests.contest(db.session, actor.club, first, last)
    return render(
        "consultants/awards/contest.html",
        first=first,
        last=last,
        is_over=last < today,
        boards=((Kind.INSIDE, inside), (Kind.OUTSIDE, outside)),
        me=actor.consultant_id,
    )


@bp.get("/ranking/screen")
@requires(Permission.RANKING_SEE)
def screen() -> ResponseReturnValue:
    """The big screen of the staff room: names and results, nothing to press."""
    actor, at = current_actor(), now()
    return render("consultants/awards/screen.html", **_wall(actor, at))


@bp.get("/ranking/screen/live")
@requires(Permission.RANKING_SEE)
def live() -> ResponseReturnValue:
    """The big screen again; 304 while nothing has changed."""
    actor, at = current_actor(), now()
    mark = _mark(actor, at)
    unchanged = not_modified(mark)
    if unchanged is not None:
        return unchanged
    answer: Response = make_response(render("consultants/awards/_screen.html", **_wall(actor, at)))
    answer.set_etag(mark)
    return answer


def _wall(actor: Actor, at: Instant) -> dict[str, object]:
    month = month_of(local_day(at, actor.club.zone))
    return {
        "page": pages.ranking(db.session, actor.club, month),
        "club": actor.club,
        "month": month,
        "month_name": format_month,
        "on_wall": ON_WALL,
        "mark": _mark(actor, at),
    }


def _mark(actor: Actor, at: Instant) -> str:
    month = month_of(local_day(at, actor.club.zone))
    version = queries.ranking_version(db.session, actor.club.id, month)
    return f"{version}-{int(at.timestamp()) // STALE_AFTER}-{language_tag()}"


def _person() -> Actor:
    """Whoever is signed in: a screen by itself shows the big screen and nothing else."""
    actor = current_actor()
    if actor.kind is ActorKind.DEVICE:
        abort(HTTPStatus.FORBIDDEN)
    return actor


def _month(actor: Actor, *, last_month: bool = False) -> date:
    """The month asked for, else the present one or the one before; raises NotFound for no month and for one to come."""
    present = month_of(local_day(now(), actor.club.zone))
    asked = request.args.get("month", "")
    if not asked:
        return month_of(present - timedelta(days=1)) if last_month else present
    found = MONTH.fullmatch(asked)
    if found is None or (month := date(int(found[1]), int(found[2]), 1)) > present:
        raise NotFound
    return month


def _about(month: date, actor: Actor) -> dict[str, object]:
    """The month and its neighbours; what is still to come is not offered."""
    present = month_of(local_day(now(), actor.club.zone))
    return {
        "month": month,
        "shown": f"{month:%Y-%m}",
        "month_name": format_month,
        "month_before": month_of(month - timedelta(days=1)),
        "month_after": next_month(month) if month < present else None,
        "is_present": month == present,
        "kinds": texts.KINDS,
    }


def _span_name(kind: AwardKind, month: date) -> str:
    """What an award is for: a month, a quarter or a year."""
    if kind is AwardKind.YEAR_BEST:
        return format_skeleton("y", month, locale=get_locale())
    if kind is AwardKind.QUARTER_TEAM:
        return _("Quarter %(quarter)s of %(year)s", quarter=month.month // QUARTER, year=month.year)
    return format_month(month)


def _table(page: RankingPage) -> Iterator[tuple[spreadsheet.Cell, ...]]:
    boards = {Kind.INSIDE: _("Inside consultants"), Kind.OUTSIDE: _("Outside consultants")}
    yield (
        *(_("Board"), _("Rank"), _("Staff number"), _("Name"), _("Team"), _("Net credit"), _("Target")),
        *(_("Has met the target"), _("Still missing"), _("Sales made")),
        *(_("Months in a row as the best"), _("Months in a row as the team's best")),
        _("Awards"),
    )
    for kind, places in page.boards:
        for place in places:
            one = place.standing
            awards = [line.award for line in page.awards if line.consultant == place.public_id]
            yield (
                *(
                    boards[kind],
                    one.place or "",
                    place.code,
                    place.name,
                    place.team or "",
                    place.credit.major,
                ),
                place.target.major if place.target is not None else "",
                _("yes") if place.target is not None and place.missing is None else _("no"),
                place.missing.major if place.missing is not None else "",
                *(one.sales_count, one.top_run, one.team_run),
                listed(f"{texts.KINDS[award.kind]} {award.amount}" for award in awards),
            )
    yield ()
    yield (_("How the ranking is made"),)
    for reason in page.rules:
        yield (reason.rule, reason_text(reason))
