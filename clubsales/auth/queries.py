"""Reads of accounts, devices and roles."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club, Role
from clubsales.auth.models import Account, Device, RoleGrant
from clubsales.auth.rules import DevicePurpose, may_be_public_id
from clubsales.clock import Instant
from clubsales.clubs import ClubRow, to_club
from clubsales.errors import NotFound
from clubsales.ids import AccountID, ClubID

# The club's halls: known by table name, they belong to the price list.
FACILITY = sa.table(
    "facility",
    *(sa.column(name) for name in ("club_id", "code", "name", "name_en", "position", "archived_at")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """Somebody who can sign in on the shared tablet."""

    public_id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceLine:
    """A device in the manager's list."""

    public_id: str
    name: str
    purpose: DevicePurpose
    hall: str  # code; empty: the club's own door
    enrolled_at: Instant
    enrolled_by: str
    revoked_at: Instant | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffLine:
    """An account with its live roles in one club."""

    id: AccountID
    public_id: str
    username: str
    name: str
    active: bool
    has_pin: bool
    roles: frozenset[Role]


def faces(session: Session, *, club: Club) -> list[Face]:
    """Everybody with a live role in the club and a PIN, by name."""
    rows = session.execute(
        sa.select(Account.public_id, Account.name)
        .where(Account.active, Account.pin_hash.is_not(None), Account.id.in_(_accounts_of(club)))
        .order_by(Account.name, Account.id)
    )
    return [Face(public_id=row.public_id, name=row.name) for row in rows]


def face(session: Session, *, club: Club, public_id: str) -> Face:
    """One of the club's faces; raises NotFound."""
    for each in faces(session, club=club):
        if each.public_id == public_id:
            return each
    raise NotFound


def halls(session: Session, *, club: Club) -> list[tuple[str, str, str]]:
    """The club's halls as a device may stand at them: code, name, English name."""
    rows = session.execute(
        sa.select(FACILITY.c.code, FACILITY.c.name, FACILITY.c.name_en)
        .where(FACILITY.c.club_id == club.id, FACILITY.c.archived_at.is_(None))
        .order_by(FACILITY.c.position, FACILITY.c.code)
    )
    return [(row.code, row.name, row.name_en) for row in rows]


def devices(session: Session, *, club: Club) -> list[DeviceLine]:
    """The club's devices, live ones first, newest first."""
    rows = session.execute(
        sa.select(Device, Account.name)
        .join(Account, Account.id == Device.enrolled_by)
        .where(Device.club_id == club.id)
        .order_by(Device.revoked_at.is_not(None), Device.enrolled_at.desc(), Device.id.desc())
    )
    return [
        DeviceLine(
            public_id=device.public_id,
            name=device.name,
            purpose=DevicePurpose(device.purpose),
            hall=device.hall,
            enrolled_at=device.enrolled_at,
            enrolled_by=enrolled_by,
            revoked_at=device.revoked_at,
        )
        for device, enrolled_by in rows
    ]


def staff(session: Session, *, club: Club) -> list[StaffLine]:
    """Everybody with a live role in the club, by name."""
    rows = session.execute(
        sa.select(Account, RoleGrant.role)
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .where(_is_live_in(club))
        .order_by(Account.name, Account.id)
    )
    roles: dict[int, tuple[Account, set[Role]]] = {}
    for account, role in rows:
        roles.setdefault(account.id, (account, set()))[1].add(Role(role))
    return [
        StaffLine(
            id=AccountID(account.id),
            public_id=account.public_id,
            username=account.username,
            name=account.name,
            active=account.active,
            has_pin=account.pin_hash is not None,
            roles=frozenset(held),
        )
        for account, held in roles.values()
    ]


def clubs_of(session: Session, account_id: AccountID) -> list[Club]:
    """The clubs where the account has a live role, by code."""
    rows = session.scalars(
        sa.select(ClubRow)
        .join(Account, Account.organisation_id == ClubRow.organisation_id)
        .where(
            Account.id == account_id,
            sa.exists().where(
                RoleGrant.account_id == Account.id,
                RoleGrant.ended_at.is_(None),
                sa.or_(RoleGrant.club_id.is_(None), RoleGrant.club_id == ClubRow.id),
            ),
        )
        .order_by(ClubRow.code)
    )
    return [to_club(row) for row in rows]


def account_id_of(session: Session, *, club: Club, public_id: str) -> AccountID:
    """The account with a live role in the club; raises NotFound for any other."""
    if not may_be_public_id(public_id):
        raise NotFound
    found = session.scalar(
        sa.select(Account.id).where(Account.public_id == public_id, Account.id.in_(_accounts_of(club)))
    )
    if found is None:
        raise NotFound
    return AccountID(found)


def username_of(session: Session, account_id: AccountID) -> str:
    """The account's user name."""
    return session.scalars(sa.select(Account.username).where(Account.id == account_id)).one()


def has_anyone(session: Session) -> bool:
    """Whether the installation has any account yet."""
    return bool(session.scalar(sa.select(sa.exists().where(Account.id.is_not(None)))))


def roles_in(session: Session, *, account_id: AccountID, club_id: ClubID) -> frozenset[Role]:
    """The account's live roles in a club."""
    rows: Sequence[str] = session.scalars(
        sa.select(RoleGrant.role).where(
            RoleGrant.account_id == account_id,
            RoleGrant.ended_at.is_(None),
            sa.or_(RoleGrant.club_id.is_(None), RoleGrant.club_id == club_id),
        )
    ).all()
    return frozenset(Role(role) for role in rows)


def _is_live_in(club: Club) -> sa.ColumnElement[bool]:
    """A live grant that covers the club; one for all clubs counts in its own organisation only."""
    everywhere = sa.and_(
        RoleGrant.club_id.is_(None),
        RoleGrant.account_id.in_(
            sa.select(Account.id).where(Account.organisation_id == club.organisation_id)
        ),
    )
    return sa.and_(RoleGrant.ended_at.is_(None), sa.or_(RoleGrant.club_id == club.id, everywhere))


def _accounts_of(club: Club) -> sa.Select[int]:
    return sa.select(RoleGrant.account_id).where(_is_live_in(club))
