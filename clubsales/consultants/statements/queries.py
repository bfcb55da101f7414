"""Reads of statements that were frozen."""

from collections.abc import Collection
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.auth.rules import may_be_public_id
from clubsales.consultants.profiles.tables import CONSULTANT
from clubsales.consultants.statements.answers import AnswerKind
from clubsales.consultants.statements.frozen import (
    ANSWER,
    LINE,
    STATEMENT,
    StatementView,
    paid_through,
    read,
    waits_after,
)
from clubsales.errors import NotFound
from clubsales.ids import AccountID, ClubID, ConsultantID
from clubsales.money import Money


def statement_of(session: Session, club_id: ClubID, public_id: str) -> StatementView:
    """A statement of the club by what stands in an address; raises NotFound."""
    if not may_be_public_id(public_id):
        raise NotFound
    found = read(session, club_id, STATEMENT.c.public_id == public_id)
    if not found:
        raise NotFound
    return found[0]


def statements_of_person(
    session: Session, club_id: ClubID, consultant_id: ConsultantID
) -> list[StatementView]:
    """Somebody's statements, the latest month first."""
    return read(session, club_id, STATEMENT.c.consultant_id == consultant_id)


def statements_named(session: Session, club_id: ClubID, public_ids: Collection[str]) -> list[StatementView]:
    """Statements of the club by what stands in addresses, the latest month first; unknown ones are left out."""
    return read(session, club_id, STATEMENT.c.public_id.in_(public_ids))


def still_due(session: Session, club_id: ClubID, *, before_month: date, day: date) -> list[StatementView]:
    """Statements of earlier months that were paid out in part, and of which more is payable by a day."""
    found = read(
        session,
        club_id,
        STATEMENT.c.month < before_month,
        sa.exists().where(LINE.c.statement_id == STATEMENT.c.id, LINE.c.payable_on > paid_through()),
    )
    return [view for view in found if view.due_by(day)]


def statements_of_month(session: Session, club_id: ClubID, month: date) -> list[StatementView]:
    """The statements of a closed month, in the order of codes."""
    return read(session, club_id, STATEMENT.c.month == month)


def objections(session: Session, club_id: ClubID, but_of: AccountID | None) -> list[date]:
    """The months of statements that stand objected to and not answered, the earliest first; one account's left out."""
    later = ANSWER.alias("later")
    answered = sa.exists().where(later.c.statement_id == ANSWER.c.statement_id, later.c.id > ANSWER.c.id)
    rows = session.scalars(
        sa.select(STATEMENT.c.month)
        .select_from(ANSWER)
        .join(STATEMENT, STATEMENT.c.id == ANSWER.c.statement_id)
        .join(CONSULTANT, CONSULTANT.c.id == STATEMENT.c.consultant_id)
        .where(
            STATEMENT.c.club_id == club_id,
            ANSWER.c.kind == AnswerKind.OBJECTED.value,
            CONSULTANT.c.account_id != but_of,
            ~answered,
        )
        .order_by(STATEMENT.c.month, STATEMENT.c.id)
    )
    return list(rows)


def payable_between(
    session: Session, club_id: ClubID, *, after: date, until: date, before_month: date
) -> dict[ConsultantID, Money]:
    """Parts of statements of earlier months that became payable after a club-local day, up to another one."""
    found: dict[ConsultantID, Money] = {}
    for view in read(session, club_id, STATEMENT.c.month < before_month, waits_after(after)):
        due = sum(part.amount_minor for part in view.payable.later if after < part.day <= until)
        if due:
            so_far = found.get(view.consultant_id, Money.zero(view.pay.currency))
            found[view.consultant_id] = so_far + Money(due, view.pay.currency)
    return found


def payable_at(session: Session, club_id: ClubID, day: date) -> dict[ConsultantID, Money]:
    """What of everybody's statements frozen by then waits on a club-local day: earned, not payable yet."""
    found: dict[ConsultantID, Money] = {}
    for view in read(session, club_id, waits_after(day)):
        waits = sum(part.amount_minor for part in view.payable.later if part.day > day)
        if waits and view.closed_on <= day:
            so_far = found.get(view.consultant_id, Money.zero(view.pay.currency))
            found[view.consultant_id] = so_far + Money(waits, view.pay.currency)
    return found
