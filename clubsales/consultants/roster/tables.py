"""The tables that the roster's queries join: its own, and by name that of leave, a subject above."""

import sqlalchemy as sa

from clubsales.consultants.roster.models import RosterEntryRow
from clubsales.db import UtcDateTime, table_of

ENTRY = table_of(RosterEntryRow)
LEAVE = sa.table(
    "leave_request",
    sa.column("public_id", sa.String),
    sa.column("club_id", sa.BigInteger),
    sa.column("consultant_id", sa.BigInteger),
    sa.column("first_day", sa.Date),
    sa.column("last_day", sa.Date),
    sa.column("from_noon", sa.Boolean),
    sa.column("until_noon", sa.Boolean),
    sa.column("status", sa.String),
    sa.column("filed_at", UtcDateTime),
    sa.column("decided_at", UtcDateTime),
)
