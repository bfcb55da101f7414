"""Touches are the evidence; the signals of a visit say whom the guest came for (OWN-03, AMB-05)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from clubsales.clock import Instant
from clubsales.ids import ConsultantID, ReceptionID, TouchID

IN_TURN = "rotation"


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
    ORDER = "order"  # chose a card on the club's own page


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
class Passed:
    """Somebody who stood before the one who received a guest, and why he was passed over."""

    consultant_id: ConsultantID
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnTaken:
    """How a visit's guest came to him who received him: on what, by which rule, past whom.

    `position` is his place among the `of` in the queue, from 1; none: he did not stand in it.
    """

    basis: str
    rule: str
    position: int | None
    of: int
    skipped: tuple[Passed, ...] = ()

    @property
    def stands_in_turn(self) -> bool:
        """Whether he was next in the queue: all before him were passed over. Company of his guest is no turn."""
        return self.basis == IN_TURN and self.position == len(self.skipped) + 1

    def stored(self) -> dict[str, Any]:
        """The turn as JSON; read back by `TurnTaken.restored`."""
        return {
            "basis": self.basis,
            "rule": self.rule,
            "position": self.position,
            "of": self.of,
            "skipped": [{"consultant": one.consultant_id, "reason": one.reason} for one in self.skipped],
        }

    @classmethod
    def restored(cls, stored: Mapping[str, Any] | None) -> "TurnTaken | None":
        """The turn as a visit keeps it; of those before there were any, none."""
        if stored is None:
            return None
        return cls(
            basis=stored["basis"],
            rule=stored["rule"],
            position=stored["position"],
            of=stored["of"],
            skipped=tuple(
                Passed(ConsultantID(one["consultant"]), one["reason"]) for one in stored["skipped"]
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One visit touch: a guest came, was received or gave his phone, and what he had shown by then."""

    id: TouchID
    reception_id: ReceptionID | None
    consultant_id: ConsultantID | None
    at: Instant
    day: date
    signals: tuple[Signal, ...]
    turn: TurnTaken | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A guest's coming: when, its club-local day, all he showed on it, and every turn that gave him to somebody."""

    reception_id: ReceptionID | None
    at: Instant
    day: date
    signals: tuple[Signal, ...]
    visits: tuple[Visit, ...]

    def turn_of(self, consultant_id: ConsultantID | None) -> TurnTaken | None:
        """How the guest came to a consultant; the last time, if more than once."""
        turns = [
            one.turn for one in self.visits if one.turn is not None and one.consultant_id == consultant_id
        ]
        return turns[-1] if turns else None


def arrivals(visits: Sequence[Visit]) -> list[Arrival]:
    """Visits put together by coming, in the order of coming.

    A guest who waited, or gave his phone later, has several visits of one coming: its day is that of the first, and
    what he showed on another day designates nobody (AMB-03).
    """
    together: dict[tuple[ReceptionID | None, TouchID | None], list[Visit]] = {}
    for visit in sorted(visits, key=lambda one: one.id):
        alone = visit.id if visit.reception_id is None else None
        together.setdefault((visit.reception_id, alone), []).append(visit)
    return sorted(
        (_arrival(of_one) for of_one in together.values()),
        key=lambda one: (one.reception_id or 0, one.at, one.visits[-1].id),
    )


def _arrival(visits: Sequence[Visit]) -> Arrival:
    first = visits[0]
    shown = [signal for visit in visits if visit.day == first.day for signal in visit.signals]
    return Arrival(
        reception_id=first.reception_id,
        at=first.at,
        day=first.day,
        signals=tuple(dict.fromkeys(shown)),
        visits=tuple(visits),
    )


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
