"""The lines of a month's statements, a line for each posting, written by the database: one INSERT ... SELECT.

Running totals of exact weights are rounded half-up; a line is the difference to the one before. `lines.lines_of` says the same
in plain Python, and a test compares them. PostgreSQL reckons in numeric; SQLite by two functions of ours, for its
integers are too short.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.clock import local_day
from clubsales.consultants.statements.lines import Scale, difference_of
from clubsales.consultants.statements.models import StatementLineRow
from clubsales.consultants.statements.tables import card_type, posting, sale
from clubsales.db import table_of
from clubsales.ids import ConsultantID
from clubsales.money import half_up

LINE = table_of(StatementLineRow)
RENEWAL = "renewal"  # sale.kind
COLUMNS = (
    "statement_id",
    "posting_id",
    "credit_minor",
    "rate_bp",
    "factor_bp",
    "commission_minor",
    "payable_on",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """A statement whose lines are to be written."""

    statement_id: int
    consultant_id: ConsultantID
    scale: Scale
    brought_minor: int
    commission_minor: int
    exact_numerator: int  # of the whole commission before rounding, over the scale's denominator
    payable_days: int
    without_fee: bool


def write_lines(session: Session, club: Club, month: date, owed: Sequence[Owed], *, last_day: date) -> None:
    """Write what each posting of a month earned; before them what was brought, after them what a cap took."""
    if not owed:
        return
    postgresql = session.get_bind().dialect.name == "postgresql"
    if not postgresql:
        _teach(session, club.zone)
    _write_plain(session, [_brought(each, last_day) for each in owed if each.brought_minor])
    for without_fee in (False, True):
        group = [each for each in owed if each.without_fee is without_fee and each.scale.classes]
        if group:
            session.execute(_insertion(club, month, group, postgresql=postgresql, without_fee=without_fee))
    _write_plain(session, [line for each in owed if (line := _difference(each, last_day)) is not None])


def _write_plain(session: Session, rows: list[dict[str, Any]]) -> None:
    if rows:
        session.execute(sa.insert(LINE), rows)


def _brought(each: Owed, last_day: date) -> dict[str, Any]:
    brought = each.scale.brought
    booked = half_up(each.brought_minor * brought.numerator, each.scale.denominator)
    values = (
        each.statement_id,
        None,
        each.brought_minor,
        brought.rate_bp,
        brought.factor_bp,
        booked,
        last_day,
    )
    return dict(zip(COLUMNS, values, strict=True))


def _difference(each: Owed, last_day: date) -> dict[str, Any] | None:
    rest = difference_of(each.scale, each.exact_numerator, each.commission_minor)
    values = (each.statement_id, None, 0, 0, 10_000, rest, last_day)
    return dict(zip(COLUMNS, values, strict=True)) if rest else None


def _insertion(
    club: Club, month: date, owed: Sequence[Owed], *, postgresql: bool, without_fee: bool
) -> sa.Insert:
    """The whole of it: postings with their class and weight, running totals, differences."""
    people, weights = _people(owed, postgresql=postgresql), _weights(owed, postgresql=postgresql)
    earned = (
        _net_of_fees(club, month, people, postgresql=postgresql) if without_fee else _credited(club, month)
    )
    of_person: dict[str, Any] = {"partition_by": earned.c.consultant_id, "order_by": earned.c.id}
    until: sa.ColumnElement[Any]
    if postgresql:
        total = sa.func.sum(earned.c.credit_minor * weights.c.numerator).over(**of_person)
        until = _floor_half_up(total + people.c.start, people.c.denominator)
    else:
        until = sa.func.clubsales_earned(
            earned.c.credit_minor, weights.c.numerator, people.c.start, people.c.denominator
        ).over(**of_person)
    running = (
        sa.select(
            people.c.statement_id,
            earned.c.consultant_id,
            earned.c.id,
            earned.c.credit_minor,
            weights.c.rate_bp,
            weights.c.factor_bp,
            people.c.booked,
            until.label("until"),
            _payable_on(club, earned.c, people.c.payable_days, postgresql=postgresql).label("payable_on"),
        )
        .join_from(earned, people, people.c.consultant_id == earned.c.consultant_id)
        .join(
            weights,
            sa.and_(
                weights.c.consultant_id == earned.c.consultant_id,
                weights.c.category == earned.c.category,
                weights.c.is_renewal == earned.c.is_renewal,
            ),
        )
        .subquery("running")
    )
    before = sa.func.lag(running.c.until).over(partition_by=running.c.consultant_id, order_by=running.c.id)
    lines = sa.select(
        running.c.statement_id,
        running.c.id,
        running.c.credit_minor,
        running.c.rate_bp,
        running.c.factor_bp,
        sa.cast(running.c.until - sa.func.coalesce(before, running.c.booked), sa.BigInteger),
        running.c.payable_on,
    ).order_by(running.c.consultant_id, running.c.id)
    return sa.insert(LINE).from_select(COLUMNS, lines)


def _credited(club: Club, month: date) -> sa.Subquery:
    """A month's postings with the class of their sale."""
    return (
        sa.select(
            posting.c.id,
            posting.c.consultant_id,
            posting.c.amount_minor.label("credit_minor"),
            posting.c.amount_minor,
            posting.c.at,
            card_type.c.kind.label("category"),
            _is_renewal().label("is_renewal"),
        )
        .join_from(posting, sale, sale.c.id == posting.c.sale_id)
        .join(card_type, card_type.c.id == sale.c.card_type_id)
        .where(posting.c.club_id == club.id, posting.c.month == month)
        .subquery("earned")
    )


def _net_of_fees(club: Club, month: date, people: sa.CTE, *, postgresql: bool) -> sa.Subquery:
    """The same without set-up fees: of what a holder has of a sale so far the fee's share is cut, over all months."""
    of_month = posting.alias("of_month")
    holding: dict[str, Any] = {
        "partition_by": (posting.c.sale_id, posting.c.consultant_id),
        "order_by": (posting.c.month, posting.c.id),
    }
    so_far = sa.func.sum(posting.c.amount_minor).over(**holding)
    price, fee = sale.c.price_minor, sale.c.set_up_fee_minor
    if postgresql:
        cut = _floor_half_up(sa.cast(so_far, sa.Numeric) * (price - fee), sa.cast(price, sa.Numeric))
    else:
        cut = sa.func.clubsales_half_up(so_far, price - fee, price)
    net = sa.case((sa.and_(fee > 0, fee <= price), cut), else_=so_far)
    holdings = (
        sa.select(
            posting.c.id,
            posting.c.sale_id,
            posting.c.consultant_id,
            posting.c.amount_minor,
            posting.c.at,
            posting.c.month,
            card_type.c.kind.label("category"),
            _is_renewal().label("is_renewal"),
            net.label("net"),
        )
        .join_from(posting, sale, sale.c.id == posting.c.sale_id)
        .join(card_type, card_type.c.id == sale.c.card_type_id)
        .where(
            posting.c.club_id == club.id,
            posting.c.month <= month,
            posting.c.consultant_id.in_(sa.select(people.c.consultant_id)),
            sa.exists().where(of_month.c.sale_id == posting.c.sale_id, of_month.c.month == month),
        )
        .subquery("holdings")
    )
    before = sa.func.lag(holdings.c.net).over(
        partition_by=(holdings.c.sale_id, holdings.c.consultant_id),
        order_by=(holdings.c.month, holdings.c.id),
    )
    parts = sa.select(
        holdings.c.id,
        holdings.c.consultant_id,
        holdings.c.amount_minor,
        holdings.c.at,
        holdings.c.month,
        holdings.c.category,
        holdings.c.is_renewal,
        sa.cast(holdings.c.net - sa.func.coalesce(before, 0), sa.BigInteger).label("credit_minor"),
    ).subquery("parts")
    return sa.select(parts).where(parts.c.month == month).subquery("earned")


def _is_renewal() -> sa.ColumnElement[int]:
    return sa.case((sale.c.kind == RENEWAL, 1), else_=0)


def _people(owed: Sequence[Owed], *, postgresql: bool) -> sa.CTE:
    """Whose lines are written; a start is what was brought weighs."""
    exact, whole = _exact(postgresql=postgresql)
    columns = (
        sa.column("consultant_id", sa.BigInteger),
        sa.column("statement_id", sa.BigInteger),
        sa.column("start", exact),
        sa.column("denominator", exact),
        sa.column("booked", sa.BigInteger),
        sa.column("payable_days", sa.Integer),
    )
    rows = []
    for each in owed:
        start = each.brought_minor * each.scale.brought.numerator
        rows.append(
            (
                each.consultant_id,
                each.statement_id,
                whole(start),
                whole(each.scale.denominator),
                half_up(start, each.scale.denominator),
                each.payable_days,
            )
        )
    return sa.values(*columns, name="given_people").data(rows).cte("people")


def _weights(owed: Sequence[Owed], *, postgresql: bool) -> sa.CTE:
    exact, whole = _exact(postgresql=postgresql)
    columns = (
        sa.column("consultant_id", sa.BigInteger),
        sa.column("category", sa.Text),
        sa.column("is_renewal", sa.Integer),
        sa.column("numerator", exact),
        sa.column("rate_bp", sa.BigInteger),
        sa.column("factor_bp", sa.BigInteger),
    )
    rows = [
        (
            each.consultant_id,
            sale_class.category,
            int(sale_class.is_renewal),
            whole(weight.numerator),
            weight.rate_bp,
            weight.factor_bp,
        )
        for each in owed
        for sale_class, weight in each.scale.classes.items()
    ]
    return sa.values(*columns, name="given_weights").data(rows).cte("weights")


def _exact(*, postgresql: bool) -> tuple[sa.types.TypeEngine[Any], Callable[[int], Decimal | str]]:
    """The type of whole numbers of any length, and how one is handed over."""
    return (sa.Numeric(), Decimal) if postgresql else (sa.Text(), str)


def _floor_half_up(
    numerator: sa.ColumnElement[Any], denominator: sa.ColumnElement[Any]
) -> sa.ColumnElement[Any]:
    """floor((2 n + d) / 2 d) in PostgreSQL's numeric; its div() cuts towards zero."""
    doubled = 2 * numerator + denominator
    return sa.func.div(
        doubled - sa.case((doubled < 0, 2 * denominator - 1), else_=0), 2 * denominator, type_=sa.Numeric
    )


def _payable_on(
    club: Club, of: Any, days: sa.ColumnElement[int], *, postgresql: bool
) -> sa.ColumnElement[Any]:
    """The club-local day of a posting, and so many days later for what came in."""
    waits = sa.case((of.amount_minor < 0, 0), else_=days)
    if postgresql:
        return sa.cast(sa.func.timezone(club.zone.key, of.at), sa.Date) + waits
    return sa.func.clubsales_day(of.at, waits, type_=sa.Text)


class _Earned:
    """SQLite: what a running total of credit times weight comes to, half-up. Weights are texts of any length."""

    def __init__(self) -> None:
        self._total = 0
        self._start, self._denominator = 0, 1

    def step(self, credit: int, numerator: str, start: str, denominator: str) -> None:
        self._total += credit * int(numerator)
        self._start, self._denominator = int(start), int(denominator)

    def inverse(self, credit: int, numerator: str, _start: str, _denominator: str) -> None:
        self._total -= credit * int(numerator)

    def value(self) -> int:
        return half_up(self._start + self._total, self._denominator)

    finalize = value


def _teach(session: Session, zone: ZoneInfo) -> None:
    """Give a connection of SQLite the functions it needs."""

    def day(at: str, days: int) -> str:
        instant = datetime.fromisoformat(at).replace(tzinfo=UTC)
        return (local_day(instant, zone) + timedelta(days=days)).isoformat()

    connection: Any = session.connection().connection.driver_connection
    connection.create_window_function("clubsales_earned", 4, _Earned)
    connection.create_function("clubsales_half_up", 3, _half_up_of, deterministic=True)
    connection.create_function("clubsales_day", 2, day, deterministic=True)


def _half_up_of(amount: int, part: int, whole: int) -> int:
    return half_up(amount * part, whole)
