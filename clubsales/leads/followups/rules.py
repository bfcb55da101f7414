"""What was said to a lead, what comes next, and which record counts as evidence (TEL-05, TEL-08, AMB-02, AMB-08)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from clubsales.actor import Role
from clubsales.clock import Instant
from clubsales.errors import Decision, allow, refuse
from clubsales.ids import ConsultantID
from clubsales.typed import free_text

LONGEST_NOTE = 4_000
LONGEST_WHAT = 200
MAY_FINISH_OTHERS = frozenset({Role.SUPERVISOR, Role.CLUB_MANAGER})


class Channel(StrEnum):
    """How somebody was in touch with a lead."""

    CALL = "call"
    MESSAGE = "message"
    MEETING = "meeting"


class ContactOutcome(StrEnum):
    """What came of it."""

    ANSWERED = "answered"
    REPLIED = "replied"
    MET = "met"
    NO_ANSWER = "no_answer"
    SWITCHED_OFF = "switched_off"
    WRONG_NUMBER = "wrong_number"


# What a person chooses from: an outcome belongs to its channel.
OUTCOMES_OF = {
    Channel.CALL: (
        ContactOutcome.ANSWERED,
        ContactOutcome.NO_ANSWER,
        ContactOutcome.SWITCHED_OFF,
        ContactOutcome.WRONG_NUMBER,
    ),
    Channel.MESSAGE: (ContactOutcome.REPLIED, ContactOutcome.NO_ANSWER),
    Channel.MEETING: (ContactOutcome.MET,),
}


class FollowUpEnd(StrEnum):
    """Why a next step is no longer open."""

    DONE = "done"
    DROPPED = "dropped"  # the lead was lost, or the person made anonymous


class FollowUpRefused(StrEnum):
    IN_FUTURE = "follow_up.in_future"
    PAST = "follow_up.past"
    TOO_LONG = "follow_up.too_long"
    NOT_HIS = "follow_up.not_his"
    DO_NOT_CALL = "follow_up.do_not_call"
    NOT_AUTHOR = "follow_up.not_author"
    TOO_LATE = "follow_up.too_late"
    CORRECTED = "follow_up.corrected"


@dataclass(frozen=True, slots=True)
class FollowUpPolicy:
    """Section `follow_up`, as far as this version decides by it. `valid_days` 0: a record never grows too old."""

    valid_days: int
    effective_outcomes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A contact as evidence. `at` is when it was written, `day` its club-local date; when the guest was really
    contacted is shown but counts for nothing. `corrected_at`: another record has stood for it since."""

    consultant_id: ConsultantID
    name: str
    channel: Channel
    outcome: ContactOutcome
    at: Instant
    day: date
    corrected_at: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracking:
    """A consultant's valid follow-up record at a guest's arrival.

    `channel` and `days` are of the last effective contact, the one that makes it valid; `limit` is the club's limit
    of days. `tied_with` is a colleague whose first contact was written in the same minute (AMB-08: the manager
    rules if they do not agree).
    """

    consultant_id: ConsultantID
    name: str
    channel: Channel
    days: int
    limit: int
    tied_with: str | None = None


def is_effective(outcome: ContactOutcome, policy: FollowUpPolicy) -> bool:
    """Whether the guest was reached: only that is evidence and extends a protection."""
    return outcome.value in policy.effective_outcomes


def tracking(
    records: Sequence[Record], *, arrived_at: Instant, arrived_on: date, policy: FollowUpPolicy
) -> Tracking | None:
    """Whose record of a guest counts: of the valid ones, that whose first effective contact in the window is oldest.

    Valid is who reached the guest within `valid_days` by local dates, inclusive, written before the guest arrived and
    not corrected before that either: a guest who was there already was judged by what was written then.
    """
    window = [
        record
        for record in records
        if record.at < arrived_at
        and (record.corrected_at is None or record.corrected_at >= arrived_at)
        and is_effective(record.outcome, policy)
        and (not policy.valid_days or (arrived_on - record.day).days <= policy.valid_days)
    ]
    if not window:
        return None
    window.sort(key=lambda record: record.at)
    first = window[0]
    last = [record for record in window if record.consultant_id == first.consultant_id][-1]
    begun: dict[ConsultantID, Record] = {}
    for record in window:
        begun.setdefault(record.consultant_id, record)
    minute = first.at.replace(second=0, microsecond=0)
    tied = [
        other.name
        for other in begun.values()
        if other.consultant_id != first.consultant_id and other.at.replace(second=0, microsecond=0) == minute
    ]
    return Tracking(
        consultant_id=first.consultant_id,
        name=first.name,
        channel=last.channel,
        days=(arrived_on - last.day).days,
        limit=policy.valid_days,
        tied_with=tied[0] if tied else None,
    )


def may_log(contacted_at: Instant, at: Instant) -> Decision:
    """A contact is written down after it took place."""
    return refuse(FollowUpRefused.IN_FUTURE) if contacted_at > at else allow()


def may_plan(due_on: date, today: date) -> Decision:
    """A next step lies ahead, today included."""
    return refuse(FollowUpRefused.PAST, day=due_on) if due_on < today else allow()


def may_call(channel: Channel | None, *, do_not_call: bool) -> Decision:
    """Whoever asked to be left in peace is neither called nor written to; he may be met and may visit."""
    if do_not_call and channel in {Channel.CALL, Channel.MESSAGE}:
        return refuse(FollowUpRefused.DO_NOT_CALL)
    return allow()


def may_correct(
    *, is_author: bool, author: str, written_on: date, today: date, is_corrected: bool
) -> Decision:
    """A record is corrected by its author, once, on the day it was written; after that he writes a new one.

    So nobody rewrites an older day, and the correction counts from the same day as what it stands for.
    """
    if not is_author:
        return refuse(FollowUpRefused.NOT_AUTHOR, author=author)
    if written_on != today:
        return refuse(FollowUpRefused.TOO_LATE, day=written_on)
    if is_corrected:
        return refuse(FollowUpRefused.CORRECTED)
    return allow()


def may_finish(*, is_his: bool, roles: frozenset[Role], consultant: str) -> Decision:
    """A next step is ticked off by whose it is; a supervisor or the club manager may do it for him."""
    if is_his or not roles.isdisjoint(MAY_FINISH_OTHERS):
        return allow()
    return refuse(FollowUpRefused.NOT_HIS, consultant=consultant)


def clean(text: str, longest: int) -> str:
    """A note as it is kept; raises Refused(FollowUpRefused.TOO_LONG)."""
    kept = free_text(text)
    if len(kept) > longest:
        refuse(FollowUpRefused.TOO_LONG, longest=longest).or_raise()
    return kept
