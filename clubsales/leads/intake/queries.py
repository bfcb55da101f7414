"""Reads of leads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from clubsales.actor import Actor
from clubsales.auth.rules import may_be_public_id
from clubsales.clock import Instant, local_day
from clubsales.consultants.profiles import queries as profiles
from clubsales.errors import NotFound
from clubsales.ids import ClubID, ConsultantID, LeadID, LeadSourceID, PersonID
from clubsales.leads.claims.queries import CLAIM, RUNNING
from clubsales.leads.disclosures import queries as disclosures
from clubsales.leads.followups.queries import CONTACT
from clubsales.leads.intake.models import LeadRow
from clubsales.leads.intake.rules import Grade, LostReason, Source, Urgency
from clubsales.leads.people.models import PersonPhoneRow, PersonRow
from clubsales.leads.people.rules import readable_phone
from clubsales.leads.touches.queries import TOUCH
from clubsales.leads.touches.rules import TouchKind

STILL_WAITS = timedelta(days=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadLine:
    """A lead in a list. `phone_shown` says whether the reader may see the whole phone."""

    id: LeadID
    public_id: str
    person_id: PersonID
    name: str
    is_anonymous: bool
    e164: str | None
    phone_shown: bool
    source: Source
    interest: str
    grade: Grade | None
    captured_by: ConsultantID | None
    captured_by_name: str | None
    captured_at: Instant
    converted_at: Instant | None
    held_by: ConsultantID | None
    held_by_name: str | None
    held_until: date | None

    @property
    def phone(self) -> str:
        """The whole phone as people read it, for who may see it."""
        return readable_phone(self.e164) if self.e164 and self.phone_shown else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A lead that asked for a call, and when last."""

    lead: LeadLine
    at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadPage:
    """All that is known of a lead. What happened is its timeline; sales come from above.

    `source_id` is the club's own source, more exact than the kind. `referred_by` is the name of who brought the guest,
    empty where it is not known; None: nobody did.
    """

    lead: LeadLine
    note: str
    consent_at: Instant | None
    source_id: LeadSourceID | None
    referred_by: str | None
    referrer_lead: str | None
    urgency: Urgency | None
    budget: str
    decides: str
    lost_at: Instant | None
    lost_reason: LostReason | None


def of_person(session: Session, club_id: ClubID, person_id: PersonID) -> LeadID | None:
    """A person's lead in the club."""
    found = session.execute(
        sa.select(LeadRow.id).where(LeadRow.club_id == club_id, LeadRow.person_id == person_id)
    ).scalar_one_or_none()
    return LeadID(found) if found is not None else None


def line_of_person(session: Session, actor: Actor, person_id: PersonID, *, at: Instant) -> LeadLine | None:
    """A person's lead in the reader's club, in short."""
    row = session.execute(_leads(actor, at).where(LeadRow.person_id == person_id)).one_or_none()
    if row is None:
        return None
    return _lines(session, [row], actor, at)[0]


def recent(
    session: Session,
    actor: Actor,
    *,
    consultant_id: ConsultantID | None = None,
    before: str = "",
    limit: int = 50,
    at: Instant,
) -> list[LeadLine]:
    """The club's latest leads, or those a consultant captured or holds.

    `before` is the lead after which the list goes on; raises NotFound.
    """
    club_id = actor.club.id
    statement = _leads(actor, at).order_by(LeadRow.captured_at.desc(), LeadRow.id.desc()).limit(limit)
    if consultant_id is not None:
        captured = sa.select(LeadRow.id).where(
            LeadRow.club_id == club_id, LeadRow.captured_by == consultant_id
        )
        held = sa.select(CLAIM.c.person_id).where(
            CLAIM.c.club_id == club_id,
            CLAIM.c.consultant_id == consultant_id,
            RUNNING,
            CLAIM.c.until >= local_day(at, actor.club.zone),
        )
        statement = statement.where(sa.or_(LeadRow.id.in_(captured), LeadRow.person_id.in_(held)))
    if before:
        last = session.execute(
            sa.select(LeadRow.captured_at, LeadRow.id).where(LeadRow.id == id_of(session, club_id, before))
        ).one()
        statement = statement.where(
            sa.tuple_(LeadRow.captured_at, LeadRow.id) < sa.tuple_(last.captured_at, last.id)
        )
    rows = session.execute(statement).all()
    return _lines(session, rows, actor, at)


def asked_for_a_call(session: Session, actor: Actor, *, at: Instant, limit: int) -> list[Asked]:
    """Whom nobody holds and nobody called since he asked on the website, who waits longest first; two weeks back."""
    asked = (
        sa.select(TOUCH.c.person_id, sa.func.max(TOUCH.c.at, type_=TOUCH.c.at.type).label("at"))
        .where(
            TOUCH.c.club_id == actor.club.id,
            TOUCH.c.kind == sa.literal_column(f"'{TouchKind.ENQUIRY.value}'"),  # as the index has it
            TOUCH.c.at > at - STILL_WAITS,
        )
        .group_by(TOUCH.c.person_id)
        .subquery("asked")
    )
    called = sa.exists().where(
        CONTACT.c.club_id == actor.club.id,
        CONTACT.c.person_id == asked.c.person_id,
        CONTACT.c.at >= asked.c.at,
    )
    rows = session.execute(
        _leads(actor, at)
        .add_columns(asked.c.at.label("asked_at"))
        .join(asked, asked.c.person_id == LeadRow.person_id)
        .where(CLAIM.c.id.is_(None), LeadRow.lost_at.is_(None), PersonRow.anonymised_at.is_(None), ~called)
        .order_by(asked.c.at, LeadRow.id)
        .limit(limit)
    ).all()
    lines = _lines(session, rows, actor, at) if rows else []
    return [Asked(lead=line, at=row.asked_at) for line, row in zip(lines, rows, strict=True)]


def id_of(session: Session, club_id: ClubID, public_id: str) -> LeadID:
    """A lead of the club by what stands in an address; raises NotFound."""
    if not may_be_public_id(public_id):
        raise NotFound
    found = session.execute(
        sa.select(LeadRow.id).where(LeadRow.club_id == club_id, LeadRow.public_id == public_id)
    ).scalar_one_or_none()
    if found is None:
        raise NotFound
    return LeadID(found)


def public_id_of(session: Session, lead_id: LeadID) -> str:
    """What stands in a lead's address."""
    return session.execute(sa.select(LeadRow.public_id).where(LeadRow.id == lead_id)).scalar_one()


def public_id_of_person(session: Session, club_id: ClubID, person_id: PersonID) -> str:
    """What stands in the address of a person's lead in the club."""
    return session.execute(
        sa.select(LeadRow.public_id).where(LeadRow.club_id == club_id, LeadRow.person_id == person_id)
    ).scalar_one()


def was_known(session: Session, club_id: ClubID, person_id: PersonID, at: Instant) -> str | None:
    """The name of a lead of the club that was captured before `at`; None: it was not, or nobody knows the name."""
    name: str | None = session.execute(
        sa.select(PersonRow.name)
        .join(LeadRow, LeadRow.person_id == PersonRow.id)
        .where(LeadRow.club_id == club_id, LeadRow.person_id == person_id, LeadRow.captured_at < at)
    ).scalar_one_or_none()
    return name or None


def by_public_id(session: Session, actor: Actor, public_id: str, *, at: Instant) -> LeadPage:
    """A lead's page for this reader at this moment; raises NotFound, for another club's too."""
    if not may_be_public_id(public_id):
        raise NotFound
    referrer, referrer_lead = aliased(PersonRow), aliased(LeadRow)
    row = session.execute(
        _leads(actor, at)
        .add_columns(
            LeadRow.note,
            LeadRow.consent_at,
            LeadRow.source_id,
            referrer.name.label("referred_by"),
            referrer_lead.public_id.label("referrer_lead"),
            LeadRow.urgency,
            LeadRow.budget,
            LeadRow.decides,
            LeadRow.lost_at,
            LeadRow.lost_reason,
        )
        .join(referrer, referrer.id == LeadRow.referred_by_id, isouter=True)
        .join(
            referrer_lead,
            (referrer_lead.club_id == LeadRow.club_id) & (referrer_lead.person_id == LeadRow.referred_by_id),
            isouter=True,
        )
        .where(LeadRow.public_id == public_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return LeadPage(
        lead=_lines(session, [row], actor, at)[0],
        note=row.note,
        consent_at=row.consent_at,
        source_id=row.source_id,
        referred_by=row.referred_by,
        referrer_lead=row.referrer_lead,
        urgency=Urgency(row.urgency) if row.urgency else None,
        budget=row.budget,
        decides=row.decides,
        lost_at=row.lost_at,
        lost_reason=LostReason(row.lost_reason) if row.lost_reason else None,
    )


def _leads(actor: Actor, at: Instant) -> sa.Select[*tuple[Any, ...]]:
    """The club's leads, each with who holds it today."""
    today = local_day(at, actor.club.zone)
    held = (CLAIM.c.club_id == LeadRow.club_id) & (CLAIM.c.person_id == LeadRow.person_id)
    phone = aliased(PersonPhoneRow)
    first_phone = (
        sa.select(sa.func.min(phone.id)).where(phone.person_id == LeadRow.person_id).scalar_subquery()
    )
    return (
        sa.select(
            LeadRow.id,
            LeadRow.public_id,
            LeadRow.person_id,
            PersonRow.name,
            PersonRow.anonymised_at,
            PersonPhoneRow.e164,
            LeadRow.source,
            LeadRow.interest,
            LeadRow.grade,
            LeadRow.captured_by,
            LeadRow.captured_at,
            LeadRow.converted_at,
            CLAIM.c.consultant_id.label("held_by"),
            CLAIM.c.until.label("held_until"),
        )
        .join_from(LeadRow, PersonRow, PersonRow.id == LeadRow.person_id)
        .join(PersonPhoneRow, PersonPhoneRow.id == first_phone, isouter=True)
        .join(CLAIM, held & RUNNING & (CLAIM.c.until >= today), isouter=True)
        .where(LeadRow.club_id == actor.club.id)
    )


def _lines(session: Session, rows: Sequence[Any], actor: Actor, at: Instant) -> list[LeadLine]:
    names = profiles.names(
        session, {one for row in rows for one in (row.captured_by, row.held_by) if one is not None}
    )
    whole = disclosures.sees_whole(session, actor, [PersonID(row.person_id) for row in rows], at=at)
    return [_line(row, names, phone_shown=row.person_id in whole) for row in rows]


def _line(row: Any, names: dict[ConsultantID, str], *, phone_shown: bool) -> LeadLine:
    return LeadLine(
        id=LeadID(row.id),
        public_id=row.public_id,
        person_id=PersonID(row.person_id),
        name=row.name,
        is_anonymous=row.anonymised_at is not None,
        e164=row.e164,
        phone_shown=phone_shown,
        source=Source(row.source),
        interest=row.interest,
        grade=Grade(row.grade) if row.grade else None,
        captured_by=row.captured_by,
        captured_by_name=names.get(row.captured_by) if row.captured_by is not None else None,
        captured_at=row.captured_at,
        converted_at=row.converted_at,
        held_by=row.held_by,
        held_by_name=names.get(row.held_by) if row.held_by is not None else None,
        held_until=row.held_until,
    )
