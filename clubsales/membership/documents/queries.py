"""Reads of papers and of mails on their way."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.auth.rules import may_be_public_id
from clubsales.clock import Instant
from clubsales.db import table_of
from clubsales.errors import NotFound
from clubsales.ids import ClubID, ContractID, DocumentID, SaleID
from clubsales.membership.contracts.rules import SIGNED
from clubsales.membership.documents.models import DocumentRow, MailRow
from clubsales.membership.documents.rules import CONTRACT, MailState, PaperState, state_of_paper
from clubsales.membership.payments.rules import may_be_token
from clubsales.outbox import GIVE_UP_AFTER, OutboxMessage
from clubsales.papers.render import fonts_are_there

DOCUMENT, MAIL, ORDER = table_of(DocumentRow), table_of(MailRow), table_of(OutboxMessage)
WITHOUT_CONTENT = sa.select(*(column for column in DOCUMENT.c if column.name != "content"))


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentView:
    """A paper that was made, without its bytes."""

    id: DocumentID
    public_id: str
    link_token: str
    club_id: ClubID
    sale_id: SaleID | None
    kind: str
    subject_id: int
    language: str
    digest: str
    made_at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class MailView:
    """A mail, and what became of it."""

    address: str
    state: MailState
    tries: int
    failure: str
    asked_at: Instant
    sent_at: Instant | None


def of_contract(session: Session, contract_id: ContractID) -> DocumentView | None:
    """The paper of a signed contract, once the worker has made it."""
    row = session.execute(
        WITHOUT_CONTENT.where(DOCUMENT.c.kind == CONTRACT, DOCUMENT.c.subject_id == contract_id)
    ).one_or_none()
    return None if row is None else _view(row)


def paper_state(session: Session, contract_id: ContractID) -> PaperState:
    """Where the paper of a signed contract stands."""
    is_made = of_contract(session, contract_id) is not None
    failures = None if is_made else session.scalar(sa.select(ORDER.c.attempts).where(*ordered(contract_id)))
    return state_of_paper(
        is_made=is_made, with_fonts=fonts_are_there(), failures=failures or 0, most=GIVE_UP_AFTER
    )


def ordered(contract_id: ContractID) -> tuple[sa.ColumnElement[bool], ...]:
    """What finds the message by which a contract's paper is asked for, while it is not made."""
    is_its = ORDER.c.payload["contract"].as_integer() == contract_id
    return ORDER.c.done_at.is_(None), ORDER.c.name == SIGNED, is_its


def by_id(session: Session, document_id: DocumentID) -> DocumentView:
    """A paper, whosever it is; raises NotFound."""
    return _one(session, DOCUMENT.c.id == document_id)


def by_public_id(session: Session, club_id: ClubID, public_id: str) -> DocumentView:
    """A paper of the club; raises NotFound."""
    if not may_be_public_id(public_id):
        raise NotFound
    return _one(session, DOCUMENT.c.club_id == club_id, DOCUMENT.c.public_id == public_id)


def by_link_token(session: Session, link_token: str) -> DocumentView:
    """The paper whose unguessable link this is; raises NotFound."""
    if not may_be_token(link_token):
        raise NotFound
    return _one(session, DOCUMENT.c.link_token == link_token)


def content_of(session: Session, document_id: DocumentID) -> bytes:
    """The bytes of a paper."""
    return bytes(
        session.execute(sa.select(DOCUMENT.c.content).where(DOCUMENT.c.id == document_id)).scalar_one()
    )


def mails_of(session: Session, document_id: DocumentID) -> list[MailView]:
    """The mails a paper was sent with, the latest first."""
    rows = session.execute(
        sa.select(MAIL).where(MAIL.c.document_id == document_id).order_by(MAIL.c.id.desc())
    )
    return [
        MailView(
            address=row.address,
            state=MailState(row.state),
            tries=row.tries,
            failure=row.failure,
            asked_at=row.asked_at,
            sent_at=row.sent_at,
        )
        for row in rows
    ]


def _one(session: Session, *conditions: sa.ColumnElement[bool]) -> DocumentView:
    row = session.execute(WITHOUT_CONTENT.where(*conditions)).one_or_none()
    if row is None:
        raise NotFound
    return _view(row)


def _view(row: Any) -> DocumentView:
    return DocumentView(
        id=DocumentID(row.id),
        public_id=row.public_id,
        link_token=row.link_token,
        club_id=ClubID(row.club_id),
        sale_id=None if row.sale_id is None else SaleID(row.sale_id),
        kind=row.kind,
        subject_id=row.subject_id,
        language=row.language,
        digest=row.digest,
        made_at=row.made_at,
    )
