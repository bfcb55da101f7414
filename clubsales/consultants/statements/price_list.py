"""The club's price list, to try what one sale more would bring."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.ids import ClubID
from clubsales.money import Currency, Money

CARD_TYPE = sa.table(
    "card_type",
    *(sa.column(name, sa.String) for name in ("public_id", "name", "name_en", "kind", "currency")),
    *(
        sa.column(name, sa.BigInteger)
        for name in ("id", "club_id", "price_minor", "set_up_fee_minor", "position")
    ),
    sa.column("on_sale", sa.Boolean),
)
CARD_PRICE = sa.table(
    "card_price",
    *(sa.column(name, sa.BigInteger) for name in ("id", "card_type_id", "sequence", "price_minor")),
    sa.column("valid_from", sa.Date),
)
# A price counts from its day on; the last written for the latest day that has begun is in force.
LATER = CARD_PRICE.alias("later")
IN_FORCE = (
    sa.select(LATER.c.id)
    .where(LATER.c.card_type_id == CARD_TYPE.c.id, LATER.c.valid_from <= sa.bindparam("day", type_=sa.Date()))
    .order_by(LATER.c.valid_from.desc(), LATER.c.sequence.desc())
    .limit(1)
    .scalar_subquery()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """Something on sale. No price: sold at any price; `fee` is part of the price."""

    public_id: str
    name: str
    name_en: str
    category: str
    price: Money | None
    fee: Money

    def name_in(self, language: str) -> str:
        """What it is called in a language."""
        return self.name_en if language.startswith("en") and self.name_en else self.name


def on_sale(session: Session, club_id: ClubID, day: date) -> list[Priced]:
    """What the club sells on a day, in its own order."""
    rows = session.execute(
        sa.select(
            *(column for column in CARD_TYPE.c if column.name != "price_minor"),
            sa.case(
                (CARD_PRICE.c.id.is_(None), CARD_TYPE.c.price_minor), else_=CARD_PRICE.c.price_minor
            ).label("price_minor"),
        )
        .select_from(CARD_TYPE.outerjoin(CARD_PRICE, CARD_PRICE.c.id == IN_FORCE))
        .where(CARD_TYPE.c.club_id == club_id, CARD_TYPE.c.on_sale)
        .order_by(CARD_TYPE.c.position, CARD_TYPE.c.name),
        {"day": day},
    )
    return [
        Priced(
            public_id=row.public_id,
            name=row.name,
            name_en=row.name_en,
            category=row.kind,
            price=Money(row.price_minor, Currency(row.currency)) if row.price_minor is not None else None,
            fee=Money(row.set_up_fee_minor, Currency(row.currency)),
        )
        for row in rows
    ]
