"""Checklists in versions: published, read, edited on their page (SHF-03 to SHF-06, SOP-01, AMB-22)."""

import re
from collections.abc import Iterator
from datetime import date

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from clubsales import policies
from clubsales.actor import Actor
from clubsales.audit import AuditEvent
from clubsales.consultants.checklists import operations, queries
from clubsales.consultants.checklists.models import ChecklistAcknowledgementRow, ChecklistVersionRow
from clubsales.consultants.checklists.rules import Checklist, Item, Occasion
from clubsales.errors import NotFound, Refused
from tests.builders import Cast, consultant_of, local
from tests.integration.auth.support import Browser, let_in

DAY = date(2026, 3, 9)
OPENING, CLOSING = Occasion.OPENING, Occasion.CLOSING
ADDRESS = "/checklists/opening/early"
MIRRORS = Item("mirrors", "镜子已擦干净", "The mirrors are clean")


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with time_machine.travel(local(10), tick=True):
        yield


def held(session: Session, cast: Cast, occasion: Occasion = OPENING, shift: str = "early") -> Checklist:
    return queries.current(session, cast.club.id, occasion, shift)


def publish(
    session: Session,
    cast: Cast,
    *items: Item,
    seen: int = 1,
    shift: str = "early",
    who: Actor | None = None,
) -> Checklist:
    return operations.publish(
        session,
        occasion=OPENING,
        shift=shift,
        items=items,
        seen=seen,
        actor=who or cast.manager,
        at=local(9),
    )


def window(client: FlaskClient, session: Session, who: Actor, username: str, **headers: str) -> Browser:
    let_in(session, who, at=local(10))
    browser = Browser(client.application.test_client(), {"Accept-Language": "en", **headers})
    assert browser.sign_in(username).status_code == 303
    return browser


@pytest.fixture
def manager(client: FlaskClient, session: Session, cast: Cast) -> Browser:
    return window(client, session, cast.manager, "wujingli")


@pytest.fixture
def lin(client: FlaskClient, session: Session, cast: Cast) -> Browser:
    return window(client, session, cast.lin, "linjing")


def fields(*items: Item, seen: int = 1) -> dict[str, object]:
    return {
        "code": [item.code for item in items],
        "zh_Hans": [item.chinese for item in items],
        "en": [item.english for item in items],
        "seen": str(seen),
    }


# Versions


def test_a_club_starts_with_what_is_delivered(session: Session, cast: Cast) -> None:
    early, late = held(session, cast), held(session, cast, shift="late")
    assert (early.number, late.number) == (1, 1)
    assert early.codes != late.codes
    assert [each.checklist.number for each in queries.history(session, cast.club.id, OPENING, "early")] == [1]


def test_what_is_published_holds_and_what_held_stays_readable(session: Session, cast: Cast) -> None:
    before = held(session, cast)
    second = publish(session, cast, *before.items[:2], MIRRORS)
    third = publish(session, cast, MIRRORS, seen=2)
    assert held(session, cast) == third
    assert (second.number, third.number) == (2, 3)
    history = queries.history(session, cast.club.id, OPENING, "early")
    assert [each.checklist for each in history] == [third, second, before]
    assert [each.published_by for each in history] == ["吴经理", "吴经理", None]
    assert queries.version(session, cast.club.id, OPENING, "early", 2).checklist == second
    with pytest.raises(NotFound):
        queries.version(session, cast.club.id, OPENING, "early", 4)
    assert held(session, cast, shift="late").number == 1
    assert held(session, cast, CLOSING).number == 1


def test_another_club_keeps_its_own(session: Session, cast: Cast) -> None:
    publish(session, cast, MIRRORS)
    assert queries.current(session, cast.foreign_club.id, OPENING, "early").number == 1
    publish(session, cast, MIRRORS, who=cast.other_manager)
    assert queries.current(session, cast.foreign_club.id, OPENING, "early").number == 2
    assert len(queries.history(session, cast.club.id, OPENING, "early")) == 2


def test_published_twice_is_one_version(session: Session, cast: Cast) -> None:
    assert publish(session, cast, MIRRORS) == publish(session, cast, MIRRORS)
    session.commit()
    assert session.scalar(sa.select(sa.func.count()).select_from(ChecklistVersionRow)) == 1
    event = session.scalars(sa.select(AuditEvent).where(AuditEvent.tag == "checklist:published")).one()
    assert (event.facts["number"], event.facts["shift"], event.facts["rule"]) == (2, "early", "AMB-22")


def test_nobody_publishes_over_what_he_has_not_seen(session: Session, cast: Cast) -> None:
    publish(session, cast, MIRRORS)
    with pytest.raises(Refused) as error:
        publish(session, cast, Item("a", "甲", "one"))
    assert (error.value.code, error.value.refusal.facts) == ("checklist.newer", {"number": 2})


def test_a_version_is_never_edited(session: Session, cast: Cast) -> None:
    publish(session, cast, MIRRORS)
    for change in (sa.update(ChecklistVersionRow).values(shift="late"), sa.delete(ChecklistVersionRow)):
        with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
            session.execute(change)


# Reading


def test_each_version_is_read_once(session: Session, cast: Cast) -> None:
    who = consultant_of(cast.lin)

    def is_new() -> bool:
        return queries.unread(session, cast.club.id, who, OPENING, "early")

    assert is_new()
    for hour in (9, 10):
        operations.acknowledge(session, consultant_id=who, checklist=held(session, cast), at=local(hour))
    assert not is_new()
    assert session.scalar(sa.select(ChecklistAcknowledgementRow.at)) == local(9)
    publish(session, cast, MIRRORS)
    assert is_new()
    assert queries.unread(session, cast.club.id, consultant_of(cast.zhou), OPENING, "early")


def test_it_is_known_who_has_read_which(session: Session, cast: Cast) -> None:
    first = held(session, cast)
    for who in (cast.lin, cast.zhou):
        operations.acknowledge(session, consultant_id=consultant_of(who), checklist=first, at=local(9))
    second = publish(session, cast, MIRRORS)
    operations.acknowledge(session, consultant_id=consultant_of(cast.zhou), checklist=second, at=local(11))
    readers = queries.readers(session, cast.club.id, second, day=DAY)
    assert {each.name: (each.number, each.read_at) for each in readers} == {
        "林静": (1, None),
        "周倩": (2, local(11)),
        "马超": (None, None),
    }


# Pages


def test_every_checklist_is_listed(manager: Browser) -> None:
    page = manager.text("/checklists")
    for shift in ("early", "late"):
        for occasion in ("opening", "closing"):
            assert f'href="/checklists/{occasion}/{shift}"' in page
    assert "Read by 0 of 3" in page


def test_the_clubs_own_shift_names_have_lists(manager: Browser, session: Session, cast: Cast) -> None:
    policies.publish(
        session,
        changes={"shift": {"templates": {"night": ["22:00", "06:00"]}}},
        valid_from=DAY,
        actor=cast.manager,
        at=local(9),
    )
    session.commit()
    assert "/checklists/opening/night" in manager.text("/checklists")
    assert manager.get("/checklists/opening/night").status_code == 200


@pytest.mark.parametrize("address", ["/checklists/lunch/early", "/checklists/opening/noon"])
def test_no_such_checklist(manager: Browser, lin: Browser, address: str) -> None:
    assert manager.get(address).status_code == 404
    assert manager.get(f"{address}/versions/1").status_code == 404
    assert manager.post(address, page=ADDRESS, **fields(MIRRORS)).status_code == 404  # type: ignore[arg-type]
    assert manager.post(f"{address}/arrange?do=add", page=ADDRESS, **fields()).status_code == 404  # type: ignore[arg-type]
    assert lin.post(f"{address}/read", page="/checklists/read", number="1").status_code == 404


def test_lists_are_edited_and_published(manager: Browser, session: Session, cast: Cast) -> None:
    items = held(session, cast).items
    answer = manager.post(ADDRESS, page=ADDRESS, **fields(*items[1:], MIRRORS))  # type: ignore[arg-type]
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith(f"{ADDRESS}/versions/2")
    session.expire_all()
    assert held(session, cast).codes == (*(item.code for item in items[1:]), "mirrors")
    page = manager.text(f"{ADDRESS}/versions/2")
    for shown in (
        "What changed from the version before",
        "镜子已擦干净",
        "The mirrors are clean",
        "Removed",
        "Added",
    ):
        assert shown in page
    assert "As delivered" in manager.text(f"{ADDRESS}/versions/1")
    assert manager.get(f"{ADDRESS}/versions/3").status_code == 404
    assert manager.get(f"{ADDRESS}/versions/99999999999999999999").status_code == 404


def test_pressed_twice_is_one_version(manager: Browser, session: Session) -> None:
    for _press in range(2):
        answer = manager.post(ADDRESS, page=ADDRESS, **fields(MIRRORS))  # type: ignore[arg-type]
        assert answer.status_code == 303
    assert session.scalar(sa.select(sa.func.count()).select_from(ChecklistVersionRow)) == 1


@pytest.mark.parametrize(
    ("items", "said"),
    [
        ((), "at least one item"),
        ((Item("a", "", "one"),), "Item 1 needs a text in both languages"),
        ((Item("a", "甲", "x" * 201),), "Item 1 needs a text in both languages"),
        (tuple(Item(f"i{each}", "甲", "one") for each in range(41)), "at most 40 items"),
    ],
)
def test_a_refused_list_stays_on_the_page(
    manager: Browser, session: Session, items: tuple[Item, ...], said: str
) -> None:
    answer = manager.post(ADDRESS, page=ADDRESS, **fields(*items))  # type: ignore[arg-type]
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert said in page
    assert page.count('name="zh_Hans"') == len(items)
    assert session.scalar(sa.select(sa.func.count()).select_from(ChecklistVersionRow)) == 0


@pytest.mark.parametrize(
    "wrong",
    [{}, {"code": ["a"], "zh_Hans": [], "en": ["x"], "seen": "1"}, {"seen": "one"}, {"seen": "9" * 30}],
)
def test_what_is_no_list_is_refused(manager: Browser, wrong: dict[str, object]) -> None:
    assert manager.post(ADDRESS, page=ADDRESS, **wrong).status_code == 400  # type: ignore[arg-type]
    answer = manager.post(f"{ADDRESS}/arrange?do=add", page=ADDRESS, **wrong)  # type: ignore[arg-type]
    assert answer.status_code == 400


def test_buttons_change_the_list_on_the_page_and_save_nothing(manager: Browser, session: Session) -> None:
    two = (Item("a", "甲", "one"), Item("b", "乙", "two"))
    for do, shown in (
        ("up-1", ["乙", "甲"]),
        ("down-0", ["乙", "甲"]),
        ("remove-0", ["乙"]),
        ("add", ["甲", "乙", ""]),
        ("up-x", ["甲", "乙"]),
    ):
        answer = manager.post(f"{ADDRESS}/arrange?do={do}", page=ADDRESS, **fields(*two))  # type: ignore[arg-type]
        page = answer.get_data(as_text=True)
        assert re.findall(r'name="zh_Hans"[^>]* value="([^"]*)"', page) == shown
    for do in ("shuffle", "", "up-" + "9" * 20):
        answer = manager.post(f"{ADDRESS}/arrange?do={do}", page=ADDRESS, **fields(*two))  # type: ignore[arg-type]
        assert answer.status_code == 400
    assert session.scalar(sa.select(sa.func.count()).select_from(ChecklistVersionRow)) == 0


def test_consultant_reads_each_in_his_language(
    lin: Browser, client: FlaskClient, session: Session, cast: Cast
) -> None:
    publish(session, cast, MIRRORS)
    session.commit()
    page = lin.text("/checklists/read")
    assert page.count("New: please read") == 4
    assert "The mirrors are clean" in page
    for _press in range(2):
        assert lin.post(f"{ADDRESS}/read", page="/checklists/read", number="2").status_code == 303
    assert lin.text("/checklists/read").count("New: please read") == 3
    lin.headers["Accept-Language"] = "zh-CN"
    assert "镜子已擦干净" in lin.text("/checklists/read")


@pytest.mark.parametrize(
    ("number", "status"), [("", 400), ("x", 400), ("-1", 400), ("7", 404), ("9" * 12, 400)]
)
def test_only_a_version_that_is_can_be_read(lin: Browser, number: str, status: int) -> None:
    assert lin.post(f"{ADDRESS}/read", page="/checklists/read", number=number).status_code == status


def test_consultants_do_not_edit_and_the_desk_does_not_read(
    lin: Browser, client: FlaskClient, session: Session, cast: Cast
) -> None:
    desk = window(client, session, cast.desk, "qiantai")
    for browser in (lin, desk):
        for address in ("/checklists", ADDRESS, f"{ADDRESS}/versions/1"):
            assert browser.get(address).status_code == 403
        for address in (ADDRESS, f"{ADDRESS}/arrange?do=add"):
            assert browser.post(address, page="/leave", **fields(MIRRORS)).status_code == 403  # type: ignore[arg-type]
    assert desk.get("/checklists/read").status_code == 403
    assert desk.post(f"{ADDRESS}/read", page="/leave", number="1").status_code == 403
