"""Reads of what somebody may see of a guest, and of who looked at whom."""

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Actor, Club
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
LEAD = sa.table("lead", *(sa.column(name) for name in ("public_id", "club_id", "person_id")))
MEMBER = sa.table("member", sa.column("organisation_id"), sa.column("person_id"))


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedToday:
    """What somebody has asked today: whether this phone, whether it is of a lead he holds, and how many others."""

    this_one: bool
    is_own: bool
    others: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownTo:
    """What a person is to a club: its lead, a member of the organisation."""

    lead_public_id: str | None
    is_member: bool


def known_to(session: Session, club: Club, person_id: PersonID) -> KnownTo:
    """What a person of the organisation is to a club; one statement."""
    lead = sa.select(LEAD.c.public_id).where(LEAD.c.club_id == club.id, LEAD.c.person_id == person_id)
    member = sa.exists().where(
        MEMBER.c.organisation_id == club.organisation_id, MEMBER.c.person_id == person_id
    )
    row = session.execute(
        sa.select(lead.scalar_subquery().label("lead_public_id"), member.label("is_member"))
    ).one()
    return KnownTo(lead_public_id=row.lead_public_id, is_member=row.is_member)


def is_anonymous(session: Session, person_id: PersonID) -> bool:
    """Whether nothing is left that says who a person is."""
    made = sa.select(PERSON.c.anonymised_at.is_not(None)).where(PERSON.c.id == person_id)
    return bool(session.execute(made).scalar_one())


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


def asked_today(
    session: Session, actor: Actor, *, person_id: PersonID | None, digest: str, at: Instant
) -> AskedToday:
    """The phones an account has asked for today; those of leads it holds are not counted."""
    same = DISCLOSURE.c.phone_digest == digest
    if person_id is not None:
        same |= DISCLOSURE.c.person_id == person_id
    own = _held_by(actor, DISCLOSURE.c.person_id, at)
    row = session.execute(
        sa.select(
            sa.func.coalesce(sa.func.max(sa.case((same, 1), else_=0)), 0).label("this_one"),
            sa.func.coalesce(sa.func.sum(sa.case((own, 0), else_=1)), 0).label("others"),
            sa.select(_held_by(actor, sa.literal(person_id, sa.BigInteger), at))
            .scalar_subquery()
            .label("is_own"),
        ).where(*_today(actor, DisclosureKind.PROBE, at))
    ).one()
    return AskedToday(this_one=bool(row.this_one), is_own=bool(row.is_own), others=row.others)


def has_today(
    session: Session, actor: Actor, kind: DisclosureKind, person_id: PersonID, *, at: Instant
) -> bool:
    """Whether an account has its line of this kind about a person today."""
    line = sa.exists().where(*_today(actor, kind, at), DISCLOSURE.c.person_id == person_id)
    return session.execute(sa.select(line)).scalar_one()


def revealed_today(session: Session, actor: Actor, *, at: Instant) -> int:
    """How many persons an account had shown to it today."""
    return session.execute(
        sa.select(sa.func.count()).select_from(DISCLOSURE).where(*_today(actor, DisclosureKind.REVEAL, at))
    ).scalar_one()


def _today(actor: Actor, kind: DisclosureKind, at: Instant) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        DISCLOSURE.c.account_id == actor.account_id,
        DISCLOSURE.c.kind == kind.value,
        DISCLOSURE.c.local_day == local_day(at, actor.club.zone),
    )


def _held_by(actor: Actor, person_id: sa.ColumnElement[int], at: Instant) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        CLAIM.c.club_id == actor.club.id,
        CLAIM.c.person_id == person_id,
        CLAIM.c.consultant_id == actor.consultant_id,
        RUNNING,
        CLAIM.c.until >= local_day(at, actor.club.zone),
    )
