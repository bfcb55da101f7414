"""Secrets at rest: passwords and PINs hashed by Flask-Security (argon2), tokens by SHA-256."""

import hashlib
from functools import lru_cache

from flask_security import hash_password, verify_password

from clubsales.auth.rules import PASSWORD_MAXIMUM, clean_secret


def hash_secret(secret: str) -> str:
    """A password or PIN as it is stored. Needs the app: the cost is its setting."""
    return hash_password(clean_secret(secret))


def matches(secret: str, stored: str | None) -> bool:
    """Whether this is the secret; takes as long when there is none to compare with."""
    typed = clean_secret(secret[: PASSWORD_MAXIMUM + 1])
    right: bool = verify_password(typed, stored or _nobodys_hash())
    return right and stored is not None


def digest(token: str) -> str:
    """A random token as it is stored: it has 256 bits, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


@lru_cache(maxsize=1)
def _nobodys_hash() -> str:
    return hash_secret("nobody has this password")
