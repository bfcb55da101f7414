"""The desk's pages of a card: what is taken, what is given, who shares it; and the sharer's own page."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from clubsales.frontdesk.reception import scans
from clubsales.membership.cards import family, operations, queries, values
from clubsales.membership.cards.queries import CardView
from clubsales.membership.catalogue.terms import CardTerms
from tests.builders import Cast, local, yuan
from tests.cards import KEYS, a_line, a_person, a_sale, moving_code
from tests.integration.auth.support import Browser, let_in

AT = local(14, 20)
TODAY = date(2026, 3, 9)


@pytest.fixture(autouse=True)
def afternoon() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def desk(session: Session, cast: Cast, app: Flask) -> Browser:
    let_in(session, cast.desk, cast.manager, cast.other_manager)
    browser = Browser(app.test_client(), {"Accept-Language": "en"})
    browser.sign_in("qiantai")
    return browser


@pytest.fixture
def manager(session: Session, cast: Cast, app: Flask) -> Browser:
    let_in(session, cast.manager)
    browser = Browser(app.test_client(), {"Accept-Language": "en"})
    browser.sign_in("wujingli")
    return browser


def made(session: Session, cast: Cast, *, name: str = "陈晨", **line: object) -> CardView:
    person_id = a_person(session, cast, name=name)
    sale_id = a_sale(session, cast, cast.annual, at=AT, person_id=person_id)
    operations.prepare(
        session,
        sale_id=sale_id,
        line=a_line(cast.annual, **line),
        person_id=person_id,
        is_paid=True,
        actor=cast.desk,
        at=AT,
    )
    session.commit()
    card = queries.of_sale(session, sale_id)
    assert card is not None
    return card


def key_on(browser: Browser, page: str) -> str:
    found = re.search(r'name="submission_key"[^>]*value="([^"]+)"', browser.text(page))
    assert found
    return found[1]


def test_value_is_taken_once_per_press_and_put_back(session: Session, cast: Cast, desk: Browser) -> None:
    card = made(session, cast, kind="stored_value", days=None, value_minor=100_000)
    page = f"/cards/{card.public_id}/use"
    key = key_on(desk, page)
    for _press in range(2):
        sent = desk.post(
            f"/cards/{card.public_id}/value", page=page, amount="35", what="餐饮", submission_key=key
        )
        assert sent.status_code == 302
    text = desk.text(page)
    assert "餐饮" in text
    assert "¥965.00" in text
    too_much = desk.post(
        f"/cards/{card.public_id}/value", page=page, amount="966", submission_key=key_on(desk, page)
    )
    assert too_much.status_code == 422
    assert "cannot be taken" in too_much.get_data(as_text=True)
    assert desk.post(f"/cards/{card.public_id}/value", page=page, amount="x").status_code == 422
    move = values.value_moves(session, card.id)[0]
    desk.post(f"/cards/{card.public_id}/value/{move.id}/undo", page=page)
    session.expire_all()
    left = queries.by_id(session, card.id)
    assert left is not None
    assert left.value_left == yuan("1000")


def test_a_card_that_is_used_by_hand_says_so_without_alarm(
    session: Session, cast: Cast, desk: Browser, app: Flask
) -> None:
    card = made(session, cast, kind="stored_value", days=None, value_minor=100_000)
    phone = Browser(app.test_client(), {"Accept-Language": "en"})
    text = phone.text(f"/card/{card.link_token}")
    assert "The desk takes payments from it" in text
    assert "does not open the door now" not in text
    on_desk = desk.text(f"/cards/{card.public_id}")
    assert "flash warning" not in on_desk
    assert "Print a code" not in on_desk
    assert "¥1,000.00" in on_desk


def test_a_coached_session_is_taken_and_given_back(session: Session, cast: Cast, desk: Browser) -> None:
    card = made(session, cast, kind="visits", days=None, visits=10, are_sessions=True)
    page = f"/cards/{card.public_id}/use"
    assert "How many sessions are taken" in desk.text(page)
    sent = desk.post(
        f"/cards/{card.public_id}/visits", page=page, visits="2", submission_key=key_on(desk, page)
    )
    assert sent.status_code == 302
    move = values.visit_moves(session, card.id)[0]
    assert move.visits == -2
    desk.post(f"/cards/{card.public_id}/visits/{move.id}/undo", page=page)
    assert desk.post(f"/cards/{card.public_id}/visits", page=page, visits="99").status_code == 422
    session.expire_all()
    after = queries.by_id(session, card.id)
    assert after is not None
    assert after.visits_left == 10


def test_days_are_given_by_whoever_may_and_with_a_reason(
    session: Session, cast: Cast, desk: Browser, manager: Browser
) -> None:
    card = made(session, cast)
    page = f"/cards/{card.public_id}/extend"
    assert desk.get(page).status_code == 403
    assert manager.post(page, page=page, days="7", reason="").status_code == 422
    nothing = manager.post(page, page=page, days="", reason="泳池检修")
    assert nothing.status_code == 422
    assert manager.post(page, page=page, days="7", reason="泳池检修").status_code == 302
    text = manager.text(f"/cards/{card.public_id}")
    assert "泳池检修" in text
    assert "Mar 15, 2027" in text


@pytest.mark.parametrize(
    ("line", "days", "visits"),
    [
        ({}, True, ""),
        ({"kind": "visits", "visits": 30}, True, "More visits"),
        ({"kind": "visits", "days": None, "visits": 24, "are_sessions": True}, False, "More sessions"),
        ({"kind": "stored_value", "days": None, "value_minor": 100_000}, False, ""),
    ],
)
def test_more_is_given_only_of_what_a_card_has(
    session: Session, cast: Cast, manager: Browser, line: dict[str, object], days: bool, visits: str
) -> None:
    card = made(session, cast, **line)
    page = f"/cards/{card.public_id}/services/extension"
    if not days and not visits:
        assert "/extend" not in manager.text(f"/cards/{card.public_id}")
        assert page not in manager.text(f"/cards/{card.public_id}/services")
        assert manager.get(page).status_code == 404
        return
    text = manager.text(page)
    assert ('name="days"' in text, 'name="visits"' in text) == (days, bool(visits))
    assert visits in text


def test_a_family_card_is_shared_by_phone_and_each_has_a_page_of_his_own(
    session: Session, cast: Cast, desk: Browser, app: Flask
) -> None:
    card = made(session, cast, people_max=2, name="陈晨")
    a_person(session, cast, name="李雷", e164="+8613800138000")
    session.commit()
    page = f"/cards/{card.public_id}/people"
    unknown = desk.post(page, page=page, phone="13900139000")
    assert unknown.status_code == 422
    assert desk.post(page, page=page, phone="13800138000").status_code == 302
    (sharer,) = family.sharers(session, card.id)
    assert sharer.link_token in desk.text(page)
    phone = Browser(app.test_client(), {"Accept-Language": "en"})
    text = phone.text(f"/card/{sharer.link_token}")
    assert "李雷" in text
    assert "陈晨" not in text
    assert "data-moving-code" in text
    assert "/services" not in text
    assert phone.get(f"/card/{sharer.link_token}/code").status_code == 200
    assert phone.get(f"/card/{sharer.link_token}/services").status_code == 404
    desk.post(f"{page}/{sharer.id}/remove", page=page)
    assert phone.get(f"/card/{sharer.link_token}").status_code == 404


def test_a_freeze_has_a_last_day_and_costs_nothing_here(session: Session, cast: Cast, desk: Browser) -> None:
    card = made(session, cast)
    page = f"/cards/{card.public_id}"
    assert desk.post(f"{page}/freeze", page=page, last_day="2026-13-01").status_code == 422
    last = TODAY + timedelta(9)
    assert desk.post(f"{page}/freeze", page=page, last_day=last.isoformat()).status_code == 302
    assert "Mar 18, 2026" in desk.text(page)
    costs = made(session, cast, name="李雷", terms=CardTerms(freeze_fee_minor=1000).to_json())
    desk.post(f"/cards/{costs.public_id}/freeze", page=f"/cards/{costs.public_id}")
    assert "costs a fee" in desk.text(f"/cards/{costs.public_id}")


def test_an_upgraded_cards_page_leads_its_member_to_the_better_one(
    session: Session, cast: Cast, app: Flask
) -> None:
    card = made(session, cast)
    new_id = operations.upgrade(
        session,
        card_id=card.id,
        line=a_line(cast.annual),
        sale_id=a_sale(session, cast, cast.annual, at=AT),
        trade_in_minor=0,
        actor=cast.desk,
        at=AT,
    )
    session.commit()
    better = queries.by_id(session, new_id)
    assert better is not None
    phone = Browser(app.test_client(), {"Accept-Language": "en"})
    assert phone.get(f"/card/{card.link_token}").location == f"/card/{better.link_token}"


def test_the_desk_knows_who_shares_a_card_by_his_code(session: Session, cast: Cast, desk: Browser) -> None:
    card = made(session, cast, people_max=2, name="陈晨")
    other = a_person(session, cast, name="李雷", e164="+8613800138000")
    operations.add_person(session, card=card.public_id, person_id=other, actor=cast.desk, at=AT)
    session.commit()
    (sharer,) = family.sharers(session, card.id)
    code = moving_code(replace(card, public_id=sharer.code_name), AT)
    club = cast.club
    found = scans.read(session, club, code, keys=KEYS, at=AT)
    assert found.holder is not None
    assert (found.holder.public_id, found.holder.e164) == (sharer.person, "+8613800138000")
    assert scans.read(session, cast.foreign_club, code, keys=KEYS, at=AT).holder is None


def test_another_club_changes_nothing(session: Session, cast: Cast, app: Flask, desk: Browser) -> None:
    card = made(session, cast, kind="stored_value", days=None, value_minor=100_000, people_max=2)
    stranger = Browser(app.test_client(), {"Accept-Language": "en"})
    stranger.sign_in("biejia")
    for address in ("", "/use", "/people", "/extend"):
        assert stranger.get(f"/cards/{card.public_id}{address}").status_code == 404
