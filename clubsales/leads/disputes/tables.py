"""The tables that queries join by; only this subject writes its own. Sales and receptions are known by name."""

import sqlalchemy as sa

from clubsales.db import UtcDateTime, table_of
from clubsales.leads.disputes.models import (
    DisputeAttachmentRow,
    DisputeNewsRow,
    DisputeRow,
    DisputeStepRow,
)

DISPUTE = table_of(DisputeRow)
STEP = table_of(DisputeStepRow)
ATTACHMENT = table_of(DisputeAttachmentRow)
NEWS = table_of(DisputeNewsRow)
SALE = sa.table(
    "sale",
    *(sa.column(name, sa.BigInteger) for name in ("id", "club_id", "person_id", "reception_id")),
    *(sa.column(name, sa.String) for name in ("public_id", "card_type_name", "card_type_name_en")),
    sa.column("first_receipt_at", UtcDateTime()),
)
RECEPTION = sa.table("reception", *(sa.column(name, sa.BigInteger) for name in ("id", "person_id")))
