"""My card on the member's phone and the card's page for staff, on both databases."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from clubsales.membership.cards import operations, queries
from clubsales.membership.cards.queries import CardView
from tests.builders import Cast, local
from tests.cards import a_card, a_door, a_person, moving_code, scan_at
from tests.integration.auth.support import Browser, let_in

AT = local(14, 20)
PHONE = "+8613800138000"


@pytest.fixture(autouse=True)
def afternoon() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def card(session: Session, cast: Cast) -> CardView:
    person_id = a_person(session, cast, name="陈晨", e164=PHONE)
    made = a_card(session, cast, cast.annual, at=AT, person_id=person_id)
    session.commit()
    return made


@pytest.fixture
def phone(app: Flask) -> Browser:
    return Browser(app.test_client(), {"Accept-Language": "en"})


@pytest.fixture
def desk(session: Session, cast: Cast, app: Flask) -> Browser:
    let_in(session, cast.desk, cast.lin, cast.other_manager)
    browser = Browser(app.test_client(), {"Accept-Language": "en"})
    browser.sign_in("qiantai")
    return browser


def test_my_card_shows_the_code_and_nothing_internal(phone: Browser, card: CardView) -> None:
    text = phone.text(f"/card/{card.link_token}")
    assert "data-moving-code" in text
    assert "<svg" in text
    assert "陈晨" in text
    assert "Annual card" in text
    assert 'class="rail"' not in text
    assert "138" not in text


def test_the_phone_gets_the_next_code_before_the_old_one_runs_out(phone: Browser, card: CardView) -> None:
    svgs = []
    for seconds, left in ((0, 60), (54, 6), (56, 64), (60, 60), (120, 60)):
        with time_machine.travel(AT + timedelta(seconds=seconds), tick=False):
            answer = phone.get(f"/card/{card.link_token}/code")
        assert answer.status_code == 200
        assert answer.json is not None
        assert (answer.json["seconds"], answer.json["left"]) == (60, left)
        svgs.append(answer.json["svg"])
    assert svgs[0] == svgs[1]
    assert svgs[2] == svgs[3]
    assert len(set(svgs)) == 3


@pytest.mark.parametrize("address", ["/card/{}", "/card/{}/code"])
@pytest.mark.parametrize("token", ["x", "a" * 43, "a" * 3000, "%00", "..", "%E5%8D%A1", "%FF"])
def test_a_guessed_link_finds_nothing(phone: Browser, cast: Cast, address: str, token: str) -> None:
    assert phone.get(address.format(token)).status_code == 404


def test_a_card_that_does_not_open_says_why_and_shows_no_code(
    session: Session, cast: Cast, phone: Browser, card: CardView
) -> None:
    operations.freeze(session, card=card.public_id, actor=cast.desk, at=AT)
    session.commit()
    page = phone.get(f"/card/{card.link_token}")
    assert page.status_code == 200
    text = page.get_data(as_text=True)
    assert "frozen" in text
    assert "data-moving-code" not in text
    code = phone.get(f"/card/{card.link_token}/code", Accept="application/json")
    assert code.status_code == 409
    assert code.json is not None
    assert code.json["code"] == "card.frozen"


def test_an_unpaid_card_shows_no_code(session: Session, cast: Cast, phone: Browser) -> None:
    card = a_card(session, cast, cast.visits, at=AT, paid=False)
    session.commit()
    assert "data-moving-code" not in phone.text(f"/card/{card.link_token}")


def test_the_link_token_is_on_no_page_of_the_desk_but_the_cards_own(desk: Browser, card: CardView) -> None:
    assert card.link_token in desk.text(f"/cards/{card.public_id}")
    assert card.link_token not in desk.text(f"/cards?phone={PHONE.replace('+', '%2B')}")


def test_reception_prints_a_code_and_withdraws_it(session: Session, desk: Browser, card: CardView) -> None:
    page = f"/cards/{card.public_id}"
    paper = desk.post(f"{page}/codes", page=page)
    assert paper.status_code in (302, 303)
    text = desk.text(paper.location)
    assert "card-print" in text
    assert "<svg" in text
    assert desk.get(paper.location).status_code == 200  # printed again
    desk.post(f"{page}/codes/revoke", page=page)
    assert all(code.revoked_at for code in queries.printed_codes(session, card.id))
    assert desk.get(paper.location).status_code == 404
    refused = desk.post(f"{page}/codes/revoke", page=page)
    assert refused.status_code in (302, 303)
    assert "No printed code" in desk.text(page)


def test_reception_freezes_and_ends_the_freeze(desk: Browser, card: CardView) -> None:
    page = f"/cards/{card.public_id}"
    desk.post(f"{page}/freeze", page=page)
    assert "Frozen" in desk.text(page)
    desk.post(f"{page}/unfreeze", page=page)
    assert "Active" in desk.text(page)


def test_a_card_that_is_used_up_or_over_is_not_called_active(
    session: Session, cast: Cast, desk: Browser, phone: Browser, card: CardView
) -> None:
    """CRD-12: active, frozen, expired, used up."""
    visits = a_card(session, cast, cast.visits, at=AT, visits=0)
    session.commit()

    def pills() -> list[list[str]]:
        pages = (desk.text(f"/cards/{each.public_id}") for each in (visits, card))
        mine = (phone.text(f"/card/{each.link_token}") for each in (visits, card))
        return [re.findall(r'class="pill[^>]*>([^<]+)<', page)[:1] for page in (*pages, *mine)]

    assert pills() == [["Used up"], ["Active"], ["Used up"], ["Active"]]
    with time_machine.travel(AT + timedelta(days=366), tick=False):
        desk.sign_in("qiantai")
        assert pills() == [["Expired"], ["Expired"], ["Expired"], ["Expired"]]
        assert "Expired" in desk.text(f"/cards?phone={PHONE}")


def test_the_desk_reads_how_often_a_member_comes(
    session: Session, cast: Cast, desk: Browser, card: CardView
) -> None:
    """CRD-10."""
    assert "Has not come yet" in desk.text(f"/cards/{card.public_id}")
    scan_at(session, a_door(cast.club, 1), moving_code(card, AT), AT)
    session.commit()
    text = desk.text(f"/cards/{card.public_id}")
    assert "Comes now and then" in text
    assert "1 visit in 30 days" in text
    trains = a_card(session, cast, cast.annual, at=AT, are_sessions=True)
    session.commit()
    assert "Has not come yet" not in desk.text(f"/cards/{trains.public_id}")


def test_a_new_link_ends_the_old_one(desk: Browser, phone: Browser, card: CardView) -> None:
    page = f"/cards/{card.public_id}"
    desk.post(f"{page}/link", page=page)
    assert phone.get(f"/card/{card.link_token}").status_code == 404
    fresh = re.search(r"/card/([\w-]{43})", desk.text(page))
    assert fresh
    assert phone.get(f"/card/{fresh[1]}").status_code == 200


DOORS = ("codes", "codes/revoke", "link", "freeze", "unfreeze")


@pytest.mark.parametrize("door", DOORS)
def test_a_consultant_sees_a_card_and_changes_nothing(desk: Browser, card: CardView, door: str) -> None:
    desk.post("/sign-out", page=f"/cards/{card.public_id}")
    desk.sign_in("linjing")
    page = f"/cards/{card.public_id}"
    assert desk.get(page).status_code == 200
    assert desk.post(f"{page}/{door}", page=page).status_code == 403


@pytest.mark.parametrize("door", ["", "/codes/zzzzzzzzzzzz", *(f"/{door}" for door in DOORS)])
def test_another_organisations_card_is_not_there(desk: Browser, card: CardView, door: str) -> None:
    desk.post("/sign-out", page=f"/cards/{card.public_id}")
    desk.sign_in("biejia")
    address = f"/cards/{card.public_id}{door}"
    answer = desk.get(address) if door in ("", "/codes/zzzzzzzzzzzz") else desk.post(address, page="/cards")
    assert answer.status_code == 404


def test_a_card_is_found_by_phone_however_it_is_typed(desk: Browser, card: CardView) -> None:
    for typed in ("13800138000", "138 0013 8000", "１３８００１３８０００"):
        answer = desk.get(f"/cards?phone={typed}")
        assert answer.status_code == 200
        assert f"/cards/{card.public_id}" in answer.get_data(as_text=True)


@pytest.mark.parametrize("typed", ["", "abc", "1" * 300, "%00", "1380013800"])
def test_no_phone_is_answered_with_a_sentence_and_kept(desk: Browser, card: CardView, typed: str) -> None:
    answer = desk.get(f"/cards?phone={typed}")
    assert answer.status_code == 422
    text = answer.get_data(as_text=True)
    assert 'aria-invalid="true"' in text
    if typed.isalnum():
        assert f'value="{typed}"' in text


def test_a_phone_without_a_card_says_so(desk: Browser, card: CardView) -> None:
    answer = desk.get("/cards?phone=13900139000")
    assert answer.status_code == 200
    assert "No card under this phone" in answer.get_data(as_text=True)
