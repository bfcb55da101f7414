"""The demo's beginning: organisation, clubs, staff and price lists."""

from sqlalchemy.orm import Session

from clubsales import audit, clubs
from clubsales.actor import Club, system_actor
from clubsales.auth import operations as auth
from clubsales.clock import Instant
from clubsales.ids import CardTypeID, OrganisationID
from clubsales.membership.catalogue import editing
from clubsales.membership.catalogue import operations as catalogue
from clubsales.money import CNY, Money
from clubsales.office.demo.events import DemoFounded
from clubsales.office.demo.price_list import PRICE_LIST, CardStory
from clubsales.office.demo.story import (
    CLOSES,
    CLUBS,
    HEADS,
    OPENS,
    ORGANISATION,
    PASSWORD,
    PIN,
    TIMEZONE,
    ClubStory,
)
from clubsales.office.staff.operations import found_club, hire


def found(session: Session, at: Instant) -> None:
    """Found the organisation with its clubs, hire everybody, write the price lists."""
    organisation_id = clubs.found_organisation(session, name=ORGANISATION, at=at)
    founded = [_club(session, organisation_id, story, at) for story in CLUBS]
    for head in HEADS:
        actor = system_actor(founded[0])
        account_id = auth.create_account(
            session,
            organisation_id=organisation_id,
            username=head.username,
            name=head.name,
            password=PASSWORD,
            pin=PIN,
            actor=actor,
            at=at,
        )
        auth.grant_role(session, account_id=account_id, role=head.role, club=None, actor=actor, at=at)


def _club(session: Session, organisation_id: OrganisationID, story: ClubStory, at: Instant) -> Club:
    club = found_club(
        session,
        organisation_id=organisation_id,
        code=story.code,
        name=story.name,
        timezone=TIMEZONE,
        currency=CNY,
        opens=OPENS,
        closes=CLOSES,
        at=at,
        policy=story.policy,
    )
    actor = system_actor(club)
    audit.record(session, DemoFounded(club.id), actor=actor, at=at)
    for number, one in enumerate(story.staff, 1):
        hire(
            session,
            username=one.username,
            name=one.name,
            role=one.role,
            kind=one.kind,
            team=one.team,
            level=one.level,
            code=f"{story.code}-{number:02}",
            password=PASSWORD,
            pin=PIN,
            actor=actor,
            at=at,
        )
    made = {card.code: _card_type(session, club, card, at) for card in PRICE_LIST}
    for card in PRICE_LIST:
        if card.items:
            items = [
                editing.ItemWish(card_type_id=made[code], quantity=quantity) for code, quantity in card.items
            ]
            editing.set_items(session, card_type_id=made[card.code], items=items, actor=actor, at=at)
    return club


def _card_type(session: Session, club: Club, card: CardStory, at: Instant) -> CardTypeID:
    return catalogue.add_card_type(
        session,
        code=card.code,
        name=card.name,
        name_en=card.name_en,
        description=card.description,
        description_en=card.description_en,
        kind=card.kind,
        price=Money.parse(card.price, club.currency),
        floor_price=_money(card.floor, club),
        days=card.days,
        visits=card.visits,
        no_discount=card.no_discount,
        all_clubs=card.all_clubs,
        online=card.online,
        renewal_price=_money(card.renewal, club),
        are_sessions=card.are_sessions,
        value=_money(card.value, club),
        people_max=card.people_max,
        quota=card.quota,
        deposit=_money(card.deposit, club),
        facilities=card.facilities,
        windows=card.windows,
        terms=card.terms,
        actor=system_actor(club),
        at=at,
    )


def _money(amount: str | None, club: Club) -> Money | None:
    return None if amount is None else Money.parse(amount, club.currency)
