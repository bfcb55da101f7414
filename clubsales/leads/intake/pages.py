"""A lead's timeline: touches, what was said, and how claims ended, in one row."""

from collections.abc import Sequence
from dataclasses import dataclass

from clubsales.clock import Instant
from clubsales.leads.claims.queries import ClaimView
from clubsales.leads.followups.queries import ContactView
from clubsales.leads.touches.queries import SignalView, TouchView
from clubsales.leads.touches.rules import TouchKind

CLAIM_ENDED = "claim_ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One line of the timeline. `kind` is a touch's, or `claim_ended` with its `end_reason`."""

    kind: str
    at: Instant
    name: str | None
    signals: tuple[SignalView, ...] = ()
    contact: ContactView | None = None
    end_reason: str = ""


def timeline(
    touches: Sequence[TouchView], contacts: Sequence[ContactView], claims: Sequence[ClaimView]
) -> list[Moment]:
    """Everything that happened with a person, the latest first."""
    moments = [
        Moment(kind=TouchKind.CONTACT.value, at=each.at, name=each.name, contact=each) for each in contacts
    ]
    moments += [
        Moment(kind=touch.kind.value, at=touch.at, name=touch.name, signals=touch.signals)
        for touch in touches
        if touch.kind is not TouchKind.CONTACT
    ]
    moments += [
        Moment(kind=CLAIM_ENDED, at=claim.ended_at, name=claim.name, end_reason=claim.end_reason.value)
        for claim in claims
        if claim.ended_at is not None and claim.end_reason is not None
    ]
    return sorted(moments, key=lambda moment: moment.at, reverse=True)
