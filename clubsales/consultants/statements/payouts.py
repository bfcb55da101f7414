"""What was paid out on statements: recorded by whoever pays, never changed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.auth.tables import ACCOUNT
from clubsales.clock import Instant, local_day
from clubsales.consultants.statements import queries
from clubsales.consultants.statements.events import StatementPaidOut
from clubsales.consultants.statements.frozen import StatementView
from clubsales.consultants.statements.models import StatementPayoutRow, StatementRow
from clubsales.consultants.statements.paying import LONGEST_REFERENCE, PayoutRefused, may_pay_out
from clubsales.db import for_update, table_of
from clubsales.errors import NotFound, refuse
from clubsales.money import Money
from clubsales.typed import one_line

PAYOUT = table_of(StatementPayoutRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutView:
    """Money that was paid out, on a club-local day; `reference` is the payer's own: a transfer's number."""

    amount: Money
    paid_on: date
    reference: str
    recorded_at: Instant
    recorded_by: str | None


def payouts_of(session: Session, statement: StatementView) -> list[PayoutView]:
    """Everything paid out on a statement, in order."""
    rows = session.execute(
        sa.select(PAYOUT, ACCOUNT.c.name)
        .join_from(PAYOUT, ACCOUNT, ACCOUNT.c.id == PAYOUT.c.recorded_by, isouter=True)
        .where(PAYOUT.c.statement_id == statement.id)
        .order_by(PAYOUT.c.sequence)
    )
    return [
        PayoutView(
            amount=Money(row.amount_minor, statement.pay.currency),
            paid_on=row.paid_on,
            reference=row.reference,
            recorded_at=row.recorded_at,
            recorded_by=row.name,
        )
        for row in rows
    ]


def pay_out(
    session: Session,
    *,
    due: Mapping[str, int],
    paid_on: date,
    reference: str,
    actor: Actor,
    at: Instant,
) -> list[StatementView]:
    """Record that everything payable by a day on these statements, and not paid before, was paid out on it.

    `due` is what was seen to be due, in minor units, by the statements' public ids. What is not payable by that day stays payable later. All of them or none:
    raises NotFound, Refused(PayoutRefused).
    """
    statements = _locked(session, actor, due)
    if not statements:
        refuse(PayoutRefused.NOBODY).or_raise()
    today = local_day(at, actor.club.zone)
    for each in statements:
        may_pay_out(
            name=each.name,
            due_minor=each.due_by(paid_on).minor,
            is_own=actor.account_id is not None and each.account_id == actor.account_id,
            day=paid_on,
            first=max(each.closed_on, each.paid_through or each.closed_on),
            today=today,
        ).or_raise()
        if each.due_by(paid_on).minor != due[each.public_id]:
            refuse(PayoutRefused.CHANGED).or_raise()
    counts = _counts(session, statements)
    for each in statements:
        amount, words = each.due_by(paid_on), one_line(reference)[:LONGEST_REFERENCE]
        session.add(
            StatementPayoutRow(
                statement_id=each.id,
                sequence=counts.get(each.id, 0) + 1,
                amount_minor=amount.minor,
                paid_on=paid_on,
                reference=words,
                recorded_at=at,
                recorded_by=actor.account_id,
            )
        )
        event = StatementPaidOut(
            each.id, each.consultant_id, each.month, audit.money_fact(amount), paid_on, words
        )
        audit.record(session, event, actor=actor, at=at)
    session.flush()
    return statements


def _locked(session: Session, actor: Actor, public_ids: Collection[str]) -> list[StatementView]:
    """The statements, locked in the order of their keys, so that two who record meet; raises NotFound."""
    wanted = sorted(set(public_ids))
    rows = session.execute(
        for_update(
            sa.select(StatementRow.public_id)
            .where(StatementRow.club_id == actor.club.id, StatementRow.public_id.in_(wanted))
            .order_by(StatementRow.id)
        )
    )
    found = [row.public_id for row in rows]
    if len(found) != len(wanted):
        raise NotFound
    return queries.statements_named(session, actor.club.id, found)


def _counts(session: Session, statements: Sequence[StatementView]) -> dict[int, int]:
    rows = session.execute(
        sa.select(PAYOUT.c.statement_id, sa.func.max(PAYOUT.c.sequence).label("last"))
        .where(PAYOUT.c.statement_id.in_([each.id for each in statements]))
        .group_by(PAYOUT.c.statement_id)
    )
    return {row.statement_id: row.last for row in rows}
