"""Opening a club: its first manager, its staff, and where its settings are."""

from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from clubsales.actor import Actor, Role
from clubsales.auth import first_manager
from clubsales.auth import queries as accounts
from clubsales.auth.forms import FirstManagerForm
from clubsales.auth.guard import current_actor, public, requires
from clubsales.auth.permissions import Permission, may
from clubsales.auth.rules import AuthRefused
from clubsales.clock import Instant, local_day, now
from clubsales.db import db, transact
from clubsales.errors import Allowed, NotFound, Refused
from clubsales.i18n import Texts, choose_locale, refusal_text
from clubsales.i18n import gettext as _
from clubsales.leads.handovers import holders
from clubsales.leads.handovers.holders import Colleague
from clubsales.membership.catalogue import queries as catalogue
from clubsales.office import texts
from clubsales.office.home.views import ROLE_NAMES
from clubsales.office.privacy import queries as privacy
from clubsales.office.staff import operations, pay_views, queries
from clubsales.office.staff.blueprint import bp
from clubsales.office.staff.forms import CodeForm, HireForm, NewPasswordForm, NewPinForm, PlaceForm, RoleForm
from clubsales.office.staff.queries import StaffPerson
from clubsales.office.staff.rules import (
    kind_for,
    may_change_rights,
    may_end_employment,
    may_set_secrets,
    roles_to_give,
)
from clubsales.web import limiter, render

__all__ = ["bp", "pay_views"]

LINK_TRIES = "20 per minute"
LONGEST_TOKEN = 100


@bp.get("/first-manager/<token>")
@limiter.limit(LINK_TRIES)
@public("whoever holds the one-time link of an empty installation")
def first_manager_page(token: str) -> ResponseReturnValue:
    """Ask for the club and its first manager."""
    if not _is_open(token):
        return _link_over()
    return render("auth/first_manager.html", form=FirstManagerForm())


@bp.post("/first-manager/<token>")
@limiter.limit(LINK_TRIES)
@public("whoever holds the one-time link of an empty installation")
def make_first_manager(token: str) -> ResponseReturnValue:
    """Make the club and its first manager, then let him sign in."""
    if not _is_open(token):
        return _link_over()
    form, at = FirstManagerForm(), now()
    if not form.is_valid():
        return render("auth/first_manager.html", form=form), HTTPStatus.UNPROCESSABLE_ENTITY
    new_club = replace(form.new_club(), locale=choose_locale())
    club = transact(lambda s: operations.found_first_club(s, token=token, new_club=new_club, at=at))
    flash(_("%(club)s is ready. Sign in, then add staff and the price list.", club=club.name), "success")
    return redirect(url_for("auth.sign_in", next=url_for("staff.club")), HTTPStatus.SEE_OTHER)


@bp.get("/club")
@requires(Permission.CLUB_SETTINGS)
def club() -> ResponseReturnValue:
    """Where the settings of the club are, and what it still lacks."""
    actor = current_actor()
    return render(
        "office/staff/club.html",
        club=actor.club,
        may_staff=may(actor, Permission.STAFF_MANAGE),
        may_devices=may(actor, Permission.DEVICE_ENROL),
        may_leave=may(actor, Permission.LEAVE_DECIDE),
        may_see_lookers=may(actor, Permission.DISCLOSURE_SEE),
        kept=privacy.outlook(db.session, actor.club, local_day(now(), actor.club.zone)),
        staff_count=len(accounts.staff(db.session, club=actor.club)),
        card_count=len(
            catalogue.price_list(db.session, actor.club.id, day=local_day(now(), actor.club.zone))
        ),
        device_count=sum(
            device.revoked_at is None for device in accounts.devices(db.session, club=actor.club)
        ),
    )


@bp.get("/staff")
@requires(Permission.STAFF_MANAGE)
def staff_list() -> ResponseReturnValue:
    """Everybody who works in the club."""
    actor = current_actor()
    return render(
        "office/staff/list.html",
        page=queries.staff_page(db.session, actor.club),
        me=actor.account_id,
        role_names=ROLE_NAMES,
        kinds=texts.KINDS,
    )


@bp.get("/staff/new")
@requires(Permission.STAFF_MANAGE, fresh_password=True)
def hire_page() -> ResponseReturnValue:
    """Ask for a new colleague."""
    return _hire_page(HireForm(roles=_roles(current_actor())))


@bp.post("/staff/new")
@requires(Permission.STAFF_MANAGE, fresh_password=True)
def hire() -> ResponseReturnValue:
    """Give a new colleague an account, a role and a place on the floor."""
    actor, at = current_actor(), now()
    form = HireForm(roles=_roles(actor))
    if not form.is_valid():
        return _hire_page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    role, name = Role(form.role.data), form.name.data.strip()
    try:
        transact(
            lambda s: operations.hire(
                s,
                username=form.username.data,
                name=name,
                role=role,
                kind=kind_for(role, form.chosen_kind),
                team=form.chosen_team,
                password=form.password.data,
                pin=form.pin.data or None,
                actor=actor,
                at=at,
            )
        )
    except Refused as refused:
        if refused.refusal.code is not AuthRefused.USERNAME_TAKEN:
            raise
        form.username.errors = (refusal_text(refused.refusal),)
        return _hire_page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("%(name)s works here now and can sign in.", name=name), "success")
    return redirect(url_for("staff.staff_list"), HTTPStatus.SEE_OTHER)


@bp.get("/staff/<public_id>")
@requires(Permission.STAFF_MANAGE)
def show(public_id: str) -> ResponseReturnValue:
    """A colleague: roles, place on the floor, password and PIN, the end."""
    return _page(_found(public_id))


@bp.post("/staff/<public_id>/place")
@requires(Permission.STAFF_MANAGE)
def change_place(public_id: str) -> ResponseReturnValue:
    """Another team, or another kind of selling."""
    person, form = _found(public_id), PlaceForm(prefix="place")
    if not form.is_valid():
        return _page(person, place=form), HTTPStatus.UNPROCESSABLE_ENTITY
    return _done(
        person,
        lambda s, actor: operations.change_place(
            s,
            account_id=person.account_id,
            kind=form.chosen_kind,
            team=form.chosen_team,
            actor=actor,
            at=now(),
        ),
        _("Saved."),
    )


@bp.post("/staff/<public_id>/roles")
@requires(Permission.STAFF_MANAGE, fresh_password=True)
def give_role(public_id: str) -> ResponseReturnValue:
    """Give another role."""
    person = _found(public_id)
    form = RoleForm(roles=_roles(current_actor(), without=person.roles), prefix="role")
    if not form.is_valid():
        return _page(person, role=form), HTTPStatus.UNPROCESSABLE_ENTITY
    return _done(
        person,
        lambda s, actor: operations.give_role(
            s, account_id=person.account_id, role=Role(form.role.data), actor=actor, at=now()
        ),
        _("The role is given. %(name)s has to sign in again.", name=person.name),
    )


@bp.post("/staff/<public_id>/roles/<role>/take")
@requires(Permission.STAFF_MANAGE, fresh_password=True)
def take_role(public_id: str, role: str) -> ResponseReturnValue:
    """Take a role away."""
    person, taken = _found(public_id), next((each for each in Role if each == role), None)
    if taken is None:
        raise NotFound
    return _done(
        person,
        lambda s, actor: operations.take_role(
            s, account_id=person.account_id, role=taken, actor=actor, at=now()
        ),
        _("The role is taken away. %(name)s has to sign in again.", name=person.name),
    )


@bp.post("/staff/<public_id>/password")
@requires(Permission.STAFF_MANAGE, fresh_password=True)
def reset_password(public_id: str) -> ResponseReturnValue:
    """Set a new password for whoever forgot it."""
    person, form = _found(public_id), NewPasswordForm(prefix="password")
    form.username = person.username
    if not form.is_valid():
        return _page(person, password=form), HTTPStatus.UNPROCESSABLE_ENTITY
    return _done(
        person,
        lambda s, actor: operations.reset_password(
            s, account_id=person.account_id, password=form.password.data, actor=actor, at=now()
        ),
        _("The new password works. %(name)s has to sign in again.", name=person.name),
    )


@bp.post("/staff/<public_id>/pin")
@requires(Permission.STAFF_MANAGE, fresh_password=True)
def reset_pin(public_id: str) -> ResponseReturnValue:
    """Set a new PIN for whoever forgot it."""
    person, form = _found(public_id), NewPinForm(prefix="pin")
    if not form.is_valid():
        return _page(person, pin=form), HTTPStatus.UNPROCESSABLE_ENTITY
    return _done(
        person,
        lambda s, actor: operations.reset_pin(
            s, account_id=person.account_id, pin=form.pin.data, actor=actor, at=now()
        ),
        _("The new PIN works. %(name)s has to sign in again.", name=person.name),
    )


@bp.post("/staff/<public_id>/leave")
@requires(Permission.STAFF_MANAGE, fresh_password=True)
def end_employment(public_id: str) -> ResponseReturnValue:
    """Today is the last day."""
    person, actor, at = _found(public_id), current_actor(), now()
    held = _held(person, actor, at)
    transact(lambda s: operations.end_employment(s, account_id=person.account_id, actor=actor, at=at))
    flash(_("%(name)s no longer works in %(club)s.", name=person.name, club=actor.club.name), "success")
    if held is not None and may(actor, Permission.LEAD_HAND_OVER):
        flash(_("%(name)s still holds leads. Choose who takes them.", name=person.name), "warning")
        return redirect(url_for("handovers.make_page", consultant=held.public_id), HTTPStatus.SEE_OTHER)
    return redirect(url_for("staff.staff_list"), HTTPStatus.SEE_OTHER)


def _is_open(token: str) -> bool:
    if len(token) > LONGEST_TOKEN or accounts.has_anyone(db.session):
        return False
    return first_manager.may_redeem(db.session, token=token, at=now())


def _link_over() -> ResponseReturnValue:
    return render("office/staff/link_over.html"), HTTPStatus.GONE


def _roles(actor: Actor, *, without: tuple[Role, ...] = ()) -> Texts:
    return {role.value: ROLE_NAMES[role] for role in roles_to_give(actor.roles) if role not in without}


def _found(public_id: str) -> StaffPerson:
    return queries.person(db.session, current_actor().club, public_id)


def _done(person: StaffPerson, work: Callable[[Session, Actor], None], said: str) -> ResponseReturnValue:
    actor = current_actor()
    transact(lambda s: work(s, actor))
    flash(said, "success")
    return redirect(url_for("staff.show", public_id=person.public_id), HTTPStatus.SEE_OTHER)


def _held(person: StaffPerson, actor: Actor, at: Instant) -> Colleague | None:
    """The leads somebody holds; None where he holds none."""
    everybody = holders.colleagues(db.session, actor.club, local_day(at, actor.club.zone), at=at)
    return next(
        (each for each in everybody if each.account_id == person.account_id and each.open_claims), None
    )


def _hire_page(form: HireForm) -> str:
    page = queries.staff_page(db.session, current_actor().club)
    return render("office/staff/hire.html", form=form, teams=page.teams)


def _page(
    person: StaffPerson,
    *,
    place: PlaceForm | None = None,
    role: RoleForm | None = None,
    password: NewPasswordForm | None = None,
    pin: NewPinForm | None = None,
) -> str:
    actor = current_actor()
    facts = queries.colleague(db.session, account_id=person.account_id, actor=actor)
    rights, secrets = may_change_rights(facts), may_set_secrets(facts)
    end = may_end_employment(facts, on_shift=False)
    roles = _roles(actor, without=person.roles)
    return render(
        "office/staff/show.html",
        person=person,
        held=_held(person, actor, now()) if may(actor, Permission.LEAD_HAND_OVER) else None,
        may_pay=may(actor, Permission.PLAN_EDIT),
        code_form=CodeForm(formdata=None, prefix="code", code=person.code),
        club=actor.club,
        role_names=ROLE_NAMES,
        kinds=texts.KINDS,
        here={grant.role for grant in facts.grants if grant.club_id == actor.club.id},
        refused="" if isinstance(rights, Allowed) else refusal_text(rights),
        secrets_refused="" if isinstance(secrets, Allowed) else refusal_text(secrets),
        end_refused="" if isinstance(end, Allowed) else refusal_text(end),
        may_give=bool(roles),
        place_form=place
        or PlaceForm(
            formdata=None, prefix="place", kind=person.kind.value if person.kind else "", team=person.team
        ),
        role_form=role or RoleForm(formdata=None, roles=roles, prefix="role"),
        password_form=password or NewPasswordForm(formdata=None, prefix="password"),
        pin_form=pin or NewPinForm(formdata=None, prefix="pin"),
    )
