"""Whose the credit would be if a guest paid now, and what would change that: the rules themselves, on supposed evidence.

Nothing is worked out a second way: each "if" is evidence with one thing more in it, or a case with one thing changed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from clubsales.clock import Instant, day_start, local_day
from clubsales.consultants.credits.rules import Attribution, Share
from clubsales.errors import Fact, Reason
from clubsales.leads.attribution.cases import Case, Evidence, Settings, facts_of
from clubsales.leads.attribution.rules import SaleFacts, attribute, percent
from clubsales.leads.attribution.supposed import SOMEBODY_NAMED, WHOEVER_TAKES_IT, Supposed
from clubsales.leads.touches.rules import Signal, SignalKind

AT_MOST = 4
SHOWN = (SignalKind.TRIAL_PASS, SignalKind.BUSINESS_CARD)


class Who(StrEnum):
    """Whom a part would go to, where it is no consultant with a name."""

    CONSULTANT = "consultant"
    HOUSE = "house"
    NAMED = "named"
    TAKER = "taker"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Somebody's part, in basis points."""

    who: Who
    name: str
    basis_points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something that may still happen, and how the credit would fall then."""

    when: Reason
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """The likely parts and the rule that makes them, and what would change them, the most useful first."""

    parts: tuple[Part, ...]
    reason: Reason
    changes: tuple[Change, ...]


def outlook(
    case: Case,
    evidence: Evidence,
    settings: Settings,
    zone: ZoneInfo,
    *,
    is_here: bool,
    expected: Sequence[Signal] = (),
) -> Outlook:
    """What a payment at `case.paid_at` would bring whom.

    A guest who is not here yet is `expected` to show some signals when he comes; what can only happen to a guest in the
    house is not told of him.
    """
    now = case.paid_at
    known = Supposed(stored=evidence, at=now, day=local_day(now, zone), signals=tuple(expected))
    facts = facts_of(case, known, settings, zone)
    decided = attribute(facts, settings.shares)
    changes: list[Change] = []
    for when, then_case, then_known in _suppositions(case, known, facts, settings, zone, is_here=is_here):
        then = facts_of(then_case, then_known, settings, zone)
        other = attribute(then, settings.shares)
        if other.shares != decided.shares and len(changes) < AT_MOST:
            changes.append(Change(when=replace(when, rule=other.rule), parts=_parts(other.shares, then)))
    return Outlook(parts=_parts(decided.shares, facts), reason=_why(decided, facts), changes=tuple(changes))


def _suppositions(
    case: Case, known: Supposed, facts: SaleFacts, settings: Settings, zone: ZoneInfo, *, is_here: bool
) -> Iterator[tuple[Reason, Case, Supposed]]:
    """What may still happen, the most useful first: what is likely, and what somebody can do something about."""
    if is_here:
        tomorrow = replace(case, paid_at=_next_day(case.paid_at, zone))
        yield Reason("", "attribution.if_tomorrow"), tomorrow, known
    yield _naming(case, known, settings, zone)
    if is_here and not (case.self_purchase and facts.receiver is None):
        taken = replace(case, taken_by=WHOEVER_TAKES_IT)
        yield Reason("", "attribution.if_taken"), taken, known
    coupon = (*known.signals, Signal(SignalKind.GIFT_COUPON, None))
    yield Reason("", "attribution.if_coupon"), case, replace(known, signals=coupon)
    if not is_here and facts.tracker is not None and facts.tracker.limit:
        until = known.day + timedelta(days=facts.tracker.limit - facts.tracker.days)
        later = replace(case, paid_at=day_start(until + timedelta(days=1), zone))
        told: dict[str, Fact] = {"outside": facts.tracker.name, "until": until}
        yield Reason("", "attribution.if_runs_out", told), later, known
    if is_here:
        yield Reason("", "attribution.if_friend"), case, replace(known, friend=True)


def _naming(case: Case, known: Supposed, settings: Settings, zone: ZoneInfo) -> tuple[Reason, Case, Supposed]:
    """He asks for a colleague, or shows a pass or card, whichever counts for more than what he has shown (AMB-05)."""
    asks = replace(known, signals=(*known.signals, Signal(SignalKind.NAME, SOMEBODY_NAMED)))
    if facts_of(case, asks, settings, zone).designated == SOMEBODY_NAMED:
        return Reason("", "attribution.if_named"), case, asks
    shown = tuple(Signal(kind, SOMEBODY_NAMED) for kind in SHOWN)
    return Reason("", "attribution.if_shown"), case, replace(known, signals=(*known.signals, *shown))


def _next_day(at: Instant, zone: ZoneInfo) -> Instant:
    return day_start(local_day(at, zone) + timedelta(days=1), zone)


def _parts(shares: Sequence[Share], facts: SaleFacts) -> tuple[Part, ...]:
    return tuple(_part(share, facts) for share in shares)


def _part(share: Share, facts: SaleFacts) -> Part:
    who = {None: Who.HOUSE, SOMEBODY_NAMED: Who.NAMED, WHOEVER_TAKES_IT: Who.TAKER}.get(
        share.consultant_id, Who.CONSULTANT
    )
    trackers = (facts.tracker, facts.friends_tracker)
    names = {one.consultant_id: one.name for one in trackers if one is not None} | dict(facts.names)
    name = "" if share.consultant_id is None else names.get(share.consultant_id, "")
    return Part(who=who, name=name, basis_points=share.basis_points)


def _why(decided: Attribution, facts: SaleFacts) -> Reason:
    """Which rule it would be, said of a payment that has not been made."""
    told: dict[str, Fact] = {}
    code = "attribution.likely_receiver"
    if decided.rule == "DSP-02":
        code = "attribution.likely_member"
    elif decided.rule == "DSP-01":
        told = {"consultant": facts.names.get(facts.designated, "") if facts.designated else ""}
        code = "attribution.likely_designated"
        if len(decided.shares) > 1:
            told["percent"] = percent(decided.shares[-1].basis_points)
            code = "attribution.likely_with_proxy"
    elif decided.rule == "DSP-04":
        code = "attribution.likely_coupon"
    elif decided.rule == "DSP-06" and facts.tracker is not None:
        told = {"outside": facts.tracker.name, "days": facts.tracker.days, "limit": facts.tracker.limit}
        code = "attribution.likely_record"
        if facts.tracker.tied_with is not None:
            told["other"] = facts.tracker.tied_with
            code = "attribution.likely_tied"
        elif not facts.tracker.limit:
            code = "attribution.likely_record_of_any_age"
    elif decided.rule == "DSP-07" and facts.friends_tracker is not None:
        told = {"outside": facts.friends_tracker.name}
        code = "attribution.likely_friend"
    elif decided.rule == "RCV-08":
        code = "attribution.likely_website"
    return Reason(decided.rule, code, told)
