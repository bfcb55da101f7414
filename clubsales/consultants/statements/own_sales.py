"""What somebody was credited, sale by sale, to be put beside a list of his own."""

from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.clock import local_day, month_of, next_month
from clubsales.consultants.credits.naming import others_of
from clubsales.consultants.statements.comparing import Credited
from clubsales.consultants.statements.own_list import read_phone
from clubsales.consultants.statements.tables import posting, sale
from clubsales.ids import ConsultantID

MONTHS_AROUND = 3  # on either side: where a sale may count instead
PERSON = sa.table("person", sa.column("id", sa.BigInteger), sa.column("name", sa.String))
PHONE = sa.table("person_phone", sa.column("person_id", sa.BigInteger), sa.column("e164", sa.String))


def credited_around(session: Session, club: Club, consultant_id: ConsultantID, month: date) -> list[Credited]:
    """His credit by sale and month, for a month and those around it, the earliest first."""
    first = last = month
    for _each in range(MONTHS_AROUND):
        first, last = month_of(first - timedelta(days=1)), next_month(last)
    mine = (posting.c.club_id == club.id, posting.c.consultant_id == consultant_id)
    within = posting.c.month.between(first, last)
    credit = sa.func.sum(posting.c.amount_minor)
    gained = sa.func.sum(sa.case((posting.c.amount_minor > 0, posting.c.amount_minor), else_=0))
    rows = session.execute(
        sa.select(
            posting.c.month,
            sale.c.person_id,
            *(sale.c.public_id, sale.c.card_type_name, sale.c.card_type_name_en),
            *(sale.c.price_minor, sale.c.received_minor, PERSON.c.name),
            sa.func.min(posting.c.at).label("began"),
            sa.func.max(posting.c.at).label("ended"),
            credit.label("credit"),
            gained.label("gained"),
            others_of(sale.c.id).label("others"),
        )
        .join_from(posting, sale, sale.c.id == posting.c.sale_id)
        .join(PERSON, PERSON.c.id == sale.c.person_id, isouter=True)
        .where(*mine, within)
        .group_by(posting.c.month, sale.c.id, *SALE_COLUMNS, PERSON.c.name)
        .order_by(posting.c.month, sa.func.min(posting.c.id))
    ).all()
    buyers = (
        sa.select(sale.c.person_id)
        .join_from(posting, sale, sale.c.id == posting.c.sale_id)
        .where(*mine, within)
    )
    phones: dict[int, list[str]] = {}
    for row in session.execute(sa.select(PHONE).where(PHONE.c.person_id.in_(buyers))):
        phones.setdefault(row.person_id, []).append(read_phone(row.e164) or row.e164)
    return [
        Credited(
            sale=row.public_id,
            title=row.card_type_name,
            title_en=row.card_type_name_en,
            others=row.others,
            buyer=row.name or "",
            phones=tuple(phones.get(row.person_id, ())),
            month=row.month,
            first_day=local_day(row.began, club.zone),
            last_day=local_day(row.ended, club.zone),
            credit=int(row.credit),
            gained=int(row.gained),
            price=row.price_minor,
            received=row.received_minor,
        )
        for row in rows
    ]


SALE_COLUMNS = (
    *(sale.c.person_id, sale.c.public_id, sale.c.card_type_name, sale.c.card_type_name_en),
    *(sale.c.price_minor, sale.c.received_minor),
)
