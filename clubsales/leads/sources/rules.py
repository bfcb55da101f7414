"""Where leads come from: seven kinds, and below them the club's own list (LED-01 to LED-03, LED-09, LED-10)."""

from collections.abc import Collection
from enum import StrEnum

from clubsales.errors import Decision, allow, refuse
from clubsales.typed import one_line

LONGEST_SOURCE = 60  # characters
MOST_SOURCES = 100  # in use at a time, so that a form stays a form


class Source(StrEnum):
    """The kinds, the same in every club (LED-01 to LED-10)."""

    WALK_IN = "walk_in"
    PHONE = "phone"
    ONLINE = "online"
    FLYER = "flyer"
    SWEEP = "sweep"
    REFERRAL = "referral"
    EVENT = "event"


class SourceRefused(StrEnum):
    NAMELESS = "source.nameless"
    TOO_LONG = "source.too_long"
    NAME_TAKEN = "source.name_taken"
    TOO_MANY = "source.too_many"
    TOO_DEEP = "source.too_deep"
    LAST_KIND = "source.last_kind"


def source_name(typed: str) -> str:
    """A name as it is kept."""
    return one_line(typed)


def same_name(name: str) -> str:
    """What two names that a reader takes for one have in common."""
    return "".join(name.casefold().split())


def may_be_called(name: str, *, others: Collection[str]) -> Decision:
    """A name of its own among those beside it."""
    if not name:
        return refuse(SourceRefused.NAMELESS)
    if len(name) > LONGEST_SOURCE:
        return refuse(SourceRefused.TOO_LONG, longest=LONGEST_SOURCE)
    if same_name(name) in {same_name(other) for other in others}:
        return refuse(SourceRefused.NAME_TAKEN, name=name)
    return allow()


def may_add(*, in_use: int, under_a_sub_source: bool) -> Decision:
    """Sources stand below a kind and sub-sources below a source; there the list ends."""
    if under_a_sub_source:
        return refuse(SourceRefused.TOO_DEEP)
    if in_use >= MOST_SOURCES:
        return refuse(SourceRefused.TOO_MANY, most=MOST_SOURCES)
    return allow()


def may_retire_kind(kind: Source, *, in_use: Collection[Source]) -> Decision:
    """At least one kind stays: every lead has come from somewhere."""
    return refuse(SourceRefused.LAST_KIND) if set(in_use) <= {kind} else allow()
