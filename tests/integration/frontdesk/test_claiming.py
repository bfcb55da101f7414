"""The guest with me becomes my lead; the protections of mine that end soon stand on my floor."""

from collections.abc import Iterator
from http import HTTPStatus

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from clubsales.frontdesk.posts import operations as posts
from clubsales.frontdesk.reception import operations as reception
from clubsales.leads.claims import operations as claims
from clubsales.leads.claims.models import ClaimRow
from tests.builders import Cast, consultant_of, local
from tests.integration.auth.support import Browser, let_in
from tests.integration.leads.support import a_lead, set_policy

AT = local(14, 20)
PHONE = "+8613800138000"


@pytest.fixture(autouse=True)
def afternoon() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def lin(client: FlaskClient, session: Session, cast: Cast) -> Browser:
    """Lin is on post, Zhou is not."""
    posts.open_shift(
        session, consultant_id=consultant_of(cast.lin), checklist=None, actor=cast.lin, at=local(9)
    )
    let_in(session, cast.lin)
    browser = Browser(client, {"Accept-Language": "en"})
    browser.sign_in("linjing")
    return browser


def arrives(session: Session, cast: Cast, e164: str | None = PHONE) -> str:
    """A guest comes in and is Lin's by turn."""
    received = reception.arrive(session, e164=e164, name="王小明", actor=cast.desk, at=AT)
    session.commit()
    return received.public_id


def claims_there(session: Session) -> list[tuple[int, str]]:
    rows = session.execute(sa.select(ClaimRow.consultant_id, ClaimRow.basis))
    return [(row.consultant_id, row.basis) for row in rows]


def test_the_guest_with_me_becomes_my_lead(lin: Browser, session: Session, cast: Cast) -> None:
    guest = arrives(session, cast)
    assert claims_there(session) == []  # a turn alone claims nothing
    assert "Make this my lead" in lin.text("/floor")
    for _press in range(2):
        assert lin.post(f"/guests/{guest}/claim", page="/floor").status_code == HTTPStatus.FOUND
    assert claims_there(session) == [(consultant_of(cast.lin), "turn")]
    shown = lin.text("/floor")
    assert "Make this my lead" not in shown
    assert "Your lead" in shown


def test_a_lead_of_somebody_else_stays_his(lin: Browser, session: Session, cast: Cast) -> None:
    person_id = a_lead(session, cast.desk, e164=PHONE)
    claims.claim(
        session, person_id=person_id, consultant_id=consultant_of(cast.ma), actor=cast.ma, at=local(9)
    )
    guest = arrives(session, cast)
    shown = lin.text("/floor")
    assert "Held by 马超" in shown
    assert "Make this my lead" not in shown
    lin.post(f"/guests/{guest}/claim", page="/floor")
    assert "already claimed by 马超" in lin.text("/floor")
    assert claims_there(session) == [(consultant_of(cast.ma), "pool")]


def test_only_whoever_receives_the_guest_may(
    lin: Browser, client: FlaskClient, session: Session, cast: Cast
) -> None:
    guest = arrives(session, cast)
    posts.open_shift(session, consultant_id=consultant_of(cast.zhou), checklist=None, actor=cast.zhou, at=AT)
    let_in(session, cast.zhou)
    zhou = Browser(client.application.test_client(), {"Accept-Language": "en"})
    zhou.sign_in("zhouqian")
    zhou.post(f"/guests/{guest}/claim", page="/floor")
    assert "was not given to 周倩" in zhou.text("/floor")
    assert claims_there(session) == []


def test_a_guest_without_a_phone_is_no_lead_yet(lin: Browser, session: Session, cast: Cast) -> None:
    guest = arrives(session, cast, None)
    assert "Make this my lead" not in lin.text("/floor")
    lin.post(f"/guests/{guest}/claim", page="/floor")
    assert "not a lead of the club yet" in lin.text("/floor")


def test_the_cool_down_counts_by_turn_too(lin: Browser, session: Session, cast: Cast) -> None:
    person_id = a_lead(session, cast.desk, e164=PHONE)
    mine = consultant_of(cast.lin)
    claims.claim(session, person_id=person_id, consultant_id=mine, actor=cast.lin, at=local(10))
    claims.release(session, person_id=person_id, actor=cast.lin, at=local(11))
    guest = arrives(session, cast)
    lin.post(f"/guests/{guest}/claim", page="/floor")
    assert "may claim it again from" in lin.text("/floor")


@pytest.mark.parametrize(("warn_days", "is_shown"), [(3, False), (15, True), (0, False)])
def test_protections_that_end_soon_stand_on_my_floor(
    lin: Browser, session: Session, cast: Cast, warn_days: int, is_shown: bool
) -> None:
    set_policy(session, cast, {"claims": {"warn_days": warn_days}})
    person_id = a_lead(session, cast.desk, e164=PHONE, name="王小明")
    mine = consultant_of(cast.lin)
    claims.claim(session, person_id=person_id, consultant_id=mine, actor=cast.lin, at=local(10))
    session.commit()
    shown = lin.text("/floor")
    assert ("Protection of 1 lead ends soon" in shown) is is_shown
    assert ("15 days left" in shown) is is_shown


def test_protections_that_end_soon_stand_in_the_briefing(
    client: FlaskClient, session: Session, cast: Cast
) -> None:
    set_policy(session, cast, {"claims": {"warn_days": 15}})
    person_id = a_lead(session, cast.desk, e164=PHONE, name="王小明")
    claims.claim(
        session, person_id=person_id, consultant_id=consultant_of(cast.ma), actor=cast.ma, at=local(10)
    )
    let_in(session, cast.ma)
    ma = Browser(client, {"Accept-Language": "en"})
    ma.sign_in("machao")
    shown = ma.text("/floor")
    assert "Protection ends soon" in shown
    assert "王小明" in shown
