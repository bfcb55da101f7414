"""Whether a scan admits, and whether it is a visit. Pure."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from clubsales.clock import Instant
from clubsales.errors import Decision, Refusal, allow, refuse
from clubsales.membership.cards.rules import CardRefused, CodeRefused

ADMITTED = "check_in.admitted"
WIDEST_WINDOW = timedelta(days=1)  # no policy's window reaches further back than this
NONCE_LENGTHS = range(8, 65)


class ScanRefused(StrEnum):
    """Why a scan is not even looked at."""

    NONCE_MALFORMED = "check_in.nonce_malformed"
    NONCE_REUSED = "check_in.nonce_reused"


@dataclass(frozen=True, slots=True)
class CheckInPolicy:
    """The settings of `[check_in]`, in seconds."""

    code_seconds: int
    repeat_window_seconds: int

    def within_window(self, since: Instant, at: Instant) -> bool:
        """Two scans this close together are one visit; the border counts as inside."""
        # Of two scans at the same moment, either may have been written first.
        return abs(at - since) <= timedelta(seconds=self.repeat_window_seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeUse:
    """The code's first use, or a printed code's latest: which door admitted it, and when."""

    door: str
    at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What earlier scans mean for this one. `again`: the same code at the same door, inside the window.

    `counted`: the card's visit inside the window is counted already. `spent`: the code opens nothing any more.
    """

    again: bool
    counted: bool
    spent: bool

    @property
    def is_visit(self) -> bool:
        """Whether admitting counts as a visit of its own."""
        return not (self.again or self.counted)


FIRST_OF_THE_DAY = Standing(again=False, counted=False, spent=False)


def standing(
    *,
    used: CodeUse | None,
    last_visit_at: Instant | None,
    door: str,
    single_use: bool,
    policy: CheckInPolicy,
    at: Instant,
) -> Standing:
    """What the code's last use and the card's last visit in this club mean now.

    A moving code is spent by its first use. Paper cannot change: inside the window it is spent for other doors, after
    it the code opens again.
    """
    inside = used is not None and policy.within_window(used.at, at)
    again = inside and used is not None and used.door == door
    return Standing(
        again=again,
        counted=last_visit_at is not None and policy.within_window(last_visit_at, at),
        spent=used is not None and not again and (single_use or inside),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanFacts:
    """A code that verifies, and what is known about its card. `entry` is what the card itself says."""

    known: bool
    current: bool
    live: bool
    entry: Decision | None
    standing: Standing
    used_at: Instant | None


def may_admit(facts: ScanFacts) -> Decision:
    """The order of these is the order of the reasons told at the door (CRD-12).

    The same code again at the same door is still good when its step has run out: the answer was lost, not the right.
    """
    if not facts.current and not facts.standing.again:
        return refuse(CodeRefused.STALE)
    if not facts.known or facts.entry is None:
        return refuse(CardRefused.UNKNOWN)
    if not facts.live:
        return refuse(CodeRefused.REVOKED)
    if isinstance(facts.entry, Refusal):
        return facts.entry
    if facts.standing.spent:
        return refuse(CodeRefused.REUSED, used_at=facts.used_at)
    return allow()


def nonce_is_well_formed(nonce: str) -> bool:
    """A nonce is a short word of plain letters, digits and hyphens, drawn by the scanner."""
    return len(nonce) in NONCE_LENGTHS and nonce.isascii() and nonce.replace("-", "").isalnum()
