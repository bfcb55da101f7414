"""Leads come in once per person and club; whatever comes again is a touch on the first one."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.db import table_of
from clubsales.errors import NotFound
from clubsales.ids import LeadID, PersonID, SaleID, new_public_id
from clubsales.leads.intake.events import LeadCaptured, LeadConverted, LeadEdited, LeadTouchedAgain
from clubsales.leads.intake.models import LeadRow
from clubsales.leads.intake.rules import LONGEST_INTEREST, LONGEST_NOTE, Grade, Source, clean_text
from clubsales.leads.people import operations as people
from clubsales.leads.touches import operations as touches
from clubsales.leads.touches.rules import TouchKind
from clubsales.prepared import Prepared

LEAD = table_of(LeadRow)
FIND = sa.select(LEAD.c.id, LEAD.c.interest, LEAD.c.grade, LEAD.c.note, LEAD.c.consent_at).where(
    LEAD.c.club_id == sa.bindparam("club_id"), LEAD.c.person_id == sa.bindparam("person_id")
)
INSERT = Prepared(sa.insert(LEAD).returning(LEAD.c.id))
CONVERT = (
    sa.update(LEAD)
    .where(
        LEAD.c.club_id == sa.bindparam("of_club"),
        LEAD.c.person_id == sa.bindparam("of_person"),
        LEAD.c.converted_sale_id.is_(None),
    )
    .values(
        converted_sale_id=sa.bindparam("by_sale"),
        converted_at=sa.bindparam("on", type_=LEAD.c.converted_at.type),
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
    with_touch: bool = True,
    is_new: bool = False,
    actor: Actor,
    at: Instant,
) -> LeadID:
    """Make a person a lead of the club; a second capture fills blanks of the first lead and touches it.

    `with_touch` is False where the caller records the touch himself, as an arrival does; `is_new` is True where he
    has just seen that there is no lead yet. Raises Refused(LeadRefused.TEXT_TOO_LONG).
    """
    given = {
        "interest": clean_text(interest, LONGEST_INTEREST),
        "grade": grade.value if grade else None,
        "note": clean_text(note, LONGEST_NOTE),
        "consent_at": at if consent else None,
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


def edit(
    session: Session,
    *,
    lead_id: LeadID,
    name: str,
    interest: str,
    grade: Grade | None,
    note: str,
    consent: bool,
    actor: Actor,
    at: Instant,
) -> None:
    """Correct what is known of a lead; consent once given keeps its date.

    Raises NotFound, Refused(LeadRefused.TEXT_TOO_LONG) and Refused(PersonRefused.NAME_TOO_LONG).
    """
    row = session.execute(
        sa.select(LeadRow.person_id, LeadRow.interest, LeadRow.grade, LeadRow.note, LeadRow.consent_at).where(
            LeadRow.id == lead_id, LeadRow.club_id == actor.club.id
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    wanted = {
        "interest": clean_text(interest, LONGEST_INTEREST),
        "grade": grade.value if grade else None,
        "note": clean_text(note, LONGEST_NOTE),
        "consent_at": (row.consent_at or at) if consent else None,
    }
    people.correct_name(session, person_id=PersonID(row.person_id), name=name, actor=actor, at=at)
    changed = {field: value for field, value in wanted.items() if getattr(row, field) != value}
    if changed:
        session.execute(sa.update(LeadRow).where(LeadRow.id == lead_id).values(**changed))
        audit.record(session, LeadEdited(lead_id, sorted(changed)), actor=actor, at=at)


def mark_converted(
    session: Session, *, person_id: PersonID, sale_id: SaleID, actor: Actor, at: Instant
) -> None:
    """The person's first paid sale in this club; nothing when he was no lead, or bought before."""
    lead_id = session.execute(
        CONVERT,
        {"of_club": actor.club.id, "of_person": person_id, "by_sale": sale_id, "on": at},
    ).scalar_one_or_none()
    if lead_id is not None:
        audit.record(session, LeadConverted(lead_id, sale_id), actor=actor, at=at)


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
    filled = {field: value for field, value in given.items() if value and not getattr(known, field)}
    if filled:
        session.execute(sa.update(LeadRow).where(LeadRow.id == known.id).values(**filled))
    event = LeadTouchedAgain(known.id, actor.consultant_id, source.value, sorted(filled))
    audit.record(session, event, actor=actor, at=at)
