"""The register of contracts and how they are performed (RPT-08): by month, quarter or year."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.clock import day_start, month_of, next_month
from clubsales.ids import ConsultantID, ContractID, SaleID
from clubsales.membership.contracts.beside import INSTALMENT, PROMISE
from clubsales.membership.contracts.queries import ALL, CONTRACT, ContractView, view_of
from clubsales.membership.contracts.rules import KEPT
from clubsales.money import Money

MONTHS_OF_QUARTER, MONTHS_OF_YEAR = 3, 12


class Span(StrEnum):
    """How long a period of the register is."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Period:
    """Club-local days, the first inclusive, `until` not."""

    span: Span
    first: date
    until: date

    @classmethod
    def around(cls, day: date, span: Span) -> "Period":
        """The month, quarter or year that a day lies in."""
        if span is Span.YEAR:
            first, months = date(day.year, 1, 1), MONTHS_OF_YEAR
        elif span is Span.QUARTER:
            first = date(day.year, (day.month - 1) // MONTHS_OF_QUARTER * MONTHS_OF_QUARTER + 1, 1)
            months = MONTHS_OF_QUARTER
        else:
            first, months = month_of(day), 1
        until = first
        for _each in range(months):
            until = next_month(until)
        return cls(span, first, until)

    @property
    def before(self) -> "Period":
        """The one before."""
        return Period.around(self.first - timedelta(days=1), self.span)

    @property
    def after(self) -> "Period":
        """The one after."""
        return Period.around(self.until, self.span)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A contract in the register: its money, what is due next, and the promises that are still open."""

    contract: ContractView
    due_on: date | None  # of the next instalment that is not paid; none: nothing is agreed
    is_overdue: bool
    promises_open: int
    is_cooling_off: bool

    @property
    def owed(self) -> Money:
        """What is still to come in."""
        return owed(self.contract)


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """The contracts signed in a period, the latest first, and what they add up to."""

    period: Period
    entries: Sequence[Entry]
    price: Money
    received: Money
    refunded: Money
    outstanding: Money
    promises_open: int


def register(
    session: Session,
    club: Club,
    period: Period,
    *,
    today: date,
    consultant_id: ConsultantID | None = None,
) -> Register:
    """The register of a period; where asked, of one consultant's contracts."""
    statement = ALL.where(
        CONTRACT.c.club_id == club.id,
        CONTRACT.c.state.in_(KEPT),
        CONTRACT.c.signed_at >= day_start(period.first, club.zone),
        CONTRACT.c.signed_at < day_start(period.until, club.zone),
    )
    if consultant_id is not None:
        statement = statement.where(CONTRACT.c.consultant_id == consultant_id)
    rows = session.execute(statement.order_by(CONTRACT.c.signed_at.desc(), CONTRACT.c.id.desc()))
    contracts = [view_of(row) for row in rows]
    plans = _plans(session, [each.sale_id for each in contracts])
    still_open = _open_promises(session, [each.id for each in contracts])
    entries = [
        _entry(each, plans.get(each.sale_id, []), still_open.get(each.id, 0), today) for each in contracts
    ]
    nothing = Money.zero(club.currency)
    return Register(
        period=period,
        entries=entries,
        price=sum((each.price for each in contracts), nothing),
        received=sum((each.received for each in contracts), nothing),
        refunded=sum((each.refunded for each in contracts), nothing),
        outstanding=sum((owed(each) for each in contracts), nothing),
        promises_open=sum(each.promises_open for each in entries),
    )


def next_due(plan: Sequence[tuple[date, int]], received: int) -> date | None:
    """The day of the first instalment that what was received does not cover; amounts in minor units."""
    covered = 0
    for due_on, amount in plan:
        covered += amount
        if received < covered:
            return due_on
    return None


def owed(contract: ContractView) -> Money:
    """What is still to come in; of a sale that is over nothing is."""
    return Money.zero(contract.price.currency) if contract.is_over else contract.outstanding


def _entry(contract: ContractView, plan: Sequence[tuple[date, int]], promises: int, today: date) -> Entry:
    due_on = next_due(plan, contract.received.minor) if owed(contract) else None
    until = contract.cooling_off_until
    return Entry(
        contract=contract,
        due_on=due_on,
        is_overdue=due_on is not None and due_on < today,
        promises_open=promises,
        is_cooling_off=until is not None and today <= until and not contract.is_over,
    )


def _plans(session: Session, sales: Sequence[SaleID]) -> dict[SaleID, list[tuple[date, int]]]:
    found: dict[SaleID, list[tuple[date, int]]] = {}
    if not sales:
        return found
    rows = session.execute(
        sa.select(INSTALMENT.c.sale_id, INSTALMENT.c.due_on, INSTALMENT.c.amount_minor)
        .where(INSTALMENT.c.sale_id.in_(sales), INSTALMENT.c.superseded_at.is_(None))
        .order_by(INSTALMENT.c.sale_id, INSTALMENT.c.position)
    )
    for row in rows:
        found.setdefault(SaleID(row.sale_id), []).append((row.due_on, row.amount_minor))
    return found


def _open_promises(session: Session, contracts: Sequence[ContractID]) -> dict[ContractID, int]:
    if not contracts:
        return {}
    rows = session.execute(
        sa.select(PROMISE.c.contract_id, sa.func.count())
        .where(PROMISE.c.contract_id.in_(contracts), PROMISE.c.kept_at.is_(None))
        .group_by(PROMISE.c.contract_id)
    )
    return {ContractID(contract_id): count for contract_id, count in rows}
