"""Reads of what somebody may see of a guest, and of who looked at whom."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.clock import Instant, local_day
from clubsales.consultants.profiles.tables import CONSULTANT
from clubsales.db import table_of
from clubsales.ids import ConsultantID, PersonID, TeamID
from clubsales.leads.claims.queries import CLAIM, RUNNING
from clubsales.leads.disclosures.models import DisclosureRow
from clubsales.leads.disclosures.rules import DisclosureKind, PhoneFacts, sees_everybody, sees_phone
from clubsales.leads.people.models import PersonRow

DISCLOSURE, PERSON = table_of(DisclosureRow), table_of(PersonRow)
# The floor stands above leads, so the table is known by its name.
RECEPTION = sa.table("reception", *(sa.column(name) for name in ("person_id", "consultant_id", "status")))
HOLDER = CONSULTANT.alias("holder")


def sees_whole(
    session: Session, actor: Actor, person_ids: Collection[PersonID], *, at: Instant
) -> frozenset[PersonID]:
    """Those of these persons whose phone and details the reader sees unmasked now; at most one statement."""
    wanted = frozenset(person_ids)
    if not wanted or sees_everybody(actor.roles):
        return wanted
    return frozenset(
        person_id
        for person_id, facts in phone_facts(session, actor, wanted, at=at).items()
        if sees_phone(facts)
    )


def phone_facts(
    session: Session, actor: Actor, person_ids: Collection[PersonID], *, at: Instant
) -> dict[PersonID, PhoneFacts]:
    """What decides for each of these persons whether the reader sees the phone; one statement."""
    today = local_day(at, actor.club.zone)
    held = sa.and_(
        CLAIM.c.club_id == actor.club.id,
        CLAIM.c.person_id == PERSON.c.id,
        RUNNING,
        CLAIM.c.until >= today,
    )
    viewer_team = (
        sa.select(CONSULTANT.c.team_id).where(CONSULTANT.c.id == actor.consultant_id).scalar_subquery()
    )
    receives = sa.exists().where(
        RECEPTION.c.person_id == PERSON.c.id,
        RECEPTION.c.consultant_id == actor.consultant_id,
        RECEPTION.c.status == "open",
    )
    revealed = sa.exists().where(
        DISCLOSURE.c.account_id == actor.account_id,
        DISCLOSURE.c.kind == DisclosureKind.REVEAL.value,
        DISCLOSURE.c.person_id == PERSON.c.id,
        DISCLOSURE.c.club_id == actor.club.id,
        DISCLOSURE.c.local_day == today,
    )
    rows = session.execute(
        sa.select(
            PERSON.c.id,
            CLAIM.c.consultant_id.label("held_by"),
            HOLDER.c.team_id.label("holder_team"),
            viewer_team.label("viewer_team"),
            receives.label("receives_now"),
            revealed.label("revealed_today"),
        )
        .join_from(PERSON, CLAIM, held, isouter=True)
        .join(HOLDER, HOLDER.c.id == CLAIM.c.consultant_id, isouter=True)
        .where(PERSON.c.id.in_(person_ids), PERSON.c.organisation_id == actor.club.organisation_id)
    )
    return {
        PersonID(row.id): PhoneFacts(
            viewer_id=actor.consultant_id,
            viewer_team=TeamID(row.viewer_team) if row.viewer_team is not None else None,
            viewer_roles=actor.roles,
            held_by=ConsultantID(row.held_by) if row.held_by is not None else None,
            holder_team=TeamID(row.holder_team) if row.holder_team is not None else None,
            receives_now=row.receives_now,
            revealed_today=row.revealed_today,
        )
        for row in rows
    }
