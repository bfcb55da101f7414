import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.audit import AuditEvent
from clubsales.errors import NotFound
from clubsales.leads.people import do_not_call
from clubsales.leads.people.do_not_call import Why, WhyAgain
from tests.builders import Cast, local
from tests.integration.leads.support import a_lead


def told(session: Session) -> list[tuple[str, str]]:
    events = session.scalars(
        sa.select(AuditEvent)
        .where(AuditEvent.tag.in_(("person:not_to_be_called", "person:may_be_called")))
        .order_by(AuditEvent.id)
    )
    return [(event.tag, event.facts["why"]) for event in events]


def test_who_asked_is_left_in_peace_until_he_says_otherwise(session: Session, cast: Cast) -> None:
    person_id, organisation_id = a_lead(session, cast.desk), cast.club.organisation_id
    assert do_not_call.since(session, organisation_id, person_id) is None
    for minute in range(2):
        do_not_call.forbid(session, person_id=person_id, why=Why.ASKED, actor=cast.lin, at=local(10, minute))
    assert do_not_call.since(session, organisation_id, person_id) == local(10)
    for minute in range(2):
        do_not_call.lift(
            session, person_id=person_id, why=WhyAgain.AGREED, actor=cast.lin, at=local(11, minute)
        )
    assert do_not_call.since(session, organisation_id, person_id) is None
    assert told(session) == [("person:not_to_be_called", "asked"), ("person:may_be_called", "agreed")]


def test_another_organisations_person_is_not_found(session: Session, cast: Cast) -> None:
    person_id = a_lead(session, cast.other_manager)
    with pytest.raises(NotFound):
        do_not_call.forbid(session, person_id=person_id, why=Why.ASKED, actor=cast.lin, at=local(10))
    with pytest.raises(NotFound):
        do_not_call.lift(session, person_id=person_id, why=WhyAgain.MISTAKE, actor=cast.lin, at=local(10))
