"""Touches are the evidence; the signals of a visit say whom the guest came for (OWN-03, AMB-05)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from clubsales.ids import ConsultantID


class TouchKind(StrEnum):
    """What somebody did with a person."""

    VISIT = "visit"
    CAPTURED = "captured"
    SALE = "sale"
    PAYMENT_LINK = "payment_link"


class SignalKind(StrEnum):
    """What makes a new guest somebody's for the day."""

    APPOINTMENT = "appointment"
    TRIAL_PASS = "trial_pass"  # noqa: S105  a guest pass, not a secret
    BUSINESS_CARD = "business_card"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Signal:
    """A guest showed this, and it names that consultant."""

    kind: SignalKind
    consultant_id: ConsultantID


@dataclass(frozen=True, slots=True)
class DesignationPolicy:
    """Section `designation`, as far as this version decides by it."""

    precedence: tuple[str, ...]


def designated_by(signals: Sequence[Signal], precedence: Sequence[str]) -> Signal | None:
    """The signal that counts: the highest in the club's order, the first given among equals (AMB-05)."""
    ranked = [signal for signal in signals if signal.kind in precedence]
    return min(ranked, key=lambda signal: precedence.index(signal.kind), default=None)
