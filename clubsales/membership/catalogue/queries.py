"""Reading the price list."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.db import table_of
from clubsales.errors import Allowed, Decision, NotFound
from clubsales.ids import CardTypeID, ClubID
from clubsales.membership.catalogue.models import CardTypeRow
from clubsales.membership.catalogue.rules import CardKind, may_sell_online
from clubsales.money import Currency, Money

CARD_TYPE = table_of(CardTypeRow)
OF_CLUB = sa.select(CARD_TYPE).where(CARD_TYPE.c.club_id == sa.bindparam("club_id"))
BY_ID = OF_CLUB.where(CARD_TYPE.c.id == sa.bindparam("wanted"))
BY_PUBLIC_ID = OF_CLUB.where(CARD_TYPE.c.public_id == sa.bindparam("wanted"))
BY_CODE = OF_CLUB.where(CARD_TYPE.c.code == sa.bindparam("wanted"))


@dataclass(frozen=True, slots=True, kw_only=True)
class CardTypeView:
    """Something on the price list. No price: sold at any price."""

    id: CardTypeID
    public_id: str
    club_id: ClubID
    code: str
    name: str
    name_en: str
    description: str
    description_en: str
    kind: CardKind
    currency: Currency
    price: Money | None
    floor_price: Money | None
    days: int | None
    visits: int | None
    no_discount: bool
    all_clubs: bool
    on_sale: bool
    online: bool  # the manager wants it on the club's own page
    position: int
    set_up_fee: Money  # part of the price
    referral: Money | None  # for a colleague who brought the buyer; none: the plan's

    @property
    def is_offered_online(self) -> bool:
        """Whether it stands on the club's own page: wanted there, and on sale at all."""
        return self.online and self.on_sale and isinstance(self.may_be_online, Allowed)

    @property
    def may_be_online(self) -> Decision:
        """Whether it can be sold with nobody beside the buyer."""
        return may_sell_online(kind=self.kind, price=self.price)

    def name_in(self, language: str) -> str:
        """The name in a language; the first name where there is no other."""
        return self.name_en if language.startswith("en") and self.name_en else self.name

    def description_in(self, language: str) -> str:
        """The description in a language."""
        english = language.startswith("en") and self.description_en
        return self.description_en if english else self.description


def price_list(session: Session, club_id: ClubID, *, withdrawn: bool = False) -> list[CardTypeView]:
    """What a club sells, in its own order; with `withdrawn`, what it no longer sells too."""
    statement = OF_CLUB if withdrawn else OF_CLUB.where(CARD_TYPE.c.on_sale)
    ordered = statement.order_by(CARD_TYPE.c.on_sale.desc(), CARD_TYPE.c.position, CARD_TYPE.c.id)
    return [_view(row) for row in session.execute(ordered, {"club_id": club_id})]


def online_list(session: Session, club_id: ClubID) -> list[CardTypeView]:
    """What stands on the club's own page, in the order of the price list."""
    return [each for each in price_list(session, club_id) if each.is_offered_online]


def get(session: Session, club_id: ClubID, card_type_id: CardTypeID) -> CardTypeView:
    """A card type of the club; raises NotFound."""
    return _one(session, BY_ID, club_id, card_type_id)


def by_public_id(session: Session, club_id: ClubID, public_id: str) -> CardTypeView:
    """A card type of the club; raises NotFound."""
    return _one(session, BY_PUBLIC_ID, club_id, public_id)


def by_code(session: Session, club_id: ClubID, code: str) -> CardTypeView:
    """A card type of the club; raises NotFound."""
    return _one(session, BY_CODE, club_id, code)


def _one(session: Session, statement: sa.Select[Any], club_id: ClubID, wanted: int | str) -> CardTypeView:
    row = session.execute(statement, {"club_id": club_id, "wanted": wanted}).one_or_none()
    if row is None:
        raise NotFound
    return _view(row)


def _view(row: sa.Row[Any]) -> CardTypeView:
    currency = Currency(row.currency)
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
        price=None if row.price_minor is None else Money(row.price_minor, currency),
        floor_price=None if row.floor_price_minor is None else Money(row.floor_price_minor, currency),
        days=row.days,
        visits=row.visits,
        no_discount=row.no_discount,
        all_clubs=row.all_clubs,
        on_sale=row.on_sale,
        online=row.online,
        position=row.position,
        set_up_fee=Money(row.set_up_fee_minor, currency),
        referral=None if row.referral_minor is None else Money(row.referral_minor, currency),
    )
