"""Whose sale it is, and what may be sold, through replay."""

from typing import Any

import pytest
from flask import Flask

from tests.integration.office.history import at, credit, fixture, line, run

Line = dict[str, Any]


@pytest.fixture(autouse=True)
def _context(app: Flask) -> Any:
    with app.app_context():
        yield


def sold(price: str = "3980.00", clock: str = "10:20", **fields: Any) -> Line:
    values = {"sale": "s1", "card_type": "year", "kind": "new", "consultant": "A", **fields}
    return line(clock, "sale_opened", price=price, **values)


def paid(amount: str = "3980.00", clock: str = "10:30", **fields: Any) -> Line:
    values = {"sale": "s1", "method": "cash", **fields}
    return line(clock, "receipt", amount=amount, **values)


def codes(decided: dict[str, Any]) -> list[str]:
    return [refusal["code"] for refusal in decided["refusals"]]


@pytest.mark.parametrize(
    ("price", "approver", "refused"),
    [
        ("3980.00", None, []),
        ("3979.99", None, ["sale.discount"]),
        ("3979.99", "S", []),
        ("3781.00", "S", []),
        ("3780.99", "S", ["sale.discount"]),
        ("3780.99", "M", []),
        ("3582.00", "M", []),
        ("3581.99", "M", ["sale.discount"]),
        ("3581.99", "SD", []),
        ("3000.00", "GM", []),
        ("2999.99", "GM", ["sale.discount"]),
        ("3980.01", None, ["sale.above_list"]),
        ("3980.01", "GM", ["sale.above_list"]),
        ("0.00", None, ["sale.discount"]),
    ],
)
def test_ex_02_discount_authority(price: str, approver: str | None, refused: list[str]) -> None:
    fields = {"discount_approved_by": approver} if approver else {}
    assert codes(run([*fixture(), sold(price, **fields)])) == refused


@pytest.mark.parametrize(
    ("approver", "refused"), [("SD", ["sale.discount"]), ("M", ["sale.discount"]), ("GM", [])]
)
def test_no_discount_type_is_for_the_general_manager_alone(approver: str, refused: list[str]) -> None:
    decided = run(
        [
            *fixture(),
            line(
                "09:00",
                "card_type",
                code="meal",
                name="Meal",
                kind="goods",
                price="100.00",
                floor_price="50.00",
                no_discount=True,
            ),
            sold("90.00", card_type="meal", kind="goods", discount_approved_by=approver),
        ]
    )
    assert codes(decided) == refused


def test_a_refused_sale_does_not_exist() -> None:
    decided = run(
        [*fixture(), sold("1.00"), paid("1.00"), line("11:00", "refund", sale="s1", amount="1.00", by="M")]
    )
    assert codes(decided) == ["sale.discount", "sale.unknown", "sale.unknown"]
    assert decided["credits"] == []


def test_receipts_above_the_price_are_refused() -> None:
    decided = run([*fixture(), sold(), paid("200.00"), paid("3780.01"), paid("3780.00")])
    assert codes(decided) == ["receipt.above_price"]
    assert [c["amount"] for c in decided["credits"]] == ["200.00", "3780.00"]


def test_receiver_is_the_consultant_who_took_the_first_money() -> None:
    took = run([*fixture(), sold(), paid("1000.00", taken_by="B"), paid("2980.00", taken_by="C")])
    assert credit(took) == [("B", "1000.00", "DSP-03"), ("B", "2980.00", "DSP-03")]


def test_receiver_is_the_consultant_on_the_sale_when_reception_took_the_money() -> None:
    assert credit(run([*fixture(), sold(), paid(taken_by="R")])) == [("A", "3980.00", "DSP-03")]


def test_sc_18_online_counts_in_the_month_it_was_paid_for_whoever_made_the_link() -> None:
    decided = run(
        [
            *fixture(),
            line(
                "10:00",
                "sale_opened",
                "2026-03-31",
                sale="s1",
                card_type="year",
                price="3980.00",
                kind="new",
                phone="13800138000",
                consultant="B",
            ),
            line("10:01", "payment_link_made", "2026-03-31", sale="s1", by="A"),
            line(
                "00:05",
                "receipt",
                "2026-04-01",
                sale="s1",
                amount="3980.00",
                method="online",
                paid_at=at("23:50", "2026-03-31"),
                event_id="evt_1",
            ),
            line(
                "00:06",
                "receipt",
                "2026-04-01",
                sale="s1",
                amount="3980.00",
                method="online",
                paid_at=at("23:50", "2026-03-31"),
                event_id="evt_1",
            ),
        ]
    )
    assert codes(decided) == []
    assert [(c["consultant"], c["month"], c["at"]) for c in decided["credits"]] == [
        ("A", "2026-03", at("23:50", "2026-03-31"))
    ]


def test_self_purchase_of_nobodys_lead_goes_to_the_house() -> None:
    decided = run(
        [
            *fixture(),
            line("10:00", "self_purchase", sale="w", phone="13800138000", card_type="year", price="3980.00"),
            line("10:01", "receipt", sale="w", amount="3980.00", method="online", event_id="e1"),
            line("11:00", "refund", sale="w", amount="1000.00", by="F", event_id="r1"),
            line("11:00", "refund", sale="w", amount="1000.00", by="F", event_id="r1"),
        ]
    )
    assert decided["credits"] == []
    assert decided["house"] == [{"sale": "w", "amount": "3980.00"}, {"sale": "w", "amount": "-1000.00"}]


def test_a_member_is_nobodys_designated_guest() -> None:
    decided = run(
        [
            *fixture(),
            line("09:00", "shift_opened", by="A"),
            line("09:00", "shift_opened", by="B"),
            sold(clock="09:30", phone="13800138000"),
            paid(clock="09:31"),
            line("10:00", "guest_arrived", guest="G", phone="138-0013-8000", asks_for="B"),
            sold(
                "100.00", clock="10:05", sale="s2", card_type="towel", kind="goods", guest="G", consultant="A"
            ),
            paid("100.00", clock="10:06", sale="s2"),
        ]
    )
    assert [(a["consultant"], a["basis"]) for a in decided["assignments"]] == [("A", "rotation")]
    assert credit(decided)[-1] == ("A", "100.00", "DSP-02")


def test_goods_and_part_payments_make_no_member() -> None:
    decided = run(
        [
            *fixture(),
            line("09:00", "shift_opened", by="A"),
            line("09:00", "shift_opened", by="B"),
            sold("60.00", clock="09:30", card_type="towel", kind="goods", phone="13800138000"),
            paid("60.00", clock="09:31"),
            sold(clock="09:32", sale="s2", phone="13800138000"),
            paid("100.00", clock="09:33", sale="s2"),
            line("10:00", "guest_arrived", guest="G", phone="13800138000", asks_for="B"),
        ]
    )
    assert [(a["consultant"], a["basis"]) for a in decided["assignments"]] == [("B", "designated")]


def test_a_refund_does_not_undo_the_membership() -> None:
    decided = run(
        [
            *fixture(),
            sold(clock="09:30", phone="13800138000"),
            paid(clock="09:31"),
            line("09:40", "refund", sale="s1", amount="3980.00", by="GM"),
            sold(clock="10:00", sale="s2", phone="13800138000", consultant="B"),
            paid(clock="10:01", sale="s2"),
        ]
    )
    assert credit(decided)[-1] == ("B", "3980.00", "DSP-02")


def test_contract_at_first_receipt_books_the_price_and_reverses_what_is_refunded() -> None:
    decided = run(
        [
            *fixture(),
            sold(),
            paid("200.00"),
            paid("3780.00", clock="10:40"),
            line("11:00", "refund", sale="s1", amount="980.00", by="M"),
        ],
        {"credit": {"basis": "contract_at_first_receipt"}},
    )
    assert [c["amount"] for c in decided["credits"]] == ["3980.00", "-980.00"]


def test_designation_needs_payment_the_same_local_day() -> None:
    lines = [
        *fixture(),
        line("09:00", "shift_opened", by="A"),
        line("21:00", "guest_arrived", guest="G", phone="13800138000", asks_for="B"),
        sold(clock="21:10", guest="G"),
    ]
    today = run([*lines, paid(clock="23:59")])
    assert credit(today) == [("B", "3980.00", "DSP-01")]


def test_designation_has_ended_at_midnight() -> None:
    decided = run(
        [
            *fixture(),
            line("09:00", "shift_opened", by="A"),
            line("21:00", "guest_arrived", guest="G", phone="13800138000", asks_for="B"),
            sold(clock="21:10", guest="G"),
            line("00:00", "receipt", "2026-03-10", sale="s1", amount="3980.00", method="cash"),
        ]
    )
    assert credit(decided) == [("A", "3980.00", "DSP-03")]


def test_captured_lead_twice_is_no_refusal() -> None:
    decided = run(
        [
            *fixture(),
            line("10:00", "lead_captured", by="X", phone="+86 138-0013-8000", name="Guest", source="flyer"),
            line("10:01", "lead_captured", by="A", phone="13800138000", name="Guest", source="phone"),
        ]
    )
    assert decided["refusals"] == []


def test_discount_limits_and_who_goes_to_the_floor_by_policy() -> None:
    policy = {"discount": {"limit_bp": {"consultant": 100, "supervisor": 2000}, "above": ["club_manager"]}}
    decided = run(
        [
            *fixture(),
            sold("3940.20"),  # 1 % of 3,980.00: the consultant's own
            sold("3184.00", sale="s2", discount_approved_by="S"),  # 20 %
            sold("3000.00", sale="s3", discount_approved_by="M"),
            sold("3000.00", sale="s4", discount_approved_by="SD"),
        ],
        policy,
    )
    assert codes(decided) == ["sale.discount"]
