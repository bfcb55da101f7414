"""A statement as it leaves the house: a paper, a workbook, lines of a table."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from clubsales.actor import Club
from clubsales.clock import local_day
from clubsales.consultants.credits import texts as credit_texts
from clubsales.consultants.credits.rules import Cause
from clubsales.consultants.statements import texts
from clubsales.consultants.statements.frozen import StatementView
from clubsales.consultants.statements.rules import percent, points
from clubsales.consultants.statements.told import Told
from clubsales.i18n import (
    format_local_date,
    format_local_datetime,
    format_money,
    format_month,
    language_tag,
    ngettext,
    reason_text,
)
from clubsales.i18n import gettext as _
from clubsales.money import Money
from clubsales.spreadsheet import Cell, Sheet, lines, workbook, written

LINES_ON_PAPER = 1_000
DIGEST_SHOWN = 16


def month_name(statement: StatementView) -> str:
    """A statement's month as people write it."""
    return format_month(statement.month)


def paper(statement: StatementView, told: Sequence[Told], *, club: Club, digest: str) -> dict[str, Any]:
    """The statement as data of the template `statement`."""
    return {
        "language": language_tag()[:2],
        "title": _("Statement of %(month)s", month=month_name(statement)),
        "club": club.name,
        "facts": [[str(label), value] for label, value in _facts(statement)],
        "tables": [_items_table(statement), *_lines_tables(told, club)],
        "notes": _notes(statement, len(told)),
        "signatures": [_("Received and read"), _("For the club")],
        "footer": _(
            "Frozen on %(when)s. Digest of the month: %(digest)s",
            when=format_local_datetime(statement.frozen_at),
            digest=digest[:DIGEST_SHOWN],
        ),
        "page": _("Page {page} of {pages}"),
    }


def book(statement: StatementView, told: Iterable[Told], club: Club) -> bytes:
    """The statement as a workbook: what it is made of, and every line."""
    return workbook(
        [
            Sheet(
                name=_("Statement"),
                heading=(_("Item"), _("Reason"), _("Rule"), _("Amount")),
                rows=[*_item_cells(statement), (_("Total pay"), "", "", statement.pay.major)],
                widths=(24, 80, 12, 14),
            ),
            Sheet(
                name=_("Line by line"),
                heading=_line_heading(),
                rows=_line_cells(told, club),
                widths=(12, 14, 24, 20, 16, 14, 8, 8, 14, 14, 12, 60),
            ),
        ]
    )


def table(statement: StatementView, told: Iterable[Told], club: Club) -> str:
    """Every line of the statement as CSV."""
    return written([_line_heading(), *_line_cells(told, club)])


def year_table(statements: Sequence[StatementView]) -> str:
    """The items of a year's statements as CSV, the earliest month first."""
    heading = (_("Month"), _("Item"), _("Reason"), _("Rule"), _("Amount"))
    rows = (
        (f"{statement.month:%Y-%m}", *cells)
        for statement in reversed(statements)
        for cells in (*_item_cells(statement), (_("Total pay"), "", "", statement.pay.major))
    )
    return written([heading]) + lines(rows)


def _facts(statement: StatementView) -> Iterator[tuple[str, str]]:
    yield _("Name"), statement.name
    if statement.code:
        yield _("Staff number"), statement.code
    yield _("Credit"), format_money(statement.credit)
    if statement.brought:
        yield _("Carried from the month before"), format_money(statement.brought)
    if statement.reaches_a_tier:
        yield _("Tier"), _("%(percent)s %%", percent=percent(statement.rate_bp))
    if statement.score is not None:
        yield _("Score"), points(statement.score)
    if statement.carried:
        yield _("Carried to the next month"), format_money(statement.carried)
    yield _("Total pay"), format_money(statement.pay)


def _items_table(statement: StatementView) -> dict[str, Any]:
    return {
        "title": _("What it is made of"),
        "columns": _columns((_("Item"), ""), (_("Reason"), "wide"), (_("Rule"), ""), (_("Amount"), "end")),
        "rows": [
            [str(texts.ITEMS[item.kind]), reason_text(item.reason), item.rule, format_money(item.amount)]
            for item in statement.items
        ],
        "total": [_("Total pay"), "", "", format_money(statement.pay)],
        "note": "",
    }


def _lines_tables(told: Sequence[Told], club: Club) -> list[dict[str, Any]]:
    if not told:
        return []
    rows = [
        [
            format_local_date(local_day(line.at, club.zone)) if line.at else "",
            _named(line),
            format_money(line.credit),
            _rate(line),
            format_money(line.commission),
            format_local_date(line.payable_on),
        ]
        for line in told[:LINES_ON_PAPER]
    ]
    left_out = len(told) - len(rows)
    return [
        {
            "title": _("Line by line, before the assessment"),
            "columns": _columns(
                (_("Day"), ""),
                (_("Sale"), "wide"),
                (_("Credit"), "end"),
                (_("Rate"), "end"),
                (_("Commission"), "end"),
                (_("Payable from"), "end"),
            ),
            "rows": rows,
            "total": [],
            "note": ngettext(
                "%(num)s more line stands in the table (XLSX, CSV).",
                "%(num)s more lines stand in the table (XLSX, CSV).",
                left_out,
            )
            if left_out
            else "",
        }
    ]


def _notes(statement: StatementView, lines_count: int) -> list[str]:
    notes = []
    if statement.payable.later:
        notes.append(
            _(
                "Payable with the close: %(now)s. The rest, %(later)s, as the refund windows of its sales close.",
                now=_money(statement, statement.payable.now_minor),
                later=_money(statement, statement.payable.later_minor),
            )
        )
    if lines_count:
        notes.append(_("The lines add up to the commission before the assessment."))
    notes.append(
        _(
            "Object until %(day)s, in your own words. A statement is never changed: what was wrong comes with a later month.",
            day=format_local_date(statement.answer_by),
        )
    )
    return notes


def _money(statement: StatementView, minor: int) -> str:
    return format_money(Money(minor, statement.pay.currency))


def _item_cells(statement: StatementView) -> Iterator[tuple[Cell, ...]]:
    for item in statement.items:
        yield str(texts.ITEMS[item.kind]), reason_text(item.reason), item.rule, item.amount.major


def _line_heading() -> tuple[str, ...]:
    return (
        *(_("Day"), _("Sale number"), _("What was sold"), _("Buyer"), _("Posted because of"), _("Credit")),
        *(_("Rate in %"), _("Counted in %"), _("Commission"), _("Payable from"), _("Rule"), _("Reason")),
    )


def _line_cells(told: Iterable[Told], club: Club) -> Iterator[tuple[Cell, ...]]:
    for line in told:
        yield (
            local_day(line.at, club.zone) if line.at else None,
            line.sale,
            _named(line, buyer=False),
            line.buyer,
            str(credit_texts.CAUSES[Cause(line.cause)]) if line.cause else "",
            line.credit.major,
            Decimal(percent(line.rate_bp)),
            Decimal(percent(line.factor_bp)),
            line.commission.major,
            line.payable_on,
            line.reason.rule if line.reason else "AMB-65",
            reason_text(line.reason) if line.reason else "",
        )


def _named(line: Told, *, buyer: bool = True) -> str:
    if not line.sale:
        return _("Carried from the month before") if line.credit else _("The plan's limit, or rounding")
    title = credit_texts.sold_name(line)
    return _("%(sale)s, %(name)s", sale=title, name=line.buyer) if buyer and line.buyer else title


def _rate(line: Told) -> str:
    rate = _("%(percent)s %%", percent=percent(line.rate_bp))
    if line.factor_bp == 10_000 or not line.sale:
        return rate
    return _("%(rate)s x %(part)s %%", rate=rate, part=percent(line.factor_bp))


def _columns(*named: tuple[str, str]) -> list[dict[str, Any]]:
    return [{"name": name, "end": kind == "end", "wide": kind == "wide"} for name, kind in named]
