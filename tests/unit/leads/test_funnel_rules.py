"""Stages, conversion, time in stage, levers and forecast (FUN-01 to FUN-04)."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clubsales.clock import Instant
from clubsales.leads.funnel.periods import By, period
from clubsales.leads.funnel.rules import (
    LAST,
    STAGES,
    Counts,
    Journey,
    Stage,
    count,
    forecast,
    furthest,
    has_history,
    is_stuck,
    levers,
    stays,
    tally,
)
from clubsales.money import CNY, Money

START = datetime(2026, 3, 2, 2, tzinfo=UTC)


def hours(number: float) -> Instant:
    return START + timedelta(hours=number)


def journey(*marks: float | None, lost: float | None = None) -> Journey:
    """A lead captured at hour 0; the rest in the order of the stages."""
    padded = [*marks, *[None] * (LAST - len(marks))]
    return Journey(
        marks=(START, *(None if each is None else hours(each) for each in padded)),
        lost_at=None if lost is None else hours(lost),
    )


journeys = st.builds(
    lambda marks, lost: journey(*marks, lost=lost),
    st.lists(st.none() | st.integers(-50, 500), min_size=LAST, max_size=LAST),
    st.none() | st.integers(0, 500),
)


def test_a_visit_passes_the_appointment_that_was_never_made() -> None:
    walked_in = journey(None, None, 1)
    assert walked_in.furthest is Stage.VISITED
    assert walked_in.entered(Stage.APPOINTED) == hours(1)
    assert walked_in.entered(Stage.OFFERED) is None


def test_whoever_bought_at_once_has_passed_everything() -> None:
    assert count([journey(None, None, None, None, 2)]).reached == (1, 1, 1, 1, 1, 1)


def test_a_lost_lead_stands_beside_and_keeps_what_it_had_reached() -> None:
    counts = count([journey(1, 2, lost=30), journey(1)])
    assert counts.reached == (2, 2, 1, 0, 0, 0)
    assert counts.standing == (0, 1, 0, 0, 0, 0)
    assert counts.lost == 1


def test_whoever_joined_is_not_lost() -> None:
    assert not journey(None, None, None, None, 2, lost=1).is_lost


@given(st.lists(journeys, max_size=40))
def test_every_lead_is_in_exactly_one_place(many: list[Journey]) -> None:
    counts = count(many)
    assert sum(counts.standing) + counts.lost == len(many) == counts.leads
    assert counts.standing[LAST] == counts.joined


@given(st.lists(journeys, max_size=40))
def test_a_later_stage_is_never_reached_by_more(many: list[Journey]) -> None:
    reached = count(many).reached
    assert list(reached) == sorted(reached, reverse=True)
    for stage in STAGES[1:]:
        conversion = count(many).conversion(stage)
        assert conversion is None or 0 <= conversion <= 1


@given(journeys)
def test_the_stages_are_entered_in_their_order_and_never_before_the_capture(one: Journey) -> None:
    entered = [at for at in (one.entered(stage) for stage in STAGES) if at is not None]
    assert entered == sorted(entered)
    assert entered[0] == START
    assert len(entered) == one.furthest.place + 1
    assert one.since() == entered[-1]


@given(st.lists(journeys, max_size=30), st.integers(1, 29))
def test_groups_add_up_to_the_whole(many: list[Journey], cut: int) -> None:
    whole, first, second = count(many), count(many[:cut]), count(many[cut:])
    assert whole.reached == tuple(a + b for a, b in zip(first.reached, second.reached, strict=True))
    assert whole.standing == tuple(a + b for a, b in zip(first.standing, second.standing, strict=True))
    assert whole.lost == first.lost + second.lost


@given(st.lists(journeys, max_size=30))
def test_counting_alike_leads_together_changes_nothing(many: list[Journey]) -> None:
    groups: dict[tuple[Stage, bool], int] = {}
    for one in many:
        key = (one.furthest, one.is_lost)
        groups[key] = groups.get(key, 0) + 1
    assert tally((stage, lost, number) for (stage, lost), number in groups.items()) == count(many)


def test_the_usual_time_is_the_median_of_those_who_moved_on() -> None:
    found = stays([journey(10, 20), journey(30, 31), journey(50), journey(lost=3)])
    assert found == {Stage.CAPTURED: timedelta(hours=30), Stage.REACHED: timedelta(hours=5.5)}


def test_whoever_passes_a_stage_spends_no_time_in_it() -> None:
    assert stays([journey(None, None, 5)]) == {Stage.CAPTURED: timedelta(hours=5)}


def test_a_fact_that_comes_after_the_next_stage_is_no_stay() -> None:
    second_appointment = journey(1, 9, 5)
    assert Stage.APPOINTED not in stays([second_appointment])


def test_who_stands_longer_than_half_of_the_others_is_stuck() -> None:
    usual = {Stage.REACHED: timedelta(days=3)}
    assert not is_stuck(journey(0), usual, hours(72))
    assert is_stuck(journey(0), usual, hours(73))
    assert not is_stuck(journey(0, lost=1), usual, hours(999))
    assert not is_stuck(journey(None, None, None, None, 1), usual, hours(9_999))


def test_nobody_is_stuck_within_a_day_and_without_others_after_a_fortnight() -> None:
    assert not is_stuck(journey(0), {Stage.REACHED: timedelta(minutes=5)}, hours(24))
    assert not is_stuck(journey(), {}, hours(14 * 24))
    assert is_stuck(journey(), {}, hours(14 * 24 + 1))


def test_furthest_of_no_fact_is_the_capture() -> None:
    assert furthest([False] * len(STAGES)) is Stage.CAPTURED


def history(*reached: int) -> Counts:
    return Counts(reached=reached, standing=(0,) * len(STAGES), lost=0)


def test_a_tenth_more_of_each_lever_brings_the_same_and_together_a_third() -> None:
    found = levers(history(40, 30, 20, 15, 12, 8), Money(3_000_00 * 8, CNY))
    assert found is not None
    assert (found.more_leads, found.more_joined, str(found.more_ticket)) == (4, 1, "300.00")
    assert (str(found.gain), str(found.gain_of_all)) == ("2400.00", "7944.00")


def test_half_a_fen_is_rounded_up() -> None:
    found = levers(history(3, 3, 3, 3, 3, 3), Money(5, CNY))
    assert found is not None
    assert (found.ticket.minor, found.gain.minor) == (2, 1)


def test_without_a_member_there_is_no_lever() -> None:
    assert levers(history(3, 2, 1, 1, 0, 0), Money(0, CNY)) is None
    assert levers(history(3, 2, 1, 1, 1, 1), Money(0, CNY)) is None


def test_a_forecast_takes_each_stage_by_its_own_history() -> None:
    found = forecast(history(100, 80, 50, 40, 25, 20), (10, 0, 0, 8, 4, 99), Money(2_980_00, CNY))
    assert found is not None
    by_stage = {line.stage: (line.rate, line.known, line.expected) for line in found.stages}
    assert by_stage[Stage.CAPTURED] == (Fraction(1, 5), 100, Fraction(2))
    assert by_stage[Stage.VISITED] == (Fraction(1, 2), 40, Fraction(4))
    assert by_stage[Stage.OFFERED] == (Fraction(4, 5), 25, Fraction(16, 5))
    assert Stage.JOINED not in by_stage
    assert found.members == 9
    assert found.low < found.members < found.high <= 22
    assert found.turnover == Money(9 * 2_980_00, CNY)


def test_a_stage_few_reached_takes_the_rate_of_the_one_before() -> None:
    found = forecast(history(60, 40, 9, 9, 9, 8), (0, 0, 5, 0, 0, 0), Money(100, CNY))
    assert found is not None
    assert found.stages[2].rate == Fraction(8, 40)
    assert found.stages[2].known == 40


@pytest.mark.parametrize(
    ("leads", "joined", "enough"), [(30, 5, True), (29, 5, False), (30, 4, False), (0, 0, False)]
)
def test_too_little_history_says_so(leads: int, joined: int, enough: bool) -> None:
    past = history(leads, leads, leads, leads, joined, joined)
    assert has_history(past) is enough
    assert (forecast(past, (1,) * 6, Money(100, CNY)) is not None) is enough


@given(
    st.lists(st.integers(0, 200), min_size=6, max_size=6).map(lambda found: sorted(found, reverse=True)),
    st.lists(st.integers(0, 300), min_size=6, max_size=6),
)
def test_a_forecast_stays_within_its_range_and_below_everybody(
    reached: list[int], standing: list[int]
) -> None:
    found = forecast(history(*reached), standing, Money(1, CNY))
    if found is not None:
        assert 0 <= found.low <= found.members <= found.high <= sum(standing[:LAST])


@pytest.mark.parametrize(
    ("by", "first", "last"),
    [
        (By.WEEK, date(2026, 3, 9), date(2026, 3, 15)),
        (By.MONTH, date(2026, 3, 1), date(2026, 3, 31)),
        (By.QUARTER, date(2026, 1, 1), date(2026, 3, 31)),
        (By.DAYS, date(2026, 3, 2), date(2026, 3, 11)),
    ],
)
def test_a_period_has_whole_days(by: By, first: date, last: date) -> None:
    found = period(by, date(2026, 3, 2), date(2026, 3, 11), date(2026, 3, 11))
    assert (found.first, found.last) == (first, last)
    assert found.following is None
    before = found.previous
    assert before.last == first - timedelta(days=1)
    assert before.following == found


def test_a_day_to_come_is_today_and_days_are_a_year_at_most() -> None:
    today = date(2026, 3, 11)
    assert period(By.WEEK, date.max, date.max, today).last == date(2026, 3, 15)
    assert period(By.DAYS, date.min, today, today).first == today - timedelta(days=366)
    assert period(By.DAYS, today, date.min, today).last == date(2000, 1, 3)
