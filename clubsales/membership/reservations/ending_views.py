"""The doors by which a reservation ends: taken back, withdrawn with consent, decided after it lapsed, paid out."""

from http import HTTPStatus

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission
from clubsales.clock import now
from clubsales.db import db, transact
from clubsales.errors import NotFound, Refused
from clubsales.i18n import gettext as _
from clubsales.i18n import language_tag, refusal_text
from clubsales.ids import RefundID
from clubsales.membership import texts as words
from clubsales.membership.payments import queries as payments
from clubsales.membership.payments.current import current_gateway
from clubsales.membership.payments.rules import PaymentStatus
from clubsales.membership.reservations import operations, pages
from clubsales.membership.reservations.blueprint import bp
from clubsales.membership.reservations.forms import PayoutForm
from clubsales.membership.reservations.rules import ReservationRefused
from clubsales.membership.sales import provider
from clubsales.membership.sales.blueprint import once
from clubsales.membership.signature import SignatureRefused
from clubsales.web import render

PAYING_OUT = frozenset({ReservationRefused.PAPERS, ReservationRefused.NOT_YET, *SignatureRefused})


@bp.post("/reservations/<public_id>/take-back")
@requires(Permission.RESERVATION_MAKE)
def take_back(public_id: str) -> ResponseReturnValue:
    """Take the form back before money has come."""
    actor, at, reason = current_actor(), now(), request.form.get("reason", "")
    transact(lambda s: operations.take_back(s, public_id=public_id, reason=reason, actor=actor, at=at))
    flash(_("The reservation is taken back. Its place is free again."), "success")
    return redirect(url_for(".show", public_id=public_id))


@bp.post("/reservations/<public_id>/withdraw")
@requires(Permission.RESERVATION_MAKE)
def ask_withdrawal(public_id: str) -> ResponseReturnValue:
    """Ask for the manager's consent to give the deposit back."""
    actor, at, reason = current_actor(), now(), request.form.get("reason", "")
    transact(lambda s: operations.ask_withdrawal(s, public_id=public_id, reason=reason, actor=actor, at=at))
    flash(_("The manager is asked for consent. Money goes back only after it."), "success")
    return redirect(url_for(".show", public_id=public_id))


@bp.post("/reservations/<public_id>/consent")
@requires(Permission.FORM_APPROVE)
def consent(public_id: str) -> ResponseReturnValue:
    """Agree to a withdrawal, or not."""
    actor, at = current_actor(), now()
    agreed = request.form.get("answer") == "approve"
    by_cheque = request.form.get("by_cheque") == "y"
    transact(
        lambda s: operations.consent(
            s, public_id=public_id, agreed=agreed, by_cheque=by_cheque, actor=actor, at=at
        )
    )
    flash(_("Finance is told.") if agreed else _("The reservation goes on."), "success")
    return redirect(url_for(".show", public_id=public_id))


@bp.post("/reservations/<public_id>/decide")
@requires(Permission.FORM_APPROVE)
def decide_lapsed(public_id: str) -> ResponseReturnValue:
    """Give a lapsed deposit back, or keep it."""
    actor, at = current_actor(), now()
    refunds = request.form.get("answer") == "refund"
    transact(
        lambda s: operations.decide_lapsed(
            s,
            public_id=public_id,
            refunds=refunds,
            reason=request.form.get("reason", ""),
            by_cheque=request.form.get("by_cheque") == "y",
            actor=actor,
            at=at,
        )
    )
    flash(_("Finance is told.") if refunds else _("The deposit stays with the club."), "success")
    return redirect(url_for(".show", public_id=public_id))


@bp.get("/reservations/<public_id>/pay-out")
@requires(Permission.REFUND_MAKE, fresh_password=True)
def pay_out_page(public_id: str) -> ResponseReturnValue:
    """Papers, signature, money."""
    actor = current_actor()
    return _page(public_id, PayoutForm(actor.club.currency), actor)


@bp.post("/reservations/<public_id>/pay-out")
@requires(Permission.REFUND_MAKE, fresh_password=True)
def pay_out(public_id: str) -> ResponseReturnValue:
    """Give the deposit back: what came in cash at once, what came online through the provider."""
    actor, at = current_actor(), now()
    form = PayoutForm(actor.club.currency)
    if not form.is_valid():
        return _page(public_id, form, actor), HTTPStatus.UNPROCESSABLE_ENTITY
    to_send: list[RefundID] = []

    def work(session: Session) -> str:
        to_send[:] = operations.pay_out(
            session,
            public_id=public_id,
            papers_back=form.papers_back.data,
            signature=form.signature.data or "",
            actor=actor,
            at=at,
        )
        return public_id

    try:
        once(form.submission_key.data, {"pay-out": public_id, **form.inputs()}, actor, at, work)
    except Refused as refused:
        form.put_beside(form.papers_back, refused, PAYING_OUT)
        return _page(public_id, form, actor, refused), HTTPStatus.UNPROCESSABLE_ENTITY
    unsent = provider.send_refunds(current_gateway(), at=at, refund_ids=to_send) if to_send else False
    if unsent:
        flash(
            _("The payment provider does not answer. The refund is noted and sent as soon as it does."),
            "warning",
        )
    else:
        flash(_("The deposit is paid out. The reservation is withdrawn."), "success")
    return redirect(url_for(".show", public_id=public_id))


def _page(public_id: str, form: PayoutForm, actor: Actor, refused: Refused | None = None) -> str:
    page = pages.sheet(db.session, actor, public_id, now())
    if not page.may_pay_out:
        raise NotFound
    received = [
        each
        for each in payments.of_sale(db.session, page.reservation.sale_id)
        if each.status is PaymentStatus.SUCCEEDED
    ]
    return render(
        "membership/reservations/pay_out.html",
        page=page,
        club=actor.club,
        form=form,
        payments=received,
        methods=words.METHODS,
        refused=None if refused is None else refusal_text(refused.refusal),
        language=language_tag(),
    )
