"""The lines the database writes are those that plain Python reckons, whatever the plan, the fees and the order."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from clubsales.consultants.commission.queries import month_credits
from clubsales.consultants.commission.rules import Plan, Tier, TierMode, reckon
from clubsales.consultants.credits.models import PostingRow
from clubsales.consultants.profiles.terms import PayTerm
from clubsales.consultants.statements.facts import StatementFacts
from clubsales.consultants.statements.gathering import Gathered
from clubsales.consultants.statements.lines import Line, exact_numerator, lines_of
from clubsales.consultants.statements.models import StatementLineRow, StatementRow
from clubsales.consultants.statements.people import Person
from clubsales.consultants.statements.reckoning import counted_postings, scale_for
from clubsales.consultants.statements.writing import Owed, write_lines
from clubsales.ids import AccountID, ConsultantID
from clubsales.membership.sales.models import SaleRow
from clubsales.money import CNY
from clubsales.policies import PolicyVersion
from tests.builders import Cast, consultant_of, local

FEBRUARY, MARCH, LAST_DAY = date(2026, 2, 1), date(2026, 3, 1), date(2026, 3, 31)
CATEGORIES = ("term", "visits", "goods")
rates = st.integers(0, 10_000)
plans = st.builds(
    lambda borders, tier_rates, **rest: Plan(
        tiers=tuple(Tier(border, rate) for border, rate in zip(sorted(borders), tier_rates, strict=False)),
        **rest,
    ),
    st.sets(st.integers(0, 10_000_000), min_size=1, max_size=3),
    st.lists(rates, min_size=3, max_size=3),
    mode=st.sampled_from(TierMode),
    renewal_bp=rates,
    category_bp=st.dictionaries(st.sampled_from(CATEGORIES), rates, max_size=2),
    category_rates=st.dictionaries(st.sampled_from(CATEGORIES), rates, max_size=1),
    exclude_set_up_fee=st.booleans(),
    cap_minor=st.none() | st.integers(0, 500_000),
)
# Of each sale: kind of card, renewal, price, set-up fee; then postings: whose, in which month, on which day, how much.
postings = st.tuples(
    st.booleans(),
    st.sampled_from((FEBRUARY, MARCH)),
    st.integers(1, 28),
    st.integers(-400_000, 900_000).filter(bool),
)
sales = st.lists(
    st.tuples(
        st.sampled_from(CATEGORIES),
        st.booleans(),
        st.integers(0, 500_000),
        st.integers(0, 60_000),
        st.lists(postings, min_size=1, max_size=5),
    ),
    max_size=5,
)


def gathered(
    cast: Cast, session: Session, consultant_id: ConsultantID, plan: Plan, brought: int, days: int
) -> Gathered:
    without_fee = [consultant_id] if plan.exclude_set_up_fee else []
    found = month_credits(session, cast.club.id, MARCH, without_fee=without_fee, consultant_id=consultant_id)
    counted = found.get(consultant_id, {})
    person = Person(
        id=consultant_id,
        public_id=f"person{consultant_id}",
        account_id=AccountID(1),
        code="",
        name="",
        kind="inside",
        sells=True,
        active_days=31,
        has_left=False,
        leads=False,
        team=None,
        term=PayTerm(level=1, promoted_on=None, base=None, probation_until=None),
    )
    facts = StatementFacts(
        currency=CNY, credit_minor=0, brought_minor=brought, reckoned=reckon(plan, counted, brought)
    )
    return Gathered(
        person=person, plan=plan, plan_id=None, plan_name="", counted=counted, facts=facts, payable_days=days
    )


def a_statement(session: Session, cast: Cast, consultant_id: ConsultantID) -> int:
    policy = session.scalars(sa.select(PolicyVersion.id).where(PolicyVersion.club_id == cast.club.id)).first()
    assert policy is not None
    row = StatementRow(
        club_id=cast.club.id,
        month=MARCH,
        consultant_id=consultant_id,
        currency=CNY,
        credit_minor=0,
        brought_minor=0,
        rate_bp=0,
        commission_minor=0,
        paid_bp=0,
        commission_paid_minor=0,
        awards_minor=0,
        base_minor=0,
        pay_minor=0,
        carried_minor=0,
        score=None,
        plan_id=None,
        policy_version_id=policy,
        document={},
        frozen_at=local(10, month=4),
    )
    session.add(row)
    session.flush()
    return row.id


@pytest.mark.parametrize("days", [0, 7])
@settings(
    max_examples=40,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.tuples(plans, plans), sales, st.tuples(st.integers(-300_000, 0), st.just(0)))
def test_the_database_writes_what_python_reckons(
    session: Session,
    cast: Cast,
    days: int,
    given_plans: tuple[Plan, Plan],
    made: list[tuple[str, bool, int, int, list[tuple[bool, date, int, int]]]],
    brought: tuple[int, int],
) -> None:
    people = (consultant_of(cast.lin), consultant_of(cast.ma))
    kinds = {each.kind.value: each.id for each in (cast.annual, cast.visits, cast.towel)}
    with session.begin_nested() as savepoint:
        for category, is_renewal, price, fee, moved in made:
            _a_sale(session, cast, kinds[category], is_renewal, price, fee, people, moved)
        persons = [
            gathered(cast, session, person, plan, carried, days)
            for person, plan, carried in zip(people, given_plans, brought, strict=True)
        ]
        owed, expected = [], {}
        for each in persons:
            scale, facts = scale_for(each), each.facts
            statement_id = a_statement(session, cast, each.person.id)
            owed.append(
                Owed(
                    statement_id=statement_id,
                    consultant_id=each.person.id,
                    scale=scale,
                    brought_minor=facts.brought_minor,
                    commission_minor=facts.reckoned.commission_minor,
                    exact_numerator=exact_numerator(scale, each.counted, facts.brought_minor),
                    payable_days=days,
                    without_fee=each.plan.exclude_set_up_fee,
                )
            )
            expected[statement_id] = lines_of(
                scale,
                counted_postings(session, cast.club, MARCH, each),
                brought=facts.brought_minor,
                commission_minor=facts.reckoned.commission_minor,
                last_day=LAST_DAY,
            )
        write_lines(session, cast.club, MARCH, owed, last_day=LAST_DAY)
        for statement_id, lines in expected.items():
            assert _written(session, statement_id) == lines
        savepoint.rollback()


def _written(session: Session, statement_id: int) -> list[Line]:
    rows = session.scalars(
        sa.select(StatementLineRow)
        .where(StatementLineRow.statement_id == statement_id)
        .order_by(StatementLineRow.id)
    )
    return [
        Line(
            row.posting_id,
            row.credit_minor,
            row.rate_bp,
            row.factor_bp,
            row.commission_minor,
            row.payable_on,
        )
        for row in rows
    ]


def _a_sale(
    session: Session,
    cast: Cast,
    card_type_id: int,
    is_renewal: bool,
    price: int,
    fee: int,
    people: tuple[ConsultantID, ConsultantID],
    moved: list[tuple[bool, date, int, int]],
) -> None:
    policy = session.scalars(sa.select(PolicyVersion.id).where(PolicyVersion.club_id == cast.club.id)).first()
    assert policy is not None
    row = SaleRow(
        club_id=cast.club.id,
        card_type_id=card_type_id,
        card_type_name="卡",
        kind="renewal" if is_renewal else "new",
        currency=CNY,
        list_price_minor=None,
        price_minor=price,
        set_up_fee_minor=fee,
        person_id=None,
        reception_id=None,
        consultant_id=None,
        opened_at=local(10),
        opened_by=None,
        policy_version_id=policy,
    )
    session.add(row)
    session.flush()
    for sequence, (is_first, month, day, amount) in enumerate(moved, 1):
        session.add(
            PostingRow(
                sale_id=row.id,
                sequence=sequence,
                club_id=cast.club.id,
                consultant_id=people[0] if is_first else people[1],
                amount_minor=amount,
                currency=CNY,
                at=local(23, day=day, month=month.month) + timedelta(minutes=sequence),
                month=month,
                rule="DSP-03",
                cause="receipt",
                reference="",
                reason={},
                policy_version_id=policy,
            )
        )
        session.flush()
