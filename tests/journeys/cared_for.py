"""Cards somebody wants something of: a freeze asked, one paid for that could not be done, money asked back and approved."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Actor, ActorKind
from clubsales.clock import Instant
from clubsales.membership.cards import queries as cards
from clubsales.membership.cards.models import CardRow
from clubsales.membership.cards.queries import CardView
from clubsales.membership.cards.rules import ServiceKind
from clubsales.membership.payments.rules import Method
from clubsales.membership.returns import operations as returns
from clubsales.membership.sales import operations as sales
from clubsales.membership.sales import queries as sale_queries
from clubsales.membership.sales.rules import SaleKind
from clubsales.membership.services import operations as services
from clubsales.membership.services.wishes import Wish
from tests.builders import Cast, yuan
from tests.cards import a_person


@dataclass(frozen=True)
class CaredFor:
    """By public id; links are the members' keys."""

    quiet_card: str  # nothing is being done with it
    quiet_link: str
    asked_service: str
    asked_card: str
    asked_link: str
    stuck_service: str
    stuck_card: str
    open_fee: str  # the sale of a fee that somebody waits for
    fee_card: str
    fee_link: str
    asked_return: str
    asked_return_link: str
    approved_return: str
    paid_return: str


def care(session: Session, cast: Cast, *, at: Instant) -> CaredFor:
    """Ask something for each of them."""
    quiet, froze, stuck, fee, back, allowed, paid = (
        a_member(session, cast, name, place, at)
        for place, name in enumerate(
            ("安静", "想停卡", "付了停卡费", "等收费", "想退卡", "批准退卡", "已退卡")
        )
    )
    member = Actor(kind=ActorKind.GUEST, club=cast.club, name="card")
    asked = services.ask(
        session,
        card=froze,
        kind=ServiceKind.FREEZE,
        reason="出差三周",
        facts={"last_day": "2030-01-01"},
        actor=member,
        at=at,
    )
    returned = [
        returns.ask(session, card=each, reason="搬家了", actor=who, at=at)
        for each, who in ((back, member), (allowed, cast.desk), (paid, cast.desk))
    ]
    for request in returned[1:]:
        returns.answer(session, request=request, approved=True, actor=cast.manager, at=at)
    returns.pay_out(session, request=returned[2], actor=cast.finance, at=at)
    return CaredFor(
        quiet_card=quiet.public_id,
        quiet_link=quiet.link_token,
        asked_service=asked,
        asked_card=froze.public_id,
        asked_link=froze.link_token,
        stuck_service=a_stuck_freeze(session, cast, stuck, at),
        stuck_card=stuck.public_id,
        open_fee=a_freeze_for_a_fee(session, cast, fee, at)[1],
        fee_card=fee.public_id,
        fee_link=fee.link_token,
        asked_return=returned[0],
        asked_return_link=back.link_token,
        approved_return=returned[1],
        paid_return=returned[2],
    )


def a_member(session: Session, cast: Cast, name: str, place: int, at: Instant) -> CardView:
    """Somebody with an annual card that nobody has the credit of."""
    sale_id = sales.open_sale(
        session,
        card_type_id=cast.annual.id,
        price=None,
        kind=SaleKind.NEW,
        person_id=a_person(session, cast, name=name, e164=f"+8613800151{place:03d}"),
        consultant_id=None,
        actor=cast.manager,
        at=at,
    )
    sales.book_receipt(
        session, sale_id=sale_id, amount=yuan("3980.00"), method=Method.CASH, actor=cast.desk, at=at
    )
    card = cards.of_sale(session, sale_id)
    assert card is not None
    return card


def a_freeze_for_a_fee(session: Session, cast: Cast, card: CardView, at: Instant) -> tuple[str, str]:
    """A freeze that waits for its fee, and the fee's sale."""
    allow(session, card, {"freeze_fee_minor": 2_000})
    found = cards.by_public_id(session, cast.club, card.public_id)
    taken = services.take_up(
        session,
        card=found.public_id,
        wish=Wish(kind=ServiceKind.FREEZE, fee_title="停卡手续费", fee_title_en="Fee: Freeze"),
        actor=cast.desk,
        at=at,
    )
    return taken.service, taken.sales[0]


def a_stuck_freeze(session: Session, cast: Cast, card: CardView, at: Instant) -> str:
    """A freeze whose fee came when the card did not allow it; by now it does."""
    service, fee = a_freeze_for_a_fee(session, cast, card, at)
    allow(session, card, {"freeze_allowed": False})
    sale = sale_queries.by_public_id(session, cast.club.id, fee)
    sales.book_receipt(
        session, sale_id=sale.id, amount=yuan("20.00"), method=Method.CASH, actor=cast.desk, at=at
    )
    allow(session, card, {"freeze_fee_minor": 2_000})
    return service


def allow(session: Session, card: CardView, terms: dict[str, object]) -> None:
    """The card was sold under these terms."""
    session.flush()
    session.execute(sa.update(CardRow).where(CardRow.id == card.id).values(terms=terms))
