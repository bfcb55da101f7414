"""What is wished for a card, and what a service needs to be carried out."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.clock import Instant, local_day
from clubsales.ids import ClubID, ConsultantID, PersonID, SaleID
from clubsales.membership.cards.queries import CardView
from clubsales.membership.cards.rules import ServiceKind
from clubsales.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to be done with a card; each kind reads its own part.

    `price` is what a transfer or a renewal is sold for (none: nothing, and today's price).
    """

    kind: ServiceKind
    reason: str = ""
    last_day: date | None = None
    person_id: PersonID | None = None
    club_id: ClubID | None = None
    card_type: str = ""  # public id
    price: Money | None = None
    starts_on: date | None = None
    request: str = ""  # the discount request that allows a renewal's price
    days: int = 0
    visits: int = 0
    fee_title: str = ""  # what the fee is called on its receipt, in the club's first language and in English
    fee_title_en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A wish for a card: who asks, whose deal it would be, and when."""

    session: Session
    card: CardView
    wish: Wish
    consultant_id: ConsultantID | None
    actor: Actor
    at: Instant

    @property
    def today(self) -> date:
        """The club-local day."""
        return local_day(self.at, self.actor.club.zone)


@dataclass(slots=True)
class Order:
    """What a service needs: its facts, and the sale that pays for it."""

    facts: dict[str, Any]
    sale_id: SaleID | None = None
