"""Months that are hard to get right, worked by hand from the rule book: late refunds, ties, moves, borders of years and bands."""

from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from flask import Flask

from tests.integration.office.history import Line, fixture, line
from tests.integration.office.test_replay_months import (
    after,
    aimed,
    brought_up,
    closed,
    given,
    run,
    sold,
)

BUYER = "13800138000"


@pytest.fixture(autouse=True)
def _context(app: Flask) -> Any:
    with app.app_context():
        yield


def played(lines: Iterable[Line], policy: dict[str, Any] | None = None, *, first: str) -> dict[str, Any]:
    """A history in the order of its times; nothing in it may be refused."""
    decided = run([*fixture(first), *sorted(lines, key=lambda each: str(each["at"]))], policy)
    assert decided["refusals"] == []
    return decided


def following(first: str, count: int) -> list[str]:
    """So many months from one on."""
    months = [first]
    while len(months) < count:
        months.append(after(months[-1]))
    return months


def table(months: Iterable[str], sums: Mapping[str, str], **targets: str) -> list[Line]:
    """The same month again and again, each closed."""
    lines: list[Line] = []
    for month in months:
        lines += aimed(month, **targets)
        for who, amount in sums.items():
            lines += sold(month, who, amount)
        lines.append(closed(month))
    return lines


def told(decided: dict[str, Any], month: str, who: str, *names: str) -> tuple[Any, ...]:
    return tuple(decided["statements"][month][who][name] for name in names)


def shared_sale(day: str, amount: str, *, receiver: str = "B") -> list[Line]:
    """X called the buyer before, so X has 70 % and the receiver 30 % (DSP-06)."""
    return [
        line("09:00", "follow_up", day, by="X", phone=BUYER, channel="call", outcome="answered"),
        line(
            "10:00",
            "sale_opened",
            day,
            sale="s",
            card_type="any",
            price=amount,
            kind="new",
            phone=BUYER,
            consultant=receiver,
        ),
        line("10:00", "receipt", day, sale="s", amount=amount, method="cash", taken_by=receiver),
    ]


def back(day: str, amount: str, sale: str = "s") -> Line:
    return line("15:00", "refund", day, sale=sale, amount=amount, by="M")


def test_a_split_sale_given_back_in_parts_is_carried_twice_and_then_worked_off() -> None:
    """AMB-65, RFD-03: minus 300.00, then minus 694.00 are carried; 30,694.00 less that is a tier's border."""
    lines = [
        *shared_sale("2026-01-09", "3980.00"),
        *sold("2026-01", "B", "28806.00", day=10),
        closed("2026-01"),
        back("2026-02-05", "1000.01"),
        closed("2026-02"),
        back("2026-03-05", "2979.99"),
        *sold("2026-03", "B", "500.00"),
        closed("2026-03"),
        *aimed("2026-04", B="30694.00"),
        *sold("2026-04", "B", "30694.00"),
        *sold("2026-04", "X", "2786.00"),
        closed("2026-04"),
        *sold("2026-05", "X", "100.00"),
        closed("2026-05"),
    ]
    decided = played(lines, first="2026-01-01")
    assert [
        told(decided, month, "B", "credit", "rate_bp", "commission", "carried", "pay")
        for month in following("2026-01", 4)
    ] == [
        ("30000.00", 800, "2400.00", "0.00", "6400.00"),
        ("-300.00", 0, "0.00", "-300.00", "4000.00"),
        ("-394.00", 0, "0.00", "-694.00", "4000.00"),
        ("30694.00", 800, "2400.00", "0.00", "6600.00"),  # with the award of 200.00
    ]
    assert [
        told(decided, month, "X", "credit", "commission", "carried") for month in following("2026-01", 5)
    ] == [
        ("2786.00", "83.58", "0.00"),
        ("-700.01", "0.00", "-700.01"),
        ("-2085.99", "0.00", "-2786.00"),
        ("2786.00", "0.00", "0.00"),  # what was carried is worked off to the fen
        ("100.00", "3.00", "0.00"),
    ]
    assert given(decided) == [("2026-04", "B", "department_top", "200.00")]


TIED = {"A": "500.00", "B": "500.00", "C": "500.00", "D": "499.99"}


@pytest.mark.parametrize(
    ("tie", "amounts", "rises"),
    [
        ("all", {"A": "200.00", "B": "200.00", "C": "200.00"}, "ABC"),
        ("split", {"A": "66.67", "B": "66.67", "C": "66.66"}, "ABC"),
        ("earliest", {"C": "200.00"}, "C"),
    ],
)
def test_three_who_are_level_for_three_months(tie: str, amounts: dict[str, str], rises: str) -> None:
    """AMB-29: each the whole, each a part, or only C, who sold on the 4th; all keep their runs but where one is first."""
    months = following("2025-11", 3)
    lines: list[Line] = []
    for month in months:
        lines += aimed(month, **dict.fromkeys("ABCD", "400.00"))
        for day, (who, amount) in zip((8, 6, 4, 2), TIED.items(), strict=True):
            lines += sold(month, who, amount, day=day)
        lines.append(closed(month))
    decided = played(lines, {"awards": {"tie": tie}}, first="2025-11-01")
    assert given(decided) == [
        (month, who, "department_top", amount) for month in months for who, amount in amounts.items()
    ]
    assert brought_up(decided) == [("2026-01", who, "pay_rise") for who in rises]


def test_who_was_there_first_counts_from_the_last_fen_of_his_sum() -> None:
    """AMB-29 `earliest`: A had 400.00 first, but his 500.00 stood only on the 20th; B's on the 10th."""
    lines = [
        *aimed("2026-03", A="1.00", B="1.00"),
        *sold("2026-03", "A", "400.00", day=2),
        *sold("2026-03", "B", "500.00", day=10),
        *sold("2026-03", "A", "100.00", day=20),
        closed("2026-03"),
    ]
    decided = played(lines, {"awards": {"tie": "earliest"}}, first="2026-03-01")
    assert given(decided) == [("2026-03", "B", "department_top", "200.00")]


def test_runs_go_on_over_the_border_of_a_year() -> None:
    """AWD-02..04, AMB-30: October to September; team at 6 and 12, department at 12, a rise considered at 3, 6, 9, 12."""
    months = following("2025-10", 13)
    lines = table(months, {"A": "100.00", "B": "50.00"})
    decided = played(lines, first="2025-10-01")
    assert given(decided) == [
        ("2026-03", "A", "team_streak", "300.00"),
        ("2026-09", "A", "team_streak", "300.00"),
        ("2026-09", "A", "department_streak", "500.00"),
    ]
    assert brought_up(decided) == [
        (month, "A", "pay_rise") for month in ("2025-12", "2026-03", "2026-06", "2026-09")
    ]
    assert [told(decided, month, "A", "awards", "pay") for month in ("2026-03", "2026-09", "2026-10")] == [
        ("300.00", "4303.00"),
        ("800.00", "4803.00"),
        ("0.00", "4003.00"),
    ]
    once = played(lines, {"awards": {"streak_repeat": False}}, first="2025-10-01")
    assert given(once) == [
        ("2026-03", "A", "team_streak", "300.00"),
        ("2026-09", "A", "department_streak", "500.00"),
    ]
    assert brought_up(once) == [("2025-12", "A", "pay_rise")]


def test_a_move_in_the_middle_of_a_month_counts_for_the_whole_month() -> None:
    """AMB-32: A goes from T1 to T2 on 15 March. His team's run begins anew with March; the department's goes on."""
    lines = [
        *table(following("2026-01", 5), {"A": "900.00", "B": "100.00", "C": "800.00", "D": "50.00"}),
        line("12:00", "team_changed", "2026-03-15", staff="A", team="T2"),
    ]
    policy = {"awards": {"team_streak": {"months": 3, "amount": "300.00"}}}
    decided = played(lines, policy, first="2026-01-01")
    # C led T2 in January and February only; B leads T1 from March on, A leads T2.
    assert given(decided) == [
        ("2026-05", "A", "team_streak", "300.00"),
        ("2026-05", "B", "team_streak", "300.00"),
    ]
    assert brought_up(decided) == [("2026-03", "A", "pay_rise")]


def test_a_target_is_missed_by_a_fen_that_went_back() -> None:
    """AMB-26, PEN-01, AMB-35: 100.00 meets 100.00; a fen given back in the month misses it; a month without one breaks the run."""
    lines: list[Line] = []
    for month in following("2026-01", 8):
        targets = {} if month == "2026-04" else {"A": "100.00"}
        lines += [*aimed(month, **targets), *sold(month, "A", "100.00"), closed(month)]
        if month != "2026-08":
            lines.append(back(f"{month}-20", "0.01", f"A-{month}-9"))
    decided = played(lines, first="2026-01-01")
    assert told(decided, "2026-03", "A", "credit") == ("99.99",)
    assert [case for case in brought_up(decided) if case[2] == "missed_target"] == [
        ("2026-03", "A", "missed_target"),
        ("2026-07", "A", "missed_target"),
    ]
    assert given(decided) == [
        ("2026-06", "A", "team_streak", "300.00"),  # a run needs no target (AMB-31)
        ("2026-08", "A", "department_top", "200.00"),
    ]


@pytest.mark.parametrize(
    ("parts", "paid_bp", "pay"),
    [
        ((85.70, 80.00, 40.10), 9000, "5250.00"),  # 59.99 + 16.00 + 4.01 = 80.00
        ((85.70, 80.00, 40.00), 8000, "5000.00"),  # 79.99
        ((89.99, 90.00, 90.06), 9000, "5250.00"),  # 89.999 is not 90
        ((90.00, 90.00, 90.00), 10000, "5500.00"),
        ((49.99, 50.00, 50.06), 0, "2400.00"),  # 49.999: base x 0.6, no commission, no deposit, no award lost
        ((50.00, 50.00, 50.00), 0, "3000.00"),
    ],
)
def test_a_score_at_a_border_is_weighed_exactly(
    parts: tuple[float, float, float], paid_bp: int, pay: str
) -> None:
    """ASM-01..06, AMB-38..41: base 4,000.00, commission 2,500.00 of 25,000.00, deposit 1,000.00."""
    results, ability, attitude = parts
    assessed = line(
        *("12:00", "assessment", "2026-04-02"),
        staff="A",
        month="2026-03",
        results=results,
        ability=ability,
        attitude=attitude,
    )
    policy = {"commission": {"pay_deposit": "1000.00", "tiers": [["0.00", 1000]]}}
    lines = [*sold("2026-03", "A", "25000.00"), assessed, closed("2026-03")]
    decided = played(lines, policy, first="2026-03-01")
    assert told(decided, "2026-03", "A", "paid_bp", "pay") == (paid_bp, pay)


def test_an_award_is_whole_below_all_bands() -> None:
    """ASM-06, AWD-01: the score cuts base and commission; the award is for the result."""
    assessed = line(
        *("12:00", "assessment", "2026-04-02"), staff="A", month="2026-03", results=0, ability=0, attitude=0
    )
    lines = [*aimed("2026-03", A="1.00"), *sold("2026-03", "A", "60000.00"), assessed, closed("2026-03")]
    decided = played(lines, first="2026-03-01")
    assert told(decided, "2026-03", "A", "commission", "awards", "base", "pay") == (
        *("6000.00", "200.00"),
        *("2400.00", "2600.00"),
    )
    assert brought_up(decided) == [("2026-03", "A", "low_score")]


def test_a_promotion_waits_for_half_a_year_over_the_border_of_a_year() -> None:
    """PRO-01, AMB-51: level 2 since 15 August; the run is long enough in November, half a year only after February."""
    hired = line("09:00", "staff", "2025-08-15", code="N", name="N", role="consultant", level=2)
    lines = [hired, *table(following("2025-09", 8), {"N": "5000.00"})]
    levels = {"promotion": {"level_targets": ["100.00", "1000.00", "5000.00"]}}
    decided = played(lines, levels, first="2025-08-01")
    assert [case for case in brought_up(decided) if case[2] == "promotion"] == [("2026-02", "N", "promotion")]


def test_money_that_goes_back_while_a_case_runs_is_out_of_what_the_ruling_splits() -> None:
    """DSP-10, AMB-12: argued over in March, 100.05 back in April, ruled in May.

    As if both had had their halves from the start: 500.00 each, less 50.03 and 50.02, the odd fen off the first code's.
    """
    phone = "13900139000"
    lines = [
        line("09:00", "lead_captured", "2026-03-02", by="B", phone=phone, name="Guest", source="phone"),
        line(
            *("10:00", "sale_opened", "2026-03-09"),
            sale="s",
            card_type="any",
            price="1000.00",
            kind="new",
            phone=phone,
            consultant="A",
        ),
        line("10:00", "receipt", "2026-03-09", sale="s", amount="1000.00", method="cash", taken_by="A"),
        line("11:00", "dispute_opened", "2026-03-10", sale="s", by="B"),
        closed("2026-03"),
        back("2026-04-09", "100.05"),
        closed("2026-04"),
        line(
            *("11:00", "dispute_ruled", "2026-05-10"),
            sale="s",
            by="M",
            shares={"B": 5000, "A": 5000},
            reason="both",
        ),
        closed("2026-05"),
    ]
    decided = played(lines, first="2026-03-01")
    for month in ("2026-03", "2026-04"):
        assert [told(decided, month, who, "credit")[0] for who in "AB"] == ["0.00", "0.00"], month
    assert [told(decided, "2026-05", who, "credit", "commission") for who in "AB"] == [
        ("449.97", "13.50"),
        ("449.98", "13.50"),
    ]


def test_a_renewal_at_half_the_rate_goes_back_at_half_the_rate() -> None:
    """COM-01 and `renewal_rate_bp`: 20,000.00 new and 40,000.00 renewed are 10 % and 5 %; the renewal goes back in April."""
    policy = {"commission": {"renewal_rate_bp": 5000}}
    lines = [
        *sold("2026-03", "A", "20000.00"),
        *sold("2026-03", "A", "40000.00", day=10, kind="renewal"),
        closed("2026-03"),
        back("2026-04-05", "40000.00", "A-2026-03-10"),
        *sold("2026-04", "A", "50000.00", day=8),
        closed("2026-04"),
    ]
    decided = played(lines, policy, first="2026-03-01")
    assert told(decided, "2026-03", "A", "credit", "rate_bp", "commission") == ("60000.00", 1000, "4000.00")
    # 10,000.00 reaches 3 %: of 50,000.00 it is 1,500.00, and 600.00 of it goes with half the renewal.
    assert told(decided, "2026-04", "A", "credit", "rate_bp", "commission") == ("10000.00", 300, "900.00")


def test_a_quarter_and_a_year_stand_by_what_was_closed() -> None:
    """AWD-06, AMB-65: T1 leads the quarter by a fen when it closes; what goes back in April changes April alone."""
    lines = [
        *sold("2026-01", "A", "100.00"),
        *sold("2026-03", "B", "100.00"),
        *sold("2026-02", "C", "150.00"),
        *sold("2026-03", "D", "49.99"),
        *(closed(month) for month in following("2026-01", 3)),
        back("2026-04-08", "100.00", "A-2026-01-9"),
        *sold("2026-06", "X", "9000.00"),
        *(closed(month) for month in following("2026-04", 9)),
    ]
    policy = {"awards": {"quarter_team": "100.01", "year_best": "888.00", "outside_top": "20.00"}}
    decided = played(lines, policy, first="2026-01-01")
    assert given(decided) == [
        ("2026-03", "A", "quarter_team", "50.01"),
        ("2026-03", "B", "quarter_team", "50.00"),
        ("2026-06", "X", "outside_top", "20.00"),
        ("2026-12", "C", "year_best", "888.00"),
    ]
    assert told(decided, "2026-03", "A", "pay") == ("4050.01",)
    assert told(decided, "2026-04", "A", "credit", "pay") == ("-100.00", "4000.00")
