"""Records of one person become another's, and go back: every row of every table that refers to a person.

The tables are found in the metadata, so that a table made tomorrow moves too. Each row is remembered; nothing of it
changes but whose it is. This is the one place that writes rows of other subjects.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.db import Base, table_of
from clubsales.ids import MergeID, OrganisationID, PersonID
from clubsales.leads.matches.models import MatchRow, MergeMoveRow, MergeRow
from clubsales.leads.people.models import PersonPhoneRow, PersonRow

PERSON, MOVE = table_of(PersonRow), table_of(MergeMoveRow)
CLUB = sa.table("club", sa.column("id", sa.BigInteger), sa.column("organisation_id", sa.BigInteger))
# Matches and merges are about two persons; phones have an order and are moved by their numbers.
STAYING = frozenset(table_of(row).name for row in (MatchRow, MergeRow, PersonPhoneRow))
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Moved:
    """How many rows of a column came over, and how many of them stand where they came to."""

    table: str
    column: str
    rows: int
    stand: int


def references() -> Iterator[sa.Column[int]]:
    """Every column that says whose a row is, or refers to a person otherwise, in the order of tables' names."""
    for name in sorted(Base.metadata.tables):
        table = Base.metadata.tables[name]
        if name in STAYING:
            continue
        for column in table.columns:
            if any(key.column is PERSON.c.id for key in column.foreign_keys):
                yield column


def bring_over(
    session: Session,
    *,
    merge_id: MergeID,
    organisation_id: OrganisationID,
    merged_id: PersonID,
    kept_id: PersonID,
) -> int:
    """Make the kept person's what is the merged one's, as far as no unique index forbids it. Returns how many rows."""
    moved = 0
    for column in references():
        statement = (
            sa.update(column.table)
            .where(column == merged_id, *_of_organisation(column.table, organisation_id))
            .values({column.name: kept_id})
            .returning(column.table.c.id)
        )
        for taken in _taken(column, kept_id):
            statement = statement.where(~taken)
        if column.table is PERSON:
            statement = statement.where(PERSON.c.id != kept_id)
        ids = session.scalars(statement).all()
        if ids:
            session.execute(
                sa.insert(MOVE),
                [
                    {
                        "merge_id": merge_id,
                        "table_name": column.table.name,
                        "column_name": column.name,
                        "row_id": each,
                        "was": merged_id,
                    }
                    for each in sorted(ids)
                ],
            )
        moved += len(ids)
    return moved


def give_back(session: Session, *, merge_id: MergeID, kept_id: PersonID) -> int:
    """Give back every row that came over and still is the kept person's. Returns how many."""
    back = 0
    for column, rows in _moves(session, merge_id):
        for some in _some(rows):
            returned = session.execute(
                sa.update(column.table)
                .where(column.table.c.id.in_([row_id for row_id, _was in some]), column == kept_id)
                .values({column.name: some[0][1]})
                .returning(column.table.c.id)
            )
            back += len(returned.all())
    return back


def what_came(session: Session, *, merge_id: MergeID, kept_id: PersonID) -> list[Moved]:
    """What came over, table by table, and what of it would go back now."""
    found = []
    for column, rows in _moves(session, merge_id):
        stand = sum(
            session.scalar(
                sa.select(sa.func.count())
                .select_from(column.table)
                .where(column.table.c.id.in_([row_id for row_id, _was in some]), column == kept_id)
            )
            or 0
            for some in _some(rows)
        )
        found.append(Moved(column.table.name, column.name, len(rows), stand))
    return found


def _moves(session: Session, merge_id: MergeID) -> Iterator[tuple[sa.Column[int], Sequence[tuple[int, int]]]]:
    """The columns of which rows came over, each with the rows' numbers and whose they were."""
    came: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for row in session.execute(sa.select(MOVE).where(MOVE.c.merge_id == merge_id).order_by(MOVE.c.id)):
        came.setdefault((row.table_name, row.column_name), []).append((row.row_id, row.was))
    for column in references():
        rows = came.get((column.table.name, column.name))
        if rows:
            yield column, rows


def _some(rows: Sequence[tuple[int, int]]) -> Iterator[Sequence[tuple[int, int]]]:
    return (rows[start : start + AT_ONCE] for start in range(0, len(rows), AT_ONCE))


def _of_organisation(table: sa.FromClause, organisation_id: OrganisationID) -> list[sa.ColumnElement[bool]]:
    """The big tables have indexes that begin with the club."""
    if "club_id" not in table.c or table.c.club_id.nullable:
        return []
    return [table.c.club_id.in_(sa.select(CLUB.c.id).where(CLUB.c.organisation_id == organisation_id))]


def _taken(column: sa.Column[int], kept_id: PersonID) -> Iterator[sa.ColumnElement[bool]]:
    """For each unique index over the column: whether the kept person has a row in the place this one would take."""
    table = column.table
    for columns, only in _unique(column):
        other = table.alias("other")
        same = [other.c[each.name] == each for each in columns if each is not column]
        found = sa.exists().where(other.c[column.name] == kept_id, *same)
        if only is None:
            yield found
        else:
            # Inside, the bare names of the condition mean the other row; outside, this one.
            yield sa.and_(only, found.where(only))


def _unique(
    column: sa.Column[int],
) -> Iterator[tuple[Sequence[sa.Column[int]], sa.TextClause | None]]:
    table = column.table
    assert isinstance(table, sa.Table)
    for constraint in table.constraints:
        if isinstance(constraint, sa.UniqueConstraint) and column.name in constraint.columns:
            yield list(constraint.columns), None
    for index in table.indexes:
        if index.unique and column.name in index.columns:
            yield list(index.columns), index.dialect_options["postgresql"].get("where")
