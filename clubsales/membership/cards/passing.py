"""A card goes on as another one: a better one, somebody else's, or another club's."""

from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit, clubs
from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.db import insert_row, table_of
from clubsales.errors import NotFound, refuse
from clubsales.ids import CardID, ClubID, PersonID, SaleID
from clubsales.membership.cards import values, worth
from clubsales.membership.cards.ending import EndedAs, end
from clubsales.membership.cards.entitlement import Grant, GrantKind
from clubsales.membership.cards.events import CardActivated, CardMoved, CardTransferred, CardUpgraded
from clubsales.membership.cards.keeping import Kept, keep
from clubsales.membership.cards.models import CardPersonRow, CardRow
from clubsales.membership.cards.rules import (
    CardRefused,
    CardStatus,
    SoldLine,
    first_day,
    may_transfer,
    must_live,
)
from clubsales.membership.cards.starting import granted_by, new_card, start, total_days
from clubsales.membership.catalogue.terms import StartRule
from clubsales.money import Currency, Money

CARD = table_of(CardRow)


def upgrade(
    session: Session,
    *,
    card_id: CardID,
    line: SoldLine,
    sale_id: SaleID,
    trade_in_minor: int,
    actor: Actor,
    at: Instant,
) -> CardID:
    """End the card and start a better one for its holder; the old one's worth counts as money paid for the new one.

    The worth is what was agreed, though days have passed since; never more than stands behind the card still, and never
    what was used by the piece since. Whoever shares the old card shares the new one, as far as it has room.
    Raises NotFound and Refused(CardRefused.UNPAID, CANCELLED, WORTH_LESS).
    """
    kept = keep(session, card_id, everywhere=True, actor=actor, at=at)
    must_live(CardStatus(kept.row.status)).or_raise()
    trade_in_minor = min(trade_in_minor, kept.entitlement.paid_minor)
    now = worth.of_kept(kept)
    if now.unit is not worth.Unit.DAY and now.unused_minor < trade_in_minor:
        currency = Currency(kept.row.currency)
        refuse(
            CardRefused.WORTH_LESS,
            agreed=Money(trade_in_minor, currency),
            now=Money(now.unused_minor, currency),
        ).or_raise()
    end(session, kept, as_=EndedAs.UPGRADED, paid_minor=trade_in_minor, actor=actor, at=at)
    row = new_card(line, sale_id=sale_id, person_id=_person(kept), actor=actor)
    row.follows_card_id = kept.row.id
    begins = first_day(StartRule(line.start_rule), wish=line.starts_on, today=kept.today)
    start(row, begins=begins, days=total_days(line), today=kept.today)
    insert_row(session, row)
    new = Kept(row=row, given=[], freezes=[], today=kept.today)
    given = granted_by(line, sale_id=sale_id, kind=GrantKind.UPGRADE, starts_on=begins)
    given[0] = replace(given[0], paid_minor=line.paid_minor + trade_in_minor)
    new.give(session, given, actor=actor, at=at)
    _load(session, new, actor=actor, at=at)
    _share_as_before(session, kept.id, new.id, room=line.people_max - 1, at=at)
    started = CardActivated(new.id, sale_id, row.valid_from, row.valid_until)
    audit.record(session, started, actor=actor, at=at)
    audit.record(session, CardUpgraded(kept.id, new.id, sale_id, trade_in_minor), actor=actor, at=at)
    return new.id


def transfer(session: Session, *, card_id: CardID, person_id: PersonID, actor: Actor, at: Instant) -> CardID:
    """Give what is left of a card to somebody else: the card ends today, his begins.

    It stays with the sale it was bought by, and the money behind what is left goes along. Raises NotFound and
    Refused(CardRefused.TRANSFER_NOT_ALLOWED, TRANSFERS_MAX, TO_ITSELF, UNPAID, CANCELLED).
    """
    kept = keep(session, card_id, everywhere=True, actor=actor, at=at)
    old = kept.row
    may_transfer(
        CardStatus(old.status), kept.terms, transfers=transfers_along_chain(session, card_id)
    ).or_raise()
    if person_id == old.person_id:
        refuse(CardRefused.TO_ITSELF).or_raise()
    money = worth.of_kept(kept).unused_minor
    left = end(session, kept, as_=EndedAs.TRANSFERRED, paid_minor=money, actor=actor, at=at)
    for sharer in session.scalars(_sharers(kept.id)):
        sharer.removed_at = at
    waits = old.start_rule == StartRule.FIRST_USE and left.starts_on is None and old.valid_from is None
    begins = None if waits else left.starts_on or kept.today
    row = _successor(session, old, person_id)
    start(row, begins=begins, days=left.days, today=kept.today)
    insert_row(session, row)
    new = Kept(row=row, given=[], freezes=[], today=kept.today)
    given = Grant(
        kind=GrantKind.TRANSFER,
        days=left.days,
        visits=left.visits,
        value_minor=left.value_minor,
        paid_minor=money,
        starts_on=begins,
    )
    new.give(session, [given], actor=actor, at=at)
    row.visits_left, row.value_left_minor = left.visits, left.value_minor
    _load(session, new, actor=actor, at=at)
    event = CardTransferred(kept.id, new.id, person_id, left.days, left.visits, left.value_minor, money)
    audit.record(session, event, actor=actor, at=at)
    started = CardActivated(new.id, row.sale_id, row.valid_from, row.valid_until)
    audit.record(session, started, actor=actor, at=at)
    return new.id


def move_to_club(session: Session, *, card_id: CardID, club_id: ClubID, actor: Actor, at: Instant) -> None:
    """Let a card open another club of the organisation instead of this one.

    Raises NotFound and Refused(CardRefused.TRANSFER_NOT_ALLOWED, TO_ITSELF, UNPAID, CANCELLED).
    """
    kept = keep(session, card_id, actor=actor, at=at)
    if clubs.get(session, club_id).organisation_id != actor.club.organisation_id:
        raise NotFound
    may_transfer(
        CardStatus(kept.row.status), kept.terms, transfers=transfers_along_chain(session, card_id)
    ).or_raise()
    if club_id == kept.row.club_id:
        refuse(CardRefused.TO_ITSELF).or_raise()
    old = kept.row.club_id
    kept.row.club_id = club_id
    audit.record(session, CardMoved(kept.id, old, club_id), actor=actor, at=at)


def chain(session: Session, card_id: CardID) -> list[CardID]:
    """The card and all it followed, the latest first."""
    found = [card_id]
    while True:
        before = session.execute(
            sa.select(CARD.c.follows_card_id).where(CARD.c.id == found[-1])
        ).scalar_one_or_none()
        if before is None:
            return found
        found.append(CardID(before))


def transfers_along_chain(session: Session, card_id: CardID) -> int:
    """How often the card has gone to somebody else, all along its chain."""
    return session.execute(
        sa.select(sa.func.count()).where(
            CARD.c.id.in_(chain(session, card_id)), CARD.c.ended_as == EndedAs.TRANSFERRED.value
        )
    ).scalar_one()


def _successor(session: Session, old: CardRow, person_id: PersonID) -> CardRow:
    """The row of somebody else's card with what the old one was."""
    last = session.execute(
        sa.select(sa.func.max(CARD.c.line)).where(CARD.c.sale_id == old.sale_id)
    ).scalar_one()
    return CardRow(
        club_id=old.club_id,
        sale_id=old.sale_id,
        line=last + 1,
        person_id=person_id,
        name=old.name,
        name_en=old.name_en,
        kind=old.kind,
        days=None,
        visits_total=None,
        visits_left=None,
        all_clubs=old.all_clubs,
        card_type_id=old.card_type_id,
        currency=old.currency,
        are_sessions=old.are_sessions,
        people_max=old.people_max,
        start_rule=old.start_rule,
        start_by=old.start_by,
        facilities=old.facilities,
        windows=old.windows,
        terms=old.terms,
        follows_card_id=old.id,
    )


def _load(session: Session, new: Kept, *, actor: Actor, at: Instant) -> None:
    value = new.row.value_left_minor
    if value:
        values.load(session, new.id, value, value, 1, actor=actor, at=at)


def _share_as_before(session: Session, old: CardID, new: CardID, *, room: int, at: Instant) -> None:
    for place, sharer in enumerate(session.scalars(_sharers(old)).all()):
        if place < room:
            sharer.card_id = new
        else:
            sharer.removed_at = at


def _sharers(card_id: CardID) -> sa.Select[CardPersonRow]:
    return (
        sa.select(CardPersonRow)
        .where(CardPersonRow.card_id == card_id, CardPersonRow.removed_at.is_(None))
        .order_by(CardPersonRow.id)
    )


def _person(kept: Kept) -> PersonID | None:
    return None if kept.row.person_id is None else PersonID(kept.row.person_id)
