"""What a receipt does to a sale: one path for cash and for the provider's word.

The sale's row is locked (or new) when this is called. The first receipt decides whose the credit is; the last one
activates the card and makes the buyer a member.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit, outbox
from clubsales.actor import Actor
from clubsales.clock import Instant, local_day
from clubsales.consultants.credits import operations as credits_
from clubsales.consultants.credits.rules import CreditPolicy
from clubsales.db import for_update
from clubsales.errors import NotFound
from clubsales.ids import CardID, ClubID, ConsultantID, PaymentID, PersonID, ReceptionID, SaleID
from clubsales.leads.attribution.queries import shares_for
from clubsales.leads.intake import operations as intake
from clubsales.leads.touches import operations as touches
from clubsales.leads.touches.rules import TouchKind
from clubsales.membership.cards import operations as cards
from clubsales.membership.cards import queries as card_queries
from clubsales.membership.cards import services
from clubsales.membership.cards.rules import ServiceKind
from clubsales.membership.cards.services import Done
from clubsales.membership.members import operations as members
from clubsales.membership.members import queries as member_queries
from clubsales.membership.payments.models import PaymentRow
from clubsales.membership.payments.rules import Method
from clubsales.membership.sales import queries
from clubsales.membership.sales.events import ReceiptBooked
from clubsales.membership.sales.models import SaleRow
from clubsales.membership.sales.rules import BOUGHT, MEMBER_KINDS, SaleKind
from clubsales.membership.sales.shares import case_of
from clubsales.money import Money
from clubsales.policies import Policy, policy_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Money that is here: its payment, how much, whose hand took it, and when it came."""

    payment_id: PaymentID
    payment: str  # public id
    method: Method
    amount: Money
    taken_by: ConsultantID | None
    paid_at: Instant

    @classmethod
    def of(cls, row: PaymentRow, amount: Money, paid_at: Instant) -> "Receipt":
        """The receipt that a payment's row stands for."""
        return cls(
            payment_id=PaymentID(row.id),
            payment=row.public_id,
            method=Method(row.method),
            amount=amount,
            taken_by=None if row.taken_by is None else ConsultantID(row.taken_by),
            paid_at=paid_at,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the caller has read in this transaction already, so that it is not read again.

    `policy` is the one of the receipt's local day.
    """

    policy: Policy | None = None
    buyer_is_member: bool | None = None
    names: Mapping[ConsultantID, str] = field(default_factory=dict)
    started_cards: tuple[CardID, ...] = ()


NOTHING_KNOWN = Known()
# Reservations stand above: theirs is known by its table's name, as the database knows it.
reservation = sa.table(
    "reservation",
    sa.column("sale_id", sa.BigInteger),
    sa.column("ended_at", sa.DateTime(timezone=True)),
    sa.column("held_at", sa.DateTime(timezone=True)),
)


def lock_sale(session: Session, club_id: ClubID, sale_id: SaleID) -> SaleRow:
    """The sale, locked until the transaction ends; raises NotFound for another club's."""
    statement = for_update(sa.select(SaleRow).where(SaleRow.id == sale_id, SaleRow.club_id == club_id))
    row: SaleRow | None = session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise NotFound
    return row


def is_reserved(session: Session, sale_id: SaleID) -> bool:
    """Whether the sale belongs to a reservation that has not ended."""
    lives = sa.exists().where(reservation.c.sale_id == sale_id, reservation.c.ended_at.is_(None))
    return session.execute(sa.select(lives)).scalar_one()


def is_held(session: Session, sale_id: SaleID) -> bool:
    """Whether the sale's money is the deposit of a reservation that has not ended."""
    lives = sa.exists().where(
        reservation.c.sale_id == sale_id, reservation.c.held_at.is_not(None), reservation.c.ended_at.is_(None)
    )
    return session.execute(sa.select(lives)).scalar_one()


def count_receipt(sale: SaleRow, amount: Money, paid_at: Instant) -> None:
    """Add money to the sale's row."""
    sale.received_minor += amount.minor
    if sale.first_receipt_at is None:
        sale.first_receipt_at = paid_at
    if queries.balance_of(sale).is_covered:
        sale.paid_at = paid_at


def apply_receipt(
    session: Session,
    sale: SaleRow,
    receipt: Receipt,
    *,
    is_first: bool,
    known: Known = NOTHING_KNOWN,
    actor: Actor,
) -> None:
    """Everything a counted receipt brings with it: credit, and once all is paid the card and the membership.

    A fee is nobody's credit. Where money went back before all of it was paid nothing begins: less than the price is here.
    """
    sale_id = SaleID(sale.id)
    if sale.is_fee:
        if queries.balance_of(sale).is_covered:
            complete(session, sale, actor=actor, at=receipt.paid_at)
        return
    if sale.person_id is None and sale.reception_id is not None:
        # The guest may have given his phone since the sale was opened.
        sale.person_id = queries.person_of_reception(session, actor.club.id, ReceptionID(sale.reception_id))
    buyer_is_member = None
    if is_first:
        policy = known.policy or policy_on(session, actor.club, local_day(receipt.paid_at, actor.club.zone))
        buyer_is_member = _is_member(session, sale, known, actor)
        credits_.open_with_receipt(
            session,
            sale_id=sale_id,
            contract=queries.balance_of(sale).price,
            attribution=shares_for(
                session,
                case_of(
                    sale,
                    paid_at=receipt.paid_at,
                    taken_by=receipt.taken_by,
                    buyer_is_member=buyer_is_member,
                ),
                policy=policy,
                names=known.names,
                club=actor.club,
            ),
            basis=policy.read("credit", CreditPolicy).basis,
            amount=receipt.amount,
            reference=receipt.payment,
            policy_version_id=policy.version_id,
            actor=actor,
            at=receipt.paid_at,
        )
    else:
        credits_.receive(
            session,
            sale_id=sale_id,
            amount=receipt.amount,
            reference=receipt.payment,
            actor=actor,
            at=receipt.paid_at,
        )
    if is_first and sale.opened_by is None:
        _bought_by_himself(session, sale, receipt, actor=actor)
    if queries.balance_of(sale).is_covered:
        complete(
            session,
            sale,
            actor=actor,
            at=receipt.paid_at,
            # What kind of deal it is says that he is a member, not that the club has him in its books.
            buyer_is_member=buyer_is_member and sale.kind not in MEMBER_KINDS,
            started_cards=known.started_cards,
        )


def _bought_by_himself(session: Session, sale: SaleRow, receipt: Receipt, *, actor: Actor) -> None:
    """Evidence with the buyer, and word for whoever has the credit (RCV-08)."""
    touches.record(
        session,
        kind=TouchKind.SALE,
        person_id=None if sale.person_id is None else PersonID(sale.person_id),
        consultant_id=receipt.taken_by,
        actor=actor,
        at=receipt.paid_at,
    )
    outbox.enqueue(session, BOUGHT, {"club": sale.club_id, "sale": sale.id}, at=receipt.paid_at)


def trace_receipt(session: Session, sale: SaleRow, receipt: Receipt, *, actor: Actor, at: Instant) -> None:
    """Leave the trace of a receipt on its own; a sale made and paid in one go has one trace for both."""
    balance = queries.balance_of(sale)
    event = ReceiptBooked(
        SaleID(sale.id),
        receipt.payment_id,
        audit.money_fact(receipt.amount),
        receipt.method.value,
        audit.money_fact(balance.received),
        balance.is_covered,
    )
    audit.record(session, event, actor=actor, at=at)


def complete(
    session: Session,
    sale: SaleRow,
    *,
    actor: Actor,
    at: Instant,
    buyer_is_member: bool | None = None,
    started_cards: tuple[CardID, ...] = (),
) -> None:
    """All is paid: the cards open doors, the buyer is a member, the lead has become a sale.

    `started_cards` were made together with the money and open doors already. What is paid for a card that is there is
    carried out.
    """
    sale_id = SaleID(sale.id)
    buyer = None if sale.person_id is None else PersonID(sale.person_id)
    if sale.for_card_id is not None:
        for done in services.sale_paid(session, sale_id=sale_id, actor=actor, at=at):
            enrol_holder(session, done, sale_id=sale_id, actor=actor, at=at)
        if sale.kind in (SaleKind.RENEWAL, SaleKind.UPGRADE):  # what an offer gave beside it
            cards.activate(session, sale_id=sale_id, person_id=buyer, actor=actor, at=at)
    elif sale.kind != SaleKind.GOODS and not started_cards:
        started_cards = cards.activate(session, sale_id=sale_id, person_id=buyer, actor=actor, at=at)
    if sale.kind == SaleKind.GOODS or (sale.for_card_id is None and not started_cards):
        return
    if sale.person_id is None:
        return
    person_id = PersonID(sale.person_id)
    enrolled = None
    if not buyer_is_member:
        enrolled = members.enrolling(session, person_id=person_id, sale_id=sale_id, actor=actor, at=at)
    intake.mark_converted(session, person_id=person_id, sale_id=sale_id, actor=actor, at=at)
    if enrolled is not None:
        enrolled()


def enrol_holder(session: Session, done: Done, *, sale_id: SaleID, actor: Actor, at: Instant) -> None:
    """Whoever is given a card is a member, also when it was for nothing or for a fee alone (CRD-04)."""
    card = card_queries.by_id(session, done.goes_on)
    if done.kind is ServiceKind.TRANSFER and card is not None and card.person_id is not None:
        members.enrol(session, person_id=card.person_id, sale_id=sale_id, actor=actor, at=at)


def _is_member(session: Session, sale: SaleRow, known: Known, actor: Actor) -> bool:
    if sale.kind in MEMBER_KINDS:
        return True
    if known.buyer_is_member is not None:
        return known.buyer_is_member
    return sale.person_id is not None and member_queries.is_member(
        session, actor.club.organisation_id, PersonID(sale.person_id)
    )
