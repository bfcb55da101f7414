"""Builders for cards and for the door."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import policies
from clubsales.actor import Actor, ActorKind, Club
from clubsales.clock import Instant, local_day
from clubsales.frontdesk.checkin.operations import ScanAnswer, scan
from clubsales.ids import DeviceID, PersonID, SaleID
from clubsales.leads.people import operations as people
from clubsales.membership.cards import operations, queries
from clubsales.membership.cards.models import CardRow
from clubsales.membership.cards.queries import CardView
from clubsales.membership.cards.rules import SoldLine
from clubsales.membership.cards.tokens import CardKeys, make_moving_code, make_printed_code
from clubsales.membership.catalogue.queries import CardTypeView
from clubsales.membership.sales.models import SaleRow
from tests.builders import Cast

KEYS = CardKeys("test-secret")
STEP = 60


def a_sale(
    session: Session, cast: Cast, card_type: CardTypeView, *, at: Instant, person_id: PersonID | None = None
) -> SaleID:
    """A bare sale for a card to belong to; how sales are made is tested where they are."""
    assert card_type.price is not None
    row = SaleRow(
        club_id=cast.club.id,
        card_type_id=card_type.id,
        card_type_name=card_type.name,
        kind="new",
        currency=card_type.currency,
        list_price_minor=card_type.price.minor,
        price_minor=card_type.price.minor,
        person_id=person_id,
        reception_id=None,
        consultant_id=None,
        opened_at=at,
        opened_by=cast.desk.account_id,
        policy_version_id=policies.policy_on(session, cast.club, local_day(at, cast.club.zone)).version_id,
    )
    session.add(row)
    session.flush()
    return SaleID(row.id)


def a_person(session: Session, cast: Cast, *, name: str = "陈晨", e164: str | None = None) -> PersonID:
    """A guest of the organisation."""
    return people.find_or_add(session, e164=e164, name=name, actor=cast.desk, at=sa_now(cast))


def sa_now(cast: Cast) -> Instant:
    """Any instant before the test's own."""
    return Instant(2026, 3, 1, tzinfo=cast.club.zone)


def a_line(card_type: CardTypeView, **changed: Any) -> SoldLine:
    """A card type as it is sold at its list price."""
    assert card_type.price is not None
    return replace(operations.line_of(card_type, paid_minor=card_type.price.minor), **changed)


def a_card(
    session: Session,
    cast: Cast,
    card_type: CardTypeView,
    *,
    at: Instant,
    person_id: PersonID | None = None,
    paid: bool = True,
    **columns: object,
) -> CardView:
    """A card made by the operations; `visits` sets what is left, other columns are set as given."""
    sale_id = a_sale(session, cast, card_type, at=at, person_id=person_id)
    operations.prepare(
        session, sale_id=sale_id, line=a_line(card_type), person_id=person_id, actor=cast.desk, at=at
    )
    if paid:
        operations.activate(session, sale_id=sale_id, actor=cast.desk, at=at)
    if "visits" in columns:
        columns["visits_left"] = columns.pop("visits")
    if columns:
        session.execute(sa.update(CardRow).where(CardRow.sale_id == sale_id).values(**columns))
    card = queries.of_sale(session, sale_id)
    assert card is not None
    return card


def a_door(club: Club, number: int) -> Actor:
    """A scanner standing at a door."""
    return Actor(kind=ActorKind.DEVICE, club=club, device_id=DeviceID(number), name=f"door {number}")


def moving_code(card: CardView, at: Instant, *, step: int = 0) -> str:
    """What the member's phone shows; `step` counts codes ahead or back."""
    shown_at = Instant.fromtimestamp(at.timestamp() + step * STEP, at.tzinfo)
    return make_moving_code(card.public_id, seconds=STEP, at=shown_at, key=KEYS.private(card.organisation_id))


def printed_code(card: CardView, serial: str) -> str:
    """What stands on the paper."""
    return make_printed_code(card.public_id, serial=serial, key=KEYS.private(card.organisation_id))


def scan_at(session: Session, door: Actor, code: str, at: Instant, *, nonce: str = "") -> ScanAnswer:
    """One scan; a nonce of its own unless given."""
    return scan(session, code=code, nonce=nonce or uuid4().hex, keys=KEYS, actor=door, at=at)
