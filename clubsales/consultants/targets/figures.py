"""What was reached: by whom, in a month or a part of it, set-based; None among the keys is nobody's (the house)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.clock import Instant, day_start, month_of, next_month
from clubsales.consultants.credits.models import PostingRow
from clubsales.consultants.credits.rules import SaleLine, sales_won
from clubsales.consultants.targets.reaching import Activity
from clubsales.consultants.targets.rules import ONE_DAY, GoalKind
from clubsales.db import UtcDateTime
from clubsales.ids import ClubID

Figures = Mapping[int | None, int]

# Leads, sales and payments stand above, so their tables are known by their names.
SALE = sa.table(
    "sale",
    *(sa.column(name, sa.BigInteger) for name in ("id", "club_id", "consultant_id")),
    sa.column("kind", sa.String),
    sa.column("first_receipt_at", UtcDateTime()),
    sa.column("received_minor", sa.BigInteger),
    sa.column("refunded_minor", sa.BigInteger),
    sa.column("is_fee", sa.Boolean),
)
PAYMENT = sa.table(
    "payment",
    *(sa.column(name, sa.BigInteger) for name in ("id", "club_id", "sale_id", "amount_minor")),
    sa.column("status", sa.String),
    sa.column("paid_at", UtcDateTime()),
)
REFUND = sa.table(
    "refund",
    *(sa.column(name, sa.BigInteger) for name in ("id", "club_id", "sale_id", "amount_minor")),
    sa.column("status", sa.String),
    sa.column("settled_at", UtcDateTime()),
)
CONTACT = sa.table(
    "contact",
    *(sa.column(name, sa.BigInteger) for name in ("club_id", "corrects_id")),
    sa.column("channel", sa.String),
    sa.column("local_day", sa.Date),
)
APPOINTMENT = sa.table(
    "appointment", sa.column("club_id", sa.BigInteger), sa.column("made_at", UtcDateTime())
)
TOUCH = sa.table(
    "touch",
    sa.column("club_id", sa.BigInteger),
    sa.column("kind", sa.String),
    sa.column("local_day", sa.Date),
)
NEW, GOODS, SUCCEEDED, VISIT, CALL = "new", "goods", "succeeded", "visit", "call"


def reached(session: Session, club: Club, kind: GoalKind, first: date, last: date) -> Figures | None:
    """What came in from one club-local day to another of the same month; None of what no record says."""
    month = month_of(first)
    start, end = day_start(first, club.zone), day_start(last + ONE_DAY, club.zone)
    # A posting belongs to its month; what is dated before it came too late for one that was closed.
    since = start if first != month else None
    until = end if last + ONE_DAY != next_month(month) else None
    match kind:
        case GoalKind.SALES:
            return _sales(session, club.id, month, since, until)
        case GoalKind.CUSTOMERS:
            return _customers(session, club.id, month, since, until)
        case GoalKind.COLLECTIONS:
            return _collections(session, club.id, (start, end))
        case _:
            return None


def sales_of_months(session: Session, club_id: ClubID, months: Sequence[date]) -> dict[date, Figures]:
    """The net credit of some months, by whose it is."""
    rows = session.execute(
        sa.select(
            PostingRow.month, PostingRow.consultant_id, sa.func.sum(PostingRow.amount_minor).label("minor")
        )
        .where(PostingRow.club_id == club_id, PostingRow.month.in_(months))
        .group_by(PostingRow.month, PostingRow.consultant_id)
    )
    found: dict[date, dict[int | None, int]] = {month: {} for month in months}
    for row in rows:
        found[row.month][row.consultant_id] = int(row.minor)
    return dict(found)


def activity(session: Session, club: Club, first: date, last: date) -> Activity:
    """What the club did from one day to another: calls, appointments made, tours, sales that stand, what they brought."""
    start, end = day_start(first, club.zone), day_start(last + ONE_DAY, club.zone)
    sold = (
        SALE.c.club_id == club.id,
        SALE.c.kind != GOODS,
        SALE.c.first_receipt_at >= start,
        SALE.c.first_receipt_at < end,
        SALE.c.received_minor > SALE.c.refunded_minor,
    )
    paid = SALE.c.received_minor - SALE.c.refunded_minor

    def counted(table: Any, *conditions: sa.ColumnElement[bool]) -> Any:
        statement = sa.select(sa.func.count()).select_from(table).where(table.c.club_id == club.id)
        return statement.where(*conditions).scalar_subquery()

    days = (first, last)
    row = session.execute(
        sa.select(
            sa.select(sa.func.count()).where(*sold).scalar_subquery().label("sales"),
            sa.select(sa.func.count()).where(*sold, SALE.c.kind == NEW).scalar_subquery().label("new_sales"),
            sa.select(sa.func.coalesce(sa.func.sum(paid), 0)).where(*sold).scalar_subquery().label("paid"),
            counted(TOUCH, TOUCH.c.kind == VISIT, TOUCH.c.local_day.between(*days)).label("tours"),
            counted(APPOINTMENT, APPOINTMENT.c.made_at >= start, APPOINTMENT.c.made_at < end).label(
                "appointments"
            ),
            # A corrected record is written twice and was one call.
            counted(
                CONTACT,
                CONTACT.c.channel == CALL,
                CONTACT.c.corrects_id.is_(None),
                CONTACT.c.local_day.between(*days),
            ).label("calls"),
        )
    ).one()
    return Activity(
        sales=row.sales,
        new_sales=row.new_sales,
        turnover_minor=int(row.paid),
        tours=row.tours,
        appointments=row.appointments,
        calls=row.calls,
    )


def _sales(
    session: Session, club_id: ClubID, month: date, since: Instant | None, until: Instant | None
) -> Figures:
    rows = session.execute(
        sa.select(PostingRow.consultant_id, sa.func.sum(PostingRow.amount_minor).label("minor"))
        .where(
            PostingRow.club_id == club_id,
            PostingRow.month == month,
            *([PostingRow.at >= since] if since is not None else []),
            *([PostingRow.at < until] if until is not None else []),
        )
        .group_by(PostingRow.consultant_id)
    )
    return {row.consultant_id: int(row.minor) for row in rows}


def _customers(
    session: Session, club_id: ClubID, month: date, since: Instant | None, until: Instant | None
) -> Figures:
    """Sales to new guests that began in the span, as the month's lines stand, each for the larger share (AMB-10)."""
    begun = sa.case((PostingRow.sequence == 1, PostingRow.at))
    rows = session.execute(
        sa.select(
            PostingRow.sale_id,
            PostingRow.consultant_id,
            sa.func.sum(PostingRow.amount_minor).label("minor"),
            sa.func.min(PostingRow.sequence).label("first"),
            sa.func.max(PostingRow.sequence).label("last"),
            sa.func.max(begun, type_=UtcDateTime()).label("begun"),
        )
        .join_from(PostingRow, SALE, SALE.c.id == PostingRow.sale_id)
        .where(PostingRow.club_id == club_id, PostingRow.month == month, SALE.c.kind == NEW)
        .group_by(PostingRow.sale_id, PostingRow.consultant_id)
    ).all()
    in_span = {
        row.sale_id
        for row in rows
        if row.begun is not None
        and (since is None or since <= row.begun)
        and (until is None or row.begun < until)
    }
    lines = [
        SaleLine(row.sale_id, row.consultant_id, int(row.minor), row.first, row.last)
        for row in rows
        if row.sale_id in in_span
    ]
    return dict(sales_won(lines).items())


def _collections(session: Session, club_id: ClubID, span: tuple[Instant, Instant]) -> Figures:
    """Money in less money back, by whose sale it is; fees for services on cards are nobody's."""
    came = (
        sa.select(SALE.c.consultant_id, sa.func.sum(PAYMENT.c.amount_minor).label("minor"))
        .join_from(PAYMENT, SALE, SALE.c.id == PAYMENT.c.sale_id)
        .where(
            PAYMENT.c.club_id == club_id,
            PAYMENT.c.status == SUCCEEDED,
            SALE.c.is_fee.is_(False),
            PAYMENT.c.paid_at >= span[0],
            PAYMENT.c.paid_at < span[1],
        )
        .group_by(SALE.c.consultant_id)
    )
    went = (
        sa.select(SALE.c.consultant_id, (-sa.func.sum(REFUND.c.amount_minor)).label("minor"))
        .join_from(REFUND, SALE, SALE.c.id == REFUND.c.sale_id)
        .where(
            REFUND.c.club_id == club_id,
            REFUND.c.status == SUCCEEDED,
            SALE.c.is_fee.is_(False),
            REFUND.c.settled_at >= span[0],
            REFUND.c.settled_at < span[1],
        )
        .group_by(SALE.c.consultant_id)
    )
    found: Counter[int | None] = Counter()
    for row in session.execute(came.union_all(went)):
        found[row.consultant_id] += int(row.minor)
    return dict(found)
