"""The sell screen: what can be chosen on it, and what was, found in this club."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask import render_template
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.auth.permissions import Permission, may
from clubsales.auth.rules import may_be_public_id
from clubsales.clock import Instant, local_day, now
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.profiles.queries import ConsultantView
from clubsales.db import db
from clubsales.errors import NotFound
from clubsales.leads.people import operations as people
from clubsales.membership import texts
from clubsales.membership.catalogue import queries as catalogue
from clubsales.membership.catalogue.queries import CardTypeView
from clubsales.membership.catalogue.rules import CardKind
from clubsales.membership.prepaid.rules import PrepaidPolicy
from clubsales.membership.sales import operations, order_queries, queries
from clubsales.membership.sales.basket_pages import basket_sheet, offers_of
from clubsales.membership.sales.baskets import LineWish
from clubsales.membership.sales.forms import SellForm
from clubsales.membership.sales.operations import Buyer, Seller
from clubsales.membership.sales.order_queries import KnownBuyer, OrderFacts
from clubsales.membership.sales.queries import GuestView
from clubsales.membership.sales.rules import SaleKind
from clubsales.policies import Policy, policy_of, policy_on
from clubsales.prepared import Answer


class BuyerMissing(Exception):
    """Nobody was named to sell to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What was chosen, found in this club."""

    lines: tuple[LineWish, ...]
    known: Mapping[str, CardTypeView]
    policy: Policy
    kind: SaleKind
    buyer: Buyer
    seller: Seller | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedOrder:
    """What was chosen, on its way to be found."""

    lines: tuple[LineWish, ...]
    seller: str  # public id; empty where nobody is named
    facts: Answer
    policy: Answer


def ask_order(session: Session, form: SellForm, actor: Actor, at: Instant) -> AskedOrder:
    """Ask what the form's codes stand for, together with what is asked next. Raises NotFound for what is no code."""
    lines = tuple(form.wishes)
    codes = (form.consultant.data, *(line.card_type for line in lines), *(line.request for line in lines))
    if not all(map(may_be_public_id, filter(None, codes))):
        raise NotFound
    today = local_day(at, actor.club.zone)
    names_seller = may(actor, Permission.PAYMENT_BOOK) or actor.consultant_id is None
    seller = (form.consultant.data or "") if names_seller else ""
    return AskedOrder(
        lines=lines,
        seller=seller,
        policy=operations.ask_ahead(session, actor.club, today),
        facts=order_queries.ask_order(
            session,
            actor.club,
            card_type=lines[0].card_type,
            e164=form.phone.e164,
            seller=seller,
            day=today,
        ),
    )


def find_order(session: Session, form: SellForm, asked: AskedOrder, actor: Actor, at: Instant) -> Order:
    """What the form's codes stand for in this club. Raises NotFound and BuyerMissing."""
    facts = order_queries.order_of(asked.facts, seller=asked.seller)
    lines, today = asked.lines, local_day(at, actor.club.zone)
    known = {lines[0].card_type: facts.card_type}
    for line in lines:
        if line.card_type not in known:
            known[line.card_type] = catalogue.by_public_id(session, actor.club.id, line.card_type, day=today)
    guest_here = queries.guest(session, actor.club.id, form.guest.data) if form.guest.data else None
    are_goods = all(card_type.kind is CardKind.GOODS for card_type in known.values())
    if guest_here is None and form.phone.e164 is None and not are_goods:
        raise BuyerMissing
    return Order(
        lines=lines,
        known=known,
        policy=policy_of(session, asked.policy),
        kind=SaleKind.GOODS if are_goods else form.chosen_kind,
        buyer=_buyer(session, guest_here, facts.buyer, form, actor, at),
        seller=_seller(facts, guest_here, actor, at_desk=may(actor, Permission.PAYMENT_BOOK)),
    )


def _buyer(
    session: Session,
    guest_here: GuestView | None,
    known: KnownBuyer | None,
    form: SellForm,
    actor: Actor,
    at: Instant,
) -> Buyer:
    """A phone that was typed says who buys, also beside a guest: then it may be somebody else than the guest."""
    if form.phone.e164 is not None:
        buyer = _by_phone(session, known, form.phone.e164, form.name.data or "", actor, at)
        if guest_here is not None and guest_here.person_id in (None, buyer.person_id):
            return replace(buyer, reception_id=guest_here.reception_id)
        return buyer
    if guest_here is None:
        return Buyer()
    return Buyer(
        person_id=guest_here.person_id,
        reception_id=guest_here.reception_id,
        is_member=guest_here.is_member,
    )


def _by_phone(
    session: Session, known: KnownBuyer | None, e164: str, name: str, actor: Actor, at: Instant
) -> Buyer:
    if known is not None and (known.name or not name):
        return Buyer(person_id=known.person_id, is_member=known.is_member)
    person_id = people.find_or_add(session, e164=e164, name=name, actor=actor, at=at)
    return Buyer(person_id=person_id, is_member=known.is_member if known else False)


def _seller(facts: OrderFacts, guest_here: GuestView | None, actor: Actor, *, at_desk: bool) -> Seller | None:
    """Whoever sells is on the sale; at the desk it is whom the receptionist names, else the guest's consultant."""
    if not at_desk and actor.consultant_id is not None:
        return Seller(id=actor.consultant_id, name=actor.name)
    if facts.seller_id is not None:
        return Seller(id=facts.seller_id, name=facts.seller_name)
    if guest_here is not None and guest_here.consultant_id is not None:
        return Seller(id=guest_here.consultant_id, name=guest_here.consultant_name)
    return None


def sell_page(form: SellForm, actor: Actor) -> str:
    """The sell screen with what stands in its form."""
    at_desk = may(actor, Permission.PAYMENT_BOOK)
    today = local_day(now(), actor.club.zone)
    return render_template(
        "membership/sales/sell.html",
        form=form,
        **_choice(form, actor),
        guests=queries.guests_here(
            db.session, actor.club.id, consultant_id=None if at_desk else actor.consultant_id
        ),
        sellers=_sellers(actor) if at_desk else [],
        at_desk=at_desk,
        has_limits=policy_on(db.session, actor.club, today).read("prepaid", PrepaidPolicy).is_in_force(today),
        may_price=may(actor, Permission.CLUB_SETTINGS),
        card_kinds=texts.CARD_KINDS,
    )


def basket_piece(form: SellForm, actor: Actor) -> str:
    """The basket alone, as the sell screen asks for it again."""
    return render_template("membership/sales/_basket.html", form=form, **_choice(form, actor))


def _choice(form: SellForm, actor: Actor) -> dict[str, object]:
    """What can be chosen, at the prices of the day."""
    today = local_day(now(), actor.club.zone)
    card_types = catalogue.price_list(db.session, actor.club.id, day=today)
    offers = offers_of(db.session, card_types, kind=form.kind.data or "", today=today)
    return {
        "card_types": card_types,
        "offers": offers,
        "basket": basket_sheet(form, card_types, offers, today),
        "may_open": may(actor, Permission.SALE_OPEN),
    }


def _sellers(actor: Actor) -> list[ConsultantView]:
    today = local_day(now(), actor.club.zone)
    everybody = profiles.all_in_club(db.session, actor.club.id, on_day=today)
    return [consultant for consultant in everybody if consultant.kind is not None]
