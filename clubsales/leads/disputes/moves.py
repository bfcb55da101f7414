"""Whose move it is in a case, what somebody may do now, and until when."""

from dataclasses import dataclass
from datetime import timedelta

from clubsales.actor import Actor, Role
from clubsales.auth.permissions import Permission, may
from clubsales.clock import Instant, day_start, local_day
from clubsales.errors import Allowed, Decision
from clubsales.leads.disputes.judging_rules import (
    Wish,
    may_rule,
    may_rule_appeal,
    may_settle,
)
from clubsales.leads.disputes.rules import (
    Case,
    DisputePolicy,
    Status,
    may_appeal,
    may_object,
    may_state,
    may_withdraw,
)

AS_PROPOSED = Wish(shares=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """What the reader may do now."""

    state: bool
    withdraw: bool
    settle: bool
    object_to: bool
    rule: bool
    appeal: bool
    rule_appeal: bool

    @property
    def decides(self) -> bool:
        """Whether the form of a decision is his."""
        return self.settle or self.rule or self.rule_appeal


def moves_of(case: Case, actor: Actor, policy: DisputePolicy, at: Instant) -> Moves:
    """What somebody may do with a case now, as far as the rules and his doors go."""
    judges = may(actor, Permission.DISPUTE_RULE)
    me, today = actor.consultant_id, local_day(at, actor.club.zone)
    return Moves(
        state=_allowed(may_state(case, me, at, says=True)),
        withdraw=_allowed(may_withdraw(case, me, at)),
        settle=judges and _allowed(may_settle(case, actor, AS_PROPOSED, at)),
        object_to=_allowed(may_object(case, me, at)),
        rule=judges and _allowed(may_rule(case, actor, AS_PROPOSED, policy, at)),
        appeal=_allowed(may_appeal(case, me, today, at)),
        rule_appeal=judges and _allowed(may_rule_appeal(case, actor, AS_PROPOSED, policy)),
    )


def waits_for(case: Case, policy: DisputePolicy, at: Instant) -> tuple[Role, ...]:
    """Whose decision is next; of those who stand in, the nearest."""
    status = case.status_at(at)
    if status is Status.APPEALED:
        return (case.judging(policy.appeal_role)[:2][-1],)
    if status is not Status.OPEN:
        return ()
    final = case.judging(Role(policy.final_role))[:2][-1]
    return (final,) if case.objected or final is Role.SUPERVISOR else (Role.SUPERVISOR, final)


def deadline_of(case: Case, actor: Actor, at: Instant) -> Instant | None:
    """When the parties' time to object or to appeal is over; None while nothing runs."""
    zone = actor.club.zone
    if case.status_at(at) is Status.SETTLED:
        return case.stands_at
    if case.appeal_until is not None and case.may_be_appealed(local_day(at, zone)):
        return day_start(case.appeal_until + timedelta(days=1), zone)
    return None


def _allowed(decision: Decision) -> bool:
    return isinstance(decision, Allowed)
