"""What becomes known of a lead: need, urgency, budget, who decides (LED-07, LED-08); lost, and taken back."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.errors import NotFound
from clubsales.ids import LeadID, LeadSourceID, PersonID
from clubsales.leads.claims import queries as claims
from clubsales.leads.followups import dropping
from clubsales.leads.intake.events import LeadEdited, LeadLost, LeadRegained
from clubsales.leads.intake.operations import LEAD
from clubsales.leads.intake.rules import (
    LONGEST_BUDGET,
    LONGEST_DECIDES,
    LONGEST_INTEREST,
    Grade,
    LostReason,
    Source,
    Urgency,
    clean_text,
    longest_note,
    may_lose,
)
from clubsales.leads.people import operations as people
from clubsales.leads.people import queries as people_queries


def edit(
    session: Session,
    *,
    lead_id: LeadID,
    name: str,
    interest: str,
    grade: Grade | None,
    note: str,
    consent: bool,
    urgency: Urgency | None = None,
    budget: str = "",
    decides: str = "",
    source: Source | None = None,
    source_id: LeadSourceID | None = None,
    actor: Actor,
    at: Instant,
) -> None:
    """Write what is known of a lead as it should stand; consent once given keeps its date.

    Without a `source` where the lead came from stays. Raises NotFound, Refused(LeadRefused.TEXT_TOO_LONG) and
    Refused(PersonRefused.NAME_TOO_LONG).
    """
    row = _locked(session, lead_id, actor)
    wanted: dict[str, Any] = {
        "interest": clean_text(interest, LONGEST_INTEREST),
        "grade": grade.value if grade else None,
        "note": clean_text(note, longest_note(row.note)),
        "consent_at": (row.consent_at or at) if consent else None,
        "urgency": urgency.value if urgency else None,
        "budget": clean_text(budget, LONGEST_BUDGET),
        "decides": clean_text(decides, LONGEST_DECIDES),
    }
    if source is not None:
        wanted |= {"source": source.value, "source_id": source_id}
    people.correct_name(session, person_id=PersonID(row.person_id), name=name, actor=actor, at=at)
    changed = {field: value for field, value in wanted.items() if getattr(row, field) != value}
    if changed:
        session.execute(sa.update(LEAD).where(LEAD.c.id == lead_id).values(**changed))
        audit.record(session, LeadEdited(lead_id, sorted(changed)), actor=actor, at=at)


def lose(session: Session, *, lead_id: LeadID, reason: LostReason, actor: Actor, at: Instant) -> None:
    """Give a lead up, with the reason; the reason may be said again otherwise. What was planned is dropped.

    Raises NotFound and Refused(LeadRefused.LOST_BOUGHT, LOST_NOT_HIS).
    """
    row = _locked(session, lead_id, actor)
    _may_decide(session, row, actor, at)
    if row.lost_at is not None and row.lost_reason == reason.value:
        return
    session.execute(
        sa.update(LEAD)
        .where(LEAD.c.id == lead_id)
        .values(lost_at=row.lost_at or at, lost_reason=reason.value)
    )
    audit.record(session, LeadLost(lead_id, reason.value), actor=actor, at=at)
    dropping.drop(session, person_id=PersonID(row.person_id), actor=actor, at=at)


def regain(session: Session, *, lead_id: LeadID, actor: Actor, at: Instant) -> None:
    """Take a lost lead back; one that is not lost stays as it is. Raises NotFound and Refused(LeadRefused.LOST_NOT_HIS)."""
    row = _locked(session, lead_id, actor)
    if row.lost_at is None:
        return
    _may_decide(session, row, actor, at)
    session.execute(sa.update(LEAD).where(LEAD.c.id == lead_id).values(lost_at=None, lost_reason=None))
    audit.record(session, LeadRegained(lead_id), actor=actor, at=at)


def _locked(session: Session, lead_id: LeadID, actor: Actor) -> Any:
    """Raises NotFound and Refused(PersonRefused.ANONYMOUS)."""
    row = session.execute(
        sa.select(LEAD).where(LEAD.c.id == lead_id, LEAD.c.club_id == actor.club.id).with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFound
    people_queries.still_known(session, PersonID(row.person_id))
    return row


def _may_decide(session: Session, row: Any, actor: Actor, at: Instant) -> None:
    held = claims.holder_at(session, actor.club, PersonID(row.person_id), at)
    may_lose(
        has_bought=row.converted_at is not None,
        holder=held.name if held is not None else None,
        is_holder=held is not None and held.consultant_id == actor.consultant_id,
        roles=actor.roles,
    ).or_raise()
