"""A card's end, and what is taken back of one that goes on: a grant below zero each time."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.errors import refuse
from clubsales.ids import CardID, SaleID
from clubsales.membership.cards import grants, values
from clubsales.membership.cards.entitlement import Grant, GrantKind
from clubsales.membership.cards.events import CardCancelled, CardReduced
from clubsales.membership.cards.keeping import Kept, keep
from clubsales.membership.cards.rules import CardRefused, CardStatus, must_live
from clubsales.membership.cards.waking import open_freeze, run_again


class EndedAs(StrEnum):
    """Why a card ended."""

    REFUNDED = "refunded"
    UPGRADED = "upgraded"
    TRANSFERRED = "transferred"
    WITHDRAWN = "withdrawn"


def end_card(
    session: Session,
    *,
    card_id: CardID,
    as_: EndedAs,
    paid_minor: int = 0,
    back: Mapping[SaleID, int] | None = None,
    reason: str = "",
    actor: Actor,
    at: Instant,
) -> Grant:
    """End a card from today, with all that is left of it; `paid_minor` is the money that goes back or goes along.

    `back` says which sales' money goes back, the newest first; it adds up to `paid_minor`. Returns what was left, as a grant would give it. Raises NotFound and Refused(CardRefused.CANCELLED).
    """
    kept = keep(session, card_id, actor=actor, at=at)
    if kept.row.status == CardStatus.CANCELLED:
        refuse(CardRefused.CANCELLED).or_raise()
    return end(session, kept, as_=as_, paid_minor=paid_minor, back=back, reason=reason, actor=actor, at=at)


def end(
    session: Session,
    kept: Kept,
    *,
    as_: EndedAs,
    paid_minor: int,
    back: Mapping[SaleID, int] | None = None,
    reason: str = "",
    actor: Actor,
    at: Instant,
) -> Grant:
    """End a locked card; see `end_card`."""
    if kept.row.status == CardStatus.FROZEN:
        thaw(session, kept, actor=actor, at=at)
    left = Grant(
        kind=GrantKind.END,
        days=kept.days_left,
        visits=kept.row.visits_left,
        value_minor=kept.row.value_left_minor,
        paid_minor=paid_minor,
        starts_on=kept.row.valid_from
        if kept.row.valid_from is not None and kept.today < kept.row.valid_from
        else None,
    )
    take(session, kept, left, back=back, reason=reason, actor=actor, at=at)
    kept.row.status = CardStatus.CANCELLED.value
    kept.row.ended_on, kept.row.ended_as = kept.today, as_.value
    event = CardCancelled(kept.id, kept.row.sale_id, as_.value)
    audit.record(session, event, actor=actor, at=at)
    return left


def take_back(
    session: Session,
    *,
    card_id: CardID,
    days: int = 0,
    visits: int = 0,
    value_minor: int = 0,
    paid_minor: int,
    back: Mapping[SaleID, int] | None = None,
    reason: str,
    actor: Actor,
    at: Instant,
) -> None:
    """Take unused days, visits or value back against the money that is given back; the card goes on.

    `back` says which sales' money goes back, the newest first; it adds up to `paid_minor`.
    Raises NotFound and Refused(CardRefused.TAKEN_BACK when that much is not left, UNPAID, CANCELLED).
    """
    kept = keep(session, card_id, actor=actor, at=at)
    must_live(CardStatus(kept.row.status)).or_raise()
    row = kept.row
    asked = (days, visits, value_minor)
    there = (kept.days_left or 0, row.visits_left or 0, row.value_left_minor or 0)
    too_much = any(more < 0 or left < more for more, left in zip(asked, there, strict=True))
    if too_much or not 0 <= paid_minor <= kept.entitlement.paid_minor:
        refuse(CardRefused.TAKEN_BACK).or_raise()
    taken = Grant(
        kind=GrantKind.END,
        days=days or None,
        visits=visits or None,
        value_minor=value_minor or None,
        paid_minor=paid_minor,
    )
    take(session, kept, taken, back=back, reason=reason, actor=actor, at=at)
    event = CardReduced(kept.id, days, visits, value_minor, paid_minor, row.valid_until)
    audit.record(session, event, actor=actor, at=at)


def thaw(session: Session, kept: Kept, *, actor: Actor, at: Instant) -> None:
    """Let a frozen card run from today, before it is given on."""
    row = open_freeze(session, kept.id)
    run_again(session, kept.row, row, kept.today, actor=actor, at=at)
    session.flush()
    kept.freezes = [each.freeze for each in grants.freezes_of(session, kept.id)]


def take(
    session: Session,
    kept: Kept,
    what: Grant,
    *,
    back: Mapping[SaleID, int] | None = None,
    reason: str = "",
    actor: Actor,
    at: Instant,
) -> None:
    """Write the grants below zero; with them goes the value."""
    if not kept.given:  # sold before grants were written, and never paid
        return
    taken = _by_sale(kept.given, what, back) if back else [what]
    sequence = len(kept.given) + 1
    after = kept.give(session, [_below_zero(each) for each in taken], reason=reason, actor=actor, at=at)
    if what.value_minor and kept.row.status != CardStatus.PENDING:
        left = after.value_left_minor or 0
        values.unload(session, kept.id, what.value_minor, left, sequence, actor=actor, at=at)


def _below_zero(what: Grant) -> Grant:
    return Grant(
        kind=GrantKind.END,
        days=None if what.days is None else -what.days,
        visits=None if what.visits is None else -what.visits,
        value_minor=None if what.value_minor is None else -what.value_minor,
        paid_minor=-what.paid_minor,
        sale_id=what.sale_id,
    )


def _by_sale(given: Sequence[Grant], what: Grant, back: Mapping[SaleID, int]) -> list[Grant]:
    """What is taken, sale by sale: from each as much as it still gives, the last one bears the rest.

    When a sale's money is back whole, what it gave is then known to be taken already (`end_of_sale`).
    """
    days, visits, value = what.days, what.visits, what.value_minor
    found: list[Grant] = []
    for sale_id, money in back.items():
        is_last = len(found) == len(back) - 1
        gave = [each for each in given if each.sale_id == sale_id]
        share = Grant(
            kind=GrantKind.END,
            days=_share(days, sum(each.days or 0 for each in gave), is_last),
            visits=_share(visits, sum(each.visits or 0 for each in gave), is_last),
            value_minor=_share(value, sum(each.value_minor or 0 for each in gave), is_last),
            paid_minor=money,
            sale_id=sale_id,
        )
        days, visits, value = (
            None if there is None else there - (part or 0)
            for there, part in ((days, share.days), (visits, share.visits), (value, share.value_minor))
        )
        found.append(share)
    return found


def _share(there: int | None, gave: int, is_last: bool) -> int | None:
    return there if there is None or is_last else min(there, max(gave, 0))
