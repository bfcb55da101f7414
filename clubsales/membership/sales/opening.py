"""Opening a deal: of one line or several, with its money at once or later."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor, Club
from clubsales.clock import Instant, local_day
from clubsales.consultants.profiles import queries as profiles
from clubsales.db import expect_rows
from clubsales.ids import (
    AccountID,
    CardTypeID,
    ConsultantID,
    DiscountRequestID,
    PaymentID,
    PersonID,
    ReceptionID,
    SaleID,
)
from clubsales.membership.cards.models import CardRow
from clubsales.membership.catalogue import queries as catalogue
from clubsales.membership.catalogue.card_types import CardTypeView
from clubsales.membership.discounts import operations as discounts
from clubsales.membership.discounts.rules import Approver
from clubsales.membership.payments import operations as payments
from clubsales.membership.payments.models import PaymentRow
from clubsales.membership.payments.rules import Method
from clubsales.membership.prepaid import queries as prepaid
from clubsales.membership.prepaid.rules import PrepaidLine
from clubsales.membership.sales import queries
from clubsales.membership.sales.baskets import Found, LineWish, numbered, price_of_one
from clubsales.membership.sales.deals import (
    NOTHING_KNOWN,
    Deal,
    find_lines,
    new_deal,
    take_places,
    trace_deal,
    write_deal,
)
from clubsales.membership.sales.events import SoldAtOnce
from clubsales.membership.sales.models import SaleRow
from clubsales.membership.sales.receipts import Known, Receipt, apply_receipt, complete, count_receipt
from clubsales.membership.sales.rules import SaleKind, may_receive
from clubsales.money import Money
from clubsales.policies import Policy, ask_policy_on, policy_on
from clubsales.prepared import Answer


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


def ask_ahead(session: Session, club: Club, today: date) -> Answer:
    """What every sale needs, asked together with what is asked next: the keys of its rows, and today's policy."""
    expect_rows(session, SaleRow, CardRow, PaymentRow)
    return ask_policy_on(session, club, today)


def open_deal(
    session: Session,
    *,
    lines: Sequence[LineWish],
    kind: SaleKind,
    person_id: PersonID | None = None,
    reception_id: ReceptionID | None = None,
    consultant_id: ConsultantID | None,
    discount_approved_by: Approver | None = None,
    known: Mapping[str, CardTypeView] = NOTHING_KNOWN,
    policy: Policy | None = None,
    actor: Actor,
    at: Instant,
) -> SaleID:
    """Open a deal of one or several lines, take what it needs of limited offers, and prepare its cards.

    Raises NotFound, Refused(CatalogueRefused.DISCOUNT, ABOVE_LIST, NOT_ON_SALE, SOLD_OUT), what a discount request and
    the legal guard refuse, and SaleRefused of lines, prices, gifts and starts.
    """
    today = local_day(at, actor.club.zone)
    policy = policy or policy_on(session, actor.club, today)
    found = find_lines(session, lines, kind=kind, actor=actor, today=today, known=known)
    buyer = Buyer(person_id=person_id or _person(session, reception_id, actor), reception_id=reception_id)
    request_id, granted_by = _granted(session, found, buyer, actor=actor, at=at)
    deal = new_deal(
        found,
        kind=kind,
        policy=policy,
        approver=discount_approved_by,
        granted_by=granted_by,
        actor=actor,
        at=at,
    )
    sale = deal.sale
    sale.person_id, sale.reception_id = buyer.person_id, buyer.reception_id
    sale.consultant_id = _seller(session, consultant_id, actor)
    _guard(session, deal, policy, actor, today)
    take_places(session, deal, actor=actor)
    if not sale.price_minor:
        sale.paid_at = at
    write_deal(session, deal, actor, at)
    if request_id is not None:
        discounts.mark_used(session, request_id=request_id, sale_id=SaleID(sale.id), actor=actor, at=at)
    trace_deal(session, deal, actor, at)
    if not sale.price_minor:
        complete(session, sale, actor=actor, at=at)
    return SaleID(sale.id)


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
    """Open a deal of one line at a price (none: what anybody may sell it at); raises as `open_deal` does."""
    card_type = catalogue.get(session, actor.club.id, card_type_id, day=local_day(at, actor.club.zone))
    return open_deal(
        session,
        lines=[LineWish(card_type=card_type.public_id, price=price, is_whole=True)],
        kind=kind,
        person_id=person_id,
        reception_id=reception_id,
        consultant_id=consultant_id,
        discount_approved_by=discount_approved_by,
        known={card_type.public_id: card_type},
        actor=actor,
        at=at,
    )


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
    """Sell one line at a price (none: what anybody may sell it at) for money that is here; raises as `sell_deal` does."""
    return sell_deal(
        session,
        lines=[LineWish(card_type=card_type.public_id, price=price)],
        kind=kind,
        method=method,
        buyer=buyer,
        seller=seller,
        terminal_reference=terminal_reference,
        known={card_type.public_id: card_type},
        actor=actor,
        at=at,
    )


def sell_deal(
    session: Session,
    *,
    lines: Sequence[LineWish],
    kind: SaleKind,
    method: Method = Method.CASH,
    buyer: Buyer,
    seller: Seller | None,
    terminal_reference: str = "",
    known: Mapping[str, CardTypeView] = NOTHING_KNOWN,
    policy: Policy | None = None,
    actor: Actor,
    at: Instant,
) -> Sold:
    """Open a deal, book all its money and start its cards, in one go: `open_deal` and `book_receipt` together.

    The caller has read the `known` card types, buyer and seller in this club, and perhaps the policy of today; whoever books is no receiver (AMB-64).
    Raises as those two do.
    """
    today = local_day(at, actor.club.zone)
    policy = policy or policy_on(session, actor.club, today)
    found = find_lines(session, lines, kind=kind, actor=actor, today=today, known=known)
    request_id, granted_by = _granted(session, found, buyer, actor=actor, at=at)
    deal = new_deal(found, kind=kind, policy=policy, approver=None, granted_by=granted_by, actor=actor, at=at)
    sale = deal.sale
    sale.person_id, sale.reception_id = buyer.person_id, buyer.reception_id
    sale.consultant_id = seller.id if seller else None
    balance = queries.balance_of(sale)
    may_receive(balance.price, balance).or_raise()
    _guard(session, deal, policy, actor, today)
    take_places(session, deal, actor=actor)
    count_receipt(sale, balance.price, at)  # before the row is written: one INSERT, no UPDATE
    started = write_deal(session, deal, actor, at, is_paid=True)
    if request_id is not None:
        discounts.mark_used(session, request_id=request_id, sale_id=SaleID(sale.id), actor=actor, at=at)
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
    already = Known(
        policy=policy,
        buyer_is_member=buyer.is_member,
        names={seller.id: seller.name} if seller else {},
        started_cards=started,
    )
    apply_receipt(session, sale, receipt, is_first=True, known=already, actor=actor)
    event = SoldAtOnce(
        SaleID(sale.id),
        CardTypeID(sale.card_type_id),
        sale.kind,
        audit.money_fact(balance.price),
        "" if deal.list_price is None else audit.money_fact(deal.list_price),
        buyer.person_id,
        seller.id if seller else None,
        PaymentID(row.id),
        method.value,
    )
    audit.record(session, event, actor=actor, at=at)
    return Sold(sale_id=SaleID(sale.id), sale=sale.public_id, payment=row.public_id)


def _granted(
    session: Session, found: Sequence[Found], buyer: Buyer, *, actor: Actor, at: Instant
) -> tuple[DiscountRequestID | None, AccountID | None]:
    """The discount request that the deal uses, and who granted its price; raises what `discounts.use` refuses."""
    for one in found:
        if one.wish.request:
            request_id, by = discounts.use(
                session,
                request_public_id=one.wish.request,
                card_type_id=one.card_type.id,
                price=price_of_one(one),
                person_id=buyer.person_id,
                reception_id=buyer.reception_id,
                actor=actor,
                at=at,
            )
            return request_id, by.account_id
    return None, None


def _guard(session: Session, deal: Deal, policy: Policy, actor: Actor, today: date) -> None:
    """What one buyer may have paid ahead, where a law says so."""
    lines = [
        PrepaidLine(
            kind=line.card_type.kind.value,
            are_sessions=line.card_type.are_sessions,
            amount_minor=line.price.minor,
            days=line.card_type.days,
            visits=line.card_type.visits,
            extra_days=line.extra_days,
            extra_visits=line.extra_visits,
        )
        for _, _, line in numbered(deal.lines)
        if line.makes_card
    ]
    person_id = None if deal.sale.person_id is None else PersonID(deal.sale.person_id)
    prepaid.guard(session, actor.club, person_id=person_id, lines=lines, policy=policy, day=today).or_raise()


def _person(session: Session, reception_id: ReceptionID | None, actor: Actor) -> PersonID | None:
    if reception_id is None:
        return None
    return queries.person_of_reception(session, actor.club.id, reception_id)


def _seller(session: Session, consultant_id: ConsultantID | None, actor: Actor) -> ConsultantID | None:
    if consultant_id is None or consultant_id == actor.consultant_id:
        return consultant_id
    return profiles.get(session, actor.club.id, consultant_id).id
