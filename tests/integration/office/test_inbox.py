"""What waits for a decision stands on the page of the day of whoever decides it."""

from collections.abc import Iterator
from datetime import date
from http import HTTPStatus

import pytest
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from clubsales import policies
from clubsales.consultants.reviews import proposing
from clubsales.consultants.reviews.proposing import Proposal
from clubsales.consultants.reviews.rules import Kind
from clubsales.consultants.statements import operations as statements
from tests.builders import Cast, consultant_of, local
from tests.integration.office.closing_support import Months
from tests.integration.office.test_month_pages import browser_of

CASE = "1 case about a colleague waits for your decision"
OBJECTION = "1 objection to a statement waits for an answer"


@pytest.fixture(autouse=True)
def after_march() -> Iterator[None]:
    with time_machine.travel(local(9, month=4, day=3), tick=False):
        yield


@pytest.fixture
def months(session: Session, cast: Cast) -> Months:
    made = Months(session, cast)
    made.sale("10000.00", local(10), made.lin)
    made.close()
    session.commit()
    return made


def propose(months: Months, about: int) -> None:
    proposal = Proposal(kind=Kind.WARNING, consultant_id=about, words="两次没有交日报")  # type: ignore[arg-type]
    at = local(9, month=4, day=2)
    proposing.propose(months.session, proposal, actor=months.cast.supervisor, at=at)
    months.session.commit()


def test_a_month_that_is_over_waits_for_whoever_closes_it_and_whose_word_is_asked_for(
    app: Flask, session: Session, cast: Cast
) -> None:
    """AMB-65: nobody has to remember it."""
    made = Months(session, cast)
    made.sale("10000.00", local(10), made.lin)
    session.commit()
    asked = {who: browser_of(app, session, getattr(cast, who), who) for who in ("manager", "finance")}
    for browser in asked.values():
        assert "March 2026 is over and not closed yet" in browser.text("/today")
        assert 'href="/months/2026-03"' in browser.text("/today")
    director = browser_of(app, session, cast.director, "director")
    assert "is over and not closed yet" not in director.text("/today")
    made.close()
    session.commit()
    for browser in asked.values():
        assert "is over and not closed yet" not in browser.text("/today")


def test_a_month_waits_for_those_its_own_policy_asks(app: Flask, session: Session, cast: Cast) -> None:
    """What was published since then asks for the next month's words, not for this one's."""
    made = Months(session, cast)
    made.sale("10000.00", local(10), made.lin)
    for day, role in ((date(2026, 3, 1), "sales_director"), (date(2026, 4, 1), "finance_clerk")):
        policies.publish(
            session,
            changes={"month": {"approvals": [role]}},
            valid_from=day,
            actor=cast.system,
            at=local(9, month=4, day=2),
        )
    session.commit()
    director = browser_of(app, session, cast.director, "director")
    assert "March 2026 is over and not closed yet" in director.text("/today")
    finance = browser_of(app, session, cast.finance, "finance")
    assert "is over and not closed yet" not in finance.text("/today")


def test_a_case_waits_for_whoever_may_decide_it(app: Flask, months: Months) -> None:
    manager = browser_of(app, months.session, months.cast.manager, "manager")
    assert CASE not in manager.text("/today")
    propose(months, months.lin)
    page = manager.text("/today")
    assert CASE in page
    assert 'href="/reviews"' in page
    supervisor = browser_of(app, months.session, months.cast.supervisor, "supervisor")
    assert CASE not in supervisor.text("/today")


def test_a_case_about_oneself_or_a_superior_waits_for_somebody_else(app: Flask, months: Months) -> None:
    manager = browser_of(app, months.session, months.cast.manager, "manager")
    propose(months, consultant_of(months.cast.manager))
    propose(months, consultant_of(months.cast.director))
    assert "waits for your decision" not in manager.text("/today")


def test_an_objection_waits_until_it_is_answered(app: Flask, months: Months) -> None:
    manager = browser_of(app, months.session, months.cast.manager, "manager")
    statement = months.statement(months.lin)
    at = local(9, month=4, day=3)
    statements.object_to(
        months.session, public_id=statement.public_id, words="少了一单", actor=months.cast.lin, at=at
    )
    months.session.commit()
    page = manager.text("/today")
    assert OBJECTION in page
    assert "/money/everybody?month=2026-03" in page
    answer = manager.post(
        f"/money/statements/{statement.public_id}/confirm",
        page=f"/money/statements/{statement.public_id}",
        words="下个月补上",
    )
    assert answer.status_code == HTTPStatus.SEE_OTHER
    assert OBJECTION not in manager.text("/today")
