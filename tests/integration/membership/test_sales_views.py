"""The sell screen, a sale's page and the guest's pay pages through a browser, on both databases."""

import re
import uuid
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from clubsales import policies
from clubsales.actor import Actor
from clubsales.clock import now
from clubsales.frontdesk.posts import operations as posts
from clubsales.frontdesk.reception import operations as reception
from clubsales.frontdesk.reception.operations import Arrival
from clubsales.leads.intake import operations as intake
from clubsales.leads.intake.rules import Source
from clubsales.leads.people import operations as people
from clubsales.membership.cards import operations as card_operations
from clubsales.membership.cards import queries as cards
from clubsales.membership.payments import queries as payments
from clubsales.membership.payments.current import NAME as GATEWAY
from clubsales.membership.sales import queries
from clubsales.membership.sales.queries import SaleView
from clubsales.membership.sales.rules import SaleState
from clubsales.stripe_peer.errors import ApiError
from tests.builders import Cast, consultant_of, local
from tests.integration.auth.support import Browser, let_in
from tests.integration.membership.paying import Provider, a_provider
from tests.statements import statements

AT = local(14, 20)
PHONE = "13800138000"


@pytest.fixture(autouse=True)
def afternoon() -> Iterator[None]:
    with time_machine.travel(AT, tick=True):
        yield


@pytest.fixture
def window(client: FlaskClient) -> Browser:
    return Browser(client, {"Accept-Language": "en"})


@pytest.fixture
def provider(app: Flask) -> Iterator[Provider]:
    with a_provider(AT) as provider:
        app.extensions[GATEWAY] = provider.gateway
        yield provider
        del app.extensions[GATEWAY]


def key() -> str:
    return str(uuid.uuid4())


def enter(window: Browser, session: Session, who: Actor) -> None:
    let_in(session, who)
    session.commit()
    assert window.sign_in(username_of(session, who)).status_code in (302, 303)


def username_of(session: Session, who: Actor) -> str:
    return session.execute(
        sa.text("SELECT username FROM account WHERE id = :id"), {"id": who.account_id}
    ).scalar_one()


def the_sale(session: Session, cast: Cast, answer: TestResponse) -> SaleView:
    assert answer.status_code in (302, 303), answer.get_data(as_text=True)
    public_id = answer.headers["Location"].rsplit("/", 1)[1]
    return queries.by_public_id(session, cast.club.id, public_id)


def sell(window: Browser, cast: Cast, *, door: str = "/sell", **changes: str) -> TestResponse:
    fields = {
        "submission_key": key(),
        "card_type": cast.annual.public_id,
        "phone": PHONE,
        "name": "陈晨",
        **changes,
    }
    return window.post(door, page="/sell", **fields)


def test_a_consultant_opens_a_sale_and_is_on_it(session: Session, cast: Cast, window: Browser) -> None:
    enter(window, session, cast.lin)
    page = window.text("/sell")
    assert "Annual card" in page
    assert "Paid in full now" not in page
    sale = the_sale(session, cast, sell(window, cast))
    assert (sale.consultant_id, sale.buyer, sale.balance.state) == (
        cast.lin.consultant_id,
        "陈晨",
        SaleState.OPEN,
    )
    assert window.get(f"/sales/{sale.public_id}").status_code == 200


def test_a_consultant_books_no_cash(session: Session, cast: Cast, window: Browser) -> None:
    enter(window, session, cast.lin)
    assert sell(window, cast, door="/sell/cash").status_code == 403
    sale = the_sale(session, cast, sell(window, cast))
    fields = {"submission_key": key(), "amount": "10", "method": "cash"}
    answer = window.post(f"/sales/{sale.public_id}/receipts", page="/sell", **fields)
    assert answer.status_code == 403


def test_the_page_says_by_which_line_commission_is_paid(
    session: Session, cast: Cast, window: Browser
) -> None:
    enter(window, session, cast.manager)
    told = "Commission on all of it is paid as for the dearest line: Annual card."
    alone = the_sale(session, cast, sell(window, cast, quantity="2"))
    assert told not in window.text(f"/sales/{alone.public_id}")
    several = the_sale(
        session,
        cast,
        sell(window, cast, **{"more-0-card_type": cast.visits.public_id, "more-0-quantity": "1"}),
    )
    assert told in window.text(f"/sales/{several.public_id}")
    assert told not in window.text(f"/sales/{several.public_id}/guest")


def test_who_books_in_a_second_tab_is_told_that_all_is_paid(
    session: Session, cast: Cast, window: Browser
) -> None:
    enter(window, session, cast.manager)
    page = f"/sales/{the_sale(session, cast, sell(window, cast)).public_id}"
    fields = {"amount": "3980", "method": "cash"}
    window.post(f"{page}/receipts", page=page, submission_key=key(), **fields)
    assert "¥3,980.00 booked." in window.text(page)
    window.post(f"{page}/receipts", page=page, submission_key=key(), **fields)
    assert "¥3,980.00 is more than" in window.text(page)


def test_the_page_says_that_less_than_the_price_is_here(
    session: Session, cast: Cast, window: Browser
) -> None:
    enter(window, session, cast.manager)
    sale = the_sale(session, cast, sell(window, cast))
    page = f"/sales/{sale.public_id}"
    told = "¥200.00 went back before all of it was paid: ¥800.00 of ¥3,980.00 is with the club"
    for amount in ("1000", "2980"):
        window.post(f"{page}/receipts", page=page, submission_key=key(), amount=amount, method="cash")
        if amount == "1000":
            assert told not in window.text(page)
            window.post(
                f"{page}/refund", page=page, submission_key=key(), amount="200", reason="先退回一部分"
            )
            shown = window.text(page)
            assert told in shown
            # The rest would start nothing either: nobody is asked for it.
            assert "Take money" not in shown
            assert "Still open" not in shown
            assert "Show the payment QR" not in shown
            assert "Still open" not in window.text(f"/receipt/{sale.guest_token}")
            assert "Days of payment" not in shown
            assert "To pay" not in window.text(f"{page}/guest")
    assert told.replace("¥800.00", "¥3,780.00") in window.text(page)
    guest = window.text(f"{page}/guest")
    assert "Everything is paid" not in guest
    assert "To pay" not in guest


@pytest.mark.parametrize(("method", "slip"), [("card", "POS-1"), ("cash", ""), ("wechat", "")])
def test_only_money_by_card_has_the_number_of_a_slip(
    session: Session, cast: Cast, window: Browser, method: str, slip: str
) -> None:
    enter(window, session, cast.manager)
    taken = {"method": method, "terminal_reference": "POS-1"}
    at_once = the_sale(session, cast, sell(window, cast, door="/sell/cash", **taken))
    later = the_sale(session, cast, sell(window, cast, phone="13900139000"))
    page = f"/sales/{later.public_id}"
    window.post(f"{page}/receipts", page=page, submission_key=key(), amount="10", **taken)
    for sale in (at_once, later):
        (payment,) = payments.of_sale(session, sale.id)
        assert payment.terminal_reference == slip


def test_the_desk_sells_for_cash_in_one_press_and_few_statements(
    session: Session, cast: Cast, window: Browser
) -> None:
    enter(window, session, cast.desk)
    consultant = session.execute(
        sa.text("SELECT public_id FROM consultant WHERE id = :id"), {"id": cast.lin.consultant_id}
    ).scalar_one()
    # As after a reception: the guest is a lead already.
    buyer = people.find_or_add(session, e164=f"+86{PHONE}", name="陈晨", actor=cast.desk, at=AT)
    intake.capture(session, person_id=buyer, source=Source.WALK_IN, actor=cast.desk, at=AT)
    session.commit()
    sell(window, cast, door="/sell/cash", phone="13900139000")  # warm
    token = re.search(r'name="csrf_token" value="([^"]+)"', window.text("/sell"))
    assert token
    form = {
        "csrf_token": token[1],
        "submission_key": key(),
        "card_type": cast.annual.public_id,
        "phone": PHONE,
        "consultant": consultant,
    }
    with statements() as sent, window.client.application.app_context():
        answer = window.client.post("/sell/cash", data=form)
    sale = the_sale(session, cast, answer)
    assert sale.balance.state is SaleState.PAID
    assert sale.consultant_id == cast.lin.consultant_id
    assert len(sent) <= 22, "\n".join(sent)
    page = window.text(f"/sales/{sale.public_id}")
    assert "林静" in page
    assert "DSP-03" in page


@pytest.fixture
def guest(session: Session, cast: Cast) -> Arrival:
    """林静's guest, in the house."""
    posts.open_shift(
        session,
        consultant_id=consultant_of(cast.lin),
        checklist=None,
        actor=cast.lin,
        at=local(10),
    )
    arrival = reception.arrive(
        session, e164=f"+86{PHONE}", name="陈晨", signals=[], actor=cast.desk, at=local(14)
    )
    session.commit()
    return arrival


def test_what_a_guest_may_still_pay_ahead_stands_beside_him_where_a_law_limits_it(
    session: Session, cast: Cast, window: Browser, guest: Arrival
) -> None:
    enter(window, session, cast.manager)
    the_sale(session, cast, sell(window, cast))
    lead = f"/leads/{session.execute(sa.text('SELECT public_id FROM lead')).scalar_one()}"
    assert "may-prepay" not in window.text("/sell")
    assert "What may still be paid ahead" not in window.text(lead)
    assert window.text(f"/sell/prepaid?guest={guest.public_id}").strip() == ""
    policies.publish(
        session,
        changes={"prepaid": {"enabled": True, "membership_amount": "5000.00"}},
        valid_from=AT.date(),
        actor=cast.manager,
        at=local(9),
    )
    session.commit()
    assert 'hx-get="/sell/prepaid"' in window.text("/sell")
    for page in (f"/sell/prepaid?guest={guest.public_id}", lead):
        text = window.text(page)
        assert "What may still be paid ahead" in text
        assert "¥1,020.00" in text
        assert "of ¥5,000" in text
    assert window.text("/sell/prepaid").strip() == ""
    assert window.get("/sell/prepaid?guest=zzzzzzzzzzzz").status_code == 404


def test_the_guest_in_the_house_is_there_to_be_chosen_and_sold_to(
    session: Session, cast: Cast, window: Browser, guest: Arrival
) -> None:
    enter(window, session, cast.lin)
    page = window.text("/sell")
    assert f'value="{guest.public_id}" checked' in page
    assert "陈晨" in page
    sale = the_sale(session, cast, sell(window, cast, phone="", name="", guest=guest.public_id))
    assert (sale.buyer, sale.reception_id) == ("陈晨", guest.reception_id)


def test_the_desk_sells_to_the_guest_of_a_consultant_in_fewer_statements(
    session: Session, cast: Cast, window: Browser, guest: Arrival
) -> None:
    enter(window, session, cast.desk)
    token = re.search(r'name="csrf_token" value="([^"]+)"', window.text("/sell"))
    assert token
    sell(window, cast, door="/sell/cash", phone="13900139000")  # warm
    form = {
        "csrf_token": token[1],
        "submission_key": key(),
        "card_type": cast.annual.public_id,
        "guest": guest.public_id,
    }
    with statements() as sent, window.client.application.app_context():
        answer = window.client.post("/sell/cash", data=form)
    sale = the_sale(session, cast, answer)
    assert (sale.consultant_id, sale.balance.state) == (cast.lin.consultant_id, SaleState.PAID)
    assert len(sent) <= 21, "\n".join(sent)


def test_a_phone_beside_a_guest_says_who_buys(
    session: Session, cast: Cast, window: Browser, guest: Arrival
) -> None:
    enter(window, session, cast.lin)
    fields = {"phone": "13900139000", "name": "陈晨的朋友", "guest": guest.public_id}
    sale = the_sale(session, cast, sell(window, cast, **fields))
    assert (sale.buyer, sale.reception_id) == ("陈晨的朋友", None)
    same = the_sale(session, cast, sell(window, cast, guest=guest.public_id))
    assert (same.buyer, same.reception_id) == ("陈晨", guest.reception_id)


def test_the_same_form_sent_twice_is_one_sale(session: Session, cast: Cast, window: Browser) -> None:
    enter(window, session, cast.desk)
    once = key()
    first = the_sale(session, cast, sell(window, cast, door="/sell/cash", submission_key=once))
    again = the_sale(session, cast, sell(window, cast, door="/sell/cash", submission_key=once))
    assert first.id == again.id
    other = sell(window, cast, door="/sell/cash", submission_key=once, phone="13900139000")
    assert other.status_code in (302, 303)
    assert "/sales/" not in other.headers["Location"]
    count = session.execute(sa.text("SELECT count(*) FROM sale")).scalar_one()
    assert count == 1


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("price", "-5", "Enter an amount"),
        ("price", "1e5", "Enter an amount"),
        ("price", "39.805", "Enter an amount"),
        ("price", "٣٩٨٠", "Enter an amount"),
        ("price", "9" * 400, "Enter an amount"),
        ("price", "NaN", "Enter an amount"),
        ("phone", "12", "phone"),
        ("phone", "x" * 10_000, "phone"),
        ("phone", "", "Choose a guest"),
        ("name", "名" * 200, "at most"),
        ("quantity", "x", "Enter a whole number"),
        ("quantity", "-1", "Enter a whole number"),
        ("quantity", "1e3", "Enter a whole number"),
        ("quantity", "0", "From 1 to"),
        ("card_type", "", "Choose a card"),
        ("kind", "gift", "Not a valid choice"),
        ("submission_key", "x", "marked fields"),
    ],
)
def test_what_cannot_be_meant_is_said_at_its_field_and_kept(
    session: Session, cast: Cast, window: Browser, field: str, text: str, sentence: str
) -> None:
    enter(window, session, cast.lin)
    answer = sell(window, cast, **{field: text})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert sentence in page
    assert page.count('class="error"') <= 1  # the first thing that is wrong with a field, not all of them
    if field != "phone":
        assert PHONE in page
    assert session.execute(sa.text("SELECT count(*) FROM sale")).scalar_one() == 0


@pytest.mark.parametrize("price", ["3,980", "３９８０.００", "¥3980", " 3980.00 "])
def test_amounts_are_read_as_people_write_them(
    session: Session, cast: Cast, window: Browser, price: str
) -> None:
    enter(window, session, cast.lin)
    assert str(the_sale(session, cast, sell(window, cast, price=price)).balance.price) == "3980.00"


def test_a_price_beyond_ones_authority_is_refused_with_the_way_out(
    session: Session, cast: Cast, window: Browser
) -> None:
    enter(window, session, cast.lin)
    answer = sell(window, cast, price="3979.99")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "below what you may give" in page
    assert 'value="3979.99"' in page
    assert session.execute(sa.text("SELECT count(*) FROM sale")).scalar_one() == 0


@pytest.mark.parametrize("field", ["card_type", "guest", "consultant"])
@pytest.mark.parametrize("code", ["nosuchthing2", "'; DROP", "\x00"])
def test_codes_of_nothing_here_are_not_found(
    session: Session, cast: Cast, window: Browser, field: str, code: str
) -> None:
    enter(window, session, cast.desk)
    assert sell(window, cast, door="/sell/cash", **{field: code}).status_code in (404, 422)


def test_another_clubs_sale_is_not_there(session: Session, cast: Cast, window: Browser) -> None:
    enter(window, session, cast.lin)
    sale = the_sale(session, cast, sell(window, cast))
    window.post("/sign-out", page="/sell")
    enter(window, session, cast.other_manager)
    for path in ("", "/guest", "/receipt", "/live", "/guest/live"):
        assert window.get(f"/sales/{sale.public_id}{path}").status_code == 404
    for path in ("/receipts", "/link"):
        fields = {"submission_key": key(), "amount": "1", "method": "cash", "reason": "x"}
        answer = window.post(f"/sales/{sale.public_id}{path}", page="/sell", **fields)
        assert answer.status_code == 404


def test_money_booked_twice_by_one_form_counts_once(session: Session, cast: Cast, window: Browser) -> None:
    enter(window, session, cast.manager)
    sale = the_sale(session, cast, sell(window, cast))
    fields = {"submission_key": key(), "amount": "200", "method": "cash"}
    for _press in range(2):
        window.post(f"/sales/{sale.public_id}/receipts", page=f"/sales/{sale.public_id}", **fields)
    fields = {"submission_key": key(), "amount": "99999", "method": "card"}
    answer = window.post(f"/sales/{sale.public_id}/receipts", page=f"/sales/{sale.public_id}", **fields)
    assert answer.status_code == 422
    assert "still open. Book at most that." in answer.get_data(as_text=True)
    assert str(queries.get(session, cast.club.id, sale.id).balance.received) == "200.00"
    bad = {"submission_key": key(), "amount": "0,0,", "method": "cheque"}
    answer = window.post(f"/sales/{sale.public_id}/receipts", page=f"/sales/{sale.public_id}", **bad)
    assert answer.status_code == 422


def test_a_guest_pays_on_the_phone_and_the_tablet_hears_of_it(
    session: Session, cast: Cast, window: Browser, app: Flask, provider: Provider
) -> None:
    enter(window, session, cast.lin)
    sale = the_sale(session, cast, sell(window, cast))
    page = f"/sales/{sale.public_id}"
    assert window.post(f"{page}/link", page=page).status_code in (302, 303)
    tablet = window.text(page)
    assert "Waiting for the payment" in tablet
    guest_view = window.text(f"{page}/guest")
    assert "Please scan with your phone to pay" in guest_view
    assert "林静" not in guest_view
    version = re.search(r'data-etag="([^"]+)"', tablet)
    assert version
    unchanged = window.get(f"{page}/live", **{"If-None-Match": f'"{version[1]}"'})
    assert unchanged.status_code == 304

    link = re.search(r'data-copy="http://localhost(/pay/[^"]+)"', tablet)
    assert link
    phone = Browser(app.test_client(), {"Accept-Language": "en"})
    assert "¥3,980.00" in phone.text(link[1])
    away = phone.get(f"{link[1]}/checkout")
    assert away.status_code == 303
    assert away.headers["Location"].startswith(provider.url)
    assert phone.get(f"{link[1]}/checkout").headers["Location"] == away.headers["Location"]
    assert "Nothing was charged" in phone.text(f"{link[1]}/cancelled")
    assert "Waiting for the payment" in phone.text(f"{link[1]}/done")

    provider.peer.pay(urlsplit(away.headers["Location"]).path.rsplit("/", 1)[1], method="wechat_pay")
    assert provider.peer.courier.drain()
    for body, signature in provider.letters:
        with app.app_context():
            answer = app.test_client().post(
                "/webhooks/stripe", data=body, headers={"Stripe-Signature": signature}
            )
        assert answer.status_code == 200
    assert window.get(f"{page}/live", **{"If-None-Match": f'"{version[1]}"'}).headers["HX-Redirect"] == page
    card = cards.of_sale(session, sale.id)
    assert card is not None
    paid = phone.text(f"{link[1]}/done")
    assert f"/card/{card.link_token}" in paid
    assert "data-poll-done" in paid
    assert phone.get(link[1]).status_code in (302, 303)
    status = phone.get(f"{link[1]}/status", Accept="application/json").get_json()
    assert status == {"status": "succeeded", "amount": "3980.00", "currency": "CNY"}
    receipt = phone.text(f"/receipt/{sale.guest_token}")
    assert "年卡" in receipt or "Annual card" in receipt
    assert "林静" not in receipt
    assert "Scan to keep your card" in window.text(f"{page}/guest")
    assert f'data-url="/card/{card.link_token}/code"' in window.text(f"{page}/guest")
    card_operations.freeze(session, card=card.public_id, actor=cast.manager, at=now())
    session.commit()
    assert "data-moving-code" not in window.text(f"{page}/guest")
    assert window.get(f"{page}/receipt").status_code == 200


def test_coming_back_from_the_provider_asks_for_the_truth_when_its_letter_is_late(
    session: Session, cast: Cast, window: Browser, app: Flask, provider: Provider
) -> None:
    enter(window, session, cast.lin)
    sale = the_sale(session, cast, sell(window, cast))
    page = f"/sales/{sale.public_id}"
    window.post(f"{page}/link", page=page)
    link = re.search(r'data-copy="http://localhost(/pay/[^"]+)"', window.text(page))
    assert link
    phone = Browser(app.test_client(), {"Accept-Language": "en"})
    away = phone.get(f"{link[1]}/checkout").headers["Location"]
    provider.peer.pay(urlsplit(away).path.rsplit("/", 1)[1])
    assert "has your payment" in phone.text(f"{link[1]}/done")
    assert queries.get(session, cast.club.id, sale.id).balance.state is SaleState.PAID


def test_money_at_the_desk_closes_the_page_on_the_phone(
    session: Session, cast: Cast, window: Browser, app: Flask, provider: Provider
) -> None:
    enter(window, session, cast.manager)
    sale = the_sale(session, cast, sell(window, cast))
    page = f"/sales/{sale.public_id}"
    window.post(f"{page}/link", page=page)
    link = re.search(r'data-copy="http://localhost(/pay/[^"]+)"', window.text(page))
    assert link
    phone = Browser(app.test_client(), {"Accept-Language": "en"})
    away = phone.get(f"{link[1]}/checkout").headers["Location"]
    fields = {"submission_key": key(), "amount": "3980", "method": "cash"}
    window.post(f"{page}/receipts", page=page, **fields)
    assert "¥3,980.00 booked." in window.text(page)
    with pytest.raises(ApiError, match="not open"):
        provider.peer.pay(urlsplit(away).path.rsplit("/", 1)[1])


def test_a_refund_the_provider_refuses_has_failed_and_says_so(
    session: Session, cast: Cast, window: Browser, app: Flask, provider: Provider
) -> None:
    enter(window, session, cast.manager)
    sale = the_sale(session, cast, sell(window, cast))
    page = f"/sales/{sale.public_id}"
    window.post(f"{page}/link", page=page)
    link = re.search(r'data-copy="http://localhost(/pay/[^"]+)"', window.text(page))
    assert link
    phone = Browser(app.test_client(), {"Accept-Language": "en"})
    away = phone.get(f"{link[1]}/checkout").headers["Location"]
    provider.peer.pay(urlsplit(away).path.rsplit("/", 1)[1])
    phone.get(f"{link[1]}/done")
    (payment,) = payments.of_sale(session, sale.id)
    assert payment.provider_payment_id is not None
    provider.gateway.refund(  # somebody was faster, at the provider itself
        refund="elsewhere", provider_payment_id=payment.provider_payment_id, amount=payment.amount
    )
    fields = {"submission_key": key(), "amount": "80", "reason": "搬家"}
    window.post(f"{page}/refund", page=f"{page}/refund", **fields)
    shown = window.text(page)
    assert "The payment provider refuses this refund." in shown
    assert "Refused by the bank" in shown
    assert str(queries.get(session, cast.club.id, sale.id).balance.refunded) == "0.00"


def test_a_link_that_is_over_says_so(session: Session, cast: Cast, window: Browser, app: Flask) -> None:
    enter(window, session, cast.lin)
    sale = the_sale(session, cast, sell(window, cast))
    page = f"/sales/{sale.public_id}"
    window.post(f"{page}/link", page=page)
    link = re.search(r'data-copy="http://localhost(/pay/[^"]+)"', window.text(page))
    assert link
    phone = Browser(app.test_client(), {"Accept-Language": "en"})
    with time_machine.travel(local(18)):
        assert "This payment link has ended" in phone.text(link[1])
        assert phone.get(f"{link[1]}/checkout").status_code == 409
    for path in ("", "/checkout", "/done", "/cancelled", "/status"):
        for token in ("nosuchlink", "%00", "x" * 3000):
            assert phone.get(f"/pay/{token}{path}").status_code == 404
    assert phone.get("/receipt/%00").status_code == 404
    assert window.get("/sales/%00").status_code == 404


def test_a_manager_refunds_with_a_reason(
    session: Session, cast: Cast, window: Browser, provider: Provider
) -> None:
    enter(window, session, cast.manager)
    sale = the_sale(session, cast, sell(window, cast, door="/sell/cash"))
    page = f"/sales/{sale.public_id}"
    assert "Refund" in window.text(page)
    fields = {"submission_key": key(), "amount": "", "reason": ""}
    assert window.post(f"{page}/refund", page=f"{page}/refund", **fields).status_code == 422
    fields = {"submission_key": key(), "amount": "80", "reason": "搬\x00家"}
    assert window.post(f"{page}/refund", page=f"{page}/refund", **fields).status_code in (302, 303)
    shown = window.text(page)
    assert "The refund is made." in shown
    assert "搬 家" in shown
    assert str(queries.get(session, cast.club.id, sale.id).balance.refunded) == "80.00"


def test_refunds_are_closed_to_those_who_do_not_answer_for_them(
    session: Session, cast: Cast, window: Browser
) -> None:
    enter(window, session, cast.desk)
    sale = the_sale(session, cast, sell(window, cast, door="/sell/cash"))
    assert window.get(f"/sales/{sale.public_id}/refund").status_code == 403


def test_the_webhook_believes_nobody_without_a_signature(client: FlaskClient, app: Flask) -> None:
    for body, headers in [
        (b"", {}),
        (b"{}", {"Stripe-Signature": "t=1,v1=0"}),
        (b"\xff" * 1000, {"Stripe-Signature": "x"}),
    ]:
        with app.app_context():
            assert client.post("/webhooks/stripe", data=body, headers=headers).status_code == 400


def test_the_days_sales_are_ones_own_for_a_consultant_and_all_for_the_desk(
    session: Session, cast: Cast, window: Browser
) -> None:
    enter(window, session, cast.lin)
    sell(window, cast)
    assert "陈晨" in window.text("/sales")
    assert "No sales on this day" in window.text("/sales?day=2026-03-01")
    assert window.get("/sales?day=x").status_code == 200
    window.post("/sign-out", page="/sell")
    enter(window, session, cast.zhou)
    assert "陈晨" not in window.text("/sales")
    window.post("/sign-out", page="/sell")
    enter(window, session, cast.desk)
    assert "陈晨" in window.text("/sales")
