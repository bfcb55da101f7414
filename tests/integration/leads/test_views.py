import re
from html import unescape
from http import HTTPStatus

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from clubsales import policies
from clubsales.actor import Actor
from clubsales.clock import Instant, local_day, now
from clubsales.leads.intake import operations, queries
from clubsales.leads.intake.rules import LONGEST_NOTE, Source
from clubsales.leads.people import operations as people
from tests.builders import Cast
from tests.integration.auth.support import Browser, let_in

USERNAMES = {
    "林静": "linjing",
    "周倩": "zhouqian",
    "吴经理": "wujingli",
    "财务": "caiwu",
    "别家经理": "biejia",
}


@pytest.fixture
def tablet(client: FlaskClient) -> Browser:
    return Browser(client, {"Accept-Language": "en"})


@pytest.fixture
def lin(tablet: Browser, session: Session, cast: Cast) -> Browser:
    return enter(tablet, session, cast.lin)


def enter(tablet: Browser, session: Session, actor: Actor) -> Browser:
    let_in(session, actor)
    tablet.sign_in(USERNAMES[actor.name])
    return tablet


def a_lead(
    session: Session,
    actor: Actor,
    e164: str = "+8613800138000",
    name: str = "王小明",
    at: Instant | None = None,
) -> str:
    at = at or now()
    person_id = people.find_or_add(session, e164=e164, name=name, actor=actor, at=at)
    lead_id = operations.capture(session, person_id=person_id, source=Source.FLYER, actor=actor, at=at)
    session.commit()
    return queries.public_id_of(session, lead_id)


def capture(tablet: Browser, **fields: str) -> tuple[int, str]:
    """Send the quick form; the status and the page it ends on."""
    answer = tablet.post("/leads", page="/leads", **{"source": "walk_in", **fields})
    if answer.status_code == HTTPStatus.FOUND:
        return answer.status_code, tablet.text(answer.location)
    return answer.status_code, answer.get_data(as_text=True)


def test_a_lead_is_captured_and_shown(lin: Browser) -> None:
    status, page = capture(
        lin, phone="138 0013 8000", name="王小明", source="flyer", interest="游泳", grade="B", consent="y"
    )
    assert status == HTTPStatus.FOUND
    for shown in (
        "王小明",
        "138****8000",
        "Flyer",
        "游泳",
        "B: soon",
        "Yes, agreed on",
        "Captured by 林静",
    ):
        assert shown in page
    assert "王小明" in lin.text("/leads?mine=1")


def test_a_second_capture_leads_to_the_first_lead(lin: Browser) -> None:
    first = lin.post("/leads", page="/leads", phone="13800138000", source="walk_in")
    again = lin.post("/leads", page="/leads", phone="+86 138-0013-8000", source="phone", name="王小明")
    assert again.location == first.location
    page = lin.text(again.location)
    assert "Walked in" in page
    assert page.count("Captured by 林静") == 2


BAD_INPUT = (
    ({"phone": "12"}, "This is not a phone number."),
    ({"phone": ""}, "phone first."),
    ({"phone": "1" * 10_000}, "This is not a phone number."),
    ({"phone": "13800138000\x00"}, "This is not a phone number."),
    ({"phone": "13800138000", "name": "a" * 121}, "Use at most 120 characters."),
    ({"phone": "13800138000", "note": "a" * (LONGEST_NOTE + 1)}, "Use at most 4000 characters."),
    ({"phone": "13800138000", "source": "moon"}, "Not a valid choice"),
    ({"phone": "13800138000", "grade": "Z"}, "Not a valid choice"),
)


def test_bad_input_is_marked_and_what_was_typed_is_kept(lin: Browser) -> None:
    for fields, sentence in BAD_INPUT:
        status, page = capture(lin, **{"name": "张三", "interest": "kept text", **fields})
        assert (status, sentence in page) == (HTTPStatus.UNPROCESSABLE_ENTITY, True), sentence
        assert 'value="kept text"' in page
        assert "No leads yet" in page


def test_hostile_text_is_kept_harmless(lin: Browser) -> None:
    status, page = capture(
        lin,
        phone="13800138000",
        name="<script>alert(1)</script>",
        note="\x00\x1b[31m'; DROP TABLE lead; --\u202e",
        interest="%(name)s {{ 7*7 }}",
    )
    assert status == HTTPStatus.FOUND
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "%(name)s {{ 7*7 }}" in page
    assert "\x00" not in page


def test_without_its_token_nothing_is_captured(lin: Browser) -> None:
    with lin.client.application.app_context():
        answer = lin.client.post("/leads", data={"phone": "13800138000", "source": "walk_in"})
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert "No leads yet" in lin.text("/leads")


def test_a_lead_is_corrected(lin: Browser, session: Session, cast: Cast) -> None:
    address = f"/leads/{a_lead(session, cast.lin)}"
    form = lin.text(f"{address}/edit")
    assert re.search(r'name="name"[^>]*value="王小明"', form)
    answer = lin.post(address, page=address, name="王晓明", interest="pool", grade="A", note="n", consent="y")
    assert (answer.status_code, answer.location) == (HTTPStatus.FOUND, address)
    page = lin.text(address)
    assert "王晓明" in page
    assert "A: buys now" in page
    refused = lin.post(address, page=address, name="a" * 121, interest="still here")
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert 'value="still here"' in refused.get_data(as_text=True)


def test_what_somebody_changed_meanwhile_is_not_overwritten_unseen(
    lin: Browser, session: Session, cast: Cast
) -> None:
    address = f"/leads/{a_lead(session, cast.lin)}"

    def shown_at(page: str) -> str:
        found = re.search(r'name="seen"[^>]*value="([^"]+)"', page)
        assert found
        return found[1]

    shown = shown_at(lin.text(f"{address}/edit"))
    for _press in range(2):
        sent = lin.post(address, page=address, name="王小明", interest="boxing", grade="A", seen=shown)
        assert sent.status_code == HTTPStatus.FOUND
    late = lin.post(address, page=address, name="王小明", note="calls on Friday", seen=shown)
    page = unescape(late.get_data(as_text=True))
    assert late.status_code == HTTPStatus.CONFLICT
    assert "Somebody changed this lead meanwhile." in page
    assert "What interests the guest is now: boxing" in page
    assert "calls on Friday" in page
    assert "boxing" in lin.text(address)
    again = lin.post(address, page=address, name="王小明", note="calls on Friday", seen=shown_at(page))
    assert again.status_code == HTTPStatus.FOUND
    assert "calls on Friday" in lin.text(address)


def test_a_colleague_sees_the_phone_masked(tablet: Browser, session: Session, cast: Cast) -> None:
    address = f"/leads/{a_lead(session, cast.lin)}"
    enter(tablet, session, cast.zhou)
    for page in (tablet.text(address), tablet.text("/leads")):
        assert "138****8000" in page
        assert "13800138000" not in page.replace(" ", "")


def test_a_manager_sees_it_whole(tablet: Browser, session: Session, cast: Cast) -> None:
    address = f"/leads/{a_lead(session, cast.lin)}"
    enter(tablet, session, cast.manager)
    assert "138 0013 8000" in tablet.text(address)


def test_another_clubs_lead_is_not_there(tablet: Browser, session: Session, cast: Cast) -> None:
    address = f"/leads/{a_lead(session, cast.lin)}"
    enter(tablet, session, cast.other_manager)
    assert tablet.get(address).status_code == HTTPStatus.NOT_FOUND
    assert tablet.post(address, page="/leads", name="x").status_code == HTTPStatus.NOT_FOUND
    assert tablet.get("/leads/nosuchthing1").status_code == HTTPStatus.NOT_FOUND


def test_the_doors_ask_who_it_is(tablet: Browser, session: Session, cast: Cast) -> None:
    address = f"/leads/{a_lead(session, cast.lin)}"
    for door in ("/leads", f"{address}/timeline", address):
        assert tablet.get(door).status_code == HTTPStatus.SEE_OTHER
    enter(tablet, session, cast.finance)
    for door in ("/leads", f"{address}/timeline", address):
        assert tablet.get(door).status_code == HTTPStatus.FORBIDDEN


def test_mask_is_the_clubs_own(tablet: Browser, session: Session, cast: Cast) -> None:
    policies.publish(
        session,
        changes={"privacy": {"mask": {"first": 0, "last": 2}}},
        valid_from=local_day(now(), cast.club.zone),
        actor=cast.manager,
        at=now(),
    )
    session.commit()
    address = f"/leads/{a_lead(session, cast.lin)}"
    enter(tablet, session, cast.zhou)
    page = tablet.text(address)
    assert "****00" in page
    assert "138****8000" not in page


def test_who_came_is_read_page_by_page(lin: Browser, session: Session, cast: Cast) -> None:
    at = now()
    for number in range(30):
        a_lead(session, cast.lin, e164=f"+86138001380{number:02}", name=f"客{number:02}", at=at)
    page = lin.text("/leads?mine=1")
    assert [f"客{number:02}" in page for number in (24, 25)] == [False, True]
    (older,) = [unescape(found) for found in re.findall(r'href="(/leads\?[^"#]*before=[^"#]*)#', page)]
    page = lin.text(older)
    assert [f"客{number:02}" in page for number in (24, 25)] == [True, False]
    assert "Latest" in page
    for lost in ("/leads?before=a2b3c4d5e6f7", "/leads?before=%00"):
        assert lin.get(lost).status_code == HTTPStatus.NOT_FOUND


def test_the_way_leads_to_what_somebody_may_enter(
    tablet: Browser, session: Session, cast: Cast, client: FlaskClient
) -> None:
    def ways(actor: Actor) -> set[str]:
        page = enter(tablet, session, actor).text("/leads")
        nav = page.partition('class="tabs places"')[2].partition("</nav>")[0]
        return set(re.findall(r'href="([^"]+)"', nav))

    lin = ways(cast.lin)
    assert {"/leads/today", "/leads/list", "/appointments", "/passes"} <= lin
    assert not {"/leads/sources", "/leads/who-looked", "/leads/matches", "/leads/hand-over"} & lin
    assert {"/leads/sources", "/leads/who-looked", "/leads/matches", "/leads/hand-over"} <= ways(cast.manager)


def test_a_birthday_is_seen_and_written_by_who_sees_the_phone(
    tablet: Browser, session: Session, cast: Cast
) -> None:
    address = f"/leads/{a_lead(session, cast.lin)}"
    manager = enter(tablet, session, cast.manager)
    manager.post(address, page=address, birthday="1990-05-04")
    assert "May 4, 1990" in manager.text(address)
    zhou = enter(tablet, session, cast.zhou)
    assert "1990" not in zhou.text(address)
    zhou.post(address, page=address, birthday="1991-01-01", interest="swim")
    page = enter(tablet, session, cast.manager).text(address)
    assert "May 4, 1990" in page
    assert "swim" in page
