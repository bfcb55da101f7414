"""What the pages say of guests who wait: the truth about who is free, and what somebody can do about it (AMB-18)."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from clubsales.consultants.shifts.rules import Status
from clubsales.frontdesk.posts import operations as posts
from clubsales.frontdesk.reception import operations as reception
from clubsales.frontdesk.reception.queries import ReceptionView
from clubsales.leads.touches.rules import Signal, SignalKind
from tests.builders import Cast, consultant_of, local
from tests.integration.auth.support import Browser
from tests.integration.frontdesk.at_the_desk import (
    AT,
    a_pass,
    arrives,
    last_guest,
    offers,
    on_shift,
    public_id_of,
    signed_in,
)

NOBODY_YET = "Nobody has accepted yet. Free now: 林静, 周倩."


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def desk(session: Session, cast: Cast, app: Flask) -> Browser:
    """The receptionist, signed in; Lin and Zhou stand in the queue."""
    on_shift(session, cast.lin, cast.zhou)
    return signed_in(session, app, cast.desk, "qiantai")


@pytest.fixture
def unanswered(session: Session, cast: Cast, desk: Browser) -> ReceptionView:
    """A guest whom Lin and Zhou let pass."""
    offers(session, cast)
    guest = arrives(session, cast, name="陈先生", at=AT - timedelta(minutes=5))
    for minute in (4, 3):
        reception.tend(session, AT - timedelta(minutes=minute))
    session.commit()
    return guest


def test_every_page_says_that_nobody_accepted_and_who_is_free(
    session: Session, cast: Cast, app: Flask, desk: Browser, unanswered: ReceptionView
) -> None:
    page = f"/guests/{unanswered.public_id}"
    for address in ("/desk", "/board/live?part=queue", page):
        assert NOBODY_YET in desk.text(address), address
    assert "not accepted yet" in desk.text("/board/live?part=screen")
    assert "Nobody is free" not in desk.text(page)
    lin = signed_in(session, app, cast.lin, "linjing")
    assert NOBODY_YET in lin.text("/floor")
    for address in ("/floor", page):
        assert "I'll take the waiting guest" in lin.text(address)
    lin.post("/guests/come-forward", page=page)
    assert last_guest(session).consultant_id == consultant_of(cast.lin)
    assert NOBODY_YET not in desk.text(page)


def test_a_supervisor_gives_the_guest_away_on_the_guests_page(
    session: Session, cast: Cast, app: Flask, unanswered: ReceptionView
) -> None:
    supervisor = signed_in(session, app, cast.supervisor, "sunzhu")
    page = f"/guests/{unanswered.public_id}"
    assert "Give to…" in supervisor.text(page)
    supervisor.post(
        f"{page}/assign", page=page, consultant=public_id_of(session, cast, cast.zhou), reason="在等"
    )
    assert last_guest(session).consultant_id == consultant_of(cast.zhou)


def test_the_preview_says_who_goes_first(desk: Browser, unanswered: ReceptionView) -> None:
    shown = desk.text("/desk/preview?phone=13800138000")
    assert f"{unanswered.name} has waited longer: 林静 is asked to receive that guest first." in shown
    assert "周倩 receives" in shown


def test_a_guest_on_the_list_is_confirmed_with_whom_he_asks_for(
    session: Session, cast: Cast, desk: Browser
) -> None:
    for who in (cast.lin, cast.zhou):
        arrives(session, cast, signals=(Signal(SignalKind.NAME, consultant_of(who)),))
    zhou = public_id_of(session, cast, cast.zhou)
    for wait, said in (("", "came for 周倩"), ("1", "waits for 周倩")):
        answer = desk.post("/desk/guests", page="/desk", asks_for=zhou, wait=wait)
        told = desk.text(answer.headers["Location"])
        assert said in told[told.index('id="given-title"') : told.index('id="new-title"')]


def test_with_nobody_free_the_supervisor_hears_who_could_be_called_back(
    session: Session, cast: Cast, app: Flask, desk: Browser
) -> None:
    supervisor = signed_in(session, app, cast.supervisor, "sunzhu")
    posts.change_status(
        session,
        consultant_id=consultant_of(cast.zhou),
        status=Status.MEETING,
        actor=cast.zhou,
        at=local(9, 30),
    )
    arrives(session, cast)
    called = "Nobody is free to be given a guest by hand. Could be called back on post: 周倩."
    for part in ("queue", "guests"):
        board = supervisor.text(f"/board/live?part={part}")
        assert "Give to…" not in board
        assert (called in board) is (part == "guests")
    arrives(session, cast)
    for part in ("queue", "guests"):
        assert (called in supervisor.text(f"/board/live?part={part}")) is (part == "queue")
    assert "by hand" not in desk.text("/board/live?part=queue")


def test_whoever_is_free_is_not_sent_back_on_post(
    session: Session, cast: Cast, app: Flask, desk: Browser
) -> None:
    """Free on post, and the guest who waits is not for him: My floor says why."""
    arrives(session, cast, signals=(Signal(SignalKind.NAME, consultant_of(cast.zhou)),))
    arrives(
        session,
        cast,
        signals=(Signal(SignalKind.NAME, consultant_of(cast.zhou)),),
        wait_for_designated=True,
    )
    lin = signed_in(session, app, cast.lin, "linjing")
    floor = lin.text("/floor")
    assert "The guest waits for somebody else." in floor
    assert "I'll take the waiting guest" not in floor


def test_only_whoever_left_the_post_is_told_to_go_back(
    session: Session, cast: Cast, app: Flask, unanswered: ReceptionView
) -> None:
    go_back = "Go back on post to take the next guest."
    posts.change_status(
        session, consultant_id=consultant_of(cast.zhou), status=Status.MEAL, actor=cast.zhou, at=AT
    )
    session.commit()
    assert go_back in signed_in(session, app, cast.zhou, "zhouqian").text("/floor")
    not_on_shift = signed_in(session, app, cast.ma, "machao").text("/floor")
    assert "1 guest is waiting." in not_on_shift
    assert go_back not in not_on_shift


def test_a_worthless_pass_is_told_of_on_the_guests_page(session: Session, cast: Cast, desk: Browser) -> None:
    one = a_pass(session, cast)
    arrives(session, cast, passes=[one.code])
    answer = desk.post("/desk/guests", page="/desk", passes=one.code, phone="13800138000")
    said = "The guest also showed a pass of 周倩 that another guest had shown before: it no longer counts."
    assert said in desk.text(answer.headers["Location"])
    assert said in desk.text(f"/guests/{last_guest(session).public_id}")
