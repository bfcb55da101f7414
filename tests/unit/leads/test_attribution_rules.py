import pytest
from hypothesis import given
from hypothesis import strategies as st

from clubsales.consultants.credits.rules import Share
from clubsales.ids import ConsultantID
from clubsales.leads import texts
from clubsales.leads.attribution.rules import AttributionPolicy, SaleFacts, attribute
from clubsales.leads.touches.rules import SignalKind

A, B = ConsultantID(1), ConsultantID(2)
NAMES = {A: "林静", B: "周倩"}
DEFAULT = AttributionPolicy()


def facts(**changes: object) -> SaleFacts:
    values: dict[str, object] = {
        "buyer_is_member": False,
        "designated": None,
        "receiver": None,
        "names": NAMES,
        **changes,
    }
    return SaleFacts(**values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("sale", "holder", "rule", "code"),
    [
        (facts(receiver=B), B, "DSP-03", "attribution.receiver"),
        (facts(), None, "DSP-03", "attribution.house"),
        (facts(designated=A, receiver=B), A, "DSP-01", "attribution.designated"),
        (facts(designated=A), A, "DSP-01", "attribution.designated"),
        (
            facts(designated=A, receiver=B, designated_by=SignalKind.NAME),
            A,
            "DSP-01",
            "attribution.designated_by_name",
        ),
        (facts(designated=A, receiver=B, received_as_proxy=True), A, "DSP-01", "attribution.designated"),
        (facts(buyer_is_member=True, receiver=B), B, "DSP-02", "attribution.member"),
        (facts(buyer_is_member=True, designated=A, receiver=B), B, "DSP-02", "attribution.member"),
        (facts(buyer_is_member=True), None, "DSP-02", "attribution.member_house"),
        (facts(self_purchase=True), None, "RCV-08", "attribution.self_purchase"),
        (facts(self_purchase=True, buyer_is_member=True), None, "RCV-08", "attribution.self_purchase"),
        (facts(self_purchase=True, designated=A), None, "RCV-08", "attribution.self_purchase"),
    ],
)
def test_the_rules_in_their_order(sale: SaleFacts, holder: ConsultantID | None, rule: str, code: str) -> None:
    attribution = attribute(sale, DEFAULT)
    assert attribution.shares == (Share(holder, 10_000),)
    assert (attribution.rule, attribution.reason.rule, attribution.reason.code) == (rule, rule, code)
    if holder is not None:
        assert attribution.reason.facts["consultant"] == NAMES[holder]


def test_a_proxy_gets_what_the_club_sets() -> None:
    sale = facts(designated=A, receiver=B, received_as_proxy=True, designated_by=SignalKind.NAME)
    attribution = attribute(sale, AttributionPolicy(proxy_share_bp=2550))
    assert attribution.shares == (Share(A, 7450), Share(B, 2550))
    assert attribution.rule == "DSP-01"
    assert attribution.reason.facts == {"consultant": "林静", "proxy": "周倩", "percent": "25.5"}


@pytest.mark.parametrize(
    "sale",
    [
        facts(designated=A, receiver=B),  # nobody stood in: B only took the money
        facts(designated=A, receiver=A, received_as_proxy=True),
        facts(designated=A, receiver=None, received_as_proxy=True),
    ],
)
def test_only_who_stood_in_is_a_proxy(sale: SaleFacts) -> None:
    assert attribute(sale, AttributionPolicy(proxy_share_bp=5000)).shares == (Share(A, 10_000),)


def test_a_proxy_may_get_all() -> None:
    sale = facts(designated=A, receiver=B, received_as_proxy=True)
    assert attribute(sale, AttributionPolicy(proxy_share_bp=10_000)).shares == (Share(B, 10_000),)


holders = st.sampled_from([None, A, B])


@given(
    sale=st.builds(
        SaleFacts,
        buyer_is_member=st.booleans(),
        designated=holders,
        receiver=holders,
        received_as_proxy=st.booleans(),
        self_purchase=st.booleans(),
        designated_by=st.sampled_from([None, *SignalKind]),
        names=st.just(NAMES),
    ),
    proxy_share=st.integers(0, 10_000),
)
def test_credit_is_always_whole_and_explained(sale: SaleFacts, proxy_share: int) -> None:
    attribution = attribute(sale, AttributionPolicy(proxy_share))
    assert sum(share.basis_points for share in attribution.shares) == 10_000
    assert all(share.consultant_id in {None, sale.designated, sale.receiver} for share in attribution.shares)
    sentence = str(texts.REASONS[attribution.reason.code])
    assert sentence % dict(attribution.reason.facts)
