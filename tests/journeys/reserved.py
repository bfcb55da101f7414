"""Reservations in every state that something can be done in, and a sale whose instalment is overdue."""

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.clock import Instant, local_day
from clubsales.leads.people import operations as people
from clubsales.membership.payments.rules import Method
from clubsales.membership.receivables.models import InstalmentRow
from clubsales.membership.receivables.operations import agree
from clubsales.membership.receivables.rules import Part
from clubsales.membership.reservations import operations, queries
from clubsales.membership.reservations.models import ReservationRow
from tests.builders import Cast, consultant_of, yuan

LONG_NAME = "Maximiliane Konstantinopolskaja-Wolfeschlegelsteinhausen"


@dataclass(frozen=True)
class Reserved:
    """The public ids, all of them Lin's."""

    asked: str  # finance answers next
    approved: str
    refused: str
    held: str
    withdrawing: str  # the manager is to consent
    paying_out: str
    lapsed: str  # the manager is to decide
    overdue_sale: str


def reserve(session: Session, cast: Cast, *, at: Instant) -> Reserved:
    """One form in each state, of different customers."""
    forms = [_filed(session, cast, place, at=at) for place in range(8)]
    asked, approved, refused, held, withdrawing, paying_out, lapsed, late = forms
    operations.answer(
        session, public_id=refused, approved=False, reason="缺身份证复印件", actor=cast.finance, at=at
    )
    for each in (approved, held, withdrawing, paying_out, lapsed, late):
        for actor in (cast.finance, cast.manager):
            operations.answer(session, public_id=each, approved=True, actor=actor, at=at)
    for each in (held, withdrawing, paying_out, lapsed, late):
        operations.take_deposit(
            session, public_id=each, amount=yuan("100.00"), method=Method.CARD, actor=cast.finance, at=at
        )
    for each in (withdrawing, paying_out):
        operations.ask_withdrawal(session, public_id=each, reason="搬到外地", actor=cast.lin, at=at)
    operations.consent(session, public_id=paying_out, agreed=True, actor=cast.manager, at=at)
    session.flush()
    session.execute(
        sa.update(ReservationRow)
        .where(ReservationRow.public_id == lapsed)
        .values(valid_until=local_day(at, cast.club.zone) - timedelta(days=1))
    )
    operations.tend(session, public_id=lapsed, actor=cast.system, at=at)
    session.flush()
    return Reserved(
        asked, approved, refused, held, withdrawing, paying_out, lapsed, _late(session, cast, late, at=at)
    )


def _late(session: Session, cast: Cast, public_id: str, *, at: Instant) -> str:
    """The sale of a reservation, with an instalment due yesterday."""
    view = queries.by_public_id(session, cast.club.id, public_id)
    today = local_day(at, cast.club.zone)
    parts = [Part(today, yuan("1880.00")), Part(today + timedelta(days=30), yuan("2000.00"))]
    agree(session, sale_id=view.sale_id, parts=parts, actor=cast.lin, at=at)
    session.execute(
        sa.update(InstalmentRow)
        .where(InstalmentRow.sale_id == view.sale_id, InstalmentRow.position == 1)
        .values(due_on=today - timedelta(days=1))
    )
    return view.sale_public_id


def _filed(session: Session, cast: Cast, place: int, *, at: Instant) -> str:
    name = LONG_NAME if place == 0 else f"认购客人{place}"
    guest = people.find_or_add(session, e164=f"+861350013800{place}", name=name, actor=cast.lin, at=at)
    return operations.file(
        session,
        card_type_id=cast.annual.id,
        person_id=guest,
        consultant_id=consultant_of(cast.lin),
        note="下周来签约",
        charges_shown=True,
        actor=cast.lin,
        at=at,
    )
