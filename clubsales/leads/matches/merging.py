"""Two persons become one: the kept one has everything, the merged one nothing, and all of it can be undone.

Evidence keeps its content and its time; credits that were decided stay as they were decided.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit, clubs
from clubsales.actor import Actor, Club, system_actor
from clubsales.clock import Instant
from clubsales.db import table_of
from clubsales.errors import NotFound, refuse
from clubsales.ids import MergeID, OrganisationID, PersonID, new_public_id
from clubsales.leads.matches import conflicts, moving, operations
from clubsales.leads.matches.events import PersonMerged
from clubsales.leads.matches.fields import Side, choose, join_phones, write
from clubsales.leads.matches.models import MergeRow
from clubsales.leads.matches.rules import MergeFacts, MergeRefused, may_merge
from clubsales.leads.people.models import PersonRow
from clubsales.typed import one_line

PERSON, MERGE = table_of(PersonRow), table_of(MergeRow)
LONGEST_REASON = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """The two rows, locked."""

    kept: Any
    merged: Any


def merge(
    session: Session,
    *,
    kept_id: PersonID,
    merged_id: PersonID,
    chosen: Mapping[str, Side] | None = None,
    reason: str = "",
    double_booked: str = "",
    actor: Actor,
    at: Instant,
) -> MergeID:
    """Make the merged person part of the kept one.

    `chosen` says which of the two a field comes from; unsaid, it is the kept one's unless that is blank.
    `double_booked` is written to an appointment that both had on one day. Raises NotFound and
    Refused(MergeRefused.SELF, ALREADY, ANONYMISED).
    """
    organisation_id = actor.club.organisation_id
    if kept_id == merged_id:
        refuse(MergeRefused.SELF).or_raise()
    pair = lock_pair(session, organisation_id, kept_id, merged_id)
    may_merge(
        MergeFacts(
            same=False,
            merged_already=any(row.merged_into_id is not None for row in (pair.kept, pair.merged)),
            anonymised=any(row.anonymised_at is not None for row in (pair.kept, pair.merged)),
        )
    ).or_raise()
    operations.decide(session, kept_id, merged_id, status="merged", actor=actor, at=at)
    origins = choose(pair.kept, pair.merged, chosen or {})
    fields: dict[str, Any] = {"person": origins}
    merge_id = MergeID(
        session.execute(
            sa.insert(MERGE)
            .values(
                public_id=new_public_id(),
                organisation_id=organisation_id,
                kept_id=kept_id,
                merged_id=merged_id,
                fields={},
                reason=one_line(reason, LONGEST_REASON),
                merged_at=at,
                merged_by=actor.account_id,
            )
            .returning(MERGE.c.id)
        ).scalar_one()
    )
    rows = _bring_over(
        session, merge_id, kept_id, merged_id, fields, double_booked=double_booked, actor=actor, at=at
    )
    fields["phones"] = join_phones(session, kept_id, merged_id, origins)
    write(session, kept_id, origins)
    session.execute(sa.update(PERSON).where(PERSON.c.id == merged_id).values(merged_into_id=kept_id))
    session.execute(sa.update(MERGE).where(MERGE.c.id == merge_id).values(fields=fields))
    audit.record(
        session,
        PersonMerged(kept_id, merged_id, merge_id, rows, sorted(origins)),
        actor=actor,
        at=at,
    )
    return merge_id


def gather(session: Session, at: Instant, *, since: Instant) -> int:
    """Bring over what was written to a merged person by somebody who had not seen the merge yet.

    A claim or an arrival that began a moment earlier may end a moment later. Returns how many rows came.
    """
    gathered = 0
    recent = sa.select(MERGE).where(MERGE.c.undone_at.is_(None), MERGE.c.merged_at >= since)
    for row in session.execute(recent.order_by(MERGE.c.id)).all():
        kept_id, merged_id = PersonID(row.kept_id), PersonID(row.merged_id)
        pair = lock_pair(session, row.organisation_id, kept_id, merged_id)
        if pair.merged.merged_into_id != kept_id:
            continue
        fields = row.fields
        actor = system_actor(clubs.all_clubs(session, row.organisation_id)[0])
        rows = _bring_over(
            session, MergeID(row.id), kept_id, merged_id, fields, double_booked="", actor=actor, at=at
        )
        if rows:
            session.execute(sa.update(MERGE).where(MERGE.c.id == row.id).values(fields=fields))
            event = PersonMerged(kept_id, merged_id, row.id, rows, [])
            audit.record(session, event, actor=actor, at=at)
        gathered += rows
    return gathered


def lock_pair(
    session: Session, organisation_id: OrganisationID, kept_id: PersonID, merged_id: PersonID
) -> Pair:
    """Both persons, so that nobody else merges them and nothing new refers to them meanwhile; raises NotFound."""
    rows = {
        row.id: row
        for row in session.execute(
            sa.select(PERSON)
            .where(PERSON.c.id.in_((kept_id, merged_id)), PERSON.c.organisation_id == organisation_id)
            .order_by(PERSON.c.id)
            .with_for_update()
        )
    }
    if kept_id not in rows or merged_id not in rows:
        raise NotFound
    return Pair(kept=rows[kept_id], merged=rows[merged_id])


def in_club(actor: Actor, club: Club) -> Actor:
    """The actor in another club of the organisation: what he does there stands in that club's audit."""
    return actor if actor.club.id == club.id else replace(actor, club=club, consultant_id=None)


def _bring_over(
    session: Session,
    merge_id: MergeID,
    kept_id: PersonID,
    merged_id: PersonID,
    fields: dict[str, Any],
    *,
    double_booked: str,
    actor: Actor,
    at: Instant,
) -> int:
    """What stands in the way first, then everything."""
    organisation_id = actor.club.organisation_id
    for club in clubs.all_clubs(session, organisation_id):
        local = in_club(actor, club)
        ended = conflicts.one_holder(session, kept_id, merged_id, actor=local, at=at)
        if ended is not None:
            fields.setdefault("claims", []).append(ended.id)
        conflicts.one_lead(session, merge_id, club, kept_id, merged_id, fields)
        cancelled = conflicts.one_appointment(
            session, club, kept_id, merged_id, double_booked, actor=local, at=at
        )
        if cancelled:
            fields.setdefault("appointments", []).extend(cancelled)
    conflicts.no_own_referral(session, kept_id, merged_id, fields)
    return moving.bring_over(
        session,
        merge_id=merge_id,
        organisation_id=organisation_id,
        merged_id=merged_id,
        kept_id=kept_id,
    )
