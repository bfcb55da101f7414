"""A card's life: prepared with its sale, started when paid, and what happens to it afterwards."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.clock import Instant, local_day
from clubsales.db import table_of
from clubsales.errors import Refusal, refuse
from clubsales.ids import CardID, SaleID, new_public_id, new_token
from clubsales.membership.cards.ending import end_card, take_back
from clubsales.membership.cards.entitlement import Grant, GrantKind
from clubsales.membership.cards.events import (
    CardCodeIssued,
    CardCodeRevoked,
    CardExtended,
    CardFrozen,
    CardLinkRenewed,
    CardReissued,
    CardRenewed,
)
from clubsales.membership.cards.family import add_person, remove_person
from clubsales.membership.cards.keeping import Kept, keep, keep_by_public_id, locked
from clubsales.membership.cards.models import CardCodeRow, CardFreezeRow, CardRow
from clubsales.membership.cards.passing import move_to_club, transfer, upgrade
from clubsales.membership.cards.rules import (
    CardRefused,
    CardStatus,
    FreezeFacts,
    Measure,
    SoldLine,
    may_freeze,
    may_have_code,
    may_renew,
    may_unfreeze,
    must_live,
)
from clubsales.membership.cards.starting import activate, granted_by, line_of, prepare
from clubsales.membership.cards.undoing import end_of_sale
from clubsales.membership.cards.values import load, take_visits, undo_value, undo_visits, use_value
from clubsales.membership.cards.waking import catch_up, due, open_freeze, run_again, wake

__all__ = [
    "activate",
    "add_person",
    "due",
    "end_card",
    "end_of_sale",
    "extend",
    "freeze",
    "issue_printed_code",
    "line_of",
    "may_freeze_card",
    "may_renew_with",
    "move_to_club",
    "prepare",
    "reissue",
    "remove_person",
    "renew",
    "renew_link",
    "revoke_printed_code",
    "take_back",
    "take_visits",
    "transfer",
    "undo_value",
    "undo_visits",
    "unfreeze",
    "upgrade",
    "use_value",
    "use_visit",
    "wake",
]

CARD = table_of(CardRow)


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


def freeze(
    session: Session,
    *,
    card: str,
    last_day: date | None = None,
    reason: str = "",
    actor: Actor,
    at: Instant,
) -> None:
    """Stop a running card from today, until a day (inclusive) or until somebody asks. Raises Refused(CardRefused...)."""
    kept = keep_by_public_id(session, card, actor=actor, at=at)
    may_freeze(_freeze_facts(kept, last_day)).or_raise()
    kept.row.status = CardStatus.FROZEN.value
    kept.row.frozen_on = kept.today
    session.add(
        CardFreezeRow(
            card_id=kept.id,
            first_day=kept.today,
            last_day=last_day,
            reason=reason,
            frozen_at=at,
            frozen_by=actor.account_id,
        )
    )
    audit.record(session, CardFrozen(kept.id, kept.today, last_day), actor=actor, at=at)


def may_freeze_card(
    session: Session, *, card: str, last_day: date | None, actor: Actor, at: Instant
) -> Refusal | None:
    """Why the card may not stand still until that day, before anybody pays for it; None: it may."""
    decision = may_freeze(_freeze_facts(keep_by_public_id(session, card, actor=actor, at=at), last_day))
    return decision if isinstance(decision, Refusal) else None


def _freeze_facts(kept: Kept, last_day: date | None) -> FreezeFacts:
    return FreezeFacts(
        status=CardStatus(kept.row.status),
        valid_from=kept.row.valid_from,
        valid_until=kept.row.valid_until,
        today=kept.today,
        last_day=last_day,
        times=len(kept.freezes),
        days=sum(each.days for each in kept.freezes),
        terms=kept.terms,
    )


def unfreeze(session: Session, *, card: str, actor: Actor, at: Instant) -> None:
    """Let a frozen card run again and give its frozen days back; raises Refused(CardRefused.NOT_FROZEN)."""
    row = locked(session, card, actor=actor)
    may_unfreeze(CardStatus(row.status)).or_raise()
    if not catch_up(session, row, actor=actor, at=at):
        freeze_row = open_freeze(session, CardID(row.id))
        run_again(session, row, freeze_row, local_day(at, actor.club.zone), actor=actor, at=at)


def extend(
    session: Session,
    *,
    card: str,
    days: int = 0,
    visits: int = 0,
    reason: str,
    kind: GrantKind = GrantKind.EXTENSION,
    actor: Actor,
    at: Instant,
) -> None:
    """Give a card days or visits for nothing; a card that is over runs again from today.

    Raises Refused(CardRefused.NOTHING_GIVEN, OTHER_KIND, UNPAID, CANCELLED).
    """
    kept = keep_by_public_id(session, card, actor=actor, at=at)
    must_live(CardStatus(kept.row.status)).or_raise()
    if days < 0 or visits < 0 or not (days or visits):
        refuse(CardRefused.NOTHING_GIVEN).or_raise()
    before = kept.entitlement
    if (days and before.days is None) or (visits and before.visits_total is None):
        refuse(CardRefused.OTHER_KIND).or_raise()
    begins = kept.begins() if days else None
    given = Grant(kind=kind, days=days or None, visits=visits or None, starts_on=begins)
    after = kept.give(session, [given], reason=reason, actor=actor, at=at)
    audit.record(session, CardExtended(kept.id, days, visits, after.valid_until), actor=actor, at=at)


def renew(
    session: Session, *, card_id: CardID, line: SoldLine, sale_id: SaleID, actor: Actor, at: Instant
) -> CardID:
    """Give a card what was sold to renew it: after what is there, or from today (or the day wished for) when that is over.

    A card that has ended meanwhile is followed by a new one. Raises NotFound and Refused(CardRefused.OTHER_KIND).
    """
    kept = keep(session, card_id, actor=actor, at=at)
    if kept.row.status == CardStatus.CANCELLED:
        made = prepare(
            session,
            sale_id=sale_id,
            line=line,
            person_id=kept.row.person_id,  # type: ignore[arg-type]
            is_paid=True,
            actor=actor,
            at=at,
        )
        assert made is not None
        return made
    may_renew_with(kept.row, line)
    begins = kept.begins(line.starts_on)
    given = granted_by(line, sale_id=sale_id, kind=GrantKind.RENEWAL, starts_on=begins)
    after = kept.give(session, given, actor=actor, at=at)
    if line.value_minor:
        assert after.value_left_minor is not None
        sequence = len(kept.given) - len(given) + 1
        load(session, kept.id, line.value_minor, after.value_left_minor, sequence, actor=actor, at=at)
    event = CardRenewed(
        kept.id,
        sale_id,
        line.days,
        line.visits,
        line.value_minor,
        after.valid_until,
    )
    audit.record(session, event, actor=actor, at=at)
    return kept.id


def may_renew_with(row: CardRow, line: SoldLine) -> None:
    """Raise Refused(CardRefused.OTHER_KIND) when the line gives something else than the card counts."""
    card = Measure(
        days=row.days is not None,
        visits=row.visits_total is not None,
        value=row.value_total_minor is not None,
        currency=row.currency or line.currency,
    )
    sold = Measure(
        days=line.days is not None,
        visits=line.visits is not None,
        value=line.value_minor is not None,
        currency=line.currency,
    )
    may_renew(card, sold).or_raise()


def reissue(session: Session, *, card: str, actor: Actor, at: Instant) -> str:
    """Give a lost card a new link and end its printed codes, so that the old ones open nothing; returns the token."""
    row = locked(session, card, actor=actor)
    must_live(CardStatus(row.status)).or_raise()
    row.link_token = new_token()
    for live in _live_codes(session, row):
        _revoke(session, live, actor=actor, at=at)
    audit.record(session, CardReissued(row.id), actor=actor, at=at)
    return row.link_token


def renew_link(session: Session, *, card: str, actor: Actor, at: Instant) -> str:
    """Give the card a new link, so that the old one opens nothing; returns the new token."""
    row = locked(session, card, actor=actor)
    row.link_token = new_token()
    audit.record(session, CardLinkRenewed(row.id), actor=actor, at=at)
    return row.link_token


def issue_printed_code(session: Session, *, card: str, actor: Actor, at: Instant) -> str:
    """Make a printed code and revoke those before it; returns the serial.

    Raises Refused(CardRefused.UNPAID or CANCELLED).
    """
    row = locked(session, card, actor=actor)
    may_have_code(CardStatus(row.status)).or_raise()
    for live in _live_codes(session, row):
        _revoke(session, live, actor=actor, at=at)
    code = CardCodeRow(card_id=row.id, serial=new_public_id(), issued_at=at, issued_by=actor.account_id)
    session.add(code)
    audit.record(session, CardCodeIssued(row.id, code.serial), actor=actor, at=at)
    return code.serial


def revoke_printed_code(session: Session, *, card: str, actor: Actor, at: Instant) -> None:
    """Make the card's printed code worthless; raises Refused(CardRefused.NO_CODE) when none is in use."""
    row = locked(session, card, actor=actor)
    live = _live_codes(session, row)
    if not live:
        refuse(CardRefused.NO_CODE).or_raise()
    for code in live:
        _revoke(session, code, actor=actor, at=at)


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
