"""What each posting earned: the parts add up to the commission, whatever the plan."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from clubsales.consultants.commission.rules import Plan, SaleClass, Tier, TierMode, reckon
from clubsales.consultants.statements.lines import Counted, lines_of, scale_of

LAST_DAY = date(2026, 3, 31)
CATEGORIES = ("term", "goods", "package")
rates = st.integers(0, 10_000)
classes = st.builds(SaleClass, st.sampled_from(CATEGORIES), st.booleans())
plans = st.builds(
    lambda borders, tier_rates, **rest: Plan(
        tiers=tuple(Tier(border, rate) for border, rate in zip(sorted(borders), tier_rates, strict=False)),
        **rest,
    ),
    st.sets(st.integers(0, 10_000_000), min_size=1, max_size=4),
    st.lists(rates, min_size=4, max_size=4),
    mode=st.sampled_from(TierMode),
    renewal_bp=rates,
    category_bp=st.dictionaries(st.sampled_from(CATEGORIES), rates),
    category_rates=st.dictionaries(st.sampled_from(CATEGORIES), rates, max_size=1),
    cap_minor=st.none() | st.integers(0, 500_000),
)
postings = st.lists(st.tuples(classes, st.integers(-500_000, 3_000_000)), max_size=20)


@given(plans, postings, st.integers(-1_000_000, 0))
def test_lines_add_up_to_the_commission(plan: Plan, made: list[tuple[SaleClass, int]], brought: int) -> None:
    counted = [Counted(number, each, minor, LAST_DAY) for number, (each, minor) in enumerate(made)]
    sums: dict[SaleClass, int] = {}
    for each in counted:
        sums[each.sale_class] = sums.get(each.sale_class, 0) + each.credit_minor
    reckoned = reckon(plan, sums, brought)
    scale = scale_of(plan, sums, brought, reckoned.rate_bp)
    lines = lines_of(
        scale, counted, brought=brought, commission_minor=reckoned.commission_minor, last_day=LAST_DAY
    )
    assert sum(line.commission_minor for line in lines) == reckoned.commission_minor
    assert [line.posting_id for line in lines if line.posting_id is not None] == list(range(len(made)))
    paid_by_none = [line for line in lines if line.posting_id is None and line.credit_minor == 0]
    assert len(paid_by_none) <= 1
    never_below = sum(sums.values()) + brought > 0 and reckoned.commission_minor == 0
    assert not paid_by_none or reckoned.capped or never_below


def test_a_line_is_the_rounded_share_of_its_posting() -> None:
    plan = Plan(tiers=(Tier(0, 300),))
    term = SaleClass("term", is_renewal=False)
    counted = [Counted(number, term, minor, LAST_DAY) for number, minor in enumerate((10_050, 10_050, -50))]
    scale = scale_of(plan, {term: 20_050}, 0, 300)
    lines = lines_of(scale, counted, brought=0, commission_minor=602, last_day=LAST_DAY)
    # 301.5, 603.0 and 601.5 so far: half a fen goes up.
    assert [line.commission_minor for line in lines] == [302, 301, -1]
