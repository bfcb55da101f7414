"""The club's scripts: read by everybody, written by who leads the floor (TEL-02)."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.audit import AuditEvent
from clubsales.errors import NotFound, Refused
from clubsales.leads.scripts import operations, queries
from clubsales.leads.scripts.rules import MOST, Gap, Move, Situation
from tests.builders import Cast, local
from tests.integration.auth.support import Browser, account, let_in

Enter = Callable[[Actor], Browser]
ZH = "zh_Hans"


@pytest.fixture
def enter(client: FlaskClient, session: Session) -> Enter:
    def enter(actor: Actor) -> Browser:
        let_in(session, actor)
        browser = Browser(client, {"Accept-Language": "en"})
        browser.sign_in(account(session, actor).username)
        return browser

    return enter


def titles(session: Session, cast: Cast, situation: Situation, language: str = ZH) -> list[str]:
    scripts = queries.of_club(session, cast.club.id, language)
    return [each.title for each in scripts if each.situation is situation]


def key_of(session: Session, cast: Cast, title: str) -> str:
    return next(each.key for each in queries.of_club(session, cast.club.id, ZH) if each.title == title)


def edit(session: Session, cast: Cast, key: str, title: str = "开场", body: str = "{guest}您好") -> None:
    operations.edit(
        session,
        key=key,
        situation=Situation.FIRST_CALL,
        title=title,
        body=body,
        language=ZH,
        actor=cast.manager,
        at=local(10),
    )


def test_a_club_begins_with_the_houses_scripts_in_the_readers_language(session: Session, cast: Cast) -> None:
    assert titles(session, cast, Situation.FIRST_CALL) == ["首次电话：开场", "客户说正在忙"]
    assert titles(session, cast, Situation.FIRST_CALL, "en") == ["First call: opening", "The guest is busy"]


def test_the_first_change_makes_them_the_clubs_own(session: Session, cast: Cast) -> None:
    edit(session, cast, "opening")
    assert titles(session, cast, Situation.FIRST_CALL, "en") == ["开场", "客户说正在忙"]
    assert len(titles(session, cast, Situation.PRICE)) == 2
    with pytest.raises(NotFound):
        edit(session, cast, "opening")
    edit(session, cast, key_of(session, cast, "开场"), "再改")
    assert titles(session, cast, Situation.FIRST_CALL)[0] == "再改"
    other = queries.of_club(session, cast.other_club.id, ZH)
    assert all(each.id is None for each in other)
    tags = session.scalars(sa.select(AuditEvent.tag).where(AuditEvent.tag.like("script:%")))
    assert sorted(tags) == ["script:changed", "script:changed", "script:taken_over"]


def test_scripts_are_put_in_order(session: Session, cast: Cast) -> None:
    def move(title: str, direction: Move) -> None:
        operations.move(
            session,
            key=key_of(session, cast, title),
            direction=direction,
            language=ZH,
            actor=cast.manager,
            at=local(10),
        )

    move("客户说正在忙", Move.UP)
    assert titles(session, cast, Situation.FIRST_CALL) == ["客户说正在忙", "首次电话：开场"]
    move("客户说正在忙", Move.UP)
    move("首次电话：开场", Move.DOWN)
    assert titles(session, cast, Situation.FIRST_CALL) == ["客户说正在忙", "首次电话：开场"]
    move("客户说正在忙", Move.DOWN)
    assert titles(session, cast, Situation.FIRST_CALL) == ["首次电话：开场", "客户说正在忙"]


def test_a_retired_script_is_gone_and_so_may_all_be(session: Session, cast: Cast) -> None:
    while scripts := queries.of_club(session, cast.club.id, ZH):
        operations.retire(session, key=scripts[0].key, language=ZH, actor=cast.manager, at=local(10))
    assert queries.for_names(session, cast.club.id, ZH, {}) == {}


def test_a_script_of_ones_own_stands_at_the_end(session: Session, cast: Cast) -> None:
    def add(title: str, body: str = "话") -> None:
        operations.add(
            session,
            situation=Situation.PRICE,
            title=title,
            body=body,
            language=ZH,
            actor=cast.supervisor,
            at=local(10),
        )

    add("  分期\n付款 ", " 可以分期 ")
    assert titles(session, cast, Situation.PRICE)[-1] == "分期 付款"
    with pytest.raises(Refused) as refused:
        add(" ")
    assert refused.value.code == "script.empty"
    for number in range(MOST - len(queries.of_club(session, cast.club.id, ZH))):
        add(f"第{number}")
    with pytest.raises(Refused) as refused:
        add("太多")
    assert refused.value.code == "script.too_many"


def test_the_words_come_with_the_names(session: Session, cast: Cast) -> None:
    names = {Gap.GUEST: "陈晨", Gap.CONSULTANT: "林静", Gap.CLUB: "阳光店"}
    found = queries.for_names(session, cast.club.id, ZH, names)
    assert found[Situation.NO_ANSWER][0].body.startswith("陈晨您好，我是阳光店的会籍顾问林静")


def test_everybody_reads_and_who_leads_writes(session: Session, cast: Cast, enter: Enter) -> None:
    browser = enter(cast.lin)
    page = browser.text("/leads/scripts")
    assert "First call: opening" in page
    assert "New script" not in page
    assert browser.get("/leads/scripts/new").status_code == 403
    assert browser.get("/leads/scripts/opening").status_code == 403
    browser = enter(cast.supervisor)
    words = {"situation": "price", "title": "Instalments", "body": "Three parts, {guest}."}
    answer = browser.post("/leads/scripts", page="/leads/scripts/new", **words)
    assert answer.status_code == 303
    page = browser.text("/leads/scripts")
    assert "Three parts, {guest}." in page
    (own,) = [each for each in queries.of_club(session, cast.club.id, "en") if each.title == "Instalments"]
    words["title"] = ""
    edited = browser.post(f"/leads/scripts/{own.key}", page=f"/leads/scripts/{own.key}", **words)
    assert edited.status_code == 422
    words["title"] = "In parts"
    browser.post(f"/leads/scripts/{own.key}", page=f"/leads/scripts/{own.key}", **words)
    browser.post(f"/leads/scripts/{own.key}/move", page="/leads/scripts", direction="up")
    page = browser.text("/leads/scripts")
    assert page.index("In parts") < page.index("Another club is cheaper")
    browser.post(f"/leads/scripts/{own.key}/retire", page="/leads/scripts")
    assert "In parts" not in browser.text("/leads/scripts")
    assert browser.get("/leads/scripts/unknown").status_code == 404
    odd = browser.post("/leads/scripts/opening/move", page="/leads/scripts", direction="sideways")
    assert odd.status_code == 400


def test_a_new_script_stands_at_the_end_of_its_situation_whatever_was_retired(
    session: Session, cast: Cast
) -> None:
    for title in titles(session, cast, Situation.FIRST_CALL):
        key = key_of(session, cast, title)
        operations.retire(session, key=key, language=ZH, actor=cast.manager, at=local(10))
    lapsed = titles(session, cast, Situation.LAPSED)
    operations.add(
        session,
        situation=Situation.LAPSED,
        title="最后一句",
        body="话",
        language=ZH,
        actor=cast.manager,
        at=local(11),
    )
    assert titles(session, cast, Situation.LAPSED) == [*lapsed, "最后一句"]


def test_a_script_that_goes_to_another_situation_stands_at_its_end(session: Session, cast: Cast) -> None:
    edit(session, cast, key_of(session, cast, "首次电话：开场"))
    last = queries.of_club(session, cast.club.id, ZH)[-1]
    edit(session, cast, last.key, title="从后面来")
    assert titles(session, cast, Situation.FIRST_CALL)[-1] == "从后面来"
    first = key_of(session, cast, "开场")
    operations.edit(
        session,
        key=first,
        situation=last.situation,
        title="从前面来",
        body="您好",
        language=ZH,
        actor=cast.manager,
        at=local(11),
    )
    assert titles(session, cast, last.situation)[-1] == "从前面来"
