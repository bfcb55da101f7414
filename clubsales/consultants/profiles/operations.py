"""Who joins the floor, and in which team."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.consultants.profiles import queries
from clubsales.consultants.profiles.events import (
    CodeChanged,
    ConsultantAdded,
    ConsultantLeft,
    KindChanged,
    TeamChanged,
)
from clubsales.consultants.profiles.models import ConsultantRow, TeamRow
from clubsales.consultants.profiles.rules import Kind, ProfileRefused
from clubsales.consultants.profiles.terms import record_team
from clubsales.db import for_update
from clubsales.errors import NotFound, refuse
from clubsales.ids import AccountID, ClubID, ConsultantID, TeamID


def add_consultant(
    session: Session,
    *,
    account_id: AccountID,
    name: str,
    kind: Kind | None,
    team: str | None = None,
    level: int = 1,
    code: str = "",
    active_from: date,
    actor: Actor,
    at: Instant,
) -> ConsultantID:
    """Give an account its profile on the club's floor; a team not heard of before is made.

    Raises Refused(ProfileRefused.ALREADY_THERE) when the account has one in this club.
    """
    if queries.of_account(session, actor.club.id, account_id) is not None:
        refuse(ProfileRefused.ALREADY_THERE, name=name).or_raise()
    row = ConsultantRow(
        club_id=actor.club.id,
        account_id=account_id,
        name=name,
        code=code,
        kind=kind.value if kind else None,
        team_id=_team(session, actor.club.id, team),
        level=level,
        active_from=active_from,
    )
    session.add(row)
    session.flush()
    record_team(session, ConsultantID(row.id), TeamID(row.team_id) if row.team_id else None, at)
    audit.record(session, ConsultantAdded(row.id, account_id, row.kind, active_from), actor=actor, at=at)
    return ConsultantID(row.id)


def change_team(
    session: Session, *, consultant_id: ConsultantID, team: str | None, actor: Actor, at: Instant
) -> None:
    """Move a consultant to another team of the club, or out of every team; raises NotFound."""
    found = session.execute(
        sa.select(ConsultantRow.team_id).where(
            ConsultantRow.id == consultant_id, ConsultantRow.club_id == actor.club.id
        )
    ).one_or_none()
    if found is None:
        raise NotFound
    team_id = _team(session, actor.club.id, team)
    if team_id == found.team_id:
        return
    session.execute(sa.update(ConsultantRow).where(ConsultantRow.id == consultant_id).values(team_id=team_id))
    record_team(session, consultant_id, team_id, at)
    audit.record(session, TeamChanged(consultant_id, found.team_id, team_id), actor=actor, at=at)


def change_kind(
    session: Session, *, consultant_id: ConsultantID, kind: Kind | None, actor: Actor, at: Instant
) -> None:
    """Let somebody sell inside, outside or not at all from now on; raises NotFound."""
    row = _locked(session, consultant_id, actor)
    new_kind = kind.value if kind else None
    if row.kind == new_kind:
        return
    event = KindChanged(consultant_id, row.kind, new_kind)
    row.kind = new_kind
    session.flush()
    audit.record(session, event, actor=actor, at=at)


def change_code(
    session: Session, *, consultant_id: ConsultantID, code: str, actor: Actor, at: Instant
) -> None:
    """Give somebody another staff number, or none; raises NotFound, Refused(ProfileRefused.CODE_TAKEN)."""
    row = _locked(session, consultant_id, actor)
    if row.code == code:
        return
    holder = session.execute(
        sa.select(ConsultantRow.name).where(
            ConsultantRow.club_id == actor.club.id, ConsultantRow.code == code, ConsultantRow.code != ""
        )
    ).scalar_one_or_none()
    if holder is not None:
        refuse(ProfileRefused.CODE_TAKEN, number=code, name=holder).or_raise()
    event = CodeChanged(consultant_id, row.code, code)
    row.code = code
    session.flush()
    audit.record(session, event, actor=actor, at=at)


def end_profile(
    session: Session, *, consultant_id: ConsultantID, last_day: date, actor: Actor, at: Instant
) -> None:
    """Take somebody off the club's floor after a local day; what he sold stays his. Raises NotFound."""
    row = _locked(session, consultant_id, actor)
    row.active_until = max(last_day, row.active_from)
    session.flush()
    audit.record(session, ConsultantLeft(consultant_id, row.active_until), actor=actor, at=at)


def _locked(session: Session, consultant_id: ConsultantID, actor: Actor) -> ConsultantRow:
    row: ConsultantRow | None = session.scalars(
        for_update(
            sa.select(ConsultantRow).where(
                ConsultantRow.id == consultant_id, ConsultantRow.club_id == actor.club.id
            )
        ).execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


def _team(session: Session, club_id: ClubID, name: str | None) -> TeamID | None:
    """The club's team of that name, made when new."""
    if not name:
        return None
    team_id = session.execute(
        sa.select(TeamRow.id).where(TeamRow.club_id == club_id, TeamRow.name == name)
    ).scalar_one_or_none()
    if team_id is None:
        row = TeamRow(club_id=club_id, name=name)
        session.add(row)
        session.flush()
        team_id = row.id
    return TeamID(team_id)
