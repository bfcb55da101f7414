"""The club's own page: a guest chooses a card and pays it, with nobody's help. It tells nobody who is known here."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from flask import Blueprint, current_app, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from sqlalchemy.orm import Session

from clubsales import clubs, idempotency
from clubsales.actor import Actor, ActorKind, Club
from clubsales.auth.guard import public
from clubsales.auth.rules import may_be_public_id
from clubsales.clock import Instant, local_day, now
from clubsales.db import db, transact
from clubsales.errors import NotFound, Refused
from clubsales.i18n import LANGUAGE_TAGS, STAFF_LOCALE, format_local_datetime, language_tag
from clubsales.i18n import gettext as _
from clubsales.membership.catalogue import queries as catalogue
from clubsales.membership.catalogue.offers import Offer
from clubsales.membership.catalogue.queries import CardTypeView
from clubsales.membership.catalogue.rules import CatalogueRefused
from clubsales.membership.prepaid.rules import PrepaidRefused
from clubsales.membership.sales import website
from clubsales.membership.sales.basket_pages import offers_of
from clubsales.membership.sales.rules import SaleKind
from clubsales.membership.sales.website_forms import OrderForm
from clubsales.settings import Settings
from clubsales.web import limiter

bp = Blueprint("website", __name__)
FOR_EVERYBODY = (
    "the club's own page is for everybody: it shows prices, and takes an order whoever is known here"
)
FROM_ONE_ADDRESS = "10 per minute; 60 per day"  # a family, an office, a hall with one line to the internet
FOR_ONE_PHONE = "5 per hour"


@bp.get("/club/<club_id>/cards")
@public(FOR_EVERYBODY)
def cards(club_id: str) -> ResponseReturnValue:
    """The cards the club sells here, with their prices."""
    club = _club(club_id)
    card_types = catalogue.online_list(db.session, club.id, day=local_day(now(), club.zone))
    return render_template(
        "membership/sales/website.html",
        club=club,
        card_types=card_types,
        offers=_offers(club, card_types),
        takes_money=_takes_money(),
        **_surroundings(),
    )


@bp.get("/club/<club_id>/cards/<public_id>")
@public(FOR_EVERYBODY)
def card(club_id: str, public_id: str) -> ResponseReturnValue:
    """One of them, and who buys it."""
    club = _club(club_id)
    card_type = _offered(club, public_id)
    if card_type is None or not _takes_money():
        return _choose_again(club)
    return _page(club, card_type, OrderForm())


@bp.post("/club/<club_id>/cards/<public_id>")
@public(FOR_EVERYBODY)
@limiter.limit(FROM_ONE_ADDRESS, methods=["POST"])
def order(club_id: str, public_id: str) -> ResponseReturnValue:
    """Take an order and lead to where it is paid. What a robot sent is forgotten."""
    club, at, form = _club(club_id), now(), OrderForm()
    card_type = _offered(club, public_id)
    if card_type is None or not _takes_money():
        return _choose_again(club)
    if not form.is_valid():
        return _page(club, card_type, form), HTTPStatus.UNPROCESSABLE_ENTITY
    if form.website.data:
        return redirect(url_for(".cards", club_id=club.public_id), HTTPStatus.SEE_OTHER)
    try:
        with limiter.limit(FOR_ONE_PHONE, key_func=lambda: form.phone.e164 or ""):
            link_token = transact(lambda session: _order_once(session, form, card_type, club, at))
    except Refused as refused:
        if isinstance(refused.refusal.code, PrepaidRefused):
            # What somebody has is told to nobody who only typed a phone.
            flash(_("This card cannot be sold to you here. Ask at the club what is possible."), "warning")
            return redirect(url_for(".cards", club_id=club.public_id), HTTPStatus.SEE_OTHER)
        if refused.refusal.code is not CatalogueRefused.NOT_ONLINE:
            raise
        return _choose_again(club)
    return redirect(url_for("pay.page", link_token=link_token), HTTPStatus.SEE_OTHER)


def _order_once(session: Session, form: OrderForm, card_type: CardTypeView, club: Club, at: Instant) -> str:
    """The token of the link that the order is paid by."""
    actor = Actor(kind=ActorKind.GUEST, club=club, name="website")
    with force_locale(STAFF_LOCALE):  # the visitor's own words stay as they are
        line = _line(form, card_type, at)

    def work() -> str:
        started = website.order(
            session,
            card_type_id=card_type.id,
            e164=form.phone.e164 or "",
            name=form.name.data or "",
            line=line,
            actor=actor,
            at=at,
        )
        return started.link_token

    inputs = {**form.inputs, "card_type": card_type.public_id}
    key = f"website:{form.submission_key.data}"[:80]
    return idempotency.once(session, key=key, inputs=inputs, actor=actor, at=at, work=work)


def _line(form: OrderForm, card_type: CardTypeView, at: Instant) -> str:
    """What was chosen, as it is kept with the lead."""
    return _(
        "Website, %(moment)s: %(name)s chose “%(card)s”.",
        moment=format_local_datetime(at),
        name=form.name.data,
        card=card_type.name_in(LANGUAGE_TAGS[STAFF_LOCALE]),
    )


def _offered(club: Club, public_id: str) -> CardTypeView | None:
    """A card type of the club, None where it is not sold here; raises NotFound for another club's."""
    if not may_be_public_id(public_id):
        raise NotFound
    found = catalogue.by_public_id(db.session, club.id, public_id, day=local_day(now(), club.zone))
    return found if found.is_offered_online else None


def _club(public_id: str) -> Club:
    if not may_be_public_id(public_id):
        raise NotFound
    club = clubs.by_public_id(db.session, public_id)
    g.zone = club.zone
    return club


def _takes_money() -> bool:
    settings: Settings = current_app.extensions["clubsales_settings"]
    return settings.takes_money_online


def _offers(club: Club, card_types: Sequence[CardTypeView]) -> Mapping[str, Offer]:
    """What each is sold at today, offers of the day counted in."""
    today = local_day(now(), club.zone)
    return offers_of(db.session, card_types, kind=SaleKind.NEW.value, today=today)


def _choose_again(club: Club) -> ResponseReturnValue:
    if _takes_money():
        flash(_("This card is not sold here any more. Choose another one."), "warning")
    return redirect(url_for(".cards", club_id=club.public_id), HTTPStatus.SEE_OTHER)


def _page(club: Club, card_type: CardTypeView, form: OrderForm) -> str:
    return render_template(
        "membership/sales/website_order.html",
        club=club,
        card_type=card_type,
        offer=_offers(club, [card_type])[card_type.public_id],
        form=form,
        **_surroundings(),
    )


def _surroundings() -> dict[str, str]:
    return {"language": language_tag(), "language_url": url_for("auth.choose_locale")}
