"""Reads of the target table: of several targets of a month the latest counts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.clock import Instant, month_of
from clubsales.consultants.targets.models import TargetAnswerRow, TargetRow
from clubsales.db import table_of
from clubsales.ids import ClubID, ConsultantID
from clubsales.money import Currency, Money

TARGET, ANSWER = table_of(TargetRow), table_of(TargetAnswerRow)
account = sa.table("account", sa.column("id"), sa.column("name", sa.String))
ANSWERED = sa.and_(
    ANSWER.c.consultant_id == TARGET.c.consultant_id,
    ANSWER.c.month == TARGET.c.month,
    ANSWER.c.sequence == TARGET.c.sequence,
)
ISSUED = (
    sa.select(
        TARGET.c.consultant_id,
        TARGET.c.month,
        TARGET.c.sequence,
        TARGET.c.currency,
        TARGET.c.amount_minor,
        TARGET.c.issued_at,
        TARGET.c.reason,
        account.c.name.label("issued_by"),
        ANSWER.c.at.label("seen_at"),
    )
    .join_from(TARGET, account, account.c.id == TARGET.c.issued_by, isouter=True)
    .join(ANSWER, ANSWERED, isouter=True)
    .where(TARGET.c.club_id == sa.bindparam("club_id"))
    .order_by(TARGET.c.consultant_id, TARGET.c.month, TARGET.c.sequence.desc())
)
OF_MONTH = ISSUED.where(TARGET.c.month == sa.bindparam("month"))
OF_CONSULTANT = OF_MONTH.where(TARGET.c.consultant_id == sa.bindparam("consultant_id")).limit(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetView:
    """A target as it was set; `sequence` counts from 1 within the consultant's month. `seen_at`: he has read it."""

    consultant_id: ConsultantID
    month: date
    sequence: int
    amount: Money
    issued_at: Instant
    issued_by: str | None
    reason: str
    seen_at: Instant | None


def target_of(session: Session, club_id: ClubID, consultant_id: ConsultantID, month: date) -> Money | None:
    """A consultant's target of the month a day is in; None where none was issued."""
    found = latest_of(session, club_id, consultant_id, month)
    return found.amount if found is not None else None


def latest_of(
    session: Session, club_id: ClubID, consultant_id: ConsultantID, month: date
) -> TargetView | None:
    """The target that counts, with who set it."""
    named = {"club_id": club_id, "month": month_of(month), "consultant_id": consultant_id}
    row = session.execute(OF_CONSULTANT, named).one_or_none()
    return _view(row) if row is not None else None


def coming_targets(
    session: Session, club_id: ClubID, consultant_id: ConsultantID, month: date
) -> list[TargetView]:
    """A consultant's targets of a month and later ones, each as it counts now, the earliest month first."""
    statement = ISSUED.where(TARGET.c.consultant_id == consultant_id, TARGET.c.month >= month)
    latest: dict[date, TargetView] = {}
    for row in session.execute(statement, {"club_id": club_id}):
        latest.setdefault(row.month, _view(row))
    return list(latest.values())


def targets_of(session: Session, club_id: ClubID, month: date) -> dict[ConsultantID, Money]:
    """The targets of a month, by consultant."""
    return {
        consultant_id: views[0].amount for consultant_id, views in history_of(session, club_id, month).items()
    }


def history_of(session: Session, club_id: ClubID, month: date) -> dict[ConsultantID, list[TargetView]]:
    """Everything set for a month, by consultant, the latest first."""
    found: dict[ConsultantID, list[TargetView]] = {}
    for row in session.execute(OF_MONTH, {"club_id": club_id, "month": month_of(month)}):
        found.setdefault(ConsultantID(row.consultant_id), []).append(_view(row))
    return found


def total(amounts: Iterable[Money], currency: Currency) -> Money:
    """The club's target: its consultants' together."""
    return sum(amounts, Money.zero(currency))


def _view(row: Any) -> TargetView:
    return TargetView(
        consultant_id=ConsultantID(row.consultant_id),
        month=row.month,
        sequence=row.sequence,
        amount=Money(row.amount_minor, Currency(row.currency)),
        issued_at=row.issued_at,
        issued_by=row.issued_by,
        reason=row.reason,
        seen_at=row.seen_at,
    )
