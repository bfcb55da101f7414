"""Who is this? The one statement of every request, and the device behind a cookie."""

from dataclasses import dataclass
from datetime import time
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Actor, ActorKind, Club, Role
from clubsales.auth.models import Account, AuthSession, Device, RoleGrant
from clubsales.auth.passwords import digest
from clubsales.auth.rules import DevicePurpose, Via, is_fresh, is_live
from clubsales.clock import Instant
from clubsales.clubs import ClubRow, to_club
from clubsales.ids import AccountID, AuthSessionID, ClubID, ConsultantID, DeviceID, OrganisationID
from clubsales.money import Currency

CONSULTANT = sa.table("consultant", sa.column("id"), sa.column("account_id"), sa.column("club_id"))
ROLE_IN_CLUB = sa.and_(
    RoleGrant.account_id == Account.id,
    RoleGrant.ended_at.is_(None),
    sa.or_(RoleGrant.club_id.is_(None), RoleGrant.club_id == AuthSession.club_id),
)

# One row per live role of whoever holds the token. Built once: this runs in every request.
WHO_IS_IT = (
    sa.select(
        AuthSession.id.label("session_id"),
        AuthSession.via,
        AuthSession.expires_at,
        AuthSession.last_seen_at,
        AuthSession.idle_minutes,
        AuthSession.password_confirmed_at,
        AuthSession.ended_at,
        AuthSession.device_id,
        Account.id.label("account_id"),
        Account.public_id.label("account_public_id"),
        Account.name.label("account_name"),
        Account.locale,
        Account.active,
        ClubRow.id.label("club_id"),
        ClubRow.organisation_id,
        ClubRow.public_id.label("club_public_id"),
        ClubRow.code,
        ClubRow.name.label("club_name"),
        ClubRow.timezone,
        ClubRow.currency,
        ClubRow.opens,
        ClubRow.closes,
        Device.token_hash.label("device_token_hash"),
        Device.revoked_at,
        CONSULTANT.c.id.label("consultant_id"),
        RoleGrant.role,
    )
    .select_from(AuthSession)
    .join(Account, Account.id == AuthSession.account_id)
    .join(ClubRow, ClubRow.id == AuthSession.club_id)
    .outerjoin(Device, Device.id == AuthSession.device_id)
    .outerjoin(
        CONSULTANT,
        sa.and_(CONSULTANT.c.account_id == Account.id, CONSULTANT.c.club_id == AuthSession.club_id),
    )
    .join(RoleGrant, ROLE_IN_CLUB)
    .where(AuthSession.token_hash == sa.bindparam("token_hash"))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Who is signed in on this browser, and how."""

    session_id: AuthSessionID
    actor: Actor
    account_public_id: str
    locale: str | None
    via: Via
    last_seen_at: Instant
    password_confirmed_at: Instant | None

    def has_fresh_password(self, at: Instant) -> bool:
        return is_fresh(self.password_confirmed_at, at=at)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolledDevice:
    """A device that its cookie proves to be ours."""

    id: DeviceID
    public_id: str
    name: str
    purpose: DevicePurpose
    club: Club

    @property
    def actor(self) -> Actor:
        """The device itself, with nobody signed in on it."""
        return Actor(kind=ActorKind.DEVICE, club=self.club, device_id=self.id, name=self.name)


def signed_in(session: Session, *, token: str, device_token: str | None, at: Instant) -> SignedIn | None:
    """Who holds this session token, in one statement; nobody when the session, account, device or roles are gone."""
    rows = session.execute(WHO_IS_IT, {"token_hash": digest(token)}).all()
    if not rows:
        return None
    row = rows[0]
    live = is_live(
        ended=row.ended_at is not None,
        expires_at=row.expires_at,
        last_seen_at=row.last_seen_at,
        idle_minutes=row.idle_minutes,
        at=at,
    )
    if not live or not row.active or not _is_on_its_device(row, device_token):
        return None
    actor = Actor(
        kind=ActorKind.STAFF,
        club=_club(row),
        account_id=AccountID(row.account_id),
        consultant_id=None if row.consultant_id is None else ConsultantID(row.consultant_id),
        device_id=None if row.device_id is None else DeviceID(row.device_id),
        roles=frozenset(Role(each.role) for each in rows),
        name=row.account_name,
    )
    return SignedIn(
        session_id=AuthSessionID(row.session_id),
        actor=actor,
        account_public_id=row.account_public_id,
        locale=row.locale,
        via=Via(row.via),
        last_seen_at=row.last_seen_at,
        password_confirmed_at=row.password_confirmed_at,
    )


def enrolled_device(session: Session, *, token: str) -> EnrolledDevice | None:
    """The device this cookie stands for; None for an unknown or revoked one."""
    found = session.execute(
        sa.select(Device, ClubRow)
        .join(ClubRow, ClubRow.id == Device.club_id)
        .where(Device.token_hash == digest(token), Device.revoked_at.is_(None))
    ).one_or_none()
    if found is None:
        return None
    device, club = found
    return EnrolledDevice(
        id=DeviceID(device.id),
        public_id=device.public_id,
        name=device.name,
        purpose=DevicePurpose(device.purpose),
        club=to_club(club),
    )


def _is_on_its_device(row: Any, device_token: str | None) -> bool:
    """A session opened on a shared device is worth nothing away from it, or once the device is revoked."""
    if row.device_id is None:
        return True
    if row.revoked_at is not None or device_token is None:
        return False
    return bool(row.device_token_hash == digest(device_token))


def _club(row: Any) -> Club:
    opens: time = row.opens
    closes: time = row.closes
    return Club(
        id=ClubID(row.club_id),
        organisation_id=OrganisationID(row.organisation_id),
        public_id=row.club_public_id,
        code=row.code,
        name=row.club_name,
        zone=ZoneInfo(row.timezone),
        currency=Currency(row.currency),
        opens=opens,
        closes=closes,
    )
