"""A month that was closed: statements to read, one of them objected to."""

from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.clock import Instant, day_start, local_day, month_of
from clubsales.consultants.credits.rules import Share
from clubsales.consultants.profiles.models import ConsultantRow
from clubsales.consultants.statements import operations as statements
from clubsales.consultants.statements.models import StatementRow
from clubsales.office.closing import operations as closing
from tests.builders import Cast, consultant_of
from tests.integration.consultants.books import Books


@dataclass(frozen=True)
class Paid:
    """Statements of last month, by their public id."""

    statement: str  # Lin's, who has not said anything yet
    other_statement: str  # Ma's, who neither
    objected_statement: str  # Zhou's


def pay(session: Session, cast: Cast, *, at: Instant) -> Paid:
    """Close the month before; whoever sells was there already."""
    last_month = sell(session, cast, at=at)
    closing.close_month(session, month=last_month, by_the_book=True, actor=cast.manager, at=at)
    objected = _statement(session, cast.zhou)
    statements.object_to(
        session, public_id=objected, words="二十八号那单没有算进去。", actor=cast.zhou, at=at
    )
    return Paid(
        statement=_statement(session, cast.lin),
        other_statement=_statement(session, cast.ma),
        objected_statement=objected,
    )


def sell(session: Session, cast: Cast, *, at: Instant) -> date:
    """Sales of the month before, which can be closed; its first day."""
    this_month = month_of(local_day(at, cast.club.zone))
    last_month = month_of(this_month - timedelta(days=1))
    then = day_start(last_month, cast.club.zone) + timedelta(days=12, hours=11)
    sellers = (cast.lin, cast.zhou, cast.ma)
    session.execute(
        sa.update(ConsultantRow)
        .where(ConsultantRow.id.in_([consultant_of(each) for each in sellers]))
        .values(active_from=last_month)
    )
    books = Books(session, cast)
    for who, amounts in (
        (cast.lin, ("58806.00", "3980.00", "0.10")),
        (cast.zhou, ("12000.00",)),
        (cast.ma, ("3980.00",)),
    ):
        for amount in amounts:
            sale_id = books.open(amount, shares=(Share(consultant_of(who), 10_000),))
            books.receive(sale_id, amount, then)
    return last_month


def _statement(session: Session, actor: Actor) -> str:
    found = session.execute(
        sa.select(StatementRow.public_id).where(StatementRow.consultant_id == consultant_of(actor))
    )
    return str(found.scalar_one())
