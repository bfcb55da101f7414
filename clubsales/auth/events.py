"""What happened to accounts, roles, devices and sessions."""

from dataclasses import dataclass
from typing import ClassVar

from clubsales.audit import Event
from clubsales.ids import AccountID, AuthSessionID, ClubID, DeviceID


@dataclass(frozen=True, slots=True)
class AccountCreated(Event):
    tag: ClassVar[str] = "account:created"
    subject: ClassVar[str] = "account_id"
    account_id: AccountID


@dataclass(frozen=True, slots=True)
class RoleGranted(Event):
    tag: ClassVar[str] = "account:role_granted"
    subject: ClassVar[str] = "account_id"
    account_id: AccountID
    role: str
    in_club: ClubID | None


@dataclass(frozen=True, slots=True)
class RoleEnded(Event):
    tag: ClassVar[str] = "account:role_ended"
    subject: ClassVar[str] = "account_id"
    account_id: AccountID
    role: str
    in_club: ClubID | None


@dataclass(frozen=True, slots=True)
class AccountDeactivated(Event):
    tag: ClassVar[str] = "account:deactivated"
    subject: ClassVar[str] = "account_id"
    account_id: AccountID


@dataclass(frozen=True, slots=True)
class PasswordSet(Event):
    tag: ClassVar[str] = "account:password_set"
    subject: ClassVar[str] = "account_id"
    account_id: AccountID


@dataclass(frozen=True, slots=True)
class PinSet(Event):
    tag: ClassVar[str] = "account:pin_set"
    subject: ClassVar[str] = "account_id"
    account_id: AccountID


@dataclass(frozen=True, slots=True)
class SignedIn(Event):
    tag: ClassVar[str] = "account:signed_in"
    subject: ClassVar[str] = "account_id"
    account_id: AccountID
    auth_session_id: AuthSessionID
    via: str


@dataclass(frozen=True, slots=True)
class SignInFailed(Event):
    tag: ClassVar[str] = "account:sign_in_failed"
    subject: ClassVar[str] = "account_id"
    account_id: AccountID
    via: str
    locked: bool


@dataclass(frozen=True, slots=True)
class SessionEnded(Event):
    tag: ClassVar[str] = "account:session_ended"
    subject: ClassVar[str] = "account_id"
    account_id: AccountID
    auth_session_id: AuthSessionID
    why: str


@dataclass(frozen=True, slots=True)
class PasswordConfirmed(Event):
    tag: ClassVar[str] = "account:password_confirmed"
    subject: ClassVar[str] = "account_id"
    account_id: AccountID
    auth_session_id: AuthSessionID


@dataclass(frozen=True, slots=True)
class ClubChosen(Event):
    tag: ClassVar[str] = "account:club_chosen"
    subject: ClassVar[str] = "account_id"
    account_id: AccountID
    auth_session_id: AuthSessionID


@dataclass(frozen=True, slots=True)
class DeviceEnrolled(Event):
    tag: ClassVar[str] = "device:enrolled"
    subject: ClassVar[str] = "device_id"
    device_id: DeviceID
    purpose: str


@dataclass(frozen=True, slots=True)
class DeviceRevoked(Event):
    tag: ClassVar[str] = "device:revoked"
    subject: ClassVar[str] = "device_id"
    device_id: DeviceID
