"""The hosted page, read and pressed as a phone does; and the peer mounted under a prefix."""

import dataclasses
import re
import threading
from collections.abc import Iterator

import pytest
import requests
from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import make_server

from clubsales.stripe_peer import Peer, PeerServer, PeerSettings, create_peer, peer_of
from clubsales.stripe_peer.texts import CHINESE, ENGLISH, WORDS
from tests.integration.stripe_peer.stripe_shop import CANCEL, SUCCESS, Clock, Endpoint, Quiet, Shop


def read(url: str, languages: str = "") -> str:
    """The page's HTML."""
    answer = requests.get(url, headers={"Accept-Language": languages}, timeout=5)
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    return answer.text


def press(url: str, **fields: str) -> requests.Response:
    """Press a button of the page."""
    return requests.post(url, data=fields, timeout=5, allow_redirects=False)


def test_the_page_shows_what_is_paid_and_how(shop: Shop) -> None:
    session = shop.open(amount=199_000, quantity=2)
    page = read(str(session.url))
    assert '<html lang="zh-Hans">' in page
    assert "付款给阳光健身" in page
    assert "年卡 Annual card × 2" in page
    assert page.count("¥3,980.00") == 3
    assert re.findall(r'name="method" value="(\w+)"', page) == ["card", "alipay", "wechat_pay"]
    assert f'href="{CANCEL}"' in page
    assert 'name="viewport"' in page


def test_the_page_escapes_what_the_shop_sent(shop: Shop) -> None:
    price = {"currency": "cny", "unit_amount": 1000, "product_data": {"name": "<script>alert(1)</script>"}}
    page = read(str(shop.open(line_items=[{"price_data": price, "quantity": 1}]).url))
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize(
    ("locale", "query", "languages", "word"),
    [
        ("zh", "", "en", "支付宝付款"),
        ("en", "", "zh-CN", "Pay with Alipay"),
        ("auto", "", "zh-CN,en;q=0.5", "支付宝付款"),
        ("auto", "", "en-GB,zh;q=0.5", "Pay with Alipay"),
        ("auto", "", "fr,zh-TW;q=0.5", "支付宝付款"),
        ("auto", "", "fr", "Pay with Alipay"),
        ("zh", "?locale=en", "zh", "Pay with Alipay"),
    ],
)
def test_the_page_speaks_the_payers_language(
    shop: Shop, locale: str, query: str, languages: str, word: str
) -> None:
    assert word in read(f"{shop.open(locale=locale).url}{query}", languages)


def test_every_word_is_there_in_both_languages() -> None:
    assert WORDS[ENGLISH].keys() == WORDS[CHINESE].keys()


def test_the_style_comes_with_the_page(shop: Shop) -> None:
    url = str(shop.open().url)
    (sheet,) = re.findall(r'rel="stylesheet" href="([^"]+)"', read(url))
    answer = requests.get(requests.compat.urljoin(url, sheet), timeout=5)
    assert answer.headers["Content-Type"].startswith("text/css")
    assert ".method" in answer.text


@pytest.mark.parametrize("method", ["card", "alipay", "wechat_pay"])
def test_a_payer_pays_and_goes_back_to_the_shop(shop: Shop, endpoint: Endpoint, method: str) -> None:
    session = shop.open()
    answer = press(str(session.url), method=method)
    assert answer.status_code == 303
    assert answer.headers["Location"] == SUCCESS.replace("{CHECKOUT_SESSION_ID}", session.id)
    assert shop.session(session.id).payment_status == "paid"


def test_a_second_press_pays_nothing_more_and_leads_to_the_same_place(
    shop: Shop, server: PeerServer, endpoint: Endpoint
) -> None:
    session = shop.open()
    url = str(session.url)
    first = press(url, method="card")
    again = press(url, method="alipay")
    assert (again.status_code, again.headers["Location"]) == (303, first.headers["Location"])
    page = read(url)
    assert 'data-state="paid"' in page
    assert "已经付好了" in page
    assert "<button" not in page
    assert f'href="{first.headers["Location"]}"' in page
    assert server.peer.courier.drain()
    assert endpoint.types() == ["payment_intent.succeeded", "checkout.session.completed"]


def test_a_declined_payer_is_told_and_can_try_again(shop: Shop) -> None:
    url = f"{shop.open().url}?locale=en"
    assert "declined. Nothing was charged" not in read(url)
    answer = press(url, method="card", outcome="declined")
    assert answer.status_code == 303
    assert requests.compat.urljoin(url, answer.headers["Location"]) == url
    assert "declined. Nothing was charged" in read(url)
    assert press(url, method="card").status_code == 303
    assert 'data-state="paid"' in read(url)


def test_a_late_payment_waits_on_the_page_too(shop: Shop, server: PeerServer, clock: Clock) -> None:
    session = shop.open()
    url = str(session.url)
    assert press(url, method="alipay", outcome="later_failed").status_code == 303
    assert 'data-state="processing"' in read(url)
    clock.at += 5
    assert 'data-state="failed"' in read(url)


def test_an_expired_page_says_so(shop: Shop, clock: Clock) -> None:
    session = shop.open()
    clock.at = session.expires_at
    assert 'data-state="expired"' in read(str(session.url))
    answer = press(str(session.url), method="card")
    assert answer.status_code == 303
    assert requests.compat.urljoin(str(session.url), answer.headers["Location"]) == session.url


@pytest.mark.parametrize(
    "fields", [{}, {"method": "boleto"}, {"method": ""}, {"method": "card", "outcome": "free"}]
)
def test_a_press_that_makes_no_sense_pays_nothing(shop: Shop, fields: dict[str, str]) -> None:
    session = shop.open()
    assert press(str(session.url), **fields).status_code == 400
    assert shop.session(session.id).status == "open"


def test_a_page_that_does_not_exist_is_not_found(server: PeerServer) -> None:
    answer = requests.get(f"{server.url}/pay/cs_test_x", headers={"Accept-Language": "zh-CN"}, timeout=5)
    assert answer.status_code == 404
    assert "没有这个付款页面" in answer.text
    assert press(f"{server.url}/pay/cs_test_x", method="card").status_code == 404


@pytest.fixture
def mounted(settings: PeerSettings, clock: Clock) -> Iterator[tuple[str, Peer]]:
    """The peer under a prefix of another application, on its port."""
    shop_application = Flask("shop")
    shop_application.add_url_rule("/", view_func=lambda: "the shop", endpoint="home")
    peer_application = create_peer(settings, now=clock)
    both = DispatcherMiddleware(shop_application, {"/stripe-peer": peer_application})
    server = make_server("127.0.0.1", 0, both, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", peer_of(peer_application)
    server.shutdown()
    server.server_close()
    thread.join()
    peer_of(peer_application).close()


def test_the_sdk_the_page_and_its_style_work_under_a_prefix(mounted: tuple[str, Peer]) -> None:
    root, _ = mounted
    shop = Shop(f"{root}/stripe-peer")
    session = shop.open()
    assert session.url == f"{root}/stripe-peer/pay/{session.id}"
    page = read(session.url)
    (sheet,) = re.findall(r'rel="stylesheet" href="([^"]+)"', page)
    assert sheet == "/stripe-peer/static/pay.css"
    assert requests.get(f"{root}{sheet}", timeout=5).status_code == 200
    assert press(session.url, method="wechat_pay").status_code == 303
    intent = shop.session(session.id).payment_intent
    assert shop.refund(payment_intent=str(intent)).status == "pending"
    listed = shop.stripe.v1.checkout.sessions.list({"limit": 1})
    assert [each.id for each in listed.auto_paging_iter()] == [session.id]
    assert requests.get(f"{root}/", timeout=5).text == "the shop"


@pytest.mark.parametrize(
    ("where", "page"),
    [
        ({"public_url": "https://192.168.1.5:8443/stripe-peer"}, "https://192.168.1.5:8443/stripe-peer"),
        ({"public_path": "/stripe-peer"}, "https://club.example/stripe-peer"),
        ({"public_path": "/a", "public_url": "https://pay.example"}, "https://pay.example"),
    ],
)
def test_the_payers_address_can_be_another_than_the_shops(
    settings: PeerSettings, clock: Clock, where: dict[str, str], page: str
) -> None:
    with PeerServer(dataclasses.replace(settings, **where), now=clock) as server:  # type: ignore[arg-type]
        session = Shop(server.url).open()
    assert session.url == f"{page}/pay/{session.id}"
