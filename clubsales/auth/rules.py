# ruff: noqa: S105  (names of refusals and reasons, not secrets)
"""Pure rules of accounts: user names, passwords, PINs, lock-outs, how long a session lasts."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from itertools import pairwise

from clubsales.clock import Instant
from clubsales.errors import Decision, allow, refuse
from clubsales.ids import ALPHABET, PUBLIC_ID_LENGTH

USERNAME = re.compile(r"[a-z0-9\u3400-\u9fff][a-z0-9\u3400-\u9fff._-]{1,39}")
PIN = re.compile(r"[0-9]{4,6}")
PASSWORD_MINIMUM = 10
PASSWORD_MAXIMUM = 200
FAILURES_ALLOWED = 5
FIRST_LOCK = timedelta(minutes=5)
LONGEST_LOCK = timedelta(hours=4)
SESSION_LASTS = timedelta(hours=16)  # a working day, opening to closing
DEVICE_IDLE_MINUTES = 15
PASSWORD_STAYS_FRESH = timedelta(minutes=15)
FIRST_LINK_LASTS = timedelta(days=7)
COMMON_PASSWORDS = frozenset(
    {
        *("1234567890", "0123456789", "12345678910", "0987654321", "147258369", "1472583690", "5201314520"),
        *(
            "1q2w3e4r5t",
            "q1w2e3r4t5",
            "1qaz2wsx3edc",
            "qwertyuiop",
            "qwerty12345",
            "qwerty123456",
            "zxcvbnm123",
        ),
        *("password12", "password123", "password1234", "passw0rd123", "iloveyou123", "woaini1314"),
        *("woaini5201314", "a123456789", "aa123456789", "abc1234567", "abcd123456", "abcde12345"),
        *("admin12345", "administrator", "welcome123", "welcome1234", "letmein123", "changeme123"),
        *("clubsales1", "clubsales123"),
    }
)
COMMON_PINS = frozenset(
    {
        *("1314", "2580", "0852", "5201", "6969", "520520", "521521"),
        *("131420", "147258", "159357", "258000"),
    }
)


class AuthRefused(StrEnum):
    WRONG_SIGN_IN = "auth.wrong_sign_in"
    WRONG_PASSWORD = "auth.wrong_password"
    WRONG_PIN = "auth.wrong_pin"
    LOCKED = "auth.locked"
    PIN_LOCKED = "auth.pin_locked"
    NO_CLUB = "auth.no_club"
    OTHER_CLUBS_DEVICE = "auth.other_clubs_device"
    DEVICE_CANNOT_SIGN_IN = "auth.device_cannot_sign_in"
    NOT_A_DEVICE = "auth.not_a_device"
    CLUB_IS_FIXED = "auth.club_is_fixed"
    PASSWORD_NEEDED = "auth.password_needed"
    USERNAME_SHAPE = "auth.username_shape"
    USERNAME_TAKEN = "auth.username_taken"
    EMAIL_TAKEN = "auth.email_taken"
    PASSWORD_SHORT = "auth.password_short"
    PASSWORD_LONG = "auth.password_long"
    PASSWORD_HAS_USERNAME = "auth.password_has_username"
    PASSWORD_COMMON = "auth.password_common"
    PIN_SHAPE = "auth.pin_shape"
    PIN_TRIVIAL = "auth.pin_trivial"
    ROLE_HELD = "auth.role_held"
    LINK_USED = "auth.link_used"


class Via(StrEnum):
    """How a session was opened."""

    PASSWORD = "password"
    PIN = "pin"


class DevicePurpose(StrEnum):
    """What an enrolled device is for."""

    TABLET = "tablet"
    SCANNER = "scanner"
    TURNSTILE = "turnstile"
    SCREEN = "screen"


class EndReason(StrEnum):
    """Why a session ended."""

    SIGNED_OUT = "signed_out"
    SWITCHED = "switched"
    ROLE_CHANGED = "role_changed"
    LOCKED = "locked"
    PASSWORD_CHANGED = "password_changed"
    PIN_CHANGED = "pin_changed"
    DEVICE_ENROLLED = "device_enrolled"
    DEVICE_REVOKED = "device_revoked"
    DEACTIVATED = "deactivated"


def clean_username(typed: str) -> str:
    """A user name as it is compared: full-width letters, case and outer spaces do not matter."""
    return unicodedata.normalize("NFKC", typed).strip().casefold()


def clean_secret(typed: str) -> str:
    """A password or PIN as it is compared: the same characters, however the keyboard composed them."""
    return unicodedata.normalize("NFKC", typed)


def may_be_public_id(text: str) -> bool:
    """Whether this could be a public id at all; a database refuses some of what people send."""
    return len(text) == PUBLIC_ID_LENGTH and set(text) <= set(ALPHABET)


def may_be_username(username: str) -> Decision:
    """2 to 40 letters, digits, Chinese characters, dots, dashes or underscores."""
    return allow() if USERNAME.fullmatch(username) else refuse(AuthRefused.USERNAME_SHAPE)


def may_be_password(password: str, *, username: str) -> Decision:
    """Long, not the user name, not one that everybody tries first."""
    plain = clean_secret(password).casefold()
    if len(plain) < PASSWORD_MINIMUM:
        return refuse(AuthRefused.PASSWORD_SHORT, minimum=PASSWORD_MINIMUM)
    if len(plain) > PASSWORD_MAXIMUM:
        return refuse(AuthRefused.PASSWORD_LONG, maximum=PASSWORD_MAXIMUM)
    if username in plain:
        return refuse(AuthRefused.PASSWORD_HAS_USERNAME)
    if plain in COMMON_PASSWORDS or len(set(plain)) < 4 or _is_run(plain):
        return refuse(AuthRefused.PASSWORD_COMMON)
    return allow()


def may_be_pin(pin: str) -> Decision:
    """4 to 6 digits that nobody standing by would try first."""
    digits = clean_secret(pin)
    if not PIN.fullmatch(digits):
        return refuse(AuthRefused.PIN_SHAPE)
    looks_like_birth_year = len(digits) == 4 and digits[:2] in ("19", "20")
    repeats = any(digits == digits[:n] * (len(digits) // n) for n in (1, 2, 3) if len(digits) % n == 0)
    if looks_like_birth_year or repeats or _is_run(digits) or digits in COMMON_PINS:
        return refuse(AuthRefused.PIN_TRIVIAL)
    return allow()


@dataclass(frozen=True, slots=True)
class Tries:
    """Wrong passwords since the last right one, and the lock they led to."""

    failures: int
    locks: int
    locked_until: Instant | None

    def are_locked(self, at: Instant) -> bool:
        return self.locked_until is not None and at < self.locked_until


def after_wrong_password(tries: Tries, *, at: Instant) -> Tries:
    """The fifth failure locks for 5 minutes; each further five for twice as long, up to 4 hours."""
    failures = tries.failures + 1
    if failures < FAILURES_ALLOWED:
        return Tries(failures, tries.locks, None)
    lasts = min(FIRST_LOCK * 2 ** min(tries.locks, 10), LONGEST_LOCK)
    return Tries(0, tries.locks + 1, at + lasts)


def is_live(
    *, ended: bool, expires_at: Instant, last_seen_at: Instant, idle_minutes: int | None, at: Instant
) -> bool:
    """A session lasts until it ends, expires, or on a shared device until nobody has touched it for a while."""
    if ended or at >= expires_at:
        return False
    return idle_minutes is None or at < last_seen_at + timedelta(minutes=idle_minutes)


def is_fresh(confirmed_at: Instant | None, *, at: Instant) -> bool:
    """The password was typed within the last 15 minutes."""
    return confirmed_at is not None and at < confirmed_at + PASSWORD_STAYS_FRESH


def _is_run(text: str) -> bool:
    """1234, 7890, 8765: each sign one up, or each one down, from the sign before."""
    steps = {(ord(after) - ord(before)) % 10 for before, after in pairwise(text)}
    return text.isdigit() and steps in ({1}, {9})
