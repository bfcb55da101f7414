"""No page has a link to call or to write to a guest while the guest is left in peace (`follow_up.contact_hours`)."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from clubsales.clock import Instant
from clubsales.ids import PersonID
from clubsales.leads.appointments import operations as appointments
from clubsales.leads.appointments.models import AppointmentRow
from clubsales.leads.claims import operations as claims
from clubsales.leads.intake.models import LeadRow
from clubsales.leads.people import details, do_not_call
from clubsales.leads.people.do_not_call import Why
from clubsales.leads.people.models import PersonRow
from clubsales.leads.people.rules import PhoneLabel
from tests.builders import Cast, consultant_of, local
from tests.integration.auth.support import Browser, let_in
from tests.integration.leads.support import a_lead, on_shift

AT = local(14)
LATE = local(23)
LINKS = ('href="tel:', 'href="sms:', 'href="mailto:')


@pytest.fixture
def guest(session: Session, cast: Cast) -> Iterator[PersonID]:
    """A guest of Lin's with two phones and an e-mail, who comes tomorrow."""
    with time_machine.travel(AT, tick=False):
        on_shift(session, cast.lin, local(9, day=1))
        person_id = a_lead(session, cast.desk, e164="+8613800138000")
        me = consultant_of(cast.lin)
        claims.claim(session, person_id=person_id, consultant_id=me, actor=cast.lin, at=AT)
        details.add_phone(
            session, person_id=person_id, e164="+8613800138001", label=PhoneLabel.WORK, actor=cast.lin, at=AT
        )
        session.execute(sa.update(PersonRow).where(PersonRow.id == person_id).values(email="chen@example.cn"))
        appointments.make(
            session, consultant_id=me, person_id=person_id, due_at=local(15, day=10), actor=cast.lin, at=AT
        )
        let_in(session, cast.lin)
        yield person_id


def links(session: Session, client: FlaskClient, person_id: PersonID, at: Instant) -> dict[str, list[str]]:
    """Which links to reach the guest stand on each page with them."""
    lead = session.scalars(sa.select(LeadRow.public_id).where(LeadRow.person_id == person_id)).one()
    visit = session.scalars(
        sa.select(AppointmentRow.public_id).where(AppointmentRow.person_id == person_id)
    ).one()
    pages = {
        "lead": f"/leads/{lead}",
        "contact": f"/leads/{lead}/contact",
        "today": "/leads/today",
        "reminders": "/appointments/reminders",
        "reminder": f"/appointments/{visit}/reminder",
    }
    with time_machine.travel(at, tick=False):
        browser = Browser(client)
        browser.sign_in("linjing")
        texts = {name: browser.get(page).get_data(as_text=True) for name, page in pages.items()}
    return {name: [link for link in LINKS if link in text] for name, text in texts.items()}


def test_by_day_a_guest_is_called_and_written_to(
    session: Session, client: FlaskClient, guest: PersonID
) -> None:
    found = links(session, client, guest, AT)
    assert found["lead"] == list(LINKS)
    assert found["reminder"] == list(LINKS)


def test_by_night_nobody_calls_or_writes(session: Session, client: FlaskClient, guest: PersonID) -> None:
    found = links(session, client, guest, LATE)
    assert found.pop("lead") in ([], ['href="mailto:'])
    assert not any(found.values()), found


def test_by_night_no_reminder_is_copied_and_it_says_when_it_may_be(
    session: Session, client: FlaskClient, guest: PersonID
) -> None:
    visit = session.scalars(
        sa.select(AppointmentRow.public_id).where(AppointmentRow.person_id == guest)
    ).one()
    browser = Browser(client, {"Accept-Language": "en"})
    for at, is_open in ((AT, True), (LATE, False)):
        with time_machine.travel(at, tick=False):
            browser.sign_in("linjing")
            for address in ("/appointments/reminders", f"/appointments/{visit}/reminder"):
                page = browser.text(address)
                assert ("data-copy=" in page) is is_open, address
                assert ("They may be called again from" in page) is not is_open, address


def test_who_asked_for_it_is_neither_called_nor_written_to(
    session: Session, cast: Cast, client: FlaskClient, guest: PersonID
) -> None:
    do_not_call.forbid(session, person_id=guest, why=Why.ASKED, actor=cast.lin, at=AT)
    found = links(session, client, guest, AT)
    assert not any(found.values()), found
