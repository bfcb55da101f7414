"""What a list of leads shows: which of them, in which order, and from where a long list goes on."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from clubsales.auth.rules import may_be_public_id
from clubsales.clock import Instant
from clubsales.errors import Decision, allow, refuse
from clubsales.ids import LeadID
from clubsales.leads.sources.rules import Source
from clubsales.typed import one_line

ON_PAGE = 30
LOOKED_THROUGH = 3_000  # leads that one page looks at for what it wants: a page takes as long in every club
COUNTED = 200  # a list that is longer is "200+"
MOST_SAVED = 20
LONGEST_NAME = 40
LONGEST_QUIET = 3_650  # days
UNGRADED = "none"
NOBODY = "nobody"
GRADES = ("A", "B", "C", "D")
WARMEST_FIRST = (*GRADES, None)
END_OF_TIME = datetime(9999, 1, 1, tzinfo=UTC)


class View(StrEnum):
    """Whose leads a list is about."""

    MINE = "mine"
    POOL = "pool"  # nobody holds them, not bought, not lost: free to claim
    ENDING = "ending"  # mine, and the protection ends soon
    ALL = "all"


class State(StrEnum):
    """What became of a lead."""

    OPEN = "open"
    BOUGHT = "bought"
    LOST = "lost"


class ListRefused(StrEnum):
    NAMELESS = "list.nameless"
    NAME_TOO_LONG = "list.name_too_long"
    NAME_TAKEN = "list.name_taken"
    TOO_MANY = "list.too_many"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPolicy:
    """Section `claims`, as far as lists go by it."""

    warn_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFilter:
    """Which leads are wanted, as it stands in an address; empty is any.

    `source` is a kind, or the public id of a source of the club's own; `holder` and `captured_by` are public ids of
    consultants, `holder` also NOBODY; `since` and `until` are club-local days, both inclusive; `quiet_days` is for how
    many days nobody has written a contact down, or since the lead came.
    """

    view: View
    grade: str = ""
    source: str = ""
    holder: str = ""
    captured_by: str = ""
    since: date | None = None
    until: date | None = None
    quiet_days: int = 0
    state: State | None = None

    def query(self) -> dict[str, str]:
        """The same, as the query of an address."""
        words = {
            "view": self.view.value,
            "grade": self.grade,
            "source": self.source,
            "holder": self.holder,
            "captured_by": self.captured_by,
            "since": self.since.isoformat() if self.since else "",
            "until": self.until.isoformat() if self.until else "",
            "quiet": str(self.quiet_days) if self.quiet_days else "",
            "state": self.state.value if self.state else "",
        }
        return {name: word for name, word in words.items() if word}

    @property
    def narrowings(self) -> int:
        """How many things are asked for beside the view."""
        return len(self.query()) - 1

    def in_view(self, view: View) -> "ListFilter":
        """The same in another view, without what that view knows already."""
        held = view is not View.ALL
        return replace(
            self,
            view=view,
            holder="" if held else self.holder,
            state=None if view is View.POOL else self.state,
        )


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a lead stands in a list, to be compared: the warmer, then the later captured, comes first."""

    warmth: int
    _before: timedelta
    _minus_id: int

    @classmethod
    def of(cls, warmth: int, captured_at: Instant, lead_id: LeadID) -> "Place":
        return cls(warmth, END_OF_TIME - captured_at, -lead_id)

    @property
    def captured_at(self) -> Instant:
        return END_OF_TIME - self._before

    @property
    def id(self) -> LeadID:
        return LeadID(-self._minus_id)


def wanted_filter(typed: Mapping[str, str], *, default: View) -> ListFilter:
    """What an address asks for; what cannot be read asks for nothing."""
    view, state = typed.get("view", ""), typed.get("state", "")
    since, until = _day(typed.get("since", "")), _day(typed.get("until", ""))
    if since and until and until < since:
        since, until = until, since
    grade, source, holder = typed.get("grade", ""), typed.get("source", ""), typed.get("holder", "")
    captured_by, quiet = typed.get("captured_by", ""), typed.get("quiet", "")
    read = ListFilter(
        view=View(view) if view in set(View) else default,
        grade=grade if grade in {*GRADES, UNGRADED} else "",
        source=source if source in set(Source) or may_be_public_id(source) else "",
        holder=holder if holder == NOBODY or may_be_public_id(holder) else "",
        captured_by=captured_by if may_be_public_id(captured_by) else "",
        since=since,
        until=until,
        quiet_days=min(int(quiet), LONGEST_QUIET)
        if quiet.isascii() and quiet.isdecimal() and len(quiet) < 6
        else 0,
        state=State(state) if state in set(State) else None,
    )
    return read.in_view(read.view)


def filter_name(typed: str) -> str:
    """A name as it is kept."""
    return one_line(typed)


def may_be_called(name: str, *, others: Collection[str]) -> Decision:
    """A name of one's own for a filter, different from one's others."""
    if not name:
        return refuse(ListRefused.NAMELESS)
    if len(name) > LONGEST_NAME:
        return refuse(ListRefused.NAME_TOO_LONG, longest=LONGEST_NAME)
    if name.casefold() in {other.casefold() for other in others}:
        return refuse(ListRefused.NAME_TAKEN, name=name)
    return allow()


def may_save(*, saved: int) -> Decision:
    """So many filters that their names still fit beside the list."""
    return refuse(ListRefused.TOO_MANY, most=MOST_SAVED) if saved >= MOST_SAVED else allow()


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None
