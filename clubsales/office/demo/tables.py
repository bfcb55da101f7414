"""Other packages' tables as the demo reads them: known by name, as the database knows them."""

import sqlalchemy as sa

from clubsales.db import UtcDateTime

RECEPTION = sa.table(
    "reception",
    *(sa.column(name) for name in ("id", "club_id", "person_id", "status", "outcome", "consultant_id")),
    sa.column("local_day", sa.Date),
)
PERSON = sa.table("person", sa.column("id"), sa.column("name"), sa.column("public_id"))
PHONE = sa.table("person_phone", sa.column("person_id"), sa.column("e164"))
LEAD = sa.table(
    "lead",
    *(sa.column(name) for name in ("id", "club_id", "person_id", "captured_by")),
    sa.column("captured_at", UtcDateTime),
)
SALE = sa.table(
    "sale",
    *(sa.column(name) for name in ("id", "club_id", "person_id", "consultant_id", "kind")),
    *(sa.column(name) for name in ("price_minor", "received_minor", "refunded_minor")),
    sa.column("opened_at", UtcDateTime),
    sa.column("first_receipt_at", UtcDateTime),
)
CARD = sa.table(
    "card",
    *(sa.column(name) for name in ("id", "public_id", "club_id", "sale_id", "person_id", "status", "days")),
    sa.column("all_clubs", sa.Boolean),
    sa.column("visits_left"),
    sa.column("valid_from", sa.Date),
    sa.column("valid_until", sa.Date),
)
PAYMENT = sa.table(
    "payment",
    *(sa.column(name) for name in ("id", "currency", "amount_minor", "refunded_minor", "status")),
    sa.column("provider_payment_id", sa.String),
    sa.column("paid_at", UtcDateTime),
)
PASS = sa.table(
    "guest_pass",
    *(sa.column(name) for name in ("id", "club_id", "kind", "code", "consultant_id")),
    sa.column("valid_until", sa.Date),
    sa.column("shown_first_at", UtcDateTime),
)
CLUB = sa.table("club", sa.column("id"), sa.column("organisation_id"))
TOUCH = sa.table(
    "touch",
    *(sa.column(name) for name in ("id", "club_id", "person_id", "consultant_id", "kind")),
    sa.column("at", UtcDateTime),
)
POSTING = sa.table("posting", *(sa.column(name) for name in ("sale_id", "sequence", "consultant_id")))
DISPUTE = sa.table("dispute", sa.column("sale_id"))
CONTACT = sa.table(
    "contact",
    *(sa.column(name) for name in ("club_id", "person_id", "consultant_id", "outcome")),
    sa.column("local_day", sa.Date),
)
CONTRACT = sa.table(
    "contract",
    *(sa.column(name) for name in ("id", "public_id", "club_id", "state")),
    sa.column("signed_at", UtcDateTime()),
)
RESERVATION = sa.table("reservation", sa.column("sale_id"))
