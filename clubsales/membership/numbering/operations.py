"""Drawing the next number of a series: gapless, because the drawer holds the series until his transaction ends."""

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from clubsales.db import table_of
from clubsales.ids import ClubID
from clubsales.membership.numbering.models import NumberSeriesRow

SERIES = table_of(NumberSeriesRow)
KEYS = [SERIES.c.club_id, SERIES.c.series, SERIES.c.period]


def next_number(session: Session, *, club_id: ClubID, series: str, period: str = "") -> int:
    """The number after the last one of a club's series and period, from 1 (CTR-11).

    Whoever comes next waits for this transaction; taken back with it, the number is given to him.
    """
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    first = insert(SERIES).values(club_id=club_id, series=series, period=period, last=1)
    drawn: int = session.execute(
        first.on_conflict_do_update(index_elements=KEYS, set_={"last": SERIES.c.last + 1}).returning(
            SERIES.c.last
        )
    ).scalar_one()
    return drawn
