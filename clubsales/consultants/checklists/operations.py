"""Publish a checklist, and say that one has read it."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.consultants.checklists import queries
from clubsales.consultants.checklists.events import ChecklistPublished
from clubsales.consultants.checklists.models import ChecklistAcknowledgementRow, ChecklistVersionRow
from clubsales.consultants.checklists.rules import Checklist, Item, Occasion, may_publish
from clubsales.ids import ConsultantID


def publish(
    session: Session,
    *,
    occasion: Occasion,
    shift: str,
    items: Sequence[Item],
    seen: int,
    actor: Actor,
    at: Instant,
) -> Checklist:
    """Put a list in force as the next version (AMB-22); the versions before stay as they are.

    `seen` is the version the writer had before him; the same list sent a second time is published once.
    Raises Refused(ChecklistRefused.EMPTY, TOO_LONG, TEXT, UNCHANGED, NEWER).
    """
    now = queries.current(session, actor.club.id, occasion, shift)
    if now.number == seen + 1 and now.items == tuple(items):
        return now
    may_publish(items, now, seen=seen).or_raise()
    row = ChecklistVersionRow(
        club_id=actor.club.id,
        occasion=occasion.value,
        shift=shift,
        number=now.number + 1,
        items=[item.stored() for item in items],
        published_at=at,
        published_by=actor.account_id,
    )
    session.add(row)
    session.flush()
    event = ChecklistPublished(row.id, occasion.value, shift, row.number)
    audit.record(session, event, actor=actor, at=at)
    return Checklist(occasion, shift, row.number, tuple(items))


def acknowledge(session: Session, *, consultant_id: ConsultantID, checklist: Checklist, at: Instant) -> None:
    """Say that somebody has read this version; the first time counts."""
    if queries.has_read(session, consultant_id, checklist):
        return
    session.execute(
        sa.insert(ChecklistAcknowledgementRow).values(
            consultant_id=consultant_id,
            occasion=checklist.occasion.value,
            shift=checklist.shift,
            number=checklist.number,
            at=at,
        )
    )
