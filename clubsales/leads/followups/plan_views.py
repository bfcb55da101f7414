"""The day's plan: what is due and everything else that should not be forgotten (LED-06, TEL-03)."""

from dataclasses import dataclass

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission, may
from clubsales.clock import Instant, local_day, now
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.profiles.queries import ConsultantView
from clubsales.db import db
from clubsales.errors import NotFound
from clubsales.i18n import listed
from clubsales.ids import ConsultantID
from clubsales.leads.appointments import queries as appointments
from clubsales.leads.followups import due, plan, queries, texts
from clubsales.leads.followups.beside import hours_end
from clubsales.leads.followups.blueprint import bp
from clubsales.leads.followups.due import DueList
from clubsales.leads.followups.indicators import Rhythm

SHOWN, MOST_SHOWN = 15, 300
STEPS_AHEAD = 20
MEMBERS_SHOWN = 8


@dataclass(frozen=True, slots=True)
class TeamRow:
    """How somebody of the team keeps in touch."""

    name: str
    rhythm: Rhythm


@dataclass(frozen=True, slots=True, kw_only=True)
class DuePiece:
    """What is due, as a piece of a page: the list, when guests may be called again, how many more may be asked for."""

    list: DueList
    closed_until: Instant | None
    shown: int

    @property
    def next_shown(self) -> int | None:
        """How many rows "More" asks for; None: these are all, or as many as anybody reads."""
        more = min(self.shown + SHOWN, MOST_SHOWN)
        return more if self.list.has_more and more > self.shown else None


@bp.get("/leads/today", endpoint="plan")
@requires(Permission.FOLLOW_UP)
def day_plan() -> ResponseReturnValue:
    """A consultant's day; `?due=` is how many rows of what is due are shown."""
    actor, at = current_actor(), now()
    me = actor.consultant_id
    if me is None:
        raise NotFound
    club, day = actor.club, local_day(at, actor.club.zone)
    return render_template(
        "leads/followups/plan.html",
        due=due_piece(db.session, actor, me, at, shown=_asked()),
        ahead=queries.ahead_of(db.session, club.id, me, day, STEPS_AHEAD),
        appointments=appointments.of_consultant(db.session, club.id, me, day, day),
        files=plan.open_files(db.session, club, me, at),
        members=plan.members_to_visit(db.session, club, me, at, limit=MEMBERS_SHOWN),
        rhythm=plan.rhythms(db.session, club, [me], at)[me],
        team=_team(db.session, actor, me, at) if may(actor, Permission.DAY_SEE) else [],
        listed_missing=lambda missing: listed(texts.MISSING[each.value] for each in missing),
        today=day,
        at=at,
    )


def due_piece(
    session: Session, actor: Actor, consultant_id: ConsultantID, at: Instant, *, shown: int = SHOWN
) -> DuePiece:
    """What is due with somebody, for a page that includes `leads/followups/_due.html`."""
    return DuePiece(
        list=due.due_list(session, actor.club, consultant_id, at, limit=shown),
        closed_until=hours_end(session, actor, at),
        shown=shown,
    )


def _asked() -> int:
    asked = request.args.get("due", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) <= 4):
        return SHOWN
    return min(max(int(asked), SHOWN), MOST_SHOWN)


def _team(session: Session, actor: Actor, me: ConsultantID, at: Instant) -> list[TeamRow]:
    """Those of a supervisor's own team who sell; everybody of the club where he has none."""
    people = profiles.all_in_club(session, actor.club.id, on_day=local_day(at, actor.club.zone))
    own = next((each.team for each in people if each.id == me), None)
    team: list[ConsultantView] = [
        each
        for each in people
        if each.kind is not None and each.id != me and (own is None or each.team == own)
    ]
    rhythms = plan.rhythms(session, actor.club, [each.id for each in team], at)
    return [TeamRow(each.name, rhythms[each.id]) for each in team]
