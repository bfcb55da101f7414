"""A paper as plain words: the same for the page and for the PDF of the template `statement`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from clubsales.i18n import gettext as _
from clubsales.i18n import language_tag


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: `end` for figures, `wide` for what takes the rest of the line."""

    name: str
    end: bool = False
    wide: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of a paper; `total` is its last row, or nothing."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    total: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What a paper says, in the reader's language."""

    title: str
    club: str
    facts: Sequence[tuple[str, str]]
    tables: Sequence[Table] = ()
    notes: Sequence[str] = ()
    signatures: Sequence[str] = ()
    footer: str = ""

    def data(self) -> dict[str, Any]:
        """The paper as data of the template."""
        return {
            "language": language_tag()[:2],
            "title": self.title,
            "club": self.club,
            "facts": [list(fact) for fact in self.facts],
            "tables": [
                {
                    "title": table.title,
                    "columns": [
                        {"name": column.name, "end": column.end, "wide": column.wide}
                        for column in table.columns
                    ],
                    "rows": [list(row) for row in table.rows],
                    "total": list(table.total),
                    "note": "",
                }
                for table in self.tables
            ],
            "notes": list(self.notes),
            "signatures": list(self.signatures),
            "footer": self.footer,
            "page": _("Page {page} of {pages}"),
        }
