"""The browsers' push services: encrypted messages (RFC 8030, 8291) signed with our key (VAPID, RFC 8292)."""

import json
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import http_ece
import requests
import structlog
import urllib3
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from py_vapid import Vapid02
from py_vapid.utils import b64urlencode
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection

from clubsales.clock import Instant
from clubsales.errors import Refused
from clubsales.frontdesk.alerts.rules import (
    POINT_BYTES,
    SECRET_BYTES,
    decoded,
    is_open_address,
    may_be_endpoint,
)
from clubsales.settings import Settings

log: structlog.stdlib.BoundLogger = structlog.get_logger("clubsales.alerts")

TIMEOUT = (3.05, 5.0)  # seconds to connect, to answer
SIGNATURE_LASTS = timedelta(hours=1)
GONE = (404, 410)
ORDER_OF_P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class Sent(StrEnum):
    """What became of a message."""

    DELIVERED = "delivered"
    GONE = "gone"  # this browser wants no more
    FAILED = "failed"


class PeerRefused(OSError):
    """The name leads to a machine of an inner network."""


class _OpenOnly:
    """A connection that looks whom it reached before a byte is sent: a name may lead anywhere."""

    loopback = False

    def _new_conn(self) -> socket.socket:
        reached: socket.socket = super()._new_conn()  # type: ignore[misc]
        address = reached.getpeername()[0]
        if not (is_open_address(address) or (self.loopback and address in ("127.0.0.1", "::1"))):
            reached.close()
            raise PeerRefused(address)
        return reached


class _OpenHTTPS(_OpenOnly, HTTPSConnection):
    """To a push service."""


class _LoopbackHTTP(_OpenOnly, HTTPConnection):
    """To a test's own endpoint."""

    loopback = True


class _HTTPSPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _OpenHTTPS


class _LoopbackPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _LoopbackHTTP


class _Adapter(HTTPAdapter):
    """Takes our connections."""

    def init_poolmanager(self, *arguments: Any, **values: Any) -> None:
        super().init_poolmanager(*arguments, **values)
        self.poolmanager.pool_classes_by_scheme = {"https": _HTTPSPool, "http": _LoopbackPool}


@dataclass(frozen=True, slots=True, kw_only=True)
class PushGateway:
    """Sends messages to browsers. One key for the installation, derived from its secret."""

    secret: str = field(repr=False)
    contact: str
    loopback: bool = False

    @property
    def public_key(self) -> str:
        """What a browser subscribes with: base64url of the uncompressed point."""
        point = _vapid(self.secret).public_key.public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        return str(b64urlencode(point))

    def send(
        self,
        *,
        endpoint: str,
        key: str,
        secret: str,
        message: Mapping[str, str],
        lasts: timedelta,
        at: Instant,
    ) -> Sent:
        """Encrypt and send; raises nothing: a browser that cannot be reached must not stop the others.

        `lasts`: how long the service keeps it for a browser that is not there.
        """
        try:
            may_be_endpoint(endpoint, loopback=self.loopback).or_raise()
            body = http_ece.encrypt(
                json.dumps(message, ensure_ascii=False).encode(),
                salt=os.urandom(16),
                private_key=ec.generate_private_key(ec.SECP256R1()),
                dh=decoded(key, POINT_BYTES),
                auth_secret=decoded(secret, SECRET_BYTES),
                version="aes128gcm",
            )
            headers = {
                **self._signature(endpoint, at),
                "Content-Encoding": "aes128gcm",
                "Content-Type": "application/octet-stream",
                "TTL": str(int(lasts.total_seconds())),
                "Urgency": "high",
            }
            with requests.Session() as client:
                client.trust_env = False  # no proxy, no .netrc: the address is what the browser named
                client.mount("https://", _Adapter())
                if self.loopback:
                    client.mount("http://", _Adapter())
                answer = client.post(
                    endpoint, data=body, headers=headers, timeout=TIMEOUT, allow_redirects=False, stream=True
                )
                answer.close()
        except (requests.RequestException, OSError, ValueError, Refused) as error:
            log.warning("alert not sent", service=urlsplit(endpoint).hostname, error=type(error).__name__)
            return Sent.FAILED
        if answer.status_code in GONE:
            return Sent.GONE
        return Sent.DELIVERED if answer.ok and answer.status_code < 300 else Sent.FAILED

    def _signature(self, endpoint: str, at: Instant) -> dict[str, str]:
        parts = urlsplit(endpoint)
        claims = {
            "aud": f"{parts.scheme}://{parts.netloc}",
            "exp": int((at + SIGNATURE_LASTS).timestamp()),
            "sub": self.contact,
        }
        signed: dict[str, str] = _vapid(self.secret).sign(claims)
        return signed


def gateway_for(settings: Settings) -> PushGateway:
    """The gateway that the settings name; push services may write to `contact` when something is wrong."""
    parts = urlsplit(settings.public_url)
    with_name = parts.scheme == "https" and parts.port is None and "." in (parts.hostname or "")
    contact = (
        f"https://{parts.hostname}" if with_name else f"mailto:clubsales@{parts.hostname or 'localhost'}"
    )
    return PushGateway(secret=settings.secret_key, contact=contact, loopback=settings.testing)


@lru_cache(maxsize=8)
def _vapid(secret: str) -> Vapid02:
    derivation = HKDF(algorithm=hashes.SHA256(), length=48, salt=b"clubsales alerts", info=b"vapid")
    number = int.from_bytes(derivation.derive(secret.encode())) % (ORDER_OF_P256 - 1) + 1
    return Vapid02(ec.derive_private_key(number, ec.SECP256R1()))
