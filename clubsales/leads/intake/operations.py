"""Leads come in once per person and club; whatever comes again is a touch on the first one."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.db import table_of
from clubsales.errors import refuse
from clubsales.ids import LeadID, LeadSourceID, PersonID, SaleID, new_public_id
from clubsales.leads.intake.events import LeadCaptured, LeadConverted, LeadRegained, LeadTouchedAgain
from clubsales.leads.intake.models import LeadRow
from clubsales.leads.intake.rules import (
    LONGEST_INTEREST,
    LONGEST_NOTE,
    Grade,
    LeadRefused,
    Source,
    added_note,
    clean_text,
)
from clubsales.leads.touches import operations as touches
from clubsales.leads.touches.rules import TouchKind
from clubsales.prepared import Prepared

LEAD = table_of(LeadRow)
FIND = sa.select(
    LEAD.c.id,
    LEAD.c.source,
    LEAD.c.source_id,
    LEAD.c.referred_by_id,
    LEAD.c.interest,
    LEAD.c.grade,
    LEAD.c.note,
    LEAD.c.consent_at,
    LEAD.c.lost_at,
).where(LEAD.c.club_id == sa.bindparam("club_id"), LEAD.c.person_id == sa.bindparam("person_id"))
INSERT = Prepared(sa.insert(LEAD).returning(LEAD.c.id))
CONVERT = Prepared(
    sa.update(LEAD)
    .where(
        LEAD.c.club_id == sa.bindparam("of_club"),
        LEAD.c.person_id == sa.bindparam("of_person"),
        LEAD.c.converted_sale_id.is_(None),
    )
    .values(
        converted_sale_id=sa.bindparam("by_sale"),
        converted_at=sa.bindparam("on", type_=LEAD.c.converted_at.type),
        lost_at=None,
        lost_reason=None,
    )
    .returning(LEAD.c.id)
)


def capture(
    session: Session,
    *,
    person_id: PersonID,
    source: Source,
    interest: str = "",
    grade: Grade | None = None,
    note: str = "",
    consent: bool = False,
    source_id: LeadSourceID | None = None,
    referred_by_id: PersonID | None = None,
    with_touch: bool = True,
    is_new: bool = False,
    actor: Actor,
    at: Instant,
) -> LeadID:
    """Make a person a lead of the club; a second capture fills blanks of the first lead, adds to its note and touches it.

    A lost lead who comes again is no longer lost. `source_id` is a source of the club's own below `source`, which the
    caller has looked up. `with_touch` is False where the caller records the touch himself, as an arrival does;
    `is_new` is True where he has just seen that there is no lead yet. Raises
    Refused(LeadRefused.TEXT_TOO_LONG, REFERRED_BY_HIMSELF).
    """
    if referred_by_id is not None and referred_by_id == person_id:
        refuse(LeadRefused.REFERRED_BY_HIMSELF).or_raise()
    given = {
        "interest": clean_text(interest, LONGEST_INTEREST),
        "grade": grade.value if grade else None,
        "note": clean_text(note, LONGEST_NOTE),
        "consent_at": at if consent else None,
        "source_id": source_id,
        "referred_by_id": referred_by_id,
    }
    of_person = {"club_id": actor.club.id, "person_id": person_id}
    known = None if is_new else session.execute(FIND, of_person).one_or_none()
    if known is None:
        lead_id = _add(session, person_id, source, given, actor=actor, at=at)
    else:
        lead_id = LeadID(known.id)
        _touch_again(session, known, source, given, actor=actor, at=at)
    if with_touch:
        touches.record(
            session,
            kind=TouchKind.CAPTURED,
            person_id=person_id,
            consultant_id=actor.consultant_id,
            actor=actor,
            at=at,
        )
    return lead_id


def add_to_note(session: Session, *, lead_id: LeadID, line: str) -> None:
    """One more line below the note; part of a use case that says so in the audit."""
    note = session.scalars(sa.select(LEAD.c.note).where(LEAD.c.id == lead_id).with_for_update()).one()
    session.execute(sa.update(LEAD).where(LEAD.c.id == lead_id).values(note=added_note(note, line)))


def mark_converted(
    session: Session, *, person_id: PersonID, sale_id: SaleID, actor: Actor, at: Instant
) -> None:
    """The person's first paid sale in this club; nothing when he was no lead, or bought before."""
    lead = CONVERT.one_or_none(
        session, {"of_club": actor.club.id, "of_person": person_id, "by_sale": sale_id, "on": at}
    )
    if lead is not None:
        audit.record(session, LeadConverted(lead.id, sale_id), actor=actor, at=at)


def _add(
    session: Session, person_id: PersonID, source: Source, given: dict[str, Any], *, actor: Actor, at: Instant
) -> LeadID:
    new = {
        "club_id": actor.club.id,
        "public_id": new_public_id(),
        "person_id": person_id,
        "source": source.value,
        "captured_by": actor.consultant_id,
        "captured_at": at,
        **given,
    }
    lead_id = INSERT.one(session, new).id
    event = LeadCaptured(lead_id, person_id, source.value, actor.consultant_id)
    audit.record(session, event, actor=actor, at=at)
    return LeadID(lead_id)


def _touch_again(
    session: Session, known: Any, source: Source, given: dict[str, Any], *, actor: Actor, at: Instant
) -> None:
    """Blanks are filled; a more exact source says nothing of a lead that came from elsewhere."""
    if known.source != source.value:
        given = {**given, "source_id": None}
    filled = {field: value for field, value in given.items() if value and not getattr(known, field)}
    regained: dict[str, Any] = {} if known.lost_at is None else {"lost_at": None, "lost_reason": None}
    if filled or regained:
        session.execute(sa.update(LeadRow).where(LeadRow.id == known.id).values(**filled, **regained))
    if regained:
        audit.record(session, LeadRegained(known.id), actor=actor, at=at)
    stands = f"\n{known.interest}\n{known.note}\n"
    for field in ("interest", "note"):  # what was known stays, and what was said now is not lost
        if field not in filled and given[field] and f"\n{given[field]}\n" not in stands:
            add_to_note(session, lead_id=known.id, line=given[field])
    event = LeadTouchedAgain(known.id, actor.consultant_id, source.value, sorted(filled))
    audit.record(session, event, actor=actor, at=at)
