"""Somebody is back before his leave is over: whoever may approve the leave ends it (ATT-04)."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.audit import AuditEvent
from clubsales.auth import queries as accounts
from clubsales.auth.tables import ACCOUNT
from clubsales.clock import Instant, local_day, local_time
from clubsales.consultants.leave import operations, queries
from clubsales.consultants.leave.early import (
    EndFacts,
    Half,
    half_at,
    is_running,
    may_be_ended,
    may_end,
    until,
)
from clubsales.consultants.leave.events import LeaveEnded
from clubsales.consultants.leave.models import LeaveRow
from clubsales.consultants.leave.queries import LeaveView
from clubsales.consultants.leave.rules import Authority, Status, as_days, working_halves
from clubsales.errors import Allowed


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a leave ended early: who ended it, from when on its owner was back, and why."""

    at: Instant
    by: str | None
    reason: str
    back: Half
    last_day: date  # as it was approved
    given_back: int

    @property
    def days_back(self) -> str:
        """The working days it costs less, as people write them."""
        return as_days(self.given_back)


def end(
    session: Session, *, public_id: str, day: date, afternoon: bool, reason: str, actor: Actor, at: Instant
) -> None:
    """End a leave that runs: from the morning or the afternoon of that local day on its owner works again.

    What is left of it costs what is left of the working days; a leave of which nothing is left is withdrawn. Freed
    shifts do not come back. The same end again is the same. Raises NotFound, Refused(EndRefused,
    LeaveRefused.OWN, AUTHORITY).
    """
    leave = operations.locked(session, public_id, actor)
    back = Half(day, afternoon=afternoon)
    before = ended(session, leave)
    if before is not None and before.back == back:
        return
    authority = _authority(session, leave, actor, at)
    may_end(_facts(leave, authority, back, reason, actor, at)).or_raise()
    left = until(leave.span, back)
    cost = working_halves(left, queries.planned_days(session, leave.consultant_id, left)) if left else 0
    # The roster may have been made since: a shorter leave never costs more.
    given_back = leave.half_days - min(cost, leave.half_days)
    kept = (
        {"last_day": left.last_day, "until_noon": left.until_noon, "half_days": leave.half_days - given_back}
        if left and cost
        else {"status": Status.WITHDRAWN.value}
    )
    session.execute(sa.update(LeaveRow).where(LeaveRow.id == leave.id).values(kept))
    event = LeaveEnded(
        leave.id,
        leave.consultant_id,
        day,
        afternoon,
        leave.last_day,
        given_back,
        next(role for role in authority.roles if role in actor.roles).value,
        reason.strip(),
    )
    audit.record(session, event, actor=actor, at=at)


def ended(session: Session, leave: LeaveView) -> Ended | None:
    """How a leave ended early, the last time: the audit is what remembers it."""
    row = session.execute(
        sa.select(AuditEvent.at, AuditEvent.facts, ACCOUNT.c.name)
        .join(ACCOUNT, ACCOUNT.c.id == AuditEvent.account_id, isouter=True)
        .where(
            AuditEvent.subject_kind == LeaveEnded.subject.removesuffix("_id"),
            AuditEvent.subject_id == leave.id,
            AuditEvent.tag == LeaveEnded.tag,
        )
        .order_by(AuditEvent.id.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    return Ended(
        at=row.at,
        by=row.name,
        reason=row.facts["reason"],
        back=Half(date.fromisoformat(row.facts["back_day"]), afternoon=row.facts["back_at_noon"]),
        last_day=date.fromisoformat(row.facts["last_day"]),
        given_back=row.facts["given_back"],
    )


def can_end(session: Session, leave: LeaveView, actor: Actor, at: Instant) -> bool:
    """Whether this person may end this leave now."""
    present = half_at(local_day(at, actor.club.zone), local_time(at, actor.club.zone))
    if leave.status is not Status.APPROVED or not is_running(leave.span, present):
        return False
    authority = _authority(session, leave, actor, at)
    return isinstance(may_be_ended(_facts(leave, authority, present, "", actor, at)), Allowed)


def who_can_end(session: Session, leave: LeaveView, actor: Actor, at: Instant) -> list[str]:
    """The names of whoever may end a leave today, whose matter it is first of all first."""
    roles = _authority(session, leave, actor, at).roles
    people = [
        person
        for person in accounts.staff(session, club=actor.club)
        if person.active and person.id != leave.account_id and not person.roles.isdisjoint(roles)
    ]
    people.sort(key=lambda person: min(roles.index(role) for role in person.roles if role in roles))
    return [person.name for person in people]


def _authority(session: Session, leave: LeaveView, actor: Actor, at: Instant) -> Authority:
    return operations.authority_over(session, leave.account_id, leave.half_days, actor=actor, at=at)


def _facts(
    leave: LeaveView, authority: Authority, back: Half, reason: str, actor: Actor, at: Instant
) -> EndFacts:
    zone = actor.club.zone
    return EndFacts(
        name=leave.name,
        span=leave.span,
        status=leave.status,
        back=back,
        now=half_at(local_day(at, zone), local_time(at, zone)),
        authority=authority,
        roles=actor.roles,
        is_own=leave.account_id == actor.account_id,
        reason=reason,
    )
