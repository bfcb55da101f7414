"""Use cases of alerts: a browser that wants to be told, and what there is to tell."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.db import for_update
from clubsales.errors import NotFound
from clubsales.frontdesk.alerts import queries
from clubsales.frontdesk.alerts.events import AlertsSwitchedOff, AlertsSwitchedOn
from clubsales.frontdesk.alerts.models import AlertCursorRow, PushSubscriptionRow
from clubsales.frontdesk.alerts.queries import Alert, Moved
from clubsales.frontdesk.alerts.rules import Submitted, may_be_endpoint, may_be_keys
from clubsales.ids import AccountID


def subscribe(
    session: Session, *, submitted: Submitted, loopback: bool = False, actor: Actor, at: Instant
) -> int:
    """Tell the actor on this browser from now on; whoever was told there before is not. Twice is once.

    Raises NotFound without an account, Refused(AlertRefused).
    """
    account_id = _account(actor)
    may_be_endpoint(submitted.endpoint, loopback=loopback).or_raise()
    may_be_keys(submitted.key, submitted.secret).or_raise()
    row = _of(session, submitted.endpoint)
    if row is None:
        row = PushSubscriptionRow(
            club_id=actor.club.id,
            account_id=account_id,
            endpoint=submitted.endpoint,
            key=submitted.key,
            secret=submitted.secret,
            made_at=at,
        )
        session.add(row)
        session.flush()
    else:
        as_it_is = (row.account_id, row.club_id, row.key, row.secret, row.ended_at)
        if as_it_is == (account_id, actor.club.id, submitted.key, submitted.secret, None):
            return row.id
        row.account_id, row.club_id = account_id, actor.club.id
        row.key, row.secret = submitted.key, submitted.secret
        row.made_at, row.ended_at = at, None
        session.flush()
    audit.record(session, AlertsSwitchedOn(account_id, row.id), actor=actor, at=at)
    return row.id


def unsubscribe(session: Session, *, endpoint: str, actor: Actor, at: Instant) -> None:
    """Tell nobody on this browser any more. Unknown or somebody else's: nothing happens."""
    account_id = _account(actor)
    row = _of(session, endpoint)
    if row is None or row.account_id != account_id or row.ended_at is not None:
        return
    row.ended_at = at
    audit.record(session, AlertsSwitchedOff(account_id, row.id), actor=actor, at=at)


def take_new(session: Session, *, club: Moved, at: Instant) -> list[Alert]:
    """What a club's browsers are to be told; from now on it counts as told. At the very first time nothing is."""
    cursor = session.scalars(
        for_update(sa.select(AlertCursorRow).where(AlertCursorRow.club_id == club.club_id))
    ).one_or_none()
    if cursor is None:
        session.add(AlertCursorRow(club_id=club.club_id, assignment_id=club.newest))
        session.flush()
        return []
    if cursor.assignment_id >= club.newest:
        return []
    found = queries.alerts_since(session, club.club_id, cursor.assignment_id, at=at)
    cursor.assignment_id = club.newest
    return found


def end_gone(session: Session, *, subscriptions: Collection[int], at: Instant) -> None:
    """The push service does not know these browsers any more."""
    session.execute(
        sa.update(PushSubscriptionRow)
        .where(PushSubscriptionRow.id.in_(subscriptions), PushSubscriptionRow.ended_at.is_(None))
        .values(ended_at=at)
    )


def _of(session: Session, endpoint: str) -> PushSubscriptionRow | None:
    return session.scalars(
        for_update(sa.select(PushSubscriptionRow).where(PushSubscriptionRow.endpoint == endpoint))
    ).one_or_none()


def _account(actor: Actor) -> AccountID:
    if actor.account_id is None:
        raise NotFound
    return actor.account_id
