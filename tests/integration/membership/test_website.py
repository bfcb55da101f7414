"""Buying on the club's own page: from the price list to the card, and whose credit it is (RCV-08, AMB-13, SC-18)."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus
from unittest import mock
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from clubsales import jobs
from clubsales.actor import Actor
from clubsales.audit import AuditEvent
from clubsales.auth.models import Account
from clubsales.clock import Instant
from clubsales.consultants.credits import queries as credits_
from clubsales.consultants.credits.queries import PostingView
from clubsales.ids import PersonID, SaleID
from clubsales.leads.claims import operations as claims
from clubsales.leads.followups import operations as followups
from clubsales.leads.followups import queries as planned
from clubsales.leads.followups.models import FollowUpRow
from clubsales.leads.followups.rules import Channel, ContactOutcome
from clubsales.leads.intake.models import LeadRow
from clubsales.leads.matches import merging
from clubsales.leads.people import queries as people
from clubsales.leads.people.models import PersonRow
from clubsales.leads.touches import queries as touches
from clubsales.leads.touches.rules import TouchKind
from clubsales.membership.cards import queries as cards
from clubsales.membership.cards.rules import CardStatus
from clubsales.membership.catalogue import operations as catalogue
from clubsales.membership.payments import queries as payments
from clubsales.membership.payments.current import NAME as GATEWAY
from clubsales.membership.payments.models import PaymentRow
from clubsales.membership.payments.queries import PaymentView
from clubsales.membership.payments.rules import LINK_LIFE, Method
from clubsales.membership.sales import checks, operations, queries
from clubsales.membership.sales.models import SaleRow
from clubsales.membership.sales.queries import SaleView
from clubsales.membership.sales.rules import SaleKind, SaleState
from clubsales.membership.sales.website import LAPSES_AFTER
from clubsales.office.privacy import operations as privacy
from clubsales.settings import DEMO_STRIPE_KEY
from clubsales.web import limiter
from tests.builders import Cast, a_card_type, consultant_of, local, yuan
from tests.integration.auth.support import Browser, let_in
from tests.integration.leads.support import a_lead, set_policy
from tests.integration.membership.paying import Provider, a_provider

AT = local(14)
PHONE = "+8613800138000"
TYPED = {"name": "李雷", "phone": "138 0013 8000", "consent": "y"}
UNLIKE = re.compile(
    r'value="[^"]*"|nonce="[^"]*"|content="[^"]*"|/(?:pay|card|receipt)/[\w-]+|data-\w+="[^"]*"|<svg.*?</svg>',
    re.S,
)


@pytest.fixture(autouse=True)
def afternoon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(AT, tick=False) as clock:
        yield clock


@pytest.fixture
def phone(client: FlaskClient) -> Browser:
    """The buyer's."""
    return Browser(client, {"Accept-Language": "en"})


@pytest.fixture
def provider(app: Flask) -> Iterator[Provider]:
    with a_provider(AT) as provider:
        app.extensions[GATEWAY] = provider.gateway
        yield provider
        del app.extensions[GATEWAY]


@pytest.fixture
def online(session: Session, cast: Cast) -> Cast:
    """The annual card stands on the club's own page."""
    catalogue.sell_online(session, card_type_id=cast.annual.id, actor=cast.manager, at=local(9))
    session.commit()
    return cast


def page_of(cast: Cast, public_id: str | None = None) -> str:
    return f"/club/{cast.club.public_id}/cards/{public_id or cast.annual.public_id}"


def choose(browser: Browser, cast: Cast, **changes: str) -> TestResponse:
    """Choose the annual card and send the form."""
    fields = {**TYPED, "submission_key": str(uuid4()), **changes}
    return browser.post(page_of(cast), page=page_of(cast), **fields)


def order(browser: Browser, session: Session, cast: Cast, **changes: str) -> PaymentView:
    """The link an order leads to."""
    answer = choose(browser, cast, **changes)
    assert answer.status_code == HTTPStatus.SEE_OTHER, answer.get_data(as_text=True)
    assert answer.location.startswith("/pay/"), answer.location
    return payments.by_link_token(session, answer.location.rsplit("/", 1)[1])


def pay(phone: Browser, session: Session, provider: Provider, payment: PaymentView, **how: str) -> str:
    """Pay it on the provider's page; the text of the page one comes back to."""
    link = f"/pay/{payment.link_token}"
    answer = phone.get(f"{link}/checkout")
    assert answer.status_code == HTTPStatus.SEE_OTHER
    session.expire_all()
    session_id = payments.get(session, payment.id).provider_session_id
    assert session_id is not None
    provider.peer.pay(session_id, **how)
    return phone.text(f"{link}/done")


def sale_of(session: Session, cast: Cast, payment: PaymentView) -> SaleView:
    session.expire_all()
    return queries.get(session, cast.club.id, payment.sale_id)


def postings(session: Session, cast: Cast, payment: PaymentView) -> list[PostingView]:
    return credits_.postings_of_sale(session, cast.club.id, payment.sale_id)


def whose(session: Session, cast: Cast, payment: PaymentView) -> list[tuple[int | None, str, str, str]]:
    return [
        (line.consultant_id, str(line.amount), line.rule, line.reason.code)
        for line in postings(session, cast, payment)
    ]


def deliver(session: Session, at: Instant = AT) -> None:
    assert jobs.deliver_due(session, at) > 0
    session.commit()


def steps(session: Session, cast: Cast, person_id: PersonID) -> list[tuple[int, str, str]]:
    return [
        (step.consultant_id, step.due_on.isoformat(), step.what)
        for step in planned.open_of_person(session, cast.club.id, person_id)
    ]


def claimed_by_ma(session: Session, cast: Cast) -> PersonID:
    person_id = a_lead(session, cast.lin, e164=PHONE)
    claims.claim(
        session, person_id=person_id, consultant_id=consultant_of(cast.ma), actor=cast.ma, at=local(9)
    )
    session.commit()
    return person_id


def test_from_the_price_list_to_the_card(
    phone: Browser, session: Session, online: Cast, provider: Provider
) -> None:
    page = phone.text(f"/club/{online.club.public_id}/cards")
    assert "Annual card" in page
    assert "¥3,980" in page
    assert "泳池次卡" not in page
    assert "毛巾" not in page
    payment = order(phone, session, online)
    assert "¥3,980.00" in phone.text(f"/pay/{payment.link_token}")
    back = pay(phone, session, provider, payment)
    assert "Open my card" in back
    sale = sale_of(session, online, payment)
    assert (sale.balance.state, sale.kind, sale.is_self_purchase) == (SaleState.PAID, SaleKind.NEW, True)
    assert sale.consultant_id is None
    card = cards.of_sale(session, sale.id)
    assert card is not None
    assert (card.status, card.holder) == (CardStatus.ACTIVE, "李雷")
    assert "Your code for the door" in phone.text(f"/card/{card.link_token}")
    assert "Annual card" in phone.text(f"/receipt/{sale.guest_token}")
    assert [fault for check in checks.INVARIANTS for fault in check(session)] == []


def test_sc_18_d_a_stranger_s_purchase_is_the_house_s(
    phone: Browser, session: Session, online: Cast, provider: Provider
) -> None:
    payment = order(phone, session, online)
    pay(phone, session, provider, payment)
    assert whose(session, online, payment) == [(None, "3980.00", "RCV-08", "attribution.self_purchase")]


def test_the_holder_of_the_lead_has_the_credit_and_hears_of_it(
    phone: Browser, session: Session, online: Cast, provider: Provider
) -> None:
    person_id = claimed_by_ma(session, online)
    payment = order(phone, session, online)
    pay(phone, session, provider, payment)
    ma = consultant_of(online.ma)
    assert whose(session, online, payment) == [(ma, "3980.00", "RCV-08", "attribution.self_purchase_holder")]
    session.execute(sa.update(Account).where(Account.id == online.ma.account_id).values(locale="en"))
    deliver(session)
    (step,) = steps(session, online, person_id)
    assert step == (ma, "2026-03-09", "Welcome the new customer: bought “Annual card” on the website")
    kinds = [touch.kind for touch in touches.timeline(session, online.club.id, person_id)]
    assert kinds[:2] == [TouchKind.SALE, TouchKind.ORDER]
    assert TouchKind.PAYMENT_LINK not in kinds
    lead = session.scalars(sa.select(LeadRow).where(LeadRow.person_id == person_id)).one()
    assert lead.converted_sale_id == payment.sale_id
    assert "李雷" in lead.note


def test_a_purchase_stands_among_the_sales_of_whoever_has_its_credit(
    phone: Browser, session: Session, online: Cast, provider: Provider
) -> None:
    claimed_by_ma(session, online)
    payment = order(phone, session, online)
    pay(phone, session, provider, payment)

    def sold(who: Actor) -> list[SaleID]:
        day = queries.sales_on(session, online.club, AT.date(), consultant_id=consultant_of(who))
        return [sale.id for sale in day.sales]

    assert sold(online.ma) == [payment.sale_id]
    assert sold(online.lin) == []


def test_the_note_of_an_order_is_in_the_language_of_the_house_whoever_visits(
    phone: Browser, session: Session, online: Cast
) -> None:
    person_id = claimed_by_ma(session, online)
    order(phone, session, online)
    session.expire_all()
    lead = session.scalars(sa.select(LeadRow).where(LeadRow.person_id == person_id)).one()
    assert "年卡" in lead.note
    assert "Website" not in lead.note


def test_sc_18_c_without_a_holder_the_valid_record_of_an_outside_consultant_counts(
    phone: Browser, session: Session, online: Cast, provider: Provider
) -> None:
    person_id = a_lead(session, online.ma, e164=PHONE, at=local(10, day=2))
    followups.log_contact(
        session,
        person_id=person_id,
        consultant_id=consultant_of(online.ma),
        channel=Channel.CALL,
        outcome=ContactOutcome.ANSWERED,
        actor=online.ma,
        at=local(11, day=3),
    )
    session.commit()
    payment = order(phone, session, online)
    pay(phone, session, provider, payment)
    ma = consultant_of(online.ma)
    assert whose(session, online, payment) == [(ma, "3980.00", "RCV-08", "attribution.self_purchase_tracked")]
    deliver(session)
    assert [step[0] for step in steps(session, online, person_id)] == [ma]


def test_sc_18_e_a_failed_payment_is_no_credit_and_no_card(
    phone: Browser, session: Session, online: Cast, provider: Provider
) -> None:
    payment = order(phone, session, online)
    page = pay(phone, session, provider, payment, outcome="later_failed")
    assert "Waiting for the payment" in page
    session_id = payments.get(session, payment.id).provider_session_id
    assert session_id is not None
    provider.peer.settle(session_id)
    for event in provider.events():
        operations.apply_provider_event(session, event=event, at=AT)
    session.commit()
    page = phone.text(f"/pay/{payment.link_token}/done")
    assert "nothing was charged" in page
    assert f'href="/club/{online.club.public_id}/cards"' in page
    assert postings(session, online, payment) == []
    card = cards.of_sale(session, payment.sale_id)
    assert card is not None
    assert card.status is CardStatus.PENDING


def test_sc_18_a_a_consultant_s_link_paid_before_midnight_and_heard_of_after(
    app: Flask,
    phone: Browser,
    session: Session,
    online: Cast,
    provider: Provider,
    afternoon: time_machine.Traveller,
) -> None:
    """The sell page with a lead who is not in the house; paid 03-31 23:50, told 04-01 00:05: March, and once (b)."""
    let_in(session, online.lin)
    session.commit()
    afternoon.move_to(local(23, 40, day=31))
    tablet = Browser(app.test_client(), {"Accept-Language": "en"})
    tablet.sign_in("linjing")
    assert 'value="13800138000"' in tablet.text("/sell?phone=13800138000")
    fields = {"card_type": online.annual.public_id, "phone": "13800138000", "guest": "", "name": "李雷"}
    opened = tablet.post("/sell", page="/sell", submission_key=str(uuid4()), **fields)
    sale_page = opened.headers["Location"]
    tablet.post(f"{sale_page}/link", page=sale_page)
    link = re.search(r'data-copy="([^"]+)"', tablet.text(sale_page))
    assert link is not None
    afternoon.move_to(local(23, 50, day=31))
    provider.move_to(local(23, 50, day=31))
    path = urlsplit(link[1]).path
    assert phone.get(f"{path}/checkout").status_code == HTTPStatus.SEE_OTHER
    payment = payments.by_link_token(session, path.rsplit("/", 1)[1])
    assert payment.provider_session_id is not None
    provider.peer.pay(payment.provider_session_id)
    assert provider.peer.courier.drain()
    afternoon.move_to(local(0, 5, day=1, month=4))
    letters = [letter for letter in provider.letters if b"checkout.session.completed" in letter[0]]
    for body, signature in (*letters, *letters):
        with app.app_context(), mock.patch("stripe.Webhook.DEFAULT_TOLERANCE", 3600):
            answer = app.test_client().post(
                "/webhooks/stripe", data=body, headers={"Stripe-Signature": signature}
            )
        assert answer.status_code == HTTPStatus.OK
    (line,) = postings(session, online, payment)
    assert (line.consultant_id, line.month.isoformat()) == (consultant_of(online.lin), "2026-03-01")
    assert line.at == local(23, 50, day=31)
    assert "Payment link by 林静" in tablet.text(sale_page)


def test_the_sale_s_page_says_where_it_came_from_and_why(
    app: Flask, phone: Browser, session: Session, online: Cast, provider: Provider
) -> None:
    claimed_by_ma(session, online)
    payment = order(phone, session, online)
    pay(phone, session, provider, payment)
    let_in(session, online.manager)
    session.commit()
    office = Browser(app.test_client(), {"Accept-Language": "en"})
    office.sign_in("wujingli")
    page = office.text(f"/sales/{sale_of(session, online, payment).public_id}")
    assert "Bought on the website" in page
    assert "Bought on the website while 马超 held the lead." in page
    assert "RCV-08" in page
    assert "Bought on the website" in office.text("/sales")


def test_nobody_learns_whose_phone_it_is(
    phone: Browser, session: Session, online: Cast, provider: Provider
) -> None:
    a_lead(session, online.lin, e164=PHONE, name="王小明")
    session.commit()
    seen = []
    for typed in ("13800138000", "13800138001", "13800138000"):  # known, a stranger, by now a member
        answer = choose(phone, online, phone=typed)
        payment = payments.by_link_token(session, answer.location.rsplit("/", 1)[1])
        pages = [phone.text(answer.location), pay(phone, session, provider, payment)]
        sale = sale_of(session, online, payment)
        card = cards.of_sale(session, sale.id)
        assert card is not None
        pages += [phone.text(f"/receipt/{sale.guest_token}"), phone.text(f"/card/{card.link_token}")]
        assert all("王小明" not in page for page in pages)
        seen.append([UNLIKE.sub("", page).replace(sale.public_id, "") for page in pages])
    assert seen[0] == seen[1] == seen[2]


def test_a_known_guest_keeps_his_name_and_a_member_makes_no_lead(
    phone: Browser, session: Session, online: Cast, provider: Provider
) -> None:
    pay(phone, session, provider, order(phone, session, online))
    session.execute(sa.delete(LeadRow))
    session.commit()
    order(phone, session, online, name="别人")
    person = people.by_phone(session, online.club.organisation_id, PHONE)
    assert person is not None
    assert person.name == "李雷"
    assert session.scalar(sa.select(sa.func.count()).select_from(LeadRow)) == 0


def test_two_presses_are_one_order_and_two_orders_have_their_own_links(
    phone: Browser, session: Session, online: Cast
) -> None:
    key = str(uuid4())
    first = [choose(phone, online, submission_key=key).location for _ in range(2)]
    assert len(set(first)) == 1
    other = choose(phone, online).location
    assert other != first[0]
    assert session.scalar(sa.select(sa.func.count()).select_from(SaleRow)) == 2
    changed = choose(phone, online, submission_key=key, phone="13800138001")
    assert changed.status_code == HTTPStatus.FOUND  # back to the page, which says why
    assert session.scalar(sa.select(sa.func.count()).select_from(SaleRow)) == 2


def test_the_price_is_the_list_s_whatever_is_sent(phone: Browser, session: Session, online: Cast) -> None:
    payment = order(
        phone, session, online, price="1", amount="0.01", kind="renewal", consultant="x", card_type="x"
    )
    assert payment.amount == yuan("3980.00")
    sale = sale_of(session, online, payment)
    assert (sale.kind, sale.consultant_id) == (SaleKind.NEW, None)


def test_a_new_price_counts_for_new_orders(phone: Browser, session: Session, online: Cast) -> None:
    before = order(phone, session, online)
    catalogue.reprice(
        session,
        card_type_id=online.annual.id,
        price=yuan("4280.00"),
        floor_price=None,
        actor=online.manager,
        at=AT,
    )
    session.commit()
    assert "¥3,980.00" in phone.text(f"/pay/{before.link_token}")
    assert order(phone, session, online).amount == yuan("4280.00")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"phone": "12"}, "This is not a phone number."),
        ({"phone": ""}, "Type your phone"),
        ({"name": ""}, "Type your name"),
        ({"name": " \u200b "}, "Type your name"),
        ({"name": "a" * 121}, "at most 120 characters"),
        ({"consent": ""}, "Without your consent"),
    ],
)
def test_what_is_missing_is_said_at_its_field(
    phone: Browser, session: Session, online: Cast, changes: dict[str, str], sentence: str
) -> None:
    answer = choose(phone, online, **changes)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert sentence in answer.get_data(as_text=True)
    assert session.scalar(sa.select(sa.func.count()).select_from(SaleRow)) == 0
    assert session.scalar(sa.select(sa.func.count()).select_from(PersonRow)) == 0


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "'); DROP TABLE sale;--", "%(x)s {0}", "李\u202e雷"]
)
def test_hostile_names_are_text(
    app: Flask, phone: Browser, session: Session, online: Cast, provider: Provider, name: str
) -> None:
    payment = order(phone, session, online, name=name)
    pay(phone, session, provider, payment)
    let_in(session, online.manager)
    session.commit()
    office = Browser(app.test_client(), {"Accept-Language": "en"})
    office.sign_in("wujingli")
    page = office.text(f"/sales/{sale_of(session, online, payment).public_id}")
    assert "<script>alert" not in page
    assert "\u202e" not in page


def test_a_robot_is_thanked_and_forgotten(phone: Browser, session: Session, online: Cast) -> None:
    answer = choose(phone, online, website="https://spam.example")
    assert answer.location.endswith("/cards")
    assert session.scalar(sa.select(sa.func.count()).select_from(PersonRow)) == 0


def test_what_is_not_sold_there_cannot_be_bought(phone: Browser, session: Session, online: Cast) -> None:
    foreign = a_card_type(session, online.foreign_club, "foreign", name="别家年卡", online=True)
    session.commit()
    club = f"/club/{online.club.public_id}/cards"
    for public_id in (foreign.public_id, "a2b3c4d5e6f7", "annual", "%00"):
        assert phone.get(f"{club}/{public_id}").status_code == HTTPStatus.NOT_FOUND
        sent = phone.post(f"{club}/{public_id}", page=page_of(online), **TYPED)
        assert sent.status_code == HTTPStatus.NOT_FOUND
    for card_type in (online.visits, online.towel):
        assert phone.get(f"{club}/{card_type.public_id}").location == club
        sent = phone.post(f"{club}/{card_type.public_id}", page=page_of(online), **TYPED)
        assert sent.location == club
    catalogue.withdraw(session, card_type_id=online.annual.id, actor=online.manager, at=AT)
    session.commit()
    assert phone.get(page_of(online)).location == club
    page = phone.text(club)
    assert "not sold here any more" in page
    assert "Annual card" not in page
    assert "Please call me" in page
    for club_id in ("a2b3c4d5e6f7", "SZ01", "%00"):
        assert phone.get(f"/club/{club_id}/cards").status_code == HTTPStatus.NOT_FOUND
    assert session.scalar(sa.select(sa.func.count()).select_from(SaleRow)) == 0


def test_without_a_stripe_account_the_page_says_what_to_do(
    app: Flask, phone: Browser, session: Session, online: Cast
) -> None:
    settings = replace(app.extensions["clubsales_settings"], stripe_secret_key=DEMO_STRIPE_KEY)
    page = phone.text(page_of(online))
    assert "Go on to payment" in page
    with mock.patch.dict(app.extensions, clubsales_settings=settings):
        page = phone.text(f"/club/{online.club.public_id}/cards")
        assert "Nothing can be paid here at the moment." in page
        assert page_of(online) not in page
        assert phone.get(page_of(online)).status_code == HTTPStatus.SEE_OTHER
        sent = phone.post(page_of(online), page=f"/enquiry/{online.club.public_id}", **TYPED)
        assert sent.location.endswith("/cards")
        let_in(session, online.manager)
        session.commit()
        office = Browser(app.test_client(), {"Accept-Language": "en"})
        office.sign_in("wujingli")
        assert "CLUBSALES_STRIPE_SECRET_KEY" in office.text("/price-list")
    assert session.scalar(sa.select(sa.func.count()).select_from(SaleRow)) == 0


def limits_on(app: Flask) -> mock._patch_dict:
    return mock.patch.dict(
        app.extensions, clubsales_settings=replace(app.extensions["clubsales_settings"], rate_limits=True)
    )


def test_a_phone_is_ordered_for_five_times_an_hour(app: Flask, phone: Browser, online: Cast) -> None:
    spellings = (
        "13800138000",
        "138 0013 8000",
        "+86 138-0013-8000",
        "１３８００１３８０００",
        "8613800138000",
        "13800138000",
    )
    with limits_on(app):
        answers = [choose(phone, online, phone=typed).status_code for typed in spellings]
        another = choose(phone, online, phone="13800138001").status_code
        with app.app_context():
            limiter.reset()
    assert answers == [HTTPStatus.SEE_OTHER] * 5 + [HTTPStatus.TOO_MANY_REQUESTS]
    assert another == HTTPStatus.SEE_OTHER


def test_an_address_orders_ten_times_a_minute(app: Flask, phone: Browser, online: Cast) -> None:
    with limits_on(app):
        answers = [choose(phone, online, phone=f"138001380{place:02}").status_code for place in range(11)]
        with app.app_context():
            limiter.reset()
    assert answers == [HTTPStatus.SEE_OTHER] * 10 + [HTTPStatus.TOO_MANY_REQUESTS]


def test_mistakes_do_not_use_up_a_phone(app: Flask, phone: Browser, online: Cast) -> None:
    with limits_on(app):
        answers = [choose(phone, online, consent="").status_code for _ in range(6)]
        right = choose(phone, online).status_code
        with app.app_context():
            limiter.reset()
    assert set(answers) == {HTTPStatus.UNPROCESSABLE_ENTITY}
    assert right == HTTPStatus.SEE_OTHER


def test_what_nobody_paid_fills_no_list_and_lapses(
    app: Flask, phone: Browser, session: Session, online: Cast, afternoon: time_machine.Traveller
) -> None:
    person_id = claimed_by_ma(session, online)
    payment = order(phone, session, online)
    assert queries.sales_on(session, online.club, AT.date()).sales == []
    assert queries.of_person(session, online.club.id, person_id) == []
    later = AT + LINK_LIFE
    afternoon.move_to(later)
    page = phone.text(f"/pay/{payment.link_token}")
    assert "This order has ended" in page
    assert f'href="/club/{online.club.public_id}/cards"' in page
    checkout = phone.get(f"/pay/{payment.link_token}/checkout")
    assert checkout.location == f"/pay/{payment.link_token}"
    session.execute(sa.update(PaymentRow).values(status="expired"))
    session.commit()
    assert jobs.deliver_due(session, later) == 0
    deliver(session, AT + LAPSES_AFTER)
    tags = session.scalars(sa.select(AuditEvent.tag).where(AuditEvent.subject_id == payment.sale_id)).all()
    assert "sale:website_order_lapsed" in tags
    (step,) = steps(session, online, person_id)
    assert step == (consultant_of(online.ma), "2026-03-09", step[2])
    assert "年卡" in step[2] or "Annual card" in step[2]


def test_while_a_slow_payment_is_on_its_way_an_order_does_not_lapse(
    phone: Browser, session: Session, online: Cast, provider: Provider
) -> None:
    claimed_by_ma(session, online)
    payment = order(phone, session, online)
    pay(phone, session, provider, payment, outcome="later_paid")
    deliver(session, AT + LAPSES_AFTER)
    events = session.scalars(sa.select(AuditEvent.tag)).all()
    assert "sale:website_order_lapsed" not in events
    session_id = payments.get(session, payment.id).provider_session_id
    assert session_id is not None
    provider.peer.settle(session_id)
    for event in provider.events():
        operations.apply_provider_event(session, event=event, at=AT + LAPSES_AFTER)
    session.commit()
    deliver(session, AT + timedelta(days=1))
    session.expire_all()
    assert sale_of(session, online, payment).balance.state is SaleState.PAID
    assert "sale:website_order_lapsed" not in session.scalars(sa.select(AuditEvent.tag)).all()


def test_whoever_bought_after_all_is_not_asked_what_was_missing(
    phone: Browser, session: Session, online: Cast, provider: Provider
) -> None:
    person_id = claimed_by_ma(session, online)
    order(phone, session, online)
    pay(phone, session, provider, order(phone, session, online))
    session.execute(sa.update(PaymentRow).where(PaymentRow.status == "started").values(status="expired"))
    session.commit()
    deliver(session, AT + LAPSES_AFTER)
    (step,) = steps(session, online, person_id)
    assert "年卡" in step[2] or "Annual card" in step[2]


def test_word_of_a_purchase_finds_whoever_the_buyer_was_merged_with(
    phone: Browser, session: Session, online: Cast, provider: Provider
) -> None:
    kept = claimed_by_ma(session, online)
    bought, unpaid = (order(phone, session, online, phone=f"1380013800{place}") for place in (1, 2))
    pay(phone, session, provider, bought)
    session.execute(sa.update(PaymentRow).where(PaymentRow.status == "started").values(status="expired"))
    for payment in (bought, unpaid):
        merged = sale_of(session, online, payment).person_id
        assert merged is not None
        merging.merge(session, kept_id=kept, merged_id=merged, reason="同一个人", actor=online.manager, at=AT)
    session.commit()
    deliver(session, AT + LAPSES_AFTER)
    session.expire_all()
    assert all(step.person_id == kept for step in session.scalars(sa.select(FollowUpRow)))


def test_an_order_nobody_paid_keeps_nobody_s_name_for_ever(
    phone: Browser, session: Session, online: Cast, provider: Provider
) -> None:
    set_policy(session, online, {"privacy": {"retention_months": 6}})
    session.commit()
    order(phone, session, online, phone="13800138001", name="没付款")
    pay(phone, session, provider, order(phone, session, online, name="付了款"))
    session.execute(sa.update(PaymentRow).where(PaymentRow.status == "started").values(status="expired"))
    session.commit()
    assert privacy.anonymise_old(session, local(9, day=10, month=9)) == 1
    session.commit()
    session.expire_all()
    assert sorted(session.scalars(sa.select(PersonRow.name))) == ["", "付了款"]


def test_money_taken_at_the_desk_for_an_order_is_still_a_purchase_on_the_website(
    phone: Browser, session: Session, online: Cast
) -> None:
    """Nobody sold it: whoever holds the lead has the credit; a consultant who takes the money himself sold it."""
    claimed_by_ma(session, online)
    for taker, expected in ((None, "RCV-08"), (online.lin, "DSP-02")):
        payment = order(phone, session, online)
        operations.book_receipt(
            session,
            sale_id=payment.sale_id,
            amount=yuan("3980.00"),
            method=Method.CASH,
            taken_by=None if taker is None else consultant_of(taker),
            actor=online.desk,
            at=AT,
        )
        session.commit()
        assert postings(session, online, payment)[0].rule == expected


def test_a_manager_puts_cards_on_the_page(app: Flask, phone: Browser, session: Session, cast: Cast) -> None:
    let_in(session, cast.manager, cast.lin)
    session.commit()
    office = Browser(app.test_client(), {"Accept-Language": "en"})
    office.sign_in("wujingli")
    page = f"/price-list/{cast.annual.public_id}"
    assert "Nothing is sold there yet." in office.text("/price-list")
    for _ in range(2):
        assert office.post(f"{page}/online", page=page).status_code == HTTPStatus.SEE_OTHER
    listed = office.text("/price-list")
    assert "1 card is sold there." in listed
    assert f"/club/{cast.club.public_id}/cards" in listed
    assert "Annual card" in phone.text(f"/club/{cast.club.public_id}/cards")
    refused = office.post(page, page=page, price="", floor_price="")
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Your own page names a price." in refused.get_data(as_text=True)
    for _ in range(2):
        assert office.post(f"{page}/offline", page=page).status_code == HTTPStatus.SEE_OTHER
    assert "Annual card" not in phone.text(f"/club/{cast.club.public_id}/cards")
    assert office.post(page, page=page, price="", floor_price="").status_code == HTTPStatus.SEE_OTHER
    session.commit()
    refused = office.post(f"{page}/online", page="/price-list")
    assert refused.status_code == HTTPStatus.FOUND
    towel = f"/price-list/{cast.towel.public_id}"
    assert "goods are handed over at the desk" in office.text(towel)
    assert office.post(f"{towel}/online", page="/price-list").status_code == HTTPStatus.FOUND
    tags = session.scalars(sa.select(AuditEvent.tag).order_by(AuditEvent.id)).all()
    assert (tags.count("card_type:sold_online"), tags.count("card_type:taken_offline")) == (1, 1)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"price": "", "floor_price": ""}, "Your own page names a price."),
        ({"kind": "goods"}, "Only cards are sold on your own page"),
        ({"price": "x"}, "Enter an amount"),
    ],
)
def test_a_new_card_goes_on_the_page_with_its_price(
    app: Flask, session: Session, cast: Cast, changes: dict[str, str], sentence: str
) -> None:
    let_in(session, cast.manager)
    session.commit()
    office = Browser(app.test_client(), {"Accept-Language": "en"})
    office.sign_in("wujingli")
    new = {"kind": "term", "name": "季卡", "price": "1280", "floor_price": "", "days": "90", "online": "y"}
    refused = office.post("/price-list/new", page="/price-list/new", **{**new, **changes})
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert sentence in refused.get_data(as_text=True)
    assert office.post("/price-list/new", page="/price-list/new", **new).status_code == HTTPStatus.SEE_OTHER
    assert "季卡" in office.text(f"/club/{cast.club.public_id}/cards")


def test_it_speaks_chinese(client: FlaskClient, online: Cast) -> None:
    page = Browser(client, {"Accept-Language": "zh-CN"}).text(page_of(online))
    assert 'lang="zh-Hans"' in page
    assert "年卡" in page
