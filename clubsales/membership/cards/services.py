"""What was asked for a card and waits for money is carried out once all of it is there.

A service's facts, by kind:
- freeze: {"last_day": ISO day or null, "reason": text}
- transfer: {"person_id": id} to somebody else, or {"club_id": id} to another club
- renewal: {"line": SoldLine.to_json()}
- upgrade: {"line": SoldLine.to_json(), "trade_in_minor": amount}
- extension: {"days": number, "visits": number, "reason": text}
- unfreeze, reissue: {}
A refund is no service that money carries out.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.db import for_update, table_of
from clubsales.errors import NotFound, Refused, refuse
from clubsales.ids import CardID, ClubID, PersonID, SaleID
from clubsales.membership.cards import operations
from clubsales.membership.cards.events import CardServiceDone
from clubsales.membership.cards.models import CardRow, CardServiceRow
from clubsales.membership.cards.rules import CardRefused, ServiceKind, ServiceState, SoldLine

CARD = table_of(CardRow)
sale = sa.table(
    "sale",
    *(sa.column(name, sa.BigInteger) for name in ("id", "price_minor", "received_minor", "refunded_minor")),
)
person = sa.table("person", sa.column("id", sa.BigInteger), sa.column("merged_into_id", sa.BigInteger))


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A service carried out: the card it was asked for, and the one that goes on (the same, or its successor)."""

    service_id: int
    kind: ServiceKind
    card_id: CardID
    goes_on: CardID


def sale_paid(session: Session, *, sale_id: SaleID, actor: Actor, at: Instant) -> tuple[Done, ...]:
    """A sale is paid in full: carry out what waited for it, unless it waits for another sale still.

    What the card's rules no longer allow is left to be answered at the desk, with the refusal's code as its answer: the
    money is here, whatever became of the card meanwhile.
    """
    waiting = session.scalars(
        for_update(
            sa.select(CardServiceRow)
            .where(
                sa.or_(CardServiceRow.sale_id == sale_id, CardServiceRow.fee_sale_id == sale_id),
                CardServiceRow.state == ServiceState.TO_PAY,
            )
            .order_by(CardServiceRow.id)
        ).execution_options(populate_existing=True)
    ).all()
    done = []
    for row in waiting:
        if _owes(session, row, paid=sale_id):
            continue
        try:
            with session.begin_nested():
                done.append(_carry_out(session, row, actor=actor, at=at))
        except Refused as refused:
            row.state, row.answer = ServiceState.ASKED.value, refused.code
    return tuple(done)


def carry_out(session: Session, *, service_id: int, actor: Actor, at: Instant) -> Done:
    """Carry out what needs no money, or no more of it. Raises NotFound, and Refused by its kind."""
    row = session.scalars(
        for_update(
            sa.select(CardServiceRow).where(
                CardServiceRow.id == service_id, CardServiceRow.club_id == actor.club.id
            )
        ).execution_options(populate_existing=True)
    ).one_or_none()
    if row is None or row.state not in (ServiceState.ASKED, ServiceState.TO_PAY):
        raise NotFound
    if _owes(session, row, paid=None):
        refuse(CardRefused.UNPAID).or_raise()
    return _carry_out(session, row, actor=actor, at=at)


def _owes(session: Session, row: CardServiceRow, *, paid: SaleID | None) -> bool:
    """Whether a sale of the service is not paid in full, or was given back; `paid` is, though its row may not say so yet."""
    others = [each for each in (row.sale_id, row.fee_sale_id) if each not in (None, paid)]
    if not others:
        return False
    kept = sale.c.received_minor - sale.c.refunded_minor
    return session.execute(
        sa.select(sa.exists().where(sale.c.id.in_(others), kept < sale.c.price_minor))
    ).scalar_one()


def _carry_out(session: Session, row: CardServiceRow, *, actor: Actor, at: Instant) -> Done:
    kind, card_id = ServiceKind(row.kind), CardID(row.card_id)
    goes_on = ACTS[kind](session, row, card_id, actor, at)
    row.state, row.done_at = ServiceState.DONE.value, at
    session.flush()
    audit.record(session, CardServiceDone(card_id, row.id, kind.value), actor=actor, at=at)
    return Done(service_id=row.id, kind=kind, card_id=card_id, goes_on=goes_on)


def _freeze(session: Session, row: CardServiceRow, card_id: CardID, actor: Actor, at: Instant) -> CardID:
    until = row.facts.get("last_day")
    operations.freeze(
        session,
        card=_name(session, card_id),
        last_day=None if until is None else date.fromisoformat(until),
        reason=row.facts.get("reason", ""),
        actor=actor,
        at=at,
    )
    return card_id


def _unfreeze(session: Session, row: CardServiceRow, card_id: CardID, actor: Actor, at: Instant) -> CardID:
    operations.unfreeze(session, card=_name(session, card_id), actor=actor, at=at)
    return card_id


def _transfer(session: Session, row: CardServiceRow, card_id: CardID, actor: Actor, at: Instant) -> CardID:
    club_id = row.facts.get("club_id")
    if club_id is not None:
        operations.move_to_club(session, card_id=card_id, club_id=ClubID(club_id), actor=actor, at=at)
        return card_id
    person_id = _living(session, row.facts["person_id"])
    return operations.transfer(session, card_id=card_id, person_id=person_id, actor=actor, at=at)


def _living(session: Session, person_id: int) -> PersonID:
    """Who that is by now: persons are merged while a transfer waits for its money."""
    merged_into = sa.func.coalesce(person.c.merged_into_id, person.c.id)
    return PersonID(session.execute(sa.select(merged_into).where(person.c.id == person_id)).scalar_one())


def _extend(session: Session, row: CardServiceRow, card_id: CardID, actor: Actor, at: Instant) -> CardID:
    operations.extend(
        session,
        card=_name(session, card_id),
        days=row.facts.get("days", 0),
        visits=row.facts.get("visits", 0),
        reason=row.facts.get("reason", ""),
        actor=actor,
        at=at,
    )
    return card_id


def _reissue(session: Session, row: CardServiceRow, card_id: CardID, actor: Actor, at: Instant) -> CardID:
    operations.reissue(session, card=_name(session, card_id), actor=actor, at=at)
    return card_id


def _upgrade(session: Session, row: CardServiceRow, card_id: CardID, actor: Actor, at: Instant) -> CardID:
    return operations.upgrade(
        session,
        card_id=card_id,
        line=SoldLine.from_json(row.facts["line"]),
        sale_id=_sale(row),
        trade_in_minor=row.facts["trade_in_minor"],
        actor=actor,
        at=at,
    )


def _renew(session: Session, row: CardServiceRow, card_id: CardID, actor: Actor, at: Instant) -> CardID:
    line = SoldLine.from_json(row.facts["line"])
    return operations.renew(session, card_id=card_id, line=line, sale_id=_sale(row), actor=actor, at=at)


def _refund(session: Session, row: CardServiceRow, card_id: CardID, actor: Actor, at: Instant) -> CardID:
    raise AssertionError("a refund is not carried out by money that comes in")


Act = Callable[[Session, CardServiceRow, CardID, Actor, Instant], CardID]
ACTS: Mapping[ServiceKind, Act] = {
    ServiceKind.FREEZE: _freeze,
    ServiceKind.UNFREEZE: _unfreeze,
    ServiceKind.TRANSFER: _transfer,
    ServiceKind.EXTENSION: _extend,
    ServiceKind.REISSUE: _reissue,
    ServiceKind.UPGRADE: _upgrade,
    ServiceKind.RENEWAL: _renew,
    ServiceKind.REFUND: _refund,
}


def _name(session: Session, card_id: CardID) -> str:
    name: str = session.execute(sa.select(CARD.c.public_id).where(CARD.c.id == card_id)).scalar_one()
    return name


def _sale(row: CardServiceRow) -> SaleID:
    assert row.sale_id is not None, "it is sold, so it has a sale"
    return SaleID(row.sale_id)
