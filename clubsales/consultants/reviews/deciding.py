"""A case is decided, dismissed, acknowledged. What follows from it is written only where terms of pay change."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor, Role
from clubsales.clock import Instant, local_day, month_of, next_month
from clubsales.consultants.commission import queries as commission
from clubsales.consultants.credits import closing
from clubsales.consultants.leave import queries as leave
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.profiles import terms
from clubsales.consultants.reviews import queries
from clubsales.consultants.reviews.choices import (
    NEW_LEVEL,
    NEW_TERMS,
    WITH_AMOUNT,
    CaseFacts,
    Choice,
    Terms,
    Verdict,
    latest_day,
    may_acknowledge,
    may_decide,
    may_say,
    may_touch,
    stands_above,
)
from clubsales.consultants.reviews.events import ReviewAcknowledged, ReviewDecided, ReviewDismissed
from clubsales.consultants.reviews.models import ReviewRow
from clubsales.consultants.reviews.queries import ReviewView
from clubsales.consultants.reviews.rules import Status, add_months, last_day
from clubsales.db import for_update
from clubsales.errors import NotFound
from clubsales.ids import ConsultantID
from clubsales.money import Money


def decide(session: Session, *, public_id: str, verdict: Verdict, actor: Actor, at: Instant) -> None:
    """Decide a case with a reason; new terms of pay are written from their day on (AMB-34, AMB-36).

    The same decision by the same person again changes nothing. Raises NotFound, Refused(ReviewRefused...).
    """
    row, case = _locked(session, public_id, actor)
    if _is_same(case, verdict, actor):
        return
    facts = facts_of(session, case, verdict.valid_from, actor, at)
    may_decide(facts, verdict).or_raise()
    choice = Choice(verdict.choice)
    row.status, row.decision = Status.DECIDED.value, choice.value
    row.decision_words = verdict.words
    row.decided_at, row.decided_by = at, actor.account_id
    amount = verdict.amount if choice in WITH_AMOUNT else None
    row.amount_minor = amount.minor if amount is not None else None
    row.level = verdict.level if choice in NEW_LEVEL else None
    row.valid_from = verdict.valid_from if choice in NEW_TERMS else None
    session.flush()
    if choice in NEW_TERMS and verdict.valid_from is not None:
        _set_terms(session, case, verdict, actor=actor, at=at)
    event = ReviewDecided(
        case.id,
        case.consultant_id,
        case.kind.value,
        choice.value,
        audit.money_fact(amount) if amount is not None else None,
        row.level,
        row.valid_from,
        case.rule,
    )
    audit.record(session, event, actor=actor, at=at)


def dismiss(session: Session, *, public_id: str, words: str, actor: Actor, at: Instant) -> None:
    """There is nothing in a case: it rests on a mistake. Raises NotFound, Refused(ReviewRefused.DECIDED, OWN, WORDS)."""
    row, case = _locked(session, public_id, actor)
    if (case.status, case.decided_by, case.decision_words) == (Status.DISMISSED, actor.account_id, words):
        return
    may_touch(
        status=case.status,
        is_own=case.account_id == actor.account_id,
        is_above=is_above(session, case, actor, local_day(at, actor.club.zone)),
        words=words,
    ).or_raise()
    row.status, row.decision_words = Status.DISMISSED.value, words
    row.decided_at, row.decided_by = at, actor.account_id
    session.flush()
    event = ReviewDismissed(case.id, case.consultant_id, case.kind.value, case.rule)
    audit.record(session, event, actor=actor, at=at)


def acknowledge(session: Session, *, public_id: str, answer: str, actor: Actor, at: Instant) -> None:
    """The person it is about has read what was decided, and says to it what he likes; once.

    Raises NotFound for somebody else's case, Refused(ReviewRefused.NOT_DECIDED, WORDS).
    """
    row, case = _locked(session, public_id, actor)
    if case.account_id != actor.account_id:
        raise NotFound
    if case.acknowledged_at is not None:
        return
    may_acknowledge(case.status).or_raise()
    if answer:
        may_say(answer).or_raise()
    row.acknowledged_at, row.answer = at, answer
    session.flush()
    audit.record(session, ReviewAcknowledged(case.id, case.consultant_id, case.rule), actor=actor, at=at)


def facts_of(
    session: Session, case: ReviewView, valid_from: date | None, actor: Actor, at: Instant
) -> CaseFacts:
    """The case as it stands for whoever decides it today."""
    today = local_day(at, actor.club.zone)
    return CaseFacts(
        kind=case.kind,
        rule=case.rule,
        status=case.status,
        is_own=case.account_id == actor.account_id,
        is_above=is_above(session, case, actor, today),
        roles=acting_roles(session, actor, today),
        lowest=case.lowest,
        highest=case.highest,
        next_level=case.facts.get("next_level"),
        terms=terms_of(session, case.consultant_id, valid_from or today, actor),
        earliest=earliest_month(session, actor, today),
        latest=latest_day(today),
    )


def is_above(session: Session, case: ReviewView, actor: Actor, today: date) -> bool:
    """Whether the one a case is about stands above whoever would decide it."""
    found = queries.roles_of(session, actor.club.id, [case.account_id])
    return stands_above(found.get(case.account_id, ()), acting_roles(session, actor, today))


def waiting_for(session: Session, actor: Actor, today: date) -> list[ReviewView]:
    """The cases that wait for a decision of his, the longest first: not about himself, nor about his superiors."""
    cases = [
        case for case in queries.open_cases(session, actor.club.id) if case.account_id != actor.account_id
    ]
    if not cases:
        return []
    found = queries.roles_of(session, actor.club.id, [case.account_id for case in cases])
    own = acting_roles(session, actor, today)
    return [case for case in cases if not stands_above(found.get(case.account_id, ()), own)]


def acting_roles(session: Session, actor: Actor, today: date) -> frozenset[Role]:
    """One's roles; the deputy stands in for a general manager who is marked absent (ATT-04)."""
    stands_in = actor.has_role(Role.DEPUTY_GM) and leave.away_on(
        session, actor.club.id, Role.GENERAL_MANAGER, today
    )
    return actor.roles | {Role.GENERAL_MANAGER} if stands_in else actor.roles


def terms_of(session: Session, consultant_id: ConsultantID, day: date, actor: Actor) -> Terms:
    """What somebody's pay is reckoned by on a day: his own base, else his plan's."""
    club = actor.club
    person = profiles.get(session, club.id, consultant_id)
    term = terms.pay_terms_on(session, club.id, day)[consultant_id]
    base = term.base
    if base is None:
        end = last_day(month_of(day))
        on_probation = term.probation_until is not None and term.probation_until >= end
        plans = commission.plans_of_month(session, club, month_of(day))
        chosen = plans.plan_for(person.kind.value if person.kind else "", term.level, on_probation)
        base = Money(chosen.plan.base_minor, club.currency)
    later = terms.next_change(session, consultant_id, day)
    return Terms(level=term.level, base=base, from_later=later)


def earliest_month(session: Session, actor: Actor, today: date) -> date:
    """The earliest month that is not closed; where none was closed yet, the one before this."""
    last = closing.closed_through(session, actor.club.id)
    return next_month(last) if last is not None else add_months(month_of(today), -1)


def _locked(session: Session, public_id: str, actor: Actor) -> tuple[ReviewRow, ReviewView]:
    """The case, locked, so that two deciders meet; raises NotFound."""
    found = queries.by_public_id(session, actor.club.id, public_id)
    row = session.scalars(
        for_update(sa.select(ReviewRow).where(ReviewRow.id == found.id)).execution_options(
            populate_existing=True
        )
    ).one()
    return row, queries.by_public_id(session, actor.club.id, public_id)


def _is_same(case: ReviewView, verdict: Verdict, actor: Actor) -> bool:
    """Whether somebody says again what he said."""
    if case.status is not Status.DECIDED or case.decided_by != actor.account_id:
        return False
    return (case.decision, case.decision_words) == (verdict.choice, verdict.words)


def _set_terms(session: Session, case: ReviewView, verdict: Verdict, *, actor: Actor, at: Instant) -> None:
    """From the chosen day on: the new level or base; what is not decided stays as it is then."""
    assert verdict.valid_from is not None
    term = terms.pay_terms_on(session, actor.club.id, verdict.valid_from)[case.consultant_id]
    is_rise = verdict.choice == Choice.RAISE
    terms.set_pay_term(
        session,
        consultant_id=case.consultant_id,
        valid_from=verdict.valid_from,
        level=term.level if is_rise or verdict.level is None else verdict.level,
        is_promotion=verdict.choice in (Choice.PROMOTE, Choice.SPECIAL),
        base=verdict.amount if is_rise else term.base,
        probation_until=term.probation_until,
        reason=verdict.words,
        actor=actor,
        at=at,
    )
