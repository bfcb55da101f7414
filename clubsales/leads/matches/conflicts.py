"""What two persons cannot both have when they become one: a holder, a lead of one club, an appointment of one day."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor, Club, system_actor
from clubsales.clock import Instant
from clubsales.db import table_of
from clubsales.ids import MergeID, PersonID
from clubsales.leads.appointments.events import AppointmentCancelled
from clubsales.leads.appointments.models import AppointmentRow
from clubsales.leads.claims import ownership
from clubsales.leads.claims import queries as claims
from clubsales.leads.claims.queries import ClaimView
from clubsales.leads.claims.rules import EndReason, end_of
from clubsales.leads.intake.models import LeadRow
from clubsales.leads.intake.rules import added_note
from clubsales.leads.matches.models import MergedLeadRow
from clubsales.leads.matches.rows import packed, packed_row

LEAD, ASIDE, APPOINTMENT = table_of(LeadRow), table_of(MergedLeadRow), table_of(AppointmentRow)
# What a lead takes over from the second lead of the same club where it says nothing itself.
LEAD_FIELDS = (
    *("interest", "grade", "consent_at", "source_id", "referred_by_id", "urgency", "budget", "decides"),
    *("converted_sale_id", "converted_at"),
)


def one_holder(
    session: Session, kept_id: PersonID, merged_id: PersonID, *, actor: Actor, at: Instant
) -> ClaimView | None:
    """Two holders of one lead: whoever claimed first goes on. The claim that ended."""
    held = [
        claim
        for person_id in sorted((kept_id, merged_id))
        if (claim := still_running(session, actor.club, person_id, at)) is not None
    ]
    if len(held) < 2:
        return None
    later = max(held, key=lambda claim: (claim.claimed_at, claim.id))
    ownership.let_go(
        session, later, ownership.end_now(EndReason.MERGED, actor=actor, at=at), actor=actor, at=at
    )
    return later


def still_running(session: Session, club: Club, person_id: PersonID, at: Instant) -> ClaimView | None:
    """The running claim, locked; one that is over is ended first."""
    held = claims.running(session, club.id, person_id)
    if held is None:
        return None
    end = end_of(claims.clocks_of(session, club, [held])[held.id], at=at, zone=club.zone)
    if end is None:
        return held
    ownership.let_go(session, held, end, actor=system_actor(club), at=at)
    return None


def one_lead(
    session: Session,
    merge_id: MergeID,
    club: Club,
    kept_id: PersonID,
    merged_id: PersonID,
    fields: dict[str, Any],
) -> None:
    """Two leads of one club: the kept person's stays and takes over what it does not say; the other is put aside."""
    rows = {
        row.person_id: row
        for row in session.execute(
            sa.select(LEAD).where(LEAD.c.club_id == club.id, LEAD.c.person_id.in_((kept_id, merged_id)))
        )
    }
    if len(rows) < 2:
        return
    stays, goes = rows[kept_id], rows[merged_id]
    filled = {
        name: getattr(goes, name) for name in LEAD_FIELDS if not getattr(stays, name) and getattr(goes, name)
    }
    if filled.get("referred_by_id") in (kept_id, merged_id):
        del filled["referred_by_id"]  # nobody brings himself
    if stays.converted_sale_id is not None:
        filled = {name: value for name, value in filled.items() if not name.startswith("converted")}
    if stays.lost_at is not None and goes.lost_at is None:
        filled |= {"lost_at": None, "lost_reason": None}  # somebody works on it
    note = _both_notes(stays.note, goes.note)
    if note != stays.note:
        filled["note"] = note
    if filled:
        session.execute(sa.update(LEAD).where(LEAD.c.id == stays.id).values(filled))
        fields.setdefault("leads", {})[str(stays.id)] = {
            name: {"was": packed(getattr(stays, name)), "now": packed(value)}
            for name, value in filled.items()
        }
    session.execute(
        sa.insert(ASIDE).values(
            merge_id=merge_id,
            club_id=club.id,
            public_id=goes.public_id,
            lead=packed_row(goes._asdict()),
        )
    )
    session.execute(sa.delete(LEAD).where(LEAD.c.id == goes.id))


def no_own_referral(session: Session, kept_id: PersonID, merged_id: PersonID, fields: dict[str, Any]) -> None:
    """Nobody brings himself: a lead that the one brought of the other was brought by nobody."""
    both = (kept_id, merged_id)
    own = sa.and_(LEAD.c.person_id.in_(both), LEAD.c.referred_by_id.in_(both))
    for row in session.execute(sa.select(LEAD.c.id, LEAD.c.referred_by_id).where(own)).all():
        told = fields.setdefault("leads", {}).setdefault(str(row.id), {})
        told["referred_by_id"] = {"was": row.referred_by_id, "now": None}
        session.execute(sa.update(LEAD).where(LEAD.c.id == row.id).values(referred_by_id=None))


def _both_notes(first: str, second: str) -> str:
    """Both notes; nobody's words are lost."""
    return first if not second or second in first else added_note(first, second)


def one_appointment(
    session: Session,
    club: Club,
    kept_id: PersonID,
    merged_id: PersonID,
    because: str,
    *,
    actor: Actor,
    at: Instant,
) -> list[int]:
    """Two bookings of one day with one consultant: the later made one is cancelled."""
    other = APPOINTMENT.alias("other")
    rows = session.execute(
        sa.select(APPOINTMENT.c.id, APPOINTMENT.c.made_at, other.c.id.label("other_id"), other.c.made_at)
        .join_from(
            APPOINTMENT,
            other,
            sa.and_(
                other.c.person_id == merged_id,
                other.c.consultant_id == APPOINTMENT.c.consultant_id,
                other.c.local_day == APPOINTMENT.c.local_day,
                other.c.status == "booked",
            ),
        )
        .where(
            APPOINTMENT.c.club_id == club.id,
            APPOINTMENT.c.person_id == kept_id,
            APPOINTMENT.c.status == "booked",
        )
        .order_by(APPOINTMENT.c.id)
    ).all()
    later = [max((row[1], row[0]), (row[3], row[2]))[1] for row in rows]
    if later:
        session.execute(
            sa.update(APPOINTMENT)
            .where(APPOINTMENT.c.id.in_(later))
            .values(status="cancelled", ended_at=at, cancelled_because=because)
        )
        for appointment_id in later:
            audit.record(session, AppointmentCancelled(appointment_id), actor=actor, at=at)
    return later
