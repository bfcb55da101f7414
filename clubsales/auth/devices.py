"""Use cases of the devices of a club."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.audit import record
from clubsales.auth.events import DeviceEnrolled, DeviceRevoked
from clubsales.auth.lookup import EnrolledDevice
from clubsales.auth.models import Device
from clubsales.auth.passwords import digest
from clubsales.auth.rules import DevicePurpose, EndReason, may_be_public_id
from clubsales.auth.sessions import end_sessions_on
from clubsales.clock import Instant
from clubsales.db import for_update
from clubsales.errors import NotFound
from clubsales.ids import DeviceID, new_token


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """A new device; the token goes into its cookie and nowhere else."""

    id: DeviceID
    public_id: str
    token: str


def enrol_device(
    session: Session,
    *,
    name: str,
    purpose: DevicePurpose,
    hall: str = "",
    actor: Actor,
    at: Instant,
    replaces: EnrolledDevice | None = None,
) -> Enrolment:
    """Enrol a device for the actor's club; what the same browser was before is revoked.

    A device of another club on the same browser is left to that club. `hall` is the code of the facility it stands at.
    """
    if actor.account_id is None:
        raise NotFound
    if replaces is not None and replaces.club.id == actor.club.id:
        revoke_device(session, public_id=replaces.public_id, actor=actor, at=at)
    token = new_token()
    row = Device(
        club_id=actor.club.id,
        name=name.strip(),
        purpose=purpose.value,
        hall=hall,
        token_hash=digest(token),
        enrolled_by=actor.account_id,
        enrolled_at=at,
    )
    session.add(row)
    session.flush()
    record(session, DeviceEnrolled(DeviceID(row.id), purpose.value), actor=actor, at=at)
    return Enrolment(id=DeviceID(row.id), public_id=row.public_id, token=token)


def revoke_device(session: Session, *, public_id: str, actor: Actor, at: Instant) -> None:
    """Shut a device out and end what is open on it; raises NotFound for another club's. Twice is once."""
    if not may_be_public_id(public_id):
        raise NotFound
    row = session.scalars(
        for_update(sa.select(Device).where(Device.public_id == public_id, Device.club_id == actor.club.id))
    ).one_or_none()
    if row is None:
        raise NotFound
    if row.revoked_at is not None:
        return
    row.revoked_at = at
    session.flush()
    record(session, DeviceRevoked(DeviceID(row.id)), actor=actor, at=at)
    end_sessions_on(session, device_id=DeviceID(row.id), why=EndReason.DEVICE_REVOKED, actor=actor, at=at)
