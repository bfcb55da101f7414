"""A lead's page on a tablet: claim, contact, next step; the list of what is due."""

from collections.abc import Iterator
from http import HTTPStatus
from uuid import uuid4

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.leads.claims import operations as claims
from clubsales.leads.claims.models import ClaimRow
from clubsales.leads.followups.models import ContactRow, FollowUpRow
from clubsales.leads.intake import operations as intake
from clubsales.leads.intake import queries
from clubsales.leads.intake.rules import Source
from clubsales.leads.people import operations as people
from tests.builders import Cast, consultant_of, local
from tests.integration.auth.support import Browser, let_in
from tests.integration.leads.support import on_shift, set_policy

AT = local(14)
CONTACT = {"contact": "call-answered", "next_what": "再打电话", "next_in": "3"}


@pytest.fixture(autouse=True)
def afternoon() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def tablet(client: FlaskClient) -> Browser:
    return Browser(client, {"Accept-Language": "en"})


def enter(tablet: Browser, session: Session, actor: Actor, username: str) -> Browser:
    let_in(session, actor)
    tablet.sign_in(username)
    return tablet


@pytest.fixture
def lead(session: Session, cast: Cast) -> str:
    """A lead of the club that nobody holds; Lin is on shift."""
    person_id = people.find_or_add(
        session, e164="+8613800138000", name="王小明", actor=cast.desk, at=local(9)
    )
    lead_id = intake.capture(session, person_id=person_id, source=Source.PHONE, actor=cast.desk, at=local(9))
    on_shift(session, cast.lin, local(9))
    session.commit()
    return queries.public_id_of(session, lead_id)


@pytest.fixture
def lin(tablet: Browser, session: Session, cast: Cast, lead: str) -> Browser:
    return enter(tablet, session, cast.lin, "linjing")


def held_by(session: Session) -> list[int]:
    return list(session.scalars(sa.select(ClaimRow.consultant_id).where(ClaimRow.ended_at.is_(None))))


def test_a_lead_is_claimed_and_given_back(lin: Browser, session: Session, cast: Cast, lead: str) -> None:
    page = f"/leads/{lead}"
    assert "138****8000" in lin.text(page)
    assert lin.post(f"{page}/claim", page=page).location == page
    shown = lin.text(page)
    for words in (
        "The lead is yours.",
        "Yours",
        "Protected until",
        "15 days left",
        "138 0013 8000",
        "Claimed by 林静",
        "Release",
        "1 holder so far",
    ):
        assert words in shown
    assert lin.post(f"{page}/claim", page=page).location == page  # pressed twice
    assert held_by(session) == [consultant_of(cast.lin)]
    assert "王小明" in lin.text("/leads?mine=1")
    for _press in range(2):
        assert lin.post(f"{page}/release", page=page).location == page
    assert held_by(session) == []
    assert "Released by 林静" in lin.text(page)


def test_whoever_claims_in_a_list_stays_there(lin: Browser, session: Session, cast: Cast, lead: str) -> None:
    the_list = "/leads/list?view=pool"
    lin.headers["Referer"] = f"http://localhost{the_list}"
    assert lin.post(f"/leads/{lead}/claim", page="/floor").location == the_list
    assert held_by(session) == [consultant_of(cast.lin)]


def test_a_held_lead_says_whose_it_is(tablet: Browser, session: Session, cast: Cast, lead: str) -> None:
    _claim_for_ma(session, cast, lead)
    lin = enter(tablet, session, cast.lin, "linjing")
    page = f"/leads/{lead}"
    shown = lin.text(page)
    assert "马超" in shown
    assert "Claim this lead" not in shown
    assert "138****8000" in shown
    assert "held by 马超" in lin.text("/leads")
    lin.post(f"{page}/claim", page=page)
    assert "already claimed by 马超" in lin.text(page)
    lin.post(f"{page}/release", page=page)
    assert "Only the holder, a supervisor or the club manager" in lin.text(page)
    assert held_by(session) == [consultant_of(cast.ma)]


def test_the_manager_releases_a_colleagues_lead(
    tablet: Browser, session: Session, cast: Cast, lead: str
) -> None:
    _claim_for_ma(session, cast, lead)
    manager = enter(tablet, session, cast.manager, "wujingli")
    page = f"/leads/{lead}"
    assert "Release this lead?" in manager.text(page)
    manager.post(f"{page}/release", page=page)
    assert held_by(session) == []


def test_a_running_clock_is_shown(lin: Browser, session: Session, cast: Cast, lead: str) -> None:
    set_policy(session, cast, {"claims": {"response_minutes": 15}})
    session.commit()
    page = f"/leads/{lead}"
    lin.post(f"{page}/claim", page=page)
    assert "Contact the guest by 14:15" in lin.text(page)
    lin.post(f"{page}/contact", page=page, **{**CONTACT, "contact": "call-no_answer"})
    assert "Contact the guest by" not in lin.text(page)


def test_a_claim_without_an_end_says_so(lin: Browser, session: Session, cast: Cast, lead: str) -> None:
    set_policy(session, cast, {"claims": {"protection_days": 0}})
    session.commit()
    page = f"/leads/{lead}"
    assert "keeps it until releasing it" in lin.text(page)
    lin.post(f"{page}/claim", page=page)
    shown = lin.text(page)
    assert "until you release it" in shown
    assert "9999" not in shown


def test_a_contact_is_written_down_with_its_next_step(lin: Browser, session: Session, lead: str) -> None:
    page = f"/leads/{lead}"
    answer = lin.post(f"{page}/contact", page=page, note="想游泳", **CONTACT)
    assert answer.location == page
    shown = lin.text(page)
    for words in ("Called, answered, by 林静", "想游泳", "再打电话", "Mar 12, 2026"):
        assert words in shown
    session.expire_all()
    (contact,) = session.scalars(sa.select(ContactRow))
    assert (contact.at, contact.contacted_at) == (AT, AT)


def test_two_presses_are_one_contact(lin: Browser, session: Session, lead: str) -> None:
    page, key = f"/leads/{lead}", str(uuid4())
    for _press in range(2):
        assert lin.post(f"{page}/contact", page=page, submission_key=key, **CONTACT).location == page
    assert len(session.scalars(sa.select(ContactRow)).all()) == 1
    lin.post(f"{page}/contact", page=page, submission_key=str(uuid4()), **CONTACT)
    assert len(session.scalars(sa.select(ContactRow)).all()) == 2


@pytest.mark.parametrize("key", ["a\x00b", "x" * 500, ""])
def test_a_key_that_is_none_of_ours_does_no_harm(lin: Browser, session: Session, lead: str, key: str) -> None:
    page = f"/leads/{lead}"
    assert lin.post(f"{page}/contact", page=page, submission_key=key, **CONTACT).location == page
    assert len(session.scalars(sa.select(ContactRow)).all()) == 1


def test_an_earlier_contact_is_shown_as_such(lin: Browser, session: Session, lead: str) -> None:
    page = f"/leads/{lead}"
    lin.post(f"{page}/contact", page=page, earlier_on="2026-03-08", earlier_at="10:30", **CONTACT)
    (contact,) = session.scalars(sa.select(ContactRow))
    assert (contact.contacted_at, contact.at) == (local(10, 30, day=8), AT)
    assert "as written down" in lin.text(page)


def test_another_day_may_be_typed(lin: Browser, session: Session, lead: str) -> None:
    page = f"/leads/{lead}"
    lin.post(f"{page}/contact", page=page, next_on="2026-03-20", **CONTACT)
    (step,) = session.scalars(sa.select(FollowUpRow))
    assert step.due_on.isoformat() == "2026-03-20"


BAD_INPUT = (
    ({"contact": ""}, "Choose what happened."),
    ({"contact": "call-met"}, "Not a valid choice"),
    ({"next_what": ""}, "Write down what comes next."),
    ({"next_what": "长" * 201}, "Use at most 200 characters."),
    ({"note": "长" * 4001}, "Use at most 4000 characters."),
    ({"next_in": "-1"}, "Not a valid choice"),
    ({"next_on": "2026-03-08"}, "has passed. Choose today or a later day"),
    ({"next_on": "9999-12-31"}, "Choose a day within a year."),
    ({"next_on": "soon"}, "Type a day"),
    ({"earlier_on": "2026-03-10"}, "has not happened yet"),
    ({"earlier_on": "0001-01-01", "earlier_at": "00:00"}, "within the last year"),
    ({"earlier_on": "yesterday"}, "Type a day"),
    ({"earlier_at": "14:01"}, "has not happened yet"),
    ({"earlier_at": "25:00"}, "Type a time"),
    ({"earlier_on": "2026-03-08"}, "About what time was it?"),
)


def test_bad_input_is_marked_and_what_was_typed_is_kept(lin: Browser, session: Session, lead: str) -> None:
    page = f"/leads/{lead}"
    for fields, sentence in BAD_INPUT:
        answer = lin.post(f"{page}/contact", page=page, **{"note": "kept text", **CONTACT, **fields})
        shown = answer.get_data(as_text=True)
        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY, fields
        assert sentence in shown, fields
        assert "再打电话" in shown or "next_what" in fields
    assert session.scalars(sa.select(ContactRow)).all() == []


def test_what_is_due_stands_on_the_list_and_is_ticked_off(lin: Browser, session: Session, lead: str) -> None:
    page = f"/leads/{lead}"
    assert "Nothing is due today" in lin.text("/leads")
    lin.post(f"{page}/contact", page=page, **{**CONTACT, "next_in": "0"})
    shown = lin.text("/leads")
    assert "What is due" in shown
    assert "再打电话" in shown
    assert f'href="/leads/{lead}"' in shown
    assert "再打电话" in lin.text(f"{page}/contact")
    step = session.scalars(sa.select(FollowUpRow.public_id)).one()
    for _press in range(2):
        lin.post(f"/follow-ups/{step}/done", page="/leads")
    assert "Nothing is due today" in lin.text("/leads")


def test_what_was_left_undone_is_overdue(lin: Browser, session: Session, lead: str) -> None:
    page = f"/leads/{lead}"
    lin.post(f"{page}/contact", page=page, **{**CONTACT, "next_in": "0"})
    with time_machine.travel(local(14, day=11), tick=False):
        lin.sign_in("linjing")
        assert "2 days overdue" in lin.text("/leads")


def test_a_colleagues_step_is_not_mine_to_tick_off(
    tablet: Browser, session: Session, cast: Cast, lead: str
) -> None:
    lin = enter(tablet, session, cast.lin, "linjing")
    lin.post(f"/leads/{lead}/contact", page=f"/leads/{lead}", **CONTACT)
    step = session.scalars(sa.select(FollowUpRow.public_id)).one()
    other = Browser(tablet.client.application.test_client(), {"Accept-Language": "en"})
    zhou = enter(other, session, cast.zhou, "zhouqian")
    zhou.post(f"/follow-ups/{step}/done", page="/leads")
    assert "can tick it off" in zhou.text("/leads")
    assert session.scalars(sa.select(FollowUpRow.ended_at)).one() is None


def test_the_birthday_is_written_corrected_and_taken_back(lin: Browser, session: Session, lead: str) -> None:
    page = f"/leads/{lead}"
    lin.post(f"{page}/claim", page=page)  # who holds the lead sees its details
    fields = {"name": "王小明", "grade": "", "interest": "", "note": ""}
    lin.post(page, page=page, birthday="1990-05-04", **fields)
    assert "May 4, 1990" in lin.text(page)
    lin.post(page, page=page, birthday="2090-05-04", **fields)
    assert "This cannot be a birthday." in lin.text(page)
    answer = lin.post(page, page=page, birthday="4 May", **fields)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    lin.post(page, page=page, birthday="", **fields)
    assert "May 4, 1990" not in lin.text(page)


DOORS = ("/leads/{}/claim", "/leads/{}/release", "/leads/{}/contact")


def test_others_than_sellers_do_not_claim_or_log(
    tablet: Browser, session: Session, cast: Cast, lead: str
) -> None:
    desk = enter(tablet, session, cast.desk, "qiantai")
    shown = desk.text(f"/leads/{lead}")
    assert "Claim this lead" not in shown
    assert "Write down a contact" not in shown
    for door in DOORS:
        answer = desk.post(door.format(lead), page=f"/leads/{lead}", **CONTACT)
        assert answer.status_code == HTTPStatus.FORBIDDEN, door
    assert desk.client.get(f"/leads/{lead}/contact").status_code == HTTPStatus.FORBIDDEN
    assert desk.post("/follow-ups/aaaaaaaaaaaa/done", page="/leads").status_code == HTTPStatus.FORBIDDEN


def test_another_clubs_lead_is_not_there(tablet: Browser, session: Session, cast: Cast, lead: str) -> None:
    stranger = enter(tablet, session, cast.other_manager, "biejia")
    for door in (*DOORS, "/leads/nothing/claim", "/leads/nothing/contact"):
        answer = stranger.post(door.format(lead), page="/leads", **CONTACT)
        assert answer.status_code == HTTPStatus.NOT_FOUND, door
    assert stranger.client.get(f"/leads/{lead}/contact").status_code == HTTPStatus.NOT_FOUND
    assert stranger.post("/follow-ups/aaaaaaaaaaaa/done", page="/leads").status_code == HTTPStatus.NOT_FOUND
    assert session.scalars(sa.select(ClaimRow)).all() == []


def test_every_outcome_is_one_tap(lin: Browser, lead: str) -> None:
    shown = lin.text(f"/leads/{lead}")
    for value in ("call-answered", "call-no_answer", "call-switched_off", "call-wrong_number"):
        assert f"/leads/{lead}/contact?did={value}" in shown
    for value in ("message-replied", "message-no_answer", "meeting-met"):
        assert f"/leads/{lead}/contact?did={value}" in shown


def test_nobody_ticks_off_a_colleagues_step(
    lin: Browser, tablet: Browser, session: Session, cast: Cast, lead: str
) -> None:
    lin.post(f"/leads/{lead}/contact", page=f"/leads/{lead}/contact", **CONTACT)
    assert "/done" in lin.text(f"/leads/{lead}")
    zhou = enter(tablet, session, cast.zhou, "zhouqian")
    shown = zhou.text(f"/leads/{lead}")
    assert "/follow-ups/" not in shown


def _claim_for_ma(session: Session, cast: Cast, lead: str) -> None:
    page = queries.by_public_id(session, cast.desk, lead, at=AT)
    claims.claim(
        session,
        person_id=page.lead.person_id,
        consultant_id=consultant_of(cast.ma),
        actor=cast.ma,
        at=local(10),
    )
    session.commit()
