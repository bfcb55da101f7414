"""Who is told on his phone that a price is asked for: everybody else whose authority reaches it, once."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import clubs, outbox
from clubsales.clock import Instant, local_day
from clubsales.ids import AccountID, CardTypeID, ClubID
from clubsales.membership.catalogue import queries as catalogue
from clubsales.membership.catalogue.rules import DiscountPolicy, PriceFacts
from clubsales.membership.discounts import queries
from clubsales.membership.discounts.operations import ASKED
from clubsales.membership.discounts.queries import REQUEST
from clubsales.membership.discounts.rules import State
from clubsales.money import Currency, Money
from clubsales.policies import policy_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Untold:
    """A request that still waits, and who may answer it."""

    club_id: ClubID
    request_public_id: str
    accounts: frozenset[AccountID]


def take_untold(session: Session, at: Instant) -> list[Untold]:
    """Requests that nobody's phone rang for yet; from now on they count as told. What is over rings no more."""
    found = []
    for message in outbox.due(session, names=[ASKED], at=at):
        message.done_at = at
        row = session.execute(sa.select(REQUEST).where(REQUEST.c.id == message.payload["request"])).one()
        if row.state != State.ASKED.value or row.expires_at <= at:
            continue
        club = clubs.get(session, ClubID(row.club_id))
        day = local_day(at, club.zone)
        policy = policy_on(session, club, day).read("discount", DiscountPolicy)
        card_type = catalogue.get(session, club.id, CardTypeID(row.card_type_id), day=day)
        prices = PriceFacts(
            price=Money(row.price_minor, Currency(row.currency)),
            list_price=Money(row.list_price_minor, Currency(row.currency)),
            floor_price=card_type.floor_price,
            no_discount=card_type.no_discount,
            seller_roles=frozenset(),
        )
        able = queries.who_reaches(
            queries.deciders(session, club), prices, policy, but=AccountID(row.asked_by)
        )
        accounts = frozenset(each.account_id for each in able)
        found.append(Untold(club_id=club.id, request_public_id=row.public_id, accounts=accounts))
    return found
