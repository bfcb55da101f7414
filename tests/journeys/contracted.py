"""Contracts in every state that something can be done in, all of them Lin's."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from clubsales.clock import Instant, local_day
from clubsales.db import insert_waiting
from clubsales.ids import SaleID
from clubsales.leads.people import operations as people
from clubsales.membership.contracts import operations, queries, signing, wording
from clubsales.membership.contracts.digest import digest_of_text
from clubsales.membership.contracts.rules import Field, Filled, Promise, PromiseKind
from clubsales.membership.documents import operations as documents
from clubsales.membership.documents.models import DocumentRow
from clubsales.membership.documents.rules import CONTRACT
from clubsales.membership.sales import operations as sales
from clubsales.membership.sales import queries as sale_queries
from clubsales.membership.sales.rules import SaleKind
from clubsales.policies import policy_on
from tests.builders import Cast, consultant_of

DRAWN = "M40 100L120 60L200 140M220 100L300 90"
LONG_PROMISE = "Umfangreiche-Körperzusammensetzungsanalyse-mit-Trainingsplanbesprechung 每季度一次"


@dataclass(frozen=True)
class Contracted:
    """Public ids of contracts by their state; `shown` is the digest of the approved one's text."""

    bare_sale: str  # has no form yet
    draft: str
    submitted: str  # finance answers next
    approved: str
    shown: str
    signed: str
    guest_token: str  # of the signed one's sale
    paper_token: str


def contract(session: Session, cast: Cast, *, at: Instant) -> Contracted:
    """One form in each state."""
    bare = _sale(session, cast, 0, at=at)
    draft, submitted, approved, signed = (
        _form(session, cast, _sale(session, cast, place, at=at), at=at) for place in range(1, 5)
    )
    for public_id in (submitted, approved, signed):
        operations.submit(session, public_id=public_id, actor=cast.lin, at=at)
    for public_id in (approved, signed):
        for who in (cast.finance, cast.supervisor, cast.manager):
            operations.answer(session, public_id=public_id, approved=True, reason="", actor=who, at=at)
    session.flush()
    _sign(session, cast, signed, at=at)
    kept = queries.by_public_id(session, cast.club.id, signed)
    document_id = documents.keep(
        session,
        kind=CONTRACT,
        subject_id=kept.id,
        sale_id=kept.sale_id,
        language=kept.language,
        content=b"%PDF-1.7 contract",
        actor=cast.system,
        at=at,
    )
    row = session.get(DocumentRow, document_id)
    assert row is not None
    return Contracted(
        bare_sale=sale_queries.get(session, cast.club.id, bare).public_id,
        draft=draft,
        submitted=submitted,
        approved=approved,
        shown=digest_of_text(_text(session, cast, approved, at=at)),
        signed=signed,
        guest_token=kept.guest_token,
        paper_token=row.link_token,
    )


def _sale(session: Session, cast: Cast, place: int, *, at: Instant) -> SaleID:
    person = people.find_or_add(
        session, e164=f"+86139005500{place:02}", name=f"签约客户{place}", actor=cast.lin, at=at
    )
    return sales.open_sale(
        session,
        card_type_id=cast.annual.id,
        price=None,
        kind=SaleKind.NEW,
        person_id=person,
        reception_id=None,
        consultant_id=consultant_of(cast.lin),
        actor=cast.lin,
        at=at,
    )


def _form(session: Session, cast: Cast, sale_id: SaleID, *, at: Instant) -> str:
    insert_waiting(session)  # the lines of the sale, which the contract reads
    session.flush()
    filled = Filled(
        fields={
            Field.BUYER: "欧阳静怡",
            Field.PHONE: "+8613900550001",
            Field.PAPERS: "id_card,residence_permit",
            Field.PAYMENT: "签约时一次付清",
            Field.EMAIL: "ouyang@example.com",
        },
        promises=(Promise(kind=PromiseKind.GIFT, text=LONG_PROMISE),),
    )
    return operations.fill(session, sale_id=sale_id, filled=filled, actor=cast.lin, at=at)


def _text(session: Session, cast: Cast, public_id: str, *, at: Instant) -> dict[str, object]:
    policy = policy_on(session, cast.club, local_day(at, cast.club.zone))
    view = queries.by_public_id(session, cast.club.id, public_id)
    return wording.text_of(session, view, club=cast.club, policy=policy)


def _sign(session: Session, cast: Cast, public_id: str, *, at: Instant) -> None:
    text = _text(session, cast, public_id, at=at)
    signing.sign(
        session,
        public_id=public_id,
        signature=DRAWN,
        present=cast.lin.account_id,
        shown=digest_of_text(text),
        promises_shown=True,
        worded=lambda _view: text,
        actor=cast.lin,
        at=at,
    )
