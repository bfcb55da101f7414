"""What the rule book and the history format answer where settings and lines meet; worked out by hand first."""

from typing import Any

import pytest
from flask import Flask

from clubsales.office.replay.operations import as_tables
from tests.integration.office.history import credit, refused, told, turns

G = "13800138000"
H = "13900139000"
AB = """
09:00 opens A
09:05 opens B
"""
CLAIMED = f"""
2026-03-08 09:00 opens C
2026-03-08 09:10 captures C {G}
2026-03-08 09:11 claims C {G}
"""


@pytest.fixture(autouse=True)
def _context(app: Flask) -> Any:
    with app.app_context():
        yield


def bases(decided: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(a["guest"], a["basis"], a["rule"]) for a in decided["assignments"]]


# The queue is ABC afterwards: C's shift of the day before never closed, so he stands first.
@pytest.mark.parametrize(
    ("policy", "before", "expected", "whose"),
    [
        pytest.param(
            {}, "", ("C", "rotation", "ROT-01"), ("B", "DSP-04"), id="it makes him new to everybody"
        ),
        pytest.param(
            {"gift_coupon": {"resets_tracking": False}},
            "",
            ("C", "designated", "OWN-03"),
            ("C", "DSP-01"),
            id="it resets nothing",
        ),
        pytest.param(
            {},
            f"2026-03-08 11:00 comes W0 phone={H} gift_coupon=K\n2026-03-08 11:10 leaves W0\n",
            ("C", "designated", "OWN-03"),
            ("C", "DSP-01"),
            id="it was somebody else's",
        ),
    ],
)
def test_a_gift_coupon_beside_a_lead_somebody_holds(
    policy: dict[str, Any], before: str, expected: tuple[str, str, str], whose: tuple[str, str]
) -> None:
    decided = told(
        CLAIMED
        + "2026-03-08 10:00 couponed K\n"
        + before
        + AB
        + f"""
10:00 comes W1 phone={G} gift_coupon=K
10:30 sells s1 year 3980.00 guest=W1 consultant=B
10:31 pays s1 3980.00 taken_by=B
""",
        {"designation": {"owned_lead": "designate"}, **policy},
    )
    one = decided["assignments"][-1]
    assert (one["consultant"], one["basis"], one["rule"]) == expected
    assert [(consultant, rule) for consultant, _amount, rule in credit(decided)] == [whose]


@pytest.mark.parametrize(
    ("text", "queue", "rules"),
    [
        pytest.param(
            AB + "10:00 comes W1\n10:01 comes W2\n10:02 comes W3 asks_for=A\n10:10 leaves W1",
            "W1>A:BA W2>B:AB W3>-:AB W3>A:AB",
            ["ROT-01", "ROT-01", "AMB-18", "OWN-03"],
            id="who waited for the one who becomes free is his",
        ),
        pytest.param(
            AB + "10:00 comes W1\n10:01 comes W2\n10:02 comes W3 asks_for=A\n10:10 leaves W2",
            "W1>A:BA W2>B:AB W3>-:AB W3>B:AB",
            ["ROT-01", "ROT-01", "AMB-18", "AMB-04"],
            id="who waited for another is received by a proxy",
        ),
        pytest.param(
            """
            21:00 opens A
            23:00 comes W1
            23:50 comes W2 asks_for=C
            2026-03-10 00:10 leaves W1
            """,
            "W1>A:A W2>-:A W2>A:A",
            ["ROT-01", "AMB-18", "ROT-01"],
            id="received after midnight he is nobody's any more",
        ),
        pytest.param(
            AB + "10:00 comes W1\n10:01 comes W2\n10:02 comes W3\n10:03 comes W4 asks_for=A\n10:10 leaves W1",
            "W1>A:BA W2>B:AB W3>-:AB W4>-:AB W3>A:BA",
            ["ROT-01", "ROT-01", "AMB-18", "AMB-18", "ROT-01"],
            id="who waits longer comes first, also before a guest of his own",
        ),
        pytest.param(
            "09:00 opens A\n10:00 comes W1 asks_for=B\n10:01 comes W2 came_with=W1",
            "W1>A:A W2>A:A",
            ["AMB-04", "AMB-04"],
            id="company of a guest with a proxy",
        ),
        pytest.param(
            "10:00 comes W1\n10:01 authorises M B\n10:02 comes W2 came_with=W1\n10:03 leaves W1\n10:04 comes W3 came_with=W2",
            "W1>-: W1>B: W2>B: W3>B:",
            ["AMB-18", "SHF-08", "SHF-08", "SHF-08"],
            id="company of a guest with somebody off duty, and company of that company",
        ),
        pytest.param(
            AB + "10:00 comes W1 asks_for=B\n10:01 comes W2 came_with=W1 business_card=A\n10:02 comes W3",
            "W1>B:AB W2>B:AB W3>A:BA",
            ["OWN-03", "OWN-03", "ROT-01"],
            id="company goes before what somebody shows himself",
        ),
        pytest.param(
            """
            09:00 opens A
            10:00 comes W1
            10:01 comes W2
            10:02 authorises M B guest=W2
            10:20 opens B
            10:21 comes W3
            10:30 leaves W2
            """,
            "W1>A:A W2>-:A W2>B:A W3>-:AB W3>B:AB",
            ["ROT-01", "AMB-18", "SHF-08", "AMB-18", "ROT-01"],
            id="who opens his shift with a guest stands in the queue and has a guest",
        ),
        pytest.param(
            """
            09:00 opens A
            10:00 comes W1
            10:01 comes W2
            10:02 comes W3
            10:03 authorises M B guest=W3
            10:04 authorises M C
            """,
            "W1>A:A W2>-:A W3>-:A W3>B:A W2>C:A",
            ["ROT-01", "AMB-18", "AMB-18", "SHF-08", "SHF-08"],
            id="a named guest or the one waiting longest",
        ),
        pytest.param(
            """
            09:00 opens A
            09:00 opens B
            09:10 comes W1
            09:11 comes W2
            09:12 comes W3 asks_for=C
            09:13 comes W4
            09:20 opens C
            """,
            "W1>A:BA W2>B:AB W3>-:AB W4>-:AB W3>C:ABC",
            ["ROT-01", "ROT-01", "AMB-18", "AMB-18", "OWN-03"],
            id="who opens his shift takes his own guest and keeps his turn",
        ),
    ],
)
def test_waiting_and_company(text: str, queue: str, rules: list[str]) -> None:
    decided = told(text)
    assert turns(decided) == queue
    assert [rule for _guest, _basis, rule in bases(decided)] == rules


@pytest.mark.parametrize(
    ("text", "policy", "expected"),
    [
        pytest.param(
            """
            09:00 opens A
            09:00 opens B
            09:00 opens C
            09:00 opens D
            09:10 comes G asks_for=B
            09:11 status A meal
            09:12 status C away
            09:20 comes W1
            09:30 leaves G
            09:31 comes W2
            """,
            {"rotation": {"busy_turn": "forfeit", "away_turn": "keep"}},
            "G>B:ABCD W1>D:ACBD W2>B:ACDB",
            id="only the busy one loses his turn",
        ),
        pytest.param(
            """
            09:00 opens A
            09:00 opens B
            09:00 opens C
            09:10 status A meal
            09:20 comes W1 asks_for=D
            09:21 comes W2
            """,
            {"proxy": {"consumes_turn": True}},
            "W1>B:ACB W2>C:BAC",
            id="a proxy's turn costs nobody else his",
        ),
        pytest.param(
            """
            09:00 opens A
            09:00 opens B
            09:00 opens C
            10:00 comes W1
            10:10 leaves W1
            10:20 status B meal
            10:30 comes W2
            10:31 leaves W2
            12:00 closes B acknowledged_by=C
            13:00 comes W3
            13:10 opens B
            13:11 comes W4
            """,
            {"rotation": {"start": "carry_over"}},
            "W1>A:BCA W2>C:ABC W3>A:CA W4>B:CAB",
            id="a place lost at a meal is the place carried over",
        ),
        pytest.param(
            """
            09:00 opens X
            09:01 opens A
            10:00 comes W1
            10:01 comes W2 asks_for=X
            """,
            {"rotation": {"kinds": ["outside"]}},
            "W1>X:X W2>-:X",
            id="only outside consultants take turns, and only they stand in",
        ),
        pytest.param(
            "09:00 opens A\n09:01 opens S\n10:00 comes W1\n10:01 comes W2\n10:02 comes W3 asks_for=S",
            {"rotation": {"kinds": ["inside", "outside"]}},
            "W1>A:A W2>-:A W3>S:A",
            id="a supervisor is neither, but receives who came for him",
        ),
    ],
)
def test_turns_by_policy(text: str, policy: dict[str, Any], expected: str) -> None:
    assert turns(told(text, policy)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            f"""
            2026-03-08 09:00 issues P consultant=B
            2026-03-08 10:00 opens A
            2026-03-08 10:00 opens B
            2026-03-08 10:10 comes W1 phone={G} trial_pass=P
            2026-03-08 10:20 leaves W1
            10:00 comes W2 phone={G} trial_pass=P
            """,
            ["designated", "designated"],
            id="its guest shows it again on another day",
        ),
        pytest.param(
            f"""
            09:00 issues P consultant=B
            09:00 opens A
            09:00 opens B
            10:00 comes W1 trial_pass=P
            10:05 leaves W1
            10:10 comes W2 phone={G} trial_pass=P
            """,
            ["designated", "rotation"],
            id="the first guest gave no phone, the next is another",
        ),
        pytest.param(
            f"""
            2026-03-08 09:00 sells s0 year 3980.00 phone={G}
            2026-03-08 09:01 pays s0 3980.00
            09:00 issues P consultant=B
            09:00 opens A
            09:00 opens B
            10:00 comes W1 phone={G} trial_pass=P
            10:05 leaves W1
            10:10 comes W2 phone={H} trial_pass=P
            """,
            ["rotation", "rotation"],
            id="a member has shown it first",
        ),
        pytest.param(
            f"""
            2026-03-08 09:00 issues P consultant=B valid_until=2026-03-08
            2026-03-08 21:00 opens A
            2026-03-08 21:00 opens B
            2026-03-08 23:59 comes W1 phone={G} trial_pass=P
            2026-03-09 00:00 leaves W1
            2026-03-09 00:00 comes W2 phone={G} trial_pass=P
            """,
            ["designated", "rotation"],
            id="its last day ends at midnight",
        ),
    ],
)
def test_whose_guest_a_pass_makes(text: str, expected: list[str]) -> None:
    assert [basis for _guest, basis, _rule in bases(told(text))] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            f"""
            09:00 opens A
            09:30 appoints B {G} 2026-03-09T15:00:00+08:00
            15:00 appoints B {G} 2026-03-09T15:00:00+08:00 reported_to=S
            15:00 comes W1 phone={G}
            """,
            ("B", "designated"),
            id="reported in the very minute he came, before him",
        ),
        pytest.param(
            f"""
            09:00 opens A
            09:30 appoints B {G} 2026-03-09T15:00:00+08:00
            15:00 comes W1 phone={G}
            15:00 appoints B {G} 2026-03-09T15:00:00+08:00 reported_to=S
            """,
            ("A", "proxy"),
            id="reported when he was there",
        ),
        pytest.param(
            f"09:00 opens A\n09:30 appoints X {G} 2026-03-09T15:00:00+08:00 reported_to=M\n15:00 comes W1 phone={G}",
            ("X", "designated"),
            id="an outside consultant without a shift is off duty too",
        ),
        pytest.param(
            f"09:00 opens A\n10:00 appoints B {G} 2026-03-09T09:30:00+08:00\n10:00 opens B\n15:00 comes W1 phone={G}",
            ("B", "designated"),
            id="written down when its hour was over, on its day",
        ),
        pytest.param(
            f"""
            2024-03-09 09:00 appoints B {G} 2026-03-09T09:30:00+08:00
            09:00 opens A
            09:00 opens B
            15:00 comes W1 phone={G}
            """.replace("2024-03-09", "2026-03-01"),
            ("B", "designated"),
            id="days ahead",
        ),
    ],
)
def test_whom_an_appointment_names(text: str, expected: tuple[str, str]) -> None:
    decided = told(text)
    assert (decided["assignments"][0]["consultant"], decided["assignments"][0]["basis"]) == expected
    assert refused(decided) == []


def test_the_format_refuses_no_appointment_and_no_roster_line() -> None:
    decided = told(
        f"""
        10:00 appoints B {G} 2026-03-01T09:30:00+08:00
        10:00 appoints B {G} 2029-03-01T09:30:00+08:00
        10:00 appoints B {G} 2026-03-09T09:30:00+08:00
        10:00 plans A 2026-03-01 early
        10:00 plans A 2026-03-09 early
        10:00 plans A 2026-03-09 late
        10:00 plans A 2026-03-09 late
        23:00 plans B 2026-03-09 early
        10:00 plans S 2030-03-09 early
        10:00 aims S 2025-03 0.00
        10:00 aims A 2026-03 1000.00
        10:00 aims A 2026-03 2000.00
        """.replace("23:00", "10:00")
    )
    assert decided["refusals"] == []


RESPONSE = {"claims": {"response_minutes": 15}}


@pytest.mark.parametrize(
    ("text", "policy", "codes", "holders"),
    [
        pytest.param(
            "2026-03-08 09:25 calls C {G} no_answer\n10:00 opens A", RESPONSE, [], ["C"], id="tried in time"
        ),
        pytest.param("2026-03-08 09:26 calls C {G} answered", RESPONSE, [], [], id="at the limit it is over"),
        pytest.param(
            "2026-03-08 09:25 calls A {G} answered\n10:00 opens A", RESPONSE, [], [], id="a colleague's call"
        ),
        pytest.param(
            "2026-03-08 09:26 opens A\n2026-03-08 09:26 claims A {G}",
            RESPONSE,
            [],
            ["A"],
            id="free at the limit",
        ),
        pytest.param(
            "2026-03-08 09:25 opens A\n2026-03-08 09:25 claims A {G}",
            RESPONSE,
            ["lead.already_claimed"],
            ["C"],
            id="held a minute before",
        ),
        pytest.param(
            "2026-03-14 23:59 claims C {G}",
            RESPONSE,
            ["lead.cooldown"],
            [],
            id="the cool-down began that day",
        ),
        pytest.param("2026-03-15 00:00 claims C {G}", RESPONSE, [], ["C"], id="seven days later he may"),
        pytest.param(
            """
            2026-03-08 09:20 closes C override_by=M reason=ill
            2026-03-10 09:00 opens C
            2026-03-10 09:05 opens A
            """,
            RESPONSE,
            [],
            ["C"],
            id="the clock stands while his shift is closed",
        ),
        pytest.param(
            """
            2026-03-08 09:20 closes C override_by=M reason=ill
            2026-03-10 09:00 opens C
            2026-03-10 09:06 opens A
            """,
            RESPONSE,
            [],
            [],
            id="and goes on with the next one",
        ),
        pytest.param(
            "2026-03-23 23:59 opens A\n2026-03-23 23:59 claims A {G}",
            {},
            ["lead.already_claimed"],
            ["C"],
            id="its last minute",
        ),
        pytest.param("2026-03-23 23:59 opens A\n2026-03-24 00:00 claims A {G}", {}, [], ["A"], id="midnight"),
        pytest.param("2026-03-24 00:00 claims C {G}", {}, ["lead.cooldown"], [], id="not the old holder"),
        pytest.param(
            "2026-03-24 00:00 claims C {G}", {"claims": {"cooldown_days": 0}}, [], ["C"], id="no cool-down"
        ),
        pytest.param(
            "2026-03-09 00:00 opens A",
            {"claims": {"protection_days": 1}},
            [],
            ["C"],
            id="one day of protection",
        ),
        pytest.param("2026-03-10 00:00 opens A", {"claims": {"protection_days": 1}}, [], [], id="is one day"),
        pytest.param(
            "2026-03-09 10:00 calls C {G} no_answer\n2026-03-09 10:00 opens A",
            {"claims": {"protection_days": 1}, "follow_up": {"effective_outcomes": ["no_answer"]}},
            [],
            ["C"],
            id="what is effective is the club's word",
        ),
        pytest.param(
            "2026-03-10 10:00 opens A",
            {"claims": {"protection_days": 1}, "follow_up": {"effective_outcomes": ["no_answer"]}},
            [],
            [],
            id="nobody called",
        ),
        pytest.param(
            "2026-03-08 10:00 captures C {H}\n2026-03-08 10:01 claims C {H}",
            {"claims": {"max_open": 1}},
            ["lead.limit"],
            ["C"],
            id="one at a time",
        ),
        pytest.param(
            "2026-03-08 10:00 captures C {H}\n2026-03-24 00:00 claims C {H}",
            {"claims": {"max_open": 1}},
            [],
            ["C"],
            id="the ended one is not open",
        ),
        pytest.param(
            "2026-03-08 10:00 captures C {H}\n2026-03-08 23:59 claims C {H}\n2026-03-09 00:00 claims C {H}",
            {"claims": {"max_per_day": 1, "response_minutes": 15}},
            ["lead.daily_limit"],
            ["C"],
            id="the day counts ended ones too, and ends at midnight",
        ),
        pytest.param(
            "2026-03-08 10:00 captures C {H}\n2026-03-08 10:01 claims C {H}\n2026-03-08 10:02 claims C 13700137000",
            {"claims": {"max_per_day": 0, "max_open": 0}},
            ["lead.unknown"],
            ["C", "C"],
            id="nought is no limit",
        ),
        pytest.param("2026-03-08 10:01 claims C {G}", {}, ["lead.already_claimed"], ["C"], id="his own"),
    ],
)
def test_claims(text: str, policy: dict[str, Any], codes: list[str], holders: list[str]) -> None:
    decided = told(CLAIMED + text.replace("{G}", G).replace("{H}", H), policy)
    assert refused(decided) == codes
    assert [claim["holder"] for claim in decided["claims"]] == holders


def test_claims_stand_in_the_order_of_claiming() -> None:
    decided = told(
        f"""
        08:00 captures A {H}
        08:00 captures A {G}
        09:00 claims X {H}
        09:00 claims Y {G}
        10:00 calls X {H} answered
        2026-03-10 10:00 calls X {H} met channel=meeting
        """
    )
    assert decided["claims"] == [
        {"holder": "X", "phone": "+8613900139000", "until": "2026-03-25"},
        {"holder": "Y", "phone": "+8613800138000", "until": "2026-03-24"},
    ]


SOLD = f"""
10:00 comes W1 phone={G}
10:30 sells s1 any 1000.00 guest=W1 consultant=B
10:31 pays s1 1000.00 taken_by=B
"""


@pytest.mark.parametrize(
    ("text", "policy", "expected"),
    [
        pytest.param(
            f"2026-03-08 09:00 calls X {G} answered" + AB + SOLD,
            {"credit": {"outside_share_bp": 5000}},
            [("X", "500.00", "DSP-06"), ("B", "500.00", "DSP-06")],
            id="half and half",
        ),
        pytest.param(
            f"2026-03-08 09:00 calls X {G} answered" + AB + SOLD,
            {"credit": {"outside_share_bp": 10000}},
            [("X", "1000.00", "DSP-06")],
            id="all of it outside",
        ),
        pytest.param(
            f"2026-03-08 09:00 calls X {G} answered" + AB + SOLD,
            {"credit": {"outside_share_bp": 0}},
            [("B", "1000.00", "DSP-06")],
            id="nothing of it outside",
        ),
        pytest.param(
            f"2025-12-01 09:00 calls X {G} answered".replace("2025-12-01", "2026-03-01") + AB + SOLD,
            {"follow_up": {"valid_days": 7}},
            [("B", "1000.00", "DSP-03")],
            id="eight days old where seven count",
        ),
        pytest.param(
            f"2026-03-02 00:00 calls X {G} answered" + AB + SOLD,
            {"follow_up": {"valid_days": 7}},
            [("X", "700.00", "DSP-06"), ("B", "300.00", "DSP-06")],
            id="seven days old where seven count",
        ),
        pytest.param(
            f"2026-03-01 00:00 calls X {G} answered" + AB + SOLD,
            {"follow_up": {"valid_days": 0}},
            [("X", "700.00", "DSP-06"), ("B", "300.00", "DSP-06")],
            id="nought is no limit of days",
        ),
        pytest.param(
            f"2026-03-08 09:00 calls X {G} answered\n2026-03-08 09:01 calls Y {G} no_answer" + AB + SOLD,
            {"follow_up": {"effective_outcomes": ["no_answer"]}},
            [("Y", "700.00", "DSP-06"), ("B", "300.00", "DSP-06")],
            id="what is effective is the club's word",
        ),
        pytest.param(
            f"2026-03-01 09:00 calls X {G} answered\n2026-03-05 09:00 calls Y {G} answered\n"
            f"2026-03-06 09:00 calls X {G} answered" + AB + SOLD,
            {"follow_up": {"valid_days": 5}},
            [("Y", "700.00", "DSP-06"), ("B", "300.00", "DSP-06")],
            id="contacts before the window begin nothing",
        ),
        pytest.param(
            f"2026-03-08 09:00 calls X {G} answered\n2026-03-08 10:00 opens X"
            + AB
            + SOLD.replace("consultant=B", "consultant=X").replace("taken_by=B", "taken_by=X"),
            {},
            [("X", "1000.00", "DSP-06")],
            id="who followed up and received has all of it",
        ),
        pytest.param(
            f"2026-03-08 09:00 calls X {G} answered\n2026-03-08 10:00 opens Y"
            + AB
            + SOLD.replace("consultant=B", "consultant=Y").replace("taken_by=B", "taken_by=Y"),
            {},
            [("X", "700.00", "DSP-06"), ("Y", "300.00", "DSP-06")],
            id="the receiver may be outside too",
        ),
        pytest.param(
            f"2026-03-08 09:00 calls X {G} answered" + AB + SOLD.replace("taken_by=B", "taken_by=F"),
            {},
            [("X", "700.00", "DSP-06"), ("B", "300.00", "DSP-06")],
            id="a clerk took the money",
        ),
        pytest.param(
            f"2026-03-08 09:00 calls X {G} answered\n09:00 opens A"
            + SOLD.replace("phone", "asks_for=C phone").replace("=B", "=A"),
            {"proxy": {"share_bp": 2000}},
            [("C", "800.00", "DSP-01"), ("A", "200.00", "DSP-01")],
            id="designated goes before a record",
        ),
        pytest.param(
            f"2026-03-08 09:00 calls X {G} answered\n09:00 opens A"
            + SOLD.replace("phone", "asks_for=C phone")
            .replace("=B", "=A")
            .replace("10:31 pays", "2026-03-10 10:31 pays"),
            {"proxy": {"share_bp": 2000}},
            [("X", "700.00", "DSP-06"), ("A", "300.00", "DSP-06")],
            id="paid the day after, it is the record's",
        ),
        pytest.param(
            "09:00 opens A\n10:00 comes W1 asks_for=C\n10:30 sells s1 any 1000.00 guest=W1 consultant=A\n"
            "10:31 pays s1 100.00 taken_by=A\n2026-03-10 10:00 pays s1 900.00 taken_by=B",
            {"proxy": {"share_bp": 2000}},
            [
                ("C", "80.00", "DSP-01"),
                ("A", "20.00", "DSP-01"),
                ("C", "720.00", "DSP-01"),
                ("A", "180.00", "DSP-01"),
            ],
            id="the first receipt decides for all of them",
        ),
        pytest.param(
            f"2026-03-08 08:00 sells s0 year 3980.00 phone={G}\n2026-03-08 08:01 pays s0 3980.00 taken_by=A\n"
            f"2026-03-08 09:00 calls X {G} answered" + AB + SOLD,
            {},
            [("A", "3980.00", "DSP-02"), ("B", "1000.00", "DSP-02")],
            id="a member's record splits nothing",
        ),
        pytest.param(
            f"2026-03-08 09:00 calls X {G} answered"
            + AB
            + SOLD.replace("guest=W1", f"phone={G}").replace("10:31 pays", "2026-03-24 10:31 pays"),
            {},
            [("B", "1000.00", "DSP-03")],
            id="without a visit that day the record is measured to the money",
        ),
        pytest.param(
            f"2026-03-08 09:00 calls X {G} answered"
            + AB
            + SOLD.replace("10:31 pays", "2026-03-31 10:31 pays"),
            {},
            [("X", "700.00", "DSP-06"), ("B", "300.00", "DSP-06")],
            id="at a visit it is measured to the visit, whenever he pays",
        ),
        pytest.param(
            "09:00 opens B\n09:30 comes W0\n10:00 comes W1 phone={G}\n10:05 calls X {G} answered\n10:10 leaves W0\n"
            "10:30 sells s1 any 1000.00 phone={G} consultant=B\n10:31 pays s1 1000.00 taken_by=B".replace(
                "{G}", G
            ),
            {},
            [("B", "1000.00", "DSP-03")],
            id="written while he waited, it is too late",
        ),
    ],
)
def test_shares(text: str, policy: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    decided = told(text.replace("year 3980.00 phone", "year 3980.00 phone"), policy)
    found = credit(decided)
    if expected[0][2] == "DSP-02":
        found = [(found[0][0], found[0][1], "DSP-02"), *found[1:]]  # the first sale made the member
    assert found == expected


FRIENDS = f"""
2026-03-08 10:00 calls X {G} answered
09:00 opens B
10:00 comes W1 phone={G}
10:05 comes W2 phone={H} came_with=W1
"""


@pytest.mark.parametrize(
    ("more", "buyer", "friend", "expected"),
    [
        pytest.param(
            "",
            "W1",
            {"tracked_guest": "receiver"},
            [("B", "1000.00", "DSP-03")],
            id="his own goes to the receiver",
        ),
        pytest.param(
            "",
            "W2",
            {"tracked_guest": "receiver", "friend_tracker_bp": 2500},
            [("X", "250.00", "DSP-07"), ("B", "750.00", "DSP-07")],
            id="the friend's a quarter to the tracker",
        ),
        pytest.param(
            "",
            "W2",
            {"friend_tracker_bp": 10000},
            [("X", "1000.00", "DSP-07")],
            id="the friend's all to the tracker",
        ),
        pytest.param(
            f"2026-03-08 11:00 calls Y {H} met channel=meeting",
            "W2",
            {"friend_tracker_bp": 2500},
            [("Y", "700.00", "DSP-06"), ("B", "300.00", "DSP-06")],
            id="a friend with a record of his own",
        ),
    ],
)
def test_a_tracked_guest_brings_a_friend(
    more: str, buyer: str, friend: dict[str, Any], expected: list[tuple[str, str, str]]
) -> None:
    decided = told(
        FRIENDS.replace("09:00 opens B", more + "\n09:00 opens B")
        + f"10:30 sells s1 any 1000.00 guest={buyer} consultant=B\n10:31 pays s1 1000.00 taken_by=B",
        {"credit": {"tracked_friend": friend}},
    )
    assert credit(decided) == expected


def test_a_tracked_guest_alone_is_split_whatever_holds_for_friends() -> None:
    decided = told(
        f"2026-03-08 09:00 calls X {G} answered" + AB + SOLD,
        {"credit": {"tracked_friend": {"tracked_guest": "receiver"}}},
    )
    assert credit(decided) == [("X", "700.00", "DSP-06"), ("B", "300.00", "DSP-06")]


BUYS = f"""
{{day}} 10:00 buys s1 year 3980.00 {G}
{{day}} 10:05 pays s1 3980.00 method=online{{paid}}
"""


@pytest.mark.parametrize(
    ("before", "day", "paid", "expected"),
    [
        pytest.param(CLAIMED, "2026-03-09", "", "C", id="the holder of the lead"),
        pytest.param(CLAIMED, "2026-03-23", "", "C", id="on its last day"),
        pytest.param(CLAIMED, "2026-03-24", "", None, id="the day after nobody"),
        pytest.param(
            CLAIMED + f"2026-03-08 10:00 calls X {G} answered\n",
            "2026-03-09",
            "",
            "C",
            id="a claim before a record",
        ),
        pytest.param(
            CLAIMED + f"2026-03-20 10:00 calls X {G} answered\n",
            "2026-03-24",
            "",
            "X",
            id="a record where no claim is",
        ),
        pytest.param(
            f"2026-03-01 10:00 calls X {G} answered\n", "2026-03-16", "", "X", id="a record of fifteen days"
        ),
        pytest.param(
            f"2026-03-01 10:00 calls X {G} answered\n", "2026-03-17", "", None, id="a record of sixteen days"
        ),
        pytest.param(
            f"2026-03-09 10:02 calls X {G} answered\n".replace("10:02", "09:59"),
            "2026-03-09",
            " paid_at=2026-03-09T09:59:00+08:00",
            None,
            id="written in the minute of the money",
        ),
        pytest.param(
            f"2026-03-08 10:00 calls A {G} answered\n", "2026-03-09", "", None, id="an inside record"
        ),
        pytest.param(
            CLAIMED,
            "2026-03-24",
            " paid_at=2026-03-23T23:59:00+08:00",
            "C",
            id="the success time counts, not the line's",
        ),
        pytest.param(
            CLAIMED
            + f"2026-03-08 09:30 sells s0 year 3980.00 phone={G} consultant=C\n2026-03-08 09:31 pays s0 3980.00\n",
            "2026-03-09",
            "",
            "C",
            id="a member's too",
        ),
    ],
)
def test_bought_on_the_website(before: str, day: str, paid: str, expected: str | None) -> None:
    decided = told(before + BUYS.format(day=day, paid=paid))
    mine = [one for one in decided["credits"] if one["sale"] == "s1"]
    if expected is None:
        assert mine == []
        assert decided["house"] == [{"sale": "s1", "amount": "3980.00"}]
    else:
        assert [(one["consultant"], one["amount"], one["rule"]) for one in mine] == [
            (expected, "3980.00", "RCV-08")
        ]
        assert decided["house"] == []


@pytest.mark.parametrize(
    ("zone", "called", "came", "split"),
    [
        # New York springs forward on 2026-03-08: that day has 23 hours.
        pytest.param(
            "America/New_York", "2026-03-07T00:30:00-05:00", "2026-03-08T23:30:00-04:00", True, id="47 hours"
        ),
        pytest.param(
            "America/New_York",
            "2026-03-07T23:59:00-05:00",
            "2026-03-09T00:00:00-04:00",
            False,
            id="a day and a minute",
        ),
        pytest.param(
            "Asia/Shanghai",
            "2026-03-06T16:00:00+00:00",
            "2026-03-08T15:59:00+00:00",
            True,
            id="in another offset",
        ),
    ],
)
def test_days_are_the_clubs(zone: str, called: str, came: str, split: bool) -> None:
    lines = [
        {"at": called, "type": "follow_up", "by": "X", "phone": G, "channel": "call", "outcome": "answered"},
        {"at": came, "type": "guest_arrived", "guest": "W1", "phone": G},
        {
            "at": came,
            "type": "sale_opened",
            "sale": "s1",
            "card_type": "any",
            "price": "1000.00",
            "kind": "new",
            "guest": "W1",
            "consultant": "A",
        },
        {"at": came, "type": "receipt", "sale": "s1", "amount": "1000.00", "method": "cash"},
    ]
    decided = told("2026-03-31 10:00 opens X", {"follow_up": {"valid_days": 1}}, first=lines, timezone=zone)
    assert [consultant for consultant, _amount, _rule in credit(decided)] == (["X", "A"] if split else ["A"])


@pytest.mark.parametrize(
    ("text", "policy", "expected"),
    [
        pytest.param(
            """
            21:00 opens B
            23:00 comes W0
            23:50 comes W1 phone={G}
            2026-03-10 00:05 calls X {G} answered
            2026-03-10 00:10 leaves W0
            2026-03-10 00:15 sells s1 any 1000.00 phone={G} consultant=B
            2026-03-10 00:20 pays s1 1000.00 taken_by=B
            """,
            {},
            [("X", "700.00", "DSP-06"), ("B", "300.00", "DSP-06")],
            id="who came yesterday has not come today: the money's own time counts",
        ),
        pytest.param(
            """
            21:00 opens B
            23:00 comes W0
            23:50 comes W1 phone={G}
            2026-03-10 00:05 calls X {G} answered
            2026-03-10 00:10 leaves W0
            2026-03-10 00:15 sells s1 any 1000.00 guest=W1 consultant=B
            2026-03-10 00:20 pays s1 1000.00 taken_by=B
            """,
            {},
            [("B", "1000.00", "DSP-03")],
            id="of the guest himself his arrival counts, also yesterday's",
        ),
        pytest.param(
            """
            09:00 opens A
            10:00 comes W0
            10:01 comes W1 phone={G} asks_for=C
            10:02 comes W2 phone={G} asks_for=B
            10:10 leaves W0
            10:30 sells s1 any 1000.00 phone={G} consultant=A
            10:31 pays s1 1000.00 taken_by=A
            """,
            {},
            [("B", "1000.00", "DSP-01")],
            id="the latest arrival is the one that came last, not the one received last",
        ),
        pytest.param(
            """
            2026-03-08 09:00 opens C
            2026-03-08 09:10 captures C {G}
            2026-03-08 09:11 claims C {G}
            2026-03-08 09:12 calls X {G} answered
            10:00 comes W1 phone={G}
            10:30 sells s1 any 1000.00 guest=W1 consultant=A
            10:31 pays s1 1000.00 taken_by=A
            """,
            {"designation": {"owned_lead": "designate"}},
            [("C", "1000.00", "DSP-01")],
            id="a held lead goes before a record",
        ),
        pytest.param(
            """
            2026-03-08 09:00 opens C
            2026-03-08 09:10 captures C {G}
            2026-03-08 09:11 claims C {G}
            10:00 comes W1 phone={G}
            10:30 sells s1 any 1000.00 guest=W1 consultant=A
            2026-03-10 10:31 pays s1 1000.00 taken_by=A
            """,
            {"designation": {"owned_lead": "designate"}},
            [("A", "1000.00", "DSP-03")],
            id="a held lead designates for the day",
        ),
        pytest.param(
            """
            2026-03-08 09:00 calls X {G} answered
            2026-03-08 09:00 couponed K
            09:00 opens A
            10:00 comes W1 phone={G} gift_coupon=K
            10:30 sells s1 any 1000.00 guest=W1 consultant=A
            2026-03-12 10:31 pays s1 1000.00 taken_by=A
            """,
            {},
            [("A", "1000.00", "DSP-04")],
            id="a coupon's guest may pay later",
        ),
        pytest.param(
            """
            2026-03-08 09:00 calls X {G} answered
            09:00 opens A
            10:00 comes W1 phone={G}
            10:30 sells s1 towel 100.00 guest=W1 consultant=A kind=goods
            10:31 pays s1 100.00 taken_by=A
            10:32 sells s2 any 1000.00 guest=W1 consultant=A
            10:33 pays s2 1.00 taken_by=A
            10:34 sells s3 any 1000.00 guest=W1 consultant=A
            10:35 pays s3 1000.00 taken_by=A
            10:36 pays s2 999.00 taken_by=A
            10:37 sells s4 any 10.00 guest=W1 consultant=A
            10:38 pays s4 10.00 taken_by=A
            """,
            {},
            [
                ("X", "70.00", "DSP-06"),
                ("A", "30.00", "DSP-06"),
                ("X", "0.70", "DSP-06"),
                ("A", "0.30", "DSP-06"),
                ("X", "700.00", "DSP-06"),
                ("A", "300.00", "DSP-06"),
                ("X", "699.30", "DSP-06"),
                ("A", "299.70", "DSP-06"),
                ("A", "10.00", "DSP-02"),
            ],
            id="goods make no member, a deposit neither, and shares once decided hold",
        ),
        pytest.param(
            """
            2026-03-08 09:00 calls X {G} answered
            09:00 opens A
            10:00 comes W1 phone={G}
            10:30 sells s1 any 1000.00 guest=W1 consultant=A
            10:31 pays s1 333.33 taken_by=A
            10:32 pays s1 333.33 taken_by=A
            10:33 refunds s1 100.05
            """,
            {"credit": {"basis": "contract_at_first_receipt"}},
            [
                ("X", "700.00", "DSP-06"),
                ("A", "300.00", "DSP-06"),
                ("X", "-70.04", "DSP-06"),
                ("A", "-30.01", "DSP-06"),
            ],
            id="the whole price at once, split",
        ),
    ],
)
def test_shares_over_days_and_receipts(
    text: str, policy: dict[str, Any], expected: list[tuple[str, str, str]]
) -> None:
    assert credit(told(text.replace("{G}", G), policy)) == expected


@pytest.mark.parametrize(
    ("text", "policy", "expected"),
    [
        pytest.param(
            """
            08:00 appoints B {G} 2026-03-09T15:00:00+08:00 reported_to=S
            08:01 appoints B {H} 2026-03-09T15:10:00+08:00 reported_to=S
            09:00 opens A
            10:00 comes W0
            15:00 comes W1 phone={G}
            15:10 comes W2 phone={H}
            15:20 leaves W1
            """,
            {},
            "W0>A:A W1>B:A W2>-:A W2>B:A",
            id="off duty he takes his next announced guest when the first has gone",
        ),
        pytest.param(
            """
            08:00 appoints B {G} 2026-03-09T15:00:00+08:00 reported_to=S
            09:00 opens A
            09:00 opens B
            14:00 status B meal
            15:00 comes W1 phone={G}
            """,
            {},
            "W1>A:AB",
            id="at a meal he is not off duty: a proxy",
        ),
        pytest.param(
            """
            09:00 opens A
            09:00 opens B
            09:00 opens C
            10:00 comes W1
            10:01 comes W2
            10:02 comes W3
            10:03 comes W4
            10:10 leaves W2
            """,
            {"rotation": {"busy_turn": "forfeit"}},
            "W1>A:BCA W2>B:CAB W3>C:ABC W4>-:ABC W4>B:CAB",
            id="who is still busy when a waiting guest is received loses his turn by policy",
        ),
        pytest.param(
            """
            2026-03-08 09:00 opens A
            2026-03-08 09:01 opens B
            2026-03-08 10:00 comes W1
            2026-03-08 10:10 leaves W1
            2026-03-08 22:00 closes A
            2026-03-08 22:00 closes B
            2026-03-09 08:00 opens C
            2026-03-09 09:00 opens A
            2026-03-09 09:01 opens B
            10:00 comes W2
            """,
            {"rotation": {"start": "carry_over"}},
            "W1>A:BA W2>B:ACB",
            id="carried over night: A had his turn, C never stood here and joined behind him",
        ),
        pytest.param(
            """
            2026-03-08 09:00 opens A
            2026-03-08 09:01 opens B
            2026-03-08 22:00 closes A
            2026-03-08 22:00 closes B
            2026-03-09 09:00 opens B
            2026-03-09 09:01 opens A
            10:00 comes W2
            """,
            {},
            "W2>B:AB",
            id="every day begins with who comes first",
        ),
        pytest.param(
            "09:00 opens A\n10:00 comes W1 asks_for=M\n10:01 leaves W1\n10:02 comes W2 business_card=S",
            {},
            "W1>A:A W2>A:A",
            id="a supervisor's guest while he is not here",
        ),
    ],
)
def test_who_receives(text: str, policy: dict[str, Any], expected: str) -> None:
    assert turns(told(text.replace("{G}", G).replace("{H}", H), policy)) == expected


@pytest.mark.parametrize(("day", "codes"), [("2026-03-15", ["lead.cooldown"]), ("2026-03-16", [])])
def test_a_silence_over_midnight_starts_the_cool_down_on_its_own_day(day: str, codes: list[str]) -> None:
    decided = told(
        f"""
        2026-03-08 23:00 captures C {G}
        2026-03-08 23:10 opens C
        2026-03-08 23:50 claims C {G}
        {day} 10:00 claims C {G}
        """,
        RESPONSE,
    )
    assert refused(decided) == codes


def test_live_claims_stand_in_the_tables_too() -> None:
    decided = told(CLAIMED)
    shown = {table.title: table for table in as_tables(decided)}
    assert [list(column.cells) for column in shown["claims"].columns] == [
        ["+8613800138000"],
        ["C"],
        ["2026-03-23"],
    ]


@pytest.mark.parametrize(("clock", "holders"), [("12:14", ["X"]), ("12:15", [])])
def test_the_response_clock_of_who_claims_without_a_shift_starts_with_his_shift(
    clock: str, holders: list[str]
) -> None:
    decided = told(
        f"""
        10:00 captures X {G}
        10:00 claims X {G}
        12:00 opens X
        {clock} opens A
        """,
        RESPONSE,
    )
    assert [claim["holder"] for claim in decided["claims"]] == holders
