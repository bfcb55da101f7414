"""The pages of months: the list, one month before and after its close, the payroll."""

from collections.abc import Callable
from datetime import date
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from clubsales import idempotency
from clubsales.actor import Actor
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission, may
from clubsales.clock import month_of, now
from clubsales.consultants.awards.texts import KINDS as AWARD_KINDS
from clubsales.consultants.statements.rules import ItemKind, percent
from clubsales.consultants.statements.texts import ANSWERS, ITEMS
from clubsales.consultants.targets.forms import month_typed
from clubsales.db import db, transact
from clubsales.errors import NotFound, Refusal, Refused
from clubsales.i18n import format_month, refusal_text
from clubsales.i18n import gettext as _
from clubsales.office.closing import operations, pages, payroll, queries, texts
from clubsales.office.closing.forms import ApproveForm, CloseForm, new_key
from clubsales.office.closing.rules import ClosingRefused
from clubsales.office.home.views import ROLE_NAMES
from clubsales.spreadsheet import XLSX, Cell, Sheet, workbook, written
from clubsales.web import render

bp = Blueprint("closing", __name__)
NOT_SEEN = Refused(Refusal(ClosingRefused.NOT_SEEN))


@bp.get("/months")
@requires(Permission.MONTH_APPROVE)
def index() -> ResponseReturnValue:
    """The months of the club, the latest first."""
    actor = current_actor()
    return render(
        "office/closing/index.html",
        months=queries.months_of(db.session, actor.club, at=now()),
        month_name=format_month,
        may_figures=may(actor, Permission.PAY_FIGURES),
    )


@bp.get("/months/<text>")
@requires(Permission.MONTH_APPROVE)
def show(text: str) -> ResponseReturnValue:
    """A month: what is open, what it would pay or pays, whose word it needs."""
    return month_view(current_actor(), month_in_address(text))


@bp.post("/months/<text>/approve")
@requires(Permission.MONTH_APPROVE)
def approve(text: str) -> ResponseReturnValue:
    """Give one's word for a month as it stands."""
    actor, at, month, form = current_actor(), now(), month_in_address(text), ApproveForm()
    if not form.is_valid():
        return month_view(actor, month, NOT_SEEN), HTTPStatus.UNPROCESSABLE_ENTITY
    seen = str(form.seen.data)
    try:
        transact(lambda s: operations.approve(s, month=month, seen=seen, actor=actor, at=at))
    except Refused as refused:
        return month_view(actor, month, refused), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("You have approved %(month)s.", month=format_month(month)), "success")
    return redirect(url_for(".show", text=text), HTTPStatus.SEE_OTHER)


@bp.post("/months/<text>/close")
@requires(Permission.MONTH_CLOSE, fresh_password=True)
def close(text: str) -> ResponseReturnValue:
    """Close a month for good."""
    actor, at, month, form = current_actor(), now(), month_in_address(text), CloseForm()
    if not form.is_valid():
        refused = NOT_SEEN if form.seen.errors else None
        return month_view(actor, month, refused, form=form), HTTPStatus.UNPROCESSABLE_ENTITY
    key, seen, reason = form.submission_key.data or new_key(), str(form.seen.data), form.reason.data or ""

    def closing(session: Session) -> Callable[[], str]:
        return lambda: operations.close_month(
            session, month=month, override_reason=reason, seen=seen, actor=actor, at=at
        )

    inputs = {"close": text, "seen": seen, "reason": reason}
    try:
        transact(lambda s: idempotency.once(s, key=key, inputs=inputs, actor=actor, at=at, work=closing(s)))
    except Refused as refused:
        return month_view(actor, month, refused, form=form), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(
        _("%(month)s is closed. Everybody finds the statement under My money.", month=format_month(month)),
        "success",
    )
    return redirect(url_for(".show", text=text), HTTPStatus.SEE_OTHER)


@bp.get("/months/<text>/payroll.csv")
@requires(Permission.PAY_SEE_ALL)
def payroll_csv(text: str) -> ResponseReturnValue:
    """A closed month's payroll as a table."""
    actor, month = current_actor(), month_in_address(text)
    heading, rows = _payroll(actor, month)
    return _download(written([heading, *rows]), "text/csv; charset=utf-8", f"{_file(actor, month)}.csv")


@bp.get("/months/<text>/payroll.xlsx")
@requires(Permission.PAY_SEE_ALL)
def payroll_xlsx(text: str) -> ResponseReturnValue:
    """A closed month's payroll as a workbook."""
    actor, month = current_actor(), month_in_address(text)
    heading, rows = _payroll(actor, month)
    sheet = Sheet(name=f"{month:%Y-%m}", heading=heading, rows=rows, widths=(12, 16, *[14] * len(heading)))
    return _download(workbook([sheet]), XLSX, f"{_file(actor, month)}.xlsx")


def _payroll(actor: Actor, month: date) -> tuple[list[str], list[list[Cell]]]:
    """Amounts are numbers in units of the currency."""
    kinds = list(ItemKind)
    heading = [
        *(_("Staff number"), _("Name"), _("Month"), _("Currency")),
        *(str(ITEMS[kind.value]) for kind in kinds),
        *(_("Pay of the month"), _("Payable now"), _("Payable later"), _("Payable later until")),
        *(_("Payable now from earlier months"), _("To pay out")),
        *(_("Paid out so far"), _("Last paid out on")),
    ]
    rows: list[list[Cell]] = []
    for row in payroll.payroll_of(db.session, actor.club, month):
        amounts = [row.items[kind].major if kind in row.items else None for kind in kinds]
        rows.append(
            [
                *(row.code, row.name, f"{month:%Y-%m}", str(actor.club.currency)),
                *amounts,
                *(row.pay.major, row.now.major, row.later.major, row.later_from),
                *(row.earlier.major, row.to_pay.major),
                *(row.paid.major, row.paid_on),
            ]
        )
    return heading, rows


def _file(actor: Actor, month: date) -> str:
    return f"payroll-{actor.club.code}-{month:%Y-%m}"


def _download(content: str | bytes, media_type: str, name: str) -> Response:
    response = Response(content, content_type=media_type)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def month_in_address(text: str) -> date:
    """The month of an address; raises NotFound."""
    month = month_typed(text)
    if month is None:
        raise NotFound
    return month


def month_view(
    actor: Actor, month: date, refused: Refused | None = None, *, form: CloseForm | None = None
) -> str:
    """The page of a month; raises NotFound for one that the club has not."""
    at = now()
    listed = {line.month for line in queries.months_of(db.session, actor.club, at=at)}
    if month not in listed:
        raise NotFound
    page = pages.month_page(db.session, actor, month_of(month), at=at)
    form = form or CloseForm(formdata=None)
    form.seen.data = page.digest
    form.submission_key.data = form.submission_key.data or new_key()
    words: dict[str, Any] = {
        "check_names": texts.CHECKS,
        "severities": texts.SEVERITIES,
        "answers": ANSWERS,
        "role_names": ROLE_NAMES,
        "award_names": AWARD_KINDS,
        "percent": percent,
        "month_name": format_month,
        "check_address": pages.check_address,
    }
    return render(
        "office/closing/month.html",
        page=page,
        form=form,
        refusal=refusal_text(refused.refusal) if refused else "",
        sees_pay=may(actor, Permission.PAY_SEE_ALL),
        may_figures=may(actor, Permission.PAY_FIGURES),
        path=request.path,
        **words,
    )
