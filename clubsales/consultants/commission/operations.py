"""Write plans, and publish them."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.clock import Instant, local_day, month_of
from clubsales.consultants.commission import documents, plans
from clubsales.consultants.commission.choosing import Scope
from clubsales.consultants.commission.events import PlanDiscarded, PlanPublished
from clubsales.consultants.commission.models import PlanDraftRow, PlanRow
from clubsales.consultants.commission.publishing import (
    LONGEST_NAME,
    LONGEST_REASON,
    PlanRefused,
    may_draft,
    may_publish,
)
from clubsales.consultants.commission.rules import Plan
from clubsales.consultants.credits.closing import closed_through, hold_closing
from clubsales.db import for_update
from clubsales.errors import NotFound, refuse
from clubsales.ids import ClubID
from clubsales.typed import one_line


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What somebody wrote of a plan: what it is called, for whom, from which month on, and what it pays."""

    name: str
    scope: Scope
    valid_from: date
    plan: Plan


def start_draft(session: Session, *, written: Written, actor: Actor, at: Instant) -> str:
    """Keep a plan that is being written; it pays nobody. Raises Refused(PlanRefused.NAME, MONTH)."""
    row = PlanDraftRow(
        club_id=actor.club.id,
        name=one_line(written.name, LONGEST_NAME),
        kind=written.scope.kind,
        level=written.scope.level,
        probation=written.scope.probation,
        valid_from=written.valid_from,
        document=documents.write(written.plan, actor.club.currency),
        created_at=at,
        created_by=actor.account_id,
    )
    may_draft(name=row.name, valid_from=row.valid_from).or_raise()
    session.add(row)
    session.flush()
    return row.public_id


def change_draft(session: Session, *, public_id: str, version: int, written: Written, actor: Actor) -> None:
    """Write a draft anew.

    Raises NotFound, Refused(PlanRefused.NAME, MONTH), and CHANGED when somebody else wrote meanwhile.
    """
    row = _locked(session, actor.club.id, public_id, version)
    row.name = one_line(written.name, LONGEST_NAME)
    row.kind, row.level, row.probation = (
        written.scope.kind,
        written.scope.level,
        written.scope.probation,
    )
    row.valid_from = written.valid_from
    row.document = documents.write(written.plan, actor.club.currency)
    may_draft(name=row.name, valid_from=row.valid_from).or_raise()
    session.flush()


def discard_draft(session: Session, *, public_id: str, version: int, actor: Actor, at: Instant) -> None:
    """Throw a draft away. Raises NotFound, Refused(PlanRefused.CHANGED)."""
    row = _locked(session, actor.club.id, public_id, version)
    audit.record(session, PlanDiscarded(row.id, row.name), actor=actor, at=at)
    session.delete(row)
    session.flush()


def publish(
    session: Session,
    *,
    public_id: str,
    version: int,
    reason: str,
    also_begun: bool = False,
    actor: Actor,
    at: Instant,
) -> str:
    """Let a draft pay from the first day of its month on; what is published never changes (AMB-37).

    `also_begun`: its month has begun, and is meant too. Answers the plan's public id. Raises NotFound,
    Refused(PlanRefused.CHANGED, MONTH_CLOSED, OWN, REASON, MONTH_BEGUN).
    """
    hold_closing(session)
    row = _locked(session, actor.club.id, public_id, version)
    said = one_line(reason, LONGEST_REASON)
    may_publish(
        valid_from=row.valid_from,
        this_month=month_of(local_day(at, actor.club.zone)),
        closed_through=closed_through(session, actor.club.id),
        reason=said,
        also_begun=also_begun,
        pays_publisher=_pays(session, row, actor),
    ).or_raise()
    plan = PlanRow(
        public_id=row.public_id,  # whoever goes back to the draft finds what became of it
        club_id=actor.club.id,
        name=row.name,
        kind=row.kind,
        level=row.level,
        probation=row.probation,
        valid_from=row.valid_from,
        sequence=_next_sequence(session, actor.club.id, row.valid_from),
        document=row.document,
        digest=_digest(row.document),
        reason=said,
        published_at=at,
        published_by=actor.account_id,
    )
    session.add(plan)
    session.delete(row)
    session.flush()
    event = PlanPublished(
        plan.id, plan.name, plan.kind, plan.level, plan.probation, plan.valid_from, plan.digest, said
    )
    audit.record(session, event, actor=actor, at=at)
    return plan.public_id


def _locked(session: Session, club_id: ClubID, public_id: str, version: int) -> PlanDraftRow:
    row: PlanDraftRow | None = session.scalars(
        for_update(
            sa.select(PlanDraftRow).where(
                PlanDraftRow.club_id == club_id, PlanDraftRow.public_id == public_id
            )
        ).execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotFound
    if row.version != version:
        refuse(PlanRefused.CHANGED).or_raise()
    return row


def _pays(session: Session, row: PlanDraftRow, actor: Actor) -> bool:
    """Whether whoever publishes would be paid by it."""
    scope = Scope(row.kind, row.level, row.probation)
    people = plans.people_paid(session, actor.club, row.valid_from)
    mine = next((each for each in people if each.id == actor.consultant_id), None)
    return mine is not None and any(
        scope.fits(kind, mine.term.level, mine.on_probation)
        for kind in (mine.kind, plans.SUPERVISOR if mine.leads else mine.kind)
    )


def _next_sequence(session: Session, club_id: ClubID, valid_from: date) -> int:
    latest = session.execute(
        sa.select(sa.func.coalesce(sa.func.max(PlanRow.sequence), 0)).where(
            PlanRow.club_id == club_id, PlanRow.valid_from == valid_from
        )
    ).scalar_one()
    return int(latest) + 1


def _digest(document: Mapping[str, Any]) -> str:
    text = json.dumps(document, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
