"""Who is there through a day, and when fewer than the post needs (SHF-01). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from clubsales.actor import Club
from clubsales.clock import Instant
from clubsales.consultants.roster.rules import Span, span_of


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of business hours with fewer people planned than the post needs."""

    starts_at: Instant
    ends_at: Instant
    planned: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """A day of the plan: how many in each half of the business hours, and where too few."""

    day: date
    first_half: int
    second_half: int
    gaps: tuple[Gap, ...]


def business_hours(club: Club, day: date) -> Span:
    """From opening to closing of a local day; a club open past midnight closes on the next."""
    return span_of(day, club.opens, club.closes, club.zone)


def coverage(day: date, hours: Span, planned: Sequence[Span], needed: int) -> Coverage:
    """How a day is covered; a shift counts to the half in which its middle lies."""
    during = [span for span in planned if span.meets(hours)]
    first = sum(_middle(span) < _middle(hours) for span in during)
    return Coverage(
        day=day, first_half=first, second_half=len(during) - first, gaps=_gaps(hours, during, needed)
    )


def _gaps(hours: Span, planned: Sequence[Span], needed: int) -> tuple[Gap, ...]:
    edges = {hours.starts_at, hours.ends_at}
    for span in planned:
        edges |= {each for each in (span.starts_at, span.ends_at) if hours.starts_at < each < hours.ends_at}
    ordered = sorted(edges)
    gaps: list[Gap] = []
    for since, until in pairwise(ordered):
        there = sum(span.starts_at <= since < span.ends_at for span in planned)
        if there >= needed:
            continue
        if gaps and gaps[-1].ends_at == since and gaps[-1].planned == there:
            gaps[-1] = Gap(gaps[-1].starts_at, until, there)
        else:
            gaps.append(Gap(since, until, there))
    return tuple(gaps)


def _middle(span: Span) -> Instant:
    return span.starts_at + (span.ends_at - span.starts_at) / 2
