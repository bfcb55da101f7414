"""A month under test: sales of its own, and its close."""

from dataclasses import replace
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.consultants.credits.rules import Share
from clubsales.consultants.profiles.models import ConsultantRow
from clubsales.consultants.statements import checks, queries
from clubsales.consultants.statements.frozen import ItemView, StatementView
from clubsales.consultants.statements.models import StatementRow
from clubsales.ids import ConsultantID, SaleID
from clubsales.money import BasisPoints
from clubsales.office.closing import operations
from tests.builders import Cast, consultant_of, local
from tests.integration.consultants.books import Books

LAST_YEAR = date(2025, 1, 1)  # since when the cast works there
MARCH, APRIL, MAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)
AFTER_MARCH, AFTER_APRIL = local(10, month=4, day=2), local(10, month=5, day=2)


class Months:
    """A club's ledger and its months."""

    def __init__(self, session: Session, cast: Cast) -> None:
        self.session, self.cast = session, cast
        self.books = Books(session, cast)
        self.lin, self.zhou, self.ma = (consultant_of(each) for each in (cast.lin, cast.zhou, cast.ma))
        session.execute(sa.update(ConsultantRow).values(active_from=LAST_YEAR))

    def sale(self, price: str, at: Instant, *holders: ConsultantID) -> SaleID:
        """A sale paid in full, credited to one or to several in equal parts, the first one with the rest."""
        parts = [10_000 // len(holders)] * len(holders)
        parts[0] += 10_000 - sum(parts)
        shares = tuple(Share(holder, BasisPoints(part)) for holder, part in zip(holders, parts, strict=True))
        sale_id = self.books.open(price, shares=shares)
        self.books.receive(sale_id, price, at)
        return sale_id

    def close(self, month: date = MARCH, at: Instant = AFTER_MARCH, **changes: object) -> str:
        """Close a month as a replayed history does, unless said otherwise."""
        values: dict[str, object] = {"by_the_book": True, "actor": self.cast.manager, **changes}
        return operations.close_month(self.session, month=month, at=at, **values)  # type: ignore[arg-type]

    def statement(self, consultant_id: ConsultantID, month: date = MARCH) -> StatementView:
        """Somebody's frozen statement."""
        public_id = self.session.execute(
            sa.select(StatementRow.public_id).where(
                StatementRow.consultant_id == consultant_id, StatementRow.month == month
            )
        ).scalar_one()
        return queries.statement_of(self.session, self.cast.club.id, public_id)

    def items_of(self, consultant_id: ConsultantID) -> tuple[ItemView, ...]:
        """The items of somebody's frozen statement; nothing where he has none."""
        has_one = self.session.scalars(
            sa.select(StatementRow.id).where(StatementRow.consultant_id == consultant_id)
        ).first()
        return self.statement(consultant_id).items if has_one else ()

    def faults(self) -> list[str]:
        """What does not hold in the frozen months."""
        return [fault for invariant in checks.INVARIANTS for fault in invariant(self.session)]


def also(actor: Actor, **changes: object) -> Actor:
    """The same person with something else."""
    return replace(actor, **changes)  # type: ignore[arg-type]
