"""Reading sales, and the guests in the house they are made to."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.auth.rules import may_be_public_id
from clubsales.clock import Instant, day_span
from clubsales.errors import NotFound
from clubsales.ids import (
    CardID,
    CardTypeID,
    ClubID,
    ConsultantID,
    PersonID,
    ReceptionID,
    SaleID,
)
from clubsales.membership.payments.rules import may_be_token
from clubsales.membership.sales.models import SaleRow
from clubsales.membership.sales.rules import Balance, ClosedAs, SaleKind
from clubsales.money import Currency, Money

# Guests, buyers and sellers are known by table name, as the database knows them: the floor's tables lie above this
# package, the others below it belong to their own subjects.
reception = sa.table(
    "reception",
    *(sa.column(name) for name in ("id", "public_id", "club_id", "person_id", "name", "status")),
    *(sa.column(name) for name in ("consultant_id", "arrived_at")),
)
person = sa.table("person", sa.column("id"), sa.column("public_id"), sa.column("name"))
consultant = sa.table("consultant", *(sa.column(name) for name in ("id", "public_id", "name", "club_id")))
member = sa.table("member", sa.column("organisation_id"), sa.column("person_id"))
posting = sa.table("posting", sa.column("sale_id"), sa.column("consultant_id"))
club = sa.table("club", sa.column("id"), sa.column("organisation_id"))
OPEN = "open"
IS_SALE = sa.or_(SaleRow.opened_by.is_not(None), SaleRow.first_receipt_at.is_not(None))


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestView:
    """A guest in the house, as somebody to sell to."""

    reception_id: ReceptionID
    public_id: str
    person_id: PersonID | None
    name: str
    consultant_id: ConsultantID | None
    consultant_public_id: str | None
    consultant_name: str
    is_member: bool | None  # None: nobody knows who it is


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleView:
    """A sale as it stands."""

    id: SaleID
    public_id: str
    guest_token: str
    club_id: ClubID
    card_type_id: CardTypeID
    title: str
    title_en: str
    kind: SaleKind
    list_price: Money | None
    balance: Balance
    person_id: PersonID | None
    person_public_id: str | None
    buyer: str
    reception_id: ReceptionID | None
    consultant_id: ConsultantID | None
    consultant_name: str
    is_self_purchase: bool  # bought on the club's own page, with nobody's help
    is_fee: bool  # for a service on a card: nobody's credit
    for_card_id: CardID | None  # which it renews, upgrades, transfers or serves
    trade_in: Money  # of the old card's worth
    starts_on: date | None  # the buyer's wish
    closed_at: Instant | None  # no money comes in any more
    closed_as: ClosedAs | None
    opened_at: Instant
    first_receipt_at: Instant | None
    paid_at: Instant | None

    def title_in(self, language: str) -> str:
        """What was sold, in a language."""
        return self.title_en if language.startswith("en") and self.title_en else self.title


@dataclass(frozen=True, slots=True, kw_only=True)
class DaySales:
    """A local day's sales, and what they add up to at their prices, fees for services on cards left out."""

    sales: list[SaleView]
    contracts: Money


def get(session: Session, club_id: ClubID, sale_id: SaleID) -> SaleView:
    """A sale of the club; raises NotFound."""
    return _one(session, SaleRow.club_id == club_id, SaleRow.id == sale_id)


def by_public_id(session: Session, club_id: ClubID, public_id: str) -> SaleView:
    """A sale of the club; raises NotFound."""
    if not may_be_public_id(public_id):
        raise NotFound
    return _one(session, SaleRow.club_id == club_id, SaleRow.public_id == public_id)


def by_guest_token(session: Session, guest_token: str) -> SaleView:
    """The sale a guest's own link opens; raises NotFound."""
    if not may_be_token(guest_token):
        raise NotFound
    return _one(session, SaleRow.guest_token == guest_token)


def sales_on(
    session: Session, club: Club, day: date, *, consultant_id: ConsultantID | None = None
) -> DaySales:
    """The sales opened on a club-local day, newest first; where asked, those that one consultant made or has credit of.

    What somebody chose on the club's own page is a sale once money has come for it.
    """
    start, end = day_span(day, club.zone)
    statement = _sales().where(
        SaleRow.club_id == club.id, SaleRow.opened_at >= start, SaleRow.opened_at < end, IS_SALE
    )
    if consultant_id is not None:
        has_credit = sa.exists().where(
            posting.c.sale_id == SaleRow.id, posting.c.consultant_id == consultant_id
        )
        statement = statement.where(sa.or_(SaleRow.consultant_id == consultant_id, has_credit))
    rows = session.execute(statement.order_by(SaleRow.opened_at.desc(), SaleRow.id.desc()))
    sales = [_sale(row) for row in rows]
    total = sum(sale.balance.price.minor for sale in sales if not sale.is_fee)
    return DaySales(sales=sales, contracts=Money(total, club.currency))


def of_person(session: Session, club_id: ClubID, person_id: PersonID) -> list[SaleView]:
    """What a person bought here, newest first; not what he only chose on the club's own page."""
    statement = _sales().where(SaleRow.club_id == club_id, SaleRow.person_id == person_id, IS_SALE)
    return [_sale(row) for row in session.execute(statement.order_by(SaleRow.opened_at.desc()))]


def guests_here(
    session: Session, club_id: ClubID, *, consultant_id: ConsultantID | None = None
) -> list[GuestView]:
    """The guests being received now, by arrival; those of one consultant where asked."""
    statement = _guests().where(reception.c.club_id == club_id, reception.c.status == OPEN)
    if consultant_id is not None:
        statement = statement.where(reception.c.consultant_id == consultant_id)
    return [
        _guest(row) for row in session.execute(statement.order_by(reception.c.arrived_at, reception.c.id))
    ]


def guest(session: Session, club_id: ClubID, public_id: str) -> GuestView:
    """A guest of the club, here or gone; raises NotFound."""
    if not may_be_public_id(public_id):
        raise NotFound
    statement = _guests().where(reception.c.club_id == club_id, reception.c.public_id == public_id)
    row = session.execute(statement).one_or_none()
    if row is None:
        raise NotFound
    return _guest(row)


def person_of_reception(session: Session, club_id: ClubID, reception_id: ReceptionID) -> PersonID | None:
    """Who a guest of the club is, if that is known; raises NotFound for another club's."""
    row = session.execute(
        sa.select(reception.c.person_id).where(reception.c.club_id == club_id, reception.c.id == reception_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return None if row.person_id is None else PersonID(row.person_id)


def balance_of(row: SaleRow) -> Balance:
    """A row's money as a value."""
    currency = Currency(row.currency)
    return Balance(
        price=Money(row.price_minor, currency),
        received=Money(row.received_minor, currency),
        refunded=Money(row.refunded_minor, currency),
    )


def _guests() -> sa.Select[Any]:
    return (
        sa.select(
            reception.c.id,
            reception.c.public_id,
            reception.c.person_id,
            reception.c.consultant_id,
            sa.func.coalesce(sa.func.nullif(person.c.name, ""), reception.c.name, "").label("name"),
            consultant.c.public_id.label("consultant_public_id"),
            consultant.c.name.label("consultant_name"),
            sa.exists()
            .where(member.c.organisation_id == club.c.organisation_id)
            .where(member.c.person_id == reception.c.person_id)
            .label("is_member"),
        )
        .select_from(reception)
        .join(club, club.c.id == reception.c.club_id)
        .outerjoin(person, person.c.id == reception.c.person_id)
        .outerjoin(consultant, consultant.c.id == reception.c.consultant_id)
    )


def _guest(row: sa.Row[Any]) -> GuestView:
    return GuestView(
        reception_id=ReceptionID(row.id),
        public_id=row.public_id,
        person_id=None if row.person_id is None else PersonID(row.person_id),
        name=row.name,
        consultant_id=None if row.consultant_id is None else ConsultantID(row.consultant_id),
        consultant_public_id=row.consultant_public_id,
        consultant_name=row.consultant_name or "",
        is_member=None if row.person_id is None else bool(row.is_member),
    )


def _sales() -> sa.Select[Any]:
    return (
        sa.select(
            *SaleRow.__table__.columns,
            person.c.public_id.label("person_public_id"),
            sa.func.coalesce(sa.func.nullif(person.c.name, ""), reception.c.name, "").label("buyer"),
            consultant.c.name.label("consultant_name"),
        )
        .select_from(SaleRow)
        .outerjoin(person, person.c.id == SaleRow.person_id)
        .outerjoin(reception, reception.c.id == SaleRow.reception_id)
        .outerjoin(consultant, consultant.c.id == SaleRow.consultant_id)
    )


def _one(session: Session, *conditions: sa.ColumnElement[bool]) -> SaleView:
    row = session.execute(_sales().where(*conditions)).one_or_none()
    if row is None:
        raise NotFound
    return _sale(row)


def _sale(row: sa.Row[Any]) -> SaleView:
    values = row._mapping
    currency = Currency(values["currency"])
    list_price = values["list_price_minor"]
    return SaleView(
        id=SaleID(values["id"]),
        public_id=values["public_id"],
        guest_token=values["guest_token"],
        club_id=ClubID(values["club_id"]),
        card_type_id=CardTypeID(values["card_type_id"]),
        title=values["card_type_name"],
        title_en=values["card_type_name_en"],
        kind=SaleKind(values["kind"]),
        list_price=None if list_price is None else Money(list_price, currency),
        balance=Balance(
            price=Money(values["price_minor"], currency),
            received=Money(values["received_minor"], currency),
            refunded=Money(values["refunded_minor"], currency),
        ),
        person_id=values["person_id"],
        person_public_id=values["person_public_id"],
        buyer=values["buyer"],
        reception_id=values["reception_id"],
        consultant_id=values["consultant_id"],
        consultant_name=values["consultant_name"] or "",
        is_self_purchase=values["opened_by"] is None,
        is_fee=values["is_fee"],
        for_card_id=values["for_card_id"],
        trade_in=Money(values["trade_in_minor"], currency),
        starts_on=values["starts_on"],
        closed_at=values["closed_at"],
        closed_as=ClosedAs(values["closed_as"]) if values["closed_as"] else None,
        opened_at=values["opened_at"],
        first_receipt_at=values["first_receipt_at"],
        paid_at=values["paid_at"],
    )
