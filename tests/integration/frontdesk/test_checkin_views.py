"""The check-in doors through a browser and a scanner, on both databases."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from clubsales.auth import devices
from clubsales.auth.cookies import DEVICE_COOKIE
from clubsales.auth.rules import DevicePurpose
from clubsales.frontdesk.checkin.models import CheckInRow
from clubsales.membership.cards import operations as card_operations
from clubsales.membership.cards.queries import CardView
from tests.builders import Cast, local
from tests.cards import a_card, a_person, moving_code
from tests.integration.auth.support import Browser, let_in
from tests.statements import statements

AT = local(14, 20)
CSRF = re.compile(r'name="csrf-token" content="([^"]+)"')


class Scanner:
    """An enrolled scanner with the page open, as scanner.js speaks to the server."""

    def __init__(self, client: FlaskClient, device_token: str) -> None:
        self.client = client
        client.set_cookie(DEVICE_COOKIE, device_token)
        with client.application.app_context():
            page = client.get("/check-in")
        assert page.status_code == 200
        found = CSRF.search(page.get_data(as_text=True))
        assert found
        self.token = found[1]

    def send(self, payload: object, **headers: str) -> Any:
        with self.client.application.app_context():
            return self.client.post(
                "/check-in/scan",
                json=payload,
                headers={"X-CSRFToken": self.token, "Accept": "application/json", **headers},
            )


@pytest.fixture(autouse=True)
def afternoon() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def card(session: Session, cast: Cast) -> CardView:
    made = a_card(session, cast, cast.visits, at=AT, person_id=a_person(session, cast, name="陈 <晨>"))
    session.commit()
    return made


@pytest.fixture
def scanner(session: Session, cast: Cast, client: FlaskClient) -> Scanner:
    enrolled = devices.enrol_device(
        session, name="大门", purpose=DevicePurpose.SCANNER, actor=cast.manager, at=AT
    )
    session.commit()
    return Scanner(client, enrolled.token)


@pytest.fixture
def desk(session: Session, cast: Cast, app: Flask) -> Browser:
    let_in(session, cast.desk, cast.lin)
    return Browser(app.test_client())


def test_a_scanner_admits_a_member_by_name(scanner: Scanner, card: CardView) -> None:
    answer = scanner.send({"code": moving_code(card, AT), "nonce": "a" * 32})
    assert answer.status_code == 200
    assert answer.json["admitted"] is True
    assert (answer.json["code"], answer.json["visits_left"], answer.json["days_left"]) == (
        "check_in.admitted",
        29,
        365,
    )
    assert "陈 &lt;晨&gt;" in answer.json["html"]
    assert "29" in answer.json["html"]


def test_a_lost_answer_is_asked_for_again(scanner: Scanner, card: CardView) -> None:
    payload = {"code": moving_code(card, AT), "nonce": "a" * 32}
    assert scanner.send(payload).json == scanner.send(payload).json


def test_a_refusal_says_why_in_the_readers_language(session: Session, cast: Cast, scanner: Scanner) -> None:
    ended = a_card(session, cast, cast.annual, at=AT, valid_until=date(2026, 3, 8))
    session.commit()
    answer = scanner.send({"code": moving_code(ended, AT), "nonce": "a" * 32}, **{"Accept-Language": "en"})
    assert answer.status_code == 200
    assert (answer.json["admitted"], answer.json["code"]) == (False, "card.expired")
    assert "Mar 8, 2026" in answer.json["message"]
    assert answer.json["message"] in answer.json["html"]


@pytest.mark.parametrize(
    "payload",
    [
        {},
        [],
        "text",
        17,
        {"code": "x"},
        {"code": None, "nonce": None},
        {"code": {"a": 1}, "nonce": ["b"]},
        {"code": "x", "nonce": "n" * 5000},
        {"code": "x", "nonce": "\x00" * 20},
    ],
)
def test_malformed_input_is_answered_with_code_message_and_facts(scanner: Scanner, payload: object) -> None:
    answer = scanner.send(payload)
    assert answer.status_code == 409
    assert answer.json["code"] == "check_in.nonce_malformed"
    assert answer.json["message"]
    assert answer.json["facts"] == {}


@pytest.mark.parametrize("code", ["", "\x00", "x" * 200_000, "会员卡", "' OR 1=1 --", 5, None, ["CS1"]])
def test_a_hostile_code_is_a_no_and_nothing_else(scanner: Scanner, code: object) -> None:
    answer = scanner.send({"code": code, "nonce": "a" * 32})
    assert answer.status_code == 200
    assert (answer.json["admitted"], answer.json["code"]) == (False, "code.unreadable")


def test_broken_json_is_no_stack_trace(scanner: Scanner) -> None:
    with scanner.client.application.app_context():
        answer = scanner.client.post(
            "/check-in/scan",
            data=b'{"code": ',
            content_type="application/json",
            headers={"X-CSRFToken": scanner.token},
        )
    assert answer.status_code == 409


def test_a_scan_without_a_token_is_refused(scanner: Scanner, card: CardView, session: Session) -> None:
    answer = scanner.send({"code": moving_code(card, AT), "nonce": "a" * 32}, **{"X-CSRFToken": ""})
    assert answer.status_code == 400
    assert session.execute(sa.select(sa.func.count()).select_from(CheckInRow)).scalar_one() == 0


def test_a_scan_needs_somebody_at_the_door(desk: Browser, card: CardView) -> None:
    assert desk.get("/check-in").status_code in (302, 303)
    refused = desk.post("/check-in/scan", code=moving_code(card, AT))
    assert refused.status_code in (302, 303)
    desk.sign_in("linjing")
    assert desk.get("/check-in").status_code == 403


def test_reception_checks_in_without_scripts(desk: Browser, card: CardView) -> None:
    desk.sign_in("qiantai")
    answer = desk.post("/check-in/scan", page="/check-in", code=moving_code(card, AT))
    assert answer.status_code == 200
    text = answer.get_data(as_text=True)
    assert "verdict yes" in text
    assert f"/cards/{card.public_id}" in text
    again = desk.post("/check-in/scan", page="/check-in", code="nonsense")
    assert "verdict no" in again.get_data(as_text=True)


def test_the_list_of_scans_is_sent_once_per_change(desk: Browser, card: CardView) -> None:
    desk.sign_in("qiantai")
    first = desk.get("/check-in/last")
    assert first.status_code == 200
    etag = first.headers["ETag"]
    assert desk.get("/check-in/last", **{"If-None-Match": etag}).status_code == 304
    page = desk.text("/check-in")
    assert f"data-etag='{etag}'" in page
    desk.post("/check-in/scan", page="/check-in", code="nonsense")
    second = desk.get("/check-in/last", **{"If-None-Match": etag})
    assert second.status_code == 200
    assert second.headers["ETag"] != etag


@pytest.mark.parametrize(("kind", "most"), [("annual", 3), ("visits", 4)])
def test_a_check_in_is_few_statements(
    session: Session, cast: Cast, scanner: Scanner, kind: str, most: int
) -> None:
    """Finding out who asks counts, BEGIN and COMMIT do not; the aim is 8 at most."""
    card = a_card(session, cast, getattr(cast, kind), at=AT)
    session.commit()
    with statements() as of_first:
        first = scanner.send({"code": moving_code(card, AT), "nonce": "a" * 32})
    with statements() as of_second:
        again = scanner.send({"code": moving_code(card, AT), "nonce": "b" * 32})
    assert (first.json["admitted"], again.json["repeated"]) == (True, True)
    assert len(of_first) == most, of_first
    assert len(of_second) <= 8


def test_a_card_that_moved_to_another_club_has_no_link_to_follow(
    session: Session, cast: Cast, desk: Browser, card: CardView
) -> None:
    desk.sign_in("qiantai")
    for moved in (False, True):
        if moved:
            card_operations.move_to_club(
                session, card_id=card.id, club_id=cast.other_club.id, actor=cast.manager, at=AT
            )
            session.commit()
        shown = desk.post("/check-in/scan", page="/check-in", code=moving_code(card, AT))
        assert (f'href="/cards/{card.public_id}"' in shown.get_data(as_text=True)) is not moved
