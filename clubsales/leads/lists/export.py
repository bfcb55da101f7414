"""A list as rows of a spreadsheet, page by page."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from clubsales.clock import Instant, local_day
from clubsales.i18n import gettext as _
from clubsales.leads import texts
from clubsales.leads.lists import queries
from clubsales.leads.lists.queries import Line, Reader
from clubsales.leads.lists.walks import Wanted
from clubsales.spreadsheet import Cell, lines, written

AT_ONCE = 500


def pieces(session: Session, reader: Reader, asked: Wanted, *, at_most: int) -> Iterator[str]:
    """The table, piece by piece: headings, then `at_most` leads, as many as the log says."""
    yield written([_headings()])
    left, after = at_most, ""
    while left > 0:
        page = queries.page(session, reader, asked, after=after, count=min(AT_ONCE, left))
        yield lines(_cells(line, reader) for line in page.lines)
        left -= len(page.lines)
        if page.next_after is None:
            return
        after = page.next_after


def _headings() -> list[Cell]:
    return [
        _("Name"),
        _("Phone"),
        _("How keen"),
        _("Source"),
        _("Own source"),
        _("Interest"),
        _("Captured"),
        _("Captured by"),
        _("Holder"),
        _("Protected until"),
        _("Last contact"),
        _("Next step"),
        _("Due"),
        _("OK to contact?"),
        _("Do not call"),
        _("Bought"),
        _("Lost"),
    ]


def _cells(line: Line, reader: Reader) -> list[Cell]:
    def day(instant: Instant | None) -> str:
        return local_day(instant, reader.actor.club.zone).isoformat() if instant else ""

    kind = next(kind for kind in reader.kinds if kind.kind is line.source)
    return [
        line.name,
        line.phone,
        line.grade.value if line.grade else "",
        kind.name or str(texts.SOURCES[line.source]),
        line.own_source.name if line.own_source else "",
        line.interest,
        day(line.captured_at),
        line.captured_by,
        line.holder,
        line.held_until.isoformat() if line.held_until else "",
        day(line.last_contact_at),
        line.next_what,
        line.next_on.isoformat() if line.next_on else "",
        day(line.consent_at),
        _("Yes") if line.do_not_call else "",
        day(line.converted_at),
        day(line.lost_at),
    ]
