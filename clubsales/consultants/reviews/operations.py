"""Open the cases that rules bring: those of a closed month, and a fine for what was done. Nothing executes by itself."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy.orm import Session

from clubsales import audit, policies
from clubsales.actor import Actor
from clubsales.clock import Instant, local_day
from clubsales.consultants.assessment.rules import AssessmentPolicy, Score, band_of
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.profiles.terms import pay_terms_on
from clubsales.consultants.reviews import evidence, queries
from clubsales.consultants.reviews.catalogue import offence_of
from clubsales.consultants.reviews.choices import may_fine
from clubsales.consultants.reviews.events import ReviewOpened
from clubsales.consultants.reviews.models import ReviewRow
from clubsales.consultants.reviews.rules import (
    Career,
    ExpensePolicy,
    Kind,
    MonthFacts,
    MonthStandings,
    PenaltyPolicy,
    PromotionPolicy,
    StreakPolicy,
    due_cases,
    last_day,
)
from clubsales.errors import Reason
from clubsales.ids import ConsultantID
from clubsales.money import Money


def open_due(
    session: Session,
    *,
    month: date,
    result: MonthStandings,
    scores: Mapping[ConsultantID, Score],
    expenses: Mapping[ConsultantID, int],
    actor: Actor,
    at: Instant,
) -> None:
    """Open the cases that a month brings as it is closed, by its policy (AMB-34).

    `result` is the month's ranking, `scores` those the month is paid by, `expenses` what was spent, in minor units, by
    whoever a figure was entered for.
    """
    club = actor.club
    policy = policies.policy_on(session, club, month)
    assessing = policy.read("assessment", AssessmentPolicy)
    promotion = policy.read("promotion", PromotionPolicy)
    started = queries.started_on(session, club.id)
    place = {consultant_id: number for number, consultant_id in enumerate(started)}
    facts = MonthFacts(
        month=month,
        standings=sorted(result.standings, key=lambda each: place[each.consultant_id]),
        careers=_careers(session, actor, month, started) if promotion.level_targets else {},
        low=[
            consultant_id
            for consultant_id in started
            if consultant_id in scores and band_of(scores[consultant_id].score, assessing).below_all
        ],
        expenses=expenses,
        streaks=policy.read("awards", StreakPolicy),
        penalties=policy.read("penalties", PenaltyPolicy),
        promotion=promotion,
        low_rate_bp=policy.read("expense", ExpensePolicy).low_rate_bp,
    )
    due = due_cases(facts)
    if not due:
        return
    told = evidence.gather(session, club, facts, due, scores, assessing)
    for case, (reason, evidence_facts) in zip(due, told, strict=True):
        row = ReviewRow(
            club_id=club.id,
            consultant_id=case.consultant_id,
            kind=case.kind.value,
            rule=case.rule,
            month=month,
            reason=reason.stored(),
            facts=evidence_facts,
            currency=club.currency,
            opened_at=at,
            opened_by=None,
            policy_version_id=policy.version_id,
        )
        session.add(row)
        session.flush()
        event = ReviewOpened(row.id, case.consultant_id, case.kind.value, month, case.rule)
        audit.record(session, event, actor=actor, at=at)


def propose_fine_by_rule(
    session: Session,
    *,
    consultant_id: ConsultantID,
    amount: Money,
    lowest: Money,
    highest: Money,
    reason: Reason,
    actor: Actor,
    at: Instant,
) -> str:
    """A fine that a rule proposes for what somebody did, as `reason` says; a person decides it, within the range (AMB-36).

    Returns the case's public id; said again for the same reason, the same case. Raises NotFound for a stranger,
    Refused(ReviewRefused.RANGE).
    """
    club = actor.club
    person = profiles.get(session, club.id, consultant_id)
    may_fine(amount, lowest, highest).or_raise()
    for case in queries.of_consultant(session, club.id, person.id):
        if (case.kind, case.opened_by, case.reason.stored()) == (Kind.FINE, None, reason.stored()):
            return case.public_id
    offence = offence_of(reason.rule)
    row = ReviewRow(
        club_id=club.id,
        consultant_id=person.id,
        kind=Kind.FINE.value,
        rule=reason.rule,
        reason=reason.stored(),
        facts={
            "proposed": str(amount),
            "happened_on": local_day(at, club.zone).isoformat(),
            **({"offence": offence.value} if offence is not None else {}),
        },
        currency=club.currency,
        lowest_minor=lowest.minor,
        highest_minor=highest.minor,
        opened_at=at,
        opened_by=None,
        policy_version_id=policies.policy_on(session, club, local_day(at, club.zone)).version_id,
    )
    session.add(row)
    session.flush()
    event = ReviewOpened(row.id, person.id, Kind.FINE.value, None, reason.rule)
    audit.record(session, event, actor=actor, at=at)
    return row.public_id


def _careers(
    session: Session, actor: Actor, month: date, started: Mapping[ConsultantID, date]
) -> dict[ConsultantID, Career]:
    terms = pay_terms_on(session, actor.club.id, last_day(month))
    cases = queries.promotion_cases(session, actor.club.id)
    return {
        consultant_id: Career(
            level=terms[consultant_id].level,
            promoted_on=terms[consultant_id].promoted_on,
            since=since,
            cases=[
                case.month
                for case in cases.get(consultant_id, ())
                if case.rule == "PRO-01" and case.level == terms[consultant_id].level
            ],
            service_cases=max((case.service_spans for case in cases.get(consultant_id, ())), default=0),
        )
        for consultant_id, since in started.items()
    }
