"""Dated prices: what a card type costs from which day on, and changing it. Append-only (PRC-01)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import takewhile
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.auth.tables import ACCOUNT
from clubsales.clock import Instant, local_day
from clubsales.errors import refuse
from clubsales.ids import CardTypeID
from clubsales.membership.catalogue import queries
from clubsales.membership.catalogue.events import CardTypeRepriced
from clubsales.membership.catalogue.models import CardPriceRow, CardTypeRow
from clubsales.membership.catalogue.queries import CARD_PRICE, CARD_TYPE, PRICE_COLUMNS
from clubsales.membership.catalogue.rows import locked, value_of
from clubsales.membership.catalogue.rules import (
    CardKind,
    CatalogueRefused,
    may_have_prices,
    may_hold,
    may_sell_online,
)
from clubsales.money import Currency, Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """What a card type costs, how low it goes, and what whoever renews pays. None: any, no floor, the price."""

    price: Money | None
    floor_price: Money | None = None
    renewal_price: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedPrices:
    """Prices from a day on; none: what it was put on the list with. `counts`: none written later for that day replaces them.

    `is_taken_back`: a change for that day was taken back, so that it costs what it costs before it.
    """

    valid_from: date | None
    prices: Prices
    written_by: str
    written_at: Instant | None
    counts: bool
    is_taken_back: bool = False


def dated(session: Session, card_type_id: CardTypeID) -> list[DatedPrices]:
    """Everything a card type ever cost or will cost, the latest day first."""
    own = session.execute(sa.select(CARD_TYPE).where(CARD_TYPE.c.id == card_type_id)).one()
    rows = session.execute(
        sa.select(CARD_PRICE, ACCOUNT.c.name)
        .outerjoin(ACCOUNT, ACCOUNT.c.id == CARD_PRICE.c.written_by)
        .where(CARD_PRICE.c.card_type_id == card_type_id)
        .order_by(CARD_PRICE.c.valid_from.desc(), CARD_PRICE.c.sequence.desc())
    ).all()
    currency = Currency(own.currency)
    seen: set[date] = set()
    found = []
    for row in rows:
        found.append(
            DatedPrices(
                valid_from=row.valid_from,
                prices=_prices(row, currency),
                written_by=row.name or "",
                written_at=row.written_at,
                counts=row.valid_from not in seen,
            )
        )
        seen.add(row.valid_from)
    first = DatedPrices(
        valid_from=None, prices=_prices(own, currency), written_by="", written_at=None, counts=True
    )
    return list(_with_taken_back([*found, first]))


def _with_taken_back(lines: Sequence[DatedPrices]) -> Iterator[DatedPrices]:
    """Nobody writes a change to what it costs already: where it says the same, something else was replaced by it."""
    for number, line in enumerate(lines):
        replaced = lines[number + 1 :]
        before = next((each for each in replaced if each.counts), None)
        replaces = bool(replaced) and replaced[0].valid_from == line.valid_from
        is_same = before is not None and before.prices == line.prices
        yield replace(line, is_taken_back=line.counts and replaces and is_same)


def reprice(
    session: Session,
    *,
    card_type_id: CardTypeID,
    price: Money | None,
    floor_price: Money | None,
    renewal_price: Money | None = None,
    valid_from: date | None = None,
    actor: Actor,
    at: Instant,
) -> None:
    """Sell at other prices from a club-local day on (none: today); what was sold keeps the price it was sold at.

    For a day that has a change already, this one counts instead. What stands on the club's own page keeps a price.
    Raises NotFound and Refused(CatalogueRefused.PRICE_IN_PAST, FLOOR_ABOVE_PRICE, FEE_ABOVE_PRICE, RENEWAL_ABOVE_PRICE,
    VALUE_BELOW_PRICE, ONLINE_PRICE).
    """
    row = locked(session, card_type_id, actor)
    today = local_day(at, actor.club.zone)
    day = valid_from or today
    if day < today:
        refuse(CatalogueRefused.PRICE_IN_PAST, today=today).or_raise()
    fee = Money(row.set_up_fee_minor, Currency(row.currency))
    may_have_prices(
        price=price, floor_price=floor_price, set_up_fee=fee, renewal_price=renewal_price
    ).or_raise()
    may_hold(value_of(row), price=price, set_up_fee=fee).or_raise()
    if row.online:
        may_sell_online(kind=CardKind(row.kind), price=price).or_raise()
    prices = Prices(price=price, floor_price=floor_price, renewal_price=renewal_price)
    _write_on(session, row, prices, day, actor, at)


def take_back(
    session: Session, *, card_type_id: CardTypeID, valid_from: date, actor: Actor, at: Instant
) -> None:
    """Let a change that is still to come not happen: from its day on it costs what it costs before it.

    Raises NotFound and Refused(CatalogueRefused.PRICE_IN_PAST).
    """
    row = locked(session, card_type_id, actor)
    today = local_day(at, actor.club.zone)
    if valid_from <= today:
        refuse(CatalogueRefused.PRICE_IN_PAST, today=today).or_raise()
    lines = dated(session, card_type_id)
    if all(line.valid_from != valid_from for line in lines):
        return
    before = next(
        line for line in lines if line.counts and (line.valid_from is None or line.valid_from < valid_from)
    )
    _write_on(session, row, before.prices, valid_from, actor, at)


def prices_ahead(session: Session, card_type_id: CardTypeID, today: date) -> list[Money]:
    """Every price that counts today or later, the lowest first: a set-up fee is part of each. Empty where none is named."""
    lines = dated(session, card_type_id)
    current = next(
        line for line in lines if line.counts and (line.valid_from is None or line.valid_from <= today)
    )
    ahead = [
        line for line in lines if line.counts and line.valid_from is not None and today < line.valid_from
    ]
    return sorted(line.prices.price for line in (current, *ahead) if line.prices.price is not None)


def _write_on(
    session: Session, row: CardTypeRow, prices: Prices, day: date, actor: Actor, at: Instant
) -> None:
    """Write prices for a day, and for the days after it whose own change was taken back."""
    counting = [line for line in reversed(dated(session, CardTypeID(row.id))) if line.counts]
    after = [line for line in counting if line.valid_from is not None and day < line.valid_from]
    _write(session, row, prices, day, actor, at)
    for line in takewhile(lambda each: each.is_taken_back, after):
        assert line.valid_from is not None
        _write(session, row, prices, line.valid_from, actor, at)


def _write(session: Session, row: CardTypeRow, prices: Prices, day: date, actor: Actor, at: Instant) -> None:
    card_type_id = CardTypeID(row.id)
    found = queries.get(session, actor.club.id, card_type_id, day=day)
    old = Prices(price=found.price, floor_price=found.floor_price, renewal_price=found.renewal_price)
    if prices == old:
        return
    written = session.execute(
        sa.select(sa.func.count()).where(
            CARD_PRICE.c.card_type_id == card_type_id, CARD_PRICE.c.valid_from == day
        )
    ).scalar_one()
    session.add(
        CardPriceRow(
            card_type_id=card_type_id,
            valid_from=day,
            sequence=written + 1,
            price_minor=_minor(prices.price),
            floor_price_minor=_minor(prices.floor_price),
            renewal_price_minor=_minor(prices.renewal_price),
            written_at=at,
            written_by=actor.account_id,
        )
    )
    session.flush()
    event = CardTypeRepriced(
        card_type_id,
        _fact(old.price),
        _fact(prices.price),
        _fact(old.floor_price),
        _fact(prices.floor_price),
        _fact(old.renewal_price),
        _fact(prices.renewal_price),
        day,
    )
    audit.record(session, event, actor=actor, at=at)


def _prices(row: Any, currency: Currency) -> Prices:
    values = {name.removesuffix("_minor"): getattr(row, name) for name in PRICE_COLUMNS}
    return Prices(
        **{name: None if minor is None else Money(minor, currency) for name, minor in values.items()}
    )


def _minor(amount: Money | None) -> int | None:
    return None if amount is None else amount.minor


def _fact(amount: Money | None) -> str:
    return "" if amount is None else audit.money_fact(amount)
