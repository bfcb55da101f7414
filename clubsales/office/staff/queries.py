"""The staff of a club, read from what accounts and profiles each know."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Actor, Club, Role
from clubsales.auth import queries as accounts
from clubsales.auth.permissions import Permission, permissions_of
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.profiles.rules import Kind
from clubsales.errors import NotFound
from clubsales.ids import AccountID, ClubID
from clubsales.office.staff.rules import Colleague, Grant

ROLE_GRANT = sa.table(
    "role_grant",
    sa.column("account_id", sa.BigInteger),
    sa.column("role", sa.String),
    sa.column("club_id", sa.BigInteger),
    sa.column("ended_at"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffPerson:
    """A colleague in this club. No kind: he sells nothing."""

    account_id: AccountID
    public_id: str
    username: str
    name: str
    roles: tuple[Role, ...]
    kind: Kind | None
    team: str
    code: str
    has_profile: bool
    has_pin: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffPage:
    """Everybody with a role in the club, and who has none any more."""

    people: tuple[StaffPerson, ...]
    left: tuple[str, ...]
    teams: tuple[str, ...]


def staff_page(session: Session, club: Club) -> StaffPage:
    """The staff of a club by name."""
    on_floor = {profile.account_id: profile for profile in profiles.all_in_club(session, club.id)}
    people = tuple(
        StaffPerson(
            account_id=line.id,
            public_id=line.public_id,
            username=line.username,
            name=line.name,
            roles=tuple(role for role in Role if role in line.roles),
            kind=on_floor[line.id].kind if line.id in on_floor else None,
            team=(on_floor[line.id].team or "") if line.id in on_floor else "",
            code=on_floor[line.id].code if line.id in on_floor else "",
            has_profile=line.id in on_floor,
            has_pin=line.has_pin,
        )
        for line in accounts.staff(session, club=club)
        if line.active
    )
    present = {person.account_id for person in people}
    return StaffPage(
        people=people,
        left=tuple(profile.name for key, profile in on_floor.items() if key not in present),
        teams=tuple(sorted({profile.team for profile in on_floor.values() if profile.team})),
    )


def person(session: Session, club: Club, public_id: str) -> StaffPerson:
    """One of the club's staff by what stands in an address; raises NotFound."""
    for each in staff_page(session, club).people:
        if each.public_id == public_id:
            return each
    raise NotFound


def colleague(session: Session, *, account_id: AccountID, actor: Actor) -> Colleague:
    """What the rules ask about somebody with a role in the actor's club; raises NotFound for a stranger."""
    line = next((line for line in accounts.staff(session, club=actor.club) if line.id == account_id), None)
    if line is None:
        raise NotFound
    return Colleague(
        name=line.name,
        grants=_grants(session, account_id),
        actor_roles=actor.roles,
        managed=_managed(session, actor),
        is_oneself=account_id == actor.account_id,
    )


def _managed(session: Session, actor: Actor) -> frozenset[ClubID | None]:
    """The clubs whose staff the actor manages; None among them when he manages all."""
    if actor.account_id is None:
        return frozenset()
    return frozenset(
        grant.club_id
        for grant in _grants(session, actor.account_id)
        if Permission.STAFF_MANAGE in permissions_of(frozenset({grant.role}))
    )


def _grants(session: Session, account_id: AccountID) -> frozenset[Grant]:
    rows = session.execute(
        sa.select(ROLE_GRANT.c.role, ROLE_GRANT.c.club_id).where(
            ROLE_GRANT.c.account_id == account_id, ROLE_GRANT.c.ended_at.is_(None)
        )
    )
    return frozenset(
        Grant(Role(row.role), None if row.club_id is None else ClubID(row.club_id)) for row in rows
    )
