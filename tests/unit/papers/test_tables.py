"""Tables that people bring are read whole, and what is made to do harm is refused."""

import io
import zipfile
from datetime import date

import pytest
import xlsxwriter

from clubsales.papers import tables
from clubsales.papers.tables import Unreadable, UnreadableTable, read_table


def workbook(*rows: list[object], merged: tuple[int, int, int, int, object] | None = None) -> bytes:
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made)
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            if isinstance(cell, date):
                sheet.write_datetime(number, place, cell, book.add_format({"num_format": "yyyy/m/d"}))
            else:
                sheet.write(number, place, cell)
    if merged:
        sheet.merge_range(*merged)
    book.close()
    return made.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_separated_text_is_read_in_the_encodings_and_separators_of_spreadsheets(
    encoding: str, separator: str
) -> None:
    text = separator.join(["日期", "金额"]) + "\r\n" + separator.join(["3月5日", '"3980"']) + "\r\n"
    assert read_table(text.encode(encoding)) == [["日期", "金额"], ["3月5日", "3980"]]


def test_a_workbook_gives_text_days_and_whole_numbers_as_people_see_them() -> None:
    table = read_table(workbook(["日期", "手机", "金额"], [date(2026, 3, 5), 13800138000, 3980.5]))
    assert table == [["日期", "手机", "金额"], ["2026-03-05", "13800138000", "3980.5"]]


def test_what_was_merged_downwards_stands_in_each_row() -> None:
    table = read_table(workbook(["日期", "金额"], ["", 1], ["", 2], merged=(1, 0, 2, 0, "3/5")))
    assert table[1:] == [["3/5", "1"], ["3/5", "2"]]


def test_a_formula_is_never_reckoned() -> None:
    assert read_table(workbook(["=1+1", "x"]))[0][0] in {"0", ""}
    assert read_table(b"=1+1,x\n")[0] == ["=1+1", "x"]


def test_the_first_sheet_with_something_in_it_is_read() -> None:
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made)
    book.add_worksheet()
    book.add_worksheet().write(0, 0, "here")
    book.close()
    assert read_table(made.getvalue()) == [["here"]]


def bomb() -> bytes:
    """A megabyte that unpacks to a gigabyte."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook([1]))) as source,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed,
    ):
        for name in source.namelist():
            inside = source.read(name)
            if name.endswith("sheet1.xml"):
                with packed.open(name, "w", force_zip64=True) as sheet:
                    beginning, middle, end = inside.partition(b"<sheetData>")
                    sheet.write(beginning + middle)
                    for _each in range(256):
                        sheet.write(b" " * (1 << 22))
                    sheet.write(end)
            else:
                packed.writestr(name, inside)
    return made.getvalue()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", Unreadable.EMPTY),
        (b" \r\n ", Unreadable.EMPTY),
        (workbook(), Unreadable.EMPTY),
        (b"x" * (tables.LARGEST + 1), Unreadable.TOO_BIG),
        (b"a,b\n" * (tables.MOST_ROWS + 1), Unreadable.TOO_MANY_ROWS),
        (b"PK\x03\x04 no archive", Unreadable.NOT_A_TABLE),
        (b"\xd0\xcf\x11\xe0 no workbook", Unreadable.NOT_A_TABLE),
        (b"\x89PNG\r\n\x00\x1a", Unreadable.NOT_A_TABLE),
        (b"\xff\xfe\x00", Unreadable.NOT_A_TABLE),
    ],
)
def test_what_is_no_table_or_too_big_is_refused_by_name(data: bytes, why: Unreadable) -> None:
    with pytest.raises(UnreadableTable) as refused:
        read_table(data)
    assert refused.value.why is why


def test_a_workbook_whose_last_cell_is_the_millionth_eats_no_memory_of_ours() -> None:
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made)
    sheet = book.add_worksheet()
    sheet.write(0, 0, 1)
    sheet.write(1_048_575, 16_383, 2)
    book.close()
    with pytest.raises(UnreadableTable) as refused:
        read_table(made.getvalue())
    assert refused.value.why is Unreadable.NOT_A_TABLE


def test_an_archive_that_unpacks_to_a_gigabyte_is_given_up() -> None:
    data = bomb()
    with pytest.raises(UnreadableTable):
        read_table(data)


def test_a_table_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "TIME_LIMIT", 0.001)
    with pytest.raises(UnreadableTable):
        read_table(b"a,b\n")
