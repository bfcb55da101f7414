from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clubsales.consultants.commission import documents
from clubsales.consultants.commission.choosing import Published, Scope, choose
from clubsales.consultants.commission.rules import (
    NextTier,
    PayableAfter,
    Plan,
    SaleClass,
    Tier,
    TierMode,
    exact_commission,
    net_of_fee,
    next_tier,
    one_more,
    reckon,
)
from clubsales.money import CNY, half_up
from clubsales.policy_documents import default_document

DEMO = documents.read(default_document()["commission"], CNY)
CARD, RENEWAL, GOODS = SaleClass("term", False), SaleClass("term", True), SaleClass("goods", False)


def with_(**changes: object) -> Plan:
    return documents.read({**documents.write(DEMO, CNY), **changes}, CNY)


MARGINAL = with_(tier_mode="marginal")


@pytest.mark.parametrize(
    ("credit", "plan", "commission", "rate_bp"),
    [
        (2_999_999, DEMO, 90_000, 300),  # 899.9997 is 900.00
        (3_000_000, DEMO, 240_000, 800),
        (5_999_999, DEMO, 480_000, 800),
        (6_000_000, DEMO, 600_000, 1000),
        (6_000_000, MARGINAL, 330_000, 1000),
        (5_880_600, DEMO, 470_448, 800),  # without the share of 2A
        (3_000_000, MARGINAL, 90_000, 800),
        (2_999_999, MARGINAL, 90_000, 300),
        (1, DEMO, 0, 300),
        (17, DEMO, 1, 300),  # 0.51 of a fen
        (0, DEMO, 0, 300),
    ],
)
def test_the_tiers_of_the_demo_plan_at_their_borders(
    credit: int, plan: Plan, commission: int, rate_bp: int
) -> None:
    """AMB-37."""
    reckoned = reckon(plan, {CARD: credit}, 0)
    assert (reckoned.commission_minor, reckoned.rate_bp) == (commission, rate_bp)
    assert (reckoned.sum_minor, reckoned.carried_minor, reckoned.capped) == (credit, 0, False)


def test_a_share_counts_for_the_tier_like_a_sale_of_ones_own() -> None:
    assert reckon(DEMO, {CARD: 5_880_600 + 119_400}, 0).commission_minor == 600_000


def test_a_negative_month_pays_nothing_and_is_carried() -> None:
    april = reckon(DEMO, {CARD: -119_400 + 50_000}, 0)
    assert (april.commission_minor, april.carried_minor, april.rate_bp) == (0, -69_400, 0)
    may = reckon(DEMO, {CARD: 3_069_400}, april.carried_minor)
    assert (may.sum_minor, may.commission_minor, may.carried_minor) == (3_000_000, 240_000, 0)
    assert reckon(DEMO, {CARD: 69_400}, april.carried_minor).carried_minor == 0
    assert reckon(DEMO, {CARD: 69_399}, april.carried_minor).carried_minor == -1


def test_below_the_first_tier_nothing_is_paid_in_either_mode() -> None:
    tiers = [["10000.00", 500], ["20000.00", 1000]]
    for mode in ("whole", "marginal"):
        plan = with_(tier_mode=mode, tiers=tiers)
        assert (reckon(plan, {CARD: 999_999}, 0).commission_minor, plan.rate_at(999_999)) == (0, 0)
    assert reckon(with_(tiers=tiers), {CARD: 1_000_000}, 0).commission_minor == 50_000
    marginal = with_(tier_mode="marginal", tiers=tiers)
    assert reckon(marginal, {CARD: 1_000_000}, 0).commission_minor == 0
    assert reckon(marginal, {CARD: 2_000_000}, 0).commission_minor == 50_000


def test_a_plan_without_tiers_pays_no_commission() -> None:
    for mode in ("whole", "marginal"):
        assert reckon(with_(tier_mode=mode, tiers=[]), {CARD: 10**9}, 0).commission_minor == 0
    assert next_tier(with_(tiers=[]), {CARD: 1}, 0) is None


def test_renewals_are_paid_at_their_part_of_the_rate_and_count_for_the_tier() -> None:
    plan = with_(renewal_rate_bp=5000)
    assert reckon(plan, {CARD: 4_000_000, RENEWAL: 2_000_000}, 0).commission_minor == 400_000 + 100_000
    marginal = with_(renewal_rate_bp=5000, tier_mode="marginal")
    assert reckon(marginal, {CARD: 4_000_000, RENEWAL: 2_000_000}, 0).commission_minor == 330_000 * 5 // 6


def test_a_kind_of_goods_is_paid_at_a_part_of_the_rate_or_at_one_of_its_own() -> None:
    sold = {CARD: 5_500_000, GOODS: 500_000}
    part = with_(category_bp={"goods": 2000})
    assert reckon(part, sold, 0).commission_minor == 550_000 + 10_000
    own = with_(category_rates={"goods": 300})
    assert reckon(own, sold, 0).commission_minor == 550_000 + 15_000
    marginal = with_(category_rates={"goods": 300}, tier_mode="marginal")
    assert reckon(marginal, sold, 0).commission_minor == 330_000 * 11 // 12 + 15_000


def test_a_renewal_of_a_kind_with_a_part_has_both_parts() -> None:
    plan = with_(renewal_rate_bp=5000, category_bp={"term": 5000})
    assert plan.factor(RENEWAL) == Fraction(1, 4)
    assert reckon(plan, {RENEWAL: 6_000_000}, 0).commission_minor == 150_000


def test_what_was_brought_counts_fully_beside_renewals_at_half() -> None:
    plan = with_(renewal_rate_bp=5000)
    assert reckon(plan, {RENEWAL: 3_100_000}, -100_000).commission_minor == (1_550_000 - 100_000) * 8 // 100


def test_commission_never_falls_below_nothing() -> None:
    plan = with_(category_rates={"goods": 5000})
    assert reckon(plan, {CARD: 100_000, GOODS: -90_000}, 0).commission_minor == 0


def test_a_cap_is_the_most_a_month_pays() -> None:
    plan = with_(cap="5000.00")
    assert reckon(plan, {CARD: 6_000_000}, 0).commission_minor == 500_000
    assert reckon(plan, {CARD: 6_000_000}, 0).capped
    exactly = reckon(with_(cap="6000.00"), {CARD: 6_000_000}, 0)
    assert (exactly.commission_minor, exactly.capped) == (600_000, False)


def test_rounding_happens_once_not_by_class() -> None:
    plan = with_(tiers=[["0.00", 50]])
    assert (
        reckon(plan, {CARD: 50, RENEWAL: 50}, 0).commission_minor == 1
    )  # a quarter of a fen each: half a fen
    assert reckon(plan, {CARD: 50, RENEWAL: 49}, 0).commission_minor == 0


def test_one_sale_more_across_a_border_raises_the_whole_month() -> None:
    more = one_more(DEMO, {CARD: 5_680_000}, 0, CARD, 320_000)
    assert more.gain_minor == 600_000 - 454_400 == 145_600
    assert (more.before.rate_bp, more.after.rate_bp) == (800, 1000)


def test_the_next_tier_says_what_is_missing_and_what_it_adds() -> None:
    assert next_tier(DEMO, {CARD: 5_680_000}, 0) == NextTier(
        missing_minor=320_000, rate_bp=1000, gain_minor=145_600
    )
    assert next_tier(DEMO, {CARD: 6_000_000}, 0) is None
    assert next_tier(DEMO, {CARD: 10_000}, -69_400) == NextTier(
        missing_minor=3_059_400, rate_bp=800, gain_minor=240_000
    )


@pytest.mark.parametrize(
    ("credited", "price", "fee", "net"),
    [
        (398_000, 398_000, 20_000, 378_000),
        (278_600, 398_000, 20_000, 264_600),
        (100, 398_000, 0, 100),
        (1, 3, 1, 1),
        (100, 100, 100, 0),
    ],
)
def test_the_set_up_fee_leaves_its_share_of_the_credit_out(
    credited: int, price: int, fee: int, net: int
) -> None:
    assert net_of_fee(credited, price_minor=price, fee_minor=fee) == net


def test_every_setting_of_the_policy_is_a_setting_of_the_plan() -> None:
    section = {
        "base_pay": "4500.00",
        "tier_mode": "marginal",
        "tiers": [["0.00", 100]],
        "renewal_rate_bp": 6000,
        "team_override_bp": 150,
        "staff_referral": "80.00",
        "payable_after": "receipt",
        "pay_deposit": "200.00",
    }
    assert section.keys() == default_document()["commission"].keys()
    assert documents.read(section, CNY) == Plan(
        base_minor=450_000,
        mode=TierMode.MARGINAL,
        tiers=(Tier(0, 100),),
        renewal_bp=6000,
        team_override_bp=150,
        staff_referral_minor=8000,
        payable_after=PayableAfter.RECEIPT,
        pay_deposit_minor=20_000,
    )


def test_a_plan_is_read_as_it_was_written() -> None:
    plan = Plan(
        tiers=(Tier(0, 300), Tier(1, 10_000)),
        category_bp={"goods": 5000},
        category_rates={"visits": 100},
        exclude_set_up_fee=True,
        cap_minor=1,
        setter_bp=100,
    )
    assert documents.read(documents.write(plan, CNY), CNY) == plan


@pytest.mark.parametrize(
    ("kind", "level", "on_probation", "chosen"),
    [
        ("inside", 1, False, "inside"),
        ("inside", 2, False, "inside 2"),
        ("outside", 1, False, "all"),
        ("outside", 2, False, "level 2"),
        ("inside", 2, True, "probation"),
        ("supervisor", 1, False, "all"),
    ],
)
def test_the_narrowest_plan_pays(kind: str, level: int, on_probation: bool, chosen: str) -> None:
    published = [
        plan_named("all", Scope()),
        plan_named("level 2", Scope(level=2)),
        plan_named("inside", Scope(kind="inside")),
        plan_named("inside 2", Scope(kind="inside", level=2)),
        plan_named("probation", Scope(probation=True)),
    ]
    assert choose(published, DEMO, kind=kind, level=level, on_probation=on_probation).name == chosen


def test_where_no_plan_fits_the_policy_pays() -> None:
    chosen = choose(
        [plan_named("outside", Scope(kind="outside"))], DEMO, kind="inside", level=1, on_probation=False
    )
    assert (chosen.plan, chosen.plan_id) == (DEMO, None)


def plan_named(name: str, scope: Scope) -> Published:
    return Published(
        plan=MARGINAL,
        plan_id=1,
        public_id="",
        name=name,
        scope=scope,
        valid_from=date(2026, 3, 1),
        sequence=1,
    )


amounts = st.integers(0, 20_000_000)
signed = st.integers(-10_000_000, 20_000_000)
classes = st.sampled_from([CARD, RENEWAL, GOODS, SaleClass("visits", False)])
months = st.dictionaries(classes, signed, max_size=4)
brought = st.integers(-5_000_000, 0)
tiers = (
    st.lists(
        st.tuples(st.integers(0, 10_000_000), st.integers(0, 3000)),
        min_size=1,
        max_size=5,
        unique_by=lambda t: t[0],
    )
    .map(sorted)
    .map(lambda pairs: tuple(Tier(amount, rate) for amount, rate in pairs))
)
rising_tiers = tiers.map(
    lambda found: tuple(
        Tier(tier.from_minor, rate)
        for tier, rate in zip(found, sorted(tier.rate_bp for tier in found), strict=True)
    )
)
plans = st.builds(
    Plan,
    tiers=tiers,
    mode=st.sampled_from(TierMode),
    renewal_bp=st.integers(0, 10_000),
    category_bp=st.dictionaries(st.just("visits"), st.integers(0, 10_000)),
    category_rates=st.dictionaries(st.just("goods"), st.integers(0, 10_000)),
    cap_minor=st.none() | st.integers(0, 1_000_000),
)


@given(plan=plans, month=months, carried=brought)
def test_whatever_is_reckoned_nothing_is_lost_and_nobody_owes(
    plan: Plan, month: dict[SaleClass, int], carried: int
) -> None:
    reckoned = reckon(plan, month, carried)
    assert reckoned.sum_minor == sum(month.values()) + carried
    assert reckoned.commission_minor >= 0
    assert reckoned.carried_minor == min(reckoned.sum_minor, 0)
    if plan.cap_minor is not None:
        assert reckoned.commission_minor <= plan.cap_minor
    if reckoned.sum_minor > 0 and not reckoned.capped:
        exact = exact_commission(plan, month, carried)
        assert abs(reckoned.commission_minor - exact) <= Fraction(1, 2)


@given(plan=plans, month=months, carried=brought, sale_class=classes, amount=amounts)
def test_one_sale_more_is_the_difference_of_two_reckonings(
    plan: Plan, month: dict[SaleClass, int], carried: int, sale_class: SaleClass, amount: int
) -> None:
    more = one_more(plan, month, carried, sale_class, amount)
    with_it = {**month, sale_class: month.get(sale_class, 0) + amount}
    assert more.after == reckon(plan, with_it, carried)
    assert more.gain_minor == more.after.commission_minor - reckon(plan, month, carried).commission_minor


@given(
    tiers=rising_tiers,
    mode=st.sampled_from(TierMode),
    renewal_bp=st.integers(0, 10_000),
    cap=st.none() | st.integers(0, 1_000_000),
    month=st.dictionaries(st.sampled_from([CARD, RENEWAL]), amounts),
    carried=brought,
    amount=amounts,
)
def test_who_sells_more_at_the_full_rate_never_earns_less(
    tiers: tuple[Tier, ...],
    mode: TierMode,
    renewal_bp: int,
    cap: int | None,
    month: dict[SaleClass, int],
    carried: int,
    amount: int,
) -> None:
    """COM-13."""
    plan = Plan(tiers=tiers, mode=mode, renewal_bp=renewal_bp, cap_minor=cap)
    assert one_more(plan, month, carried, CARD, amount).gain_minor >= 0


@given(tiers=rising_tiers, mode=st.sampled_from(TierMode), credit=amounts, carried=brought)
def test_reaching_the_next_tier_is_one_sale_more_of_what_is_missing(
    tiers: tuple[Tier, ...], mode: TierMode, credit: int, carried: int
) -> None:
    plan = Plan(tiers=tiers, mode=mode)
    found = next_tier(plan, {CARD: credit}, carried)
    if found is None:
        assert max(credit + carried, 0) >= tiers[-1].from_minor
        return
    more = one_more(plan, {CARD: credit}, carried, CARD, found.missing_minor)
    assert (more.after.rate_bp, more.gain_minor) == (found.rate_bp, found.gain_minor)
    if found.missing_minor > 1:
        almost = one_more(plan, {CARD: credit}, carried, CARD, found.missing_minor - 1)
        assert almost.after.sum_minor < tiers[-1].from_minor


@given(
    st.lists(st.integers(-1_000_000, 1_000_000), min_size=1, max_size=8),
    st.integers(1, 1_000_000),
    st.integers(0, 1_000_000),
)
def test_parts_of_a_sale_without_its_fee_add_up(parts: list[int], price: int, fee: int) -> None:
    fee = min(fee, price)
    so_far, cut = 0, []
    for part in parts:
        before = net_of_fee(so_far, price_minor=price, fee_minor=fee)
        so_far += part
        cut.append(net_of_fee(so_far, price_minor=price, fee_minor=fee) - before)
    assert sum(cut) == net_of_fee(sum(parts), price_minor=price, fee_minor=fee)


@given(st.integers(), st.integers(1, 10**12))
def test_half_a_unit_goes_up(numerator: int, denominator: int) -> None:
    rounded = half_up(numerator, denominator)
    assert Fraction(-1, 2) < rounded - Fraction(numerator, denominator) <= Fraction(1, 2)


def test_nothing_is_divided_by_nothing() -> None:
    with pytest.raises(ValueError, match="denominator"):
        half_up(1, 0)
