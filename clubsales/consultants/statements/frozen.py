"""A statement as it was frozen, with its parts, and how it is read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.auth.tables import ACCOUNT
from clubsales.clock import Instant, local_day
from clubsales.clubs import ClubRow, to_club
from clubsales.consultants.assessment.keeping import calendar_of, policy_of
from clubsales.consultants.profiles.tables import CONSULTANT
from clubsales.consultants.statements.answers import AnswerKind
from clubsales.consultants.statements.models import (
    StatementAnswerRow,
    StatementItemRow,
    StatementLineRow,
    StatementPayoutRow,
    StatementRow,
)
from clubsales.consultants.statements.payable import Payable, payable
from clubsales.consultants.statements.restored import with_money
from clubsales.consultants.statements.rules import ItemKind
from clubsales.db import table_of
from clubsales.errors import Reason
from clubsales.ids import AccountID, ClubID, ConsultantID
from clubsales.money import Currency, Money

STATEMENT, ITEM, LINE, ANSWER, PAYOUT = (
    table_of(StatementRow),
    table_of(StatementItemRow),
    table_of(StatementLineRow),
    table_of(StatementAnswerRow),
    table_of(StatementPayoutRow),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemView:
    """A line of pay."""

    kind: ItemKind
    amount: Money
    rule: str
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerView:
    """What was said to a statement."""

    kind: AnswerKind
    words: str
    at: Instant
    account_id: AccountID | None
    name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementView:
    """A frozen statement. `commission` is before the band, `commission_paid` after it; `score` in ten-thousandths.

    `answer_by` is the last club-local day of an objection (ASM-09); `document` is everything it was reckoned from.
    """

    id: int
    public_id: str
    month: date
    consultant_id: ConsultantID
    consultant_public_id: str
    account_id: AccountID
    name: str
    code: str
    credit: Money
    brought: Money
    rate_bp: int
    commission: Money
    paid_bp: int
    commission_paid: Money
    awards: Money
    base: Money
    pay: Money
    carried: Money
    score: int | None
    document: Mapping[str, Any]
    frozen_at: Instant
    closed_on: date
    answer_by: date
    items: tuple[ItemView, ...]
    answers: tuple[AnswerView, ...]
    payable: Payable
    paid: Money  # out, so far
    paid_through: date | None  # the day of the last payout: all that was payable by then is paid

    @property
    def reaches_a_tier(self) -> bool:
        """Whether the credit, with what was brought, is in a tier that pays."""
        return self.credit.minor + self.brought.minor > 0 and self.rate_bp > 0

    def due_by(self, day: date) -> Money:
        """What is payable by a club-local day and not paid out yet; never less than nothing."""
        return Money(max(self.payable.by(day) - self.paid.minor, 0), self.pay.currency)

    def later_than(self, day: date) -> Money:
        """What is payable only after a day."""
        return Money(sum(due.amount_minor for due in self.payable.after(day)), self.pay.currency)

    @property
    def standing_answer(self) -> AnswerView | None:
        """The last word on it."""
        return self.answers[-1] if self.answers else None


def _paid() -> sa.ScalarSelect[int]:
    """What was paid out on a statement, in minor units."""
    total = sa.func.coalesce(sa.func.sum(PAYOUT.c.amount_minor), 0)
    return sa.select(total).where(PAYOUT.c.statement_id == STATEMENT.c.id).scalar_subquery()


def paid_through() -> sa.ScalarSelect[date]:
    """The day of the last payout on a statement."""
    last = sa.func.max(PAYOUT.c.paid_on)
    return sa.select(last).where(PAYOUT.c.statement_id == STATEMENT.c.id).scalar_subquery()


def waits_after(day: date) -> sa.ColumnElement[bool]:
    """Statements with a line that is payable after a day."""
    return sa.exists().where(LINE.c.statement_id == STATEMENT.c.id, LINE.c.payable_on > day)


def read(session: Session, club_id: ClubID, *which: sa.ColumnElement[bool]) -> list[StatementView]:
    """The club's statements of which all that holds, with their parts: the latest month first, then by code."""
    rows = session.execute(
        sa.select(
            STATEMENT,
            CONSULTANT.c.name,
            CONSULTANT.c.code,
            CONSULTANT.c.account_id,
            CONSULTANT.c.public_id.label("consultant_public_id"),
            _paid().label("paid_minor"),
            paid_through().label("paid_through"),
        )
        .join_from(STATEMENT, CONSULTANT, CONSULTANT.c.id == STATEMENT.c.consultant_id)
        .where(STATEMENT.c.club_id == club_id, *which)
        .order_by(STATEMENT.c.month.desc(), CONSULTANT.c.code, CONSULTANT.c.name, CONSULTANT.c.id)
    ).all()
    if not rows:
        return []
    ids = [row.id for row in rows]
    items, answers = _items(session, ids), _answers(session, ids)
    earned = _earned_by_day(session, ids)
    club = to_club(session.get_one(ClubRow, club_id))
    answer_by: dict[date, date] = {}
    views = []
    for row in rows:
        closed_on = local_day(row.frozen_at, club.zone)
        if closed_on not in answer_by:
            policy = policy_of(session, club, row.month)
            calendar = calendar_of(session, club, policy)
            answer_by[closed_on] = calendar.working_day_after(closed_on, policy.confirm_days[1])
        views.append(
            _view(
                row,
                items.get(row.id, ()),
                answers.get(row.id, ()),
                earned.get(row.id, {}),
                closed_on=closed_on,
                answer_by=answer_by[closed_on],
            )
        )
    return views


def _items(session: Session, ids: Sequence[int]) -> dict[int, list[Any]]:
    rows = session.execute(
        sa.select(ITEM).where(ITEM.c.statement_id.in_(ids)).order_by(ITEM.c.statement_id, ITEM.c.position)
    )
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.statement_id, []).append(row)
    return found


def _answers(session: Session, ids: Sequence[int]) -> dict[int, list[AnswerView]]:
    rows = session.execute(
        sa.select(ANSWER, ACCOUNT.c.name)
        .join_from(ANSWER, ACCOUNT, ACCOUNT.c.id == ANSWER.c.account_id, isouter=True)
        .where(ANSWER.c.statement_id.in_(ids))
        .order_by(ANSWER.c.id)
    )
    found: dict[int, list[AnswerView]] = {}
    for row in rows:
        view = AnswerView(
            kind=AnswerKind(row.kind),
            words=row.words,
            at=row.at,
            account_id=AccountID(row.account_id) if row.account_id is not None else None,
            name=row.name,
        )
        found.setdefault(row.statement_id, []).append(view)
    return found


def _earned_by_day(session: Session, ids: Sequence[int]) -> dict[int, dict[date, int]]:
    """What the lines of statements earn before the band, by the day they may be paid."""
    rows = session.execute(
        sa.select(LINE.c.statement_id, LINE.c.payable_on, sa.func.sum(LINE.c.commission_minor).label("minor"))
        .where(LINE.c.statement_id.in_(ids))
        .group_by(LINE.c.statement_id, LINE.c.payable_on)
    )
    found: dict[int, dict[date, int]] = {}
    for row in rows:
        found.setdefault(row.statement_id, {})[row.payable_on] = int(row.minor)
    return found


def _view(
    row: Any,
    items: Sequence[Any],
    answers: Sequence[AnswerView],
    earned: Mapping[date, int],
    *,
    closed_on: date,
    answer_by: date,
) -> StatementView:
    currency = Currency(row.currency)
    return StatementView(
        id=row.id,
        public_id=row.public_id,
        month=row.month,
        consultant_id=ConsultantID(row.consultant_id),
        consultant_public_id=row.consultant_public_id,
        account_id=AccountID(row.account_id),
        name=row.name,
        code=row.code,
        credit=Money(row.credit_minor, currency),
        brought=Money(row.brought_minor, currency),
        rate_bp=row.rate_bp,
        commission=Money(row.commission_minor, currency),
        paid_bp=row.paid_bp,
        commission_paid=Money(row.commission_paid_minor, currency),
        awards=Money(row.awards_minor, currency),
        base=Money(row.base_minor, currency),
        pay=Money(row.pay_minor, currency),
        carried=Money(row.carried_minor, currency),
        score=row.score,
        document=row.document,
        frozen_at=row.frozen_at,
        closed_on=closed_on,
        answer_by=answer_by,
        items=tuple(
            ItemView(
                kind=ItemKind(item.kind),
                amount=Money(item.amount_minor, currency),
                rule=item.rule,
                reason=with_money(Reason.restored(item.reason), currency),
            )
            for item in items
        ),
        answers=tuple(answers),
        payable=payable(
            pay_minor=row.pay_minor,
            commission_paid_minor=row.commission_paid_minor,
            paid_bp=row.paid_bp,
            by_day=earned,
            closed_on=closed_on,
        ),
        paid=Money(int(row.paid_minor), currency),
        paid_through=row.paid_through,
    )
