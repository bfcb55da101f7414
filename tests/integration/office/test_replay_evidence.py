"""What a guest brings and what was written before he came: appointments, passes, coupons, records, claims."""

from typing import Any

import pytest
from flask import Flask

from tests.integration.office.history import credit, refused, told, turns

G = "13800138000"
H = "13900139000"
ABC = """
09:00 opens A
09:05 opens B
09:10 opens C
"""


@pytest.fixture(autouse=True)
def _context(app: Flask) -> Any:
    with app.app_context():
        yield


def bases(decided: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(a["guest"], a["basis"], a["rule"]) for a in decided["assignments"]]


def test_sc_03_an_appointment_is_no_turn() -> None:
    decided = told(
        ABC
        + f"""
09:30 appoints A {G} 2026-03-09T10:00:00+08:00
10:00 comes W1 phone={G}
10:05 comes W2
10:30 leaves W1
10:31 comes W3
"""
    )
    assert turns(decided) == "W1>A:ABC W2>B:ACB W3>A:CBA"
    assert bases(decided)[0] == ("W1", "designated", "OWN-03")


@pytest.mark.parametrize(
    ("due", "basis"),
    [
        ("2026-03-09T21:00:00+08:00", "designated"),  # the day counts, not the hour
        ("2026-03-08T16:00:00+00:00", "designated"),  # midnight in the club
        ("2026-03-10T00:00:00+08:00", "rotation"),
        ("2026-03-09T16:00:00+00:00", "rotation"),  # already the next day in the club
    ],
)
def test_an_appointment_designates_on_its_local_day(due: str, basis: str) -> None:
    decided = told(
        f"""
2026-03-08 09:00 appoints B {G} {due}
09:00 opens A
09:05 opens B
10:00 comes W1 phone={G}
"""
    )
    assert decided["assignments"][0]["basis"] == basis


def test_of_two_appointments_the_one_made_first_counts() -> None:
    decided = told(
        f"""
2026-03-08 09:00 appoints B {G} 2026-03-09T15:00:00+08:00
2026-03-08 10:00 appoints A {G} 2026-03-09T10:00:00+08:00
"""
        + ABC
        + f"10:00 comes W1 phone={G}"
    )
    assert turns(decided) == "W1>B:ABC"


SC_05 = (
    ABC
    + """
14:00 closes B acknowledged_by=A
"""
)


@pytest.mark.parametrize(
    ("told_to", "expected"),
    [
        ("reported_to=S", ("B", "designated", "AC")),
        ("reported_to=M", ("B", "designated", "AC")),
        ("", ("A", "proxy", "AC")),
        ("reported_to=C", ("A", "proxy", "AC")),  # a colleague is not told "beforehand to the supervisor"
        ("reported_to=SD", ("A", "proxy", "AC")),
    ],
)
def test_sc_05_an_off_duty_consultant_receives_his_reported_appointment(
    told_to: str, expected: tuple[str, str, str]
) -> None:
    decided = told(
        f"11:00 appoints B {G} 2026-03-09T15:00:00+08:00 {told_to}".replace("11:00", "08:00")
        + SC_05
        + f"15:00 comes W1 phone={G}"
    )
    one = decided["assignments"][0]
    assert (one["consultant"], one["basis"], "".join(one["queue"])) == expected


def test_sc_05_off_duty_he_may_not_take_what_was_not_reported() -> None:
    decided = told(
        f"08:00 appoints B {G} 2026-03-09T15:00:00+08:00"
        + SC_05
        + f"""
15:00 comes W1 phone={G}
15:01 tries B W1
"""
    )
    assert refused(decided) == ["reception.off_duty"]


def test_sc_05_off_duty_with_a_guest_his_second_appointment_goes_to_a_proxy() -> None:
    decided = told(
        f"""
08:00 appoints B {G} 2026-03-09T15:00:00+08:00 reported_to=S
08:01 appoints B {H} 2026-03-09T15:10:00+08:00 reported_to=S
"""
        + SC_05
        + f"""
15:00 comes W1 phone={G}
15:10 comes W2 phone={H}
"""
    )
    assert [(a["consultant"], a["basis"]) for a in decided["assignments"]] == [
        ("B", "designated"),
        ("A", "proxy"),
    ]


@pytest.mark.parametrize(
    ("more", "shows", "expected"),
    [
        ("", " trial_pass=P", "W1>A:BCA"),
        (f"2026-03-08 11:00 appoints C {G} 2026-03-09T10:00:00+08:00", "", "W1>C:ABC"),
    ],
)
def test_a_member_is_designated_by_his_appointment_only(more: str, shows: str, expected: str) -> None:
    decided = told(
        f"""
2026-03-08 09:00 sells s1 year 3980.00 phone={G}
2026-03-08 09:01 pays s1 3980.00
2026-03-08 10:00 issues P consultant=C
"""
        + more
        + ABC
        + f"10:00 comes W1 phone={G}{shows}"
    )
    assert turns(decided) == expected


def test_a_trial_pass_designates_for_the_first_who_shows_it() -> None:
    decided = told(
        "2026-03-08 10:00 issues P consultant=C"
        + ABC
        + f"""
10:00 comes W1 phone={G} trial_pass=P
10:10 leaves W1
10:11 comes W2 phone={H} trial_pass=P
10:20 leaves W2
10:21 comes W3 trial_pass=P
"""
    )
    assert turns(decided) == "W1>C:ABC W2>A:BCA W3>B:CAB"
    assert [basis for _guest, basis, _rule in bases(decided)] == ["designated", "rotation", "rotation"]


@pytest.mark.parametrize(
    ("until", "basis"),
    [("2026-03-09", "designated"), ("2026-03-08", "rotation"), ("2026-03-10", "designated")],
)
def test_a_trial_pass_is_good_through_its_last_day(until: str, basis: str) -> None:
    decided = told(
        f"2026-03-07 10:00 issues P consultant=C valid_until={until}" + ABC + "10:00 comes W1 trial_pass=P"
    )
    assert decided["assignments"][0]["basis"] == basis


def test_a_pass_that_names_nobody_designates_nobody() -> None:
    decided = told("2026-03-07 10:00 issues P" + ABC + "10:00 comes W1 trial_pass=P")
    assert turns(decided) == "W1>A:BCA"


@pytest.mark.parametrize(
    ("appointed", "precedence", "expected"),
    [
        (True, None, "D"),
        (False, None, "C"),
        (True, ["name", "business_card", "trial_pass", "appointment"], "A"),
        (True, ["business_card"], "B"),
    ],
)
def test_signals_rank_appointment_pass_card_name(
    appointed: bool, precedence: list[str] | None, expected: str
) -> None:
    decided = told(
        (f"2026-03-08 09:00 appoints D {G} 2026-03-09T10:00:00+08:00\n" if appointed else "")
        + "2026-03-08 10:00 issues P consultant=C\n08:00 opens X"
        + ABC
        + f"09:15 opens D\n10:00 comes W1 phone={G} trial_pass=P business_card=B asks_for=A",
        {"designation": {"precedence": precedence}} if precedence else None,
    )
    assert decided["assignments"][0]["consultant"] == expected


COUPON = f"""
2026-03-08 10:00 captures X {G}
2026-03-08 10:01 calls X {G} answered
2026-03-09 08:00 couponed K
2026-03-10 09:00 opens B
2026-03-10 09:01 opens A
2026-03-10 09:02 opens C
2026-03-10 10:00 comes W1 phone={G} gift_coupon=K
2026-03-10 10:30 sells s1 year 3980.00 guest=W1 consultant=B
2026-03-10 10:31 pays s1 3980.00 taken_by=B
"""


def test_sc_08_a_gift_coupon_makes_a_new_guest() -> None:
    decided = told(COUPON)
    assert turns(decided) == "W1>B:ACB"
    assert bases(decided) == [("W1", "rotation", "ROT-01")]
    assert credit(decided) == [("B", "3980.00", "DSP-04")]


def test_a_gift_coupon_leaves_the_record_standing_by_policy() -> None:
    decided = told(COUPON, {"gift_coupon": {"resets_tracking": False}})
    assert credit(decided) == [("X", "2786.00", "DSP-06"), ("B", "1194.00", "DSP-06")]


def test_a_gift_coupon_beside_a_business_card_is_designated() -> None:
    decided = told(COUPON.replace("gift_coupon=K", "gift_coupon=K business_card=C"))
    assert turns(decided) == "W1>C:BAC"
    assert credit(decided) == [("C", "3980.00", "DSP-01")]


def test_a_gift_coupon_counts_for_its_first_guest_only() -> None:
    decided = told(
        COUPON.replace(
            "2026-03-10 10:00 comes W1",
            f"2026-03-10 09:30 comes W0 phone={H} gift_coupon=K\n"
            "2026-03-10 09:40 leaves W0\n2026-03-10 10:00 comes W1",
        )
        .replace("consultant=B", "consultant=A")
        .replace("taken_by=B", "taken_by=A")
    )
    assert credit(decided) == [("X", "2786.00", "DSP-06"), ("A", "1194.00", "DSP-06")]


SC_10 = f"""
2026-03-04 10:00 issues P consultant=X
2026-03-05 09:00 opens B
2026-03-05 10:00 comes W1 phone={G} trial_pass=P
2026-03-05 10:30 leaves W1
"""
SC_10_SALE = """
2026-03-08 10:30 sells s1 year 3980.00 guest=W2 consultant=B
2026-03-08 10:31 pays s1 3980.00 taken_by=B
"""


@pytest.mark.parametrize(
    ("between", "asks", "expected"),
    [
        ("", "", [("B", "3980.00", "DSP-03")]),
        (
            f"2026-03-06 10:00 calls X {G} answered",
            "",
            [("X", "2786.00", "DSP-06"), ("B", "1194.00", "DSP-06")],
        ),
        ("", " asks_for=X", [("X", "3980.00", "DSP-01")]),
    ],
)
def test_sc_10_designation_ends_with_the_day(
    between: str, asks: str, expected: list[tuple[str, str, str]]
) -> None:
    decided = told(SC_10 + between + f"\n2026-03-08 10:00 comes W2 phone={G}{asks}" + SC_10_SALE)
    assert credit(decided) == expected


@pytest.mark.parametrize(
    ("paid", "outside", "inside"),
    [
        ("3980.00", "2786.00", "1194.00"),
        ("1999.99", "1399.99", "600.00"),
        ("333.33", "233.33", "100.00"),
        ("100.05", "70.04", "30.01"),
        ("0.01", "0.01", None),
    ],
)
def test_sc_11_seventy_thirty_to_the_fen(paid: str, outside: str, inside: str | None) -> None:
    decided = told(
        f"""
2026-03-08 10:00 calls X {G} answered
09:00 opens B
10:00 comes W1 phone={G}
10:30 sells s1 any {paid} guest=W1 consultant=B
10:31 pays s1 {paid} taken_by=B
"""
    )
    expected = [("X", outside, "DSP-06")] + ([("B", inside, "DSP-06")] if inside else [])
    assert credit(decided) == expected
    assert turns(decided) == "W1>B:B"


@pytest.mark.parametrize(("visit", "whose"), [("2026-03-16", ["X", "B"]), ("2026-03-17", ["B"])])
def test_sc_12_the_border_of_a_record(visit: str, whose: list[str]) -> None:
    decided = told(
        f"""
2026-03-01 23:59 calls X {G} answered
2026-03-10 10:00 calls X {G} no_answer
{visit} 09:00 opens B
{visit} 10:00 comes W1 phone={G}
{visit} 10:30 sells s1 year 3980.00 guest=W1 consultant=B
{visit} 10:31 pays s1 3980.00 taken_by=B
"""
    )
    assert [consultant for consultant, _amount, _rule in credit(decided)] == whose


def test_a_record_written_after_the_guest_came_is_none() -> None:
    decided = told(
        f"""
09:00 opens B
10:00 comes W1 phone={G}
10:05 calls X {G} answered contacted_at=2026-03-09T09:00:00+08:00
10:30 sells s1 year 3980.00 guest=W1 consultant=B
10:31 pays s1 3980.00 taken_by=B
"""
    )
    assert credit(decided) == [("B", "3980.00", "DSP-03")]


def test_an_inside_consultants_record_splits_nothing() -> None:
    decided = told(
        f"""
2026-03-08 10:00 calls A {G} answered
09:00 opens B
10:00 comes W1 phone={G}
10:30 sells s1 year 3980.00 guest=W1 consultant=B
10:31 pays s1 3980.00 taken_by=B
"""
    )
    assert credit(decided) == [("B", "3980.00", "DSP-03")]


@pytest.mark.parametrize(
    ("buyer", "policy", "expected"),
    [
        ("W1", {}, [("X", "1876.00", "DSP-06"), ("B", "804.00", "DSP-06")]),
        ("W2", {}, [("B", "2680.00", "DSP-03")]),
        (
            "W2",
            {"credit": {"tracked_friend": {"friend_tracker_bp": 5000}}},
            [("X", "1340.00", "DSP-07"), ("B", "1340.00", "DSP-07")],
        ),
    ],
)
def test_sc_14_a_tracked_guest_brings_a_friend(
    buyer: str, policy: dict[str, Any], expected: list[tuple[str, str, str]]
) -> None:
    decided = told(
        f"""
2026-03-08 10:00 calls X {G} answered
09:00 opens B
10:00 comes W1 phone={G}
10:00 comes W2 phone={H} came_with=W1
10:30 sells s1 any 2680.00 guest={buyer} consultant=B
10:31 pays s1 2680.00 taken_by=B
""",
        policy,
    )
    assert credit(decided) == expected


def test_of_two_outside_records_the_earlier_contact_counts() -> None:
    decided = told(
        f"""
2026-03-06 10:00 calls Y {G} answered
2026-03-08 10:00 calls X {G} answered
2026-03-08 11:00 calls Y {G} answered
09:00 opens B
10:00 comes W1 phone={G}
10:30 sells s1 year 3980.00 guest=W1 consultant=B
10:31 pays s1 3980.00 taken_by=B
"""
    )
    assert credit(decided) == [("Y", "2786.00", "DSP-06"), ("B", "1194.00", "DSP-06")]


CLAIMED = f"""
2026-03-08 09:00 opens C
2026-03-08 09:10 captures C {G}
2026-03-08 09:11 claims C {G}
"""


@pytest.mark.parametrize(
    ("setting", "shows", "expected"),
    [
        ("off", "", ("C", "rotation", "ROT-01")),
        ("designate", "", ("C", "designated", "OWN-03")),
        ("designate", " asks_for=B", ("B", "designated", "OWN-03")),
    ],
)
def test_an_owned_lead_designates_by_policy(setting: str, shows: str, expected: tuple[str, str, str]) -> None:
    decided = told(
        CLAIMED
        + f"""
09:00 opens A
09:05 opens B
10:00 comes W1 phone={G}{shows}
""",
        {"designation": {"owned_lead": setting}},
    )
    one = decided["assignments"][0]
    assert (one["consultant"], one["basis"], one["rule"]) == expected


def test_an_outside_consultants_lead_designates_nobody() -> None:
    decided = told(
        f"""
2026-03-08 09:10 captures X {G}
2026-03-08 09:11 claims X {G}
08:00 opens X
09:00 opens A
10:00 comes W1 phone={G}
""",
        {"designation": {"owned_lead": "designate"}},
    )
    assert decided["assignments"][0]["basis"] == "rotation"


@pytest.mark.parametrize(
    ("ends_at", "expected"),
    [
        ("2026-03-08 10:00", [{"phone": "+8613800138000", "holder": "C", "until": "2026-03-23"}]),
        ("2026-03-23 23:59", [{"phone": "+8613800138000", "holder": "C", "until": "2026-03-23"}]),
        ("2026-03-24 00:00", []),
    ],
)
def test_claims_are_printed_while_they_live(ends_at: str, expected: list[dict[str, str]]) -> None:
    assert told(CLAIMED + f"{ends_at} captures A 13700137000")["claims"] == expected


@pytest.mark.parametrize(
    ("contact", "until"),
    [
        (f"calls C {G} answered", "2026-04-04"),
        (f"calls C {G} no_answer", "2026-03-23"),
        (f"calls A {G} answered", "2026-03-23"),
    ],
)
def test_only_the_holders_effective_contact_extends_the_claim(contact: str, until: str) -> None:
    assert told(CLAIMED + f"2026-03-20 10:00 {contact}")["claims"][0]["until"] == until


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"claims A {G}", ["lead.already_claimed"]),
        ("claims A 13700137000", ["lead.unknown"]),
    ],
)
def test_claims_refused(text: str, expected: list[str]) -> None:
    decided = told(CLAIMED + "2026-03-08 09:20 opens A\n2026-03-08 10:00 " + text)
    assert refused(decided) == expected


@pytest.mark.parametrize(("who", "expected"), [("C", ["lead.off_shift"]), ("X", [])])
def test_an_inside_consultant_claims_on_shift_only(who: str, expected: list[str]) -> None:
    decided = told(f"2026-03-08 09:10 captures {who} {G}\n2026-03-08 09:11 claims {who} {G}")
    assert refused(decided) == expected


@pytest.mark.parametrize(("day", "expected"), [("2026-03-30", ["lead.cooldown"]), ("2026-03-31", [])])
def test_the_old_holder_waits_out_the_cool_down(day: str, expected: list[str]) -> None:
    """Protected through 03-23, ended at 00:00 of 03-24: again from 03-31."""
    assert refused(told(CLAIMED + f"{day} 09:00 claims C {G}")) == expected


def test_the_roster_and_targets_are_taken_and_decide_no_turn() -> None:
    decided = told(
        """
2026-03-08 09:00 aims A 2026-03 50000.00
2026-03-08 09:00 plans A 2026-03-09 late
2026-03-08 09:01 plans A 2026-03-09 early
2026-03-08 09:02 plans B 2026-03-09 late
"""
        + ABC
        + "10:00 comes W1"
    )
    assert turns(decided) == "W1>A:BCA"
    assert refused(decided) == []
