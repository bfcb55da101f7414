"""Write a notice, withdraw it, read it."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.clock import Instant, local_day
from clubsales.consultants.notices import queries
from clubsales.consultants.notices.events import NoticeWithdrawn, NoticeWritten
from clubsales.consultants.notices.models import NoticeReadRow, NoticeRow
from clubsales.consultants.notices.rules import may_write
from clubsales.errors import NotFound


def write(
    session: Session, *, title: str, body: str, first_day: date, last_day: date, actor: Actor, at: Instant
) -> str:
    """Tell everybody something, from a day to a day (both included); returns its public id.

    Raises Refused(NoticeRefused.TITLE, BODY, SPAN, PAST).
    """
    today = local_day(at, actor.club.zone)
    may_write(title=title, body=body, first_day=first_day, last_day=last_day, today=today).or_raise()
    row = NoticeRow(
        club_id=actor.club.id,
        title=title,
        body=body,
        first_day=first_day,
        last_day=last_day,
        written_at=at,
        written_by=actor.account_id,
    )
    session.add(row)
    session.flush()
    audit.record(session, NoticeWritten(row.id, first_day, last_day), actor=actor, at=at)
    return row.public_id


def withdraw(session: Session, *, public_id: str, actor: Actor, at: Instant) -> None:
    """Take a notice back; one that is withdrawn stays so. Raises NotFound."""
    notice = queries.by_public_id(session, actor.club.id, public_id, actor.account_id)
    withdrawn = session.execute(
        sa.update(NoticeRow)
        .where(NoticeRow.id == notice.id, NoticeRow.withdrawn_at.is_(None))
        .values(withdrawn_at=at, withdrawn_by=actor.account_id)
        .returning(NoticeRow.id)
    ).one_or_none()
    if withdrawn is not None:
        audit.record(session, NoticeWithdrawn(notice.id), actor=actor, at=at)


def read(session: Session, *, public_id: str, actor: Actor, at: Instant) -> None:
    """Say that one has read a notice; the first time counts. Raises NotFound."""
    notice = queries.by_public_id(session, actor.club.id, public_id, actor.account_id)
    if actor.account_id is None:
        raise NotFound
    if not notice.is_read:
        session.execute(
            sa.insert(NoticeReadRow).values(notice_id=notice.id, account_id=actor.account_id, at=at)
        )
