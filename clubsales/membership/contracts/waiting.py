"""Forms of contracts on their way to a signature, and whose turn it is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.auth.permissions import Permission, may
from clubsales.clock import Instant, local_day
from clubsales.ids import AccountID, ConsultantID
from clubsales.membership.approvals import queries as approvals
from clubsales.membership.approvals.queries import ChainView, Standing, chain_view, kept_out
from clubsales.membership.contracts import beside, queries
from clubsales.membership.contracts.queries import ContractView
from clubsales.membership.contracts.rules import ContractPolicy, ContractState
from clubsales.policies import Policy, policy_on, policy_versions


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A form that is not signed, and whether the reader has to do something about it."""

    contract: ContractView
    chain: ChainView
    is_mine: bool  # to answer, to hand in or to have signed


def waiting(session: Session, actor: Actor, at: Instant) -> list[Waiting]:
    """The forms that are not signed: one's own, or all of them for who sees the ledger; what waits for the reader first."""
    sees_all = may(actor, Permission.LEDGER_SEE) or may(actor, Permission.FORM_APPROVE)
    found = queries.open_forms(
        session, actor.club.id, consultant_id=None if sees_all else actor.consultant_id or ConsultantID(0)
    )
    today, standing = policy_at(session, actor, at), Standing(session, actor.club)
    handed_in_under = policy_versions(session, [each.policy_version_id for each in found])
    given = approvals.answers_of(session, "contract", [each.id for each in found])
    wrote = beside.correctors(session, [each.id for each in found])
    forms = []
    for contract in found:
        chain = chain_of(
            standing,
            contract,
            handed_in_under[contract.policy_version_id] if contract.submitted_at else today,
            given.get((contract.id, contract.round), []),
            wrote.get(contract.id, ()),
        )
        his = actor.consultant_id is not None and contract.consultant_id == actor.consultant_id
        to_answer = contract.state is ContractState.SUBMITTED and chain.waits_for(actor)
        to_go_on = his and contract.state in (ContractState.DRAFT, ContractState.APPROVED)
        forms.append(Waiting(contract=contract, chain=chain, is_mine=to_answer or to_go_on))
    return sorted(forms, key=lambda each: not each.is_mine)


def count_to_answer(session: Session, actor: Actor, at: Instant) -> int:
    """How many forms wait for the actor's word, for his inbox."""
    if not may(actor, Permission.FORM_APPROVE):
        return 0
    return sum(
        each.is_mine and each.contract.state is ContractState.SUBMITTED
        for each in waiting(session, actor, at)
    )


def chain_of(
    standing: Standing,
    contract: ContractView,
    policy: Policy,
    given: Sequence[approvals.GivenAnswer],
    correctors: Iterable[AccountID],
) -> ChainView:
    """A form's approvals, by the chain of the policy it was handed in under; before that, of today's."""
    return chain_view(
        standing,
        chain=policy.read("contract", ContractPolicy).approvals,
        given=given,
        kept_out=kept_out(contract.filled_by, contract.consultant_account, *correctors),
    )


def policy_at(session: Session, actor: Actor, at: Instant) -> Policy:
    """The policy of the club-local day."""
    return policy_on(session, actor.club, local_day(at, actor.club.zone))
