"""What was agreed and confirmed about money still to come."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from clubsales.audit import Event
from clubsales.ids import ConsultantID, SaleID


@dataclass(frozen=True, slots=True)
class PlanAgreed(Event):
    tag: ClassVar[str] = "sale:instalments_agreed"
    subject: ClassVar[str] = "sale_id"
    sale_id: SaleID
    plan: int
    parts: int
    first_on: date
    last_on: date
    total: str


@dataclass(frozen=True, slots=True)
class ReminderGiven(Event):
    tag: ClassVar[str] = "sale:instalment_reminded"
    subject: ClassVar[str] = "sale_id"
    sale_id: SaleID
    consultant_id: ConsultantID
    due_on: date
    outstanding: str


@dataclass(frozen=True, slots=True)
class ArrearsConfirmed(Event):
    tag: ClassVar[str] = "sale:arrears_confirmed"
    subject: ClassVar[str] = "sale_id"
    sale_id: SaleID
    outstanding: str
    since: date
