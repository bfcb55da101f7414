"""Who is told what, and where an alert may be sent. Pure."""

import base64
import binascii
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec

from clubsales.clock import Instant
from clubsales.errors import Decision, allow, refuse

LONGEST_ENDPOINT = 1000
POINT_BYTES = 65  # an uncompressed point on P-256 (RFC 8291)
SECRET_BYTES = 16
AT_THE_DESK = timedelta(seconds=90)  # longer a push service need not keep it: the guest stands there
WHILE_ASKED = timedelta(minutes=10)  # a price is asked for while the guest sits there
NEXT_DAY = timedelta(hours=24)  # whoever is asleep or has no network reads it when he is back
OLDEST_NEWS = timedelta(minutes=2)  # after a pause nobody is told what is over


class AlertRefused(StrEnum):
    ENDPOINT = "alerts.endpoint"
    KEYS = "alerts.keys"


class Kind(StrEnum):
    """What somebody is told."""

    OFFERED = "offered"  # a guest to accept in time
    GIVEN = "given"
    WAITING = "waiting"  # nobody is free
    ENDING = "ending"  # protections of his leads end soon
    DISPUTE = "dispute"  # something was said or decided in a case that concerns him
    DISCOUNT = "discount"  # a colleague asks for a price
    RESERVATION = "reservation"  # a form waits for his word or his payout
    CONTRACT = "contract"
    REFUND = "refund"
    ENQUIRY = "enquiry"  # somebody asked to be called, on the website


def lasts(kind: Kind) -> timedelta:
    """How long a message is worth delivering."""
    if kind is Kind.DISCOUNT:
        return WHILE_ASKED
    return AT_THE_DESK if kind in (Kind.OFFERED, Kind.GIVEN, Kind.WAITING) else NEXT_DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """A line of the ledger of turns, and how the guest stands now."""

    at: Instant
    consultant_id: int | None
    status: str
    with_consultant_id: int | None
    is_offer: bool


def kind_of(news: News, *, at: Instant) -> Kind | None:
    """What there is to tell; None when it is over or too long ago."""
    if news.at + OLDEST_NEWS < at:
        return None
    if news.consultant_id is None:
        return Kind.WAITING if news.status == "waiting" else None
    if news.status != "open" or news.with_consultant_id != news.consultant_id:
        return None
    return Kind.OFFERED if news.is_offer else Kind.GIVEN


def may_be_endpoint(endpoint: str, *, loopback: bool = False) -> Decision:
    """An https address of the open internet on its own port; with `loopback` also this machine, for tests."""
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return refuse(AlertRefused.ENDPOINT)
    if (
        len(endpoint) > LONGEST_ENDPOINT
        or not endpoint.isascii()
        or not endpoint.isprintable()
        or parts.username
    ):
        return refuse(AlertRefused.ENDPOINT)
    if loopback and host in ("127.0.0.1", "localhost"):
        return allow()
    if parts.scheme != "https" or port not in (None, 443) or not _may_be_name(host):
        return refuse(AlertRefused.ENDPOINT)
    return allow()


def _may_be_name(host: str) -> bool:
    """A name with a dot, or an address that everybody can reach; what a name leads to is looked at when sending."""
    try:
        return is_open_address(str(ipaddress.ip_address(host)))
    except ValueError:
        parts = host.rstrip(".").split(".")
        inside = {"local", "localhost", "internal", "lan", "home", "corp", "intranet"}
        return len(parts) > 1 and not parts[-1].isdigit() and parts[-1] not in inside


def is_open_address(address: str) -> bool:
    """Whether an IP address is one of the open internet."""
    found = ipaddress.ip_address(address)
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return found.is_global and not found.is_multicast


def may_be_keys(key: str, secret: str) -> Decision:
    """A point on P-256 and 16 secret bytes, as base64url without padding."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(key, POINT_BYTES))
        decoded(secret, SECRET_BYTES)
    except ValueError:
        return refuse(AlertRefused.KEYS)
    return allow()


def decoded(text: str, length: int) -> bytes:
    """base64url, padded or not, of so many bytes; raises ValueError."""
    try:
        raw = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except (binascii.Error, UnicodeEncodeError) as error:
        raise ValueError(text) from error
    if len(raw) != length:
        raise ValueError(text)
    return raw


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """What a browser sends to be told."""

    endpoint: str
    key: str
    secret: str

    @classmethod
    def read(cls, sent: object) -> "Submitted":
        """From the JSON of `PushSubscription.toJSON()`; what is missing or no text is empty."""
        fields = sent if isinstance(sent, Mapping) else {}
        keys = fields.get("keys")
        inner = keys if isinstance(keys, Mapping) else {}
        return cls(
            endpoint=_text(fields.get("endpoint")),
            key=_text(inner.get("p256dh")),
            secret=_text(inner.get("auth")),
        )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
