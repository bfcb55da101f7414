"""PDFs of papers, each made by a process of its own that ends with it.

What is written comes in as data, never as markup: a name full of brackets stays a name. The same data gives the same
bytes. Call it with no transaction open: it takes about a fifth of a second.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

PACKAGE = Path(__file__).resolve().parent
_PACKED = PACKAGE.parent / "_fonts"
FONTS = _PACKED if _PACKED.is_dir() else PACKAGE.parent.parent / "frontend" / "build" / "fonts"
FONT_FILE = "noto-sans-sc-400.ttf"
TIME_LIMIT = 30.0  # seconds
AT_ONCE = 2  # processes; the floor must not wait for papers
KEPT = 16

_places = BoundedSemaphore(AT_ONCE)


class PaperFailed(Exception):
    """No PDF was made; `reason` is for the log."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NoFonts(PaperFailed):
    """The fonts of papers were not built: the front end was not, or its build found no fonttools."""


def fonts_are_there() -> bool:
    """Whether this installation can make a PDF in which Chinese can be read."""
    return (FONTS / FONT_FILE).is_file()


def render_pdf(template: str, data: Mapping[str, Any]) -> bytes:
    """A PDF by the template's name and its data, which are JSON. Raises NoFonts or PaperFailed."""
    return _rendered(template, json.dumps(data, ensure_ascii=False, sort_keys=True))


@lru_cache(maxsize=KEPT)
def _rendered(template: str, data: str) -> bytes:
    if not fonts_are_there():
        raise NoFonts("the fonts of papers are not built: run frontend/build.py")
    job = {"template": f"{template}.typ", "data": data, "fonts": str(FONTS)}
    with _place():
        try:
            done = subprocess.run(
                [sys.executable, "-m", "clubsales.papers.worker"],
                input=json.dumps(job).encode(),
                capture_output=True,
                timeout=TIME_LIMIT,
                check=False,
                cwd=PACKAGE.parent.parent,
                env={"LC_ALL": "C.UTF-8"},  # and none of our secrets
            )
        except subprocess.TimeoutExpired:
            raise PaperFailed(f"{template} took longer than {TIME_LIMIT:.0f} s") from None
    if done.returncode:
        raise PaperFailed(f"{template}: {done.stderr.decode(errors='replace')[-2000:]}")
    return done.stdout


@contextmanager
def _place() -> Iterator[None]:
    if not _places.acquire(timeout=TIME_LIMIT):
        raise PaperFailed("too many papers at once")
    try:
        yield
    finally:
        _places.release()
