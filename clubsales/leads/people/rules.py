"""Phones are written one way, so that the second entry meets the first person. Nobody is ever found by name."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import phonenumbers

from clubsales.errors import Decision, allow, refuse
from clubsales.leads.people.sounds import syllables
from clubsales.typed import one_line

LONGEST_PHONE_TEXT = 32
LONGEST_NAME = 120
LONGEST_WECHAT = 64
LONGEST_EMAIL = 254
LONGEST_ADDRESS = 300
MOST_PHONES = 8
LONGEST_PINYIN = 400
LONGEST_INITIALS = 60
OLDEST = timedelta(days=120 * 366)
_PHONE_TEXT = re.compile(r"\+?[0-9 ().\-/]+")
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
# New mobile ranges are in use before the library's tables know them.
_CHINESE_MOBILE = re.compile(r"1[3-9][0-9]{9}")


class PersonRefused(StrEnum):
    PHONE_INVALID = "person.phone_invalid"
    PHONE_TAKEN = "person.phone_taken"
    PHONE_LAST = "person.phone_last"
    PHONES_MANY = "person.phones_many"
    NAME_TOO_LONG = "person.name_too_long"
    DETAIL_TOO_LONG = "person.detail_too_long"
    EMAIL = "person.email"
    BIRTHDAY = "person.birthday"
    HIDDEN = "person.hidden"
    ANONYMOUS = "person.anonymous"
    HOUSEHOLD_SELF = "person.household_self"
    HOUSEHOLD_OTHER = "person.household_other"
    HOUSEHOLD_NOBODY = "person.household_nobody"


class PhoneLabel(StrEnum):
    """Whose phone it is, where that is not simply the person's own."""

    OWN = ""
    WORK = "work"
    HOME = "home"
    FAMILY = "family"


class Relation(StrEnum):
    """What somebody is in a household."""

    ADULT = "adult"
    SPOUSE = "spouse"
    CHILD = "child"
    PARENT = "parent"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """How a person is reached besides the phone (LED-05)."""

    wechat: str = ""
    email: str = ""
    address: str = ""


def normalise_phone(text: str, region: str = "CN") -> str:
    """A phone as typed (full-width digits, blanks, dashes, with or without country code) in E.164.

    Raises Refused(PersonRefused.PHONE_INVALID) for anything that is no phone number.
    """
    typed = "".join(_plain_dash(c) for c in unicodedata.normalize("NFKC", text)).strip()
    if len(typed) > LONGEST_PHONE_TEXT or not _PHONE_TEXT.fullmatch(typed):
        refuse(PersonRefused.PHONE_INVALID).or_raise()
    try:
        number = phonenumbers.parse(typed, region)
    except phonenumbers.NumberParseException:
        refuse(PersonRefused.PHONE_INVALID).or_raise()
    national = phonenumbers.national_significant_number(number)
    mobile = number.country_code == 86 and _CHINESE_MOBILE.fullmatch(national)
    if not (mobile or phonenumbers.is_valid_number(number)):
        refuse(PersonRefused.PHONE_INVALID).or_raise()
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def readable_phone(e164: str) -> str:
    """A stored phone as people read it: without the country code in China."""
    number = phonenumbers.parse(e164)
    national = number.country_code == 86
    styles = phonenumbers.PhoneNumberFormat
    return str(phonenumbers.format_number(number, styles.NATIONAL if national else styles.INTERNATIONAL))


def reversed_digits(e164: str) -> str:
    """A phone's digits from the last to the first: its last four are a beginning."""
    return e164.removeprefix("+")[::-1]


@dataclass(frozen=True, slots=True)
class SearchKeys:
    """What a name is found by: as it is written, as it sounds, and by the first letter of each syllable."""

    name_key: str
    pinyin: str
    initials: str


NO_KEYS = SearchKeys("", "", "")


def search_keys(name: str) -> SearchKeys:
    """The keys of a name, and of what somebody types to find it. Width, case, blanks and dots make no difference."""
    if not name:
        return NO_KEYS
    words = _letters(name).split()
    spoken = syllables(words)
    return SearchKeys(
        name_key=unicodedata.normalize("NFKC", "".join(words))[:LONGEST_NAME],
        pinyin="".join(spoken)[:LONGEST_PINYIN],
        initials="".join(syllable[0] for syllable in spoken)[:LONGEST_INITIALS],
    )


def clean_name(text: str) -> str:
    """A name as it is kept; raises Refused(PersonRefused.NAME_TOO_LONG)."""
    name = one_line(text)
    if len(name) > LONGEST_NAME:
        refuse(PersonRefused.NAME_TOO_LONG, longest=LONGEST_NAME).or_raise()
    return name


def clean_details(typed: Details) -> Details:
    """Details as they are kept; raises Refused(PersonRefused.DETAIL_TOO_LONG, EMAIL)."""
    kept = Details(
        wechat=_within(typed.wechat, LONGEST_WECHAT),
        email=_within(unicodedata.normalize("NFKC", typed.email), LONGEST_EMAIL),
        address=_within(typed.address, LONGEST_ADDRESS),
    )
    if kept.email and not _EMAIL.fullmatch(kept.email):
        refuse(PersonRefused.EMAIL).or_raise()
    return kept


def wechat_key(wechat: str) -> str:
    """What two spellings of one WeChat id have in common; the app takes no notice of case either."""
    return "".join(unicodedata.normalize("NFKC", wechat).casefold().split())[:LONGEST_WECHAT]


def may_be_birthday(birthday: date, *, today: date) -> Decision:
    """Whether somebody who comes today can be born then."""
    return allow() if today - OLDEST <= birthday <= today else refuse(PersonRefused.BIRTHDAY)


def month_days(days: Sequence[date]) -> frozenset[tuple[int, int]]:
    """Month and day of the birthdays kept on these days: the 29th of February on the 28th where there is none."""
    kept = {(day.month, day.day) for day in days}
    short = any((day + timedelta(days=1)).month == 3 for day in days if (day.month, day.day) == (2, 28))
    return frozenset(kept | {(2, 29)} if short else kept)


def _plain_dash(character: str) -> str:
    return "-" if unicodedata.category(character) == "Pd" else character


def _within(text: str, longest: int) -> str:
    kept = one_line(text)
    if len(kept) > longest:
        refuse(PersonRefused.DETAIL_TOO_LONG, longest=longest).or_raise()
    return kept


def _letters(name: str) -> str:
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return "".join(c if unicodedata.category(c)[0] not in "PZC" else " " for c in plain)
