"""Reads of passes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.auth.rules import may_be_public_id
from clubsales.clock import Instant
from clubsales.db import for_update, table_of
from clubsales.errors import NotFound
from clubsales.ids import AccountID, ClubID, ConsultantID, PassID, PersonID, ReceptionID
from clubsales.leads.passes.models import PassRow, PassShowingRow
from clubsales.leads.passes.rules import Answer, GuestPass, PassKind, PassState, Sight, clean_code
from clubsales.leads.people.models import PersonRow

PASS, SHOWING, PERSON = table_of(PassRow), table_of(PassShowingRow), table_of(PersonRow)
# The names people read: tables of other packages are known by their name, as the database knows them.
consultant = sa.table("consultant", sa.column("id", sa.BigInteger), sa.column("name", sa.String))
account = sa.table("account", sa.column("id", sa.BigInteger), sa.column("name", sa.String))
COLUMNS = (
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
)
OF_CLUB = sa.select(*COLUMNS).where(PASS.c.club_id == sa.bindparam("club_id"))
BY_PUBLIC_ID = OF_CLUB.where(PASS.c.public_id == sa.bindparam("wanted"))
LOCKED = for_update(BY_PUBLIC_ID)
LOCKED_BY_CODE = for_update(OF_CLUB.where(PASS.c.code == sa.bindparam("wanted")))
LIVE_CARD = OF_CLUB.where(
    PASS.c.consultant_id == sa.bindparam("wanted"),
    PASS.c.kind == PassKind.BUSINESS_CARD.value,
    PASS.c.revoked_at.is_(None),
)
LINES = (
    sa.select(
        *COLUMNS,
        consultant.c.name.label("consultant_name"),
        PERSON.c.name.label("shown_by_name"),
        account.c.name.label("issued_by_name"),
    )
    .join_from(PASS, consultant, consultant.c.id == PASS.c.consultant_id, isouter=True)
    .outerjoin(PERSON, PERSON.c.id == PASS.c.shown_first_person_id)
    .outerjoin(account, account.c.id == PASS.c.issued_by)
    .where(PASS.c.club_id == sa.bindparam("club_id"))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PassView(GuestPass):
    """A pass. `code` as it is stored: in small letters, without blanks."""

    id: PassID
    public_id: str
    code: str
    issued_at: Instant
    issued_by: AccountID | None
    shown_first_reception_id: ReceptionID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PassLine(PassView):
    """A pass with the names people read; None where it names, was shown by or was issued by nobody known."""

    consultant_name: str | None
    shown_by_name: str | None
    issued_by_name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowingView:
    """Somebody showed it."""

    at: Instant
    name: str | None
    answer: Answer


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


def lines(
    session: Session,
    club_id: ClubID,
    sight: Sight,
    *,
    today: date,
    state: PassState | None = None,
    mine: bool = False,
    limit: int,
    offset: int = 0,
) -> list[PassLine]:
    """What somebody sees of the club's passes, or his own, in one state or all; the latest issued first."""
    statement = LINES.where(_seen(sight, mine=mine)).order_by(PASS.c.issued_at.desc(), PASS.c.id)
    if state is not None:
        statement = statement.where(_in_state(state, today))
    return _lines(session, club_id, statement.limit(limit).offset(offset))


def line(session: Session, club_id: ClubID, sight: Sight, public_id: str) -> PassLine:
    """A pass with its names; raises NotFound, also for one that is not his to see."""
    found = by_public_id(session, club_id, public_id)
    if not sight.sees(found):
        raise NotFound
    return _lines(session, club_id, LINES.where(PASS.c.id == found.id))[0]


def issued_with(session: Session, club_id: ClubID, issued: PassView) -> list[PassLine]:
    """The passes of one press, itself too, that are still good to hand out."""
    together = LINES.where(
        PASS.c.kind == issued.kind.value,
        PASS.c.issued_at == issued.issued_at,
        PASS.c.issued_by == issued.issued_by,
        PASS.c.consultant_id.is_(None)
        if issued.consultant_id is None
        else PASS.c.consultant_id == issued.consultant_id,
        PASS.c.revoked_at.is_(None),
        PASS.c.shown_first_at.is_(None),
    )
    return _lines(session, club_id, together.order_by(PASS.c.id))


def showings(session: Session, pass_id: PassID, limit: int = 50) -> list[ShowingView]:
    """Each time a pass was shown, the latest first."""
    rows = session.execute(
        sa.select(SHOWING.c.at, SHOWING.c.answer, PERSON.c.name)
        .join_from(SHOWING, PERSON, PERSON.c.id == SHOWING.c.person_id, isouter=True)
        .where(SHOWING.c.pass_id == pass_id)
        .order_by(SHOWING.c.at.desc(), SHOWING.c.id.desc())
        .limit(limit)
    )
    return [ShowingView(at=row.at, name=row.name, answer=Answer(row.answer)) for row in rows]


def _seen(sight: Sight, *, mine: bool) -> sa.ColumnElement[bool]:
    own = PASS.c.consultant_id == sight.consultant_id if sight.consultant_id is not None else sa.false()
    if mine:
        return own
    if sight.everything:
        return sa.true()
    return sa.or_(own, PASS.c.kind == PassKind.GIFT_COUPON.value) if sight.coupons else own


def _in_state(state: PassState, today: date) -> sa.ColumnElement[bool]:
    """As `GuestPass.state` has it."""
    card = PASS.c.kind == PassKind.BUSINESS_CARD.value
    over = sa.and_(PASS.c.valid_until.is_not(None), PASS.c.valid_until < today)
    shown = sa.and_(PASS.c.shown_first_at.is_not(None), ~card)
    among = {
        PassState.IN_USE: sa.and_(card, ~over),
        PassState.SHOWN: shown,
        PassState.EXPIRED: sa.and_(~shown, over),
        PassState.UNUSED: sa.and_(~card, ~shown, ~over),
    }
    if state is PassState.REVOKED:
        return PASS.c.revoked_at.is_not(None)
    return sa.and_(PASS.c.revoked_at.is_(None), among[state])


def _lines(session: Session, club_id: ClubID, statement: sa.Select[Any]) -> list[PassLine]:
    return [
        PassLine(
            **_values(row),
            consultant_name=row.consultant_name,
            shown_by_name=row.shown_by_name,
            issued_by_name=row.issued_by_name,
        )
        for row in session.execute(statement, {"club_id": club_id})
    ]


def _one_or_none(
    session: Session, statement: sa.Select[Any], club_id: ClubID, wanted: int | str
) -> PassView | None:
    row = session.execute(statement, {"club_id": club_id, "wanted": wanted}).one_or_none()
    return PassView(**_values(row)) if row is not None else None


def _values(row: Any) -> dict[str, Any]:
    """A row with the columns of a pass."""
    return {
        "id": PassID(row.id),
        "public_id": row.public_id,
        "kind": PassKind(row.kind),
        "code": row.code,
        "consultant_id": _id(ConsultantID, row.consultant_id),
        "valid_until": row.valid_until,
        "issued_at": row.issued_at,
        "issued_by": _id(AccountID, row.issued_by),
        "shown_first_at": row.shown_first_at,
        "shown_first_reception_id": _id(ReceptionID, row.shown_first_reception_id),
        "shown_first_person_id": _id(PersonID, row.shown_first_person_id),
        "revoked_at": row.revoked_at,
    }


def _id(kind: Callable[[int], Any], found: int | None) -> Any:
    return kind(found) if found is not None else None
