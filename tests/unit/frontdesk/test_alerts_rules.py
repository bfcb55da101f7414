"""Who is told what, and where a message may go."""

import base64
import os
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from clubsales.errors import Allowed, Refusal
from clubsales.frontdesk.alerts.rules import (
    AlertRefused,
    Kind,
    News,
    Submitted,
    is_open_address,
    kind_of,
    may_be_endpoint,
    may_be_keys,
)
from tests.builders import local

AT = local(10)


@pytest.mark.parametrize(
    ("consultant", "status", "now_with", "offer", "told"),
    [
        (7, "open", 7, False, Kind.GIVEN),
        (7, "open", 7, True, Kind.OFFERED),
        (7, "open", 8, False, None),
        (7, "ended", 7, False, None),
        (None, "waiting", None, False, Kind.WAITING),
        (None, "open", 7, False, None),
        (None, "ended", None, False, None),
    ],
)
def test_only_what_still_holds_is_told(
    consultant: int | None, status: str, now_with: int | None, offer: bool, told: Kind | None
) -> None:
    news = News(at=AT, consultant_id=consultant, status=status, with_consultant_id=now_with, is_offer=offer)
    assert kind_of(news, at=AT) is told
    assert kind_of(news, at=AT + timedelta(minutes=2)) is told
    assert kind_of(news, at=AT + timedelta(minutes=2, seconds=1)) is None


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/abc:def",
        "https://web.push.apple.com/QGx",
        "https://updates.push.services.mozilla.com:443/wpush/v2/gAAA",
        "https://8.8.8.8/push",
    ],
)
def test_a_push_service_of_the_open_internet_is_taken(endpoint: str) -> None:
    assert isinstance(may_be_endpoint(endpoint), Allowed)


@pytest.mark.parametrize(
    "endpoint",
    [
        *("", "push", "http://fcm.googleapis.com/x", "ftp://fcm.googleapis.com/x", "https://"),
        *("https://localhost/x", "https://127.0.0.1/x", "https://[::1]/x", "https://10.0.0.8/x"),
        *(
            "https://192.168.1.1/x",
            "https://169.254.169.254/latest",
            "https://[fd00::1]/x",
            "https://0.0.0.0/",
        ),
        *(
            "https://[::ffff:10.0.0.1]/x",
            "https://router/x",
            "https://printer.local/x",
            "https://a.internal/x",
        ),
        *("https://2130706433/x", "https://127.1/x", "https://db.corp./x"),
        *(
            "https://fcm.googleapis.com:8443/x",
            "https://fcm.googleapis.com:99999/x",
            "https://u:p@a.example/x",
        ),
        *(
            "https://a.example/" + "x" * 1000,
            "https://a.example/\n",
            "https://例子.example/x",
            "https://[::1/x",
        ),
    ],
)
def test_any_other_address_is_refused(endpoint: str) -> None:
    answer = may_be_endpoint(endpoint)
    assert isinstance(answer, Refusal)
    assert answer.code is AlertRefused.ENDPOINT


def test_this_machine_is_taken_only_when_asked_for() -> None:
    assert isinstance(may_be_endpoint("http://127.0.0.1:5000/x", loopback=True), Allowed)
    assert isinstance(may_be_endpoint("http://127.0.0.1:5000/x"), Refusal)
    assert isinstance(may_be_endpoint("http://10.0.0.1:5000/x", loopback=True), Refusal)


@pytest.mark.parametrize(
    ("address", "is_open"),
    [
        *(("1.1.1.1", True), ("2606:4700::1111", True), ("10.1.1.1", False), ("172.16.0.1", False)),
        *(("::1", False), ("::ffff:127.0.0.1", False), ("100.64.0.1", False), ("224.0.0.1", False)),
        ("0.0.0.0", False),
    ],
)
def test_addresses_of_inner_networks_are_known(address: str, is_open: bool) -> None:
    assert is_open_address(address) is is_open


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def a_point() -> bytes:
    public = ec.generate_private_key(ec.SECP256R1()).public_key()
    return public.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def test_keys_are_a_point_and_a_secret() -> None:
    assert isinstance(may_be_keys(encoded(a_point()), encoded(os.urandom(16))), Allowed)


@pytest.mark.parametrize(
    ("key", "secret"),
    [
        ("", ""),
        (encoded(a_point()), ""),
        (encoded(a_point()), encoded(b"short")),
        (encoded(b"\x04" + b"\x01" * 64), encoded(b"s" * 16)),  # not on the curve
        (encoded(a_point()[:64]), encoded(b"s" * 16)),
        ("点" * 20, encoded(b"s" * 16)),
    ],
    ids=["nothing", "no secret", "short secret", "no point", "short point", "no letters"],
)
def test_other_keys_are_refused(key: str, secret: str) -> None:
    answer = may_be_keys(key, secret)
    assert isinstance(answer, Refusal)
    assert answer.code is AlertRefused.KEYS


@pytest.mark.parametrize("sent", [None, [], "x", {"endpoint": 3, "keys": []}, {"keys": {"p256dh": None}}])
def test_what_is_no_subscription_reads_as_empty(sent: object) -> None:
    assert Submitted.read(sent) == Submitted(endpoint="", key="", secret="")
