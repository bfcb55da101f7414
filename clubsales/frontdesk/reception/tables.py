"""The tables that reception's queries join: our own, and others' by name, because models stay private."""

from typing import cast

import sqlalchemy as sa

from clubsales.db import UtcDateTime
from clubsales.frontdesk.reception.models import ContestRow, ReceptionRow

RECEPTION = cast("sa.Table", ReceptionRow.__table__)

PERSON = sa.table(
    "person", sa.column("id", sa.BigInteger), sa.column("public_id", sa.String), sa.column("name", sa.String)
)
PHONE = sa.table(
    "person_phone",
    sa.column("id", sa.BigInteger),
    sa.column("organisation_id", sa.BigInteger),
    sa.column("person_id", sa.BigInteger),
    sa.column("e164", sa.String),
)
MEMBER = sa.table(
    "member",
    sa.column("id", sa.BigInteger),
    sa.column("organisation_id", sa.BigInteger),
    sa.column("person_id", sa.BigInteger),
)
LEAD = sa.table(
    "lead",
    sa.column("id", sa.BigInteger),
    sa.column("public_id", sa.String),
    sa.column("club_id", sa.BigInteger),
    sa.column("person_id", sa.BigInteger),
    sa.column("interest", sa.String),
)
APPOINTMENT = sa.table(
    "appointment",
    sa.column("id", sa.BigInteger),
    sa.column("club_id", sa.BigInteger),
    sa.column("person_id", sa.BigInteger),
    sa.column("local_day", sa.Date),
    sa.column("status", sa.String),
)
CLAIM = sa.table(
    "claim",
    sa.column("club_id", sa.BigInteger),
    sa.column("person_id", sa.BigInteger),
    sa.column("consultant_id", sa.BigInteger),
    sa.column("until", sa.Date),
    sa.column("ended_at", UtcDateTime),
)
SALE = sa.table("sale", sa.column("club_id", sa.BigInteger), sa.column("reception_id", sa.BigInteger))
CONTEST = cast("sa.Table", ContestRow.__table__)
IN_THE_HOUSE = RECEPTION.c.status != sa.literal_column("'ended'")
