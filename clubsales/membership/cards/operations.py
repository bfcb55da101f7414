"""A card's life: prepared with its sale, active when paid, and what happens to it afterwards."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.clock import Instant, local_day
from clubsales.db import for_update, insert_row
from clubsales.errors import NotFound, refuse
from clubsales.ids import CardID, PersonID, SaleID, new_public_id, new_token
from clubsales.membership.cards.events import (
    CardActivated,
    CardCancelled,
    CardCodeIssued,
    CardCodeRevoked,
    CardFrozen,
    CardLinkRenewed,
    CardUnfrozen,
)
from clubsales.membership.cards.models import CardCodeRow, CardRow
from clubsales.membership.cards.queries import is_plain
from clubsales.membership.cards.rules import (
    CardRefused,
    CardStatus,
    after_freeze,
    last_day,
    may_freeze,
    may_have_code,
    may_unfreeze,
)
from clubsales.membership.catalogue.queries import CardTypeView

CARDLESS_KINDS = frozenset({"goods"})


def prepare(
    session: Session,
    *,
    sale_id: SaleID,
    card_type: CardTypeView,
    person_id: PersonID | None,
    is_paid: bool = False,
    actor: Actor,
    at: Instant,
) -> CardID | None:
    """Make the sale's card, pending until it is paid; goods make none. What was sold is copied.

    With `is_paid` it starts at once: `prepare` and `activate` together.
    """
    if card_type.kind in CARDLESS_KINDS:
        return None
    row = CardRow(
        club_id=actor.club.id,
        sale_id=sale_id,
        person_id=person_id,
        name=card_type.name,
        name_en=card_type.name_en,
        kind=str(card_type.kind),
        days=card_type.days,
        visits_total=card_type.visits,
        visits_left=card_type.visits,
        all_clubs=card_type.all_clubs,
    )
    if not is_paid:
        insert_row(session, row)
        return CardID(row.id)
    first_day, valid_until = _term(card_type.days, actor=actor, at=at)
    row.status, row.valid_from, row.valid_until = CardStatus.ACTIVE.value, first_day, valid_until
    insert_row(session, row)
    audit.record(session, CardActivated(row.id, sale_id, first_day, valid_until), actor=actor, at=at)
    return CardID(row.id)


def activate(
    session: Session, *, sale_id: SaleID, person_id: PersonID | None = None, actor: Actor, at: Instant
) -> CardID | None:
    """Start the sale's card on the local day it was paid; None when there is no card waiting.

    `person_id` is the buyer, who may not have been known when the card was made.
    """
    waiting = session.execute(
        sa.select(CardRow.id, CardRow.days).where(
            CardRow.sale_id == sale_id, CardRow.status == CardStatus.PENDING
        )
    ).one_or_none()
    if waiting is None:
        return None
    first_day, valid_until = _term(waiting.days, actor=actor, at=at)
    session.execute(
        sa.update(CardRow)
        .where(CardRow.id == waiting.id)
        .values(
            status=CardStatus.ACTIVE.value,
            person_id=CardRow.person_id if person_id is None else person_id,
            valid_from=first_day,
            valid_until=valid_until,
        )
    )
    audit.record(session, CardActivated(waiting.id, sale_id, first_day, valid_until), actor=actor, at=at)
    return CardID(waiting.id)


def _term(days: int | None, *, actor: Actor, at: Instant) -> tuple[date, date | None]:
    first_day = local_day(at, actor.club.zone)
    return first_day, last_day(first_day, days)


def cancel(session: Session, *, sale_id: SaleID, actor: Actor, at: Instant) -> CardID | None:
    """End the sale's card, as after a full refund; None when there is no card to end."""
    cancelled = session.execute(
        sa.update(CardRow)
        .where(CardRow.sale_id == sale_id, CardRow.status != CardStatus.CANCELLED)
        .values(status=CardStatus.CANCELLED.value)
        .returning(CardRow.id)
    ).scalar_one_or_none()
    if cancelled is None:
        return None
    audit.record(session, CardCancelled(cancelled, sale_id), actor=actor, at=at)
    return CardID(cancelled)


def use_visit(session: Session, *, card_id: CardID) -> bool:
    """Take one visit off the card, if there is one; the caller's scan is the trace.

    One statement decides and writes, so that two doors cannot share the last visit.
    """
    taken = session.execute(
        sa.update(CardRow)
        .where(CardRow.id == card_id, CardRow.visits_left > 0)
        .values(visits_left=CardRow.visits_left - 1)
        .returning(CardRow.id)
    ).scalar_one_or_none()
    return taken is not None


def freeze(session: Session, *, card: str, actor: Actor, at: Instant) -> None:
    """Stop a running card from today; raises Refused(CardRefused...)."""
    row = _locked(session, card, actor)
    may_freeze(CardStatus(row.status)).or_raise()
    row.status = CardStatus.FROZEN.value
    row.frozen_on = local_day(at, actor.club.zone)
    audit.record(session, CardFrozen(row.id), actor=actor, at=at)


def unfreeze(session: Session, *, card: str, actor: Actor, at: Instant) -> None:
    """Let a frozen card run again and give its frozen days back; raises Refused(CardRefused.NOT_FROZEN)."""
    row = _locked(session, card, actor)
    may_unfreeze(CardStatus(row.status)).or_raise()
    today = local_day(at, actor.club.zone)
    old = row.valid_until
    row.valid_until = after_freeze(old, frozen_on=row.frozen_on or today, today=today)
    row.status = CardStatus.ACTIVE.value
    row.frozen_on = None
    audit.record(session, CardUnfrozen(row.id, old, row.valid_until), actor=actor, at=at)


def renew_link(session: Session, *, card: str, actor: Actor, at: Instant) -> str:
    """Give the card a new link, so that the old one opens nothing; returns the new token."""
    row = _locked(session, card, actor)
    row.link_token = new_token()
    audit.record(session, CardLinkRenewed(row.id), actor=actor, at=at)
    return row.link_token


def issue_printed_code(session: Session, *, card: str, actor: Actor, at: Instant) -> str:
    """Make a printed code and revoke those before it; returns the serial.

    Raises Refused(CardRefused.UNPAID or CANCELLED).
    """
    row = _locked(session, card, actor)
    may_have_code(CardStatus(row.status)).or_raise()
    for live in _live_codes(session, row):
        _revoke(session, live, actor=actor, at=at)
    code = CardCodeRow(card_id=row.id, serial=new_public_id(), issued_at=at, issued_by=actor.account_id)
    session.add(code)
    audit.record(session, CardCodeIssued(row.id, code.serial), actor=actor, at=at)
    return code.serial


def revoke_printed_code(session: Session, *, card: str, actor: Actor, at: Instant) -> None:
    """Make the card's printed code worthless; raises Refused(CardRefused.NO_CODE) when none is in use."""
    row = _locked(session, card, actor)
    live = _live_codes(session, row)
    if not live:
        refuse(CardRefused.NO_CODE).or_raise()
    for code in live:
        _revoke(session, code, actor=actor, at=at)


def _locked(session: Session, public_id: str, actor: Actor) -> CardRow:
    """A card of this club, locked. Only the club that sold a card changes it."""
    if not is_plain(public_id):
        raise NotFound
    row: CardRow | None = session.scalars(
        for_update(
            sa.select(CardRow).where(CardRow.public_id == public_id, CardRow.club_id == actor.club.id)
        ).execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


def _live_codes(session: Session, card: CardRow) -> list[CardCodeRow]:
    return list(
        session.scalars(
            sa.select(CardCodeRow).where(CardCodeRow.card_id == card.id, CardCodeRow.revoked_at.is_(None))
        )
    )


def _revoke(session: Session, code: CardCodeRow, *, actor: Actor, at: Instant) -> None:
    code.revoked_at = at
    code.revoked_by = actor.account_id
    audit.record(session, CardCodeRevoked(code.card_id, code.serial), actor=actor, at=at)
