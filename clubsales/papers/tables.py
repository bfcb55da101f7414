"""Tables that people bring: CSV, XLSX, XLS or ODS, read by a process of its own that may take little time and memory.

A table is somebody's file and may be made to do harm: a small archive that unpacks to gigabytes, a sheet whose last cell is
the millionth. Formulas are never reckoned; of them the last result is read.
"""

import json
import subprocess
import sys
from enum import StrEnum
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
LARGEST = 900_000  # bytes; a request takes a megabyte
MOST_ROWS = 3_000
MOST_COLUMNS = 60
LONGEST_CELL = 200
TIME_LIMIT = 20.0  # seconds

Table = list[list[str]]


class Unreadable(StrEnum):
    """Why a file cannot be read as a table."""

    EMPTY = "empty"
    TOO_BIG = "too_big"
    TOO_MANY_ROWS = "too_many_rows"
    NOT_A_TABLE = "not_a_table"


class UnreadableTable(Exception):
    """The file is no table that we read."""

    def __init__(self, why: Unreadable) -> None:
        super().__init__(why.value)
        self.why = why


def read_table(data: bytes) -> Table:
    """The first sheet with something in it, as text; days as ISO. Raises UnreadableTable.

    What was merged from top to bottom stands in each of its rows.
    """
    if not data.strip():
        raise UnreadableTable(Unreadable.EMPTY)
    if len(data) > LARGEST:
        raise UnreadableTable(Unreadable.TOO_BIG)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "clubsales.papers.reader"],
            input=data,
            capture_output=True,
            timeout=TIME_LIMIT,
            check=False,
            cwd=ROOT,
            env={"LC_ALL": "C.UTF-8"},
        )
    except subprocess.TimeoutExpired:
        raise UnreadableTable(Unreadable.NOT_A_TABLE) from None
    if done.returncode:
        raise UnreadableTable(Unreadable.NOT_A_TABLE)
    table: Table = json.loads(done.stdout)
    if len(table) > MOST_ROWS:
        raise UnreadableTable(Unreadable.TOO_MANY_ROWS)
    if not table:
        raise UnreadableTable(Unreadable.EMPTY)
    return table
