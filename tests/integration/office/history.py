"""Writes histories for replay tests, and runs them."""

import json
from collections.abc import Iterable
from typing import Any

from clubsales import policies
from clubsales.office.replay.lines import read_history
from clubsales.office.replay.operations import replay

Line = dict[str, Any]
STAFF = (
    ("A", "consultant", "inside", "T1"),
    ("B", "consultant", "inside", "T1"),
    ("C", "consultant", "inside", "T2"),
    ("D", "consultant", "inside", "T2"),
    ("X", "consultant", "outside", None),
    ("Y", "consultant", "outside", None),
    ("S", "supervisor", None, None),
    ("M", "club_manager", None, None),
    ("F", "finance_clerk", None, None),
    ("SD", "sales_director", None, None),
    ("GM", "general_manager", None, None),
    ("DGM", "deputy_gm", None, None),
    ("R", "receptionist", None, None),
)


def at(clock: str, day: str = "2026-03-09") -> str:
    """at("10:00") is ten o'clock in Shanghai on Monday 2026-03-09."""
    return f"{day}T{clock}:00+08:00"


def line(clock: str, kind: str, day: str = "2026-03-09", /, **fields: Any) -> Line:
    """One line of a history."""
    return {"at": at(clock, day), "type": kind, **fields}


def fixture(day: str = "2026-03-01") -> list[Line]:
    """The club, its staff and an annual card at 3,980.00: what every example starts from."""
    opening = [line("00:00", "club", day, code="SZ01", name="Sunshine")]
    for code, role, kind, team in STAFF:
        fields: Line = {"code": code, "name": f"Name of {code}", "role": role}
        if kind:
            fields["kind"] = kind
        if team:
            fields["team"] = team
        opening.append(line("00:00", "staff", day, **fields))
    opening.append(
        line(
            "00:00",
            "card_type",
            day,
            code="year",
            name="Annual",
            kind="term",
            days=365,
            price="3980.00",
            floor_price="3000.00",
        )
    )
    opening.append(line("00:00", "card_type", day, code="any", name="Any price", kind="term", days=30))
    opening.append(line("00:00", "card_type", day, code="towel", name="Towel", kind="goods"))
    return opening


def run(lines: Iterable[Line], policy: dict[str, Any] | None = None) -> dict[str, Any]:
    """What clubsales decided over these lines."""
    history = read_history(json.dumps(entry) for entry in lines)
    document = policies.overlay(policies.default_document(), policy or {})
    return replay(history, document, progress=lambda _done, _total: None)


def who(decided: dict[str, Any]) -> list[tuple[str, str | None, str]]:
    """The assignments in short: guest, consultant, queue."""
    return [(a["guest"], a["consultant"], "".join(a["queue"])) for a in decided["assignments"]]


def credit(decided: dict[str, Any]) -> list[tuple[str, str, str]]:
    """The credits in short: consultant, amount, rule."""
    return [(c["consultant"], c["amount"], c["rule"]) for c in decided["credits"]]
