"""Reading what is still to come in: the plan of a sale, the club's ledger, how much was collected."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.auth.tables import ACCOUNT
from clubsales.clock import Instant, local_day
from clubsales.consultants.profiles.tables import CONSULTANT
from clubsales.db import table_of
from clubsales.ids import ConsultantID, PersonID, SaleID
from clubsales.membership.receivables.models import InstalmentRow
from clubsales.membership.receivables.rules import (
    Collection,
    Part,
    PartStanding,
    Standing,
    collected,
    is_to_remind,
    stand,
)
from clubsales.membership.sales.models import SaleRow
from clubsales.money import Currency, Money

INSTALMENT, SALE = table_of(InstalmentRow), table_of(SaleRow)
IN_FORCE = INSTALMENT.c.superseded_at.is_(None)
person = sa.table("person", *(sa.column(name) for name in ("id", "public_id", "name")))
CONFIRMER = ACCOUNT.alias("confirmer")


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalmentView:
    """A part of a plan as it stands; `confirmed_by` has confirmed it as arrears."""

    id: int
    position: int
    standing: PartStanding
    reminded_at: Instant | None
    confirmed_at: Instant | None
    confirmed_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Receivable:
    """A sale that money is still to come for, and when; no parts: no days were agreed."""

    sale_id: SaleID
    sale_public_id: str
    title: str
    title_en: str
    buyer: str
    person_id: PersonID | None
    consultant_id: ConsultantID | None
    consultant: str
    opened_at: Instant
    price: Money
    received: Money
    refunded: Money
    is_closed: bool
    parts: tuple[InstalmentView, ...]

    def title_in(self, language: str) -> str:
        """What was sold, in a language."""
        return self.title_en if language.startswith("en") and self.title_en else self.title

    @property
    def outstanding(self) -> Money:
        """What is still to come; nothing any more once the sale is closed, or money went back."""
        is_over = self.is_closed or bool(self.refunded)
        return Money.zero(self.price.currency) if is_over else self.price - self.received

    @property
    def late(self) -> tuple[InstalmentView, ...]:
        """The parts that are overdue."""
        if not self.outstanding:
            return ()
        return tuple(part for part in self.parts if part.standing.standing is Standing.OVERDUE)

    @property
    def overdue(self) -> Money:
        """How much is overdue."""
        return sum((part.standing.outstanding for part in self.late), Money.zero(self.price.currency))

    @property
    def following(self) -> InstalmentView | None:
        """The first part that is not paid."""
        return next((part for part in self.parts if part.standing.standing is not Standing.PAID), None)

    @property
    def is_confirmed(self) -> bool:
        """Whether everything overdue has been confirmed as arrears."""
        return bool(self.late) and all(part.confirmed_at is not None for part in self.late)


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectorLine:
    """What was due in a month from one consultant's buyers, and what of it is here (RCV-03, RCV-05)."""

    consultant_id: ConsultantID | None
    name: str
    collection: Collection


def of_sale(session: Session, club: Club, sale_id: SaleID, today: date) -> Receivable | None:
    """What is to come for a sale, with its plan; None for another club's."""
    return next(iter(_read(session, club, today, SALE.c.id == sale_id)), None)


def ledger(
    session: Session, club: Club, today: date, *, consultant_id: ConsultantID | None = None
) -> list[Receivable]:
    """Everything still to come in, what is overdue longest first, then by the next day; of one consultant where asked.

    A sale is here once money has come for it or days were agreed: before that it is an offer.
    """
    has_plan = sa.exists().where(INSTALMENT.c.sale_id == SALE.c.id, IN_FORCE)
    conditions = [
        SALE.c.received_minor < SALE.c.price_minor,
        SALE.c.closed_at.is_(None),
        sa.or_(SALE.c.received_minor > SALE.c.refunded_minor, has_plan),
    ]
    if consultant_id is not None:
        conditions.append(SALE.c.consultant_id == consultant_id)
    found = [each for each in _read(session, club, today, *conditions) if each.outstanding]
    return sorted(found, key=lambda each: (_next_day(each), each.opened_at, each.sale_id))


def collection(
    session: Session,
    club: Club,
    *,
    first: date,
    last: date,
    today: date,
    consultant_id: ConsultantID | None = None,
) -> list[CollectorLine]:
    """What was due in some days of each consultant's buyers and what of it is here, by name; the house last."""
    due_then = sa.exists().where(
        INSTALMENT.c.sale_id == SALE.c.id, IN_FORCE, INSTALMENT.c.due_on >= first, INSTALMENT.c.due_on <= last
    )
    conditions = [due_then, SALE.c.closed_at.is_(None)]
    if consultant_id is not None:
        conditions.append(SALE.c.consultant_id == consultant_id)
    zero = Money.zero(club.currency)
    sums: dict[ConsultantID | None, tuple[str, Collection]] = {}
    for each in _read(session, club, today, *conditions):
        more = collected([part.standing for part in each.parts], first=first, last=last, zero=zero)
        name, before = sums.get(each.consultant_id, (each.consultant, Collection(zero, zero)))
        sums[each.consultant_id] = (
            name,
            Collection(before.due + more.due, before.collected + more.collected),
        )
    lines = [
        CollectorLine(consultant_id=who, name=name, collection=sum_) for who, (name, sum_) in sums.items()
    ]
    return sorted(lines, key=lambda line: (line.consultant_id is None, line.name))


def parts_of(session: Session, sale_id: SaleID, currency: Currency) -> tuple[Part, ...]:
    """The plan of a sale as it was agreed, by day."""
    rows = session.execute(
        sa.select(INSTALMENT.c.due_on, INSTALMENT.c.amount_minor)
        .where(INSTALMENT.c.sale_id == sale_id, IN_FORCE)
        .order_by(INSTALMENT.c.position)
    )
    return tuple(Part(row.due_on, Money(row.amount_minor, currency)) for row in rows)


def to_remind(session: Session, club: Club, today: date) -> list[tuple[Receivable, InstalmentView]]:
    """Parts whose consultant is to be reminded today."""
    is_due = sa.exists().where(INSTALMENT.c.sale_id == SALE.c.id, IN_FORCE, INSTALMENT.c.due_on <= today)
    unpaid = _read(
        session,
        club,
        today,
        is_due,
        SALE.c.received_minor < SALE.c.price_minor,
        SALE.c.closed_at.is_(None),
        SALE.c.consultant_id.is_not(None),
        SALE.c.person_id.is_not(None),
    )
    return [
        (each, part)
        for each in unpaid
        if each.outstanding
        for part in each.parts
        if is_to_remind(
            part.standing,
            reminded_on=local_day(part.reminded_at, club.zone) if part.reminded_at else None,
            today=today,
        )
    ]


def _next_day(receivable: Receivable) -> date:
    following = receivable.following
    return date.max if following is None else following.standing.part.due_on


def _read(session: Session, club: Club, today: date, *conditions: sa.ColumnElement[bool]) -> list[Receivable]:
    statement: sa.Select[Any] = (
        sa.select(*SALE.c, person.c.name.label("buyer"), CONSULTANT.c.name.label("consultant_name"))
        .select_from(SALE)
        .outerjoin(person, person.c.id == SALE.c.person_id)
        .outerjoin(CONSULTANT, CONSULTANT.c.id == SALE.c.consultant_id)
        .where(SALE.c.club_id == club.id, *conditions)
        .order_by(SALE.c.id)
    )
    rows = session.execute(statement).all()
    plans = _plans(session, [row.id for row in rows])
    return [_receivable(row, plans.get(row.id, ()), today) for row in rows]


def _plans(session: Session, sale_ids: Sequence[int]) -> Mapping[int, Sequence[sa.Row[Any]]]:
    found: dict[int, list[sa.Row[Any]]] = {}
    if sale_ids:
        rows = session.execute(
            sa.select(INSTALMENT, CONFIRMER.c.name.label("confirmer"))
            .join_from(INSTALMENT, CONFIRMER, CONFIRMER.c.id == INSTALMENT.c.confirmed_by, isouter=True)
            .where(INSTALMENT.c.sale_id.in_(sale_ids), IN_FORCE)
            .order_by(INSTALMENT.c.sale_id, INSTALMENT.c.position)
        )
        for row in rows:
            found.setdefault(row.sale_id, []).append(row)
    return found


def _receivable(row: sa.Row[Any], plan: Sequence[sa.Row[Any]], today: date) -> Receivable:
    currency = Currency(row.currency)
    price, received = Money(row.price_minor, currency), Money(row.received_minor, currency)
    parts = [Part(part.due_on, Money(part.amount_minor, currency)) for part in plan]
    standings = stand(parts, price=price, received=received, today=today)
    return Receivable(
        sale_id=SaleID(row.id),
        sale_public_id=row.public_id,
        title=row.card_type_name,
        title_en=row.card_type_name_en,
        buyer=row.buyer or "",
        person_id=row.person_id,
        consultant_id=row.consultant_id,
        consultant=row.consultant_name or "",
        opened_at=row.opened_at,
        price=price,
        received=received,
        refunded=Money(row.refunded_minor, currency),
        is_closed=row.closed_at is not None,
        parts=tuple(
            InstalmentView(
                id=part.id,
                position=part.position,
                standing=standing,
                reminded_at=part.reminded_at,
                confirmed_at=part.confirmed_at,
                confirmed_by=part.confirmer or "",
            )
            for part, standing in zip(plan, standings, strict=True)
        ),
    )
