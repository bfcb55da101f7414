"""Other packages' tables as a back-test reads them: known by name, as the database knows them."""

import sqlalchemy as sa

from clubsales.consultants.credits.queries import HEAD
from clubsales.db import UtcDateTime

SALE = sa.table(
    "sale",
    *(sa.column(name) for name in ("id", "public_id", "club_id", "person_id", "reception_id")),
    *(sa.column(name) for name in ("consultant_id", "opened_by", "card_type_name", "card_type_name_en")),
    sa.column("first_receipt_at", UtcDateTime()),
)
# The working is long, and not read again.
CREDIT = sa.table(
    "credit_basis",
    sa.column("sale_id"),
    *(sa.column(column.key, column.type) for column in HEAD if column.key != "working"),
)
POSTING = sa.table("posting", *(sa.column(name) for name in ("sale_id", "sequence", "reference")))
PAYMENT = sa.table("payment", *(sa.column(name) for name in ("public_id", "taken_by")))
RECEPTION = sa.table(
    "reception",
    *(sa.column(name) for name in ("id", "club_id", "person_id", "basis", "consultant_id", "came_with_id")),
    sa.column("name"),
    sa.column("arrived_at", UtcDateTime()),
    sa.column("local_day", sa.Date),
)
PERSON = sa.table("person", sa.column("id"), sa.column("name"))
