"""What is still to come in: the club's ledger, the plan of a sale, arrears."""

from datetime import date
from http import HTTPStatus

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission, may
from clubsales.clock import local_day, month_of, next_month, now
from clubsales.consultants.targets.asking import month_asked
from clubsales.db import db, transact
from clubsales.errors import NotFound, Refused
from clubsales.i18n import format_month, language_tag, refusal_text
from clubsales.i18n import gettext as _
from clubsales.ids import SaleID
from clubsales.membership.receivables import operations, queries, texts
from clubsales.membership.receivables.forms import PlanForm
from clubsales.membership.receivables.queries import Receivable
from clubsales.membership.receivables.rules import CONFIRMERS, Collection, ReceivableRefused, even_parts
from clubsales.membership.sales import queries as sales
from clubsales.membership.sales.blueprint import once
from clubsales.money import Money
from clubsales.web import render

bp = Blueprint("receivables", __name__)
# Refusals that are about what was typed stand above the form, so that nothing typed is lost.
PLANNING = frozenset(
    {
        ReceivableRefused.SUM,
        ReceivableRefused.AMOUNT,
        ReceivableRefused.DAYS,
        ReceivableRefused.PAST,
        ReceivableRefused.TOO_MANY,
    }
)
A_MONTH_APART = 3  # parts offered to begin with


@bp.get("/receivables")
@requires(Permission.SALE_SEE)
def index() -> ResponseReturnValue:
    """What is open, the overdue first, and what was collected of what was due in a month."""
    actor = current_actor()
    club, today = actor.club, local_day(now(), actor.club.zone)
    sees_all = may(actor, Permission.LEDGER_SEE) or may(actor, Permission.PAYMENT_BOOK)
    if not sees_all and actor.consultant_id is None:
        raise NotFound
    mine = None if sees_all else actor.consultant_id
    month = month_asked(actor, request.args)
    following = next_month(month)
    lines = queries.ledger(db.session, club, today, consultant_id=mine)
    collected = queries.collection(
        db.session,
        club,
        first=month,
        last=min(_last_day(month), today),
        today=today,
        consultant_id=mine,
    )
    zero = Money.zero(club.currency)
    return render(
        "membership/receivables/index.html",
        lines=lines,
        outstanding=sum((line.outstanding for line in lines), zero),
        overdue=sum((line.overdue for line in lines), zero),
        collected=collected,
        total=Collection(
            sum((line.collection.due for line in collected), zero),
            sum((line.collection.collected for line in collected), zero),
        ),
        sees_all=sees_all,
        month=month,
        before=month_of(date.fromordinal(month.toordinal() - 1)),
        following=following if month < month_of(today) else None,
        month_name=format_month,
        **_words(),
    )


@bp.get("/sales/<public_id>/instalments")
@requires(Permission.SALE_SEE)
def show(public_id: str) -> ResponseReturnValue:
    """When the rest of a sale is paid."""
    actor = current_actor()
    return _page(public_id, PlanForm(actor.club.currency), actor)


@bp.post("/sales/<public_id>/instalments")
@requires(Permission.SALE_SEE)
def agree(public_id: str) -> ResponseReturnValue:
    """Agree on the days; a plan that there is is replaced."""
    actor, at = current_actor(), now()
    form = PlanForm(actor.club.currency)
    if not form.is_valid():
        return _page(public_id, form, actor), HTTPStatus.UNPROCESSABLE_ENTITY
    parts = form.chosen

    def work(session: Session) -> str:
        sale = sales.by_public_id(session, actor.club.id, public_id)
        operations.agree(session, sale_id=sale.id, parts=parts, actor=actor, at=at)
        return public_id

    inputs: dict[str, object] = {
        "instalments": public_id,
        "parts": [f"{part.due_on} {part.amount}" for part in parts],
    }
    try:
        once(form.submission_key.data, inputs, actor, at, work)
    except Refused as refused:
        if refused.refusal.code not in PLANNING:
            raise
        form.form_errors = [*form.form_errors, refusal_text(refused.refusal)]
        return _page(public_id, form, actor), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("The days of payment are agreed."), "success")
    return redirect(url_for(".show", public_id=public_id))


@bp.post("/sales/<public_id>/arrears")
@requires(Permission.LEDGER_SEE)
def confirm_arrears(public_id: str) -> ResponseReturnValue:
    """Confirm what is overdue as arrears."""
    actor, at = current_actor(), now()

    def work(session: Session) -> None:
        sale = sales.by_public_id(session, actor.club.id, public_id)
        operations.confirm_arrears(session, sale_id=sale.id, actor=actor, at=at)

    transact(work)
    flash(_("The arrears are confirmed."), "success")
    return redirect(url_for(".show", public_id=public_id))


@bp.app_template_global("receivable_of_sale")
def receivable_of_sale(sale_id: SaleID) -> Receivable | None:
    """What is to come for a sale, for pages of sales, which lie below this package."""
    club = current_actor().club
    return queries.of_sale(db.session, club, sale_id, local_day(now(), club.zone))


def _page(public_id: str, form: PlanForm, actor: Actor) -> str:
    today = local_day(now(), actor.club.zone)
    sale = sales.by_public_id(db.session, actor.club.id, public_id)
    found = queries.of_sale(db.session, actor.club, sale.id, today)
    assert found is not None
    if not form.parts.entries:
        days = [_months_later(today, months) for months in range(1, A_MONTH_APART + 1)]
        form.offer(() if found.parts else even_parts(found.outstanding, days))
    is_his = sale.consultant_id is not None and sale.consultant_id == actor.consultant_id
    return render(
        "membership/receivables/sale.html",
        found=found,
        form=form,
        may_agree=bool(found.outstanding) and (is_his or actor.has_role(*operations.AGREERS)),
        may_confirm=bool(found.late) and not found.is_confirmed and actor.has_role(*CONFIRMERS),
        **_words(),
    )


def _words() -> dict[str, object]:
    return {"standings": texts.STANDINGS, "tones": texts.TONES, "language": language_tag()}


def _last_day(month: date) -> date:
    return date.fromordinal(next_month(month).toordinal() - 1)


def _months_later(day: date, months: int) -> date:
    """The same day some months later; the month's last where it has no such day."""
    month = month_of(day)
    for _turn in range(months):
        month = next_month(month)
    last = _last_day(month)
    return last if last.day < day.day else month.replace(day=day.day)
