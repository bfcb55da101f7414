"""A sale's lines as they are written: every fact is a copy."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.db import insert_later, table_of
from clubsales.ids import CardTypeID, SaleID
from clubsales.membership.sales.models import SaleLineRow
from clubsales.prepared import Prepared

INSERT = Prepared(sa.insert(table_of(SaleLineRow)))


def write_lines(session: Session, sale_id: SaleID, lines: Sequence[dict[str, Any]]) -> None:
    """Write a sale's lines, each made by `line_of`, at the end of the transaction."""
    for number, line in enumerate(lines, start=1):
        insert_later(session, INSERT, {"sale_id": sale_id, "line": number, **line})


def line_of(
    *, card_type_id: CardTypeID, name: str, kind: str, price_minor: int, **known: Any
) -> dict[str, Any]:
    """A line's values; what is not said is nothing."""
    return {
        "part_of": None,
        "card_type_id": card_type_id,
        "name": name,
        "name_en": "",
        "kind": kind,
        "quantity": 1,
        "list_price_minor": None,
        "price_minor": price_minor,
        "set_up_fee_minor": 0,
        "is_gift": False,
        "gift_reason": "",
        "promotion_id": None,
        "days": None,
        "visits": None,
        "value_minor": None,
        "terms": {},
        **known,
    }
