"""What a month's plans are, and the credit they pay for: on both databases."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from clubsales import policies
from clubsales.clock import Instant
from clubsales.consultants.commission import documents
from clubsales.consultants.commission.choosing import Scope
from clubsales.consultants.commission.models import PlanRow
from clubsales.consultants.commission.queries import month_credits, plans_of_month
from clubsales.consultants.commission.rules import Plan, SaleClass, Tier, reckon
from clubsales.consultants.commission.texts import CATEGORIES
from clubsales.consultants.commission.trying import try_plan
from clubsales.consultants.credits.rules import Share
from clubsales.consultants.profiles import terms
from clubsales.ids import ConsultantID, SaleID
from clubsales.membership.catalogue.rules import CardKind
from clubsales.money import CNY
from tests.builders import Cast, consultant_of, local, yuan
from tests.integration.consultants.books import MARCH, Books

APRIL = date(2026, 4, 1)
CARD, RENEWAL, GOODS = SaleClass("term", False), SaleClass("term", True), SaleClass("goods", False)
EVERYBODY = Scope()
PLAN = Plan(tiers=(Tier(0, 500),), base_minor=100_000)


def a_plan(
    session: Session,
    cast: Cast,
    plan: Plan = PLAN,
    *,
    name: str = "plan",
    scope: Scope = EVERYBODY,
    valid_from: date = MARCH,
    sequence: int = 1,
) -> int:
    row = PlanRow(
        club_id=cast.club.id,
        name=name,
        kind=scope.kind,
        level=scope.level,
        probation=scope.probation,
        valid_from=valid_from,
        sequence=sequence,
        document=documents.write(plan, CNY),
        digest="",
        reason="new year",
        published_at=local(9),
        published_by=cast.manager.account_id,
    )
    session.add(row)
    session.flush()
    return row.id


def changed(session: Session, sale_id: SaleID, **values: Any) -> None:
    """Make another sale of it: a renewal, another card type, one with a set-up fee."""
    table = sa.table("sale", sa.column("id"), *(sa.column(name) for name in values))
    session.execute(sa.update(table).where(table.c.id == sale_id).values(**values))


def sold(books: Books, amount: str, *, at: Instant | None = None, **values: Any) -> SaleID:
    sale_id = books.open(amount, shares=(Share(books.x, 7000), Share(books.b, 3000)))
    changed(books.session, sale_id, **values) if values else None
    books.receive(sale_id, amount, at or local(10))
    return sale_id


def test_credit_is_by_the_kind_of_what_was_sold_and_whether_it_was_renewed(books: Books) -> None:
    sold(books, "1000.00")
    sold(books, "500.00", kind="renewal")
    sold(books, "100.00", kind="goods", card_type_id=books.cast.towel.id)
    credit = month_credits(books.session, books.cast.club.id, MARCH)
    assert credit == {
        books.x: {CARD: 70_000, RENEWAL: 35_000, GOODS: 7_000},
        books.b: {CARD: 30_000, RENEWAL: 15_000, GOODS: 3_000},
    }
    alone = month_credits(books.session, books.cast.club.id, date(2026, 3, 31), consultant_id=books.b)
    assert alone == {books.b: credit[books.b]}
    assert month_credits(books.session, books.cast.club.id, APRIL) == {}
    assert month_credits(books.session, books.cast.foreign_club.id, MARCH) == {}


def test_the_house_has_no_credit_of_anybodys(books: Books) -> None:
    sale_id = books.open("1000.00", shares=(Share(None, 7000), Share(books.b, 3000)))
    books.receive(sale_id, "1000.00")
    assert month_credits(books.session, books.cast.club.id, MARCH) == {books.b: {CARD: 30_000}}


def test_a_refund_after_the_month_is_a_negative_month_that_is_carried(books: Books) -> None:
    """SC-28 (c): the sale of March is refunded in April."""
    sale_id = sold(books, "3980.00")
    books.refund(sale_id, "3980.00", local(10, month=4, day=12))
    other = books.open("500.00", shares=(Share(books.b, 10_000),))
    books.receive(other, "500.00", local(10, month=4, day=20))
    april = month_credits(books.session, books.cast.club.id, APRIL)
    plan = plans_of_month(books.session, books.cast.club, APRIL).of_policy
    reckoned = reckon(plan, april[books.b], 0)
    assert (reckoned.sum_minor, reckoned.commission_minor, reckoned.carried_minor) == (-69_400, 0, -69_400)
    assert reckon(plan, april[books.x], 0).carried_minor == -278_600


def test_the_set_up_fee_is_left_out_for_those_whose_plan_says_so(books: Books) -> None:
    sold(books, "3980.00", set_up_fee_minor=20_000)
    sold(books, "1000.00")
    club_id = books.cast.club.id
    net = month_credits(books.session, club_id, MARCH, without_fee=[books.x])
    assert net == {books.x: {CARD: 264_600 + 70_000}, books.b: {CARD: 119_400 + 30_000}}
    alone = month_credits(books.session, club_id, MARCH, without_fee=[books.x], consultant_id=books.b)
    assert alone == {books.b: {CARD: 149_400}}


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    parts=st.lists(st.integers(1, 400), min_size=1, max_size=4),
    fee=st.integers(0, 1600),
    refunded=st.integers(0, 400),
)
def test_what_is_left_of_a_sale_without_its_fee_adds_up_over_months(
    books: Books, parts: list[int], fee: int, refunded: int
) -> None:
    """Received and given back in parts, month by month: the parts are those of the whole, to the unit."""
    with books.session.begin_nested() as savepoint:
        price = sum(parts)
        fee, refunded = min(fee, price), min(refunded, price)
        sale_id = books.open(f"{price // 100}.{price % 100:02}")
        changed(books.session, sale_id, set_up_fee_minor=fee)
        for number, part in enumerate(parts):
            books.receive(sale_id, f"{part // 100}.{part % 100:02}", local(10, month=3 + number))
        if refunded:
            books.refund(sale_id, f"{refunded // 100}.{refunded % 100:02}", local(10, month=8))
        club_id, everybody = books.cast.club.id, [books.x, books.b]
        net: dict[ConsultantID, int] = {}
        gross: dict[ConsultantID, int] = {}
        for month in range(3, 9):
            day = date(2026, month, 1)
            for whole, cut in ((gross, []), (net, everybody)):
                for holder, by_class in month_credits(books.session, club_id, day, without_fee=cut).items():
                    whole[holder] = whole.get(holder, 0) + sum(by_class.values())
        for holder, total in gross.items():
            expected = (2 * total * (price - fee) + price) // (2 * price) if fee else total
            assert net[holder] == expected
        savepoint.rollback()


def test_the_latest_plan_of_the_narrowest_scope_pays(session: Session, cast: Cast) -> None:
    a_plan(session, cast, name="old", valid_from=date(2026, 1, 1))
    a_plan(session, cast, name="first of March")
    second = a_plan(session, cast, name="second of March", sequence=2)
    a_plan(session, cast, name="April", valid_from=APRIL)
    outside = a_plan(session, cast, name="outside", scope=Scope(kind="outside"), valid_from=date(2026, 2, 1))
    march = plans_of_month(session, cast.club, date(2026, 3, 20))
    assert march.plan_for("inside", 1, False).plan_id == second
    assert march.plan_for("outside", 1, False).plan_id == outside
    assert plans_of_month(session, cast.club, APRIL).plan_for("inside", 1, False).name == "April"
    assert plans_of_month(session, cast.foreign_club, MARCH).plan_for("inside", 1, False).plan_id is None


def test_the_policy_of_the_months_first_day_pays_where_no_plan_does(session: Session, cast: Cast) -> None:
    policies.publish(
        session,
        changes={"commission": {"base_pay": "4500.00"}},
        valid_from=date(2026, 3, 2),
        actor=cast.manager,
        at=local(9),
    )
    march, april = (plans_of_month(session, cast.club, month) for month in (MARCH, APRIL))
    assert march.plan_for("inside", 1, False).plan.base_minor == 400_000
    assert april.plan_for("inside", 1, False).plan.base_minor == 450_000
    assert (march.published, april.plan_for("inside", 1, False).name) == ((), "")


def test_a_published_plan_never_changes(session: Session, cast: Cast) -> None:
    plan_id = a_plan(session, cast)
    for statement in (sa.update(PlanRow).values(name="another"), sa.delete(PlanRow)):
        with pytest.raises(DatabaseError, match="append-only"), session.begin_nested():
            session.execute(statement.where(PlanRow.id == plan_id))


def test_every_kind_of_card_has_its_words() -> None:
    assert CATEGORIES.keys() == {kind.value for kind in CardKind}


def test_a_plan_is_tried_on_the_past_person_by_person(books: Books) -> None:
    """Under 5 % and a base of 1,000.00 instead of the club's rules; a negative month is carried on."""
    session, cast = books.session, books.cast
    sale_id = sold(books, "40000.00")
    books.refund(sale_id, "40000.00", local(10, month=4, day=2))
    sold(books, "50000.00", at=local(10, month=5))
    tried = try_plan(session, cast.club, PLAN, Scope(kind="outside"), before=date(2026, 6, 1))
    assert len(tried.months) <= 12
    assert tried.months[-1] == date(2026, 5, 1)
    (ma,) = tried.people
    assert (ma.name, ma.id) == ("马超", books.x)
    months = {each.month: (each.credit, each.before, each.after) for each in ma.months}
    assert months[MARCH] == (2_800_000, 400_000 + 84_000, 100_000 + 140_000)
    assert months[APRIL] == (-2_800_000, 400_000, 100_000)
    assert months[date(2026, 5, 1)] == (3_500_000, 400_000 + 21_000, 100_000 + 35_000)
    assert tried.cost == ma.difference == ma.after - ma.before
    assert tried.of_month(MARCH) == (484_000, 240_000)


def test_trying_the_rules_that_pay_already_costs_nothing(books: Books) -> None:
    sold(books, "40000.00", set_up_fee_minor=100)
    of_policy = plans_of_month(books.session, books.cast.club, MARCH).of_policy
    for kind in ("inside", "outside"):
        tried = try_plan(books.session, books.cast.club, of_policy, Scope(kind=kind), before=APRIL)
        assert {each.difference for each in tried.people} == {0}
        assert tried.cost == 0


def test_a_tried_plan_pays_levels_probation_and_ones_own_base(books: Books) -> None:
    session, cast = books.session, books.cast
    for who, level, base, until in (
        (cast.lin, 2, "5000.00", None),
        (cast.zhou, 1, None, date(2026, 3, 31)),
    ):
        terms.set_pay_term(
            session,
            consultant_id=consultant_of(who),
            valid_from=MARCH,
            level=level,
            is_promotion=False,
            base=yuan(base) if base else None,
            probation_until=until,
            reason="agreed",
            actor=cast.manager,
            at=local(9),
        )
    second = try_plan(session, cast.club, PLAN, Scope(kind="inside", level=2), before=APRIL)
    assert [(each.name, each.months[-1].after) for each in second.people] == [("林静", 500_000)]
    probation = try_plan(session, cast.club, PLAN, Scope(probation=True), before=APRIL)
    assert [(each.name, each.months[-1].after) for each in probation.people] == [("周倩", 100_000)]


def test_a_tried_team_override_pays_the_supervisor(books: Books) -> None:
    session, cast = books.session, books.cast
    sold(books, "10000.00")
    team = sa.table("team", sa.column("id"), sa.column("name"))
    team_id = session.execute(sa.select(team.c.id).where(team.c.name == "一组")).scalar_one()
    terms.record_team(session, consultant_of(cast.supervisor), team_id, local(8))
    plan = Plan(tiers=(), team_override_bp=100)
    tried = try_plan(session, cast.club, plan, Scope(kind="supervisor"), before=APRIL)
    (supervisor,) = tried.people
    assert supervisor.name == "孙主管"
    assert supervisor.months[-1].after == 3_000  # 1 % of 林静's 3,000.00
