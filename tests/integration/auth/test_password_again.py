"""The password asked for on top of a form: what was typed is kept in the page, and goes on with the password."""

import html
import re
from collections.abc import Iterator
from http import HTTPStatus

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from clubsales.auth.models import Account
from clubsales.leads.disputes.rules import Status, StepKind
from tests.builders import PASSWORD, Cast, local
from tests.integration.auth.support import Browser, let_in
from tests.integration.leads.disputes.argued import Argued
from tests.journeys.sending import STAFF

AT, LATER = local(14), local(15)
HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')
WORDS = '都有份 & "两人" 都接待过\n<b>第二行</b>'


@pytest.fixture(autouse=True)
def afternoon() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def argued(session: Session, cast: Cast) -> Argued:
    made = Argued(session, cast)
    session.commit()
    return made


@pytest.fixture
def case(session: Session, argued: Argued) -> str:
    public_id = argued.open()
    session.commit()
    return public_id


@pytest.fixture
def manager(app: Flask, session: Session, cast: Cast) -> Browser:
    let_in(session, cast.manager, at=local(8))
    browser = Browser(app.test_client(), {"Accept-Language": "en"})
    assert browser.sign_in(STAFF["manager"]).status_code == HTTPStatus.SEE_OTHER
    return browser


def asked(answer: TestResponse) -> MultiDict[str, str]:
    """The hidden fields of the page that asks for the password."""
    page = answer.get_data(as_text=True)
    form = page[page.index('id="confirm-password"') :]
    return MultiDict([(name, html.unescape(value)) for name, value in HIDDEN.findall(form)])


def go_on(browser: Browser, address: str, fields: MultiDict[str, str], password: str) -> TestResponse:
    with browser.client.application.app_context():
        return browser.client.post(
            address,
            data=MultiDict([*fields.items(multi=True), ("again-password", password)]),
            headers={**browser.headers, "Referer": f"http://localhost{address}"},
        )


def ruling(browser: Browser, case: str) -> TestResponse:
    page = f"/disputes/{case}/decide"
    with time_machine.travel(local(14, 10), tick=False):
        browser.text(page)
    return browser.post(f"/disputes/{case}/rule", page=f"/disputes/{case}", step="confirm", reason=WORDS)


def test_a_reason_typed_before_the_password_goes_on_with_it(
    argued: Argued, case: str, manager: Browser
) -> None:
    with time_machine.travel(LATER, tick=False):
        page = ruling(manager, case)
        assert page.status_code == HTTPStatus.FORBIDDEN
        assert "Location" not in page.headers
        assert argued.case(case).status is Status.OPEN
        done = go_on(manager, f"/disputes/{case}/rule", asked(page), PASSWORD)
    assert done.status_code == HTTPStatus.SEE_OTHER
    assert done.headers["Location"] == f"/disputes/{case}"
    ruled = next(each for each in argued.case(case).steps if each.kind is StepKind.RULED)
    assert ruled.words == WORDS


def test_a_wrong_password_is_told_and_the_words_stay(argued: Argued, case: str, manager: Browser) -> None:
    address = f"/disputes/{case}/rule"
    with time_machine.travel(LATER, tick=False):
        page = ruling(manager, case)
        wrong = go_on(manager, address, asked(page), "not-my-password")
        assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        text = wrong.get_data(as_text=True)
        assert "The password is wrong" in text
        assert "not-my-password" not in text
        assert asked(wrong)["reason"] == WORDS
        assert argued.case(case).status is Status.OPEN
        assert go_on(manager, address, asked(wrong), PASSWORD).status_code == HTTPStatus.SEE_OTHER
    assert argued.case(case).status is Status.DECIDED


def test_what_is_refused_after_the_password_leads_back_to_the_page_of_the_form(
    argued: Argued, case: str, manager: Browser
) -> None:
    with time_machine.travel(LATER, tick=False):
        page = ruling(manager, case)
        go_on(manager, f"/disputes/{case}/rule", asked(page), PASSWORD)
    with time_machine.travel(local(16), tick=False):
        page = ruling(manager, case)
        refused = go_on(manager, f"/disputes/{case}/rule", asked(page), PASSWORD)
    assert refused.headers["Location"] == f"/disputes/{case}"


@pytest.mark.parametrize("back", ["//evil.example/", "https://evil.example/", "/\\evil.example", "/a\nb"])
def test_nobody_is_led_to_another_site(case: str, manager: Browser, back: str) -> None:
    with time_machine.travel(LATER, tick=False):
        fields = asked(ruling(manager, case))
        fields["again-back"] = back
        wrong = go_on(manager, f"/disputes/{case}/rule", fields, "wrong")
    assert "evil" not in wrong.get_data(as_text=True)


def test_a_form_that_held_nothing_is_pressed_again(manager: Browser, session: Session, cast: Cast) -> None:
    public_id = session.scalar(sa.select(Account.public_id).where(Account.id == cast.lin.account_id))
    page = f"/staff/{public_id}"
    with time_machine.travel(LATER, tick=False):
        answer = manager.post(f"{page}/pin", page=page)
    assert answer.headers["Location"].startswith("/confirm-password")


def test_a_form_without_its_token_does_nothing(argued: Argued, case: str, manager: Browser) -> None:
    with time_machine.travel(LATER, tick=False), manager.client.application.app_context():
        answer = manager.client.post(
            f"/disputes/{case}/rule", data={"step": "confirm", "again-password": PASSWORD}
        )
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert argued.case(case).status is Status.OPEN
