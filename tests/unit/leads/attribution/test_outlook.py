"""What is told before the sale: whose the credit would be, and what would change it."""

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from clubsales.leads.attribution.cases import Case, Settings
from clubsales.leads.attribution.likely_rules import Change, Outlook, Part, outlook
from clubsales.leads.attribution.supposed import WHOEVER_TAKES_IT
from clubsales.leads.followups.rules import ContactOutcome
from clubsales.leads.touches.rules import Signal, SignalKind
from tests.unit.leads.attribution.remembering import (
    COUPON,
    SHANGHAI,
    A,
    InMemory,
    X,
    Y,
    at,
    case,
    record,
    settings,
    visit,
)

CAME = visit(at(10))


def told(
    evidence: InMemory, sale: Case | None = None, under: Settings | None = None, **more: object
) -> Outlook:
    values: dict[str, object] = {"is_here": True, **more}
    return outlook(sale or case(), evidence, under or settings(), SHANGHAI, **values)  # type: ignore[arg-type]


def parts(of: Outlook | Change) -> list[tuple[str, int]]:
    return [_part(one) for one in of.parts]


def _part(one: Part) -> tuple[str, int]:
    return (one.name or one.who.value, one.basis_points)


def changes(of: Outlook) -> dict[str, list[tuple[str, int]]]:
    return {one.when.code.removeprefix("attribution."): parts(one) for one in of.changes}


def test_a_walk_in_is_whoever_takes_the_payment() -> None:
    found = told(InMemory(came=(CAME,)))
    assert parts(found) == [("周倩", 10_000)]
    assert (found.reason.rule, found.reason.code) == ("DSP-03", "attribution.likely_receiver")
    assert changes(found) == {"if_named": [("named", 10_000)], "if_taken": [("taker", 10_000)]}


def test_a_designated_guest_is_so_today_only() -> None:
    evidence = InMemory(
        came=(visit(at(10), Signal(SignalKind.TRIAL_PASS, X)),), written=(record(at(9), by=Y),)
    )
    found = told(evidence)
    assert parts(found) == [("马超", 10_000)]
    assert found.reason.facts == {"consultant": "马超"}
    # A name counts less than the pass; another pass comes second: only what counts for more would change anything.
    assert changes(found) == {"if_tomorrow": [("郭芳", 7000), ("周倩", 3000)]}


def test_a_name_gives_way_to_a_pass() -> None:
    found = told(InMemory(came=(visit(at(10), Signal(SignalKind.NAME, A)),)))
    assert changes(found) == {"if_tomorrow": [("周倩", 10_000)], "if_shown": [("named", 10_000)]}


def test_a_followed_up_guest_shows_all_that_could_move_the_credit() -> None:
    evidence = InMemory(came=(CAME,), written=(record(at(4)),))
    found = told(evidence, under=settings(tracked_guest="receiver"))
    assert parts(found) == [("马超", 7000), ("周倩", 3000)]
    assert changes(found) == {
        "if_named": [("named", 10_000)],
        "if_taken": [("马超", 7000), ("taker", 3000)],
        "if_coupon": [("周倩", 10_000)],
        "if_friend": [("周倩", 10_000)],
    }
    assert [one.when.rule for one in found.changes] == ["DSP-01", "DSP-06", "DSP-04", "DSP-03"]


def test_a_coupon_already_shown_is_no_change() -> None:
    found = told(InMemory(came=(visit(at(10), COUPON),), written=(record(at(4)),)))
    assert found.reason.code == "attribution.likely_coupon"
    assert "if_coupon" not in changes(found)


def test_who_is_not_here_yet_hears_when_the_record_runs_out() -> None:
    evidence = InMemory(written=(record(at(4)), record(at(9), outcome=ContactOutcome.NO_ANSWER)))
    found = told(evidence, case(reception_id=None), is_here=False)
    assert parts(found) == [("马超", 7000), ("周倩", 3000)]
    assert changes(found) == {
        "if_named": [("named", 10_000)],
        "if_coupon": [("周倩", 10_000)],
        "if_runs_out": [("周倩", 10_000)],
    }
    assert found.changes[-1].when.facts == {"outside": "马超", "until": at(19).date()}


def test_a_record_that_never_grows_old_does_not_run_out() -> None:
    evidence = InMemory(written=(record(at(4)),))
    found = told(evidence, case(reception_id=None), settings(valid_days=0), is_here=False)
    assert "if_runs_out" not in changes(found)


def test_an_expected_guest_counts_as_what_he_will_be_at_the_door() -> None:
    expected = (Signal(SignalKind.OWNED_LEAD, A),)
    found = told(InMemory(), case(reception_id=None), is_here=False, expected=expected)
    assert parts(found) == [("林静", 10_000)]
    assert found.reason.code == "attribution.likely_designated"


def test_where_nobody_has_the_guest_yet_it_is_whoever_takes_the_payment() -> None:
    evidence = InMemory(came=(visit(at(10), by=None),), written=(record(at(4)),))
    found = told(evidence, case(seller=WHOEVER_TAKES_IT))
    assert parts(found) == [("马超", 7000), ("taker", 3000)]
    assert "if_taken" not in changes(found)


def test_of_a_member_only_who_takes_the_payment_matters() -> None:
    found = told(InMemory(), case(buyer_is_member=True))
    assert found.reason.code == "attribution.likely_member"
    assert changes(found) == {"if_taken": [("taker", 10_000)]}


def test_an_outside_consultant_who_receives_his_own_guest_would_share_with_another() -> None:
    found = told(InMemory(came=(CAME,), written=(record(at(4)),)), case(seller=X))
    assert parts(found) == [("马超", 10_000)]
    assert changes(found)["if_taken"] == [("马超", 7000), ("taker", 3000)]


def test_a_tie_is_told_before_the_sale() -> None:
    evidence = InMemory(came=(CAME,), written=(record(at(4, 9)), record(at(4, 9), by=Y)))
    assert told(evidence).reason.code == "attribution.likely_tied"


def test_a_club_that_does_not_go_by_names_says_so_of_passes_only() -> None:
    found = told(InMemory(came=(CAME,)), under=settings(precedence=("trial_pass",)))
    assert "if_named" not in changes(found)
    assert changes(found)["if_shown"] == [("named", 10_000)]


def test_the_last_day_of_a_record_is_still_one() -> None:
    """SC-12: written on the first, the fifteenth day after is the sixteenth."""
    evidence = InMemory(written=(record(at(1)),))
    found = told(evidence, case(reception_id=None, paid_at=at(16, 23, 59)), is_here=False)
    assert parts(found) == [("马超", 7000), ("周倩", 3000)]
    gone = told(evidence, case(reception_id=None, paid_at=at(17, 0, 1)), is_here=False)
    assert parts(gone) == [("周倩", 10_000)]


def test_days_are_the_clubs_own_where_the_clock_is_changed() -> None:
    """Berlin, the night of 29 March 2026: an hour is missing, the days are counted by the calendar."""
    berlin = ZoneInfo("Europe/Berlin")
    evening = at(28, 23, 30, zone=berlin)
    came = visit(evening, Signal(SignalKind.TRIAL_PASS, X), zone=berlin)
    under = settings()
    today = outlook(
        case(paid_at=at(28, 23, 50, zone=berlin)), InMemory(came=(came,)), under, berlin, is_here=True
    )
    assert parts(today) == [("马超", 10_000)]
    assert changes(today)["if_tomorrow"] == [("周倩", 10_000)]
    after = outlook(
        case(paid_at=at(29, 0, 10, zone=berlin)), InMemory(came=(came,)), under, berlin, is_here=True
    )
    assert parts(after) == [("周倩", 10_000)]
    written = replace(record(at(14, zone=berlin)), day=date(2026, 3, 14))
    for day, split in ((29, 2), (30, 1)):
        sale = case(reception_id=None, paid_at=at(day, 12, zone=berlin))
        found = outlook(sale, InMemory(written=(written,)), under, berlin, is_here=False)
        assert len(found.parts) == split
