"""The day's plan, the two taps of a contact, corrections and leaving guests in peace, as people meet them."""

import re
from collections.abc import Callable, Iterator
from datetime import date

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.ids import PersonID
from clubsales.leads.claims import operations as claims
from clubsales.leads.followups import operations, queries
from clubsales.leads.followups.rules import Channel, ContactOutcome
from clubsales.leads.intake.models import LeadRow
from clubsales.leads.people import do_not_call
from tests.builders import Cast, consultant_of, local
from tests.integration.auth.support import Browser, account, let_in
from tests.integration.consultants.test_roster import an_approved_leave
from tests.integration.leads.support import a_lead, on_shift, set_policy

PHONE = "+8613800138000"
Enter = Callable[[Actor], Browser]
NOON = local(12)


@pytest.fixture(autouse=True)
def at_noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def enter(client: FlaskClient, session: Session) -> Enter:
    def enter(actor: Actor) -> Browser:
        let_in(session, actor)
        browser = Browser(client, {"Accept-Language": "en"})
        browser.sign_in(account(session, actor).username)
        return browser

    return enter


@pytest.fixture
def mine(session: Session, cast: Cast) -> tuple[PersonID, str]:
    """A lead of grade A that Lin holds, with a call due today."""
    on_shift(session, cast.lin, local(8))
    person_id = a_lead(session, cast.desk, e164=PHONE)
    lin = consultant_of(cast.lin)
    claims.claim(session, person_id=person_id, consultant_id=lin, actor=cast.lin, at=local(9))
    session.execute(sa.update(LeadRow).where(LeadRow.person_id == person_id).values(grade="A"))
    operations.plan(
        session,
        person_id=person_id,
        consultant_id=lin,
        due_on=date(2026, 3, 9),
        what="报价",
        actor=cast.lin,
        at=local(9),
    )
    session.commit()
    lead = queries.lead_of(session, cast.club.id, person_id)
    assert lead is not None
    return person_id, lead


def checked(html: str, name: str) -> str | None:
    """Which chip of a form is tapped already."""
    for tag in re.findall(rf'<input[^>]*name="{name}"[^>]*>', html):
        if "checked" in tag:
            found = re.search(r'value="([^"]*)"', tag)
            return found[1] if found else None
    return None


def key(html: str) -> str:
    found = re.search(r'name="submission_key" value="([^"]+)"', html)
    assert found
    return found[1]


def test_two_taps_write_a_contact_with_the_next_step(
    session: Session, enter: Enter, cast: Cast, mine: tuple[PersonID, str]
) -> None:
    person_id, lead = mine
    browser = enter(cast.lin)
    page = browser.text("/leads/today")
    link = f"/leads/{lead}/contact?did=call-answered&amp;then=plan"
    assert link in page
    assert f'href="tel:{PHONE}"' in page
    form = browser.text(link.replace("&amp;", "&"))
    assert (checked(form, "contact"), checked(form, "next_in")) == ("call-answered", "2")
    answer = browser.post(
        f"/leads/{lead}/contact",
        page=f"/leads/{lead}/contact",
        contact="call-answered",
        next_what="再联系",
        next_in="2",
        next_channel="call",
        then="plan",
        submission_key=key(form),
    )
    assert answer.headers["Location"] == "/leads/today"
    (step,) = queries.open_of_person(session, cast.club.id, person_id)
    assert (step.due_on, step.channel) == (date(2026, 3, 11), Channel.CALL)


def test_the_proposed_day_pauses_while_the_consultant_is_away(
    session: Session, enter: Enter, cast: Cast, mine: tuple[PersonID, str]
) -> None:
    an_approved_leave(session, cast, date(2026, 3, 10), date(2026, 3, 12))
    session.commit()
    browser = enter(cast.lin)
    form = browser.text(f"/leads/{mine[1]}/contact")
    assert checked(form, "next_in") == "5"


def test_without_a_cadence_the_day_is_chosen(
    session: Session, enter: Enter, cast: Cast, mine: tuple[PersonID, str]
) -> None:
    set_policy(session, cast, {"follow_up": {"cadence_days": {"A": 0}}})
    session.commit()
    browser = enter(cast.lin)
    form = browser.text(f"/leads/{mine[1]}/contact")
    assert checked(form, "next_in") is None
    data = {"contact": "call-answered", "next_what": "再联系", "submission_key": key(form)}
    assert (
        browser.post(f"/leads/{mine[1]}/contact", page=f"/leads/{mine[1]}/contact", **data).status_code == 422
    )
    data["next_on"] = "2026-03-20"
    assert (
        browser.post(f"/leads/{mine[1]}/contact", page=f"/leads/{mine[1]}/contact", **data).status_code == 302
    )


@pytest.mark.parametrize(("at", "open_"), [(local(19, 59), True), (local(20), False), (local(8, 59), False)])
def test_outside_the_hours_the_links_go_and_the_page_says_until_when(
    enter: Enter, cast: Cast, mine: tuple[PersonID, str], at: Instant, open_: bool
) -> None:
    browser = enter(cast.lin)
    with time_machine.travel(at, tick=False):
        for url in ("/leads/today", f"/leads/{mine[1]}", f"/leads/{mine[1]}/contact"):
            page = browser.text(url)
            assert ("tel:" in page) is open_, url
            assert ("They may be called again from" in page) is not open_, url


def test_the_clubs_hours_decide_from_their_day_on(
    session: Session, enter: Enter, cast: Cast, mine: tuple[PersonID, str]
) -> None:
    set_policy(session, cast, {"follow_up": {"contact_hours": ["13:00", "18:00"]}}, on=date(2026, 3, 10))
    session.commit()
    browser = enter(cast.lin)
    assert "tel:" in browser.text(f"/leads/{mine[1]}")
    with time_machine.travel(local(12, day=10), tick=False):
        assert "tel:" not in browser.text(f"/leads/{mine[1]}")


def test_who_asked_is_left_in_peace_and_may_be_met(
    session: Session, enter: Enter, cast: Cast, mine: tuple[PersonID, str]
) -> None:
    person_id, lead = mine
    browser = enter(cast.lin)
    browser.post(f"/leads/{lead}/do-not-call", page=f"/leads/{lead}", why="nothing")
    assert do_not_call.since(session, cast.club.organisation_id, person_id) is None
    browser.post(f"/leads/{lead}/do-not-call", page=f"/leads/{lead}", why="asked")
    for url in (f"/leads/{lead}", "/leads/today"):
        page = browser.text(url)
        assert "Do not call" in page
        assert "tel:" not in page
    form = browser.text(f"/leads/{lead}/contact")
    assert checked(form, "next_channel") == "meeting"
    data = {
        "contact": "call-answered",
        "next_what": "再打",
        "next_in": "2",
        "next_channel": "call",
        "submission_key": key(form),
    }
    assert browser.post(f"/leads/{lead}/contact", page=f"/leads/{lead}/contact", **data).status_code == 422
    browser.post(f"/leads/{lead}/may-call", page=f"/leads/{lead}", why="agreed")
    assert "tel:" in browser.text(f"/leads/{lead}")


def test_a_correction_stands_beside_what_it_corrects(
    session: Session, enter: Enter, cast: Cast, mine: tuple[PersonID, str]
) -> None:
    person_id, lead = mine
    operations.log_contact(
        session,
        person_id=person_id,
        consultant_id=consultant_of(cast.lin),
        channel=Channel.CALL,
        outcome=ContactOutcome.ANSWERED,
        note="写错了",
        actor=cast.lin,
        at=local(11),
    )
    session.commit()
    browser = enter(cast.lin)
    old = queries.contacts_of(session, cast.club.id, person_id)[0].public_id
    url = f"/contacts/{old}/correct"
    assert url in browser.text(f"/leads/{lead}")
    form = browser.text(url)
    assert checked(form, "contact") == "call-answered"
    data = {"contact": "call-no_answer", "note": "没人接", "aim": "no", "submission_key": key(form)}
    for _press in range(2):
        assert browser.post(url, page=f"/leads/{lead}", **data).headers["Location"] == f"/leads/{lead}"
    page = browser.text(f"/leads/{lead}")
    assert "<del>写错了</del>" in page
    assert "没人接" in page
    assert url not in page
    assert len(queries.contacts_of(session, cast.club.id, person_id)) == 2


def test_a_supervisor_sees_calls_outside_the_hours_and_the_team(
    session: Session, enter: Enter, cast: Cast, mine: tuple[PersonID, str]
) -> None:
    person_id, lead = mine
    operations.log_contact(
        session,
        person_id=person_id,
        consultant_id=consultant_of(cast.lin),
        channel=Channel.CALL,
        outcome=ContactOutcome.ANSWERED,
        contacted_at=local(8),
        actor=cast.lin,
        at=local(11),
    )
    session.commit()
    browser = enter(cast.lin)
    assert "Outside the contact hours" not in browser.text(f"/leads/{lead}")
    assert "The team" not in browser.text("/leads/today")
    browser = enter(cast.supervisor)
    assert "Outside the contact hours" in browser.text(f"/leads/{lead}")
    page = browser.text("/leads/today")
    assert "The team" in page
    assert "林静" in page
    assert "马超" in page


def test_more_of_what_is_due_is_asked_for(session: Session, enter: Enter, cast: Cast) -> None:
    for number in range(17):
        operations.plan(
            session,
            person_id=a_lead(session, cast.desk, name=f"客{number:02}"),
            consultant_id=consultant_of(cast.lin),
            due_on=date(2026, 3, 9),
            what="",
            actor=cast.lin,
            at=local(9),
        )
    session.commit()
    browser = enter(cast.lin)
    page = browser.text("/leads/today")
    assert "/leads/today?due=30#due" in page
    assert "客16" not in page
    assert "客16" in browser.text("/leads/today?due=30")
    for odd in ("-1", "x", "99999999", "%EF%BC%91"):
        assert "客16" not in browser.text(f"/leads/today?due={odd}")
