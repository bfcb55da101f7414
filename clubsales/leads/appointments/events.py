"""What happened to appointments."""

from dataclasses import dataclass
from typing import ClassVar

from clubsales.audit import Event
from clubsales.clock import Instant


@dataclass(frozen=True, slots=True)
class AppointmentMade(Event):
    tag: ClassVar[str] = "appointment:made"
    subject: ClassVar[str] = "appointment_id"
    appointment_id: int
    consultant_id: int
    person_id: int
    due_at: Instant


@dataclass(frozen=True, slots=True)
class AppointmentMoved(Event):
    """To another time of the same day."""

    tag: ClassVar[str] = "appointment:moved"
    subject: ClassVar[str] = "appointment_id"
    appointment_id: int
    was_due_at: Instant
    due_at: Instant


@dataclass(frozen=True, slots=True)
class AppointmentReported(Event):
    """Announced to a supervisor or manager (SHF-07)."""

    tag: ClassVar[str] = "appointment:reported"
    subject: ClassVar[str] = "appointment_id"
    appointment_id: int
    reported_to: int


@dataclass(frozen=True, slots=True)
class AppointmentCancelled(Event):
    tag: ClassVar[str] = "appointment:cancelled"
    subject: ClassVar[str] = "appointment_id"
    appointment_id: int


@dataclass(frozen=True, slots=True)
class AppointmentBookedAgain(Event):
    """What was cancelled for being double stands again: the two guests are two persons after all."""

    tag: ClassVar[str] = "appointment:booked_again"
    subject: ClassVar[str] = "appointment_id"
    appointment_id: int


@dataclass(frozen=True, slots=True)
class AppointmentMissed(Event):
    """The day ended and the guest had not come."""

    tag: ClassVar[str] = "appointment:missed"
    subject: ClassVar[str] = "appointment_id"
    appointment_id: int


@dataclass(frozen=True, slots=True)
class AppointmentConcluded(Event):
    """What came of the visit."""

    tag: ClassVar[str] = "appointment:concluded"
    subject: ClassVar[str] = "appointment_id"
    appointment_id: int
    outcome: str
    next_appointment_id: int | None


@dataclass(frozen=True, slots=True)
class AppointmentExplained(Event):
    """Why the guest did not come."""

    tag: ClassVar[str] = "appointment:explained"
    subject: ClassVar[str] = "appointment_id"
    appointment_id: int
    because: str


@dataclass(frozen=True, slots=True)
class AppointmentReassigned(Event):
    """Another consultant receives the guest."""

    tag: ClassVar[str] = "appointment:reassigned"
    subject: ClassVar[str] = "appointment_id"
    appointment_id: int
    was_consultant_id: int
    consultant_id: int


@dataclass(frozen=True, slots=True)
class GuestReminded(Event):
    """The guest was reminded of it."""

    tag: ClassVar[str] = "appointment:reminded"
    subject: ClassVar[str] = "appointment_id"
    appointment_id: int
