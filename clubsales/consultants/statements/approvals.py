"""Words given for a month before it is closed: each for the month as it stood then, never taken back."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Actor, Role
from clubsales.auth.tables import ACCOUNT
from clubsales.clock import Instant
from clubsales.consultants.statements.models import MonthApprovalRow
from clubsales.db import table_of
from clubsales.ids import AccountID, ClubID

APPROVAL = table_of(MonthApprovalRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenApproval:
    """Somebody's word for a month; it binds while the month's digest is this one."""

    role: Role
    account_id: AccountID
    name: str
    at: Instant
    digest: str


def approvals_of(session: Session, club_id: ClubID, month: date) -> list[GivenApproval]:
    """Everything said about a month, in order; what was said of another state of it too."""
    rows = session.execute(
        sa.select(APPROVAL, ACCOUNT.c.name)
        .join_from(APPROVAL, ACCOUNT, ACCOUNT.c.id == APPROVAL.c.account_id)
        .where(APPROVAL.c.club_id == club_id, APPROVAL.c.month == month)
        .order_by(APPROVAL.c.id)
    )
    return [
        GivenApproval(
            role=Role(row.role),
            account_id=AccountID(row.account_id),
            name=row.name,
            at=row.at,
            digest=row.digest,
        )
        for row in rows
    ]


def give(session: Session, *, month: date, role: Role, digest: str, actor: Actor, at: Instant) -> None:
    """Keep somebody's word; who may give it is decided before."""
    session.execute(
        sa.insert(APPROVAL),
        {
            "club_id": actor.club.id,
            "month": month,
            "role": role.value,
            "digest": digest,
            "account_id": actor.account_id,
            "at": at,
        },
    )
