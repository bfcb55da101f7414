"""The quick form: who it is, where from, who brought whom, and at once whose lead it is."""

import re
from collections.abc import Iterator
from html import unescape
from http import HTTPStatus
from uuid import uuid4

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.audit import AuditEvent
from clubsales.ids import PersonID
from clubsales.leads.claims import queries as claims
from clubsales.leads.claims.models import ClaimRow
from clubsales.leads.followups import operations as followups
from clubsales.leads.followups import queries as planned
from clubsales.leads.followups.models import FollowUpRow
from clubsales.leads.intake import queries
from clubsales.leads.intake.models import LeadRow
from clubsales.leads.people import queries as people
from clubsales.leads.sources import operations as sources
from clubsales.leads.sources import queries as club_sources
from clubsales.leads.sources.rules import Source
from clubsales.leads.touches.models import TouchRow
from tests.builders import Cast, consultant_of, local
from tests.integration.auth.support import Browser, let_in
from tests.integration.leads.support import a_lead, on_shift, set_policy

AT = local(14)
CHECKED = re.compile(r'<input[^>]*name="mine"[^>]*>')


@pytest.fixture(autouse=True)
def afternoon() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


def enter(client: FlaskClient, session: Session, actor: Actor, username: str) -> Browser:
    let_in(session, actor)
    browser = Browser(client, {"Accept-Language": "en"})
    browser.sign_in(username)
    return browser


@pytest.fixture
def lin(client: FlaskClient, session: Session, cast: Cast) -> Browser:
    """Lin, on shift."""
    on_shift(session, cast.lin, local(9))
    return enter(client, session, cast.lin, "linjing")


def capture(browser: Browser, **fields: str) -> str:
    """Send the form; the page it ends on."""
    answer = browser.post("/leads", page="/leads", **{"phone": "13800138000", "source": "phone", **fields})
    if answer.status_code == HTTPStatus.FOUND:
        return unescape(browser.text(answer.location))
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    return unescape(answer.get_data(as_text=True))


def holder_of(session: Session, cast: Cast, e164: str = "+8613800138000") -> str | None:
    person = people.by_phone(session, cast.club.organisation_id, e164)
    assert person is not None
    claim = claims.holder_at(session, cast.club, person.id, AT)
    return claim.name if claim else None


def lead_of(session: Session, cast: Cast, e164: str = "+8613800138000") -> LeadRow:
    person = people.by_phone(session, cast.club.organisation_id, e164)
    assert person is not None
    return session.scalars(sa.select(LeadRow).where(LeadRow.person_id == person.id)).one()


def test_who_was_known_already_is_said(lin: Browser, session: Session, cast: Cast) -> None:
    a_lead(session, cast.zhou, e164="+8613800138000", name="陈晨")
    assert "陈晨 was known here already" in capture(lin, name="小陈", note="asks for Zhou")
    assert lead_of(session, cast).note == "asks for Zhou"
    assert "The lead is saved." in capture(lin, phone="13900139000")


def test_who_captures_holds_the_lead_at_once(lin: Browser, session: Session, cast: Cast) -> None:
    assert "checked" in CHECKED.findall(lin.text("/leads"))[0]
    page = capture(lin, mine="y")
    assert "Captured the guest" in page
    assert holder_of(session, cast) == "林静"
    assert session.scalars(sa.select(ClaimRow.basis)).one() == "capture"


def test_without_the_tick_the_lead_stays_in_the_pool(lin: Browser, session: Session, cast: Cast) -> None:
    capture(lin)
    assert holder_of(session, cast) is None


def test_somebody_off_shift_is_not_offered_it_by_default(
    client: FlaskClient, session: Session, cast: Cast
) -> None:
    zhou = enter(client, session, cast.zhou, "zhouqian")
    assert "checked" not in CHECKED.findall(zhou.text("/leads"))[0]
    page = capture(zhou, mine="y")
    assert "The lead is saved." in page
    assert "周倩 has no open shift." in page
    assert holder_of(session, cast) is None


@pytest.mark.parametrize(
    ("setting", "sentence"), [("max_open", "as many as the club allows"), ("max_per_day", "1 lead today")]
)
def test_a_refused_claim_loses_no_lead(
    lin: Browser, session: Session, cast: Cast, setting: str, sentence: str
) -> None:
    set_policy(session, cast, {"claims": {setting: 1}})
    session.commit()
    capture(lin, mine="y")
    page = capture(lin, phone="13800138001", mine="y", name="王小明")
    assert "The lead is saved." in page
    assert sentence in page
    assert "王小明" in page
    assert holder_of(session, cast, "+8613800138001") is None


def test_a_colleagues_lead_stays_his_when_it_is_captured_again(
    lin: Browser, client: FlaskClient, session: Session, cast: Cast
) -> None:
    capture(lin, mine="y")
    on_shift(session, cast.zhou, local(9))
    session.commit()
    zhou = enter(client, session, cast.zhou, "zhouqian")
    assert "already claimed by 林静" in capture(zhou, mine="y")
    assert holder_of(session, cast) == "林静"


def test_ones_own_lead_captured_again_is_still_ones_own(lin: Browser, session: Session, cast: Cast) -> None:
    capture(lin, mine="y")
    page = capture(lin, mine="y", interest="swim")
    assert "already claimed" not in page
    assert holder_of(session, cast) == "林静"


def test_who_sells_nothing_makes_nothing_his(client: FlaskClient, session: Session, cast: Cast) -> None:
    desk = enter(client, session, cast.desk, "qiantai")
    assert CHECKED.findall(desk.text("/leads")) == []
    capture(desk, mine="y")
    assert holder_of(session, cast) is None


def test_two_presses_are_one_lead_and_one_touch(lin: Browser, session: Session) -> None:
    key = str(uuid4())
    first, second = (
        lin.post("/leads", page="/leads", phone="13800138000", source="phone", mine="y", submission_key=key)
        for _ in range(2)
    )
    assert first.location == second.location
    kinds = session.scalars(sa.select(TouchRow.kind).order_by(TouchRow.id)).all()
    assert kinds == ["captured", "claimed"]


def test_the_key_of_another_lead_is_refused(lin: Browser, session: Session) -> None:
    key = str(uuid4())
    for phone in ("13800138000", "13800138001"):
        lin.post("/leads", page="/leads", phone=phone, source="phone", submission_key=key)
    assert session.scalar(sa.select(sa.func.count()).select_from(LeadRow)) == 1


def test_the_exact_source_is_kept(lin: Browser, session: Session, cast: Cast) -> None:
    mall = sources.add(session, kind=Source.FLYER, name="万象城", actor=cast.manager, at=AT)
    flyers = next(each for each in club_sources.of_club(session, cast.club.id) if each.kind is Source.FLYER)
    gate = sources.add(
        session, kind=Source.FLYER, name="东门", under=flyers.own[0].public_id, actor=cast.manager, at=AT
    )
    session.commit()
    public_ids = {
        each.id: each.public_id
        for each in club_sources.of_club(session, cast.club.id)[list(Source).index(Source.FLYER)].every()
    }
    page = capture(lin, source="flyer", own_flyer=public_ids[gate])
    assert "Flyer · 万象城 · 东门" in page
    lead = lead_of(session, cast)
    assert (lead.source, lead.source_id) == ("flyer", gate)
    # What was tapped below another kind before one changed one's mind says nothing.
    capture(lin, phone="13800138001", source="phone", own_flyer=public_ids[mall])
    assert lead_of(session, cast, "+8613800138001").source_id is None
    page = capture(lin, phone="13800138002", source="flyer", own_flyer="a2b3c4d5e6f7")
    assert "Not a valid choice" in page


def test_a_second_capture_names_the_source_of_the_first_more_exactly_only(
    lin: Browser, session: Session, cast: Cast
) -> None:
    for kind in (Source.FLYER, Source.EVENT):
        sources.add(session, kind=kind, name="万象城", actor=cast.manager, at=AT)
    session.commit()
    own = {each.kind: each.own for each in club_sources.of_club(session, cast.club.id)}
    capture(lin, source="flyer")
    capture(lin, source="event", own_event=own[Source.EVENT][0].public_id)
    assert lead_of(session, cast).source_id is None
    session.expire_all()
    capture(lin, source="flyer", own_flyer=own[Source.FLYER][0].public_id)
    session.expire_all()
    assert lead_of(session, cast).source_id == own[Source.FLYER][0].id


def test_the_source_used_most_comes_first(lin: Browser) -> None:
    for number in range(3):
        capture(lin, phone=f"1380013800{number}", source="event")
    offered = re.findall(r'name="source"[^>]*value="(\w+)"', lin.text("/leads"))
    assert offered[0] == "event"
    assert set(offered) == {kind.value for kind in Source}


def test_a_friend_who_brought_the_guest_is_remembered(lin: Browser, session: Session, cast: Cast) -> None:
    a_lead(session, cast.zhou, e164="+8613800138009", name="介绍人")
    session.commit()
    page = capture(lin, source="referral", referrer="138 0013 8009")
    assert "Brought by" in page
    assert "介绍人" in page
    friend = people.by_phone(session, cast.club.organisation_id, "+8613800138009")
    assert friend is not None
    assert lead_of(session, cast).referred_by_id == friend.id


@pytest.mark.parametrize(
    ("referrer", "sentence"),
    [
        ("13800138008", "Nobody here has this phone."),
        ("13800138000", "This is the guest's own phone."),
        ("12", "This is not a phone number."),
    ],
)
def test_who_brought_the_guest_has_to_be_known(
    lin: Browser, session: Session, cast: Cast, referrer: str, sentence: str
) -> None:
    capture(lin)
    page = capture(lin, name="kept", source="referral", referrer=referrer)
    assert sentence in page
    assert 'value="kept"' in page
    assert lead_of(session, cast).referred_by_id is None


def test_nobody_brought_a_guest_who_came_otherwise(lin: Browser, session: Session, cast: Cast) -> None:
    assert "The lead is saved." in capture(lin, source="phone", referrer="12")


def test_the_form_of_the_exact_source_works_for_the_club_only(
    lin: Browser, session: Session, cast: Cast
) -> None:
    sources.add(session, kind=Source.FLYER, name="别家", actor=cast.other_manager, at=AT)
    session.commit()
    theirs = club_sources.of_club(session, cast.foreign_club.id)[list(Source).index(Source.FLYER)].own[0]
    assert "别家" not in lin.text("/leads")
    capture(lin, source="flyer", own_flyer=theirs.public_id)
    assert lead_of(session, cast).source_id is None


def test_what_qualifies_a_guest_is_written_down(lin: Browser, session: Session, cast: Cast) -> None:
    capture(lin)
    address = f"/leads/{lead_of(session, cast).public_id}"
    lin.post(
        address,
        page=address,
        source="event",
        interest="swim",
        urgency="month",
        budget="4000",
        decides="asks her husband",
        grade="B",
    )
    page = lin.text(address)
    for text in ("Within a month", "4000", "asks her husband", "B: soon", "Event"):
        assert text in page
    answer = lin.post(address, page=address, urgency="yesterday")
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    answer = lin.post(address, page=address, budget="x" * 101)
    assert "at most 100 characters" in answer.get_data(as_text=True)
    page = queries.by_public_id(session, cast.lin, address.rpartition("/")[2], at=AT).budget
    assert page == "4000"


def test_a_lead_is_lost_with_a_reason_and_taken_back(lin: Browser, session: Session, cast: Cast) -> None:
    capture(lin)
    address = f"/leads/{lead_of(session, cast).public_id}"
    lin.post(f"{address}/lost", page=address)
    assert "Choose why the lead is lost." in lin.text(address)
    lin.post(f"{address}/lost", page=address, reason="place")
    assert "Too far away" in lin.text(address)
    lin.post(f"{address}/regain", page=address)
    assert "Too far away" not in lin.text(address)
    lin.post(f"{address}/lost", page=address, reason="moon")
    session.expire_all()
    assert lead_of(session, cast).lost_at is None


def test_a_lost_lead_who_comes_again_is_no_longer_lost(lin: Browser, session: Session, cast: Cast) -> None:
    capture(lin)
    address = f"/leads/{lead_of(session, cast).public_id}"
    lin.post(f"{address}/lost", page=address, reason="price")
    capture(lin)
    session.expire_all()
    assert (lead_of(session, cast).lost_at, lead_of(session, cast).lost_reason) == (None, None)


def test_nobody_gives_up_a_colleagues_lead(
    lin: Browser, client: FlaskClient, session: Session, cast: Cast
) -> None:
    capture(lin, mine="y")
    address = f"/leads/{lead_of(session, cast).public_id}"
    zhou = enter(client, session, cast.zhou, "zhouqian")
    zhou.post(f"{address}/lost", page=address, reason="price")
    assert "林静 holds this lead." in zhou.text(address)
    session.expire_all()
    assert lead_of(session, cast).lost_at is None
    manager = enter(client, session, cast.manager, "wujingli")
    manager.post(f"{address}/lost", page=address, reason="price")
    session.expire_all()
    assert lead_of(session, cast).lost_at is not None


def test_the_doors_of_another_clubs_lead_are_not_there(
    lin: Browser, client: FlaskClient, session: Session, cast: Cast
) -> None:
    capture(lin)
    address = f"/leads/{lead_of(session, cast).public_id}"
    stranger = enter(client, session, cast.other_manager, "biejia")
    for door in ("lost", "regain"):
        answer = stranger.post(f"{address}/{door}", page="/leads", reason="price")
        assert answer.status_code == HTTPStatus.NOT_FOUND
    assert stranger.get(f"{address}/timeline").status_code == HTTPStatus.NOT_FOUND


def test_what_was_planned_with_a_lost_lead_is_due_no_more(lin: Browser, session: Session, cast: Cast) -> None:
    capture(lin)
    lead = lead_of(session, cast)
    person_id, today = PersonID(lead.person_id), AT.date()
    for actor in (cast.lin, cast.zhou):
        followups.plan(
            session,
            person_id=person_id,
            consultant_id=consultant_of(actor),
            due_on=today,
            what="Call again",
            actor=actor,
            at=AT,
        )
    session.commit()
    address = f"/leads/{lead.public_id}"
    lin.post(f"{address}/lost", page=address, reason="place")
    assert planned.open_of_person(session, cast.lin.club.id, person_id) == []
    reasons = session.scalars(sa.select(FollowUpRow.end_reason)).all()
    assert reasons == ["dropped", "dropped"]
    ended = session.scalars(sa.select(AuditEvent).where(AuditEvent.tag == "follow_up:ended")).all()
    assert len(ended) == 2
