"""Ask for leave, decide it, withdraw it; mark the general manager absent."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit, policies
from clubsales.actor import Actor, ActorKind, Role
from clubsales.auth import queries as accounts
from clubsales.clock import Instant, local_day, local_time
from clubsales.consultants.leave import queries
from clubsales.consultants.leave.events import (
    AuthorityBack,
    AuthorityMarkedAway,
    LeaveDecided,
    LeaveFiled,
    LeaveWithdrawn,
)
from clubsales.consultants.leave.models import AuthorityAwayRow, LeaveRow
from clubsales.consultants.leave.queries import LeaveView
from clubsales.consultants.leave.rules import (
    Authority,
    DecideFacts,
    Kind,
    LeavePolicy,
    LeaveRefused,
    Span,
    Status,
    may_decide,
    may_file,
    may_mark_away,
    may_span,
    may_withdraw,
    working_halves,
)
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.roster import operations as roster
from clubsales.db import for_update
from clubsales.errors import NotFound, refuse
from clubsales.ids import AccountID, ConsultantID, LeaveID


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a request would cost, and whose matter it would be."""

    halves: int
    authority: Authority


def estimate(
    session: Session, *, consultant_id: ConsultantID, span: Span, actor: Actor, at: Instant
) -> Estimate:
    """Count the working days of a span and say who would decide it today.

    Raises NotFound, Refused(LeaveRefused.SPAN, TOO_FAR).
    """
    consultant = profiles.get(session, actor.club.id, consultant_id)
    today = local_day(at, actor.club.zone)
    may_span(span, today=today).or_raise()
    halves = working_halves(span, queries.planned_days(session, consultant_id, span))
    return Estimate(halves, authority_over(session, consultant.account_id, halves, actor=actor, at=at))


def authority_over(
    session: Session, account_id: AccountID, halves: int, *, actor: Actor, at: Instant
) -> Authority:
    """Whose matter so much leave of somebody is today (ATT-04)."""
    today = local_day(at, actor.club.zone)
    policy = policies.policy_on(session, actor.club, today).read("leave", LeavePolicy)
    away = queries.away_on(session, actor.club.id, Role.GENERAL_MANAGER, today)
    return Authority(
        halves=halves,
        short_days=policy.short_days,
        filer_roles=accounts.roles_in(session, account_id=account_id, club_id=actor.club.id),
        general_manager_away=away is not None,
    )


def file(
    session: Session,
    *,
    consultant_id: ConsultantID,
    kind: Kind,
    first_day: date,
    last_day: date,
    from_noon: bool = False,
    until_noon: bool = False,
    reason: str = "",
    actor: Actor,
    at: Instant,
) -> LeaveID:
    """Ask for leave in writing (ATT-03, ATT-05); staff ask for themselves. The same form again is the same request.

    Raises NotFound, Refused(LeaveRefused.SPAN, TOO_FAR, PAST, NOTICE, NO_WORKING_DAY, REASON, OVERLAP).
    """
    if actor.kind is ActorKind.STAFF and actor.consultant_id != consultant_id:
        raise NotFound
    profiles.get(session, actor.club.id, consultant_id)
    span = Span(first_day=first_day, last_day=last_day, from_noon=from_noon, until_noon=until_noon)
    today = local_day(at, actor.club.zone)
    may_span(span, today=today).or_raise()
    policy = policies.policy_on(session, actor.club, today)
    halves = working_halves(span, queries.planned_days(session, consultant_id, span))
    may_file(
        span,
        kind,
        halves=halves,
        reason=reason,
        today=today,
        notice_days=policy.read("leave", LeavePolicy).notice_days,
    ).or_raise()
    other = queries.live_within(session, consultant_id, span)
    if other is not None:
        if (other.span, other.kind, other.reason, other.status) == (span, kind, reason, Status.FILED):
            return other.id
        refuse(LeaveRefused.OVERLAP, first=other.first_day, last=other.last_day).or_raise()
    row = LeaveRow(
        club_id=actor.club.id,
        consultant_id=consultant_id,
        kind=kind.value,
        first_day=first_day,
        last_day=last_day,
        from_noon=from_noon,
        until_noon=until_noon,
        half_days=halves,
        reason=reason,
        filed_at=at,
        filed_by=actor.account_id,
        policy_version_id=policy.version_id,
    )
    session.add(row)
    session.flush()
    event = LeaveFiled(row.id, consultant_id, kind.value, first_day, last_day, halves)
    audit.record(session, event, actor=actor, at=at)
    return LeaveID(row.id)


def decide(
    session: Session, *, public_id: str, approve: bool, note: str = "", actor: Actor, at: Instant
) -> None:
    """Approve a request or refuse it with a reason (ATT-04); an approved one frees the planned shifts.

    The same decision by the same person again changes nothing. Raises NotFound,
    Refused(LeaveRefused.DECIDED, OWN, AUTHORITY, NOTE).
    """
    leave = locked(session, public_id, actor)
    status = Status.APPROVED if approve else Status.REFUSED
    if leave.status is status and leave.decided_by == actor.account_id:
        return
    authority = authority_over(session, leave.account_id, leave.half_days, actor=actor, at=at)
    may_decide(
        DecideFacts(
            status=leave.status,
            authority=authority,
            decider_roles=actor.roles,
            is_own=leave.account_id == actor.account_id,
            approve=approve,
            note=note,
        )
    ).or_raise()
    decided_as = next(role for role in authority.roles if role in actor.roles)
    session.execute(
        sa.update(LeaveRow)
        .where(LeaveRow.id == leave.id)
        .values(
            status=status.value,
            decided_at=at,
            decided_by=actor.account_id,
            decided_as=decided_as.value,
            decision_note=note.strip(),
        )
    )
    event = LeaveDecided(
        leave.id,
        leave.consultant_id,
        status.value,
        leave.half_days,
        decided_as.value,
        authority.level.value,
    )
    audit.record(session, event, actor=actor, at=at)
    if approve:
        roster.free_for_leave(
            session,
            consultant_id=leave.consultant_id,
            first_day=leave.first_day,
            last_day=leave.last_day,
            from_noon=leave.from_noon,
            until_noon=leave.until_noon,
            actor=actor,
            at=at,
        )


def withdraw(session: Session, *, public_id: str, actor: Actor, at: Instant) -> None:
    """Take one's own request back: before it is decided, or before it begins. Freed shifts do not come back.

    One that is withdrawn stays so. Raises NotFound, also for a colleague's; Refused(LeaveRefused.BEGUN, NOT_LIVE).
    """
    leave = locked(session, public_id, actor)
    if leave.consultant_id != actor.consultant_id:
        raise NotFound
    if leave.status is Status.WITHDRAWN:
        return
    zone = actor.club.zone
    may_withdraw(leave.span, leave.status, today=local_day(at, zone), local=local_time(at, zone)).or_raise()
    session.execute(sa.update(LeaveRow).where(LeaveRow.id == leave.id).values(status=Status.WITHDRAWN.value))
    event = LeaveWithdrawn(leave.id, leave.consultant_id, leave.status.value)
    audit.record(session, event, actor=actor, at=at)


def mark_away(session: Session, *, first_day: date, last_day: date, actor: Actor, at: Instant) -> None:
    """Mark the general manager absent from a day to a day, so that the deputy decides meanwhile (ATT-04).

    The same days again change nothing. Raises Refused(LeaveRefused.AWAY_WHO, AWAY_SPAN).
    """
    role, today = Role.GENERAL_MANAGER, local_day(at, actor.club.zone)
    may_mark_away(actor.roles, first_day=first_day, last_day=last_day, today=today).or_raise()
    marked = queries.away_from(session, actor.club.id, role, today)
    if any((each.first_day, each.last_day) == (first_day, last_day) for each in marked):
        return
    row = AuthorityAwayRow(
        club_id=actor.club.id,
        role=role.value,
        first_day=first_day,
        last_day=last_day,
        marked_at=at,
        marked_by=actor.account_id,
    )
    session.add(row)
    session.flush()
    event = AuthorityMarkedAway(row.id, role.value, first_day, last_day)
    audit.record(session, event, actor=actor, at=at)


def end_away(session: Session, *, public_id: str, actor: Actor, at: Instant) -> None:
    """The general manager is back before the marked days are over; one that is ended stays so.

    Raises NotFound, Refused(LeaveRefused.AWAY_WHO).
    """
    row = session.execute(
        sa.select(AuthorityAwayRow.id, AuthorityAwayRow.role, AuthorityAwayRow.ended_at).where(
            AuthorityAwayRow.club_id == actor.club.id, AuthorityAwayRow.public_id == public_id
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    today = local_day(at, actor.club.zone)
    may_mark_away(actor.roles, first_day=today, last_day=today, today=today).or_raise()
    if row.ended_at is None:
        session.execute(sa.update(AuthorityAwayRow).where(AuthorityAwayRow.id == row.id).values(ended_at=at))
        audit.record(session, AuthorityBack(row.id, row.role), actor=actor, at=at)


def locked(session: Session, public_id: str, actor: Actor) -> LeaveView:
    """The form, locked, so that two deciders meet; raises NotFound."""
    found = queries.by_public_id(session, actor.club.id, public_id)
    session.execute(for_update(sa.select(LeaveRow.id).where(LeaveRow.id == found.id))).one()
    return queries.by_public_id(session, actor.club.id, public_id)
