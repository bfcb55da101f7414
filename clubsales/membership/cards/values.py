"""Stored value and visits taken by hand: one statement decides and writes, so that nothing is taken twice."""

from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.clock import Instant, local_day
from clubsales.clubs import ClubRow
from clubsales.db import table_of
from clubsales.errors import Decision, NotFound, Refusal, allow, refuse
from clubsales.ids import AccountID, CardID
from clubsales.membership.cards.entry import EntryFacts, may_enter
from clubsales.membership.cards.events import ValueLoaded, ValueUndone, ValueUsed, VisitsTaken, VisitsUndone
from clubsales.membership.cards.models import CardRow, CardSessionRow, CardValueRow
from clubsales.membership.cards.rules import CardRefused, CardStatus
from clubsales.membership.cards.waking import wake
from clubsales.money import Currency, Money

Found = TypeVar("Found")
CARD, CLUB = table_of(CardRow), table_of(ClubRow)
VALUE, SESSION = table_of(CardValueRow), table_of(CardSessionRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueMove:
    """Stored value that came or went, as pages and papers show it."""

    id: int
    kind: str
    amount: Money
    left: Money
    what: str
    at: Instant
    by: AccountID | None
    is_undone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitMove:
    """Visits taken by hand (below zero) or given back."""

    id: int
    visits: int
    what: str
    at: Instant
    by: AccountID | None
    is_undone: bool


def load(
    session: Session, card_id: CardID, amount: int, left: int, sequence: int, *, actor: Actor, at: Instant
) -> None:
    """Write down that a grant loaded the card with value; the card's row says so already."""
    _note(session, card_id, f"grant:{sequence}", "load", amount, left, actor=actor, at=at)
    audit.record(session, ValueLoaded(card_id, amount, left), actor=actor, at=at)


def unload(
    session: Session, card_id: CardID, amount: int, left: int, sequence: int, *, actor: Actor, at: Instant
) -> None:
    """Write down that value left the card with its end, or with what was taken back."""
    _note(session, card_id, f"grant:{sequence}", "end", -amount, left, actor=actor, at=at)


def use_value(
    session: Session, *, card_id: CardID, amount: Money, what: str, key: str, actor: Actor, at: Instant
) -> ValueMove:
    """Pay something with the card's stored value; sent again under the same key, it is paid once.

    Raises NotFound and Refused(CardRefused.VALUE_AMOUNT, NO_VALUE, VALUE_SHORT, KEY_REUSED or why the card is no good).
    """
    if amount.minor <= 0:
        refuse(CardRefused.VALUE_AMOUNT).or_raise()
    before = _value_move(session, VALUE.c.card_id == card_id, VALUE.c.key == key)
    if before is not None:
        if (before.kind, before.amount) != ("use", -amount):
            refuse(CardRefused.KEY_REUSED).or_raise()
        return before
    wake(session, card_id=card_id, actor=actor, at=at)
    left = session.execute(
        sa.update(CARD)
        .where(
            *_usable(card_id, actor, at),
            CARD.c.currency == amount.currency,
            CARD.c.value_left_minor >= amount.minor,
        )
        .values(value_left_minor=CARD.c.value_left_minor - amount.minor)
        .returning(CARD.c.value_left_minor)
    ).scalar_one_or_none()
    if left is None:
        _why_not(session, card_id, amount=amount, actor=actor, at=at).or_raise()
        raise NotFound
    _note(session, card_id, key, "use", -amount.minor, left, what=what, actor=actor, at=at)
    audit.record(session, ValueUsed(card_id, amount.minor, left, what), actor=actor, at=at)
    return _known(_value_move(session, VALUE.c.card_id == card_id, VALUE.c.key == key))


def undo_value(session: Session, *, card_id: CardID, move_id: int, actor: Actor, at: Instant) -> ValueMove:
    """Put back what was paid by mistake, once. Raises NotFound and Refused(CardRefused.UNDONE or CANCELLED)."""
    move = _value_move(session, VALUE.c.card_id == card_id, VALUE.c.id == move_id, VALUE.c.kind == "use")
    if move is None:
        raise NotFound
    if move.is_undone:
        refuse(CardRefused.UNDONE).or_raise()
    left = session.execute(
        sa.update(CARD)
        .where(*_living(card_id, actor))
        .values(value_left_minor=CARD.c.value_left_minor - move.amount.minor)
        .returning(CARD.c.value_left_minor)
    ).scalar_one_or_none()
    if left is None:
        refuse(CardRefused.CANCELLED).or_raise()
    key, back = f"undo:{move_id}", -move.amount.minor
    _note(session, card_id, key, "undo", back, left, what=move.what, undoes_id=move_id, actor=actor, at=at)
    audit.record(session, ValueUndone(card_id, back, left), actor=actor, at=at)
    return _known(_value_move(session, VALUE.c.card_id == card_id, VALUE.c.key == key))


def take_visits(
    session: Session, *, card_id: CardID, visits: int = 1, what: str, key: str, actor: Actor, at: Instant
) -> VisitMove:
    """Take visits by hand, such as a coached session; sent again under the same key, they are taken once.

    Raises NotFound and Refused(CardRefused.NO_VISITS, USED_UP, KEY_REUSED or why the card is no good).
    """
    if visits < 1:
        refuse(CardRefused.VALUE_AMOUNT).or_raise()
    before = _visit_move(session, SESSION.c.card_id == card_id, SESSION.c.key == key)
    if before is not None:
        if before.visits != -visits:
            refuse(CardRefused.KEY_REUSED).or_raise()
        return before
    wake(session, card_id=card_id, actor=actor, at=at)
    left = session.execute(
        sa.update(CARD)
        .where(*_usable(card_id, actor, at), CARD.c.visits_left >= visits)
        .values(visits_left=CARD.c.visits_left - visits)
        .returning(CARD.c.visits_left)
    ).scalar_one_or_none()
    if left is None:
        _why_not(session, card_id, visits=visits, actor=actor, at=at).or_raise()
        raise NotFound
    _take(session, card_id, key, -visits, what=what, actor=actor, at=at)
    audit.record(session, VisitsTaken(card_id, visits, left, what), actor=actor, at=at)
    return _known(_visit_move(session, SESSION.c.card_id == card_id, SESSION.c.key == key))


def undo_visits(session: Session, *, card_id: CardID, move_id: int, actor: Actor, at: Instant) -> VisitMove:
    """Give back visits that were taken by mistake, once. Raises NotFound and Refused(CardRefused.UNDONE or CANCELLED)."""
    move = _visit_move(session, SESSION.c.card_id == card_id, SESSION.c.id == move_id, SESSION.c.visits < 0)
    if move is None:
        raise NotFound
    if move.is_undone:
        refuse(CardRefused.UNDONE).or_raise()
    left = session.execute(
        sa.update(CARD)
        .where(*_living(card_id, actor))
        .values(visits_left=CARD.c.visits_left - move.visits)
        .returning(CARD.c.visits_left)
    ).scalar_one_or_none()
    if left is None:
        refuse(CardRefused.CANCELLED).or_raise()
    key = f"undo:{move_id}"
    _take(session, card_id, key, -move.visits, what=move.what, undoes_id=move_id, actor=actor, at=at)
    audit.record(session, VisitsUndone(card_id, -move.visits, left), actor=actor, at=at)
    return _known(_visit_move(session, SESSION.c.card_id == card_id, SESSION.c.key == key))


def value_moves(session: Session, card_id: CardID, *, limit: int | None = None) -> list[ValueMove]:
    """What came to and went from a card's value, the newest first."""
    rows = session.execute(
        _value_moves().where(VALUE.c.card_id == card_id).order_by(VALUE.c.id.desc()).limit(limit)
    )
    return [_to_value_move(row) for row in rows]


def visit_moves(session: Session, card_id: CardID, *, limit: int | None = None) -> list[VisitMove]:
    """Visits taken from a card by hand, the newest first."""
    rows = session.execute(
        _visit_moves().where(SESSION.c.card_id == card_id).order_by(SESSION.c.id.desc()).limit(limit)
    )
    return [_to_visit_move(row) for row in rows]


def _living(card_id: CardID, actor: Actor) -> tuple[sa.ColumnElement[bool], ...]:
    return (CARD.c.id == card_id, _opens_at(actor), CARD.c.status.in_([CardStatus.ACTIVE, CardStatus.FROZEN]))


def _opens_at(actor: Actor) -> sa.ColumnElement[bool]:
    """Whether a card is good for the actor's club."""
    ours = sa.select(CLUB.c.id).where(CLUB.c.organisation_id == actor.club.organisation_id)
    return sa.or_(CARD.c.club_id == actor.club.id, sa.and_(CARD.c.all_clubs, CARD.c.club_id.in_(ours)))


def _usable(card_id: CardID, actor: Actor, at: Instant) -> tuple[sa.ColumnElement[bool], ...]:
    today = local_day(at, actor.club.zone)
    return (
        CARD.c.id == card_id,
        _opens_at(actor),
        CARD.c.status == CardStatus.ACTIVE,
        CARD.c.valid_from <= today,
        sa.or_(CARD.c.valid_until.is_(None), CARD.c.valid_until >= today),
    )


def _why_not(
    session: Session,
    card_id: CardID,
    *,
    amount: Money | None = None,
    visits: int = 0,
    actor: Actor,
    at: Instant,
) -> Decision:
    """Why nothing could be taken. The card is read after the statement that found nothing to take."""
    row = session.execute(
        sa.select(CARD, CLUB.c.organisation_id, CLUB.c.name.label("club_name"))
        .join(CLUB, CLUB.c.id == CARD.c.club_id)
        .where(CARD.c.id == card_id)
    ).one_or_none()
    if row is None or row.organisation_id != actor.club.organisation_id:
        raise NotFound
    entry = may_enter(
        EntryFacts(
            status=CardStatus(row.status),
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            visits_left=None,
            opens_here=row.club_id == actor.club.id or row.all_clubs,
            home_club=row.club_name,
            today=local_day(at, actor.club.zone),
        )
    )
    if isinstance(entry, Refusal):
        return entry
    if amount is not None:
        if row.value_left_minor is None or row.currency != amount.currency:
            return refuse(CardRefused.NO_VALUE)
        left = Money(row.value_left_minor, Currency(row.currency))
        return refuse(CardRefused.VALUE_SHORT, amount=amount, left=left) if left < amount else allow()
    if row.visits_left is None:
        return refuse(CardRefused.NO_VISITS)
    return refuse(CardRefused.USED_UP) if row.visits_left < visits else allow()


def _note(
    session: Session,
    card_id: CardID,
    key: str,
    kind: str,
    amount: int,
    left: int,
    *,
    what: str = "",
    undoes_id: int | None = None,
    actor: Actor,
    at: Instant,
) -> None:
    row = {"card_id": card_id, "key": key, "kind": kind, "amount_minor": amount, "left_minor": left}
    said = {"what": what, "undoes_id": undoes_id, "at": at, "by": actor.account_id}
    session.execute(sa.insert(VALUE), row | said)


def _take(
    session: Session,
    card_id: CardID,
    key: str,
    visits: int,
    *,
    what: str,
    undoes_id: int | None = None,
    actor: Actor,
    at: Instant,
) -> None:
    row = {"card_id": card_id, "key": key, "visits": visits, "what": what}
    session.execute(sa.insert(SESSION), row | {"undoes_id": undoes_id, "at": at, "by": actor.account_id})


def _value_moves() -> sa.Select[Any]:
    undo = VALUE.alias("undo")
    is_undone = sa.exists().where(undo.c.undoes_id == VALUE.c.id)
    return sa.select(VALUE, CARD.c.currency, is_undone.label("is_undone")).join(
        CARD, CARD.c.id == VALUE.c.card_id
    )


def _visit_moves() -> sa.Select[Any]:
    undo = SESSION.alias("undo")
    return sa.select(SESSION, sa.exists().where(undo.c.undoes_id == SESSION.c.id).label("is_undone"))


def _value_move(session: Session, *conditions: sa.ColumnElement[bool]) -> ValueMove | None:
    row = session.execute(_value_moves().where(*conditions)).one_or_none()
    return None if row is None else _to_value_move(row)


def _visit_move(session: Session, *conditions: sa.ColumnElement[bool]) -> VisitMove | None:
    row = session.execute(_visit_moves().where(*conditions)).one_or_none()
    return None if row is None else _to_visit_move(row)


def _to_value_move(row: sa.Row[Any]) -> ValueMove:
    currency = Currency(row.currency)
    return ValueMove(
        id=row.id,
        kind=row.kind,
        amount=Money(row.amount_minor, currency),
        left=Money(row.left_minor, currency),
        what=row.what,
        at=row.at,
        by=row.by,
        is_undone=row.is_undone,
    )


def _to_visit_move(row: sa.Row[Any]) -> VisitMove:
    return VisitMove(
        id=row.id, visits=row.visits, what=row.what, at=row.at, by=row.by, is_undone=row.is_undone
    )


def _known(found: Found | None) -> Found:
    """What was written just now."""
    assert found is not None
    return found
