"""The floor's rules at their corners, through replay: what was worked out by hand must come out."""

from typing import Any

import pytest
from flask import Flask

from tests.integration.office.history import fixture, refused, run, told, turns

FORFEIT = {"rotation": {"busy_turn": "forfeit"}}
CARRY = {"rotation": {"start": "carry_over"}}
THREE_DAYS = """
    09:00 opens A
    09:00 opens B
    09:00 opens C
    10:00 comes W1
    10:10 leaves W1
    22:00 closes A
    22:00 closes B
    22:00 closes C
    2026-03-10 09:00 opens A
    2026-03-10 09:00 opens C
    2026-03-10 10:00 comes W2
    2026-03-10 10:05 opens B
    2026-03-10 10:06 comes W3
"""


@pytest.fixture(autouse=True)
def _context(app: Flask) -> Any:
    with app.app_context():
        yield


def bases(decided: dict[str, Any]) -> str:
    return " ".join(a["basis"] for a in decided["assignments"])


@pytest.mark.parametrize(
    ("text", "policy", "expected"),
    [
        pytest.param(
            """
            09:00 opens A
            09:00 opens B
            09:00 opens C
            09:00 opens D
            09:10 status A meal
            09:20 comes G asks_for=B
            09:30 comes W
            """,
            None,
            "G>B:ABCD W>C:BDAC",
            id="the busy keep their place while the away lose theirs",
        ),
        pytest.param(
            """
            09:00 opens A
            09:00 opens B
            09:00 opens C
            09:00 opens D
            09:10 status B meal
            09:20 comes G asks_for=A
            09:30 comes W
            """,
            FORFEIT,
            "G>A:ABCD W>C:DABC",
            id="busy and away who lose together keep their order",
        ),
        pytest.param(
            """
            09:00 opens A
            09:00 opens B
            09:00 opens C
            09:10 status B away
            09:10 status C meeting
            09:20 comes W
            """,
            None,
            "W>A:BCA",
            id="who stands behind the chosen one loses nothing",
        ),
        pytest.param(
            """
            09:00 opens A
            09:00 opens B
            09:00 opens C
            09:05 status A meal
            09:10 comes W1
            09:11 comes W2
            09:12 comes W3
            09:20 leaves W2
            """,
            None,
            "W1>B:CAB W2>C:ABC W3>-:ABC W3>C:BAC",
            id="waiting makes nobody lose his turn, being received later does",
        ),
        pytest.param(
            """
            09:00 opens A
            09:00 opens B
            09:05 status A meal
            09:10 comes W1
            09:11 comes W2
            09:20 status A on_post
            """,
            None,
            "W1>B:AB W2>-:AB W2>A:BA",
            id="back on post takes who waits",
        ),
        pytest.param(
            """
            09:00 opens A
            09:00 opens B
            09:10 comes W1
            09:11 comes W2
            09:12 comes W3
            09:13 status A meal
            09:14 leaves W1
            09:20 status A on_post
            """,
            None,
            "W1>A:BA W2>B:AB W3>-:AB W3>A:BA",
            id="seeing out while at a meal frees nobody",
        ),
        pytest.param(
            """
            09:00 opens A
            09:10 comes W1
            09:11 comes W2
            09:13 status A meal override_by=M reason=ill
            09:14 status A on_post
            """,
            None,
            "W1>A:A W2>-:A",
            id="back on post with a guest is not free",
        ),
        pytest.param(
            """
            09:00 opens A
            09:10 comes W1
            09:11 comes W2
            09:12 comes W3
            09:13 authorises M B
            09:14 opens B
            09:15 leaves W2
            """,
            None,
            "W1>A:A W2>-:A W3>-:A W2>B:A W3>B:AB",
            id="who opens his shift with a guest joins the tail and is free when that guest goes",
        ),
        pytest.param(
            """
            09:00 opens A
            09:10 comes W1
            09:11 comes W2
            09:12 comes W3
            09:13 authorises M B guest=W3
            09:15 leaves W3
            """,
            None,
            "W1>A:A W2>-:A W3>-:A W3>B:A",
            id="who is off duty takes nobody by himself",
        ),
        pytest.param(
            "09:10 comes W\n09:20 opens X\n09:21 opens A",
            None,
            "W>-: W>A:A",
            id="an outside consultant takes no walk-in",
        ),
        pytest.param(
            "09:00 opens A\n09:00 opens X\n09:00 opens Y\n09:10 comes W1\n09:11 comes W2",
            {"rotation": {"kinds": ["outside"]}},
            "W1>X:YX W2>Y:XY",
            id="a rotation of outside consultants",
        ),
        pytest.param(THREE_DAYS, None, "W1>A:BCA W2>A:CA W3>C:ABC", id="each day begins anew"),
        pytest.param(
            THREE_DAYS, CARRY, "W1>A:BCA W2>C:AC W3>B:ACB", id="places carry over, also of the late"
        ),
        pytest.param(
            """
            09:00 opens B
            09:00 opens A
            22:00 closes A
            22:00 closes B
            2026-03-10 09:00 opens C
            2026-03-10 09:00 opens A
            2026-03-10 09:00 opens B
            2026-03-10 10:00 comes W
            """,
            CARRY,
            "W>B:ACB",
            id="who never had a place joins the tail",
        ),
        pytest.param(
            """
            09:00 opens A
            09:00 opens B
            09:10 comes W1
            09:11 comes W2 came_with=W1
            09:12 leaves W1
            09:13 comes W3 came_with=W2
            09:14 comes W4
            09:15 comes W5
            09:16 leaves W2
            09:17 leaves W3
            """,
            None,
            "W1>A:BA W2>A:BA W3>A:BA W4>B:AB W5>-:AB W5>A:BA",
            id="a chain of companions: free when the last one goes",
        ),
        pytest.param(
            """
            09:00 opens A
            09:00 opens B
            09:10 comes W1
            09:11 comes G came_with=W1 asks_for=B
            """,
            None,
            "W1>A:BA G>A:BA",
            id="company goes before what a guest asks for",
        ),
    ],
)
def test_turns(text: str, policy: dict[str, Any] | None, expected: str) -> None:
    decided = told(text, policy)
    assert turns(decided) == expected
    assert refused(decided) == []


@pytest.mark.parametrize(
    ("text", "expected", "expected_bases"),
    [
        pytest.param(
            """
            09:00 opens A
            09:00 opens B
            09:10 comes W1
            09:11 comes W2
            09:12 comes W3
            09:13 comes G asks_for=A
            09:20 leaves W1
            09:21 leaves W2
            """,
            "W1>A:BA W2>B:AB W3>-:AB G>-:AB W3>A:BA G>B:BA",
            "rotation rotation waiting waiting rotation proxy",
            id="the oldest first, also when the second came for the one who is free",
        ),
        pytest.param(
            """
            09:00 opens A
            09:00 opens B
            09:10 comes W1
            09:11 comes W2
            09:13 comes G asks_for=A
            09:20 leaves W1
            """,
            "W1>A:BA W2>B:AB G>-:AB G>A:AB",
            "rotation rotation waiting designated",
            id="whom a waiting guest came for is no proxy of his own",
        ),
        pytest.param(
            "09:13 comes G asks_for=X\n09:20 opens X",
            "G>-: G>X:",
            "waiting designated",
            id="an outside consultant comes for his waiting guest",
        ),
        pytest.param(
            "09:00 opens A\n09:00 opens B\n09:10 comes G asks_for=C\n09:11 comes H came_with=G",
            "G>A:AB H>A:AB",
            "proxy proxy",
            id="company of a proxy's guest",
        ),
        pytest.param(
            "09:00 opens A\n09:00 opens B\n09:10 comes G asks_for=B\n09:11 comes H came_with=G",
            "G>B:AB H>B:AB",
            "designated designated",
            id="company of a designated guest",
        ),
        pytest.param(
            "09:10 comes W\n09:11 authorises M B\n09:12 comes H came_with=W",
            "W>-: W>B: H>B:",
            "waiting off_duty off_duty",
            id="company of a guest received off duty",
        ),
    ],
)
def test_bases(text: str, expected: str, expected_bases: str) -> None:
    decided = told(text)
    assert (turns(decided), bases(decided)) == (expected, expected_bases)


def test_those_before_a_proxy_are_listed_as_skipped() -> None:
    decided = told("09:00 opens A\n09:00 opens B\n09:05 status A meal\n09:10 comes G asks_for=D")
    assert decided["assignments"][0]["skipped"] == [{"consultant": "A", "reason": "meal"}]
    assert turns(decided) == "G>B:AB"


@pytest.mark.parametrize(
    ("opened", "came", "shown"),
    [
        ("2026-03-29T01:30:00+01:00", "2026-03-29T01:00:00Z", "2026-03-29T03:00:00+02:00"),
        ("2026-10-25T02:30:00+02:00", "2026-10-25T02:10:00+01:00", "2026-10-25T02:10:00+01:00"),
    ],
)
def test_daylight_saving(opened: str, came: str, shown: str) -> None:
    club = {**fixture()[0], "timezone": "Europe/Berlin", "business_hours": ["00:00", "06:00"]}
    decided = run(
        [
            club,
            *fixture()[1:],
            {"at": opened, "type": "shift_opened", "by": "A"},
            {"at": came, "type": "guest_arrived", "guest": "W"},
        ]
    )
    assert [(a["at"], a["consultant"]) for a in decided["assignments"]] == [(shown, "A")]
