"""Past sales slice by slice, and the settings of every policy they were decided under."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.clock import day_start, local_day
from clubsales.consultants.credits.queries import StoredHead
from clubsales.consultants.credits.rules import Basis, CreditPolicy
from clubsales.ids import ConsultantID, PersonID, PolicyVersionID, ReceptionID, SaleID
from clubsales.leads.attribution.cases import Case
from clubsales.leads.attribution.queries import settings_of
from clubsales.office.backtest.rules import MEMBERS, Book, Books, PastSale
from clubsales.office.backtest.tables import CREDIT, PAYMENT, POSTING, SALE
from clubsales.policies import VERSION, Policy
from clubsales.policy_documents import Document, overlay

AT_ONCE = 2_000  # sales
# The first line of a ledger is written with the first receipt, and says which it was.
PAST_SALES = (
    sa.select(
        SALE.c.id,
        SALE.c.person_id,
        SALE.c.reception_id,
        SALE.c.consultant_id,
        SALE.c.opened_by,
        SALE.c.first_receipt_at,
        PAYMENT.c.taken_by,
        *(column for column in CREDIT.c if column.name != "sale_id"),
        sa.null().label("working"),
    )
    .join_from(SALE, CREDIT, CREDIT.c.sale_id == SALE.c.id)
    .join(POSTING, (POSTING.c.sale_id == SALE.c.id) & (POSTING.c.sequence == 1), isouter=True)
    .join(PAYMENT, PAYMENT.c.public_id == POSTING.c.reference, isouter=True)
    .where(SALE.c.id > sa.bindparam("after"))
    .order_by(SALE.c.id)
    .limit(AT_ONCE)
)


def count_of(session: Session, club: Club, first: date, last: date) -> int:
    """How many sales of these club-local days are to be decided again."""
    statement = (
        sa.select(sa.func.count())
        .select_from(SALE)
        .join(CREDIT, CREDIT.c.sale_id == SALE.c.id)
        .where(*_paid_first(club, first, last))
    )
    return session.execute(statement).scalar_one()


def slices(session: Session, club: Club, first: date, last: date) -> Iterator[list[PastSale]]:
    """The sales whose first money came on these club-local days, a few thousand at a time."""
    statement = PAST_SALES.where(*_paid_first(club, first, last))
    after = 0
    while rows := session.execute(statement, {"after": after}).all():
        yield [_sale(row, club) for row in rows]
        after = rows[-1].id


def documents(session: Session, club: Club) -> dict[PolicyVersionID, Document]:
    """Every policy the club ever had."""
    rows = session.execute(sa.select(VERSION.c.id, VERSION.c.document).where(VERSION.c.club_id == club.id))
    return {PolicyVersionID(row.id): row.document for row in rows}


def books_of(
    policies: Mapping[PolicyVersionID, Document], changes: Mapping[str, Any]
) -> dict[PolicyVersionID, Books]:
    """The settings of each policy, as they were and with the change laid over them. Raises PolicyError."""
    return {
        version: Books(_book(Policy(version, document)), _book(Policy(version, overlay(document, changes))))
        for version, document in policies.items()
    }


def values_in(policies: Iterable[Document], setting: str) -> list[Any]:
    """The different values a setting had in these policies."""
    values: list[Any] = []
    for document in policies:
        value: Any = document
        for key in setting.split("."):
            value = value[key]
        if value not in values:
            values.append(value)
    return values


def _book(policy: Policy) -> Book:
    return Book(settings_of(policy), Basis(policy.read("credit", CreditPolicy).basis))


def _paid_first(club: Club, first: date, last: date) -> list[sa.ColumnElement[bool]]:
    return [
        SALE.c.club_id == club.id,
        SALE.c.first_receipt_at >= day_start(first, club.zone),
        SALE.c.first_receipt_at < day_start(last + timedelta(days=1), club.zone),
    ]


def _sale(row: Any, club: Club) -> PastSale:
    stored = StoredHead.of(row)
    return PastSale(
        id=SaleID(row.id),
        day=local_day(row.first_receipt_at, club.zone),
        case=Case(
            person_id=None if row.person_id is None else PersonID(row.person_id),
            reception_id=None if row.reception_id is None else ReceptionID(row.reception_id),
            seller=None if row.consultant_id is None else ConsultantID(row.consultant_id),
            taken_by=None if row.taken_by is None else ConsultantID(row.taken_by),
            self_purchase=row.opened_by is None,
            # No setting changes whether he was a member, and the decision of that day says it.
            buyer_is_member=stored.rule == MEMBERS,
            paid_at=row.first_receipt_at,
        ),
        head=stored.head,
        rule=stored.rule,
        reason=stored.reason,
        policy_version_id=stored.policy_version_id,
    )
