"""Whose the money is, to the last fen, at the corners, through replay."""

from typing import Any

import pytest
from flask import Flask

from tests.integration.office.history import line, refused, told

SHARED = {"proxy": {"share_bp": 3000}}
CONTRACT = {"credit": {"basis": "contract_at_first_receipt"}}
# B's guest, received by A as his proxy.
PROXY = """
09:00 opens A
09:10 comes G asks_for=B
09:20 sells s any {price} guest=G
"""


@pytest.fixture(autouse=True)
def _context(app: Flask) -> Any:
    with app.app_context():
        yield


def credits_of(decided: dict[str, Any]) -> str:
    """The credits in one text."""
    return " ".join(f"{c['consultant']}:{c['amount']}" for c in decided["credits"])


def rules_of(decided: dict[str, Any]) -> str:
    """The credits' consultants and rules in one text."""
    return " ".join(f"{c['consultant']}:{c['rule']}" for c in decided["credits"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            """
            21:00 comes G asks_for=B
            21:10 sells s any 1000.00 guest=G
            2026-03-10 00:05 pays s 1000.00 method=online paid_at=2026-03-09T23:50:00+08:00
            """,
            "B:DSP-01",
            id="paid online before midnight, told after it",
        ),
        pytest.param(
            """
            10:00 sells s any 1000.00
            10:01 links B s
            10:02 pays s 1000.00 method=online taken_by=C
            """,
            "C:DSP-03",
            id="who took the money goes before who made the link",
        ),
        pytest.param(
            """
            10:00 sells s any 1000.00
            10:01 links B s
            10:02 pays s 1000.00 method=online taken_by=R
            """,
            "B:DSP-03",
            id="the desk is no receiver",
        ),
        pytest.param(
            "10:00 sells s any 1000.00\n10:01 links B s\n10:02 pays s 400.00\n10:03 pays s 600.00 method=online",
            "A:DSP-03 A:DSP-03",
            id="a link counts for the online receipt only, and the first receipt decides",
        ),
        pytest.param(
            "10:00 sells s any 1000.00\n10:01 links B s\n10:02 pays s 400.00 method=online\n10:03 pays s 600.00",
            "B:DSP-03 B:DSP-03",
            id="what the first receipt decided holds for the next",
        ),
        pytest.param(
            "10:00 sells s any 1000.00\n10:01 links R s\n10:02 pays s 1000.00 method=online",
            "A:DSP-03",
            id="the desk's link",
        ),
        pytest.param(
            """
            09:00 opens A
            09:00 opens B
            09:10 comes W
            09:11 comes G asks_for=A
            09:20 sells s any 1000.00 guest=G consultant=B
            09:21 pays s 1000.00
            """,
            "A:DSP-01",
            id="a proxy received him, the credit stays",
        ),
        pytest.param(
            """
            09:00 opens A
            09:10 comes G asks_for=C
            09:11 comes H came_with=G
            09:20 sells s any 1000.00 guest=H
            09:21 pays s 1000.00
            """,
            "A:DSP-03",
            id="company is not designated",
        ),
        pytest.param(
            """
            09:00 opens X
            09:00 comes G asks_for=X
            10:00 sells s any 5.00 guest=G consultant=X
            10:01 pays s 5.00 taken_by=X
            10:02 sells t any 5.00 consultant=X
            10:03 pays t 5.00
            """,
            "X:DSP-01 X:DSP-03",
            id="an outside consultant receives himself",
        ),
        pytest.param(
            """
            09:00 comes G phone=13800138000 asks_for=B
            10:00 sells s towel 50.00 kind=goods guest=G
            10:01 pays s 50.00
            """,
            "B:DSP-01",
            id="goods for a designated guest",
        ),
        pytest.param(
            """
            10:00 sells s1 any 1000.00 phone=13800138000
            10:01 pays s1 500.00
            10:02 sells s2 any 1000.00 phone=+86-138-0013-8000 consultant=B
            10:03 pays s2 500.00
            10:04 pays s1 500.00
            10:05 pays s2 500.00
            10:06 sells s3 any 1000.00 phone=13800138000 consultant=C
            10:07 pays s3 1.00
            """,
            "A:DSP-03 B:DSP-03 A:DSP-03 B:DSP-03 C:DSP-02",
            id="a member from the first card that is paid in full",
        ),
        pytest.param(
            """
            09:00 comes G phone=13800138000
            10:00 sells s1 any 1000.00 guest=G
            10:01 pays s1 1000.00
            11:00 comes H phone=13800138000 asks_for=B
            11:10 sells s2 any 1000.00 guest=H consultant=C
            11:11 pays s2 1000.00
            """,
            "A:DSP-03 C:DSP-02",
            id="a member by his phone, whatever name he calls",
        ),
        pytest.param(
            """
            10:00 buys w year 3980.00 13800138000
            10:01 pays w 3980.00 method=online
            10:02 sells s any 1000.00 phone=13800138000
            10:03 pays s 1000.00
            """,
            "A:DSP-02",
            id="who bought on the website is a member",
        ),
        pytest.param(
            """
            09:00 opens A
            10:00 sells s any 1000.00 phone=13800138000
            10:01 pays s 400.00
            10:02 refunds s 400.00
            10:03 pays s 600.00
            11:00 comes H phone=13800138000 asks_for=B
            11:01 sells t any 500.00 guest=H consultant=C
            11:02 pays t 500.00
            """,
            "A:DSP-03 A:DSP-03 A:DSP-03 B:DSP-01",
            id="what went back before all was paid has made no member",
        ),
        pytest.param(
            """
            09:00 opens A
            10:00 sells s any 1000.00 phone=13800138000
            10:01 pays s 1000.00
            10:02 refunds s 1000.00
            11:00 comes H phone=13800138000 asks_for=B
            11:01 sells t any 500.00 guest=H consultant=C
            11:02 pays t 500.00
            """,
            "A:DSP-03 A:DSP-03 C:DSP-02",
            id="whoever ever held a paid card is a member",
        ),
        pytest.param(
            """
            10:00 sells s year 3980.00 phone=13800138000
            10:01 pays s 3980.00
            11:00 sells r year 3980.00 kind=renewal phone=13800138000
            11:01 links B r
            11:02 pays r 1000.00 taken_by=C
            11:03 pays r 2980.00 method=online
            11:04 refunds r 3980.00
            """,
            "A:DSP-03 C:DSP-02 C:DSP-02 C:DSP-02",
            id="who took a member's deposit, whoever sold it and whoever made a link",
        ),
    ],
)
def test_whose_it_is(text: str, expected: str) -> None:
    decided = told(text)
    assert rules_of(decided) == expected
    assert refused(decided) == []


@pytest.mark.parametrize("kind", ["reopen", "transfer", "renewal", "upgrade"])
def test_these_kinds_say_that_the_buyer_is_a_member(kind: str) -> None:
    decided = told(f"09:00 comes G asks_for=B\n10:00 sells s any 9.00 kind={kind} guest=G\n10:01 pays s 9.00")
    assert rules_of(decided) == "A:DSP-02"


@pytest.mark.parametrize("kind", ["visits", "stored_value", "activity", "package"])
def test_everything_but_goods_makes_a_member(kind: str) -> None:
    decided = told(
        """
        10:00 sells s some 1000.00 phone=13800138000
        10:01 pays s 1000.00
        10:02 sells t towel 1.00 kind=goods phone=13800138000
        10:03 pays t 1.00
        """,
        first=[line("09:00", "card_type", code="some", name="Some", kind=kind)],
    )
    assert rules_of(decided) == "A:DSP-03 A:DSP-02"


def test_a_website_buyer_belongs_to_the_house_whatever_he_is() -> None:
    decided = told(
        """
        09:00 comes G phone=13800138000 asks_for=B
        10:00 buys w year 3980.00 13800138000
        10:01 pays w 3980.00 method=online
        10:02 buys v year 3980.00 13800138000
        10:03 pays v 3980.00 method=online
        """
    )
    assert decided["credits"] == []
    assert decided["house"] == [{"sale": "w", "amount": "3980.00"}, {"sale": "v", "amount": "3980.00"}]


@pytest.mark.parametrize(
    ("price", "money", "policy", "expected"),
    [
        ("1999.99", "09:30 pays s 1999.99", SHARED, "B:1399.99 A:600.00"),
        ("100.05", "09:30 pays s 100.05", SHARED, "B:70.04 A:30.01"),
        ("0.02", "09:30 pays s 0.01\n09:31 pays s 0.01", SHARED, "B:0.01 A:0.01"),
        (
            "100.10",
            "09:30 pays s 50.05\n09:31 pays s 50.05\n09:32 refunds s 50.05\n09:33 refunds s 50.05",
            SHARED,
            "B:35.04 A:15.01 B:35.03 A:15.02 B:-35.04 A:-15.01 B:-35.03 A:-15.02",
        ),
        (
            "3980.00",
            "09:30 pays s 3980.00\n09:32 refunds s 1000.01\n2026-04-12 10:00 refunds s 2979.99",
            SHARED,
            "B:2786.00 A:1194.00 B:-700.01 A:-300.00 B:-2085.99 A:-894.00",
        ),
        (
            "0.03",
            "09:30 pays s 0.01\n09:31 refunds s 0.01\n09:32 pays s 0.01",
            SHARED,
            "B:0.01 B:-0.01 A:0.01",
        ),
        ("100.00", "09:30 pays s 100.00", {"proxy": {"share_bp": 10_000}}, "A:100.00"),
        (
            "333.33",
            "09:30 pays s 100.00\n09:31 refunds s 100.00\n09:32 pays s 0.01\n09:33 refunds s 0.01",
            {**CONTRACT, **SHARED},
            "B:233.33 A:100.00 B:-70.00 A:-30.00 B:-0.01",
        ),
        (
            "1000.00",
            "09:30 pays s 200.00\n09:31 refunds s 150.00\n09:32 pays s 100.00\n09:33 refunds s 150.00",
            CONTRACT,
            "B:1000.00 B:-150.00 B:-150.00",
        ),
        (
            "100.05",
            "09:30 pays s 0.05\n09:31 pays s 100.00\n2026-04-01 10:00 refunds s 100.05",
            {**CONTRACT, **SHARED},
            "B:70.04 A:30.01 B:-70.04 A:-30.01",
        ),
    ],
)
def test_to_the_last_fen(price: str, money: str, policy: dict[str, Any], expected: str) -> None:
    decided = told(PROXY.format(price=price).strip() + "\n" + money, policy)
    assert credits_of(decided) == expected
    assert {c["rule"] for c in decided["credits"]} == {"DSP-01"}
    assert all(c["month"] == c["at"][:7] for c in decided["credits"])


@pytest.mark.parametrize(
    ("text", "expected", "codes"),
    [
        pytest.param(
            """
            10:00 sells s any 9.00
            10:00 sells t any 9.00
            10:01 pays s 9.00 event_id=e
            10:02 pays t 9.00 event_id=e
            """,
            "A:9.00",
            [],
            id="one event, on whichever sale",
        ),
        pytest.param(
            "10:00 sells s any 9.00\n10:01 pays s 4.00 event_id=e\n10:02 pays s 5.00 event_id=e",
            "A:4.00",
            [],
            id="an event repeated with another amount",
        ),
        pytest.param(
            "10:00 sells s any 9.00\n10:01 pays s 9.01 event_id=e\n10:02 pays s 9.00 event_id=e",
            "A:9.00",
            ["receipt.above_price"],
            id="an event that was refused has not happened",
        ),
        pytest.param(
            """
            10:00 sells s any 1000.00
            10:01 pays s 1000.00
            10:02 refunds s 100.00 event_id=r
            10:03 refunds s 100.00 event_id=r
            10:04 refunds s 900.00
            10:05 refunds s 0.01
            """,
            "A:1000.00 A:-100.00 A:-900.00",
            ["refund.above_paid"],
            id="a refund told twice, and one too many",
        ),
        pytest.param(
            "10:00 sells s any 9.00\n10:01 refunds s 1.00",
            "",
            ["refund.above_paid"],
            id="nothing received, nothing back",
        ),
        pytest.param(
            """
            10:00 sells s any 9.00
            10:01 pays s 9.00
            10:02 refunds s 1.00 by=A
            10:02 refunds s 1.00 by=S
            10:02 refunds s 1.00 by=R
            10:02 refunds s 1.00 by=DGM
            10:02 refunds s 1.00 by=SD
            """,
            "A:9.00 A:-1.00",
            ["refund.role"] * 4,
            id="who gives money back",
        ),
        pytest.param(
            """
            10:00 sells s year 1.00
            10:01 pays s 1.00
            10:02 links A s
            10:03 refunds s 1.00 by=A
            """,
            "",
            ["sale.discount", "sale.unknown", "sale.unknown", "sale.unknown"],
            id="a refused sale does not exist for any line",
        ),
        pytest.param(
            """
            10:00 buys v year 3979.99 13800138000
            10:01 buys w year 3980.01 13800138000
            10:02 pays w 1.00 method=online
            """,
            "",
            ["sale.discount", "sale.above_list", "sale.unknown"],
            id="the website sells at the list price",
        ),
        pytest.param(
            "10:00 sells s any 0.01\n10:01 pays s 0.01", "A:0.01", [], id="no list price, any price"
        ),
    ],
)
def test_money_that_does_not_come(text: str, expected: str, codes: list[str]) -> None:
    decided = told(text)
    assert (credits_of(decided), refused(decided)) == (expected, codes)


@pytest.mark.parametrize(
    ("prices", "sold", "policy", "codes"),
    [
        ({"price": "99.99"}, "94.99 discount_approved_by=S", None, ["sale.discount"]),
        ({"price": "99.99"}, "95.00 discount_approved_by=S", None, []),
        ({"price": "100.00"}, "97.00", {"discount": {"limit_bp": {"consultant": 300}}}, []),
        ({"price": "100.00"}, "96.99", {"discount": {"limit_bp": {"consultant": 300}}}, ["sale.discount"]),
        ({"price": "100.00"}, "0.01 discount_approved_by=SD", None, []),
        ({"price": "100.00"}, "99.99 discount_approved_by=DGM", None, ["sale.discount"]),
        ({"price": "100.00"}, "99.99 discount_approved_by=B", None, ["sale.discount"]),
        ({"price": "100.00", "no_discount": True}, "100.00", None, []),
        ({"floor_price": "100.00"}, "1.00", None, []),
        (
            {"price": "100.00", "floor_price": "80.00"},
            "79.99 discount_approved_by=M",
            {"discount": {"limit_bp": {"club_manager": 3000}}},
            ["sale.discount"],
        ),
        ({"price": "100.00", "floor_price": "80.00"}, "80.00 consultant=SD", None, []),
        (
            {"price": "100.00"},
            "50.00 discount_approved_by=GM",
            {"discount": {"above": ["sales_director"]}},
            ["sale.discount"],
        ),
        ({"price": "100.00", "no_discount": True}, "99.99 discount_approved_by=SD", None, ["sale.discount"]),
        ({"price": "0.99"}, "0.95 discount_approved_by=S", None, []),
        ({"price": "0.99"}, "0.94 discount_approved_by=S", None, ["sale.discount"]),
    ],
)
def test_discounts_at_the_border(
    prices: dict[str, Any], sold: str, policy: dict[str, Any] | None, codes: list[str]
) -> None:
    card = line("09:00", "card_type", code="c", name="C", kind="term", days=30, **prices)
    assert refused(told(f"10:00 sells s c {sold}", policy, first=[card])) == codes


@pytest.mark.parametrize(
    ("currency", "amount"), [("USD", "1000.00"), ("JPY", "1000.00"), ("KWD", "1000.000")]
)
def test_money_of_other_currencies(currency: str, amount: str) -> None:
    decided = told("10:00 sells s any 1000.00\n10:01 pays s 1000.00", currency=currency)
    assert credits_of(decided) == f"A:{amount}"


@pytest.mark.parametrize(
    ("zone", "booked"),
    [
        (
            "Asia/Shanghai",
            [("2026-02", "2026-02-28T23:59:59+08:00"), ("2026-03", "2026-03-01T00:00:00+08:00")],
        ),
        (
            "America/New_York",
            [("2026-02", "2026-02-28T10:59:59-05:00"), ("2026-02", "2026-02-28T11:00:00-05:00")],
        ),
    ],
)
def test_the_month_is_the_clubs(zone: str, booked: list[tuple[str, str]]) -> None:
    """16:00 in Greenwich is midnight in Shanghai and eleven in New York."""
    decided = told(
        """
        10:00 sells s any 10.00
        10:00 pays s 4.00 paid_at=2026-02-28T15:59:59Z
        10:00 pays s 6.00 paid_at=2026-02-28T16:00:00Z
        """,
        timezone=zone,
    )
    assert [(c["month"], c["at"]) for c in decided["credits"]] == booked


def test_money_goes_back_by_those_who_answer_for_it() -> None:
    tries = "\n".join(
        f"10:02 refunds s 10.00 by={who}" for who in ["A", "S", "R", "DGM", "F", "SD", "GM", "M"]
    )
    decided = told(f"10:00 sells s any 100.00\n10:01 pays s 100.00\n{tries}")
    assert credits_of(decided) == "A:100.00" + " A:-10.00" * 4
    assert refused(decided) == ["refund.role"] * 4


def test_money_that_moves_at_midnight_counts_on_its_own_side() -> None:
    decided = told(
        """
        2026-03-31 23:58 sells s any 1000.00
        2026-03-31 23:59 pays s 600.00
        2026-04-01 00:00 refunds s 100.00
        2026-04-01 00:01 pays s 400.00
        2026-04-01 00:02 refunds s 900.00
        2026-04-01 00:03 refunds s 0.01
        """
    )
    assert [(each["month"], each["amount"]) for each in decided["credits"]] == [
        ("2026-03", "600.00"),
        ("2026-04", "-100.00"),
        ("2026-04", "400.00"),
        ("2026-04", "-900.00"),
    ]
    assert refused(decided) == ["refund.above_paid"]
