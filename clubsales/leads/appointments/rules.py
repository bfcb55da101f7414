"""When a guest may be booked, and who may change it (SHF-07, AMB-05)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from clubsales.actor import ActorKind, Role
from clubsales.clock import Instant, local_day
from clubsales.errors import Decision, allow, refuse
from clubsales.typed import free_text

LONGEST_NOTE = 500
FURTHEST = timedelta(days=365)  # a guest may be booked this far ahead


class Status(StrEnum):
    """Where an appointment stands."""

    BOOKED = "booked"
    KEPT = "kept"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"


class AppointmentOutcome(StrEnum):
    """What came of a visit to which the guest kept his word."""

    BOUGHT = "bought"
    BE_BACK = "be_back"
    LOST = "lost"


class MissedBecause(StrEnum):
    """Why a guest did not come, as far as anybody knows."""

    NO_ANSWER = "no_answer"
    FORGOT = "forgot"
    ILL = "ill"
    CHANGED_MIND = "changed_mind"
    OTHER = "other"


class AppointmentRefused(StrEnum):
    PAST = "appointment.past"
    TOO_FAR = "appointment.too_far"
    DOUBLE = "appointment.double"
    ENDED = "appointment.ended"
    NOT_OWN = "appointment.not_own"
    REPORTED_TO = "appointment.reported_to"
    REASON = "appointment.reason"
    TEXT_TOO_LONG = "appointment.text_too_long"
    NOT_KEPT = "appointment.not_kept"
    NOT_MISSED = "appointment.not_missed"
    SELLS_NOTHING = "appointment.sells_nothing"


TAKES_REPORTS = frozenset({Role.SUPERVISOR, Role.CLUB_MANAGER})  # SHF-07
AT_THE_DESK = TAKES_REPORTS | {Role.RECEPTIONIST}


def takes_reports(roles: frozenset[Role]) -> bool:
    """Whether an off-duty consultant's guest is announced to somebody with these roles (SHF-07)."""
    return not roles.isdisjoint(TAKES_REPORTS)


def may_book(*, due_at: Instant, at: Instant, zone: ZoneInfo) -> Decision:
    """From this very minute on, up to a year ahead in club-local days."""
    if due_at < at.replace(second=0, microsecond=0):
        return refuse(AppointmentRefused.PAST)
    latest = local_day(at, zone) + FURTHEST
    if local_day(due_at, zone) > latest:
        return refuse(AppointmentRefused.TOO_FAR, latest=latest)
    return allow()


@dataclass(frozen=True, slots=True)
class PhonePolicy:
    """Section `privacy`, as far as these pages need it: how many digits of a phone everybody sees."""

    mask: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeFacts:
    """Somebody wants to change an appointment."""

    status: Status
    is_his: bool  # he is to receive the guest, or made the appointment
    kind: ActorKind
    roles: frozenset[Role]


def may_change(facts: ChangeFacts) -> Decision:
    """Whoever receives the guest or made the appointment, the desk and the team's leaders; until it has ended."""
    if not _has_a_hand_in(facts):
        return refuse(AppointmentRefused.NOT_OWN)
    if facts.status is not Status.BOOKED:
        return refuse(AppointmentRefused.ENDED)
    return allow()


def may_conclude(facts: ChangeFacts) -> Decision:
    """The same people say what came of it, once the guest has come: the visit is the trace of that."""
    if not _has_a_hand_in(facts):
        return refuse(AppointmentRefused.NOT_OWN)
    if facts.status is not Status.KEPT:
        return refuse(AppointmentRefused.NOT_KEPT)
    return allow()


def may_explain(facts: ChangeFacts, *, is_over: bool) -> Decision:
    """The same people say why nobody came, as soon as the time is over.

    Until the day ends the guest is still expected: who comes late is received as if nothing had been noted (AMB-03).
    """
    if not _has_a_hand_in(facts):
        return refuse(AppointmentRefused.NOT_OWN)
    if facts.status is Status.NO_SHOW or (facts.status is Status.BOOKED and is_over):
        return allow()
    return refuse(AppointmentRefused.NOT_MISSED)


def _has_a_hand_in(facts: ChangeFacts) -> bool:
    return facts.kind is not ActorKind.STAFF or facts.is_his or not facts.roles.isdisjoint(AT_THE_DESK)


def clean_note(text: str) -> str:
    """A note as it is kept; raises Refused(AppointmentRefused.TEXT_TOO_LONG)."""
    note = free_text(text)
    if len(note) > LONGEST_NOTE:
        refuse(AppointmentRefused.TEXT_TOO_LONG, longest=LONGEST_NOTE).or_raise()
    return note
