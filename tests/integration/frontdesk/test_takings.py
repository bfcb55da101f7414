"""Money counted against the ledger, on both databases."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.audit import AuditEvent
from clubsales.clock import Instant
from clubsales.db import db
from clubsales.errors import NotFound, Refused
from clubsales.frontdesk.takings import operations, queries
from clubsales.frontdesk.takings.models import TillCountRow
from clubsales.ids import SaleID
from clubsales.membership.payments import queries as payments
from clubsales.membership.payments.rules import Method
from clubsales.membership.sales import operations as sales
from clubsales.membership.sales import refunds
from clubsales.membership.sales.rules import SaleKind
from tests.builders import Cast, local, yuan
from tests.integration.auth.support import Browser, account_id_of, let_in

AT = local(20)


@pytest.fixture(autouse=True)
def evening() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


def takes(session: Session, cast: Cast, amount: str, method: Method, actor: Actor, at: Instant) -> SaleID:
    """A towel of any price, paid to somebody."""
    sale_id = sales.open_sale(
        session,
        card_type_id=cast.annual.id,
        price=None,
        kind=SaleKind.NEW,
        consultant_id=cast.lin.consultant_id,
        actor=actor,
        at=at,
    )
    sales.book_receipt(session, sale_id=sale_id, amount=yuan(amount), method=method, actor=actor, at=at)
    return sale_id


def expected(session: Session, cast: Cast, actor: Actor) -> dict[Method, str]:
    account_id = account_id_of(actor)
    since = queries.since(session, cast.club, account_id, AT)
    found = queries.expected(session, cast.club, account_id, since, AT)
    return {method: str(amount) for method, amount in found.items()}


def test_only_what_one_took_oneself_since_the_last_count_is_expected(session: Session, cast: Cast) -> None:
    takes(session, cast, "100.00", Method.CASH, cast.desk, local(9, day=8))
    takes(session, cast, "300.00", Method.CASH, cast.desk, local(9))
    takes(session, cast, "50.00", Method.WECHAT, cast.desk, local(10))
    takes(session, cast, "700.00", Method.CASH, cast.finance, local(10))
    assert expected(session, cast, cast.desk) == {Method.CASH: "300.00", Method.WECHAT: "50.00"}
    operations.count(
        session,
        counted={Method.CASH: yuan("300.00"), Method.WECHAT: yuan("50.00")},
        actor=cast.desk,
        at=local(12),
    )
    takes(session, cast, "20.00", Method.CASH, cast.desk, local(12))  # at the very instant: the next count's
    assert expected(session, cast, cast.desk) == {Method.CASH: "20.00"}
    assert expected(session, cast, cast.finance) == {Method.CASH: "700.00"}


def test_money_given_back_is_taken_off_by_the_method_it_came_by(session: Session, cast: Cast) -> None:
    sale_id = takes(session, cast, "300.00", Method.CASH, cast.desk, local(9))
    refunds.refund(
        session, sale_id=sale_id, amount=yuan("120.00"), reason="x", actor=cast.manager, at=local(10)
    )
    assert expected(session, cast, cast.desk) == {Method.CASH: "300.00"}
    assert expected(session, cast, cast.manager) == {Method.CASH: "-120.00"}
    counted = operations.count(session, counted={Method.CASH: yuan("-120.00")}, actor=cast.manager, at=AT)
    assert [str(line.difference) for line in counted.lines] == ["0.00"]


def test_another_clubs_money_is_not_mine(session: Session, cast: Cast) -> None:
    takes(session, cast, "300.00", Method.CASH, cast.desk, local(9))
    found = payments.taken_by(
        session, cast.other_club, account_id_of(cast.desk), since=local(0), until=local(23)
    )
    assert found == {}
    counted = operations.count(session, counted={Method.CASH: yuan("300.00")}, actor=cast.desk, at=AT)
    with pytest.raises(NotFound):
        queries.by_public_id(session, cast.foreign_club, counted.public_id)


def test_a_difference_is_explained_or_nothing_is_kept(session: Session, cast: Cast) -> None:
    takes(session, cast, "300.00", Method.CASH, cast.desk, local(9))
    with pytest.raises(Refused) as refused:
        operations.count(session, counted={Method.CASH: yuan("290.00")}, actor=cast.desk, at=AT)
    assert refused.value.code == "takings.explanation"
    assert queries.of_account(session, cast.club, account_id_of(cast.desk)) == []
    operations.count(
        session, counted={Method.CASH: yuan("290.00")}, explanation=" 找错零 ", actor=cast.desk, at=AT
    )
    (count,) = queries.on_day(session, cast.club, AT.date())
    assert (count.name, count.explanation, count.since_at) == ("前台", "找错零", local(0))
    assert [str(line.difference) for line in count.differences] == ["-10.00"]
    assert queries.on_day(session, cast.foreign_club, AT.date()) == []


def test_a_count_is_never_changed(session: Session, cast: Cast) -> None:
    operations.count(session, counted={}, actor=cast.desk, at=AT)
    session.commit()
    with pytest.raises(DBAPIError):
        session.execute(sa.update(TillCountRow).values(explanation="other"))
    session.rollback()


@pytest.fixture
def desk(session: Session, cast: Cast, client: FlaskClient) -> Browser:
    takes(session, cast, "300.00", Method.CASH, cast.desk, local(9))
    let_in(session, cast.desk, cast.manager, cast.lin)
    browser = Browser(client, {"Accept-Language": "en"})
    browser.sign_in("qiantai")
    return browser


def rows(cast: Cast) -> list[TillCountRow]:
    db.session.expire_all()
    return list(db.session.scalars(sa.select(TillCountRow).where(TillCountRow.club_id == cast.club.id)))


def test_the_count_is_blind_until_it_is_made(session: Session, cast: Cast, desk: Browser) -> None:
    assert "300.00" not in desk.text("/takings")
    answer = desk.post("/takings", page="/takings", cash="290", submission_key="one")
    assert answer.status_code == 422
    shown = answer.get_data(as_text=True)
    assert "¥300.00" in shown
    assert "-¥10.00" in shown
    assert rows(cast) == []
    tags = session.scalars(sa.select(AuditEvent.tag).where(AuditEvent.account_id == cast.desk.account_id))
    assert "till_count:differed" in list(tags)
    answer = desk.post(
        "/takings", page="/takings", cash="290", explanation="wrong change", submission_key="one"
    )
    assert answer.status_code == 302
    (row,) = rows(cast)
    assert (row.explanation, row.lines[0]["counted_minor"]) == ("wrong change", 29000)
    assert "wrong change" in desk.text("/takings")


def test_two_presses_are_one_count(cast: Cast, desk: Browser) -> None:
    for _press in range(2):
        answer = desk.post("/takings", page="/takings", cash="300.00", submission_key="one")
        assert answer.status_code == 302
    assert len(rows(cast)) == 1


@pytest.mark.parametrize("typed", ["abc", "1.2345", "--5", "9" * 30, "1e3", "-"])
def test_what_is_no_amount_is_asked_for_again(cast: Cast, desk: Browser, typed: str) -> None:
    answer = desk.post("/takings", page="/takings", cash=typed, submission_key="one")
    assert answer.status_code == 422
    assert "Enter an amount" in answer.get_data(as_text=True)
    assert rows(cast) == []


@pytest.mark.parametrize("key", ["a b", "schlüssel", "x" * 81])
def test_a_key_that_is_none_is_not_taken(cast: Cast, desk: Browser, key: str) -> None:
    answer = desk.post("/takings", page="/takings", cash="300.00", submission_key=key)
    assert answer.status_code == 422
    assert rows(cast) == []


def test_the_manager_sees_everybodys_counts_and_a_consultant_none(
    cast: Cast, desk: Browser, client: FlaskClient
) -> None:
    desk.post("/takings", page="/takings", cash="290", explanation="wrong change")
    assert desk.get("/takings/history").status_code == 403
    desk.sign_in("wujingli")
    shown = desk.text("/takings/history")
    assert "Does not agree" in shown
    assert "wrong change" in shown
    assert "Nothing counted on this day" in desk.text("/takings/history?day=2026-03-01")
    assert desk.get("/takings/history?day=nonsense").status_code == 200
    desk.sign_in("linjing")
    assert desk.get("/takings").status_code == 403
    assert desk.get("/takings/history").status_code == 403
