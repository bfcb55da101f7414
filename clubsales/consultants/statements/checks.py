"""What must hold in every frozen month; each check yields a sentence per fault. Run by `clubsales check`."""

from collections.abc import Callable, Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.clubs import ClubRow
from clubsales.consultants.commission.rules import reckon
from clubsales.consultants.credits.models import ClosedMonthRow
from clubsales.consultants.statements.documents import digest_of
from clubsales.consultants.statements.models import StatementItemRow, StatementLineRow, StatementRow
from clubsales.consultants.statements.restored import classes_in, facts_in, plan_in
from clubsales.consultants.statements.rules import reckon_statement
from clubsales.consultants.statements.tables import posting


def digests_hold(session: Session) -> Iterator[str]:
    """The digest kept with a closed month is that of its statements: nothing was changed, added or taken away."""
    for closed in session.scalars(sa.select(ClosedMonthRow)):
        club = session.get_one(ClubRow, closed.club_id)
        documents = session.scalars(
            sa.select(StatementRow.document).where(
                StatementRow.club_id == closed.club_id, StatementRow.month == closed.month
            )
        ).all()
        if digest_of(club=club.public_id, month=closed.month, documents=documents) != closed.digest:
            yield f"Club {club.code}: the statements of {closed.month:%Y-%m} are not those that were frozen."


def statements_can_be_reckoned_again(session: Session) -> Iterator[str]:
    """From its own document each statement comes out the same, item by item, and its items add up to the pay."""
    kept: dict[int, list[tuple[str, int]]] = {}
    for item in session.scalars(
        sa.select(StatementItemRow).order_by(StatementItemRow.statement_id, StatementItemRow.position)
    ):
        kept.setdefault(item.statement_id, []).append((item.kind, item.amount_minor))
    for row in session.scalars(sa.select(StatementRow).order_by(StatementRow.id)):
        facts = facts_in(row.document)
        again = reckon_statement(facts)
        items = [(item.kind.value, item.amount_minor) for item in again.items]
        if items != kept.get(row.id) or again.pay_minor != row.pay_minor:
            yield f"Statement {row.id}: reckoned again it pays {again.pay}, kept is {row.pay_minor} in minor units."
        if facts.reckoned != reckon(plan_in(row.document), classes_in(row.document), facts.brought_minor):
            yield f"Statement {row.id}: its plan and credit give another commission."


def lines_add_up(session: Session) -> Iterator[str]:
    """The lines of a statement add up to its commission, to the cent."""
    rows = session.execute(
        sa.select(
            StatementRow.id,
            StatementRow.commission_minor,
            sa.func.coalesce(sa.func.sum(StatementLineRow.commission_minor), 0).label("parts"),
        )
        .join_from(
            StatementRow, StatementLineRow, StatementLineRow.statement_id == StatementRow.id, isouter=True
        )
        .group_by(StatementRow.id, StatementRow.commission_minor)
        .order_by(StatementRow.id)
    )
    for row in rows:
        if row.parts != row.commission_minor:
            yield f"Statement {row.id}: its lines earn {row.parts}, its commission is {row.commission_minor}."


def every_posting_has_its_line(session: Session) -> Iterator[str]:
    """Each posting of a closed month that is somebody's has exactly one line, in that month's statement of his."""
    lines = (
        sa.select(StatementLineRow.posting_id, sa.func.count().label("times"))
        .join(StatementRow, StatementRow.id == StatementLineRow.statement_id)
        .join(
            posting,
            sa.and_(
                posting.c.id == StatementLineRow.posting_id,
                posting.c.month == StatementRow.month,
                posting.c.club_id == StatementRow.club_id,
                posting.c.consultant_id == StatementRow.consultant_id,
            ),
        )
        .group_by(StatementLineRow.posting_id)
        .subquery()
    )
    rows = session.execute(
        sa.select(posting.c.id, sa.func.coalesce(lines.c.times, 0).label("times"))
        .join_from(
            posting,
            ClosedMonthRow,
            sa.and_(ClosedMonthRow.club_id == posting.c.club_id, ClosedMonthRow.month == posting.c.month),
        )
        .join(lines, lines.c.posting_id == posting.c.id, isouter=True)
        .where(posting.c.consultant_id.is_not(None), sa.func.coalesce(lines.c.times, 0) != 1)
        .order_by(posting.c.id)
    )
    for row in rows:
        yield f"Posting {row.id} of a closed month has {row.times} lines."


INVARIANTS: tuple[Callable[[Session], Iterator[str]], ...] = (
    digests_hold,
    statements_can_be_reckoned_again,
    lines_add_up,
    every_posting_has_its_line,
)
