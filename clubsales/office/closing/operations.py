"""Approve a month and close it: checks, approvals in order, then everything is frozen under one lock."""

from datetime import date

from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor, Role
from clubsales.clock import Instant, local_day, month_of, next_month
from clubsales.consultants.awards import operations as awards
from clubsales.consultants.credits import closing
from clubsales.consultants.reviews import operations as reviews
from clubsales.consultants.statements import approvals
from clubsales.consultants.statements import operations as statements
from clubsales.consultants.statements.reckoning import month_reckoning
from clubsales.errors import refuse
from clubsales.office.closing import queries
from clubsales.office.closing.checking import checks_of
from clubsales.office.closing.events import MonthApproved, MonthClosed
from clubsales.office.closing.rules import (
    ClosingRefused,
    StepState,
    may_approve,
    may_close,
    may_close_over,
    missing,
)
from clubsales.typed import one_line


def approve(session: Session, *, month: date, seen: str, actor: Actor, at: Instant) -> None:
    """Give one's word that a month may be closed as its preview stands; `seen` is the digest that was looked at.

    When anything changes afterwards the word no longer counts. Raises Refused(ClosingRefused, CreditRefused).
    """
    month = month_of(month)
    today = local_day(at, actor.club.zone)
    may_close(is_manager=True, month=month, following=next_month(month), today=today).or_raise()
    closing.may_close(session, actor.club.id, month)
    digest = month_reckoning(session, actor.club, month).digest
    steps = queries.steps(session, actor.club, month, digest)
    if actor.account_id is None:
        refuse(ClosingRefused.NOT_ASKED).or_raise()
    may_approve(steps, actor.account_id).or_raise()
    if digest != seen:
        refuse(ClosingRefused.CHANGED).or_raise()
    role = next(step.role for step in steps if step.state is StepState.NEXT)
    approvals.give(session, month=month, role=role, digest=digest, actor=actor, at=at)
    event = MonthApproved(actor.club.id, month, role.value, digest)
    audit.record(session, event, actor=actor, at=at)


def close_month(
    session: Session,
    *,
    month: date,
    override_reason: str = "",
    seen: str = "",
    by_the_book: bool = False,
    actor: Actor,
    at: Instant,
) -> str:
    """Freeze a month: ranking, awards, cases, statements and their lines; nothing is posted in it any more.

    `seen` is the digest of the preview that was looked at. `by_the_book` takes checks and approvals as given, for
    histories that are replayed. Returns the digest that covers it all. Raises Refused(ClosingRefused, CreditRefused).
    """
    club, month = actor.club, month_of(month)
    may_close(
        is_manager=actor.has_role(Role.CLUB_MANAGER),
        month=month,
        following=next_month(month),
        today=local_day(at, club.zone),
    ).or_raise()
    closing.may_close(session, club.id, month)
    closing.lock_ledger(session)  # from here on nobody posts: what is counted is what is frozen
    reason = one_line(override_reason)
    checks = () if by_the_book else checks_of(session, club, month, at=at)
    may_close_over(checks, reason).or_raise()
    reckoned = month_reckoning(session, club, month)
    if not by_the_book:
        if seen and seen != reckoned.digest:
            refuse(ClosingRefused.CHANGED).or_raise()
        lacking = missing(queries.steps(session, club, month, reckoned.digest))
        if lacking:
            refuse(ClosingRefused.APPROVALS, count=len(lacking)).or_raise()
    version = reckoned.policy.version_id
    awards.freeze(session, month=month, result=reckoned.result, policy_version_id=version, actor=actor, at=at)
    reviews.open_due(
        session,
        month=month,
        result=reckoned.result,
        scores=reckoned.scores,
        expenses=reckoned.expenses,
        actor=actor,
        at=at,
    )
    statements.freeze(session, month=month, reckoned=reckoned, actor=actor, at=at)
    overridden = [check.stored() for check in checks if check.needs_reason]
    closing.close_month(
        session,
        month=month,
        digest=reckoned.digest,
        overridden=overridden,
        reason=reason if overridden else "",
        actor=actor,
        at=at,
    )
    told = [f"{check.kind.value}:{check.count}" for check in checks if check.needs_reason]
    event = MonthClosed(club.id, month, reckoned.digest, told, by_the_book)
    audit.record(session, event, actor=actor, at=at)
    return reckoned.digest
