"""Answering a form's steps, on both databases."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import policies
from clubsales.actor import Actor
from clubsales.audit import AuditEvent
from clubsales.errors import Refused
from clubsales.membership.approvals import operations, queries
from clubsales.membership.approvals.queries import Standing, StepState, chain_view
from clubsales.membership.approvals.rules import ApprovalRefused, Asked, ChainState, Form
from tests.builders import Cast, local

CHAIN = ("finance_clerk", "supervisor", "club_manager")
AT = local(14)


def says(
    session: Session, cast: Cast, actor: Actor, *, approved: bool = True, reason: str = "", turn: int = 1
) -> ChainState:
    asked = Asked(
        form=Form.CONTRACT,
        form_id=7,
        public_id="abcdefghjkmn",
        round=turn,
        chain=CHAIN,
        policy_version_id=policies.policy_on(session, cast.club, AT.date()).version_id,
        filed_by=cast.lin.account_id,
        consultant_account=cast.lin.account_id,
    )
    return operations.answer(session, asked=asked, approved=approved, reason=reason, actor=actor, at=AT)


def test_three_answers_in_order_and_the_form_is_approved(session: Session, cast: Cast) -> None:
    assert says(session, cast, cast.finance).next_role == "supervisor"
    assert says(session, cast, cast.supervisor).next_role == "club_manager"
    assert says(session, cast, cast.manager).done
    given = queries.answers(session, "contract", 7, 1)
    assert [(each.step, each.name, each.at) for each in given] == [
        (0, cast.finance.name, AT),
        (1, cast.supervisor.name, AT),
        (2, cast.manager.name, AT),
    ]
    tags = session.scalars(sa.select(AuditEvent.tag).where(AuditEvent.tag == "contract:answered")).all()
    assert len(tags) == 3


def test_out_of_order_is_refused_with_whose_turn_it_is(session: Session, cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        says(session, cast, cast.supervisor)
    assert refused.value.refusal.code is ApprovalRefused.NOT_YOUR_TURN
    assert refused.value.refusal.facts["names"] == [cast.finance.name]


def test_a_no_ends_the_round_and_a_new_round_begins_anew(session: Session, cast: Cast) -> None:
    with pytest.raises(Refused):
        says(session, cast, cast.finance, approved=False)
    assert says(session, cast, cast.finance, approved=False, reason="Copies are missing").refused
    with pytest.raises(Refused) as refused:
        says(session, cast, cast.supervisor)
    assert refused.value.refusal.code is ApprovalRefused.OVER
    assert says(session, cast, cast.finance, turn=2).next_role == "supervisor"


def test_the_page_shows_every_step(session: Session, cast: Cast) -> None:
    says(session, cast, cast.finance)
    view = chain_view(
        Standing(session, cast.club),
        chain=CHAIN,
        given=queries.answers(session, "contract", 7, 1),
        kept_out=queries.kept_out(cast.lin.account_id, None),
    )
    assert [step.state for step in view.steps] == [StepState.APPROVED, StepState.NEXT, StepState.LATER]
    assert view.steps[1].names == (cast.supervisor.name,)
    assert view.waits_for(cast.supervisor)
    assert not view.waits_for(cast.manager)
