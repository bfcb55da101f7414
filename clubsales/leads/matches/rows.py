"""Rows as JSON, and back: what a merge remembers of what it changed."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from clubsales.db import UtcDateTime


def packed(value: object) -> Any:
    """A column's value as JSON."""
    return value.isoformat() if isinstance(value, date | datetime) else value


def unpacked(column: sa.Column[Any], value: Any) -> Any:
    """A column's value from JSON."""
    if isinstance(value, str) and isinstance(column.type, UtcDateTime):
        return datetime.fromisoformat(value)
    if isinstance(value, str) and isinstance(column.type, sa.Date):
        return date.fromisoformat(value)
    return value


def packed_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """A whole row as JSON."""
    return {name: packed(value) for name, value in row.items()}


def unpacked_row(table: sa.Table, row: Mapping[str, Any]) -> dict[str, Any]:
    """A whole row from JSON; columns that the table has no more are left out."""
    return {name: unpacked(table.c[name], value) for name, value in row.items() if name in table.c}
