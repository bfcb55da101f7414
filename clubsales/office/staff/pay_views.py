"""The pages of a colleague's staff number and terms of pay."""

from http import HTTPStatus

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission
from clubsales.clock import local_day, now
from clubsales.consultants.profiles import terms
from clubsales.db import db, transact
from clubsales.errors import Refusal
from clubsales.i18n import gettext as _
from clubsales.i18n import refusal_text
from clubsales.office.staff import pay, queries
from clubsales.office.staff.blueprint import bp
from clubsales.office.staff.forms import CodeForm, TermsForm
from clubsales.office.staff.queries import StaffPerson
from clubsales.office.staff.rules import may_change_rights
from clubsales.typed import free_text
from clubsales.web import render


@bp.post("/staff/<public_id>/code")
@requires(Permission.STAFF_MANAGE)
def change_code(public_id: str) -> ResponseReturnValue:
    """Another staff number."""
    actor, at = current_actor(), now()
    person, form = queries.person(db.session, actor.club, public_id), CodeForm(prefix="code")
    if not form.is_valid():
        return redirect(url_for("staff.show", public_id=public_id), HTTPStatus.SEE_OTHER)
    code = form.code.data or ""
    transact(lambda s: pay.change_code(s, account_id=person.account_id, code=code, actor=actor, at=at))
    flash(_("Saved."), "success")
    return redirect(url_for("staff.show", public_id=public_id), HTTPStatus.SEE_OTHER)


@bp.get("/staff/<public_id>/pay")
@requires(Permission.PLAN_EDIT)
def pay_page(public_id: str) -> ResponseReturnValue:
    """What a colleague's pay is reckoned by, now and before."""
    return _page(queries.person(db.session, current_actor().club, public_id))


@bp.post("/staff/<public_id>/pay")
@requires(Permission.PLAN_EDIT)
def change_pay(public_id: str) -> ResponseReturnValue:
    """Other terms from a day on."""
    actor, at = current_actor(), now()
    person = queries.person(db.session, actor.club, public_id)
    form = TermsForm(currency=actor.club.currency, prefix="pay")
    if not form.is_valid():
        return _page(person, form), HTTPStatus.UNPROCESSABLE_ENTITY
    transact(
        lambda s: pay.change_terms(
            s,
            account_id=person.account_id,
            level=form.level.data,
            base=form.base.money,
            probation_until=form.probation_until.data,
            valid_from=form.valid_from.data,
            reason=free_text(form.reason.data),
            actor=actor,
            at=at,
        )
    )
    flash(_("The new terms of pay are on record."), "success")
    return redirect(url_for("staff.pay_page", public_id=public_id), HTTPStatus.SEE_OTHER)


def _page(person: StaffPerson, form: TermsForm | None = None) -> str:
    actor = current_actor()
    today = local_day(now(), actor.club.zone)
    profile = pay.profile_of(db.session, person.account_id, actor)
    present = terms.pay_terms_on(db.session, actor.club.id, today)[profile.id]
    may = may_change_rights(queries.colleague(db.session, account_id=person.account_id, actor=actor))
    return render(
        "office/staff/pay.html",
        person=person,
        present=present,
        history=terms.history_of(db.session, actor.club.id, profile.id),
        refused=refusal_text(may) if isinstance(may, Refusal) else "",
        form=form
        or TermsForm(
            formdata=None,
            prefix="pay",
            currency=actor.club.currency,
            level=present.level,
            base=str(present.base) if present.base is not None else "",
            probation_until=present.probation_until,
            valid_from=today.replace(day=1),
        ),
    )
