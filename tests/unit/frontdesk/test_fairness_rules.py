"""Fairness: what the ledger and the hours say, against a plain reckoning and the sums that must agree (ROT-01, ROT-09)."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clubsales.clock import day_span
from clubsales.consultants.shifts.rules import Status
from clubsales.frontdesk.fairness.periods import By, period
from clubsales.frontdesk.fairness.rules import (
    RETURNED,
    SKIP_REASONS,
    WAITING,
    Entry,
    Figures,
    GuestKind,
    Span,
    Stretch,
    figures,
    rate,
    seconds_on_post,
    shares,
    understood,
)
from clubsales.ids import ConsultantID, ReceptionID
from clubsales.spreadsheet import BYTE_ORDER_MARK, written

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
START = datetime(2026, 3, 9, tzinfo=UTC)
SPAN = Span(START, START + timedelta(days=1))
# A busy machine is no failure.
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
LIN, ZHOU, MA = ConsultantID(1), ConsultantID(2), ConsultantID(3)


def after(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


def line(
    number: int,
    who: ConsultantID | None,
    basis: str = "rotation",
    *,
    guest: int = 1,
    minutes: int | None = None,
    companion: bool = False,
    skipped: tuple[tuple[ConsultantID, str, bool], ...] = (),
    moved: tuple[ConsultantID, ...] = (),
) -> Entry:
    return Entry(
        id=number,
        reception_id=ReceptionID(guest),
        at=after(number if minutes is None else minutes),
        consultant_id=who,
        basis=basis,
        is_companion=companion,
        skipped=skipped,
        moved=moved,
    )


def of_day(*lines: Entry, seconds: dict[ConsultantID, int] | None = None) -> dict[ConsultantID, Figures]:
    return figures(understood(lines), seconds or {}, SPAN)


def test_a_turn_is_a_turn_and_a_guest() -> None:
    found = of_day(line(1, LIN))
    assert found == {LIN: Figures(turns=1, guests={GuestKind.ROTATION: 1})}


def test_a_turn_given_back_is_neither_a_turn_nor_lost_nor_a_guest() -> None:
    found = of_day(line(1, LIN), line(2, LIN, RETURNED))
    assert found == {LIN: Figures(turns=0, given_back=1)}


def test_a_turn_given_back_the_next_day_is_taken_off_the_day_it_was_had() -> None:
    found = of_day(line(1, LIN), line(2, LIN, RETURNED, minutes=60 * 30))
    assert found[LIN].turns == 0
    assert found[LIN].given_back == 1


def test_a_returned_line_gives_back_the_last_turn_only() -> None:
    """An offer not taken stays a turn, also when the guest was none."""
    found = of_day(line(1, LIN), line(2, ZHOU), line(3, ZHOU, RETURNED))
    assert (found[LIN].turns, found[LIN].not_taken) == (1, 1)
    assert (found[ZHOU].turns, found[ZHOU].given_back) == (0, 1)
    assert found[LIN].guest_count == found[ZHOU].guest_count == 0


def test_a_turn_is_given_back_once() -> None:
    found = of_day(line(1, LIN), line(2, LIN, RETURNED), line(3, LIN, RETURNED))
    assert found[LIN].given_back == 1


def test_an_offer_not_taken_is_a_turn_and_the_guest_is_anothers() -> None:
    found = of_day(line(1, LIN), line(2, ZHOU))
    assert (found[LIN].turns, found[LIN].not_taken, found[LIN].guest_count) == (1, 1, 0)
    assert (found[ZHOU].turns, found[ZHOU].not_taken, found[ZHOU].guest_count) == (1, 0, 1)


def test_an_offer_that_lapses_with_nobody_left_is_nobodys_guest() -> None:
    found = of_day(line(1, LIN), line(2, None, WAITING))
    assert (found[LIN].turns, found[LIN].not_taken, found[LIN].guest_count) == (1, 1, 0)


def test_who_waited_is_the_guest_of_who_took_him() -> None:
    found = of_day(line(1, None, WAITING), line(2, MA, "off_duty"))
    assert found == {MA: Figures(guests={GuestKind.OFF_DUTY: 1})}


def test_a_guest_given_by_hand_is_the_receivers_and_no_offer_lapsed() -> None:
    found = of_day(line(1, LIN), line(2, ZHOU, "manual"), line(3, LIN, RETURNED))
    assert (found[LIN].turns, found[LIN].given_back, found[LIN].not_taken) == (0, 1, 0)
    assert found[ZHOU].guests == {GuestKind.MANUAL: 1}
    assert found[ZHOU].turns == 0


def test_a_guest_given_by_hand_is_a_turn_where_it_cost_the_receiver_his() -> None:
    found = of_day(line(1, LIN), line(2, LIN, RETURNED), line(3, ZHOU, "manual", moved=(ZHOU,)))
    assert (found[LIN].turns, found[ZHOU].turns) == (0, 1)
    assert found[ZHOU].guests == {GuestKind.MANUAL: 1}


def test_places_lost_by_a_turn_given_back_are_not_lost() -> None:
    skipped = ((MA, "away", True), (ZHOU, "meal", True))
    found = of_day(
        line(1, LIN, skipped=skipped, moved=(MA, ZHOU, LIN)), line(2, LIN, RETURNED, moved=(LIN, MA))
    )
    assert (found[MA].places_lost, found[ZHOU].places_lost) == (0, 1)
    assert found[MA].skips == {"away": 1}


def test_only_the_places_of_others_may_come_back_and_the_turn_stands() -> None:
    """Who has had another turn since keeps this one."""
    found = of_day(line(1, LIN, skipped=((MA, "away", True),)), line(2, None, RETURNED, moved=(MA,)))
    assert (found[LIN].turns, found[LIN].given_back, found[LIN].guest_count) == (1, 0, 1)
    assert found[MA].places_lost == 0


@pytest.mark.parametrize("basis", ["rotation", "designated", "proxy", "off_duty"])
def test_who_came_with_a_guest_is_a_guest_and_no_turn(basis: str) -> None:
    found = of_day(line(1, LIN, basis, companion=True))
    assert found == {LIN: Figures(guests={GuestKind.COMPANION: 1})}


def test_skips_and_places_lost_are_counted_where_somebody_else_was_given_the_guest() -> None:
    skipped = ((LIN, "busy", False), (MA, "away", True))
    found = of_day(
        line(1, ZHOU, skipped=skipped),
        line(2, None, WAITING, guest=2, skipped=((ZHOU, "busy", False),)),
    )
    assert found[LIN].skips == {"busy": 1}
    assert found[LIN].places_lost == 0
    assert found[MA].skips == {"away": 1}
    assert found[MA].places_lost == 1
    assert found[ZHOU].skips == {}


def test_every_reason_to_be_passed_over_has_its_column() -> None:
    off_post = {status.value for status in Status} - {"on_post"}
    assert {"busy", "overdue", "no_answer"} | off_post == set(SKIP_REASONS)


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        (-60, 30, 30 * 60),
        (60, 90, 30 * 60),
        (60, None, 40 * 60),
        (90, 400, 10 * 60),
        (-90, -30, 0),
        (200, None, 0),
    ],
)
def test_time_on_post_is_cut_to_the_span_and_to_now(since: int, until: int | None, expected: int) -> None:
    stretch = Stretch(
        consultant_id=LIN, since=after(since), until=after(until) if until is not None else None
    )
    found = seconds_on_post([stretch], SPAN, after(100))
    assert found.get(LIN, 0) == expected


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)]
)
def test_a_day_is_as_long_as_the_clocks_make_it(day: date, hours: int) -> None:
    span = Span(*day_span(day, BERLIN))
    all_day = Stretch(consultant_id=LIN, since=span.start - timedelta(days=1), until=None)
    found = seconds_on_post([all_day], span, span.end + timedelta(days=1))
    assert found == {LIN: hours * 3600}


def test_a_fair_share_is_the_part_of_the_hours() -> None:
    of = {LIN: Figures(turns=3, seconds=4 * 3600), ZHOU: Figures(turns=1, seconds=4 * 3600)}
    found = shares(of)
    assert found[LIN].of_turns == Fraction(3, 4)
    assert found[LIN].of_hours == Fraction(1, 2)
    assert found[LIN].deviation == Fraction(1, 4)
    assert found[LIN].fair_turns == 2
    assert of[LIN].per_hour == Fraction(3, 4)


def test_without_turns_or_hours_there_is_no_share_and_no_rate() -> None:
    assert shares({LIN: Figures(seconds=3600)}) == {}
    assert shares({LIN: Figures(turns=1)}) == {}
    assert rate(3, 0) is None


CONSULTANTS = st.sampled_from([LIN, ZHOU, MA])
SKIPPED = st.lists(st.tuples(CONSULTANTS, st.sampled_from(SKIP_REASONS), st.booleans()), max_size=3)


@st.composite
def ledgers(draw: st.DrawFn) -> list[Entry]:
    """Ledgers as the floor writes them: guests decided on once or several times, turns given back at the end."""
    lines: list[Entry] = []
    for guest in range(draw(st.integers(0, 12))):
        minutes = draw(st.integers(-600, 2000))
        for _again in range(draw(st.integers(1, 3))):
            basis = draw(st.sampled_from([*GuestKind, WAITING]))
            companion = basis is GuestKind.COMPANION
            lines.append(
                line(
                    len(lines),
                    None if basis == WAITING else draw(CONSULTANTS),
                    "rotation" if companion else str(basis),
                    guest=guest,
                    minutes=minutes,
                    companion=companion,
                    skipped=tuple(draw(SKIPPED)),
                )
            )
        if lines[-1].is_turn and draw(st.booleans()):
            lost = tuple(dict.fromkeys(who for who, _reason, lost in lines[-1].skipped if lost))
            back = draw(st.booleans())
            lines.append(
                line(
                    len(lines),
                    lines[-1].consultant_id if back else None,
                    RETURNED,
                    guest=guest,
                    minutes=minutes + 5,
                    moved=lost,
                )
            )
    return draw(st.permutations(lines))


def back_of(lines: list[Entry]) -> int:
    """How many went back to a place they had lost, and perhaps to one of a turn."""
    return sum(len(entry.moved) for entry in lines if entry.basis == RETURNED)


@UNHURRIED
@given(ledgers())
def test_the_sums_agree_with_the_ledger(lines: list[Entry]) -> None:
    found = figures(understood(lines), {}, SPAN).values()
    inside = [entry for entry in lines if SPAN.covers(entry.at)]
    written_turns = sum(entry.is_turn for entry in inside)
    assert sum(one.turns + one.given_back for one in found) == written_turns
    decided = [entry for entry in inside if entry.consultant_id is not None]
    skips = [skip for entry in decided for skip in entry.skipped]
    assert sum(sum(one.skips.values()) for one in found) == len(skips)
    lost = sum(lost for _who, _reason, lost in skips)
    assert lost - back_of(lines) <= sum(one.places_lost for one in found) <= lost
    assert all(one.places_lost >= 0 for one in found)


@UNHURRIED
@given(ledgers())
def test_every_guest_is_one_persons_or_nobodys(lines: list[Entry]) -> None:
    whole = Span(START - timedelta(days=9), START + timedelta(days=9))
    ledger = understood(lines)
    found = figures(ledger, {}, whole).values()
    last: dict[int, Entry] = {}
    for entry in sorted(lines, key=lambda entry: (entry.at, entry.id)):
        last[entry.reception_id] = entry
    kept = [
        guest
        for guest, entry in last.items()
        if (entry.basis == RETURNED) == (entry.consultant_id is None) and entry.basis != WAITING
    ]
    assert sum(one.guest_count for one in found) == len(kept)


@UNHURRIED
@given(ledgers())
def test_giving_a_turn_back_leaves_everything_else_as_if_the_guest_had_not_come(lines: list[Entry]) -> None:
    whole = Span(START - timedelta(days=9), START + timedelta(days=9))
    back = {entry.reception_id for entry in lines if entry.basis == RETURNED and entry.consultant_id}
    once_decided = {guest for guest in back if sum(entry.reception_id == guest for entry in lines) == 2}
    without = [entry for entry in lines if entry.reception_id not in once_decided]
    of_all = figures(understood(lines), {}, whole)
    of_rest = figures(understood(without), {}, whole)
    for consultant_id in (LIN, ZHOU, MA):
        one = of_all.get(consultant_id, Figures())
        other = of_rest.get(consultant_id, Figures())
        assert one.turns == other.turns
        assert one.guests == other.guests


@UNHURRIED
@given(
    st.dictionaries(st.integers(1, 9).map(ConsultantID), st.tuples(st.integers(0, 50), st.integers(0, 10**6)))
)
def test_shares_add_up_to_one_and_deviations_to_nothing(of: dict[ConsultantID, tuple[int, int]]) -> None:
    everybody = {key: Figures(turns=turns, seconds=seconds) for key, (turns, seconds) in of.items()}
    found = shares(everybody)
    if found:
        assert sum(share.of_turns for share in found.values()) == 1
        assert sum(share.of_hours for share in found.values()) == 1
        assert sum(share.deviation for share in found.values()) == 0
        assert sum(share.fair_turns for share in found.values()) == sum(
            one.turns for one in everybody.values()
        )
    else:
        assert not sum(one.turns for one in everybody.values()) or not sum(
            one.seconds for one in everybody.values()
        )


STRETCHES = st.lists(
    st.builds(
        lambda who, since, length: Stretch(
            consultant_id=who, since=after(since), until=after(since + length) if length else None
        ),
        CONSULTANTS,
        st.integers(-3000, 4000),
        st.integers(0, 3000),
    ),
    max_size=8,
)


@UNHURRIED
@given(STRETCHES, st.integers(0, 1440), st.integers(-2000, 3000))
def test_time_on_post_of_two_halves_is_that_of_the_whole(stretches: list[Stretch], cut: int, at: int) -> None:
    halves = (Span(SPAN.start, after(cut)), Span(after(cut), SPAN.end))
    whole = seconds_on_post(stretches, SPAN, after(at))
    parts = [seconds_on_post(stretches, half, after(at)) for half in halves]
    for who in (LIN, ZHOU, MA):
        assert whole.get(who, 0) == sum(part.get(who, 0) for part in parts)


@pytest.mark.parametrize(
    ("by", "on", "first", "last"),
    [
        (By.DAY, date(2026, 3, 9), date(2026, 3, 9), date(2026, 3, 9)),
        (By.WEEK, date(2026, 3, 15), date(2026, 3, 9), date(2026, 3, 15)),
        (By.MONTH, date(2026, 2, 14), date(2026, 2, 1), date(2026, 2, 28)),
        (By.MONTH, date(2026, 3, 31), date(2026, 3, 1), date(2026, 3, 31)),
        (By.DAY, date(2026, 12, 1), date(2026, 4, 1), date(2026, 4, 1)),
    ],
)
def test_periods(by: By, on: date, first: date, last: date) -> None:
    found = period(by, on, today=date(2026, 4, 1))
    assert (found.first, found.last) == (first, last)


def test_a_period_knows_what_stands_beside_it() -> None:
    today = date(2026, 3, 11)
    this_week = period(By.WEEK, today, today)
    assert this_week.following is None
    assert this_week.previous == date(2026, 3, 8)
    assert this_week.days == (date(2026, 3, 9), date(2026, 3, 10), date(2026, 3, 11))
    assert period(By.WEEK, this_week.previous, today).following == date(2026, 3, 9)
    assert this_week.has_today


def test_a_week_with_a_change_of_clocks_runs_from_midnight_to_midnight() -> None:
    span = period(By.WEEK, date(2026, 3, 29), date(2026, 4, 1)).span(BERLIN)
    assert span.end - span.start == timedelta(days=7) - timedelta(hours=1)


def test_the_export_is_read_as_utf8_and_holds_no_formula() -> None:
    text = written([["名字", "=1+1", "+86 138", "-x", "@a", "\tb", 5, -3, Fraction(-1, 3), None]])
    assert text.startswith(BYTE_ORDER_MARK)
    assert text[1:] == "名字,'=1+1,'+86 138,'-x,'@a,'\tb,5,-3,-0.3333,\r\n"
