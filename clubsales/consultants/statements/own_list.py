"""Somebody's own notes of what he sold, read from a table as people keep it. Pure.

Titles above the heading, any order and language of columns, full-width digits, days without a year, blank and total rows.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from clubsales.money import Currency, MalformedAmount, Money

HEADING_WITHIN = 20  # rows
FIRST_SERIAL_DAY = date(1899, 12, 30)  # from which spreadsheets count days
SERIALS = range(36_526, 73_051)  # the years 2000 to 2099
SHORTEST_TAIL = 4  # digits of a phone that still say whose it is, among one's own guests

_UNITS = re.compile(r"[(\[（【].*?[)\]）】]")
_NOT_A_WORD = re.compile(r"[\s_:：*#.\-/]+")
_TOTALS = re.compile(r".*(合计|总计|小计|共计|总额).*|(grand|sub)?totals?|sum")
_WHOLE_DAY = re.compile(r"(20\d\d)\D{0,2}(\d{1,2})\D{1,2}(\d{1,2})(?:\D.*)?", re.ASCII)
_CLOSE_DAY = re.compile(r"(20\d\d)(\d\d)(\d\d)", re.ASCII)
_SHORT_DAY = re.compile(r"(\d{1,2})\D{1,2}(\d{1,2})\D{0,1}", re.ASCII)
_MASKED = re.compile(r"(?:\+?0{0,2}86)?(\d{0,7})[*xX×•._]{2,}(\d{4,8})", re.ASCII)
_PHONE = re.compile(r"(?:\+?0{0,2}86)?(1[3-9]\d{9})", re.ASCII)
_PLAIN_NUMBER = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|-?\d+(?:\.\d+)?", re.ASCII)
_NOT_DIGITS = re.compile(r"\D+", re.ASCII)
_PUBLIC_ID = re.compile(r"[0-9a-z]{12}", re.ASCII)


class Column(StrEnum):
    """What a column of the list is."""

    DAY = "day"
    SALE = "sale"
    PHONE = "phone"
    AMOUNT = "amount"
    NAME = "name"


# The first column with a word in the heading is it: an order's amount is an amount, a customer's phone a phone.
HEADINGS: tuple[tuple[Column, tuple[str, ...]], ...] = (
    (Column.PHONE, ("手机", "电话", "联系方式", "尾号", "phone", "mobile", "tel", "cell")),
    (Column.DAY, ("日期", "时间", "成交日", "date", "day", "when")),
    (
        Column.AMOUNT,
        (
            *("业绩", "credit", "金额", "实收", "收款", "成交额", "销售额", "价格"),
            *("amount", "paid", "price", "sum", "value", "rmb", "¥"),
        ),
    ),
    (
        Column.SALE,
        ("单号", "编号", "订单", "合同", "流水", "sale", "order", "contract", "number", "no"),
    ),
    (Column.NAME, ("姓名", "客户", "会员", "顾客", "name", "customer", "client", "guest", "member", "buyer")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRow:
    """A row of the list as it was understood. `row` counts from 1, as spreadsheets do; an unknown part is empty."""

    row: int
    amount: int  # minor units
    day: date | None = None
    sale: str = ""
    phone: str = ""  # digits: a whole mobile number, or its end
    phone_start: str = ""  # of one that is masked: the digits before
    phone_typed: str = ""  # as it stands in the list
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnList:
    """A list as it was understood. `columns` are its headings; `unread` rows have something in them but no amount."""

    rows: tuple[OwnRow, ...]
    columns: dict[Column, str]
    unread: tuple[int, ...]
    total_rows: tuple[int, ...]


def understand(table: Sequence[Sequence[str]], *, currency: Currency, month: date) -> OwnList | None:
    """The list in a table; None where no column of amounts, or nothing to find a sale by, can be made out.

    Days without a year are of the month asked for, or of the year it is in.
    """
    found = _by_heading(table) or _by_content(table, currency, month)
    if found is None:
        return None
    places, start = found
    rows, unread, totals = [], [], []
    day_above: date | None = None
    for number, cells in enumerate(table[start:], start=start + 1):
        plain = [plain_text(cell) for cell in cells]
        if not any(plain):
            continue
        if any(_TOTALS.fullmatch(_word(cell)) for cell in plain):
            totals.append(number)
            continue
        part = {column: plain[place] if place < len(plain) else "" for column, place in places.items()}
        amount = _amount(part[Column.AMOUNT], currency)
        day = read_day(part.get(Column.DAY, ""), month) or (day_above if not part.get(Column.DAY) else None)
        day_above = day
        if amount is None:
            unread.append(number)
            continue
        sale, typed = part.get(Column.SALE, "").lower(), part.get(Column.PHONE, "")
        before, phone = _masked(typed)
        rows.append(
            OwnRow(
                row=number,
                amount=amount.minor,
                day=day,
                sale=sale,
                phone=phone or read_phone(typed) or (read_phone(sale) if _PHONE.fullmatch(sale) else ""),
                phone_start=before,
                phone_typed=typed,
                name=part.get(Column.NAME, ""),
            )
        )
    heading = table[start - 1] if start else []
    return OwnList(
        rows=tuple(rows),
        columns={column: heading[place] if place < len(heading) else "" for column, place in places.items()},
        unread=tuple(unread),
        total_rows=tuple(totals),
    )


def plain_text(text: str) -> str:
    """Full-width letters and digits as plain ones, without blanks around."""
    return unicodedata.normalize("NFKC", text).replace("\u200b", "").strip()


def read_day(text: str, month: date) -> date | None:
    """A day as people write it: 2026-03-05, 2026年3月5日, 3/5, 3月5日, 20260305, or a spreadsheet's count of days."""
    if found := _CLOSE_DAY.fullmatch(text) or _WHOLE_DAY.fullmatch(text):
        return _date(int(found[1]), int(found[2]), int(found[3]))
    if text.isascii() and text.isdigit():
        if int(text) in SERIALS:
            return FIRST_SERIAL_DAY + timedelta(days=int(text))
        return _date(month.year, month.month, int(text)) if len(text) <= 2 else None
    if found := _SHORT_DAY.fullmatch(text):
        return _date(month.year, int(found[1]), int(found[2]))
    return None


def _masked(text: str) -> tuple[str, str]:
    """The digits before and after the mask of a number such as 138****5678; both empty for what is none."""
    found = _MASKED.fullmatch(text.replace(" ", "").replace("-", ""))
    return (found[1], found[2]) if found else ("", "")


def read_phone(text: str) -> str:
    """The digits of a mobile number without country code, or of its end; empty for what is neither."""
    digits = _NOT_DIGITS.sub("", text)
    whole = _PHONE.fullmatch(digits)
    if whole:
        return whole[1]
    return digits if SHORTEST_TAIL <= len(digits) <= 11 and not _PUBLIC_ID.fullmatch(text) else ""


def _amount(text: str, currency: Currency) -> Money | None:
    """An amount as people write it: ¥3,980.00, 3980元, 1.2万, (500), 500-."""
    plain = text.replace(" ", "").replace("¥", "").replace("元", "").replace("rmb", "").replace("RMB", "")
    sign = 1
    if plain.startswith("(") and plain.endswith(")"):
        plain, sign = plain[1:-1], -1
    elif plain.endswith("-"):
        plain, sign = plain[:-1], -1
    times = 10_000 if plain.endswith("万") else 1
    plain = plain.removesuffix("万").removeprefix("+")
    if not _PLAIN_NUMBER.fullmatch(plain):
        return None
    try:
        number = Decimal(plain.replace(",", "")) * times * sign
        return Money.parse(format(number, "f"), currency)
    except (InvalidOperation, MalformedAmount):
        return None


def _by_heading(table: Sequence[Sequence[str]]) -> tuple[dict[Column, int], int] | None:
    best: tuple[dict[Column, int], int] | None = None
    for number, cells in enumerate(table[:HEADING_WITHIN]):
        places: dict[Column, tuple[int, int]] = {}
        for place, cell in enumerate(cells):
            if (named := _column(cell)) and (named[0] not in places or named[1] < places[named[0]][0]):
                places[named[0]] = (named[1], place)
        found = {column: place for column, (_rank, place) in places.items()}
        if _is_enough(found) and (best is None or len(found) > len(best[0])):
            best = (found, number + 1)
    return best


def _column(cell: str) -> tuple[Column, int] | None:
    """What a heading says its column is, and how well: of two columns of amounts that of credit is meant."""
    word = _word(cell)
    if not word or word[0].isdigit():
        return None
    for column, words in HEADINGS:
        for rank, each in enumerate(words):
            if word == each or (each in word and len(each) > 2) or (not each.isascii() and each in word):
                return column, rank
    return None


def _by_content(
    table: Sequence[Sequence[str]], currency: Currency, month: date
) -> tuple[dict[Column, int], int] | None:
    """Columns of a list without headings, by what stands in most of their cells."""
    width = max((len(row) for row in table), default=0)
    found: dict[Column, int] = {}
    for place in range(width):
        cells = [plain_text(row[place]) for row in table if place < len(row) and row[place].strip()]
        for column, fits in (
            (Column.PHONE, [bool(_PHONE.fullmatch(_NOT_DIGITS.sub("", cell))) for cell in cells]),
            (Column.SALE, [bool(_PUBLIC_ID.fullmatch(cell.lower())) for cell in cells]),
            (Column.DAY, [len(cell) > 2 and read_day(cell, month) is not None for cell in cells]),
            (Column.AMOUNT, [_amount(cell, currency) is not None for cell in cells]),
        ):
            if column not in found and fits and sum(fits) * 2 > len(fits):
                found[column] = place
                break
    return (found, 0) if _is_enough(found) else None


def _is_enough(found: dict[Column, int]) -> bool:
    return Column.AMOUNT in found and bool({Column.SALE, Column.PHONE, Column.DAY} & found.keys())


def _word(cell: str) -> str:
    return _NOT_A_WORD.sub("", _UNITS.sub("", plain_text(cell))).lower()


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
