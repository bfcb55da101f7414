"""What a page asks the database, and how the database goes about it."""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Flask

from clubsales.db import db
from tests.integration.auth.support import Browser

Asked = list[tuple[str, Any]]


@dataclass(frozen=True)
class Limits:
    """Tables that nothing may go through, rows of them a page's statement may look at and the planner may mean to.

    `short` are indexes that hold few rows however big the table: they may be gone through.
    """

    big: Collection[str]
    most_rows: int
    most_estimated: int
    short: Collection[str] = ()


def looks(browser: Browser, address: str) -> Asked:
    """The statements that read, of a page."""
    sent: Asked = []

    def note(
        _connection: object, _cursor: object, statement: str, parameters: object, *_rest: object
    ) -> None:
        if statement.lstrip().startswith(("SELECT", "WITH")):
            sent.append((statement, parameters))

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        answer = browser.get(address)
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)
    assert answer.status_code == 200, address
    return sent


def assert_by_index(app: Flask, browser: Browser, address: str, limits: Limits) -> None:
    """Nothing big is gone through, and nothing is looked at without end."""
    sent = looks(browser, address)
    assert sent
    with app.app_context(), db.engine.connect() as connection:
        for statement, parameters in sent:
            if connection.dialect.name == "sqlite":
                plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
                gone_through = [row.detail for row in plan if _goes_through(row.detail, limits)]
                assert gone_through == [], f"{address}\n{statement}\n{parameters}\n{plan}"
            else:
                explained = connection.exec_driver_sql(
                    f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", parameters
                ).scalar_one()
                tree = (explained if isinstance(explained, list) else json.loads(explained))[0]["Plan"]
                shown = f"{address}\n{statement}\n{parameters}\n{json.dumps(tree, indent=1)}"
                nodes = list(_nodes(tree))
                scans = [node for node in nodes if node["Node Type"] == "Seq Scan"]
                assert [node for node in scans if node["Relation Name"] in limits.big] == [], shown
                assert sum(_rows(node, limits) for node in nodes) <= limits.most_rows, shown
                bitmaps = [node for node in nodes if node["Node Type"].startswith("Bitmap")]
                assert [node for node in bitmaps if node["Plan Rows"] > limits.most_estimated] == [], shown


def _goes_through(detail: str, limits: Limits) -> bool:
    words = detail.split()
    return words[0] == "SCAN" and words[1] in limits.big and words[-1] not in limits.short


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _nodes(below)


def _rows(node: dict[str, Any], limits: Limits) -> float:
    """Rows of a table that a node looked at."""
    if node.get("Relation Name") not in limits.big:
        return 0
    removed = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    return float(node["Actual Loops"] * (node["Actual Rows"] + removed))
