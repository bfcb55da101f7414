"""What a history's closed months pay, give and bring up: the rule book's examples, and every setting that decides them."""

from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from flask import Flask

from clubsales.db import db
from clubsales.office.replay.operations import as_tables
from tests.integration.office import history
from tests.integration.office.history import Line, fixture, line, refused

MONTHS = ("2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06", "2026-07")
FIRST = "2026-01-01"


@pytest.fixture(autouse=True)
def _context(app: Flask) -> Any:
    with app.app_context():
        yield


def run(lines: Iterable[Line], policy: dict[str, Any] | None = None) -> dict[str, Any]:
    """What clubsales decided; the database is as empty afterwards as it was before."""
    kept = db.sessionmaker.kw["bind"].begin_nested()
    try:
        return history.run(lines, policy)
    finally:
        db.session.rollback()
        kept.rollback()


def after(month: str) -> str:
    """The month after."""
    year, number = map(int, month.split("-"))
    return f"{year + number // 12}-{number % 12 + 1:02}"


def sold(month: str, who: str, amount: str, *, day: int = 9, kind: str = "new") -> list[Line]:
    """Somebody sells something and is paid at once."""
    sale, date = f"{who}-{month}-{day}", f"{month}-{day:02}"
    return [
        line(
            "10:00", "sale_opened", date, sale=sale, card_type="any", price=amount, kind=kind, consultant=who
        ),
        line("10:00", "receipt", date, sale=sale, amount=amount, method="cash", taken_by=who),
    ]


def aimed(month: str, **targets: str) -> list[Line]:
    """The month's targets, as they are issued on its first day."""
    return [
        line("01:00", "target", f"{month}-01", staff=who, month=month, amount=amount)
        for who, amount in targets.items()
    ]


def closed(month: str, *, by: str = "M", day: int = 3) -> Line:
    """The month is closed early in the next one."""
    return line("20:00", "month_closed", f"{after(month)}-{day:02}", month=month, by=by)


def marked(month: str, who: str, points: float) -> Line:
    """An assessment whose three parts are alike."""
    day = f"{after(month)}-02"
    return line(
        "12:00", "assessment", day, staff=who, month=month, results=points, ability=points, attitude=points
    )


def months(
    table: Mapping[str, Mapping[str, str]], *, targets: Mapping[str, str], more: Iterable[Line] = ()
) -> list[Line]:
    """A history of months: who sold what; each is closed."""
    lines = list(more)
    for month, amounts in table.items():
        lines += aimed(month, **targets)
        for who, amount in amounts.items():
            if amount != "0":
                lines += sold(month, who, amount)
        lines.append(closed(month))
    return [*fixture(FIRST), *sorted(lines, key=lambda each: str(each["at"]))]


def given(decided: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    return [(each["month"], each["consultant"], each["award"], each["amount"]) for each in decided["awards"]]


def brought_up(decided: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(each["month"], each["consultant"], each["kind"]) for each in decided["reviews"]]


SC_19 = {
    "2026-01": {"A": "62000.00", "B": "61999.99", "C": "45000.00", "X": "90000.00"},
    "2026-02": {"A": "50000.00", "B": "49999.99", "C": "41000.00"},
    "2026-03": {"A": "48000.00", "B": "30000.00", "C": "45000.00"},
    "2026-04": {},
}
SC_19_TARGETS = {"A": "50000.00", "B": "50000.00", "C": "40000.00", "D": "40000.00"}


def test_sc_19_the_department_award_is_for_the_highest_who_is_on_target() -> None:
    decided = run(months(SC_19, targets=SC_19_TARGETS))
    assert given(decided) == [
        ("2026-01", "A", "department_top", "200.00"),
        ("2026-02", "A", "department_top", "200.00"),
    ]
    assert decided["refusals"] == []


def test_sc_19_falls_back_to_the_best_on_target_where_the_club_says_so() -> None:
    policy = {"awards": {"top_fallback": "best_on_target"}}
    assert given(run(months(SC_19, targets=SC_19_TARGETS), policy))[2:] == [
        ("2026-03", "C", "department_top", "200.00")
    ]


SC_21 = {
    "2026-01": {"A": "60000.00", "B": "50000.00", "C": "55000.00", "D": "30000.00"},
    "2026-02": {"A": "58000.00", "B": "40000.00", "C": "57999.99", "D": "30000.00"},
    "2026-03": {"A": "61000.00", "B": "52000.00", "C": "50000.00", "D": "51000.00"},
    "2026-04": {"A": "51000.00", "B": "45000.00", "C": "70000.00", "D": "20000.00"},
    "2026-05": {"A": "49000.00", "B": "30000.00", "C": "48000.00", "D": "20000.00"},
    "2026-06": {"A": "65000.00", "B": "60000.00", "C": "64000.00", "D": "10000.00"},
}
SC_21_TARGETS = dict.fromkeys("ABCD", "50000.00")


def test_sc_21_streaks_by_team_and_department() -> None:
    decided = run(months(SC_21, targets=SC_21_TARGETS))
    assert given(decided) == [
        ("2026-01", "A", "department_top", "200.00"),
        ("2026-02", "A", "department_top", "200.00"),
        ("2026-03", "A", "department_top", "200.00"),
        ("2026-04", "C", "department_top", "200.00"),
        ("2026-06", "A", "department_top", "200.00"),
        ("2026-06", "A", "team_streak", "300.00"),
    ]
    assert [each for each in brought_up(decided) if each[2] == "pay_rise"] == [("2026-03", "A", "pay_rise")]


SC_25 = (
    (90.00, "8800.00", 10000),
    (89.99, "8300.00", 9000),
    (80.00, "8300.00", 9000),
    (79.99, "7800.00", 8000),
    (60.00, "7800.00", 8000),
    (59.99, "3800.00", 0),
    (50.00, "3800.00", 0),
    (49.99, "2400.00", 0),
)


@pytest.mark.parametrize(("points", "pay", "paid_bp"), SC_25)
def test_sc_25_bands_at_their_borders(points: float, pay: str, paid_bp: int) -> None:
    policy = {"commission": {"pay_deposit": "200.00", "tiers": [["0.00", 1000]]}}
    lines = [*sold("2026-03", "A", "50000.00"), marked("2026-03", "A", points), closed("2026-03")]
    decided = run([*fixture(), *lines], policy)
    statement = decided["statements"]["2026-03"]["A"]
    assert (statement["commission"], statement["pay"], statement["paid_bp"]) == ("5000.00", pay, paid_bp)
    assert brought_up(decided) == ([("2026-03", "A", "low_score")] if points < 50 else [])


def test_the_last_assessment_before_the_close_counts_and_none_pays_whole() -> None:
    lines = [
        *sold("2026-03", "A", "1000.00"),
        marked("2026-03", "A", 95),
        marked("2026-03", "A", 85),
        closed("2026-03"),
        line(
            "21:00", "assessment", "2026-04-03", staff="A", month="2026-03", results=0, ability=0, attitude=0
        ),
    ]
    decided = run([*fixture(), *lines])
    assert decided["statements"]["2026-03"]["A"]["paid_bp"] == 9000
    assert decided["statements"]["2026-03"]["B"]["paid_bp"] == 10000
    assert decided["reviews"] == decided["refusals"] == []


def test_sc_27_commission_of_own_sales_and_a_share_with_band_and_award() -> None:
    lines = [
        *aimed("2026-03", B="50000.00"),
        line(
            "09:00",
            "follow_up",
            "2026-03-05",
            by="X",
            phone="13800138000",
            channel="call",
            outcome="answered",
        ),
        *sold("2026-03", "B", "58806.00", day=8),
        line(
            "10:00",
            "sale_opened",
            "2026-03-09",
            sale="shared",
            card_type="year",
            price="3980.00",
            kind="new",
            phone="13800138000",
            consultant="B",
        ),
        line("10:00", "receipt", "2026-03-09", sale="shared", amount="3980.00", method="cash", taken_by="B"),
        marked("2026-03", "B", 85),
        closed("2026-03"),
    ]
    decided = run([*fixture(), *lines])
    assert decided["statements"]["2026-03"]["B"] == {
        "credit": "60000.00",
        "rate_bp": 1000,
        "commission": "6000.00",
        "paid_bp": 9000,
        "awards": "200.00",
        "base": "4000.00",
        "pay": "9600.00",
        "carried": "0.00",
    }
    assert decided["statements"]["2026-03"]["X"]["credit"] == "2786.00"


@pytest.mark.parametrize(
    ("amount", "rate_bp", "commission"),
    [
        ("58806.00", 800, "4704.48"),
        ("29999.99", 300, "900.00"),
        ("30000.00", 800, "2400.00"),
        ("59999.99", 800, "4800.00"),
        ("60000.00", 1000, "6000.00"),
    ],
)
def test_sc_27_tier_borders(amount: str, rate_bp: int, commission: str) -> None:
    decided = run([*fixture(), *sold("2026-03", "A", amount), closed("2026-03")])
    statement = decided["statements"]["2026-03"]["A"]
    assert (statement["rate_bp"], statement["commission"]) == (rate_bp, commission)


def test_sc_27_marginal() -> None:
    lines = [*fixture(), *sold("2026-03", "A", "60000.00"), closed("2026-03")]
    decided = run(lines, {"commission": {"tier_mode": "marginal"}})
    assert decided["statements"]["2026-03"]["A"]["commission"] == "3300.00"


SHARED = [
    line("09:00", "follow_up", "2026-03-05", by="X", phone="13800138000", channel="call", outcome="answered"),
    line(
        "10:00",
        "sale_opened",
        "2026-03-09",
        sale="s",
        card_type="year",
        price="3980.00",
        kind="new",
        phone="13800138000",
        consultant="B",
    ),
    line("10:00", "receipt", "2026-03-09", sale="s", amount="3980.00", method="cash", taken_by="B"),
]


def back(day: str, amount: str) -> Line:
    return line("15:00", "refund", day, sale="s", amount=amount, by="M")


def of_april(decided: dict[str, Any], who: str) -> tuple[str, str, str]:
    statement = decided["statements"]["2026-04"][who]
    return statement["credit"], statement["commission"], statement["carried"]


def test_sc_28_a_refund_in_the_open_month_leaves_nothing_in_it() -> None:
    decided = run([*fixture(), *SHARED, back("2026-03-28", "3980.00"), closed("2026-03")])
    statements = decided["statements"]["2026-03"]
    assert [statements[who]["credit"] for who in "XB"] == ["0.00", "0.00"]


def test_sc_28_a_refund_after_the_close_falls_in_the_open_month_and_is_carried_on() -> None:
    lines = [
        *aimed("2026-03", B="1000.00"),
        *SHARED,
        closed("2026-03"),
        back("2026-04-12", "3980.00"),
        *sold("2026-04", "B", "500.00", day=20),
        closed("2026-04"),
        *sold("2026-05", "B", "1000.00", day=20),
        closed("2026-05"),
    ]
    decided = run([*fixture(), *lines])
    assert [(c["consultant"], c["amount"], c["month"]) for c in decided["credits"]] == [
        ("X", "2786.00", "2026-03"),
        ("B", "1194.00", "2026-03"),
        ("X", "-2786.00", "2026-04"),
        ("B", "-1194.00", "2026-04"),
        ("B", "500.00", "2026-04"),
        ("B", "1000.00", "2026-05"),
    ]
    assert decided["statements"]["2026-03"]["B"]["commission"] == "35.82"
    assert of_april(decided, "B") == ("-694.00", "0.00", "-694.00")
    assert of_april(decided, "X") == ("-2786.00", "0.00", "-2786.00")
    assert decided["statements"]["2026-04"]["B"]["pay"] == "4000.00"
    may = decided["statements"]["2026-05"]
    assert (may["B"]["credit"], may["B"]["commission"], may["B"]["carried"]) == ("1000.00", "9.18", "0.00")
    assert (may["X"]["credit"], may["X"]["carried"]) == ("0.00", "-2786.00")
    assert given(decided) == [("2026-03", "B", "department_top", "200.00")]


def test_sc_28_partial_refunds_add_up() -> None:
    decided = run([*fixture(), *SHARED, back("2026-03-20", "1000.01"), back("2026-03-21", "2979.99")])
    assert [(c["consultant"], c["amount"]) for c in decided["credits"]][2:] == [
        ("X", "-700.01"),
        ("B", "-300.00"),
        ("X", "-2085.99"),
        ("B", "-894.00"),
    ]
    too_much = run([*fixture(), *SHARED, back("2026-03-20", "3980.01")])
    assert refused(too_much) == ["refund.above_paid"]


def test_a_month_is_closed_once_in_order_by_the_manager_when_it_is_over() -> None:
    lines = [
        line("20:00", "month_closed", "2026-03-31", month="2026-03", by="A"),
        line("23:59", "month_closed", "2026-03-31", month="2026-03", by="M"),
        line("00:00", "month_closed", "2026-04-01", month="2026-03", by="S"),
        line("00:00", "month_closed", "2026-04-01", month="2026-03", by="M"),
        line("00:00", "month_closed", "2026-04-01", month="2026-03", by="M"),
        line("00:00", "month_closed", "2026-06-01", month="2026-05", by="M"),
        line("00:00", "month_closed", "2026-06-01", month="2026-02", by="M"),
        line("00:00", "month_closed", "2026-06-01", month="2026-05", by="GM"),
        line("00:00", "month_closed", "2026-06-01", month="2026-06", by="M"),
        line("00:00", "month_closed", "2026-06-01", month="2026-04", by="M"),
    ]
    decided = run([*fixture(), *lines])
    assert refused(decided) == [
        "month.role",
        "month.not_over",
        "month.role",
        "month.closed",
        "month.order",
        "month.closed",
        "month.role",
        "month.not_over",
    ]
    assert list(decided["statements"]) == ["2026-03", "2026-04"]


def test_months_before_the_first_closed_one_count_for_nothing() -> None:
    lines = months({month: {"A": "60000.00"} for month in MONTHS[:4]}, targets={"A": "1.00", "B": "1.00"})
    late = [each for each in lines if not (each["type"] == "month_closed" and each["month"] == "2026-01")]
    decided = run(late)
    assert [each for each in brought_up(decided) if each[1] == "A"] == [("2026-04", "A", "pay_rise")]
    assert [each for each in brought_up(decided) if each[1] == "B"] == [("2026-04", "B", "missed_target")]


def test_a_dispute_open_at_the_close_takes_its_credit_out_and_the_ruling_brings_it_later() -> None:
    lines = [
        *SHARED,
        line(
            "11:00", "lead_captured", "2026-03-01", by="A", phone="13800138000", name="Guest", source="phone"
        ),
        line("09:00", "dispute_opened", "2026-03-10", sale="s", by="A"),
        closed("2026-03"),
        line("09:00", "dispute_ruled", "2026-04-10", sale="s", by="M", shares={"A": 10000}, reason="so"),
        closed("2026-04"),
    ]
    decided = run(sorted([*fixture(), *lines], key=lambda each: str(each["at"])))
    march, april = (decided["statements"][month] for month in ("2026-03", "2026-04"))
    assert [march[who]["credit"] for who in "ABX"] == ["0.00", "0.00", "0.00"]
    assert [april[who]["credit"] for who in "ABX"] == ["3980.00", "0.00", "0.00"]


def test_every_consultant_introduced_by_then_has_a_statement() -> None:
    late = [
        line("01:00", "staff", "2026-04-02", code="N", name="New", role="consultant", base_pay="5000.00"),
        closed("2026-03"),
        line("01:00", "staff", "2026-04-04", code="O", name="Other", role="consultant"),
    ]
    decided = run([*fixture(), *late])
    assert sorted(decided["statements"]["2026-03"]) == ["A", "B", "C", "D", "N", "X", "Y"]
    assert decided["statements"]["2026-03"]["N"]["pay"] == "5000.00"


def test_a_base_of_ones_own_pays_instead_of_the_plans() -> None:
    hired = line("00:00", "staff", "2026-03-01", code="N", name="N", role="consultant", base_pay="0.00")
    decided = run([*fixture(), hired, closed("2026-03")], {"commission": {"base_pay": "3333.33"}})
    march = decided["statements"]["2026-03"]
    assert (march["N"]["base"], march["A"]["base"]) == ("0.00", "3333.33")


def test_a_supervisor_is_printed_where_the_override_pays_him() -> None:
    hired = line(
        "00:00", "staff", "2026-03-01", code="T", name="T", role="supervisor", team="T1", base_pay="6000.00"
    )
    lines = [
        *fixture(),
        hired,
        *sold("2026-03", "A", "1000.00"),
        *sold("2026-03", "C", "500.00"),
        closed("2026-03"),
    ]
    assert "T" not in run(lines)["statements"]["2026-03"]


def test_a_supervisors_override_is_on_his_team_at_the_months_end() -> None:
    hired = line(
        "00:00", "staff", "2026-03-01", code="T", name="T", role="supervisor", team="T1", base_pay="6000.00"
    )
    moved = line("12:00", "team_changed", "2026-03-31", staff="C", team="T1")
    lines = [*fixture(), hired, *sold("2026-03", "A", "1000.00"), *sold("2026-03", "C", "500.00"), moved]
    decided = run([*lines, closed("2026-03")], {"commission": {"team_override_bp": 100}})
    assert decided["statements"]["2026-03"]["T"]["pay"] == "6015.00"


def missing(
    table: Mapping[str, str | None], policy: dict[str, Any] | None = None
) -> list[tuple[str, str, str]]:
    """The cases of A, who sells nothing in months whose targets are these."""
    lines = fixture(FIRST)
    for month, target in table.items():
        lines += aimed(month, **({"A": target} if target is not None else {}))
        lines.append(closed(month))
    return brought_up(run(sorted(lines, key=lambda each: str(each["at"])), policy))


def test_three_missed_months_bring_a_case_at_each_third() -> None:
    table = dict.fromkeys(MONTHS, "100.00")
    assert missing(table) == [("2026-03", "A", "missed_target"), ("2026-06", "A", "missed_target")]
    assert missing(table, {"penalties": {"missed_target_months": 0}}) == []
    assert [month for month, _who, _kind in missing(table, {"penalties": {"missed_target_months": 2}})] == [
        "2026-02",
        "2026-04",
        "2026-06",
    ]


def test_a_month_without_a_target_breaks_the_run_or_is_passed_over() -> None:
    table = {"2026-01": "100.00", "2026-02": "100.00", "2026-03": None, "2026-04": "100.00"}
    assert missing(table) == []
    assert missing(table, {"penalties": {"no_target_month": "skip"}}) == [("2026-04", "A", "missed_target")]


def test_a_fine_taken_off_pay_changes_nothing_in_a_history() -> None:
    """Nobody decides a fine in a history; `penalties.payroll` stands for what is decided on the screens."""
    table = dict.fromkeys(MONTHS[:3], "100.00")
    assert missing(table, {"penalties": {"payroll": True}}) == missing(table)


LEVELS = {"promotion": {"level_targets": ["100.00", "1000.00", "5000.00"]}}


def climbing(amounts: Iterable[str], policy: dict[str, Any], **staff: Any) -> list[str]:
    """The months in which N's promotion comes up, who sells so much month by month."""
    hired = line("00:00", "staff", FIRST, code="N", name="N", role="consultant", **staff)
    lines = [*fixture(FIRST), hired]
    for month, amount in zip(MONTHS, amounts, strict=False):
        lines += sold(month, "N", amount) if amount != "0" else []
        lines.append(closed(month))
    decided = run(sorted(lines, key=lambda each: str(each["at"])), policy)
    return [month for month, who, kind in brought_up(decided) if (who, kind) == ("N", "promotion")]


def with_promotion(**settings: Any) -> dict[str, Any]:
    return {"promotion": {**LEVELS["promotion"], **settings}}


def test_promotion_comes_up_once_per_run() -> None:
    assert climbing(["1000.00"] * 7, LEVELS) == ["2026-03"]
    assert climbing(["1000.00", "1000.00", "999.99", *["1000.00"] * 3], LEVELS) == ["2026-06"]
    assert climbing(["1000.00"] * 3 + ["0"] + ["1000.00"] * 3, LEVELS) == ["2026-03", "2026-07"]
    assert climbing(["1000.00"] * 7, {}) == []


def test_the_months_of_a_promotion_are_a_setting() -> None:
    assert climbing(["1000.00"] * 2, with_promotion(months=1)) == ["2026-01"]
    assert climbing(["1000.00"] * 5, with_promotion(months=5)) == ["2026-05"]
    assert climbing(["1000.00"] * 5, with_promotion(months=0)) == []


def test_a_level_given_counts_as_the_last_promotion() -> None:
    assert climbing(["5000.00"] * 7, LEVELS, level=2) == ["2026-06"]
    assert climbing(["5000.00"] * 7, with_promotion(min_months_between=4), level=2) == ["2026-04"]
    assert climbing(["5000.00"] * 7, with_promotion(min_months_between=0), level=2) == ["2026-03"]
    assert climbing(["4999.99"] * 7, LEVELS, level=2) == []
    assert climbing(["90000.00"] * 7, LEVELS, level=3) == []


def test_years_of_service_bring_nothing_where_a_history_does_not_tell_them() -> None:
    assert climbing(["0"] * 3, with_promotion(service_years=1)) == []


def test_the_same_history_prints_the_same() -> None:
    lines = months(SC_21, targets=SC_21_TARGETS)
    assert run(lines) == run(lines)


def test_tables_show_what_was_paid() -> None:
    titles = [table.title for table in as_tables(run(months(SC_21, targets=SC_21_TARGETS)))]
    assert titles == ["credits", "statements", "awards", "reviews"]


def test_the_departments_award_and_its_streak_are_the_clubs_amounts() -> None:
    """AWD-01, AWD-03: each setting alone."""
    lines = months({month: {"A": "100.00"} for month in MONTHS[:4]}, targets={"A": "100.00"})
    top = {"awards": {"department_top": "123.45"}}
    assert given(run(lines, top)) == [(month, "A", "department_top", "123.45") for month in MONTHS[:4]]
    assert given(run(lines, {"awards": {"department_top": "0.00"}})) == []
    streak = {"awards": {"department_streak": {"months": 2, "amount": "77.00"}}}
    assert [each for each in given(run(lines, streak)) if each[2] == "department_streak"] == [
        ("2026-02", "A", "department_streak", "77.00"),
        ("2026-04", "A", "department_streak", "77.00"),
    ]


def test_after_how_many_months_a_rise_is_considered_is_a_setting() -> None:
    """AWD-04."""
    lines = months({month: {"A": "100.00"} for month in MONTHS[:5]}, targets={})

    def rises(every: int) -> list[str]:
        decided = run(lines, {"awards": {"pay_rise_review_months": every}})
        return [month for month, _who, kind in brought_up(decided) if kind == "pay_rise"]

    assert rises(2) == ["2026-02", "2026-04"]
    assert rises(4) == ["2026-04"]
    assert rises(0) == []


def test_a_run_needs_the_target_where_the_club_says_so() -> None:
    """AMB-31: A is the best of six months and missed May's target."""
    table = {month: {"A": "100.00"} for month in MONTHS[:6]}
    lines = months(table, targets={"A": "100.00"})
    lines = [
        {**each, "amount": "100.01"} if each.get("month") == "2026-05" and each["type"] == "target" else each
        for each in lines
    ]
    three = {"awards": {"team_streak": {"months": 3, "amount": "300.00"}}}
    assert [each[0] for each in given(run(lines, three)) if each[2] == "team_streak"] == [
        "2026-03",
        "2026-06",
    ]
    strict = {"awards": {**three["awards"], "streak_requires_target": True}}
    assert [each[0] for each in given(run(lines, strict)) if each[2] == "team_streak"] == ["2026-03"]


def assessed_as(
    parts: tuple[int, int, int], settings: dict[str, Any], **commission: object
) -> tuple[int, str]:
    """Which part of 100.00 commission is paid, and the base."""
    results, ability, attitude = parts
    lines = [
        *sold("2026-03", "A", "1000.00"),
        line(
            "12:00",
            "assessment",
            "2026-04-02",
            staff="A",
            month="2026-03",
            results=results,
            ability=ability,
            attitude=attitude,
        ),
        closed("2026-03"),
    ]
    decided = run(
        [*fixture(), *lines],
        {"assessment": settings, "commission": {"tiers": [["0.00", 1000]], **commission}},
    )
    statement = decided["statements"]["2026-03"]["A"]
    return statement["paid_bp"], statement["base"]


def test_what_each_part_weighs_is_a_setting() -> None:
    """ASM-01: 100, 50 and 0 points are 80.00 of 70/20/10, and 65.00 of 50/30/20."""
    assert assessed_as((100, 50, 0), {}) == (9000, "4000.00")
    assert assessed_as((100, 50, 0), {"weights": {"results": 50, "ability": 30, "attitude": 20}}) == (
        8000,
        "4000.00",
    )


def test_bands_and_what_is_below_them_are_settings() -> None:
    """ASM-02..06: other borders, other parts, another base below all."""
    bands = {"bands": [[95, 9500, 1], [70, 5000, 0]]}
    assert [assessed_as((points,) * 3, bands)[0] for points in (95, 94, 70, 69)] == [9500, 5000, 5000, 0]
    assert assessed_as((69, 69, 69), bands) == (0, "2400.00")
    assert assessed_as((69, 69, 69), {**bands, "below_all_bands_base_bp": 7500}) == (0, "3000.00")
