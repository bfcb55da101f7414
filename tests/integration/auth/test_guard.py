"""The guard at the door: who is let in, who is asked again, what keeps a session alive."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.exceptions import Forbidden

from clubsales.auth import devices
from clubsales.auth.cookies import DEVICE_COOKIE, SESSION_COOKIE
from clubsales.auth.guard import (
    PasswordNeeded,
    SignInNeeded,
    current_actor,
    current_club,
    public,
    requires,
    requires_sign_in,
)
from clubsales.auth.lookup import EnrolledDevice, enrolled_device
from clubsales.auth.models import AuthSession
from clubsales.auth.permissions import Permission
from clubsales.auth.rules import DevicePurpose
from clubsales.auth.sign_in import sign_in_with_password, sign_in_with_pin
from tests.builders import PASSWORD, PIN, Cast
from tests.integration.auth.support import account, let_in

NOON = datetime(2026, 3, 9, 4, tzinfo=UTC)
Cookies = dict[str, str]
Open = Callable[..., ResponseReturnValue]


@requires(Permission.REFUND_MAKE, fresh_password=True)
def refund() -> ResponseReturnValue:
    return "refunded"


@requires(Permission.CHECK_IN)
def scan() -> ResponseReturnValue:
    return current_actor().name


@requires_sign_in
def home() -> ResponseReturnValue:
    return current_club().code


@public("anybody may look")
def shop_window() -> ResponseReturnValue:
    return "open"


@pytest.fixture
def knock(app: Flask) -> Open:
    """Call a view as a request with these cookies would."""

    def knocked(
        view: Callable[[], ResponseReturnValue], cookies: Cookies, at: datetime = NOON, **headers: str
    ) -> ResponseReturnValue:
        cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
        with (
            time_machine.travel(at, tick=False),
            app.test_request_context("/", headers={"Cookie": cookie, **headers}),
        ):
            return view()

    return knocked


def by_password(session: Session, username: str, at: datetime = NOON) -> Cookies:
    outcome = sign_in_with_password(session, username=username, password=PASSWORD, device=None, at=at)
    session.commit()
    assert outcome.token is not None
    return {SESSION_COOKIE: outcome.token}


def a_device(session: Session, cast: Cast, purpose: DevicePurpose) -> tuple[EnrolledDevice, Cookies]:
    token = devices.enrol_device(session, name="门口", purpose=purpose, actor=cast.manager, at=NOON).token
    session.commit()
    found = enrolled_device(session, token=token)
    assert found is not None
    return found, {DEVICE_COOKIE: token}


def test_nobody_is_let_in_without_a_session(cast: Cast, knock: Open) -> None:
    for cookies in ({}, {SESSION_COOKIE: "x"}, {SESSION_COOKIE: "x" * 5000}, {DEVICE_COOKIE: "x"}):
        for view in (refund, scan, home):
            with pytest.raises(SignInNeeded):
                knock(view, cookies)
        assert knock(shop_window, cookies) == "open"


def test_role_opens_its_doors_and_no_other(session: Session, cast: Cast, knock: Open) -> None:
    let_in(session, cast.lin, cast.desk)
    assert knock(scan, by_password(session, "qiantai")) == "前台"
    consultant = by_password(session, "linjing")
    assert knock(home, consultant) == "SZ01"
    with pytest.raises(Forbidden):
        knock(scan, consultant)


def test_refund_asks_for_the_password_again_after_a_quarter_of_an_hour(
    session: Session, cast: Cast, knock: Open
) -> None:
    let_in(session, cast.finance)
    cookies = by_password(session, "caiwu")
    assert knock(refund, cookies, NOON + timedelta(minutes=14)) == "refunded"
    with pytest.raises(PasswordNeeded):
        knock(refund, cookies, NOON + timedelta(minutes=15))


def test_refund_asks_for_the_password_after_a_pin(session: Session, cast: Cast, knock: Open) -> None:
    let_in(session, cast.finance)
    tablet, cookies = a_device(session, cast, DevicePurpose.TABLET)
    outcome = sign_in_with_pin(
        session,
        device=tablet,
        account_public_id=account(session, cast.finance).public_id,
        pin=PIN,
        at=NOON,
    )
    session.commit()
    assert outcome.token is not None
    with pytest.raises(PasswordNeeded):
        knock(refund, {**cookies, SESSION_COOKIE: outcome.token})


@pytest.mark.parametrize("purpose", [DevicePurpose.SCANNER, DevicePurpose.TURNSTILE])
def test_scanner_scans_by_itself_and_does_nothing_else(
    session: Session, cast: Cast, knock: Open, purpose: DevicePurpose
) -> None:
    _device, cookies = a_device(session, cast, purpose)
    assert knock(scan, cookies) == "门口"
    with pytest.raises(Forbidden):
        knock(refund, cookies)


def test_a_screen_sees_and_does_nothing(session: Session, cast: Cast, knock: Open) -> None:
    _device, cookies = a_device(session, cast, DevicePurpose.SCREEN)
    assert knock(home, cookies) == "SZ01"
    for view in (scan, refund):
        with pytest.raises(Forbidden):
            knock(view, cookies)


def test_tablet_does_nothing_by_itself(session: Session, cast: Cast, knock: Open) -> None:
    _device, cookies = a_device(session, cast, DevicePurpose.TABLET)
    with pytest.raises(SignInNeeded):
        knock(scan, cookies)


def last_seen(session: Session) -> datetime:
    session.expire_all()
    return session.query(AuthSession).one().last_seen_at


def test_being_there_is_noted_at_most_once_a_minute(session: Session, cast: Cast, knock: Open) -> None:
    let_in(session, cast.lin)
    cookies = by_password(session, "linjing")
    knock(home, cookies, NOON + timedelta(seconds=59))
    assert last_seen(session) == NOON
    knock(home, cookies, NOON + timedelta(seconds=60))
    assert last_seen(session) == NOON + timedelta(seconds=60)


def test_page_that_refreshes_itself_does_not_keep_a_tablet_signed_in(
    session: Session, cast: Cast, knock: Open
) -> None:
    let_in(session, cast.lin)
    tablet, device = a_device(session, cast, DevicePurpose.TABLET)
    outcome = sign_in_with_password(session, username="linjing", password=PASSWORD, device=tablet, at=NOON)
    session.commit()
    assert outcome.token is not None
    cookies = {**device, SESSION_COOKIE: outcome.token}
    for minute in range(1, 15):
        knock(home, cookies, NOON + timedelta(minutes=minute), **{"X-Poll": "1"})
    assert last_seen(session) == NOON
    with pytest.raises(SignInNeeded):
        knock(home, cookies, NOON + timedelta(minutes=15))


def test_signed_out_fragment_is_sent_to_the_whole_page(client: FlaskClient, cast: Cast) -> None:
    response = client.get("/account", headers={"X-Poll": "1"})
    assert response.status_code == 401
    assert response.headers["HX-Redirect"] == "/sign-in"
