"""Changing the price list."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.clock import Instant, local_day
from clubsales.db import table_of
from clubsales.errors import refuse
from clubsales.ids import CardTypeID
from clubsales.membership.catalogue import queries
from clubsales.membership.catalogue.events import (
    CardTypeAdded,
    CardTypePaySet,
    CardTypePutBack,
    CardTypeSoldOnline,
    CardTypeTakenOffline,
    CardTypeWithdrawn,
)
from clubsales.membership.catalogue.models import CardTypeRow
from clubsales.membership.catalogue.prices import prices_ahead, reprice
from clubsales.membership.catalogue.rows import locked, value_of
from clubsales.membership.catalogue.rules import (
    CardKind,
    CardTerms,
    CatalogueRefused,
    Window,
    may_have_prices,
    may_have_terms,
    may_have_windows,
    may_hold,
    may_sell_online,
)
from clubsales.money import Currency, Money

__all__ = [
    "add_card_type",
    "give_place_back",
    "put_back",
    "reprice",
    "sell_online",
    "set_pay",
    "take_offline",
    "take_place",
    "withdraw",
]

CARD_TYPE = table_of(CardTypeRow)
STANDARD = CardTerms()
PLACES: sa.BindParameter[int] = sa.bindparam("places", type_=sa.Integer)
OF_CARD_TYPE = sa.and_(
    CARD_TYPE.c.id == sa.bindparam("wanted"), CARD_TYPE.c.club_id == sa.bindparam("of_club")
)
# Only of what is limited are places counted: a limit set later counts from then on.
TAKE_PLACE = (
    sa.update(CARD_TYPE)
    .where(
        OF_CARD_TYPE,
        sa.or_(CARD_TYPE.c.quota.is_(None), CARD_TYPE.c.quota_taken + PLACES <= CARD_TYPE.c.quota),
    )
    .values(
        quota_taken=sa.case(
            (CARD_TYPE.c.quota.is_(None), CARD_TYPE.c.quota_taken), else_=CARD_TYPE.c.quota_taken + PLACES
        )
    )
    .returning(CARD_TYPE.c.id)
)
GIVE_PLACE_BACK = (
    sa.update(CARD_TYPE)
    .where(OF_CARD_TYPE, CARD_TYPE.c.quota.is_not(None), CARD_TYPE.c.quota_taken >= PLACES)
    .values(quota_taken=CARD_TYPE.c.quota_taken - PLACES)
)


def add_card_type(
    session: Session,
    *,
    code: str,
    name: str,
    kind: CardKind,
    price: Money | None = None,
    floor_price: Money | None = None,
    days: int | None = None,
    visits: int | None = None,
    no_discount: bool = False,
    all_clubs: bool = False,
    online: bool = False,
    set_up_fee: Money | None = None,
    referral: Money | None = None,
    renewal_price: Money | None = None,
    are_sessions: bool = False,
    value: Money | None = None,
    people_max: int = 1,
    quota: int | None = None,
    deposit: Money | None = None,
    facilities: Sequence[str] = (),
    windows: Sequence[Window] = (),
    terms: CardTerms = STANDARD,
    name_en: str = "",
    description: str = "",
    description_en: str = "",
    actor: Actor,
    at: Instant,
) -> CardTypeID:
    """Put something on the club's price list, behind what is there.

    `online`: it stands on the club's own page too; `referral` is a colleague's for bringing the buyer, none: the plan's.
    Raises Refused(CatalogueRefused.CODE_TAKEN, FLOOR_ABOVE_PRICE, FEE_ABOVE_PRICE, RENEWAL_ABOVE_PRICE,
    VALUE_BELOW_PRICE, ONLINE_PRICE, ONLINE_KIND, WINDOW, TERMS_FEE, TERMS_DAYS).
    """
    may_have_prices(
        price=price, floor_price=floor_price, set_up_fee=set_up_fee, renewal_price=renewal_price
    ).or_raise()
    may_hold(value, price=price, set_up_fee=set_up_fee).or_raise()
    may_have_windows(windows).or_raise()
    may_have_terms(terms).or_raise()
    if online:
        may_sell_online(kind=kind, price=price).or_raise()
    of_club = CardTypeRow.club_id == actor.club.id
    taken = session.execute(sa.select(sa.exists().where(of_club, CardTypeRow.code == code))).scalar_one()
    if taken:
        refuse(CatalogueRefused.CODE_TAKEN, card_code=code).or_raise()
    position = session.execute(
        sa.select(sa.func.count()).select_from(CardTypeRow).where(of_club)
    ).scalar_one()
    row = CardTypeRow(
        club_id=actor.club.id,
        code=code,
        name=name,
        name_en=name_en,
        description=description,
        description_en=description_en,
        kind=kind.value,
        currency=actor.club.currency,
        price_minor=None if price is None else price.minor,
        floor_price_minor=None if floor_price is None else floor_price.minor,
        days=days,
        visits=visits,
        no_discount=no_discount,
        all_clubs=all_clubs,
        online=online,
        position=position,
        set_up_fee_minor=0 if set_up_fee is None else set_up_fee.minor,
        referral_minor=None if referral is None else referral.minor,
        renewal_price_minor=None if renewal_price is None else renewal_price.minor,
        are_sessions=are_sessions,
        value_minor=None if value is None else value.minor,
        people_max=people_max,
        quota=quota,
        deposit_minor=None if deposit is None else deposit.minor,
        facilities=list(facilities),
        windows=[window.to_json() for window in windows],
        terms=terms.to_json(),
    )
    session.add(row)
    session.flush()
    event = CardTypeAdded(CardTypeID(row.id), code, kind.value, _fact(price))
    audit.record(session, event, actor=actor, at=at)
    if set_up_fee or referral is not None:
        paid = CardTypePaySet(CardTypeID(row.id), "", _fact(set_up_fee), "", _fact(referral))
        audit.record(session, paid, actor=actor, at=at)
    if online:
        audit.record(session, CardTypeSoldOnline(CardTypeID(row.id)), actor=actor, at=at)
    return CardTypeID(row.id)


def set_pay(
    session: Session,
    *,
    card_type_id: CardTypeID,
    set_up_fee: Money,
    referral: Money | None,
    actor: Actor,
    at: Instant,
) -> None:
    """Say what of the price is a set-up fee, and what a colleague gets who brought the buyer (ALL-01); none: the plan's.

    What was sold keeps its fee. Raises NotFound and Refused(CatalogueRefused.FEE_ABOVE_PRICE, VALUE_BELOW_PRICE).
    """
    row = locked(session, card_type_id, actor)
    currency = Currency(row.currency)
    for price in prices_ahead(session, card_type_id, local_day(at, actor.club.zone)):
        may_have_prices(price=price, floor_price=None, set_up_fee=set_up_fee).or_raise()
        may_hold(value_of(row), price=price, set_up_fee=set_up_fee).or_raise()
    old_fee = Money(row.set_up_fee_minor, currency)
    old_referral = None if row.referral_minor is None else Money(row.referral_minor, currency)
    if (set_up_fee, referral) == (old_fee, old_referral):
        return
    row.set_up_fee_minor = set_up_fee.minor
    row.referral_minor = None if referral is None else referral.minor
    session.flush()
    event = CardTypePaySet(
        card_type_id, _fact(old_fee), _fact(set_up_fee), _fact(old_referral), _fact(referral)
    )
    audit.record(session, event, actor=actor, at=at)


def withdraw(session: Session, *, card_type_id: CardTypeID, actor: Actor, at: Instant) -> None:
    """Take a card type off the price list; cards already sold stay as they are. Twice is once. Raises NotFound."""
    row = locked(session, card_type_id, actor)
    if row.on_sale:
        row.on_sale = False
        session.flush()
        audit.record(session, CardTypeWithdrawn(card_type_id), actor=actor, at=at)


def put_back(session: Session, *, card_type_id: CardTypeID, actor: Actor, at: Instant) -> None:
    """Sell a withdrawn card type again. Twice is once. Raises NotFound."""
    row = locked(session, card_type_id, actor)
    if not row.on_sale:
        row.on_sale = True
        session.flush()
        audit.record(session, CardTypePutBack(card_type_id), actor=actor, at=at)


def sell_online(session: Session, *, card_type_id: CardTypeID, actor: Actor, at: Instant) -> None:
    """Put a card type on the club's own page. Twice is once.

    Raises NotFound and Refused(CatalogueRefused.ONLINE_PRICE, ONLINE_KIND).
    """
    row = locked(session, card_type_id, actor)
    found = queries.get(session, actor.club.id, card_type_id, day=local_day(at, actor.club.zone))
    may_sell_online(kind=found.kind, price=found.price).or_raise()
    if not row.online:
        row.online = True
        session.flush()
        audit.record(session, CardTypeSoldOnline(card_type_id), actor=actor, at=at)


def take_offline(session: Session, *, card_type_id: CardTypeID, actor: Actor, at: Instant) -> None:
    """Take a card type off the club's own page; whoever has begun to buy it still can. Twice is once.

    Raises NotFound.
    """
    row = locked(session, card_type_id, actor)
    if row.online:
        row.online = False
        session.flush()
        audit.record(session, CardTypeTakenOffline(card_type_id), actor=actor, at=at)


def take_place(session: Session, *, card_type_id: CardTypeID, quantity: int = 1, actor: Actor) -> None:
    """Take so many of a limited offer (RSV-01); one statement decides and writes. No limit: nothing is counted.

    Raises Refused(CatalogueRefused.SOLD_OUT), also for what another club sells.
    """
    taken = session.execute(TAKE_PLACE, _places(card_type_id, quantity, actor)).scalar_one_or_none()
    if taken is None:
        refuse(CatalogueRefused.SOLD_OUT).or_raise()


def give_place_back(session: Session, *, card_type_id: CardTypeID, quantity: int = 1, actor: Actor) -> None:
    """Give back what `take_place` took. Nothing is counted twice by itself: the caller gives back once."""
    session.execute(GIVE_PLACE_BACK, _places(card_type_id, quantity, actor))


def _places(card_type_id: CardTypeID, quantity: int, actor: Actor) -> dict[str, int]:
    return {"wanted": card_type_id, "of_club": actor.club.id, "places": quantity}


def _fact(amount: Money | None) -> str:
    return "" if amount is None else audit.money_fact(amount)
