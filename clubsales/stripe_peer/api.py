"""The API under /v1: authentication, idempotency, versions, errors, and the doors to each object."""

import hashlib
import json
import secrets
from collections.abc import Callable, Iterable
from typing import Any, Final

from flask import Blueprint, Response, request
from stripe.params import EventListParams, RefundListParams
from stripe.params import checkout as sdk

from clubsales.stripe_peer import checkout, objects, opening, refunds
from clubsales.stripe_peer.errors import ApiError, invalid
from clubsales.stripe_peer.expansion import expand
from clubsales.stripe_peer.parameters import Parameters, decode
from clubsales.stripe_peer.peer import Peer
from clubsales.stripe_peer.store import Answer, ApiObject
from clubsales.stripe_peer.work import API_VERSION, Work, new_id

_KEEP_ANSWERS_SECONDS: Final = 24 * 60 * 60
Operation = Callable[[Work, Parameters], ApiObject]


def create_api(peer: Peer) -> Blueprint:
    """The doors of the API."""
    api = Blueprint("api", __name__, url_prefix="/v1")

    @api.post("/checkout/sessions")
    def create_session() -> Response:
        return _change(peer, opening.create)

    @api.get("/checkout/sessions")
    def list_sessions() -> Response:
        return _read(peer, _listing("checkout.session", ["payment_intent", "status"], sdk.SessionListParams))

    @api.get("/checkout/sessions/<identifier>")
    def show_session(identifier: str) -> Response:
        return _read(peer, _showing("checkout.session", identifier, "session"))

    @api.get("/checkout/sessions/<identifier>/line_items")
    def list_line_items(identifier: str) -> Response:
        return _read(peer, lambda work, sent: _line_items(work, sent, identifier))

    @api.post("/checkout/sessions/<identifier>/expire")
    def expire_session(identifier: str) -> Response:
        return _change(peer, lambda work, sent: _expire(work, sent, identifier))

    @api.get("/payment_intents/<identifier>")
    def show_payment_intent(identifier: str) -> Response:
        return _read(peer, _showing("payment_intent", identifier, "intent"))

    @api.get("/charges/<identifier>")
    def show_charge(identifier: str) -> Response:
        return _read(peer, _showing("charge", identifier, "charge"))

    @api.post("/refunds")
    def create_refund() -> Response:
        return _change(peer, refunds.create)

    @api.get("/refunds")
    def list_refunds() -> Response:
        return _read(peer, _listing("refund", ["charge", "payment_intent"], RefundListParams))

    @api.get("/refunds/<identifier>")
    def show_refund(identifier: str) -> Response:
        return _read(peer, _showing("refund", identifier, "id"))

    @api.get("/events")
    def list_events() -> Response:
        return _read(peer, _listing("event", ["type"], EventListParams))

    @api.get("/events/<identifier>")
    def show_event(identifier: str) -> Response:
        return _read(peer, _showing("event", identifier, "id"))

    @api.route("/", defaults={"path": ""}, methods=["GET", "POST", "DELETE"])
    @api.route("/<path:path>", methods=["GET", "POST", "DELETE"])
    def nowhere(path: str) -> Response:
        message = (
            f"Unrecognized request URL ({request.method}: /v1/{path}). Please see https://stripe.com/docs or we can "
            "help at https://support.stripe.com/."
        )
        return _answer(ApiError(message, status=404).body, 404, new_id("req"))

    return api


def _read(peer: Peer, operation: Operation) -> Response:
    request_id = new_id("req")
    try:
        _admit(peer)
        peer.run_due()
        parameters = Parameters(decode(request.args.items(multi=True)))
        with peer.work() as work:
            thing = expand(work, operation(work, parameters), parameters.texts("expand"))
    except ApiError as error:
        return _answer(error.body, error.status, request_id)
    return _answer(thing, 200, request_id)


def _change(peer: Peer, operation: Operation) -> Response:
    request_id = new_id("req")
    key = request.headers.get("Idempotency-Key") or None
    sent = list(request.form.items(multi=True))
    # Held through both transactions, so that the same key sent twice at once has one effect and one answer.
    with peer.store.lock:
        try:
            _admit(peer)
            peer.run_due()
            if key is not None:
                kept = _kept(peer, key, sent)
                if kept is not None:
                    return _again(kept, request_id)
            parameters = Parameters(decode(sent))
            with peer.work(
                base_url=request.root_url.rstrip("/"), request_id=request_id, idempotency_key=key
            ) as work:
                thing = expand(work, operation(work, parameters), parameters.texts("expand"))
                _keep(work, sent, 200, thing)
        except ApiError as error:
            if not error.validation:
                with peer.work(request_id=request_id, idempotency_key=key) as work:
                    _keep(work, sent, error.status, error.body)
            return _answer(error.body, error.status, request_id, key)
    return _answer(thing, 200, request_id, key)


def _admit(peer: Peer) -> None:
    authorization = request.authorization
    sent: str | None = None
    if authorization is not None:
        sent = authorization.token if authorization.type == "bearer" else authorization.username
    if not sent:
        raise ApiError(
            "You did not provide an API key. You need to provide your API key in the Authorization header, using "
            "Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
            status=401,
            validation=True,
        )
    if not secrets.compare_digest(sent.encode(), peer.settings.api_key.encode()):
        shown = f"{sent[:8]}{'*' * max(0, len(sent) - 12)}{sent[-4:]}" if len(sent) > 12 else "*" * len(sent)
        raise ApiError(f"Invalid API Key provided: {shown}", status=401, validation=True)
    version = request.headers.get("Stripe-Version", API_VERSION)
    if version != API_VERSION:
        raise ApiError(
            f"Invalid Stripe API version: {version}. This peer speaks {API_VERSION}.", validation=True
        )


def _kept(peer: Peer, key: str, sent: Iterable[tuple[str, str]]) -> Answer | None:
    if len(key) > 255:
        raise invalid("Idempotency-Key", "Idempotency-Key must be at most 255 characters.")
    with peer.work() as work:
        work.transaction.forget_answers(work.at - _KEEP_ANSWERS_SECONDS)
        kept = work.transaction.answer(key)
    if kept is None:
        return None
    if kept.endpoint != request.path:
        raise ApiError(
            "Keys for idempotent requests can only be used for the same endpoint they were first used for "
            f"('{kept.endpoint}' vs '{request.path}'). Try using a key other than '{key}' if you meant to execute a "
            "different request.",
            type_="idempotency_error",
            validation=True,
        )
    if kept.fingerprint != _fingerprint(sent):
        raise ApiError(
            "Keys for idempotent requests can only be used with the same parameters they were first used with. Try "
            f"using a key other than '{key}' if you meant to execute a different request.",
            type_="idempotency_error",
            validation=True,
        )
    return kept


def _keep(work: Work, sent: Iterable[tuple[str, str]], status: int, body: Any) -> None:
    if work.idempotency_key is not None and work.request_id is not None:
        kept = Answer(
            work.idempotency_key,
            request.path,
            _fingerprint(sent),
            status,
            _written(body),
            work.request_id,
            work.at,
        )
        work.transaction.remember(kept)


def _fingerprint(sent: Iterable[tuple[str, str]]) -> str:
    return hashlib.sha256(json.dumps(sorted(sent)).encode()).hexdigest()


def _written(body: Any) -> str:
    return json.dumps(body, indent=2, ensure_ascii=False)


def _again(kept: Answer, request_id: str) -> Response:
    response = _answer(None, kept.status, request_id, kept.key)
    response.set_data(kept.body)
    response.headers["Idempotent-Replayed"] = "true"
    response.headers["Original-Request"] = kept.request_id
    return response


def _answer(body: Any, status: int, request_id: str, key: str | None = None) -> Response:
    response = Response(_written(body), status=status, content_type="application/json")
    response.headers["Request-Id"] = request_id
    response.headers["Stripe-Version"] = API_VERSION
    response.headers["Cache-Control"] = "no-cache, no-store"
    if key is not None:
        response.headers["Idempotency-Key"] = key
        response.headers["Original-Request"] = request_id
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Basic realm="Stripe"'
    return response


def _showing(kind: str, identifier: str, param: str) -> Operation:
    def show(work: Work, parameters: Parameters) -> ApiObject:
        parameters.only("expand")
        return work.fetch(kind, identifier, param=param)

    return show


def _listing(kind: str, filters: list[str], sdk_type: type[Any]) -> Operation:
    def page(work: Work, parameters: Parameters) -> ApiObject:
        parameters.only("ending_before", "expand", "limit", "starting_after", *filters, of=sdk_type)
        wanted = {name: parameters.text(name) for name in filters if name in parameters}
        things = [
            thing
            for thing in work.transaction.newest(kind)
            if all(thing[name] == value for name, value in wanted.items())
        ]
        return _page(parameters, things)

    return page


def _page(parameters: Parameters, things: list[ApiObject]) -> ApiObject:
    limit = parameters.integer("limit", least=1) or 10
    if limit > 100:
        raise invalid("limit", "limit must be at most 100", "parameter_invalid_integer")
    after = parameters.text("starting_after")
    before = parameters.text("ending_before")
    if after is not None and before is not None:
        raise invalid(
            "starting_after", "You may only specify one of these parameters: ending_before, starting_after."
        )
    url = request.path
    if before is not None:
        newer = things[: _place(things, before, "ending_before")]
        return objects.list_of(newer[-limit:], url, has_more=len(newer) > limit)
    rest = things if after is None else things[_place(things, after, "starting_after") + 1 :]
    return objects.list_of(rest[:limit], url, has_more=len(rest) > limit)


def _place(things: list[ApiObject], identifier: str, param: str) -> int:
    for place, thing in enumerate(things):
        if thing["id"] == identifier:
            return place
    raise ApiError(f"No such object: '{identifier}'", code="resource_missing", param=param, validation=True)


def _line_items(work: Work, parameters: Parameters, identifier: str) -> ApiObject:
    parameters.only("ending_before", "expand", "limit", "starting_after")
    work.fetch(checkout.KIND, identifier, param="session")
    return _page(parameters, checkout.line_items(work, identifier))


def _expire(work: Work, parameters: Parameters, identifier: str) -> ApiObject:
    parameters.only("expand")
    return checkout.expire(work, identifier)
