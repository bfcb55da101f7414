"""Where somebody wants to be told."""

from dataclasses import dataclass
from typing import ClassVar

from clubsales.audit import Event


@dataclass(frozen=True, slots=True)
class AlertsSwitchedOn(Event):
    """A browser is told of guests from now on."""

    tag: ClassVar[str] = "alerts:switched_on"
    subject: ClassVar[str] = "account_id"
    account_id: int
    subscription_id: int


@dataclass(frozen=True, slots=True)
class AlertsSwitchedOff(Event):
    """A browser is told no longer."""

    tag: ClassVar[str] = "alerts:switched_off"
    subject: ClassVar[str] = "account_id"
    account_id: int
    subscription_id: int
