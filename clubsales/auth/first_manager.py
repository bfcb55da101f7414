"""The one-time link that turns an empty installation into a club with its first manager."""

from dataclasses import dataclass
from datetime import time

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import clubs, policies
from clubsales.actor import Club, Role, system_actor
from clubsales.auth.models import FirstManagerLink
from clubsales.auth.operations import create_account, grant_role
from clubsales.auth.passwords import digest
from clubsales.auth.queries import has_anyone
from clubsales.auth.rules import FIRST_LINK_LASTS, AuthRefused
from clubsales.clock import Instant, local_day
from clubsales.db import for_update
from clubsales.errors import NotFound, refuse
from clubsales.ids import AccountID, new_token
from clubsales.money import Currency


@dataclass(frozen=True, slots=True, kw_only=True)
class NewClub:
    """What the first manager tells about the club and about himself."""

    organisation_name: str
    club_code: str
    club_name: str
    timezone: str
    currency: Currency
    opens: time
    closes: time
    manager_name: str
    username: str
    password: str
    pin: str
    locale: str | None = None


def make_first_manager_link(session: Session, *, at: Instant) -> str:
    """Draw the link's token; earlier links stop working. It lasts a week and works once."""
    session.execute(
        sa.update(FirstManagerLink)
        .where(FirstManagerLink.used_at.is_(None), FirstManagerLink.expires_at > at)
        .values(expires_at=at)
    )
    token = new_token()
    session.add(FirstManagerLink(token_hash=digest(token), created_at=at, expires_at=at + FIRST_LINK_LASTS))
    session.flush()
    return token


def may_redeem(session: Session, *, token: str, at: Instant) -> bool:
    """Whether the link still works."""
    return _open_link(session, token, at) is not None


def redeem_first_manager_link(
    session: Session, *, token: str, new_club: NewClub, at: Instant
) -> tuple[AccountID, Club]:
    """Make organisation, club, its default policy and the first manager, who manages all its clubs.

    Raises NotFound for no such link, Refused(AuthRefused.LINK_USED) for one used or expired or when an account
    exists already, and what `create_account` raises.
    """
    link = _open_link(session, token, at)
    if link is None:
        known = session.scalar(
            sa.select(FirstManagerLink.id).where(FirstManagerLink.token_hash == digest(token))
        )
        if known is None:
            raise NotFound
        refuse(AuthRefused.LINK_USED).or_raise()
    if has_anyone(session):
        refuse(AuthRefused.LINK_USED).or_raise()
    organisation_id = clubs.found_organisation(session, name=new_club.organisation_name, at=at)
    club = clubs.open_club(
        session,
        organisation_id=organisation_id,
        code=new_club.club_code,
        name=new_club.club_name,
        timezone=new_club.timezone,
        currency=new_club.currency,
        opens=new_club.opens,
        closes=new_club.closes,
        at=at,
    )
    actor = system_actor(club)
    policies.publish(session, changes={}, valid_from=local_day(at, club.zone), actor=actor, at=at)
    account_id = create_account(
        session,
        organisation_id=organisation_id,
        username=new_club.username,
        name=new_club.manager_name,
        password=new_club.password,
        pin=new_club.pin,
        locale=new_club.locale,
        actor=actor,
        at=at,
    )
    grant_role(session, account_id=account_id, role=Role.CLUB_MANAGER, club=club, actor=actor, at=at)
    grant_role(session, account_id=account_id, role=Role.OWNER, club=None, actor=actor, at=at)
    link.used_at = at
    link.account_id = account_id
    session.flush()
    return account_id, club


def _open_link(session: Session, token: str, at: Instant) -> FirstManagerLink | None:
    row: FirstManagerLink | None = session.scalars(
        for_update(
            sa.select(FirstManagerLink).where(
                FirstManagerLink.token_hash == digest(token),
                FirstManagerLink.used_at.is_(None),
                FirstManagerLink.expires_at > at,
            )
        )
    ).one_or_none()
    return row
