"""What the pages of cases show: a case as somebody may see it, the list in its order."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.auth.permissions import Permission, may
from clubsales.clock import Instant
from clubsales.consultants.reviews import queries
from clubsales.consultants.reviews.queries import ReviewView
from clubsales.consultants.reviews.rules import Kind, Status
from clubsales.errors import NotFound
from clubsales.money import Currency, Money

OLD, VERY_OLD = timedelta(days=7), timedelta(days=14)  # what waits longer stands out


@dataclass(frozen=True, slots=True, kw_only=True)
class Docket:
    """A list of cases, and how many there are of each kind."""

    cases: Sequence[ReviewView]
    counts: Mapping[Kind, int]
    all: int


@dataclass(frozen=True, slots=True)
class EvidenceMonth:
    """A month of a case: what was sold, and what was asked for."""

    month: date
    credit: Money
    target: Money | None


def months_of(case: ReviewView, currency: Currency) -> list[EvidenceMonth]:
    """The months a case rests on, as they stood when it opened."""
    return [
        EvidenceMonth(
            date.fromisoformat(f"{each['month']}-01"),
            Money.parse(each["credit"], currency),
            Money.parse(each["target"], currency) if each["target"] is not None else None,
        )
        for each in case.facts.get("months", ())
    ]


def money_fact(case: ReviewView, name: str, currency: Currency) -> Money | None:
    """An amount among a case's facts."""
    text = case.facts.get(name)
    return Money.parse(text, currency) if text is not None else None


def day_fact(case: ReviewView, name: str) -> date | None:
    """A day among a case's facts."""
    text = case.facts.get(name)
    return date.fromisoformat(text) if text is not None else None


def docket(session: Session, actor: Actor, *, is_open: bool, kind: Kind | None) -> Docket:
    """What waits, or what was decided, as far as the actor may see it; of a kind where one is asked for."""
    club_id = actor.club.id
    found = queries.open_cases(session, club_id) if is_open else queries.closed_cases(session, club_id)
    mine = [case for case in found if may_see(actor, case)]
    shown = [case for case in mine if kind in (None, case.kind)]
    if kind is Kind.PROMOTION and is_open:
        shown.sort(key=_by_merit)
    return Docket(cases=shown, counts=Counter(case.kind for case in mine), all=len(mine))


def seen_case(session: Session, actor: Actor, public_id: str) -> ReviewView:
    """A case the actor may see. Raises NotFound, for the rest of the floor too."""
    case = queries.by_public_id(session, actor.club.id, public_id)
    if not may_see(actor, case):
        raise NotFound
    return case


def may_see(actor: Actor, case: ReviewView) -> bool:
    """Whoever decides cases, whoever proposed this one, and the person it is about."""
    if actor.account_id is None:
        return False
    return may(actor, Permission.REVIEW_DECIDE) or actor.account_id in (case.opened_by, case.account_id)


def tone_of_age(case: ReviewView, at: Instant) -> str:
    """How much a case that waits stands out."""
    if case.status is not Status.OPEN:
        return "plain"
    age = at - case.opened_at
    return "now" if age >= VERY_OLD else "soon" if age >= OLD else "info"


def _by_merit(case: ReviewView) -> tuple[Decimal, Decimal, str]:
    """Results first, seniority second (PRO-06, PRO-07): the best score, the most credit, the longest here."""
    months = case.facts.get("months", [])
    credit = sum((Decimal(month["credit"]) for month in months), Decimal(0))
    return -Decimal(case.facts.get("score", "0")), -credit / max(1, len(months)), case.facts.get("since", "9")
