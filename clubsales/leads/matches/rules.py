"""Whether two persons may be one: a score that proposes, and never punishes. People decide.

Nothing is proposed by one weak sign: a common name, a birthday or a phone one digit away is not enough alone.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from clubsales.errors import Decision, allow, refuse
from clubsales.leads.people.sounds import TITLES

PROPOSED_FROM = 50
HIGHEST = 100


class Sign(StrEnum):
    """What speaks for one person, or against it."""

    PHONE_SHARED = "phone_shared"  # somebody typed the one's phone for the other
    PHONE_NEAR = "phone_near"  # one digit wrong, or two next to each other swapped
    WECHAT = "wechat"
    EMAIL = "email"
    NAME = "name"
    SHORT_NAME = "short_name"  # two characters: many people have it
    SOUND = "sound"  # written otherwise, spoken alike
    BIRTHDAY = "birthday"
    ADDRESS = "address"
    HOUSEHOLD = "household"  # they live together, so they are two
    OTHER_BIRTHDAY = "other_birthday"


WEIGHTS = {
    Sign.PHONE_SHARED: 50,
    Sign.PHONE_NEAR: 35,
    Sign.WECHAT: 55,
    Sign.EMAIL: 45,
    Sign.NAME: 30,
    Sign.SHORT_NAME: 20,
    Sign.SOUND: 20,
    Sign.BIRTHDAY: 30,
    Sign.ADDRESS: 20,
    Sign.HOUSEHOLD: -40,
    Sign.OTHER_BIRTHDAY: -35,
}
_HAN_NAME = re.compile(r"[\u3400-\u9fff]+")
_CHINESE_MOBILE = re.compile(r"\+861[0-9]{10}")
_CHINA = "+86"


class MergeRefused(StrEnum):
    SELF = "merge.self"
    ALREADY = "merge.already"
    ANONYMISED = "merge.anonymised"
    UNDONE = "merge.undone"
    NOBODY = "merge.nobody"
    LATER_FIRST = "merge.later_first"


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What is known of a person, as far as it tells people apart."""

    name_key: str = ""
    pinyin: str = ""
    phones: Sequence[str] = ()
    wechat_key: str = ""
    email: str = ""
    address: str = ""
    birthday: date | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """How likely two persons are one, out of 100, and the signs it comes from."""

    points: int
    signs: tuple[Sign, ...]

    @property
    def proposes(self) -> bool:
        """Whether it is worth somebody's look."""
        return self.points >= PROPOSED_FROM

    def evidence(self) -> list[dict[str, object]]:
        """The signs as they are stored: what speaks, and how much, without the personal data."""
        return [{"sign": sign.value, "weight": WEIGHTS[sign]} for sign in self.signs]


def score(first: Traits, second: Traits, *, live_together: bool = False, shared_phone: bool = False) -> Score:
    """How likely two persons are one; the same whichever is named first.

    `shared_phone` says that somebody typed the phone of the one for the other.
    """
    signs = tuple(_signs(first, second, live_together=live_together, shared_phone=shared_phone))
    points = sum(WEIGHTS[sign] for sign in signs)
    return Score(min(max(points, 0), HIGHEST), signs)


def near_phones(e164: str) -> list[str]:
    """Every Chinese mobile that differs from this one by one wrong digit, or by two neighbours swapped."""
    if not _CHINESE_MOBILE.fullmatch(e164):
        return []
    digits = e164.removeprefix(_CHINA)
    near = {
        digits[:place] + other + digits[place + 1 :]
        for place in range(1, len(digits))
        for other in "0123456789"
    }
    near |= {
        digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
        for place in range(1, len(digits) - 1)
    }
    return sorted(_CHINA + each for each in near - {digits})


def says_who(name_key: str) -> bool:
    """Whether a name is one at all: not empty, not a lone character, not a surname with a title."""
    return len(name_key) > 1 and not name_key.endswith(TITLES)


def comes_back(*, decided_score: int, found: Score) -> bool:
    """Whether two that were said to be different are proposed again: only when more speaks for it than then."""
    return found.proposes and found.points > decided_score


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeFacts:
    """Two persons of one organisation, about to be one."""

    same: bool
    merged_already: bool
    anonymised: bool


def may_merge(facts: MergeFacts) -> Decision:
    """Whether the one may be merged into the other."""
    if facts.same:
        return refuse(MergeRefused.SELF)
    if facts.merged_already:
        return refuse(MergeRefused.ALREADY)
    if facts.anonymised:
        return refuse(MergeRefused.ANONYMISED)
    return allow()


def _signs(first: Traits, second: Traits, *, live_together: bool, shared_phone: bool) -> Iterator[Sign]:
    if shared_phone:
        yield Sign.PHONE_SHARED
    elif _any_near(first.phones, second.phones):
        yield Sign.PHONE_NEAR
    if first.wechat_key and first.wechat_key == second.wechat_key:
        yield Sign.WECHAT
    if first.email and first.email.casefold() == second.email.casefold():
        yield Sign.EMAIL
    yield from _of_names(first, second)
    if first.birthday and second.birthday:
        yield Sign.BIRTHDAY if first.birthday == second.birthday else Sign.OTHER_BIRTHDAY
    address = _address_key(first.address)
    if address and address == _address_key(second.address):
        yield Sign.ADDRESS
    if live_together:
        yield Sign.HOUSEHOLD


def _of_names(first: Traits, second: Traits) -> Iterator[Sign]:
    if not (says_who(first.name_key) and says_who(second.name_key)):
        return
    if first.name_key == second.name_key:
        short = len(first.name_key) == 2 and _HAN_NAME.fullmatch(first.name_key)
        yield Sign.SHORT_NAME if short else Sign.NAME
    elif first.pinyin == second.pinyin:
        yield Sign.SOUND


def _any_near(first: Sequence[str], second: Sequence[str]) -> bool:
    theirs = set(second)
    return any(not theirs.isdisjoint(near_phones(phone)) for phone in first)


def _address_key(address: str) -> str:
    """An address without blanks and punctuation; one of a few characters is a district, not an address."""
    key = "".join(c for c in unicodedata.normalize("NFKC", address).casefold() if c.isalnum())
    return key if len(key) > 5 else ""
