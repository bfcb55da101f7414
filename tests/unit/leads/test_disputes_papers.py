"""What may stand beside a statement."""

import pytest

from clubsales.errors import Refusal, allow
from clubsales.leads.disputes.papers import (
    LARGEST_PAPER,
    LONGEST_NAME,
    MOST_PAPERS,
    Paper,
    PaperRefused,
    kept_name,
    may_add,
    media_type_of,
)

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20
JPEG = b"\xff\xd8\xff\xe0" + b"0" * 20
WEBP = b"RIFF\x00\x00\x00\x00WEBPVP8 "
PDF = b"%PDF-1.7\n"


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (PNG, "image/png"),
        (JPEG, "image/jpeg"),
        (WEBP, "image/webp"),
        (PDF, "application/pdf"),
        (b"GIF89a", None),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", None),
        (b"<!doctype html>%PDF-", None),
        (b"RIFF\x00\x00\x00\x00WAVE", None),
        (b"", None),
    ],
)
def test_what_a_paper_is_is_found_in_it(content: bytes, found: str | None) -> None:
    assert media_type_of(content) == found


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("聊天记录.png", "聊天记录.png"),
        ("../../etc/passwd", "etc_passwd.png"),
        ("C:\\windows\\evil.exe", "C__windows_evil.png"),
        ("evil.html", "evil.png"),
        ("a\r\nContent-Type: text/html", "a Content-Type_ text_html.png"),
        ('"; filename="x', "filename=_x.png"),
        ("", "paper.png"),
        ("...", "paper.png"),
        ("pass\u202egnp.exe", "passgnp.png"),
    ],
)
def test_a_name_is_kept_without_what_could_do_harm(name: str, kept: str) -> None:
    assert kept_name(Paper(name, PNG)) == kept


def test_a_long_name_keeps_its_ending() -> None:
    kept = kept_name(Paper("长" * 300 + ".png", JPEG))
    assert len(kept) == LONGEST_NAME
    assert kept.endswith(".jpg")


@pytest.mark.parametrize(
    ("paper", "code"),
    [
        (Paper("x.png", b""), PaperRefused.EMPTY),
        (Paper("x.png", b"GIF89a"), PaperRefused.KIND),
        (Paper("x.png", PNG + b"0" * LARGEST_PAPER), PaperRefused.LARGE),
    ],
)
def test_a_paper_that_may_not_stand_there_is_named(paper: Paper, code: PaperRefused) -> None:
    decision = may_add([Paper("ok.pdf", PDF), paper], 0)
    assert isinstance(decision, Refusal)
    assert decision.code is code
    assert decision.facts["name"] == "x.png"


def test_a_case_holds_ten_papers() -> None:
    one = Paper("x.png", PNG)
    assert may_add([one] * 2, MOST_PAPERS - 2) == allow()
    decision = may_add([one] * 3, MOST_PAPERS - 2)
    assert isinstance(decision, Refusal)
    assert decision.facts == {"most": MOST_PAPERS, "left": 2}
