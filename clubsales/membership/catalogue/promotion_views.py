"""The pages of offers of some days, and of the club's halls."""

from http import HTTPStatus

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission
from clubsales.clock import now
from clubsales.db import db, transact
from clubsales.errors import NotFound, Refused
from clubsales.i18n import gettext as _
from clubsales.i18n import language_tag, refusal_text
from clubsales.membership import texts
from clubsales.membership.catalogue import facilities, promotions, queries
from clubsales.membership.catalogue.blueprint import bp, today
from clubsales.membership.catalogue.promotion_forms import FacilityForm, PromotionForm
from clubsales.web import render


@bp.get("/promotions")
@requires(Permission.CLUB_SETTINGS)
def promotion_list() -> ResponseReturnValue:
    """What runs, what is to come, what is over."""
    actor = current_actor()
    live, over = promotions.of_club(db.session, actor.club.id, today=today())
    listed = queries.price_list(db.session, actor.club.id, day=today(), withdrawn=True)
    return render(
        "membership/catalogue/promotions.html",
        live=live,
        over=over,
        today=today(),
        names={each.id: each.name_in(language_tag()) for each in listed},
        sale_kinds=texts.SALE_KINDS,
        language=language_tag(),
    )


@bp.get("/promotions/new")
@requires(Permission.CLUB_SETTINGS)
def new_promotion() -> ResponseReturnValue:
    """Ask for an offer."""
    form = PromotionForm(current_actor().club.currency, formdata=None, first_day=today())
    return _promotion_page(form)


@bp.post("/promotions/new")
@requires(Permission.CLUB_SETTINGS)
def publish_promotion() -> ResponseReturnValue:
    """Publish an offer."""
    actor, at = current_actor(), now()
    form = PromotionForm(actor.club.currency)
    if not form.is_valid():
        return _promotion_page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    new = form.promotion(queries.price_list(db.session, actor.club.id, day=today()))
    if new is None:
        raise NotFound
    try:
        transact(lambda s: promotions.publish(s, new=new, actor=actor, at=at))
    except Refused as refused:
        form.last_day.errors = (refusal_text(refused.refusal),)
        return _promotion_page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("%(name)s is published.", name=new.name), "success")
    return redirect(url_for(".promotion_list"), HTTPStatus.SEE_OTHER)


@bp.post("/promotions/<public_id>/withdraw")
@requires(Permission.CLUB_SETTINGS)
def withdraw_promotion(public_id: str) -> ResponseReturnValue:
    """End an offer before its time."""
    actor, at = current_actor(), now()
    transact(lambda s: promotions.withdraw(s, public_id=public_id, actor=actor, at=at))
    flash(_("Withdrawn. What was sold at it stays."), "success")
    return redirect(url_for(".promotion_list"), HTTPStatus.SEE_OTHER)


@bp.get("/facilities")
@requires(Permission.CLUB_SETTINGS)
def facility_list() -> ResponseReturnValue:
    """The halls of the club."""
    return _facility_page(FacilityForm(formdata=None))


@bp.post("/facilities")
@requires(Permission.CLUB_SETTINGS)
def add_facility() -> ResponseReturnValue:
    """Another hall."""
    actor, at, form = current_actor(), now(), FacilityForm()
    if not form.is_valid():
        return _facility_page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    name, name_en = form.names
    try:
        transact(lambda s: facilities.add(s, name=name, name_en=name_en, actor=actor, at=at))
    except Refused as refused:
        form.name.errors = (refusal_text(refused.refusal),)
        return _facility_page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("%(name)s is added.", name=name), "success")
    return redirect(url_for(".facility_list"), HTTPStatus.SEE_OTHER)


@bp.post("/facilities/begin")
@requires(Permission.CLUB_SETTINGS)
def begin_facilities() -> ResponseReturnValue:
    """The six halls to begin with."""
    transact(lambda s: facilities.begin(s, actor=current_actor(), at=now()))
    return redirect(url_for(".facility_list"), HTTPStatus.SEE_OTHER)


@bp.post("/facilities/<code>/rename")
@requires(Permission.CLUB_SETTINGS)
def rename_facility(code: str) -> ResponseReturnValue:
    """Call a hall otherwise."""
    actor, at, form = current_actor(), now(), FacilityForm()
    if not form.is_valid():
        flash(_("A hall needs a name of at most 40 characters."), "error")
        return redirect(url_for(".facility_list"), HTTPStatus.SEE_OTHER)
    name, name_en = form.names
    transact(lambda s: facilities.rename(s, code=code, name=name, name_en=name_en, actor=actor, at=at))
    flash(_("It is called %(name)s now.", name=name), "success")
    return redirect(url_for(".facility_list"), HTTPStatus.SEE_OTHER)


@bp.post("/facilities/<code>/archive")
@requires(Permission.CLUB_SETTINGS)
def archive_facility(code: str) -> ResponseReturnValue:
    """The club has it no longer."""
    transact(lambda s: facilities.archive(s, code=code, actor=current_actor(), at=now()))
    flash(_("Archived. Cards that name it keep it."), "success")
    return redirect(url_for(".facility_list"), HTTPStatus.SEE_OTHER)


@bp.post("/facilities/<code>/put-back")
@requires(Permission.CLUB_SETTINGS)
def put_back_facility(code: str) -> ResponseReturnValue:
    """The club has it again."""
    transact(lambda s: facilities.put_back(s, code=code, actor=current_actor(), at=now()))
    flash(_("It is there again."), "success")
    return redirect(url_for(".facility_list"), HTTPStatus.SEE_OTHER)


def _promotion_page(form: PromotionForm) -> str:
    actor = current_actor()
    form.offer(queries.price_list(db.session, actor.club.id, day=today()), language_tag())
    return render("membership/catalogue/promotion.html", form=form, currency=actor.club.currency)


def _facility_page(form: FacilityForm) -> str:
    halls = facilities.of_club(db.session, current_actor().club.id, archived=True)
    return render("membership/catalogue/facilities.html", halls=halls, form=form, language=language_tag())
