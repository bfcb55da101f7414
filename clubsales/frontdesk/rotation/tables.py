"""The tables that the rotation's queries join: our own, and by name those of a subject above and of leads."""

import sqlalchemy as sa

from clubsales.db import UtcDateTime, table_of
from clubsales.frontdesk.rotation.models import AssignmentRow, QueueRow, SeatRow

ASSIGNMENT = table_of(AssignmentRow)
SEAT = table_of(SeatRow)
QUEUE = table_of(QueueRow)

RECEPTION = sa.table(
    "reception",
    sa.column("id", sa.BigInteger),
    sa.column("club_id", sa.BigInteger),
    sa.column("consultant_id", sa.BigInteger),
    sa.column("status", sa.String),
    sa.column("name", sa.String),
)
FOLLOW_UP = sa.table(
    "follow_up",
    sa.column("club_id", sa.BigInteger),
    sa.column("consultant_id", sa.BigInteger),
    sa.column("due_on", sa.Date),
    sa.column("ended_at", UtcDateTime),
)
