"""The tables that reception's queries join: our own, and others' by name, because models stay private."""

from typing import cast

import sqlalchemy as sa

from clubsales.frontdesk.reception.models import ReceptionRow

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
IN_THE_HOUSE = RECEPTION.c.status != sa.literal("ended", literal_execute=True)
