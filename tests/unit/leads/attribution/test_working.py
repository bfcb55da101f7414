"""How the rules came to it: every step asked and answered, and the texts of it."""

from dataclasses import replace

import pytest

from clubsales.clock import Instant
from clubsales.consultants.credits.rules import Attribution, Share
from clubsales.errors import Reason
from clubsales.leads.attribution import texts
from clubsales.leads.attribution.cases import Case, Settings, decided
from clubsales.leads.followups.rules import Channel, ContactOutcome
from clubsales.leads.touches.rules import Signal, SignalKind
from tests.unit.leads.attribution.remembering import (
    COUPON,
    EARLIER,
    SHANGHAI,
    A,
    B,
    InMemory,
    X,
    Y,
    at,
    case,
    record,
    settings,
    turn,
    visit,
)

PASS = Signal(SignalKind.TRIAL_PASS, X)
NAME = Signal(SignalKind.NAME, A)


def answered(sale: Case, evidence: InMemory, under: Settings | None = None) -> Attribution:
    return decided(sale, evidence, under or settings(), SHANGHAI)


def codes(attribution: Attribution) -> list[str]:
    return [step.code.removeprefix("attribution.") for step in attribution.working]


def read(reason: Reason) -> str:
    return str(texts.REASONS[reason.code]) % dict(reason.facts)


NO_MORE = ["unasked_designated", "unasked_coupon", "unasked_record", "unasked_receiver"]
CAME = visit(at(10))


@pytest.mark.parametrize(
    ("sale", "evidence", "steps"),
    [
        (case(buyer_is_member=True), InMemory(), ["asked_member_yes", *NO_MORE]),
        (case(buyer_is_member=True, seller=None), InMemory(), ["asked_member_house", *NO_MORE]),
        (
            case(),
            InMemory(came=(visit(at(10), PASS),)),
            ["asked_member_no", "asked_designated_yes_trial_pass", *NO_MORE[1:]],
        ),
        (
            case(),
            InMemory(came=(visit(at(10), PASS, NAME),)),
            ["asked_member_no", "asked_designated_first_trial_pass", *NO_MORE[1:]],
        ),
        (
            case(),
            InMemory(came=(visit(at(10), COUPON),)),
            ["asked_member_no", "asked_designated_nobody", "asked_coupon_yes", *NO_MORE[2:]],
        ),
        (
            case(),
            InMemory(came=(CAME,), written=(record(at(4)),)),
            [
                *("asked_member_no", "asked_designated_nobody", "asked_coupon_no"),
                *("asked_record_yes_call", "asked_received", "unasked_receiver"),
            ],
        ),
        (
            case(),
            InMemory(came=(CAME,)),
            [
                *("asked_member_no", "asked_designated_nobody", "asked_coupon_no"),
                *("asked_record_none", "asked_receiver"),
            ],
        ),
        (
            case(self_purchase=True, seller=None, reception_id=None),
            InMemory(held_by=A),
            ["asked_website", "asked_holder_yes", "unasked_record"],
        ),
        (
            case(self_purchase=True, seller=None, reception_id=None),
            InMemory(written=(record(at(4)),)),
            ["asked_website", "asked_holder_no", "asked_record_yes_call"],
        ),
        (
            case(self_purchase=True, seller=None, reception_id=None, person_id=None),
            InMemory(),
            ["asked_website", "asked_holder_no", "asked_record_nobody", "asked_website_house"],
        ),
    ],
)
def test_steps_are_asked_up_to_the_one_that_decides(sale: Case, evidence: InMemory, steps: list[str]) -> None:
    assert codes(answered(sale, evidence)) == [*steps, "asked_ruling"]


def test_the_whole_answer_reads_as_a_conversation() -> None:
    """SC-10 (b): a pass three days ago, a call two days ago, received by turn."""
    evidence = InMemory(
        came=(visit(at(5), PASS, reception=EARLIER, by=X), visit(at(8), taken=turn())),
        written=(record(at(6)),),
    )
    found = answered(case(paid_at=at(8, 11)), evidence)
    assert found.shares == (Share(X, 7000), Share(B, 3000))
    assert [read(step) for step in found.working] == [
        "Is the buyer a member? No.",
        "Did the guest come for somebody that day? No: the pass of 马超 was shown on 2026-03-05, "
        "this payment is of 2026-03-08.",
        "Did the guest bring a gift coupon of the club? No.",
        "Had an outside consultant reached the guest in time? Yes: 马超, by phone. "
        "Days from the last call that was answered: 2, limit 15.",
        "Who received the guest? 周倩, as number 2 in the queue, and the payment: 马超 70 %, 周倩 30 %.",
        "Who received the payment? Not asked any more.",
        "A manager's ruling with a reason goes before all of this.",
    ]
    assert read(found.reason) == (
        "马超 70 %: the last call that reached the guest was 2 days before the visit, limit 15. "
        "周倩 30 %: received the guest as number 2 in the queue."
    )


@pytest.mark.parametrize(
    ("signal", "code"),
    [
        (Signal(kind, A), f"asked_designated_earlier_{kind.value}")
        for kind in SignalKind
        if kind is not SignalKind.GIFT_COUPON
    ],
)
def test_whom_the_guest_came_for_on_another_day_is_told_with_both_days(signal: Signal, code: str) -> None:
    evidence = InMemory(came=(visit(at(5), signal, reception=EARLIER), CAME))
    found = answered(case(), evidence)
    assert codes(found)[1] == code
    assert "2026-03-05" in read(found.working[1])
    assert "2026-03-10" in read(found.working[1])
    assert "林静" in read(found.working[1])


def test_a_visit_of_yesterday_paid_for_today_designates_nobody() -> None:
    found = answered(case(paid_at=at(11, 0, 5)), InMemory(came=(visit(at(10, 23), PASS),)))
    assert codes(found)[1] == "asked_designated_earlier_trial_pass"
    assert found.shares == (Share(B, 10_000),)


def test_another_visit_of_the_same_day_is_named() -> None:
    evidence = InMemory(came=(visit(at(10, 9), NAME, reception=EARLIER), visit(at(10, 10, 30))))
    assert codes(answered(case(), evidence))[1] == "asked_designated_other_visit"


def test_without_a_visit_it_says_so() -> None:
    found = answered(case(reception_id=None), InMemory())
    assert codes(found)[1] == "asked_designated_no_visit"


def test_what_was_shown_and_counts_for_nothing_here_is_not_denied() -> None:
    evidence = InMemory(came=(visit(at(10), NAME),))
    found = answered(case(), evidence, settings(precedence=("appointment", "trial_pass")))
    assert found.rule == "DSP-03"
    assert codes(found)[1] == "asked_designated_not_counted"
    assert "林静" in read(found.working[1])
    assert "2026-03-10" in read(found.working[1])


def test_no_sentence_of_a_past_sale_says_today() -> None:
    past = (code for code in texts.REASONS if not code.startswith(("attribution.likely_", "attribution.if_")))
    assert [code for code in past if "today" in str(texts.REASONS[code])] == []


def test_a_guest_who_came_for_somebody_on_another_day_is_not_said_to_have_come_for_nobody() -> None:
    evidence = InMemory(came=(visit(at(5), PASS, reception=EARLIER), CAME))
    assert read(answered(case(), evidence).reason) == (
        "A new guest who was nobody's designated guest on the day of the payment: 周倩 received the payment."
    )


def test_a_proxy_is_told_with_what_it_earns() -> None:
    evidence = InMemory(came=(visit(at(10), NAME),), stood_in=B)
    found = answered(case(), evidence, settings(proxy_share_bp=2550))
    assert found.shares == (Share(A, 7450), Share(B, 2550))
    assert codes(found)[1] == "asked_designated_proxy"
    assert "25.5 %" in read(found.working[1])


def test_a_coupon_the_club_does_not_go_by_is_told() -> None:
    found = answered(
        case(),
        InMemory(came=(visit(at(10), COUPON),), written=(record(at(4)),)),
        settings(resets_tracking=False),
    )
    assert codes(found)[2:4] == ["asked_coupon_ignored", "asked_record_yes_call"]


def test_a_guest_who_was_reached_in_a_way_that_does_not_count_here_is_not_said_to_be_silent() -> None:
    base = settings()
    under = replace(base, follow_up=replace(base.follow_up, effective_outcomes=("met",)))
    found = answered(case(), InMemory(came=(CAME,), written=(record(at(9)),)), under)
    assert codes(found)[3] == "asked_record_not_counted"
    assert "马超" in read(found.working[3])


def test_the_rest_of_a_friend_s_purchase_is_told_by_its_own_rule() -> None:
    evidence = InMemory(came=(CAME,), of_friend=(record(at(4)),), came_with_friend=True)
    found = answered(case(), evidence, settings(friend_tracker_bp=5000))
    assert [step.rule for step in found.working[4:6]] == ["DSP-07", "DSP-07"]


def written(when: Instant, **more: object) -> tuple[InMemory, ...]:
    return (InMemory(came=(CAME,), written=(record(when, **more),)),)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("evidence", "code", "says"),
    [
        (*written(at(2).replace(month=2, day=22)), "asked_record_too_old", "16 days"),
        (*written(at(10, 10, 30)), "asked_record_too_late", "马超"),
        (*written(at(9), outcome=ContactOutcome.NO_ANSWER), "asked_record_not_reached", "马超"),
    ],
)
def test_a_record_that_does_not_count_says_why(evidence: InMemory, code: str, says: str) -> None:
    found = answered(case(), evidence)
    assert found.rule == "DSP-03"
    assert codes(found)[3] == code
    assert says in read(found.working[3])


@pytest.mark.parametrize(
    ("evidence", "under", "code"),
    [
        (*written(at(4), channel=Channel.MESSAGE), settings(), "asked_record_yes_message"),
        (*written(at(4), channel=Channel.MEETING), settings(), "asked_record_yes_meeting"),
        (*written(at(4)), settings(valid_days=0), "asked_record_of_any_age"),
        (
            InMemory(came=(CAME,), written=(record(at(4)), record(at(5), by=Y))),
            settings(),
            "asked_record_first",
        ),
        (
            InMemory(came=(CAME,), written=(record(at(4, 9, 0)), record(at(4, 9, 0), by=Y))),
            settings(),
            "asked_record_tied",
        ),
    ],
)
def test_whose_record_counts_and_why(evidence: InMemory, under: Settings, code: str) -> None:
    found = answered(case(), evidence, under)
    assert found.shares == (Share(X, 7000), Share(B, 3000))
    assert codes(found)[3] == code
    assert "马超" in read(found.working[3])


def test_who_follows_up_and_receives_has_all_of_it() -> None:
    found = answered(case(seller=X), InMemory(came=(CAME,), written=(record(at(4)),)))
    assert found.shares == (Share(X, 10_000),)
    assert codes(found)[3:5] == ["asked_record_yes_call", "asked_received_himself"]


def test_nobody_received_the_rest() -> None:
    found = answered(case(seller=None), InMemory(came=(CAME,), written=(record(at(4)),)))
    assert codes(found)[3:5] == ["asked_record_yes_call", "asked_received_nobody"]


def test_a_friend_the_guest_brought_sets_the_record_aside_where_the_club_says_so() -> None:
    found = answered(
        case(),
        InMemory(came=(CAME,), written=(record(at(4)),), brought=True),
        settings(tracked_guest="receiver"),
    )
    assert found.rule == "DSP-03"
    assert codes(found)[3:6] == ["asked_record_yes_call", "asked_record_set_aside", "asked_receiver"]


def test_the_friends_record_is_told_after_the_guests_own() -> None:
    evidence = InMemory(came=(CAME,), of_friend=(record(at(4)),), came_with_friend=True)
    found = answered(case(), evidence, settings(friend_tracker_bp=5000))
    assert found.shares == (Share(X, 5000), Share(B, 5000))
    assert codes(found)[3:6] == ["asked_record_none", "asked_record_of_friend", "asked_received"]


def test_company_of_somebody_elses_guest_has_no_number_in_the_queue() -> None:
    found = answered(case(), InMemory(came=(visit(at(10), taken=turn(position=3, skipped=0)),)))
    assert found.reason.code == "attribution.receiver"
    in_turn = answered(case(), InMemory(came=(visit(at(10), taken=turn(position=1, skipped=0)),)))
    assert in_turn.reason.code == "attribution.receiver_in_turn"
    assert read(in_turn.working[4]).endswith("as number 1 in the queue.")
