"""The pages of the funnel: what became of a period's leads, and what is to come."""

from collections.abc import Sequence
from datetime import date
from http import HTTPStatus

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue

from clubsales import spreadsheet
from clubsales.actor import Actor
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission, may
from clubsales.clock import local_day, now
from clubsales.consultants.profiles import queries as profiles
from clubsales.db import db
from clubsales.i18n import format_local_date
from clubsales.ids import ConsultantID
from clubsales.leads.appointments.rates import show_rates
from clubsales.leads.followups.aims import aims_of
from clubsales.leads.funnel import pages, queries, table, texts
from clubsales.leads.funnel.grouping import Who
from clubsales.leads.funnel.pages import Names
from clubsales.leads.funnel.periods import By, Period, period
from clubsales.leads.funnel.queries import Lead
from clubsales.leads.funnel.rules import LEAST_JOINED, LEAST_LEADS, Stage, forecast, has_history
from clubsales.leads.sources import queries as sources
from clubsales.leads.sources.queries import KindView
from clubsales.money import Money
from clubsales.web import render

bp = Blueprint("funnel", __name__)


@bp.get("/leads/funnel")
@requires(Permission.FUNNEL_SEE)
def index() -> ResponseReturnValue:
    """How far the leads of a period came: one's own, or everybody's for whoever sees the club's day."""
    actor, at = current_actor(), now()
    today = local_day(at, actor.club.zone)
    asked, sees_all = _period(today), may(actor, Permission.DAY_SEE)
    mine = _own(actor, sees_all)
    everybody = queries.leads_of(db.session, actor.club, asked, today=today, mine=mine)
    kinds = sources.of_club(db.session, actor.club.id)
    people = profiles.all_in_club(db.session, actor.club.id)
    who = _who()
    person = next((one for one in people if one.public_id == request.args.get("person")), None)
    source = request.args.get("source", "")
    leads = _chosen(everybody, kinds, source, person.id if person and sees_all else None, who)
    stuck = pages.stuck_of(leads, at)
    names = Names(
        kinds=kinds,
        people={one.id: one.name for one in people},
        person_values={one.id: one.public_id for one in people},
        leads=queries.names_of(db.session, [lead.id for lead in stuck[: pages.SHOWN]]),
    )
    offered = pages.source_lines(everybody, kinds, actor.club.currency)
    source_name = next((line.name for line in offered if line.value == source), "")
    return render(
        "leads/funnel/index.html",
        page=pages.page(
            asked,
            leads,
            names=names,
            stuck=stuck,
            rates=show_rates(db.session, actor.club.id, asked.first, asked.last, consultant_id=mine),
            aims=aims_of(
                db.session,
                actor.club.id,
                [mine] if mine is not None else [one.id for one in people],
                *asked.span(actor.club.zone),
            ),
            who=who if sees_all else None,
            currency=actor.club.currency,
        ),
        period_words=texts.PERIODS,
        who=who,
        captured=Who.CAPTURED,
        held=Who.HELD,
        person=person if sees_all else None,
        source=source if source_name else "",
        source_name=source_name,
        sees_all=sees_all,
    )


@bp.get("/leads/funnel/forecast")
@requires(Permission.FUNNEL_SEE)
def ahead() -> ResponseReturnValue:
    """How many of those on their way will join, reckoned from the club's own history."""
    actor = current_actor()
    today = local_day(now(), actor.club.zone)
    sees_all = may(actor, Permission.DAY_SEE)
    past = queries.past_of(db.session, actor.club, today=today, mine=_own(actor, sees_all))
    joined = past.history.joined
    ticket = Money((past.turnover.minor + joined // 2) // joined if joined else 0, actor.club.currency)
    return render(
        "leads/funnel/forecast.html",
        past=past,
        forecast=forecast(past.history, past.standing, ticket),
        enough=has_history(past.history),
        least_leads=LEAST_LEADS,
        least_joined=LEAST_JOINED,
        stage_words={stage: str(texts.STAGES[stage]) for stage in Stage},
        percent=pages.percent,
        days=(
            format_local_date(past.history_from),
            format_local_date(past.history_until),
            format_local_date(past.young_from),
        ),
        sees_all=sees_all,
    )


@bp.get("/leads/funnel.csv")
@requires(Permission.FUNNEL_SEE)
def export_csv() -> ResponseReturnValue:
    """The figures of a period as a table for a spreadsheet: counts, no guest. For whoever sees the club's day."""
    actor = current_actor()
    if not may(actor, Permission.DAY_SEE):
        abort(HTTPStatus.FORBIDDEN)
    today = local_day(now(), actor.club.zone)
    asked = _period(today)
    people = profiles.all_in_club(db.session, actor.club.id)
    names = Names(
        kinds=sources.of_club(db.session, actor.club.id),
        people={one.id: one.name for one in people},
        person_values={},
        leads={},
    )
    leads = queries.leads_of(db.session, actor.club, asked, today=today)
    aims = aims_of(db.session, actor.club.id, [one.id for one in people], *asked.span(actor.club.zone))
    name = f"funnel-{asked.first.isoformat()}-{asked.last.isoformat()}.csv"
    return Response(
        spreadsheet.written(table.rows(asked, leads, aims, names, actor.club.currency)),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _own(actor: Actor, sees_all: bool) -> ConsultantID | None:
    """Whose leads alone are shown; None: everybody's."""
    if sees_all:
        return None
    if actor.consultant_id is None:
        abort(HTTPStatus.FORBIDDEN)
    return actor.consultant_id


def _chosen(
    leads: Sequence[Lead],
    kinds: Sequence[KindView],
    source: str,
    person: ConsultantID | None,
    who: Who,
) -> list[Lead]:
    """Those of one source or one person, where the address asks for it; what is unknown chooses nothing."""
    own = {each.public_id: each.id for kind in kinds for each in kind.every()}
    known = {kind.kind.value for kind in kinds}
    return [
        lead
        for lead in leads
        if (source not in known or lead.source == source)
        and (source not in own or lead.source_id == own[source])
        and (person is None or person == (lead.captured_by if who is Who.CAPTURED else lead.held_by))
    ]


def _period(today: date) -> Period:
    """The period asked for; what cannot be read is the month of today."""
    by = request.args.get("by", "")
    last = _day("on", today)
    return period(By(by) if by in set(By) else By.MONTH, _day("since", last), last, today)


def _day(name: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return otherwise


def _who() -> Who:
    return Who.HELD if request.args.get("who") == Who.HELD else Who.CAPTURED
