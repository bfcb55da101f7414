"""A price list with everything: a package, a limited card, a price to come, a promotion, a hall; and prices asked for."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from clubsales.clock import Instant, local_day
from clubsales.membership.catalogue import editing, facilities, operations, promotions
from clubsales.membership.catalogue.editing import Grants, ItemWish
from clubsales.membership.catalogue.offers import NewPromotion
from clubsales.membership.catalogue.queries import CardTypeView
from clubsales.membership.catalogue.rules import CardKind, CardTerms, Window
from clubsales.membership.discounts import operations as discounts
from tests.builders import Cast, a_card_type, yuan


@dataclass(frozen=True)
class Priced:
    """By public id."""

    package: str
    limited_card_type: str  # with hours, halls and terms; its price changes next week
    price_to_come: str  # the day of that
    hall: str
    promotion: str
    asked_discount: str  # Lin's, and so the next ones
    allowed_discount: str
    refused_discount: str


def price(session: Session, cast: Cast, *, at: Instant) -> Priced:
    """Keep the list as a manager does, and ask for prices as Lin does."""
    next_week = local_day(at, cast.club.zone) + timedelta(days=7)
    package = a_card_type(session, cast.club, "bundle", name="年卡加毛巾", kind=CardKind.PACKAGE, days=None)
    items = [
        ItemWish(card_type_id=cast.annual.id, quantity=1),
        ItemWish(card_type_id=cast.towel.id, quantity=2),
    ]
    editing.set_items(session, card_type_id=package.id, items=items, actor=cast.manager, at=at)
    hall = facilities.add(session, name="搏击馆", name_en="Boxing hall", actor=cast.manager, at=at)
    limited = limit(session, cast, hall, next_week, at)
    offer = NewPromotion(
        name="春季优惠",
        name_en="Spring offer",
        card_type=limited,
        sale_kinds=("new",),
        first_day=local_day(at, cast.club.zone),
        last_day=next_week,
        price=yuan("1680.00"),
        discount_bp=None,
        extra_days=30,
        extra_visits=0,
        gift=cast.towel,
    )
    promotion = promotions.publish(session, new=offer, actor=cast.manager, at=at)
    refused = ask(session, cast, "3500.00", at)
    discounts.turn_down(session, request_public_id=refused, answer="本月名额已满", actor=cast.director, at=at)
    allowed = ask(session, cast, "3600.00", at)
    discounts.approve(session, request_public_id=allowed, granted=yuan("3650.00"), actor=cast.manager, at=at)
    return Priced(
        package=package.public_id,
        limited_card_type=limited.public_id,
        price_to_come=next_week.isoformat(),
        hall=hall,
        promotion=promotion,
        asked_discount=ask(session, cast, "3700.00", at),
        allowed_discount=allowed,
        refused_discount=refused,
    )


def limit(session: Session, cast: Cast, hall: str, next_week: date, at: Instant) -> CardTypeView:
    """A card of which there are few, at certain hours, dearer from next week on."""
    limited = a_card_type(session, cast.club, "founders", name="创始会员卡", price=yuan("1980.00"))
    by_manager: dict[str, Any] = {"card_type_id": limited.id, "actor": cast.manager, "at": at}
    grants = Grants(
        name="创始会员卡",
        name_en="Founders' card",
        days=180,
        people_max=2,
        facilities=("pool", hall),
        windows=(Window((1, 2, 3, 4, 5), time(9), time(17)),),
    )
    editing.edit(session, grants=grants, **by_manager)
    terms = CardTerms(freeze_times_max=2, freeze_days_max=60, transfer_fee_bp=500, contract_needed=True)
    editing.set_terms(session, terms=terms, **by_manager)
    editing.set_places(session, quota=50, deposit=yuan("200.00"), **by_manager)
    operations.reprice(
        session,
        price=yuan("2280.00"),
        floor_price=yuan("1980.00"),
        renewal_price=yuan("2080.00"),
        valid_from=next_week,
        **by_manager,
    )
    return limited


def ask(session: Session, cast: Cast, amount: str, at: Instant) -> str:
    """Lin asks for a price of the annual card."""
    return discounts.ask(
        session,
        card_type=cast.annual,
        price=yuan(amount),
        reason="老会员介绍来的朋友，要求再优惠一点",
        sale_kind="new",
        actor=cast.lin,
        at=at,
    )
