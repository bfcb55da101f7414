"""What a day of the demo starts from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.audit import AuditEvent
from clubsales.clock import Instant, day_start
from clubsales.ids import ClubID, ConsultantID, PersonID, ReceptionID, SaleID
from clubsales.money import Currency, Money
from clubsales.office.demo.events import DemoFounded, DemoPlayed
from clubsales.office.demo.price_list import SHORT_TERM
from clubsales.office.demo.story import TOLD_PAYMENT
from clubsales.office.demo.tables import (
    CARD,
    CLUB,
    CONTACT,
    DISPUTE,
    LEAD,
    PASS,
    PAYMENT,
    PERSON,
    PHONE,
    POSTING,
    RECEPTION,
    SALE,
    TOUCH,
)

COMES_BACK_WITHIN = timedelta(days=9)
LEAD_STAYS_WARM = timedelta(days=14)
RECORD_COUNTS = timedelta(days=12)
PAYS_BALANCE_WITHIN = timedelta(days=14)
REFUND_WITHIN = timedelta(days=7)
RENEWS_AROUND = timedelta(days=3)
ENDED_LATELY = timedelta(days=5)
TRIAL = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Acquaintance:
    """Somebody the club knows, and whom he knows there."""

    person_id: PersonID
    name: str
    e164: str
    consultant_id: ConsultantID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Debtor:
    """A buyer who left a deposit."""

    who: Acquaintance
    sale_id: SaleID
    outstanding: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """A member whose short card ends about now."""

    who: Acquaintance
    was_trial: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorCard:
    """A card that may be shown at the door. `runs`: it should open."""

    public_id: str
    is_ours: bool
    opens_here: bool
    runs: bool


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


def demo_clubs(session: Session) -> list[ClubID]:
    """The clubs the demo founded."""
    found = session.scalars(
        sa.select(AuditEvent.club_id)
        .where(AuditEvent.subject_kind == "club", AuditEvent.tag == DemoFounded.tag)
        .order_by(AuditEvent.id)
    )
    return [ClubID(club_id) for club_id in found if club_id is not None]


def played_until(session: Session, club_id: ClubID) -> Instant | None:
    """How far a club's story is told."""
    return session.scalar(
        sa.select(sa.func.max(AuditEvent.at)).where(
            AuditEvent.subject_kind == "club",
            AuditEvent.subject_id == club_id,
            AuditEvent.tag == DemoPlayed.tag,
        )
    )


def last_event_at(session: Session, club_id: ClubID) -> Instant | None:
    """When anything last happened in a club, by the story or by somebody trying it."""
    return session.scalar(sa.select(sa.func.max(AuditEvent.at)).where(AuditEvent.club_id == club_id))


def received(session: Session, receptions: Sequence[ReceptionID]) -> dict[ReceptionID, ConsultantID]:
    """Which of these guests are with somebody now."""
    rows = session.execute(
        sa.select(RECEPTION.c.id, RECEPTION.c.consultant_id)
        .where(RECEPTION.c.id.in_(receptions), RECEPTION.c.status == "open")
        .order_by(RECEPTION.c.id)
    )
    return {ReceptionID(row.id): ConsultantID(row.consultant_id) for row in rows}


def coming_back(session: Session, club: Club, day: date) -> list[Acquaintance]:
    """Guests of the last days who said they would think about it, and have neither bought nor come since."""
    later = RECEPTION.alias("later")
    statement = _people(RECEPTION.c.person_id, RECEPTION.c.consultant_id).where(
        RECEPTION.c.club_id == club.id,
        RECEPTION.c.outcome.in_(("be_back", "follow_up")),
        RECEPTION.c.local_day >= day - COMES_BACK_WITHIN,
        RECEPTION.c.local_day < day,
        ~sa.exists().where(
            later.c.club_id == club.id,
            later.c.person_id == RECEPTION.c.person_id,
            later.c.id > RECEPTION.c.id,
        ),
        ~sa.exists().where(SALE.c.person_id == RECEPTION.c.person_id),
    )
    return [_acquaintance(row) for row in session.execute(statement.order_by(RECEPTION.c.id))]


def leads_not_seen(session: Session, club: Club, day: date) -> list[Acquaintance]:
    """People whom a consultant met outdoors or on the phone, and who have not come yet."""
    statement = _people(LEAD.c.person_id, LEAD.c.captured_by.label("consultant_id")).where(
        LEAD.c.club_id == club.id,
        LEAD.c.captured_by.is_not(None),
        LEAD.c.captured_at >= day_start(day - LEAD_STAYS_WARM, club.zone),
        LEAD.c.captured_at < day_start(day, club.zone),
        ~sa.exists().where(RECEPTION.c.club_id == club.id, RECEPTION.c.person_id == LEAD.c.person_id),
    )
    return [_acquaintance(row) for row in session.execute(statement.order_by(LEAD.c.id))]


def spoken_to(session: Session, club: Club, day: date, callers: Sequence[ConsultantID]) -> list[Acquaintance]:
    """People whom one of these reached lately and who have not come yet."""
    reached = sa.exists().where(
        CONTACT.c.club_id == club.id,
        CONTACT.c.person_id == LEAD.c.person_id,
        CONTACT.c.consultant_id.in_(callers),
        CONTACT.c.outcome.in_(("answered", "replied", "met")),
        CONTACT.c.local_day.between(day - RECORD_COUNTS, day - timedelta(days=1)),
    )
    statement = _people(LEAD.c.person_id, LEAD.c.captured_by.label("consultant_id")).where(
        LEAD.c.club_id == club.id,
        reached,
        ~sa.exists().where(RECEPTION.c.club_id == club.id, RECEPTION.c.person_id == LEAD.c.person_id),
    )
    return [_acquaintance(row) for row in session.execute(statement.order_by(LEAD.c.id))]


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


def unused_pass(session: Session, club: Club, consultant_id: ConsultantID | None, day: date) -> str | None:
    """A pass nobody has shown yet: a consultant's trial pass, or without one a gift coupon of the club."""
    return session.scalar(
        sa.select(PASS.c.code)
        .where(
            PASS.c.club_id == club.id,
            PASS.c.kind == ("gift_coupon" if consultant_id is None else "trial_pass"),
            PASS.c.consultant_id == consultant_id,
            PASS.c.shown_first_at.is_(None),
            sa.or_(PASS.c.valid_until.is_(None), PASS.c.valid_until >= day),
        )
        .order_by(PASS.c.id)
        .limit(1)
    )


def debtors(session: Session, club: Club, day: date) -> list[Debtor]:
    """Buyers who left a deposit before today and still owe the rest."""
    statement = (
        _people(
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
        )
        .order_by(SALE.c.id)
    )
    return [
        Debtor(
            who=_acquaintance(row),
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


def endings(session: Session, club: Club, day: date) -> list[Ending]:
    """Members whose month or trial week ends about now and who hold nothing newer."""
    newer = CARD.alias("newer")
    statement = (
        _people(CARD.c.person_id, SALE.c.consultant_id, CARD.c.days)
        .join(SALE, SALE.c.id == CARD.c.sale_id)
        .where(
            CARD.c.club_id == club.id,
            CARD.c.status == "active",
            CARD.c.days <= SHORT_TERM.days,
            CARD.c.valid_until >= day - RENEWS_AROUND,
            CARD.c.valid_until <= day + RENEWS_AROUND,
            ~sa.exists().where(newer.c.person_id == CARD.c.person_id, newer.c.id > CARD.c.id),
        )
        .order_by(CARD.c.id)
    )
    return [
        Ending(who=_acquaintance(row), was_trial=row.days <= TRIAL.days) for row in session.execute(statement)
    ]


def door_cards(session: Session, club: Club, day: date) -> list[DoorCard]:
    """Cards of the organisation that are paid, or ended only lately."""
    rows = session.execute(
        sa.select(
            CARD.c.public_id,
            CARD.c.club_id,
            CARD.c.all_clubs,
            CARD.c.status,
            CARD.c.valid_until,
            CARD.c.visits_left,
        )
        .join(CLUB, CLUB.c.id == CARD.c.club_id)
        .where(
            CLUB.c.organisation_id == club.organisation_id,
            CARD.c.status.in_(("active", "frozen")),
            CARD.c.valid_from < day,
            CARD.c.valid_until >= day - ENDED_LATELY,
        )
        .order_by(CARD.c.id)
    )
    return [
        DoorCard(
            public_id=row.public_id,
            is_ours=row.club_id == club.id,
            opens_here=row.club_id == club.id or bool(row.all_clubs),
            runs=row.status == "active" and row.valid_until >= day and row.visits_left != 0,
        )
        for row in rows
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


def _people(person_id: sa.ColumnElement[Any], *columns: sa.ColumnElement[Any]) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(person_id.label("person_id"), PERSON.c.name, PHONE.c.e164, *columns)
        .join(PERSON, PERSON.c.id == person_id)
        .join(PHONE, PHONE.c.person_id == person_id)
    )


def _acquaintance(row: Any) -> Acquaintance:
    return Acquaintance(
        person_id=PersonID(row.person_id),
        name=row.name,
        e164=row.e164,
        consultant_id=None if row.consultant_id is None else ConsultantID(row.consultant_id),
    )
