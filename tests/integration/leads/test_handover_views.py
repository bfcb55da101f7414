"""Handing over in the browser: choose, look, do, undo."""

import re
from collections.abc import Iterator
from http import HTTPStatus
from urllib.parse import unquote

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from clubsales import jobs
from clubsales.actor import Actor
from clubsales.auth import queries as accounts
from clubsales.consultants.profiles import queries as profiles
from clubsales.leads.appointments import operations as appointments
from clubsales.leads.claims import operations as claims
from clubsales.leads.claims.models import ClaimRow
from clubsales.leads.handovers.models import HandOverRow
from tests.builders import Cast, consultant_of, local
from tests.integration.auth.support import Browser, let_in
from tests.integration.leads.support import a_lead, off_shift, on_shift

AT = local(14)
KEY = re.compile(r'name="submission_key"[^>]*value="([^"]+)"')


@pytest.fixture(autouse=True)
def afternoon() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def manager(client: FlaskClient, session: Session, cast: Cast) -> Browser:
    """The manager's browser; Lin holds two leads."""
    on_shift(session, cast.lin, local(9))
    for name in ("陈晨", "李雷"):
        person_id = a_lead(session, cast.lin, name=name)
        claims.claim(
            session,
            person_id=person_id,
            consultant_id=consultant_of(cast.lin),
            actor=cast.lin,
            at=local(10),
        )
    let_in(session, cast.manager)
    browser = Browser(client, {"Accept-Language": "en"})
    browser.sign_in("wujingli")
    return browser


def public_id_of(session: Session, actor: Actor) -> str:
    return profiles.get(session, actor.club.id, consultant_of(actor)).public_id


def holders(session: Session) -> list[int]:
    return list(session.scalars(sa.select(ClaimRow.consultant_id).where(ClaimRow.ended_at.is_(None))))


def page_of(session: Session, cast: Cast) -> str:
    return f"/leads/hand-over/from/{public_id_of(session, cast.lin)}"


def fields(session: Session, cast: Cast, browser: Browser, **more: str) -> dict[str, str]:
    found = KEY.search(browser.text(page_of(session, cast)))
    assert found
    return {
        "submission_key": found[1],
        "reason": "离职",
        "starts_on": "2026-03-09",
        "ends_on": "",
        "to": public_id_of(session, cast.zhou),
        **more,
    }


def test_chosen_looked_at_done_and_undone(manager: Browser, session: Session, cast: Cast) -> None:
    assert "林静" in manager.text("/leads/hand-over")
    page = page_of(session, cast)
    assert "2 leads to hand over" in manager.text(page)
    sent = fields(session, cast, manager)
    preview = manager.post(page, page=page, step="preview", **sent)
    assert preview.status_code == HTTPStatus.SEE_OTHER
    assert "离职" not in unquote(preview.location)
    shown = manager.text(preview.location)
    assert "This is how they would be dealt" in shown
    assert "周倩" in shown
    assert holders(session) == [consultant_of(cast.lin)] * 2
    done = manager.post(page, page=page, step="hand_over", **sent)
    assert done.status_code == HTTPStatus.SEE_OTHER
    assert holders(session) == [consultant_of(cast.zhou)] * 2
    shown = manager.text(done.location)
    for words in ("2 leads were handed over.", "陈晨", "李雷", "周倩", "Handed over"):
        assert words in shown
    lead = re.search(r'href="(/leads/[0-9a-z]{12})"', shown)
    assert lead
    person = manager.text(lead[1])
    for words in ("Handed over by 吴经理", "离职", "Went to a colleague", "2 holders so far"):
        assert words in person
    for _press in range(2):
        assert manager.post(f"{done.location}/undo", page=done.location).location == done.location
    assert holders(session) == [consultant_of(cast.lin)] * 2
    assert "Went back" in manager.text(done.location)


def test_what_is_handed_over_is_what_was_looked_at(manager: Browser, session: Session, cast: Cast) -> None:
    page, sent = page_of(session, cast), fields(session, cast, manager)
    shown = manager.text(manager.post(page, page=page, step="preview", **sent).location)
    doing = re.search(r'<form[^>]*id="deal-.*?</form>', shown, re.S)
    changing = re.search(r'<form[^>]*id="hand-over-.*?</form>', shown, re.S)
    assert doing
    assert changing
    assert 'value="hand_over"' not in changing[0]
    for name in ("reason", "starts_on", "ends_on", "to", "submission_key"):
        assert re.findall(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', doing[0]) == [sent[name]]
    assert doing[0].count('type="hidden"') == 6
    assert "checkbox" not in doing[0]


def test_a_step_back_to_the_preview_finds_a_page(manager: Browser, session: Session, cast: Cast) -> None:
    page, sent = page_of(session, cast), fields(session, cast, manager)
    looked_at = manager.post(page, page=page, step="preview", **sent).location
    done = manager.post(page, page=looked_at, step="hand_over", **sent)
    again = manager.get(looked_at)
    assert again.status_code == HTTPStatus.OK
    assert "Hand over now" not in again.get_data(as_text=True)  # nothing is left to hand over
    other = f"/leads/hand-over/from/{public_id_of(session, cast.ma)}?chosen=1"
    assert "This is how they would be dealt" not in manager.text(other)
    assert manager.get(done.location).status_code == HTTPStatus.OK


def test_the_same_form_sent_twice_is_one_hand_over(manager: Browser, session: Session, cast: Cast) -> None:
    page, sent = page_of(session, cast), fields(session, cast, manager)
    places = {manager.post(page, page=page, step="hand_over", **sent).location for _press in range(2)}
    assert len(places) == 1
    assert session.scalar(sa.select(sa.func.count()).select_from(HandOverRow)) == 1


def test_what_is_wrong_stands_on_the_form(manager: Browser, session: Session, cast: Cast) -> None:
    page = page_of(session, cast)
    for change, words in (
        ({"reason": ""}, "Please fill this in."),
        ({"starts_on": "2026-03-01"}, "is over"),
        ({"ends_on": "2026-03-09"}, "Choose a later day, or none."),
        ({"to": ""}, ""),
    ):
        for step in ("preview", "hand_over"):
            answer = manager.post(page, page=page, step=step, **fields(session, cast, manager, **change))
            assert answer.status_code in (HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.NOT_FOUND)
            assert words in answer.get_data(as_text=True)
    assert holders(session) == [consultant_of(cast.lin)] * 2


def test_a_planned_one_is_dealt_by_the_job(
    app: Flask, manager: Browser, session: Session, cast: Cast
) -> None:
    page = page_of(session, cast)
    sent = fields(session, cast, manager, starts_on="2026-03-11", ends_on="2026-03-13")
    assert "It is dealt when" in manager.text(manager.post(page, page=page, step="preview", **sent).location)
    done = manager.post(page, page=page, step="hand_over", **sent)
    assert "Not dealt yet" in manager.text(done.location)
    with app.app_context():
        jobs.hand_over_due(local(0, 1, day=11))
    assert holders(session) == [consultant_of(cast.zhou)] * 2
    with app.app_context():
        jobs.hand_over_due(local(0, 1, day=13))
    assert holders(session) == [consultant_of(cast.lin)] * 2
    assert "Came back" in manager.text("/leads/hand-over")


def test_appointments_are_listed_to_be_rearranged(manager: Browser, session: Session, cast: Cast) -> None:
    person_id = a_lead(session, cast.lin, name="韩梅")
    appointments.make(
        session,
        person_id=person_id,
        consultant_id=consultant_of(cast.lin),
        due_at=local(16, day=12),
        note="",
        actor=cast.lin,
        at=AT,
    )
    session.commit()
    shown = manager.text(page_of(session, cast))
    assert "Appointments to rearrange" in shown
    assert "韩梅" in shown


def test_a_consultant_hands_nothing_over(client: FlaskClient, session: Session, cast: Cast) -> None:
    let_in(session, cast.lin)
    lin = Browser(client, {"Accept-Language": "en"})
    lin.sign_in("linjing")
    assert lin.get("/leads/hand-over").status_code == HTTPStatus.FORBIDDEN
    assert lin.get(page_of(session, cast)).status_code == HTTPStatus.FORBIDDEN


def test_another_clubs_hand_over_is_not_there(manager: Browser, session: Session, cast: Cast) -> None:
    page = page_of(session, cast)
    done = manager.post(page, page=page, step="hand_over", **fields(session, cast, manager))
    let_in(session, cast.other_manager)
    other = Browser(manager.client.application.test_client(), {"Accept-Language": "en"})
    other.sign_in("biejia")
    for address in (page, done.location, "/leads/hand-over/from/nobody", "/leads/hand-over/222222222222"):
        assert other.get(address).status_code == HTTPStatus.NOT_FOUND


def test_whoever_leaves_with_leads_leads_to_the_hand_over(
    manager: Browser, session: Session, cast: Cast
) -> None:
    off_shift(session, cast.lin, AT)
    session.commit()
    lin = next(each for each in accounts.staff(session, club=cast.club) if each.name == "林静")
    page = f"/staff/{lin.public_id}"
    assert "林静 holds 2 leads." in manager.text(page)
    answer = manager.post(f"{page}/leave", page=page)
    assert answer.location == page_of(session, cast)
    assert "林静 still holds leads." in manager.text(answer.location)
    shown = manager.text("/leads/hand-over")
    assert "Works here no more" in shown
    sent = fields(session, cast, manager)
    manager.post(answer.location, page=answer.location, step="hand_over", **sent)
    assert holders(session) == [consultant_of(cast.zhou)] * 2


def test_somebody_who_sells_no_more_still_hands_over(manager: Browser, session: Session, cast: Cast) -> None:
    person_id = a_lead(session, cast.desk)
    supervisor = consultant_of(cast.supervisor)
    claims.claim(session, person_id=person_id, consultant_id=supervisor, actor=cast.supervisor, at=AT)
    session.commit()
    assert "孙主管" in manager.text("/leads/hand-over")
    assert "孙主管" not in manager.text(page_of(session, cast)).partition("To whom")[2]
