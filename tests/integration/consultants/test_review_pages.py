"""The pages of cases: what was typed stays where it is refused."""

import re
from html import unescape

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from clubsales.consultants.reviews.catalogue import Offence
from tests.builders import Cast, local, yuan
from tests.integration.auth.support import Browser, let_in
from tests.integration.consultants.test_reviews import fined, only_case


def window(client: FlaskClient, session: Session, cast: Cast) -> Browser:
    let_in(session, cast.manager)
    browser = Browser(client.application.test_client(), {"Accept-Language": "en"})
    assert browser.sign_in("wujingli").status_code == 303
    return browser


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"amount": "49.99"}, "The amount must be from ¥50.00 to ¥100.00."),
        ({"amount": ""}, "Enter the amount."),
        ({"words": "   "}, "This needs a reason"),
    ],
)
def test_a_refused_decision_keeps_what_was_typed(
    client: FlaskClient, session: Session, cast: Cast, typed: dict[str, str], said: str
) -> None:
    public_id = fined(session, cast, offence=Offence.CORRECTIONS, amount=yuan("80.00"))
    with time_machine.travel(local(11), tick=False):
        manager = window(client, session, cast)
        whole = {"choice": "fine", "amount": "70", "words": "属实", "level": "2", "valid_from": "2026-04-01"}
        page = f"/reviews/{public_id}"
        answer = manager.post(f"{page}/decide", page=page, **{**whole, **typed})
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert said in text
    assert re.search(r'<input checked [^>]*value="fine">', text)
    if "words" not in typed:
        assert "属实" in text
    assert only_case(session, cast, cast.lin).decided_at is None


def test_a_fixed_fine_is_offered_where_it_is_proposed(
    client: FlaskClient, session: Session, cast: Cast
) -> None:
    with time_machine.travel(local(11), tick=False):
        page = window(client, session, cast).text("/reviews/new")
    assert '"progress": "50.00"' in unescape(page)
