"""Reading the price list: what is sold, at which price on a day, what a package holds, what is offered for some days."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.clubs import ClubRow
from clubsales.db import table_of
from clubsales.errors import NotFound
from clubsales.ids import CardTypeID, ClubID
from clubsales.membership.catalogue.card_types import CardTypeView
from clubsales.membership.catalogue.models import CardPriceRow, CardTypeRow, PackageItemRow, PromotionRow
from clubsales.membership.catalogue.offers import Promotion
from clubsales.membership.catalogue.rules import CardKind, CardTerms
from clubsales.membership.catalogue.terms import windows_of
from clubsales.money import Currency, Money

__all__ = [
    "CardTypeView",
    "PackageItem",
    "by_code",
    "by_public_id",
    "get",
    "online_list",
    "package_items",
    "price_list",
    "promotions_on",
]

CLUB = table_of(ClubRow)
CARD_TYPE = table_of(CardTypeRow)
CARD_PRICE = table_of(CardPriceRow)
PACKAGE_ITEM = table_of(PackageItemRow)
PROMOTION = table_of(PromotionRow)

DAY = sa.bindparam("day", type_=sa.Date())

# The price in force: the last written of the latest day that has begun; before all of them the type's own (PRC-01).
LATER = CARD_PRICE.alias("later")
IN_FORCE = (
    sa.select(LATER.c.id)
    .where(LATER.c.card_type_id == CARD_TYPE.c.id, LATER.c.valid_from <= DAY)
    .order_by(LATER.c.valid_from.desc(), LATER.c.sequence.desc())
    .limit(1)
    .scalar_subquery()
)
PRICE_COLUMNS = ("price_minor", "floor_price_minor", "renewal_price_minor")


def _in_force(name: str) -> sa.ColumnElement[int | None]:
    return sa.case((CARD_PRICE.c.id.is_(None), CARD_TYPE.c[name]), else_=CARD_PRICE.c[name]).label(name)


IS_PROMOTED = (
    sa.exists()
    .where(
        PROMOTION.c.club_id == CARD_TYPE.c.club_id,
        sa.or_(PROMOTION.c.card_type_id.is_(None), PROMOTION.c.card_type_id == CARD_TYPE.c.id),
        PROMOTION.c.first_day <= DAY,
        PROMOTION.c.last_day >= DAY,
        PROMOTION.c.withdrawn_at.is_(None),
    )
    .label("is_promoted")
)
OF_CLUB: sa.Select[Any] = (
    sa.select(
        *(column for column in CARD_TYPE.c if column.name not in PRICE_COLUMNS),
        *(_in_force(name) for name in PRICE_COLUMNS),
        IS_PROMOTED,
    )
    .select_from(CARD_TYPE.outerjoin(CARD_PRICE, CARD_PRICE.c.id == IN_FORCE))
    .where(CARD_TYPE.c.club_id == sa.bindparam("club_id"))
)
BY_ID = OF_CLUB.where(CARD_TYPE.c.id == sa.bindparam("wanted"))
BY_PUBLIC_ID = OF_CLUB.where(CARD_TYPE.c.public_id == sa.bindparam("wanted"))
BY_CODE = OF_CLUB.where(CARD_TYPE.c.code == sa.bindparam("wanted"))
IN_ORDER = (CARD_TYPE.c.on_sale.desc(), CARD_TYPE.c.position, CARD_TYPE.c.id)
ALL = OF_CLUB.order_by(*IN_ORDER)
ON_SALE = OF_CLUB.where(CARD_TYPE.c.on_sale).order_by(*IN_ORDER)
ITEMS = (
    OF_CLUB.add_columns(PACKAGE_ITEM.c.quantity)
    .join(PACKAGE_ITEM, PACKAGE_ITEM.c.card_type_id == CARD_TYPE.c.id)
    .where(PACKAGE_ITEM.c.package_id == sa.bindparam("package_id"))
    .order_by(PACKAGE_ITEM.c.position)
)
OFFERS: sa.Select[Any] = (
    sa.select(PROMOTION, CLUB.c.currency)
    .join(CLUB, CLUB.c.id == PROMOTION.c.club_id)
    .where(PROMOTION.c.club_id == sa.bindparam("club_id"))
)
RUNNING = OFFERS.where(
    PROMOTION.c.first_day <= DAY, PROMOTION.c.last_day >= DAY, PROMOTION.c.withdrawn_at.is_(None)
).order_by(PROMOTION.c.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageItem:
    """So many of a card type in a package."""

    card_type: CardTypeView
    quantity: int


def price_list(
    session: Session, club_id: ClubID, *, day: date, withdrawn: bool = False
) -> list[CardTypeView]:
    """What a club sells on a day, in its own order; with `withdrawn`, what it no longer sells too."""
    statement = ALL if withdrawn else ON_SALE
    return [view_of(row) for row in session.execute(statement, {"club_id": club_id, "day": day})]


def online_list(session: Session, club_id: ClubID, *, day: date) -> list[CardTypeView]:
    """What stands on the club's own page, in the order of the price list."""
    return [each for each in price_list(session, club_id, day=day) if each.is_offered_online]


def get(session: Session, club_id: ClubID, card_type_id: CardTypeID, *, day: date) -> CardTypeView:
    """A card type of the club at the prices of a day; raises NotFound."""
    return _one(session, BY_ID, club_id, card_type_id, day)


def by_public_id(session: Session, club_id: ClubID, public_id: str, *, day: date) -> CardTypeView:
    """A card type of the club at the prices of a day; raises NotFound."""
    return _one(session, BY_PUBLIC_ID, club_id, public_id, day)


def by_code(session: Session, club_id: ClubID, code: str, *, day: date) -> CardTypeView:
    """A card type of the club at the prices of a day; raises NotFound."""
    return _one(session, BY_CODE, club_id, code, day)


def package_items(
    session: Session, club_id: ClubID, package_id: CardTypeID, *, day: date
) -> tuple[PackageItem, ...]:
    """What a package holds, in its order, each at the prices of a day."""
    rows = session.execute(ITEMS, {"club_id": club_id, "package_id": package_id, "day": day})
    return tuple(PackageItem(card_type=view_of(row), quantity=row.quantity) for row in rows)


def promotions_on(session: Session, club_id: ClubID, day: date) -> tuple[Promotion, ...]:
    """The offers that run on a day, the first published first."""
    return tuple(promotion_of(row) for row in session.execute(RUNNING, {"club_id": club_id, "day": day}))


def _one(
    session: Session, statement: sa.Select[Any], club_id: ClubID, wanted: int | str, day: date
) -> CardTypeView:
    row = session.execute(statement, {"club_id": club_id, "wanted": wanted, "day": day}).one_or_none()
    if row is None:
        raise NotFound
    return view_of(row)


def view_of(row: sa.Row[Any]) -> CardTypeView:
    """A row of the price list, whatever else it brings, as a value."""
    currency = Currency(row.currency)

    def money(minor: int | None) -> Money | None:
        return None if minor is None else Money(minor, currency)

    return CardTypeView(
        id=CardTypeID(row.id),
        public_id=row.public_id,
        club_id=ClubID(row.club_id),
        code=row.code,
        name=row.name,
        name_en=row.name_en,
        description=row.description,
        description_en=row.description_en,
        kind=CardKind(row.kind),
        currency=currency,
        price=money(row.price_minor),
        floor_price=money(row.floor_price_minor),
        days=row.days,
        visits=row.visits,
        no_discount=row.no_discount,
        all_clubs=row.all_clubs,
        on_sale=row.on_sale,
        online=row.online,
        position=row.position,
        set_up_fee=Money(row.set_up_fee_minor, currency),
        referral=money(row.referral_minor),
        renewal_price=money(row.renewal_price_minor),
        are_sessions=row.are_sessions,
        value=money(row.value_minor),
        people_max=row.people_max,
        quota=row.quota,
        quota_taken=row.quota_taken,
        deposit=money(row.deposit_minor),
        facilities=tuple(row.facilities),
        windows=windows_of(row.windows),
        terms=CardTerms.from_json(row.terms),
        is_promoted=bool(row.is_promoted),
    )


def promotion_of(row: Any) -> Promotion:
    """A promotion as it is read everywhere; its row brings its club's currency."""
    return Promotion(
        id=row.id,
        public_id=row.public_id,
        name=row.name,
        name_en=row.name_en,
        card_type_id=None if row.card_type_id is None else CardTypeID(row.card_type_id),
        sale_kinds=tuple(row.sale_kinds),
        first_day=row.first_day,
        last_day=row.last_day,
        price=None if row.price_minor is None else Money(row.price_minor, Currency(row.currency)),
        discount_bp=row.discount_bp,
        extra_days=row.extra_days,
        extra_visits=row.extra_visits,
        gift_card_type_id=None if row.gift_card_type_id is None else CardTypeID(row.gift_card_type_id),
        is_withdrawn=row.withdrawn_at is not None,
    )
