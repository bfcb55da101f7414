"""Figures of a month that no other table knows: what somebody spent, what benefits he gets. Kept with their history."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.auth.tables import ACCOUNT
from clubsales.clock import Instant, month_of
from clubsales.consultants.credits import closing
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.statements.entered import LARGEST_MAJOR, LONGEST_NOTE, FigureKind, FigureRefused
from clubsales.consultants.statements.events import FigureSet
from clubsales.consultants.statements.models import MonthFigureRow
from clubsales.db import table_of
from clubsales.errors import refuse
from clubsales.ids import ClubID, ConsultantID
from clubsales.money import Currency, Money
from clubsales.typed import one_line

FIGURE = table_of(MonthFigureRow)
Figures = dict[ConsultantID, dict[FigureKind, list["FigureView"]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureView:
    """A figure as it was entered; `sequence` counts from 1."""

    amount: Money
    note: str
    sequence: int
    at: Instant
    entered_by: str | None


def figures_of(
    session: Session, club_id: ClubID, month: date, *, consultant_id: ConsultantID | None = None
) -> Figures:
    """Everything entered for a month, by consultant and kind, the latest first."""
    rows = session.execute(
        sa.select(FIGURE, ACCOUNT.c.name)
        .join_from(FIGURE, ACCOUNT, ACCOUNT.c.id == FIGURE.c.account_id, isouter=True)
        .where(
            FIGURE.c.club_id == club_id,
            FIGURE.c.month == month_of(month),
            sa.true() if consultant_id is None else FIGURE.c.consultant_id == consultant_id,
        )
        .order_by(FIGURE.c.consultant_id, FIGURE.c.kind, FIGURE.c.sequence.desc())
    )
    found: Figures = {}
    for row in rows:
        view = FigureView(
            amount=Money(row.amount_minor, Currency(row.currency)),
            note=row.note,
            sequence=row.sequence,
            at=row.at,
            entered_by=row.name,
        )
        of_person = found.setdefault(ConsultantID(row.consultant_id), {})
        of_person.setdefault(FigureKind(row.kind), []).append(view)
    return found


def latest(figures: Mapping[FigureKind, list[FigureView]], kind: FigureKind) -> FigureView | None:
    """The figure that counts; None where none was entered."""
    entered = figures.get(kind)
    return entered[0] if entered else None


def set_figure(
    session: Session,
    *,
    consultant_id: ConsultantID,
    month: date,
    kind: FigureKind,
    amount: Money,
    note: str = "",
    actor: Actor,
    at: Instant,
) -> None:
    """Enter what somebody spent, or gets, in a month; what stood before is kept, the same again is nothing new.

    Raises NotFound for somebody of another club, Refused(FigureRefused).
    """
    profiles.get(session, actor.club.id, consultant_id)
    month, note = month_of(month), one_line(note, LONGEST_NOTE)
    if not 0 <= amount.major <= LARGEST_MAJOR or amount.currency != actor.club.currency:
        refuse(FigureRefused.AMOUNT).or_raise()
    closing.hold_closing(session)
    closed = closing.closed_through(session, actor.club.id)
    if closed is not None and month <= closed:
        refuse(FigureRefused.CLOSED, month=f"{month:%Y-%m}").or_raise()
    entered = figures_of(session, actor.club.id, month, consultant_id=consultant_id)
    before = latest(entered.get(consultant_id, {}), kind)
    if before is not None and before.amount == amount and before.note == note:
        return
    session.add(
        MonthFigureRow(
            club_id=actor.club.id,
            consultant_id=consultant_id,
            month=month,
            kind=kind.value,
            sequence=before.sequence + 1 if before else 1,
            currency=amount.currency,
            amount_minor=amount.minor,
            note=note,
            at=at,
            account_id=actor.account_id,
        )
    )
    session.flush()
    event = FigureSet(
        consultant_id,
        month,
        kind.value,
        audit.money_fact(amount),
        audit.money_fact(before.amount) if before else None,
    )
    audit.record(session, event, actor=actor, at=at)
