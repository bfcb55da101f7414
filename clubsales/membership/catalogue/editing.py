"""Changing what a card type grants, promises and holds. What was sold keeps what it was sold with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.clock import Instant, local_day
from clubsales.errors import NotFound, refuse
from clubsales.ids import CardTypeID
from clubsales.membership.catalogue.events import CardTypeEdited
from clubsales.membership.catalogue.models import CardTypeRow, PackageItemRow
from clubsales.membership.catalogue.prices import prices_ahead
from clubsales.membership.catalogue.rows import locked
from clubsales.membership.catalogue.rules import (
    CardKind,
    CardTerms,
    CatalogueRefused,
    Window,
    may_grant,
    may_have_terms,
    may_have_windows,
    may_hold,
)
from clubsales.money import Currency, Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Grants:
    """What a card type is called and what it grants to whoever buys it from now on."""

    name: str
    name_en: str = ""
    description: str = ""
    description_en: str = ""
    days: int | None = None
    visits: int | None = None
    value: Money | None = None
    people_max: int = 1
    all_clubs: bool = False
    no_discount: bool = False
    facilities: tuple[str, ...] = ()
    windows: tuple[Window, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemWish:
    """So many of a card type in a package."""

    card_type_id: CardTypeID
    quantity: int


def edit(session: Session, *, card_type_id: CardTypeID, grants: Grants, actor: Actor, at: Instant) -> None:
    """Call it otherwise, or let it grant something else, from the next sale on.

    Raises NotFound, Refused(CatalogueRefused.DAYS_NEEDED, VISITS_NEEDED, VALUE_BELOW_PRICE, WINDOW).
    """
    row = locked(session, card_type_id, actor)
    may_grant(CardKind(row.kind), days=grants.days, visits=grants.visits).or_raise()
    fee = Money(row.set_up_fee_minor, Currency(row.currency))
    for price in prices_ahead(session, card_type_id, local_day(at, actor.club.zone)):
        may_hold(grants.value, price=price, set_up_fee=fee).or_raise()
    may_have_windows(grants.windows).or_raise()
    values = {
        "name": grants.name,
        "name_en": grants.name_en,
        "description": grants.description,
        "description_en": grants.description_en,
        "days": grants.days,
        "visits": grants.visits,
        "value_minor": None if grants.value is None else grants.value.minor,
        "people_max": grants.people_max,
        "all_clubs": grants.all_clubs,
        "no_discount": grants.no_discount,
        "facilities": list(grants.facilities),
        "windows": [window.to_json() for window in grants.windows],
    }
    _change(session, row, values, actor=actor, at=at)


def set_terms(
    session: Session, *, card_type_id: CardTypeID, terms: CardTerms, actor: Actor, at: Instant
) -> None:
    """Promise other terms and fees from the next sale on.

    Raises NotFound, Refused(CatalogueRefused.TERMS_FEE, TERMS_DAYS).
    """
    row = locked(session, card_type_id, actor)
    may_have_terms(terms).or_raise()
    before = CardTerms.from_json(row.terms).to_json()
    after = terms.to_json()
    if before == after and row.terms:
        return
    row.terms = after
    session.flush()
    changed = _told(before, after)
    audit.record(session, CardTypeEdited(card_type_id, changed), actor=actor, at=at)


def set_places(
    session: Session,
    *,
    card_type_id: CardTypeID,
    quota: int | None,
    deposit: Money | None,
    actor: Actor,
    at: Instant,
) -> None:
    """Say how many there are (none: no limit) and what reserves one (none: the policy's deposit) (RSV-01).

    Raises NotFound, Refused(CatalogueRefused.QUOTA_BELOW_TAKEN).
    """
    row = locked(session, card_type_id, actor)
    if quota is not None and quota < row.quota_taken:
        refuse(CatalogueRefused.QUOTA_BELOW_TAKEN, taken=row.quota_taken).or_raise()
    values = {"quota": quota, "deposit_minor": None if deposit is None else deposit.minor}
    _change(session, row, values, actor=actor, at=at)


def set_items(
    session: Session, *, card_type_id: CardTypeID, items: Sequence[ItemWish], actor: Actor, at: Instant
) -> None:
    """Say what a package holds: card types of this club, none of them a package (CRD-09).

    Raises NotFound, Refused(CatalogueRefused.NOT_IN_PACKAGE, IN_PACKAGE_TWICE).
    """
    row = locked(session, card_type_id, actor)
    if row.kind != CardKind.PACKAGE.value:
        raise NotFound
    wanted = [item.card_type_id for item in items]
    if len(set(wanted)) < len(wanted):
        refuse(CatalogueRefused.IN_PACKAGE_TWICE).or_raise()
    known: Mapping[int, str] = {
        found.id: found.kind
        for found in session.execute(
            sa.select(CardTypeRow.id, CardTypeRow.kind).where(
                CardTypeRow.club_id == actor.club.id, CardTypeRow.id.in_(wanted)
            )
        )
    }
    if len(known) < len(wanted):
        raise NotFound
    if CardKind.PACKAGE.value in known.values():
        refuse(CatalogueRefused.NOT_IN_PACKAGE).or_raise()
    before = session.execute(
        sa.select(PackageItemRow.card_type_id, PackageItemRow.quantity)
        .where(PackageItemRow.package_id == row.id)
        .order_by(PackageItemRow.position)
    ).all()
    after = [(item.card_type_id, item.quantity) for item in items]
    if [tuple(each) for each in before] == after:
        return
    session.execute(sa.delete(PackageItemRow).where(PackageItemRow.package_id == row.id))
    for position, item in enumerate(items):
        session.add(
            PackageItemRow(
                package_id=row.id, card_type_id=item.card_type_id, quantity=item.quantity, position=position
            )
        )
    session.flush()
    holds = [f"{quantity} x {item}" for item, quantity in after]
    audit.record(session, CardTypeEdited(card_type_id, ["items: " + ", ".join(holds)]), actor=actor, at=at)


def _change(
    session: Session, row: CardTypeRow, values: Mapping[str, Any], *, actor: Actor, at: Instant
) -> None:
    before = {name: getattr(row, name) for name in values}
    if before == dict(values):
        return
    for name, value in values.items():
        setattr(row, name, value)
    session.flush()
    event = CardTypeEdited(CardTypeID(row.id), _told(before, values))
    audit.record(session, event, actor=actor, at=at)


def _told(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    return [f"{name}: {before[name]} -> {after[name]}" for name in after if before[name] != after[name]]
