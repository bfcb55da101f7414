"""The leads of a period by source and by person: every lead once in each, so that the groups add up."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from clubsales.ids import ConsultantID, LeadSourceID
from clubsales.leads.funnel.queries import Lead
from clubsales.leads.funnel.rules import Counts, count
from clubsales.leads.sources.rules import Source
from clubsales.money import Currency, Money

K = TypeVar("K", bound=Hashable)


class Who(StrEnum):
    """By whom leads are grouped."""

    CAPTURED = "captured"
    HELD = "held"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Some leads, counted, and what those who joined paid."""

    counts: Counts
    turnover: Money


def group(leads: Sequence[Lead], currency: Currency) -> Group:
    """These leads as one group."""
    return Group(
        counts=count(lead.journey for lead in leads),
        turnover=Money(sum(lead.paid.minor for lead in leads), currency),
    )


def by_kind(leads: Iterable[Lead], currency: Currency) -> dict[Source, Group]:
    """By kind of source, the kinds in their order; kinds without leads are left out."""
    found = _grouped(leads, lambda lead: lead.source, currency)
    return {kind: found[kind] for kind in Source if kind in found}


def by_source(leads: Iterable[Lead], kind: Source, currency: Currency) -> dict[LeadSourceID | None, Group]:
    """The leads of a kind by the club's own source; None: none was chosen."""
    return _grouped((lead for lead in leads if lead.source is kind), lambda lead: lead.source_id, currency)


def by_person(leads: Iterable[Lead], who: Who, currency: Currency) -> dict[ConsultantID | None, Group]:
    """By who captured or holds them; None: nobody."""
    if who is Who.CAPTURED:
        return _grouped(leads, lambda lead: lead.captured_by, currency)
    return _grouped(leads, lambda lead: lead.held_by, currency)


def _grouped(leads: Iterable[Lead], key: Callable[[Lead], K], currency: Currency) -> dict[K, Group]:
    found: dict[K, list[Lead]] = {}
    for lead in leads:
        found.setdefault(key(lead), []).append(lead)
    return {each: group(some, currency) for each, some in found.items()}
