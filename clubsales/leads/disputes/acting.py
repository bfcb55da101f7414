"""A case in somebody's hands: locked, under the policy of the day, its log and the ledger written in one place.

Whoever changes a case locks its row first, then the sale and the head of its ledger, always in this order. Of two who
press at once one wins; the other hears how the case stands now.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.auth.rules import may_be_public_id
from clubsales.clock import Instant, local_day
from clubsales.consultants.credits import operations as credits_
from clubsales.consultants.credits.rules import Share
from clubsales.db import for_update, insert_row
from clubsales.errors import NotFound, Reason
from clubsales.ids import ConsultantID, PolicyVersionID, SaleID
from clubsales.leads.disputes import news, queries
from clubsales.leads.disputes.judging_rules import Conduct
from clubsales.leads.disputes.models import DisputeRow, DisputeStepRow
from clubsales.leads.disputes.queries import DisputeView
from clubsales.leads.disputes.rules import (
    DisputePolicy,
    StepKind,
    concerns,
)
from clubsales.leads.disputes.tables import DISPUTE, SALE
from clubsales.policies import policy_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """A case somebody has locked, and under which policy he acts on which day."""

    row: DisputeRow
    view: DisputeView
    policy: DisputePolicy
    policy_version_id: PolicyVersionID
    actor: Actor
    at: Instant


def locked(session: Session, public_id: str, actor: Actor, at: Instant) -> Act:
    """The case, locked until the transaction ends, under the policy of this day; raises NotFound."""
    if not may_be_public_id(public_id):
        raise NotFound
    statement = for_update(
        sa.select(DisputeRow).where(DISPUTE.c.club_id == actor.club.id, DISPUTE.c.public_id == public_id)
    )
    row: DisputeRow | None = session.scalars(
        statement.execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotFound
    policy = policy_on(session, actor.club, local_day(at, actor.club.zone))
    return Act(
        row=row,
        view=queries.by_id(session, actor.club.id, row.id),
        policy=policy.read("dispute", DisputePolicy),
        policy_version_id=policy.version_id,
        actor=actor,
        at=at,
    )


def post(session: Session, act: Act, shares: Sequence[Share] | None, reason: Reason) -> None:
    """Put the credit back into the ledger."""
    lock_sale(session, act.row.sale_id)
    credits_.reallocate(
        session,
        sale_id=SaleID(act.row.sale_id),
        shares=shares,
        reason=reason,
        reference=act.row.public_id,
        policy_version_id=PolicyVersionID(act.row.policy_version_id),
        actor=act.actor,
        at=act.at,
    )


def lock_sale(session: Session, sale_id: int) -> None:
    """Before the head of its ledger, as receipts and refunds do; a posting needs its key."""
    session.execute(
        sa.select(SALE.c.id).where(SALE.c.id == sale_id).with_for_update(read=True, key_share=True)
    ).one()


def step(
    session: Session,
    act: Act,
    kind: StepKind,
    *,
    consultant_id: ConsultantID | None = None,
    shares: Sequence[Share] | None = None,
    confirms: bool = False,
    words: str = "",
    conduct: Conduct | None = None,
) -> DisputeStepRow:
    """One line more in the case's log, and everybody concerned is told."""
    actor, row = act.actor, act.row
    step = DisputeStepRow(
        dispute_id=row.id,
        kind=kind.value,
        at=act.at,
        account_id=actor.account_id,
        consultant_id=consultant_id or actor.consultant_id,
        shares=None if shares is None else listed(shares),
        confirms=confirms,
        words=words,
        conduct_of=None if conduct is None else conduct.consultant_id,
        conduct_note="" if conduct is None else conduct.note,
    )
    insert_row(session, step)
    parties = act.view.parties | {
        share.consultant_id for share in shares or () if share.consultant_id is not None
    }
    news.tell(
        session,
        dispute_id=row.id,
        step_id=step.id,
        parties=parties,
        facts=concerns(kind, act.policy, objected=row.objected_at is not None),
        judge=act.view.ruled_by,
        policy=act.policy,
        actor=actor,
    )
    return step


def listed(shares: Sequence[Share]) -> list[list[Any]]:
    return [[share.consultant_id, share.basis_points] for share in shares]


def told(shares: Sequence[Share]) -> list[str]:
    return [f"{share.consultant_id or 'house'}:{share.basis_points}" for share in shares]
