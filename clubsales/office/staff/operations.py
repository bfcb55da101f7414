"""Found a club, hire staff: what auth, profiles and policies each know a part of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from sqlalchemy.orm import Session

from clubsales import clubs, policies
from clubsales.actor import Actor, ActorKind, Club, Role, system_actor
from clubsales.auth import first_manager
from clubsales.auth import operations as auth
from clubsales.auth import queries as accounts
from clubsales.auth.first_manager import NewClub
from clubsales.clock import Instant, local_day
from clubsales.consultants.profiles import operations as profiles
from clubsales.consultants.profiles import queries as profile_queries
from clubsales.consultants.profiles.rules import Kind
from clubsales.consultants.shifts import queries as shifts
from clubsales.errors import NotFound, refuse
from clubsales.ids import AccountID, ConsultantID, OrganisationID
from clubsales.membership.catalogue import facilities
from clubsales.money import Currency
from clubsales.office.staff import queries
from clubsales.office.staff.rules import (
    StaffRefused,
    kind_for,
    may_change_rights,
    may_end_employment,
    may_give,
    may_set_secrets,
)


@dataclass(frozen=True, slots=True)
class Hired:
    """A new colleague: his account and his profile on the club's floor."""

    account_id: AccountID
    consultant_id: ConsultantID


def found_club(
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
    policy: Mapping[str, Any] | None = None,
    policy_from: date | None = None,
) -> Club:
    """Open a club with a policy in force from its first day (default: the day it is founded)."""
    club = clubs.open_club(
        session,
        organisation_id=organisation_id,
        code=code,
        name=name,
        timezone=timezone,
        currency=currency,
        opens=opens,
        closes=closes,
        at=at,
    )
    first_day = policy_from or local_day(at, club.zone)
    policies.publish(session, changes=policy or {}, valid_from=first_day, actor=system_actor(club), at=at)
    facilities.begin(session, actor=system_actor(club), at=at)
    return club


def hire(
    session: Session,
    *,
    username: str,
    name: str,
    role: Role,
    kind: Kind | None = None,
    team: str | None = None,
    level: int = 1,
    code: str = "",
    active_from: date | None = None,
    password: str | None = None,
    pin: str | None = None,
    locale: str | None = None,
    actor: Actor,
    at: Instant,
) -> Hired:
    """Give somebody an account, a role in the actor's club and a profile there.

    A consultant without a kind is an inside one; other roles sell nothing unless a kind is given. He works here from
    `active_from` on, else from today.
    Raises Refused(StaffRefused.ROLE_ABOVE), and what the account refuses (user name, password, PIN).
    """
    _may_give(role, actor)
    account_id = auth.create_account(
        session,
        organisation_id=actor.club.organisation_id,
        username=username,
        name=name,
        password=password,
        pin=pin,
        locale=locale,
        actor=actor,
        at=at,
    )
    auth.grant_role(session, account_id=account_id, role=role, club=actor.club, actor=actor, at=at)
    consultant_id = profiles.add_consultant(
        session,
        account_id=account_id,
        name=name,
        kind=kind or kind_for(role, None),
        team=team,
        level=level,
        code=code,
        active_from=active_from or local_day(at, actor.club.zone),
        actor=actor,
        at=at,
    )
    return Hired(account_id, consultant_id)


def found_first_club(session: Session, *, token: str, new_club: NewClub, at: Instant) -> Club:
    """Redeem the first manager's link: organisation, club, policy, and the manager with a profile on its floor.

    Raises what `redeem_first_manager_link` raises.
    """
    account_id, club = first_manager.redeem_first_manager_link(session, token=token, new_club=new_club, at=at)
    profiles.add_consultant(
        session,
        account_id=account_id,
        name=new_club.manager_name,
        kind=None,
        active_from=local_day(at, club.zone),
        actor=system_actor(club),
        at=at,
    )
    return club


def give_role(session: Session, *, account_id: AccountID, role: Role, actor: Actor, at: Instant) -> None:
    """Give a colleague another role in the actor's club; his sessions end.

    Raises Refused(StaffRefused.ROLE_ABOVE, PERSON_ABOVE, ONESELF) and for a role he has; NotFound for a stranger.
    """
    may_change_rights(queries.colleague(session, account_id=account_id, actor=actor)).or_raise()
    _may_give(role, actor)
    auth.grant_role(session, account_id=account_id, role=role, club=actor.club, actor=actor, at=at)


def take_role(session: Session, *, account_id: AccountID, role: Role, actor: Actor, at: Instant) -> None:
    """Take a role in the actor's club away; his sessions end.

    Raises Refused(StaffRefused.PERSON_ABOVE, ONESELF), LAST_ROLE for the only one he has here; NotFound.
    """
    facts = queries.colleague(session, account_id=account_id, actor=actor)
    may_change_rights(facts).or_raise()
    here = [grant for grant in facts.grants if grant.club_id in (actor.club.id, None)]
    if len(here) == 1:
        refuse(StaffRefused.LAST_ROLE, name=facts.name).or_raise()
    auth.end_role(session, account_id=account_id, role=role, club=actor.club, actor=actor, at=at)


def change_place(
    session: Session,
    *,
    account_id: AccountID,
    kind: Kind | None,
    team: str | None,
    actor: Actor,
    at: Instant,
) -> None:
    """Move a colleague to another team, or let him sell inside, outside or not at all.

    Raises Refused(StaffRefused.ON_SHIFT) for another kind during a shift, whose queue it would break; NotFound for
    somebody without a profile here.
    """
    queries.colleague(session, account_id=account_id, actor=actor)
    profile = profile_queries.of_account(session, actor.club.id, account_id)
    if profile is None:
        raise NotFound
    if kind is not profile.kind:
        if shifts.open_shift_of(session, profile.id) is not None:
            refuse(StaffRefused.ON_SHIFT, name=profile.name).or_raise()
        profiles.change_kind(session, consultant_id=profile.id, kind=kind, actor=actor, at=at)
    profiles.change_team(session, consultant_id=profile.id, team=team, actor=actor, at=at)


def reset_password(
    session: Session, *, account_id: AccountID, password: str, actor: Actor, at: Instant
) -> None:
    """Set a colleague's password; his sessions end. Raises Refused(StaffRefused...) and for a weak password."""
    may_set_secrets(queries.colleague(session, account_id=account_id, actor=actor)).or_raise()
    auth.set_password(session, account_id=account_id, password=password, actor=actor, at=at)


def reset_pin(session: Session, *, account_id: AccountID, pin: str, actor: Actor, at: Instant) -> None:
    """Set a colleague's PIN; his sessions end. Raises Refused(StaffRefused...) and for a weak PIN."""
    may_set_secrets(queries.colleague(session, account_id=account_id, actor=actor)).or_raise()
    auth.set_pin(session, account_id=account_id, pin=pin, actor=actor, at=at)


def end_employment(session: Session, *, account_id: AccountID, actor: Actor, at: Instant) -> None:
    """Today is a colleague's last day in this club: roles and profile end; without a role elsewhere the account too.

    Raises Refused(StaffRefused.ONESELF, PERSON_ABOVE, OTHER_CLUB, ON_SHIFT); NotFound for a stranger.
    """
    facts = queries.colleague(session, account_id=account_id, actor=actor)
    profile = profile_queries.of_account(session, actor.club.id, account_id)
    on_shift = profile is not None and shifts.open_shift_of(session, profile.id) is not None
    may_end_employment(facts, on_shift=on_shift).or_raise()
    ended = {grant for grant in facts.grants if grant.club_id in (actor.club.id, None)}
    for grant in sorted(ended, key=lambda grant: grant.role):
        club = actor.club if grant.club_id is not None else None
        auth.end_role(session, account_id=account_id, role=grant.role, club=club, actor=actor, at=at)
    if profile is not None:
        last_day = local_day(at, actor.club.zone)
        profiles.end_profile(session, consultant_id=profile.id, last_day=last_day, actor=actor, at=at)
    if not accounts.clubs_of(session, account_id):
        auth.deactivate(session, account_id=account_id, actor=actor, at=at)


def _may_give(role: Role, actor: Actor) -> None:
    """Jobs and commands give any role; staff none above their own."""
    if actor.kind is not ActorKind.SYSTEM:
        may_give(role, actor_roles=actor.roles).or_raise()
