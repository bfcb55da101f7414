"""Making the papers of what was signed: by the worker, between two transactions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from clubsales import clubs, outbox
from clubsales.actor import Club, system_actor
from clubsales.clock import Instant
from clubsales.db import db, for_update, transact
from clubsales.ids import ClubID, ContractID
from clubsales.membership.contracts import queries as contracts
from clubsales.membership.contracts.queries import ContractView
from clubsales.membership.contracts.rules import BLANK, SIGNED
from clubsales.membership.documents import operations, printing
from clubsales.membership.documents.rules import CONTRACT
from clubsales.outbox import OutboxMessage
from clubsales.papers.render import NoFonts, PaperFailed, render_pdf

log: structlog.stdlib.BoundLogger = structlog.get_logger("clubsales.papers")

AT_A_TIME = 5
UNTIL_FONTS = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Order:
    """A paper to be made, and the message that asks for it."""

    message_id: int
    club: Club
    contract: ContractView
    data: Mapping[str, Any]


def make_due(at: Instant) -> int:
    """Make the papers that were asked for; what fails is tried later. Returns how many were made."""
    made = 0
    for order in _orders(at):
        try:
            content = render_pdf("contract", order.data)
        except NoFonts as failure:
            log.warning("no fonts for papers", contract=order.contract.public_id, reason=failure.reason)
            transact(lambda s, o=order: _wait(s, o, at))  # type: ignore[misc]
        except PaperFailed as failure:
            log.warning("paper failed", contract=order.contract.public_id, reason=failure.reason)
            reason = failure.reason
            transact(lambda s, o=order, r=reason: _put_off(s, o, r, at))  # type: ignore[misc]
        else:
            transact(lambda s, o=order, c=content: _keep(s, o, c, at))  # type: ignore[misc]
            made += 1
    return made


def _orders(at: Instant) -> list[Order]:
    messages = outbox.due(db.session, names=(SIGNED,), at=at, limit=AT_A_TIME)
    orders = []
    for message in messages:
        club = clubs.get(db.session, ClubID(message.payload["club"]))
        contract = contracts.get(db.session, club.id, ContractID(message.payload["contract"]))
        orders.append(Order(message.id, club, contract, printing.contract_paper(contract, club)))
    db.session.rollback()  # a paper takes its time: no transaction waits for it
    return orders


def _keep(session: Session, order: Order, content: bytes, at: Instant) -> None:
    message = _message(session, order)
    if message.done_at is not None:
        return
    actor = system_actor(order.club)
    contract = order.contract
    document_id = operations.keep(
        session,
        kind=CONTRACT,
        subject_id=contract.id,
        sale_id=contract.sale_id,
        language=contract.language,
        content=content,
        actor=actor,
        at=at,
    )
    address = contract.form["email"]
    if address != BLANK:
        operations.ask_mail(session, document_id=document_id, address=address, actor=actor, at=at)
    message.done_at = at


def _put_off(session: Session, order: Order, reason: str, at: Instant) -> None:
    message = _message(session, order)
    if message.done_at is None:
        outbox.put_off(message, error=reason, at=at)


def _wait(session: Session, order: Order, at: Instant) -> None:
    """Without fonts every paper fails: they wait for them, and none is given up."""
    _message(session, order).due_at = at + UNTIL_FONTS


def _message(session: Session, order: Order) -> OutboxMessage:
    statement = for_update(sa.select(OutboxMessage).where(OutboxMessage.id == order.message_id))
    message: OutboxMessage = session.scalars(statement.execution_options(populate_existing=True)).one()
    return message
