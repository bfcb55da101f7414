from http import HTTPStatus

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from clubsales.audit import AuditEvent
from clubsales.errors import NotFound, Refused
from clubsales.leads.intake import operations as intake
from clubsales.leads.people import operations as people
from clubsales.leads.sources import operations, queries
from clubsales.leads.sources.queries import KindView, OwnSource
from clubsales.leads.sources.rules import LONGEST_SOURCE, MOST_SOURCES, Source
from tests.builders import Cast, local
from tests.integration.auth.support import Browser, let_in

AT = local(10)


def kind_of(session: Session, cast: Cast, kind: Source = Source.FLYER) -> KindView:
    return next(each for each in queries.of_club(session, cast.club.id) if each.kind is kind)


def add(session: Session, cast: Cast, name: str, *, under: OwnSource | None = None) -> OwnSource:
    source_id = operations.add(
        session,
        kind=Source.FLYER,
        name=name,
        under=under.public_id if under else "",
        actor=cast.manager,
        at=AT,
    )
    return next(each for each in kind_of(session, cast).every() if each.id == source_id)


def test_a_club_begins_with_the_seven_kinds(session: Session, cast: Cast) -> None:
    kinds = queries.of_club(session, cast.club.id)
    assert [each.kind for each in kinds] == list(Source)
    assert {(each.name, each.is_retired, each.own) for each in kinds} == {("", False, ())}


def test_sources_stand_below_a_kind_and_sub_sources_below_them(session: Session, cast: Cast) -> None:
    mall = add(session, cast, " 万象城 ")
    gate = add(session, cast, "东门", under=mall)
    add(session, cast, "地铁口")
    flyers = kind_of(session, cast)
    assert [each.name for each in flyers.every()] == ["万象城", "东门", "地铁口"]
    assert gate.under is not None
    assert (gate.under.id, gate.kind) == (mall.id, Source.FLYER)
    other = queries.of_club(session, cast.other_club.id)
    assert {each.own for each in other} == {()}
    with pytest.raises(Refused) as deeper:
        add(session, cast, "左", under=gate)
    assert deeper.value.code == "source.too_deep"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "source.nameless"),
        (" \u200b ", "source.nameless"),
        ("a" * (LONGEST_SOURCE + 1), "source.too_long"),
        ("Mall  A", "source.name_taken"),
        ("MALL a", "source.name_taken"),
    ],
)
def test_a_source_has_a_name_of_its_own(session: Session, cast: Cast, name: str, code: str) -> None:
    mall = add(session, cast, "Mall A")
    add(session, cast, "Mall A", under=mall)  # below another one it is another one
    beside = add(session, cast, "Station")
    with pytest.raises(Refused) as refused:
        add(session, cast, name)
    assert refused.value.code == code
    with pytest.raises(Refused) as refused:
        operations.rename(session, public_id=beside.public_id, name=name, actor=cast.manager, at=AT)
    assert refused.value.code == code
    operations.rename(session, public_id=mall.public_id, name="MALL A", actor=cast.manager, at=AT)
    assert kind_of(session, cast).own[0].name == "MALL A"


def test_what_is_retired_is_not_offered_and_its_sub_sources_neither(session: Session, cast: Cast) -> None:
    mall = add(session, cast, "Mall")
    add(session, cast, "East gate", under=mall)

    def use(*, in_use: bool) -> list[str]:
        operations.use(session, public_id=mall.public_id, in_use=in_use, actor=cast.manager, at=AT)
        return [each.name for each in kind_of(session, cast).offered()]

    assert use(in_use=False) == []
    assert use(in_use=False) == []
    assert [each.name for each in kind_of(session, cast).every()] == ["Mall", "East gate"]
    assert use(in_use=True) == ["Mall", "East gate"]
    tags = session.scalars(
        sa.select(AuditEvent.tag).where(AuditEvent.subject_kind == "lead_source").order_by(AuditEvent.id)
    ).all()
    assert tags == ["lead_source:added"] * 2 + ["lead_source:retired", "lead_source:restored"]


def test_at_least_one_kind_stays(session: Session, cast: Cast) -> None:
    for kind in list(Source)[1:]:
        operations.use_kind(session, kind=kind, in_use=False, actor=cast.manager, at=AT)
    with pytest.raises(Refused) as refused:
        operations.use_kind(session, kind=Source.WALK_IN, in_use=False, actor=cast.manager, at=AT)
    assert refused.value.code == "source.last_kind"
    operations.use_kind(session, kind=Source.EVENT, in_use=True, actor=cast.manager, at=AT)
    operations.use_kind(session, kind=Source.WALK_IN, in_use=False, actor=cast.manager, at=AT)
    assert [each.kind for each in queries.of_club(session, cast.club.id) if not each.is_retired] == [
        Source.EVENT
    ]


def test_a_kind_is_called_what_the_club_calls_it(session: Session, cast: Cast) -> None:
    def rename(kind: Source, name: str) -> str:
        operations.rename_kind(session, kind=kind, name=name, actor=cast.manager, at=AT)
        return kind_of(session, cast, kind).name

    assert rename(Source.SWEEP, " 扫楼 ") == "扫楼"
    assert rename(Source.SWEEP, "扫街") == "扫街"
    with pytest.raises(Refused) as refused:
        rename(Source.EVENT, "扫街")
    assert refused.value.code == "source.name_taken"
    with pytest.raises(Refused) as refused:
        rename(Source.EVENT, "a" * (LONGEST_SOURCE + 1))
    assert refused.value.code == "source.too_long"
    assert rename(Source.SWEEP, "") == ""


def test_a_form_is_no_catalogue(session: Session, cast: Cast) -> None:
    for number in range(MOST_SOURCES):
        kept = add(session, cast, f"第{number}家")
    with pytest.raises(Refused) as refused:
        add(session, cast, "再一家")
    assert refused.value.code == "source.too_many"
    operations.use(session, public_id=kept.public_id, in_use=False, actor=cast.manager, at=AT)
    add(session, cast, "再一家")
    with pytest.raises(Refused) as refused:
        operations.use(session, public_id=kept.public_id, in_use=True, actor=cast.manager, at=AT)
    assert refused.value.code == "source.too_many"


def test_another_clubs_source_is_not_there(session: Session, cast: Cast) -> None:
    mall = add(session, cast, "Mall")
    for change in (
        lambda: operations.rename(
            session, public_id=mall.public_id, name="x", actor=cast.other_manager, at=AT
        ),
        lambda: operations.use(
            session, public_id=mall.public_id, in_use=False, actor=cast.other_manager, at=AT
        ),
        lambda: operations.add(
            session, kind=Source.FLYER, name="x", under=mall.public_id, actor=cast.other_manager, at=AT
        ),
        lambda: queries.by_public_id(session, cast.club.id, "nonsense\x00"),
    ):
        with pytest.raises(NotFound):
            change()


def test_the_sources_of_the_latest_leads_are_counted(session: Session, cast: Cast) -> None:
    for number, source in enumerate((Source.EVENT, Source.EVENT, Source.PHONE)):
        person_id = people.add(session, e164=f"+861380013800{number}", name="", actor=cast.lin, at=local(9))
        intake.capture(session, person_id=person_id, source=source, actor=cast.lin, at=local(9))
    assert queries.used_lately(session, cast.club.id) == {Source.EVENT: 2, Source.PHONE: 1}
    assert queries.used_lately(session, cast.foreign_club.id) == {}


@pytest.fixture
def manager(client: FlaskClient, session: Session, cast: Cast) -> Browser:
    let_in(session, cast.manager)
    browser = Browser(client, {"Accept-Language": "en"})
    browser.sign_in("wujingli")
    return browser


def test_a_manager_makes_the_list_of_the_club(manager: Browser, session: Session, cast: Cast) -> None:
    page = "/leads/sources/online"
    assert "Online" in manager.text("/leads/sources")
    assert manager.post(f"{page}/add", page=page, name="公众号").status_code == HTTPStatus.SEE_OTHER
    (account,) = kind_of(session, cast, Source.ONLINE).own
    assert manager.post(f"{page}/add", page=page, name="菜单", under=account.public_id).status_code == 303
    assert manager.post(f"{page}/name", page=page, name="网络").status_code == HTTPStatus.SEE_OTHER
    shown = manager.text(page)
    for text in ("公众号", "菜单", "网络", f"/enquiry/{cast.club.public_id}?from={account.public_id}"):
        assert text in shown
    own = f"/leads/sources/own/{account.public_id}"
    manager.post(f"{own}/name", page=page, name="微信公众号")
    manager.post(f"{own}/use", page=page, used="0")
    assert "微信公众号" in manager.text(page)
    assert "Retired" in manager.text(page)
    assert "微信公众号" not in manager.text("/leads")
    manager.post(f"{page}/use", page=page, used="0")
    assert 'value="online"' not in manager.text("/leads")
    assert f"/enquiry/{cast.club.public_id}" in manager.text("/leads/sources")


def test_a_refused_name_is_said_on_the_page(manager: Browser) -> None:
    page = "/leads/sources/flyer"
    for name, sentence in (("", "Type what this source is called."), ("x" * 61, "at most 60 characters")):
        manager.post(f"{page}/add", page=page, name=name)
        assert sentence in manager.text(page)


@pytest.mark.parametrize("address", ["/leads/sources/moon", "/leads/sources/own/a2b3c4d5e6f7/name"])
def test_no_page_for_an_unknown_kind(manager: Browser, address: str) -> None:
    answer = manager.post(address, page="/leads/sources") if "own" in address else manager.get(address)
    assert answer.status_code == HTTPStatus.NOT_FOUND


def test_who_may_not_change_settings_sees_no_list(client: FlaskClient, session: Session, cast: Cast) -> None:
    let_in(session, cast.lin)
    browser = Browser(client)
    browser.sign_in("linjing")
    for address in ("/leads/sources", "/leads/sources/flyer"):
        assert browser.get(address).status_code == HTTPStatus.FORBIDDEN
    answer = browser.post("/leads/sources/flyer/add", page="/leads", name="x")
    assert answer.status_code == HTTPStatus.FORBIDDEN
