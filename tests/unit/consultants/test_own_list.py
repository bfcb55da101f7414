"""Lists as people keep them are understood, and put beside the ledger sale by sale."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clubsales.consultants.statements.comparing import Comparison, Credited, Why, compare
from clubsales.consultants.statements.own_list import Column, OwnList, read_day, read_phone, understand
from clubsales.money import CNY

MARCH = date(2026, 3, 1)


def read(*rows: list[str]) -> OwnList:
    found = understand(rows, currency=CNY, month=MARCH)
    assert found is not None
    return found


def credited(
    sale: str = "abcdefghjk22", *, credit: int = 398_000, phone: str = "13800138000", **more: object
) -> Credited:
    facts: dict[str, object] = {
        "sale": sale,
        "title": "年卡",
        "title_en": "Year card",
        "buyer": "王小明",
        "phones": (phone,),
        "month": MARCH,
        "first_day": date(2026, 3, 5),
        "last_day": date(2026, 3, 5),
        "credit": credit,
        "gained": credit,
        "price": 398_000,
        "received": 398_000,
    }
    return Credited(**{**facts, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("heading", "columns"),
    [
        (["日期", "手机号码", "金额(元)"], {Column.DAY, Column.PHONE, Column.AMOUNT}),
        (["Date", "Sale no.", "Amount"], {Column.DAY, Column.SALE, Column.AMOUNT}),
        (["客户姓名", "客户电话", "订单编号", "订单金额", "成交日期"], set(Column)),
        (["　销售 编号　", "业　绩"], {Column.SALE, Column.AMOUNT}),
        (["Phone number", "Sale amount", "Sale date"], {Column.PHONE, Column.AMOUNT, Column.DAY}),
    ],
)
def test_headings_are_known_in_both_languages_and_any_order(heading: list[str], columns: set[Column]) -> None:
    assert set(read(heading, ["1"] * len(heading)).columns) == columns


def test_of_two_columns_of_amounts_that_of_credit_is_compared() -> None:
    own = read(["日期", "电话", "金额", "业绩"], ["3/5", "13800138000", "3980", "2786"])
    assert own.rows[0].amount == 278_600


def test_titles_above_blank_rows_and_totals_are_no_sales() -> None:
    own = read(
        ["三月业绩登记", "", ""],
        ["", "", ""],
        ["日期", "电话", "金额"],
        ["3月5日", "１３８ ００１３ ８０００", "￥3,980.00"],
        ["", "", ""],
        ["", "139-0013-9000", "1.2万"],
        ["本月合计", "", "15980"],
        ["Total", "", "15980"],
        ["3/9", "13700137000", "待定"],
    )
    assert [(row.row, row.day, row.phone, row.amount) for row in own.rows] == [
        (4, date(2026, 3, 5), "13800138000", 398_000),
        (6, date(2026, 3, 5), "13900139000", 1_200_000),
    ]
    assert own.total_rows == (7, 8)
    assert own.unread == (9,)


def test_a_list_without_headings_is_understood_by_what_stands_in_it() -> None:
    own = read(["3/5", "13800138000", "3980"], ["3/6", "13900139000", "500"])
    assert [row.amount for row in own.rows] == [398_000, 50_000]
    assert own.rows[0].phone == "13800138000"


@pytest.mark.parametrize(
    "table", [[["hello"]], [["日期", "电话"], ["3/5", "13800138000"]], [["金额"], ["3980"]]]
)
def test_a_table_without_amounts_or_without_anything_to_find_a_sale_by_is_no_list(
    table: list[list[str]],
) -> None:
    assert understand(table, currency=CNY, month=MARCH) is None


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-05",
        "2026/3/5",
        "2026.3.5",
        "2026年3月5日",
        "20260305",
        "3/5",
        "3月5日",
        "03-05",
        "5",
        "46086",
        "2026-03-05 14:20",
    ],
)
def test_days_are_read_as_people_write_them(text: str) -> None:
    assert read_day(text, MARCH) == date(2026, 3, 5)


@pytest.mark.parametrize("text", ["", "31/31", "2026-13-01", "昨天", "9" * 50])
def test_what_is_no_day_is_none(text: str) -> None:
    assert read_day(text, MARCH) is None


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("+86 138 0013 8000", "13800138000"),
        ("0086-13800138000", "13800138000"),
        ("尾号8000", "8000"),
        ("123", ""),
        ("", ""),
        ("9" * 40, ""),
    ],
)
def test_phones_are_read_whole_or_by_their_end(text: str, digits: str) -> None:
    assert read_phone(text) == digits


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("3980", 398_000),
        ("¥3,980.50", 398_050),
        ("(500)", -50_000),
        ("500-", -50_000),
        ("-500元", -50_000),
        ("0.3万", 300_000),
    ],
)
def test_amounts_are_read_as_people_write_them(text: str, minor: int) -> None:
    assert read(["电话", "金额"], ["13800138000", text]).rows[0].amount == minor


@pytest.mark.parametrize("text", ["=1+1", "1e9", "NaN", "39.805", "9" * 30, "3,98"])
def test_what_is_no_amount_is_left_unread_and_said(text: str) -> None:
    assert read(["电话", "金额"], ["13800138000", text]).unread == (2,)


@given(st.lists(st.lists(st.text(max_size=12), max_size=6), max_size=12))
def test_no_table_of_text_breaks_the_reading(table: list[list[str]]) -> None:
    own = understand(table, currency=CNY, month=MARCH)
    assert own is None or len(own.rows) <= len(table)


def put(own: OwnList, *sales: Credited) -> Comparison:
    return compare(own, sales, MARCH)


def test_a_row_finds_its_sale_by_number_or_phone_or_the_end_of_it_or_day_and_amount() -> None:
    own = read(
        ["日期", "单号", "电话", "金额"],
        ["", "ABCDEFGHJK22", "", "3980"],
        ["", "", "13900139000", "100"],
        ["", "", "尾号7000", "200"],
        ["3/8", "", "", "300"],
    )
    result = put(
        own,
        credited(),
        credited("b" * 12, phone="13900139000", credit=10_000),
        credited("c" * 12, phone="13700137000", credit=20_000),
        credited(
            "d" * 12,
            phone="13600136000",
            credit=30_000,
            first_day=date(2026, 3, 8),
            last_day=date(2026, 3, 8),
        ),
    )
    assert [pair.credited.sale for pair in result.agreed] == ["abcdefghjk22", "b" * 12, "c" * 12, "d" * 12]
    assert not result.only_mine
    assert not result.only_system


@pytest.mark.parametrize("masked", ["137****7000", "137 **** 7000", "+86137xxxx7000", "***7000"])
def test_a_masked_phone_finds_its_sale_and_is_shown_as_it_was_written(masked: str) -> None:
    other = credited("b" * 12, phone="13500137000", credit=20_000) if masked != "***7000" else None
    sales = [credited("c" * 12, phone="13700137000", credit=20_000), *([other] if other else [])]
    result = put(read(["电话", "金额"], [masked, "200"]), *sales)
    assert [pair.credited.sale for pair in result.agreed] == ["c" * 12]
    assert result.agreed[0].rows[0].phone_typed == masked


def test_a_masked_phone_of_nobody_stays_as_it_was_written() -> None:
    (only,) = put(read(["电话", "金额"], ["138****9999", "200"])).only_mine
    assert (only.row.phone_typed, only.row.phone) == ("138****9999", "9999")


def test_a_row_without_number_and_phone_finds_its_sale_by_the_buyers_name() -> None:
    """What was paid and what went back are two rows of one sale, on days of their own."""
    own = read(
        ["成交日", "客户", "金额"],
        ["3月4日", "何浩然", "5980"],
        ["3月6日", "何浩然", "-1490"],
        ["3月6日", "别人", "100"],
    )
    result = put(own, credited("b" * 12, buyer="何浩然", phone="13900139000", credit=449_000), credited())
    assert [(pair.credited.buyer, len(pair.rows)) for pair in result.agreed] == [("何浩然", 2)]
    assert [one.row.name for one in result.only_mine] == ["别人"]


def test_a_phone_weighs_more_than_a_name() -> None:
    own = read(["客户", "电话", "金额"], ["何浩然", "13700137000", "500"])
    (only,) = put(own, credited("b" * 12, buyer="何浩然", phone="13900139000", credit=50_000)).only_mine
    assert only.row.phone == "13700137000"


def test_rows_of_one_sale_are_added_up() -> None:
    result = put(read(["电话", "金额"], ["13800138000", "1000"], ["13800138000", "2980"]), credited())
    assert [len(pair.rows) for pair in result.agreed] == [2]


def test_two_sales_of_one_guest_are_told_apart_by_their_amounts() -> None:
    own = read(["电话", "金额"], ["13800138000", "500"], ["13800138000", "3980"])
    result = put(own, credited(), credited("b" * 12, credit=50_000))
    assert [pair.credited.sale for pair in result.agreed] == ["b" * 12, "abcdefghjk22"]


@pytest.mark.parametrize(
    ("written", "sale", "why"),
    [
        ("3980", credited(credit=278_600), Why.SHARED),
        ("3980", credited(credit=100_000, gained=398_000, price=500_000, received=450_000), Why.TAKEN_BACK),
        ("3980.50", credited(), Why.CENTS),
        ("3500", credited(), Why.UNKNOWN),
    ],
)
def test_a_difference_says_what_probably_lies_behind_it(written: str, sale: Credited, why: Why) -> None:
    [pair] = put(read(["电话", "金额"], ["13800138000", written]), sale).different
    assert pair.why is why
    assert pair.difference == pair.written - sale.credit


def test_what_counts_in_another_month_is_said_to() -> None:
    april = date(2026, 4, 1)
    own = read(["电话", "金额"], ["13800138000", "3980"], ["13900139000", "500"])
    result = put(
        own,
        credited(credit=100_000, price=900_000, received=900_000),
        credited(credit=298_000, month=april, price=900_000, received=900_000),
        credited("b" * 12, phone="13900139000", credit=50_000, month=april),
    )
    assert [pair.why for pair in result.different] == [Why.OTHER_MONTH]
    assert [(lone.why, lone.elsewhere) for lone in result.only_mine] == [(Why.OTHER_MONTH, april)]


def test_what_only_one_of_them_has_is_listed() -> None:
    result = put(read(["电话", "金额"], ["13100131000", "3980"]), credited())
    assert [lone.why for lone in result.only_mine] == [Why.NOTHING_FITS]
    assert [each.sale for each in result.only_system] == ["abcdefghjk22"]
    assert (result.written, result.credited) == (398_000, 398_000)


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(-500, 500)), max_size=8),
    st.lists(st.integers(-500, 500), max_size=3),
)
def test_nothing_of_either_list_is_lost_or_counted_twice(
    rows: list[tuple[str, int]], booked: list[int]
) -> None:
    phones = {"a": "13800138000", "b": "13900139000", "c": "13700137000"}
    own = understand(
        [["电话", "金额"], *([phones[whose], str(amount)] for whose, amount in rows)],
        currency=CNY,
        month=MARCH,
    )
    assert own is not None
    sales = [
        credited(whose * 12, phone=phones[whose], credit=credit * 100)
        for whose, credit in zip("abc", booked, strict=False)
    ]
    result = compare(own, sales, MARCH)
    told = [row.row for pair in (*result.agreed, *result.different) for row in pair.rows]
    told += [lone.row.row for lone in result.only_mine]
    assert sorted(told) == [row.row for row in own.rows]
    shown = {pair.credited.sale for pair in (*result.agreed, *result.different)}
    assert shown | {each.sale for each in result.only_system} >= {each.sale for each in sales if each.credit}
