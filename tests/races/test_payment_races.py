"""Money at the same moment, over real connections: each payment counts once, and nothing goes out twice."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from clubsales import idempotency
from clubsales.consultants.credits import queries as credits_
from clubsales.db import db, transact
from clubsales.errors import Refused
from clubsales.ids import PersonID, SaleID
from clubsales.leads.people import operations as people
from clubsales.membership.members.models import MemberRow
from clubsales.membership.payments import queries as payments
from clubsales.membership.payments.rules import Method, PaymentNews, ProviderEvent, ProviderOutcome
from clubsales.membership.sales import checks, operations, queries
from clubsales.membership.sales.models import SaleRow
from clubsales.membership.sales.operations import Buyer, EventOutcome, Seller
from clubsales.membership.sales.rules import SaleKind
from tests.builders import Cast, consultant_of, local, yuan
from tests.races.together import together

AT = local(11)


def a_buyer(cast: Cast) -> PersonID:
    return transact(
        lambda s: people.find_or_add(s, e164="+8613800138000", name="陈晨", actor=cast.desk, at=AT)
    )


def a_sale(cast: Cast, buyer: PersonID) -> SaleID:
    return transact(
        lambda s: operations.open_sale(
            s,
            card_type_id=cast.annual.id,
            price=None,
            kind=SaleKind.NEW,
            person_id=buyer,
            consultant_id=cast.lin.consultant_id,
            actor=cast.lin,
            at=AT,
        )
    )


def book(cast: Cast, sale: SaleID, amount: str = "3980.00") -> Callable[[Session], object]:
    return lambda s: operations.book_receipt(
        s, sale_id=sale, amount=yuan(amount), method=Method.CASH, actor=cast.desk, at=AT
    )


def codes(answers: list[object]) -> list[str]:
    """The refusals among the answers; anything else that was raised is a bug."""
    for answer in answers:
        if isinstance(answer, Exception) and not isinstance(answer, Refused):
            raise answer
    return [answer.code for answer in answers if isinstance(answer, Refused)]


def faults(session: Session) -> list[str]:
    return [fault for check in checks.INVARIANTS for fault in check(session)]


def the_event(session: Session, cast: Cast, sale: SaleID) -> ProviderEvent:
    started = transact(lambda s: operations.start_online_payment(s, sale_id=sale, actor=cast.lin, at=AT))
    payment = payments.get(session, started.payment_id)
    session.rollback()
    return ProviderEvent(
        provider="stripe",
        event_id="evt_1",
        type="checkout.session.completed",
        news=PaymentNews(
            payment=payment.public_id,
            session_id="cs_1",
            outcome=ProviderOutcome.PAID,
            amount=payment.amount,
            provider_payment_id="pi_1",
            happened_at=AT,
        ),
    )


@pytest.mark.parametrize(
    ("second", "outcomes"),
    [
        ("evt_1", {EventOutcome.BOOKED, EventOutcome.DUPLICATE}),
        ("evt_2", {EventOutcome.BOOKED, EventOutcome.ALREADY_KNOWN}),
    ],
)
def test_one_payment_told_twice_at_once_is_booked_once(
    race_app: Flask, race_cast: Cast, second: str, outcomes: set[EventOutcome]
) -> None:
    with race_app.app_context():
        sale = a_sale(race_cast, a_buyer(race_cast))
        event = the_event(db.session, race_cast, sale)
    answers = together(
        race_app,
        *(
            lambda s, one=one: operations.apply_provider_event(s, event=one, at=AT)
            for one in (event, replace(event, event_id=second))
        ),
    )
    assert set(answers) == outcomes
    with race_app.app_context():
        view = queries.get(db.session, race_cast.club.id, sale)
        assert view.balance.received == yuan("3980.00")
        assert len(credits_.postings_of_sale(db.session, race_cast.club.id, sale)) == 1
        assert faults(db.session) == []


def test_cash_and_the_providers_word_at_once_never_exceed_the_price(race_app: Flask, race_cast: Cast) -> None:
    with race_app.app_context():
        sale = a_sale(race_cast, a_buyer(race_cast))
        event = the_event(db.session, race_cast, sale)
    answers = together(
        race_app,
        book(race_cast, sale),
        lambda s: operations.apply_provider_event(s, event=event, at=AT),
    )
    refused = codes(answers)
    assert refused == ["receipt.above_price"] or answers[1] is EventOutcome.KEPT_ASIDE
    with race_app.app_context():
        assert queries.get(db.session, race_cast.club.id, sale).balance.received == yuan("3980.00")
        assert faults(db.session) == []


def test_two_desks_booking_the_same_money_leave_one_receipt(race_app: Flask, race_cast: Cast) -> None:
    with race_app.app_context():
        sale = a_sale(race_cast, a_buyer(race_cast))
    answers = together(race_app, *(book(race_cast, sale) for _desk in range(4)))
    assert codes(answers) == ["receipt.above_price"] * 3
    with race_app.app_context():
        assert queries.get(db.session, race_cast.club.id, sale).balance.is_paid
        assert faults(db.session) == []


def test_two_refunds_at_once_give_the_money_back_once(race_app: Flask, race_cast: Cast) -> None:
    with race_app.app_context():
        sale = a_sale(race_cast, a_buyer(race_cast))
        transact(book(race_cast, sale))
    answers = together(
        race_app,
        *(
            lambda s, who=who: operations.refund(s, sale_id=sale, amount=None, actor=who, at=AT)
            for who in (race_cast.manager, race_cast.finance)
        ),
    )
    assert codes(answers) == ["refund.above_paid"]
    with race_app.app_context():
        assert queries.get(db.session, race_cast.club.id, sale).balance.refunded == yuan("3980.00")
        postings = credits_.postings_of_sale(db.session, race_cast.club.id, sale)
        assert sum(posting.amount.minor for posting in postings) == 0
        assert faults(db.session) == []


def test_a_refund_racing_a_receipt_leaves_no_credit_behind(race_app: Flask, race_cast: Cast) -> None:
    with race_app.app_context():
        sale = a_sale(race_cast, a_buyer(race_cast))
        transact(book(race_cast, sale, "1000.00"))
    answers = together(
        race_app,
        book(race_cast, sale, "2980.00"),
        lambda s: operations.refund(s, sale_id=sale, amount=yuan("1000.00"), actor=race_cast.manager, at=AT),
    )
    assert codes(answers) == []
    with race_app.app_context():
        postings = credits_.postings_of_sale(db.session, race_cast.club.id, sale)
        assert sum(posting.amount.minor for posting in postings) == yuan("2980.00").minor
        assert faults(db.session) == []


def test_one_form_pressed_twice_at_once_is_one_sale(race_app: Flask, race_cast: Cast) -> None:
    with race_app.app_context():
        buyer = a_buyer(race_cast)

    def press(session: Session) -> str:
        return idempotency.once(
            session,
            key="one-form-key",
            inputs={"card": "annual"},
            actor=race_cast.desk,
            at=AT,
            work=lambda: (
                operations.sell_for_cash(
                    session,
                    card_type=race_cast.annual,
                    price=None,
                    kind=SaleKind.NEW,
                    buyer=Buyer(person_id=buyer),
                    seller=Seller(id=consultant_of(race_cast.lin), name=race_cast.lin.name),
                    actor=race_cast.desk,
                    at=AT,
                ).sale
            ),
        )

    answers = together(race_app, press, press, press)
    assert codes(answers) == []
    assert len(set(map(str, answers))) == 1
    with race_app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(SaleRow)) == 1
        assert faults(db.session) == []


def test_two_first_cards_of_one_person_make_one_member(race_app: Flask, race_cast: Cast) -> None:
    with race_app.app_context():
        buyer = a_buyer(race_cast)
        sales = [a_sale(race_cast, buyer) for _card in range(2)]
    answers = together(race_app, *(book(race_cast, sale) for sale in sales))
    assert codes(answers) == []
    with race_app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(MemberRow)) == 1
        assert faults(db.session) == []
