"""The pages of one card type's grants, terms, places, prices to come, and of what a package holds."""

from datetime import date
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
from clubsales.membership.catalogue import editing, facilities, prices, queries
from clubsales.membership.catalogue.blueprint import bp, found, today
from clubsales.membership.catalogue.detail_forms import GrantsForm, ItemsForm, PlacesForm, TermsForm
from clubsales.membership.catalogue.editing import ItemWish
from clubsales.membership.catalogue.queries import CardTypeView
from clubsales.membership.catalogue.rules import CardKind, CatalogueRefused
from clubsales.web import render


@bp.get("/price-list/<public_id>/edit")
@requires(Permission.CLUB_SETTINGS)
def edit(public_id: str) -> ResponseReturnValue:
    """What it is called and grants, to change."""
    card_type = found(public_id)
    return _edit_page(card_type, GrantsForm.of(card_type))


@bp.post("/price-list/<public_id>/edit")
@requires(Permission.CLUB_SETTINGS)
def save_edit(public_id: str) -> ResponseReturnValue:
    """Grant something else from the next sale on."""
    actor, at, card_type = current_actor(), now(), found(public_id)
    form = GrantsForm(card_type.currency)
    if not form.is_valid():
        return _edit_page(card_type, form), HTTPStatus.UNPROCESSABLE_ENTITY
    known = facilities.of_club(db.session, actor.club.id)
    grants = form.grants(card_type, known)
    try:
        transact(lambda s: editing.edit(s, card_type_id=card_type.id, grants=grants, actor=actor, at=at))
    except Refused as refused:
        field = form.value if refused.refusal.code is CatalogueRefused.VALUE_BELOW_PRICE else form.days
        field.errors = (*field.errors, refusal_text(refused.refusal))
        return _edit_page(card_type, form), HTTPStatus.UNPROCESSABLE_ENTITY
    return _saved(card_type)


@bp.get("/price-list/<public_id>/terms")
@requires(Permission.CLUB_SETTINGS)
def terms(public_id: str) -> ResponseReturnValue:
    """Its terms and fees, to change."""
    card_type = found(public_id)
    return _terms_page(card_type, TermsForm.of(card_type.terms, card_type.currency))


@bp.post("/price-list/<public_id>/terms")
@requires(Permission.CLUB_SETTINGS)
def save_terms(public_id: str) -> ResponseReturnValue:
    """Promise other terms from the next sale on."""
    actor, at, card_type = current_actor(), now(), found(public_id)
    form = TermsForm(card_type.currency)
    if not form.is_valid():
        return _terms_page(card_type, form), HTTPStatus.UNPROCESSABLE_ENTITY
    wanted = form.terms
    try:
        transact(lambda s: editing.set_terms(s, card_type_id=card_type.id, terms=wanted, actor=actor, at=at))
    except Refused as refused:
        field = (
            form.transfer_fee
            if wanted.transfer_fee_bp and wanted.transfer_fee_minor
            else form.freeze_days_max
        )
        field.errors = (refusal_text(refused.refusal),)
        return _terms_page(card_type, form), HTTPStatus.UNPROCESSABLE_ENTITY
    return _saved(card_type)


@bp.get("/price-list/<public_id>/places")
@requires(Permission.CLUB_SETTINGS)
def places(public_id: str) -> ResponseReturnValue:
    """How many there are and what reserves one, to change."""
    card_type = found(public_id)
    form = PlacesForm(
        card_type.currency,
        formdata=None,
        quota=card_type.quota,
        deposit="" if card_type.deposit is None else str(card_type.deposit),
    )
    return _places_page(card_type, form)


@bp.post("/price-list/<public_id>/places")
@requires(Permission.CLUB_SETTINGS)
def save_places(public_id: str) -> ResponseReturnValue:
    """Limit it, or let it be unlimited."""
    actor, at, card_type = current_actor(), now(), found(public_id)
    form = PlacesForm(card_type.currency)
    if not form.is_valid():
        return _places_page(card_type, form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        transact(
            lambda s: editing.set_places(
                s,
                card_type_id=card_type.id,
                quota=form.quota.data,
                deposit=form.deposit.money,
                actor=actor,
                at=at,
            )
        )
    except Refused as refused:
        form.quota.errors = (refusal_text(refused.refusal),)
        return _places_page(card_type, form), HTTPStatus.UNPROCESSABLE_ENTITY
    return _saved(card_type)


@bp.get("/price-list/<public_id>/package")
@requires(Permission.CLUB_SETTINGS)
def package(public_id: str) -> ResponseReturnValue:
    """What a package holds, to change."""
    card_type = _package(public_id)
    items = queries.package_items(db.session, card_type.club_id, card_type.id, day=today())
    typed = [{"card_type": each.card_type.public_id, "quantity": each.quantity} for each in items]
    return _package_page(card_type, ItemsForm(formdata=None, items=typed))


@bp.post("/price-list/<public_id>/package")
@requires(Permission.CLUB_SETTINGS)
def save_package(public_id: str) -> ResponseReturnValue:
    """Let a package hold something else from the next sale on."""
    actor, at, card_type = current_actor(), now(), _package(public_id)
    form = ItemsForm()
    if not form.is_valid():
        return _package_page(card_type, form), HTTPStatus.UNPROCESSABLE_ENTITY
    listed = queries.price_list(db.session, actor.club.id, day=today(), withdrawn=True)
    known = {each.public_id: each.id for each in listed}
    if not all(name in known for name, _quantity in form.wishes):
        raise NotFound
    items = [ItemWish(card_type_id=known[name], quantity=quantity) for name, quantity in form.wishes]
    try:
        transact(lambda s: editing.set_items(s, card_type_id=card_type.id, items=items, actor=actor, at=at))
    except Refused as refused:
        form.items.errors = (refusal_text(refused.refusal),)
        return _package_page(card_type, form), HTTPStatus.UNPROCESSABLE_ENTITY
    return _saved(card_type)


@bp.post("/price-list/<public_id>/prices/<valid_from>/take-back")
@requires(Permission.CLUB_SETTINGS)
def take_back_price(public_id: str, valid_from: str) -> ResponseReturnValue:
    """Let a price that is still to come not come."""
    actor, at, card_type = current_actor(), now(), found(public_id)
    try:
        day = date.fromisoformat(valid_from)
    except ValueError:
        raise NotFound from None
    transact(lambda s: prices.take_back(s, card_type_id=card_type.id, valid_from=day, actor=actor, at=at))
    flash(_("Taken back. The price before it goes on."), "success")
    return redirect(url_for(".card_type", public_id=card_type.public_id), HTTPStatus.SEE_OTHER)


def _package(public_id: str) -> CardTypeView:
    card_type = found(public_id)
    if card_type.kind is not CardKind.PACKAGE:
        raise NotFound
    return card_type


def _saved(card_type: CardTypeView) -> ResponseReturnValue:
    flash(_("Changed. What was sold before stays as it was sold."), "success")
    return redirect(url_for(".card_type", public_id=card_type.public_id), HTTPStatus.SEE_OTHER)


def _edit_page(card_type: CardTypeView, form: GrantsForm) -> str:
    halls = facilities.of_club(db.session, card_type.club_id, archived=True)
    return render(
        "membership/catalogue/edit.html",
        card_type=card_type,
        name=card_type.name_in(language_tag()),
        form=form,
        halls=[each for each in halls if not each.is_archived or each.code in card_type.facilities],
        language=language_tag(),
    )


def _terms_page(card_type: CardTypeView, form: TermsForm) -> str:
    return render(
        "membership/catalogue/terms.html",
        card_type=card_type,
        name=card_type.name_in(language_tag()),
        form=form,
    )


def _places_page(card_type: CardTypeView, form: PlacesForm) -> str:
    return render(
        "membership/catalogue/places.html",
        card_type=card_type,
        name=card_type.name_in(language_tag()),
        form=form,
    )


def _package_page(card_type: CardTypeView, form: ItemsForm) -> str:
    listed = queries.price_list(db.session, card_type.club_id, day=today())
    form.offer(listed, language_tag())
    return render(
        "membership/catalogue/package.html",
        card_type=card_type,
        name=card_type.name_in(language_tag()),
        form=form,
    )
