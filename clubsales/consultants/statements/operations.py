"""Freeze a month's statements, and answer them. Nothing of a statement is ever changed."""

from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.clock import Instant, local_day, month_of, next_month
from clubsales.consultants.statements import queries
from clubsales.consultants.statements.answers import AnswerKind, may_acknowledge, may_confirm, may_object
from clubsales.consultants.statements.events import StatementAnswered, StatementsFrozen
from clubsales.consultants.statements.frozen import StatementView
from clubsales.consultants.statements.lines import exact_numerator
from clubsales.consultants.statements.models import StatementAnswerRow, StatementItemRow, StatementRow
from clubsales.consultants.statements.reckoning import MonthReckoning, month_reckoning, scale_for
from clubsales.consultants.statements.writing import Owed, write_lines
from clubsales.ids import ConsultantID, new_public_id
from clubsales.typed import free_text


def freeze(
    session: Session, *, month: date, reckoned: MonthReckoning | None = None, actor: Actor, at: Instant
) -> str:
    """Write a month's statements, items and lines; returns the digest that covers them.

    The caller holds `credits.closing.lock_ledger`, so that every posting of the month has its line. `reckoned` is what
    he has reckoned under that lock.
    """
    month = month_of(month)
    reckoned = reckoned or month_reckoning(session, actor.club, month)
    ids = _write_statements(session, reckoned, actor, at)
    items = [
        {
            "statement_id": ids[consultant_id],
            "position": position,
            "kind": item.kind.value,
            "amount_minor": item.amount_minor,
            "rule": item.rule,
            "reason": item.reason.stored(),
        }
        for consultant_id, reckoning in reckoned.statements.items()
        for position, item in enumerate(reckoning.items, 1)
    ]
    if items:
        session.execute(sa.insert(StatementItemRow), items)
    owed = [_owed(reckoned, consultant_id, ids[consultant_id]) for consultant_id in reckoned.statements]
    write_lines(session, actor.club, month, owed, last_day=next_month(month) - timedelta(days=1))
    event = StatementsFrozen(reckoned.policy.version_id, month, len(ids), reckoned.digest)
    audit.record(session, event, actor=actor, at=at)
    return reckoned.digest


def acknowledge(session: Session, *, public_id: str, actor: Actor, at: Instant) -> None:
    """The person has read it and agrees (ASM-09). Raises NotFound, Refused(StatementRefused)."""
    statement = queries.statement_of(session, actor.club.id, public_id)
    may_acknowledge(_answers(statement), is_own=_is_own(statement, actor)).or_raise()
    _answer(session, statement, AnswerKind.ACKNOWLEDGED, "", actor=actor, at=at)


def object_to(session: Session, *, public_id: str, words: str, actor: Actor, at: Instant) -> None:
    """The person does not agree, and says why, by the day it must be confirmed (ASM-09).

    Raises NotFound, Refused(StatementRefused).
    """
    statement = queries.statement_of(session, actor.club.id, public_id)
    words = free_text(words)
    may_object(
        _answers(statement),
        is_own=_is_own(statement, actor),
        words=words,
        today=local_day(at, actor.club.zone),
        answer_by=statement.answer_by,
    ).or_raise()
    _answer(session, statement, AnswerKind.OBJECTED, words, actor=actor, at=at)


def confirm(session: Session, *, public_id: str, words: str, actor: Actor, at: Instant) -> None:
    """Answer an objection: the statement stands, and why. What was wrong comes with a later month (AMB-65).

    Raises NotFound, Refused(StatementRefused).
    """
    statement = queries.statement_of(session, actor.club.id, public_id)
    words = free_text(words)
    may_confirm(_answers(statement), is_own=_is_own(statement, actor), words=words).or_raise()
    _answer(session, statement, AnswerKind.CONFIRMED, words, actor=actor, at=at)


def _is_own(statement: StatementView, actor: Actor) -> bool:
    return actor.account_id is not None and statement.account_id == actor.account_id


def _answers(statement: StatementView) -> list[AnswerKind]:
    return [answer.kind for answer in statement.answers]


def _answer(
    session: Session, statement: StatementView, kind: AnswerKind, words: str, *, actor: Actor, at: Instant
) -> None:
    session.add(
        StatementAnswerRow(
            statement_id=statement.id, kind=kind.value, words=words, at=at, account_id=actor.account_id
        )
    )
    session.flush()
    event = StatementAnswered(statement.id, statement.consultant_id, statement.month, kind.value)
    audit.record(session, event, actor=actor, at=at)


def _write_statements(
    session: Session, reckoned: MonthReckoning, actor: Actor, at: Instant
) -> dict[ConsultantID, int]:
    rows = []
    for consultant_id, reckoning in reckoned.statements.items():
        rows.append(
            {
                "public_id": new_public_id(),
                "club_id": actor.club.id,
                "month": reckoned.month,
                "consultant_id": consultant_id,
                "currency": actor.club.currency,
                "credit_minor": reckoning.credit_minor,
                "brought_minor": reckoning.brought_minor,
                "rate_bp": reckoning.rate_bp,
                "commission_minor": reckoning.commission_minor,
                "paid_bp": reckoning.paid_bp,
                "commission_paid_minor": reckoning.commission_paid_minor,
                "awards_minor": reckoning.awards_minor,
                "base_minor": reckoning.base_minor,
                "pay_minor": reckoning.pay_minor,
                "carried_minor": reckoning.carried_minor,
                "score": reckoning.score,
                "plan_id": reckoned.people[consultant_id].plan_id,
                "policy_version_id": reckoned.policy.version_id,
                "document": reckoned.documents[consultant_id],
                "frozen_at": at,
            }
        )
    if not rows:
        return {}
    session.execute(sa.insert(StatementRow), rows)
    found = session.execute(
        sa.select(StatementRow.consultant_id, StatementRow.id).where(
            StatementRow.club_id == actor.club.id, StatementRow.month == reckoned.month
        )
    )
    return {ConsultantID(row.consultant_id): row.id for row in found}


def _owed(reckoned: MonthReckoning, consultant_id: ConsultantID, statement_id: int) -> Owed:
    gathered, reckoning = reckoned.people[consultant_id], reckoned.statements[consultant_id]
    scale = scale_for(gathered)
    return Owed(
        statement_id=statement_id,
        consultant_id=consultant_id,
        scale=scale,
        brought_minor=gathered.facts.brought_minor,
        commission_minor=reckoning.commission_minor,
        exact_numerator=exact_numerator(scale, gathered.counted, gathered.facts.brought_minor),
        payable_days=gathered.payable_days,
        without_fee=gathered.plan.exclude_set_up_fee,
    )
