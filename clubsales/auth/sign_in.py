"""Use cases of signing in.

A wrong password or PIN is counted even though the person is refused, so these operations return what came of it
instead of raising: the caller commits the count, then refuses.
"""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Actor, ActorKind, Club
from clubsales.audit import record
from clubsales.auth import queries
from clubsales.auth.events import PasswordConfirmed, SignInFailed
from clubsales.auth.lookup import EnrolledDevice, SignedIn
from clubsales.auth.models import Account, AuthSession
from clubsales.auth.passwords import matches
from clubsales.auth.rules import (
    FAILURES_ALLOWED,
    AuthRefused,
    DevicePurpose,
    EndReason,
    Tries,
    Via,
    after_wrong_password,
    clean_username,
    may_be_username,
)
from clubsales.auth.sessions import end_sessions_of, last_used, open_session, replace_session
from clubsales.clock import Instant
from clubsales.clubs import all_clubs
from clubsales.db import for_update
from clubsales.errors import NotFound, Refusal, refuse
from clubsales.ids import AccountID, AuthSessionID, OrganisationID


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInOutcome:
    """A new session's token, or why there is none."""

    token: str | None = None
    refusal: Refusal | None = None
    clubs: int = 0
    locale: str | None = None


def sign_in_with_password(
    session: Session,
    *,
    username: str,
    password: str,
    device: EnrolledDevice | None,
    at: Instant,
    replaces: SignedIn | None = None,
) -> SignInOutcome:
    """Open a session by user name and password; also unlocks the account's PIN.

    Unknown name, wrong password and deactivated account get the same answer after the same work. On a shared device
    the session acts in the device's club and ends when idle.
    """
    cleaned = clean_username(username)
    # Locked: tries on one account queue up here, so that none can slip past the count.
    account = _find(session, cleaned)
    right = matches(password, account.password if account else None)
    if account is None:
        return SignInOutcome(refusal=refuse(AuthRefused.WRONG_SIGN_IN))
    refusal = _count_password(session, account, right=right, at=at, otherwise=AuthRefused.WRONG_SIGN_IN)
    if refusal is None and not account.active:
        refusal = refuse(AuthRefused.WRONG_SIGN_IN)
    if refusal is not None:
        return SignInOutcome(refusal=refusal)
    account.failed_pins = 0
    account.pin_locked_at = None
    clubs = queries.clubs_of(session, AccountID(account.id))
    if not clubs:
        return SignInOutcome(refusal=refuse(AuthRefused.NO_CLUB))
    if device is not None:
        clubs = [club for club in clubs if club.id == device.club.id]
        if not clubs:
            return SignInOutcome(refusal=refuse(AuthRefused.OTHER_CLUBS_DEVICE, club=device.club.name))
    club = last_used(session, account, clubs)
    replace_session(session, replaces, at=at)
    token = open_session(session, account, club=club, device=device, via=Via.PASSWORD, at=at)
    return SignInOutcome(token=token, clubs=len(clubs), locale=account.locale)


def sign_in_with_pin(
    session: Session,
    *,
    device: EnrolledDevice,
    account_public_id: str,
    pin: str,
    at: Instant,
    replaces: SignedIn | None = None,
) -> SignInOutcome:
    """Open a session on a shared tablet by face and PIN, in the tablet's club only.

    Five wrong PINs lock it until the person signs in with the password. Raises NotFound for somebody without a live
    role in this club.
    """
    if device.purpose is not DevicePurpose.TABLET:
        return SignInOutcome(refusal=refuse(AuthRefused.DEVICE_CANNOT_SIGN_IN))
    account_id = queries.account_id_of(session, club=device.club, public_id=account_public_id)
    account, refusal = _check_pin(session, account_id, device.club, pin, at)
    if refusal is not None:
        return SignInOutcome(refusal=refusal)
    replace_session(session, replaces, at=at)
    token = open_session(session, account, club=device.club, device=device, via=Via.PIN, at=at)
    return SignInOutcome(token=token, clubs=1, locale=account.locale)


def confirm_pin(
    session: Session, *, device: EnrolledDevice | None, account_id: AccountID, pin: str, at: Instant
) -> Refusal | None:
    """Whether somebody beside the person signed in is who he says, by his PIN on the club's shared tablet.

    A wrong PIN counts as in signing in. None: it is he. Raises NotFound for somebody without a PIN.
    """
    if device is None or device.purpose is not DevicePurpose.TABLET:
        return refuse(AuthRefused.DEVICE_CANNOT_SIGN_IN)
    _account, refusal = _check_pin(session, account_id, device.club, pin, at)
    return refusal


def confirm_password(
    session: Session, *, session_id: AuthSessionID, password: str, actor: Actor, at: Instant
) -> Refusal | None:
    """Note that the person at this session has just typed the password; otherwise says why not."""
    account = session.scalars(for_update(sa.select(Account).where(Account.id == actor.account_id))).one()
    right = matches(password, account.password)
    refusal = _count_password(session, account, right=right, at=at, otherwise=AuthRefused.WRONG_PASSWORD)
    if refusal is not None:
        return refusal
    session.execute(
        sa.update(AuthSession).where(AuthSession.id == session_id).values(password_confirmed_at=at)
    )
    record(session, PasswordConfirmed(AccountID(account.id), session_id), actor=actor, at=at)
    return None


def _check_pin(
    session: Session, account_id: AccountID, club: Club, pin: str, at: Instant
) -> tuple[Account, Refusal | None]:
    """Count a wrong PIN, or forget the earlier ones. While locked even the right one is refused."""
    account = session.scalars(for_update(sa.select(Account).where(Account.id == account_id))).one()
    if account.pin_hash is None or not account.active:
        raise NotFound
    if account.pin_locked_at is not None:
        return account, refuse(AuthRefused.PIN_LOCKED)
    if matches(pin, account.pin_hash):
        account.failed_pins = 0
        session.flush()
        return account, None
    account.failed_pins += 1
    locked = account.failed_pins >= FAILURES_ALLOWED
    if locked:
        account.pin_locked_at = at
    session.flush()
    _record_failure(session, account, club=club, via=Via.PIN, locked=locked, at=at)
    if locked:
        return account, refuse(AuthRefused.PIN_LOCKED)
    return account, refuse(AuthRefused.WRONG_PIN, left=FAILURES_ALLOWED - account.failed_pins)


def _find(session: Session, username: str) -> Account | None:
    """The account, locked; what cannot be a user name is not asked for."""
    if isinstance(may_be_username(username), Refusal):
        return None
    return session.scalars(for_update(sa.select(Account).where(Account.username == username))).one_or_none()


def _count_password(
    session: Session, account: Account, *, right: bool, at: Instant, otherwise: AuthRefused
) -> Refusal | None:
    """Count a wrong password, or forget the earlier ones. While locked even the right one is refused."""
    tries = Tries(account.failed_passwords, account.locks, account.locked_until_at)
    if tries.are_locked(at) and tries.locked_until is not None:
        return refuse(AuthRefused.LOCKED, minutes=_minutes_left(tries.locked_until, at))
    if right:
        account.failed_passwords = 0
        account.locks = 0
        account.locked_until_at = None
        session.flush()
        return None
    after = after_wrong_password(tries, at=at)
    account.failed_passwords = after.failures
    account.locks = after.locks
    account.locked_until_at = after.locked_until
    session.flush()
    locked = after.locked_until is not None
    club = _club_for_record(session, account)
    if club is not None:
        _record_failure(session, account, club=club, via=Via.PASSWORD, locked=locked, at=at)
        # Only a wrong password inside a session ends it: or whoever knows a user name could throw its owner out.
        if locked and otherwise is AuthRefused.WRONG_PASSWORD:
            end_sessions_of(
                session,
                account_id=AccountID(account.id),
                why=EndReason.LOCKED,
                actor=_nobody_yet(club),
                at=at,
            )
    if after.locked_until is not None:
        return refuse(AuthRefused.LOCKED, minutes=_minutes_left(after.locked_until, at))
    return refuse(otherwise)


def _club_for_record(session: Session, account: Account) -> Club | None:
    clubs = queries.clubs_of(session, AccountID(account.id))
    return next(iter(clubs or all_clubs(session, OrganisationID(account.organisation_id))), None)


def _record_failure(
    session: Session, account: Account, *, club: Club, via: Via, locked: bool, at: Instant
) -> None:
    event = SignInFailed(AccountID(account.id), via.value, locked)
    record(session, event, actor=_nobody_yet(club), at=at)


def _nobody_yet(club: Club) -> Actor:
    """Whoever tried is not known to be the account's owner."""
    return Actor(kind=ActorKind.GUEST, club=club)


def _minutes_left(until: Instant, at: Instant) -> int:
    return max(1, -int((at - until).total_seconds() // 60))
