"""Asking for a price silently, answering it, using the answer once: on both databases (PRC-03, EX-02)."""

import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from clubsales import policies
from clubsales.actor import Actor
from clubsales.audit import AuditEvent
from clubsales.clock import Instant, now
from clubsales.errors import NotFound, Refused
from clubsales.ids import PersonID, SaleID
from clubsales.leads.people import operations as people
from clubsales.membership.catalogue.queries import CardTypeView
from clubsales.membership.discounts import news, operations, queries
from clubsales.membership.discounts.models import DiscountRequestRow
from clubsales.membership.discounts.rules import Standing
from clubsales.membership.sales import operations as sales
from clubsales.membership.sales.rules import SaleKind
from clubsales.money import Money
from tests.builders import MORNING, Cast, a_card_type, consultant_of, local, yuan
from tests.integration.auth.support import Browser, account_id_of, let_in

AT = local(15)
IN_TIME = AT + timedelta(minutes=9, seconds=59)
TOO_LATE = AT + timedelta(minutes=10)


def ask(
    session: Session,
    cast: Cast,
    price: str = "3600.00",
    *,
    actor: Actor | None = None,
    card_type: CardTypeView | None = None,
    person_id: PersonID | None = None,
    reason: str = "老会员介绍",
    at: Instant = AT,
) -> str:
    return operations.ask(
        session,
        card_type=card_type or cast.annual,
        price=yuan(price),
        reason=reason,
        sale_kind="new",
        person_id=person_id,
        actor=actor or cast.lin,
        at=at,
    )


def approve(session: Session, cast: Cast, request: str, price: str = "3600.00", **changes: Any) -> None:
    values: dict[str, Any] = {"actor": cast.manager, "at": IN_TIME, **changes}
    operations.approve(session, request_public_id=request, granted=yuan(price), **values)


def use(session: Session, cast: Cast, request: str, price: str = "3600.00", **changes: Any) -> int:
    values: dict[str, Any] = {"actor": cast.lin, "at": IN_TIME, "card_type_id": cast.annual.id, **changes}
    request_id, approver = operations.use(session, request_public_id=request, price=yuan(price), **values)
    assert approver.account_id == cast.manager.account_id
    assert approver.roles == cast.manager.roles
    return request_id


def refused(work: Any, *given: Any, **named: Any) -> str:
    with pytest.raises(Refused) as raised:
        work(*given, **named)
    return raised.value.code


def standing(session: Session, cast: Cast, request: str, at: Instant) -> Standing:
    return queries.by_public_id(session, cast.lin, request).standing(at)


def a_sale(session: Session, cast: Cast) -> SaleID:
    return sales.open_sale(
        session,
        card_type_id=cast.annual.id,
        price=None,
        kind=SaleKind.NEW,
        consultant_id=consultant_of(cast.lin),
        actor=cast.lin,
        at=AT,
    )


def test_a_price_is_asked_for_allowed_and_used_once(session: Session, cast: Cast) -> None:
    request = ask(session, cast)
    assert standing(session, cast, request, AT) is Standing.WAITING
    approve(session, cast, request)
    request_id = use(session, cast, request)
    sale_id = a_sale(session, cast)
    operations.mark_used(session, request_id=request_id, sale_id=sale_id, actor=cast.lin, at=IN_TIME)  # type: ignore[arg-type]
    assert standing(session, cast, request, IN_TIME) is Standing.USED
    assert refused(use, session, cast, request) == "discount.used"
    tags = session.scalars(
        sa.select(AuditEvent.tag).where(AuditEvent.subject_kind == "discount_request").order_by(AuditEvent.id)
    ).all()
    assert tags == ["discount:asked", "discount:approved", "discount:used"]


@pytest.mark.parametrize(
    ("price", "rings"),
    [
        ("3781.00", {"supervisor", "manager", "director"}),
        ("3780.99", {"manager", "director"}),
        ("3581.99", {"director"}),
    ],
)
def test_the_phones_ring_of_those_whose_authority_reaches(
    session: Session, cast: Cast, price: str, rings: set[str]
) -> None:
    ask(session, cast, price)
    told = news.take_untold(session, AT)
    assert [each.accounts for each in told] == [{account_id_of(getattr(cast, name)) for name in rings}]
    assert news.take_untold(session, AT) == []


def test_never_the_phone_of_whoever_asks(session: Session, cast: Cast) -> None:
    ask(session, cast, "3700.00", actor=cast.supervisor)
    (told,) = news.take_untold(session, AT)
    assert told.accounts == {account_id_of(cast.manager), account_id_of(cast.director)}


def test_what_has_lapsed_rings_no_more(session: Session, cast: Cast) -> None:
    ask(session, cast)
    assert news.take_untold(session, TOO_LATE) == []


def test_a_price_that_nobody_may_give_is_not_asked_for(session: Session, cast: Cast) -> None:
    floored = a_card_type(session, cast.club, "floored", floor_price=yuan("3500.00"))
    assert refused(ask, session, cast, "3499.99", card_type=floored) == "discount.nobody"


def test_catering_is_the_general_managers_who_is_not_here(session: Session, cast: Cast) -> None:
    meal = a_card_type(session, cast.club, "meal", price=yuan("60.00"), no_discount=True)
    assert refused(ask, session, cast, "59.00", card_type=meal) == "discount.nobody"


def test_one_may_not_answer_oneself(session: Session, cast: Cast) -> None:
    request = ask(session, cast, "3700.00", actor=cast.supervisor)
    assert refused(approve, session, cast, request, "3700.00", actor=cast.supervisor) == "discount.own"


def test_whoever_may_not_give_it_is_told_who_may(session: Session, cast: Cast) -> None:
    request = ask(session, cast)
    with pytest.raises(Refused) as raised:
        approve(session, cast, request, actor=cast.supervisor)
    assert raised.value.code == "discount.authority"
    assert raised.value.refusal.facts["names"] == ["何总监", "吴经理"]
    approve(session, cast, request, "3781.00", actor=cast.supervisor)  # another price, within his own
    found = queries.by_public_id(session, cast.lin, request)
    assert (found.price, found.granted) == (yuan("3600.00"), yuan("3781.00"))


def test_an_answer_comes_in_time_or_not_at_all(session: Session, cast: Cast) -> None:
    request = ask(session, cast)
    assert refused(approve, session, cast, request, at=TOO_LATE) == "discount.lapsed"
    approve(session, cast, request, at=IN_TIME)
    assert standing(session, cast, request, IN_TIME + timedelta(minutes=9)) is Standing.APPROVED
    assert standing(session, cast, request, IN_TIME + timedelta(minutes=10)) is Standing.LAPSED
    late = IN_TIME + timedelta(minutes=10)
    assert refused(use, session, cast, request, at=late) == "discount.lapsed"


def test_with_nought_minutes_nothing_lapses(session: Session, cast: Cast) -> None:
    policies.publish(
        session,
        changes={"discount": {"request_minutes": 0}},
        valid_from=AT.date(),
        actor=cast.manager,
        at=MORNING,
    )
    request = ask(session, cast)
    next_month = AT + timedelta(days=40)
    approve(session, cast, request, at=next_month)
    assert use(session, cast, request, at=next_month + timedelta(days=40))


def test_the_same_answer_again_changes_nothing_and_another_is_too_late(session: Session, cast: Cast) -> None:
    request = ask(session, cast)
    approve(session, cast, request)
    approve(session, cast, request)
    assert refused(approve, session, cast, request, "3700.00") == "discount.answered"
    assert refused(approve, session, cast, request, actor=cast.director) == "discount.answered"
    turned = {"request_public_id": request, "answer": "太低", "actor": cast.director, "at": IN_TIME}
    assert refused(operations.turn_down, session, **turned) == "discount.answered"


def test_a_refusal_needs_a_reason_and_is_read_on_the_tablet(session: Session, cast: Cast) -> None:
    request = ask(session, cast)
    facts: dict[str, Any] = {"request_public_id": request, "actor": cast.manager, "at": IN_TIME}
    assert refused(operations.turn_down, session, answer="", **facts) == "discount.reason"
    operations.turn_down(session, answer="本月名额已满", **facts)
    operations.turn_down(session, answer="本月名额已满", **facts)
    found = queries.by_public_id(session, cast.lin, request)
    assert (found.standing(IN_TIME), found.answer) == (Standing.REFUSED, "本月名额已满")
    assert refused(use, session, cast, request) == "discount.not_approved"


def test_an_answer_is_for_its_seller_card_and_guest(session: Session, cast: Cast) -> None:
    buyer, other = (
        people.find_or_add(session, e164=phone, name="", actor=cast.lin, at=AT)
        for phone in ("+8613800138000", "+8613900139000")
    )
    request = ask(session, cast, person_id=buyer)
    approve(session, cast, request)
    assert refused(use, session, cast, request, actor=cast.zhou, person_id=buyer) == "discount.not_yours"
    other_card = {"card_type_id": cast.visits.id, "person_id": buyer}
    assert refused(use, session, cast, request, **other_card) == "discount.other_card"
    assert refused(use, session, cast, request, person_id=other) == "discount.other_guest"
    assert refused(use, session, cast, request, person_id=None) == "discount.other_guest"
    assert refused(use, session, cast, request, "3599.99", person_id=buyer) == "discount.below_granted"
    assert use(session, cast, request, person_id=buyer)


def test_whoever_asks_again_asks_once(session: Session, cast: Cast) -> None:
    first = ask(session, cast)
    assert ask(session, cast) == first
    second = ask(session, cast, "3650.00")
    assert standing(session, cast, first, AT) is Standing.WITHDRAWN
    assert [each.public_id for each in queries.waiting_for(session, cast.manager, AT)] == [second]
    assert refused(approve, session, cast, first) == "discount.withdrawn"


def test_whoever_asked_may_withdraw_also_an_answer_he_does_not_use(session: Session, cast: Cast) -> None:
    request = ask(session, cast)
    approve(session, cast, request)
    with pytest.raises(NotFound):
        operations.withdraw(session, request_public_id=request, actor=cast.zhou, at=IN_TIME)
    operations.withdraw(session, request_public_id=request, actor=cast.lin, at=IN_TIME)
    operations.withdraw(session, request_public_id=request, actor=cast.lin, at=IN_TIME)
    assert standing(session, cast, request, IN_TIME) is Standing.WITHDRAWN


def test_another_clubs_request_is_not_there(session: Session, cast: Cast) -> None:
    request = ask(session, cast)
    for actor in (cast.other_manager, cast.zhou):
        with pytest.raises(NotFound):
            queries.by_public_id(session, actor, request)
    with pytest.raises(NotFound):
        approve(session, cast, request, actor=cast.other_manager)


def granted(session: Session) -> list[Money | None]:
    rows = session.scalars(sa.select(DiscountRequestRow.granted_minor).order_by(DiscountRequestRow.id)).all()
    return [None if minor is None else yuan(f"{minor / 100:.2f}") for minor in rows]


def test_asked_on_the_tablet_and_answered_on_the_phone(
    client: FlaskClient, session: Session, cast: Cast
) -> None:
    let_in(session, cast.lin, cast.manager)
    session.commit()
    headers = {"Accept-Language": "en"}
    tablet, phone = Browser(client, headers), Browser(client.application.test_client(), headers)
    tablet.sign_in("linjing")
    phone.sign_in("wujingli")
    typed = {
        "card_type": cast.annual.public_id,
        "discount_price": "3600",
        "discount_reason": "老会员介绍",
        "kind": "new",
    }
    piece = tablet.post("/discounts", page="/sell", **typed)
    assert (piece.status_code, "Waiting for an answer" in piece.text) == (200, True)
    (request,) = session.scalars(sa.select(DiscountRequestRow.public_id)).all()
    session.rollback()
    assert "林静 asks for ¥3,600.00" in phone.text("/today")
    assert "You may give down to ¥3,582.00" in phone.text(f"/discounts/{request}")
    answered = phone.post(
        f"/discounts/{request}/approve", page=f"/discounts/{request}", granted="3650", answer="只此一次"
    )
    assert (answered.status_code, answered.location) == (303, "/discounts")
    assert granted(session) == [yuan("3650.00")]
    state = tablet.get(f"/discounts/{request}/tablet")
    assert f'name="discount_request" value="{request}"' in state.text
    assert "Sell at ¥3,650.00" in state.text
    etag = state.headers["ETag"]
    assert tablet.get(f"/discounts/{request}/tablet", **{"If-None-Match": etag}).status_code == 304


def test_what_is_wrong_is_said_beside_the_price(client: FlaskClient, session: Session, cast: Cast) -> None:
    let_in(session, cast.lin)
    session.commit()
    tablet = Browser(client, {"Accept-Language": "en"})
    tablet.sign_in("linjing")
    card = {"card_type": cast.annual.public_id}
    for typed, said in (
        ({"discount_price": "", "discount_reason": "x"}, "Enter the price to ask for."),
        ({"discount_price": "3600", "discount_reason": ""}, "Say why, in a few words."),
        ({"discount_price": "3980", "discount_reason": "x"}, "You may sell at ¥3,980.00 yourself"),
        ({"discount_price": "-1", "discount_reason": "x"}, "Enter an amount such as"),
    ):
        piece = tablet.post("/discounts", page="/sell", **card, **typed)
        assert (piece.status_code, said in piece.text.replace("&#39;", "'")) == (200, True), said
    assert session.scalars(sa.select(DiscountRequestRow)).all() == []


def test_whoever_may_not_give_what_is_asked_finds_the_lowest_he_may_filled_in(
    client: FlaskClient, session: Session, cast: Cast
) -> None:
    let_in(session, cast.manager, cast.director)
    within, beyond = ask(session, cast, at=now()), ask(session, cast, "3500.00", reason="更低", at=now())
    session.commit()
    headers = {"Accept-Language": "en"}
    manager, director = Browser(client, headers), Browser(client.application.test_client(), headers)
    manager.sign_in("wujingli")
    director.sign_in("heqiang")
    page = manager.text(f"/discounts/{beyond}")
    assert re.search(r'name="granted"[^>]*value="3582.00"', page)
    assert "the lowest that you may give" in page
    for text in (director.text(f"/discounts/{beyond}"), manager.text(f"/discounts/{within}")):
        assert "the lowest that you may give" not in text
    assert re.search(r'name="granted"[^>]*value="3500.00"', director.text(f"/discounts/{beyond}"))
    typed = manager.post(f"/discounts/{beyond}/approve", page=f"/discounts/{beyond}", granted="")
    assert (typed.status_code, 'value="3582.00"' in typed.text) == (422, False)
