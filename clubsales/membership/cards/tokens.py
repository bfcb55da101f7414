"""The codes themselves: short texts for a QR code, signed with Ed25519, without personal data.

A moving code names the card and the step of time it belongs to; a printed one names the card and its serial. A door
that holds the organisation's public key can check both without the network. The text is letters and digits only, so
that hand scanners type it on any keyboard and a QR code packs it tightly.
"""

import base64
import binascii
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from clubsales.clock import Instant
from clubsales.ids import ALPHABET, PUBLIC_ID_LENGTH, OrganisationID
from clubsales.settings import Settings

PREFIX = "CS1"
LONGEST_TEXT = 512  # whatever is longer was never one of ours
TOLERANCE = 1  # steps either side: two clocks differ, a hand is slow
MOVING = b"m"
PRINTED = b"p"
NAME_BYTES = 8  # a public id, packed
SIGNATURE_BYTES = 64
MOVING_BYTES = 1 + NAME_BYTES + 4 + 2
PRINTED_BYTES = 1 + NAME_BYTES + NAME_BYTES
SHORTEST_STEP = 15  # seconds; a policy's 0 or a slip of the hand still gives a code that moves
LONGEST_STEP = 3600
SHOWN_AHEAD = 5  # seconds


class Misread(StrEnum):
    """Why a text is no code; the values are the refusals' codes."""

    UNREADABLE = "code.unreadable"
    ALTERED = "code.altered"


@dataclass(frozen=True, slots=True)
class MovingCode:
    """The member's code for one step of time: `step` counts steps of `seconds` since 1970."""

    card: str
    step: int
    seconds: int

    @property
    def key(self) -> str:
        """Names this code among all of its card's."""
        return f"m:{self.step}"

    def is_current(self, at: Instant) -> bool:
        """Whether this is the present step, the one before or the one after."""
        return abs(int(at.timestamp()) // self.seconds - self.step) <= TOLERANCE


@dataclass(frozen=True, slots=True)
class PrintedCode:
    """A code on paper: good until it is revoked."""

    card: str
    serial: str

    @property
    def key(self) -> str:
        """Names this code among all of its card's."""
        return f"p:{self.serial}"


Code = MovingCode | PrintedCode


@dataclass(frozen=True, slots=True)
class CardKeys:
    """The secret that all codes are signed from; each organisation has a key of its own."""

    secret: str = field(repr=False)

    @classmethod
    def from_settings(cls, settings: Settings) -> "CardKeys":
        """The card key of its own, else the secret every installation has."""
        return cls(settings.card_key or settings.secret_key)

    def private(self, organisation_id: OrganisationID) -> Ed25519PrivateKey:
        """Signs the organisation's codes."""
        return _private_key(self.secret, organisation_id)

    def public(self, organisation_id: OrganisationID) -> Ed25519PublicKey:
        """Checks the organisation's codes."""
        return _public_key(self.secret, organisation_id)


def step_seconds(code_seconds: int) -> int:
    """The policy's life of a code, kept within what makes sense."""
    return max(SHORTEST_STEP, min(LONGEST_STEP, code_seconds))


def seconds_left(seconds: int, at: Instant) -> int:
    """Seconds until the next step begins."""
    return seconds - int(at.timestamp()) % seconds


@dataclass(frozen=True, slots=True)
class ShownCode:
    """A moving code as a phone shows it: it stays for `seconds_left`, then the next one takes its place."""

    text: str
    seconds: int
    seconds_left: int


def code_to_show(card: str, *, seconds: int, at: Instant, key: Ed25519PrivateKey) -> ShownCode:
    """The code a phone shows now: in the last moments of a step already the next one, which doors accept early.

    So a phone that asks again just before its code runs out never shows one that has.
    """
    ahead = at + timedelta(seconds=SHOWN_AHEAD)
    return ShownCode(
        text=make_moving_code(card, seconds=seconds, at=ahead, key=key),
        seconds=seconds,
        seconds_left=seconds_left(seconds, ahead) + SHOWN_AHEAD,
    )


def make_moving_code(card: str, *, seconds: int, at: Instant, key: Ed25519PrivateKey) -> str:
    """The card's code for the step that `at` is in."""
    step = int(at.timestamp()) // seconds
    return _signed(MOVING + _packed(card) + step.to_bytes(4) + seconds.to_bytes(2), key)


def make_printed_code(card: str, *, serial: str, key: Ed25519PrivateKey) -> str:
    """The text of a printed code; the same each time, so that paper can be printed again."""
    return _signed(PRINTED + _packed(card) + _packed(serial), key)


def read_code(text: str, key: Ed25519PublicKey) -> Code | Misread:
    """What a scanned text says, or why it says nothing: UNREADABLE is not ours at all, ALTERED does not verify."""
    text = text.strip()
    if len(text) > LONGEST_TEXT:
        return Misread.UNREADABLE
    if text == text.lower():
        text = text.upper()  # a scanner with caps lock on
    if not text.startswith(PREFIX) and len(text) not in TEXT_LENGTHS:
        return Misread.UNREADABLE
    message = _verified(text, key)
    if message is None:
        return Misread.ALTERED
    card = _unpacked(message[1 : 1 + NAME_BYTES])
    rest = message[1 + NAME_BYTES :]
    if message[:1] == MOVING:
        return MovingCode(card, int.from_bytes(rest[:4]), int.from_bytes(rest[4:]))
    return PrintedCode(card, _unpacked(rest))


def _text_length(message_bytes: int) -> int:
    return len(PREFIX) + -(-(message_bytes + SIGNATURE_BYTES) * 8 // 5)


TEXT_LENGTHS = {_text_length(MOVING_BYTES), _text_length(PRINTED_BYTES)}


def _signed(message: bytes, key: Ed25519PrivateKey) -> str:
    return PREFIX + _encoded(message + key.sign(message))


def _verified(text: str, key: Ed25519PublicKey) -> bytes | None:
    """The signed message, or None. One message has one text: other spellings of the same bytes are refused."""
    body = text.removeprefix(PREFIX)
    try:
        raw = base64.b32decode(body + "=" * (-len(body) % 8))
    except (binascii.Error, ValueError):
        return None
    message, signature = raw[:-SIGNATURE_BYTES], raw[-SIGNATURE_BYTES:]
    if PREFIX + _encoded(raw) != text or (message[:1], len(message)) not in {
        (MOVING, MOVING_BYTES),
        (PRINTED, PRINTED_BYTES),
    }:
        return None
    try:
        key.verify(signature, message)
    except InvalidSignature:
        return None
    return message


def _encoded(raw: bytes) -> str:
    return base64.b32encode(raw).decode("ascii").rstrip("=")


def _packed(name: str) -> bytes:
    number = 0
    for character in name:
        number = number * len(ALPHABET) + ALPHABET.index(character)
    return number.to_bytes(NAME_BYTES)


def _unpacked(packed: bytes) -> str:
    number, characters = int.from_bytes(packed), ""
    for _ in range(PUBLIC_ID_LENGTH):
        number, place = divmod(number, len(ALPHABET))
        characters = ALPHABET[place] + characters
    return characters


@lru_cache(maxsize=64)
def _private_key(secret: str, organisation_id: OrganisationID) -> Ed25519PrivateKey:
    derivation = HKDF(
        algorithm=hashes.SHA256(),
        length=32,
        salt=b"clubsales card codes",
        info=b"organisation %d" % organisation_id,
    )
    return Ed25519PrivateKey.from_private_bytes(derivation.derive(secret.encode()))


@lru_cache(maxsize=64)
def _public_key(secret: str, organisation_id: OrganisationID) -> Ed25519PublicKey:
    return _private_key(secret, organisation_id).public_key()
