"""Whatever happened and whatever a club has set: the credit is whole, explained, and decided in the order of the rules."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from clubsales.consultants.credits.rules import Attribution
from clubsales.leads.attribution import texts
from clubsales.leads.attribution.cases import Case, Settings, decided
from clubsales.leads.attribution.likely_rules import AT_MOST, outlook
from clubsales.leads.attribution.working_rules import DECIDED_BY
from clubsales.leads.followups.rules import Channel, ContactOutcome
from clubsales.leads.touches.rules import Signal, SignalKind
from clubsales.money import CNY, WHOLE, Money
from tests.unit.leads.attribution.remembering import (
    COUPON,
    EARLIER,
    GUEST,
    NAMES,
    SHANGHAI,
    VISIT,
    A,
    B,
    InMemory,
    X,
    Y,
    at,
    case,
    record,
    settings,
    turn,
    visit,
)

PRECEDENCE = ("appointment", "trial_pass", "business_card", "name")
shown = st.lists(
    st.builds(
        Signal,
        st.sampled_from(sorted(set(SignalKind) - {SignalKind.GIFT_COUPON})),
        st.sampled_from([A, B, X]),
    )
    | st.just(COUPON),
    max_size=3,
)
written = st.lists(
    st.builds(
        record,
        st.builds(at, st.integers(1, 11), st.integers(8, 20), st.sampled_from([0, 1])),
        by=st.sampled_from([X, Y]),
        outcome=st.sampled_from(ContactOutcome),
        channel=st.sampled_from(Channel),
    ),
    max_size=4,
).map(lambda all_: tuple(sorted(all_, key=lambda one: one.at)))
came = st.builds(
    lambda today, before, taken: (
        visit(at(5), *before, reception=EARLIER),
        visit(at(10), *today, taken=taken),
    ),
    shown,
    shown,
    st.sampled_from([None, turn(), turn(1, skipped=0), turn(3, skipped=0)]),
)
evidences = st.builds(
    InMemory,
    came=came | st.just(()),
    written=written,
    of_friend=written,
    held_by=st.sampled_from([None, A]),
    stood_in=st.sampled_from([None, B]),
    came_with_friend=st.booleans(),
    brought=st.booleans(),
)
cases = st.builds(
    case,
    person_id=st.sampled_from([GUEST, None]),
    reception_id=st.sampled_from([VISIT, None]),
    seller=st.sampled_from([A, B, X, None]),
    taken_by=st.sampled_from([None, B]),
    self_purchase=st.booleans(),
    buyer_is_member=st.booleans(),
    paid_at=st.sampled_from([at(10, 11), at(10, 23, 59), at(11, 0, 1)]),
)
policies = st.builds(
    settings,
    precedence=st.permutations(PRECEDENCE),
    valid_days=st.sampled_from([0, 1, 7, 15]),
    proxy_share_bp=st.sampled_from([0, 1, 3333, 10_000]),
    outside_share_bp=st.sampled_from([0, 1, 7000, 10_000]),
    resets_tracking=st.booleans(),
    tracked_guest=st.sampled_from(["rule_2A", "receiver"]),
    friend_tracker_bp=st.sampled_from([0, 5000, 10_000]),
)


def answer(sale: Case, evidence: InMemory, under: Settings) -> Attribution:
    return decided(sale, evidence, under, SHANGHAI)


@given(sale=cases, evidence=evidences, under=policies, fen=st.integers(1, 10**9))
def test_credit_is_whole_to_the_cent_and_every_step_can_be_read(
    sale: Case, evidence: InMemory, under: Settings, fen: int
) -> None:
    found = answer(sale, evidence, under)
    assert sum(share.basis_points for share in found.shares) == WHOLE
    assert all(share.basis_points > 0 for share in found.shares)
    paid = Money(fen, CNY)
    split = paid.allocate([share.basis_points for share in found.shares])
    assert sum(part.minor for part in split) == fen
    assert all(part.minor >= 0 for part in split)
    for reason in (found.reason, *found.working):
        assert str(texts.REASONS[reason.code]) % dict(reason.facts)
    rules = [step.rule for step in found.working]
    assert rules[-1] == "DSP-10"
    assert len({step.code for step in found.working}) == len(found.working)


@given(sale=cases, evidence=evidences, more=evidences, under=policies)
def test_what_a_later_rule_looks_at_cannot_undo_an_earlier_one(
    sale: Case, evidence: InMemory, more: InMemory, under: Settings
) -> None:
    """Members; then whom the guest came for; then coupons; then records: facts of later steps change nothing."""
    found = answer(sale, evidence, under)
    if found.rule == "RCV-08":
        return
    step = DECIDED_BY[found.rule]
    records = replace(
        evidence, written=more.written, of_friend=more.of_friend, brought=more.brought, held_by=more.held_by
    )
    if step <= DECIDED_BY["DSP-04"]:
        other = answer(sale, records, under)
        assert (other.shares, other.rule) == (found.shares, found.rule)
    if step <= DECIDED_BY["DSP-02"]:
        other = answer(sale, more, under)
        assert (other.shares, other.rule) == (found.shares, found.rule)


@given(sale=cases, evidence=evidences, under=policies, other=policies)
def test_a_setting_that_a_case_does_not_touch_changes_nothing(
    sale: Case, evidence: InMemory, under: Settings, other: Settings
) -> None:
    found = answer(sale, evidence, under)
    if found.rule == "DSP-02":
        changed = other
    elif found.rule == "DSP-01":
        shares = replace(other.shares, proxy_share_bp=under.shares.proxy_share_bp)
        changed = replace(under, shares=shares, follow_up=other.follow_up)
    elif found.rule == "DSP-04":
        changed = replace(
            under, shares=replace(other.shares, resets_tracking=True), follow_up=other.follow_up
        )
    else:
        return
    assert answer(sale, evidence, changed).shares == found.shares


@given(sale=cases, under=policies, days=st.integers(0, 30), bp=st.integers(0, WHOLE))
def test_who_has_no_outside_record_does_not_care_what_one_is_worth(
    sale: Case, under: Settings, days: int, bp: int
) -> None:
    evidence = InMemory(came=(visit(at(10)),))
    changed = replace(
        under,
        shares=replace(under.shares, outside_share_bp=bp, friend_tracker_bp=bp),
        follow_up=replace(under.follow_up, valid_days=days),
    )
    assert answer(sale, evidence, changed) == answer(sale, evidence, under)


@given(
    sale=cases,
    evidence=evidences,
    under=policies,
    is_here=st.booleans(),
    expected=st.sampled_from([(), (Signal(SignalKind.OWNED_LEAD, A),)]),
)
def test_an_outlook_tells_only_what_changes_something(
    sale: Case, evidence: InMemory, under: Settings, is_here: bool, expected: tuple[Signal, ...]
) -> None:
    found = outlook(sale, evidence, under, SHANGHAI, is_here=is_here, expected=expected)
    assert len(found.changes) <= AT_MOST
    assert str(texts.REASONS[found.reason.code]) % dict(found.reason.facts)
    for parts in (found.parts, *(change.parts for change in found.changes)):
        assert sum(part.basis_points for part in parts) == WHOLE
        assert all(part.name in NAMES.values() for part in parts if part.who == "consultant")
    for change in found.changes:
        assert change.parts != found.parts
        assert change.when.rule
        assert str(texts.REASONS[change.when.code]) % dict(change.when.facts)
    if not expected:
        now = answer(sale, evidence, under)
        assert [part.basis_points for part in found.parts] == [share.basis_points for share in now.shares]
        assert found.reason.rule == now.rule
