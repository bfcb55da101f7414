"""What is ordered with a service, kind by kind: checked before anybody pays, with the sale that pays for it."""

from typing import Any

from clubsales.errors import NotFound, refuse
from clubsales.ids import PersonID
from clubsales.membership.cards import passing
from clubsales.membership.cards.operations import may_freeze_card
from clubsales.membership.cards.rules import ServiceKind, may_transfer, may_unfreeze, must_live
from clubsales.membership.prepaid import queries as prepaid
from clubsales.membership.sales.card_sales import open_service_sale
from clubsales.membership.sales.rules import SaleKind
from clubsales.membership.services.rules import ServiceRefused
from clubsales.membership.services.selling import renewal, upgrade
from clubsales.membership.services.wishes import Asked, Order
from clubsales.policies import policy_on
from clubsales.typed import free_text


def ordered(asked: Asked) -> Order:
    """What the kind needs, checked before anybody pays."""
    wish = asked.wish
    match wish.kind:
        case ServiceKind.FREEZE:
            return _freeze(asked)
        case ServiceKind.UNFREEZE:
            may_unfreeze(asked.card.status).or_raise()
            return Order({})
        case ServiceKind.TRANSFER:
            return _transfer(asked)
        case ServiceKind.EXTENSION:
            if not free_text(wish.reason):
                refuse(ServiceRefused.REASON).or_raise()
            return Order({"days": wish.days, "visits": wish.visits, "reason": free_text(wish.reason)})
        case ServiceKind.REISSUE:
            must_live(asked.card.status).or_raise()
            return Order({})
        case ServiceKind.RENEWAL:
            return renewal(asked)
        case ServiceKind.UPGRADE:
            return upgrade(asked)
        case ServiceKind.REFUND:
            raise NotFound


def _freeze(asked: Asked) -> Order:
    last_day = asked.wish.last_day
    if last_day is not None and last_day < asked.today:
        refuse(ServiceRefused.DAY).or_raise()
    no = may_freeze_card(
        asked.session, card=asked.card.public_id, last_day=last_day, actor=asked.actor, at=asked.at
    )
    if no is not None:
        no.or_raise()
    until = None if last_day is None else last_day.isoformat()
    return Order({"last_day": until, "reason": free_text(asked.wish.reason)})


def _transfer(asked: Asked) -> Order:
    card, wish = asked.card, asked.wish
    times = passing.transfers_along_chain(asked.session, card.id)
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
        _may_receive(asked, wish.person_id)
    if not wish.price:
        return Order(facts)
    card_type = card.card_type_id
    assert card_type is not None
    sale_id = open_service_sale(
        asked.session,
        kind=SaleKind.TRANSFER,
        card_id=card.id,
        card_type_id=card_type,
        price=wish.price,
        person_id=wish.person_id or card.person_id,
        consultant_id=asked.consultant_id,
        actor=asked.actor,
        at=asked.at,
    )
    return Order(facts, sale_id)


def _may_receive(asked: Asked, person_id: PersonID) -> None:
    """What whoever gets the card may have paid ahead, where a law says so."""
    club, today = asked.actor.club, asked.today
    policy = policy_on(asked.session, club, today)
    prepaid.guard_receiver(
        asked.session, club, person_id=person_id, card_id=asked.card.id, policy=policy, day=today
    ).or_raise()
