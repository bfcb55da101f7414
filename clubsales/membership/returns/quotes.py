"""What would go back of a card today, and where the money is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.clock import Instant, local_day
from clubsales.db import UtcDateTime
from clubsales.ids import CardID, ClubID, SaleID
from clubsales.membership.cards import behind, grants, passing, worth
from clubsales.membership.cards.queries import CardView
from clubsales.membership.cards.worth import Unit, Worth
from clubsales.membership.payments import queries as payments
from clubsales.membership.returns.rules import Reckoned, RefundFacts, RefundPolicy, part_of, reckon
from clubsales.money import Currency, Money
from clubsales.policies import policy_on

# Known by table name, as the database knows them: what doors and contracts write lies above this subject.
check_in = sa.table(
    "check_in", sa.column("card_id"), sa.column("admitted", sa.Boolean), sa.column("at", UtcDateTime())
)
session_taken, value = (
    sa.table(
        name,
        *(sa.column(each) for each in ("id", "card_id", "undoes_id", amount)),
        sa.column("at", UtcDateTime()),
    )
    for name, amount in (("card_session", "visits"), ("card_value", "kind"))
)
contract = sa.table(
    "contract", sa.column("sale_id"), sa.column("signed_at", UtcDateTime()), sa.column("state")
)
sale = sa.table("sale", sa.column("id"), sa.column("club_id"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """A sale whose money stands behind a card, and how much of it can still go back."""

    sale_id: SaleID
    club_id: ClubID  # where the money came in; the card may have moved since
    left: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What would go back of a card today, and where the money is."""

    card: CardView
    worth: Worth
    reckoned: Reckoned
    paid: Money
    sales: tuple[Behind, ...]  # the newest sale first

    @property
    def in_money(self) -> bool:
        """Whether what is left is stored value."""
        return self.worth.unit is Unit.VALUE

    @property
    def left(self) -> int | Money:
        """What is left of what was paid for: days, visits or value."""
        return Money(self.worth.left, self.worth.currency) if self.in_money else self.worth.left


def policy_for(session: Session, club: Club, day: date) -> RefundPolicy:
    """`refund` of the policy in force on a club-local day."""
    return policy_on(session, club, day).read("refund", RefundPolicy)


def quote(session: Session, club: Club, card: CardView, at: Instant, *, units: int | None = None) -> Quote:
    """What goes back of a card of this club now, or of so many of its unused visits or days."""
    today = local_day(at, club.zone)
    found = worth.of_card(session, card.id, today=today)
    sales = _behind(session, card.id, Currency(found.currency))
    there = sum(each.left.minor for each in sales)
    paid = Money(min(found.paid_minor, there), found.currency)
    terms = card.card_terms
    reckoned = reckon(
        RefundFacts(
            paid=paid,
            used=Money(min(found.used_minor, paid.minor), found.currency),
            is_opened=is_used(session, card.id),
            bought_on=_bought_on(session, club, card.id, today),
            today=today,
            cooling_off_days=policy_for(session, club, today).cooling_off_days,
            is_refundable=terms.refund_allowed,
            fee=Money(terms.refund_fee_minor, found.currency),
            fee_bp=terms.refund_fee_bp,
        )
    )
    if units is not None:
        reckoned = part_of(reckoned, units=units, left=found.left, in_money=found.unit is Unit.VALUE)
    return Quote(card=card, worth=found, reckoned=reckoned, paid=paid, sales=sales)


def _behind(session: Session, card_id: CardID, currency: Currency) -> tuple[Behind, ...]:
    """The sales whose money stands behind a card, the newest first, with what can still go back of it."""
    found = []
    paid_by = behind.paid_by_sale(session, card_id)
    rows = session.execute(sa.select(sale.c.id, sale.c.club_id).where(sale.c.id.in_(paid_by)))
    clubs = {row.id: ClubID(row.club_id) for row in rows}
    for sale_id, paid in reversed(paid_by.items()):
        left = sum(each.left.minor for each in payments.refundable(session, sale_id))
        part = Money(min(left, paid), currency)
        found.append(Behind(sale_id=sale_id, club_id=clubs[sale_id], left=part))
    return tuple(found)


def is_used(session: Session, card_id: CardID, *, since: Instant | None = None) -> bool:
    """Whether anybody has used it, all along its chain; what was given back was not used."""
    links = passing.chain(session, card_id)

    def later(at: sa.ColumnElement[Instant]) -> sa.ColumnElement[bool]:
        return sa.true() if since is None else at > since

    taken_back, value_back = session_taken.alias(), value.alias()
    return session.execute(
        sa.select(
            sa.or_(
                sa.exists().where(check_in.c.card_id.in_(links), check_in.c.admitted, later(check_in.c.at)),
                sa.exists().where(
                    session_taken.c.card_id.in_(links),
                    session_taken.c.visits < 0,
                    later(session_taken.c.at),
                    ~sa.exists().where(taken_back.c.undoes_id == session_taken.c.id),
                ),
                sa.exists().where(
                    value.c.card_id.in_(links),
                    value.c.kind == "use",
                    later(value.c.at),
                    ~sa.exists().where(value_back.c.undoes_id == value.c.id),
                ),
            )
        )
    ).scalar_one()


def _bought_on(session: Session, club: Club, card_id: CardID, today: date) -> date:
    """The day its first money came, or the day its contract was signed where that was later (CTR-04)."""
    first_links = passing.chain(session, card_id)
    paid = [
        each for link in first_links for each in grants.of_card(session, link) if each.grant.paid_minor > 0
    ]
    if not paid:
        return today
    first = min(paid, key=lambda each: each.granted_at)
    signed: Sequence[Instant] = session.scalars(
        sa.select(contract.c.signed_at).where(
            contract.c.sale_id == first.grant.sale_id,
            contract.c.state.in_(("signed", "archived")),
            contract.c.signed_at.is_not(None),
        )
    ).all()
    return max(local_day(each, club.zone) for each in (first.granted_at, *signed))
