"""What is answered when something cannot be done: one place for all errors, in words, as a page or as JSON."""

from collections.abc import Callable
from http import HTTPStatus

import structlog
from flask import Flask, current_app, flash, g, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_limiter.errors import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from clubsales.errors import NotFound, Refused, plain
from clubsales.i18n import gettext as _
from clubsales.i18n import refusal_text

log: structlog.stdlib.BoundLogger = structlog.get_logger("clubsales")


def init_app(app: Flask) -> None:
    """Have every error answered here."""
    app.register_error_handler(Refused, answer_refusal)
    app.register_error_handler(NotFound, answer_not_found)
    app.register_error_handler(CSRFError, answer_csrf)
    app.register_error_handler(RateLimitExceeded, answer_too_many)
    app.register_error_handler(HTTPException, answer_http_error)
    app.register_error_handler(Exception, answer_bug)


def wants_json() -> bool:
    """The client speaks JSON: it sent it or asks for it before HTML."""
    if request.is_json or "json" not in request.headers.get("Accept", ""):
        return request.is_json
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"


def answer_refusal(refused: Refused) -> ResponseReturnValue:
    """JSON gets code, message and facts; a form goes back to where it came from with the sentence."""
    message = refusal_text(refused.refusal)
    if wants_json():
        facts = {key: plain(value) for key, value in refused.refusal.facts.items()}
        return jsonify(code=refused.code, message=message, facts=facts), HTTPStatus.CONFLICT
    if request.method == "GET":
        return error_page(HTTPStatus.CONFLICT, message)
    flash(message, "refusal")
    return redirect(back_url())


def back_url() -> str:
    """The page of ours the request came from, never another site.

    A form that was not taken stands at the address of its door, which only takes forms: then the page above it.
    """
    referrer = request.referrer or ""
    if not referrer.startswith(request.host_url):
        return "/"
    address = "/" + referrer[len(request.host_url) :].lstrip("/\\")
    path = address.partition("?")[0]
    if _opens(path):
        return address
    while path and not _opens(path):
        path = path.rpartition("/")[0]
    return path or "/"


def _opens(path: str) -> bool:
    """Whether a page stands at an address."""
    adapter = current_app.create_url_adapter(request)
    try:
        return adapter is not None and bool(adapter.match(path, method="GET"))
    except HTTPException:
        return False


def answer_not_found(_error: NotFound) -> ResponseReturnValue:
    """Unknown, or another club's: the same answer."""
    return _answer(
        HTTPStatus.NOT_FOUND,
        "not_found",
        _("There is nothing here. It may have moved, or belong to another club."),
    )


def answer_csrf(_error: CSRFError) -> ResponseReturnValue:
    """The form is too old or not ours."""
    return _answer(
        HTTPStatus.BAD_REQUEST,
        "csrf",
        _("This form has expired. Go back, reload the page and send it again."),
    )


def answer_too_many(_error: RateLimitExceeded) -> ResponseReturnValue:
    """Too many tries from one place."""
    return _answer(
        HTTPStatus.TOO_MANY_REQUESTS,
        "too_many_requests",
        _("Too many attempts. Wait a minute, then try again."),
    )


HTTP_SENTENCES: dict[int, Callable[[], str]] = {
    400: lambda: _("The request could not be understood. Go back and try again."),
    401: lambda: _("Please sign in first."),
    403: lambda: _("You do not have permission for this. Ask your manager if you need it."),
    404: lambda: _("There is nothing here. It may have moved, or belong to another club."),
    405: lambda: _("This address cannot be opened directly. Go back and use the button."),
    413: lambda: _("What was sent is too large."),
}


def answer_http_error(error: HTTPException) -> ResponseReturnValue:
    """Werkzeug's errors, in our words."""
    if error.code is None or error.code < 400:
        return error
    sentence = HTTP_SENTENCES.get(error.code, HTTP_SENTENCES[400])
    return _answer(
        HTTPStatus(error.code), HTTPStatus(error.code).phrase.lower().replace(" ", "_"), sentence()
    )


def answer_bug(error: Exception) -> ResponseReturnValue:
    """Anything else is a bug: logged whole, answered without detail."""
    if current_app.testing and current_app.config.get("PROPAGATE_BUGS", True):
        raise error
    log.exception("unhandled", path=request.path)
    return _answer(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "internal",
        _(
            "Something went wrong on our side. Nothing was lost; try again. Error number: %(number)s",
            number=g.request_id,
        ),
    )


def error_page(status: HTTPStatus, message: str) -> ResponseReturnValue:
    """A page of its own for an error."""
    return render_template("error.html", message=message, status=int(status)), status


def _answer(status: HTTPStatus, code: str, message: str) -> ResponseReturnValue:
    if wants_json():
        return jsonify(code=code, message=message, facts={}), status
    return error_page(status, message)
