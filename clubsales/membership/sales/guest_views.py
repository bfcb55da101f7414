"""The guest's own phone: pay by a link, see what became of it, keep the receipt and the card."""

from flask import Blueprint, g, jsonify, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from clubsales import clubs
from clubsales.actor import Club
from clubsales.answers import wants_json
from clubsales.auth.guard import public
from clubsales.clock import now
from clubsales.db import db
from clubsales.i18n import language_tag
from clubsales.membership import texts
from clubsales.membership.payments import queries as payments
from clubsales.membership.payments.current import current_gateway
from clubsales.membership.payments.queries import PaymentView
from clubsales.membership.payments.rules import PaymentStatus
from clubsales.membership.sales import provider, queries
from clubsales.membership.sales.pages import guest_sheet, public_address, receipt_sheet, without_name
from clubsales.membership.sales.queries import SaleView
from clubsales.web import not_modified

bp = Blueprint("pay", __name__)
ITS_LINK = "the link is unguessable and was given to the buyer; it shows this purchase only"


@bp.get("/pay/<link_token>")
@public(ITS_LINK)
def page(link_token: str) -> ResponseReturnValue:
    """What is bought, from whom, for how much; one button to the provider's page."""
    payment, club = _payment(link_token)
    if payment.status is PaymentStatus.SUCCEEDED:
        return redirect(url_for(".done", link_token=link_token))
    return _show("pay", payment, club)


@bp.get("/pay/<link_token>/checkout")
@public(ITS_LINK)
def checkout(link_token: str) -> ResponseReturnValue:
    """Go to the provider's page; opened twice, it is the same page.

    A link, not a form: form-action would forbid the way to another site.
    """
    payment, club = _payment(link_token)
    if payment.status is PaymentStatus.SUCCEEDED:
        return redirect(url_for(".done", link_token=link_token))
    sale = queries.get(db.session, club.id, payment.sale_id)
    if sale.is_self_purchase and not payment.is_open(now()):
        return redirect(url_for(".page", link_token=link_token))
    url = provider.open_page(
        current_gateway(),
        payment,
        title=sale.title_in(language_tag()),
        success_url=public_address(url_for(".done", link_token=link_token)),
        cancel_url=public_address(url_for(".cancelled", link_token=link_token)),
        at=now(),
    )
    return redirect(url, 303)


@bp.get("/pay/<link_token>/done")
@public(ITS_LINK)
def done(link_token: str) -> ResponseReturnValue:
    """Back from the provider: not believed, but asked after until the money is really here."""
    payment, club = _payment(link_token)
    provider.hear(current_gateway(), payment, at=now())
    payment, club = _payment(link_token)
    return _show("done", payment, club)


@bp.get("/pay/<link_token>/cancelled")
@public(ITS_LINK)
def cancelled(link_token: str) -> ResponseReturnValue:
    """The guest turned back: nothing was charged, unless the truth says otherwise."""
    payment, club = _payment(link_token)
    return _show("cancelled", payment, club)


@bp.get("/pay/<link_token>/status")
@public(ITS_LINK)
def status(link_token: str) -> ResponseReturnValue:
    """What became of the payment, for the waiting page."""
    payment, club = _payment(link_token)
    if wants_json():
        return jsonify(
            status=payment.status.value, amount=str(payment.amount), currency=payment.amount.currency
        )
    unchanged = not_modified(payment.status.value)
    if unchanged is not None:
        return unchanged
    answer = make_response(_show("_status", payment, club))
    answer.set_etag(payment.status.value)
    return answer


@bp.get("/receipt/<guest_token>")
@public("the link is unguessable and was given to the buyer; it shows this receipt only")
def receipt(guest_token: str) -> ResponseReturnValue:
    """The buyer's receipt."""
    sale = queries.by_guest_token(db.session, guest_token)
    club = clubs.get(db.session, sale.club_id)
    g.zone = club.zone
    return render_template(
        "membership/payments/receipt.html",
        page=receipt_sheet(db.session, without_name(sale), club, now()),
        methods=texts.METHODS,
        kinds=texts.SALE_KINDS,
        language_url=url_for("auth.choose_locale"),
    )


def _payment(link_token: str) -> tuple[PaymentView, Club]:
    payment = payments.by_link_token(db.session, link_token)
    club = clubs.get(db.session, payment.club_id)
    g.zone = club.zone
    return payment, club


def _again_url(sale: SaleView, club: Club) -> str:
    """Where somebody who bought with nobody's help begins again; empty for everybody else, whom the desk helps."""
    return url_for("website.cards", club_id=club.public_id) if sale.is_self_purchase else ""


def _show(template: str, payment: PaymentView, club: Club) -> str:
    at = now()
    sale = queries.get(db.session, club.id, payment.sale_id)
    return render_template(
        f"membership/payments/{template}.html",
        page=guest_sheet(db.session, sale, club, at),
        payment=payment,
        is_open=payment.is_open(at),
        again_url=_again_url(sale, club),
        language_url=url_for("auth.choose_locale"),
    )
