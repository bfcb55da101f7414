"""Other packages' tables as they are asked here: known by name, as the database knows them."""

import sqlalchemy as sa

from clubsales.db import UtcDateTime

CLUB = sa.table("club", sa.column("id"), sa.column("organisation_id"))
PERSON = sa.table(
    "person",
    *(sa.column(name) for name in ("id", "organisation_id", "merged_into_id")),
    sa.column("anonymised_at", UtcDateTime),
)
LEAD = sa.table(
    "lead",
    *(sa.column(name) for name in ("id", "club_id", "person_id", "public_id")),
    sa.column("captured_at", UtcDateTime),
)
TOUCH = sa.table("touch", sa.column("club_id"), sa.column("person_id"), sa.column("at", UtcDateTime))
RECEPTION = sa.table("reception", sa.column("person_id"), sa.column("status"))
SALE = sa.table(
    "sale",
    *(sa.column(name) for name in ("id", "person_id", "opened_by", "price_minor", "received_minor")),
    sa.column("refunded_minor"),
)
PAYMENT = sa.table("payment", sa.column("sale_id"), sa.column("status"))
CARD = sa.table(
    "card",
    *(sa.column(name) for name in ("id", "person_id", "status", "visits_left", "value_left_minor")),
    sa.column("valid_until", sa.Date),
)
SHARER = sa.table("card_person", *(sa.column(name) for name in ("card_id", "person_id", "removed_at")))
