"""The floor's rules through replay: posts, proxies, companions, waiting, policies."""

from typing import Any

import pytest
from flask import Flask

from tests.integration.office.history import at, fixture, line, run, who

Line = dict[str, Any]


@pytest.fixture(autouse=True)
def _context(app: Flask) -> Any:
    with app.app_context():
        yield


def opened(*codes: str, clock: str = "09:00") -> list[Line]:
    return [line(clock, "shift_opened", by=code) for code in codes]


def arrives(clock: str, guest: str, **fields: Any) -> Line:
    return line(clock, "guest_arrived", guest=guest, **fields)


def leaves(clock: str, guest: str) -> Line:
    return line(clock, "guest_seen_out", guest=guest)


def codes(decided: dict[str, Any]) -> list[str]:
    return [refusal["code"] for refusal in decided["refusals"]]


def test_sc_03_designated_guest_keeps_the_queue_and_the_busy_one_keeps_his_place() -> None:
    decided = run(
        [
            *fixture(),
            *opened("A", "B", "C"),
            arrives("10:00", "G", asks_for="A"),
            arrives("10:05", "W1"),
            leaves("10:30", "G"),
            arrives("10:31", "W2"),
        ]
    )
    assert who(decided) == [("G", "A", "ABC"), ("W1", "B", "ACB"), ("W2", "A", "CBA")]


def test_sc_05_off_duty() -> None:
    start = [
        *fixture(),
        *opened("A", "B", "C"),
        line("14:00", "shift_closed", by="B", acknowledged_by="A"),
        arrives("15:00", "W1"),
        arrives("15:01", "W2"),
        arrives("15:02", "W3"),
    ]
    decided = run(
        [
            *start,
            line("15:03", "reception_tried", by="B", guest="W3"),
            line("15:04", "off_duty_authorised", by="S", consultant="B"),
            line("15:05", "off_duty_authorised", by="M", consultant="A"),
            line("15:06", "off_duty_authorised", by="M", consultant="B"),
            line("15:07", "off_duty_authorised", by="M", consultant="B"),
        ]
    )
    assert codes(decided) == [
        "reception.off_duty",
        "reception.not_authorised",
        "reception.open",
        "reception.nobody_waiting",
    ]
    last = decided["assignments"][-1]
    assert (last["guest"], last["consultant"], last["basis"], last["rule"]) == (
        "W3",
        "B",
        "off_duty",
        "SHF-08",
    )
    assert last["queue"] == ["A", "C"]
    assert last["skipped"] == []


def test_sc_06_post_never_empty() -> None:
    decided = run(
        [
            *fixture(),
            *opened("A"),
            line("20:55", "shift_closed", by="A"),
            line("20:56", "status_changed", by="A", status="meal"),
            *opened("B", clock="21:02"),
            line("21:03", "shift_closed", by="A"),
            line("21:03", "shift_closed", by="A", acknowledged_by="B"),
            line("21:30", "shift_closed", by="B", override_by="S", reason="ill"),
            line("21:30", "shift_closed", by="B", override_by="M"),
            line("21:31", "status_changed", by="B", status="away", override_by="M", reason="ill"),
            line("22:00", "shift_closed", by="B"),
            line("22:01", "shift_closed", by="B"),
        ]
    )
    assert codes(decided) == [
        "shift.relief_missing",
        "shift.relief_missing",
        "shift.handover_missing",
        "shift.override",
        "shift.override",
        "shift.not_open",
    ]


def test_nobody_closes_with_a_guest_and_nobody_opens_twice() -> None:
    decided = run(
        [
            *fixture(),
            *opened("A", "B"),
            *opened("A", clock="09:01"),
            arrives("10:00", "W1"),
            line("10:01", "shift_closed", by="A", acknowledged_by="B"),
        ]
    )
    assert codes(decided) == ["shift.already_open", "reception.open"]


@pytest.mark.parametrize("status", ["meal", "meeting", "away"])
def test_designated_guest_of_somebody_off_post_goes_to_a_proxy(status: str) -> None:
    decided = run(
        [
            *fixture(),
            *opened("A", "B", "C"),
            line("09:30", "status_changed", by="B", status=status),
            arrives("10:00", "G", business_card="B"),
        ]
    )
    assert who(decided) == [("G", "A", "ABC")]
    assert (decided["assignments"][0]["basis"], decided["assignments"][0]["rule"]) == ("proxy", "AMB-04")


def test_proxy_may_use_a_turn_by_policy() -> None:
    decided = run(
        [*fixture(), *opened("A", "B"), arrives("10:00", "G", asks_for="C")],
        {"proxy": {"consumes_turn": True}},
    )
    assert who(decided) == [("G", "A", "BA")]


@pytest.mark.parametrize(
    ("share_bp", "expected"), [(0, [("C", "1000.01")]), (3000, [("C", "700.01"), ("A", "300.00")])]
)
def test_proxy_share_by_policy(share_bp: int, expected: list[tuple[str, str]]) -> None:
    decided = run(
        [
            *fixture(),
            *opened("A", "B"),
            arrives("10:00", "G", asks_for="C"),
            line(
                "10:10",
                "sale_opened",
                sale="s",
                card_type="any",
                price="1000.01",
                kind="new",
                guest="G",
                consultant="A",
            ),
            line("10:11", "receipt", sale="s", amount="1000.01", method="cash"),
        ],
        {"proxy": {"share_bp": share_bp}},
    )
    assert [(c["consultant"], c["amount"]) for c in decided["credits"]] == expected


def test_designated_outside_consultant_on_shift_receives_his_guest() -> None:
    decided = run([*fixture(), *opened("A", "X"), arrives("10:00", "G", business_card="X")])
    assert who(decided) == [("G", "X", "A")]


def test_outside_consultant_stands_in_no_queue_unless_policy_says_so() -> None:
    lines = [*fixture(), *opened("X", "A"), arrives("10:00", "W")]
    assert who(run(lines)) == [("W", "A", "A")]


def test_rotation_of_both_kinds_by_policy() -> None:
    lines = [*fixture(), *opened("X", "A"), arrives("10:00", "W")]
    assert who(run(lines, {"rotation": {"kinds": ["inside", "outside"]}})) == [("W", "X", "AX")]


def test_card_ranks_before_name() -> None:
    decided = run([*fixture(), *opened("A", "B"), arrives("10:00", "G", business_card="B", asks_for="A")])
    assert who(decided) == [("G", "B", "AB")]


def test_precedence_by_policy() -> None:
    decided = run(
        [*fixture(), *opened("A", "B"), arrives("10:00", "G", business_card="B", asks_for="A")],
        {"designation": {"precedence": ["appointment", "trial_pass", "name", "business_card"]}},
    )
    assert who(decided) == [("G", "A", "AB")]


def test_companion_goes_to_the_same_consultant_without_a_turn() -> None:
    decided = run(
        [
            *fixture(),
            *opened("A", "B"),
            arrives("10:00", "W1"),
            arrives("10:01", "W2", came_with="W1"),
            arrives("10:02", "W3"),
        ]
    )
    assert who(decided) == [("W1", "A", "BA"), ("W2", "A", "BA"), ("W3", "B", "AB")]
    assert [a["basis"] for a in decided["assignments"]] == ["rotation"] * 3


def test_companion_of_somebody_gone_is_received_like_anyone() -> None:
    decided = run(
        [
            *fixture(),
            *opened("A", "B"),
            arrives("10:00", "W1"),
            leaves("10:10", "W1"),
            arrives("10:11", "W2", came_with="W1"),
        ]
    )
    assert who(decided) == [("W1", "A", "BA"), ("W2", "B", "AB")]


def test_busy_consultant_forfeits_by_policy() -> None:
    decided = run(
        [
            *fixture(),
            *opened("A", "B", "C"),
            arrives("10:00", "G", asks_for="A"),
            arrives("10:01", "W1"),
        ],
        {"rotation": {"busy_turn": "forfeit"}},
    )
    assert who(decided)[-1] == ("W1", "B", "CAB")


def test_several_who_forfeit_keep_their_order() -> None:
    decided = run(
        [
            *fixture(),
            *opened("A", "B", "C", "D"),
            line("09:30", "status_changed", by="A", status="meal"),
            line("09:31", "status_changed", by="B", status="meeting"),
            arrives("10:00", "W1"),
        ]
    )
    assert who(decided) == [("W1", "C", "DABC")]
    assert decided["assignments"][0]["skipped"] == [
        {"consultant": "A", "reason": "meal"},
        {"consultant": "B", "reason": "meeting"},
    ]


def test_waiting_guest_goes_to_who_opens_a_shift_or_comes_back() -> None:
    decided = run(
        [
            *fixture(),
            arrives("09:30", "W1"),
            arrives("09:31", "W2"),
            *opened("A", clock="09:40"),
            *opened("B", clock="09:41"),
            line("09:50", "guest_seen_out", guest="W2"),
            line("09:51", "status_changed", by="B", status="meal"),
            line("09:52", "guest_arrived", guest="W3"),
            line("09:55", "status_changed", by="B", status="on_post"),
        ]
    )
    assert [(a["guest"], a["consultant"], a["at"]) for a in decided["assignments"]] == [
        ("W1", None, at("09:30")),
        ("W2", None, at("09:31")),
        ("W1", "A", at("09:40")),
        ("W2", "B", at("09:41")),
        ("W3", None, at("09:52")),
        ("W3", "B", at("09:55")),
    ]


def test_waiting_guest_seen_out_leaves_the_list() -> None:
    decided = run([*fixture(), arrives("09:30", "W1"), leaves("09:35", "W1"), *opened("A", clock="09:40")])
    assert who(decided) == [("W1", None, "")]


def test_waiting_designated_guest_is_received_by_a_proxy() -> None:
    decided = run(
        [
            *fixture(),
            *opened("A", "B"),
            arrives("10:00", "W1"),
            arrives("10:01", "W2"),
            arrives("10:02", "G", asks_for="C"),
            leaves("10:10", "W2"),
        ]
    )
    last = decided["assignments"][-1]
    assert (last["guest"], last["consultant"], last["basis"], last["queue"]) == (
        "G",
        "B",
        "proxy",
        ["A", "B"],
    )


@pytest.mark.parametrize(("start", "queue"), [("shift_open", "BCA"), ("carry_over", "ABC")])
def test_who_opens_again_joins_the_tail_or_takes_his_old_place(start: str, queue: str) -> None:
    decided = run(
        [
            *fixture(),
            *opened("A", "B", "C"),
            line("12:00", "shift_closed", by="A", acknowledged_by="B"),
            *opened("A", clock="13:00"),
            arrives("13:30", "G", asks_for="A"),
        ],
        {"rotation": {"start": start}},
    )
    assert who(decided) == [("G", "A", queue)]


def test_a_shift_over_night_stays_open() -> None:
    decided = run([*fixture(), *opened("A"), line("10:00", "guest_arrived", "2026-03-11", guest="W1")])
    assert who(decided) == [("W1", "A", "A")]


def test_min_on_post_by_policy() -> None:
    decided = run(
        [*fixture(), *opened("A", "B"), line("10:00", "status_changed", by="A", status="meal")],
        {"shift": {"min_on_post": 2}},
    )
    assert codes(decided) == ["shift.relief_missing"]
