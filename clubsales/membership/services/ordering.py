"""What is ordered with a service, kind by kind: checked before anybody pays, with the sale that pays for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.clock import Instant, local_day
from clubsales.errors import NotFound, refuse
from clubsales.ids import ClubID, ConsultantID, DiscountRequestID, PersonID, SaleID
from clubsales.membership.cards import operations as card_operations
from clubsales.membership.cards import passing
from clubsales.membership.cards.keeping import keep_by_public_id
from clubsales.membership.cards.operations import may_freeze_card, may_renew_with
from clubsales.membership.cards.queries import CardView
from clubsales.membership.cards.rules import (
    CardRefused,
    ServiceKind,
    may_transfer,
    may_unfreeze,
    must_live,
)
from clubsales.membership.cards.worth import Unit
from clubsales.membership.catalogue import queries as catalogue
from clubsales.membership.catalogue.card_types import CardTypeView
from clubsales.membership.catalogue.offers import Promotion, offer_for
from clubsales.membership.catalogue.rules import CardKind
from clubsales.membership.discounts import operations as discounts
from clubsales.membership.discounts.rules import Approver
from clubsales.membership.prepaid import queries as prepaid
from clubsales.membership.prepaid.rules import PrepaidLine
from clubsales.membership.sales.baskets import DealLine, gift_of, pieces_of
from clubsales.membership.sales.card_sales import open_service_sale
from clubsales.membership.sales.rules import SaleKind
from clubsales.membership.services.queries import renews, worth_of
from clubsales.membership.services.rules import ServiceRefused, may_upgrade
from clubsales.money import Money
from clubsales.policies import policy_on
from clubsales.typed import free_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to be done with a card; each kind reads its own part.

    `price` is what a transfer or a renewal is sold for (none: nothing, and today's price).
    """

    kind: ServiceKind
    reason: str = ""
    last_day: date | None = None
    person_id: PersonID | None = None
    club_id: ClubID | None = None
    card_type: str = ""  # public id
    price: Money | None = None
    starts_on: date | None = None
    request: str = ""  # the discount request that allows a renewal's price
    days: int = 0
    visits: int = 0
    fee_title: str = ""  # what the fee is called on its receipt, in the club's first language and in English
    fee_title_en: str = ""


@dataclass(slots=True)
class Order:
    """What a service needs: its facts, and the sale that pays for it."""

    facts: dict[str, Any]
    sale_id: SaleID | None = None


def ordered(
    session: Session,
    card: CardView,
    wish: Wish,
    *,
    consultant_id: ConsultantID | None,
    actor: Actor,
    at: Instant,
) -> Order:
    """What the kind needs, checked before anybody pays."""
    match wish.kind:
        case ServiceKind.FREEZE:
            return _freeze(session, card, wish, actor, at)
        case ServiceKind.UNFREEZE:
            may_unfreeze(card.status).or_raise()
            return Order({})
        case ServiceKind.TRANSFER:
            return _transfer(session, card, wish, consultant_id, actor, at)
        case ServiceKind.EXTENSION:
            if not free_text(wish.reason):
                refuse(ServiceRefused.REASON).or_raise()
            return Order({"days": wish.days, "visits": wish.visits, "reason": free_text(wish.reason)})
        case ServiceKind.REISSUE:
            must_live(card.status).or_raise()
            return Order({})
        case ServiceKind.RENEWAL:
            return _renewal(session, card, wish, consultant_id, actor, at)
        case ServiceKind.UPGRADE:
            return _upgrade(session, card, wish, consultant_id, actor, at)
        case ServiceKind.REFUND:
            raise NotFound


def _freeze(session: Session, card: CardView, wish: Wish, actor: Actor, at: Instant) -> Order:
    if wish.last_day is not None and wish.last_day < local_day(at, actor.club.zone):
        refuse(ServiceRefused.DAY).or_raise()
    no = may_freeze_card(session, card=card.public_id, last_day=wish.last_day, actor=actor, at=at)
    if no is not None:
        no.or_raise()
    until = None if wish.last_day is None else wish.last_day.isoformat()
    return Order({"last_day": until, "reason": free_text(wish.reason)})


def _transfer(
    session: Session,
    card: CardView,
    wish: Wish,
    consultant_id: ConsultantID | None,
    actor: Actor,
    at: Instant,
) -> Order:
    times = passing.transfers_along_chain(session, card.id)
    may_transfer(card.status, card.card_terms, transfers=times).or_raise()
    if wish.club_id is not None and wish.person_id is not None:
        refuse(ServiceRefused.ONE_OF_TWO).or_raise()
    if wish.club_id is not None:
        facts: dict[str, Any] = {"club_id": wish.club_id}
    elif wish.person_id is None:
        refuse(ServiceRefused.MISSING).or_raise()
    elif wish.person_id == card.person_id:
        refuse(ServiceRefused.OTHER_HOLDER).or_raise()
    else:
        facts = {"person_id": wish.person_id}
        _may_receive(session, card, wish.person_id, actor, at)
    if not wish.price:
        return Order(facts)
    card_type = card.card_type_id
    assert card_type is not None
    sale_id = open_service_sale(
        session,
        kind=SaleKind.TRANSFER,
        card_id=card.id,
        card_type_id=card_type,
        price=wish.price,
        person_id=wish.person_id or card.person_id,
        consultant_id=consultant_id,
        actor=actor,
        at=at,
    )
    return Order(facts, sale_id)


def _may_receive(session: Session, card: CardView, person_id: PersonID, actor: Actor, at: Instant) -> None:
    """What whoever gets the card may have paid ahead, where a law says so."""
    today = local_day(at, actor.club.zone)
    policy = policy_on(session, actor.club, today)
    prepaid.guard_receiver(
        session, actor.club, person_id=person_id, card_id=card.id, policy=policy, day=today
    ).or_raise()


def _renewal(
    session: Session,
    card: CardView,
    wish: Wish,
    consultant_id: ConsultantID | None,
    actor: Actor,
    at: Instant,
) -> Order:
    today = local_day(at, actor.club.zone)
    card_type = catalogue.by_public_id(session, actor.club.id, wish.card_type, day=today)
    cheap = card.card_terms.keeps_renewal_price(valid_until=card.valid_until, today=today)
    offer = offer_for(
        card_type,
        SaleKind.RENEWAL.value if cheap else SaleKind.NEW.value,
        catalogue.promotions_on(session, actor.club.id, today),
    )
    price = wish.price or offer.price
    if price is None:
        refuse(ServiceRefused.MISSING).or_raise()
    # An offer's extras go with its price or a higher one.
    promotion = offer.promotion if offer.price is not None and offer.price <= price else None
    line = card_operations.line_of(
        card_type,
        paid_minor=price.minor,
        starts_on=wish.starts_on,
        extra_days=promotion.extra_days if promotion else 0,
        extra_visits=promotion.extra_visits if promotion else 0,
    )
    must_live(card.status).or_raise()
    if not renews(card, card_type):
        refuse(ServiceRefused.OPENS_OTHERWISE, name=card_type.name).or_raise()
    may_renew_with(keep_by_public_id(session, card.public_id, actor=actor, at=at).row, line)
    gifts = _gifts(session, promotion, actor, today)
    _may_prepay(session, card, card_type, price, days=card_type.days, gifts=gifts, actor=actor, today=today)
    request_id, approver = _granted(session, card, wish, card_type, price, actor, at)
    sale_id = open_service_sale(
        session,
        kind=SaleKind.RENEWAL,
        card_id=card.id,
        card_type_id=card_type.id,
        price=price,
        offered=offer.price if approver is None else price,
        promotion=promotion,
        gifts=gifts,
        discount_approved_by=approver,
        person_id=card.person_id,
        consultant_id=consultant_id,
        starts_on=wish.starts_on,
        actor=actor,
        at=at,
    )
    if request_id is not None:
        discounts.mark_used(session, request_id=request_id, sale_id=sale_id, actor=actor, at=at)
    return Order({"line": line.to_json()}, sale_id)


def _granted(
    session: Session,
    card: CardView,
    wish: Wish,
    card_type: CardTypeView,
    price: Money,
    actor: Actor,
    at: Instant,
) -> tuple[DiscountRequestID | None, Approver | None]:
    """The discount request that allows the price, and who granted it; raises what `discounts.use` refuses."""
    if not wish.request:
        return None, None
    return discounts.use(
        session,
        request_public_id=wish.request,
        card_type_id=card_type.id,
        price=price,
        person_id=card.person_id,
        actor=actor,
        at=at,
    )


def _upgrade(
    session: Session,
    card: CardView,
    wish: Wish,
    consultant_id: ConsultantID | None,
    actor: Actor,
    at: Instant,
) -> Order:
    must_live(card.status).or_raise()
    today = local_day(at, actor.club.zone)
    card_type = catalogue.by_public_id(session, actor.club.id, wish.card_type, day=today)
    if card_type.kind in (CardKind.GOODS, CardKind.PACKAGE):
        refuse(CardRefused.OTHER_KIND).or_raise()
    offer = offer_for(
        card_type, SaleKind.UPGRADE.value, catalogue.promotions_on(session, actor.club.id, today)
    )
    if offer.price is None:
        refuse(ServiceRefused.MISSING).or_raise()
    worth = worth_of(session, actor.club, card, at)
    trade_in = worth.unused
    may_upgrade(price=offer.price, trade_in=trade_in).or_raise()
    price = offer.price - trade_in
    days = card_type.days
    if days is not None and worth.unit is Unit.DAY:
        days = max(0, days - worth.left)  # the old card's days are counted already, and go
    gifts = _gifts(session, offer.promotion, actor, today)
    _may_prepay(session, card, card_type, price, days=days, gifts=gifts, actor=actor, today=today)
    line = card_operations.line_of(
        card_type,
        paid_minor=price.minor,
        starts_on=wish.starts_on,
        extra_days=offer.promotion.extra_days if offer.promotion else 0,
        extra_visits=offer.promotion.extra_visits if offer.promotion else 0,
    )
    sale_id = open_service_sale(
        session,
        kind=SaleKind.UPGRADE,
        card_id=card.id,
        card_type_id=card_type.id,
        price=price,
        offered=offer.price,
        trade_in=trade_in,
        promotion=offer.promotion,
        gifts=gifts,
        person_id=card.person_id,
        consultant_id=consultant_id,
        starts_on=wish.starts_on,
        actor=actor,
        at=at,
    )
    return Order({"line": line.to_json(), "trade_in_minor": trade_in.minor}, sale_id)


def _gifts(session: Session, promotion: Promotion | None, actor: Actor, today: date) -> tuple[DealLine, ...]:
    """What the offer gives beside the card, as with a new one."""
    if promotion is None or promotion.gift_card_type_id is None:
        return ()
    gift = catalogue.get(session, actor.club.id, promotion.gift_card_type_id, day=today)
    return tuple(pieces_of(gift_of(promotion, gift)))


def _may_prepay(
    session: Session,
    card: CardView,
    card_type: CardTypeView,
    price: Money,
    *,
    days: int | None,
    gifts: Sequence[DealLine],
    actor: Actor,
    today: date,
) -> None:
    """What one buyer may have paid ahead, where a law says so, beside what is left of all he has."""
    paid = PrepaidLine(
        kind=card_type.kind.value,
        are_sessions=card_type.are_sessions,
        amount_minor=price.minor,
        days=days,
        visits=card_type.visits,
    )
    given = [
        PrepaidLine(
            kind=gift.card_type.kind.value,
            are_sessions=gift.card_type.are_sessions,
            amount_minor=0,
            days=gift.card_type.days,
            visits=gift.card_type.visits,
        )
        for gift in gifts
        if gift.makes_card
    ]
    policy = policy_on(session, actor.club, today)
    prepaid.guard(
        session, actor.club, person_id=card.person_id, lines=[paid, *given], policy=policy, day=today
    ).or_raise()
