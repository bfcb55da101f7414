"""Whose the credit would be is told where somebody works with a guest: at the desk, on My floor, while selling, on a sale."""

from collections.abc import Iterator

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.auth import devices
from clubsales.auth.cookies import DEVICE_COOKIE
from clubsales.auth.rules import DevicePurpose
from clubsales.consultants.profiles import queries as profiles
from clubsales.frontdesk.reception import operations as reception
from clubsales.frontdesk.reception import queries as receptions
from clubsales.frontdesk.reception.rules import Outcome
from clubsales.ids import PersonID, ReceptionID
from clubsales.leads.claims import operations as claims
from clubsales.leads.disclosures import pages as disclosures
from clubsales.leads.followups import operations as followups
from clubsales.leads.followups.rules import Channel, ContactOutcome
from clubsales.leads.touches.rules import Signal, SignalKind
from clubsales.membership.members import operations as members
from clubsales.membership.payments.rules import Method
from clubsales.membership.sales import operations as sales
from clubsales.membership.sales import queries as sale_queries
from clubsales.membership.sales.rules import SaleKind
from tests.builders import Cast, consultant_of, local, yuan
from tests.cards import a_sale
from tests.integration.auth.support import Browser, let_in
from tests.integration.leads.support import a_lead, on_shift, set_policy
from tests.statements import statements

AT = local(14)
PHONE = "+8613800138000"
# Who asks; the guest with whether he is a member; the policy; his visits; what was written about him; names.
FOR_THE_GUEST = 6


@pytest.fixture(autouse=True)
def afternoon() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


def enter(client: FlaskClient, session: Session, who: Actor, name: str) -> Browser:
    let_in(session, who)
    session.commit()
    window = Browser(client, {"Accept-Language": "en"})
    window.sign_in(name)
    return window


def followed_up(session: Session, cast: Cast, *, day: int = 3) -> PersonID:
    """A lead whom Ma called."""
    person_id = a_lead(session, cast.desk, e164=PHONE, name="陈晨")
    followups.log_contact(
        session,
        person_id=person_id,
        consultant_id=consultant_of(cast.ma),
        channel=Channel.CALL,
        outcome=ContactOutcome.ANSWERED,
        actor=cast.ma,
        at=local(10, day=day),
    )
    return person_id


def comes(session: Session, cast: Cast, *signals: Signal) -> ReceptionID:
    """The guest is received by whoever is on post."""
    return reception.arrive(
        session, e164=PHONE, signals=signals, actor=cast.desk, at=local(13, 50)
    ).reception_id


def public_id(session: Session, cast: Cast, guest: ReceptionID) -> str:
    return receptions.get(session, cast.club.id, guest).public_id


def test_at_the_desk_both_parts_are_told_with_what_would_change_them(
    session: Session, cast: Cast, client: FlaskClient
) -> None:
    on_shift(session, cast.lin, local(9))
    followed_up(session, cast)
    guest = public_id(session, cast, comes(session, cast))
    desk = enter(client, session, cast.desk, "qiantai")
    page = desk.text(f"/desk?received={guest}")
    assert f"/credit/likely?guest={guest}" in page
    desk.text(f"/credit/likely?guest={guest}")  # what is read once in a process is read
    with client.application.app_context(), statements() as sent:
        told = client.get(f"/credit/likely?guest={guest}", headers={"Accept-Language": "en"})
    assert len(sent) == FOR_THE_GUEST, "\n".join(sent)
    text = told.get_data(as_text=True)
    for words in ("马超", "70 %", "林静", "30 %", "DSP-06", "What would change that", "gift coupon"):
        assert words in text
    assert "陈晨" not in text
    assert "138" not in text


def test_a_consultant_who_sells_is_told_of_his_own_part(
    session: Session, cast: Cast, client: FlaskClient
) -> None:
    on_shift(session, cast.lin, local(9))
    guest = public_id(session, cast, comes(session, cast))
    window = enter(client, session, cast.zhou, "zhouqian")
    with client.application.app_context(), statements() as sent:
        told = client.get(f"/credit/likely?selling=1&guest={guest}", headers={"Accept-Language": "en"})
    assert len(sent) == FOR_THE_GUEST, "\n".join(sent)
    assert "周倩" in told.get_data(as_text=True)
    as_lin = profiles.get(session, cast.club.id, consultant_of(cast.lin)).public_id
    assert "林静" in window.text(f"/credit/likely?guest={guest}&consultant={as_lin}")


def test_no_guest_is_no_answer_and_a_guest_who_left_neither(
    session: Session, cast: Cast, client: FlaskClient
) -> None:
    on_shift(session, cast.lin, local(9))
    guest = comes(session, cast)
    reception.see_out(session, reception_id=guest, outcome=Outcome.BE_BACK, actor=cast.desk, at=local(13, 59))
    desk = enter(client, session, cast.desk, "qiantai")
    assert desk.text("/credit/likely").strip() == ""
    assert desk.text(f"/credit/likely?guest={public_id(session, cast, guest)}").strip() == ""


def test_another_clubs_guest_is_unknown(session: Session, cast: Cast, client: FlaskClient) -> None:
    on_shift(session, cast.lin, local(9))
    guest = public_id(session, cast, comes(session, cast))
    window = enter(client, session, cast.other_manager, "biejia")
    assert window.get(f"/credit/likely?guest={guest}").status_code == 404
    desk = enter(client, session, cast.desk, "qiantai")
    for foreign in ("aaaaaaaaaaaa", "!", "x" * 500):
        assert desk.get(f"/credit/likely?guest={guest}&consultant={foreign}").status_code == 404
        assert desk.get(f"/credit/likely?guest={foreign}").status_code == 404


def test_a_screen_on_the_wall_does_not_ask(session: Session, cast: Cast, client: FlaskClient) -> None:
    on_shift(session, cast.lin, local(9))
    guest = public_id(session, cast, comes(session, cast))
    screen = devices.enrol_device(
        session, name="休息室", purpose=DevicePurpose.SCREEN, actor=cast.manager, at=AT
    )
    session.commit()
    client.set_cookie(DEVICE_COOKIE, screen.token)
    assert client.get(f"/credit/likely?guest={guest}").status_code == 403


def test_a_guest_nobody_has_received_yet_is_whoevers_takes_the_payment(
    session: Session, cast: Cast, client: FlaskClient
) -> None:
    guest = public_id(session, cast, comes(session, cast))
    desk = enter(client, session, cast.desk, "qiantai")
    assert "Whoever takes the payment" in desk.text(f"/credit/likely?guest={guest}")


def test_a_member_is_whoever_receives_the_first_payment(
    session: Session, cast: Cast, client: FlaskClient
) -> None:
    on_shift(session, cast.lin, local(9))
    person_id = a_lead(session, cast.desk, e164=PHONE)
    sale = a_sale(session, cast, cast.annual, person_id=person_id, at=local(9, day=1))
    members.enrol(session, person_id=person_id, sale_id=sale, actor=cast.desk, at=local(9, day=1))
    guest = public_id(session, cast, comes(session, cast, Signal(SignalKind.NAME, consultant_of(cast.zhou))))
    desk = enter(client, session, cast.desk, "qiantai")
    text = desk.text(f"/credit/likely?guest={guest}")
    assert "DSP-02" in text
    assert "周倩" not in text


def test_a_sale_tells_it_until_the_first_payment_and_never_the_guest(
    session: Session, cast: Cast, client: FlaskClient
) -> None:
    on_shift(session, cast.lin, local(9))
    person_id = followed_up(session, cast)
    guest = comes(session, cast)
    sale_id = sales.open_sale(
        session,
        card_type_id=cast.annual.id,
        price=None,
        kind=SaleKind.NEW,
        person_id=person_id,
        reception_id=guest,
        consultant_id=consultant_of(cast.lin),
        actor=cast.lin,
        at=AT,
    )
    sale = sale_queries.get(session, cast.club.id, sale_id).public_id
    window = enter(client, session, cast.lin, "linjing")
    page = window.text(f"/sales/{sale}")
    for words in ("If the guest paid now", "马超", "DSP-06", "What would change that"):
        assert words in page
    assert "马超" not in window.text(f"/sales/{sale}/guest")
    sales.book_receipt(
        session, sale_id=sale_id, amount=yuan("100.00"), method=Method.CASH, actor=cast.desk, at=AT
    )
    session.commit()
    page = window.text(f"/sales/{sale}")
    assert "If the guest paid now" not in page
    assert "Is the buyer a member? No." in page


def test_the_sell_page_asks_for_the_guest_that_is_chosen(
    session: Session, cast: Cast, client: FlaskClient
) -> None:
    on_shift(session, cast.lin, local(9))
    comes(session, cast)
    window = enter(client, session, cast.lin, "linjing")
    assert "/credit/likely?selling=1" in window.text("/sell")
    assert "/credit/likely?guest=" in window.text("/floor")


def test_asking_about_a_phone_tells_what_would_change_the_credit(session: Session, cast: Cast) -> None:
    """A's lead until a day: whoever asks may not claim it, but may be paid; and what would change that."""
    on_shift(session, cast.zhou, local(9, day=1))
    person_id = followed_up(session, cast)
    claims.claim(
        session,
        person_id=person_id,
        consultant_id=consultant_of(cast.zhou),
        actor=cast.zhou,
        at=local(9, day=2),
    )
    found = disclosures.answer(session, e164=PHONE, actor=cast.lin, at=AT)
    assert [change.when.code for change in found.changes] == [
        "attribution.if_named",
        "attribution.if_coupon",
        "attribution.if_runs_out",
    ]
    assert [part.name for part in found.changes[1].parts] == ["林静"]
    set_policy(session, cast, {"designation": {"owned_lead": "designate"}})
    found = disclosures.answer(session, e164=PHONE, actor=cast.lin, at=AT)
    assert [change.when.code for change in found.changes] == ["attribution.if_named"]
