"""A million leads answer as quickly as ten thousand: no statement of these pages goes through a big table."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from clubsales.consultants.profiles import queries as profiles
from clubsales.db import db
from clubsales.leads.lists.rules import LOOKED_THROUGH
from tests import plans
from tests.builders import Cast, consultant_of, local, raise_cast
from tests.bulk import Crowd, crowd, settle
from tests.conftest import BACKENDS, DatabaseMaker, migrated_app
from tests.integration.auth.support import Browser, let_in

AT = local(14, 20)
LEADS = 20_000
AS_IF = 1_000_000  # what the planner is made to believe
LIMITS = plans.Limits(
    big={"lead", "person", "person_phone", "claim", "contact", "follow_up", "touch"},
    most_rows=5 * LOOKED_THROUGH,  # so many leads, and a few rows of each
    most_estimated=20_000,  # fetched from a table at once, were there AS_IF leads
)


@dataclass(frozen=True)
class Grown:
    """A club with many leads, and a browser of Lin in it."""

    app: Flask
    cast: Cast
    crowd: Crowd
    lin: str  # public id
    browsers: dict[str, Browser]


@pytest.fixture(scope="module", params=BACKENDS)
def grown(
    request: pytest.FixtureRequest, new_database: DatabaseMaker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Grown]:
    folder: Path = tmp_path_factory.mktemp("grown")
    url = new_database.make() if request.param == "postgresql" else f"sqlite:///{folder / 'grown.db'}"
    app = migrated_app(url, folder)
    with time_machine.travel(AT, tick=False):
        with app.app_context():
            session: Session = db.session
            cast = raise_cast(session)
            session.commit()
            let_in(session, cast.lin, cast.manager)
            made = crowd(session, cast, LEADS, at=AT)
            settle(session, as_if_times=AS_IF // LEADS)
            lin = profiles.get(session, cast.club.id, consultant_of(cast.lin)).public_id
        browsers = {}
        for username in ("linjing", "wujingli"):
            browsers[username] = Browser(app.test_client())
            browsers[username].sign_in(username)
        yield Grown(app, cast, made, lin, browsers)
    with app.app_context():
        db.engine.dispose()


def assert_by_index(grown: Grown, who: str, address: str) -> None:
    """Nothing big is gone through, and nothing is looked at without end."""
    plans.assert_by_index(grown.app, grown.browsers[who], address, LIMITS)


FILTERS = (
    "",
    "&grade=A",
    "&grade=none",
    "&source=online",
    "&source={own}",
    "&captured_by={lin}",
    "&since=2024-01-01&until=2024-02-01",
    "&quiet=30",
    "&grade=D&source=sweep&quiet=90",
    "&grade=B&source={own}&captured_by={lin}",
    "&since=2025-01-01&grade=C&quiet=7",
)
ONLY_OF_ALL = (
    "&holder={lin}",
    "&holder=nobody",
    "&holder=nobody&grade=A&source=flyer",
    "&holder={lin}&grade=B",
)
OF_STATES = (
    "&state=open",
    "&state=bought",
    "&state=lost",
    "&state=lost&grade=A&quiet=14",
    "&state=bought&source={own}",
)


@pytest.mark.parametrize(
    ("view", "filters"),
    [
        *product(("mine", "pool", "ending", "all"), FILTERS),
        *product(("all",), ONLY_OF_ALL),
        *product(("mine", "ending", "all"), OF_STATES),
    ],
)
def test_a_list_goes_along_an_index(grown: Grown, view: str, filters: str) -> None:
    query = filters.format(own=grown.crowd.own_source, lin=grown.lin)
    assert_by_index(grown, "linjing", f"/leads/list?view={view}{query}")


@pytest.mark.parametrize("view", ["mine", "pool", "ending", "all"])
def test_so_does_the_page_after(grown: Grown, view: str) -> None:
    address = f"/leads/list?view={view}" + ("" if view == "ending" else "&grade=C")
    after = grown.browsers["linjing"].text(address).partition("after=")[2][:12]
    assert len(after) == 12
    assert_by_index(grown, "linjing", f"{address}&after={after}")


@pytest.mark.parametrize(
    "typed",
    ["1234", "567 8901", "{phone}", "张", "王伟", "zhang", "li wei", "zw", "wx_0000", "nobody", "欧阳"],
)
def test_a_search_looks_into_ranges_of_indexes(grown: Grown, typed: str) -> None:
    for who in ("linjing", "wujingli"):
        assert_by_index(grown, who, f"/leads/search?q={typed.format(phone=grown.crowd.a_phone[3:])}")


def test_the_page_of_a_person_with_2000_touches_reads_some_of_them(grown: Grown) -> None:
    for who in ("linjing", "wujingli"):
        assert_by_index(grown, who, f"/leads/{grown.crowd.busy_lead}")


def test_the_first_page_of_leads_and_what_is_due(grown: Grown) -> None:
    for who in ("linjing", "wujingli"):
        assert_by_index(grown, who, "/leads")


def test_what_is_due_today(grown: Grown) -> None:
    assert_by_index(grown, "linjing", "/leads/today")
