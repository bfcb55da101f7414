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
    CONTACT = "contact"
    CLAIMED = "claimed"
    APPOINTMENT = "appointment"
    PASS = "pass"  # noqa: S105  handed out, not a secret
    ENQUIRY = "enquiry"  # asked to be called, on the website


class SignalKind(StrEnum):
    """What makes a new guest somebody's for the day; a gift coupon makes him nobody's (OWN-06)."""

    APPOINTMENT = "appointment"
    TRIAL_PASS = "trial_pass"  # noqa: S105  a guest pass, not a secret
    BUSINESS_CARD = "business_card"
    NAME = "name"
    OWNED_LEAD = "owned_lead"
    GIFT_COUPON = "gift_coupon"


@dataclass(frozen=True, slots=True)
class Signal:
    """A guest showed this, and it names that consultant; a gift coupon and an unsigned pass name nobody."""

    kind: SignalKind
    consultant_id: ConsultantID | None


@dataclass(frozen=True, slots=True)
class DesignationPolicy:
    """Section `designation`, as far as this version decides by it."""

    precedence: tuple[str, ...]


def designated_by(signals: Sequence[Signal], precedence: Sequence[str]) -> Signal | None:
    """The signal that counts: the highest in the club's order, the first given among equals (AMB-05).

    A signal that names nobody designates nobody; a lead somebody holds ranks after everything shown (LED-11).
    """
    order = (*precedence, SignalKind.OWNED_LEAD)
    ranked = [signal for signal in signals if signal.kind in order and signal.consultant_id is not None]
    return min(ranked, key=lambda signal: order.index(signal.kind), default=None)
