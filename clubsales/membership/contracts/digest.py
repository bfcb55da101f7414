"""What was signed, in the one form that its digest covers. Pure."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from clubsales.clock import Instant


def canonical(document: object) -> str:
    """JSON of which the same content has only one form: sorted keys, no blanks, no fractions."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def digest_of_text(text: Mapping[str, Any]) -> str:
    """SHA-256, hexadecimal, of a text that is shown before it is signed."""
    return hashlib.sha256(canonical(text).encode()).hexdigest()


def digest_of(*, text: Mapping[str, Any], signature: str, signed_at: Instant) -> str:
    """SHA-256, hexadecimal, of text, signature and time: what the stamps on paper were for (CTR-09)."""
    whole = {"text": text, "signature": signature, "signed_at": signed_at.isoformat(timespec="microseconds")}
    return hashlib.sha256(canonical(whole).encode()).hexdigest()
