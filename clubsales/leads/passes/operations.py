"""Passes are issued, shown and revoked; a showing counts once, however many desks scan at a time."""

import secrets
from collections.abc import Container
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from clubsales import audit
from clubsales.actor import Actor
from clubsales.clock import Instant, local_day
from clubsales.consultants.profiles import queries as profiles
from clubsales.errors import NotFound, refuse
from clubsales.ids import ALPHABET, ConsultantID, PersonID, ReceptionID, new_public_id
from clubsales.leads.passes import queries
from clubsales.leads.passes.events import PassIssued, PassRevoked, PassShown
from clubsales.leads.passes.queries import PASS, SHOWING, PassView
from clubsales.leads.passes.rules import (
    LENGTH_OF_OURS,
    HandOutFacts,
    PassKind,
    PassRefused,
    Worth,
    clean_code,
    may_carry,
    may_change,
    may_hand_out,
)
from clubsales.leads.touches import operations as touches
from clubsales.leads.touches.rules import TouchKind

INSERT = sa.insert(PASS)
INSERT_SHOWING = sa.insert(SHOWING)
SET_FIRST = (
    sa.update(PASS)
    .where(PASS.c.id == sa.bindparam("shown_pass"), PASS.c.shown_first_at.is_(None))
    .values(
        shown_first_at=sa.bindparam("shown_at", type_=PASS.c.shown_first_at.type),
        shown_first_reception_id=sa.bindparam("at_reception"),
        shown_first_person_id=sa.bindparam("by_person"),
    )
    .returning(PASS.c.id)
)
NAME_FIRST = (
    sa.update(PASS)
    .where(
        PASS.c.id.in_(
            sa.select(SHOWING.c.pass_id).where(SHOWING.c.reception_id == sa.bindparam("at_reception"))
        ),
        PASS.c.shown_first_reception_id == sa.bindparam("at_reception"),
        PASS.c.shown_first_person_id.is_(None),
    )
    .values(shown_first_person_id=sa.bindparam("by_person"))
)


def issue(
    session: Session,
    *,
    kind: PassKind,
    consultant_id: ConsultantID | None,
    code: str | None = None,
    valid_until: date | None = None,
    actor: Actor,
    at: Instant,
) -> PassView:
    """Issue one pass, with a code of ours or a given one; a second business card is the one in use.

    Raises NotFound for a foreign consultant, Refused(PassRefused.NAMES_NOBODY, NO_CONSULTANT, CODE_INVALID,
    CODE_TAKEN or CARD_LIVE).
    """
    may_carry(kind, consultant_id).or_raise()
    if consultant_id is not None:
        profiles.get(session, actor.club.id, consultant_id)
    if kind is PassKind.BUSINESS_CARD and consultant_id is not None:
        card = queries.live_card(session, actor.club.id, consultant_id)
        if card is not None and code is not None:
            refuse(PassRefused.CARD_LIVE).or_raise()
        if card is not None:
            return card
    new = {
        "public_id": new_public_id(),
        "club_id": actor.club.id,
        "kind": kind.value,
        "code": _new_code() if code is None else _given_code(session, actor, code),
        "consultant_id": consultant_id,
        "valid_until": valid_until,
        "issued_at": at,
        "issued_by": actor.account_id,
    }
    session.execute(INSERT, new)
    issued = queries.by_public_id(session, actor.club.id, str(new["public_id"]))
    audit.record(session, PassIssued(issued.id, kind.value, consultant_id), actor=actor, at=at)
    return issued


def issue_many(
    session: Session,
    *,
    kind: PassKind,
    consultant_id: ConsultantID | None,
    count: int,
    valid_until: date | None,
    actor: Actor,
    at: Instant,
) -> list[PassView]:
    """Issue passes to hand out: a consultant his own, a supervisor or manager anybody's.

    Raises NotFound for a foreign consultant, Refused(PassRefused.NOT_OWN, COUNT, VALIDITY or NAMES_NOBODY).
    """
    may_hand_out(
        HandOutFacts(
            kind=kind,
            is_own=consultant_id is not None and consultant_id == actor.consultant_id,
            roles=actor.roles,
            count=count,
            valid_until=valid_until,
            today=local_day(at, actor.club.zone),
        )
    ).or_raise()
    return [
        issue(session, kind=kind, consultant_id=consultant_id, valid_until=valid_until, actor=actor, at=at)
        for _each in range(count)
    ]


def revoke(
    session: Session,
    *,
    public_id: str,
    among: Container[PassKind] = frozenset(PassKind),
    actor: Actor,
    at: Instant,
) -> PassView:
    """Make a pass worthless from now on; what it did before stays. A second time changes nothing.

    Raises NotFound, also for a kind that is not `among` those meant; Refused(PassRefused.NOT_OWN).
    """
    found = queries.by_public_id(session, actor.club.id, public_id, lock=True)
    if found.kind not in among:
        raise NotFound
    is_own = found.consultant_id is not None and found.consultant_id == actor.consultant_id
    may_change(kind=found.kind, is_own=is_own, roles=actor.roles).or_raise()
    if found.revoked_at is None:
        session.execute(
            sa.update(PASS).where(PASS.c.id == found.id).values(revoked_at=at, revoked_by=actor.account_id)
        )
        audit.record(session, PassRevoked(found.id), actor=actor, at=at)
    return found


def show(
    session: Session,
    *,
    shown: PassView,
    worth: Worth,
    reception_id: ReceptionID,
    person_id: PersonID | None,
    actor: Actor,
    at: Instant,
) -> None:
    """Write that a guest showed a pass and what it was worth; the first who shows a good one is its guest for good.

    Raises StaleDataError when another desk was first after all: `transact` looks again.
    """
    session.execute(
        INSERT_SHOWING,
        {
            "pass_id": shown.id,
            "reception_id": reception_id,
            "person_id": person_id,
            "at": at,
            "answer": worth.answer.value,
        },
    )
    audit.record(session, PassShown(shown.id, reception_id, worth.answer.value), actor=actor, at=at)
    if worth.signal is None:
        return
    if shown.kind is not PassKind.BUSINESS_CARD and shown.shown_first_at is None:
        _set_first(session, shown, reception_id, person_id, at)
    if person_id is not None and shown.consultant_id is not None:
        touches.record(
            session,
            kind=TouchKind.PASS,
            person_id=person_id,
            consultant_id=shown.consultant_id,
            reception_id=reception_id,
            actor=actor,
            at=at,
        )


def name_guest(session: Session, *, reception_id: ReceptionID, person_id: PersonID) -> None:
    """A guest who showed passes without a phone has given one: they count for this person from now on."""
    session.execute(NAME_FIRST, {"at_reception": reception_id, "by_person": person_id})


def _set_first(
    session: Session, shown: PassView, reception_id: ReceptionID, person_id: PersonID | None, at: Instant
) -> None:
    first = {
        "shown_pass": shown.id,
        "shown_at": at,
        "at_reception": reception_id,
        "by_person": person_id,
    }
    if session.execute(SET_FIRST, first).one_or_none() is None:
        raise StaleDataError("another guest showed this pass first")


def _new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _each in range(LENGTH_OF_OURS))


def _given_code(session: Session, actor: Actor, text: str) -> str:
    code = clean_code(text)
    if code is None:
        refuse(PassRefused.CODE_INVALID).or_raise()
    if queries.by_code(session, actor.club.id, code) is not None:
        refuse(PassRefused.CODE_TAKEN).or_raise()
    return code
