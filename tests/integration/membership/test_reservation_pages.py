"""A reservation through a browser, from the form to the money back, on both databases."""

import re
import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from clubsales import jobs
from clubsales.membership.catalogue.models import CardTypeRow
from clubsales.membership.reservations import queries
from tests.builders import PASSWORD, Cast, local
from tests.integration.auth.support import Browser, let_in

AT = local(14, 20)
SIGNATURE = "M20 100L120 40L220 160L320 60"


@pytest.fixture(autouse=True)
def afternoon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(AT, tick=True) as clock:
        yield clock


@pytest.fixture
def people(session: Session, cast: Cast, app: Flask) -> dict[str, Browser]:
    """Everybody who takes part, each on a device of his own."""
    found = {}
    for name in ("lin", "zhou", "finance", "manager"):
        actor = getattr(cast, name)
        let_in(session, actor)
        session.commit()
        browser = Browser(app.test_client(), {"Accept-Language": "en"})
        browser.sign_in(
            {"lin": "linjing", "zhou": "zhouqian", "finance": "caiwu", "manager": "wujingli"}[name]
        )
        found[name] = browser
    return found


def key() -> str:
    return str(uuid.uuid4())


def filed(people: dict[str, Browser], cast: Cast, **changes: str) -> str:
    fields = {
        "submission_key": key(),
        "card_type": cast.annual.public_id,
        "phone": "13800138000",
        "name": "陈晨",
        "charges_shown": "y",
        **changes,
    }
    answer = people["lin"].post("/reservations/new", page="/reservations/new", **fields)
    assert answer.status_code == 302, answer.get_data(as_text=True)
    found = re.search(r"/reservations/([0-9a-z]{12})", answer.headers["Location"])
    assert found
    return found[1]


def held(people: dict[str, Browser], cast: Cast) -> str:
    public_id = filed(people, cast)
    page = f"/reservations/{public_id}"
    for who in ("finance", "manager"):
        people[who].post(f"{page}/answer", page=page, answer="approve")
    people["finance"].post(f"{page}/deposit", page=page, submission_key=key(), amount="100", method="cash")
    return public_id


def test_from_the_form_to_the_deposit(people: dict[str, Browser], cast: Cast) -> None:
    public_id = filed(people, cast)
    page = f"/reservations/{public_id}"
    assert "Waits for approval" in people["lin"].text(page)
    assert "Your approval is asked for" not in people["manager"].text(page)
    assert "Your approval is asked for" in people["finance"].text(page)
    assert "Waits for what you do" in people["finance"].text("/reservations")
    people["finance"].post(f"{page}/answer", page=page, answer="approve")
    people["manager"].post(f"{page}/answer", page=page, answer="approve")
    assert "Take the deposit" in people["finance"].text(page)
    assert "Take the deposit" not in people["lin"].text(page)
    answer = people["finance"].post(
        f"{page}/deposit", page=page, submission_key=key(), amount="50", method="cash"
    )
    assert answer.status_code == 422
    assert "at least ¥100.00" in answer.get_data(as_text=True)
    people["finance"].post(f"{page}/deposit", page=page, submission_key=key(), amount="100", method="cash")
    shown = people["lin"].text(page)
    assert "holds for 14 days" in shown
    assert "s copy" in shown
    assert "陈晨" in people["manager"].text("/reservations/ledger")


def test_a_form_that_lacks_something_says_what_beside_the_field(
    people: dict[str, Browser], cast: Cast
) -> None:
    fields = {
        "submission_key": key(),
        "card_type": cast.annual.public_id,
        "phone": "13800138000",
        "name": "陈晨",
    }
    for changes, sentence in (
        ({}, "Show the customer all steps"),
        ({"charges_shown": "y", "name": ""}, "name and phone"),
        ({"charges_shown": "y", "deposit": "1"}, "at least ¥100.00"),
        ({"charges_shown": "y", "price": "1"}, "below what you may give"),
    ):
        answer = people["lin"].post("/reservations/new", page="/reservations/new", **{**fields, **changes})
        assert answer.status_code == 422
        assert sentence in answer.get_data(as_text=True), sentence


def test_the_form_sent_twice_is_one(people: dict[str, Browser], cast: Cast, session: Session) -> None:
    same = key()
    assert filed(people, cast, submission_key=same) == filed(people, cast, submission_key=same)
    assert len(queries.open_ones(session, cast.club.id)) == 1


def test_a_refused_form_is_written_anew(people: dict[str, Browser], cast: Cast) -> None:
    public_id = filed(people, cast)
    page = f"/reservations/{public_id}"
    people["finance"].post(f"{page}/answer", page=page, answer="refuse", reason="缺身份证")
    assert "缺身份证" in people["lin"].text(page)
    people["lin"].post(f"{page}/again", page=page, submission_key=key(), deposit="300", note="补齐")
    assert "Waits for approval" in people["lin"].text(page)


def test_the_last_place_two_want(people: dict[str, Browser], cast: Cast, session: Session) -> None:
    session.execute(sa.update(CardTypeRow).where(CardTypeRow.id == cast.annual.id).values(quota=1))
    session.commit()
    assert "1 place left" in people["lin"].text("/reservations/new")
    two = {
        "submission_key": key(),
        "card_type": cast.annual.public_id,
        "phone": "13800138001",
        "name": "王",
        "charges_shown": "y",
    }
    filed(people, cast)
    answer = people["zhou"].post("/reservations/new", page="/reservations", **two)
    assert answer.status_code == 422
    assert "Annual card: There is none left" in answer.get_data(as_text=True)
    assert len(queries.open_ones(session, cast.club.id)) == 1
    assert "Nothing can be reserved now" not in people["zhou"].text("/reservations/new")


def test_money_back_with_consent_papers_and_signature(
    people: dict[str, Browser], cast: Cast, afternoon: time_machine.Traveller
) -> None:
    page = f"/reservations/{held(people, cast)}"
    people["lin"].post(f"{page}/withdraw", page=page, reason="搬家")
    assert "The customer wants the deposit back" in people["manager"].text(page)
    people["manager"].post(f"{page}/consent", page=page, answer="approve")
    assert "To be paid out" in people["finance"].text(page)
    assert "/pay-out" not in people["finance"].text(page)
    early = people["finance"].text(f"{page}/pay-out")
    assert "Pay it out from" in early
    assert 'name="signature"' not in early
    afternoon.move_to(AT + timedelta(days=1))
    finance = people["finance"]
    finance.sign_in("caiwu", PASSWORD)
    door = f"{page}/pay-out"
    nothing = finance.post(door, page=door, submission_key=key(), papers_back="y", signature="")
    assert nothing.status_code == 422
    assert "Nothing is signed yet" in nothing.get_data(as_text=True)
    done = finance.post(door, page=door, submission_key=key(), papers_back="y", signature=SIGNATURE)
    assert done.status_code == 302
    shown = finance.text(page)
    assert "Withdrawn" in shown
    assert SIGNATURE in shown
    assert SIGNATURE in finance.text("/reservations/ledger")


def test_the_worker_lets_go_what_is_over_and_the_manager_decides(
    people: dict[str, Browser], cast: Cast, app: Flask, afternoon: time_machine.Traveller
) -> None:
    page = f"/reservations/{held(people, cast)}"
    later = AT + timedelta(days=15)
    with app.app_context():
        jobs.tend_reservations(later)
    afternoon.move_to(later)
    people["manager"].sign_in("wujingli", PASSWORD)
    assert "What becomes of the deposit?" in people["manager"].text(page)
    people["manager"].post(f"{page}/decide", page=page, answer="keep", reason="逾期未签约")
    shown = people["manager"].text(page)
    assert "Deposit kept" in shown
    assert "Why the club kept the deposit" in shown
    assert "Reason of the withdrawal" not in shown


def test_the_deposit_by_phone(people: dict[str, Browser], cast: Cast) -> None:
    public_id = filed(people, cast)
    page = f"/reservations/{public_id}"
    for who in ("finance", "manager"):
        people[who].post(f"{page}/answer", page=page, answer="approve")
    answer = people["lin"].post(f"{page}/link", page=page)
    assert answer.status_code == 302
    assert "¥100.00" in people["lin"].text(answer.headers["Location"])
