"""Supervisors look at who may be one, merge, keep apart and part again; consultants write the file."""

import re
from collections.abc import Iterator
from http import HTTPStatus

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from clubsales.actor import Actor
from clubsales.ids import PersonID
from clubsales.leads.claims import operations as claims
from clubsales.leads.intake import operations as intake
from clubsales.leads.intake import queries as leads
from clubsales.leads.intake.rules import Source
from clubsales.leads.matches import operations
from clubsales.leads.matches.models import MatchRow, MergeRow
from clubsales.leads.people import households, queries
from clubsales.leads.people import operations as people
from clubsales.leads.people.models import PersonPhoneRow, PersonRow
from tests.builders import Cast, consultant_of, local
from tests.integration.auth.support import TOKEN, Browser, let_in
from tests.integration.leads.support import on_shift

AT = local(14)
PHONE, NEAR, FAR = "+8613800138000", "+8613800138010", "+8613911112222"


@pytest.fixture(autouse=True)
def afternoon() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


def enter(client: FlaskClient, session: Session, actor: Actor, username: str) -> Browser:
    let_in(session, actor)
    browser = Browser(client, {"Accept-Language": "en"})
    browser.sign_in(username)
    return browser


def send(browser: Browser, address: str, fields: dict[str, str] | None = None) -> TestResponse:
    """A form of some page that stands open."""
    found = TOKEN.search(browser.text("/account"))
    assert found
    with browser.client.application.app_context():
        data = {"csrf_token": found[1], **(fields or {})}
        return browser.client.post(address, data=data, headers=browser.headers)


class Guest:
    """A person with a lead, by what stands in addresses."""

    def __init__(self, session: Session, cast: Cast, name: str, e164: str) -> None:
        self.id: PersonID = people.find_or_add(session, e164=e164, name=name, actor=cast.desk, at=local(9))
        lead_id = intake.capture(
            session, person_id=self.id, source=Source.PHONE, actor=cast.desk, at=local(9)
        )
        self.person = queries.get(session, cast.club.organisation_id, self.id).public_id
        self.lead = leads.public_id_of(session, lead_id)


@pytest.fixture
def pair(session: Session, cast: Cast) -> tuple[Guest, Guest]:
    both = Guest(session, cast, "王小明", PHONE), Guest(session, cast, "王晓明", NEAR)
    operations.propose(session, local(10))
    on_shift(session, cast.lin, local(9))
    claims.claim(
        session, person_id=both[0].id, consultant_id=consultant_of(cast.lin), actor=cast.lin, at=local(9)
    )
    session.commit()
    return both


@pytest.fixture
def manager(client: FlaskClient, session: Session, cast: Cast, pair: tuple[Guest, Guest]) -> Browser:
    return enter(client, session, cast.manager, "wujingli")


@pytest.fixture
def lin(client: FlaskClient, session: Session, cast: Cast, pair: tuple[Guest, Guest]) -> Browser:
    return enter(client, session, cast.lin, "linjing")


def test_two_are_proposed_compared_merged_and_parted(
    manager: Browser, session: Session, pair: tuple[Guest, Guest]
) -> None:
    one, other = pair
    assert "55 of 100" in manager.get("/leads/matches").text
    page = manager.get(f"/leads/matches/{one.person}/{other.person}").text
    assert "Names sound alike" in page
    assert "138 0013 8010" in page
    merged = send(
        manager,
        f"/leads/matches/{one.person}/{other.person}/merge",
        {"keep": other.person, "take-name": one.person, "reason": "同一个人"},
    )
    assert merged.headers["Location"].endswith(f"/leads/{other.lead}")
    name = session.scalar(sa.select(PersonRow.name).where(PersonRow.id == other.id))
    assert name == "王小明"
    moved = manager.get(f"/leads/{one.lead}")
    assert (moved.status_code, moved.headers["Location"]) == (HTTPStatus.FOUND, f"/leads/{other.lead}")
    merge = session.scalars(sa.select(MergeRow)).one()
    shown = manager.get(f"/leads/matches/merges/{merge.public_id}").text
    assert "同一个人" in shown
    assert "The lead that was put aside" in shown
    assert send(manager, f"/leads/matches/merges/{merge.public_id}/undo").status_code == HTTPStatus.FOUND
    assert manager.get(f"/leads/{one.lead}").status_code == HTTPStatus.OK
    assert "Undone" in manager.get(f"/leads/matches/merges/{merge.public_id}").text


def test_guests_without_a_name_are_told_apart_by_phone_or_code(
    manager: Browser, session: Session, pair: tuple[Guest, Guest]
) -> None:
    one, other = pair
    session.execute(sa.update(PersonRow).values(name="", wechat="wx_1", wechat_key="wx_1"))
    session.execute(sa.delete(PersonPhoneRow).where(PersonPhoneRow.person_id == other.id))
    session.commit()
    listed = manager.text("/leads/matches")
    compared = manager.text(f"/leads/matches/{one.person}/{other.person}")
    beside = manager.text(f"/leads/matches/of/{other.lead}")
    for page in (listed, compared):
        assert "Name not known" not in page
        assert f"Guest {other.person[:6]}" in page
    assert "138****8000" in listed
    assert "A · 138 0013 8000" in compared
    assert "138****8000" in beside


def test_not_the_same_guest_is_gone_from_the_list(
    manager: Browser, session: Session, pair: tuple[Guest, Guest]
) -> None:
    one, other = pair
    send(manager, f"/leads/matches/{one.person}/{other.person}/different")
    assert session.scalars(sa.select(MatchRow.status)).one() == "different"
    assert "Nobody stands here twice" in manager.get("/leads/matches").text


def test_a_guests_page_says_who_may_be_he_and_compares_with_a_phone(
    manager: Browser, session: Session, cast: Cast, pair: tuple[Guest, Guest]
) -> None:
    one, other = pair
    page = manager.get(f"/leads/{one.lead}").text
    assert f'hx-get="/leads/matches/of/{one.lead}"' in page
    assert "王晓明" in manager.get(f"/leads/matches/of/{one.lead}").text
    compared = send(manager, f"/leads/matches/of/{one.lead}", {"phone": "138 0013 8010"})
    assert compared.headers["Location"] == f"/leads/matches/{one.person}/{other.person}"
    for phone, says in (
        ("123", "not a phone"),
        (FAR, "Nobody has this phone"),
        (PHONE, "same guest already"),
    ):
        send(manager, f"/leads/matches/of/{one.lead}", {"phone": phone})
        assert says in manager.get(f"/leads/{one.lead}").text


def test_who_may_not_merge_finds_no_door(lin: Browser, session: Session, pair: tuple[Guest, Guest]) -> None:
    one, other = pair
    for address in ("/leads/matches", f"/leads/matches/{one.person}/{other.person}"):
        assert lin.get(address).status_code == HTTPStatus.FORBIDDEN
    answer = send(lin, f"/leads/matches/{one.person}/{other.person}/merge", {"keep": one.person})
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert 'hx-get="/leads/matches' not in lin.get(f"/leads/{one.lead}").text


def test_another_organisations_guest_is_nobody(
    manager: Browser, session: Session, cast: Cast, pair: tuple[Guest, Guest]
) -> None:
    stranger = people.find_or_add(session, e164=PHONE, name="", actor=cast.other_manager, at=local(9))
    public_id = queries.get(session, cast.foreign_club.organisation_id, stranger).public_id
    session.commit()
    for address in (f"/leads/matches/{pair[0].person}/{public_id}", "/leads/matches/merges/a2b3c4d5e6f7"):
        assert manager.get(address).status_code == HTTPStatus.NOT_FOUND
    answer = send(manager, f"/leads/matches/{pair[0].person}/{public_id}/merge", {"keep": public_id})
    assert answer.status_code == HTTPStatus.NOT_FOUND


def test_the_holder_writes_the_file(
    lin: Browser, session: Session, cast: Cast, pair: tuple[Guest, Guest]
) -> None:
    lead = pair[0].lead
    send(lin, f"/leads/{lead}/details", {"wechat": "xm88", "email": "a@b.cn", "address": "福田区"})
    send(lin, f"/leads/{lead}/phones", {"phone": "139 1111 2222", "label": "work"})
    page = lin.get(f"/leads/{lead}").text
    assert all(each in page for each in ("xm88", "a@b.cn", "福田区", "139 1111 2222", "Work phone"))
    send(lin, f"/leads/{lead}/phones/first", {"phone": FAR})
    assert [phone.e164 for phone in queries.phones_of(session, pair[0].id)] == [FAR, PHONE]
    send(lin, f"/leads/{lead}/phones/remove", {"phone": PHONE})
    assert [phone.e164 for phone in queries.phones_of(session, pair[0].id)] == [FAR]
    wrong = send(lin, f"/leads/{lead}/details", {"email": "nobody"})
    assert wrong.status_code == HTTPStatus.FOUND
    assert "no e-mail address" in lin.get(f"/leads/{lead}/details").text


def test_a_phone_of_somebody_else_is_refused_and_put_before_a_supervisor(
    lin: Browser, session: Session, cast: Cast, pair: tuple[Guest, Guest]
) -> None:
    Guest(session, cast, "李四", FAR)
    session.commit()
    answer = send(lin, f"/leads/{pair[0].lead}/phones", {"phone": FAR, "label": ""})
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "a supervisor can put the two together" in answer.text
    assert sorted(session.scalars(sa.select(MatchRow.score))) == [50, 55]


def test_spouse_and_child_are_put_into_the_household_and_out_again(
    lin: Browser, session: Session, cast: Cast, pair: tuple[Guest, Guest]
) -> None:
    one, other = pair
    send(lin, f"/leads/{one.lead}/household", {"phone": NEAR, "relation": "spouse"})
    send(lin, f"/leads/{one.lead}/household", {"name": "小宝", "birthday": "2018-06-01", "relation": "child"})
    mates = households.of_person(session, cast.club.id, one.id)
    assert [(mate.name, mate.relation.value) for mate in mates] == [
        *(("王小明", "adult"), ("王晓明", "spouse"), ("小宝", "child"))
    ]
    page = lin.get(f"/leads/{one.lead}").text
    assert f'href="/leads/{other.lead}"' in page
    assert "小宝" in page
    send(lin, f"/leads/{one.lead}/household/leave", {"person": mates[2].person_public_id})
    assert len(households.of_person(session, cast.club.id, one.id)) == 2
    stranger = send(lin, f"/leads/{one.lead}/household/leave", {"person": mates[2].person_public_id})
    assert stranger.status_code == HTTPStatus.NOT_FOUND


def test_details_are_for_whoever_sees_the_phone(
    lin: Browser, session: Session, cast: Cast, pair: tuple[Guest, Guest]
) -> None:
    other = pair[1].lead
    assert lin.get(f"/leads/{other}/details").status_code == HTTPStatus.CONFLICT
    for door in ("details", "phones", "phones/remove", "phones/first", "household", "household/leave"):
        send(lin, f"/leads/{other}/{door}", {"wechat": "mine", "phone": FAR, "name": "x"})
    row = session.execute(sa.select(PersonRow.wechat).where(PersonRow.id == pair[1].id)).one()
    assert row.wechat == ""
    assert [phone.e164 for phone in queries.phones_of(session, pair[1].id)] == [NEAR]
    assert not re.search(r"/leads/\w+/details", lin.get(f"/leads/{other}").text)
