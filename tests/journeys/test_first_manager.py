"""An empty installation becomes a club that can open its doors, without the demo."""

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from clubsales.auth.first_manager import make_first_manager_link
from clubsales.clock import now
from tests.builders import PASSWORD, PIN, Cast
from tests.integration.auth.support import Browser

CLUB = {
    "organisation_name": "阳光健身",
    "club_name": "阳光店",
    "club_code": "SZ01",
    "timezone": "Asia/Shanghai",
    "currency": "CNY",
    "opens": "09:00",
    "closes": "22:00",
    "manager_name": "吴经理",
    "username": "wujingli",
    "password": PASSWORD,
    "pin": PIN,
}
COLLEAGUE = {"password": PASSWORD, "pin": PIN, "kind": "inside", "team": "一组"}


@pytest.fixture
def window(client: FlaskClient) -> Browser:
    return Browser(client, {"Accept-Language": "en"})


@pytest.fixture
def link(session: Session) -> str:
    token = make_first_manager_link(session, at=now())
    session.commit()
    return f"/first-manager/{token}"


def set_up(window: Browser, link: str, **changes: str) -> int:
    return window.post(link, page=link, **{**CLUB, **changes}).status_code


def test_link_leads_to_a_club_with_staff_and_a_price_list(window: Browser, link: str) -> None:
    response = window.post(link, page=link, **CLUB)
    assert response.status_code == 303
    assert response.headers["Location"] == "/sign-in?next=/club"
    assert "阳光店 is ready" in window.text("/sign-in")
    assert window.sign_in("wujingli", next="/club").headers["Location"] == "/club"
    page = window.text("/club")
    assert "Only you so far" in page
    assert "Nothing to sell yet" in page
    assert "No shared tablet or scanner yet" in page

    hired = window.post(
        "/staff/new", page="/staff/new", name="林静", username="linjing", role="consultant", **COLLEAGUE
    )
    assert hired.status_code == 303
    hired = window.post(
        "/staff/new", page="/staff/new", name="前台", username="qiantai", role="receptionist", **COLLEAGUE
    )
    assert hired.status_code == 303
    added = window.post(
        "/price-list/new", page="/price-list/new", kind="term", name="年卡", price="3980", days="365"
    )
    assert added.status_code == 303

    page = window.text("/club")
    assert "3 people work here" in page
    assert "1 thing on sale" in page
    assert "年卡" in window.text("/sell")


def test_consultant_hired_on_the_page_signs_in_and_stands_on_the_floor(
    app: Flask, window: Browser, link: str
) -> None:
    set_up(window, link)
    window.sign_in("wujingli")
    window.post(
        "/staff/new", page="/staff/new", name="林静", username="linjing", role="consultant", **COLLEAGUE
    )
    hers = Browser(app.test_client(), {"Accept-Language": "en"})
    assert hers.sign_in("linjing").status_code == 303
    assert hers.get("/").headers["Location"] == "/floor"
    assert hers.get("/floor").status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/floor",
        "/desk",
        "/today",
        "/leads",
        "/sell",
        "/sales",
        "/check-in",
        "/club",
        "/staff",
        "/price-list",
        "/devices",
        "/account",
    ],
)
def test_every_page_opens_in_an_empty_club(window: Browser, link: str, address: str) -> None:
    set_up(window, link)
    window.sign_in("wujingli")
    assert window.get(address).status_code == 200


def test_what_was_typed_wrong_is_said_and_the_link_stays_good(window: Browser, link: str) -> None:
    for field, wrong in (
        ("timezone", "Mars/Olympus"),
        ("currency", "XXY"),
        ("closes", "09:00"),
        ("opens", "25:61"),
        ("club_code", ""),
        ("manager_name", "a\x00b"),
        ("username", "x" * 10_000),
        ("password", "short"),
        ("pin", "1234"),
    ):
        response = window.post(link, page=link, **{**CLUB, field: wrong})
        assert response.status_code == 422, field
        page = response.get_data(as_text=True)
        assert "Nothing was saved yet" in page, field
        assert 'value="阳光健身"' in page, field
        assert PASSWORD not in page
    assert set_up(window, link) == 303


def test_used_link_says_so(window: Browser, link: str) -> None:
    assert set_up(window, link) == 303
    response = window.get(link)
    assert response.status_code == 410
    assert "This link does not work" in response.get_data(as_text=True)
    assert window.post(link, page="/sign-in", **CLUB).status_code == 410


@pytest.mark.parametrize("token", ["nothing", "x" * 5_000, "%E4%BD%A0"])
def test_unknown_link_says_so(app: Flask, window: Browser, token: str) -> None:
    response = window.get(f"/first-manager/{token}")
    assert response.status_code == 410
    assert "start clubsales again" in response.get_data(as_text=True)


def test_address_with_a_nul_is_nothing(window: Browser) -> None:
    assert window.get("/first-manager/%00").status_code == 404


def test_link_is_over_after_a_week(window: Browser, link: str) -> None:
    with time_machine.travel(now().replace(year=now().year + 1)):
        assert window.get(link).status_code == 410


def test_link_is_worth_nothing_where_a_club_exists(session: Session, cast: Cast, window: Browser) -> None:
    token = make_first_manager_link(session, at=now())
    session.commit()
    assert window.get(f"/first-manager/{token}").status_code == 410
    assert window.post(f"/first-manager/{token}", page="/sign-in", **CLUB).status_code == 410
