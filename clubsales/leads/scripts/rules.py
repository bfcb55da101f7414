"""What a club says in which situation (TEL-02): texts with gaps for the names."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from clubsales.errors import Decision, allow, refuse

LONGEST_TITLE = 80
LONGEST_BODY = 2_000
MOST = 60  # scripts of a club; more than that nobody reads beside a call


class Situation(StrEnum):
    """When a script is needed."""

    FIRST_CALL = "first_call"
    INVITE = "invite"
    AFTER_VISIT = "after_visit"
    PRICE = "price"
    NO_ANSWER = "no_answer"
    RENEWAL = "renewal"
    LAPSED = "lapsed"


MESSAGES = frozenset({Situation.NO_ANSWER})  # written, not said


class Gap(StrEnum):
    """What is filled in when a script is read: written {guest}, {consultant}, {club}."""

    GUEST = "guest"
    CONSULTANT = "consultant"
    CLUB = "club"


class ScriptRefused(StrEnum):
    EMPTY = "script.empty"
    TOO_LONG = "script.too_long"
    TOO_MANY = "script.too_many"


class Move(StrEnum):
    """Which way a script goes among those of its situation."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of somebody about to be contacted, for the script that fits best."""

    is_member: bool = False
    has_lapsed: bool = False
    has_visited: bool = False
    was_reached: bool = False
    last_unanswered: bool = False


def situation_for(facts: Facts) -> Situation:
    """The situation that is opened first; a person may choose any other."""
    if facts.has_lapsed:
        return Situation.LAPSED
    if facts.is_member:
        return Situation.RENEWAL
    if facts.has_visited:
        return Situation.AFTER_VISIT
    if facts.was_reached:
        return Situation.INVITE
    return Situation.NO_ANSWER if facts.last_unanswered else Situation.FIRST_CALL


def filled(text: str, names: Mapping[Gap, str]) -> str:
    """A script with the names in its gaps; a gap nobody can fill stays as it is written, other braces too."""
    for gap, name in names.items():
        if name:
            text = text.replace(f"{{{gap.value}}}", name)
    return text


def may_keep(title: str, body: str) -> Decision:
    """A script has a name and words, and fits beside a call."""
    if not title or not body:
        return refuse(ScriptRefused.EMPTY)
    for text, longest in ((title, LONGEST_TITLE), (body, LONGEST_BODY)):
        if len(text) > longest:
            return refuse(ScriptRefused.TOO_LONG, longest=longest)
    return allow()


def may_add(count: int) -> Decision:
    """A club has so many scripts at most."""
    return allow() if count < MOST else refuse(ScriptRefused.TOO_MANY, most=MOST)
