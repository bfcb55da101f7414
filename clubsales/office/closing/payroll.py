"""A closed month for whoever pays it out: a row a person, with what is payable at the close and what later."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.clock import local_day, month_of
from clubsales.consultants.credits import closing
from clubsales.consultants.profiles.queries import names
from clubsales.consultants.statements import queries as statements
from clubsales.consultants.statements.frozen import StatementView
from clubsales.consultants.statements.rules import ItemKind
from clubsales.errors import NotFound
from clubsales.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class PayrollRow:
    """What somebody is paid. `earlier`: parts of earlier statements that became payable by this close.

    `paid` is what was recorded as paid out on this month's statement, the last time on `paid_on`. No statement of this month, but something earlier: `statement` is None.
    """

    code: str
    name: str
    statement: StatementView | None
    items: dict[ItemKind, Money]
    pay: Money
    now: Money
    later: Money
    later_from: date | None
    earlier: Money
    paid: Money
    paid_on: date | None

    @property
    def to_pay(self) -> Money:
        """What is paid out with this month: its own part and what of earlier ones has become payable."""
        return self.now + self.earlier


def payroll_of(session: Session, club: Club, month: date) -> list[PayrollRow]:
    """A closed month's payroll in the order of codes; raises NotFound for one that is not closed."""
    closed = closing.closed_month(session, club.id, month)
    if closed is None:
        raise NotFound
    closed_on = local_day(closed.closed_at, club.zone)
    before = [
        each for each in closing.closed_months(session, club.id, limit=1_000) if each.month < month_of(month)
    ]
    last_close = local_day(before[0].closed_at, club.zone) if before else None
    earlier = (
        statements.payable_between(
            session, club.id, after=last_close, until=closed_on, before_month=month_of(month)
        )
        if last_close is not None
        else {}
    )
    nothing = Money.zero(club.currency)
    rows = []
    for view in statements.statements_of_month(session, club.id, month_of(month)):
        items: dict[ItemKind, Money] = {}
        for item in view.items:
            items[item.kind] = items.get(item.kind, nothing) + item.amount
        rows.append(
            PayrollRow(
                code=view.code,
                name=view.name,
                statement=view,
                items=items,
                pay=view.pay,
                now=Money(view.payable.now_minor, club.currency),
                later=Money(view.payable.later_minor, club.currency),
                later_from=view.payable.later[-1].day if view.payable.later else None,
                earlier=earlier.pop(view.consultant_id, nothing),
                paid=view.paid,
                paid_on=view.paid_through,
            )
        )
    called = names(session, earlier)
    rows += [
        PayrollRow(
            code="",
            name=called[consultant_id],
            statement=None,
            items={},
            pay=nothing,
            now=nothing,
            later=nothing,
            later_from=None,
            earlier=amount,
            paid=nothing,
            paid_on=None,
        )
        for consultant_id, amount in earlier.items()
    ]
    return rows
