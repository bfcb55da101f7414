"""Whose a sale is, on both databases: SC-08, SC-10, SC-11, SC-12, SC-14, SC-18 (c, d) of the examples, and their borders."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Actor, Role
from clubsales.clock import Instant
from clubsales.consultants.credits import queries as credits_
from clubsales.consultants.credits.models import CreditBasisRow
from clubsales.consultants.profiles.rules import Kind
from clubsales.frontdesk.reception import operations as reception
from clubsales.ids import PersonID, ReceptionID, SaleID
from clubsales.leads.claims import operations as claims
from clubsales.leads.followups import operations as followups
from clubsales.leads.followups.rules import Channel, ContactOutcome
from clubsales.leads.matches.merging import merge
from clubsales.leads.people import operations as people
from clubsales.leads.touches.rules import Signal, SignalKind
from clubsales.membership.cards.models import CardRow
from clubsales.membership.members import queries as members
from clubsales.membership.payments.rules import Method
from clubsales.membership.sales import operations as sales
from clubsales.membership.sales.rules import SaleKind
from clubsales.policy_documents import PolicyError
from tests.builders import Cast, a_colleague, consultant_of, local, yuan
from tests.integration.leads.support import a_lead, on_shift, set_policy

PHONE = "+8613800138000"
FRIEND = "+8613900139000"
COUPON = Signal(SignalKind.GIFT_COUPON, None)


def known(session: Session, cast: Cast, e164: str = PHONE) -> PersonID:
    return people.find_or_add(session, e164=e164, name="", actor=cast.desk, at=local(8, day=1))


def contact(
    session: Session,
    actor: Actor,
    person_id: PersonID,
    at: Instant,
    outcome: ContactOutcome = ContactOutcome.ANSWERED,
    **more: object,
) -> None:
    followups.log_contact(
        session,
        person_id=person_id,
        consultant_id=consultant_of(actor),
        channel=Channel.CALL,
        outcome=outcome,
        actor=actor,
        at=at,
        **more,  # type: ignore[arg-type]
    )


def comes(
    session: Session,
    cast: Cast,
    at: Instant,
    *signals: Signal,
    e164: str = PHONE,
    came_with: ReceptionID | None = None,
) -> ReceptionID:
    return reception.arrive(
        session, e164=e164, signals=signals, came_with=came_with, actor=cast.desk, at=at
    ).reception_id


def pays(
    session: Session,
    cast: Cast,
    at: Instant,
    *,
    guest: ReceptionID | None = None,
    person_id: PersonID | None = None,
    amount: str = "3980.00",
    seller: Actor | None = None,
    kind: SaleKind = SaleKind.NEW,
) -> SaleID:
    """A sale at the price of what is paid, and the money for it."""
    seller = seller or cast.zhou
    sale = sales.open_sale(
        session,
        card_type_id=cast.annual.id,
        price=None,
        kind=kind,
        person_id=person_id,
        reception_id=guest,
        consultant_id=consultant_of(seller),
        actor=seller,
        at=at,
    )
    sales.book_receipt(session, sale_id=sale, amount=yuan(amount), method=Method.CASH, actor=cast.desk, at=at)
    return sale


def credit(session: Session, cast: Cast, sale: SaleID) -> list[tuple[str, str, str]]:
    names = {actor.consultant_id: actor.name for actor in (cast.lin, cast.zhou, cast.ma)}
    return [
        (
            names.get(line.consultant_id, "house" if line.consultant_id is None else "?"),
            str(line.amount),
            line.rule,
        )
        for line in credits_.postings_of_sale(session, cast.club.id, sale)
    ]


SPLIT = [("马超", "2786.00", "DSP-06"), ("周倩", "1194.00", "DSP-06")]
RECEIVER = [("周倩", "3980.00", "DSP-03")]


def test_sc_08_a_gift_coupon_makes_a_new_guest(session: Session, cast: Cast) -> None:
    contact(session, cast.ma, known(session, cast), local(10, day=8))
    guest = comes(session, cast, local(10, day=10), COUPON)
    sale = pays(session, cast, local(11, day=10), guest=guest)
    assert credit(session, cast, sale) == [("周倩", "3980.00", "DSP-04")]


def test_sc_08_the_club_may_let_earlier_tracking_count(session: Session, cast: Cast) -> None:
    set_policy(session, cast, {"gift_coupon": {"resets_tracking": False}})
    contact(session, cast.ma, known(session, cast), local(10, day=8))
    guest = comes(session, cast, local(10, day=10), COUPON)
    assert credit(session, cast, pays(session, cast, local(11, day=10), guest=guest)) == SPLIT


def test_a_coupon_with_a_name_spoken_designates(session: Session, cast: Cast) -> None:
    """AMB-06: a new guest can be designated."""
    contact(session, cast.ma, known(session, cast), local(10, day=8))
    name = Signal(SignalKind.NAME, consultant_of(cast.lin))
    guest = comes(session, cast, local(10, day=10), COUPON, name)
    sale = pays(session, cast, local(11, day=10), guest=guest)
    assert credit(session, cast, sale) == [("林静", "3980.00", "DSP-01")]


def test_a_coupon_of_that_visit_counts_after_midnight_too(session: Session, cast: Cast) -> None:
    contact(session, cast.ma, known(session, cast), local(10, day=8))
    guest = comes(session, cast, local(21, day=9), COUPON)
    sale = pays(session, cast, local(0, 10, day=10), guest=guest)
    assert credit(session, cast, sale) == [("周倩", "3980.00", "DSP-04")]


@pytest.fixture
def returned(session: Session, cast: Cast) -> Instant:
    """SC-10: on the 5th he showed Ma's trial pass and did not buy; on the 8th he returns."""
    passed = Signal(SignalKind.TRIAL_PASS, consultant_of(cast.ma))
    comes(session, cast, local(10, day=5), passed)
    return local(10, day=8)


def test_sc_10_designation_ends_with_the_day(session: Session, cast: Cast, returned: Instant) -> None:
    guest = comes(session, cast, returned)
    assert credit(session, cast, pays(session, cast, local(11, day=8), guest=guest)) == RECEIVER


def test_sc_10_a_record_in_between_counts(session: Session, cast: Cast, returned: Instant) -> None:
    contact(session, cast.ma, known(session, cast), local(10, day=6))
    guest = comes(session, cast, returned)
    assert credit(session, cast, pays(session, cast, local(11, day=8), guest=guest)) == SPLIT


def test_sc_10_the_name_spoken_counts_whole(session: Session, cast: Cast, returned: Instant) -> None:
    guest = comes(session, cast, returned, Signal(SignalKind.NAME, consultant_of(cast.ma)))
    sale = pays(session, cast, local(11, day=8), guest=guest)
    assert credit(session, cast, sale) == [("马超", "3980.00", "DSP-01")]


def test_who_is_designated_and_pays_after_midnight_is_nobodys(session: Session, cast: Cast) -> None:
    guest = comes(session, cast, local(23, 50), Signal(SignalKind.NAME, consultant_of(cast.lin)))
    assert credit(session, cast, pays(session, cast, local(0, 10, day=10), guest=guest)) == RECEIVER


@pytest.mark.parametrize(
    ("paid", "outside", "inside"),
    [
        ("3980.00", "2786.00", "1194.00"),
        ("1999.99", "1399.99", "600.00"),
        ("333.33", "233.33", "100.00"),
        ("100.05", "70.04", "30.01"),
        ("0.01", "0.01", None),
    ],
)
def test_sc_11_seventy_to_thirty_with_rounding(
    session: Session, cast: Cast, paid: str, outside: str, inside: str | None
) -> None:
    contact(session, cast.ma, known(session, cast), local(10, day=6))
    guest = comes(session, cast, local(10))
    sale = pays(session, cast, local(11), guest=guest, amount=paid)
    expected = [("马超", outside, "DSP-06")]
    expected += [("周倩", inside, "DSP-06")] if inside else []
    assert credit(session, cast, sale) == expected


@pytest.mark.parametrize(("day", "expected"), [(16, SPLIT), (17, RECEIVER)])
def test_sc_12_the_border_of_validity(
    session: Session, cast: Cast, day: int, expected: list[tuple[str, str, str]]
) -> None:
    contact(session, cast.ma, known(session, cast), local(10, day=1))
    contact(session, cast.ma, known(session, cast), local(10, day=10), ContactOutcome.NO_ANSWER)
    guest = comes(session, cast, local(10, day=day))
    assert credit(session, cast, pays(session, cast, local(11, day=day), guest=guest)) == expected


@pytest.mark.parametrize(("days", "expected"), [(7, RECEIVER), (8, SPLIT), (0, SPLIT)])
def test_how_long_a_record_is_valid_is_the_clubs(
    session: Session, cast: Cast, days: int, expected: list[tuple[str, str, str]]
) -> None:
    set_policy(session, cast, {"follow_up": {"valid_days": days}})
    contact(session, cast.ma, known(session, cast), local(10, day=1))
    guest = comes(session, cast, local(10))
    assert credit(session, cast, pays(session, cast, local(11), guest=guest)) == expected


def test_what_counts_as_reached_is_the_clubs(session: Session, cast: Cast) -> None:
    set_policy(session, cast, {"follow_up": {"effective_outcomes": ["met"]}})
    contact(session, cast.ma, known(session, cast), local(10, day=8))
    guest = comes(session, cast, local(10))
    assert credit(session, cast, pays(session, cast, local(11), guest=guest)) == RECEIVER


def test_the_outside_share_is_the_clubs(session: Session, cast: Cast) -> None:
    set_policy(session, cast, {"credit": {"outside_share_bp": 5000}})
    contact(session, cast.ma, known(session, cast), local(10, day=8))
    guest = comes(session, cast, local(10))
    sale = pays(session, cast, local(11), guest=guest)
    assert credit(session, cast, sale) == [
        ("马超", "1990.00", "DSP-06"),
        ("周倩", "1990.00", "DSP-06"),
    ]


def test_a_conflict_of_two_outside_consultants_has_one_answer_so_far(session: Session, cast: Cast) -> None:
    """AMB-08: the one whose first effective contact inside the window is oldest; no other way is known."""
    other = a_colleague(session, cast.club, "xuting", "许亭", Role.CONSULTANT, kind=Kind.OUTSIDE)
    person_id = known(session, cast)
    contact(session, cast.ma, person_id, local(10, day=5))
    contact(session, other, person_id, local(10, day=4), ContactOutcome.NO_ANSWER)
    contact(session, other, person_id, local(10, day=8))
    guest = comes(session, cast, local(10))
    assert credit(session, cast, pays(session, cast, local(11), guest=guest)) == SPLIT
    with pytest.raises(PolicyError, match="outside_conflict"):
        set_policy(session, cast, {"credit": {"outside_conflict": "latest"}})


def test_a_record_counts_when_it_was_written_before_the_guest_came(session: Session, cast: Cast) -> None:
    guest = comes(session, cast, local(10))
    contact(session, cast.ma, known(session, cast), local(10, 30), contacted_at=local(9))
    assert credit(session, cast, pays(session, cast, local(11), guest=guest)) == RECEIVER


def test_it_is_measured_to_the_visit_not_to_the_money(session: Session, cast: Cast) -> None:
    contact(session, cast.ma, known(session, cast), local(10, day=1))
    guest = comes(session, cast, local(22, day=16))
    assert credit(session, cast, pays(session, cast, local(9, day=19), guest=guest)) == SPLIT


def test_without_a_guest_it_is_the_visit_of_that_day(session: Session, cast: Cast) -> None:
    person_id = known(session, cast)
    contact(session, cast.ma, person_id, local(10, 30))
    comes(session, cast, local(10))
    assert credit(session, cast, pays(session, cast, local(11), person_id=person_id)) == RECEIVER


def test_without_any_visit_it_is_the_moment_of_the_money(session: Session, cast: Cast) -> None:
    person_id = known(session, cast)
    contact(session, cast.ma, person_id, local(10, 30))
    assert credit(session, cast, pays(session, cast, local(11), person_id=person_id)) == SPLIT


def test_who_followed_up_and_received_has_all_of_it(session: Session, cast: Cast) -> None:
    """AMB-14."""
    contact(session, cast.ma, known(session, cast), local(10, day=8))
    guest = comes(session, cast, local(10))
    sale = pays(session, cast, local(11), guest=guest, seller=cast.ma)
    assert credit(session, cast, sale) == [("马超", "3980.00", "DSP-06")]


def test_an_inside_consultants_record_changes_nothing(session: Session, cast: Cast) -> None:
    """SC-16: the engine proposes the receiver; the record is shown as evidence."""
    contact(session, cast.lin, known(session, cast), local(10, day=3))
    guest = comes(session, cast, local(10, day=7))
    assert credit(session, cast, pays(session, cast, local(11, day=7), guest=guest)) == RECEIVER


def test_a_members_purchase_follows_the_money(session: Session, cast: Cast) -> None:
    contact(session, cast.ma, known(session, cast), local(10, day=8))
    guest = comes(session, cast, local(10))
    sale = pays(session, cast, local(11), guest=guest, kind=SaleKind.RENEWAL)
    assert credit(session, cast, sale) == [("周倩", "3980.00", "DSP-02")]


def test_a_held_lead_designates_for_the_day_where_the_club_says_so(session: Session, cast: Cast) -> None:
    owned = Signal(SignalKind.OWNED_LEAD, consultant_of(cast.lin))
    guest = comes(session, cast, local(10), owned)
    sale = pays(session, cast, local(11), guest=guest)
    assert credit(session, cast, sale) == [("林静", "3980.00", "DSP-01")]


@pytest.fixture
def together(session: Session, cast: Cast) -> tuple[ReceptionID, ReceptionID]:
    """SC-14: 甲, whom Ma follows up, brings 乙."""
    contact(session, cast.ma, known(session, cast), local(10, day=8))
    first = comes(session, cast, local(10))
    return first, comes(session, cast, local(10, 5), e164=FRIEND, came_with=first)


def test_sc_14_a_tracked_guest_brings_a_friend(
    session: Session, cast: Cast, together: tuple[ReceptionID, ReceptionID]
) -> None:
    first, friend = together
    assert credit(session, cast, pays(session, cast, local(11), guest=first, amount="2680.00")) == [
        ("马超", "1876.00", "DSP-06"),
        ("周倩", "804.00", "DSP-06"),
    ]
    assert credit(session, cast, pays(session, cast, local(11), guest=friend, amount="2680.00")) == [
        ("周倩", "2680.00", "DSP-03")
    ]


def test_sc_14_the_club_may_give_the_tracker_a_part_of_the_friend(
    session: Session, cast: Cast, together: tuple[ReceptionID, ReceptionID]
) -> None:
    set_policy(session, cast, {"credit": {"tracked_friend": {"friend_tracker_bp": 5000}}})
    _first, friend = together
    assert credit(session, cast, pays(session, cast, local(11), guest=friend, amount="2680.00")) == [
        ("马超", "1340.00", "DSP-07"),
        ("周倩", "1340.00", "DSP-07"),
    ]


def test_sc_14_the_club_may_leave_the_tracked_guest_to_the_receiver(
    session: Session, cast: Cast, together: tuple[ReceptionID, ReceptionID]
) -> None:
    set_policy(session, cast, {"credit": {"tracked_friend": {"tracked_guest": "receiver"}}})
    first, _friend = together
    assert credit(session, cast, pays(session, cast, local(11), guest=first)) == RECEIVER


def test_sc_14_who_came_alone_is_not_concerned(session: Session, cast: Cast) -> None:
    set_policy(session, cast, {"credit": {"tracked_friend": {"tracked_guest": "receiver"}}})
    contact(session, cast.ma, known(session, cast), local(10, day=8))
    guest = comes(session, cast, local(10))
    assert credit(session, cast, pays(session, cast, local(11), guest=guest)) == SPLIT


def test_sc_14_a_friend_of_somebody_nobody_follows_up(session: Session, cast: Cast) -> None:
    set_policy(session, cast, {"credit": {"tracked_friend": {"friend_tracker_bp": 5000}}})
    first = comes(session, cast, local(10))
    friend = comes(session, cast, local(10), e164=FRIEND, came_with=first)
    assert credit(session, cast, pays(session, cast, local(11), guest=friend)) == RECEIVER


def online(
    session: Session, cast: Cast, person_id: PersonID, at: Instant, *, told_at: Instant | None = None
) -> SaleID:
    """A purchase on the website, paid at `at`; the provider's word comes at `told_at`."""
    sale = sales.open_sale(
        session,
        card_type_id=cast.annual.id,
        price=None,
        kind=SaleKind.NEW,
        person_id=person_id,
        consultant_id=None,
        actor=cast.system,
        at=at,
    )
    sales.book_receipt(
        session,
        sale_id=sale,
        amount=yuan("3980.00"),
        method=Method.ONLINE,
        paid_at=at,
        actor=cast.system,
        at=told_at or at,
    )
    return sale


@pytest.fixture
def held(session: Session, cast: Cast) -> PersonID:
    """A lead that Zhou claimed on the 1st and Ma follows up."""
    person_id = a_lead(session, cast.desk, e164=PHONE)
    on_shift(session, cast.zhou, local(8, day=1))
    claims.claim(
        session,
        person_id=person_id,
        consultant_id=consultant_of(cast.zhou),
        actor=cast.zhou,
        at=local(9, day=1),
    )
    contact(session, cast.ma, person_id, local(10, day=8))
    return person_id


ZHOU_HELD = [("周倩", "3980.00", "RCV-08")]
MA_TRACKED = [("马超", "3980.00", "RCV-08")]


def test_sc_18_a_website_purchase_goes_to_who_holds_the_lead(
    session: Session, cast: Cast, held: PersonID
) -> None:
    assert credit(session, cast, online(session, cast, held, local(23, 59, day=16))) == ZHOU_HELD


def test_sc_18_when_the_claim_is_over_to_whose_record_is_valid(
    session: Session, cast: Cast, held: PersonID
) -> None:
    assert credit(session, cast, online(session, cast, held, local(0, day=17))) == MA_TRACKED


def test_sc_18_it_is_the_moment_of_the_money_that_counts(
    session: Session, cast: Cast, held: PersonID
) -> None:
    """The provider's word comes late: the lead has been released and claimed by somebody else since."""
    claims.release(session, person_id=held, actor=cast.zhou, at=local(12))
    claims.claim(
        session,
        person_id=held,
        consultant_id=consultant_of(cast.ma),
        actor=cast.ma,
        at=local(12),
    )
    early = online(session, cast, held, local(11, 59), told_at=local(13))
    assert credit(session, cast, early) == ZHOU_HELD
    late = online(session, cast, held, local(12), told_at=local(13))
    assert credit(session, cast, late) == MA_TRACKED


def test_sc_18_a_members_purchase_on_the_website_too(session: Session, cast: Cast, held: PersonID) -> None:
    pays(session, cast, local(11), person_id=held)
    assert credit(session, cast, online(session, cast, held, local(12))) == ZHOU_HELD


def test_sc_18_a_lead_with_a_record_goes_whole_to_who_wrote_it(session: Session, cast: Cast) -> None:
    person_id = known(session, cast)
    contact(session, cast.ma, person_id, local(10, day=8))
    assert credit(session, cast, online(session, cast, person_id, local(12))) == MA_TRACKED


def test_sc_18_an_unknown_buyer_is_the_houses(session: Session, cast: Cast) -> None:
    sale = online(session, cast, known(session, cast), local(12))
    assert credit(session, cast, sale) == [("house", "3980.00", "RCV-08")]


def test_the_decision_is_written_with_its_evidence(session: Session, cast: Cast) -> None:
    contact(session, cast.ma, known(session, cast), local(10, day=3))
    guest = comes(session, cast, local(10))
    sale = pays(session, cast, local(11), guest=guest)
    why = session.scalars(sa.select(CreditBasisRow.reason).where(CreditBasisRow.sale_id == sale)).one()
    assert why["code"] == "attribution.outside_by_call"
    assert (why["facts"]["days"], why["facts"]["limit"], why["facts"]["percent"]) == (6, 15, "70")


def test_a_guest_who_gives_his_phone_before_he_pays_is_known_when_the_money_comes(
    session: Session, cast: Cast
) -> None:
    """The sale was opened to a guest nobody knew; the record of whoever he turns out to be counts (AMB-02)."""
    person_id = known(session, cast)
    contact(session, cast.ma, person_id, local(10, day=4))
    guest = reception.arrive(session, e164=None, actor=cast.desk, at=local(10, day=10)).reception_id
    sale = sales.open_sale(
        session,
        card_type_id=cast.annual.id,
        price=None,
        kind=SaleKind.NEW,
        reception_id=guest,
        consultant_id=consultant_of(cast.zhou),
        actor=cast.zhou,
        at=local(10, 30, day=10),
    )
    reception.identify(session, reception_id=guest, e164=PHONE, actor=cast.desk, at=local(10, 40, day=10))
    sales.book_receipt(
        session,
        sale_id=sale,
        amount=yuan("3980.00"),
        method=Method.CASH,
        actor=cast.desk,
        at=local(11, day=10),
    )
    assert credit(session, cast, sale) == SPLIT
    assert members.is_member(session, cast.club.organisation_id, person_id)
    assert session.scalars(sa.select(CardRow.person_id).where(CardRow.sale_id == sale)).one() == person_id


def test_records_of_two_who_turned_out_to_be_one_both_count(session: Session, cast: Cast) -> None:
    """Ma called one number, the guest came with the other; they were put together before he paid."""
    first = a_lead(session, cast.desk, e164=FRIEND)
    contact(session, cast.ma, first, local(10, day=4))
    guest = comes(session, cast, local(10, day=10))
    second = known(session, cast)
    merge(session, kept_id=second, merged_id=first, actor=cast.manager, at=local(10, 30, day=10))
    assert credit(session, cast, pays(session, cast, local(11, day=10), guest=guest)) == SPLIT
