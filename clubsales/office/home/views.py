"""The way home, the rail and health."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import Blueprint, current_app, jsonify, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel.speaklater import LazyString

from clubsales import __version__, leader
from clubsales.actor import Actor, Role
from clubsales.auth.guard import actor_or_none, current_actor, public, requires_sign_in
from clubsales.auth.permissions import Permission, may
from clubsales.clock import Instant, now
from clubsales.db import db
from clubsales.i18n import lazy_gettext as _l
from clubsales.i18n import listed
from clubsales.office.home import queries
from clubsales.settings import Settings

bp = Blueprint("home", __name__)


@dataclass(frozen=True, slots=True)
class Place:
    """A place on the rail."""

    label: str
    url: str
    icon: str
    active: bool


PLACES = {
    "floor": (Permission.FLOOR_WORK, "posts.floor", _l("Floor"), "floor"),
    "today": (Permission.DAY_SEE, "day.today", _l("Today"), "today"),
    "desk": (Permission.GUEST_RECEIVE, "reception.desk", _l("Desk"), "desk"),
    "leads": (Permission.LEAD_SEE, "intake.index", _l("Leads"), "people"),
    "sell": (Permission.PAYMENT_LINK, "sales.sell", _l("Sell"), "sell"),
    "check_in": (Permission.CHECK_IN, "checkin.scan_page", _l("Check-in"), "check-in"),
    "roster": (Permission.ROSTER_SEE, "roster.week", _l("Roster"), "month"),
    "sales": (Permission.SALE_SEE, "sales.index", _l("Sales"), "money"),
    "pay": (Permission.PAY_SEE_OWN, "statements.mine", _l("My money"), "receipt"),
    "club": (Permission.CLUB_SETTINGS, "staff.club", _l("Club"), "clubs"),
}
SELLERS_DAY = ("floor", "leads", "sell", "roster", "sales", "pay")
OVERSEERS_DAY = ("today", "desk", "roster", "leads", "sell", "club")
# Each role's day, at most six places; the first one he may enter is his home. Of several roles the first here counts.
RAILS = {
    Role.CLUB_MANAGER: OVERSEERS_DAY,
    Role.SUPERVISOR: ("floor", "today", "desk", "roster", "leads", "sell"),
    Role.CONSULTANT: SELLERS_DAY,
    Role.TRAINEE: SELLERS_DAY,
    Role.RECEPTIONIST: ("desk", "check_in", "leads", "sell", "sales"),
    Role.FINANCE_CLERK: ("sales", "today", "leads", "sell"),
    Role.SALES_ADMIN: ("sales", "today", "leads"),
}
# Pages of other parts of the program that are reached from a place, the nearest first where roles differ; a place is
# named by its part of the program, or by its endpoint where only that one will do.
PART_OF = {
    "posts.day_form": ("day",),
    "posts.day_forms": ("day",),
    "auth.device_list": ("staff",),
    "catalogue": ("staff",),
    # Refused, they show the sell page again.
    **dict.fromkeys(("sales.open_sale", "sales.sell_for_cash"), ("sales.sell",)),
    "discounts": ("day", "sales.sell"),
    "checklists": ("staff",),
    "commission": ("staff", "statements", "sales.index", "day"),
    "targets": ("staff", "posts", "sales"),
    "assessment": ("staff", "day", "statements", "sales.index"),
    "reviews": ("staff", "day", "statements", "sales.index"),
    "notices": ("staff", "roster"),
    "leave": ("roster",),
    "cards": ("checkin",),
    "fairness": ("day",),
    "backtest": ("staff", "sales"),
    "disputes": ("day", "sales"),
    "takings": ("sales",),
    "contracts": ("sales.index", "day", "sales"),
    "documents": ("sales.index", "day", "sales"),
    "reservations": ("sales", "day"),
    "receivables": ("sales", "day"),
    "services": ("checkin", "day", "sales"),
    "returns": ("sales.index", "day", "sales"),
    "credits": ("sales",),
    "statements": ("statements", "staff", "sales.index", "day"),
    "closing": ("staff", "sales.index", "day"),
    "awards": ("sales.index", "day", "posts"),
    "appointments": ("intake",),
    "reminders": ("intake",),
    "funnel": ("intake",),
    "passes": ("intake",),
    "followups": ("intake",),
    "scripts": ("intake",),
    "sources": ("intake",),
    "claims": ("intake",),
    "details": ("intake",),
    "matches": ("intake",),
    "handovers": ("intake",),
    "lists": ("intake",),
    "disclosures": ("intake",),
    "privacy": ("intake",),
}
HEADS_DAY = ("today", "sales", "leads", "roster", "club")
ROLE_NAMES = {
    Role.CONSULTANT: _l("Consultant"),
    Role.TRAINEE: _l("Trainee"),
    Role.SUPERVISOR: _l("Supervisor"),
    Role.CLUB_MANAGER: _l("Club manager"),
    Role.SALES_DIRECTOR: _l("Sales director"),
    Role.GENERAL_MANAGER: _l("General manager"),
    Role.DEPUTY_GM: _l("Deputy general manager"),
    Role.FINANCE_CLERK: _l("Finance clerk"),
    Role.SALES_ADMIN: _l("Sales administrator"),
    Role.RECEPTIONIST: _l("Receptionist"),
    Role.OWNER: _l("Owner"),
    Role.MEMBER: _l("Member"),
}


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around every page: who is here, in which club, and the doors of language, theme and leaving."""

    now: Instant
    theme: str
    person_name: str
    person_role: str
    club_name: str
    language_url: str
    theme_url: str
    account_url: str
    pay_url: str | None  # where it stands on no rail
    sign_out_url: str
    switch_staff_url: str | None


def surroundings() -> dict[str, Any]:
    """The rail and the frame, the same everywhere for a role; nothing of it for guests."""
    doors = {"language_url": url_for("auth.choose_locale")}
    actor = actor_or_none()
    if actor is None:
        return doors | {"navigation": [], "frame": None}
    places = _places(actor)
    frame = Frame(
        now=now(),
        theme=session.get("theme", "auto"),
        person_name=actor.name,
        person_role=listed(ROLE_NAMES[role] for role in Role if role in actor.roles),
        club_name=actor.club.name,
        language_url=doors["language_url"],
        theme_url=url_for("auth.choose_theme"),
        account_url=url_for("auth.account"),
        pay_url=_pay_url(actor, places),
        sign_out_url=url_for("auth.sign_out"),
        switch_staff_url=url_for("auth.switch") if actor.device_id and actor.account_id else None,
    )
    return doors | {"navigation": places, "frame": frame}


def _pay_url(actor: Actor, places: list[Place]) -> str | None:
    """My money, for whoever has not got it on his rail."""
    url = url_for("statements.mine")
    on_rail = any(place.url == url for place in places)
    return url if may(actor, Permission.PAY_SEE_OWN) and not on_rail else None


def _places(actor: Actor) -> list[Place]:
    """The rail of whoever is here; where he is now is marked once."""
    role = next((role for role in RAILS if role in actor.roles), None)
    entries = [PLACES[name] for name in (RAILS[role] if role else HEADS_DAY)]
    mine = [entry for entry in entries if may(actor, entry[0])]
    exact = request.endpoint in {endpoint for _permission, endpoint, _label, _icon in mine}
    active = request.endpoint if exact else _nearest(mine)
    return [
        Place(str(label), url_for(endpoint), icon, endpoint == active)
        for _permission, endpoint, label, icon in mine
    ]


def _nearest(entries: list[tuple[Permission, str, LazyString, str]]) -> str | None:
    """A page beside a place (a sale, a lead) belongs to the list of its part of the program, else its last place."""
    blueprint = request.blueprint or ""
    parts = (*PART_OF.get(request.endpoint or "", ()), *PART_OF.get(blueprint, ()), blueprint)
    return next((place for part in parts if (place := _place_in(part, entries)) is not None), None)


def _place_in(part: str, entries: list[tuple[Permission, str, LazyString, str]]) -> str | None:
    places = [entry[1] for entry in reversed(entries) if part in (entry[1], entry[1].partition(".")[0])]
    return next((place for place in places if place == f"{part}.index"), next(iter(places), None))


@bp.get("/")
@requires_sign_in
def home() -> ResponseReturnValue:
    """Send everybody to where his day is."""
    actor = current_actor()
    places = _places(actor)
    elsewhere = "reception.screen" if may(actor, Permission.BOARD_SEE) else "auth.account"
    return redirect(places[0].url if places else url_for(elsewhere))


@bp.get("/healthz")
@public("monitors ask without an account")
def healthz() -> ResponseReturnValue:
    """Version, database, schema revision, job leader."""
    health = queries.database_health(db.session)
    settings: Settings = current_app.extensions["clubsales_settings"]
    body = {
        "version": __version__,
        "database": {"backend": health.backend, "answers": health.answers},
        "schema_revision": health.revision,
        "job_leader": leader.is_held(db.engine, settings.data_folder) if health.answers else False,
    }
    return jsonify(body), HTTPStatus.OK if health.answers else HTTPStatus.SERVICE_UNAVAILABLE
