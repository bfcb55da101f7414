"""What must hold of reservations; each check yields a sentence per fault. Run by `clubsales check`."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.db import table_of
from clubsales.membership.numbering.models import NumberSeriesRow
from clubsales.membership.payments.models import PaymentRow
from clubsales.membership.reservations.models import ReservationRow
from clubsales.membership.reservations.rules import KEEPS_PLACE, NUMBERS, State

RESERVATION, PAYMENT, SERIES = table_of(ReservationRow), table_of(PaymentRow), table_of(NumberSeriesRow)


def numbers_have_no_gap(session: Session) -> Iterator[str]:
    """The ledger of deposits counts from 1 without a gap, up to the last number drawn."""
    drawn = {
        row.club_id: row.last
        for row in session.execute(
            sa.select(SERIES.c.club_id, SERIES.c.last).where(SERIES.c.series == NUMBERS)
        )
    }
    counted = session.execute(
        sa.select(RESERVATION.c.club_id, sa.func.count(RESERVATION.c.number).label("lines"))
        .where(RESERVATION.c.number.is_not(None))
        .group_by(RESERVATION.c.club_id)
    )
    lines = {row.club_id: row.lines for row in counted}
    for club_id in sorted(drawn.keys() | lines.keys()):
        if drawn.get(club_id, 0) != lines.get(club_id, 0):
            yield (
                f"club {club_id}: {lines.get(club_id, 0)} lines in the ledger of deposits, "
                f"{drawn.get(club_id, 0)} numbers drawn"
            )


def a_line_of_the_ledger_has_its_deposit(session: Session) -> Iterator[str]:
    """Whatever has a number has one payment that is its deposit, and nothing else has one."""
    deposits = (
        sa.select(sa.func.count())
        .where(PAYMENT.c.sale_id == RESERVATION.c.sale_id, PAYMENT.c.is_deposit)
        .scalar_subquery()
    )
    wanted = sa.case((RESERVATION.c.number.is_(None), 0), else_=1)
    statement = sa.select(RESERVATION.c.id).where(deposits != wanted).order_by(RESERVATION.c.id)
    for reservation_id in session.scalars(statement):
        yield f"reservation {reservation_id}: its number and its deposit do not go together"


def only_who_keeps_a_place_has_one(session: Session) -> Iterator[str]:
    """What was refused, lapsed or withdrawn has given its place back."""
    keeps = [state.value for state in (*KEEPS_PLACE, State.SOLD)]
    statement = (
        sa.select(RESERVATION.c.id)
        .where(RESERVATION.c.takes_place, RESERVATION.c.state.not_in(keeps))
        .order_by(RESERVATION.c.id)
    )
    for reservation_id in session.scalars(statement):
        yield f"reservation {reservation_id}: it is over, and keeps its place"


INVARIANTS = (
    numbers_have_no_gap,
    a_line_of_the_ledger_has_its_deposit,
    only_who_keeps_a_place_has_one,
)
