"""Who may settle, rule and decide an appeal, and how (DSP-08, DSP-10, DSP-11, AMB-12). Pure.

The order of the ifs is the order of the reasons people hear.
"""

from dataclasses import dataclass

from clubsales.actor import Actor, Role
from clubsales.clock import Instant
from clubsales.consultants.credits.rules import Share
from clubsales.errors import Decision, Refusal, allow, refuse
from clubsales.ids import ConsultantID
from clubsales.leads.disputes.rules import (
    LONGEST_NOTE,
    LONGEST_REASON,
    Case,
    DisputePolicy,
    DisputeRefused,
    Status,
    holders,
    may_say,
)
from clubsales.money import WHOLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """How somebody wants to decide. No shares: as the rules proposed. `sellers` are who may have a share.

    `upholds`: the shares are those of the ruling that was appealed against.
    """

    shares: tuple[Share, ...] | None
    reason: str = ""
    upholds: bool = False
    sellers: frozenset[ConsultantID] = frozenset()

    @property
    def holders(self) -> frozenset[ConsultantID]:
        return holders(self.shares or ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Conduct:
    """A note on how a party behaved (DSP-09): for him and for managers."""

    consultant_id: ConsultantID
    note: str


def may_settle(case: Case, by: Actor, wish: Wish, at: Instant) -> Decision:
    """A supervisor who is no party, once, while nobody has objected."""
    undecided = _undecided(case, at)
    if isinstance(undecided, Refusal):
        return undecided
    if _is_party(case, by, wish):
        return refuse(DisputeRefused.PARTY)
    if not by.has_role(Role.SUPERVISOR):
        return refuse(DisputeRefused.ROLE)
    if case.objected:
        return refuse(DisputeRefused.OBJECTED)
    return _well_founded(wish)


def may_rule(case: Case, by: Actor, wish: Wish, policy: DisputePolicy, at: Instant) -> Decision:
    """Whoever holds the final role (or stands in for it), is no party and has not settled it in vain.

    Not while a settlement waits for objections.
    """
    undecided = _undecided(case, at)
    if isinstance(undecided, Refusal):
        return undecided
    if _is_party(case, by, wish):
        return refuse(DisputeRefused.PARTY)
    if not by.has_role(*case.judging(Role(policy.final_role))):
        return refuse(DisputeRefused.ROLE)
    if case.objected and by.account_id is not None and by.account_id == case.ruled_by:
        return refuse(DisputeRefused.OWN_SETTLEMENT)
    return _well_founded(wish)


def may_rule_appeal(case: Case, by: Actor, wish: Wish, policy: DisputePolicy) -> Decision:
    """Whoever stands above who ruled, and is neither he nor a party."""
    if case.status is not Status.APPEALED:
        return refuse(DisputeRefused.NOT_APPEALED)
    if _is_party(case, by, wish):
        return refuse(DisputeRefused.PARTY)
    if not by.has_role(*case.judging(policy.appeal_role)):
        return refuse(DisputeRefused.ROLE)
    if by.account_id == case.ruled_by:
        return refuse(DisputeRefused.OWN_RULING)
    return _well_founded(wish)


def may_note_conduct(case: Case, wish: Wish, conduct: Conduct | None) -> Decision:
    """A note is about a party, and says something."""
    if conduct is None:
        return allow()
    if not conduct.note or conduct.consultant_id not in case.parties | wish.holders:
        return refuse(DisputeRefused.CONDUCT)
    return (
        allow() if len(conduct.note) <= LONGEST_NOTE else refuse(DisputeRefused.WORDS_LONG, most=LONGEST_NOTE)
    )


def _undecided(case: Case, at: Instant) -> Decision:
    status = case.status_at(at)
    if status is Status.SETTLED:
        return refuse(DisputeRefused.IS_SETTLED)
    if status is Status.APPEALED:
        return refuse(DisputeRefused.UNDER_APPEAL)
    return allow() if status is Status.OPEN else refuse(DisputeRefused.NOT_OPEN)


def _is_party(case: Case, by: Actor, wish: Wish) -> bool:
    return by.consultant_id is not None and by.consultant_id in case.parties | wish.holders


def _well_founded(wish: Wish) -> Decision:
    """A reason unless it is what the rules or the ruling said; shares of people who sell that make a whole, each once."""
    if wish.shares is None or wish.upholds:
        return may_say(wish.reason, LONGEST_REASON)
    if not wish.reason:
        return refuse(DisputeRefused.REASON)
    by_holder = [share.consultant_id for share in wish.shares]
    if (
        sum(share.basis_points for share in wish.shares) != WHOLE
        or any(share.basis_points < 0 for share in wish.shares)
        or len(set(by_holder)) != len(by_holder)
        or not wish.sellers.issuperset(by_holder)
    ):
        return refuse(DisputeRefused.SHARES)
    return may_say(wish.reason, LONGEST_REASON)
