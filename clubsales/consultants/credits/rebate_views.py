"""A rebate paid out on a sale: how much and what for (COM-08)."""

from http import HTTPStatus

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from clubsales import idempotency
from clubsales.actor import Actor
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission
from clubsales.clock import now
from clubsales.consultants.credits import operations, story
from clubsales.consultants.credits.blueprint import bp
from clubsales.consultants.credits.forms import RebateForm
from clubsales.consultants.credits.rules import CreditRefused
from clubsales.db import db, transact
from clubsales.errors import Refused
from clubsales.i18n import gettext as _
from clubsales.i18n import refusal_text
from clubsales.web import render


@bp.get("/credit/sales/<public_id>/rebate")
@requires(Permission.REFUND_MAKE, fresh_password=True)
def rebate_form(public_id: str) -> ResponseReturnValue:
    """Ask how much was paid out again, and what for."""
    actor = current_actor()
    return _page(actor, public_id, RebateForm(actor.club.currency))


@bp.post("/credit/sales/<public_id>/rebate")
@requires(Permission.REFUND_MAKE, fresh_password=True)
def rebate(public_id: str) -> ResponseReturnValue:
    """Take a rebate off the credit of a sale."""
    actor, at = current_actor(), now()
    ledger = story.of_sale(db.session, actor, public_id)
    form = RebateForm(actor.club.currency)
    if not form.is_valid() or form.amount.money is None:
        return _page(actor, public_id, form), HTTPStatus.UNPROCESSABLE_ENTITY
    amount, note = form.amount.money, form.note.data or ""

    def work(session: Session) -> str:
        def take_off() -> str:
            operations.rebate(
                session, sale_id=ledger.sold.sale_id, amount=amount, reference=note, actor=actor, at=at
            )
            return public_id

        return idempotency.once(
            session,
            key=idempotency.key_of(form.submission_key.data),
            inputs={"rebate": public_id, "amount": str(amount), "note": note},
            actor=actor,
            at=at,
            work=take_off,
        )

    try:
        transact(work)
    except Refused as refused:
        if refused.refusal.code not in (CreditRefused.REBATE_ABOVE_RECEIVED, CreditRefused.NOT_OPENED):
            raise
        form.amount.errors = (refusal_text(refused.refusal),)
        return _page(actor, public_id, form), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("The rebate is taken off the credit."), "success")
    return redirect(url_for("credits.of_sale", public_id=public_id), HTTPStatus.SEE_OTHER)


def _page(actor: Actor, public_id: str, form: RebateForm) -> str:
    return render(
        "consultants/credits/rebate.html", page=story.of_sale(db.session, actor, public_id), form=form
    )
