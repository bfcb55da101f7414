"""The target table of a month (TGT-04)."""

from collections.abc import Iterator
from datetime import date

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.audit import AuditEvent
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.targets import operations, queries
from clubsales.consultants.targets.models import TargetRow
from clubsales.errors import NotFound, Refused
from clubsales.money import CNY, Money
from tests.builders import Cast, consultant_of, local, yuan
from tests.integration.auth.support import Browser, let_in

MARCH = date(2026, 3, 1)


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


def put(
    session: Session, cast: Cast, who: Actor, amount: str, month: date = MARCH, reason: str = "新店开业"
) -> None:
    operations.set_target(
        session,
        consultant_id=consultant_of(who),
        month=month,
        amount=yuan(amount),
        reason=reason,
        actor=cast.manager,
        at=local(9),
    )


def target(session: Session, cast: Cast, who: Actor, month: date = MARCH) -> Money | None:
    return queries.target_of(session, cast.club.id, consultant_of(who), month)


def field(session: Session, cast: Cast, who: Actor) -> str:
    return f"amount-{profiles.get(session, cast.club.id, consultant_of(who)).public_id}"


def rows(session: Session) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(TargetRow)) or 0


def test_the_latest_of_several_counts_and_all_are_kept(session: Session, cast: Cast) -> None:
    for amount in ("50000", "60000.50", "55000"):
        put(session, cast, cast.lin, amount, date(2026, 3, 17))
    assert target(session, cast, cast.lin, date(2026, 3, 31)) == yuan("55000")
    assert target(session, cast, cast.lin, date(2026, 4, 1)) is None
    assert target(session, cast, cast.zhou) is None
    history = queries.history_of(session, cast.club.id, MARCH)[consultant_of(cast.lin)]
    assert [(each.sequence, str(each.amount), each.issued_by) for each in history] == [
        (3, "55000.00", "吴经理"),
        (2, "60000.50", "吴经理"),
        (1, "50000.00", "吴经理"),
    ]


def test_the_same_again_is_nothing_new(session: Session, cast: Cast) -> None:
    put(session, cast, cast.lin, "50000")
    put(session, cast, cast.lin, "50000")
    session.commit()
    assert rows(session) == 1
    event = session.scalars(sa.select(AuditEvent).where(AuditEvent.tag == "target:set")).one()
    assert event.facts == {
        "consultant_id": consultant_of(cast.lin),
        "month": "2026-03-01",
        "amount": "50000.00 CNY",
        "before": None,
        "rule": "TGT-04",
        "reason": "新店开业",
    }


def test_the_club_has_the_sum(session: Session, cast: Cast) -> None:
    put(session, cast, cast.lin, "50000")
    put(session, cast, cast.zhou, "30000.25")
    put(session, cast, cast.ma, "0")
    targets = queries.targets_of(session, cast.club.id, MARCH)
    assert targets[consultant_of(cast.ma)] == yuan("0")
    assert queries.total(targets.values(), CNY) == yuan("80000.25")
    assert queries.targets_of(session, cast.foreign_club.id, MARCH) == {}


def test_what_was_set_is_never_changed(session: Session, cast: Cast) -> None:
    put(session, cast, cast.lin, "50000")
    for change in (sa.update(TargetRow).values(amount_minor=1), sa.delete(TargetRow)):
        with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
            session.execute(change)


def test_nobody_of_another_club_has_a_target_here(session: Session, cast: Cast) -> None:
    with pytest.raises(NotFound):
        operations.set_target(
            session,
            consultant_id=consultant_of(cast.lin),
            month=MARCH,
            amount=yuan("1"),
            actor=cast.other_manager,
            at=local(9),
        )
    put(session, cast, cast.lin, "50000")
    assert queries.target_of(session, cast.foreign_club.id, consultant_of(cast.lin), MARCH) is None


@pytest.mark.parametrize(("amount", "refused"), [("-1", "target.amount"), ("100000000.01", "target.amount")])
def test_a_slip_of_the_hand_is_refused(session: Session, cast: Cast, amount: str, refused: str) -> None:
    with pytest.raises(Refused) as error:
        put(session, cast, cast.lin, amount)
    assert error.value.code == refused


def test_the_manager_sets_the_months_targets(manager: Browser, session: Session, cast: Cast) -> None:
    lin, zhou = field(session, cast, cast.lin), field(session, cast, cast.zhou)
    typed = {lin: "50,000", zhou: "３００００．５"}
    for _press in range(2):
        answer = manager.post("/targets", page="/targets", month="2026-04", **typed)
        assert answer.status_code == 303
        assert answer.headers["Location"].endswith("/targets?month=2026-04")
    assert rows(session) == 2
    assert target(session, cast, cast.lin, date(2026, 4, 1)) == yuan("50000")
    page = manager.text("/targets?month=2026-04")
    assert "¥80,000.50" in page
    assert 'value="50000.00"' in page
    assert "April 2026" in page


def test_an_empty_field_leaves_what_was_set(manager: Browser, session: Session, cast: Cast) -> None:
    put(session, cast, cast.lin, "50000")
    session.commit()
    typed = {field(session, cast, cast.lin): " ", field(session, cast, cast.zhou): "1"}
    assert manager.post("/targets", page="/targets", month="2026-03", **typed).status_code == 303
    assert target(session, cast, cast.lin) == yuan("50000")
    assert target(session, cast, cast.zhou) == yuan("1")


@pytest.mark.parametrize("wrong", ["x", "-5", "1.005", "1e5", "NaN", "100000001", "9" * 30])
def test_one_bad_amount_sets_none(manager: Browser, session: Session, cast: Cast, wrong: str) -> None:
    typed = {field(session, cast, cast.lin): "50000", field(session, cast, cast.zhou): wrong}
    answer = manager.post("/targets", page="/targets", month="2026-03", **typed)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f'value="{wrong}"' in page
    assert 'aria-invalid="true"' in page
    assert rows(session) == 0


def test_no_such_month(manager: Browser) -> None:
    for month in ("2026-13", "x", "9999-12", "2026-3"):
        assert manager.get(f"/targets?month={month}").status_code == 404
        assert manager.post("/targets", page="/targets", month=month).status_code == 404
    assert "March 2026" in manager.text("/targets")


def test_only_who_sells_has_a_field(manager: Browser, session: Session, cast: Cast) -> None:
    page = manager.text("/targets")
    for who in (cast.lin, cast.zhou, cast.ma):
        assert field(session, cast, who) in page
    for who in (cast.desk, cast.manager):
        assert field(session, cast, who) not in page
    typed = {field(session, cast, cast.desk): "5"}
    assert manager.post("/targets", page="/targets", **typed).status_code == 303
    assert rows(session) == 0


def test_another_clubs_consultant_is_not_in_the_table(
    client: FlaskClient, session: Session, cast: Cast
) -> None:
    stranger = window(client, session, cast.other_manager, "biejia")
    typed = {field(session, cast, cast.lin): "5"}
    stranger.post("/targets", page="/price-list/new", **typed)
    assert rows(session) == 0
    assert "Nobody sells here in this month" in stranger.text("/targets")


@pytest.mark.parametrize(
    ("who", "username"), [("lin", "linjing"), ("supervisor", "sunzhu"), ("director", "heqiang")]
)
def test_only_the_head_sets_targets(
    client: FlaskClient, session: Session, cast: Cast, who: str, username: str
) -> None:
    browser = window(client, session, getattr(cast, who), username)
    assert browser.get("/targets").status_code == 403
    assert browser.post("/targets", page="/leave", month="2026-03").status_code == 403
