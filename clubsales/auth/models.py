# mypy: disable-error-code="assignment"
# (UserMixin annotates plain types where SQLAlchemy has Mapped ones.)
"""Tables of accounts, roles, devices and sessions."""

import sqlalchemy as sa
from flask_security import UserMixin
from sqlalchemy.orm import Mapped, mapped_column

from clubsales.clock import Instant
from clubsales.db import Base, Model
from clubsales.ids import new_public_id, new_token


class Account(Base, UserMixin):
    """A person who can sign in: staff or member. Belongs to an organisation, not to a club."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(12), unique=True, default=new_public_id)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    username: Mapped[str] = mapped_column(sa.String(60), unique=True)
    email: Mapped[str | None] = mapped_column(sa.String(254), unique=True)
    name: Mapped[str] = mapped_column(sa.String(60))
    password: Mapped[str | None] = mapped_column(sa.String(255))
    pin_hash: Mapped[str | None] = mapped_column(sa.String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(sa.String(64), unique=True, default=new_token)
    locale: Mapped[str | None] = mapped_column(sa.String(10))
    failed_passwords: Mapped[int] = mapped_column(default=0)
    locks: Mapped[int] = mapped_column(default=0)  # since the last right password; each lasts longer
    locked_until_at: Mapped[Instant | None]
    failed_pins: Mapped[int] = mapped_column(default=0)
    pin_locked_at: Mapped[Instant | None]
    pin_set_at: Mapped[Instant | None]
    password_set_at: Mapped[Instant | None]
    created_at: Mapped[Instant]


class RoleGrant(Model, kw_only=True):
    """A role in one club, or with no club in all clubs of the organisation."""

    __tablename__ = "role_grant"
    __table_args__ = (
        sa.Index(
            "uq_role_grant_live_club",
            "account_id",
            "role",
            "club_id",
            unique=True,
            postgresql_where=sa.text("ended_at IS NULL AND club_id IS NOT NULL"),
            sqlite_where=sa.text("ended_at IS NULL AND club_id IS NOT NULL"),
        ),
        sa.Index(
            "uq_role_grant_live_everywhere",
            "account_id",
            "role",
            unique=True,
            postgresql_where=sa.text("ended_at IS NULL AND club_id IS NULL"),
            sqlite_where=sa.text("ended_at IS NULL AND club_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    role: Mapped[str] = mapped_column(sa.String(20))
    club_id: Mapped[int | None] = mapped_column(sa.ForeignKey("club.id"), index=True)
    granted_at: Mapped[Instant]
    ended_at: Mapped[Instant | None] = mapped_column(default=None)


class Device(Model, kw_only=True):
    """A tablet, scanner, turnstile or screen that a manager enrolled for one club."""

    __tablename__ = "device"
    __table_args__ = (
        sa.CheckConstraint("purpose IN ('tablet', 'scanner', 'turnstile', 'screen')", name="purpose"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    public_id: Mapped[str] = mapped_column(sa.String(12), unique=True, default_factory=new_public_id)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(60))
    purpose: Mapped[str] = mapped_column(sa.String(12))
    hall: Mapped[str] = mapped_column(sa.String(20), default="", server_default=sa.text("''"))  # it stands at
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    enrolled_by: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    enrolled_at: Mapped[Instant]
    revoked_at: Mapped[Instant | None] = mapped_column(default=None)


class AuthSession(Model, kw_only=True):
    """One person signed in on one browser, acting in one club. A row, so that a change of role can end it."""

    __tablename__ = "auth_session"
    __table_args__ = (
        sa.CheckConstraint("via IN ('password', 'pin')", name="via"),
        sa.CheckConstraint("via = 'password' OR device_id IS NOT NULL", name="pin_needs_device"),
        sa.Index(
            "ix_auth_session_live",
            "account_id",
            postgresql_where=sa.text("ended_at IS NULL"),
            sqlite_where=sa.text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    device_id: Mapped[int | None] = mapped_column(sa.ForeignKey("device.id"), index=True)
    via: Mapped[str] = mapped_column(sa.String(10))
    created_at: Mapped[Instant]
    last_seen_at: Mapped[Instant]
    expires_at: Mapped[Instant]
    idle_minutes: Mapped[int | None]
    password_confirmed_at: Mapped[Instant | None]
    ended_at: Mapped[Instant | None] = mapped_column(default=None)
    end_reason: Mapped[str | None] = mapped_column(sa.String(20), default=None)


class FirstManagerLink(Model, kw_only=True):
    """A one-time link that makes the first manager of an empty installation, with organisation and club."""

    __tablename__ = "first_manager_link"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant]
    used_at: Mapped[Instant | None] = mapped_column(default=None)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)
