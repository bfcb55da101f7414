"""Reads of consultants."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.auth.rules import may_be_public_id
from clubsales.consultants.profiles.models import ConsultantRow, TeamRow
from clubsales.consultants.profiles.rules import Kind
from clubsales.db import table_of
from clubsales.errors import NotFound
from clubsales.ids import AccountID, ClubID, ConsultantID

CONSULTANT, TEAM = table_of(ConsultantRow), table_of(TeamRow)
OF_CLUB = (
    sa.select(
        CONSULTANT.c.id,
        CONSULTANT.c.public_id,
        CONSULTANT.c.account_id,
        CONSULTANT.c.name,
        CONSULTANT.c.code,
        CONSULTANT.c.kind,
        TEAM.c.name.label("team"),
        CONSULTANT.c.level,
    )
    .join_from(CONSULTANT, TEAM, TEAM.c.id == CONSULTANT.c.team_id, isouter=True)
    .where(CONSULTANT.c.club_id == sa.bindparam("club_id"))
)
BY_ID = OF_CLUB.where(CONSULTANT.c.id == sa.bindparam("wanted"))
BY_PUBLIC_ID = OF_CLUB.where(CONSULTANT.c.public_id == sa.bindparam("wanted"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultantView:
    """A consultant as others see him. No kind: he sells nothing (reception, finance)."""

    id: ConsultantID
    public_id: str
    account_id: AccountID
    name: str
    code: str  # staff number; may be empty
    kind: Kind | None
    team: str | None
    level: int


def get(session: Session, club_id: ClubID, consultant_id: ConsultantID) -> ConsultantView:
    """A consultant of the club; raises NotFound."""
    return _one(session, BY_ID, club_id, consultant_id)


def by_public_id(session: Session, club_id: ClubID, public_id: str) -> ConsultantView:
    """A consultant of the club by what stands in an address; raises NotFound."""
    if not may_be_public_id(public_id):
        raise NotFound
    return _one(session, BY_PUBLIC_ID, club_id, public_id)


def of_account(session: Session, club_id: ClubID, account_id: AccountID) -> ConsultantView | None:
    """An account's profile on the club's floor."""
    statement = OF_CLUB.where(CONSULTANT.c.account_id == account_id)
    row = session.execute(statement, {"club_id": club_id}).one_or_none()
    return _view(row) if row is not None else None


def all_in_club(session: Session, club_id: ClubID, *, on_day: date | None = None) -> list[ConsultantView]:
    """Everybody of the club, or whoever is active on a day, by name."""
    statement = OF_CLUB.order_by(CONSULTANT.c.name, CONSULTANT.c.id)
    if on_day is not None:
        statement = statement.where(
            CONSULTANT.c.active_from <= on_day,
            sa.or_(CONSULTANT.c.active_until.is_(None), CONSULTANT.c.active_until >= on_day),
        )
    return [_view(row) for row in session.execute(statement, {"club_id": club_id})]


def names(session: Session, ids: Iterable[ConsultantID]) -> dict[ConsultantID, str]:
    """The names that sentences need, by id."""
    wanted = set(ids)
    if not wanted:
        return {}
    found = session.execute(sa.select(CONSULTANT.c.id, CONSULTANT.c.name).where(CONSULTANT.c.id.in_(wanted)))
    return {ConsultantID(row.id): row.name for row in found}


def _one(
    session: Session, statement: sa.Select[*tuple[Any, ...]], club_id: ClubID, wanted: int | str
) -> ConsultantView:
    row = session.execute(statement, {"club_id": club_id, "wanted": wanted}).one_or_none()
    if row is None:
        raise NotFound
    return _view(row)


def _view(row: Any) -> ConsultantView:
    return ConsultantView(
        id=ConsultantID(row.id),
        public_id=row.public_id,
        account_id=AccountID(row.account_id),
        name=row.name,
        code=row.code,
        kind=Kind(row.kind) if row.kind else None,
        team=row.team,
        level=row.level,
    )
