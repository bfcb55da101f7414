"""Which statements a closed month's payout is about, as they stand on a day."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.clock import Instant, local_day
from clubsales.consultants.credits import closing
from clubsales.consultants.statements import queries
from clubsales.consultants.statements.frozen import StatementView
from clubsales.errors import NotFound
from clubsales.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutLine:
    """A statement on a day: what is due by then, what was paid before, what is payable later."""

    statement: StatementView
    due: Money
    later: Money
    later_until: date | None
    is_own: bool

    @property
    def may_be_paid(self) -> bool:
        """Whether whoever looks may record it."""
        return bool(self.due) and not self.is_own


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutPage:
    """A closed month's payout on a day: its own statements, and those of earlier months that are due by now."""

    month: date
    day: date
    first: date  # the day of the close
    today: date
    lines: tuple[PayoutLine, ...]
    earlier: tuple[PayoutLine, ...]

    @property
    def payable(self) -> list[PayoutLine]:
        """What may be recorded."""
        return [line for line in (*self.lines, *self.earlier) if line.may_be_paid]


def payout_page(session: Session, actor: Actor, month: date, *, day: date | None, at: Instant) -> PayoutPage:
    """A closed month's payout; a day outside close and today is today. Raises NotFound for a month that is not closed."""
    club, today = actor.club, local_day(at, actor.club.zone)
    closed = closing.closed_month(session, club.id, month)
    if closed is None:
        raise NotFound
    first = local_day(closed.closed_at, club.zone)
    day = day if day is not None and first <= day <= today else today

    def line(view: StatementView) -> PayoutLine:
        after = view.payable.after(day)
        return PayoutLine(
            statement=view,
            due=view.due_by(day),
            later=view.later_than(day),
            later_until=after[-1].day if after else None,
            is_own=view.account_id == actor.account_id,
        )

    return PayoutPage(
        month=month,
        day=day,
        first=first,
        today=today,
        lines=tuple(line(view) for view in queries.statements_of_month(session, club.id, month)),
        earlier=tuple(
            line(view) for view in queries.still_due(session, club.id, before_month=month, day=day)
        ),
    )
