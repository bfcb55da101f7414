"""The rail marks the place a page belongs to, whoever looks."""

import re

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.builders import Cast, local
from tests.integration.auth.support import Browser, let_in

AT = local(17)
ACCOUNTS = {"manager": "wujingli", "supervisor": "sunzhu", "lin": "linjing"}
MARKED = re.compile(r'href="([^"]*)" aria-current="page"')


@pytest.mark.parametrize(
    ("who", "page", "place"),
    [
        ("manager", "/targets", "/club"),
        ("manager", "/notices", "/club"),
        ("manager", "/checklists", "/club"),
        ("manager", "/day-forms", "/today"),
        ("manager", "/fairness", "/today"),
        ("supervisor", "/notices", "/roster"),
        ("supervisor", "/day-forms", "/today"),
        ("lin", "/day-forms/mine", "/floor"),
        ("lin", "/leave", "/roster"),
        ("lin", "/appointments", "/leads"),
        ("lin", "/money/statements", "/money"),
        ("lin", "/money/list", "/money"),
        ("manager", "/money/everybody", "/club"),
        ("manager", "/ranking", "/today"),
        ("manager", "/reviews", "/club"),
        ("supervisor", "/assessments", "/today"),
        ("supervisor", "/reviews", "/today"),
        ("supervisor", "/months", "/today"),
        ("supervisor", "/money", "/today"),
        ("lin", "/reviews/mine", "/money"),
        ("lin", "/assessments/mine", "/money"),
        ("lin", "/my-plan", "/money"),
    ],
)
def test_the_rail_marks_where_a_page_belongs(
    session: Session, cast: Cast, client: FlaskClient, who: str, page: str, place: str
) -> None:
    with time_machine.travel(AT, tick=False):
        let_in(session, getattr(cast, who), at=AT)
        browser = Browser(client, {"Accept-Language": "en"})
        assert browser.sign_in(ACCOUNTS[who]).status_code == 303
        rail = browser.text(page).partition("<main")[0]
    assert MARKED.findall(rail) == [place]
