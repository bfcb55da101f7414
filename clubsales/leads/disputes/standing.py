"""What one has to know to open a case: the sale, its window, what somebody had to do with the buyer, cases before."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.clock import Instant, local_day
from clubsales.consultants.profiles.queries import ConsultantView
from clubsales.errors import NotFound
from clubsales.ids import ClubID, ConsultantID, PersonID, ReceptionID, SaleID
from clubsales.leads.disputes import queries
from clubsales.leads.disputes.queries import DisputeLine, DisputeView
from clubsales.leads.disputes.rules import Opening, Status
from clubsales.leads.disputes.tables import DISPUTE, SALE
from clubsales.leads.passes.queries import PASS, SHOWING
from clubsales.leads.touches.queries import TOUCH, restored_signals
from clubsales.leads.touches.rules import TouchKind

# What makes somebody's word about a guest worth hearing; a link to pay with does not.
TOUCHING = tuple(
    kind.value
    for kind in (
        *(TouchKind.VISIT, TouchKind.CAPTURED, TouchKind.CLAIMED, TouchKind.CONTACT),
        *(TouchKind.APPOINTMENT, TouchKind.PASS),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArguedSale:
    """A sale somebody may argue over, and who bought it."""

    id: SaleID
    person_id: PersonID | None
    reception_id: ReceptionID | None
    first_receipt_at: Instant | None


def first_receipt_day(session: Session, club: Club, sale_id: SaleID) -> date | None:
    """The club-local day of a sale's first money, from which the window runs; raises NotFound."""
    return _paid_on(_sale_of(session, club.id, sale_id), club)


def opening_of(
    session: Session, club: Club, sale_id: SaleID, who: ConsultantView, line: DisputeLine | None, today: date
) -> Opening:
    """The facts of somebody who wants to argue over a sale; `line` is its latest case. Raises NotFound."""
    sale = _sale_of(session, club.id, sale_id)
    decided = _decided_cases(session, club.id, sale_id)
    return Opening(
        first_receipt_day=_paid_on(sale, club),
        today=today,
        sells=who.kind is not None,
        has_touch=_has_touch(session, club.id, sale, who.id),
        running_of=line.opener if line is not None and line.is_running else None,
        was_party=any(who.id in each.parties for each in decided),
        had_last_word=any(each.appealed_at is not None for each in decided),
    )


def _paid_on(sale: ArguedSale, club: Club) -> date | None:
    return None if sale.first_receipt_at is None else local_day(sale.first_receipt_at, club.zone)


def _sale_of(session: Session, club_id: ClubID, sale_id: SaleID) -> ArguedSale:
    """A sale of the club; raises NotFound."""
    row = session.execute(
        sa.select(SALE.c.id, SALE.c.person_id, SALE.c.reception_id, SALE.c.first_receipt_at).where(
            SALE.c.club_id == club_id, SALE.c.id == sale_id
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return ArguedSale(
        id=SaleID(row.id),
        person_id=None if row.person_id is None else PersonID(row.person_id),
        reception_id=None if row.reception_id is None else ReceptionID(row.reception_id),
        first_receipt_at=row.first_receipt_at,
    )


def _has_touch(session: Session, club_id: ClubID, sale: ArguedSale, consultant_id: ConsultantID) -> bool:
    """Whether somebody had to do with the buyer, at the latest when the first money came."""
    until = sale.first_receipt_at
    if until is None:
        return False
    theirs = _of_buyer(sale, TOUCH.c.person_id, TOUCH.c.reception_id)
    found = session.execute(
        sa.select(TOUCH.c.consultant_id, TOUCH.c.signals).where(
            TOUCH.c.club_id == club_id,
            theirs,
            TOUCH.c.at <= until,
            TOUCH.c.kind.in_(TOUCHING),
            sa.or_(TOUCH.c.consultant_id == consultant_id, TOUCH.c.kind == TouchKind.VISIT.value),
        )
    )
    if any(
        row.consultant_id == consultant_id
        or any(signal.consultant_id == consultant_id for signal in restored_signals(row.signals))
        for row in found
    ):
        return True
    statement = sa.select(
        sa.exists().where(
            PASS.c.id == SHOWING.c.pass_id,
            PASS.c.club_id == club_id,
            PASS.c.consultant_id == consultant_id,
            _of_buyer(sale, SHOWING.c.person_id, SHOWING.c.reception_id),
            SHOWING.c.at <= until,
        )
    )
    return bool(session.execute(statement).scalar_one())


def _decided_cases(session: Session, club_id: ClubID, sale_id: SaleID) -> list[DisputeView]:
    """What was decided over a sale so far."""
    ids = session.scalars(
        sa.select(DISPUTE.c.id)
        .where(
            DISPUTE.c.club_id == club_id,
            DISPUTE.c.sale_id == sale_id,
            DISPUTE.c.status == Status.DECIDED.value,
        )
        .order_by(DISPUTE.c.id)
    )
    return [queries.by_id(session, club_id, dispute_id) for dispute_id in ids]


def _of_buyer(
    sale: ArguedSale, person: sa.ColumnElement[Any], reception: sa.ColumnElement[Any]
) -> sa.ColumnElement[bool]:
    same: list[sa.ColumnElement[bool]] = []
    if sale.person_id is not None:
        same.append(person == sale.person_id)
    if sale.reception_id is not None:
        same.append(reception == sale.reception_id)
    return sa.or_(sa.false(), *same)
