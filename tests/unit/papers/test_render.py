"""A paper is a PDF with our fonts in it, out of data that is never markup."""

import re
import zlib
from pathlib import Path
from typing import Any

import pytest
import typst

from clubsales.papers import render
from clubsales.papers.render import NoFonts, PaperFailed, fonts_are_there, render_pdf

needs_fonts = pytest.mark.skipif(not fonts_are_there(), reason="frontend/build.py has made no fonts")


def paper(**changed: Any) -> dict[str, Any]:
    columns = [
        {"name": name, "end": name == "金额", "wide": name == "原因"} for name in ("项目", "原因", "金额")
    ]
    table = {
        "title": "明细",
        "columns": columns,
        "rows": [["提成", "达到 10 % 档", "6,000.00"]],
        "total": [],
        "note": "",
    }
    return {
        "language": "zh",
        "title": "2026年3月工资单",
        "club": "江畔店",
        "facts": [["姓名", "林静"]],
        "tables": [table],
        "notes": [],
        "signatures": ["本人"],
        "footer": "9f86d081",
        "page": "第 {page} 页，共 {pages} 页",
    } | changed


def text_of(pdf: bytes) -> str:
    """Every letter a PDF's fonts say they hold, by their ToUnicode tables."""
    letters: list[str] = []
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            plain = zlib.decompress(stream)
        except zlib.error:
            continue
        if b"beginbfchar" in plain or b"beginbfrange" in plain:
            letters += [
                bytes.fromhex(found.decode()).decode("utf-16-be")
                for found in re.findall(rb"<[0-9A-Fa-f]+> ?<([0-9A-Fa-f]+)>", plain)
            ]
    return "".join(letters)


@needs_fonts
def test_a_paper_is_a_pdf_with_embedded_fonts_whose_chinese_can_be_copied_out() -> None:
    pdf = render_pdf("statement", paper())
    assert pdf.startswith(b"%PDF-")
    assert b"NotoSansSC-Regular" in pdf
    assert b"NotoSansSC-SemiBold" in pdf
    assert set("林静提成达到江畔店") <= set(text_of(pdf))
    assert len(pdf) < 100_000  # only the letters used are inside


@needs_fonts
def test_the_same_data_give_the_same_bytes() -> None:
    first = render_pdf("statement", paper())
    render._rendered.cache_clear()
    assert render_pdf("statement", paper()) == first


@needs_fonts
def test_what_is_written_is_never_markup() -> None:
    name = '#panic("x") $ * _ \\ [ ] <a> @b // " ='
    pdf = render_pdf("statement", paper(facts=[["姓名", name]]))
    assert set(name) - {" "} <= set(text_of(pdf))


@needs_fonts
def test_a_paper_of_a_thousand_lines_has_its_heading_on_every_page_and_is_made_in_seconds() -> None:
    table = paper()["tables"][0]
    pdf = render_pdf("statement", paper(tables=[table | {"rows": table["rows"] * 1000}]))
    assert len(re.findall(rb"/Type ?/Page\b", pdf)) > 15 or b"/ObjStm" in pdf


@needs_fonts
def test_a_template_that_cannot_be_set_is_told_by_what_typst_says() -> None:
    with pytest.raises(PaperFailed) as failed:
        render_pdf("statement", {"title": "alone"})
    assert "club" in failed.value.reason


def test_without_fonts_it_is_said_what_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(render, "FONTS", tmp_path)
    assert not fonts_are_there()
    with pytest.raises(NoFonts):
        render_pdf("statement", paper(title="没有字体"))


def test_a_paper_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(render, "TIME_LIMIT", 0.001)
    monkeypatch.setattr(render, "fonts_are_there", lambda: True)
    with pytest.raises(PaperFailed, match="longer"):
        render_pdf("statement", paper(title="太慢"))


@needs_fonts
def test_no_letter_of_a_statement_is_missing_in_our_fonts() -> None:
    families = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(render.FONTS)]
    ).fonts()
    assert {(font.family, font.weight) for font in families} == {("Noto Sans SC", 400), ("Noto Sans SC", 600)}
