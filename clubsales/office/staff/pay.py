"""A colleague's staff number and terms of pay: changed from a day on, with a reason, never one's own."""

from datetime import date

from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.clock import Instant, month_of, next_month
from clubsales.consultants.credits import closing
from clubsales.consultants.profiles import operations as profiles
from clubsales.consultants.profiles import queries as profile_queries
from clubsales.consultants.profiles import terms
from clubsales.consultants.profiles.queries import ConsultantView
from clubsales.errors import NotFound, refuse
from clubsales.ids import AccountID
from clubsales.money import Money
from clubsales.office.staff import queries
from clubsales.office.staff.rules import StaffRefused, may_change_rights
from clubsales.typed import one_line


def change_code(session: Session, *, account_id: AccountID, code: str, actor: Actor, at: Instant) -> None:
    """Give a colleague another staff number. Raises NotFound, Refused(ProfileRefused.CODE_TAKEN)."""
    profile = profile_of(session, account_id, actor)
    profiles.change_code(session, consultant_id=profile.id, code=one_line(code), actor=actor, at=at)


def change_terms(
    session: Session,
    *,
    account_id: AccountID,
    level: int,
    base: Money | None,
    probation_until: date | None,
    valid_from: date,
    reason: str,
    actor: Actor,
    at: Instant,
) -> None:
    """Let a colleague's pay be reckoned by these terms from a day on; a higher level is a promotion of that day.

    A month is reckoned by the terms of its last day. Raises NotFound for a stranger,
    Refused(StaffRefused.ONESELF, PERSON_ABOVE, PAY_REASON, PAY_CLOSED, PAY_LATER).
    """
    may_change_rights(queries.colleague(session, account_id=account_id, actor=actor)).or_raise()
    profile = profile_of(session, account_id, actor)
    if not reason.strip():
        refuse(StaffRefused.PAY_REASON).or_raise()
    closing.hold_closing(session)
    last = closing.closed_through(session, actor.club.id)
    if last is not None and month_of(valid_from) <= last:
        refuse(StaffRefused.PAY_CLOSED, day=next_month(last)).or_raise()
    later = terms.next_change(session, profile.id, valid_from)
    if later is not None:
        refuse(StaffRefused.PAY_LATER, day=later).or_raise()
    before = terms.pay_terms_on(session, actor.club.id, valid_from)[profile.id]
    if (before.level, before.base, before.probation_until) == (level, base, probation_until):
        return
    terms.set_pay_term(
        session,
        consultant_id=profile.id,
        valid_from=valid_from,
        level=level,
        is_promotion=level > before.level,
        base=base,
        probation_until=probation_until,
        reason=reason,
        actor=actor,
        at=at,
    )


def profile_of(session: Session, account_id: AccountID, actor: Actor) -> ConsultantView:
    """A colleague's profile on the club's floor; raises NotFound."""
    profile = profile_queries.of_account(session, actor.club.id, account_id)
    if profile is None:
        raise NotFound
    return profile
