"""A million leads answer as quickly as ten thousand: no statement of these pages goes through a big table."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from clubsales.consultants.profiles import queries as profiles
from clubsales.db import db
from clubsales.leads.lists.rules import LOOKED_THROUGH
from tests.builders import Cast, consultant_of, local, raise_cast
from tests.bulk import Crowd, crowd, settle
from tests.conftest import BACKENDS, DatabaseMaker, migrated_app
from tests.integration.auth.support import Browser, let_in

AT = local(14, 20)
LEADS = 20_000
AS_IF = 1_000_000  # what the planner is made to believe
BIG = {"lead", "person", "person_phone", "claim", "contact", "follow_up", "touch"}
# Rows that a statement may look at: LOOKED_THROUGH leads, and a few rows of each.
MOST_ROWS = 5 * LOOKED_THROUGH
MOST_ESTIMATED = (
    20_000  # rows that the planner, believing in AS_IF leads, means to fetch from a table at once
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


def looks(grown: Grown, who: str, address: str) -> list[tuple[str, Any]]:
    """The statements that read, of a page."""
    sent: list[tuple[str, Any]] = []

    def note(
        _connection: object, _cursor: object, statement: str, parameters: object, *_rest: object
    ) -> None:
        if statement.lstrip().startswith(("SELECT", "WITH")):
            sent.append((statement, parameters))

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        answer = grown.browsers[who].get(address)
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)
    assert answer.status_code == 200, address
    return sent


def assert_by_index(grown: Grown, who: str, address: str) -> None:
    """Nothing big is gone through, and nothing is looked at without end."""
    sent = looks(grown, who, address)
    assert sent
    with grown.app.app_context(), db.engine.connect() as connection:
        for statement, parameters in sent:
            if connection.dialect.name == "sqlite":
                plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
                gone_through = [row.detail for row in plan if _goes_through(row.detail)]
                assert gone_through == [], f"{address}\n{statement}\n{parameters}\n{plan}"
            else:
                explained = connection.exec_driver_sql(
                    f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", parameters
                ).scalar_one()
                tree = (explained if isinstance(explained, list) else json.loads(explained))[0]["Plan"]
                shown = f"{address}\n{statement}\n{parameters}\n{json.dumps(tree, indent=1)}"
                nodes = list(_nodes(tree))
                assert [
                    n for n in nodes if n["Node Type"] == "Seq Scan" and n["Relation Name"] in BIG
                ] == [], shown
                assert sum(_rows(node) for node in nodes) <= MOST_ROWS, shown
                assert [
                    n
                    for n in nodes
                    if n["Node Type"].startswith("Bitmap") and n["Plan Rows"] > MOST_ESTIMATED
                ] == [], shown


def _goes_through(detail: str) -> bool:
    words = detail.split()
    return words[0] == "SCAN" and words[1] in BIG


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _nodes(below)


def _rows(node: dict[str, Any]) -> float:
    """Rows of a table that a node looked at."""
    if node.get("Relation Name") not in BIG:
        return 0
    removed = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    return float(node["Actual Loops"] * (node["Actual Rows"] + removed))


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
