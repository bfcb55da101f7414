"""Once a year the club looks at its scheme: what the scores of the year say (ASM-23)."""

import re
from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.consultants.assessment import keeping, yearly
from clubsales.consultants.assessment.flow import Giver
from clubsales.consultants.assessment.marking import Mark
from clubsales.consultants.assessment.periods import Period
from clubsales.consultants.assessment.rules import Label
from tests.builders import Cast, local
from tests.integration.auth.support import Browser, account, let_in
from tests.integration.consultants.assessed import Assessed, assessed

IN_JANUARY = local(10, day=4, month=1, year=2027)


@pytest.fixture
def club(session: Session, cast: Cast) -> Assessed:
    """March: Lin has everything, Zhou half of it; Ma's is not approved."""
    made = assessed(session, cast)
    made.issue()
    made.through(cast.lin)
    made.review(cast.zhou, at=local(10, day=2, month=4), marks=made.marks(Giver.MANAGER, most=0.5))
    made.send(cast.zhou, at=local(11, day=2, month=4))
    made.confirm(cast.zhou, at=local(12, day=3, month=4))
    made.approve(cast.zhou, at=local(9, day=8, month=4))
    made.review(cast.ma, at=local(10, day=2, month=4))
    return made


@pytest.fixture
def january() -> Iterator[None]:
    with time_machine.travel(IN_JANUARY, tick=True):
        yield


def window(client: FlaskClient, session: Session, who: Actor, *, at: Instant = IN_JANUARY) -> Browser:
    let_in(session, who, at=at)
    session.commit()
    browser = Browser(client.application.test_client(), {"Accept-Language": "en"})
    assert browser.sign_in(account(session, who).username).status_code == 303
    return browser


def test_approved_scores_of_the_year_are_counted_by_name(session: Session, club: Assessed) -> None:
    items = keeping.versions(session, club.cast.club.id)[0].sheet[Period.MONTH]
    found = yearly.scores_of(session, club.cast.club.id, items, 2026)
    assert found.count == 2
    assert found.labels[Label.A] == 1
    reached = {each.item.code: each.percent for each in found.reached}
    assert reached["tour"] == 75  # all of it and half of it
    assert reached["service"] == 100
    assert yearly.scores_of(session, club.cast.club.id, items, 2025).count == 0
    assert yearly.scores_of(session, club.cast.other_club.id, items, 2026).count == 0


def test_a_second_look_counts_once(session: Session, club: Assessed) -> None:
    items = keeping.versions(session, club.cast.club.id)[0].sheet[Period.MONTH]
    ma = club.cast.ma
    club.review(ma, at=local(11, day=2, month=4), marks=club.marks(Giver.MANAGER, tour=Mark(0)))
    club.send(ma, at=local(11, day=2, month=4))
    club.confirm(ma, at=local(12, day=3, month=4))
    club.approve(ma, at=local(9, day=8, month=4))
    reached = yearly.scores_of(session, club.cast.club.id, items, 2026).reached
    assert {each.item.code: each.percent for each in reached}["tour"] == 50


def test_in_january_the_manager_is_reminded_until_a_sheet_is_published(
    client: FlaskClient, session: Session, club: Assessed, january: None
) -> None:
    manager = window(client, session, club.cast.manager)
    assert "Look at the scheme" in manager.text("/assessments")
    page = manager.text("/assessments/sheets/month")
    assert "What 2026 says about the sheet" in page
    reached = page.partition("How much of each item was reached")[2]
    assert set(re.findall(r'<progress class="bar" max="(\d+)"', reached)) == {"100"}, (
        "of what there was to reach"
    )
    assert "To be looked at this month" in page
    assert "What 2026 says" not in manager.text("/assessments/sheets/year")
    assert "Look at the scheme" not in window(client, session, club.leader).text("/assessments")
    newest = keeping.versions(session, club.cast.club.id)[0]
    first, second, *rest = newest.sheet[Period.MONTH]
    keeping.publish(
        session,
        period=Period.MONTH,
        items=[second, first, *rest],
        valid_from=date(2027, 1, 1),
        seen=newest.number,
        actor=club.cast.manager,
        at=IN_JANUARY,
    )
    session.commit()
    assert "Look at the scheme" not in manager.text("/assessments")


def test_nobody_is_reminded_in_another_month(session: Session, club: Assessed) -> None:
    versions = keeping.versions(session, club.cast.club.id)
    assert yearly.is_due(versions, club.cast.club, date(2027, 1, 31))
    assert not yearly.is_due(versions, club.cast.club, date(2027, 2, 1))


def test_without_a_year_before_the_present_one_is_shown(session: Session, club: Assessed) -> None:
    items = keeping.versions(session, club.cast.club.id)[0].sheet[Period.MONTH]
    assert yearly.last_year_or_this(session, club.cast.club.id, items, date(2026, 5, 1)).year == 2026
    assert yearly.last_year_or_this(session, club.cast.club.id, items, date(2027, 5, 1)).year == 2026
