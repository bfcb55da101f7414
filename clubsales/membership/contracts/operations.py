"""Filling in a contract's form, changing it, having it approved, giving it up (CTR-01 to CTR-03). Signing is `signing`."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit, policies
from clubsales.actor import Actor
from clubsales.auth.rules import may_be_public_id
from clubsales.clock import Instant, local_day
from clubsales.consultants.reviews import operations as reviews
from clubsales.consultants.reviews.catalogue import corrected_too_often
from clubsales.db import for_update
from clubsales.errors import NotFound, refuse
from clubsales.ids import ConsultantID, ContractID, PolicyVersionID, SaleID
from clubsales.membership.approvals import operations as approvals
from clubsales.membership.approvals.rules import Asked, ChainState, Form
from clubsales.membership.contracts import beside, queries
from clubsales.membership.contracts.events import (
    ContractChanged,
    ContractFilled,
    ContractSubmitted,
    ContractVoided,
)
from clubsales.membership.contracts.models import ContractCorrectionRow, ContractRow
from clubsales.membership.contracts.rules import (
    Change,
    ContractPolicy,
    ContractRefused,
    ContractState,
    CorrectionPolicy,
    Filled,
    changes,
    may_change,
    may_fill,
    may_void,
    needs_new_form,
)
from clubsales.membership.sales.models import SaleRow
from clubsales.policies import Policy
from clubsales.typed import free_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What became of a form that was changed: its name, a new one where it had to be written anew."""

    public_id: str
    rewritten: bool = False
    fined: bool = False


def fill(session: Session, *, sale_id: SaleID, filled: Filled, actor: Actor, at: Instant) -> str:
    """Fill in the form for a sale. Returns its public id.

    Raises NotFound, Refused(ContractRefused.MISSING, PROMISE, SALE_OVER, EXISTS, FEE).
    """
    may_fill(filled).or_raise()
    sale = session.scalars(
        for_update(sa.select(SaleRow).where(SaleRow.id == sale_id, SaleRow.club_id == actor.club.id))
    ).one_or_none()
    if sale is None:
        raise NotFound
    if sale.is_fee:
        refuse(ContractRefused.FEE).or_raise()
    if sale.closed_at is not None or (sale.refunded_minor and sale.refunded_minor == sale.received_minor):
        refuse(ContractRefused.SALE_OVER).or_raise()
    if queries.of_sale(session, sale_id) is not None:
        refuse(ContractRefused.EXISTS).or_raise()
    return _write(session, sale, filled, None, actor, at).public_id


def change(session: Session, *, public_id: str, filled: Filled, actor: Actor, at: Instant) -> Changed:
    """Change what a form says. Once it was submitted each changed field is a correction and is approved anew (PRC-09);
    corrected too often, it is void, a new form stands in its place, and a fine is proposed (CTR-03).

    Raises NotFound, Refused(ContractRefused.NOT_OPEN, MISSING, PROMISE, NOTHING_CHANGED).
    """
    row = locked(session, public_id, actor)
    may_change(ContractState(row.state)).or_raise()
    may_fill(filled).or_raise()
    found = changes(row.form, row.language, filled)
    if not found:
        refuse(ContractRefused.NOTHING_CHANGED).or_raise()
    if row.submitted_at is None:
        _put(row, filled)
        session.flush()
        return Changed(public_id=row.public_id)
    policy = policy_of_day(session, actor, at)
    corrections = _correct(session, row, found, actor, at)
    limit = policy.read("penalties", CorrectionPolicy)
    if not needs_new_form(corrections, limit):
        _put(row, filled)
        _submit(session, row, policy, actor, at, again=True)
        return Changed(public_id=row.public_id)
    fined = _propose_fine(session, row, corrections, limit, actor, at)
    row.state, row.void_reason = ContractState.VOID.value, ""
    session.flush()
    sale = session.scalars(sa.select(SaleRow).where(SaleRow.id == row.sale_id)).one()
    new = _write(session, sale, filled, row, actor, at)
    return Changed(public_id=new.public_id, rewritten=True, fined=fined)


def submit(session: Session, *, public_id: str, actor: Actor, at: Instant) -> None:
    """Hand the form in for approval. Raises NotFound, Refused(ContractRefused.NOT_OPEN)."""
    row = locked(session, public_id, actor)
    if row.state != ContractState.DRAFT.value:
        refuse(ContractRefused.NOT_OPEN).or_raise()
    _submit(session, row, policy_of_day(session, actor, at), actor, at, again=row.submitted_at is not None)


def answer(
    session: Session, *, public_id: str, approved: bool, reason: str, actor: Actor, at: Instant
) -> ChainState:
    """Say yes or no to a form; one no gives it back to its consultant.

    Raises NotFound, Refused(ContractRefused.NOT_SUBMITTED), Refused(ApprovalRefused.*).
    """
    row = locked(session, public_id, actor)
    if row.state != ContractState.SUBMITTED.value:
        refuse(ContractRefused.NOT_SUBMITTED).or_raise()
    handed_in_under = policies.policy_version(session, PolicyVersionID(row.policy_version_id))
    asked = _asked(session, row, handed_in_under, actor)
    state = approvals.answer(session, asked=asked, approved=approved, reason=reason, actor=actor, at=at)
    if state.done:
        row.state = ContractState.APPROVED.value
    elif state.refused:
        row.state = ContractState.DRAFT.value
    return state


def void(session: Session, *, public_id: str, reason: str, actor: Actor, at: Instant) -> None:
    """Give a form up that was not signed. Raises NotFound, Refused(ContractRefused.NOT_OPEN, REASON)."""
    row = locked(session, public_id, actor)
    reason = free_text(reason)
    may_void(ContractState(row.state), reason).or_raise()
    row.state, row.void_reason = ContractState.VOID.value, reason
    audit.record(session, ContractVoided(ContractID(row.id), reason), actor=actor, at=at)


def locked(session: Session, public_id: str, actor: Actor) -> ContractRow:
    """A contract of the club, locked until the transaction ends; raises NotFound."""
    if not may_be_public_id(public_id):
        raise NotFound
    statement = for_update(
        sa.select(ContractRow).where(ContractRow.public_id == public_id, ContractRow.club_id == actor.club.id)
    )
    row: ContractRow | None = session.scalars(
        statement.execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


def _write(
    session: Session, sale: SaleRow, filled: Filled, rewrites: ContractRow | None, actor: Actor, at: Instant
) -> ContractRow:
    row = ContractRow(
        club_id=actor.club.id,
        sale_id=sale.id,
        consultant_id=sale.consultant_id,
        state=ContractState.DRAFT.value,
        language=filled.language,
        form=filled.document(),
        rewrites_id=None if rewrites is None else rewrites.id,
        filled_at=at,
        filled_by=actor.account_id,
        policy_version_id=policy_of_day(session, actor, at).version_id,
    )
    session.add(row)
    session.flush()
    before = None if rewrites is None else ContractID(rewrites.id)
    audit.record(session, ContractFilled(ContractID(row.id), SaleID(sale.id), before), actor=actor, at=at)
    return row


def _put(row: ContractRow, filled: Filled) -> None:
    row.form, row.language = filled.document(), filled.language


def _correct(session: Session, row: ContractRow, found: Sequence[Change], actor: Actor, at: Instant) -> int:
    """Write the corrections down. Returns how many there are by now."""
    before = len(beside.corrections_of(session, ContractID(row.id)))
    for sequence, each in enumerate(found, start=before + 1):
        session.add(
            ContractCorrectionRow(
                contract_id=row.id,
                sequence=sequence,
                field=each.field,
                old=each.old,
                new=each.new,
                at=at,
                by=actor.account_id,
            )
        )
    session.flush()
    corrections = before + len(found)
    event = ContractChanged(ContractID(row.id), [each.field for each in found], corrections)
    audit.record(session, event, actor=actor, at=at)
    return corrections


def _submit(
    session: Session, row: ContractRow, policy: Policy, actor: Actor, at: Instant, *, again: bool
) -> None:
    """Ask for approval, in a round of its own where it was asked for before."""
    row.submitted_at = row.submitted_at or at
    row.round += 1 if again else 0
    state = approvals.begin(session, asked=_asked(session, row, policy, actor), actor=actor, at=at)
    row.state = (ContractState.APPROVED if state.done else ContractState.SUBMITTED).value
    row.policy_version_id = policy.version_id
    audit.record(session, ContractSubmitted(ContractID(row.id), row.round), actor=actor, at=at)


def _propose_fine(
    session: Session,
    row: ContractRow,
    corrections: int,
    limit: CorrectionPolicy,
    actor: Actor,
    at: Instant,
) -> bool:
    """The lowest fine is proposed to a manager, who decides within the range (PEN-02); nobody is fined for the house."""
    if row.consultant_id is None:
        return False
    lowest, highest = limit.fine(actor.club.currency)
    if not highest:
        return False
    reviews.propose_fine_by_rule(
        session,
        consultant_id=ConsultantID(row.consultant_id),
        amount=lowest,
        lowest=lowest,
        highest=highest,
        reason=corrected_too_often(
            contract=row.public_id, count=corrections, allowed=limit.contract_corrections_allowed
        ),
        actor=actor,
        at=at,
    )
    return True


def _asked(session: Session, row: ContractRow, policy: Policy, actor: Actor) -> Asked:
    contract_id = ContractID(row.id)
    return Asked(
        form=Form.CONTRACT,
        form_id=row.id,
        public_id=row.public_id,
        round=row.round,
        chain=policy.read("contract", ContractPolicy).approvals,
        policy_version_id=policy.version_id,
        filed_by=row.filled_by,
        consultant_account=queries.get(session, actor.club.id, contract_id).consultant_account,
        others=beside.correctors(session, [contract_id]).get(contract_id, ()),
    )


def policy_of_day(session: Session, actor: Actor, at: Instant) -> Policy:
    """The policy of the club-local day."""
    return policies.policy_on(session, actor.club, local_day(at, actor.club.zone))
