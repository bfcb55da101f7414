"""The worked examples of the rule book, through replay."""

from typing import Any

import pytest
from flask import Flask

from tests.integration.office.history import credit, fixture, line, run, who


@pytest.fixture(autouse=True)
def _context(app: Flask) -> Any:
    with app.app_context():
        yield


OPENED = [
    line("09:00", "shift_opened", by="A"),
    line("09:05", "shift_opened", by="B"),
    line("09:10", "shift_opened", by="C"),
]


def arrives(clock: str, guest: str, **fields: Any) -> dict[str, Any]:
    return line(clock, "guest_arrived", guest=guest, **fields)


def leaves(clock: str, guest: str) -> dict[str, Any]:
    return line(clock, "guest_seen_out", guest=guest)


def test_sc_01_plain_rotation() -> None:
    visits = []
    for number, (come, go) in enumerate(
        [("10:00", "10:20"), ("10:30", "10:50"), ("11:00", "11:20"), ("11:30", "11:50")], start=1
    ):
        visits += [arrives(come, f"W{number}"), leaves(go, f"W{number}")]
    decided = run(fixture() + OPENED + visits)
    assert who(decided) == [("W1", "A", "BCA"), ("W2", "B", "CAB"), ("W3", "C", "ABC"), ("W4", "A", "BCA")]
    assert {(a["basis"], a["rule"]) for a in decided["assignments"]} == {("rotation", "ROT-01")}
    assert decided["refusals"] == []


def test_sc_02_finish_and_see_out_first() -> None:
    decided = run(
        [
            *fixture(),
            *OPENED,
            arrives("10:00", "W1"),
            arrives("10:05", "W2"),
            arrives("10:06", "W3"),
            arrives("10:07", "W4"),
            line("10:10", "reception_tried", by="A", guest="W4"),
            leaves("10:20", "W2"),
            leaves("10:25", "W1"),
            arrives("10:26", "W5"),
        ]
    )
    assert who(decided) == [
        ("W1", "A", "BCA"),
        ("W2", "B", "CAB"),
        ("W3", "C", "ABC"),
        ("W4", None, "ABC"),
        ("W4", "B", "ACB"),
        ("W5", "A", "CBA"),
    ]
    waiting = decided["assignments"][3]
    assert (waiting["basis"], waiting["rule"]) == ("waiting", "AMB-18")
    assert waiting["skipped"] == [{"consultant": c, "reason": "busy"} for c in "ABC"]
    assert decided["assignments"][4]["at"] == "2026-03-09T10:20:00+08:00"
    assert decided["assignments"][4]["skipped"] == [{"consultant": "A", "reason": "busy"}]
    assert decided["refusals"] == [{"line": len(fixture()) + 3 + 5, "code": "reception.open"}]


MEAL = [
    line("12:00", "status_changed", by="A", status="meal"),
    arrives("12:10", "W1"),
    line("12:20", "status_changed", by="A", status="on_post"),
    arrives("12:25", "W2"),
]


def test_sc_04_at_lunch_no_turn() -> None:
    decided = run(fixture() + OPENED + MEAL)
    assert who(decided) == [("W1", "B", "CAB"), ("W2", "C", "ABC")]
    assert decided["assignments"][0]["skipped"] == [{"consultant": "A", "reason": "meal"}]


def test_sc_04_away_turn_kept_by_policy() -> None:
    decided = run(fixture() + OPENED + MEAL, {"rotation": {"away_turn": "keep"}})
    assert who(decided) == [("W1", "B", "ACB"), ("W2", "A", "CBA")]


def test_sc_04_nobody_came_meanwhile() -> None:
    decided = run(fixture() + OPENED + [MEAL[0], MEAL[2], arrives("12:25", "W1")])
    assert who(decided) == [("W1", "A", "BCA")]


def test_designated_by_name_is_no_turn_and_gets_the_credit() -> None:
    decided = run(
        [
            *fixture(),
            *OPENED,
            arrives("10:00", "G", phone="13800138000", asks_for="B"),
            line(
                "10:20",
                "sale_opened",
                sale="s1",
                card_type="year",
                price="3980.00",
                kind="new",
                guest="G",
                consultant="C",
            ),
            line("10:30", "receipt", sale="s1", amount="3980.00", method="cash", taken_by="R"),
        ]
    )
    assert who(decided) == [("G", "B", "ABC")]
    assert decided["assignments"][0]["basis"] == "designated"
    assert decided["assignments"][0]["skipped"] == []
    assert credit(decided) == [("B", "3980.00", "DSP-01")]


def test_designation_ends_with_the_day() -> None:
    decided = run(
        [
            *fixture(),
            *OPENED,
            arrives("10:00", "G", phone="13800138000", asks_for="A"),
            leaves("10:30", "G"),
            line("10:20", "guest_arrived", "2026-03-10", guest="G2", phone="13800138000"),
            line(
                "10:40",
                "sale_opened",
                "2026-03-10",
                sale="s1",
                card_type="year",
                price="3980.00",
                kind="new",
                guest="G2",
                consultant="B",
            ),
            line("10:41", "receipt", "2026-03-10", sale="s1", amount="3980.00", method="card"),
        ]
    )
    assert credit(decided) == [("B", "3980.00", "DSP-03")]


@pytest.mark.parametrize(("day", "month"), [("2026-03-12", "2026-03"), ("2026-04-02", "2026-04")])
def test_sc_15_member_business_follows_the_deposit(day: str, month: str) -> None:
    decided = run(
        [
            *fixture("2025-05-01"),
            line(
                "10:00",
                "sale_opened",
                "2025-05-02",
                sale="old",
                card_type="year",
                price="3980.00",
                kind="new",
                phone="13900139000",
                consultant="A",
            ),
            line("10:01", "receipt", "2025-05-02", sale="old", amount="3980.00", method="cash"),
            line("09:00", "shift_opened", "2026-03-10", by="B"),
            line("10:00", "guest_arrived", "2026-03-10", guest="Z", phone="13900139000", asks_for="A"),
            line(
                "10:10",
                "sale_opened",
                "2026-03-10",
                sale="s2",
                card_type="year",
                price="3980.00",
                kind="reopen",
                guest="Z",
                consultant="B",
            ),
            line("10:11", "receipt", "2026-03-10", sale="s2", amount="200.00", method="cash", taken_by="B"),
            line("15:00", "receipt", day, sale="s2", amount="3780.00", method="cash", taken_by="C"),
        ]
    )
    assert [(c["consultant"], c["amount"], c["rule"], c["month"]) for c in decided["credits"][1:]] == [
        ("B", "200.00", "DSP-02", "2026-03"),
        ("B", "3780.00", "DSP-02", month),
    ]
    assert decided["assignments"][0]["basis"] == "rotation"  # a member is received by rotation like anyone


SOLD = [
    *fixture(),
    line("10:20", "sale_opened", sale="s1", card_type="year", price="3980.00", kind="new", consultant="A"),
    line("10:21", "receipt", sale="s1", amount="1000.00", method="cash"),
    line("10:22", "receipt", sale="s1", amount="2980.00", method="wechat"),
]


def test_refund_in_full_brings_credit_to_zero_in_one_line() -> None:
    decided = run([*SOLD, line("11:00", "refund", "2026-04-12", sale="s1", amount="3980.00", by="M")])
    assert credit(decided) == [
        ("A", "1000.00", "DSP-03"),
        ("A", "2980.00", "DSP-03"),
        ("A", "-3980.00", "DSP-03"),
    ]
    assert decided["credits"][-1]["month"] == "2026-04"


def test_refund_in_parts_and_above() -> None:
    decided = run(
        [
            *SOLD,
            line("11:00", "refund", sale="s1", amount="1000.01", by="F"),
            line("11:01", "refund", sale="s1", amount="2980.00", by="F"),
            line("11:02", "refund", sale="s1", amount="1.00", by="A"),
            line("11:03", "refund", sale="s1", amount="2979.99", by="SD"),
        ]
    )
    assert [c["amount"] for c in decided["credits"]] == ["1000.00", "2980.00", "-1000.01", "-2979.99"]
    first = len(SOLD) + 2
    assert decided["refusals"] == [
        {"line": first, "code": "refund.above_paid"},
        {"line": first + 1, "code": "refund.role"},
    ]


SPLIT = [
    *fixture(),
    line("10:00", "follow_up", "2026-03-08", by="X", phone="13800138000", channel="call", outcome="answered"),
]


def split_sale(price: str) -> list[dict[str, Any]]:
    """A sale of 9 March, 70 % X's and 30 % B's."""
    sold = {"sale": "s1", "card_type": "any", "price": price, "kind": "new", "phone": "13800138000"}
    return [
        *SPLIT,
        line("10:20", "sale_opened", consultant="B", **sold),
        line("10:21", "receipt", sale="s1", amount=price, method="cash", taken_by="B"),
    ]


@pytest.mark.parametrize(
    ("price", "refunds", "expected"),
    [
        ("3980.00", [("2026-03-28", "3980.00")], [("X", "-2786.00", "03"), ("B", "-1194.00", "03")]),
        ("3980.00", [("2026-04-12", "3980.00")], [("X", "-2786.00", "04"), ("B", "-1194.00", "04")]),
        (
            "3980.00",
            [("2026-03-28", "1000.01"), ("2026-03-29", "2979.99")],
            [("X", "-700.01", "03"), ("B", "-300.00", "03"), ("X", "-2085.99", "03"), ("B", "-894.00", "03")],
        ),
        (
            "100.10",
            [("2026-03-28", "50.05"), ("2026-03-29", "50.05")],
            [("X", "-35.04", "03"), ("B", "-15.01", "03"), ("X", "-35.03", "03"), ("B", "-15.02", "03")],
        ),
        ("3980.00", [("2026-03-28", "3980.01")], []),
    ],
)
def test_sc_28_a_refund_takes_back_what_it_gave(
    price: str, refunds: list[tuple[str, str]], expected: list[tuple[str, str, str]]
) -> None:
    back = [line("10:00", "refund", day, sale="s1", amount=amount, by="M") for day, amount in refunds]
    decided = run([*split_sale(price), *back])
    posted = [(c["consultant"], c["amount"], c["month"][-2:]) for c in decided["credits"][2:]]
    assert posted == expected
    assert {c["rule"] for c in decided["credits"]} == {"DSP-06"}
    assert [each["code"] for each in decided["refusals"]] == ([] if expected else ["refund.above_paid"])
