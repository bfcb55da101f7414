"""Who may decide in a club at all: everybody active whose role settles, rules or stands in."""

from collections import defaultdict

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club, Role
from clubsales.auth.tables import ACCOUNT, GRANT
from clubsales.consultants.profiles.tables import CONSULTANT
from clubsales.ids import AccountID, ConsultantID
from clubsales.leads.disputes.rules import STAND_INS, Judge

ROLES = (Role.SUPERVISOR, Role.CLUB_MANAGER, *STAND_INS)


def judges_of(session: Session, club: Club) -> tuple[Judge, ...]:
    """Everybody with such a role in the club or everywhere, with the profile there that makes him a party; one look."""
    rows = session.execute(
        sa.select(ACCOUNT.c.id, GRANT.c.role, CONSULTANT.c.id.label("consultant_id"))
        .join_from(GRANT, ACCOUNT, ACCOUNT.c.id == GRANT.c.account_id)
        .outerjoin(
            CONSULTANT, sa.and_(CONSULTANT.c.account_id == ACCOUNT.c.id, CONSULTANT.c.club_id == club.id)
        )
        .where(
            GRANT.c.role.in_([role.value for role in ROLES]),
            GRANT.c.ended_at.is_(None),
            sa.or_(GRANT.c.club_id == club.id, GRANT.c.club_id.is_(None)),
            ACCOUNT.c.active,
            ACCOUNT.c.organisation_id == club.organisation_id,
        )
    ).all()
    roles: dict[tuple[AccountID, ConsultantID | None], set[Role]] = defaultdict(set)
    for row in rows:
        profile = None if row.consultant_id is None else ConsultantID(row.consultant_id)
        roles[AccountID(row.id), profile].add(Role(row.role))
    return tuple(
        Judge(account_id=account_id, consultant_id=profile, roles=frozenset(held))
        for (account_id, profile), held in roles.items()
    )
