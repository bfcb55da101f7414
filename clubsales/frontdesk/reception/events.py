"""What happened to guests."""

from dataclasses import dataclass
from typing import ClassVar

from clubsales.audit import Event


@dataclass(frozen=True, slots=True)
class GuestAssigned(Event):
    """A guest was given to a consultant, or nobody was free and he waits."""

    tag: ClassVar[str] = "guest:assigned"
    subject: ClassVar[str] = "reception_id"
    reception_id: int
    consultant_id: int | None
    basis: str
    rule: str


@dataclass(frozen=True, slots=True)
class OffDutyAuthorised(Event):
    """A manager let somebody off duty receive a waiting guest; no `reason` where none was asked for."""

    tag: ClassVar[str] = "guest:off_duty_authorised"
    subject: ClassVar[str] = "reception_id"
    reception_id: int
    consultant_id: int
    reason: str | None


@dataclass(frozen=True, slots=True)
class GuestSeenOut(Event):
    """A guest left the house, or the waiting list."""

    tag: ClassVar[str] = "guest:seen_out"
    subject: ClassVar[str] = "reception_id"
    reception_id: int
    consultant_id: int | None
    outcome: str


@dataclass(frozen=True, slots=True)
class GuestIdentified(Event):
    """A guest who came without a phone gave one."""

    tag: ClassVar[str] = "guest:identified"
    subject: ClassVar[str] = "reception_id"
    reception_id: int
    person_id: int


@dataclass(frozen=True, slots=True)
class GuestAccepted(Event):
    """A consultant took the guest he was offered."""

    tag: ClassVar[str] = "guest:accepted"
    subject: ClassVar[str] = "reception_id"
    reception_id: int
    consultant_id: int


@dataclass(frozen=True, slots=True)
class OfferLapsed(Event):
    """A consultant did not accept a guest in time, or left his post; the offer passes on and was his turn."""

    tag: ClassVar[str] = "guest:offer_lapsed"
    subject: ClassVar[str] = "reception_id"
    reception_id: int
    consultant_id: int


@dataclass(frozen=True, slots=True)
class AssignedByHand(Event):
    """Somebody with authority gave a guest away, and said why."""

    tag: ClassVar[str] = "guest:assigned_by_hand"
    subject: ClassVar[str] = "reception_id"
    reception_id: int
    consultant_id: int
    taken_from: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class OthersMayReceive(Event):
    """A guest no longer waits for the one he came for alone."""

    tag: ClassVar[str] = "guest:others_may_receive"
    subject: ClassVar[str] = "reception_id"
    reception_id: int


@dataclass(frozen=True, slots=True)
class GuestContested(Event):
    """Somebody says whose guest this is; it goes to the docket."""

    tag: ClassVar[str] = "guest:contested"
    subject: ClassVar[str] = "reception_id"
    reception_id: int
    consultant_id: int
