"""Found a club, hire staff: what auth, profiles and policies each know a part of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from sqlalchemy.orm import Session

from clubsales import clubs, policies
from clubsales.actor import Actor, Club, Role, system_actor
from clubsales.auth import operations as auth
from clubsales.clock import Instant, local_day
from clubsales.consultants.profiles import operations as profiles
from clubsales.consultants.profiles.rules import Kind
from clubsales.ids import AccountID, ConsultantID, OrganisationID
from clubsales.money import Currency

SELLING_ROLES = frozenset({Role.CONSULTANT, Role.TRAINEE})


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
    password: str | None = None,
    pin: str | None = None,
    locale: str | None = None,
    actor: Actor,
    at: Instant,
) -> Hired:
    """Give somebody an account, a role in the actor's club and a profile there.

    A consultant without a kind is an inside one; other roles sell nothing unless a kind is given.
    """
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
        kind=kind or (Kind.INSIDE if role in SELLING_ROLES else None),
        team=team,
        level=level,
        active_from=local_day(at, actor.club.zone),
        actor=actor,
        at=at,
    )
    return Hired(account_id, consultant_id)
