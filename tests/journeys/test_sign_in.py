"""A club's day of signing in: own phone, shared tablet, scanner, lock-outs, languages."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from clubsales.actor import Actor, Role
from clubsales.auth import operations
from clubsales.auth.cookies import DEVICE_COOKIE, SESSION_COOKIE
from clubsales.auth.models import Device
from clubsales.clock import now
from clubsales.web import limiter
from tests.builders import PASSWORD, PIN, Cast
from tests.conftest import migrated_app
from tests.integration.auth.support import Browser, account, account_id_of, let_in

NEW_PASSWORD = "seven-green-kettles"


@pytest.fixture
def window(client: FlaskClient) -> Browser:
    return Browser(client, {"Accept-Language": "en"})


def another(app: Flask) -> Browser:
    return Browser(app.test_client(), {"Accept-Language": "en"})


def is_signed_in(window: Browser) -> bool:
    return window.get("/account").status_code == 200


def enrol(window: Browser, name: str = "前台平板", purpose: str = "tablet") -> None:
    """A manager signs in on the browser and makes it a device."""
    assert window.sign_in("wujingli").status_code == 303
    assert window.post("/devices", page="/devices", name=name, purpose=purpose).status_code == 303


def type_pin(window: Browser, face: str, pin: str = PIN) -> int:
    address = f"/switch?face={face}"
    return window.post("/switch", page=address, face=face, pin=pin).status_code


def face_of(session: Session, who: Actor) -> str:
    return account(session, who).public_id


def test_consultant_signs_in_on_her_own_phone_and_out_again(
    session: Session, cast: Cast, window: Browser
) -> None:
    let_in(session, cast.lin)
    assert window.get("/account").headers["Location"] == "/sign-in?next=/account"
    response = window.sign_in("linjing", next="/account")
    assert (response.status_code, response.headers["Location"]) == (303, "/account")
    assert "林静" in window.text("/account")
    response = window.post("/sign-out", page="/account")
    assert response.headers["Location"] == "/sign-in"
    assert not is_signed_in(window)


def test_session_cookie_is_opaque_and_closed_to_scripts(
    session: Session, cast: Cast, window: Browser
) -> None:
    let_in(session, cast.lin)
    response = window.sign_in("linjing")
    cookie = next(c for c in response.headers.getlist("Set-Cookie") if c.startswith(SESSION_COOKIE))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "linjing" not in cookie
    assert "Secure" not in cookie
    secure = window.client.get("/sign-in", base_url="https://localhost")
    assert secure.status_code == 200


def test_session_cookie_is_secure_over_https(session: Session, cast: Cast, client: FlaskClient) -> None:
    let_in(session, cast.lin)
    page = client.get("/sign-in", base_url="https://localhost").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    response = client.post(
        "/sign-in",
        base_url="https://localhost",
        headers={"Referer": "https://localhost/sign-in"},
        data={"csrf_token": token[1], "username": "linjing", "password": PASSWORD},
    )
    cookie = next(c for c in response.headers.getlist("Set-Cookie") if c.startswith(SESSION_COOKIE))
    assert "Secure" in cookie


@pytest.mark.parametrize(
    "wanted",
    [
        *(
            "https://evil.example/",
            "//evil.example/",
            "/\\evil.example",
            "\\\\evil.example",
            "javascript:alert(1)",
        ),
        *(
            "/\t/evil.example",
            "evil.example",
            "",
            "/" + "x" * 3000,
            "http:///evil.example",
            "/a\nLocation: b",
        ),
    ],
)
def test_sign_in_never_leads_to_another_site(
    session: Session, cast: Cast, window: Browser, wanted: str
) -> None:
    let_in(session, cast.lin)
    response = window.sign_in("linjing", next=wanted)
    assert (response.status_code, response.headers["Location"]) == (303, "/")


@pytest.mark.parametrize(
    ("username", "password", "sentence"),
    [
        ("linjing", "wrong-password", "User name or password is wrong"),
        ("nobody", "wrong-password", "User name or password is wrong"),
        ("x" * 10_000, PASSWORD, "At most 60 characters"),
        ("lin\x00jing", PASSWORD, "cannot be stored"),
        ("linjing", "x" * 10_000, "At most 200 characters"),
        ("linjing", "nul\x00byte", "User name or password is wrong"),
        ("", "", "Please fill this in"),
        ("<script>alert(1)</script>", PASSWORD, "User name or password is wrong"),
    ],
)
def test_bad_sign_in_says_so_and_keeps_the_name_but_not_the_password(
    session: Session, cast: Cast, window: Browser, username: str, password: str, sentence: str
) -> None:
    let_in(session, cast.lin)
    response = window.sign_in(username, password)
    page = response.get_data(as_text=True)
    assert response.status_code == 422
    assert sentence in page
    assert "<script>alert" not in page
    if username == "linjing":
        assert 'value="linjing"' in page
    if password:
        assert password not in page


def test_json_client_is_answered_with_the_code(session: Session, cast: Cast, window: Browser) -> None:
    window.headers["Accept"] = "application/json"
    response = window.sign_in("linjing", "wrong-password")
    assert response.status_code == 409
    assert response.get_json()["code"] == "auth.wrong_sign_in"


def test_five_wrong_passwords_lock_the_account_and_waiting_opens_it(
    session: Session, cast: Cast, window: Browser
) -> None:
    let_in(session, cast.lin)
    for _ in range(4):
        assert "is wrong" in window.sign_in("linjing", "wrong-password").get_data(as_text=True)
    locked = window.sign_in("linjing", "wrong-password").get_data(as_text=True)
    assert "Wait 5 minutes" in locked
    assert "Too many wrong passwords" in window.sign_in("linjing").get_data(as_text=True)
    with time_machine.travel(now() + timedelta(minutes=5, seconds=1)):
        assert window.sign_in("linjing").status_code == 303


def test_tablet_is_enrolled_then_staff_switch_by_face_and_pin(
    session: Session, cast: Cast, window: Browser
) -> None:
    let_in(session, cast.manager, cast.lin, cast.zhou, cast.other_manager)
    enrol(window)
    assert not is_signed_in(window)
    assert window.get("/account").headers["Location"] == "/switch?next=/account"
    faces = window.text("/switch")
    assert "林静" in faces
    assert "周倩" in faces
    assert "别家经理" not in faces
    assert "前台" not in re.sub("前台平板", "", faces)  # has no PIN
    assert type_pin(window, face_of(session, cast.lin)) == 303
    assert "林静" in window.text("/account")
    assert type_pin(window, face_of(session, cast.zhou)) == 303
    assert "周倩" in window.text("/account")
    response = window.post("/sign-out", page="/account")
    assert response.headers["Location"] == "/switch"


def test_wrong_pins_lock_the_face_until_the_password(session: Session, cast: Cast, window: Browser) -> None:
    let_in(session, cast.manager, cast.lin)
    enrol(window)
    face = face_of(session, cast.lin)
    assert [type_pin(window, face, "0000") for _ in range(5)] == [422] * 5
    page = window.post("/switch", page=f"/switch?face={face}", face=face, pin=PIN)
    assert page.status_code == 422
    assert "This PIN is locked" in page.get_data(as_text=True)
    assert window.sign_in("linjing").status_code == 303
    assert type_pin(window, face) == 303


@pytest.mark.parametrize("pin", ["", "١٢٣٤", "4" * 10_000, "48\x0026", "<b>"])
def test_hostile_pin_is_a_wrong_pin(session: Session, cast: Cast, window: Browser, pin: str) -> None:
    let_in(session, cast.manager, cast.lin)
    enrol(window)
    assert type_pin(window, face_of(session, cast.lin), pin) == 422


@pytest.mark.parametrize("face", ["", "a2b3c4d5e6f7", "x\x00y", "x" * 5000])
def test_unknown_face_is_not_there(session: Session, cast: Cast, window: Browser, face: str) -> None:
    let_in(session, cast.manager)
    enrol(window)
    assert window.get("/switch").status_code == 200
    assert window.post("/switch", face=face, pin=PIN).status_code == 404
    assert window.client.get("/switch", query_string={"face": face}).status_code == 404


def test_face_of_another_club_is_not_there(session: Session, cast: Cast, window: Browser) -> None:
    let_in(session, cast.manager, cast.other_manager)
    enrol(window)
    foreign = face_of(session, cast.other_manager)
    assert window.post("/switch", face=foreign, pin=PIN).status_code == 404
    refused = window.sign_in("biejia")
    assert refused.status_code == 422
    assert "belongs to 阳光店" in refused.get_data(as_text=True)


def test_pin_works_on_an_enrolled_tablet_only(session: Session, cast: Cast, window: Browser) -> None:
    let_in(session, cast.lin)
    response = window.post("/switch", face=face_of(session, cast.lin), pin=PIN)
    assert (response.status_code, response.headers["Location"]) == (303, "/sign-in")
    assert not is_signed_in(window)


def test_idle_tablet_asks_who_is_there_again(session: Session, cast: Cast, window: Browser) -> None:
    let_in(session, cast.manager, cast.lin)
    enrol(window)
    type_pin(window, face_of(session, cast.lin))
    start = now()
    for minutes in (10, 20, 30):
        with time_machine.travel(start + timedelta(minutes=minutes)):
            assert is_signed_in(window)
    with time_machine.travel(start + timedelta(minutes=46)):
        assert window.get("/account").headers["Location"] == "/switch?next=/account"


def test_shut_out_tablet_is_an_ordinary_browser_again(
    app: Flask, session: Session, cast: Cast, window: Browser
) -> None:
    let_in(session, cast.manager, cast.lin)
    enrol(window)
    type_pin(window, face_of(session, cast.lin))
    office = another(app)
    office.sign_in("wujingli")
    listed = office.text("/devices")
    assert "前台平板" in listed
    address = re.search(r'action="(/devices/[^"]+/revoke)"', listed)
    assert address is not None
    assert office.post(address[1], page="/devices").status_code == 303
    assert window.get("/account").headers["Location"] == "/sign-in?next=/account"


def test_devices_of_another_club_are_neither_shown_nor_shut_out(
    app: Flask, session: Session, cast: Cast, window: Browser
) -> None:
    let_in(session, cast.manager, cast.other_manager)
    enrol(window)
    here = another(app)
    here.sign_in("wujingli")
    address = re.search(r'action="(/devices/[^"]+/revoke)"', here.text("/devices"))
    assert address is not None
    abroad = another(app)
    abroad.sign_in("biejia")
    assert "前台平板" not in abroad.text("/devices")
    assert abroad.post(address[1], page="/devices").status_code == 404
    assert abroad.post("/devices/x%00y/revoke", page="/devices").status_code == 404


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": "", "purpose": "tablet"}, "Please fill this in"),
        ({"name": "x" * 10_000, "purpose": "tablet"}, "At most 60 characters"),
        ({"name": "nul\x00", "purpose": "tablet"}, "cannot be stored"),
        ({"name": "   ", "purpose": "tablet"}, "Please fill this in"),
        ({"name": "Door", "purpose": "cash machine"}, "Not a valid choice"),
    ],
)
def test_bad_enrolment_says_so_at_the_field(
    session: Session, cast: Cast, window: Browser, fields: dict[str, str], sentence: str
) -> None:
    let_in(session, cast.manager)
    window.sign_in("wujingli")
    response = window.post("/devices", page="/devices", **fields)
    assert response.status_code == 422
    assert sentence in response.get_data(as_text=True)
    assert DEVICE_COOKIE not in str(response.headers)


def test_consultant_may_not_enrol_devices(session: Session, cast: Cast, window: Browser) -> None:
    let_in(session, cast.lin)
    window.sign_in("linjing")
    assert window.get("/devices").status_code == 403
    assert window.post("/devices", page="/account", name="x", purpose="tablet").status_code == 403


def test_changed_role_ends_the_session_in_the_middle_of_work(
    session: Session, cast: Cast, window: Browser
) -> None:
    let_in(session, cast.lin)
    window.sign_in("linjing")
    assert is_signed_in(window)
    operations.end_role(
        session,
        account_id=account_id_of(cast.lin),
        role=Role.CONSULTANT,
        club=cast.club,
        actor=cast.manager,
        at=now(),
    )
    session.commit()
    assert not is_signed_in(window)


def test_new_password_signs_out_everywhere(app: Flask, session: Session, cast: Cast, window: Browser) -> None:
    let_in(session, cast.lin)
    phone = another(app)
    phone.sign_in("linjing")
    window.sign_in("linjing")
    wrong = window.post("/account/password", page="/account", current="wrong", password=NEW_PASSWORD)
    assert wrong.status_code == 422
    assert "The password is wrong" in wrong.get_data(as_text=True)
    weak = window.post("/account/password", page="/account", current=PASSWORD, password="linjing-1234")
    assert "contains the user name" in weak.get_data(as_text=True)
    done = window.post("/account/password", page="/account", current=PASSWORD, password=NEW_PASSWORD)
    assert done.headers["Location"] == "/sign-in"
    assert "Your password is changed" in window.text("/sign-in")
    assert not is_signed_in(window)
    assert not is_signed_in(phone)
    assert window.sign_in("linjing").status_code == 422
    assert window.sign_in("linjing", NEW_PASSWORD).status_code == 303


def test_new_pin_is_refused_when_weak_and_taken_when_good(
    session: Session, cast: Cast, window: Browser
) -> None:
    let_in(session, cast.lin, pin=None)
    window.sign_in("linjing")
    for pin, sentence in (("1234", "too easy to guess"), ("١٢٣٤", "4 to 6 digits"), ("1990", "too easy")):
        fields = {"pin-current": PASSWORD, "pin-pin": pin}
        response = window.post("/account/pin", page="/account", **fields)
        assert sentence in response.get_data(as_text=True)
    fields = {"pin-current": PASSWORD, "pin-pin": "730518"}
    assert window.post("/account/pin", page="/account", **fields).status_code == 303
    assert account(session, cast.lin).pin_hash is not None


def test_owner_chooses_a_club_and_works_there(session: Session, cast: Cast, window: Browser) -> None:
    let_in(session, cast.director)
    operations.grant_role(
        session,
        account_id=account_id_of(cast.director),
        role=Role.OWNER,
        club=None,
        actor=cast.manager,
        at=now(),
    )
    session.commit()
    assert window.sign_in("heqiang").headers["Location"] == "/clubs/choose"
    assert "湖滨店" in window.text("/clubs/choose")
    assert "别家店" not in window.text("/clubs/choose")
    chosen = window.post("/clubs/choose", page="/clubs/choose", club=cast.other_club.public_id)
    assert chosen.status_code == 303
    assert "湖滨店" in window.text("/account")
    for club in (cast.foreign_club.public_id, "", "x\x00y"):
        assert window.post("/clubs/choose", page="/clubs/choose", club=club).status_code == 404


def test_password_is_confirmed_and_leads_back(session: Session, cast: Cast, window: Browser) -> None:
    let_in(session, cast.finance)
    window.sign_in("caiwu")
    page = "/confirm-password?next=/account"
    wrong = window.post("/confirm-password", page=page, password="wrong", next="/account")
    assert wrong.status_code == 422
    assert "The password is wrong" in wrong.get_data(as_text=True)
    right = window.post("/confirm-password", page=page, password=PASSWORD, next="/account")
    assert (right.status_code, right.headers["Location"]) == (303, "/account")


def test_language_is_kept_by_the_browser_and_by_the_account(
    app: Flask, session: Session, cast: Cast, window: Browser
) -> None:
    let_in(session, cast.lin)
    assert 'lang="en"' in window.text("/sign-in")
    window.post("/locale", locale="zh_Hans")
    assert '<html lang="zh-Hans"' in window.text("/sign-in")
    window.post("/locale", locale="tlh")
    assert '<html lang="zh-Hans"' in window.text("/sign-in")
    window.sign_in("linjing")
    window.post("/locale", page="/account", locale="en")
    assert account(session, cast.lin).locale == "en"
    phone = another(app)
    phone.headers["Accept-Language"] = "zh-CN"
    phone.sign_in("linjing")
    assert '<html lang="en"' in phone.text("/account")


def test_scanner_needs_no_person(session: Session, cast: Cast, window: Browser) -> None:
    let_in(session, cast.manager)
    enrol(window, "门口扫码", "scanner")
    assert window.get("/account").headers["Location"].startswith("/sign-in")
    assert window.get("/devices").status_code == 403


@pytest.fixture
def limited_app(tmp_path: Path) -> Iterator[Flask]:
    """An app as in earnest, with rate limits; the limiter is one for all apps of the process."""
    yield migrated_app(f"sqlite:///{tmp_path / 'limited.db'}", tmp_path, rate_limits=True)
    limiter.reset()


def test_guessing_passwords_from_one_place_is_slowed_down(limited_app: Flask) -> None:
    """Also across names, where no account's own lock would stop it."""
    window = another(limited_app)
    answers = [window.sign_in(f"guess{number}", "wrong-password").status_code for number in range(11)]
    assert answers == [422] * 10 + [429]


def test_a_scanner_is_enrolled_at_a_hall_of_the_club_and_at_no_other(
    session: Session, cast: Cast, window: Browser
) -> None:
    let_in(session, cast.manager)
    assert window.sign_in("wujingli").status_code == 303
    assert "Heated pool" in window.text("/devices")
    asked = {"page": "/devices", "name": "泳池门口", "purpose": "scanner"}
    assert window.post("/devices", hall="roof", **asked).status_code == 422
    assert window.post("/devices", hall="pool", **asked).status_code == 303
    assert session.scalars(sa.select(Device.hall)).all() == ["pool"]
