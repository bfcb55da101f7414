"""Text as people type, dictate and paste it, and as it is kept: one rule for every field of free text.

Kept text is composed (NFC) and holds nothing that a database refuses, a reader cannot see or that makes a line
read otherwise than it is written. Letters, punctuation, emoji and their joiners stay as they are; nothing is
escaped here, pages do that. Cleaning twice changes nothing.
"""

import unicodedata
from itertools import chain

_BLANKS = (
    "\n\t \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
)
_JOINERS = "\u200c\u200d"  # inside an emoji or a word they belong to it
_EDGES = _BLANKS + _JOINERS
_LINE_ENDS = "\r\v\f\x85\u2028\u2029"
_CONTROLS = chain(range(0x20), range(0x7F, 0xA0), range(0xD800, 0xE000))
_UNSEEN = chain(  # soft hyphen, blanks of no width, marks of direction, annotations, tags
    (0xAD, 0x61C, 0x180E, 0x200B, 0x200E, 0x200F, 0xFEFF),
    range(0x202A, 0x202F),
    range(0x2060, 0x2070),
    range(0xFFF9, 0xFFFC),
    range(0xE0000, 0xE0080),
)
_KEPT = (
    dict.fromkeys(_CONTROLS, " ")
    | dict.fromkeys(_UNSEEN)
    | dict.fromkeys(map(ord, _LINE_ENDS), "\n")
    | {ord("\n"): "\n", ord("\t"): "\t"}
)


def free_text(text: str | None, longest: int | None = None) -> str:
    """Text with its lines and tabs, however the line ends were written; any other control character is a blank.

    Without blanks around it and at the ends of its lines. Cut at `longest` characters where that is said; who
    would rather refuse measures it.
    """
    plain = unicodedata.normalize("NFC", (text or "").replace("\r\n", "\n").translate(_KEPT))
    lines = "\n".join(line.rstrip(_EDGES) for line in plain.split("\n"))
    return lines.strip(_EDGES)[:longest].rstrip(_EDGES)


def one_line(text: str | None, longest: int | None = None) -> str:
    """The same on one line: line ends, tabs and runs of blanks are one blank. For names, titles and reasons."""
    return " ".join(free_text(text).split())[:longest].rstrip(_EDGES)
