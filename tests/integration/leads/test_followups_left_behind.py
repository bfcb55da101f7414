"""What is planned with a lead goes with the lead: who holds it no longer owes nothing (OWN-10)."""

from datetime import date

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.audit import AuditEvent
from clubsales.clock import Instant
from clubsales.ids import PersonID
from clubsales.leads.claims import operations as claims
from clubsales.leads.followups import due, operations, passing_on, queries
from clubsales.leads.intake.models import LeadRow
from tests.builders import Cast, consultant_of, local
from tests.integration.auth.support import Browser, let_in
from tests.integration.leads.support import a_lead, on_shift

NOW = local(14)


@pytest.fixture(autouse=True)
def everybody_on_shift(session: Session, cast: Cast) -> None:
    for actor in (cast.lin, cast.zhou):
        on_shift(session, actor, local(8, day=1))


@pytest.fixture
def lead(session: Session, cast: Cast) -> PersonID:
    """Lin holds it since the 2nd, and calls on the 8th."""
    person_id = a_lead(session, cast.desk, name="陈晨")
    claim(session, cast.lin, person_id, local(9, day=2))
    plan(session, cast.lin, person_id, local(9, day=2))
    return person_id


def claim(session: Session, actor: Actor, person_id: PersonID, at: Instant) -> None:
    claims.claim(session, person_id=person_id, consultant_id=consultant_of(actor), actor=actor, at=at)


def plan(session: Session, actor: Actor, person_id: PersonID, at: Instant) -> None:
    operations.plan(
        session,
        person_id=person_id,
        consultant_id=consultant_of(actor),
        due_on=date(2026, 3, 8),
        what="回电",
        actor=actor,
        at=at,
    )


def owed(session: Session, cast: Cast, actor: Actor, at: Instant = NOW) -> int:
    """How many planned steps somebody finds among what is due."""
    rows = due.due_list(session, cast.club, consultant_of(actor), at, limit=9).rows
    return sum(row.step_public_id is not None for row in rows)


def test_who_gave_the_lead_back_owes_nothing_and_the_step_stays_visible(
    session: Session, cast: Cast, lead: PersonID
) -> None:
    assert owed(session, cast, cast.lin) == 1
    claims.release(session, person_id=lead, actor=cast.lin, at=local(9, day=8))
    assert owed(session, cast, cast.lin) == 0
    (step,) = queries.open_of_person(session, cast.club.id, lead)
    assert (step.what, step.waits) == ("回电", True)
    assert passing_on.go_along(session, NOW) == 0  # nobody holds it


def test_whose_protection_ended_owes_nothing(session: Session, cast: Cast, lead: PersonID) -> None:
    later = local(9, day=25)
    assert claims.expire_due(session, later) == 1
    assert owed(session, cast, cast.lin, later) == 0


def test_what_was_planned_goes_to_the_next_holder(session: Session, cast: Cast, lead: PersonID) -> None:
    claims.release(session, person_id=lead, actor=cast.lin, at=local(9, day=8))
    claim(session, cast.zhou, lead, local(10, day=8))
    assert passing_on.go_along(session, NOW) == 1
    assert passing_on.go_along(session, NOW) == 0
    assert (owed(session, cast, cast.lin), owed(session, cast, cast.zhou)) == (0, 1)
    (step,) = queries.open_of_person(session, cast.club.id, lead)
    assert (step.consultant_id, step.waits) == (consultant_of(cast.zhou), False)
    event = session.scalars(sa.select(AuditEvent).where(AuditEvent.tag == "follow_up:reassigned")).one()
    assert event.facts["from_consultant_id"] == consultant_of(cast.lin)
    assert event.actor_kind == "system"


def test_who_takes_the_lead_again_owes_what_he_planned(session: Session, cast: Cast, lead: PersonID) -> None:
    claims.release(session, person_id=lead, actor=cast.lin, at=local(9, day=2))
    claim(session, cast.lin, lead, local(9, day=20))
    assert owed(session, cast, cast.lin, local(14, day=20)) == 1
    assert passing_on.go_along(session, local(14, day=20)) == 0


def test_what_somebody_plans_without_holding_the_lead_stays_his(
    session: Session, cast: Cast, lead: PersonID
) -> None:
    plan(session, cast.ma, lead, local(10, day=2))
    claims.release(session, person_id=lead, actor=cast.lin, at=local(9, day=3))
    claim(session, cast.zhou, lead, local(10, day=3))
    passing_on.go_along(session, NOW)
    assert (owed(session, cast, cast.ma), owed(session, cast, cast.zhou)) == (1, 1)
    plan(session, cast.lin, lead, local(10, day=4))  # released, he asks all the same
    assert owed(session, cast, cast.lin) == 1


def test_whoever_bought_stays_with_whom_he_was_planned_with(
    session: Session, cast: Cast, lead: PersonID
) -> None:
    session.execute(sa.update(LeadRow).where(LeadRow.person_id == lead).values(converted_at=local(9, day=3)))
    claims.release(session, person_id=lead, actor=cast.lin, at=local(10, day=3))
    assert owed(session, cast, cast.lin) == 1


def test_in_the_pool_nobody_is_said_to_be_overdue(
    client: FlaskClient, session: Session, cast: Cast, lead: PersonID
) -> None:
    address = session.scalars(sa.select(LeadRow.public_id).where(LeadRow.person_id == lead)).one()
    let_in(session, cast.manager)
    session.commit()
    manager = Browser(client, {"Accept-Language": "en"})
    manager.sign_in("wujingli")
    assert "Overdue since" in manager.text(f"/leads/{address}")
    claims.release(session, person_id=lead, actor=cast.lin, at=local(9, day=8))
    session.commit()
    page = manager.text(f"/leads/{address}")
    assert "Was planned for Mar 8, 2026" in page
    for shown in (page, manager.text("/leads/list")):
        assert "回电" in shown
        assert "Overdue since" not in shown
