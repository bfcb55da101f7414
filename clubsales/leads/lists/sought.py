"""What somebody types to find a person, and what it is looked for as: pure, no database."""

import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

from clubsales.errors import Refused
from clubsales.leads.people.rules import normalise_phone, reversed_digits, search_keys, wechat_key

FEWEST_DIGITS = 4
FEWEST_LETTERS = 2  # one character is enough where it is a Chinese one
LONGEST = 60  # characters; nobody types more of a name
_AROUND_DIGITS = set(" +().-/")
_SURROGATES = range(0xD800, 0xE000)


class Missing(StrEnum):
    """Why nothing is looked for yet."""

    NOTHING = "nothing"
    DIGITS = "digits"
    LETTERS = "letters"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What is looked for: how phones end, or how names or WeChat ids begin. `missing` says what to type first.

    `e164` is the whole phone, where one is typed.
    """

    phones: tuple[str, ...] = ()  # their last digits, from the last on
    e164: str | None = None
    name: str = ""
    sound: str = ""  # of pinyin and of initials
    wechat: str = ""
    missing: Missing | None = None

    def seen_by_all(self, digits: int) -> "Sought | None":
        """The same with no more of a phone than its last `digits`; None: no more than these are asked for anyway."""
        if all(len(ending) <= digits for ending in self.phones):
            return None
        return Sought(phones=tuple({ending[:digits] for ending in self.phones}))


def sought(typed: str) -> Sought:
    """What is typed, read as the end of a phone or the beginning of a name."""
    text = unicodedata.normalize("NFKC", typed).strip()[:LONGEST]
    digits = "".join(c for c in text if c not in _AROUND_DIGITS and unicodedata.category(c) != "Pd")
    if digits.isascii() and digits.isdecimal():
        return _phones(text, digits)
    key = search_keys(text).name_key
    if not key:
        return Sought(missing=Missing.NOTHING)
    if not key.isascii():
        return Sought(name=key)
    if len(key) < FEWEST_LETTERS:
        return Sought(missing=Missing.LETTERS)
    wechat = wechat_key(text)
    return Sought(name=key, sound=key, wechat=wechat if wechat.isascii() and wechat.isprintable() else "")


def following(prefix: str) -> str:
    """The first text, by code points, after all that begin with `prefix`."""
    last = ord(prefix[-1]) + 1
    return prefix[:-1] + chr(_SURROGATES.stop if last in _SURROGATES else last)


def _phones(text: str, digits: str) -> Sought:
    if len(digits) < FEWEST_DIGITS:
        return Sought(missing=Missing.DIGITS)
    endings, e164 = {digits[::-1]}, None
    with suppress(Refused):  # the end of a phone is none
        e164 = normalise_phone(text)
        endings.add(reversed_digits(e164))
    return Sought(phones=tuple(sorted(endings)), e164=e164)
