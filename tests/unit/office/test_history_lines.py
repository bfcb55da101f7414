"""Every way a history can be wrong: the message names line and field, and nothing is read after it."""

import json
from typing import Any

import pytest

from clubsales.office.replay.lines import HistoryError, decoded, read_history
from tests.integration.office.history import fixture, line

FIXTURE = [json.dumps(entry) for entry in fixture()]
NEXT = len(FIXTURE) + 1
SALE = {"sale": "s", "card_type": "any", "price": "10.00", "kind": "new", "consultant": "A"}
OPENED = json.dumps(line("10:00", "sale_opened", **SALE))


def of(kind: str, /, **fields: Any) -> str:
    return json.dumps(line("10:00", kind, **fields))


def sale(**changes: Any) -> str:
    return of("sale_opened", **{**SALE, **changes})


def card(**fields: Any) -> str:
    return of("card_type", **{"code": "q", "name": "Q", "kind": "term", **fields})


def call(**fields: Any) -> str:
    told = {"by": "A", "phone": "13800138000", "channel": "call", "outcome": "answered"}
    return of("follow_up", **{**told, **fields})


def ruling(**fields: Any) -> str:
    return of("dispute_ruled", **{"sale": "s", "by": "M", **fields})


def mark(**fields: Any) -> str:
    told = {"staff": "A", "month": "2026-02", "results": 77, "ability": 0, "attitude": 0}
    return of("assessment", **{**told, **fields})


def guest(at: str) -> str:
    return json.dumps({"at": at, "type": "guest_arrived", "guest": "g"})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "is no JSON"),
        (OPENED + ",", "is no JSON"),
        ("[" * 100_000, "is no JSON"),
        ('{"visits": ' + "9" * 5_000 + "}", "is no JSON"),
        ("[]", "must be a JSON object"),
        ("NaN", "must be a JSON object"),
        ('{"type": "shift_opened"}', "at: is missing"),
        ('{"at": "2026-03-09T10:00:00+08:00"}', "type: is missing"),
        (guest("2026-03-09T10:00:00"), "at: must have an offset, like +08:00"),
        (guest("2026-02-30T10:00:00+08:00"), "at: must be an ISO 8601 time with an offset"),
        (guest("0001-01-01T00:00:00+08:00"), "at: must be between the years 1971 and 2199"),
        (guest("9999-12-31T23:59:59-08:00"), "at: must be between the years 1971 and 2199"),
        (guest("2026-02-28T23:59:59+08:00"), "at: is before the line above"),
        (of("guest_departed"), "type: no such line type"),
        (of("month_closed", by="M"), "month: is missing"),
        (of("month_closed", month="2026-13", by="M"), "month: must be a month, like 2026-03"),
        (of("month_closed", month="2026-03", by="Q"), "by: no earlier line introduced Q"),
        (mark(staff="Q"), "staff: no earlier line introduced Q"),
        (mark(month="2026-3"), "month: must be a month, like 2026-03"),
        (mark(results="90"), "results: must be a number from 0 to 100"),
        (mark(results=True), "results: must be a number from 0 to 100"),
        (mark(results=None), "results: must be a number from 0 to 100"),
        (mark(ability=-0.01), "ability: must be a number from 0 to 100"),
        (mark(ability=100.01), "ability: must be a number from 0 to 100"),
        (mark(attitude=89.999), "attitude: must have at most two decimals"),
        (mark().replace("77", "1e-999999999"), "results: must have at most two decimals"),
        (mark().replace("77", "NaN"), "results: must be a number from 0 to 100"),
        (of("dispute_opened", by="A"), "sale: is missing"),
        (of("dispute_opened", by="A", sale="t"), "sale: no earlier line introduced t"),
        (of("guest_arrived", guest="g", trial_pass="t"), "trial_pass: no earlier line introduced t"),
        (of("guest_arrived", guest="g", gift_coupon="k"), "gift_coupon: no earlier line introduced k"),
        (of("follow_up", by="A"), "phone: is missing"),
        (call(channel="fax"), "channel: must be one of call, message, meeting"),
        (
            call(outcome="maybe"),
            "outcome: must be one of answered, replied, met, no_answer, switched_off, wrong_number",
        ),
        (
            call(contacted_at="2099-03-09T10:00:00+08:00"),
            "contacted_at: is later than the line",
        ),
        (of("roster", staff="A", date="2026-02-30", shift="early"), "date: is no day of the calendar"),
        (of("roster", staff="A", date="9.3.2026", shift="early"), "date: must be a day, like 2026-03-09"),
        (of("roster", staff="A", date="2026-03-09", shift="night"), "shift: must be one of early, late"),
        (of("target", staff="A", month="2026-13", amount="1.00"), "month: must be a month, like 2026-03"),
        (of("target", staff="A", month="March", amount="1.00"), "month: must be a month, like 2026-03"),
        (
            of("target", staff="A", month="2026-03", amount="1"),
            'amount: must be an amount with two decimals, like "3980.00"',
        ),
        (of("club", code="Z", name="Z"), "type: there is one club line, the first"),
        (of("shift_opened", by="A", post="desk"), "post: no such field"),
        (of("shift_opened", by="A", **{"two\nlines": 1}), "two?lines: no such field"),
        (of("shift_opened"), "by: is missing"),
        (of("shift_opened", by="Z"), "by: no earlier line introduced Z"),
        (of("shift_opened", by=1), "by: must be a text that is not empty"),
        (of("shift_opened", by=None), "by: must be a text that is not empty"),
        (of("shift_opened", by="A" * 101), "by: must not be longer than 100 characters"),
        (of("shift_closed", by="A", reason=" "), "reason: must be a text that is not empty"),
        (
            of("status_changed", by="A", status="asleep"),
            "status: must be one of on_post, meal, meeting, away",
        ),
        (
            of("status_changed", by="A", status=["meal"]),
            "status: must be one of on_post, meal, meeting, away",
        ),
        (of("staff", code="A", name="A", role="consultant"), "code: A was introduced before"),
        (card(code="any"), "code: any was introduced before"),
        (of("guest_arrived", guest="g", came_with="g"), "came_with: no earlier line introduced g"),
        (of("guest_arrived", guest="g", name="\ud800"), "name: has characters that no text has"),
        (of("guest_arrived", guest="g", name="a\0b"), "name: has characters that no text has"),
        (of("guest_arrived", guest="g", name="n" * 121), "name: must not be longer than 120 characters"),
        (of("guest_arrived", guest="g", phone="123"), "phone: is no phone number"),
        (of("guest_arrived", guest="g", phone=13800138000), "phone: must be a text"),
        (card(visits=True), "visits: must be a whole number above zero"),
        (card(days=0), "days: must be a whole number above zero"),
        (card(days=30.0), "days: must be a whole number above zero"),
        (card(days=10**9), "days: must be a whole number above zero"),
        (card(no_discount="true"), "no_discount: must be true or false"),
        (card(price="10.00", floor_price="10.01"), "floor_price: is above the price"),
        (sale(card_type="gone"), "card_type: no earlier line introduced gone"),
        (of("receipt", sale="s", amount="1.00", method="cash"), "sale: no earlier line introduced s"),
    ],
)
def test_a_wrong_line_is_named_with_its_field(text: str, message: str) -> None:
    with pytest.raises(HistoryError) as wrong:
        read_history([*FIXTURE, text])
    assert str(wrong.value) == f"line {NEXT}: {message}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (ruling(), "shares: is missing, or confirm"),
        (ruling(shares={"A": 10000}, confirm=True), "confirm: cannot stand beside shares"),
        (ruling(confirm=False), "confirm: must be true, or left out"),
        (ruling(confirm="true"), "confirm: must be true, or left out"),
        (ruling(shares={"A": 10000, "Z": 0}), "shares: no earlier line introduced Z"),
        (ruling(shares={"A": 10000, "": 0}), "shares: no earlier line introduced "),
        (ruling(shares={"A": "10000"}), "shares: must hold whole numbers of basis points"),
        (ruling(shares={"A": True}), "shares: must hold whole numbers of basis points"),
        (ruling(shares={"A": 10000.0}), "shares: must hold whole numbers of basis points"),
        (
            ruling(shares=None),
            'shares: must be an object of codes and basis points, like {"A": 7000, "B": 3000}',
        ),
        (
            ruling(shares=["A"]),
            'shares: must be an object of codes and basis points, like {"A": 7000, "B": 3000}',
        ),
        (ruling(confirm=True, reason=7), "reason: must be a text that is not empty"),
        (ruling(confirm=True, reason="n" * 2001), "reason: must not be longer than 2000 characters"),
    ],
)
def test_a_wrong_ruling_is_named_with_its_field(text: str, message: str) -> None:
    with pytest.raises(HistoryError) as wrong:
        read_history([*FIXTURE, OPENED, text])
    assert str(wrong.value) == f"line {NEXT + 1}: {message}"


@pytest.mark.parametrize(
    "price",
    [
        "10",
        "10.0",
        "10.000",
        "-10.00",
        "+10.00",
        " 10.00",
        "10.00\n",
        "1e3",
        "１０.00",
        "",
        "9" * 20 + ".00",
        10,
    ],
)
def test_a_malformed_amount_is_an_error(price: object) -> None:
    with pytest.raises(HistoryError) as wrong:
        read_history([*FIXTURE, sale(price=price)])
    assert str(wrong.value).startswith(f"line {NEXT}: price: must be an amount")


def test_nothing_is_received_for_nothing_and_nothing_is_paid_tomorrow() -> None:
    zero = of("receipt", sale="s", amount="0.00", method="cash")
    with pytest.raises(HistoryError, match=f"line {NEXT + 1}: amount: must be above zero"):
        read_history([*FIXTURE, OPENED, zero])
    early = of("receipt", sale="s", amount="1.00", method="online", paid_at="2026-03-09T10:00:01+08:00")
    with pytest.raises(HistoryError, match=f"line {NEXT + 1}: paid_at: is later than the line"):
        read_history([*FIXTURE, OPENED, early])


@pytest.mark.parametrize(
    ("currency", "price", "read"),
    [
        ("JPY", "10.00", True),
        ("JPY", "10.50", False),
        ("KWD", "10.50", True),
        ("KWD", "9" * 11 + ".00", False),
    ],
)
def test_an_amount_must_be_one_of_the_clubs_currency(currency: str, price: str, read: bool) -> None:
    lines = [json.dumps({**fixture()[0], "currency": currency}), *FIXTURE[1:], sale(price=price)]
    if read:
        assert read_history(lines)[-1]["price"] == price
    else:
        with pytest.raises(HistoryError, match=f"line {NEXT}: price: is no amount in {currency}"):
            read_history(lines)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("currency", "cny", "is no currency"),
        ("currency", ["CNY"], "is no currency"),
        ("timezone", "Mars/Base", "is no time zone"),
        ("timezone", "../../etc/passwd", "is no time zone"),
        *(
            ("business_hours", hours, 'must be two times, like ["09:00", "22:00"]')
            for hours in (
                "09:00-22:00",
                ["09:00"],
                ["9:00", "22:00"],
                ["09:00", "25:00"],
                ["09:00", "22:60"],
                ["09:00+08:00", "22:00"],
                ["09:00", 22],
            )
        ),
    ],
)
def test_a_wrong_club_line(field: str, value: object, message: str) -> None:
    with pytest.raises(HistoryError) as wrong:
        read_history([json.dumps({**fixture()[0], field: value})])
    assert str(wrong.value) == f"line 1: {field}: {message}"


@pytest.mark.parametrize("lines", [[], ["", "  \n"]])
def test_an_empty_history_is_an_error(lines: list[str]) -> None:
    with pytest.raises(HistoryError, match="line 1: the history is empty"):
        read_history(lines)


def test_the_first_line_is_the_club() -> None:
    with pytest.raises(HistoryError, match="line 2: type: the first line must be the club"):
        read_history(["", *FIXTURE[1:]])


def test_empty_lines_count_and_windows_line_ends_are_read() -> None:
    history = read_history([FIXTURE[0] + "\r\n", "\r\n", *FIXTURE[1:]])
    assert [entry.number for entry in history[:3]] == [1, 3, 4]


def test_order_is_by_the_instant_not_by_the_clock_on_the_wall() -> None:
    later = json.dumps({"at": "2026-10-25T02:10:00+01:00", "type": "guest_seen_out", "guest": "g"})
    history = read_history([*FIXTURE, guest("2026-10-25T02:30:00+02:00"), later])
    assert history[-1].type == "guest_seen_out"


def test_a_line_that_is_no_utf_8_is_named() -> None:
    lines = [FIXTURE[0].encode() + b"\n", b'{"type": "\xff"}\n']
    with pytest.raises(HistoryError, match="line 2: is no UTF-8 text"):
        read_history(decoded(lines))
    with pytest.raises(HistoryError, match="line 1: is no JSON"):
        read_history(decoded([b"\xef\xbb\xbf" + lines[0]]))


@pytest.mark.parametrize(
    ("typed", "hundredths"),
    [("0", 0), ("100", 10_000), ("89.99", 8_999), ("90.00", 9_000), ("1e2", 10_000), ("33.3", 3_330)],
)
def test_points_are_read_exactly(typed: str, hundredths: int) -> None:
    (*_opening, read) = read_history([*FIXTURE, mark().replace("77", typed)])
    assert read["results"] == hundredths
