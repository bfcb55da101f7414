"""Asking for a back-test and carrying it out. It writes its own row and nothing else."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import clubs
from clubsales.actor import Actor, Club
from clubsales.clock import Instant, local_day
from clubsales.db import for_update
from clubsales.errors import NotFound
from clubsales.ids import ClubID
from clubsales.office.backtest import evidence, reading, results
from clubsales.office.backtest.models import BackTestRow
from clubsales.office.backtest.rules import Tally, flattened, may_change, may_test, verdict_on
from clubsales.policy_documents import default_document, overlay


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A back-test to be carried out."""

    id: int
    club: Club
    asked_at: Instant
    first_day: date
    last_day: date
    changes: Mapping[str, Any]


def ask(
    session: Session,
    *,
    first_day: date,
    last_day: date,
    changes: Mapping[str, Any],
    actor: Actor,
    at: Instant,
) -> str:
    """Have the sales of these club-local days decided again; `changes` is a partial policy. Says its public id.

    Raises Refused(BackTestRefused.PERIOD, TO_COME, SETTING), and PolicyError for a value that no policy takes.
    """
    may_test(first_day, last_day, local_day(at, actor.club.zone)).or_raise()
    may_change(flattened(changes)).or_raise()
    overlay(default_document(), changes)
    row = BackTestRow(
        club_id=actor.club.id,
        asked_by=actor.account_id,
        asked_at=at,
        first_day=first_day,
        last_day=last_day,
        changes=dict(changes),
    )
    session.add(row)
    session.flush()
    return row.public_id


def is_waiting(session: Session) -> bool:
    """Whether one is not finished."""
    waiting = sa.exists().where(BackTestRow.finished_at.is_(None))
    return session.execute(sa.select(waiting)).scalar_one()


def begin(session: Session, at: Instant) -> Task | None:
    """Take the oldest one that is not finished, from its beginning also when it was stopped on the way."""
    statement = sa.select(BackTestRow).where(BackTestRow.finished_at.is_(None)).order_by(BackTestRow.id)
    row = session.scalars(for_update(statement.limit(1), skip_locked=True)).one_or_none()
    return None if row is None else _begun(session, row, at)


def examine(session: Session, task: Task, tally: Tally) -> Iterator[int]:
    """Decide the sales again slice by slice into the tally; yields how many are done. Reads only.

    Raises PolicyError when a policy of those days does not take the change.
    """
    books = reading.books_of(reading.documents(session, task.club), task.changes)
    done = 0
    for sales in reading.slices(session, task.club, task.first_day, task.last_day):
        known = evidence.gather(session, task.club, sales)
        for sale in sales:
            books_then = books[sale.policy_version_id]
            tally.add(verdict_on(sale, known.at(sale.case.paid_at), books_then, task.club.zone))
        done += len(sales)
        yield done


def note(session: Session, task: Task, done: int) -> None:
    """Write how far it is."""
    session.execute(sa.update(BackTestRow).where(BackTestRow.id == task.id).values(done=done))


def finish(session: Session, task: Task, tally: Tally, at: Instant) -> None:
    """Write what was found."""
    used = reading.documents(session, task.club)
    dated = [used[version] for version in sorted(tally.policies)]
    values = {name: reading.values_in(dated, name) for name in flattened(task.changes)}
    session.execute(
        sa.update(BackTestRow)
        .where(BackTestRow.id == task.id)
        .values(
            done=sum(tally.standings.values()),
            finished_at=at,
            result=results.stored(tally, values),
        )
    )


def give_up(session: Session, task: Task, problem: str, at: Instant) -> None:
    """Write why nothing was found; `problem` finds the words."""
    session.execute(
        sa.update(BackTestRow)
        .where(BackTestRow.id == task.id)
        .values(finished_at=at, problem=problem, result=None)
    )


def carry_out(session: Session, *, public_id: str, actor: Actor, at: Instant) -> None:
    """Carry one out at once, in this transaction; raises NotFound for another club's and PolicyError."""
    row = session.scalars(
        sa.select(BackTestRow).where(BackTestRow.club_id == actor.club.id, BackTestRow.public_id == public_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    task, tally = _begun(session, row, at), Tally()
    for _done in examine(session, task, tally):
        pass
    finish(session, task, tally, at)


def _begun(session: Session, row: BackTestRow, at: Instant) -> Task:
    club = clubs.get(session, ClubID(row.club_id))
    row.started_at = at
    row.done = 0
    row.total = reading.count_of(session, club, row.first_day, row.last_day)
    session.flush()
    return Task(
        id=row.id,
        club=club,
        asked_at=row.asked_at,
        first_day=row.first_day,
        last_day=row.last_day,
        changes=dict(row.changes),
    )
