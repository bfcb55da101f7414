"""What was paid out of a closed month, and when: recorded by whoever pays."""

from collections.abc import Callable
from datetime import date
from http import HTTPStatus

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from clubsales import idempotency
from clubsales.actor import Actor
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission
from clubsales.clock import now
from clubsales.consultants.credits.closing import closed_month
from clubsales.consultants.statements.paying import PayoutRefused
from clubsales.consultants.statements.payouts import pay_out
from clubsales.db import db, transact
from clubsales.errors import NotFound, Refused, refuse
from clubsales.i18n import format_month, ngettext, refusal_text
from clubsales.office.closing import paying
from clubsales.office.closing.figure_views import bp
from clubsales.office.closing.forms import PayoutForm, new_key
from clubsales.office.closing.views import month_in_address, month_view
from clubsales.web import render

__all__ = ["bp"]


@bp.get("/months/<text>/payout")
@requires(Permission.PAY_FIGURES)
def payout(text: str) -> ResponseReturnValue:
    """What of a closed month is payable by a day, what is paid out, and what comes later."""
    actor, month = current_actor(), month_in_address(text)
    if closed_month(db.session, actor.club.id, month) is None:
        flash(refusal_text(refuse(PayoutRefused.NOT_CLOSED, month=format_month(month))), "warning")
        return redirect(url_for(".show", text=text), HTTPStatus.SEE_OTHER)
    return _page(actor, month, day=_day(request.args.get("day", "")))


@bp.post("/months/<text>/payout")
@requires(Permission.PAY_FIGURES)
def record_payout(text: str) -> ResponseReturnValue:
    """Record that it was paid out, for all or for some."""
    actor, at, month, form = current_actor(), now(), month_in_address(text), PayoutForm()
    day = _day(request.form.get("day", ""))
    if closed_month(db.session, actor.club.id, month) is None:
        refused = Refused(refuse(PayoutRefused.NOT_CLOSED, month=format_month(month)))
        return month_view(actor, month, refused), HTTPStatus.UNPROCESSABLE_ENTITY
    if not form.is_valid() or form.day.data is None:
        return _page(actor, month, day=day, form=form), HTTPStatus.UNPROCESSABLE_ENTITY
    paid_on, reference = form.day.data, form.reference.data or ""
    chosen = _chosen(request.form.getlist("statement"))
    key = idempotency.key_of(form.submission_key.data)

    def paying_out(session: Session) -> Callable[[], str]:
        def work() -> str:
            done = pay_out(
                session,
                due=chosen,
                paid_on=paid_on,
                reference=reference,
                actor=actor,
                at=at,
            )
            return str(len(done))

        return work

    inputs = {"payout": text, "day": paid_on.isoformat(), "reference": reference, "statements": chosen}
    try:
        count = transact(
            lambda s: idempotency.once(s, key=key, inputs=inputs, actor=actor, at=at, work=paying_out(s))
        )
    except Refused as refused:
        return _page(actor, month, day=day, form=form, refused=refused), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(
        ngettext(
            "Recorded: %(num)s statement was paid out. Whose it is reads it under My money.",
            "Recorded: %(num)s statements were paid out. Whose they are reads it under My money.",
            int(count),
        ),
        "success",
    )
    return redirect(url_for(".payout", text=text), HTTPStatus.SEE_OTHER)


def _chosen(values: list[str]) -> dict[str, int]:
    """The statements that were ticked, each with what was seen to be due: "public id.minor units"."""
    found: dict[str, int] = {}
    for value in values:
        public_id, _dot, minor = value.partition(".")
        if not (minor.isascii() and minor.isdigit() and len(minor) < 16):
            raise NotFound
        found[public_id] = int(minor)
    return found


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _page(
    actor: Actor,
    month: date,
    *,
    day: date | None,
    form: PayoutForm | None = None,
    refused: Refused | None = None,
) -> str:
    page = paying.payout_page(db.session, actor, month, day=day, at=now())
    form = form or PayoutForm(formdata=None)
    form.day.data = form.day.data or page.day
    form.submission_key.data = form.submission_key.data or new_key()
    ticked = set(request.form.getlist("statement")) if request.method == "POST" else None
    return render(
        "office/closing/payout.html",
        page=page,
        form=form,
        ticked=ticked,
        refusal=refusal_text(refused.refusal) if refused else "",
        month_name=format_month,
    )
