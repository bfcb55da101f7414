"""Tables of other packages that a month's pay is read from, by name."""

import sqlalchemy as sa

from clubsales.db import UtcDateTime

posting = sa.table(
    "posting",
    sa.column("id", sa.BigInteger),
    sa.column("sale_id", sa.BigInteger),
    sa.column("sequence", sa.BigInteger),
    sa.column("club_id", sa.BigInteger),
    sa.column("consultant_id", sa.BigInteger),
    sa.column("month", sa.Date),
    sa.column("at", UtcDateTime),
    sa.column("amount_minor", sa.BigInteger),
    sa.column("cause", sa.String),
    sa.column("rule", sa.String),
    sa.column("reference", sa.String),
)
sale = sa.table(
    "sale",
    sa.column("id", sa.BigInteger),
    sa.column("public_id", sa.String),
    sa.column("club_id", sa.BigInteger),
    sa.column("card_type_id", sa.BigInteger),
    sa.column("card_type_name", sa.String),
    sa.column("card_type_name_en", sa.String),
    sa.column("kind", sa.String),
    sa.column("price_minor", sa.BigInteger),
    sa.column("set_up_fee_minor", sa.BigInteger),
    sa.column("received_minor", sa.BigInteger),
    sa.column("refunded_minor", sa.BigInteger),
    sa.column("person_id", sa.BigInteger),
    sa.column("first_receipt_at", UtcDateTime),
    sa.column("paid_at", UtcDateTime),
)
card_type = sa.table(
    "card_type",
    sa.column("id", sa.BigInteger),
    sa.column("kind", sa.String),
    sa.column("referral_minor", sa.BigInteger),
)
appointment = sa.table(
    "appointment",
    sa.column("id", sa.BigInteger),
    sa.column("club_id", sa.BigInteger),
    sa.column("person_id", sa.BigInteger),
    sa.column("local_day", sa.Date),
    sa.column("status", sa.String),
    sa.column("made_at", UtcDateTime),
    sa.column("made_by", sa.BigInteger),
)
lead = sa.table(
    "lead",
    sa.column("club_id", sa.BigInteger),
    sa.column("person_id", sa.BigInteger),
    sa.column("source", sa.String),
    sa.column("captured_by", sa.BigInteger),
)
