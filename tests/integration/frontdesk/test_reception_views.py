"""The desk and my floor in a browser, on both databases."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.consultants.checklists.rules import Occasion
from clubsales.consultants.checklists.starters import starter
from clubsales.consultants.shifts.rules import Status
from clubsales.frontdesk.posts import operations as posts
from clubsales.frontdesk.reception import operations as reception
from clubsales.frontdesk.reception.known import who_is
from clubsales.frontdesk.reception.models import ReceptionRow
from tests.builders import Cast, consultant_of, local
from tests.integration.auth.support import Browser, let_in
from tests.statements import statements

AT = local(10, 20)
ENGLISH = {"Accept-Language": "en"}
TICKED = {"done": list(starter(Occasion.OPENING, "early").codes)}


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def desk(session: Session, cast: Cast, client: FlaskClient) -> Browser:
    """The receptionist, signed in; Lin and Zhou stand in the queue."""
    for actor in (cast.lin, cast.zhou):
        opens(session, actor)
    return signed_in(session, client, cast.desk, "qiantai")


def opens(session: Session, actor: Actor) -> None:
    posts.open_shift(
        session,
        consultant_id=consultant_of(actor),
        checklist=None,
        actor=actor,
        at=local(9),
    )


def signed_in(session: Session, client: FlaskClient, actor: Actor, username: str) -> Browser:
    let_in(session, actor, at=AT)
    browser = Browser(client, dict(ENGLISH))
    assert browser.sign_in(username).status_code == 303
    return browser


def guests(session: Session) -> list[ReceptionRow]:
    session.expire_all()
    return list(session.scalars(sa.select(ReceptionRow).order_by(ReceptionRow.id)))


def test_a_phone_is_typed_and_the_guest_is_given_to_whose_turn_it_is(
    session: Session, cast: Cast, desk: Browser
) -> None:
    page = desk.text("/desk")
    assert "林静 receives" in page
    answer = desk.post("/desk/guests", page="/desk", phone="138 0013 8000", name="陈先生")
    assert answer.status_code == 302
    (guest,) = guests(session)
    assert guest.consultant_id == consultant_of(cast.lin)
    assert answer.location == f"/desk?received={guest.public_id}"
    shown = desk.text(answer.location)
    assert "林静 is first in the queue and free." in shown
    assert "138****8000" in shown
    assert "13800138000" not in shown
    assert "周倩 receives" in shown


def test_the_preview_says_who_it_is_and_writes_nothing(session: Session, cast: Cast, desk: Browser) -> None:
    desk.post("/desk/guests", page="/desk", phone="13800138000", name="陈先生")
    fragment = desk.text("/desk/preview?phone=138+0013+8000")
    assert "陈先生" in fragment
    assert "Already in the club, with 林静." in fragment
    assert "receives" not in fragment
    unknown = desk.text("/desk/preview?phone=139+0013+8000")
    assert "周倩 receives" in unknown
    half = desk.text("/desk/preview?phone=138")
    assert "not a full phone number yet" in half
    assert len(guests(session)) == 1


def test_a_guest_who_asks_for_somebody_goes_there(session: Session, cast: Cast, desk: Browser) -> None:
    zhou = profile_public_id(session, cast.zhou)
    assert "It does not count as a turn" in desk.text(f"/desk/preview?phone=&asks_for={zhou}")
    desk.post("/desk/guests", page="/desk", phone="", asks_for=zhou)
    desk.post("/desk/guests", page="/desk", phone="", card=zhou)
    first, second = guests(session)
    assert (first.consultant_id, first.basis) == (consultant_of(cast.zhou), "designated")
    assert (second.consultant_id, second.basis) == (consultant_of(cast.lin), "proxy")
    assert second.signals == [{"kind": "business_card", "consultant": consultant_of(cast.zhou)}]


def test_two_presses_are_one_guest(session: Session, cast: Cast, desk: Browser) -> None:
    desk.post("/desk/guests", page="/desk", phone="13800138000")
    again = desk.post("/desk/guests", page="/desk", phone="+86 138-0013-8000")
    assert len(guests(session)) == 1
    assert "already in the club" in desk.text(again.location)
    key = "6f2c0d54-7f0a-4a3e-9a53-0a5b3b1f7c11"
    desk.post("/desk/guests", page="/desk", name="无号", submission_key=key)
    desk.post("/desk/guests", page="/desk", name="无号", submission_key=key)
    assert len(guests(session)) == 2
    desk.post("/desk/guests", page="/desk", name="无号", submission_key=key[:-1] + "2")
    assert len(guests(session)) == 3


@pytest.mark.parametrize(
    "phone", ["12", "abc", "1" * 40, "138001380001380013800", "13800138000\x00", "＋８６"]
)
def test_what_is_no_phone_is_said_at_the_field_and_kept(session: Session, desk: Browser, phone: str) -> None:
    answer = desk.post("/desk/guests", page="/desk", phone=phone, name="陈先生")
    assert answer.status_code == 422
    assert "This is not a phone number" in answer.text
    assert "陈先生" in answer.text
    assert guests(session) == []


def test_a_name_too_long_is_said_at_the_field(session: Session, desk: Browser) -> None:
    answer = desk.post("/desk/guests", page="/desk", phone="13800138000", name="陈" * 5000)
    assert answer.status_code == 422
    assert "The name is too long" in answer.text
    assert guests(session) == []


def test_foreign_and_unknown_ids_are_not_found(session: Session, cast: Cast, desk: Browser) -> None:
    foreign = profile_public_id(session, cast.other_manager)
    for field in ("asks_for", "card", "came_with"):
        assert desk.post("/desk/guests", page="/desk", **{field: foreign}).status_code == 404
        assert desk.get(f"/desk/preview?{field}=zzz").status_code == 404
    assert desk.get("/desk?received=zzz").status_code == 404
    assert desk.post("/guests/zzz/seen-out", page="/desk", outcome="sold").status_code == 404
    assert guests(session) == []


def test_a_guest_is_seen_out_and_the_next_is_served(session: Session, cast: Cast, desk: Browser) -> None:
    for number in range(3):
        desk.post("/desk/guests", page="/desk", phone=f"1380013800{number}")
    first, _second, third = guests(session)
    assert third.status == "waiting"
    wrong = desk.post(f"/guests/{first.public_id}/seen-out", page="/desk", outcome="danced")
    assert wrong.status_code == 302
    assert guests(session)[0].status == "open"
    desk.post(f"/guests/{first.public_id}/seen-out", page="/desk", outcome="be_back")
    first, _second, third = guests(session)
    assert (first.status, first.outcome) == ("ended", "be_back")
    assert (third.status, third.consultant_id) == ("open", consultant_of(cast.lin))


def test_json_is_answered_in_json(session: Session, cast: Cast, desk: Browser) -> None:
    found = desk.text("/desk").split('name="csrf_token" value="')[1].split('"')[0]
    with desk.client.application.app_context():
        answer = desk.client.post(
            "/desk/guests",
            data={"csrf_token": found, "phone": "13800138000"},
            headers={"Accept": "application/json", **ENGLISH},
        )
    assert answer.status_code == 201
    assert answer.json is not None
    assert (answer.json["consultant"], answer.json["basis"], answer.json["rule"]) == (
        "林静",
        "rotation",
        "ROT-01",
    )


def test_a_walk_in_over_http_costs_few_statements(session: Session, cast: Cast, desk: Browser) -> None:
    """Finding out who asks included, BEGIN and COMMIT not (product.md, "Numbers")."""
    desk.post("/desk/guests", page="/desk", phone="13900139000")  # whatever is prepared once is prepared
    token = desk.text("/desk").split('name="csrf_token" value="')[1].split('"')[0]

    def send(address: str, **fields: str) -> int:
        with desk.client.application.app_context(), statements() as sent:
            answer = desk.client.post(address, data={"csrf_token": token, **fields})
        assert answer.status_code == 302
        return len(sent)

    assert send("/desk/guests", phone="13800138000", name="陈先生") <= 16
    guest = guests(session)[-1].public_id
    assert send(f"/guests/{guest}/seen-out", outcome="sold") <= 6


def test_the_board_answers_304_until_something_moves(session: Session, cast: Cast, desk: Browser) -> None:
    for part in ("queue", "guests"):
        first = desk.get(f"/board/live?part={part}")
        assert first.status_code == 200
        mark = first.headers["ETag"]
        assert desk.get(f"/board/live?part={part}", **{"If-None-Match": mark}).status_code == 304
        desk.post("/desk/guests", page="/desk", phone="")
        assert desk.get(f"/board/live?part={part}", **{"If-None-Match": mark}).status_code == 200


def test_my_floor_opens_with_the_checklist(session: Session, cast: Cast, client: FlaskClient) -> None:
    lin = signed_in(session, client, cast.lin, "linjing")
    assert "My uniform is clean and complete" in lin.text("/floor")
    half = lin.post("/floor/shift", page="/floor", done="badge")
    assert half.status_code == 422
    assert "Tick every item" in half.text
    assert lin.post("/floor/shift", page="/floor", **TICKED).status_code == 302  # type: ignore[arg-type]
    page = lin.text("/floor")
    assert "You are next" in page
    assert "¥0.00" in page
    live = lin.get("/floor/live")
    assert lin.get("/floor/live", **{"If-None-Match": live.headers["ETag"]}).status_code == 304


def test_my_guest_stands_on_my_floor_with_the_reason(
    session: Session, cast: Cast, client: FlaskClient
) -> None:
    opens(session, cast.lin)
    guest = reception.arrive(session, e164="+8613800138000", name="陈先生", actor=cast.desk, at=local(10))
    lin = signed_in(session, client, cast.lin, "linjing")
    page = lin.text("/floor")
    assert "陈先生" in page
    assert "林静 is first in the queue and free." in page
    assert "138****8000" in page
    lin.post("/floor/status", page="/floor", status="meal")
    assert "林静 has a guest. See the guest out first" in lin.text("/floor")
    lin.post(f"/guests/{guest.public_id}/seen-out", page="/floor", outcome="follow_up")
    lin.post("/floor/status", page="/floor", status="meal")
    assert "at least 1" in lin.text("/floor")
    opens(session, cast.zhou)
    session.commit()
    lin.post("/floor/status", page="/floor", status="meal")
    assert "At a meal" in lin.text("/floor")
    lin.post(f"/guests/{guest.public_id}/seen-out", page="/floor", outcome="sold")
    assert guests(session)[0].status == "ended"


def test_a_consultant_sees_out_his_own_guest_only(session: Session, cast: Cast, client: FlaskClient) -> None:
    opens(session, cast.lin)
    guest = reception.arrive(session, e164=None, actor=cast.desk, at=local(10))
    opens(session, cast.zhou)
    zhou = signed_in(session, client, cast.zhou, "zhouqian")
    zhou.post(f"/guests/{guest.public_id}/seen-out", page="/floor", outcome="sold")
    assert "was not given to" in zhou.text("/floor")
    assert guests(session)[0].status == "open"
    assert zhou.get("/desk").status_code == 403


def test_a_phone_written_down_later_makes_the_guest_a_lead(
    session: Session, cast: Cast, client: FlaskClient
) -> None:
    opens(session, cast.lin)
    guest = reception.arrive(session, e164=None, name="陈先生", actor=cast.desk, at=local(10))
    lin = signed_in(session, client, cast.lin, "linjing")
    lin.post(f"/guests/{guest.public_id}/phone", page="/floor", phone="12")
    assert "This is not a phone number" in lin.text("/floor")
    lin.post(f"/guests/{guest.public_id}/phone", page="/floor", phone="13800138000")
    known = who_is(session, cast.club, "+8613800138000")
    assert known is not None
    assert (known.name, known.present) == ("陈先生", guest.reception_id)
    assert known.lead_public_id is not None
    lin.post(f"/guests/{guest.public_id}/phone", page="/floor", phone="13900139000")
    assert "already has another phone" in lin.text("/floor")


def test_the_manager_lets_the_last_one_go_with_a_reason(
    session: Session, cast: Cast, client: FlaskClient
) -> None:
    opens(session, cast.lin)
    manager = signed_in(session, client, cast.manager, "wujingli")
    lin = profile_public_id(session, cast.lin)
    assert "Let 林静 leave the post" in manager.text("/desk")
    manager.post(f"/floor/{lin}/release", page="/desk", into="close", reason="")
    assert "Write the reason." in manager.text("/desk")
    manager.post(f"/floor/{lin}/release", page="/desk", into="close", reason=" ")
    assert "Write the reason." in manager.text("/desk")
    manager.post(f"/floor/{lin}/release", page="/desk", into="close", reason="孩子发烧")
    assert "Nobody is in the queue" in manager.text("/desk")


def test_the_manager_gives_a_waiting_guest_to_somebody_off_duty(
    session: Session, cast: Cast, client: FlaskClient
) -> None:
    guest = reception.arrive(session, e164=None, actor=cast.desk, at=local(10))
    manager = signed_in(session, client, cast.manager, "wujingli")
    zhou = profile_public_id(session, cast.zhou)
    assert f'value="{zhou}"' in manager.text("/desk")
    manager.post(f"/guests/{guest.public_id}/off-duty", page="/desk", consultant="zzz")
    assert guests(session)[0].status == "waiting"
    manager.post(f"/guests/{guest.public_id}/off-duty", page="/desk", consultant=zhou, reason=" ")
    assert "Write the reason: everybody concerned sees it." in manager.text("/desk")
    assert guests(session)[0].status == "waiting"
    manager.post(
        f"/guests/{guest.public_id}/off-duty", page="/desk", consultant=zhou, reason="老客户，点名要她"
    )
    (row,) = guests(session)
    assert (row.status, row.basis, row.consultant_id) == ("open", "off_duty", consultant_of(cast.zhou))
    assert "Reason: 老客户，点名要她" in manager.text(f"/guests/{guest.public_id}")


def test_other_clubs_guests_are_not_found(session: Session, cast: Cast, client: FlaskClient) -> None:
    guest = reception.arrive(session, e164=None, actor=cast.desk, at=local(10))
    stranger = signed_in(session, client, cast.other_manager, "biejia")
    assert "Nobody is in the queue" in stranger.text("/desk")
    for door, fields in (
        ("seen-out", {"outcome": "left"}),
        ("phone", {"phone": "13800138000"}),
        ("off-duty", {"consultant": profile_public_id(session, cast.other_manager)}),
    ):
        answer = stranger.post(f"/guests/{guest.public_id}/{door}", page="/desk", **fields)
        assert answer.status_code in (302, 404)
    assert guests(session)[0].status == "waiting"
    lin = profile_public_id(session, cast.lin)
    assert stranger.post(f"/floor/{lin}/release", page="/desk", into="close", reason="x").status_code == 404


def test_both_languages_have_every_word(session: Session, cast: Cast, desk: Browser) -> None:
    posts.change_status(
        session,
        consultant_id=consultant_of(cast.zhou),
        status=Status.MEETING,
        actor=cast.zhou,
        at=AT,
    )
    session.commit()
    for number in range(3):
        desk.post("/desk/guests", page="/desk", phone=f"1380013800{number}")
    for language in ("en", "zh-CN"):
        desk.headers["Accept-Language"] = language
        assert desk.get("/desk").status_code == 200


def profile_public_id(session: Session, actor: Actor) -> str:
    return session.execute(
        sa.text("SELECT public_id FROM consultant WHERE id = :id"), {"id": consultant_of(actor)}
    ).scalar_one()
