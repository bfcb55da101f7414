"""Fairness of turns (ROT-01, ROT-09): what the ledger and the hours on post say, for each consultant.

A turn is a guest given by rotation, and one given by hand that cost the receiver his turn. A turn given back is neither a
turn nor lost, and so are the places others lost by it; an offer not taken stays a turn, though the guest is another's.
Who came with a guest is a guest, and no turn. The fair share of a consultant is the part of all turns that his hours on
post are of all hours on post.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from clubsales.clock import Instant
from clubsales.ids import ConsultantID, ReceptionID

WAITING = "waiting"
RETURNED = "returned"
# Why somebody ahead in the queue was passed over, as the ledger writes it.
SKIP_REASONS = ("busy", "meal", "meeting", "away", "overdue", "no_answer")
HOUR = 3600


class GuestKind(StrEnum):
    """How a consultant came by a guest."""

    ROTATION = "rotation"
    DESIGNATED = "designated"
    PROXY = "proxy"
    OFF_DUTY = "off_duty"
    MANUAL = "manual"
    COMPANION = "companion"


@dataclass(frozen=True, slots=True)
class Span:
    """From an instant up to but not including another."""

    start: Instant
    end: Instant

    def covers(self, at: Instant) -> bool:
        return self.start <= at < self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of the ledger of turns.

    `skipped` is (consultant, reason, lost his place); `moved` is who went to the tail by it, or back from it.
    """

    id: int
    reception_id: ReceptionID
    at: Instant
    consultant_id: ConsultantID | None
    basis: str
    is_companion: bool = False
    skipped: Sequence[tuple[ConsultantID, str, bool]] = ()
    moved: Sequence[ConsultantID] = ()

    @property
    def is_turn(self) -> bool:
        if self.consultant_id is None or self.is_companion or self.basis == RETURNED:
            return False
        return self.basis == GuestKind.ROTATION or self.consultant_id in self.moved


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A while on post; one without an end lasts until now."""

    consultant_id: ConsultantID
    since: Instant
    until: Instant | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A guest and whose he is in the end."""

    consultant_id: ConsultantID
    at: Instant
    kind: GuestKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Lapse:
    """An offer not taken: the line that offered, and the line that decided again."""

    offer: Entry
    after: Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """The lines, understood: each turn that stands, each given back, each offer not taken, each guest once.

    `places_back` are the places lost by a turn that was given back: the line that cost them, and whose they are.
    """

    turns: tuple[Entry, ...]
    given_back: tuple[Entry, ...]
    places_back: tuple[tuple[Entry, ConsultantID], ...]
    lapses: tuple[Lapse, ...]
    guests: tuple[Held, ...]
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """A consultant's figures of a span; `seconds` on post."""

    turns: int = 0
    given_back: int = 0
    not_taken: int = 0
    guests: Mapping[GuestKind, int] = field(default_factory=dict)
    skips: Mapping[str, int] = field(default_factory=dict)
    places_lost: int = 0
    seconds: int = 0

    @property
    def guest_count(self) -> int:
        return sum(self.guests.values())

    @property
    def per_hour(self) -> Fraction | None:
        """Turns per hour on post; None without a second on post."""
        return rate(self.turns, self.seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A consultant's part of the turns beside his part of the hours, both of 1."""

    of_turns: Fraction
    of_hours: Fraction
    fair_turns: Fraction  # what he would have had

    @property
    def deviation(self) -> Fraction:
        """The part of all turns above (or below) the fair one."""
        return self.of_turns - self.of_hours


def rate(turns: int, seconds: int) -> Fraction | None:
    """Turns per hour; None without time."""
    return Fraction(turns * HOUR, seconds) if seconds else None


def understood(entries: Iterable[Entry]) -> Ledger:
    """Read the ledger: what of it stands. All lines of each reception are given, in any order."""
    ordered = tuple(sorted(entries, key=lambda entry: (entry.at, entry.id)))
    visits: dict[ReceptionID, list[Entry]] = {}
    for entry in ordered:
        visits.setdefault(entry.reception_id, []).append(entry)
    turns: list[Entry] = []
    given_back: list[Entry] = []
    places_back: list[tuple[Entry, ConsultantID]] = []
    lapses: list[Lapse] = []
    guests: list[Held] = []
    for lines in visits.values():
        decisions = [line for line in lines if line.basis != RETURNED]
        back: list[Entry] = []
        if len(decisions) < len(lines):
            back, places = _given_back(lines)
            given_back.extend(back)
            places_back.extend(places)
        turns.extend(line for line in decisions if line.is_turn and line not in back)
        lapses.extend(
            Lapse(offer=offer, after=after)
            for offer, after in pairwise(decisions)
            if offer.consultant_id is not None and after.basis != GuestKind.MANUAL
        )
        held = _held(decisions, back)
        if held is not None:
            guests.append(held)
    return Ledger(
        turns=tuple(turns),
        given_back=tuple(given_back),
        places_back=tuple(places_back),
        lapses=tuple(lapses),
        guests=tuple(guests),
        entries=ordered,
    )


def _given_back(lines: Sequence[Entry]) -> tuple[list[Entry], list[tuple[Entry, ConsultantID]]]:
    """What was given back of one guest's turns and places: a `returned` line undoes the last of its consultants."""
    turns: list[tuple[Entry, ConsultantID]] = []
    places: list[tuple[Entry, ConsultantID]] = []
    turns_back: list[Entry] = []
    places_back: list[tuple[Entry, ConsultantID]] = []
    for line in lines:
        if line.basis != RETURNED:
            if line.is_turn and line.consultant_id is not None:
                turns.append((line, line.consultant_id))
            places.extend((line, who) for who, _reason, lost in line.skipped if lost)
            continue
        undone = _last_of(turns, line.consultant_id)
        if undone is not None:
            turns_back.append(undone[0])
        restored = (_last_of(places, who) for who in line.moved if who != line.consultant_id)
        places_back.extend(place for place in restored if place is not None)
    return turns_back, places_back


def _last_of(
    had: list[tuple[Entry, ConsultantID]], who: ConsultantID | None
) -> tuple[Entry, ConsultantID] | None:
    """Somebody's last turn or place, taken off the list."""
    for number in range(len(had) - 1, -1, -1):
        if had[number][1] == who:
            return had.pop(number)
    return None


def _held(decisions: Sequence[Entry], back: Sequence[Entry]) -> Held | None:
    """Whose the guest is by the last decision; nobody's while he waits, or when his turn was given back."""
    if not decisions:
        return None
    last = decisions[-1]
    if last.consultant_id is None or last.basis == WAITING or last in back:
        return None
    kind = GuestKind.COMPANION if last.is_companion else GuestKind(last.basis)
    return Held(consultant_id=last.consultant_id, at=last.at, kind=kind)


def seconds_on_post(stretches: Iterable[Stretch], span: Span, at: Instant) -> dict[ConsultantID, int]:
    """Seconds on post within the span, up to now."""
    end = min(span.end, at)
    seconds: Counter[ConsultantID] = Counter()
    for stretch in stretches:
        since = max(stretch.since, span.start)
        until = min(stretch.until or at, end)
        if until > since:
            seconds[stretch.consultant_id] += int((until - since).total_seconds())
    return dict(seconds)


def figures(ledger: Ledger, seconds: Mapping[ConsultantID, int], span: Span) -> dict[ConsultantID, Figures]:
    """Everybody's figures of the span, whoever had a guest, a skip or time on post in it."""
    turns = Counter(_owners(ledger.turns, span))
    given_back = Counter(_owners(ledger.given_back, span))
    not_taken = Counter(_owners((lapse.offer for lapse in ledger.lapses), span))
    guests: dict[ConsultantID, Counter[GuestKind]] = {}
    for guest in ledger.guests:
        if span.covers(guest.at):
            guests.setdefault(guest.consultant_id, Counter())[guest.kind] += 1
    skips: dict[ConsultantID, Counter[str]] = {}
    places_lost: Counter[ConsultantID] = Counter()
    for entry in ledger.entries:
        # With nobody free, nobody was passed over.
        if entry.consultant_id is not None and entry.skipped and span.covers(entry.at):
            for consultant_id, reason, lost in entry.skipped:
                skips.setdefault(consultant_id, Counter())[reason] += 1
                places_lost[consultant_id] += lost
    for line, consultant_id in ledger.places_back:
        places_lost[consultant_id] -= line.consultant_id is not None and span.covers(line.at)
    everybody = {*turns, *given_back, *not_taken, *guests, *skips, *seconds}
    return {
        consultant_id: Figures(
            turns=turns[consultant_id],
            given_back=given_back[consultant_id],
            not_taken=not_taken[consultant_id],
            guests=guests.get(consultant_id, {}),
            skips=skips.get(consultant_id, {}),
            places_lost=places_lost[consultant_id],
            seconds=seconds.get(consultant_id, 0),
        )
        for consultant_id in everybody
    }


def _owners(entries: Iterable[Entry], span: Span) -> list[ConsultantID]:
    return [
        entry.consultant_id for entry in entries if entry.consultant_id is not None and span.covers(entry.at)
    ]


def shares(of: Mapping[ConsultantID, Figures]) -> dict[ConsultantID, Share]:
    """Everybody's part of the turns and of the hours; no shares while there is neither a turn nor an hour.

    The parts of each add up to 1, so the deviations add up to nothing.
    """
    turns = sum(one.turns for one in of.values())
    seconds = sum(one.seconds for one in of.values())
    if not turns or not seconds:
        return {}
    return {
        consultant_id: Share(
            of_turns=Fraction(one.turns, turns),
            of_hours=Fraction(one.seconds, seconds),
            fair_turns=Fraction(one.seconds * turns, seconds),
        )
        for consultant_id, one in of.items()
    }
