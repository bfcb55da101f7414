"""What of a month is still open, read from every package that knows."""

from collections.abc import Mapping
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.auth.tables import ACCOUNT
from clubsales.clock import Instant, day_start, local_day, next_month
from clubsales.consultants.assessment.queries import scores_of
from clubsales.consultants.credits.holding import held_sales
from clubsales.consultants.credits.months import month_ranking
from clubsales.consultants.profiles.rules import Kind
from clubsales.consultants.profiles.tables import CONSULTANT
from clubsales.consultants.shifts.tables import SHIFT
from clubsales.consultants.targets.queries import targets_of
from clubsales.db import UtcDateTime
from clubsales.ids import ConsultantID
from clubsales.office.closing.rules import Check, CheckKind

MOST_NAMES = 5
PAYMENT = sa.table(
    "payment",
    *(sa.column(name, sa.BigInteger) for name in ("id", "club_id", "sale_id", "started_by")),
    *(sa.column(name, sa.String) for name in ("status", "method")),
    sa.column("started_at", UtcDateTime),
    sa.column("paid_at", UtcDateTime),
)
REFUND = sa.table(
    "refund",
    sa.column("id", sa.BigInteger),
    sa.column("club_id", sa.BigInteger),
    sa.column("status", sa.String),
    sa.column("started_at", UtcDateTime),
)
PROVIDER_EVENT = sa.table(
    "provider_event",
    sa.column("id", sa.BigInteger),
    sa.column("outcome", sa.String),
    sa.column("received_at", UtcDateTime),
)
TILL_COUNT = sa.table(
    "till_count",
    *(sa.column(name, sa.BigInteger) for name in ("club_id", "account_id")),
    sa.column("counted_at", UtcDateTime),
)
SALE = sa.table(
    "sale",
    *(
        sa.column(name, sa.BigInteger)
        for name in ("id", "club_id", "price_minor", "received_minor", "refunded_minor")
    ),
    sa.column("opened_at", UtcDateTime),
)


def checks_of(session: Session, club: Club, month: date, *, at: Instant) -> tuple[Check, ...]:
    """Everything that is looked at before a month is closed, in the order of the page."""
    following = next_month(month)
    start, end = day_start(month, club.zone), day_start(following, club.zone)
    is_over = local_day(at, club.zone) >= following
    return (
        Check(CheckKind.NOT_OVER, 0 if is_over else 1),
        _disputes(session, club, end),
        _payments(session, club, end),
        _refunds(session, club, end),
        _kept_aside(session, club, start, end),
        _tills(session, club, start, end),
        _shifts(session, club, following),
        *_people(session, club, month),
        _unpaid(session, club, start, end),
    )


def _disputes(session: Session, club: Club, end: Instant) -> Check:
    """Cases that were opened in it or before and keep credit out of the ledger."""
    held = [each for each in held_sales(session, club.id) if each.opened_at < end]
    return Check(CheckKind.DISPUTES, len(held), tuple(each.opener for each in held[:MOST_NAMES]))


def _payments(session: Session, club: Club, end: Instant) -> Check:
    """Online payments of which nobody knows yet whether they came."""
    count = session.execute(
        sa.select(sa.func.count()).where(
            PAYMENT.c.club_id == club.id, PAYMENT.c.status == "started", PAYMENT.c.started_at < end
        )
    ).scalar_one()
    return Check(CheckKind.PAYMENTS, count)


def _refunds(session: Session, club: Club, end: Instant) -> Check:
    count = session.execute(
        sa.select(sa.func.count()).where(
            REFUND.c.club_id == club.id, REFUND.c.status == "started", REFUND.c.started_at < end
        )
    ).scalar_one()
    return Check(CheckKind.REFUNDS, count)


def _kept_aside(session: Session, club: Club, start: Instant, end: Instant) -> Check:
    """Money the provider told of in the month that fits no payment. It has no club: each club of it is told."""
    count = session.execute(
        sa.select(sa.func.count()).where(
            PROVIDER_EVENT.c.outcome == "kept_aside",
            PROVIDER_EVENT.c.received_at >= start,
            PROVIDER_EVENT.c.received_at < end,
        )
    ).scalar_one()
    return Check(CheckKind.KEPT_ASIDE, count)


def _tills(session: Session, club: Club, start: Instant, end: Instant) -> Check:
    """Who took money at the till in the month and has not counted since."""
    last = (
        sa.select(TILL_COUNT.c.account_id, sa.func.max(TILL_COUNT.c.counted_at).label("counted_at"))
        .where(TILL_COUNT.c.club_id == club.id)
        .group_by(TILL_COUNT.c.account_id)
        .subquery()
    )
    names = session.scalars(
        sa.select(ACCOUNT.c.name)
        .join_from(PAYMENT, ACCOUNT, ACCOUNT.c.id == PAYMENT.c.started_by)
        .join(last, last.c.account_id == PAYMENT.c.started_by, isouter=True)
        .where(
            PAYMENT.c.club_id == club.id,
            PAYMENT.c.status == "succeeded",
            PAYMENT.c.method != "online",
            PAYMENT.c.paid_at >= start,
            PAYMENT.c.paid_at < end,
            sa.or_(last.c.counted_at.is_(None), PAYMENT.c.paid_at >= last.c.counted_at),
        )
        .group_by(ACCOUNT.c.id, ACCOUNT.c.name)
        .order_by(ACCOUNT.c.name, ACCOUNT.c.id)
    ).all()
    return Check(CheckKind.TILLS, len(names), tuple(names[:MOST_NAMES]))


def _shifts(session: Session, club: Club, following: date) -> Check:
    names = session.scalars(
        sa.select(CONSULTANT.c.name)
        .join_from(SHIFT, CONSULTANT, CONSULTANT.c.id == SHIFT.c.consultant_id)
        .where(SHIFT.c.club_id == club.id, SHIFT.c.closed_at.is_(None), SHIFT.c.local_day < following)
        .order_by(CONSULTANT.c.name, CONSULTANT.c.id)
    ).all()
    return Check(CheckKind.SHIFTS, len(names), tuple(names[:MOST_NAMES]))


def _people(session: Session, club: Club, month: date) -> tuple[Check, Check]:
    """Whoever sold in the month and has no assessment that counts, or no target."""
    sellers = {
        each.consultant_id: each.name
        for kind in Kind
        for each in month_ranking(session, club.id, month, kind)
    }
    return (
        _without(CheckKind.ASSESSMENTS, sellers, scores_of(session, club.id, month)),
        _without(CheckKind.TARGETS, sellers, targets_of(session, club.id, month)),
    )


def _without(
    kind: CheckKind, people: Mapping[ConsultantID, str], found: Mapping[ConsultantID, object]
) -> Check:
    names = sorted(name for consultant_id, name in people.items() if consultant_id not in found)
    return Check(kind, len(names), tuple(names[:MOST_NAMES]))


def _unpaid(session: Session, club: Club, start: Instant, end: Instant) -> Check:
    """Sales of the month with a deposit and a balance still due: what comes later counts later."""
    count = session.execute(
        sa.select(sa.func.count()).where(
            SALE.c.club_id == club.id,
            SALE.c.opened_at >= start,
            SALE.c.opened_at < end,
            SALE.c.received_minor > 0,
            SALE.c.received_minor < SALE.c.price_minor,
            SALE.c.refunded_minor == 0,
        )
    ).scalar_one()
    return Check(CheckKind.UNPAID, count)
