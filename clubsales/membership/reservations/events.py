"""What happened to a reservation."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from clubsales.audit import Event
from clubsales.ids import CardTypeID, ReservationID, SaleID


@dataclass(frozen=True, slots=True)
class ReservationFiled(Event):
    """Filed, or filed again after a no."""

    tag: ClassVar[str] = "reservation:filed"
    subject: ClassVar[str] = "reservation_id"
    reservation_id: ReservationID
    sale_id: SaleID
    card_type_id: CardTypeID
    round: int
    deposit: str
    takes_place: bool


@dataclass(frozen=True, slots=True)
class ReservationHeld(Event):
    """The deposit has come: the place is kept until a day."""

    tag: ClassVar[str] = "reservation:held"
    subject: ClassVar[str] = "reservation_id"
    reservation_id: ReservationID
    number: int
    deposit: str
    valid_until: date | None
    copies: int


@dataclass(frozen=True, slots=True)
class ReservationMoved(Event):
    """It stands somewhere else now."""

    tag: ClassVar[str] = "reservation:moved"
    subject: ClassVar[str] = "reservation_id"
    reservation_id: ReservationID
    was: str
    state: str


@dataclass(frozen=True, slots=True)
class WithdrawalConsented(Event):
    """The manager has agreed, and finance is told."""

    tag: ClassVar[str] = "reservation:withdrawal_consented"
    subject: ClassVar[str] = "reservation_id"
    reservation_id: ReservationID
    by_cheque: bool
    payout_from: date


@dataclass(frozen=True, slots=True)
class CopiesTakenBack(Event):
    tag: ClassVar[str] = "reservation:copies_taken_back"
    subject: ClassVar[str] = "reservation_id"
    reservation_id: ReservationID
    copies: int
