"""Signing a contract that everybody approved, and keeping it: promises, copies, the archive (CTR-04 to CTR-11)."""

from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit, outbox
from clubsales.actor import Actor
from clubsales.clock import Instant, local_day
from clubsales.errors import NotFound
from clubsales.ids import AccountID, ContractID, SaleID
from clubsales.membership.contracts import beside, queries
from clubsales.membership.contracts.digest import digest_of, digest_of_text
from clubsales.membership.contracts.events import ContractArchived, ContractSigned, CopyHanded, PromiseKept
from clubsales.membership.contracts.models import ContractPromiseRow
from clubsales.membership.contracts.operations import locked, policy_of_day
from clubsales.membership.contracts.queries import ContractView
from clubsales.membership.contracts.rules import (
    SERIES,
    SIGNED,
    ContractPolicy,
    ContractState,
    CoolingOffPolicy,
    Signing,
    cooling_off_until,
    holders_of,
    may_archive,
    may_sign,
    number_of,
)
from clubsales.membership.numbering.operations import next_number
from clubsales.membership.reservations import endings
from clubsales.membership.signature import may_stand
from clubsales.typed import one_line

Worded = Callable[[ContractView], Mapping[str, Any]]  # the whole text of a contract, in its buyer's language


def sign(
    session: Session,
    *,
    public_id: str,
    signature: str,
    present: AccountID | None,
    shown: str,
    promises_shown: bool,
    worded: Worded,
    actor: Actor,
    at: Instant,
) -> str:
    """Sign: the number is drawn, the text stands for good. Returns the number.

    `present` is who of the staff is beside the buyer, `shown` the digest of the text that was read. Raises NotFound,
    Refused(ContractRefused.NOT_APPROVED, SALE_OVER, ABSENT, PROMISES_NOT_SHOWN, CHANGED), Refused(SignatureRefused.*).
    """
    row = locked(session, public_id, actor)
    view = queries.get(session, actor.club.id, ContractID(row.id))
    text = dict(worded(view))
    today = local_day(at, actor.club.zone)
    may_sign(
        Signing(
            state=view.state,
            sale_is_over=view.is_over,
            present=present,
            consultant_account=view.who_must_be_there(today),
            promises=len(view.promises),
            promises_shown=promises_shown,
            shown=shown,
            text=digest_of_text(text),
        )
    ).or_raise()
    may_stand(signature).or_raise()
    assert present is not None
    policy = policy_of_day(session, actor, at)
    rules = policy.read("contract", ContractPolicy)
    month = f"{today:%Y%m}"
    sequence = next_number(session, club_id=actor.club.id, series=SERIES, period=month)
    number = number_of(rules.number, club=actor.club.code, month=month, sequence=sequence)
    text["number"] = number
    row.number, row.month, row.sequence = number, month, sequence
    row.signed_at, row.signed_with, row.signature = at, present, signature
    row.text, row.digest = text, digest_of(text=text, signature=signature, signed_at=at)
    row.cooling_off_until = cooling_off_until(today, policy.read("refund", CoolingOffPolicy))
    row.policy_version_id = policy.version_id
    row.state = ContractState.SIGNED.value
    session.flush()
    _keep_beside(session, view, rules.copies, actor)
    endings.copies_back(session, sale_id=view.sale_id, actor=actor, at=at)
    outbox.enqueue(session, SIGNED, {"club": actor.club.id, "contract": row.id}, at=at)
    event = ContractSigned(ContractID(row.id), SaleID(row.sale_id), number, row.digest, present)
    audit.record(session, event, actor=actor, at=at)
    return number


def archive(session: Session, *, public_id: str, place: str, actor: Actor, at: Instant) -> None:
    """Note where the company's copy lies, which it has with that (CTR-07).

    Raises NotFound, Refused(ContractRefused.NOT_SIGNED, PLACE).
    """
    row = locked(session, public_id, actor)
    place = one_line(place)
    may_archive(ContractState(row.state), place).or_raise()
    row.state = ContractState.ARCHIVED.value
    row.archived_at, row.archived_by, row.archive_place = at, actor.account_id, place
    session.execute(
        sa.update(beside.COPY)
        .where(
            beside.COPY.c.form == "contract",
            beside.COPY.c.form_id == row.id,
            beside.COPY.c.holder == "company",
            beside.COPY.c.handed_at.is_(None),
        )
        .values(handed_at=at, handed_by=actor.account_id)
    )
    audit.record(session, ContractArchived(ContractID(row.id), place), actor=actor, at=at)


def keep_promise(session: Session, *, public_id: str, position: int, actor: Actor, at: Instant) -> None:
    """Note that a promise was kept; said twice, the first counts. Raises NotFound."""
    row = locked(session, public_id, actor)
    kept = session.execute(
        sa.update(beside.PROMISE)
        .where(
            beside.PROMISE.c.contract_id == row.id,
            beside.PROMISE.c.position == position,
            beside.PROMISE.c.kept_at.is_(None),
        )
        .values(kept_at=at, kept_by=actor.account_id)
        .returning(beside.PROMISE.c.id)
    ).one_or_none()
    if kept is not None:
        audit.record(session, PromiseKept(ContractID(row.id), position), actor=actor, at=at)
    elif position not in {each.position for each in beside.promises_of(session, ContractID(row.id))}:
        raise NotFound


def hand_copy(session: Session, *, public_id: str, copy: int, actor: Actor, at: Instant) -> None:
    """Note that a copy was handed over; said twice, the first counts. Raises NotFound."""
    row = locked(session, public_id, actor)
    handed = session.execute(
        sa.update(beside.COPY)
        .where(
            beside.COPY.c.form == "contract",
            beside.COPY.c.form_id == row.id,
            beside.COPY.c.copy == copy,
            beside.COPY.c.handed_at.is_(None),
        )
        .values(handed_at=at, handed_by=actor.account_id)
        .returning(beside.COPY.c.id)
    ).one_or_none()
    if handed is not None:
        audit.record(session, CopyHanded(ContractID(row.id), copy), actor=actor, at=at)
    elif copy not in {each.copy for each in beside.copies_of(session, ContractID(row.id))}:
        raise NotFound


def _keep_beside(session: Session, view: ContractView, copies: int, actor: Actor) -> None:
    """The promises that were signed, and the copies that are to be handed over."""
    for position, promise in enumerate(view.promises, start=1):
        session.add(
            ContractPromiseRow(
                contract_id=view.id,
                position=position,
                kind=promise.kind.value,
                text=promise.text,
                due_on=promise.due_on,
            )
        )
    rows = [
        {"club_id": actor.club.id, "form": "contract", "form_id": view.id, "copy": copy, "holder": holder}
        for copy, holder in enumerate(holders_of(copies), start=1)
    ]
    if rows:
        session.execute(sa.insert(beside.COPY), rows)
