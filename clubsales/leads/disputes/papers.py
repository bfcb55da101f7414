"""Pictures and papers beside a statement: what they are is found in them, never in what they are called. Pure."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from clubsales.errors import Decision, allow, refuse
from clubsales.typed import one_line

MOST_PAPERS = 10  # in a case
LARGEST_PAPER = 5 * 1024 * 1024  # bytes
LONGEST_NAME = 120
JPEG, PNG, WEBP, PDF = "image/jpeg", "image/png", "image/webp", "application/pdf"
PICTURES = frozenset({JPEG, PNG, WEBP})
ACCEPTED = (JPEG, PNG, WEBP, PDF)
EXTENSIONS = {JPEG: ".jpg", PNG: ".png", WEBP: ".webp", PDF: ".pdf"}
# What a file system or a shell would take for something else.
HOSTILE = str.maketrans(dict.fromkeys("/\\:*?\"<>|%;&$`'", "_"))


class PaperRefused(StrEnum):
    KIND = "dispute.paper_kind"
    LARGE = "dispute.paper_large"
    EMPTY = "dispute.paper_empty"
    MANY = "dispute.paper_many"


@dataclass(frozen=True, slots=True)
class Paper:
    """What somebody puts beside his words, under the name his device gave it."""

    name: str
    content: bytes

    @property
    def media_type(self) -> str | None:
        """What it is, by how it begins; None for anything but a picture or a PDF."""
        return media_type_of(self.content)

    @property
    def digest(self) -> str:
        """SHA-256 of it, hexadecimal: the same paper is known again."""
        return hashlib.sha256(self.content).hexdigest()


def media_type_of(content: bytes) -> str | None:
    """JPEG, PNG, WebP or PDF, by how it begins."""
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return WEBP
    return PDF if content.startswith(b"%PDF-") else None


def kept_name(paper: Paper) -> str:
    """Its name as it is stored and offered again: one line, no folders, ending as what it is."""
    ending = EXTENSIONS.get(paper.media_type or "", "")
    plain = one_line(paper.name).translate(HOSTILE).strip("._ ")
    stem = plain.rpartition(".")[0] if "." in plain else plain
    stem = stem.strip("._ ")[: LONGEST_NAME - len(ending)] or "paper"
    return stem + ending


def may_add(papers: Sequence[Paper], already: int) -> Decision:
    """Whether these may stand in a case that has `already` some. Names the first that may not."""
    if already + len(papers) > MOST_PAPERS:
        return refuse(PaperRefused.MANY, most=MOST_PAPERS, left=max(MOST_PAPERS - already, 0))
    for paper in papers:
        name = one_line(paper.name, LONGEST_NAME)
        if not paper.content:
            return refuse(PaperRefused.EMPTY, name=name)
        if len(paper.content) > LARGEST_PAPER:
            return refuse(PaperRefused.LARGE, name=name, most=LARGEST_PAPER // (1024 * 1024))
        if paper.media_type is None:
            return refuse(PaperRefused.KIND, name=name)
    return allow()
