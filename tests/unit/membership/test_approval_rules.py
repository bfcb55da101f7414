"""Whose word a form needs, in the policy's order."""

import pytest

from clubsales.actor import Role
from clubsales.errors import Allowed, Refusal
from clubsales.ids import AccountID
from clubsales.membership.approvals.rules import (
    Answer,
    ApprovalRefused,
    ChainState,
    Holders,
    may_answer,
    next_step,
    reasoned,
    state_of,
)

F, S, M, G, LIN = (AccountID(number) for number in (1, 2, 3, 4, 5))
NAMES = {F: "Finance", S: "Supervisor", M: "Manager", G: "General", LIN: "Lin"}
CHAIN = ("finance_clerk", "supervisor", "club_manager")
EVERYBODY: Holders = {
    Role.FINANCE_CLERK: [F],
    Role.SUPERVISOR: [S],
    Role.CLUB_MANAGER: [M],
    Role.GENERAL_MANAGER: [G],
    Role.CONSULTANT: [LIN],
}


def yes(step: int, account: AccountID) -> Answer:
    return Answer(step, Role(CHAIN[step]), account, True)


def state(
    *answers: Answer, holders: Holders = EVERYBODY, kept_out: tuple[AccountID, ...] = (LIN,)
) -> ChainState:
    return state_of(CHAIN, answers, holders=holders, kept_out=kept_out)


def asks(who: AccountID, role: Role, *answers: Answer, kept_out: tuple[AccountID, ...] = (LIN,)) -> object:
    answer = may_answer(
        state(*answers, kept_out=kept_out),
        answers,
        who,
        chain=CHAIN,
        roles={role},
        kept_out=kept_out,
        names=NAMES,
    )
    return answer.code if isinstance(answer, Refusal) else answer


def test_finance_then_the_supervisor_then_the_manager() -> None:
    given: list[Answer] = []
    for step, account in enumerate((F, S, M)):
        waits = state(*given).step
        assert waits is not None
        assert (waits.position, waits.may) == (step, {account})
        given.append(yes(step, account))
    assert state(*given) == ChainState(done=True, refused=False, step=None)


def test_the_supervisor_before_finance_is_told_whose_turn_it_is() -> None:
    assert asks(S, Role.SUPERVISOR) == ApprovalRefused.NOT_YOUR_TURN
    refusal = may_answer(state(), (), S, chain=CHAIN, roles={Role.SUPERVISOR}, kept_out=(), names=NAMES)
    assert isinstance(refusal, Refusal)
    assert refusal.facts["names"] == ["Finance"]


def test_who_is_in_no_step_is_not_asked() -> None:
    assert asks(G, Role.GENERAL_MANAGER) == ApprovalRefused.NOT_ASKED


def test_the_filer_never_answers_his_own_form() -> None:
    assert asks(LIN, Role.CONSULTANT) == ApprovalRefused.OWN


def test_a_supervisor_who_filed_is_left_to_the_manager_and_he_to_the_general_manager() -> None:
    step = next_step(CHAIN, [yes(0, F)], holders=EVERYBODY, kept_out=[S])
    assert step is not None
    assert (step.role, step.answered_by, step.may) == (Role.SUPERVISOR, Role.CLUB_MANAGER, {M})
    last = next_step(CHAIN, [yes(0, F), yes(1, M)], holders=EVERYBODY, kept_out=[S])
    assert last is not None
    assert (last.role, last.may) == (Role.CLUB_MANAGER, {G})


def test_nobody_answers_twice() -> None:
    assert asks(F, Role.FINANCE_CLERK, yes(0, F)) == ApprovalRefused.ANSWERED_ALREADY


def test_a_role_nobody_holds_falls_to_the_manager() -> None:
    without = {Role.SUPERVISOR: [S], Role.CLUB_MANAGER: [M]}
    step = next_step(CHAIN, [], holders=without)
    assert step is not None
    assert (step.role, step.answered_by, step.may) == (Role.FINANCE_CLERK, Role.CLUB_MANAGER, {M})


def test_a_step_nobody_is_left_for_is_left_out() -> None:
    alone = {Role.FINANCE_CLERK: [F], Role.CLUB_MANAGER: [M]}
    assert state(yes(0, F), yes(1, M), holders=alone).done
    assert state(holders={Role.CLUB_MANAGER: [LIN]}).done


def test_one_no_ends_the_round() -> None:
    ended = state(yes(0, F), Answer(1, Role.SUPERVISOR, S, False))
    assert (ended.refused, ended.done, ended.step) == (True, False, None)
    assert asks(M, Role.CLUB_MANAGER, Answer(0, Role.FINANCE_CLERK, F, False)) == ApprovalRefused.OVER


def test_an_empty_chain_asks_nobody() -> None:
    assert state_of((), (), holders=EVERYBODY).done


@pytest.mark.parametrize(
    ("approved", "reason", "fine"),
    [(True, "", True), (False, "", False), (False, "price", True), (True, "x" * 501, False)],
)
def test_a_no_needs_a_reason(approved: bool, reason: str, fine: bool) -> None:
    assert isinstance(reasoned(approved=approved, reason=reason), Allowed) is fine
