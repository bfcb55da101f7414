"""What happened to papers."""

from dataclasses import dataclass
from typing import ClassVar

from clubsales.audit import Event
from clubsales.ids import ContractID, DocumentID


@dataclass(frozen=True, slots=True)
class PaperMade(Event):
    tag: ClassVar[str] = "document:made"
    subject: ClassVar[str] = "document_id"
    document_id: DocumentID
    kind: str
    digest: str


@dataclass(frozen=True, slots=True)
class PaperAskedAgain(Event):
    """Somebody asked for a paper that had failed."""

    tag: ClassVar[str] = "document:asked_again"
    subject: ClassVar[str] = "contract_id"
    contract_id: ContractID


@dataclass(frozen=True, slots=True)
class MailAsked(Event):
    """Somebody asked for a paper to be sent; where to stands with the mail."""

    tag: ClassVar[str] = "document:mail_asked"
    subject: ClassVar[str] = "document_id"
    document_id: DocumentID


@dataclass(frozen=True, slots=True)
class MailSent(Event):
    tag: ClassVar[str] = "document:mail_sent"
    subject: ClassVar[str] = "document_id"
    document_id: DocumentID
