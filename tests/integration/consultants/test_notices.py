"""Notices: written, shown on their days, read, withdrawn."""

from collections.abc import Iterator
from datetime import date

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.audit import AuditEvent
from clubsales.consultants.notices import operations, queries
from clubsales.consultants.notices.models import NoticeReadRow, NoticeRow
from clubsales.errors import NotFound, Refused
from tests.builders import Cast, local
from tests.integration.auth.support import Browser, let_in

DAY = date(2026, 3, 9)
FORM = {"title": "周六停水", "body": "早上 8 点到 10 点", "first_day": "2026-03-09", "last_day": "2026-03-14"}


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with time_machine.travel(local(10), tick=True):
        yield


def window(client: FlaskClient, session: Session, who: Actor, username: str) -> Browser:
    let_in(session, who, at=local(10))
    browser = Browser(client.application.test_client(), {"Accept-Language": "en"})
    assert browser.sign_in(username).status_code == 303
    return browser


@pytest.fixture
def manager(client: FlaskClient, session: Session, cast: Cast) -> Browser:
    return window(client, session, cast.manager, "wujingli")


def write(session: Session, cast: Cast, title: str = "停水", first: int = 9, last: int = 9) -> str:
    return operations.write(
        session,
        title=title,
        body="",
        first_day=date(2026, 3, first),
        last_day=date(2026, 3, last),
        actor=cast.manager,
        at=local(9),
    )


def shown(session: Session, cast: Cast, day: int) -> list[str]:
    notices = queries.current(session, cast.club.id, date(2026, 3, day), cast.lin.account_id)
    return [notice.title for notice in notices]


def count(session: Session, table: type[NoticeRow] | type[NoticeReadRow]) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def test_notices_are_shown_from_their_first_to_their_last_day(session: Session, cast: Cast) -> None:
    write(session, cast, "早", 9, 10)
    write(session, cast, "晚", 10, 11)
    assert [shown(session, cast, day) for day in (8, 9, 10, 11, 12)] == [
        [],
        ["早"],
        ["晚", "早"],
        ["晚"],
        [],
    ]


def test_withdrawn_is_shown_no_more(session: Session, cast: Cast) -> None:
    public_id = write(session, cast)
    for _press in range(2):
        operations.withdraw(session, public_id=public_id, actor=cast.supervisor, at=local(10))
    session.commit()
    assert shown(session, cast, 9) == []
    events = session.scalars(sa.select(AuditEvent.tag).where(AuditEvent.tag.like("notice:%"))).all()
    assert sorted(events) == ["notice:withdrawn", "notice:written"]


def test_it_is_known_who_has_read_it(session: Session, cast: Cast) -> None:
    public_id = write(session, cast)
    for hour in (10, 11):
        operations.read(session, public_id=public_id, actor=cast.lin, at=local(hour))
    notice = queries.by_public_id(session, cast.club.id, public_id, cast.lin.account_id)
    assert notice.is_read
    assert not queries.by_public_id(session, cast.club.id, public_id, cast.zhou.account_id).is_read
    readers = queries.readers(session, cast.club.id, notice.id, day=DAY)
    assert {each.name: each.read_at for each in readers if each.read_at} == {"林静": local(10)}
    assert {"周倩", "前台"} <= {each.name for each in readers}
    assert queries.read_counts(session, cast.club.id) == {notice.id: 1}


def test_another_clubs_notice_is_not_there(session: Session, cast: Cast) -> None:
    public_id = write(session, cast)
    assert queries.current(session, cast.foreign_club.id, DAY, cast.other_manager.account_id) == []
    for work in (operations.withdraw, operations.read):
        for unknown in (public_id, "aaaabbbbcccc", "x"):
            with pytest.raises(NotFound):
                work(session, public_id=unknown, actor=cast.other_manager, at=local(10))
    with pytest.raises(NotFound):
        operations.read(session, public_id=public_id, actor=cast.system, at=local(10))


def test_a_notice_of_days_gone_is_refused(session: Session, cast: Cast) -> None:
    with pytest.raises(Refused) as error:
        write(session, cast, first=7, last=8)
    assert error.value.code == "notice.past"


def test_notice_is_written_and_its_readers_seen(manager: Browser, session: Session, cast: Cast) -> None:
    answer = manager.post("/notices", page="/notices", submission_key="k1", **FORM)
    assert answer.status_code == 303
    page = manager.text("/notices")
    assert "周六停水" in page
    assert "Shown now" in page
    (notice,) = queries.latest(session, cast.club.id, None)
    assert (notice.first_day, notice.last_day, notice.body) == (DAY, date(2026, 3, 14), "早上 8 点到 10 点")
    page = manager.text(f"/notices/{notice.public_id}")
    assert "早上 8 点到 10 点" in page
    assert "Not yet" in page


def test_pressed_twice_is_one_notice(manager: Browser, session: Session) -> None:
    for _press in range(2):
        assert manager.post("/notices", page="/notices", submission_key="k2", **FORM).status_code == 303
    assert count(session, NoticeRow) == 1


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"title": ""}, 422),
        ({"title": "   "}, 422),
        ({"title": "x" * 121}, 422),
        ({"body": "x" * 2001}, 422),
        ({"first_day": ""}, 422),
        ({"first_day": " "}, 422),
        ({"last_day": "soon"}, 422),
        ({"last_day": "9999-12-31"}, 422),
        ({"last_day": "2026-03-08"}, 302),
        ({"first_day": "2026-03-01", "last_day": "2026-03-08"}, 302),
        ({"last_day": "2028-03-08"}, 302),
    ],
)
def test_bad_input_writes_nothing(
    manager: Browser, session: Session, changes: dict[str, str], status: int
) -> None:
    assert manager.post("/notices", page="/notices", **{**FORM, **changes}).status_code == status
    assert count(session, NoticeRow) == 0


def test_withdrawn_on_its_page(manager: Browser, session: Session, cast: Cast) -> None:
    public_id = write(session, cast)
    session.commit()
    for _press in range(2):
        answer = manager.post(f"/notices/{public_id}/withdraw", page="/notices")
        assert answer.status_code == 303
    assert "Withdrawn" in manager.text("/notices")


def test_everybody_reads_and_only_some_write(client: FlaskClient, session: Session, cast: Cast) -> None:
    public_id = write(session, cast)
    session.commit()
    for who, username in ((cast.lin, "linjing"), (cast.desk, "qiantai"), (cast.finance, "caiwu")):
        browser = window(client, session, who, username)
        for _press in range(2):
            answer = browser.post(f"/notices/{public_id}/read", page="/leave")
            assert answer.status_code == 303
        assert browser.get("/notices").status_code == 403
        assert browser.get(f"/notices/{public_id}").status_code == 403
        assert browser.post("/notices", page="/leave", **FORM).status_code == 403
        assert browser.post(f"/notices/{public_id}/withdraw", page="/leave").status_code == 403
    assert count(session, NoticeReadRow) == 3
    supervisor = window(client, session, cast.supervisor, "sunzhu")
    assert supervisor.get("/notices").status_code == 200
    assert 'href="/club"' not in supervisor.text("/notices")


def test_another_clubs_notice_has_no_page(client: FlaskClient, session: Session, cast: Cast) -> None:
    public_id = write(session, cast)
    session.commit()
    stranger = window(client, session, cast.other_manager, "biejia")
    assert stranger.get(f"/notices/{public_id}").status_code == 404
    for then in ("withdraw", "read"):
        assert stranger.post(f"/notices/{public_id}/{then}", page="/notices").status_code == 404
    assert "停水" not in stranger.text("/notices")
