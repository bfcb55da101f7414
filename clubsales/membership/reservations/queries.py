"""Reading reservations, their copies and the ledger of deposits."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.auth.rules import may_be_public_id
from clubsales.auth.tables import ACCOUNT
from clubsales.clock import Instant, day_start, local_day, next_month
from clubsales.consultants.profiles.tables import CONSULTANT
from clubsales.db import table_of
from clubsales.errors import NotFound, Reason
from clubsales.ids import (
    AccountID,
    CardTypeID,
    ClubID,
    ConsultantID,
    PersonID,
    PolicyVersionID,
    ReservationID,
    SaleID,
)
from clubsales.membership.approvals.rules import Form
from clubsales.membership.payments.models import PaymentRow
from clubsales.membership.payments.rules import Method
from clubsales.membership.reservations.models import PaperCopyRow, ReservationRow
from clubsales.membership.reservations.rules import State, why_from, why_until
from clubsales.membership.sales.models import SaleRow
from clubsales.membership.sales.rules import Balance
from clubsales.money import Currency, Money

RESERVATION, COPY = table_of(ReservationRow), table_of(PaperCopyRow)
SALE, PAYMENT = table_of(SaleRow), table_of(PaymentRow)
person = sa.table("person", *(sa.column(name) for name in ("id", "public_id", "name")))
FILER, CONSENTER, ENDER = (ACCOUNT.alias(name) for name in ("filer", "consenter", "ender"))
OPEN = (State.ASKED, State.APPROVED, State.HELD, State.WITHDRAWING)
MOST_ENDED = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ReservationView:
    """A reservation as it stands."""

    id: ReservationID
    public_id: str
    sale_id: SaleID
    sale_public_id: str
    card_type_id: CardTypeID
    title: str
    title_en: str
    person_id: PersonID | None
    buyer: str
    consultant_id: ConsultantID | None
    consultant_account: AccountID | None
    consultant: str
    state: State
    round: int
    number: int | None
    deposit: Money  # agreed
    balance: Balance
    note: str
    filed_at: Instant
    filed_by: AccountID | None
    filed_by_name: str
    held_at: Instant | None
    valid_until: date | None
    lapsed_at: Instant | None
    consented_at: Instant | None
    consented_by_name: str
    payout_from: date | None
    signature: str
    ended_at: Instant | None
    ended_by_name: str
    end_reason: str
    policy_version_id: PolicyVersionID  # it was filed under

    def title_in(self, language: str) -> str:
        """What is reserved, in a language."""
        return self.title_en if language.startswith("en") and self.title_en else self.title

    @property
    def waits_for_consent(self) -> bool:
        """Whether a manager has to agree to a withdrawal."""
        return self.state is State.WITHDRAWING and self.consented_at is None

    @property
    def waits_for_payout(self) -> bool:
        """Whether finance has to give the deposit back."""
        return self.state is State.WITHDRAWING and self.consented_at is not None

    @property
    def waits_for_decision(self) -> bool:
        """Whether a manager has to decide about a lapsed deposit."""
        return self.state is State.LAPSED and self.ended_at is None

    def why_until(self, club: Club) -> Reason | None:
        """Why it lapses when it does."""
        if self.held_at is None or self.valid_until is None:
            return None
        return why_until(local_day(self.held_at, club.zone), self.valid_until)

    def why_payout(self, club: Club) -> Reason | None:
        """Why its deposit is paid out from a day on."""
        if self.consented_at is None or self.payout_from is None:
            return None
        return why_from(local_day(self.consented_at, club.zone), self.payout_from)


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyView:
    """A copy of the agreement."""

    copy: int
    holder: str
    handed_at: Instant | None
    back_at: Instant | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine:
    """A line of the ledger of deposits (RCV-01): the receipt, and what is remarked beside it."""

    reservation: ReservationView
    amount: Money
    refunded: Money
    method: Method
    paid_at: Instant


def by_public_id(session: Session, club_id: ClubID, public_id: str) -> ReservationView:
    """A reservation of the club; raises NotFound."""
    if not may_be_public_id(public_id):
        raise NotFound
    row = session.execute(_all(club_id).where(RESERVATION.c.public_id == public_id)).one_or_none()
    if row is None:
        raise NotFound
    return _view(row)


def of_sale(session: Session, club_id: ClubID, sale_id: SaleID) -> ReservationView | None:
    """The reservation that a sale came from, if any."""
    row = session.execute(_all(club_id).where(RESERVATION.c.sale_id == sale_id)).one_or_none()
    return None if row is None else _view(row)


def open_ones(
    session: Session, club_id: ClubID, *, consultant_id: ConsultantID | None = None
) -> list[ReservationView]:
    """What somebody still waits for, the oldest form first; of one consultant where asked."""
    waits = sa.or_(
        RESERVATION.c.state.in_([state.value for state in OPEN]),
        sa.and_(RESERVATION.c.state == State.LAPSED.value, RESERVATION.c.ended_at.is_(None)),
        RESERVATION.c.state == State.REFUSED.value,
    )
    statement = _all(club_id).where(waits).order_by(RESERVATION.c.filed_at, RESERVATION.c.id)
    return _of_consultant(session, statement, consultant_id)


def ended_ones(
    session: Session, club_id: ClubID, *, consultant_id: ConsultantID | None = None
) -> list[ReservationView]:
    """The last that are over, the latest first; of one consultant where asked."""
    statement = (
        _all(club_id)
        .where(RESERVATION.c.ended_at.is_not(None))
        .order_by(RESERVATION.c.ended_at.desc(), RESERVATION.c.id.desc())
        .limit(MOST_ENDED)
    )
    return _of_consultant(session, statement, consultant_id)


def copies(session: Session, reservation_id: ReservationID) -> list[CopyView]:
    """The copies of its agreement, by number."""
    rows = session.execute(
        sa.select(COPY.c.copy, COPY.c.holder, COPY.c.handed_at, COPY.c.back_at)
        .where(COPY.c.form == Form.RESERVATION.value, COPY.c.form_id == reservation_id)
        .order_by(COPY.c.copy)
    )
    return [CopyView(copy=r.copy, holder=r.holder, handed_at=r.handed_at, back_at=r.back_at) for r in rows]


def ledger(session: Session, club: Club, month: date) -> list[LedgerLine]:
    """The deposits taken in a month of the club's, by number."""
    statement = (
        _all(club.id)
        .join(PAYMENT, sa.and_(PAYMENT.c.sale_id == SALE.c.id, PAYMENT.c.is_deposit))
        .add_columns(
            PAYMENT.c.amount_minor.label("paid_minor"),
            PAYMENT.c.refunded_minor.label("paid_back_minor"),
            PAYMENT.c.method,
            PAYMENT.c.paid_at,
        )
        .where(
            RESERVATION.c.held_at >= day_start(month, club.zone),
            RESERVATION.c.held_at < day_start(next_month(month), club.zone),
        )
        .order_by(RESERVATION.c.number)
    )
    return [
        LedgerLine(
            reservation=_view(row),
            amount=Money(row.paid_minor, Currency(row.currency)),
            refunded=Money(row.paid_back_minor, Currency(row.currency)),
            method=Method(row.method),
            paid_at=row.paid_at,
        )
        for row in session.execute(statement)
    ]


def to_tend(session: Session, club: Club, at: Instant) -> list[str]:
    """The public ids of those that money or time may have moved on."""
    today = local_day(at, club.zone)
    statement = (
        sa.select(RESERVATION.c.public_id)
        .join_from(RESERVATION, SALE, SALE.c.id == RESERVATION.c.sale_id)
        .where(
            RESERVATION.c.club_id == club.id,
            RESERVATION.c.state.in_([state.value for state in OPEN]),
            RESERVATION.c.consented_at.is_(None),
            sa.or_(
                SALE.c.received_minor == SALE.c.price_minor,
                RESERVATION.c.valid_until < today,
                sa.and_(
                    RESERVATION.c.state == State.APPROVED.value,
                    RESERVATION.c.deposit_minor <= SALE.c.received_minor,
                ),
                sa.and_(
                    RESERVATION.c.held_at.is_(None),
                    SALE.c.received_minor == 0,
                    RESERVATION.c.filed_at < day_start(today, club.zone),
                ),
            ),
        )
        .order_by(RESERVATION.c.id)
    )
    return list(session.scalars(statement))


def _all(club_id: ClubID) -> sa.Select[Any]:
    columns = [column for column in RESERVATION.c if column.name not in ("currency",)]
    return (
        sa.select(
            *columns,
            SALE.c.public_id.label("sale_public_id"),
            SALE.c.card_type_name,
            SALE.c.card_type_name_en,
            SALE.c.person_id,
            SALE.c.currency,
            SALE.c.price_minor,
            SALE.c.received_minor,
            SALE.c.refunded_minor,
            person.c.name.label("buyer"),
            CONSULTANT.c.account_id.label("consultant_account"),
            CONSULTANT.c.name.label("consultant_name"),
            FILER.c.name.label("filed_by_name"),
            CONSENTER.c.name.label("consented_by_name"),
            ENDER.c.name.label("ended_by_name"),
        )
        .join_from(RESERVATION, SALE, SALE.c.id == RESERVATION.c.sale_id)
        .outerjoin(person, person.c.id == SALE.c.person_id)
        .outerjoin(CONSULTANT, CONSULTANT.c.id == RESERVATION.c.consultant_id)
        .outerjoin(FILER, FILER.c.id == RESERVATION.c.filed_by)
        .outerjoin(CONSENTER, CONSENTER.c.id == RESERVATION.c.consented_by)
        .outerjoin(ENDER, ENDER.c.id == RESERVATION.c.ended_by)
        .where(RESERVATION.c.club_id == club_id)
    )


def _of_consultant(
    session: Session, statement: sa.Select[Any], consultant_id: ConsultantID | None
) -> list[ReservationView]:
    if consultant_id is not None:
        statement = statement.where(RESERVATION.c.consultant_id == consultant_id)
    return [_view(row) for row in session.execute(statement)]


def _view(row: sa.Row[Any]) -> ReservationView:
    currency = Currency(row.currency)
    return ReservationView(
        id=ReservationID(row.id),
        public_id=row.public_id,
        sale_id=SaleID(row.sale_id),
        sale_public_id=row.sale_public_id,
        card_type_id=CardTypeID(row.card_type_id),
        title=row.card_type_name,
        title_en=row.card_type_name_en,
        person_id=row.person_id,
        buyer=row.buyer or "",
        consultant_id=row.consultant_id,
        consultant_account=row.consultant_account,
        consultant=row.consultant_name or "",
        state=State(row.state),
        round=row.round,
        number=row.number,
        deposit=Money(row.deposit_minor, currency),
        balance=Balance(
            price=Money(row.price_minor, currency),
            received=Money(row.received_minor, currency),
            refunded=Money(row.refunded_minor, currency),
        ),
        note=row.note,
        filed_at=row.filed_at,
        filed_by=row.filed_by,
        filed_by_name=row.filed_by_name or "",
        held_at=row.held_at,
        valid_until=row.valid_until,
        lapsed_at=row.lapsed_at,
        consented_at=row.consented_at,
        consented_by_name=row.consented_by_name or "",
        payout_from=row.payout_from,
        signature=row.signature,
        ended_at=row.ended_at,
        ended_by_name=row.ended_by_name or "",
        end_reason=row.end_reason,
        policy_version_id=PolicyVersionID(row.policy_version_id),
    )
