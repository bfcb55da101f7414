"""Tables for a spreadsheet."""

import csv
import io
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

Cell = str | int | Decimal | Fraction | None
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


def _cell(value: Cell) -> str | int | Decimal:
    if value is None:
        return ""
    if isinstance(value, Fraction):
        return f"{float(value):.4f}"
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return value
