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
from clubsales.clubs import ClubRow
from clubsales.ids import AccountID, AuthSessionID, ClubID, ConsultantID, DeviceID, OrganisationID
from clubsales.money import Currency
from clubsales.prepared import Prepared

# Plain tables: without entities to load, the mapper stays out of the way.
SESSION, ACCOUNT, CLUB = AuthSession.__table__, Account.__table__, ClubRow.__table__
DEVICE, GRANT = Device.__table__, RoleGrant.__table__
CONSULTANT = sa.table("consultant", sa.column("id"), sa.column("account_id"), sa.column("club_id"))
# Every page that shows the floor asks over and over whether it has changed: told with who asks, that is no statement more.
FLOOR = sa.table("rotation_queue", sa.column("club_id"), sa.column("version", sa.BigInteger))
FLOOR_VERSION = sa.func.coalesce(FLOOR.c.version, sa.literal_column("0")).label("floor_version")
ROLE_IN_CLUB = sa.and_(
    GRANT.c.account_id == ACCOUNT.c.id,
    GRANT.c.ended_at.is_(None),
    sa.or_(GRANT.c.club_id.is_(None), GRANT.c.club_id == SESSION.c.club_id),
)

# One row per live role of whoever holds the token. Built once: this runs in every request.
WHO_IS_IT = Prepared(
    sa.select(
        SESSION.c.id.label("session_id"),
        SESSION.c.via,
        SESSION.c.expires_at,
        SESSION.c.last_seen_at,
        SESSION.c.idle_minutes,
        SESSION.c.password_confirmed_at,
        SESSION.c.ended_at,
        SESSION.c.device_id,
        ACCOUNT.c.id.label("account_id"),
        ACCOUNT.c.public_id.label("account_public_id"),
        ACCOUNT.c.name.label("account_name"),
        ACCOUNT.c.locale,
        ACCOUNT.c.active,
        CLUB.c.id.label("club_id"),
        CLUB.c.organisation_id,
        CLUB.c.public_id.label("club_public_id"),
        CLUB.c.code,
        CLUB.c.name.label("club_name"),
        CLUB.c.timezone,
        CLUB.c.currency,
        CLUB.c.opens,
        CLUB.c.closes,
        DEVICE.c.token_hash.label("device_token_hash"),
        DEVICE.c.revoked_at,
        DEVICE.c.hall,
        CONSULTANT.c.id.label("consultant_id"),
        GRANT.c.role,
        FLOOR_VERSION,
    )
    .select_from(SESSION)
    .join(ACCOUNT, ACCOUNT.c.id == SESSION.c.account_id)
    .join(CLUB, CLUB.c.id == SESSION.c.club_id)
    .outerjoin(DEVICE, DEVICE.c.id == SESSION.c.device_id)
    .outerjoin(
        CONSULTANT,
        sa.and_(CONSULTANT.c.account_id == ACCOUNT.c.id, CONSULTANT.c.club_id == SESSION.c.club_id),
    )
    .outerjoin(FLOOR, FLOOR.c.club_id == SESSION.c.club_id)
    .join(GRANT, ROLE_IN_CLUB)
    .where(SESSION.c.token_hash == sa.bindparam("token_hash"))
)


WHICH_DEVICE = Prepared(
    sa.select(
        DEVICE.c.id,
        DEVICE.c.public_id,
        DEVICE.c.name,
        DEVICE.c.purpose,
        DEVICE.c.hall,
        CLUB.c.id.label("club_id"),
        CLUB.c.organisation_id,
        CLUB.c.public_id.label("club_public_id"),
        CLUB.c.code,
        CLUB.c.name.label("club_name"),
        CLUB.c.timezone,
        CLUB.c.currency,
        CLUB.c.opens,
        CLUB.c.closes,
        FLOOR_VERSION,
    )
    .select_from(DEVICE)
    .join(CLUB, CLUB.c.id == DEVICE.c.club_id)
    .outerjoin(FLOOR, FLOOR.c.club_id == DEVICE.c.club_id)
    .where(DEVICE.c.token_hash == sa.bindparam("token_hash"), DEVICE.c.revoked_at.is_(None))
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
    floor_version: int

    def has_fresh_password(self, at: Instant) -> bool:
        return is_fresh(self.password_confirmed_at, at=at)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolledDevice:
    """A device that its cookie proves to be ours."""

    id: DeviceID
    public_id: str
    name: str
    purpose: DevicePurpose
    hall: str  # the facility it stands at; empty: the club's own door
    club: Club
    floor_version: int

    @property
    def actor(self) -> Actor:
        """The device itself, with nobody signed in on it."""
        return Actor(
            kind=ActorKind.DEVICE,
            club=self.club,
            device_id=self.id,
            device_purpose=self.purpose.value,
            hall=self.hall,
            name=self.name,
        )


def signed_in(session: Session, *, token: str, device_token: str | None, at: Instant) -> SignedIn | None:
    """Who holds this session token, in one statement; nobody when the session, account, device or roles are gone."""
    rows = WHO_IS_IT.all(session, {"token_hash": digest(token)})
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
        hall=row.hall or "",
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
        floor_version=row.floor_version,
    )


def enrolled_device(session: Session, *, token: str) -> EnrolledDevice | None:
    """The device this cookie stands for; None for an unknown or revoked one."""
    row = WHICH_DEVICE.one_or_none(session, {"token_hash": digest(token)})
    if row is None:
        return None
    return EnrolledDevice(
        id=DeviceID(row.id),
        public_id=row.public_id,
        name=row.name,
        purpose=DevicePurpose(row.purpose),
        hall=row.hall,
        club=_club(row),
        floor_version=row.floor_version,
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
