"""Use cases of accounts and roles. A change of role, password or PIN ends the account's sessions."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Actor, Club, Role
from clubsales.audit import record
from clubsales.auth.events import (
    AccountCreated,
    AccountDeactivated,
    PasswordSet,
    PinSet,
    RoleEnded,
    RoleGranted,
)
from clubsales.auth.models import Account, RoleGrant
from clubsales.auth.passwords import hash_secret
from clubsales.auth.rules import (
    AuthRefused,
    EndReason,
    clean_username,
    may_be_password,
    may_be_pin,
    may_be_username,
)
from clubsales.auth.sessions import end_sessions_of
from clubsales.clock import Instant
from clubsales.db import for_update
from clubsales.errors import NotFound, refuse
from clubsales.ids import AccountID, ClubID, OrganisationID


def create_account(
    session: Session,
    *,
    organisation_id: OrganisationID,
    username: str,
    name: str,
    actor: Actor,
    at: Instant,
    password: str | None = None,
    pin: str | None = None,
    email: str | None = None,
    locale: str | None = None,
) -> AccountID:
    """Make an account, without any role yet.

    Raises Refused(AuthRefused...) for a user name of another shape or taken, an e-mail taken, a weak password or PIN.
    """
    cleaned = clean_username(username)
    may_be_username(cleaned).or_raise()
    if session.scalar(sa.select(Account.id).where(Account.username == cleaned)) is not None:
        refuse(AuthRefused.USERNAME_TAKEN, username=cleaned).or_raise()
    address = email.strip().lower() if email and email.strip() else None
    if address and session.scalar(sa.select(Account.id).where(Account.email == address)) is not None:
        refuse(AuthRefused.EMAIL_TAKEN).or_raise()
    row = Account(
        organisation_id=organisation_id,
        username=cleaned,
        email=address,
        name=name.strip(),
        locale=locale,
        created_at=at,
    )
    session.add(row)
    session.flush()
    account_id = AccountID(row.id)
    record(session, AccountCreated(account_id), actor=actor, at=at)
    if password is not None:
        set_password(session, account_id=account_id, password=password, actor=actor, at=at)
    if pin is not None:
        set_pin(session, account_id=account_id, pin=pin, actor=actor, at=at)
    return account_id


def grant_role(
    session: Session, *, account_id: AccountID, role: Role, club: Club | None, actor: Actor, at: Instant
) -> None:
    """Give a role in a club, or with None in all clubs of the organisation; ends the account's sessions.

    Raises Refused(AuthRefused.ROLE_HELD); NotFound for an account or a club of another organisation.
    """
    account = _account(session, account_id, actor)
    if club is not None and club.organisation_id != account.organisation_id:
        raise NotFound
    club_id = club.id if club else None
    if _live_grant(session, account_id, role, club_id) is not None:
        refuse(AuthRefused.ROLE_HELD).or_raise()
    session.add(RoleGrant(account_id=account.id, role=role.value, club_id=club_id, granted_at=at))
    session.flush()
    record(session, RoleGranted(account_id, role.value, club_id), actor=actor, at=at)
    end_sessions_of(session, account_id=account_id, why=EndReason.ROLE_CHANGED, actor=actor, at=at)


def end_role(
    session: Session, *, account_id: AccountID, role: Role, club: Club | None, actor: Actor, at: Instant
) -> None:
    """Take a role away; ends the account's sessions. Raises NotFound when it is not held."""
    _account(session, account_id, actor)
    club_id = club.id if club else None
    grant = _live_grant(session, account_id, role, club_id)
    if grant is None:
        raise NotFound
    grant.ended_at = at
    session.flush()
    record(session, RoleEnded(account_id, role.value, club_id), actor=actor, at=at)
    end_sessions_of(session, account_id=account_id, why=EndReason.ROLE_CHANGED, actor=actor, at=at)


def set_password(
    session: Session, *, account_id: AccountID, password: str, actor: Actor, at: Instant
) -> None:
    """Set a password and lift its lock; ends the account's sessions. Raises Refused for a weak one."""
    account = _account(session, account_id, actor)
    may_be_password(password, username=account.username).or_raise()
    account.password = hash_secret(password)
    account.password_set_at = at
    account.failed_passwords = 0
    account.locks = 0
    account.locked_until_at = None
    session.flush()
    record(session, PasswordSet(account_id), actor=actor, at=at)
    end_sessions_of(session, account_id=account_id, why=EndReason.PASSWORD_CHANGED, actor=actor, at=at)


def set_pin(session: Session, *, account_id: AccountID, pin: str, actor: Actor, at: Instant) -> None:
    """Set the PIN for shared tablets and lift its lock; ends the account's sessions. Raises Refused for a weak one."""
    account = _account(session, account_id, actor)
    may_be_pin(pin).or_raise()
    account.pin_hash = hash_secret(pin)
    account.pin_set_at = at
    account.failed_pins = 0
    account.pin_locked_at = None
    session.flush()
    record(session, PinSet(account_id), actor=actor, at=at)
    end_sessions_of(session, account_id=account_id, why=EndReason.PIN_CHANGED, actor=actor, at=at)


def deactivate(session: Session, *, account_id: AccountID, actor: Actor, at: Instant) -> None:
    """Lock an account for good: no sign-in, no sessions."""
    account = _account(session, account_id, actor)
    account.active = False
    session.flush()
    record(session, AccountDeactivated(account_id), actor=actor, at=at)
    end_sessions_of(session, account_id=account_id, why=EndReason.DEACTIVATED, actor=actor, at=at)


def set_locale(session: Session, *, account_id: AccountID, locale: str) -> None:
    """Remember the language a person reads."""
    session.execute(sa.update(Account).where(Account.id == account_id).values(locale=locale))


def account_of(actor: Actor) -> AccountID:
    """The account behind an actor; raises NotFound for one without: a device, a guest, a job."""
    if actor.account_id is None:
        raise NotFound
    return actor.account_id


def _account(session: Session, account_id: AccountID, actor: Actor) -> Account:
    """The account, locked; another organisation's is not there."""
    row: Account | None = session.scalars(
        for_update(
            sa.select(Account).where(
                Account.id == account_id, Account.organisation_id == actor.club.organisation_id
            )
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


def _live_grant(
    session: Session, account_id: AccountID, role: Role, club_id: ClubID | None
) -> RoleGrant | None:
    place = RoleGrant.club_id.is_(None) if club_id is None else RoleGrant.club_id == club_id
    return session.scalars(
        sa.select(RoleGrant).where(
            RoleGrant.account_id == account_id,
            RoleGrant.role == role.value,
            RoleGrant.ended_at.is_(None),
            place,
        )
    ).one_or_none()
