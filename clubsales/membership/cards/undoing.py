"""A sale given back whole: its cards end, and what it gave to others is taken back from whoever has it now."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.ids import CardID, SaleID
from clubsales.membership.cards import grants
from clubsales.membership.cards.ending import EndedAs, end, take
from clubsales.membership.cards.entitlement import Grant, GrantKind
from clubsales.membership.cards.events import CardReduced
from clubsales.membership.cards.keeping import Kept, keep
from clubsales.membership.cards.models import CardRow
from clubsales.membership.cards.rules import CardStatus

SALE = sa.table("sale", sa.column("id", sa.BigInteger), sa.column("price_minor", sa.BigInteger))


def end_of_sale(
    session: Session, *, sale_id: SaleID, as_: EndedAs = EndedAs.REFUNDED, actor: Actor, at: Instant
) -> tuple[CardID, ...]:
    """A sale is given back whole, or given up: its cards end, and what it added to others is taken back as far as unused.

    A card that its own went on as ends too: the money traded in for it is back. A card that keeps going after a request
    for money back has lost what it was to lose already. Empty: there was nothing to end.
    """
    own = session.scalars(sa.select(CardRow.id).where(CardRow.sale_id == sale_id).order_by(CardRow.id)).all()
    seen: set[int] = set()
    changed = []
    for card_id in own:
        for link in _onwards(session, card_id):
            if link in seen:
                continue
            seen.add(link)
            kept = keep(session, CardID(link), everywhere=True, actor=actor, at=at)
            is_own = kept.row.sale_id == sale_id
            if _end(session, kept, sale_id, is_own=is_own, as_=as_, actor=actor, at=at):
                changed.append(kept.id)
    for other in grants.touched_by(session, sale_id):
        if other in seen:
            continue
        links = _onwards(session, other)
        seen.update(links)
        cards = [keep(session, CardID(each), everywhere=True, actor=actor, at=at) for each in links]
        if _take_what_it_gave(session, cards, sale_id, as_=as_, actor=actor, at=at):
            changed.append(cards[-1].id)
    return tuple(changed)


def _onwards(session: Session, card_id: int) -> list[int]:
    """The card and what it went on as, the latest last."""
    found = [card_id]
    while True:
        after = session.scalars(
            sa.select(CardRow.id).where(CardRow.follows_card_id == found[-1])
        ).one_or_none()
        if after is None:
            return found
        found.append(after)


def _end(
    session: Session,
    kept: Kept,
    sale_id: SaleID,
    *,
    is_own: bool,
    as_: EndedAs,
    actor: Actor,
    at: Instant,
) -> bool:
    money = kept.entitlement.paid_minor
    if kept.row.status != CardStatus.CANCELLED:
        if is_own and _was_taken(session, kept, sale_id):
            return False
        end(session, kept, as_=as_, paid_minor=money, actor=actor, at=at)
        return True
    if is_own and money:  # the card went on as another one; what had been used of it is given back too
        take(session, kept, Grant(kind=GrantKind.END, paid_minor=money), actor=actor, at=at)
    return False


def _was_taken(session: Session, kept: Kept, sale_id: SaleID) -> bool:
    """Whether a payout that leaves the card running took all of this sale's money from it, beside which more stands."""
    taken = -sum(each.paid_minor for each in _of_sale(kept, sale_id) if each.kind is GrantKind.END)
    price = session.execute(sa.select(SALE.c.price_minor).where(SALE.c.id == sale_id)).scalar_one()
    return taken >= price > 0 and kept.entitlement.paid_minor > 0


def _take_what_it_gave(
    session: Session, cards: Sequence[Kept], sale_id: SaleID, *, as_: EndedAs, actor: Actor, at: Instant
) -> bool:
    """Take it from the latest of the cards, which the others went on as; the money behind what was used from those."""
    gave = [grant for kept in cards for grant in _of_sale(kept, sale_id)]
    money = sum(grant.paid_minor for grant in gave)
    if money <= 0:  # a payout took it already
        return False
    last = cards[-1]
    runs = last.row.status != CardStatus.CANCELLED
    if runs and any(kept.row.ended_as == EndedAs.UPGRADED for kept in cards):
        end(session, last, as_=as_, paid_minor=last.entitlement.paid_minor, actor=actor, at=at)
        return True
    if runs:
        money -= _reduce(session, last, gave, money, actor=actor, at=at)
    for kept in reversed(cards[:-1] if runs else cards):
        part = min(money, kept.entitlement.paid_minor)
        if part > 0:
            take(session, kept, Grant(kind=GrantKind.END, paid_minor=part), actor=actor, at=at)
            money -= part
    return runs


def _reduce(
    session: Session, kept: Kept, gave: Sequence[Grant], money: int, *, actor: Actor, at: Instant
) -> int:
    """Take what is unused of it from a card that goes on; returns the money taken with it."""
    row = kept.row
    days = min(sum(grant.days or 0 for grant in gave), kept.days_left or 0)
    visits = min(sum(grant.visits or 0 for grant in gave), row.visits_left or 0)
    value = min(sum(grant.value_minor or 0 for grant in gave), row.value_left_minor or 0)
    money = min(money, kept.entitlement.paid_minor)
    taken = Grant(
        kind=GrantKind.END,
        days=days or None,
        visits=visits or None,
        value_minor=value or None,
        paid_minor=money,
    )
    take(session, kept, taken, actor=actor, at=at)
    event = CardReduced(kept.id, days, visits, value, money, row.valid_until)
    audit.record(session, event, actor=actor, at=at)
    return money


def _of_sale(kept: Kept, sale_id: SaleID) -> list[Grant]:
    return [grant for grant in kept.given if grant.sale_id == sale_id]
