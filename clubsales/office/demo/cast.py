"""The story's people of one club, as actors; whoever has left the club since is not there."""

from dataclasses import dataclass, replace
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Actor, ActorKind, Club, Role
from clubsales.auth.models import Account, RoleGrant
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.profiles.rules import Kind
from clubsales.ids import AccountID, ConsultantID
from clubsales.office.demo.story import CLUBS, HEADS


@dataclass(frozen=True, slots=True)
class Cast:
    """Who works in a club. Everybody here has a profile on its floor."""

    inside: tuple[Actor, ...]
    outside: tuple[Actor, ...]
    desks: tuple[Actor, ...]
    clerk: Actor
    manager: Actor
    supervisor: Actor
    director: Actor | None  # of all clubs: decides leave
    general_manager: Actor | None  # of all clubs: approves assessments

    @property
    def sellers(self) -> tuple[Actor, ...]:
        return (*self.inside, *self.outside)

    def consultant(self, consultant_id: ConsultantID) -> Actor:
        """The one who sells under this profile; raises KeyError for somebody outside the story."""
        return {profile_of(one): one for one in (*self.inside, *self.outside)}[consultant_id]


class CastIncomplete(Exception):
    """Somebody the story cannot do without has left."""


def profile_of(actor: Actor) -> ConsultantID:
    """The floor profile of a member of the cast."""
    if actor.consultant_id is None:
        raise CastIncomplete(actor.name)
    return actor.consultant_id


def gather(session: Session, club: Club, day: date) -> Cast:
    """The story's people who work in the club on a day; raises CastIncomplete."""
    story = next((one for one in CLUBS if one.code == club.code), None)
    if story is None:
        raise CastIncomplete(club.name)
    people: dict[AccountID, Actor] = {}
    rows = session.execute(
        sa.select(Account.id, Account.name, RoleGrant.role)
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .where(
            Account.username.in_([one.username for one in story.staff]),
            Account.active,
            RoleGrant.club_id == club.id,
            RoleGrant.ended_at.is_(None),
        )
    )
    for row in rows:
        account_id = AccountID(row.id)
        before = people.get(account_id)
        roles = frozenset({Role(row.role)}) | (before.roles if before else frozenset())
        people[account_id] = Actor(
            kind=ActorKind.STAFF, club=club, account_id=account_id, roles=roles, name=row.name
        )
    inside: list[Actor] = []
    outside: list[Actor] = []
    others: list[Actor] = []
    for view in sorted(profiles.all_in_club(session, club.id, on_day=day), key=lambda view: view.id):
        actor = people.get(view.account_id)
        if actor is None:
            continue
        actor = replace(actor, consultant_id=view.id)
        sells = actor.has_role(Role.CONSULTANT, Role.TRAINEE)
        (inside if sells and view.kind is Kind.INSIDE else outside if sells else others).append(actor)
    desks = tuple(one for one in others if one.has_role(Role.RECEPTIONIST))
    manager = next((one for one in others if one.has_role(Role.CLUB_MANAGER)), None)
    clerk = next((one for one in others if one.has_role(Role.FINANCE_CLERK)), manager)
    supervisor = next((one for one in others if one.has_role(Role.SUPERVISOR)), manager)
    if len(inside) < 3 or not outside or not desks or manager is None or clerk is None or supervisor is None:
        raise CastIncomplete(club.name)
    return Cast(
        inside=tuple(inside),
        outside=tuple(outside),
        desks=desks,
        clerk=clerk,
        manager=manager,
        supervisor=supervisor,
        director=_head(session, club, Role.SALES_DIRECTOR),
        general_manager=_head(session, club, Role.GENERAL_MANAGER),
    )


def _head(session: Session, club: Club, role: Role) -> Actor | None:
    """The story's head of all clubs in this role, acting in one of them."""
    row = session.execute(
        sa.select(Account.id, Account.name)
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .where(
            Account.username.in_([one.username for one in HEADS if one.role is role]),
            Account.active,
            RoleGrant.role == role.value,
            RoleGrant.club_id.is_(None),
            RoleGrant.ended_at.is_(None),
        )
    ).first()
    if row is None:
        return None
    roles = frozenset({role})
    return Actor(kind=ActorKind.STAFF, club=club, account_id=AccountID(row.id), roles=roles, name=row.name)
