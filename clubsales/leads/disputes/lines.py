"""Lines of evidence, and what there is to say about them: what a contact counts for, what the proposal rests on. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from clubsales.clock import Instant, local_day
from clubsales.ids import ClubID, ConsultantID, PersonID, ReceptionID, SaleID
from clubsales.leads.intake.timeline import Place
from clubsales.leads.touches.queries import SignalView
from clubsales.money import Money

SAME_MINUTE = timedelta(minutes=1)
# Rules by which the guest's coming decides, and those by which the money does (rules.md 3.0).
BY_VISIT = frozenset({"DSP-01", "DSP-03", "DSP-04", "DSP-05", "DSP-06", "DSP-07"})
BY_RECEIPT = frozenset({"DSP-02", "DSP-03", "DSP-05", "RCV-08"})
BY_RECORD = frozenset({"DSP-06", "RCV-08"})


class Mark(StrEnum):
    """What is said beside a line, because it is easily overlooked."""

    RESTS = "rests"  # the proposal rests on it
    AFTER_ARRIVAL = "after_arrival"  # written when the guest had come already (AMB-02)
    DATED_BACK = "dated_back"  # said to have been earlier than its day, or than the arrival
    INEFFECTIVE = "ineffective"  # nobody was reached (AMB-02)
    INSIDE = "inside"  # an inside consultant's record supports, it does not decide (OWN-05, AMB-09)
    CORRECTED = "corrected"  # another record stands for it


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What a case is about: a sale, whose guest came when and paid when."""

    club_id: ClubID
    zone: ZoneInfo
    sale_id: SaleID
    person_id: PersonID | None
    reception_id: ReceptionID | None
    first_receipt_at: Instant | None
    arrived_at: Instant | None  # the guest's coming that the sale was made at
    rule: str  # of the proposal
    holders: tuple[ConsultantID | None, ...]  # who has a share by it
    effective: frozenset[str]  # outcomes of contacts that count


@dataclass(frozen=True, slots=True)
class Skipped:
    """Somebody who stood before the receiver in the queue, and why the guest was not given to him."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnView:
    """How the guest of a visit came to who received him; no place: he did not stand in the queue."""

    basis: str
    rule: str
    position: int | None
    of: int
    skipped: tuple[Skipped, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactLine:
    """A contact: `said_at` when it is said to have been. `stands_for` is the outcome of the record it corrects."""

    channel: str
    outcome: str
    note: str
    said_at: Instant
    written_at: Instant
    corrected_at: Instant | None
    stands_for: tuple[str, str] | None  # channel and outcome
    is_inside: bool

    @property
    def differs(self) -> bool:
        """It was not written when it is said to have been."""
        return self.written_at - self.said_at >= SAME_MINUTE


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line. `kind` is a touch's or one of evidence's own; the fields it has no use for are empty."""

    place: Place
    kind: str
    consultant_id: ConsultantID | None = None
    name: str = ""
    words: str = ""  # somebody else's name, or a code that pages have words for
    signals: tuple[SignalView, ...] = ()
    turn: TurnView | None = None
    contact: ContactLine | None = None
    due_at: Instant | None = None
    amount: Money | None = None
    address: str = ""  # the public id of another case
    parties: frozenset[ConsultantID] = frozenset()  # of that case
    marks: frozenset[Mark] = frozenset()

    @property
    def at(self) -> Instant:
        """The server's time of it."""
        return self.place.at


def marks_of_contact(contact: ContactLine, matter: Matter, *, rests: bool) -> frozenset[Mark]:
    """What a reader is told about a contact."""
    found = {Mark.RESTS} if rests else set()
    arrived = matter.arrived_at
    if contact.corrected_at is not None:
        found.add(Mark.CORRECTED)
    if arrived is not None and contact.written_at >= arrived:
        found.add(Mark.AFTER_ARRIVAL)
    if is_dated_back(contact.said_at, contact.written_at, arrived, matter.zone):
        found.add(Mark.DATED_BACK)
    if contact.outcome not in matter.effective:
        found.add(Mark.INEFFECTIVE)
    if contact.is_inside:
        found.add(Mark.INSIDE)
    return frozenset(found)


def is_dated_back(said_at: Instant, written_at: Instant, arrived_at: Instant | None, zone: ZoneInfo) -> bool:
    """Said to have been on an earlier day than it was written, or before an arrival that it was written after."""
    if local_day(said_at, zone) < local_day(written_at, zone):
        return True
    return arrived_at is not None and said_at < arrived_at <= written_at


def decides_visit(matter: Matter, reception_id: int | None, day: date) -> bool:
    """Whether the proposal rests on this coming of the guest."""
    if matter.rule not in BY_VISIT:
        return False
    if matter.reception_id is not None:
        return reception_id == matter.reception_id
    paid = matter.first_receipt_at
    return paid is not None and local_day(paid, matter.zone) == day


def turn_of(stored: Mapping[str, Any] | None, names: Mapping[ConsultantID, str]) -> TurnView | None:
    """A turn as it is kept with a visit."""
    if not stored:
        return None
    return TurnView(
        basis=str(stored["basis"]),
        rule=str(stored["rule"]),
        position=stored["position"],
        of=int(stored["of"]),
        skipped=tuple(
            Skipped(names.get(ConsultantID(one["consultant"]), ""), str(one["reason"]))
            for one in stored["skipped"]
        ),
    )
