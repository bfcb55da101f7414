"""Compare with my list: a table of one's own beside the ledger. Nothing of it is kept."""

from datetime import date, timedelta
from http import HTTPStatus

from flask import request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission, may
from clubsales.clock import month_of, now
from clubsales.consultants.statements import own_sales, words
from clubsales.consultants.statements.blueprint import bp, month_asked, myself, open_month
from clubsales.consultants.statements.comparing import Comparison, compare
from clubsales.consultants.statements.forms import OwnListForm
from clubsales.consultants.statements.own_list import understand
from clubsales.db import db
from clubsales.errors import NotFound
from clubsales.i18n import format_month
from clubsales.i18n import gettext as _
from clubsales.money import Money
from clubsales.papers.tables import LARGEST, UnreadableTable, read_table
from clubsales.web import render

MONTHS_BACK = 13


@bp.get("/money/list")
@requires(Permission.PAY_SEE_OWN)
def own_list() -> ResponseReturnValue:
    """Where a list is chosen, and for which month."""
    return _page()


@bp.post("/money/list")
@requires(Permission.PAY_SEE_OWN)
def compare_list() -> ResponseReturnValue:
    """The list beside the ledger, sale by sale."""
    actor, me = current_actor(), myself(current_actor())
    month = month_asked(request.form.get("month", "")) or open_month(actor, now())
    if me is None:
        raise NotFound
    form = OwnListForm()
    chosen = form.file.data
    if not isinstance(chosen, FileStorage) or not chosen.filename:
        return _page(_("Choose your list first.")), HTTPStatus.UNPROCESSABLE_ENTITY
    data = chosen.stream.read(LARGEST + 1)
    credited = own_sales.credited_around(db.session, actor.club, me.id, month)
    db.session.close()  # reading a foreign file takes its time: no transaction waits for it
    try:
        table = read_table(data)
    except UnreadableTable as unreadable:
        return _page(str(words.UNREADABLE[unreadable.why])), HTTPStatus.UNPROCESSABLE_ENTITY
    own = understand(table, currency=actor.club.currency, month=month)
    if own is None:
        return _page(_not_understood()), HTTPStatus.UNPROCESSABLE_ENTITY
    return _page(result=compare(own, credited, month))


def _page(error: str = "", *, result: Comparison | None = None) -> str:
    actor = current_actor()
    running = open_month(actor, now())
    month = month_asked(request.values.get("month", "")) or running
    return render(
        "consultants/statements/own_list.html",
        month=month,
        months=_months_back(running),
        month_name=format_month,
        form=OwnListForm(formdata=None),
        error=error,
        result=result,
        amount=lambda minor: Money(minor, actor.club.currency),
        differences=words.DIFFERENCES,
        sees_sales=may(actor, Permission.SALE_SEE),
    )


def _months_back(running: date) -> list[date]:
    months = [running]
    while len(months) < MONTHS_BACK:
        months.append(month_of(months[-1] - timedelta(days=1)))
    return months


def _not_understood() -> str:
    return _(
        "No sales could be found in this table. It needs a column of amounts, and one of sale numbers, phones or days, with a "
        "heading above each."
    )
