"""Giving money back: how much and why, and sending the online parts to the provider."""

from http import HTTPStatus

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission
from clubsales.clock import Instant, now
from clubsales.db import db
from clubsales.errors import Refused
from clubsales.i18n import gettext as _
from clubsales.ids import RefundID, SaleID
from clubsales.membership.payments import queries as payments
from clubsales.membership.payments.current import current_gateway
from clubsales.membership.payments.rules import RefundStatus
from clubsales.membership.sales import operations, provider, queries
from clubsales.membership.sales.blueprint import WORDS, bp, once
from clubsales.membership.sales.forms import RefundForm
from clubsales.membership.sales.pages import sale_sheet
from clubsales.membership.sales.rules import SaleRefused

# Refusals that are about what was typed stand at its field, so that nothing typed is lost.
REFUND_AMOUNT = frozenset({SaleRefused.ABOVE_PAID, SaleRefused.REFUND_AMOUNT, SaleRefused.CURRENCY})


@bp.get("/sales/<public_id>/refund")
@requires(Permission.REFUND_MAKE, fresh_password=True)
def refund_form(public_id: str) -> ResponseReturnValue:
    """Ask how much goes back, and why."""
    actor = current_actor()
    return _refund_page(public_id, RefundForm(actor.club.currency), actor)


@bp.post("/sales/<public_id>/refund")
@requires(Permission.REFUND_MAKE, fresh_password=True)
def refund(public_id: str) -> ResponseReturnValue:
    """Give money back: cash at once, online parts through the provider."""
    actor, at = current_actor(), now()
    form = RefundForm(actor.club.currency)
    if not form.is_valid():
        return _refund_page(public_id, form, actor), HTTPStatus.UNPROCESSABLE_ENTITY
    sale = queries.by_public_id(db.session, actor.club.id, public_id)
    to_send: list[RefundID] = []

    def give_back(session: Session) -> str:
        parts = operations.refund(
            session,
            sale_id=sale.id,
            amount=form.amount.money,
            reason=form.reason.data or "",
            actor=actor,
            at=at,
        )
        to_send[:] = [part.refund_id for part in parts]
        return sale.public_id

    try:
        once(form.submission_key.data, {"sale": public_id, **form.inputs()}, actor, at, give_back)
    except Refused as refused:
        form.put_beside(form.amount, refused, REFUND_AMOUNT)
        return _refund_page(public_id, form, actor), HTTPStatus.UNPROCESSABLE_ENTITY
    _send(sale.id, to_send, at)
    return redirect(url_for(".show", public_id=public_id))


@bp.post("/sales/<public_id>/refunds/send")
@requires(Permission.REFUND_MAKE)
def send_refunds(public_id: str) -> ResponseReturnValue:
    """Ask the provider again for refunds that are on their way."""
    actor, at = current_actor(), now()
    sale = queries.by_public_id(db.session, actor.club.id, public_id)
    _send(sale.id, [refund.id for refund in payments.refunds_of_sale(db.session, sale.id)], at)
    return redirect(url_for(".show", public_id=public_id))


def _refund_page(public_id: str, form: RefundForm, actor: Actor) -> str:
    sale = queries.by_public_id(db.session, actor.club.id, public_id)
    page = sale_sheet(db.session, sale, actor, now())
    return render_template("membership/sales/refund.html", page=page, form=form, **WORDS)


def _send(sale_id: SaleID, refund_ids: list[RefundID], at: Instant) -> None:
    """Send the online parts of a refund, and say what became of it."""
    unsent = provider.send_refunds(current_gateway(), at=at, refund_ids=refund_ids)
    states = {r.status for r in payments.refunds_of_sale(db.session, sale_id) if r.id in refund_ids}
    if unsent:
        flash(
            _("The payment provider does not answer. The refund is noted and sent as soon as it does."),
            "warning",
        )
    elif RefundStatus.FAILED in states:
        flash(
            _(
                "The payment provider refuses this refund. The money is still there: give it back another way."
            ),
            "error",
        )
    elif RefundStatus.STARTED in states:
        flash(_("The refund is on its way. It counts as soon as the provider confirms it."), "info")
    else:
        flash(_("The refund is made."), "success")
