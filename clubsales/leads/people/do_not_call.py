"""Whoever asks to be left in peace is neither called nor written to until he says otherwise."""

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.db import table_of
from clubsales.errors import NotFound
from clubsales.ids import OrganisationID, PersonID
from clubsales.leads.people.events import PersonMayBeCalled, PersonNotToBeCalled
from clubsales.leads.people.models import PersonRow

PERSON = table_of(PersonRow)


class Why(StrEnum):
    """Why a person is not to be called."""

    ASKED = "asked"  # he said so
    COMPLAINED = "complained"
    NOT_HIS_PHONE = "not_his_phone"  # somebody else answers


class WhyAgain(StrEnum):
    """Why a person may be called again."""

    AGREED = "agreed"  # he said so
    MISTAKE = "mistake"


def since(session: Session, organisation_id: OrganisationID, person_id: PersonID) -> Instant | None:
    """Since when a person is not to be called; None: he may be. Raises NotFound."""
    row = session.execute(
        sa.select(PERSON.c.do_not_call_at).where(
            PERSON.c.id == person_id, PERSON.c.organisation_id == organisation_id
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    told: Instant | None = row.do_not_call_at
    return told


def forbid(session: Session, *, person_id: PersonID, why: Why, actor: Actor, at: Instant) -> None:
    """The person is not to be called from now on; said again it stays as it was. Raises NotFound."""
    if since(session, actor.club.organisation_id, person_id) is not None:
        return
    session.execute(sa.update(PERSON).where(PERSON.c.id == person_id).values(do_not_call_at=at))
    audit.record(session, PersonNotToBeCalled(person_id, why.value), actor=actor, at=at)


def lift(session: Session, *, person_id: PersonID, why: WhyAgain, actor: Actor, at: Instant) -> None:
    """The person may be called again; nothing for whoever may be already. Raises NotFound."""
    if since(session, actor.club.organisation_id, person_id) is None:
        return
    session.execute(sa.update(PERSON).where(PERSON.c.id == person_id).values(do_not_call_at=None))
    audit.record(session, PersonMayBeCalled(person_id, why.value), actor=actor, at=at)
