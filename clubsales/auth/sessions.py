"""Use cases of sessions: opened, seen, moved to another club, ended."""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Actor, ActorKind, Club
from clubsales.audit import record
from clubsales.auth import queries
from clubsales.auth.events import ClubChosen, SessionEnded, SignedIn
from clubsales.auth.lookup import EnrolledDevice
from clubsales.auth.lookup import SignedIn as PresentSession
from clubsales.auth.models import Account, AuthSession
from clubsales.auth.passwords import digest
from clubsales.auth.rules import DEVICE_IDLE_MINUTES, SESSION_LASTS, AuthRefused, EndReason, Via
from clubsales.clock import Instant
from clubsales.db import for_update
from clubsales.errors import NotFound, refuse
from clubsales.ids import AccountID, AuthSessionID, ClubID, DeviceID, new_token

SEEN_EVERY = timedelta(seconds=60)


def choose_club(
    session: Session, *, session_id: AuthSessionID, club_public_id: str, actor: Actor, at: Instant
) -> Club:
    """Go on in another club where the account has a live role.

    Raises NotFound for any other club, Refused(AuthRefused.CLUB_IS_FIXED) on a shared device.
    """
    if actor.device_id is not None:
        refuse(AuthRefused.CLUB_IS_FIXED, club=actor.club.name).or_raise()
    if actor.account_id is None:
        raise NotFound
    clubs = queries.clubs_of(session, actor.account_id)
    chosen = next((club for club in clubs if club.public_id == club_public_id), None)
    if chosen is None:
        raise NotFound
    session.execute(sa.update(AuthSession).where(AuthSession.id == session_id).values(club_id=chosen.id))
    there = Actor(kind=ActorKind.STAFF, club=chosen, account_id=actor.account_id, name=actor.name)
    record(session, ClubChosen(actor.account_id, session_id), actor=there, at=at)
    return chosen


def see(session: Session, *, session_id: AuthSessionID, at: Instant) -> None:
    """Note that somebody is there; an idle session ends by not being seen."""
    session.execute(sa.update(AuthSession).where(AuthSession.id == session_id).values(last_seen_at=at))


def end_session(
    session: Session, *, session_id: AuthSessionID, why: EndReason, actor: Actor, at: Instant
) -> None:
    """Sign out. Ending twice is ending once."""
    rows = session.scalars(
        for_update(sa.select(AuthSession).where(AuthSession.id == session_id, AuthSession.ended_at.is_(None)))
    )
    _end(session, list(rows), why=why, actor=actor, at=at)


def end_sessions_of(
    session: Session, *, account_id: AccountID, why: EndReason, actor: Actor, at: Instant
) -> None:
    """End every session of an account."""
    rows = session.scalars(
        for_update(
            sa.select(AuthSession).where(AuthSession.account_id == account_id, AuthSession.ended_at.is_(None))
        )
    )
    _end(session, list(rows), why=why, actor=actor, at=at)


def end_sessions_on(
    session: Session, *, device_id: DeviceID, why: EndReason, actor: Actor, at: Instant
) -> None:
    """End every session on a device."""
    rows = session.scalars(
        for_update(
            sa.select(AuthSession).where(AuthSession.device_id == device_id, AuthSession.ended_at.is_(None))
        )
    )
    _end(session, list(rows), why=why, actor=actor, at=at)


def _end(session: Session, rows: list[AuthSession], *, why: EndReason, actor: Actor, at: Instant) -> None:
    for row in rows:
        row.ended_at = at
        row.end_reason = why.value
        record(
            session,
            SessionEnded(AccountID(row.account_id), AuthSessionID(row.id), why.value),
            actor=actor,
            at=at,
        )
    session.flush()


def open_session(
    session: Session, account: Account, *, club: Club, device: EnrolledDevice | None, via: Via, at: Instant
) -> str:
    """Open a session in a club and return its token; on a shared device it ends when idle."""
    token = new_token()
    row = AuthSession(
        token_hash=digest(token),
        account_id=account.id,
        club_id=club.id,
        device_id=device.id if device else None,
        via=via.value,
        created_at=at,
        last_seen_at=at,
        expires_at=at + SESSION_LASTS,
        idle_minutes=DEVICE_IDLE_MINUTES if device else None,
        password_confirmed_at=at if via is Via.PASSWORD else None,
    )
    session.add(row)
    session.flush()
    actor = Actor(
        kind=ActorKind.STAFF,
        club=club,
        account_id=AccountID(account.id),
        device_id=device.id if device else None,
        name=account.name,
    )
    record(session, SignedIn(AccountID(account.id), AuthSessionID(row.id), via.value), actor=actor, at=at)
    return token


def replace_session(session: Session, replaced: PresentSession | None, *, at: Instant) -> None:
    """Whoever was signed in on the browser before is signed out."""
    if replaced is not None:
        end_session(
            session, session_id=replaced.session_id, why=EndReason.SWITCHED, actor=replaced.actor, at=at
        )


def last_used(session: Session, account: Account, clubs: list[Club]) -> Club:
    """The club the account worked in last, if it still may; else the first."""
    last = session.scalar(
        sa.select(AuthSession.club_id)
        .where(AuthSession.account_id == account.id)
        .order_by(AuthSession.created_at.desc(), AuthSession.id.desc())
        .limit(1)
    )
    return next((club for club in clubs if last is not None and club.id == ClubID(last)), clubs[0])
