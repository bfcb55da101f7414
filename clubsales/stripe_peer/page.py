"""The hosted page where a payer pays, changes their mind, or tries what can go wrong."""

from typing import Final

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from clubsales.stripe_peer import checkout, currencies
from clubsales.stripe_peer.errors import ApiError
from clubsales.stripe_peer.peer import Peer
from clubsales.stripe_peer.store import ApiObject
from clubsales.stripe_peer.texts import CHINESE, WORDS, language

# No form-action: it would also forbid the redirect back to the shop after paying.
_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'"
)


def create_page(peer: Peer) -> Blueprint:
    """The doors of the hosted page; whoever knows the session's id may pay it."""
    page = Blueprint("page", __name__)

    @page.get("/pay/<identifier>")
    def show(identifier: str) -> ResponseReturnValue:
        peer.run_due()
        return _show(peer, identifier)

    @page.post("/pay/<identifier>")
    def pay(identifier: str) -> ResponseReturnValue:
        peer.run_due()
        method = request.form.get("method", "")
        outcome = request.form.get("outcome", "paid")
        if outcome not in checkout.OUTCOMES:
            return _show(peer, identifier, status=400)
        try:
            session = peer.pay(identifier, method=method, outcome=outcome)
        except ApiError as error:
            return _after_refusal(peer, identifier, error)
        if session["status"] == "complete":
            return redirect(_success_url(session), 303)
        return redirect(url_for("page.show", identifier=identifier, locale=request.args.get("locale")), 303)

    @page.after_request
    def protect(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = _POLICY
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return page


def _after_refusal(peer: Peer, identifier: str, error: ApiError) -> ResponseReturnValue:
    """A second press is answered like the first: the payer wants to see what became of the payment."""
    if error.code != checkout.NOT_OPEN:
        return _show(peer, identifier, status=error.status)
    with peer.work() as work:
        session = work.fetch(checkout.KIND, identifier)
    if session["status"] == "complete":
        return redirect(_success_url(session), 303)
    return redirect(url_for("page.show", identifier=identifier, locale=request.args.get("locale")), 303)


def _show(peer: Peer, identifier: str, *, status: int = 200) -> ResponseReturnValue:
    with peer.work() as work:
        session = work.transaction.get(checkout.KIND, identifier)
        items = checkout.line_items(work, identifier) if session is not None else []
        intent = (
            None
            if session is None
            else work.transaction.get("payment_intent", session["payment_intent"] or "")
        )
    asked = request.args.get("locale") or (session["locale"] if session is not None else None)
    tag = language(asked, request.accept_languages)
    if session is None:
        body = render_template("stripe_peer/pay.html", session=None, words=WORDS[tag], language=tag)
        return body, 404
    locale = "zh_Hans_CN" if tag == CHINESE else "en"
    body = render_template(
        "stripe_peer/pay.html",
        session=session,
        items=[(item, currencies.display(item["amount_total"], item["currency"], locale)) for item in items],
        total=currencies.display(session["amount_total"], session["currency"], locale),
        state=_state(session, intent),
        declined=intent is not None and intent["last_payment_error"] is not None,
        success_url=_success_url(session),
        outcomes=[outcome for outcome in checkout.OUTCOMES if outcome != "paid"],
        words=WORDS[tag],
        language=tag,
    )
    return body, status


def _state(session: ApiObject, intent: ApiObject | None) -> str:
    if session["status"] != "complete":
        state: str = session["status"]
        return state
    if session["payment_status"] == "paid":
        return "paid"
    return "processing" if intent is not None and intent["status"] == "processing" else "failed"


def _success_url(session: ApiObject) -> str:
    url: str = session["success_url"]
    return url.replace("{CHECKOUT_SESSION_ID}", session["id"])
