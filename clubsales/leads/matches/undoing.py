"""A merge undone: everything that came goes back where it still stands; what was added since stays."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit, clubs
from clubsales.actor import Actor
from clubsales.clock import Instant, local_day
from clubsales.db import table_of
from clubsales.errors import NotFound, refuse
from clubsales.ids import AccountID, ClubID, LeadID, MergeID, OrganisationID, PersonID
from clubsales.leads.appointments.events import AppointmentBookedAgain
from clubsales.leads.appointments.models import AppointmentRow
from clubsales.leads.claims import ownership
from clubsales.leads.claims.models import ClaimRow
from clubsales.leads.claims.rules import Basis, EndReason
from clubsales.leads.intake import operations as intake
from clubsales.leads.intake import queries as leads
from clubsales.leads.intake.models import LeadRow
from clubsales.leads.intake.rules import Source
from clubsales.leads.matches import bought, moving, operations
from clubsales.leads.matches.conflicts import still_running
from clubsales.leads.matches.events import MergeUndone
from clubsales.leads.matches.fields import part_phones, take_up, unchanged, write_back
from clubsales.leads.matches.merging import MERGE, PERSON, in_club, lock_pair
from clubsales.leads.matches.models import MergedLeadRow
from clubsales.leads.matches.moving import Moved
from clubsales.leads.matches.rows import packed, unpacked, unpacked_row
from clubsales.leads.matches.rules import MergeRefused
from clubsales.leads.touches.models import TouchRow
from clubsales.policies import policy_on

ASIDE, LEAD = table_of(MergedLeadRow), table_of(LeadRow)
CLAIM, APPOINTMENT, TOUCH = table_of(ClaimRow), table_of(AppointmentRow), table_of(TouchRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class Undoing:
    """What undoing a merge would do now. `fields` go back to what the kept person had; `kept_fields` were written
    since and stay."""

    moved: tuple[Moved, ...]
    leads: int
    fields: tuple[str, ...]
    kept_fields: tuple[str, ...]
    phones: int
    claims: int


def plan(session: Session, *, organisation_id: OrganisationID, merge_id: MergeID, at: Instant) -> Undoing:
    """What would go where; raises NotFound."""
    row = _merge(session, organisation_id, merge_id)
    kept = session.execute(sa.select(PERSON).where(PERSON.c.id == row.kept_id)).one()
    origins = row.fields.get("person", {})
    back = unchanged(kept, _handed_on(session, row)[0])
    aside = sa.select(sa.func.count()).select_from(ASIDE).where(ASIDE.c.merge_id == merge_id)
    return Undoing(
        moved=tuple(moving.what_came(session, merge_id=merge_id, kept_id=PersonID(row.kept_id))),
        leads=session.scalar(aside) or 0,
        fields=tuple(back),
        kept_fields=tuple(name for name, origin in origins.items() if "now" in origin and name not in back),
        phones=len(row.fields.get("phones", [])),
        claims=len(_resumable(session, organisation_id, row.fields, at)),
    )


def undo(session: Session, *, merge_id: MergeID, actor: Actor, at: Instant) -> None:
    """Make two persons of one again.

    Raises NotFound and Refused(MergeRefused.UNDONE, LATER_FIRST, ANONYMISED).
    """
    organisation_id = actor.club.organisation_id
    row = _merge(session, organisation_id, merge_id)
    kept_id, merged_id = PersonID(row.kept_id), PersonID(row.merged_id)
    pair = lock_pair(session, organisation_id, kept_id, merged_id)
    row = _merge(session, organisation_id, merge_id)  # as it is now that nobody else can change it
    if row.undone_at is not None:
        refuse(MergeRefused.UNDONE).or_raise()
    if pair.kept.merged_into_id is not None:
        refuse(MergeRefused.LATER_FIRST).or_raise()
    if pair.kept.anonymised_at is not None:
        refuse(MergeRefused.ANONYMISED).or_raise()
    session.execute(sa.update(PERSON).where(PERSON.c.id == merged_id).values(merged_into_id=None))
    part_phones(session, kept_id, merged_id, row.fields.get("phones", []))
    origins, remembered = _handed_on(session, row)
    for later, fields in remembered.items():
        session.execute(sa.update(MERGE).where(MERGE.c.id == later).values(fields=fields))
    write_back(session, pair.kept, origins)
    came = _leads_that_came(session, merge_id, kept_id)
    rows = moving.give_back(session, merge_id=merge_id, kept_id=kept_id)
    _restore_leads(session, merge_id, row.fields.get("leads", {}))
    _book_again(session, row.fields.get("appointments", []), actor=actor, at=at)
    _leave_leads_behind(session, kept_id, came, since=row.merged_at, actor=actor, at=at)
    bought.settle(
        session, organisation_id=organisation_id, first=kept_id, second=merged_id, merged_at=row.merged_at
    )
    for claim in _resumable(session, organisation_id, row.fields, at):
        _resume(session, claim, actor=actor, at=at)
    session.execute(
        sa.update(MERGE).where(MERGE.c.id == merge_id).values(undone_at=at, undone_by=actor.account_id)
    )
    operations.decide(session, kept_id, merged_id, status="different", actor=actor, at=at)
    audit.record(session, MergeUndone(kept_id, merged_id, merge_id, rows), actor=actor, at=at)


def _merge(session: Session, organisation_id: OrganisationID, merge_id: MergeID) -> Any:
    row = session.execute(
        sa.select(MERGE).where(MERGE.c.id == merge_id, MERGE.c.organisation_id == organisation_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


def _handed_on(session: Session, undone: Any) -> tuple[dict[str, Any], dict[int, dict[str, Any]]]:
    """Which fields this merge has to give back; and what each later merge, by its number, remembers from now on."""
    origins: dict[str, Any] = undone.fields.get("person", {})
    remembered: dict[int, dict[str, Any]] = {}
    later = session.execute(
        sa.select(MERGE.c.id.label("merge_id"), MERGE.c.fields, PERSON)
        .join_from(MERGE, PERSON, PERSON.c.id == MERGE.c.merged_id)
        .where(MERGE.c.kept_id == undone.kept_id, MERGE.c.id > undone.id, MERGE.c.undone_at.is_(None))
        .order_by(MERGE.c.id)
    )
    for merge in later:
        was = merge.fields.get("person", {})
        now, origins = take_up(was, merge, origins)
        if now != was:
            remembered[merge.merge_id] = {**merge.fields, "person": now}
    return origins, remembered


def _restore_leads(session: Session, merge_id: MergeID, filled: dict[str, Any]) -> None:
    """The leads put aside are back, and what the others took over from them is theirs again if nobody wrote there."""
    for lead_id, changes in filled.items():
        row = session.execute(sa.select(LEAD).where(LEAD.c.id == int(lead_id))).one_or_none()
        if row is None:
            continue
        back = {
            name: unpacked(LEAD.c[name], change["was"])
            for name, change in changes.items()
            if packed(getattr(row, name)) == change["now"]
        }
        if back:
            session.execute(sa.update(LEAD).where(LEAD.c.id == row.id).values(back))
    for aside in session.execute(sa.select(ASIDE).where(ASIDE.c.merge_id == merge_id)).all():
        lead = unpacked_row(LEAD, aside.lead)
        if session.scalar(sa.select(sa.exists().where(LEAD.c.id == lead["id"]))):
            del lead["id"]  # SQLite gives the number of a row that went to the next one
        session.execute(sa.insert(LEAD).values(lead))
    session.execute(sa.delete(ASIDE).where(ASIDE.c.merge_id == merge_id))


def _leads_that_came(session: Session, merge_id: MergeID, kept_id: PersonID) -> Sequence[Any]:
    """The kept person's leads that are not his own."""
    return session.execute(
        sa.select(LEAD).where(
            LEAD.c.person_id == kept_id,
            LEAD.c.id.in_(
                sa.select(moving.MOVE.c.row_id).where(
                    moving.MOVE.c.merge_id == merge_id,
                    moving.MOVE.c.table_name == "lead",
                    moving.MOVE.c.column_name == "person_id",
                )
            ),
        )
    ).all()


def _leave_leads_behind(
    session: Session, kept_id: PersonID, came: Sequence[Any], *, since: Instant, actor: Actor, at: Instant
) -> None:
    """With whom anything happened since is a lead, in a club where only the other one was: nobody's work is lost."""
    for lead in came:
        club = clubs.get(session, lead.club_id)
        touched = sa.exists().where(
            TOUCH.c.club_id == club.id, TOUCH.c.person_id == kept_id, TOUCH.c.at >= since
        )
        if (
            still_running(session, club, kept_id, at) is not None
            or session.scalar(sa.select(touched))
            or bought.first_since(session, lead.club_id, kept_id, since) is not None
        ):
            intake.capture(
                session,
                person_id=kept_id,
                source=Source(lead.source),
                with_touch=False,
                is_new=True,
                actor=in_club(actor, club),
                at=at,
            )


def _book_again(session: Session, ids: Sequence[int], *, actor: Actor, at: Instant) -> None:
    """An appointment that was cancelled for being double stands again, from today on."""
    of_club = {club.id: club for club in clubs.all_clubs(session, actor.club.organisation_id)}
    rows = session.execute(
        sa.select(APPOINTMENT.c.id, APPOINTMENT.c.club_id, APPOINTMENT.c.local_day).where(
            APPOINTMENT.c.id.in_(ids), APPOINTMENT.c.status == "cancelled"
        )
    ).all()
    again = [row for row in rows if row.local_day >= local_day(at, of_club[row.club_id].zone)]
    session.execute(
        sa.update(APPOINTMENT)
        .where(APPOINTMENT.c.id.in_([row.id for row in again]))
        .values(status="booked", ended_at=None, cancelled_because="")
    )
    for row in again:
        event = AppointmentBookedAgain(row.id)
        audit.record(session, event, actor=in_club(actor, of_club[row.club_id]), at=at)


def _resumable(
    session: Session, organisation_id: OrganisationID, fields: dict[str, Any], at: Instant
) -> list[Any]:
    """The claims that the merge ended and that would still protect today."""
    today = {club.id: local_day(at, club.zone) for club in clubs.all_clubs(session, organisation_id)}
    rows = session.execute(
        sa.select(CLAIM)
        .where(CLAIM.c.id.in_(fields.get("claims", [])), CLAIM.c.end_reason == EndReason.MERGED.value)
        .order_by(CLAIM.c.id)
    ).all()
    return [row for row in rows if row.until >= today[row.club_id]]


def _resume(session: Session, claim: Any, *, actor: Actor, at: Instant) -> None:
    """Whoever lost the lead by the merge holds it again, to the same day, unless somebody else does now."""
    club = clubs.get(session, ClubID(claim.club_id))
    person_id = PersonID(claim.person_id)
    lead_id = leads.of_person(session, club.id, person_id)
    if lead_id is None or still_running(session, club, person_id, at) is not None:
        return
    ownership.hold(
        session,
        person_id=person_id,
        lead_id=LeadID(lead_id),
        consultant_id=claim.consultant_id,
        basis=Basis.MERGE,
        policy=policy_on(session, club, local_day(at, club.zone)),
        until=claim.until,
        first_contact_at=claim.first_contact_at,
        given_by=AccountID(actor.account_id) if actor.account_id is not None else None,
        actor=in_club(actor, club),
        at=at,
    )
