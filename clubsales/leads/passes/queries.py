"""Reads of passes."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.auth.rules import may_be_public_id
from clubsales.clock import Instant
from clubsales.db import for_update, table_of
from clubsales.errors import NotFound
from clubsales.ids import ClubID, ConsultantID, PassID, PersonID, ReceptionID
from clubsales.leads.passes.models import PassRow
from clubsales.leads.passes.rules import GuestPass, PassKind, clean_code

PASS = table_of(PassRow)
OF_CLUB = sa.select(
    PASS.c.id,
    PASS.c.public_id,
    PASS.c.kind,
    PASS.c.code,
    PASS.c.consultant_id,
    PASS.c.valid_until,
    PASS.c.issued_at,
    PASS.c.issued_by,
    PASS.c.shown_first_at,
    PASS.c.shown_first_reception_id,
    PASS.c.shown_first_person_id,
    PASS.c.revoked_at,
).where(PASS.c.club_id == sa.bindparam("club_id"))
BY_PUBLIC_ID = OF_CLUB.where(PASS.c.public_id == sa.bindparam("wanted"))
LOCKED = for_update(BY_PUBLIC_ID)
LOCKED_BY_CODE = for_update(OF_CLUB.where(PASS.c.code == sa.bindparam("wanted")))
LIVE_CARD = OF_CLUB.where(
    PASS.c.consultant_id == sa.bindparam("wanted"),
    PASS.c.kind == PassKind.BUSINESS_CARD.value,
    PASS.c.revoked_at.is_(None),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PassView(GuestPass):
    """A pass. `code` as it is stored: in small letters, without blanks."""

    id: PassID
    public_id: str
    code: str
    issued_at: Instant
    shown_first_reception_id: ReceptionID | None


def by_code(session: Session, club_id: ClubID, code: str) -> PassView | None:
    """The pass with this code, its row locked until the transaction ends: two desks look one after the other.

    Case and blanks do not matter.
    """
    wanted = clean_code(code)
    return _one_or_none(session, LOCKED_BY_CODE, club_id, wanted) if wanted is not None else None


def by_public_id(session: Session, club_id: ClubID, public_id: str, *, lock: bool = False) -> PassView:
    """A pass of the club by what stands in an address; raises NotFound."""
    found = None
    if may_be_public_id(public_id):
        found = _one_or_none(session, LOCKED if lock else BY_PUBLIC_ID, club_id, public_id)
    if found is None:
        raise NotFound
    return found


def live_card(session: Session, club_id: ClubID, consultant_id: ConsultantID) -> PassView | None:
    """A consultant's business card in use; there is one at most."""
    return _one_or_none(session, LIVE_CARD, club_id, consultant_id)


def issued_between(
    session: Session, club_id: ClubID, consultant_id: ConsultantID, start: Instant, end: Instant
) -> int:
    """How many trial passes of a consultant were issued from an instant up to, but not including, another."""
    return session.execute(
        sa.select(sa.func.count()).where(
            PASS.c.club_id == club_id,
            PASS.c.consultant_id == consultant_id,
            PASS.c.kind == PassKind.TRIAL_PASS.value,
            PASS.c.issued_at >= start,
            PASS.c.issued_at < end,
        )
    ).scalar_one()


def _one_or_none(
    session: Session, statement: sa.Select[Any], club_id: ClubID, wanted: int | str
) -> PassView | None:
    row = session.execute(statement, {"club_id": club_id, "wanted": wanted}).one_or_none()
    return view_of(row) if row is not None else None


def view_of(row: Any) -> PassView:
    """A row with the columns of `OF_CLUB`."""
    return PassView(
        id=PassID(row.id),
        public_id=row.public_id,
        kind=PassKind(row.kind),
        code=row.code,
        consultant_id=ConsultantID(row.consultant_id) if row.consultant_id is not None else None,
        valid_until=row.valid_until,
        issued_at=row.issued_at,
        shown_first_at=row.shown_first_at,
        shown_first_reception_id=(
            ReceptionID(row.shown_first_reception_id) if row.shown_first_reception_id is not None else None
        ),
        shown_first_person_id=(
            PersonID(row.shown_first_person_id) if row.shown_first_person_id is not None else None
        ),
        revoked_at=row.revoked_at,
    )
