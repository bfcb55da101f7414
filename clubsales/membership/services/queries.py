"""What is asked for cards, what it would cost, and what became of it."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import clubs
from clubsales.actor import Actor, Club
from clubsales.auth.permissions import Permission, may
from clubsales.auth.tables import ACCOUNT
from clubsales.clock import Instant, local_day
from clubsales.db import table_of
from clubsales.errors import NotFound
from clubsales.ids import CardID, ClubID, SaleID, ServiceID
from clubsales.membership.cards import behind, passing, worth
from clubsales.membership.cards import queries as cards
from clubsales.membership.cards.models import CardServiceRow
from clubsales.membership.cards.queries import CardView
from clubsales.membership.cards.rules import ServiceKind, ServiceState
from clubsales.membership.cards.worth import Worth
from clubsales.membership.catalogue import queries as catalogue
from clubsales.membership.catalogue.card_types import CardTypeView
from clubsales.membership.catalogue.offers import Offer, offer_for
from clubsales.membership.payments import queries as payments
from clubsales.membership.services.rules import Fee, fee_of, opens_alike
from clubsales.money import Currency, Money

SERVICE = table_of(CardServiceRow)
CARD = sa.table(
    "card",
    *(sa.column(name) for name in ("id", "public_id", "name", "name_en", "person_id", "currency")),
)
person = sa.table("person", sa.column("id"), sa.column("name"), sa.column("public_id"))
phone = sa.table("person_phone", *(sa.column(name) for name in ("organisation_id", "person_id", "e164")))
sale = sa.table(
    "sale",
    *(sa.column(name) for name in ("id", "public_id", "price_minor", "received_minor", "refunded_minor")),
    *(sa.column("for_card_id"), sa.column("is_fee", sa.Boolean), sa.column("closed_at")),
)
# Known by table name: requests for money back stand beside this subject.
refund_request = sa.table("refund_request", sa.column("card_id"), sa.column("state"))
PRICE, FEE = sale.alias("price"), sale.alias("fee")
WAITING = (ServiceState.ASKED.value, ServiceState.TO_PAY.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceView:
    """Something asked for a card. `sale` and `fee_sale` are public ids of what is to be paid for it."""

    id: ServiceID
    public_id: str
    card_id: CardID
    card: str  # public id
    card_name: str
    card_name_en: str
    holder: str
    kind: ServiceKind
    state: ServiceState
    facts: dict[str, Any]
    fee: Money
    sale: str | None
    price: Money  # of that sale
    sale_open: bool
    fee_sale: str | None
    fee_open: bool
    reason: str
    answer: str
    asked_at: Instant
    asker: str  # empty: by whoever has the card's link
    is_members: bool  # asked by the card's link
    done_at: Instant | None

    @property
    def is_stuck(self) -> bool:
        """It is paid, and the card's rules did not allow it when the money came."""
        return self.state is ServiceState.ASKED and bool(self.sale or self.fee_sale)

    def card_in(self, language: str) -> str:
        """The card's name in a language of ours."""
        return self.card_name_en if language.startswith("en") and self.card_name_en else self.card_name


@dataclass(frozen=True, slots=True, kw_only=True)
class ToPay:
    """Money a service waits for, and the token of the link it can be paid by; empty: at the desk."""

    amount: Money
    link_token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A card type that a card can be renewed with or exchanged for, and what it costs now."""

    card_type: CardTypeView
    offer: Offer


def fee_for(session: Session, card: CardView, kind: ServiceKind) -> Fee:
    """What a service on a card costs by the terms it was sold with."""
    return fee_of(
        kind,
        card.card_terms,
        paid_along_chain=paid_along_chain(session, card.id) if kind is ServiceKind.TRANSFER else 0,
        currency=Currency(card.currency),
    )


def paid_along_chain(session: Session, card_id: CardID) -> int:
    """All money the club has kept for the card and those it followed, in minor units; fees are no part of it."""
    behind_it = behind.paid_by_sale(session, card_id)
    links = passing.chain(session, card_id)
    rows = session.execute(
        sa.select(sale.c.id, sale.c.received_minor, sale.c.refunded_minor).where(
            sa.or_(sale.c.id.in_(behind_it), sa.and_(sale.c.for_card_id.in_(links), sale.c.is_fee.is_(False)))
        )
    )
    kept = {row.id: row.received_minor - row.refunded_minor for row in rows}
    return sum(min(money, behind_it.get(sale_id, money)) for sale_id, money in kept.items())


def worth_of(session: Session, club: Club, card: CardView, at: Instant) -> Worth:
    """What of a card's money is unused today: what an upgrade counts as paid."""
    return worth.of_card(session, card.id, today=local_day(at, club.zone))


def renewals(session: Session, club: Club, card: CardView, at: Instant) -> list[Choice]:
    """What a card can be renewed with, at today's prices: what gives the same kinds of things, its own type first."""
    today = local_day(at, club.zone)
    promotions = catalogue.promotions_on(session, club.id, today)
    same = [
        each
        for each in catalogue.price_list(session, club.id, day=today)
        if each.price is not None
        and renews(card, each)
        and (each.days is None) == (card.days is None)
        and (each.visits is None) == (card.visits_total is None)
    ]
    cheap = card.card_terms.keeps_renewal_price(valid_until=card.valid_until, today=today)
    kind = "renewal" if cheap else "new"
    found = [Choice(card_type=each, offer=offer_for(each, kind, promotions)) for each in same]
    return sorted(found, key=lambda each: each.card_type.id != card.card_type_id)


def renews(card: CardView, card_type: CardTypeView) -> bool:
    """Whether a card is renewed with a card type: its own, or one that opens the same."""
    return card_type.id == card.card_type_id or opens_alike(card, card_type)


def upgrades(session: Session, club: Club, card: CardView, at: Instant) -> list[Choice]:
    """What a card can be exchanged for, at today's prices: cards that cost more than it is worth."""
    today = local_day(at, club.zone)
    unused = worth_of(session, club, card, at).unused
    promotions = catalogue.promotions_on(session, club.id, today)
    dearer = (
        Choice(card_type=each, offer=offer_for(each, "upgrade", promotions))
        for each in catalogue.price_list(session, club.id, day=today)
        if each.kind.value not in ("goods", "package")
        and each.are_sessions == card.are_sessions
        and each.id != card.card_type_id
    )
    return [each for each in dearer if each.offer.price is not None and unused < each.offer.price]


def waiting_of_card(session: Session, card_id: CardID) -> ServiceView | None:
    """What is being done with a card."""
    found = _views(session, SERVICE.c.card_id == card_id, SERVICE.c.state.in_(WAITING))
    return found[0] if found else None


def receiver_of(session: Session, service: ServiceView) -> str:
    """Who, or which club, gets the card a transfer is about; empty for anything else."""
    if "club_id" in service.facts:
        return clubs.get(session, ClubID(service.facts["club_id"])).name
    wanted = person.c.id == service.facts.get("person_id")
    return session.execute(sa.select(person.c.name).where(wanted)).scalar_one_or_none() or ""


def refund_waits(session: Session, card_id: CardID) -> bool:
    """Whether money was asked back for a card."""
    is_open = refund_request.c.state.in_(("asked", "approved"))
    return session.execute(
        sa.select(sa.exists().where(refund_request.c.card_id == card_id, is_open))
    ).scalar_one()


def to_pay_by_link(session: Session, service: ServiceView, at: Instant) -> list[ToPay]:
    """What a service waits for, and how it is paid without coming by: the link somebody sent, while it is open."""
    names = [name for name in (service.sale, service.fee_sale) if name is not None]
    rows = session.execute(
        sa.select(sale)
        .where(sale.c.public_id.in_(names), sale.c.received_minor < sale.c.price_minor)
        .order_by(sale.c.id)
    )
    return [
        ToPay(
            amount=Money(row.price_minor - row.received_minor, service.fee.currency),
            link_token=next(
                (each.link_token for each in payments.of_sale(session, row.id) if each.is_open(at)), ""
            ),
        )
        for row in rows
    ]


def of_card(session: Session, card_id: CardID) -> list[ServiceView]:
    """All that was asked for a card, the newest first."""
    return _views(session, SERVICE.c.card_id == card_id)


def waiting_in_club(session: Session, club_id: ClubID) -> list[ServiceView]:
    """What members asked and what waits for money, the oldest first."""
    return list(reversed(_views(session, SERVICE.c.club_id == club_id, SERVICE.c.state.in_(WAITING))))


def count_asked(session: Session, actor: Actor) -> int:
    """How much members asked for and nobody has answered, for the inbox of whoever can."""
    if not may(actor, Permission.CARD_SERVICE):
        return 0
    return session.execute(
        sa.select(sa.func.count()).where(
            SERVICE.c.club_id == actor.club.id, SERVICE.c.state == ServiceState.ASKED.value
        )
    ).scalar_one()


def by_public_id(session: Session, club_id: ClubID, public_id: str) -> ServiceView:
    """Something asked in the club; raises NotFound."""
    if not cards.is_plain(public_id):
        raise NotFound
    found = _views(session, SERVICE.c.club_id == club_id, SERVICE.c.public_id == public_id)
    if not found:
        raise NotFound
    return found[0]


def sale_names(session: Session, sale_ids: list[SaleID]) -> list[str]:
    """Public ids of sales, in order."""
    rows = session.execute(sa.select(sale.c.id, sale.c.public_id).where(sale.c.id.in_(sale_ids)))
    names = {row.id: row.public_id for row in rows}
    return [names[each] for each in sale_ids]


def _views(session: Session, *conditions: sa.ColumnElement[bool]) -> list[ServiceView]:
    statement = (
        sa.select(
            SERVICE,
            CARD.c.public_id.label("card"),
            CARD.c.name.label("card_name"),
            CARD.c.name_en.label("card_name_en"),
            sa.func.coalesce(person.c.name, "").label("holder"),
            sa.func.coalesce(ACCOUNT.c.name, "").label("asker"),
            PRICE.c.public_id.label("sale"),
            sa.func.coalesce(PRICE.c.price_minor, 0).label("price"),
            (PRICE.c.received_minor < PRICE.c.price_minor).label("sale_open"),
            FEE.c.public_id.label("fee_sale"),
            (FEE.c.received_minor < FEE.c.price_minor).label("fee_open"),
            CARD.c.currency,
        )
        .select_from(SERVICE)
        .join(CARD, CARD.c.id == SERVICE.c.card_id)
        .outerjoin(person, person.c.id == CARD.c.person_id)
        .outerjoin(ACCOUNT, ACCOUNT.c.id == SERVICE.c.asked_by)
        .outerjoin(PRICE, PRICE.c.id == SERVICE.c.sale_id)
        .outerjoin(FEE, FEE.c.id == SERVICE.c.fee_sale_id)
        .where(*conditions)
        .order_by(SERVICE.c.asked_at.desc(), SERVICE.c.id.desc())
    )
    return [_view(row) for row in session.execute(statement)]


def _view(row: Any) -> ServiceView:
    return ServiceView(
        id=ServiceID(row.id),
        public_id=row.public_id,
        card_id=CardID(row.card_id),
        card=row.card,
        card_name=row.card_name,
        card_name_en=row.card_name_en,
        holder=row.holder,
        kind=ServiceKind(row.kind),
        state=ServiceState(row.state),
        facts=row.facts,
        fee=Money(row.fee_minor, Currency(row.currency)),
        sale=row.sale,
        price=Money(row.price, Currency(row.currency)),
        sale_open=bool(row.sale_open),
        fee_sale=row.fee_sale,
        fee_open=bool(row.fee_open),
        reason=row.reason,
        answer=row.answer,
        asked_at=row.asked_at,
        asker=row.asker,
        is_members=row.asked_by is None,
        done_at=row.done_at,
    )
