"""Counting what one took against what is booked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.auth.operations import account_of
from clubsales.clock import Instant
from clubsales.db import for_update
from clubsales.frontdesk.takings import queries
from clubsales.frontdesk.takings.events import TakingsCounted, TakingsDiffered
from clubsales.frontdesk.takings.models import TillCountRow
from clubsales.frontdesk.takings.rules import CountLine, compared, may_count
from clubsales.ids import ShiftID, TillCountID
from clubsales.membership.payments.rules import Method
from clubsales.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A count that was taken."""

    id: TillCountID
    public_id: str
    lines: tuple[CountLine, ...]


def count(
    session: Session,
    *,
    counted: Mapping[Method, Money],
    explanation: str = "",
    shift_id: ShiftID | None = None,
    actor: Actor,
    at: Instant,
) -> Counted:
    """Write down what somebody counted of the money he took since his last count.

    Raises Refused(TakingsRefused.EXPLANATION) for a difference without a word; NotFound for who has no account.
    """
    account_id = account_of(actor)
    # Two counts of one person one after the other: the second begins where the first ended.
    session.execute(for_update(sa.select(queries.ACCOUNT.c.id).where(queries.ACCOUNT.c.id == account_id)))
    since = queries.since(session, actor.club, account_id, at)
    expected = queries.expected(session, actor.club, account_id, since, at)
    lines = compared(expected, counted, actor.club.currency)
    may_count(lines, explanation).or_raise()
    row = TillCountRow(
        club_id=actor.club.id,
        account_id=account_id,
        shift_id=shift_id,
        since_at=since,
        counted_at=at,
        currency=actor.club.currency,
        lines=[
            {
                "method": line.method.value,
                "expected_minor": line.expected.minor,
                "counted_minor": line.counted.minor,
            }
            for line in lines
        ],
        explanation=explanation.strip(),
    )
    session.add(row)
    session.flush()
    event = TakingsCounted(row.id, _told(lines), row.explanation)
    audit.record(session, event, actor=actor, at=at)
    return Counted(id=TillCountID(row.id), public_id=row.public_id, lines=lines)


def compare(
    session: Session, *, counted: Mapping[Method, Money], actor: Actor, at: Instant
) -> tuple[CountLine, ...]:
    """What somebody counted beside what is booked since his last count; nothing is written."""
    account_id = account_of(actor)
    since = queries.since(session, actor.club, account_id, at)
    expected = queries.expected(session, actor.club, account_id, since, at)
    return compared(expected, counted, actor.club.currency)


def note_difference(session: Session, *, lines: Sequence[CountLine], actor: Actor, at: Instant) -> None:
    """Keep a count that did not agree, before the counter sees what is booked."""
    event = TakingsDiffered(account_of(actor), _told(lines))
    audit.record(session, event, actor=actor, at=at)


def _told(lines: Sequence[CountLine]) -> list[str]:
    return [f"{line.method.value} {line.counted} of {line.expected}" for line in lines]
