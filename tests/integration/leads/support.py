"""What tests of leads begin with: a lead of the club, somebody on shift, another policy."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import policies
from clubsales.actor import Actor
from clubsales.clock import Instant, local_day
from clubsales.consultants.shifts.models import ShiftRow
from clubsales.ids import PersonID
from clubsales.leads.followups import operations as followups
from clubsales.leads.followups.models import ContactRow
from clubsales.leads.followups.rules import Channel, ContactOutcome
from clubsales.leads.intake import operations as intake
from clubsales.leads.intake.rules import Source
from clubsales.leads.people import operations as people
from tests.builders import Cast, consultant_of, local

MARCH = date(2026, 3, 1)


def a_lead(
    session: Session, actor: Actor, *, e164: str | None = None, name: str = "陈晨", at: Instant | None = None
) -> PersonID:
    """A lead captured by somebody of the desk or the floor."""
    at = at or local(8, day=1)
    person_id = people.find_or_add(session, e164=e164, name=name, actor=actor, at=at)
    intake.capture(session, person_id=person_id, source=Source.PHONE, actor=actor, at=at)
    return person_id


def on_shift(session: Session, actor: Actor, at: Instant) -> None:
    """An open shift: all that the rules of leads look at. How shifts are opened is tested where they are."""
    session.add(
        ShiftRow(
            club_id=actor.club.id,
            consultant_id=consultant_of(actor),
            local_day=local_day(at, actor.club.zone),
            opened_at=at,
            status_since=at,
        )
    )
    session.flush()


def off_shift(session: Session, actor: Actor, at: Instant) -> None:
    """The shift is over."""
    session.execute(
        sa.update(ShiftRow)
        .where(ShiftRow.consultant_id == consultant_of(actor), ShiftRow.closed_at.is_(None))
        .values(closed_at=at)
    )


def log(
    session: Session,
    actor: Actor,
    person_id: PersonID,
    at: Instant,
    outcome: ContactOutcome = ContactOutcome.ANSWERED,
    channel: Channel = Channel.CALL,
    **more: Any,
) -> str:
    """A consultant writes down a contact; its public id."""
    contact_id = followups.log_contact(
        session,
        person_id=person_id,
        consultant_id=consultant_of(actor),
        channel=channel,
        outcome=outcome,
        actor=actor,
        at=at,
        **more,
    )
    return session.scalars(sa.select(ContactRow.public_id).where(ContactRow.id == contact_id)).one()


def set_policy(session: Session, cast: Cast, changes: dict[str, object], *, on: date = MARCH) -> None:
    """Put another policy in force in the club of the cast."""
    policies.publish(session, changes=changes, valid_from=on, actor=cast.system, at=local(0, day=1))
