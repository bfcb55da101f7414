"""The club's form on the web: it takes an enquiry, and tells nobody who is known."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus
from unittest import mock
from uuid import uuid4

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from clubsales.audit import AuditEvent
from clubsales.leads.claims import operations as claims
from clubsales.leads.followups import operations as follow_ups
from clubsales.leads.followups import queries as followups
from clubsales.leads.followups.rules import Channel, ContactOutcome
from clubsales.leads.intake.models import LeadRow
from clubsales.leads.intake.rules import LONGEST_NOTE
from clubsales.leads.people import queries as people
from clubsales.leads.people.models import PersonRow
from clubsales.leads.sources import operations as sources
from clubsales.leads.sources import queries as club_sources
from clubsales.leads.sources.rules import Source
from clubsales.leads.touches import queries as touches
from clubsales.web import limiter
from tests.builders import Cast, consultant_of, local
from tests.integration.auth.support import Browser, let_in
from tests.integration.leads.support import a_lead

AT = local(14)
TYPED = {"name": "李雷", "phone": "138 0013 8000", "call": "evening", "interest": "年卡", "consent": "y"}
UNLIKE = re.compile(r'value="[^"]*"|nonce="[^"]*"|content="[^"]*"')


@pytest.fixture(autouse=True)
def afternoon() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def visitor(client: FlaskClient) -> Browser:
    return Browser(client, {"Accept-Language": "en"})


def ask(visitor: Browser, cast: Cast, *, link: str = "", **changes: str) -> tuple[int, str]:
    """Send the form; the status and the page it ends on."""
    address = f"/enquiry/{cast.club.public_id}{link}"
    answer = visitor.post(address, page=address, **{**TYPED, **changes})
    if answer.status_code == HTTPStatus.SEE_OTHER:
        return answer.status_code, visitor.text(answer.location)
    return answer.status_code, answer.get_data(as_text=True)


def the_lead(session: Session, e164: str = "+8613800138000") -> LeadRow:
    session.expire_all()
    return session.scalars(
        sa.select(LeadRow).join(PersonRow, PersonRow.id == LeadRow.person_id).order_by(LeadRow.id.desc())
    ).first()  # type: ignore[return-value]


def test_an_enquiry_is_a_lead_of_the_club(visitor: Browser, session: Session, cast: Cast) -> None:
    assert "阳光店" in visitor.text(f"/enquiry/{cast.club.public_id}")
    status, page = ask(visitor, cast)
    assert (status, "Thank you" in page) == (HTTPStatus.SEE_OTHER, True)
    lead = the_lead(session)
    person = people.get(session, cast.club.organisation_id, lead.person_id)  # type: ignore[arg-type]
    assert (person.name, person.e164) == ("李雷", "+8613800138000")
    assert (lead.club_id, lead.source, lead.interest) == (cast.club.id, "online", "年卡")
    assert (lead.consent_at, lead.captured_by) == (AT, None)
    assert "晚上" in lead.note  # for the staff, though the visitor reads English
    (touch,) = touches.timeline(session, cast.club.id, person.id)
    assert touch.kind.value == "enquiry"
    event = session.scalars(sa.select(AuditEvent).where(AuditEvent.tag == "lead:enquired")).one()
    assert (event.actor_kind, event.account_id, event.facts["was_known"]) == ("guest", None, False)
    assert "李雷" not in str(event.facts)


def test_a_known_phone_is_a_touch_and_nobody_outside_learns_it(
    visitor: Browser, session: Session, cast: Cast
) -> None:
    a_lead(session, cast.lin, e164="+8613800138000", name="王小明")
    session.commit()
    known = ask(visitor, cast, phone="13800138000")
    new = ask(visitor, cast, phone="13800138001")
    assert known[0] == new[0]
    assert UNLIKE.sub("", known[1]) == UNLIKE.sub("", new[1])
    person = people.by_phone(session, cast.club.organisation_id, "+8613800138000")
    assert person is not None
    assert person.name == "王小明"
    lead = session.scalars(sa.select(LeadRow).where(LeadRow.person_id == person.id)).one()
    assert (lead.source, lead.consent_at) == ("phone", AT)
    assert "李雷" in lead.note
    assert session.scalar(sa.select(sa.func.count()).select_from(LeadRow)) == 2


def test_the_holder_finds_it_among_what_is_due(visitor: Browser, session: Session, cast: Cast) -> None:
    person_id = a_lead(session, cast.ma, e164="+8613800138000")
    ma = consultant_of(cast.ma)
    claims.claim(session, person_id=person_id, consultant_id=ma, actor=cast.ma, at=local(9))
    session.commit()
    for _ in range(2):
        ask(visitor, cast)
    (step,) = followups.open_of_person(session, cast.club.id, person_id)
    assert (step.consultant_id, step.due_on.isoformat()) == (ma, "2026-03-09")
    assert step.what == "回电：官网预约来电"  # in the language of the staff, not of the visitor


def test_what_was_noted_stays_and_what_is_asked_is_added_however_long_the_note(
    visitor: Browser, session: Session, cast: Cast
) -> None:
    person_id = a_lead(session, cast.lin, e164="+8613800138000")
    session.execute(
        sa.update(LeadRow).where(LeadRow.person_id == person_id).values(note="x" * (LONGEST_NOTE - 30))
    )
    session.commit()
    assert ask(visitor, cast)[0] == HTTPStatus.SEE_OTHER
    note = the_lead(session).note
    assert note.startswith("x" * (LONGEST_NOTE - 30) + "\n")
    assert len(note) > LONGEST_NOTE
    assert "李雷" in note


def test_a_note_that_grew_too_long_does_not_keep_anybody_from_correcting_the_lead(
    client: FlaskClient, session: Session, cast: Cast
) -> None:
    person_id = a_lead(session, cast.lin, e164="+8613800138000")
    grown = "x" * LONGEST_NOTE + "\n官网"
    session.execute(sa.update(LeadRow).where(LeadRow.person_id == person_id).values(note=grown))
    let_in(session, cast.lin)
    session.commit()
    lin = Browser(client, {"Accept-Language": "en"})
    lin.sign_in("linjing")
    page = f"/leads/{the_lead(session).public_id}"
    typed = {"name": "王小明", "source": "phone", "interest": "", "grade": "B"}
    assert lin.post(page, page=f"{page}/edit", note=grown, **typed).status_code == HTTPStatus.FOUND
    assert (the_lead(session).grade, the_lead(session).note) == ("B", grown)
    longer = lin.post(page, page=f"{page}/edit", note=grown + "more", **typed)
    assert longer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"phone": "12"}, "This is not a phone number."),
        ({"phone": ""}, "Type the phone we may call you on."),
        ({"consent": ""}, "We need your consent to call you."),
        ({"name": "a" * 121}, "at most 120 characters"),
        ({"call": "night"}, "Not a valid choice"),
        ({"interest": "a" * 201}, "at most 200 characters"),
    ],
)
def test_what_is_missing_is_said_at_its_field(
    visitor: Browser, session: Session, cast: Cast, changes: dict[str, str], sentence: str
) -> None:
    status, page = ask(visitor, cast, **changes)
    assert (status, sentence in page) == (HTTPStatus.UNPROCESSABLE_ENTITY, True)
    assert session.scalar(sa.select(sa.func.count()).select_from(LeadRow)) == 0


def test_a_robot_is_thanked_and_forgotten(visitor: Browser, session: Session, cast: Cast) -> None:
    status, page = ask(visitor, cast, website="https://spam.example")
    assert (status, "Thank you" in page) == (HTTPStatus.SEE_OTHER, True)
    assert session.scalar(sa.select(sa.func.count()).select_from(PersonRow)) == 0


def test_two_presses_are_one_enquiry(visitor: Browser, session: Session, cast: Cast) -> None:
    key = str(uuid4())
    for _ in range(2):
        ask(visitor, cast, submission_key=key)
    lead = the_lead(session)
    assert len(touches.timeline(session, cast.club.id, lead.person_id)) == 1  # type: ignore[arg-type]
    assert lead.note.count("李雷") == 1


def test_a_link_of_its_own_says_where_it_stood(visitor: Browser, session: Session, cast: Cast) -> None:
    for kind in (Source.ONLINE, Source.EVENT):
        sources.add(session, kind=kind, name="公众号", actor=cast.manager, at=AT)
    session.commit()
    own = {each.kind: each.own for each in club_sources.of_club(session, cast.club.id)}
    (account,) = own[Source.ONLINE]
    page = visitor.text(f"/enquiry/{cast.club.public_id}?from={account.public_id}")
    assert f"/enquiry/{cast.club.public_id}?from={account.public_id}" in page
    ask(visitor, cast, link=f"?from={account.public_id}")
    assert the_lead(session).source_id == account.id
    for number, link in enumerate((own[Source.EVENT][0].public_id, "nonsense", "%00")):
        ask(visitor, cast, link=f"?from={link}", phone=f"1380013801{number}")
        assert the_lead(session).source_id is None


def test_there_is_a_form_for_a_club_only(visitor: Browser) -> None:
    for address in ("/enquiry/a2b3c4d5e6f7", "/enquiry/SZ01", "/enquiry/a2b3c4d5e6f7/thanks"):
        assert visitor.get(address).status_code == HTTPStatus.NOT_FOUND


def test_who_nobody_has_called_stands_first_on_the_page_of_leads(
    client: FlaskClient, session: Session, cast: Cast
) -> None:
    person_id = a_lead(session, cast.ma, e164="+8613800138000", name="王小明")
    session.commit()
    visitor = Browser(client, {"Accept-Language": "en"})
    with time_machine.travel(AT - timedelta(hours=2), tick=False):
        ask(visitor, cast)
    ask(visitor, cast, phone="13800138001", name="韩梅")
    let_in(session, cast.lin)
    session.commit()
    lin = Browser(client, {"Accept-Language": "en"})
    lin.sign_in("linjing")
    page = lin.text("/leads")
    asked = page.partition("Asked for a call on the website")[2].partition("Latest leads of the club")[0]
    assert asked.index("王小明") < asked.index("韩梅")  # who waits longest is first
    waits_since = (AT - timedelta(hours=2)).isoformat().replace("+00:00", "Z")
    assert f'datetime="{waits_since}" data-relative' in asked  # its age
    assert "Asked for a call" not in lin.text("/leads?mine=1")
    follow_ups.log_contact(
        session,
        person_id=person_id,
        consultant_id=consultant_of(cast.ma),
        channel=Channel.CALL,
        outcome=ContactOutcome.NO_ANSWER,
        actor=cast.ma,
        at=AT,
    )
    other = people.by_phone(session, cast.club.organisation_id, "+8613800138001")
    assert other is not None
    claims.claim(session, person_id=other.id, consultant_id=consultant_of(cast.ma), actor=cast.ma, at=AT)
    session.commit()
    assert "Asked for a call" not in lin.text("/leads")


def test_it_speaks_chinese(client: FlaskClient, cast: Cast) -> None:
    page = Browser(client, {"Accept-Language": "zh-CN"}).text(f"/enquiry/{cast.club.public_id}")
    assert 'lang="zh-Hans"' in page


def test_nobody_sends_it_all_day(app: Flask, visitor: Browser, cast: Cast) -> None:
    limited = replace(app.extensions["clubsales_settings"], rate_limits=True)
    with mock.patch.dict(app.extensions, clubsales_settings=limited):
        answers = [ask(visitor, cast, phone=f"1380013800{number}")[0] for number in range(6)]
        with app.app_context():
            limiter.reset()
    assert answers == [HTTPStatus.SEE_OTHER] * 5 + [HTTPStatus.TOO_MANY_REQUESTS]
