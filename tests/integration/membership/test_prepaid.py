"""The legal guard over all cards of a buyer in all clubs of the organisation: on both databases."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import policies
from clubsales.actor import Club
from clubsales.errors import Decision, Refusal, Refused
from clubsales.ids import PersonID, SaleID
from clubsales.leads.people import operations as people
from clubsales.membership.cards import queries as cards
from clubsales.membership.cards.models import CardRow
from clubsales.membership.cards.rules import ServiceKind
from clubsales.membership.catalogue import promotions
from clubsales.membership.catalogue.models import CardTypeRow
from clubsales.membership.catalogue.offers import NewPromotion
from clubsales.membership.catalogue.queries import CardTypeView
from clubsales.membership.catalogue.rules import CardKind
from clubsales.membership.payments.rules import Method
from clubsales.membership.prepaid import queries
from clubsales.membership.prepaid.rules import Counted, PrepaidLine
from clubsales.membership.sales import operations as sales
from clubsales.membership.sales.models import SaleRow
from clubsales.membership.sales.rules import ClosedAs, SaleKind
from clubsales.membership.services import operations as services
from clubsales.membership.services.wishes import Wish
from clubsales.policies import policy_on
from clubsales.policy_documents import PolicyError
from tests.builders import MORNING, Cast, a_card_type, local, yuan
from tests.statements import statements

AT = local(10)
DAY = date(2026, 3, 9)
SHANGHAI = {
    "enabled": True,
    "valid_from": "2025-03-01",
    "valid_to": "2026-12-31",
    "membership_amount": "5000.00",
    "membership_months": 24,
    "sessions_amount": "20000.00",
    "sessions_count": 60,
    "stored_value_amount": "5000.00",
    "total_amount": "20000.00",
}


@pytest.fixture
def buyer(session: Session, cast: Cast) -> PersonID:
    return people.find_or_add(session, e164="+8613800138000", name="陈晨", actor=cast.desk, at=AT)


def enact(session: Session, cast: Cast, **changes: object) -> None:
    policies.publish(
        session,
        changes={"prepaid": {**SHANGHAI, **changes}},
        valid_from=DAY,
        actor=cast.manager,
        at=MORNING,
    )


def sell(
    session: Session, cast: Cast, buyer: PersonID, card_type: CardTypeView, *, paid: bool = True
) -> SaleID:
    sale_id = sales.open_sale(
        session,
        card_type_id=card_type.id,
        price=None,
        kind=SaleKind.NEW,
        person_id=buyer,
        consultant_id=None,
        actor=cast.manager,
        at=AT,
    )
    if paid:
        assert card_type.price is not None
        sales.book_receipt(
            session,
            sale_id=sale_id,
            amount=card_type.price,
            method=Method.CASH,
            actor=cast.manager,
            at=AT,
        )
    session.flush()
    return sale_id


def asks(
    session: Session,
    cast: Cast,
    buyer: PersonID | None,
    *,
    club: Club | None = None,
    **changes: Any,
) -> Decision:
    values: dict[str, Any] = {
        "kind": "term",
        "are_sessions": False,
        "amount_minor": 1_000_00,
        "days": 30,
        "visits": None,
        **changes,
    }
    here = club or cast.club
    policy = policy_on(session, cast.club, DAY)
    return queries.guard(
        session, here, person_id=buyer, lines=[PrepaidLine(**values)], policy=policy, day=DAY
    )


def told(decision: Decision) -> tuple[str, Mapping[str, Any]]:
    assert isinstance(decision, Refusal)
    return decision.code.value, decision.facts


def test_it_is_off_by_default_and_asks_the_database_nothing(
    session: Session, cast: Cast, buyer: PersonID
) -> None:
    asks(session, cast, buyer)
    with statements() as made:
        assert not isinstance(asks(session, cast, buyer, amount_minor=9_999_999), Refusal)
    assert not [each for each in made if "card" in each]


def test_what_is_left_of_other_cards_counts_in_every_club(
    session: Session, cast: Cast, buyer: PersonID
) -> None:
    enact(session, cast)
    sell(session, cast, buyer, cast.annual)
    refused = ("prepaid.membership_amount", yuan("3980.00"), yuan("1020.00"))
    for club in (cast.club, cast.other_club):
        code, facts = told(asks(session, cast, buyer, club=club, amount_minor=1_020_01))
        assert (code, facts["remains"], facts["possible"]) == refused
        assert not isinstance(asks(session, cast, buyer, club=club, amount_minor=1_020_00), Refusal)
    assert not isinstance(asks(session, cast, buyer, club=cast.foreign_club, amount_minor=5_000_00), Refusal)
    assert not isinstance(asks(session, cast, None, amount_minor=5_000_00), Refusal)


def test_a_deal_that_waits_for_its_money_counts_until_it_is_closed(
    session: Session, cast: Cast, buyer: PersonID
) -> None:
    enact(session, cast)
    sale_id = sell(session, cast, buyer, cast.annual, paid=False)
    assert isinstance(asks(session, cast, buyer, amount_minor=1_020_01), Refusal)
    sales.close_sale(session, sale_id=sale_id, closed_as=ClosedAs.GIVEN_UP, actor=cast.manager, at=AT)
    session.flush()
    assert not isinstance(asks(session, cast, buyer, amount_minor=5_000_00), Refusal)


def test_a_renewal_counts_what_remains_and_days_add_up(session: Session, cast: Cast, buyer: PersonID) -> None:
    enact(session, cast, membership_amount="0.00")
    sell(session, cast, buyer, cast.annual)
    half_gone = DAY - timedelta(days=182)
    session.execute(
        sa.update(CardRow)
        .where(CardRow.person_id == buyer)
        .values(valid_from=half_gone, valid_until=half_gone + timedelta(days=364))
    )
    code, facts = told(asks(session, cast, buyer, days=549))
    assert (code, facts["remains"], facts["possible"]) == ("prepaid.membership_months", 183, 548)
    assert not isinstance(asks(session, cast, buyer, days=548), Refusal)


def test_sessions_count_apart_from_membership(session: Session, cast: Cast, buyer: PersonID) -> None:
    enact(session, cast)
    lessons = a_card_type(
        session,
        cast.club,
        "lessons",
        kind=CardKind.VISITS,
        are_sessions=True,
        visits=50,
        price=yuan("15000.00"),
    )
    sell(session, cast, buyer, lessons)
    sessions = {"kind": "visits", "are_sessions": True, "amount_minor": 100_00, "days": None}
    code, facts = told(asks(session, cast, buyer, visits=11, **sessions))
    assert (code, facts["remains"], facts["possible"]) == ("prepaid.sessions_count", 50, 10)
    assert not isinstance(asks(session, cast, buyer, visits=10, **sessions), Refusal)
    code, facts = told(asks(session, cast, buyer, visits=1, **{**sessions, "amount_minor": 5_000_01}))
    assert (code, facts["possible"]) == ("prepaid.sessions_amount", yuan("5000.00"))


@pytest.mark.parametrize(
    ("changes", "guarded"),
    [
        ({}, True),
        ({"enabled": False}, False),
        ({"valid_from": "2026-03-10"}, False),
        ({"valid_to": "2026-03-08"}, False),
        ({"membership_amount": "6000.00"}, False),
        ({"membership_amount": "0.00"}, False),
        ({"membership_amount": "0.00", "membership_months": 0}, False),
        ({"membership_amount": "0.00", "total_amount": "5000.00"}, True),
        ({"membership_amount": "0.00", "membership_months": 1}, True),
    ],
)
def test_every_setting_is_honoured(
    session: Session, cast: Cast, buyer: PersonID, changes: dict[str, object], guarded: bool
) -> None:
    enact(session, cast, **changes)
    assert isinstance(asks(session, cast, buyer, amount_minor=5_000_01, days=60), Refusal) is guarded


@pytest.mark.parametrize(
    "changes",
    [
        {"valid_from": "someday"},
        {"valid_from": "2026-3-1"},
        {"valid_from": "2026-03-02", "valid_to": "2026-03-01"},
        {"total_amount": "-1"},
    ],
)
def test_a_law_has_days_and_amounts(session: Session, cast: Cast, changes: dict[str, object]) -> None:
    with pytest.raises(PolicyError):
        enact(session, cast, **changes)


def test_what_may_still_be_paid_ahead_is_told_under_each_limit(
    session: Session, cast: Cast, buyer: PersonID
) -> None:
    sell(session, cast, buyer, cast.annual)
    assert queries.room(session, cast.club, person_id=buyer, day=DAY) == ()
    enact(session, cast, sessions_count=0)
    told = {
        cap.code.value.removeprefix("prepaid."): (cap.limit, cap.possible)
        for cap in queries.room(session, cast.club, person_id=buyer, day=DAY)
    }
    assert told == {
        "membership_amount": (500_000, 102_000),
        "membership_months": (731, 366),
        "sessions_amount": (2_000_000, 2_000_000),
        "stored_value_amount": (500_000, 500_000),
        "total_amount": (2_000_000, 1_602_000),
    }
    stranger = queries.room(session, cast.club, person_id=None, day=DAY)
    assert all(cap.possible == cap.limit for cap in stranger)


@pytest.mark.parametrize(
    ("limit", "kind", "line", "code"),
    [
        ({"membership_amount": "100.00"}, CardKind.TERM, {"days": 30}, "membership_amount"),
        ({"membership_months": 1}, CardKind.TERM, {"days": 60}, "membership_months"),
        ({"sessions_amount": "100.00"}, CardKind.VISITS, {"visits": 5}, "sessions_amount"),
        ({"sessions_count": 4}, CardKind.VISITS, {"visits": 5}, "sessions_count"),
        ({"stored_value_amount": "100.00"}, CardKind.STORED_VALUE, {}, "stored_value_amount"),
        ({"total_amount": "100.00"}, CardKind.STORED_VALUE, {}, "total_amount"),
    ],
)
def test_each_limit_alone_refuses_what_goes_beyond_it_when_it_is_sold(
    session: Session,
    cast: Cast,
    buyer: PersonID,
    limit: dict[str, object],
    kind: CardKind,
    line: dict[str, object],
    code: str,
) -> None:
    none = {name: "0.00" for name in SHANGHAI if name.endswith("_amount")}
    enact(session, cast, **{**none, "membership_months": 0, "sessions_count": 0, **limit})
    given: dict[str, object] = {"days": None, "are_sessions": kind is CardKind.VISITS, **line}
    card_type = a_card_type(session, cast.club, "any", kind=kind, price=yuan("100.01"), **given)
    with pytest.raises(Refused) as refused:
        sell(session, cast, buyer, card_type)
    assert refused.value.code == f"prepaid.{code}"


@pytest.mark.parametrize("price", ["0.00", "100.00"])
def test_a_transfer_that_waits_counts_for_its_receiver_as_what_is_left_of_the_card(
    session: Session, cast: Cast, buyer: PersonID, price: str
) -> None:
    enact(session, cast)
    friend = people.find_or_add(session, e164="+8613900139000", name="李梅", actor=cast.desk, at=AT)
    session.execute(
        sa.update(CardTypeRow)
        .where(CardTypeRow.id == cast.annual.id)
        .values(terms={"transfer_fee_minor": 5000})
    )
    session.expire_all()
    sale_id = sell(session, cast, buyer, cast.annual)
    card = cards.of_sale(session, sale_id)
    assert card is not None
    half = AT + timedelta(days=182)  # 183 of its 365 days are left
    before = queries.remaining(session, cast.club.organisation_id, friend, half.date())
    assert before == Counted()
    services.take_up(
        session,
        card=card.public_id,
        wish=Wish(kind=ServiceKind.TRANSFER, person_id=friend, price=yuan(price), fee_title="转卡手续费"),
        actor=cast.manager,
        at=half,
    )
    session.flush()
    waits = queries.remaining(session, cast.club.organisation_id, friend, half.date())
    assert waits == queries.remaining(session, cast.club.organisation_id, buyer, half.date())
    assert waits.days == 183


def test_an_upgrade_that_waits_counts_as_if_it_were_done(
    session: Session, cast: Cast, buyer: PersonID
) -> None:
    """The better card with all its price and days; the old one, whose worth is part of that price, not."""
    enact(session, cast)
    card = cards.of_sale(session, sell(session, cast, buyer, cast.annual))
    assert card is not None
    better = a_card_type(session, cast.club, "better", price=yuan("4800.00"), days=400)
    half = AT + timedelta(days=182)
    upgrade = services.take_up(
        session,
        card=card.public_id,
        wish=Wish(kind=ServiceKind.UPGRADE, card_type=better.public_id),
        actor=cast.manager,
        at=half,
    )
    session.flush()
    left = queries.remaining(session, cast.club.organisation_id, buyer, half.date())
    assert left == Counted(membership_minor=4800_00, days=400)
    (public_id,) = upgrade.sales
    sale_id = SaleID(
        session.execute(sa.select(SaleRow.id).where(SaleRow.public_id == public_id)).scalar_one()
    )
    sales.close_sale(session, sale_id=sale_id, closed_as=ClosedAs.GIVEN_UP, actor=cast.manager, at=half)
    session.flush()
    left = queries.remaining(session, cast.club.organisation_id, buyer, half.date())
    assert left.days == 183


def test_an_upgrade_asks_for_what_it_is_more_than_what_is_left(
    session: Session, cast: Cast, buyer: PersonID
) -> None:
    """Twelve sessions instead of ten are two more; what is less than before breaks no limit."""
    ten = a_card_type(
        session, cast.club, "ten", kind=CardKind.VISITS, price=yuan("1000.00"), visits=10, are_sessions=True
    )
    card = cards.of_sale(session, sell(session, cast, buyer, ten))
    assert card is not None
    twelve = a_card_type(
        session,
        cast.club,
        "twelve",
        kind=CardKind.VISITS,
        price=yuan("1100.00"),
        visits=12,
        are_sessions=True,
    )
    wish = Wish(kind=ServiceKind.UPGRADE, card_type=twelve.public_id)
    enact(session, cast, sessions_count=11)
    with pytest.raises(Refused) as refused, session.begin_nested():
        services.take_up(session, card=card.public_id, wish=wish, actor=cast.manager, at=AT)
    assert refused.value.code == "prepaid.sessions_count"
    facts = refused.value.refusal.facts
    assert (facts["remains"], facts["asked"]) == (10, 2)
    enact(session, cast, sessions_count=12, sessions_amount="1100.00")
    services.take_up(session, card=card.public_id, wish=wish, actor=cast.manager, at=AT)


def test_days_and_visits_an_offer_adds_count_from_the_asking_on(
    session: Session, cast: Cast, buyer: PersonID
) -> None:
    """What is asked for, what waits and what is there afterwards are the same."""
    new = NewPromotion(
        name="周年庆",
        name_en="",
        card_type=cast.annual,
        sale_kinds=(),
        first_day=DAY,
        last_day=DAY,
        price=None,
        discount_bp=None,
        extra_days=30,
        extra_visits=0,
        gift=None,
    )
    promotions.publish(session, new=new, actor=cast.manager, at=MORNING)
    enact(session, cast, membership_months=13)  # 396 days
    sale_id = sell(session, cast, buyer, cast.annual, paid=False)
    waits = queries.remaining(session, cast.club.organisation_id, buyer, DAY)
    assert waits.days == 395
    sales.book_receipt(
        session, sale_id=sale_id, amount=yuan("3980.00"), method=Method.CASH, actor=cast.manager, at=AT
    )
    session.flush()
    assert queries.remaining(session, cast.club.organisation_id, buyer, DAY) == waits
    friend = people.find_or_add(session, e164="+8613900139000", name="李梅", actor=cast.desk, at=AT)
    enact(session, cast, membership_months=12)  # 365 days are possible, 30 more are not
    with pytest.raises(Refused) as refused:
        sell(session, cast, friend, cast.annual)
    assert refused.value.refusal.facts["asked"] == 395
