"""What the demo club sold before today: who bought, who owes, what may be given back or argued over."""

from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.clock import Instant, day_start
from clubsales.ids import ConsultantID, PersonID, SaleID
from clubsales.money import Currency, Money
from clubsales.office.demo.acquaintances import Acquaintance, acquaintance, people_with_phone
from clubsales.office.demo.story import TOLD_PAYMENT
from clubsales.office.demo.tables import (
    CARD,
    CONTRACT,
    DISPUTE,
    PAYMENT,
    PERSON,
    POSTING,
    RESERVATION,
    SALE,
    TOUCH,
)

PAYS_BALANCE_WITHIN = timedelta(days=14)
REFUND_WITHIN = timedelta(days=7)
SETTLED_AFTER, LASTS_ON = timedelta(days=9), timedelta(days=120)


@dataclass(frozen=True, slots=True, kw_only=True)
class Debtor:
    """A buyer who left a deposit."""

    who: Acquaintance
    sale_id: SaleID
    outstanding: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlinePayment:
    """A payment that the story says was made on the provider's page."""

    provider_payment_id: str
    amount: Money
    refunded: Money
    paid_at: Instant


@dataclass(frozen=True, slots=True)
class Arguable:
    """A sale two can argue over: who has its credit, and who knew the buyer before."""

    sale_id: SaleID
    holder: ConsultantID
    rival: ConsultantID


def buyers(session: Session, club: Club) -> set[str]:
    """Whoever has paid anything in the club, by what stands in addresses."""
    paid = sa.and_(SALE.c.club_id == club.id, SALE.c.first_receipt_at.is_not(None))
    bought = sa.select(PERSON.c.public_id).join(SALE, SALE.c.person_id == PERSON.c.id).where(paid)
    return set(session.scalars(bought))


def buyers_of(session: Session, club: Club, day: date) -> list[PersonID]:
    """Known persons whose first payment for something came on a day."""
    bought = sa.select(SALE.c.person_id).where(
        SALE.c.club_id == club.id,
        SALE.c.person_id.is_not(None),
        SALE.c.first_receipt_at >= day_start(day, club.zone),
    )
    return [PersonID(each) for each in session.scalars(bought.distinct().order_by(SALE.c.person_id))]


def debtors(session: Session, club: Club, day: date) -> list[Debtor]:
    """Buyers who left a deposit before today and still owe the rest."""
    statement = (
        people_with_phone(
            SALE.c.person_id,
            SALE.c.consultant_id,
            SALE.c.id.label("sale_id"),
            (SALE.c.price_minor - SALE.c.received_minor).label("outstanding"),
        )
        .where(
            SALE.c.club_id == club.id,
            SALE.c.received_minor > 0,
            SALE.c.received_minor < SALE.c.price_minor,
            SALE.c.refunded_minor == 0,
            SALE.c.opened_at >= day_start(day - PAYS_BALANCE_WITHIN, club.zone),
            SALE.c.opened_at < day_start(day, club.zone),
            ~sa.exists().where(RESERVATION.c.sale_id == SALE.c.id),
        )
        .order_by(SALE.c.id)
    )
    return [
        Debtor(
            who=acquaintance(row),
            sale_id=SaleID(row.sale_id),
            outstanding=Money(row.outstanding, club.currency),
        )
        for row in session.execute(statement)
    ]


def refundable_sales(session: Session, club: Club, day: date) -> list[tuple[SaleID, Money]]:
    """Sales of the last days that are paid and kept whole, with what was paid."""
    rows = session.execute(
        sa.select(SALE.c.id, SALE.c.received_minor)
        .where(
            SALE.c.club_id == club.id,
            SALE.c.received_minor == SALE.c.price_minor,
            SALE.c.received_minor > 0,
            SALE.c.refunded_minor == 0,
            SALE.c.kind != "goods",
            SALE.c.first_receipt_at >= day_start(day - REFUND_WITHIN, club.zone),
            SALE.c.first_receipt_at < day_start(day, club.zone),
        )
        .order_by(SALE.c.id)
    )
    return [(SaleID(row.id), Money(row.received_minor, club.currency)) for row in rows]


def arguable(session: Session, club: Club, since: date, at: Instant) -> list[Arguable]:
    """Sales first paid since a day over which nobody argued yet, whose buyer a colleague without a share knew before."""
    touched = (
        sa.select(TOUCH.c.consultant_id)
        .where(
            TOUCH.c.club_id == club.id,
            TOUCH.c.person_id == SALE.c.person_id,
            TOUCH.c.at < SALE.c.first_receipt_at,
            TOUCH.c.kind.in_(("contact", "claimed", "visit", "captured", "appointment")),
            TOUCH.c.consultant_id.is_not(None),
            TOUCH.c.consultant_id != POSTING.c.consultant_id,
        )
        .order_by(TOUCH.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(SALE.c.id, POSTING.c.consultant_id, touched.label("rival"))
        .join_from(SALE, POSTING, sa.and_(POSTING.c.sale_id == SALE.c.id, POSTING.c.sequence == 1))
        .where(
            SALE.c.club_id == club.id,
            SALE.c.first_receipt_at >= day_start(since, club.zone),
            SALE.c.first_receipt_at < at,
            POSTING.c.consultant_id.is_not(None),
            touched.is_not(None),
            ~sa.exists().where(DISPUTE.c.sale_id == SALE.c.id),
        )
        .order_by(SALE.c.id)
    )
    return [
        Arguable(SaleID(row.id), ConsultantID(row.consultant_id), ConsultantID(row.rival)) for row in rows
    ]


def online_payments(session: Session) -> list[OnlinePayment]:
    """Every payment made online in the story; those that somebody made while trying the demo are not among them."""
    rows = session.execute(
        sa.select(
            PAYMENT.c.provider_payment_id,
            PAYMENT.c.currency,
            PAYMENT.c.amount_minor,
            PAYMENT.c.refunded_minor,
            PAYMENT.c.paid_at,
        )
        .where(
            PAYMENT.c.status == "succeeded",
            PAYMENT.c.provider_payment_id.startswith(TOLD_PAYMENT, autoescape=True),
        )
        .order_by(PAYMENT.c.id)
    )
    return [
        OnlinePayment(
            provider_payment_id=row.provider_payment_id,
            amount=Money(row.amount_minor, Currency(row.currency)),
            refunded=Money(row.refunded_minor, Currency(row.currency)),
            paid_at=row.paid_at,
        )
        for row in rows
    ]


def contracts_to_archive(session: Session, club: Club, at: Instant) -> list[str]:
    """Signed contracts whose copies lie in no folder yet, by what stands in addresses."""
    signed = sa.select(CONTRACT.c.public_id).where(
        CONTRACT.c.club_id == club.id, CONTRACT.c.state == "signed", CONTRACT.c.signed_at < at
    )
    return list(session.scalars(signed.order_by(CONTRACT.c.id)))


def running_cards(session: Session, club: Club, day: date) -> list[str]:
    """Year-long cards that run and were begun some time ago, by what stands in addresses."""
    cards = sa.select(CARD.c.public_id).where(
        CARD.c.club_id == club.id,
        CARD.c.status == "active",
        CARD.c.valid_from < day - SETTLED_AFTER,
        CARD.c.valid_until > day + LASTS_ON,
    )
    return list(session.scalars(cards.order_by(CARD.c.id)))
