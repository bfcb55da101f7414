"""Keeping papers that were made, and asking for them to be sent."""

import hashlib

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.db import for_update
from clubsales.ids import ContractID, DocumentID, SaleID
from clubsales.membership.documents import queries
from clubsales.membership.documents.events import MailAsked, MailSent, PaperAskedAgain, PaperMade
from clubsales.membership.documents.models import DocumentRow, MailRow
from clubsales.membership.documents.rules import (
    MOST_TRIES,
    MailState,
    after_failure,
    is_due,
    may_be_address,
)

AT_A_TIME = 20


def keep(
    session: Session,
    *,
    kind: str,
    subject_id: int,
    sale_id: SaleID | None,
    language: str,
    content: bytes,
    actor: Actor,
    at: Instant,
) -> DocumentID:
    """Keep a paper for good; made twice, the first one counts."""
    known = session.scalar(
        sa.select(queries.DOCUMENT.c.id).where(
            queries.DOCUMENT.c.kind == kind,
            queries.DOCUMENT.c.subject_id == subject_id,
            queries.DOCUMENT.c.language == language,
        )
    )
    if known is not None:
        return DocumentID(known)
    row = DocumentRow(
        club_id=actor.club.id,
        sale_id=sale_id,
        kind=kind,
        subject_id=subject_id,
        language=language,
        digest=hashlib.sha256(content).hexdigest(),
        content=content,
        made_at=at,
    )
    session.add(row)
    session.flush()
    audit.record(session, PaperMade(DocumentID(row.id), kind, row.digest), actor=actor, at=at)
    return DocumentID(row.id)


def make_again(session: Session, *, contract_id: ContractID, actor: Actor, at: Instant) -> None:
    """Have the paper of a signed contract made now, though it failed; one that is made stays as it is."""
    asked = session.execute(
        sa.update(queries.ORDER)
        .where(*queries.ordered(contract_id))
        .values(attempts=0, due_at=at)
        .returning(queries.ORDER.c.id)
    ).all()
    if asked:
        audit.record(session, PaperAskedAgain(contract_id), actor=actor, at=at)


def ask_mail(session: Session, *, document_id: DocumentID, address: str, actor: Actor, at: Instant) -> None:
    """Have a paper sent to an address; one that failed, or was sent, is sent again.

    Raises Refused(DocumentRefused.ADDRESS).
    """
    may_be_address(address).or_raise()
    row = session.scalars(
        for_update(sa.select(MailRow).where(MailRow.document_id == document_id, MailRow.address == address))
    ).one_or_none()
    if row is None:
        session.add(
            MailRow(
                club_id=actor.club.id,
                document_id=document_id,
                address=address,
                state=MailState.WAITING.value,
                asked_at=at,
            )
        )
        session.flush()
    elif row.state != MailState.WAITING.value:
        row.state, row.tries, row.failure, row.asked_at = MailState.WAITING.value, 0, "", at
    audit.record(session, MailAsked(document_id), actor=actor, at=at)


def take_due(session: Session, *, at: Instant) -> list[MailRow]:
    """The mails to be sent now; each is counted as tried before it is, so that a worker that ends does not repeat it for ever."""
    rows = session.scalars(
        for_update(
            sa.select(MailRow)
            .where(MailRow.state == MailState.WAITING.value, MailRow.tries < MOST_TRIES)
            .order_by(MailRow.id)
            .limit(AT_A_TIME),
            skip_locked=True,
        )
    )
    due = [row for row in rows if is_due(row.asked_at, row.tries, at)]
    for row in due:
        row.tries += 1
    return due


def note_sent(session: Session, *, mail_id: int, actor: Actor, at: Instant) -> None:
    """The mail server took it."""
    row = session.scalars(for_update(sa.select(MailRow).where(MailRow.id == mail_id))).one()
    row.state, row.sent_at, row.failure = MailState.SENT.value, at, ""
    audit.record(session, MailSent(DocumentID(row.document_id)), actor=actor, at=at)


def note_failed(session: Session, *, mail_id: int, failure: str) -> None:
    """The mail server did not take it; after some tries nobody tries any more."""
    row = session.scalars(for_update(sa.select(MailRow).where(MailRow.id == mail_id))).one()
    row.state, row.failure = after_failure(row.tries).value, failure[:500]
