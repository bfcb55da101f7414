"""Telling consultants and overseers on their devices, on both databases, with a push service of our own."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from py_vapid import Vapid02
from sqlalchemy.orm import Session

from clubsales.actor import Actor, ActorKind
from clubsales.clock import Instant
from clubsales.errors import NotFound, Refused
from clubsales.frontdesk.alerts import operations
from clubsales.frontdesk.alerts.delivery import (
    current_push,
    send_new,
    tell_of_disputes,
    tell_of_endings,
    tell_of_enquiries,
    tell_of_forms,
)
from clubsales.frontdesk.alerts.gateways import PushGateway, Sent, gateway_for
from clubsales.frontdesk.alerts.models import PushSubscriptionRow
from clubsales.frontdesk.alerts.rules import Submitted
from clubsales.frontdesk.posts import operations as posts
from clubsales.frontdesk.reception import operations as reception
from clubsales.frontdesk.reception.rules import Outcome
from clubsales.leads.claims import operations as claims
from clubsales.leads.disputes import operations as disputes
from clubsales.leads.intake import enquiring
from clubsales.leads.intake import operations as intake
from clubsales.leads.intake.rules import Source
from clubsales.leads.people import operations as people
from clubsales.membership.cards import queries as cards
from clubsales.membership.contracts import operations as contracts
from clubsales.membership.payments.rules import Method
from clubsales.membership.reservations import operations as reservations
from clubsales.membership.returns import operations as returns
from clubsales.membership.sales import operations as sales
from clubsales.membership.sales.models import SaleRow
from clubsales.money import Currency, Money
from tests.builders import Cast, consultant_of, local, yuan
from tests.cards import a_door, a_person
from tests.conftest import settings_for
from tests.integration.frontdesk.push_service import PushService, Subscriber, decoded, push_service
from tests.integration.leads.disputes.argued import Argued
from tests.integration.membership.contracting import a_form, a_sale
from tests.statements import statements

AT = local(10)


@pytest.fixture
def service() -> Iterator[PushService]:
    with push_service() as running:
        yield running


def listens(session: Session, actor: Actor, service: PushService, path: str = "/one") -> Subscriber:
    subscriber = Subscriber(service.url + path)
    session.execute(sa.text("UPDATE account SET locale = 'en' WHERE id = :id"), {"id": actor.account_id})
    operations.subscribe(
        session, submitted=Submitted.read(subscriber.sent()), loopback=True, actor=actor, at=AT
    )
    session.commit()
    return subscriber


def opens(session: Session, *actors: Actor) -> None:
    for actor in actors:
        posts.open_shift(
            session,
            consultant_id=consultant_of(actor),
            checklist=None,
            actor=actor,
            at=local(9),
        )
    session.commit()


def arrives(
    session: Session, cast: Cast, name: str = "陈先生", *, by: Actor | None = None
) -> reception.Arrival:
    arrival = reception.arrive(session, e164="+8613800138000", name=name, actor=by or cast.desk, at=AT)
    session.commit()
    return arrival


def test_a_consultant_is_told_of_his_guest_and_only_he_can_read_it(
    session: Session, cast: Cast, service: PushService
) -> None:
    opens(session, cast.lin, cast.zhou)
    mine = listens(session, cast.lin, service)
    other = listens(session, cast.zhou, service, "/two")
    send_new(AT)  # from here on there is news
    guest = arrives(session, cast)
    assert send_new(AT) == 1
    (message,) = service.arrived
    assert message.path == "/one"
    said = mine.read(message.body)
    assert (
        said
        == {
            "title": "林静, a guest is yours",
            "body": "The guest is at the desk.",
            "url": "/floor",
            "tag": guest.public_id,
        }
        or said["url"] == "/floor"
    )
    assert "陈先生" not in json.dumps(said, ensure_ascii=False)
    assert "138" not in said["title"] + said["body"]
    with pytest.raises(Exception):  # noqa: B017  whichever way the cipher says no
        other.read(message.body)


def test_a_holder_is_told_once_that_protections_of_his_end_soon(
    session: Session, cast: Cast, service: PushService
) -> None:
    mine = listens(session, cast.ma, service)
    listens(session, cast.manager, service, "/two")
    for _lead in range(2):
        person_id = people.find_or_add(session, e164=None, name="陈先生", actor=cast.desk, at=AT)
        intake.capture(session, person_id=person_id, source=Source.PHONE, actor=cast.desk, at=AT)
        claims.claim(session, person_id=person_id, consultant_id=consultant_of(cast.ma), actor=cast.ma, at=AT)
    session.commit()
    assert tell_of_endings(local(12, day=20)) == 0
    session.commit()
    assert tell_of_endings(local(12, day=21)) == 1
    session.commit()
    (message,) = service.arrived
    said = mine.read(message.body)
    assert said["title"] == "马超, leads of yours will be free soon"
    assert said["url"] == "/leads/list?view=ending"
    assert "陈先生" not in json.dumps(said, ensure_ascii=False)
    assert tell_of_endings(local(12, day=22)) == 0


def test_who_is_concerned_hears_of_a_dispute_without_a_word_of_it(
    session: Session, cast: Cast, service: PushService
) -> None:
    mine = listens(session, cast.zhou, service)
    listens(session, cast.manager, service, "/two")
    argued = Argued(session, cast, name="陈先生")
    public_id = argued.open(words="他先来找我", at=AT)
    disputes.state(session, public_id=public_id, words="还有聊天记录", actor=cast.lin, at=AT)
    session.commit()
    assert tell_of_disputes(AT) == 1
    (message,) = service.arrived
    said = mine.read(message.body)
    assert said["title"] == "周倩, there is news of a dispute"
    assert (said["url"], said["tag"]) == (f"/disputes/{public_id}", public_id)
    # There is a day to object: whoever is asleep hears of it in the morning.
    assert int(message.headers["TTL"]) == timedelta(hours=24).total_seconds()
    assert "陈先生" not in json.dumps(said, ensure_ascii=False)
    assert "聊天" not in json.dumps(said, ensure_ascii=False)
    session.commit()
    assert tell_of_disputes(AT) == 0


def asks_on_the_website(session: Session, cast: Cast, e164: str = "+8613800138000", at: Instant = AT) -> None:
    visitor = Actor(kind=ActorKind.GUEST, club=cast.club, name="website")
    enquiring.enquire(
        session,
        e164=e164,
        name="陈先生",
        interest="",
        line="官网",
        next_step="回电",
        source_id=None,
        actor=visitor,
        at=at,
    )
    session.commit()


def reserves(session: Session, cast: Cast) -> str:
    """Lin files a form for a place."""
    guest = people.find_or_add(session, e164="+8613800138000", name="陈先生", actor=cast.lin, at=AT)
    public_id = reservations.file(
        session,
        card_type_id=cast.annual.id,
        person_id=guest,
        consultant_id=consultant_of(cast.lin),
        charges_shown=True,
        actor=cast.lin,
        at=AT,
    )
    session.commit()
    return public_id


def approves(session: Session, public_id: str, *actors: Actor) -> None:
    for actor in actors:
        reservations.answer(session, public_id=public_id, approved=True, actor=actor, at=AT)
    session.commit()


def test_whose_turn_it_is_to_approve_hears_of_the_form_and_nobody_before_him(
    session: Session, cast: Cast, service: PushService
) -> None:
    finance = listens(session, cast.finance, service, "/finance")
    manager = listens(session, cast.manager, service, "/manager")
    listens(session, cast.lin, service, "/lin")
    public_id = reserves(session, cast)
    assert tell_of_forms(AT) == 1
    said = finance.read(service.arrived[0].body)
    assert service.arrived[0].path == "/finance"
    assert (said["url"], said["tag"]) == (f"/reservations/{public_id}", public_id)
    assert "陈先生" not in json.dumps(said, ensure_ascii=False)
    approves(session, public_id, cast.finance)
    assert tell_of_forms(AT) == 1
    assert service.arrived[1].path == "/manager"
    assert manager.read(service.arrived[1].body)["title"] == "吴经理, a reservation waits for you"
    approves(session, public_id, cast.manager)
    assert tell_of_forms(AT) == 0


def test_a_form_answered_meanwhile_rings_no_more(session: Session, cast: Cast, service: PushService) -> None:
    listens(session, cast.finance, service, "/finance")
    listens(session, cast.manager, service, "/manager")
    public_id = reserves(session, cast)
    approves(session, public_id, cast.finance, cast.manager)
    assert tell_of_forms(AT) == 0
    reserves(session, cast)
    assert tell_of_forms(AT + timedelta(hours=25)) == 0


def test_the_manager_hears_of_a_withdrawal_and_finance_of_his_consent(
    session: Session, cast: Cast, service: PushService
) -> None:
    public_id = reserves(session, cast)
    approves(session, public_id, cast.finance, cast.manager)
    reservations.take_deposit(
        session, public_id=public_id, amount=yuan("100.00"), method=Method.CASH, actor=cast.finance, at=AT
    )
    session.commit()
    tell_of_forms(AT)
    listens(session, cast.finance, service, "/finance")
    listens(session, cast.manager, service, "/manager")
    reservations.ask_withdrawal(session, public_id=public_id, reason="搬家", actor=cast.lin, at=AT)
    session.commit()
    assert tell_of_forms(AT) == 1
    reservations.consent(session, public_id=public_id, agreed=True, actor=cast.manager, at=AT)
    session.commit()
    assert tell_of_forms(AT) == 1
    assert [each.path for each in service.arrived] == ["/manager", "/finance"]


def test_a_contract_and_a_request_for_money_back_ring_as_well(
    session: Session, cast: Cast, service: PushService
) -> None:
    finance = listens(session, cast.finance, service, "/finance")
    public_id = a_form(session, cast)
    contracts.submit(session, public_id=public_id, actor=cast.lin, at=AT)
    session.commit()
    assert tell_of_forms(AT) == 1
    assert finance.read(service.arrived[0].body)["url"] == f"/contracts/{public_id}"
    sale_id = a_sale(session, cast, person_id=a_person(session, cast, e164="+8613800138001"))
    sale = session.get_one(SaleRow, sale_id)
    price = Money(sale.price_minor, Currency(sale.currency))
    sales.book_receipt(session, sale_id=sale_id, amount=price, method=Method.CASH, actor=cast.finance, at=AT)
    card = cards.of_sale(session, sale_id)
    assert card is not None
    request = returns.ask(session, card=card, reason="搬家", actor=cast.lin, at=AT)
    session.commit()
    manager = listens(session, cast.manager, service, "/manager")
    assert tell_of_forms(AT) == 1
    assert manager.read(service.arrived[1].body)["url"] == f"/returns/{request}"


def test_who_is_on_post_and_who_oversees_hear_of_an_enquiry_that_nobody_holds(
    session: Session, cast: Cast, service: PushService
) -> None:
    opens(session, cast.lin)
    supervisor = listens(session, cast.supervisor, service, "/supervisor")
    for actor, path in ((cast.lin, "/lin"), (cast.manager, "/manager"), (cast.zhou, "/off")):
        listens(session, actor, service, path)
    listens(session, cast.other_manager, service, "/elsewhere")
    for e164 in ("+8613800138000", "+8613800138001"):
        asks_on_the_website(session, cast, e164)
    assert tell_of_enquiries(AT) == 3  # a browser rings once, however many asked
    assert {message.path for message in service.arrived} == {"/supervisor", "/lin", "/manager"}
    said = supervisor.read(next(each.body for each in service.arrived if each.path == "/supervisor"))
    assert said["title"] == "孙主管, somebody asks for a call"
    assert (said["url"], said["tag"]) == ("/leads", "enquiry")
    assert "陈先生" not in json.dumps(said, ensure_ascii=False)
    session.commit()
    assert tell_of_enquiries(AT) == 0


def test_whoever_holds_the_lead_alone_hears_of_the_enquiry(
    session: Session, cast: Cast, service: PushService
) -> None:
    for actor, path in ((cast.ma, "/ma"), (cast.manager, "/manager")):
        listens(session, actor, service, path)
    person_id = people.find_or_add(session, e164="+8613800138000", name="", actor=cast.desk, at=AT)
    intake.capture(session, person_id=person_id, source=Source.PHONE, actor=cast.desk, at=AT)
    claims.claim(session, person_id=person_id, consultant_id=consultant_of(cast.ma), actor=cast.ma, at=AT)
    asks_on_the_website(session, cast)
    assert tell_of_enquiries(AT) == 1
    assert [message.path for message in service.arrived] == ["/ma"]


def test_an_enquiry_of_the_night_rings_when_the_club_opens(
    session: Session, cast: Cast, service: PushService
) -> None:
    listens(session, cast.manager, service)
    asks_on_the_website(session, cast, at=local(3))
    assert tell_of_enquiries(local(3)) == 0
    session.commit()
    assert tell_of_enquiries(local(12)) == 1


def test_the_push_service_sees_who_we_are_and_nothing_else(
    session: Session, cast: Cast, service: PushService
) -> None:
    opens(session, cast.lin)
    listens(session, cast.lin, service)
    send_new(AT)
    arrives(session, cast)
    send_new(AT)
    headers = service.arrived[0].headers
    assert headers["Content-Encoding"] == "aes128gcm"
    assert headers["Urgency"] == "high"
    assert 0 < int(headers["TTL"]) <= 120
    assert Vapid02.verify(headers["Authorization"])
    fields = dict(part.split("=", 1) for part in headers["Authorization"].removeprefix("vapid ").split(","))
    assert fields["k"] == current_push().public_key
    head, claims, _signature = fields["t"].split(".")
    assert json.loads(decoded(head))["alg"] == "ES256"
    told = json.loads(decoded(claims))
    assert told["aud"] == service.url
    assert told["sub"].startswith(("mailto:", "https://"))
    assert AT.timestamp() < told["exp"] <= (AT + timedelta(hours=24)).timestamp()


def test_nothing_is_told_twice_and_nothing_of_before(
    session: Session, cast: Cast, service: PushService
) -> None:
    opens(session, cast.lin)
    arrives(session, cast)
    listens(session, cast.lin, service)
    assert send_new(AT) == 0
    assert send_new(AT) == 0
    assert service.arrived == []


def test_news_that_is_old_is_passed_over(session: Session, cast: Cast, service: PushService) -> None:
    opens(session, cast.lin)
    listens(session, cast.lin, service)
    send_new(AT)
    arrives(session, cast)
    assert send_new(AT + timedelta(minutes=3)) == 0
    assert send_new(AT) == 0


def test_a_guest_seen_out_meanwhile_is_told_to_nobody(
    session: Session, cast: Cast, service: PushService
) -> None:
    opens(session, cast.lin)
    listens(session, cast.lin, service)
    send_new(AT)
    guest = arrives(session, cast)
    reception.see_out(session, reception_id=guest.reception_id, outcome=Outcome.LEFT, actor=cast.desk, at=AT)
    session.commit()
    assert send_new(AT) == 0


def test_overseers_are_told_when_a_guest_waits_in_their_own_language(
    session: Session, cast: Cast, service: PushService
) -> None:
    supervisor = listens(session, cast.supervisor, service, "/supervisor")
    listens(session, cast.lin, service, "/lin")
    listens(session, cast.desk, service, "/desk")
    listens(session, cast.other_manager, service, "/elsewhere")
    send_new(AT)
    arrives(session, cast)
    assert send_new(AT) == 1
    (message,) = service.arrived
    said = supervisor.read(message.body)
    assert said["title"] == "孙主管, a guest is waiting"
    assert said["url"] == "/desk"


def test_nobody_is_told_what_he_decided_himself(session: Session, cast: Cast, service: PushService) -> None:
    listens(session, cast.manager, service)
    send_new(AT)
    arrives(session, cast, by=cast.manager)
    assert send_new(AT) == 0


def test_a_browser_that_is_gone_is_asked_no_more_and_a_sick_service_stops_nobody(
    session: Session, cast: Cast, service: PushService
) -> None:
    opens(session, cast.lin)
    listens(session, cast.lin, service, "/gone")
    listens(session, cast.lin, service, "/sick")
    listens(session, cast.lin, service, "/moved")
    listens(session, cast.lin, service, "/well")
    service.answers |= {"/gone": 410, "/sick": 500, "/moved": 302}
    send_new(AT)
    arrives(session, cast)
    assert send_new(AT) == 1
    assert {each.path for each in service.arrived} == {"/gone", "/sick", "/moved", "/well"}
    session.expire_all()
    ended = session.scalars(
        sa.select(PushSubscriptionRow.endpoint).where(PushSubscriptionRow.ended_at.is_not(None))
    ).all()
    assert ended == [f"{service.url}/gone"]


def test_whoever_left_the_house_is_told_nothing(session: Session, cast: Cast, service: PushService) -> None:
    opens(session, cast.lin)
    listens(session, cast.lin, service)
    send_new(AT)
    arrives(session, cast)
    session.execute(sa.text("UPDATE account SET active = false WHERE id = :id"), {"id": cast.lin.account_id})
    session.commit()
    assert send_new(AT) == 0


def test_a_quiet_second_is_one_statement(session: Session, cast: Cast, service: PushService) -> None:
    opens(session, cast.lin)
    listens(session, cast.lin, service)
    send_new(AT)
    with statements() as run:
        send_new(AT)
    assert len([each for each in run if each.startswith("SELECT")]) == 1
    assert not [each for each in run if each.startswith(("INSERT", "UPDATE"))]


def test_switched_on_twice_is_once_and_a_colleague_takes_the_browser_over(
    session: Session, cast: Cast, service: PushService
) -> None:
    subscriber = Subscriber(service.url + "/tablet")
    sent = Submitted.read(subscriber.sent())

    def on(actor: Actor) -> int:
        return operations.subscribe(session, submitted=sent, loopback=True, actor=actor, at=AT)

    assert on(cast.lin) == on(cast.lin) == on(cast.zhou)
    operations.unsubscribe(session, endpoint=sent.endpoint, actor=cast.lin, at=AT)
    row = session.scalars(sa.select(PushSubscriptionRow)).one()
    assert (row.account_id, row.ended_at) == (cast.zhou.account_id, None)
    operations.unsubscribe(session, endpoint=sent.endpoint, actor=cast.zhou, at=AT)
    operations.unsubscribe(session, endpoint=sent.endpoint, actor=cast.zhou, at=AT)
    assert row.ended_at == AT
    on(cast.zhou)
    assert row.ended_at is None
    tags = session.execute(sa.text("SELECT tag FROM audit_event WHERE tag LIKE 'alerts:%' ORDER BY id"))
    assert [tag for (tag,) in tags] == [
        *("alerts:switched_on", "alerts:switched_on", "alerts:switched_off", "alerts:switched_on")
    ]


def test_a_device_and_an_inner_address_are_told_nothing(
    session: Session, cast: Cast, service: PushService
) -> None:
    sent = Submitted.read(Subscriber(service.url).sent())
    with pytest.raises(NotFound):
        operations.subscribe(session, submitted=sent, loopback=True, actor=a_door(cast.club, 1), at=AT)
    with pytest.raises(Refused):
        operations.subscribe(session, submitted=sent, actor=cast.lin, at=AT)


def test_the_gateway_itself_goes_to_no_inner_address(
    app: Flask, service: PushService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when a harmless name leads there: the connection is looked at before a byte is sent."""
    sent = Submitted.read(Subscriber(f"{service.url}/x").sent())
    gateway = PushGateway(secret="s", contact="mailto:a@example.com")

    def send(endpoint: str) -> Sent:
        return gateway.send(
            endpoint=endpoint,
            key=sent.key,
            secret=sent.secret,
            message={"title": "x"},
            lasts=timedelta(seconds=90),
            at=AT,
        )

    assert send(sent.endpoint) is Sent.FAILED
    port = int(service.url.rpartition(":")[2])
    monkeypatch.setattr("socket.getaddrinfo", lambda *_a, **_k: [(2, 1, 6, "", ("127.0.0.1", port))])
    assert send("https://push.example.com/x") is Sent.FAILED
    assert service.arrived == []


def test_one_key_for_an_installation_and_a_contact_that_services_accept(tmp_path: object) -> None:
    def made(**changes: object) -> PushGateway:
        return gateway_for(settings_for("sqlite://", tmp_path, **changes))  # type: ignore[arg-type]

    assert made().public_key == made().public_key
    assert made(secret_key="another").public_key != made().public_key
    assert len(decoded(made().public_key)) == 65
    assert made(public_url="https://club.example.com").contact == "https://club.example.com"
    assert made(public_url="http://127.0.0.1:8000").contact == "mailto:clubsales@127.0.0.1"
    assert "another" not in repr(made(secret_key="another"))
