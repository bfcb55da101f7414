"""Tables for a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction

import xlsxwriter

Cell = str | int | Decimal | Fraction | date | None
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BYTE_ORDER_MARK = "\ufeff"
# A spreadsheet takes a cell that begins so for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def written(rows: Iterable[Iterable[Cell]]) -> str:
    """CSV that spreadsheets open as UTF-8; words that look like formulas are quoted, figures stay figures."""
    return BYTE_ORDER_MARK + lines(rows)


def lines(rows: Iterable[Iterable[Cell]]) -> str:
    """More lines of such a table."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([_cell(cell) for cell in row] for row in rows)
    return text.getvalue()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A sheet of a workbook: its name, a heading, rows; `widths` of the columns in characters."""

    name: str
    heading: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    widths: Sequence[int] = ()


def workbook(sheets: Iterable[Sheet]) -> bytes:
    """XLSX. Words stay words, whatever they look like; amounts have two decimals; the same cells give the same bytes."""
    made = io.BytesIO()
    book = xlsxwriter.Workbook(
        made,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    book.set_properties({"created": datetime(2000, 1, 1)})  # noqa: DTZ001  not the time it was asked for
    heading = book.add_format({"bold": True, "bottom": 1})
    amount, day = book.add_format({"num_format": "#,##0.00"}), book.add_format({"num_format": "yyyy-mm-dd"})
    for sheet in sheets:
        page = book.add_worksheet(sheet.name[:31])
        for column, width in enumerate(sheet.widths):
            page.set_column(column, column, width)
        page.write_row(0, 0, sheet.heading, heading)
        page.freeze_panes(1, 0)
        for number, row in enumerate(sheet.rows, start=1):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    page.write_string(number, column, cell)
                elif isinstance(cell, date):
                    page.write_datetime(number, column, datetime.combine(cell, time.min), day)
                elif isinstance(cell, Decimal | Fraction):
                    page.write_number(number, column, float(cell), amount)
                elif cell is not None:
                    page.write_number(number, column, cell)
    book.close()
    return made.getvalue()


def _cell(value: Cell) -> str | int | Decimal:
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Fraction):
        return f"{float(value):.4f}"
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return value
