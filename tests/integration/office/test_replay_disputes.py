"""Disputes through a history: who may, until when, and where the money goes (DSP-08, DSP-10, AMB-12)."""

from typing import Any

import pytest

from tests.integration.office.history import Line, credit, fixture, line, refused, run

pytestmark = pytest.mark.usefixtures("session")

PHONE = "13800138000"


def argued(*more: Line, ruling: Line | None = None, policy: dict[str, Any] | None = None) -> dict[str, Any]:
    """SC-16: B sold to a guest whom A had toured, and A opens a dispute on the day."""
    lines = [
        *fixture(),
        line("09:00", "shift_opened", "2026-03-03", by="A"),
        line("10:00", "guest_arrived", "2026-03-03", guest="G1", phone=PHONE),
        line("11:00", "guest_seen_out", "2026-03-03", guest="G1"),
        line("12:00", "follow_up", "2026-03-03", by="A", phone=PHONE, channel="call", outcome="answered"),
        line("22:30", "shift_closed", "2026-03-03", by="A"),
        line("09:00", "shift_opened", "2026-03-07", by="B"),
        line("10:00", "guest_arrived", "2026-03-07", guest="G2", phone=PHONE),
        line(
            "10:30",
            "sale_opened",
            "2026-03-07",
            sale="s",
            card_type="any",
            price="4000.00",
            kind="new",
            guest="G2",
            consultant="B",
        ),
        line("10:31", "receipt", "2026-03-07", sale="s", amount="4000.00", method="card", taken_by="B"),
        line("12:00", "dispute_opened", "2026-03-07", sale="s", by="A"),
        *([ruling] if ruling else []),
        *more,
    ]
    return run(lines, policy)


def ruled(by: str = "M", clock: str = "15:00", day: str = "2026-03-07", **fields: object) -> Line:
    return line(clock, "dispute_ruled", day, sale="s", by=by, **fields)


B_LOST = [("B", "4000.00", "DSP-03"), ("B", "-4000.00", "DSP-10")]


def test_while_a_case_is_open_the_credit_is_nobodys() -> None:
    assert credit(argued()) == B_LOST


def test_confirming_gives_back_what_the_rule_said() -> None:
    decided = argued(ruling=ruled(confirm=True))
    assert credit(decided) == [*B_LOST, ("B", "4000.00", "DSP-10")]
    assert decided["refusals"] == []


def test_half_and_half_with_a_reason() -> None:
    decided = argued(ruling=ruled(shares={"B": 5000, "A": 5000}, reason="A toured him"))
    assert credit(decided) == [*B_LOST, ("A", "2000.00", "DSP-10"), ("B", "2000.00", "DSP-10")]


@pytest.mark.parametrize(
    ("ruling", "code"),
    [
        (ruled(shares={"A": 5000, "B": 5000}), "dispute.reason"),
        (ruled(shares={"A": 5000, "B": 5000}, reason=""), "dispute.reason"),
        (ruled(shares={"A": 5000, "B": 4999}, reason="so"), "dispute.shares"),
        (ruled(shares={"A": 10001, "B": -1}, reason="so"), "dispute.shares"),
        (ruled(shares={}, reason="so"), "dispute.shares"),
        (ruled(shares={"A": 5000, "F": 5000}, reason="so"), "dispute.shares"),
        (ruled("A", confirm=True), "dispute.party"),
        (ruled("B", confirm=True), "dispute.party"),
        (ruled("C", confirm=True), "dispute.role"),
        (ruled("SD", confirm=True), "dispute.role"),
        (ruled("GM", confirm=True), "dispute.role"),
        (ruled("C", shares={"C": 10000}), "dispute.party"),
        (ruled("F", shares={"A": 1}), "dispute.role"),
    ],
)
def test_what_a_ruling_must_be(ruling: Line, code: str) -> None:
    decided = argued(ruling=ruling)
    assert refused(decided) == [code]
    assert credit(decided) == B_LOST
