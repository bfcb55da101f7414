"""The price list: what the club sells, at which price."""

from datetime import date
from http import HTTPStatus

from flask import Blueprint, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import StringField

from clubsales import qr
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission
from clubsales.auth.rules import may_be_public_id
from clubsales.clock import local_day, now
from clubsales.db import db, transact
from clubsales.errors import Allowed, NotFound, Refused
from clubsales.i18n import gettext as _
from clubsales.i18n import language_tag, refusal_text
from clubsales.ids import new_public_id
from clubsales.membership import texts
from clubsales.membership.catalogue import operations, queries
from clubsales.membership.catalogue.forms import CardTypeForm, PayForm, PriceForm
from clubsales.membership.catalogue.queries import CardTypeView
from clubsales.membership.catalogue.rules import CardKind, CatalogueRefused
from clubsales.money import Money
from clubsales.settings import Settings
from clubsales.web import render

bp = Blueprint("catalogue", __name__)


@bp.get("/price-list")
@requires(Permission.CLUB_SETTINGS)
def price_list() -> ResponseReturnValue:
    """Everything the club sells or has sold."""
    club = current_actor().club
    settings: Settings = current_app.extensions["clubsales_settings"]
    own_page = (settings.public_url or request.host_url).rstrip("/") + url_for(
        "website.cards", club_id=club.public_id
    )
    return render(
        "membership/catalogue/price_list.html",
        card_types=queries.price_list(db.session, club.id, day=_today(), withdrawn=True),
        own_page=own_page,
        own_page_svg=qr.svg(own_page),
        takes_money_online=settings.takes_money_online,
        kinds=texts.CARD_KINDS,
        language=language_tag(),
    )


@bp.get("/price-list/new")
@requires(Permission.CLUB_SETTINGS)
def new_card_type() -> ResponseReturnValue:
    """Ask for something new to sell."""
    return _new_page(CardTypeForm(current_actor().club.currency))


@bp.post("/price-list/new")
@requires(Permission.CLUB_SETTINGS)
def add_card_type() -> ResponseReturnValue:
    """Put something on the price list."""
    actor, at = current_actor(), now()
    form = CardTypeForm(actor.club.currency)
    if not form.is_valid():
        return _new_page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    kind = form.chosen_kind
    try:
        transact(
            lambda s: operations.add_card_type(
                s,
                code=form.code.data or _new_code(kind),
                name=_line(form.name),
                name_en=_line(form.name_en),
                description=_line(form.description),
                description_en=_line(form.description_en),
                kind=kind,
                price=form.price.money,
                floor_price=form.floor_price.money,
                days=None if kind is CardKind.GOODS else form.days.data,
                visits=form.visits.data if kind is CardKind.VISITS else None,
                online=form.online.data,
                all_clubs=form.all_clubs.data and kind is not CardKind.GOODS,
                no_discount=form.no_discount.data,
                set_up_fee=form.set_up_fee.money,
                referral=form.referral.money,
                actor=actor,
                at=at,
            )
        )
    except Refused as refused:
        if refused.refusal.code is not CatalogueRefused.CODE_TAKEN:
            raise
        form.code.errors = (refusal_text(refused.refusal),)
        return _new_page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("%(name)s is on the price list.", name=_line(form.name)), "success")
    return redirect(url_for("catalogue.price_list"), HTTPStatus.SEE_OTHER)


@bp.get("/price-list/<public_id>")
@requires(Permission.CLUB_SETTINGS)
def card_type(public_id: str) -> ResponseReturnValue:
    """One thing on the price list, and its price to change."""
    found = _found(public_id)
    return _page(found)


@bp.post("/price-list/<public_id>")
@requires(Permission.CLUB_SETTINGS)
def reprice(public_id: str) -> ResponseReturnValue:
    """Sell it at another price from now on."""
    actor, at, found = current_actor(), now(), _found(public_id)
    form = PriceForm(found.currency)
    if not form.is_valid():
        return _page(found, form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        transact(
            lambda s: operations.reprice(
                s,
                card_type_id=found.id,
                price=form.price.money,
                floor_price=form.floor_price.money,
                actor=actor,
                at=at,
            )
        )
    except Refused as refused:
        if refused.refusal.code not in (CatalogueRefused.ONLINE_PRICE, CatalogueRefused.FEE_ABOVE_PRICE):
            raise
        form.price.errors = (refusal_text(refused.refusal),)
        return _page(found, form), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("The price is changed. What was sold before keeps its price."), "success")
    return redirect(url_for("catalogue.price_list"), HTTPStatus.SEE_OTHER)


@bp.post("/price-list/<public_id>/pay")
@requires(Permission.CLUB_SETTINGS)
def set_pay(public_id: str) -> ResponseReturnValue:
    """Say what commission leaves out of it and what a referral brings, from the next sale on."""
    actor, at, found = current_actor(), now(), _found(public_id)
    form = PayForm(found.currency)
    if not form.is_valid():
        return _page(found, pay_form=form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        transact(
            lambda s: operations.set_pay(
                s,
                card_type_id=found.id,
                set_up_fee=form.fee,
                referral=form.referral.money,
                actor=actor,
                at=at,
            )
        )
    except Refused as refused:
        form.set_up_fee.errors = (refusal_text(refused.refusal),)
        return _page(found, pay_form=form), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("Changed. What was sold before keeps its set-up fee."), "success")
    return redirect(url_for("catalogue.card_type", public_id=found.public_id), HTTPStatus.SEE_OTHER)


@bp.post("/price-list/<public_id>/withdraw")
@requires(Permission.CLUB_SETTINGS)
def withdraw(public_id: str) -> ResponseReturnValue:
    """Sell it no longer."""
    found = _found(public_id)
    transact(lambda s: operations.withdraw(s, card_type_id=found.id, actor=current_actor(), at=now()))
    flash(_("%(name)s is no longer sold.", name=found.name_in(language_tag())), "success")
    return redirect(url_for("catalogue.price_list"), HTTPStatus.SEE_OTHER)


@bp.post("/price-list/<public_id>/put-back")
@requires(Permission.CLUB_SETTINGS)
def put_back(public_id: str) -> ResponseReturnValue:
    """Sell it again."""
    found = _found(public_id)
    transact(lambda s: operations.put_back(s, card_type_id=found.id, actor=current_actor(), at=now()))
    flash(_("%(name)s is sold again.", name=found.name_in(language_tag())), "success")
    return redirect(url_for("catalogue.price_list"), HTTPStatus.SEE_OTHER)


@bp.post("/price-list/<public_id>/online")
@requires(Permission.CLUB_SETTINGS)
def sell_online(public_id: str) -> ResponseReturnValue:
    """Put it on the club's own page."""
    found = _found(public_id)
    transact(lambda s: operations.sell_online(s, card_type_id=found.id, actor=current_actor(), at=now()))
    flash(_("%(name)s is sold on your own page.", name=found.name_in(language_tag())), "success")
    return redirect(url_for("catalogue.card_type", public_id=found.public_id), HTTPStatus.SEE_OTHER)


@bp.post("/price-list/<public_id>/offline")
@requires(Permission.CLUB_SETTINGS)
def take_offline(public_id: str) -> ResponseReturnValue:
    """Take it off the club's own page."""
    found = _found(public_id)
    transact(lambda s: operations.take_offline(s, card_type_id=found.id, actor=current_actor(), at=now()))
    flash(_("%(name)s is off your own page.", name=found.name_in(language_tag())), "success")
    return redirect(url_for("catalogue.card_type", public_id=found.public_id), HTTPStatus.SEE_OTHER)


def _found(public_id: str) -> CardTypeView:
    if not may_be_public_id(public_id):
        raise NotFound
    return queries.by_public_id(db.session, current_actor().club.id, public_id, day=_today())


def _today() -> date:
    return local_day(now(), current_actor().club.zone)


def _line(field: StringField) -> str:
    return (field.data or "").strip()


def _as_typed(amount: Money | None) -> str:
    return "" if amount is None else str(amount)


def _new_code(kind: CardKind) -> str:
    return f"{kind.value}-{new_public_id()[:6]}"


def _new_page(form: CardTypeForm) -> str:
    return render("membership/catalogue/new.html", form=form, currency=current_actor().club.currency)


def _page(found: CardTypeView, form: PriceForm | None = None, pay_form: PayForm | None = None) -> str:
    may_be_online = found.may_be_online
    prices = {"price": _as_typed(found.price), "floor_price": _as_typed(found.floor_price)}
    pay = {"set_up_fee": _as_typed(found.set_up_fee or None), "referral": _as_typed(found.referral)}
    return render(
        "membership/catalogue/show.html",
        card_type=found,
        form=form or PriceForm(found.currency, formdata=None, **prices),
        pay_form=pay_form or PayForm(found.currency, formdata=None, **pay),
        kind=texts.CARD_KINDS[found.kind],
        why_not_online="" if isinstance(may_be_online, Allowed) else refusal_text(may_be_online),
        name=found.name_in(language_tag()),
        description=found.description_in(language_tag()),
    )
