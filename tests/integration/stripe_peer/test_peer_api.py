"""The API as the SDK sees it: sessions, payments, refunds, errors, idempotency."""

from typing import Any

import pytest
import requests
import stripe

from clubsales.stripe_peer import PeerServer
from tests.integration.stripe_peer.stripe_documents import (
    NotAsDocumentedError,
    check_answer,
    check_session_request,
)
from tests.integration.stripe_peer.stripe_shop import CANCEL, NOON, SUCCESS, Clock, Shop

ITEM = {
    "price_data": {"currency": "cny", "unit_amount": 398_000, "product_data": {"name": "年卡"}},
    "quantity": 1,
}
GOOD = {"mode": "payment", "line_items": [ITEM], "success_url": SUCCESS}


def item(**price: Any) -> dict[str, Any]:
    """A line with another price."""
    return {"price_data": {**ITEM["price_data"], **price}, "quantity": 1}  # type: ignore[dict-item]


def test_an_open_session_says_what_was_asked_for(shop: Shop, server: PeerServer) -> None:
    session = shop.open(quantity=2)

    assert (session.status, session.payment_status, session.payment_intent) == ("open", "unpaid", None)
    assert (session.amount_total, session.currency) == (796_000, "cny")
    assert (session.client_reference_id, session.metadata.to_dict()) == ("sale-7", {"sale": "7"})
    assert (session.success_url, session.cancel_url) == (SUCCESS, CANCEL)
    assert session.expires_at == NOON + 45 * 60
    assert session.url == f"{server.url}/pay/{session.id}"
    assert session.payment_method_types == ["card", "alipay", "wechat_pay"]
    assert session.id.startswith("cs_test_")
    assert shop.http.checked == 1


def test_the_lines_of_a_session_come_when_asked_for(shop: Shop) -> None:
    session = shop.session(shop.open(quantity=2).id, "line_items")

    assert session.line_items is not None
    (line,) = session.line_items.data
    assert (line.description, line.quantity, line.amount_total) == ("年卡 Annual card", 2, 796_000)
    (same,) = shop.stripe.v1.checkout.sessions.line_items.list(session.id).data
    assert same.id == line.id


def test_a_session_lasts_a_day_unless_told(shop: Shop) -> None:
    assert shop.send(GOOD).expires_at == NOON + 24 * 60 * 60


def test_methods_are_those_allowed_of_those_the_currency_has(shop: Shop) -> None:
    assert shop.open(allowed_payment_method_types=["wechat_pay", "card"]).payment_method_types == [
        "card",
        "wechat_pay",
    ]
    rupees = item(currency="inr", unit_amount=5000)
    assert shop.open(line_items=[rupees]).payment_method_types == ["card"]


@pytest.mark.parametrize("method", ["card", "alipay", "wechat_pay"])
def test_a_payment_shows_in_every_object(shop: Shop, server: PeerServer, method: str) -> None:
    session = shop.open()
    server.peer.pay(session.id, method=method)

    paid = shop.session(session.id, "payment_intent.latest_charge")

    assert (paid.status, paid.payment_status, paid.url) == ("complete", "paid", None)
    intent = paid.payment_intent
    assert isinstance(intent, stripe.PaymentIntent)
    assert (intent.status, intent.amount_received, intent.currency) == ("succeeded", 398_000, "cny")
    assert intent.metadata.to_dict() == {"sale": "7"}
    charge = intent.latest_charge
    assert isinstance(charge, stripe.Charge)
    assert (charge.paid, charge.status, charge.amount_captured) == (True, "succeeded", 398_000)
    assert charge.payment_method_details is not None
    assert charge.payment_method_details.type == method
    assert shop.stripe.v1.payment_intents.retrieve(intent.id).latest_charge == charge.id
    assert shop.stripe.v1.charges.retrieve(charge.id).payment_intent == intent.id


def test_a_declined_payment_leaves_the_session_open(shop: Shop, server: PeerServer) -> None:
    session = shop.open()
    server.peer.pay(session.id, outcome="declined")

    declined = shop.session(session.id, "payment_intent.latest_charge")

    assert (declined.status, declined.payment_status) == ("open", "unpaid")
    intent = declined.payment_intent
    assert isinstance(intent, stripe.PaymentIntent)
    assert intent.status == "requires_payment_method"
    assert intent.last_payment_error is not None
    assert (intent.last_payment_error.type, intent.last_payment_error.code) == ("card_error", "card_declined")
    server.peer.pay(session.id)
    assert shop.session(session.id).payment_intent == intent.id
    assert shop.stripe.v1.payment_intents.retrieve(intent.id).status == "succeeded"


@pytest.mark.parametrize(
    ("outcome", "payment", "intent"),
    [
        ("later_paid", "paid", "succeeded"),
        ("later_failed", "unpaid", "requires_payment_method"),
    ],
)
def test_a_payment_confirmed_later_waits(
    shop: Shop, server: PeerServer, clock: Clock, outcome: Any, payment: str, intent: str
) -> None:
    session = shop.open()
    server.peer.pay(session.id, method="alipay", outcome=outcome)

    waiting = shop.session(session.id, "payment_intent")
    assert (waiting.status, waiting.payment_status) == ("complete", "unpaid")
    assert isinstance(waiting.payment_intent, stripe.PaymentIntent)
    assert waiting.payment_intent.status == "processing"
    clock.at += 5
    settled = shop.session(session.id, "payment_intent.latest_charge")
    assert (settled.status, settled.payment_status) == ("complete", payment)
    assert isinstance(settled.payment_intent, stripe.PaymentIntent)
    assert settled.payment_intent.status == intent


def test_a_session_expires_by_itself(shop: Shop, clock: Clock) -> None:
    session = shop.open()
    clock.at = session.expires_at - 1
    assert shop.session(session.id).status == "open"
    clock.at += 1
    assert (shop.session(session.id).status, shop.session(session.id).url) == ("expired", None)


def test_a_paid_session_does_not_expire(shop: Shop, server: PeerServer, clock: Clock) -> None:
    session = shop.open()
    server.peer.pay(session.id)
    clock.at += 2 * 24 * 60 * 60
    assert shop.session(session.id).status == "complete"


def test_a_session_can_be_closed_by_the_shop_once(shop: Shop) -> None:
    session = shop.open()
    assert shop.stripe.v1.checkout.sessions.expire(session.id).status == "expired"
    with pytest.raises(stripe.InvalidRequestError, match='has a status of "expired"'):
        shop.stripe.v1.checkout.sessions.expire(session.id)


def test_lists_are_newest_first_and_page_through(shop: Shop, server: PeerServer) -> None:
    made = [shop.open().id for _ in range(5)]
    sessions = shop.stripe.v1.checkout.sessions
    assert [each.id for each in sessions.list({"limit": 2}).auto_paging_iter()] == made[::-1]
    assert [each.id for each in sessions.list({"ending_before": made[2], "limit": 1}).data] == [made[3]]
    server.peer.pay(made[1])
    assert [each.id for each in sessions.list({"status": "complete"}).data] == [made[1]]
    intent = shop.session(made[1]).payment_intent
    assert [each.id for each in sessions.list({"payment_intent": str(intent)}).data] == [made[1]]


def test_a_full_refund_by_card_is_at_once(shop: Shop, server: PeerServer) -> None:
    session = shop.open()
    intent = str(server.peer.pay(session.id)["payment_intent"])

    refund = shop.refund(payment_intent=intent, reason="requested_by_customer", metadata={"refund": "3"})

    assert (refund.amount, refund.status, refund.currency) == (398_000, "succeeded", "cny")
    assert refund.metadata is not None
    assert refund.metadata.to_dict() == {"refund": "3"}
    charge = shop.stripe.v1.charges.retrieve(str(refund.charge), {"expand": ["refunds"]})
    assert (charge.refunded, charge.amount_refunded) == (True, 398_000)
    assert charge.refunds is not None
    assert [each.id for each in charge.refunds.data] == [refund.id]
    with pytest.raises(stripe.InvalidRequestError, match="has already been refunded") as caught:
        shop.refund(payment_intent=intent)
    assert caught.value.code == "charge_already_refunded"


def test_refunds_in_part_never_exceed_what_is_left(shop: Shop, server: PeerServer) -> None:
    intent = str(server.peer.pay(shop.open().id)["payment_intent"])
    first = shop.refund(payment_intent=intent, amount=300_000)
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded amount") as caught:
        shop.refund(payment_intent=intent, amount=98_001)
    assert caught.value.param == "amount"
    second = shop.refund(charge=str(first.charge), amount=98_000)
    listed = shop.stripe.v1.refunds.list({"payment_intent": intent}).data
    assert [each.id for each in listed] == [second.id, first.id]
    assert shop.stripe.v1.charges.retrieve(str(first.charge)).refunded


def test_a_wallet_confirms_a_refund_later(shop: Shop, server: PeerServer, clock: Clock) -> None:
    intent = str(server.peer.pay(shop.open().id, method="wechat_pay")["payment_intent"])
    refund = shop.refund(payment_intent=intent)
    assert (refund.status, refund.pending_reason) == ("pending", "processing")
    clock.at += 5
    assert shop.stripe.v1.refunds.retrieve(refund.id).status == "succeeded"


def test_a_failed_refund_gives_the_money_back_to_the_charge(shop: Shop, server: PeerServer) -> None:
    intent = str(server.peer.pay(shop.open().id, method="alipay")["payment_intent"])
    refund = shop.refund(payment_intent=intent)
    server.peer.fail_refund(refund.id)
    failed = shop.stripe.v1.refunds.retrieve(refund.id, {"expand": ["charge", "payment_intent"]})
    assert (failed.status, failed.failure_reason) == ("failed", "unknown")
    assert isinstance(failed.charge, stripe.Charge)
    assert (failed.charge.refunded, failed.charge.amount_refunded) == (False, 0)
    assert shop.refund(payment_intent=intent).status == "pending"


def test_a_payment_that_never_came_cannot_be_refunded(shop: Shop, server: PeerServer) -> None:
    intent = str(server.peer.pay(shop.open().id, outcome="declined")["payment_intent"])
    with pytest.raises(stripe.InvalidRequestError, match="does not have a successful charge"):
        shop.refund(payment_intent=intent)
    with pytest.raises(stripe.InvalidRequestError, match="payment_intent or charge"):
        shop.refund(amount=100)


@pytest.mark.parametrize(
    ("change", "param", "code"),
    [
        ({"payment_method_types": ["card"]}, "payment_method_types", "parameter_unknown"),
        ({"colour": "red"}, "colour", "parameter_unknown"),
        ({"line_items": [{**ITEM, "prise": 1}]}, "line_items[0][prise]", "parameter_unknown"),
        ({"discounts": [{"coupon": "x"}]}, "discounts", "peer_not_simulated"),
        ({"mode": None}, "mode", "parameter_missing"),
        ({"mode": "gift"}, "mode", None),
        ({"mode": "subscription"}, "mode", "peer_not_simulated"),
        ({"success_url": None}, "success_url", "parameter_missing"),
        ({"success_url": "club.example"}, "success_url", "url_invalid"),
        ({"success_url": ""}, "success_url", "parameter_invalid_empty"),
        ({"line_items": None}, "line_items", "parameter_missing"),
        ({"line_items": "card"}, "line_items", None),
        ({"line_items": [{**ITEM, "quantity": 0}]}, "line_items[0][quantity]", "parameter_invalid_integer"),
        ({"line_items": [{"quantity": 1}]}, "line_items[0][price_data]", "parameter_missing"),
        (
            {"line_items": [item(unit_amount=-1)]},
            "line_items[0][price_data][unit_amount]",
            "parameter_invalid_integer",
        ),
        (
            {"line_items": [item(unit_amount="39.80")]},
            "line_items[0][price_data][unit_amount]",
            "parameter_invalid_integer",
        ),
        ({"line_items": [item(currency="xxx")]}, "line_items[0][price_data][currency]", None),
        (
            {"line_items": [item(product_data={})]},
            "line_items[0][price_data][product_data][name]",
            "parameter_missing",
        ),
        ({"line_items": [ITEM, item(currency="hkd")]}, "line_items", None),
        ({"line_items": [item(unit_amount=399)]}, None, "amount_too_small"),
        ({"line_items": [item(unit_amount=100_000_000)]}, None, "amount_too_large"),
        ({"client_reference_id": "x" * 201}, "client_reference_id", None),
        ({"metadata": {"note": "x" * 501}}, "metadata[note]", None),
        ({"metadata": {"n" * 41: "x"}}, f"metadata[{'n' * 41}]", None),
        ({"metadata": {str(number): "x" for number in range(51)}}, "metadata", None),
        ({"expires_at": NOON + 30 * 60 - 1}, "expires_at", None),
        ({"expires_at": NOON + 24 * 60 * 60 + 1}, "expires_at", None),
        ({"locale": "tlh"}, "locale", None),
        ({"allowed_payment_method_types": ["boleto"]}, "allowed_payment_method_types", None),
        ({"expand": ["customer"]}, "expand", None),
    ],
)
def test_a_wrong_request_is_refused_by_name(
    shop: Shop, change: dict[str, Any], param: str | None, code: str | None
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        shop.send({**GOOD, **change})
    assert (caught.value.http_status, caught.value.param, caught.value.code) == (400, param, code)
    assert shop.stripe.v1.checkout.sessions.list().data == []


def test_what_does_not_exist_is_not_found(shop: Shop) -> None:
    v1 = shop.stripe.v1
    for ask, param in [
        (lambda: v1.checkout.sessions.retrieve("cs_x"), "session"),
        (lambda: v1.checkout.sessions.expire("cs_x"), "session"),
        (lambda: v1.payment_intents.retrieve("pi_x"), "intent"),
        (lambda: v1.refunds.retrieve("re_x"), "id"),
        (lambda: v1.charges.retrieve("ch_x"), "charge"),
        (lambda: v1.events.retrieve("evt_x"), "id"),
        (lambda: shop.refund(payment_intent="pi_x"), "payment_intent"),
        (lambda: shop.refund(charge="ch_x"), "charge"),
    ]:
        with pytest.raises(stripe.InvalidRequestError) as caught:
            ask()
        error = caught.value
        assert (error.http_status, error.code, error.param) == (404, "resource_missing", param)


def test_an_id_of_another_kind_is_not_found(shop: Shop, server: PeerServer) -> None:
    intent = str(server.peer.pay(shop.open().id)["payment_intent"])
    with pytest.raises(stripe.InvalidRequestError, match="No such charge"):
        shop.stripe.v1.charges.retrieve(intent)


def test_other_doors_are_closed(shop: Shop) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="Unrecognized request URL") as caught:
        shop.stripe.v1.customers.create({"name": "x"})
    assert caught.value.http_status == 404


def test_a_wrong_key_is_not_let_in(server: PeerServer) -> None:
    with pytest.raises(stripe.AuthenticationError, match="Invalid API Key provided: sk_test_") as caught:
        Shop(server.url, api_key="sk_test_someone_elses").open()
    assert "someone" not in str(caught.value)
    answer = requests.get(f"{server.url}/v1/refunds", timeout=5)
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'Basic realm="Stripe"')
    assert "did not provide an API key" in answer.json()["error"]["message"]


def test_another_version_of_the_api_is_refused(shop: Shop) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="Invalid Stripe API version: 2020-08-27"):
        shop.stripe.v1.refunds.list({}, {"stripe_version": "2020-08-27"})


def test_malformed_fields_are_an_error_not_a_crash(shop: Shop, server: PeerServer) -> None:
    for body in [
        "a[=1",
        "metadata=1&metadata[a]=2",
        "line_items[x]=1",
        "[a]=1",
        "a[b][c][d][e][f][g][h][i]=1",
    ]:
        answer = requests.post(
            f"{server.url}/v1/checkout/sessions",
            data=body,
            headers={
                "Authorization": "Bearer sk_test_clubsales_tests",
                "Content-Type": "application/x-www-form-urlencoded",
            },
            timeout=5,
        )
        assert answer.status_code == 400, body
        check_answer(answer.json())


def test_the_same_key_gives_the_same_answer(shop: Shop, clock: Clock) -> None:
    first = shop.open(key="sale-7-1")
    original = shop.http.headers["Request-Id"]
    assert "Idempotent-Replayed" not in shop.http.headers
    clock.at += 60
    again = shop.open(key="sale-7-1")
    assert again.to_dict() == first.to_dict()
    assert shop.http.headers["Idempotent-Replayed"] == "true"
    assert shop.http.headers["Original-Request"] == original
    assert len(shop.stripe.v1.checkout.sessions.list().data) == 1
    assert shop.open(key="sale-7-2").id != first.id


def test_a_key_is_for_one_request_only(shop: Shop, server: PeerServer) -> None:
    session = shop.open(key="once")
    with pytest.raises(stripe.IdempotencyError, match="same parameters"):
        shop.open(key="once", amount=400_000)
    intent = str(server.peer.pay(session.id)["payment_intent"])
    with pytest.raises(stripe.IdempotencyError, match="same endpoint"):
        shop.refund(key="once", payment_intent=intent)


def test_a_refund_sent_twice_is_one_refund(shop: Shop, server: PeerServer) -> None:
    intent = str(server.peer.pay(shop.open().id)["payment_intent"])
    one = shop.refund(key="refund-3", payment_intent=intent, amount=1000)
    two = shop.refund(key="refund-3", payment_intent=intent, amount=1000)
    assert one.id == two.id
    assert shop.stripe.v1.charges.retrieve(str(one.charge)).amount_refunded == 1000


def test_a_refusal_after_the_checks_is_kept_and_a_wrong_request_is_not(
    shop: Shop, server: PeerServer
) -> None:
    intent = str(server.peer.pay(shop.open().id)["payment_intent"])
    with pytest.raises(stripe.InvalidRequestError):
        shop.refund(key="too-much", payment_intent=intent, amount=398_001)
    with pytest.raises(stripe.InvalidRequestError):
        shop.refund(key="too-much", payment_intent=intent, amount=398_001)
    assert shop.http.headers["Idempotent-Replayed"] == "true"
    with pytest.raises(stripe.InvalidRequestError):
        shop.send({**GOOD, "mode": "gift"}, key="typo")
    assert shop.send(GOOD, key="typo").status == "open"


def test_keys_are_forgotten_after_a_day(shop: Shop, clock: Clock) -> None:
    first = shop.send(GOOD, key="daily")
    clock.at += 24 * 60 * 60 + 1
    assert shop.send(GOOD, key="daily").id != first.id


def test_the_checks_of_this_suite_can_fail(shop: Shop) -> None:
    good = shop.open().to_dict()
    check_answer(good)
    for spoiled in [
        {**good, "status": "closed"},
        {**good, "amount_total": "398000"},
        {**good, "currency": None, "id": None},
        {**good, "surprise": 1},
        {name: value for name, value in good.items() if name != "expires_at"},
        {**good, "total_details": {"amount_discount": 0}},
    ]:
        with pytest.raises(NotAsDocumentedError):
            check_answer(spoiled)
    with pytest.raises(ValueError, match="payment_method_types"):
        check_session_request({**GOOD, "payment_method_types": ["card"]})
