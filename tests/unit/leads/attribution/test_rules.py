import pytest
from hypothesis import given
from hypothesis import strategies as st

from clubsales.consultants.credits.rules import Share
from clubsales.ids import ConsultantID
from clubsales.leads.attribution import texts
from clubsales.leads.attribution.rules import AttributionPolicy, SaleFacts, attribute, needs_tracking
from clubsales.leads.followups.rules import Channel, Tracking
from clubsales.leads.touches.rules import SignalKind

A, B, X, Y = ConsultantID(1), ConsultantID(2), ConsultantID(3), ConsultantID(4)
NAMES = {A: "林静", B: "周倩"}
DEFAULT = AttributionPolicy()


def tracking(**changes: object) -> Tracking:
    values: dict[str, object] = {
        "consultant_id": X,
        "name": "马超",
        "channel": Channel.CALL,
        "days": 6,
        "limit": 15,
        **changes,
    }
    return Tracking(**values)  # type: ignore[arg-type]


def facts(**changes: object) -> SaleFacts:
    values: dict[str, object] = {
        "buyer_is_member": False,
        "designated": None,
        "receiver": None,
        "names": NAMES,
        **changes,
    }
    return SaleFacts(**values)  # type: ignore[arg-type]


HELD = "attribution.self_purchase_holder"
WHOLE_2A = "attribution.outside_whole"
FIELDS = tuple(SaleFacts.__dataclass_fields__)


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
        (facts(self_purchase=True, holder=A, tracker=tracking()), A, "RCV-08", HELD),
        (facts(self_purchase=True, holder=A, buyer_is_member=True), A, "RCV-08", HELD),
        (facts(self_purchase=True, receiver=B, holder=A), B, "DSP-03", "attribution.receiver"),
        (facts(gift_coupon=True, receiver=B), B, "DSP-04", "attribution.gift_coupon"),
        (facts(gift_coupon=True), None, "DSP-04", "attribution.gift_coupon_house"),
        (facts(gift_coupon=True, receiver=B, tracker=tracking()), B, "DSP-04", "attribution.gift_coupon"),
        (
            facts(gift_coupon=True, receiver=B, tracker=tracking(), designated=A),
            A,
            "DSP-01",
            "attribution.designated",
        ),
        (facts(tracker=tracking(), receiver=B, designated=A), A, "DSP-01", "attribution.designated"),
        (facts(tracker=tracking(), receiver=B, buyer_is_member=True), B, "DSP-02", "attribution.member"),
        (facts(friends_tracker=tracking(), receiver=B), B, "DSP-03", "attribution.receiver"),
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


DESIGNATING = sorted(set(SignalKind) - {SignalKind.GIFT_COUPON})
holders = st.sampled_from([None, A, B])
trackings = st.none() | st.builds(
    Tracking,
    consultant_id=st.sampled_from([A, X, Y]),
    name=st.just("马超"),
    channel=st.sampled_from(Channel),
    days=st.integers(0, 15),
    limit=st.sampled_from([0, 15]),
    tied_with=st.sampled_from([None, "许亭"]),
)


@given(
    sale=st.builds(
        SaleFacts,
        buyer_is_member=st.booleans(),
        designated=holders,
        receiver=holders,
        received_as_proxy=st.booleans(),
        self_purchase=st.booleans(),
        designated_by=st.sampled_from([None, *DESIGNATING]),
        gift_coupon=st.booleans(),
        tracker=trackings,
        brought_a_friend=st.booleans(),
        friends_tracker=trackings,
        holder=holders,
        names=st.just(NAMES),
    ),
    policy=st.builds(
        AttributionPolicy,
        proxy_share_bp=st.integers(0, 10_000),
        outside_share_bp=st.integers(0, 10_000),
        resets_tracking=st.booleans(),
        tracked_guest=st.sampled_from(["rule_2A", "receiver"]),
        friend_tracker_bp=st.integers(0, 10_000),
    ),
)
def test_credit_is_always_whole_and_explained(sale: SaleFacts, policy: AttributionPolicy) -> None:
    attribution = attribute(sale, policy)
    assert sum(share.basis_points for share in attribution.shares) == 10_000
    trackers = {one.consultant_id for one in (sale.tracker, sale.friends_tracker) if one is not None}
    concerned = {None, sale.designated, sale.receiver, sale.holder, *trackers}
    assert {share.consultant_id for share in attribution.shares} <= concerned
    assert all(share.basis_points > 0 for share in attribution.shares)
    sentence = str(texts.REASONS[attribution.reason.code])
    assert sentence % dict(attribution.reason.facts)


@pytest.mark.parametrize(
    ("sale", "policy", "shares", "rule", "code"),
    [
        (
            facts(tracker=tracking(), receiver=B),
            DEFAULT,
            (Share(X, 7000), Share(B, 3000)),
            "DSP-06",
            "attribution.outside_by_call",
        ),
        (
            facts(tracker=tracking(channel=Channel.MEETING), receiver=B),
            AttributionPolicy(outside_share_bp=5500),
            (Share(X, 5500), Share(B, 4500)),
            "DSP-06",
            "attribution.outside_by_meeting",
        ),
        (
            facts(tracker=tracking(tied_with="许亭"), receiver=B),
            DEFAULT,
            (Share(X, 7000), Share(B, 3000)),
            "DSP-06",
            "attribution.outside_tied",
        ),
        (
            facts(tracker=tracking(limit=0), receiver=B),
            DEFAULT,
            (Share(X, 7000), Share(B, 3000)),
            "DSP-06",
            "attribution.outside_of_any_age",
        ),
        # AMB-14: who followed the guest up and received him has all of it.
        (facts(tracker=tracking(), receiver=X), DEFAULT, (Share(X, 10_000),), "DSP-06", WHOLE_2A),
        (
            facts(tracker=tracking(), receiver=B),
            AttributionPolicy(outside_share_bp=10_000),
            (Share(X, 10_000),),
            "DSP-06",
            WHOLE_2A,
        ),
        (
            facts(tracker=tracking(), receiver=None),
            DEFAULT,
            (Share(X, 7000), Share(None, 3000)),
            "DSP-06",
            "attribution.outside_and_house",
        ),
        (
            facts(tracker=tracking(), receiver=B),
            AttributionPolicy(outside_share_bp=0),
            (Share(B, 10_000),),
            "DSP-06",
            "attribution.outside_by_call",
        ),
        (
            facts(tracker=tracking(), receiver=B, friends_tracker=tracking()),
            AttributionPolicy(outside_share_bp=0, friend_tracker_bp=5000),
            (Share(B, 10_000),),
            "DSP-06",
            "attribution.outside_by_call",
        ),
        (
            facts(tracker=tracking(), receiver=None),
            AttributionPolicy(outside_share_bp=0),
            (Share(None, 10_000),),
            "DSP-06",
            "attribution.outside_and_house",
        ),
        (
            facts(tracker=tracking(), receiver=B, gift_coupon=True),
            AttributionPolicy(resets_tracking=False),
            (Share(X, 7000), Share(B, 3000)),
            "DSP-06",
            "attribution.outside_by_call",
        ),
        (
            facts(tracker=tracking(), receiver=B, brought_a_friend=True),
            DEFAULT,
            (Share(X, 7000), Share(B, 3000)),
            "DSP-06",
            "attribution.outside_by_call",
        ),
        (
            facts(tracker=tracking(), receiver=B, brought_a_friend=True),
            AttributionPolicy(tracked_guest="receiver"),
            (Share(B, 10_000),),
            "DSP-03",
            "attribution.receiver",
        ),
        (
            facts(friends_tracker=tracking(), receiver=B),
            AttributionPolicy(friend_tracker_bp=5000),
            (Share(X, 5000), Share(B, 5000)),
            "DSP-07",
            "attribution.friend",
        ),
        (
            facts(friends_tracker=tracking(), receiver=X),
            AttributionPolicy(friend_tracker_bp=5000),
            (Share(X, 10_000),),
            "DSP-07",
            "attribution.friend_whole",
        ),
        (
            facts(friends_tracker=tracking(), receiver=None),
            AttributionPolicy(friend_tracker_bp=5000),
            (Share(X, 5000), Share(None, 5000)),
            "DSP-07",
            "attribution.friend_and_house",
        ),
        # His own record goes before that of the friend.
        (
            facts(tracker=tracking(consultant_id=Y), friends_tracker=tracking(), receiver=B),
            AttributionPolicy(friend_tracker_bp=5000),
            (Share(Y, 7000), Share(B, 3000)),
            "DSP-06",
            "attribution.outside_by_call",
        ),
        (
            facts(self_purchase=True, tracker=tracking(), buyer_is_member=True),
            DEFAULT,
            (Share(X, 10_000),),
            "RCV-08",
            "attribution.self_purchase_tracked",
        ),
    ],
)
def test_what_a_follow_up_record_is_worth(
    sale: SaleFacts, policy: AttributionPolicy, shares: tuple[Share, ...], rule: str, code: str
) -> None:
    attribution = attribute(sale, policy)
    assert attribution.shares == shares
    assert (attribution.rule, attribution.reason.rule, attribution.reason.code) == (rule, rule, code)


def test_the_sentence_says_who_gets_what_and_why() -> None:
    """A 70/30 with its evidence and the limit it was measured by."""
    attribution = attribute(facts(tracker=tracking(), receiver=B), DEFAULT)
    sentence = str(texts.REASONS[attribution.reason.code]) % dict(attribution.reason.facts)
    assert sentence == (
        "马超 70 %, 周倩 30 %: the last call of 马超 that reached the guest was 6 days before the visit, "
        "within the limit of 15."
    )


@pytest.mark.parametrize(
    ("sale", "policy", "needed"),
    [
        (facts(receiver=B), DEFAULT, True),
        (facts(receiver=B, buyer_is_member=True), DEFAULT, False),
        (facts(receiver=B, designated=A), DEFAULT, False),
        (facts(receiver=B, gift_coupon=True), DEFAULT, False),
        (facts(receiver=B, gift_coupon=True), AttributionPolicy(resets_tracking=False), True),
        (facts(self_purchase=True, buyer_is_member=True), DEFAULT, True),
        (facts(self_purchase=True, holder=A), DEFAULT, False),
    ],
)
def test_records_are_read_where_they_can_matter(
    sale: SaleFacts, policy: AttributionPolicy, needed: bool
) -> None:
    assert needs_tracking(sale, policy) is needed
    if not needed:
        known = SaleFacts(**{**{name: getattr(sale, name) for name in FIELDS}, "tracker": tracking()})
        assert attribute(known, policy) == attribute(sale, policy)
