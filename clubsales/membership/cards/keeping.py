"""A card locked for a change, with all that was given to it; and its row brought in line with that."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.clock import Instant, local_day
from clubsales.db import for_update
from clubsales.errors import NotFound
from clubsales.ids import CardID
from clubsales.membership.cards import entitlement, grants
from clubsales.membership.cards.entitlement import Entitlement, Freeze, Grant
from clubsales.membership.cards.models import CardRow
from clubsales.membership.cards.queries import is_plain
from clubsales.membership.cards.rules import CardStatus
from clubsales.membership.cards.waking import catch_up
from clubsales.membership.catalogue.terms import CardTerms


@dataclass(slots=True, kw_only=True)
class Kept:
    """A locked card. `given` grows with what this transaction gives."""

    row: CardRow
    given: list[Grant]
    freezes: Sequence[Freeze]
    today: date

    @property
    def id(self) -> CardID:
        return CardID(self.row.id)

    @property
    def terms(self) -> CardTerms:
        """The terms it was sold under."""
        return CardTerms.from_json(self.row.terms)

    @property
    def open_freeze(self) -> Freeze | None:
        """The freeze that stands."""
        return next((each for each in self.freezes if each.ran_again_on is None), None)

    @property
    def entitlement(self) -> Entitlement:
        """What its grants, freezes and uses add up to."""
        row = self.row
        return entitlement.fold(
            self.given,
            self.freezes,
            visits_used=(row.visits_total or 0) - (row.visits_left or 0),
            value_used_minor=(row.value_total_minor or 0) - (row.value_left_minor or 0),
        )

    @property
    def days_left(self) -> int | None:
        """Days not lived yet, today among them; None without a term."""
        if self.row.status == CardStatus.PENDING:
            return self.entitlement.days
        return entitlement.days_left(self.entitlement, self.open_freeze, self.today)

    def begins(self, wish: date | None = None) -> date | None:
        """The day on which more days begin: none for a card that runs, waits or stands frozen - they make it longer."""
        return None if self.open_freeze else entitlement.next_day(self.entitlement, self.today, wish)

    def give(
        self, session: Session, given: Sequence[Grant], *, reason: str = "", actor: Actor, at: Instant
    ) -> Entitlement:
        """Write grants and bring the card's row in line."""
        before = self.entitlement
        for grant in given:
            self.given.append(grant)
            grants.give(session, self.id, grant, sequence=len(self.given), reason=reason, actor=actor, at=at)
        after = entitlement.fold(
            self.given,
            self.freezes,
            visits_used=(before.visits_total or 0) - (before.visits_left or 0),
            value_used_minor=(before.value_total_minor or 0) - (before.value_left_minor or 0),
        )
        self.row.days = after.days
        self.row.valid_from, self.row.valid_until = after.valid_from, after.valid_until
        self.row.visits_total, self.row.visits_left = after.visits_total, after.visits_left
        self.row.value_total_minor = after.value_total_minor
        self.row.value_left_minor = after.value_left_minor
        return after


def locked(session: Session, card: str, *, actor: Actor) -> CardRow:
    """A card of this club by what stands in its address, locked. Only its own club changes it. Raises NotFound."""
    if not is_plain(card):
        raise NotFound
    return _one(session, CardRow.public_id == card, actor)


def keep(session: Session, card_id: CardID, *, everywhere: bool = False, actor: Actor, at: Instant) -> Kept:
    """A card of this club, locked, with its history. Raises NotFound.

    `everywhere`: what was paid for is carried out also when the card has moved to another club since.
    """
    return _kept(session, _one(session, CardRow.id == card_id, None if everywhere else actor), actor, at)


def keep_by_public_id(session: Session, card: str, *, actor: Actor, at: Instant) -> Kept:
    """A card of this club by what stands in its address, locked, with its history. Raises NotFound."""
    return _kept(session, locked(session, card, actor=actor), actor, at)


def _kept(session: Session, row: CardRow, actor: Actor, at: Instant) -> Kept:
    catch_up(session, row, actor=actor, at=at)
    session.flush()
    return Kept(
        row=row,
        given=[each.grant for each in grants.of_card(session, CardID(row.id))],
        freezes=[each.freeze for each in grants.freezes_of(session, CardID(row.id))],
        today=local_day(at, actor.club.zone),
    )


def _one(session: Session, condition: sa.ColumnElement[bool], actor: Actor | None) -> CardRow:
    here = sa.true() if actor is None else CardRow.club_id == actor.club.id
    statement = for_update(sa.select(CardRow).where(condition, here))
    row: CardRow | None = session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise NotFound
    return row
