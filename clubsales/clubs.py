"""Organisation and clubs: zone, currency, business hours."""

from datetime import time
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from clubsales.actor import Club
from clubsales.clock import Instant
from clubsales.db import Model
from clubsales.errors import NotFound
from clubsales.ids import ClubID, OrganisationID, new_public_id
from clubsales.money import Currency


class OrganisationRow(Model, kw_only=True):
    """The owner of one or more clubs."""

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    public_id: Mapped[str] = mapped_column(sa.String(12), unique=True, default_factory=new_public_id)
    name: Mapped[str] = mapped_column(sa.String(120))
    created_at: Mapped[Instant]


class ClubRow(Model, kw_only=True):
    """One club. Its currency never changes: its ledgers are in it."""

    __tablename__ = "club"
    __table_args__ = (sa.UniqueConstraint("organisation_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    public_id: Mapped[str] = mapped_column(sa.String(12), unique=True, default_factory=new_public_id)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    code: Mapped[str] = mapped_column(sa.String(20))
    name: Mapped[str] = mapped_column(sa.String(120))
    timezone: Mapped[str] = mapped_column(sa.String(64))
    currency: Mapped[str] = mapped_column(sa.String(3))
    opens: Mapped[time] = mapped_column(sa.Time)
    closes: Mapped[time] = mapped_column(sa.Time)
    created_at: Mapped[Instant]


def to_club(row: ClubRow) -> Club:
    """The row as a value."""
    return Club(
        id=ClubID(row.id),
        organisation_id=OrganisationID(row.organisation_id),
        public_id=row.public_id,
        code=row.code,
        name=row.name,
        zone=ZoneInfo(row.timezone),
        currency=Currency(row.currency),
        opens=row.opens,
        closes=row.closes,
    )


def get(session: Session, club_id: ClubID) -> Club:
    """The club; raises NotFound."""
    row = session.get(ClubRow, club_id)
    if row is None:
        raise NotFound
    return to_club(row)


def by_public_id(session: Session, public_id: str) -> Club:
    """The club by what stands in an address; raises NotFound."""
    row = session.scalars(sa.select(ClubRow).where(ClubRow.public_id == public_id)).one_or_none()
    if row is None:
        raise NotFound
    return to_club(row)


def all_clubs(session: Session, organisation_id: OrganisationID | None = None) -> list[Club]:
    """Every club, or an organisation's, by code."""
    statement = sa.select(ClubRow).order_by(ClubRow.code)
    if organisation_id is not None:
        statement = statement.where(ClubRow.organisation_id == organisation_id)
    return [to_club(row) for row in session.scalars(statement)]


def found_organisation(session: Session, *, name: str, at: Instant) -> OrganisationID:
    """Make an organisation."""
    row = OrganisationRow(name=name, created_at=at)
    session.add(row)
    session.flush()
    return OrganisationID(row.id)


def open_club(
    session: Session,
    *,
    organisation_id: OrganisationID,
    code: str,
    name: str,
    timezone: str,
    currency: Currency,
    opens: time,
    closes: time,
    at: Instant,
) -> Club:
    """Add a club to an organisation."""
    row = ClubRow(
        organisation_id=organisation_id,
        code=code,
        name=name,
        timezone=timezone,
        currency=currency,
        opens=opens,
        closes=closes,
        created_at=at,
    )
    session.add(row)
    session.flush()
    return to_club(row)
