"""What a code at the desk says: who it is (a member's card), or what he brings (a pass). Nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.auth.rules import may_be_public_id
from clubsales.clock import Instant
from clubsales.errors import NotFound, Refusal, refuse
from clubsales.frontdesk.reception.tables import PERSON, PHONE
from clubsales.ids import PersonID
from clubsales.leads.passes import queries as passes
from clubsales.leads.passes.rules import PassRefused, clean_code, code_of
from clubsales.membership.cards import family
from clubsales.membership.cards import queries as cards
from clubsales.membership.cards.rules import CardRefused, CodeRefused
from clubsales.membership.cards.tokens import CardKeys, Misread, MovingCode, read_code

HOLDER = (
    sa.select(PERSON.c.public_id, PHONE.c.e164)
    .select_from(PERSON)
    .join(PHONE, PHONE.c.person_id == PERSON.c.id)
    .where(PHONE.c.organisation_id == sa.bindparam("organisation"))
    .order_by(PHONE.c.id)
    .limit(1)
)
HOLDER_BY_ID = HOLDER.where(PERSON.c.id == sa.bindparam("wanted"))
HOLDER_BY_PUBLIC_ID = HOLDER.where(PERSON.c.public_id == sa.bindparam("wanted"))
MOST_PASSES = 8  # nobody brings more


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody of the organisation, by a phone of his."""

    public_id: str
    e164: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """What was read: a person, a pass, or why neither."""

    holder: Holder | None = None
    pass_code: str | None = None
    refusal: Refusal | None = None


def read(session: Session, club: Club, text: str, *, keys: CardKeys, at: Instant) -> Scan:
    """A scanned or typed text. A card says who somebody is, whether it opens the door or not."""
    if code_of(text) is None:
        code = read_code(text, keys.public(club.organisation_id))
        if code is Misread.ALTERED:
            return Scan(refusal=refuse(CodeRefused.ALTERED))
        if not isinstance(code, Misread):
            if isinstance(code, MovingCode) and not code.is_current(at):
                return Scan(refusal=refuse(CodeRefused.STALE))
            serial = "" if isinstance(code, MovingCode) else code.serial
            return _card(session, club, code.card, serial)
    wanted = code_of(text) or clean_code(text)
    found = passes.by_code(session, club.id, wanted) if wanted is not None else None
    if found is None:
        return Scan(refusal=refuse(PassRefused.UNKNOWN))
    return Scan(pass_code=found.code)


def holder(session: Session, club: Club, public_id: str) -> Holder:
    """A person of the organisation by what a form holds; raises NotFound."""
    if not may_be_public_id(public_id):
        raise NotFound
    asked = {"organisation": club.organisation_id, "wanted": public_id}
    row = session.execute(HOLDER_BY_PUBLIC_ID, asked).one_or_none()
    if row is None:
        raise NotFound
    return Holder(row.public_id, row.e164)


def known_codes(codes: Sequence[str]) -> tuple[str, ...]:
    """The codes a form holds, each once, in order."""
    cleaned = (clean_code(code) for code in codes[:MOST_PASSES])
    return tuple(dict.fromkeys(code for code in cleaned if code is not None))


def _card(session: Session, club: Club, card: str, serial: str) -> Scan:
    row = session.execute(cards.door_select(), {"card": card, "serial": serial}).mappings().one_or_none()
    sharer = family.by_code_name(session, card) if row is None and not serial else None
    if sharer is not None and sharer.organisation_id == club.organisation_id:
        return _person(session, club, sharer.person_id)
    if row is None or row["organisation_id"] != club.organisation_id:
        return Scan(refusal=refuse(CardRefused.UNKNOWN))
    if serial and not row["code_live"]:
        return Scan(refusal=refuse(CodeRefused.REVOKED))
    return _person(session, club, row["person_id"])


def _person(session: Session, club: Club, person_id: PersonID | None) -> Scan:
    found = (
        session.execute(
            HOLDER_BY_ID, {"organisation": club.organisation_id, "wanted": person_id}
        ).one_or_none()
        if person_id is not None
        else None
    )
    if found is None:
        return Scan(refusal=refuse(CardRefused.UNKNOWN))
    return Scan(holder=Holder(found.public_id, found.e164))
