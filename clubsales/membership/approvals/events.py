"""What was answered about a form."""

from dataclasses import dataclass
from typing import ClassVar

from clubsales.audit import Event
from clubsales.ids import ContractID, RefundRequestID, ReservationID


@dataclass(frozen=True, slots=True)
class ReservationAnswered(Event):
    tag: ClassVar[str] = "reservation:answered"
    subject: ClassVar[str] = "reservation_id"
    reservation_id: ReservationID
    round: int
    step: int
    role: str
    approved: bool


@dataclass(frozen=True, slots=True)
class ContractAnswered(Event):
    tag: ClassVar[str] = "contract:answered"
    subject: ClassVar[str] = "contract_id"
    contract_id: ContractID
    round: int
    step: int
    role: str
    approved: bool


@dataclass(frozen=True, slots=True)
class RefundAnswered(Event):
    tag: ClassVar[str] = "refund_request:answered"
    subject: ClassVar[str] = "refund_request_id"
    refund_request_id: RefundRequestID
    round: int
    step: int
    role: str
    approved: bool
