"""What a sale's name leaves out: it is that of its first line."""

from typing import Any

import sqlalchemy as sa

LINE = sa.table(
    "sale_line",
    sa.column("sale_id", sa.BigInteger),
    sa.column("line", sa.BigInteger),
    sa.column("part_of", sa.BigInteger),
)


def others_of(sale_id: sa.ColumnClause[Any]) -> sa.ScalarSelect[int]:
    """How many lines a sale has beside its first; what came in a package is of the package."""
    return (
        sa.select(sa.func.count())
        .select_from(LINE)
        .where(LINE.c.sale_id == sale_id, LINE.c.line > 1, LINE.c.part_of.is_(None))
        .correlate(sale_id.table)
        .scalar_subquery()
    )
