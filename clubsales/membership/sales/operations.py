"""Selling: open a deal, take money, give it back."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor, Role
from clubsales.clock import Instant, local_day
from clubsales.consultants.profiles import queries as profiles
from clubsales.errors import refuse
from clubsales.ids import (
    AccountID,
    CardTypeID,
    ConsultantID,
    PaymentID,
    PersonID,
    ReceptionID,
    SaleID,
)
from clubsales.membership.cards import operations as cards
from clubsales.membership.catalogue import queries as catalogue
from clubsales.membership.catalogue.queries import CardTypeView
from clubsales.membership.catalogue.rules import (
    CatalogueRefused,
    DiscountPolicy,
    PriceFacts,
    may_sell_at,
)
from clubsales.membership.payments import operations as payments
from clubsales.membership.payments.rules import Method
from clubsales.membership.sales import queries
from clubsales.membership.sales.events import SaleOpened
from clubsales.membership.sales.models import SaleRow
from clubsales.membership.sales.online import (
    EventOutcome,
    StartedPayment,
    apply_payment_news,
    apply_provider_event,
    apply_refund_news,
    record_session,
    settle_provider_refund,
    start_online_payment,
)
from clubsales.membership.sales.receipts import (
    Known,
    Receipt,
    apply_receipt,
    complete,
    count_receipt,
    lock_sale,
)
from clubsales.membership.sales.refunds import RefundPart, refund, settle_refund
from clubsales.membership.sales.rules import SaleKind, SaleRefused, makes_card, may_receive
from clubsales.money import Money
from clubsales.policies import Policy, policy_on

__all__ = [
    "Approver",
    "Buyer",
    "EventOutcome",
    "RefundPart",
    "Seller",
    "Sold",
    "StartedPayment",
    "apply_payment_news",
    "apply_provider_event",
    "apply_refund_news",
    "book_receipt",
    "open_sale",
    "record_session",
    "refund",
    "sell_for_cash",
    "settle_provider_refund",
    "settle_refund",
    "start_online_payment",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Approver:
    """Who stands behind a discount beside the seller."""

    account_id: AccountID
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sold:
    """A sale and the money it came with."""

    sale_id: SaleID
    sale: str  # public id
    payment: str  # public id


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyer:
    """Who buys: a person, a guest in the house, or both. `is_member` only where it is known already."""

    person_id: PersonID | None = None
    reception_id: ReceptionID | None = None
    is_member: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seller:
    """The consultant on a sale."""

    id: ConsultantID
    name: str


def open_sale(
    session: Session,
    *,
    card_type_id: CardTypeID,
    price: Money | None,
    kind: SaleKind,
    person_id: PersonID | None = None,
    reception_id: ReceptionID | None = None,
    consultant_id: ConsultantID | None,
    discount_approved_by: Approver | None = None,
    actor: Actor,
    at: Instant,
) -> SaleID:
    """Open a deal at a price (none: the list price) and prepare its card.

    Raises NotFound, Refused(CatalogueRefused.DISCOUNT, ABOVE_LIST, NOT_ON_SALE) and Refused(SaleRefused.CURRENCY).
    """
    policy = policy_on(session, actor.club, local_day(at, actor.club.zone))
    card_type = catalogue.get(session, actor.club.id, card_type_id)
    sale = _deal(
        card_type,
        price=price,
        kind=kind,
        policy=policy,
        approver=discount_approved_by,
        actor=actor,
        at=at,
    )
    sale.person_id = person_id or _person(session, reception_id, actor)
    sale.reception_id = reception_id
    sale.consultant_id = _seller(session, consultant_id, actor)
    if not sale.price_minor:
        sale.paid_at = at
    _write(session, sale, card_type, actor, at)
    if not sale.price_minor:
        complete(session, sale, actor=actor, at=at)
    return SaleID(sale.id)


def book_receipt(
    session: Session,
    *,
    sale_id: SaleID,
    amount: Money,
    method: Method,
    taken_by: ConsultantID | None = None,
    terminal_reference: str = "",
    event_id: str | None = None,
    actor: Actor,
    at: Instant,
    paid_at: Instant | None = None,
) -> PaymentID | None:
    """Take money that is here into a sale. None: this event was booked before.

    An online receipt booked by hand is received by whoever made the sale's last payment link.
    Raises NotFound and Refused(SaleRefused.ABOVE_PRICE, RECEIPT_AMOUNT, RECEIPT_IN_FUTURE, CURRENCY).
    """
    sale = lock_sale(session, actor.club.id, sale_id)
    if event_id is not None and not payments.is_new(session, actor.club.id, event_id, "receipt", at):
        return None
    paid_at = paid_at or at
    if at < paid_at:
        refuse(SaleRefused.RECEIPT_IN_FUTURE).or_raise()
    may_receive(amount, queries.balance_of(sale)).or_raise()
    if method is Method.ONLINE:
        link = payments.latest_link(session, sale_id)
        if link is not None and link.taken_by is not None:
            taken_by = ConsultantID(link.taken_by)
    is_first = sale.first_receipt_at is None
    count_receipt(sale, amount, paid_at)
    row = payments.receive(
        session,
        sale_id=sale_id,
        amount=amount,
        method=method,
        taken_by=taken_by,
        terminal_reference=terminal_reference,
        paid_at=paid_at,
        actor=actor,
        at=at,
    )
    receipt = Receipt.of(row, amount, paid_at)
    apply_receipt(session, sale, receipt, is_first=is_first, actor=actor, at=at)
    return receipt.payment_id


def sell_for_cash(
    session: Session,
    *,
    card_type: CardTypeView,
    price: Money | None,
    kind: SaleKind,
    method: Method = Method.CASH,
    buyer: Buyer,
    seller: Seller | None,
    terminal_reference: str = "",
    actor: Actor,
    at: Instant,
) -> Sold:
    """Open a sale, book all its money and start its card, in one go: `open_sale` and `book_receipt` together.

    The caller has read card type, buyer and seller in this club; whoever books is no receiver (AMB-64).
    Raises as those two do.
    """
    policy = policy_on(session, actor.club, local_day(at, actor.club.zone))
    sale = _deal(card_type, price=price, kind=kind, policy=policy, approver=None, actor=actor, at=at)
    sale.person_id, sale.reception_id = buyer.person_id, buyer.reception_id
    sale.consultant_id = seller.id if seller else None
    balance = queries.balance_of(sale)
    may_receive(balance.price, balance).or_raise()
    count_receipt(sale, balance.price, at)  # before the row is written: one INSERT, no UPDATE
    _write(session, sale, card_type, actor, at)
    row = payments.receive(
        session,
        sale_id=SaleID(sale.id),
        amount=balance.price,
        method=method,
        taken_by=None,
        terminal_reference=terminal_reference,
        paid_at=at,
        actor=actor,
        at=at,
    )
    receipt = Receipt.of(row, balance.price, at)
    known = Known(
        policy=policy,
        buyer_is_member=buyer.is_member,
        names={seller.id: seller.name} if seller else {},
    )
    apply_receipt(session, sale, receipt, is_first=True, known=known, actor=actor, at=at)
    return Sold(sale_id=SaleID(sale.id), sale=sale.public_id, payment=row.public_id)


def _deal(
    card_type: CardTypeView,
    *,
    price: Money | None,
    kind: SaleKind,
    policy: Policy,
    approver: Approver | None,
    actor: Actor,
    at: Instant,
) -> SaleRow:
    """A sale's row, decided and not yet written."""
    if not card_type.on_sale:
        refuse(CatalogueRefused.NOT_ON_SALE, name=card_type.name).or_raise()
    asked = card_type.price if price is None else price
    if asked is None:
        refuse(SaleRefused.PRICE_NEEDED, name=card_type.name).or_raise()
    if asked.currency != card_type.currency or asked.minor < 0:
        refuse(SaleRefused.CURRENCY, currency=card_type.currency).or_raise()
    facts = PriceFacts(
        price=asked,
        list_price=card_type.price,
        floor_price=card_type.floor_price,
        no_discount=card_type.no_discount,
        seller_roles=actor.roles,
        approver_roles=approver.roles if approver else frozenset(),
    )
    may_sell_at(facts, policy.read("discount", DiscountPolicy)).or_raise()
    return SaleRow(
        club_id=actor.club.id,
        card_type_id=card_type.id,
        card_type_name=card_type.name,
        card_type_name_en=card_type.name_en,
        kind=kind.value,
        currency=card_type.currency,
        list_price_minor=None if card_type.price is None else card_type.price.minor,
        price_minor=asked.minor,
        person_id=None,
        reception_id=None,
        consultant_id=None,
        discount_approved_by=approver.account_id if approver else None,
        opened_at=at,
        opened_by=actor.account_id,
        policy_version_id=policy.version_id,
    )


def _write(session: Session, sale: SaleRow, card_type: CardTypeView, actor: Actor, at: Instant) -> None:
    session.add(sale)
    session.flush()
    person_id = None if sale.person_id is None else PersonID(sale.person_id)
    if makes_card(SaleKind(sale.kind), card_type.kind):
        cards.prepare(
            session, sale_id=SaleID(sale.id), card_type=card_type, person_id=person_id, actor=actor, at=at
        )
    event = SaleOpened(
        SaleID(sale.id),
        card_type.id,
        sale.kind,
        audit.money_fact(queries.balance_of(sale).price),
        "" if card_type.price is None else audit.money_fact(card_type.price),
        person_id,
        None if sale.consultant_id is None else ConsultantID(sale.consultant_id),
        None if sale.discount_approved_by is None else AccountID(sale.discount_approved_by),
    )
    audit.record(session, event, actor=actor, at=at)


def _person(session: Session, reception_id: ReceptionID | None, actor: Actor) -> PersonID | None:
    if reception_id is None:
        return None
    return queries.person_of_reception(session, actor.club.id, reception_id)


def _seller(session: Session, consultant_id: ConsultantID | None, actor: Actor) -> ConsultantID | None:
    if consultant_id is None or consultant_id == actor.consultant_id:
        return consultant_id
    return profiles.get(session, actor.club.id, consultant_id).id
