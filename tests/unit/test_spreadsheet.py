"""Workbooks hold what people read, and no formula whatever somebody typed."""

import io
import zipfile
from datetime import date
from decimal import Decimal

from clubsales.papers.tables import read_table
from clubsales.spreadsheet import Sheet, workbook, written


def sheet(*rows: list[object]) -> bytes:
    return workbook([Sheet(name="三月/明细"[:2], heading=("名", "数"), rows=rows, widths=(20, 10))])  # type: ignore[arg-type]


def test_a_workbook_keeps_words_days_and_amounts() -> None:
    made = sheet(["林静", Decimal("1234.50")], [date(2026, 3, 5), 7], [None, -3])
    assert read_table(made) == [["名", "数"], ["林静", "1234.5"], ["2026-03-05", "7"], ["", "-3"]]


def test_words_that_look_like_formulas_links_or_numbers_stay_words() -> None:
    made = sheet(["=HYPERLINK(1)", "http://x.test"], ["@SUM(1)", "0012"])
    with zipfile.ZipFile(io.BytesIO(made)) as packed:
        inside = packed.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in inside
    assert b"hyperlink" not in inside
    assert read_table(made)[1:] == [["=HYPERLINK(1)", "http://x.test"], ["@SUM(1)", "0012"]]


def test_the_same_cells_give_the_same_bytes() -> None:
    assert sheet(["a", 1]) == sheet(["a", 1])


def test_a_day_stands_in_csv_as_iso() -> None:
    assert written([[date(2026, 3, 5), "x"]]) == "\ufeff2026-03-05,x\r\n"
