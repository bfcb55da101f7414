"""The process that reads one table: a file comes in, its cells go out as JSON."""

import csv
import io
import json
import resource
import sys
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineSheet, CalamineWorkbook

from clubsales.papers.tables import LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, Table

MEMORY = 768 << 20  # bytes of address space
SECONDS = 10
ARCHIVES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
Value = str | float | bool | date | datetime | time | timedelta | None


def main() -> int:
    """Exit status 1 for what is no table; whatever eats too much ends by its limits."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    data = sys.stdin.buffer.read()
    try:
        table = _workbook(data) if data.startswith(ARCHIVES) else _separated(_decoded(data))
    except Exception as failure:  # a foreign file, a foreign parser: anything may come
        sys.stderr.write(f"{failure}\n")
        return 1
    json.dump(table, sys.stdout)
    return 0


def _workbook(data: bytes) -> Table:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    for name in book.sheet_names:
        sheet = book.get_sheet_by_name(name)
        table = [[_text(cell) for cell in row[:MOST_COLUMNS]] for row in sheet.to_python(nrows=MOST_ROWS + 1)]
        if any(any(row) for row in table):
            _fill_merged(sheet, table)
            return table
    return []


def _fill_merged(sheet: CalamineSheet, table: Table) -> None:
    first_row, first_column = sheet.start or (0, 0)
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or []:
        start, column = top - first_row, left - first_column
        if left == right and 0 <= start < len(table) and 0 <= column < MOST_COLUMNS:
            for row in table[start + 1 : bottom - first_row + 1]:
                if column < len(row):
                    row[column] = table[start][column]


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16")
    if b"\0" in data:
        raise ValueError("no text")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030")


def _separated(text: str) -> Table:
    beginning = text[:10_000]
    separator = max("\t;,", key=beginning.count) if any(each in beginning for each in "\t;,") else ","
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    table: Table = []
    for row in rows:
        table.append([cell.strip()[:LONGEST_CELL] for cell in row[:MOST_COLUMNS]])
        if len(table) > MOST_ROWS:
            break
    return table


def _text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".")
    return str(value).strip()[:LONGEST_CELL]


if __name__ == "__main__":
    sys.exit(main())
