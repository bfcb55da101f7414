"""Cookies and tokens that were verified once are known by their text, and everything else is as strict as before."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.builders import MORNING, Cast
from tests.integration.auth.support import TOKEN, Browser, let_in

LANGUAGE = "/locale"  # a form that everybody may send


@pytest.fixture
def opened(session: Session, cast: Cast, client: FlaskClient) -> "Page":
    let_in(session, cast.lin)
    return Page(client)


class Page:
    """A page that stands open, with its token."""

    def __init__(self, client: FlaskClient, base: str = "http://localhost") -> None:
        self.client, self.base = client, base
        with client.application.app_context():
            found = TOKEN.search(client.get("/sign-in", base_url=base).text)
        assert found is not None
        self.token = found[1]

    def send(self, token: str | None = None, **headers: str) -> TestResponse:
        data = {"csrf_token": self.token if token is None else token, "locale": "en"}
        with self.client.application.app_context():
            return self.client.post(LANGUAGE, data=data, headers=headers, base_url=self.base)


def test_the_token_of_an_open_page_is_good_again_and_again(opened: Page) -> None:
    assert [opened.send().status_code for _ in range(3)] == [303, 303, 303]


def test_an_altered_token_is_refused_also_after_a_good_one(opened: Page) -> None:
    assert opened.send().status_code == 303
    for token in (opened.token[:-1], opened.token + "x", opened.token.swapcase(), "", "None"):
        assert opened.send(token).status_code == 400, token


def test_the_token_of_another_browser_is_refused(opened: Page, app: Flask) -> None:
    other = Page(app.test_client())
    assert (opened.send().status_code, other.send().status_code) == (303, 303)
    assert opened.send(other.token).status_code == 400
    assert other.send(opened.token).status_code == 400


def test_without_its_cookie_a_token_is_nothing(opened: Page, app: Flask) -> None:
    assert opened.send().status_code == 303
    token, opened.client = opened.token, app.test_client()
    assert opened.send(token).status_code == 400


def test_an_altered_cookie_is_an_empty_one(opened: Page) -> None:
    assert opened.send().status_code == 303
    cookie = opened.client.get_cookie("session")
    assert cookie is not None
    opened.client.set_cookie("session", cookie.value[:-2] + "xx")
    assert opened.send().status_code == 400


def test_a_cookie_grows_too_old(opened: Page, app: Flask) -> None:
    assert opened.send().status_code == 303
    with time_machine.travel(MORNING + app.permanent_session_lifetime * 3000, tick=False):
        assert opened.send().status_code == 400


def test_over_https_a_form_comes_from_our_own_pages(
    session: Session, cast: Cast, client: FlaskClient
) -> None:
    opened = Page(client, "https://club.example")
    good = {"Referer": "https://club.example/desk"}
    assert opened.send(**good).status_code == 303
    assert opened.send(**good).status_code == 303
    for referrer in ("https://evil.example/", "http://club.example/", ""):
        assert opened.send(Referer=referrer).status_code == 400, referrer


def test_what_one_request_writes_into_the_session_no_other_sees_before_its_cookie(
    session: Session, cast: Cast, client: FlaskClient
) -> None:
    """A message is shown once, to whoever it was for, though both came with the same cookie."""
    let_in(session, cast.desk)
    browser = Browser(client, {"Accept-Language": "en"})
    browser.sign_in("qiantai")
    browser.get("/desk")
    cookie = client.get_cookie("session")
    assert cookie is not None
    first = browser.post("/desk/guests", page="/desk", phone="13800138000", submission_key="k" * 36)
    assert first.status_code == 302
    browser.post("/desk/guests", page="/desk", phone="13800138000", submission_key="j" * 36)
    assert "already in the club" in browser.text("/desk")
    client.set_cookie("session", cookie.value)
    assert "already in the club" not in browser.text("/desk")


def test_an_answer_that_read_the_session_says_so(client: FlaskClient) -> None:
    """A cache between us and the browser must not give one browser's page to another."""
    with client.application.app_context():
        answer = client.get("/sign-in")
    assert "Cookie" in answer.headers.get("Vary", "")
    assert timedelta(days=1) < client.application.permanent_session_lifetime
