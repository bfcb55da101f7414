"""What is done with a guest at the desk and on the floor, through the doors, on both databases."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from clubsales.auth import devices
from clubsales.auth.cookies import DEVICE_COOKIE
from clubsales.auth.rules import DevicePurpose
from clubsales.frontdesk.reception import contests as contested
from clubsales.frontdesk.reception.models import ContestRow, ReceptionRow
from clubsales.frontdesk.reception.queries import ReceptionView
from clubsales.leads.appointments import operations as appointments
from clubsales.leads.passes import operations as passes
from clubsales.leads.passes.rules import PassKind, scannable
from clubsales.leads.people import operations as people
from clubsales.leads.touches.rules import Signal, SignalKind
from clubsales.membership.cards import operations as cards
from clubsales.membership.cards import queries as card_queries
from clubsales.membership.cards.queries import CardView
from clubsales.web import render_piece
from tests.builders import Cast, consultant_of, local
from tests.cards import moving_code, printed_code
from tests.integration.auth.support import Browser
from tests.integration.frontdesk.at_the_desk import (
    AT,
    ENGLISH,
    a_pass,
    arrives,
    last_guest,
    offers,
    on_shift,
    public_id_of,
    signed_in,
)
from tests.integration.frontdesk.push_service import Subscriber, decoded
from tests.journeys.lively import Buyer, Seller, sold
from tests.statements import statements

JSON = {"Accept": "application/json"}
PHONE = "+8613800138000"


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def desk(session: Session, cast: Cast, app: Flask) -> Browser:
    """The receptionist, signed in; Lin and Zhou stand in the queue."""
    on_shift(session, cast.lin, cast.zhou)
    return signed_in(session, app, cast.desk, "qiantai")


def now_of(session: Session, guest: ReceptionView) -> ReceptionRow:
    session.expire_all()
    return session.scalars(sa.select(ReceptionRow).where(ReceptionRow.id == guest.id)).one()


# --- Arriving by a code ---------------------------------------------------------------------------


def test_a_pass_is_scanned_and_the_guest_is_its_consultants(
    session: Session, cast: Cast, desk: Browser
) -> None:
    one = a_pass(session, cast)
    shown = desk.text(f"/desk/preview?code={scannable(one.code)}")
    assert "Trial pass" in shown
    assert "of 周倩" in shown
    assert "Counts today" in shown
    assert "周倩 receives" in shown
    assert f'name="passes" value="{one.code}"' in shown
    desk.post("/desk/guests", page="/desk", phone="13800138000", passes=one.code)
    guest = last_guest(session)
    assert (guest.consultant_id, guest.basis) == (consultant_of(cast.zhou), "designated")
    again = desk.text(f"/desk/preview?passes={one.code}")
    assert "Another guest showed it first" in again
    assert "林静 receives" in again


def test_a_typed_code_and_a_code_sent_with_the_form_are_read_too(
    session: Session, cast: Cast, desk: Browser
) -> None:
    one = a_pass(session, cast)
    typed = f"{one.code[:4]} {one.code[4:]}".upper()
    assert "Counts today" in desk.text(f"/desk/preview?code={typed}")
    desk.post("/desk/guests", page="/desk", code=typed)
    assert last_guest(session).consultant_id == consultant_of(cast.zhou)


def test_an_unknown_code_is_said_at_once_and_receives_nobody(
    session: Session, cast: Cast, desk: Browser
) -> None:
    assert "There is no pass with this code here" in desk.text("/desk/preview?code=nonsense")
    answer = desk.post("/desk/guests", page="/desk", phone="13800138000", code="nonsense")
    assert answer.status_code == 422
    assert "There is no pass with this code here" in answer.text
    assert session.scalars(sa.select(ReceptionRow)).all() == []


def test_an_expired_pass_is_worth_nothing(session: Session, cast: Cast, desk: Browser) -> None:
    one = passes.issue(
        session,
        kind=PassKind.TRIAL_PASS,
        consultant_id=consultant_of(cast.zhou),
        valid_until=local(9, day=8).date(),
        actor=cast.zhou,
        at=local(9, day=8),
    )
    session.commit()
    shown = desk.text(f"/desk/preview?passes={one.code}")
    assert "Expired" in shown


def a_card(session: Session, cast: Cast) -> CardView:
    person = people.find_or_add(session, e164=PHONE, name="陈晨", actor=cast.desk, at=local(9))
    sale = sold(
        session,
        cast,
        Buyer(person_id=person),
        Seller(id=consultant_of(cast.lin), name="林静"),
        at=local(9),
    )
    card = card_queries.of_sale(session, sale.sale_id)
    assert card is not None
    session.commit()
    return card


@pytest.mark.parametrize("printed", [False, True])
def test_a_members_card_says_who_he_is(session: Session, cast: Cast, desk: Browser, printed: bool) -> None:
    card = a_card(session, cast)
    if printed:
        serial = cards.issue_printed_code(session, card=card.public_id, actor=cast.desk, at=local(9))
        code = printed_code(card, serial)
        session.commit()
    else:
        code = moving_code(card, AT)
    shown = desk.text(f"/desk/preview?code={code}")
    assert "陈晨" in shown
    assert "Member" in shown
    person = shown.split('name="person" value="')[1].split('"')[0]
    # His moving code may have run out until somebody presses the button: who it is has been read.
    desk.post("/desk/guests", page="/desk", person=person)
    guest = last_guest(session)
    assert guest.is_member
    assert guest.person_id == card.person_id
    assert "Already in the club" in desk.text(f"/desk/preview?code={code}")


def test_a_code_that_ran_out_or_was_changed_or_withdrawn_names_nobody(
    session: Session, cast: Cast, desk: Browser
) -> None:
    card = a_card(session, cast)
    stale = moving_code(card, AT - timedelta(hours=1))
    serial = cards.issue_printed_code(session, card=card.public_id, actor=cast.desk, at=local(9))
    withdrawn = printed_code(card, serial)
    cards.revoke_printed_code(session, card=card.public_id, actor=cast.desk, at=local(9))
    session.commit()
    changed = moving_code(card, AT)[:-6] + "AAAAAA"
    for code in (stale, withdrawn, changed):
        shown = desk.text(f"/desk/preview?code={code}")
        assert 'class="error"' in shown
        assert "陈晨" not in shown


def test_another_clubs_pass_and_person_are_nobody_here(session: Session, cast: Cast, desk: Browser) -> None:
    foreign = passes.issue(
        session, kind=PassKind.GIFT_COUPON, consultant_id=None, actor=cast.other_manager, at=local(9)
    )
    session.commit()
    assert "There is no pass with this code here" in desk.text(f"/desk/preview?code={foreign.code}")
    assert desk.get("/desk/preview?person=a2b3c4d5e6f7").status_code == 404


def test_the_appointment_of_today_is_said_with_its_time(session: Session, cast: Cast, desk: Browser) -> None:
    person = people.find_or_add(session, e164=PHONE, name="陈晨", actor=cast.desk, at=local(9))
    appointments.make(
        session,
        consultant_id=consultant_of(cast.zhou),
        person_id=person,
        due_at=local(10, 30),
        actor=cast.zhou,
        at=local(9),
    )
    session.commit()
    shown = desk.text("/desk/preview?phone=13800138000")
    assert "Today at 10:30 with 周倩" in shown
    assert "周倩 receives" in shown


# --- Waiting for one's own consultant (AMB-04) ----------------------------------------------------


def busy_zhou(session: Session, cast: Cast) -> None:
    arrives(session, cast, signals=(Signal(SignalKind.NAME, consultant_of(cast.zhou)),))


def test_a_guest_waits_for_his_consultant_or_takes_another(
    session: Session, cast: Cast, desk: Browser
) -> None:
    busy_zhou(session, cast)
    zhou = public_id_of(session, cast, cast.zhou)
    shown = desk.text(f"/desk/preview?asks_for={zhou}")
    assert "林静 stands in" in shown
    assert "Wait for 周倩" in shown
    desk.post("/desk/guests", page="/desk", asks_for=zhou, wait="1")
    guest = last_guest(session)
    assert (guest.status, guest.waits_for_designated) == ("waiting", True)
    board = desk.text("/board/live?part=queue")
    assert "waits for 周倩" in board
    assert "Let others receive" in board
    desk.post(f"/guests/{guest.public_id}/let-others", page="/desk")
    guest = last_guest(session)
    assert (guest.status, guest.basis) == ("open", "proxy")
    assert guest.consultant_id == consultant_of(cast.lin)


def test_without_the_second_button_somebody_receives_in_his_place(
    session: Session, cast: Cast, desk: Browser
) -> None:
    busy_zhou(session, cast)
    desk.post("/desk/guests", page="/desk", asks_for=public_id_of(session, cast, cast.zhou), wait="0")
    assert last_guest(session).basis == "proxy"


# --- Offers ---------------------------------------------------------------------------------------


def test_an_offer_is_accepted_on_my_floor_once(
    session: Session, cast: Cast, app: Flask, desk: Browser
) -> None:
    offers(session, cast)
    desk.post("/desk/guests", page="/desk", phone="13800138000", name="陈先生")
    guest = last_guest(session)
    assert guest.offered_until == AT + timedelta(seconds=60)
    assert "林静 is asked" in desk.text(f"/desk?received={guest.public_id}")
    zhou = signed_in(session, app, cast.zhou, "zhouqian")
    lin = signed_in(session, app, cast.lin, "linjing")
    assert "Accept" in lin.text("/floor")
    assert "data-countdown" in lin.text("/floor")
    assert "Accept" not in zhou.text("/floor")
    assert zhou.post(f"/guests/{guest.public_id}/accept", page="/floor").status_code == 302
    assert last_guest(session).accepted_at is None
    for _press in range(2):
        assert lin.post(f"/guests/{guest.public_id}/accept", page="/floor").status_code == 302
    assert last_guest(session).accepted_at == AT
    assert "With you" in lin.text("/floor")


def test_a_supervisor_who_sells_accepts_on_the_board_of_the_desk(
    session: Session, cast: Cast, app: Flask
) -> None:
    offers(session, cast)
    on_shift(session, cast.supervisor)
    guest = arrives(session, cast, signals=(Signal(SignalKind.NAME, consultant_of(cast.supervisor)),))
    assert guest.offered_until is not None
    supervisor = signed_in(session, app, cast.supervisor, "sunzhu")
    assert f"/guests/{guest.public_id}/accept" in supervisor.text("/board/live?part=guests")


def test_whoever_is_free_asks_for_the_guest_who_waits(
    session: Session, cast: Cast, app: Flask, desk: Browser
) -> None:
    guest = arrives(session, cast)
    waits = arrives(
        session, cast, signals=(Signal(SignalKind.NAME, consultant_of(cast.lin)),), wait_for_designated=True
    )
    assert guest.consultant_id == consultant_of(cast.lin)
    lin = signed_in(session, app, cast.lin, "linjing")
    refused = lin.post("/guests/come-forward", page="/floor")
    assert refused.status_code == 302
    assert now_of(session, waits).status == "waiting"
    lin.post(f"/guests/{guest.public_id}/seen-out", page="/floor", outcome="be_back")
    assert now_of(session, waits).consultant_id == consultant_of(cast.lin)


# --- By hand --------------------------------------------------------------------------------------


def test_a_supervisor_gives_a_guest_away_with_a_reason(
    session: Session, cast: Cast, app: Flask, desk: Browser
) -> None:
    guest = arrives(session, cast, name="陈先生")
    zhou = public_id_of(session, cast, cast.zhou)
    supervisor = signed_in(session, app, cast.supervisor, "sunzhu")
    board = supervisor.text("/board/live?part=guests")
    assert f"/guests/{guest.public_id}/assign" in board
    silent = supervisor.post(f"/guests/{guest.public_id}/assign", page="/desk", consultant=zhou, reason=" ")
    assert silent.status_code == 302
    assert "Write the reason" in supervisor.text("/desk")
    assert now_of(session, guest).consultant_id == consultant_of(cast.lin)
    supervisor.post(f"/guests/{guest.public_id}/assign", page="/desk", consultant=zhou, reason="林静要去开会")
    assert now_of(session, guest).consultant_id == consultant_of(cast.zhou)
    told = supervisor.text(f"/guests/{guest.public_id}")
    assert "林静要去开会" in told
    assert "Given by hand" in told
    assert "assign" not in desk.text("/board/live?part=guests")


# --- Seeing out -----------------------------------------------------------------------------------


def test_no_prospect_gives_the_turn_back_and_a_tour_is_ticked(
    session: Session, cast: Cast, desk: Browser
) -> None:
    courier, guest = arrives(session, cast), arrives(session, cast)
    page = desk.text("/desk")
    assert "A delivery" in page
    assert "Gave a tour" in page
    desk.post(f"/guests/{guest.public_id}/seen-out", page="/desk", outcome="be_back", toured="y")
    desk.post(f"/guests/{courier.public_id}/seen-out", page="/desk", outcome="courier")
    assert (now_of(session, guest).outcome, now_of(session, guest).toured) == ("be_back", True)
    assert (now_of(session, courier).outcome, now_of(session, courier).toured) == ("courier", False)
    told = desk.text(f"/guests/{courier.public_id}")
    assert "Turn given back" in told
    assert "does not count as a turn" in told
    assert desk.text("/board/live?part=queue").index("林静") < desk.text("/board/live?part=queue").index(
        "周倩"
    )


# --- Contested, quietly ---------------------------------------------------------------------------


def test_a_contested_guest_is_noted_for_the_managers_and_nobody_else_sees_it(
    session: Session, cast: Cast, app: Flask, desk: Browser
) -> None:
    guest = arrives(session, cast, name="陈先生")
    before = desk.get("/board/live?part=guests").headers["ETag"]
    zhou = signed_in(session, app, cast.zhou, "zhouqian")
    assert "This guest is mine" in zhou.text(f"/guests/{guest.public_id}")
    for _press in range(2):
        zhou.post(f"/guests/{guest.public_id}/contest", page=f"/guests/{guest.public_id}")
    (noted,) = session.scalars(sa.select(ContestRow)).all()
    assert (noted.consultant_id, noted.raised_by) == (consultant_of(cast.zhou), cast.zhou.account_id)
    assert now_of(session, guest).consultant_id == consultant_of(cast.lin)
    unchanged = desk.get("/board/live?part=guests", **{"If-None-Match": before})
    assert unchanged.status_code == 304  # nothing is to be seen at the desk
    (told,) = contested.contested_on(session, cast.club, AT.date())
    assert (told.guest, told.consultant_name, told.received_by) == ("陈先生", "周倩", "林静")
    with app.test_request_context():
        piece = render_piece("frontdesk/reception/_contested.html", contested=[told])
    assert "陈先生" in piece


def test_the_desk_names_whose_guest_it_is_a_consultant_only_himself(
    session: Session, cast: Cast, app: Flask, desk: Browser
) -> None:
    guest = arrives(session, cast, name="陈先生")
    ma, zhou = public_id_of(session, cast, cast.ma), public_id_of(session, cast, cast.zhou)
    desk.post(f"/guests/{guest.public_id}/contest", page="/desk", consultant=zhou)
    window = signed_in(session, app, cast.zhou, "zhouqian")
    window.post(f"/guests/{guest.public_id}/contest", page=f"/guests/{guest.public_id}", consultant=ma)
    assert [row.consultant_id for row in session.scalars(sa.select(ContestRow))] == [consultant_of(cast.zhou)]


# --- How it was decided ---------------------------------------------------------------------------


def test_anyone_on_the_floor_reads_how_it_was_decided(
    session: Session, cast: Cast, app: Flask, desk: Browser
) -> None:
    arrives(session, cast)
    guest = arrives(session, cast, e164=PHONE, name="陈先生")
    ma = signed_in(session, app, cast.ma, "machao")
    told = ma.text(f"/guests/{guest.public_id}")
    assert told.index("周倩 receives") < told.index("Queue before")
    assert "By turn" in told
    assert "ROT-01" in told
    assert "前台" in told  # who typed it in
    assert "Jan 1, 2020" in told or "policy of" in told
    assert "13800138000" not in told
    waiting = arrives(session, cast, name="王女士")
    told = ma.text(f"/guests/{waiting.public_id}")
    assert "On the waiting list" in told
    assert "林静 is with a guest and keeps the place." in told
    assert ma.get("/guests/a2b3c4d5e6f7").status_code == 404


def test_the_house_of_another_club_is_not_to_be_read(session: Session, cast: Cast, app: Flask) -> None:
    on_shift(session, cast.lin)
    guest = arrives(session, cast)
    other = signed_in(session, app, cast.other_manager, "biejia")
    assert other.get(f"/guests/{guest.public_id}").status_code == 404
    finance = signed_in(session, app, cast.finance, "caiwu")
    assert finance.get(f"/guests/{guest.public_id}").status_code == 403


# --- The board ------------------------------------------------------------------------------------


def test_the_big_screen_masks_names_and_says_no_phone(session: Session, cast: Cast, desk: Browser) -> None:
    guest = arrives(session, cast, e164=PHONE, name="陈先生")
    for page in (desk.text("/board"), desk.text("/board/live?part=screen")):
        assert "陈**" in page
        assert "陈先生" not in page
        assert "8000" not in page
        assert f"/guests/{guest.public_id}" in page


def test_an_enrolled_screen_sees_the_board_and_nothing_else(
    session: Session, cast: Cast, app: Flask, desk: Browser
) -> None:
    guest = arrives(session, cast, e164=PHONE, name="陈先生")
    enrolled = devices.enrol_device(
        session, name="休息室", purpose=DevicePurpose.SCREEN, actor=cast.manager, at=AT
    )
    session.commit()
    wall = Browser(app.test_client(), dict(ENGLISH))
    assert wall.get("/board").status_code == 303
    wall.client.set_cookie(DEVICE_COOKIE, enrolled.token)
    page = wall.get("/board")
    assert page.status_code == 200
    assert "陈**" in page.text
    assert "/guests/" not in page.text
    assert "/switch" not in page.text
    assert wall.get("/").location == "/board"
    mark = wall.get("/board/live?part=screen").headers["ETag"]
    assert wall.get("/board/live?part=screen", **{"If-None-Match": mark}).status_code == 304
    for closed in ("/board/live?part=guests", "/board/live", f"/guests/{guest.public_id}", "/desk", "/floor"):
        assert wall.get(closed).status_code == 403, closed
    assert wall.get("/account").status_code == 303


def test_an_unchanged_board_is_one_statement(session: Session, cast: Cast, desk: Browser) -> None:
    """Who asks, and with it whether anything has moved."""
    for part in ("queue", "guests", "screen"):
        mark = desk.get(f"/board/live?part={part}").headers["ETag"]
        with statements() as sent:
            answer = desk.get(f"/board/live?part={part}", **{"If-None-Match": mark})
        assert answer.status_code == 304
        assert len(sent) == 1


# --- Answers to programs --------------------------------------------------------------------------


def test_programs_are_answered_in_json(session: Session, cast: Cast, app: Flask, desk: Browser) -> None:
    guest = arrives(session, cast)
    desk.headers |= JSON

    def post(address: str, **fields: str) -> tuple[int, dict[str, object]]:
        desk.headers = dict(ENGLISH)
        page = desk.get("/desk").text.split('name="csrf_token" value="')[1].split('"')[0]
        with app.app_context():
            answer = desk.client.post(address, data={"csrf_token": page, **fields}, headers=JSON | ENGLISH)
        return answer.status_code, answer.get_json()

    assert post(f"/guests/{guest.public_id}/seen-out", outcome="danced") == (
        422,
        {"code": "invalid", "message": "Choose how the visit ended, then see the guest out.", "facts": {}},
    )
    status, said = post("/desk/guests", code="nonsense")
    assert (status, said["code"]) == (422, "invalid")
    status, said = post(f"/guests/{guest.public_id}/seen-out", outcome="sold", toured="y")
    assert (status, said) == (200, {"reception": guest.public_id, "outcome": "sold", "toured": True})
    status, said = post("/desk/guests", name="王女士")
    assert (status, said["consultant"], said["offered_until"]) == (201, "周倩", None)
    status, said = post(f"/guests/{said['reception']}/let-others")
    assert status in (200, 409)


# --- The switch "Alert me on this device" -----------------------------------------------------------


def test_a_browser_is_told_and_told_no_more(
    session: Session, cast: Cast, app: Flask, client: FlaskClient
) -> None:
    lin = signed_in(session, app, cast.lin, "linjing")
    assert len(decoded(lin.get("/alerts/key").get_json()["key"])) == 65
    assert "Alert me on this device" in lin.text("/account")
    token = lin.text("/account").split('name="csrf-token" content="')[1].split('"')[0]
    sent = Subscriber("https://fcm.googleapis.com/fcm/send/x").sent()

    def send(method: str, body: object) -> int:
        with app.app_context():
            return lin.client.open(
                "/alerts/subscriptions", method=method, json=body, headers={"X-CSRFToken": token} | JSON
            ).status_code

    assert send("POST", sent) == 201
    assert send("POST", sent) == 201
    rows = session.execute(sa.text("SELECT account_id, ended_at FROM push_subscription")).all()
    assert [(row.account_id, row.ended_at) for row in rows] == [(cast.lin.account_id, None)]
    assert send("DELETE", {"endpoint": sent["endpoint"]}) == 200
    assert session.execute(sa.text("SELECT ended_at FROM push_subscription")).scalar_one() is not None
    for wrong in (None, [], {"endpoint": "http://10.0.0.1/"}, {**sent, "endpoint": "https://192.168.0.1/"}):
        assert send("POST", wrong) == 409
    assert send("POST", {**sent, "keys": {}}) == 409
    assert send("DELETE", {"endpoint": 7}) == 200


def test_the_script_of_alerts_is_served_at_the_root(app: Flask) -> None:
    with app.app_context():
        answer = app.test_client().get("/sw.js")
    assert answer.status_code == 200
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Cache-Control"] == "no-cache"
