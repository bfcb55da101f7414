"""Webhooks: which, signed, when refused, held back, doubled, turned round, and kept over a restart."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import stripe
from werkzeug.test import Client
from werkzeug.wrappers import Request, Response

from clubsales.stripe_peer import PeerServer, PeerSettings, api, create_peer, peer_of, post_into
from clubsales.stripe_peer.parameters import decode
from clubsales.stripe_peer.store import Store
from tests.integration.stripe_peer.stripe_documents import check_answer
from tests.integration.stripe_peer.stripe_shop import SUCCESS, WEBHOOK_SECRET, Clock, Endpoint, Shop

PAID = ["payment_intent.succeeded", "checkout.session.completed"]


def test_a_payment_is_told_signed_and_in_order(shop: Shop, server: PeerServer, endpoint: Endpoint) -> None:
    session = shop.open()
    server.peer.pay(session.id)
    assert server.peer.courier.drain()

    assert endpoint.types() == PAID
    for event in endpoint.events():
        check_answer(event.to_dict())
    completed = endpoint.events()[-1]
    assert completed.api_version == "2026-10-28.endive"
    assert completed.data.object["id"] == session.id
    assert (completed.data.object["payment_status"], completed.data.object["client_reference_id"]) == (
        "paid",
        "sale-7",
    )
    assert shop.stripe.v1.events.retrieve(completed.id).data.object["id"] == session.id


def test_an_altered_body_another_secret_and_an_old_signature_are_seen_through(
    shop: Shop, server: PeerServer, endpoint: Endpoint
) -> None:
    server.peer.pay(shop.open().id)
    assert server.peer.courier.drain()
    body, signature = endpoint.bodies[-1], endpoint.signatures[-1]

    construct = stripe.Webhook.construct_event
    assert construct(body, signature, WEBHOOK_SECRET).type == "checkout.session.completed"
    altered = body.replace(b"398000", b"398001")
    assert altered != body
    for spoiled in [
        lambda: construct(altered, signature, WEBHOOK_SECRET),
        lambda: construct(body, signature, "whsec_another"),
        lambda: construct(body, signature.replace("v1=", "v0="), WEBHOOK_SECRET),
        lambda: construct(body, endpoint.signatures[0], WEBHOOK_SECRET),
        lambda: construct(
            body,
            stripe.WebhookSignature.generate_signature_header(body.decode(), WEBHOOK_SECRET, 1_700_000_000),
            WEBHOOK_SECRET,
        ),
    ]:
        with pytest.raises(stripe.SignatureVerificationError):
            spoiled()


@pytest.mark.parametrize(
    ("outcome", "told"),
    [
        ("later_paid", ["payment_intent.succeeded", "checkout.session.async_payment_succeeded"]),
        ("later_failed", ["payment_intent.payment_failed", "checkout.session.async_payment_failed"]),
    ],
)
def test_a_late_payment_is_told_twice(
    shop: Shop, server: PeerServer, endpoint: Endpoint, outcome: str, told: list[str]
) -> None:
    session = shop.open()
    server.peer.pay(session.id, method="alipay", outcome=outcome)  # type: ignore[arg-type]
    assert server.peer.courier.drain()
    assert endpoint.types() == ["checkout.session.completed"]
    assert endpoint.events()[0].data.object["payment_status"] == "unpaid"

    server.peer.settle(session.id)
    assert server.peer.courier.drain()
    assert endpoint.types()[1:] == told
    server.peer.settle(session.id)
    assert server.peer.courier.drain()
    assert len(endpoint.types()) == 3


def test_a_decline_is_told_and_completes_nothing(shop: Shop, server: PeerServer, endpoint: Endpoint) -> None:
    server.peer.pay(shop.open().id, outcome="declined")
    assert server.peer.courier.drain()
    assert endpoint.types() == ["payment_intent.payment_failed"]


def test_expiry_is_told_once(shop: Shop, server: PeerServer, endpoint: Endpoint, clock: Clock) -> None:
    session = shop.open()
    clock.at = session.expires_at
    server.peer.run_due()
    server.peer.run_due()
    assert server.peer.courier.drain()
    assert endpoint.types() == ["checkout.session.expired"]
    assert endpoint.events()[0].data.object["status"] == "expired"


@pytest.mark.parametrize("method", ["card", "wechat_pay"])
def test_a_refund_is_told_step_by_step(
    shop: Shop, server: PeerServer, endpoint: Endpoint, method: str
) -> None:
    intent = str(server.peer.pay(shop.open().id, method=method)["payment_intent"])
    refund = shop.refund(payment_intent=intent, amount=1000, key="refund-1")
    server.peer.settle(refund.id)
    assert server.peer.courier.drain()

    assert endpoint.types()[2:] == ["refund.created", "charge.refunded", "refund.updated"]
    for event in endpoint.events():
        check_answer(event.to_dict())
    created, refunded, updated = endpoint.events()[2:]
    assert created.request is not None
    assert created.request.idempotency_key == "refund-1"
    assert refunded.data.object["amount_refunded"] == 1000
    assert updated.data.object["status"] == "succeeded"
    assert updated.data.previous_attributes is not None


def test_a_refund_sent_back_is_told(shop: Shop, server: PeerServer, endpoint: Endpoint) -> None:
    intent = str(server.peer.pay(shop.open().id)["payment_intent"])
    refund = shop.refund(payment_intent=intent)
    server.peer.fail_refund(refund.id)
    assert server.peer.courier.drain()
    assert endpoint.types()[-2:] == ["refund.updated", "refund.failed"]


def test_a_refused_webhook_is_tried_again(shop: Shop, server: PeerServer, endpoint: Endpoint) -> None:
    endpoint.refusals = [500, 302]
    server.peer.pay(shop.open().id)
    assert server.peer.courier.drain()
    assert sorted(endpoint.types()) == sorted(PAID)
    assert [each.status for each in server.peer.courier.attempts] == [500, 302, 200, 200]


def test_a_webhook_is_given_up_in_the_end(shop: Shop, server: PeerServer, endpoint: Endpoint) -> None:
    endpoint.refusals = [500] * 8
    server.peer.pay(shop.open().id)
    assert server.peer.courier.drain()
    assert endpoint.bodies == []
    assert len(server.peer.courier.attempts) == 8
    missed = shop.stripe.v1.events.list({"type": "checkout.session.completed"}).data
    assert [event.pending_webhooks for event in missed] == [1]


def test_an_endpoint_that_is_away_is_waited_for(shop: Shop, server: PeerServer, endpoint: Endpoint) -> None:
    where = endpoint.url
    server.peer.courier.url = "http://127.0.0.1:9/nobody"
    server.peer.pay(shop.open().id)
    while not server.peer.courier.attempts:
        server.peer.courier.wake()
    server.peer.courier.url = where
    assert server.peer.courier.drain()
    assert sorted(endpoint.types()) == sorted(PAID)
    assert server.peer.courier.attempts[0].status is None


def test_held_back_turned_round_doubled_and_again(shop: Shop, server: PeerServer, endpoint: Endpoint) -> None:
    courier = server.peer.courier
    courier.hold()
    server.peer.pay(shop.open().id)
    assert not courier.drain(0.1)
    assert (endpoint.bodies, len(courier.waiting())) == ([], 2)

    courier.release(lambda held: held[::-1])
    assert courier.drain()
    assert endpoint.types() == PAID[::-1]

    courier.send_again(endpoint.events()[0].id)
    assert courier.drain()
    assert endpoint.events()[2].id == endpoint.events()[0].id

    courier.copies = 2
    server.peer.pay(shop.open().id)
    assert courier.drain()
    assert endpoint.types()[3:] == [PAID[0], PAID[0], PAID[1], PAID[1]]


def test_only_one_of_many_payers_pays(shop: Shop, server: PeerServer, endpoint: Endpoint) -> None:
    session = shop.open()
    gate = threading.Barrier(6)
    refused: list[str] = []

    def pay() -> None:
        gate.wait()
        try:
            server.peer.pay(session.id)
        except Exception as problem:
            refused.append(str(problem))

    payers = [threading.Thread(target=pay) for _ in range(6)]
    for payer in payers:
        payer.start()
    for payer in payers:
        payer.join()
    assert refused == ["This Checkout Session is not open."] * 5
    assert server.peer.courier.drain()
    assert endpoint.types() == PAID


def test_the_same_key_from_many_at_once_makes_one_session(
    shop: Shop, server: PeerServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slowly(fields: Iterable[tuple[str, str]]) -> dict[str, Any]:
        time.sleep(0.02)
        return decode(fields)

    # Between looking for the key and keeping the answer, so that all of them would look before one keeps.
    monkeypatch.setattr(api, "decode", slowly)
    gate = threading.Barrier(6)
    made: list[str] = []

    def open_one() -> None:
        another = Shop(server.url)
        gate.wait()
        made.append(another.open(key="sale-7").id)

    shops = [threading.Thread(target=open_one) for _ in range(6)]
    for each in shops:
        each.start()
    for each in shops:
        each.join()
    assert len(made) == 6
    assert len(set(made)) == 1
    assert len(shop.stripe.v1.checkout.sessions.list().data) == 1


def test_everything_is_still_there_after_a_restart(
    tmp_path: Path, settings: PeerSettings, clock: Clock, endpoint: Endpoint
) -> None:
    state = tmp_path / "peer.sqlite"
    with PeerServer(settings, now=clock, state_path=state) as first:
        shop = Shop(first.url)
        session = shop.open(key="sale-7")
        other = shop.open()
        first.peer.pay(session.id)
        assert endpoint.bodies == []
    clock.at = other.expires_at
    with PeerServer(settings, now=clock, state_path=state, webhook_url=endpoint.url) as second:
        shop = Shop(second.url)
        assert shop.session(session.id).payment_status == "paid"
        assert shop.open(key="sale-7").id == session.id
        assert shop.http.headers["Idempotent-Replayed"] == "true"
        assert shop.session(other.id).status == "expired"
        assert second.peer.courier.drain()
    assert endpoint.types() == [*PAID, "checkout.session.expired"]


def test_a_failure_in_a_unit_of_work_leaves_nothing(server: PeerServer) -> None:
    def fail() -> None:
        with server.peer.work() as work:
            work.emit("checkout.session.completed", {"id": "cs_1", "object": "checkout.session"})
            raise ValueError("half way")

    with pytest.raises(ValueError, match="half way"):
        fail()
    assert server.peer.courier.waiting() == []
    with server.peer.store.transaction() as transaction:
        assert list(transaction.newest("event")) == []


def test_one_transaction_inside_another_is_a_bug() -> None:
    store = Store()
    with store.transaction(), pytest.raises(RuntimeError, match="open already"), store.transaction():
        pass


@pytest.fixture
def receive() -> Iterator[tuple[list[str], Callable[..., Response]]]:
    received: list[str] = []

    @Request.application
    def application(request: Request) -> Response:
        event = stripe.Webhook.construct_event(
            request.get_data(), request.headers["Stripe-Signature"], WEBHOOK_SECRET
        )
        received.append(f"{request.host}{request.path} {event.type}")
        return Response("", 200)

    return received, application  # type: ignore[return-value]


def test_webhooks_can_go_straight_into_an_application(
    settings: PeerSettings, clock: Clock, receive: tuple[list[str], Callable[..., Response]]
) -> None:
    received, application = receive
    peer_application = create_peer(
        settings,
        now=clock,
        webhook_url="http://club.example/webhooks/stripe",
        deliver=post_into(Client(application)),
    )
    form = {
        "mode": "payment",
        "success_url": SUCCESS,
        "line_items[0][quantity]": "1",
        "line_items[0][price_data][currency]": "cny",
        "line_items[0][price_data][unit_amount]": "150000",
        "line_items[0][price_data][product_data][name]": "泳池次卡",
    }
    headers = {"Authorization": "Bearer sk_test_clubsales_tests"}
    answer = peer_application.test_client().post("/v1/checkout/sessions", data=form, headers=headers)
    peer = peer_of(peer_application)
    peer.pay(answer.get_json()["id"])
    assert peer.courier.drain()
    peer.close()
    assert received == [f"club.example/webhooks/stripe {type_}" for type_ in PAID]
