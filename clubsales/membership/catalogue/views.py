"""The price list: what the club sells, at which price."""

from dataclasses import dataclass
from http import HTTPStatus

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from clubsales import qr
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission
from clubsales.clock import now
from clubsales.db import db, transact
from clubsales.errors import Allowed, Refused
from clubsales.i18n import gettext as _
from clubsales.i18n import language_tag, listed, refusal_text
from clubsales.ids import new_public_id
from clubsales.membership import texts
from clubsales.membership.catalogue import (
    editing_views,
    facilities,
    operations,
    prices,
    promotion_views,
    promotions,
    queries,
)
from clubsales.membership.catalogue.blueprint import bp, found, line, today
from clubsales.membership.catalogue.forms import ADDED_KINDS, SESSIONS, CardTypeForm, DatedPriceForm, PayForm
from clubsales.membership.catalogue.queries import CardTypeView
from clubsales.membership.catalogue.rules import CardKind, CatalogueRefused
from clubsales.membership.catalogue.texts import WEEKDAYS
from clubsales.membership.catalogue.told import told
from clubsales.money import Money
from clubsales.policies import policy_on
from clubsales.settings import Settings
from clubsales.web import render

__all__ = ["bp"]
MORE_DOORS = (editing_views, promotion_views)  # on the same blueprint


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
        card_types=queries.price_list(db.session, club.id, day=today(), withdrawn=True),
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
                name=line(form.name),
                name_en=line(form.name_en),
                description=line(form.description),
                description_en=line(form.description_en),
                kind=kind,
                price=form.price.money,
                floor_price=form.floor_price.money,
                renewal_price=form.renewal_price.money,
                days=form.days_granted,
                visits=form.visits_granted,
                are_sessions=form.are_sessions,
                value=form.value_loaded,
                online=form.online.data,
                all_clubs=form.all_clubs.data and kind not in (CardKind.GOODS, CardKind.PACKAGE),
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
    flash(_("%(name)s is on the price list.", name=line(form.name)), "success")
    return redirect(url_for("catalogue.price_list"), HTTPStatus.SEE_OTHER)


@bp.get("/price-list/<public_id>")
@requires(Permission.CLUB_SETTINGS)
def card_type(public_id: str) -> ResponseReturnValue:
    """One thing on the price list, and its price to change."""
    chosen = found(public_id)
    return _page(chosen)


@bp.post("/price-list/<public_id>")
@requires(Permission.CLUB_SETTINGS)
def reprice(public_id: str) -> ResponseReturnValue:
    """Sell it at another price from now on."""
    actor, at, chosen = current_actor(), now(), found(public_id)
    form = DatedPriceForm(chosen.currency)
    if not form.is_valid():
        return _page(chosen, form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        transact(
            lambda s: operations.reprice(
                s,
                card_type_id=chosen.id,
                price=form.price.money,
                floor_price=form.floor_price.money,
                renewal_price=form.renewal_price.money,
                valid_from=form.valid_from.data,
                actor=actor,
                at=at,
            )
        )
    except Refused as refused:
        is_day = refused.refusal.code is CatalogueRefused.PRICE_IN_PAST
        (form.valid_from if is_day else form.price).errors = (refusal_text(refused.refusal),)
        return _page(chosen, form), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("The price is changed. What was sold before keeps its price."), "success")
    return redirect(url_for("catalogue.card_type", public_id=chosen.public_id), HTTPStatus.SEE_OTHER)


@bp.post("/price-list/<public_id>/pay")
@requires(Permission.CLUB_SETTINGS)
def set_pay(public_id: str) -> ResponseReturnValue:
    """Say what commission leaves out of it and what a referral brings, from the next sale on."""
    actor, at, chosen = current_actor(), now(), found(public_id)
    form = PayForm(chosen.currency)
    if not form.is_valid():
        return _page(chosen, pay_form=form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        transact(
            lambda s: operations.set_pay(
                s,
                card_type_id=chosen.id,
                set_up_fee=form.fee,
                referral=form.referral.money,
                actor=actor,
                at=at,
            )
        )
    except Refused as refused:
        form.set_up_fee.errors = (refusal_text(refused.refusal),)
        return _page(chosen, pay_form=form), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("Changed. What was sold before keeps its set-up fee."), "success")
    return redirect(url_for("catalogue.card_type", public_id=chosen.public_id), HTTPStatus.SEE_OTHER)


@bp.post("/price-list/<public_id>/withdraw")
@requires(Permission.CLUB_SETTINGS)
def withdraw(public_id: str) -> ResponseReturnValue:
    """Sell it no longer."""
    chosen = found(public_id)
    transact(lambda s: operations.withdraw(s, card_type_id=chosen.id, actor=current_actor(), at=now()))
    flash(_("%(name)s is no longer sold.", name=chosen.name_in(language_tag())), "success")
    return redirect(url_for("catalogue.price_list"), HTTPStatus.SEE_OTHER)


@bp.post("/price-list/<public_id>/put-back")
@requires(Permission.CLUB_SETTINGS)
def put_back(public_id: str) -> ResponseReturnValue:
    """Sell it again."""
    chosen = found(public_id)
    transact(lambda s: operations.put_back(s, card_type_id=chosen.id, actor=current_actor(), at=now()))
    flash(_("%(name)s is sold again.", name=chosen.name_in(language_tag())), "success")
    return redirect(url_for("catalogue.price_list"), HTTPStatus.SEE_OTHER)


@bp.post("/price-list/<public_id>/online")
@requires(Permission.CLUB_SETTINGS)
def sell_online(public_id: str) -> ResponseReturnValue:
    """Put it on the club's own page."""
    chosen = found(public_id)
    transact(lambda s: operations.sell_online(s, card_type_id=chosen.id, actor=current_actor(), at=now()))
    flash(_("%(name)s is sold on your own page.", name=chosen.name_in(language_tag())), "success")
    return redirect(url_for("catalogue.card_type", public_id=chosen.public_id), HTTPStatus.SEE_OTHER)


@bp.post("/price-list/<public_id>/offline")
@requires(Permission.CLUB_SETTINGS)
def take_offline(public_id: str) -> ResponseReturnValue:
    """Take it off the club's own page."""
    chosen = found(public_id)
    transact(lambda s: operations.take_offline(s, card_type_id=chosen.id, actor=current_actor(), at=now()))
    flash(_("%(name)s is off your own page.", name=chosen.name_in(language_tag())), "success")
    return redirect(url_for("catalogue.card_type", public_id=chosen.public_id), HTTPStatus.SEE_OTHER)


@dataclass(frozen=True, slots=True)
class CoolingOff:
    """`refund` of the policy, as far as a price list tells it."""

    cooling_off_days: int


def _cooling_off_days() -> int:
    policy = policy_on(db.session, current_actor().club, today())
    return policy.read("refund", CoolingOff).cooling_off_days


def _as_typed(amount: Money | None) -> str:
    return "" if amount is None else str(amount)


def _new_code(kind: CardKind) -> str:
    return f"{kind.value}-{new_public_id()[:6]}"


def _new_page(form: CardTypeForm) -> str:
    return render("membership/catalogue/new.html", form=form, currency=current_actor().club.currency)


def _page(shown: CardTypeView, form: DatedPriceForm | None = None, pay_form: PayForm | None = None) -> str:
    may_be_online, language = shown.may_be_online, language_tag()
    typed = {
        "price": _as_typed(shown.price),
        "floor_price": _as_typed(shown.floor_price),
        "renewal_price": _as_typed(shown.renewal_price),
    }
    pay = {"set_up_fee": _as_typed(shown.set_up_fee or None), "referral": _as_typed(shown.referral)}
    halls = facilities.of_club(db.session, shown.club_id, archived=True)
    live, _over = promotions.of_club(db.session, shown.club_id, today=today())
    is_package = shown.kind is CardKind.PACKAGE
    return render(
        "membership/catalogue/show.html",
        card_type=shown,
        form=form or DatedPriceForm(shown.currency, formdata=None, **typed),
        pay_form=pay_form or PayForm(shown.currency, formdata=None, **pay),
        kind=ADDED_KINDS[SESSIONS] if shown.are_sessions else texts.CARD_KINDS[shown.kind],
        why_not_online="" if isinstance(may_be_online, Allowed) else refusal_text(may_be_online),
        name=shown.name_in(language),
        description=shown.description_in(language),
        halls=listed(each.name_in(language) for each in halls if each.code in shown.facilities),
        items=queries.package_items(db.session, shown.club_id, shown.id, day=today()) if is_package else (),
        dated=prices.dated(db.session, shown.id),
        today=today(),
        promotions=[each for each in live if each.card_type_id in (None, shown.id)],
        terms=told(
            shown.terms,
            kind=shown.kind,
            by_visits=shown.visits is not None,
            currency=shown.currency,
            cooling_off_days=_cooling_off_days(),
            by_contract=shown.terms.contract_needed,
        ),
        weekdays=WEEKDAYS,
        language=language,
    )
