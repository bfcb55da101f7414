"""Reserving: file the form, have it approved in order, hold it by a deposit; what comes after is in `endings`."""

from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.clock import Instant, local_day
from clubsales.ids import (
    CardTypeID,
    ConsultantID,
    PersonID,
    PolicyVersionID,
    ReceptionID,
    ReservationID,
    SaleID,
)
from clubsales.leads.people import queries as people
from clubsales.membership.approvals import operations as approvals
from clubsales.membership.approvals.rules import Asked, ChainState, Form
from clubsales.membership.catalogue import queries as card_types
from clubsales.membership.catalogue.rules import CardKind
from clubsales.membership.payments.rules import Method
from clubsales.membership.reservations.endings import (
    ask_withdrawal,
    consent,
    copies_back,
    decide_lapsed,
    pay_out,
    take_back,
    tend,
)
from clubsales.membership.reservations.events import ReservationFiled
from clubsales.membership.reservations.keeping import (
    close,
    consultant_account,
    give_place_back,
    hold,
    locked,
    may_act,
    move,
    policy_of,
    sale_of,
)
from clubsales.membership.reservations.models import ReservationRow
from clubsales.membership.reservations.rules import (
    ReservationPolicy,
    State,
    least_deposit,
    may_be_deposit,
    may_file,
    may_hold,
    must_be,
    of_currency,
)
from clubsales.membership.sales import operations as sales
from clubsales.membership.sales import queries as sale_queries
from clubsales.membership.sales.baskets import LineWish
from clubsales.membership.sales.closing import has_places, hold_places
from clubsales.membership.sales.operations import StartedPayment
from clubsales.membership.sales.rules import ClosedAs, SaleKind
from clubsales.money import Money
from clubsales.policies import policy_on
from clubsales.typed import free_text

__all__ = [
    "answer",
    "ask_withdrawal",
    "consent",
    "copies_back",
    "decide_lapsed",
    "file",
    "file_again",
    "link_deposit",
    "pay_out",
    "take_back",
    "take_deposit",
    "tend",
]


def file(
    session: Session,
    *,
    card_type_id: CardTypeID,
    price: Money | None = None,
    deposit: Money | None = None,
    kind: SaleKind = SaleKind.NEW,
    person_id: PersonID | None,
    reception_id: ReceptionID | None = None,
    consultant_id: ConsultantID | None,
    note: str = "",
    charges_shown: bool,
    actor: Actor,
    at: Instant,
) -> str:
    """Fill in the reservation form (RSV-01): a sale without money, and of a limited offer a place; its public id.

    No `price`: what anybody may sell it at. No `deposit`: the least there is. Where nobody is asked it is approved at once.
    Raises NotFound, Refused(ReservationRefused.*), Refused(CatalogueRefused.SOLD_OUT) and what opening a sale raises.
    """
    today = local_day(at, actor.club.zone)
    policy = policy_on(session, actor.club, today)
    rules = policy.read("reservation", ReservationPolicy)
    card_type = card_types.get(session, actor.club.id, card_type_id, day=today)
    may_file(
        is_goods=card_type.kind is CardKind.GOODS,
        has_buyer=_is_known(session, person_id, actor),
        charges_shown=charges_shown,
    ).or_raise()
    sale_id = sales.open_deal(
        session,
        lines=[LineWish(card_type=card_type.public_id, price=price)],
        kind=kind,
        person_id=person_id,
        reception_id=reception_id,
        consultant_id=consultant_id,
        known={card_type.public_id: card_type},
        actor=actor,
        at=at,
    )
    asked = sale_queries.get(session, actor.club.id, sale_id).balance.price
    least, _reason = least_deposit(rules, of_card_type=card_type.deposit, price=asked)
    agreed = least if deposit is None else deposit
    may_hold(agreed, least=least, price=asked).or_raise()
    row = ReservationRow(
        club_id=actor.club.id,
        sale_id=sale_id,
        card_type_id=card_type_id,
        consultant_id=consultant_id,
        state=State.ASKED.value,
        takes_place=has_places(session, sale_id),
        deposit_minor=agreed.minor,
        currency=agreed.currency,
        note=free_text(note),
        charges_shown=charges_shown,
        filed_at=at,
        filed_by=actor.account_id,
        policy_version_id=policy.version_id,
    )
    session.add(row)
    session.flush()
    _begin(session, row, rules, actor=actor, at=at)
    return row.public_id


def file_again(
    session: Session, *, public_id: str, deposit: Money, note: str, actor: Actor, at: Instant
) -> None:
    """Rewrite a form after a no and ask anew, from the first step; of a limited offer it takes a place again.

    Raises NotFound, Refused(ReservationRefused.STATE, DEPOSIT, DEPOSIT_ABOVE, NOT_YOURS) and
    Refused(CatalogueRefused.SOLD_OUT).
    """
    row = locked(session, public_id, actor)
    may_act(row, actor).or_raise()
    must_be(State(row.state), State.REFUSED).or_raise()
    today = local_day(at, actor.club.zone)
    policy = policy_on(session, actor.club, today)
    rules = policy.read("reservation", ReservationPolicy)
    card_type = card_types.get(session, actor.club.id, CardTypeID(row.card_type_id), day=today)
    sale = sale_of(session, row, actor)
    balance = sale_queries.balance_of(sale)
    least, _reason = least_deposit(rules, of_card_type=card_type.deposit, price=balance.price)
    may_be_deposit(deposit, least=least, outstanding=balance.outstanding).or_raise()
    row.takes_place = hold_places(session, sale_id=SaleID(sale.id), actor=actor)
    sale.closed_at, sale.closed_as = None, ""
    row.round += 1
    row.deposit_minor, row.note = deposit.minor, free_text(note)
    row.filed_at, row.filed_by, row.policy_version_id = at, actor.account_id, policy.version_id
    move(session, row, State.ASKED, actor=actor, at=at)
    _begin(session, row, rules, actor=actor, at=at)


def answer(
    session: Session, *, public_id: str, approved: bool, reason: str = "", actor: Actor, at: Instant
) -> ChainState:
    """Say yes or no when it is one's turn (RSV-01, AMB-58); a no closes the sale and gives the place back.

    Raises NotFound, Refused(ApprovalRefused.*) and Refused(ReservationRefused.STATE).
    """
    row = locked(session, public_id, actor)
    must_be(State(row.state), State.ASKED).or_raise()
    asked = _asked(session, row, policy_of(session, row), actor)
    state = approvals.answer(session, asked=asked, approved=approved, reason=reason, actor=actor, at=at)
    if state.refused:
        close(session, sale_of(session, row, actor), ClosedAs.GIVEN_UP, actor=actor, at=at)
        move(session, row, State.REFUSED, actor=actor, at=at)
        give_place_back(session, row, actor=actor)
    elif state.done:
        _approve(session, row, actor=actor, at=at)
    return state


def take_deposit(
    session: Session,
    *,
    public_id: str,
    amount: Money,
    method: Method,
    terminal_reference: str = "",
    actor: Actor,
    at: Instant,
) -> None:
    """Take the deposit (RSV-02): the sale's first receipt, and its line in the ledger of deposits (RCV-01).

    Raises NotFound, Refused(ReservationRefused.STATE, NOT_APPROVED, DEPOSIT) and what booking a receipt raises.
    """
    row = locked(session, public_id, actor)
    must_be(State(row.state), State.APPROVED).or_raise()
    sale = sale_of(session, row, actor)
    agreed = of_currency(row.deposit_minor, row.currency)
    outstanding = sale_queries.balance_of(sale).outstanding
    may_be_deposit(amount, least=agreed, outstanding=outstanding).or_raise()
    sales.book_receipt(
        session,
        sale_id=SaleID(sale.id),
        amount=amount,
        method=method,
        terminal_reference=terminal_reference,
        actor=actor,
        at=at,
    )
    hold(session, row, sale, actor=actor, at=at)


def link_deposit(session: Session, *, public_id: str, actor: Actor, at: Instant) -> StartedPayment:
    """Make the link by which the guest pays the deposit; it holds the reservation as soon as it is paid.

    Raises NotFound, Refused(ReservationRefused.STATE, NOT_APPROVED) and what a payment link raises.
    """
    row = locked(session, public_id, actor)
    must_be(State(row.state), State.APPROVED).or_raise()
    deposit = of_currency(row.deposit_minor, row.currency)
    return sales.start_online_payment(
        session, sale_id=SaleID(row.sale_id), amount=deposit, actor=actor, at=at
    )


def _begin(
    session: Session, row: ReservationRow, rules: ReservationPolicy, *, actor: Actor, at: Instant
) -> None:
    """Leave the trace of the form, and approve it at once where nobody is to be asked."""
    filed = ReservationFiled(
        ReservationID(row.id),
        SaleID(row.sale_id),
        CardTypeID(row.card_type_id),
        row.round,
        audit.money_fact(of_currency(row.deposit_minor, row.currency)),
        row.takes_place,
    )
    audit.record(session, filed, actor=actor, at=at)
    state = approvals.begin(session, asked=_asked(session, row, rules, actor), actor=actor, at=at)
    if state.done:
        _approve(session, row, actor=actor, at=at)


def _approve(session: Session, row: ReservationRow, *, actor: Actor, at: Instant) -> None:
    move(session, row, State.APPROVED, actor=actor, at=at)


def _is_known(session: Session, person_id: PersonID | None, actor: Actor) -> bool:
    """Real contact data (RSV-03): a name and a phone."""
    if person_id is None:
        return False
    known = people.get(session, actor.club.organisation_id, person_id)
    return bool(known.name) and known.e164 is not None


def _asked(session: Session, row: ReservationRow, rules: ReservationPolicy, actor: Actor) -> Asked:
    return Asked(
        form=Form.RESERVATION,
        form_id=row.id,
        public_id=row.public_id,
        round=row.round,
        chain=rules.approvals,
        policy_version_id=PolicyVersionID(row.policy_version_id),
        filed_by=row.filed_by,
        consultant_account=consultant_account(session, row, actor),
    )
