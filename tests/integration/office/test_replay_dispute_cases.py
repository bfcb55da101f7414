"""Disputes in short: who may open one and when, who may rule, and what is posted (DSP-08, DSP-10, AMB-12)."""

from typing import Any

import pytest

from tests.integration.office.history import line, refused, told

pytestmark = pytest.mark.usefixtures("session")

P = "13800138000"
CALLED = f"2026-03-03 10:00 calls A {P} answered\n"
SOLD = f"""
2026-03-07 10:30 sells s any 4000.00 phone={P} consultant=B
2026-03-07 10:31 pays s 4000.00 taken_by=B
"""
DISPUTED = CALLED + SOLD + "2026-03-07 12:00 disputes A s\n"
# B's credit came and went.
HELD = ["B 4000.00 DSP-03 03", "B -4000.00 DSP-10 03"]


def booked(decided: dict[str, Any]) -> list[str]:
    """Every posting in short: who, how much, by which rule, in which month."""
    return [f"{c['consultant']} {c['amount']} {c['rule']} {c['month'][-2:]}" for c in decided["credits"]]


TOUCHES = {
    "captured the lead": f"2026-03-05 10:00 captures C {P}",
    "captured it again": f"2026-03-04 09:00 captures B {P}\n2026-03-05 10:00 captures C {P}",
    "claimed it": f"2026-03-05 09:00 captures R {P}\n2026-03-05 10:00 claims X {P}",
    "called": f"2026-03-05 10:00 calls C {P} answered",
    "called in vain": f"2026-03-05 10:00 calls C {P} no_answer",
    "called long ago": f"2026-03-02 10:00 calls C {P} switched_off",
    "in the same minute": f"2026-03-07 10:31 calls C {P} no_answer",
    "appointed": f"2026-03-05 10:00 appoints C {P} 2026-03-09T10:00:00+08:00",
    "received": f"2026-03-05 09:00 opens C\n2026-03-05 10:00 comes V phone={P}\n2026-03-05 11:00 leaves V",
    "named": f"2026-03-05 09:00 opens B\n2026-03-05 10:00 comes V phone={P} asks_for=C",
    "showed a card": f"2026-03-05 10:00 comes V phone={P} business_card=C",
    "showed a pass": f"2026-03-04 10:00 issues T consultant=C\n2026-03-05 10:00 comes V phone={P} trial_pass=T",
    "showed a pass out of date": f"""
2026-03-04 10:00 issues T consultant=C valid_until=2026-03-04
2026-03-05 10:00 comes V phone={P} trial_pass=T""",
}


@pytest.mark.parametrize("touch", TOUCHES.values(), ids=TOUCHES.keys())
def test_who_had_to_do_with_the_buyer_may_argue(touch: str) -> None:
    who = "X" if "claims X" in touch else "C"
    order = sorted((touch + SOLD).strip().splitlines(), key=lambda text: text[:16])
    decided = told("\n".join([*order, f"2026-03-07 12:00 disputes {who} s"]))
    assert refused(decided) == []
    assert booked(decided) == HELD


NO_TOUCHES = {
    "nothing": "",
    "another guest": "2026-03-05 10:00 captures C 13900139000",
    "a pass nobody showed": "2026-03-04 10:00 issues T consultant=C",
    "a pass another guest showed": """
2026-03-04 10:00 issues T consultant=C
2026-03-05 10:00 comes V phone=13900139000 trial_pass=T""",
    "after the money": f"2026-03-07 10:32 calls C {P} answered",
    "a link to pay by": "2026-03-07 10:30 links C s",
    "the guest's friend": "2026-03-05 09:00 opens C\n2026-03-05 10:00 comes V phone=13900139000",
}


@pytest.mark.parametrize("touch", NO_TOUCHES.values(), ids=NO_TOUCHES.keys())
def test_who_had_not_may_not(touch: str) -> None:
    order = sorted((SOLD + touch).strip().splitlines(), key=lambda text: text[:16])
    decided = told("\n".join([*order, "2026-03-07 12:00 disputes C s"]))
    assert refused(decided) == ["dispute.no_touch"]
    assert booked(decided) == HELD[:1]


def test_who_sells_nothing_may_not_argue() -> None:
    text = f"2026-03-05 10:00 captures R {P}\n2026-03-05 10:01 captures S {P}" + SOLD
    decided = told(text + "2026-03-07 12:00 disputes R s\n2026-03-07 12:00 disputes S s")
    assert refused(decided) == ["dispute.no_touch"] * 2


def test_a_guest_without_a_phone_is_known_by_his_visit() -> None:
    decided = told(
        """
        2026-03-07 09:00 opens A
        2026-03-07 09:05 opens B
        2026-03-07 10:00 comes G asks_for=A
        2026-03-07 10:30 sells s any 4000.00 guest=G consultant=B
        2026-03-08 10:31 pays s 4000.00 taken_by=B
        2026-03-08 12:00 disputes A s
        2026-03-08 12:01 disputes B s
        """
    )
    assert refused(decided) == ["dispute.no_touch"]  # of B, who came in when A had opened his


@pytest.mark.parametrize(
    ("paid", "opened", "days", "may"),
    [
        ("2026-03-07 10:31", "2026-03-07 10:31", 7, True),
        ("2026-03-07 10:31", "2026-03-14 23:59", 7, True),
        ("2026-03-07 10:31", "2026-03-15 00:00", 7, False),
        ("2026-03-07 00:00", "2026-03-14 23:59", 7, True),
        ("2026-03-07 23:59", "2026-03-15 00:00", 7, False),
        ("2026-03-07 10:31", "2026-03-08 23:59", 1, True),
        ("2026-03-07 10:31", "2026-03-09 00:00", 1, False),
        ("2026-03-07 10:31", "2027-03-09 00:00", 0, True),
    ],
)
def test_the_window(paid: str, opened: str, days: int, may: bool) -> None:
    text = f"{CALLED}2026-03-06 12:00 sells s any 4000.00 phone={P} consultant=B\n{paid} pays s 4000.00\n"
    decided = told(text + f"{opened} disputes A s", {"dispute": {"window_days": days}})
    assert refused(decided) == ([] if may else ["dispute.window"])


@pytest.mark.parametrize(("opened", "may"), [("2026-03-14 12:00", True), ("2026-03-15 12:00", False)])
def test_the_window_begins_with_the_first_receipt(opened: str, may: bool) -> None:
    text = f"""{CALLED}
    2026-03-07 10:30 sells s any 4000.00 phone={P} consultant=B
    2026-03-07 10:31 pays s 200.00
    2026-03-13 10:31 pays s 3800.00
    {opened} disputes A s
    """
    assert refused(told(text)) == ([] if may else ["dispute.window"])


@pytest.mark.parametrize(("day", "may"), [("2026-03-14", True), ("2026-03-15", False)])
def test_an_online_receipt_is_of_the_day_it_was_paid(day: str, may: bool) -> None:
    text = f"""{CALLED}
    2026-03-07 20:00 sells s any 4000.00 phone={P} consultant=B
    2026-03-07 20:01 links B s
    2026-03-08 00:05 pays s 4000.00 method=online paid_at=2026-03-07T23:50:00+08:00
    {day} 12:00 disputes A s
    """
    assert refused(told(text)) == ([] if may else ["dispute.window"])


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        # A sale that was refused does not exist.
        ("10:00 sells s year 3900.00 consultant=B\n10:01 disputes A s", ["sale.discount", "sale.unknown"]),
        ("10:00 sells s year 3900.00 consultant=B\n10:01 confirms M s", ["sale.discount", "sale.unknown"]),
        # Before the first receipt there is no window, whoever asks.
        (f"10:00 calls A {P} met\n10:00 sells s any 9.00 phone={P}\n10:01 disputes A s", ["dispute.window"]),
        ("10:00 sells s any 9.00\n10:01 disputes C s", ["dispute.window"]),
        # The window comes before the touch, the touch before the case that runs.
        (DISPUTED + "2026-03-15 10:00 disputes C s", ["dispute.window"]),
        (DISPUTED + "2026-03-14 10:00 disputes C s", ["dispute.no_touch"]),
        (DISPUTED + "2026-03-14 10:00 disputes A s", ["dispute.open"]),
        (DISPUTED + "2026-03-15 10:00 disputes A s", ["dispute.window"]),
        # Only what is open is ruled, and once.
        (CALLED + SOLD + "2026-03-08 10:00 confirms M s", ["dispute.not_open"]),
        (CALLED + SOLD + "2026-03-08 10:00 rules C s A:1 reason=", ["dispute.not_open"]),
        (DISPUTED + "2026-03-08 10:00 confirms M s\n2026-03-08 10:00 confirms M s", ["dispute.not_open"]),
        (DISPUTED + "2026-03-08 10:00 confirms S s\n2026-03-08 10:00 confirms M s", ["dispute.not_open"]),
        # Not open before party, party before role, role before reason, reason before shares.
        (DISPUTED + "2026-03-08 10:00 rules A s A:1 reason=", ["dispute.party"]),
        (DISPUTED + "2026-03-08 10:00 rules B s A:1 reason=", ["dispute.party"]),
        (DISPUTED + "2026-03-08 10:00 rules C s C:10000 reason=", ["dispute.party"]),
        (DISPUTED + "2026-03-08 10:00 rules C s A:1 reason=", ["dispute.role"]),
        (DISPUTED + "2026-03-08 10:00 rules M s A:1 reason=", ["dispute.reason"]),
        (DISPUTED + "2026-03-08 10:00 rules M s A:1", ["dispute.shares"]),
        (DISPUTED + "2026-03-08 10:00 rules M s A:5000,R:5000", ["dispute.shares"]),
        (DISPUTED + "2026-03-08 10:00 rules M s A:5000,M:5000", ["dispute.party"]),
        (DISPUTED + "2026-03-08 10:00 rules M s A:10000,R:0", []),
        (DISPUTED + "2026-03-08 10:00 rules S s A:5000,B:5000", []),
        (DISPUTED + "2026-03-08 10:00 rules S s A:5000,B:5000 reason=", ["dispute.reason"]),
        # A refused ruling changes nothing; the next one may be right.
        (DISPUTED + "2026-03-08 10:00 rules M s A:1\n2026-03-08 10:00 confirms M s", ["dispute.shares"]),
        # After a ruling a history may open a case anew, also with a party of the last one.
        (DISPUTED + "2026-03-08 10:00 confirms M s\n2026-03-08 11:00 disputes A s", []),
    ],
)
def test_what_is_refused_and_in_which_order(text: str, codes: list[str]) -> None:
    decided = told(
        text + "\n2026-04-01 00:00 captures C 13700137000\n2026-04-01 00:00 captures R 13700137000"
    )
    assert refused(decided) == codes


ROLES = {
    "S": "supervisor",
    "M": "club_manager",
    "SD": "sales_director",
    "GM": "general_manager",
    "DGM": "deputy_gm",
}


@pytest.mark.parametrize("final_role", ROLES.values())
@pytest.mark.parametrize("by", ROLES)
def test_the_final_role_or_a_supervisor_rules(final_role: str, by: str) -> None:
    decided = told(
        DISPUTED + f"2026-03-08 10:00 rules {by} s A:10000", {"dispute": {"final_role": final_role}}
    )
    may = by == "S" or ROLES[by] == final_role
    assert refused(decided) == ([] if may else ["dispute.role"])
    assert booked(decided) == [*HELD, *(["A 4000.00 DSP-10 03"] if may else [])]


def test_a_supervisor_who_sells_is_a_party_of_his_own_cases() -> None:
    seller = line("00:00", "staff", "2026-03-01", code="L", name="L", role="supervisor", kind="inside")
    text = f"2026-03-03 10:00 calls L {P} answered" + SOLD + "2026-03-07 12:00 disputes L s\n"
    decided = told(
        text
        + """
        2026-03-08 10:00 rules L s B:10000
        2026-03-08 10:01 rules S s B:5000,L:5000
        2026-03-08 10:02 disputes L s
        2026-03-08 10:03 confirms L s
        2026-03-08 10:04 confirms M s
        """,
        first=[seller],
    )
    assert refused(decided) == ["dispute.party", "dispute.party"]
    assert booked(decided)[-2:] == ["B 2000.00 DSP-10 03", "L 2000.00 DSP-10 03"]


X_CALLED = f"2026-03-03 10:00 calls X {P} answered\n2026-03-04 10:00 calls A {P} answered\n"


def sold(price: str, *, first: str = X_CALLED) -> str:
    return (
        first
        + f"2026-03-07 10:30 sells s any {price} phone={P} consultant=B\n"
        + f"2026-03-07 10:31 pays s {price} taken_by=B\n"
    )


@pytest.mark.parametrize(
    ("text", "policy", "expected"),
    [
        # While it runs, money changes nothing; the ruling posts what is there by then, in its own month.
        (
            CALLED
            + f"""
            2026-03-30 10:30 sells s any 4000.00 phone={P} consultant=B
            2026-03-30 10:31 pays s 1000.00
            2026-03-31 12:00 disputes A s
            2026-04-01 10:00 pays s 3000.00
            2026-04-02 10:00 refunds s 500.00
            2026-05-01 00:00 rules M s A:5000,B:5000
            2026-05-02 10:00 refunds s 0.01
            2026-06-02 10:00 refunds s 3499.99
            """,
            {},
            [
                *(
                    "B 1000.00 DSP-03 03",
                    "B -1000.00 DSP-10 03",
                    "A 1750.00 DSP-10 05",
                    "B 1750.00 DSP-10 05",
                ),
                *("A -0.01 DSP-10 05", "A -1749.99 DSP-10 06", "B -1750.00 DSP-10 06"),
            ],
        ),
        # A ruled sale follows its ruling, in the order of codes; a confirmed one keeps the order it had.
        (
            sold("0.01") + "2026-03-08 10:00 disputes A s\n2026-03-08 11:00 confirms M s",
            {"credit": {"outside_share_bp": 5000}},
            ["X 0.01 DSP-06 03", "X -0.01 DSP-10 03", "X 0.01 DSP-10 03"],
        ),
        (
            sold("0.01") + "2026-03-08 10:00 disputes A s\n2026-03-08 11:00 rules M s X:5000,B:5000",
            {"credit": {"outside_share_bp": 5000}},
            ["X 0.01 DSP-06 03", "X -0.01 DSP-10 03", "B 0.01 DSP-10 03"],
        ),
        # Odd fen of a split in three: the largest rests first.
        (
            sold("100.00") + "2026-03-08 10:00 disputes A s\n2026-03-08 11:00 rules M s X:3334,B:3333,A:3333",
            {},
            [
                *("X 70.00 DSP-06 03", "B 30.00 DSP-06 03", "X -70.00 DSP-10 03", "B -30.00 DSP-10 03"),
                *("A 33.33 DSP-10 03", "B 33.33 DSP-10 03", "X 33.34 DSP-10 03"),
            ],
        ),
        # All of it given back before the ruling: nothing is left to post.
        (
            DISPUTED + "2026-03-08 10:00 refunds s 4000.00\n2026-03-09 10:00 rules M s A:10000",
            {},
            HELD,
        ),
        # The whole contract stands with the first receipt: the hold takes all of it.
        (
            CALLED
            + f"""
            2026-03-07 10:30 sells s any 4000.00 phone={P} consultant=B
            2026-03-07 10:31 pays s 200.00
            2026-03-08 12:00 disputes A s
            2026-03-09 10:00 pays s 300.00
            2026-03-09 11:00 refunds s 100.00
            2026-03-10 10:00 rules M s A:2500,B:7500
            2026-03-11 10:00 refunds s 400.00
            """,
            {"credit": {"basis": "contract_at_first_receipt"}},
            [
                *("B 4000.00 DSP-03 03", "B -4000.00 DSP-10 03", "A 975.00 DSP-10 03", "B 2925.00 DSP-10 03"),
                *("A -100.00 DSP-10 03", "B -300.00 DSP-10 03"),
            ],
        ),
        # Opened anew after a ruling: the proposal is what was ruled.
        (
            DISPUTED
            + """
            2026-03-08 10:00 rules M s A:10000
            2026-03-08 11:00 disputes A s
            2026-03-08 12:00 confirms S s
            """,
            {},
            [*HELD, "A 4000.00 DSP-10 03", "A -4000.00 DSP-10 03", "A 4000.00 DSP-10 03"],
        ),
        # A ruling may name somebody who had no share and no part.
        (DISPUTED + "2026-03-08 10:00 rules M s Y:10000", {}, [*HELD, "Y 4000.00 DSP-10 03"]),
        # A case may stay open for ever.
        (DISPUTED + "2026-09-08 10:00 refunds s 1.00", {}, HELD),
    ],
)
def test_what_is_posted(text: str, policy: dict[str, Any], expected: list[str]) -> None:
    decided = told(text, policy)
    assert booked(decided) == expected
    assert refused(decided) == []


@pytest.mark.parametrize(
    ("ruling", "house", "posted"),
    [
        ("", ["4000.00", "-4000.00"], []),
        ("2026-03-09 10:30 confirms M s", ["4000.00", "-4000.00", "4000.00"], []),
        ("2026-03-09 10:30 rules M s X:10000", ["4000.00", "-4000.00"], ["X 4000.00 DSP-10 03"]),
    ],
)
def test_the_house_gives_what_it_kept(ruling: str, house: list[str], posted: list[str]) -> None:
    text = f"""
    2026-03-03 10:00 calls X {P} answered
    2026-03-07 10:30 buys s any 4000.00 {P}
    2026-03-07 10:31 pays s 4000.00 method=online
    2026-03-08 10:30 disputes X s
    {ruling}
    """
    decided = told(text, {"follow_up": {"valid_days": 2}})
    assert [entry["amount"] for entry in decided["house"]] == house
    assert booked(decided) == posted


@pytest.mark.parametrize(("clock", "codes"), [("14:59", []), ("15:00", ["dispute.window"])])
def test_the_month_and_the_window_are_the_clubs(clock: str, codes: list[str]) -> None:
    """In Los Angeles the money came on 31 March, and 7 April ends at 15:00 in Shanghai."""
    text = f"""
    2026-03-30 10:00 calls A {P} answered
    2026-04-01 10:30 sells s any 4000.00 phone={P} consultant=B
    2026-04-01 10:31 pays s 4000.00
    2026-04-08 {clock} disputes A s
    """
    decided = told(text, timezone="America/Los_Angeles")
    assert refused(decided) == codes
    assert booked(decided) == ["B 4000.00 DSP-03 03", "B -4000.00 DSP-10 04"][: 2 - len(codes)]


def test_money_of_a_refused_ruling_is_not_moved() -> None:
    decided = told(DISPUTED + "2026-03-08 10:00 rules M s A:10000,B:1\n2026-03-08 10:01 pays s 0.01")
    assert refused(decided) == ["dispute.shares", "receipt.above_price"]
    assert booked(decided) == HELD


FRIEND: dict[str, Any] = {
    "credit": {"tracked_friend": {"tracked_guest": "rule_2A", "friend_tracker_bp": 5000}}
}
CALLED_BY_X = "2026-03-08 10:00 calls X"
ORIGINS: dict[str, tuple[str, str, str, str, dict[str, Any], list[str]]] = {
    # The rule the case is about: the day before, before the sale, to whom, who argues, the policy, whose it is.
    "DSP-01 named": ("", f"09:30 comes G phone={P} asks_for=A", "guest=G", "A", {}, ["A 4000.00"]),
    "DSP-01 proxy": (
        "",
        f"09:20 comes H asks_for=A\n09:30 comes G phone={P} asks_for=A",
        "guest=G",
        "A",
        {"proxy": {"share_bp": 3000}},
        ["A 2800.00", "B 1200.00"],
    ),
    "DSP-02 member": (f"{CALLED_BY_X} {P} met", "", f"phone={P} kind=renewal", "X", {}, ["B 4000.00"]),
    "DSP-03 receiver": (f"{CALLED_BY_X} {P} no_answer", "", f"phone={P}", "X", {}, ["B 4000.00"]),
    "DSP-04 coupon": (
        f"{CALLED_BY_X} {P} met",
        f"09:20 couponed K\n09:30 comes G phone={P} gift_coupon=K",
        "guest=G",
        "X",
        {},
        ["B 4000.00"],
    ),
    "DSP-06 tracked": (f"{CALLED_BY_X} {P} met", "", f"phone={P}", "X", {}, ["X 2800.00", "B 1200.00"]),
    "DSP-07 friend": (
        f"{CALLED_BY_X} 13900139000 met",
        f"09:20 comes H phone=13900139000\n09:30 comes G phone={P} came_with=H",
        "guest=G",
        "A",  # who received both
        FRIEND,
        ["X 2000.00", "B 2000.00"],
    ),
}


@pytest.mark.parametrize(
    ("rule", "origin"), [(key[:6], value) for key, value in ORIGINS.items()], ids=ORIGINS
)
def test_a_case_over_every_rule_comes_back_as_it_was_when_it_is_confirmed(
    rule: str, origin: tuple[str, str, str, str, dict[str, Any], list[str]]
) -> None:
    early, before, buyer, opener, policy, whose = origin
    decided = told(
        f"""
        {early}
        09:00 opens A
        09:05 opens B
        {before}
        10:00 sells s any 4000.00 consultant=B {buyer}
        10:01 pays s 4000.00 taken_by=B
        11:00 disputes {opener} s
        12:00 confirms M s
        13:00 refunds s 4000.00
        """,
        policy,
    )
    back = [f"{each.split()[0]} -{each.split()[1]}" for each in whose]
    posted = [f"{c['consultant']} {c['amount']}" for c in decided["credits"]]
    assert refused(decided) == []
    assert posted == [*whose, *back, *whose, *back]
    rules = [c["rule"] for c in decided["credits"]]
    assert rules == [rule] * len(whose) + ["DSP-10"] * 3 * len(whose)


def test_quiet_hours_are_over_in_a_history() -> None:
    decided = told(DISPUTED + "2026-03-07 13:00 confirms S s", {"dispute": {"supervisor_quiet_hours": 500}})
    assert booked(decided) == [*HELD, "B 4000.00 DSP-10 03"]
