"""Reads of commission: the plans of a month, and the credit they pay for."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.clock import month_of
from clubsales.consultants.commission import documents
from clubsales.consultants.commission.choosing import ChosenPlan, Published, Scope, choose
from clubsales.consultants.commission.models import PlanRow
from clubsales.consultants.commission.rules import Plan, SaleClass, net_of_fee
from clubsales.db import table_of
from clubsales.ids import ClubID, ConsultantID
from clubsales.money import Currency
from clubsales.policies import Policy, policy_on

PLAN = table_of(PlanRow)
RENEWAL = "renewal"  # sale.kind
posting = sa.table(
    "posting",
    sa.column("sale_id", sa.BigInteger),
    sa.column("club_id", sa.BigInteger),
    sa.column("consultant_id", sa.BigInteger),
    sa.column("month", sa.Date),
    sa.column("amount_minor", sa.BigInteger),
)
sale = sa.table(
    "sale",
    sa.column("id", sa.BigInteger),
    sa.column("card_type_id", sa.BigInteger),
    sa.column("kind", sa.String),
    sa.column("price_minor", sa.BigInteger),
    sa.column("set_up_fee_minor", sa.BigInteger),
)
card_type = sa.table("card_type", sa.column("id", sa.BigInteger), sa.column("kind", sa.String))
CREDIT = sa.func.sum(posting.c.amount_minor).label("minor")
IS_RENEWAL = (sale.c.kind == RENEWAL).label("is_renewal")
Credits = dict[ConsultantID, dict[SaleClass, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plans:
    """The plans in force in a month; where none was published for somebody, `policy` pays him."""

    policy: Policy
    of_policy: Plan
    published: tuple[Published, ...]

    @property
    def widest(self) -> Published | None:
        """The plan for most people, of several the latest; None where the policy pays everybody."""
        return min(
            self.published,
            key=lambda each: (each.scope.narrowness, -each.valid_from.toordinal(), -each.sequence),
            default=None,
        )

    def plan_for(self, kind: str, level: int, on_probation: bool) -> ChosenPlan:
        """What pays an inside or outside consultant, or a "supervisor", of a level."""
        return choose(self.published, self.of_policy, kind=kind, level=level, on_probation=on_probation)


def plans_of_month(session: Session, club: Club, month: date) -> Plans:
    """The policy and the plans in force on the first day of a month."""
    first = month_of(month)
    policy = policy_on(session, club, first)
    rows = session.execute(
        sa.select(PLAN)
        .where(PLAN.c.club_id == club.id, PLAN.c.valid_from <= first)
        .order_by(PLAN.c.valid_from, PLAN.c.sequence)
    )
    latest = {_scope(row): row for row in rows}
    return Plans(
        policy=policy,
        of_policy=documents.read(policy.document["commission"], club.currency),
        published=tuple(_published(row, club.currency) for row in latest.values()),
    )


def month_credits(
    session: Session,
    club_id: ClubID,
    month: date,
    *,
    without_fee: Collection[ConsultantID] = (),
    consultant_id: ConsultantID | None = None,
) -> Credits:
    """Everybody's credit of a month, or one person's, by class of sale; whoever has no posting is left out.

    For those in `without_fee` the set-up fee's share of each sale is left out.
    """
    first = month_of(month)
    found = credits_between(session, club_id, first, first, consultant_id=consultant_id)
    fees = set(without_fee) if consultant_id is None else {consultant_id}.intersection(without_fee)
    if fees:
        shares = fees_between(session, club_id, first, first).get(first, {})
        found = {first: less_fees(found.get(first, {}), shares, fees)}
    return found.get(first, {})


def credits_between(
    session: Session, club_id: ClubID, first: date, last: date, *, consultant_id: ConsultantID | None = None
) -> dict[date, Credits]:
    """Credit by class of sale for each month of some; the house's is nobody's and left out."""
    whose = posting.c.consultant_id
    rows = session.execute(
        sa.select(posting.c.month, whose, card_type.c.kind, IS_RENEWAL, CREDIT)
        .join_from(posting, sale, sale.c.id == posting.c.sale_id)
        .join(card_type, card_type.c.id == sale.c.card_type_id)
        .where(
            posting.c.club_id == club_id,
            posting.c.month.between(first, last),
            whose.is_not(None) if consultant_id is None else whose == consultant_id,
        )
        .group_by(posting.c.month, whose, card_type.c.kind, IS_RENEWAL)
        .order_by(posting.c.month, whose, card_type.c.kind, IS_RENEWAL)
    )
    found: dict[date, Credits] = {}
    for row in rows:
        of_month = found.setdefault(row.month, {})
        of_person = of_month.setdefault(ConsultantID(row.consultant_id), {})
        of_person[SaleClass(row.kind, bool(row.is_renewal))] = int(row.minor)
    return found


def fees_between(session: Session, club_id: ClubID, first: date, last: date) -> dict[date, Credits]:
    """How much of the credit of each month is set-up fee, by class of sale.

    A sale's share is cut from what its holder has of it so far, so that receipts and refunds add up over months.
    """
    touched = (
        sa.select(posting.c.sale_id)
        .join_from(posting, sale, sale.c.id == posting.c.sale_id)
        .where(
            posting.c.club_id == club_id,
            posting.c.month.between(first, last),
            sale.c.set_up_fee_minor > 0,
        )
    )
    rows = session.execute(
        sa.select(
            *(posting.c.sale_id, posting.c.consultant_id, posting.c.month, CREDIT),
            *(card_type.c.kind, IS_RENEWAL, sale.c.price_minor, sale.c.set_up_fee_minor),
        )
        .join_from(posting, sale, sale.c.id == posting.c.sale_id)
        .join(card_type, card_type.c.id == sale.c.card_type_id)
        .where(posting.c.sale_id.in_(touched), posting.c.consultant_id.is_not(None), posting.c.month <= last)
        .group_by(
            *(posting.c.sale_id, posting.c.consultant_id, posting.c.month),
            *(card_type.c.kind, sale.c.kind, sale.c.price_minor, sale.c.set_up_fee_minor),
        )
        .order_by(posting.c.sale_id, posting.c.consultant_id, posting.c.month)
    )
    found: dict[date, Credits] = {}
    so_far: defaultdict[tuple[int, int], int] = defaultdict(int)
    for row in rows:
        holding = (row.sale_id, row.consultant_id)
        before = _fee_in(so_far[holding], row)
        so_far[holding] += int(row.minor)
        share = _fee_in(so_far[holding], row) - before
        if row.month < first or not share:
            continue
        of_person = found.setdefault(row.month, {}).setdefault(ConsultantID(row.consultant_id), {})
        sale_class = SaleClass(row.kind, bool(row.is_renewal))
        of_person[sale_class] = of_person.get(sale_class, 0) + share
    return found


def less_fees(credit: Credits, fees: Credits, whose: Collection[ConsultantID]) -> Credits:
    """Credit without the set-up fees in it, for those whose plan leaves them out."""
    nothing: Mapping[SaleClass, int] = {}
    return {
        consultant_id: {
            sale_class: minor - fees.get(consultant_id, nothing).get(sale_class, 0)
            if consultant_id in whose
            else minor
            for sale_class, minor in by_class.items()
        }
        for consultant_id, by_class in credit.items()
    }


def _fee_in(credited: int, row: Any) -> int:
    return credited - net_of_fee(credited, price_minor=row.price_minor, fee_minor=row.set_up_fee_minor)


def _scope(row: Any) -> Scope:
    return Scope(row.kind, row.level, row.probation)


def _published(row: Any, currency: Currency) -> Published:
    return Published(
        plan=documents.read(row.document, currency),
        plan_id=row.id,
        public_id=row.public_id,
        name=row.name,
        scope=_scope(row),
        valid_from=row.valid_from,
        sequence=row.sequence,
    )
