"""A million postings rank as quickly as ten thousand: no page of the ranking goes through the ledger."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.clock import local_day, month_of
from clubsales.consultants.awards import operations, queries
from clubsales.consultants.credits import closing
from clubsales.consultants.credits.models import PostingRow
from clubsales.consultants.profiles.models import ConsultantRow
from clubsales.db import db
from clubsales.policies import policy_on
from tests import plans
from tests.builders import Cast, raise_cast
from tests.bulk import settle
from tests.conftest import BACKENDS, DatabaseMaker, migrated_app
from tests.integration.auth.support import Browser, let_in
from tests.integration.consultants.test_credits_growth import AS_IF, AT, LIMITS, POSTINGS, many_sales


@pytest.fixture(scope="module", params=BACKENDS)
def grown(
    request: pytest.FixtureRequest, new_database: DatabaseMaker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Flask, Browser]]:
    folder = tmp_path_factory.mktemp("ranking")
    url = new_database.make() if request.param == "postgresql" else f"sqlite:///{folder / 'ranking.db'}"
    app = migrated_app(url, folder)
    with time_machine.travel(AT, tick=False):
        with app.app_context():
            session: Session = db.session
            cast = raise_cast(session)
            session.commit()
            let_in(session, cast.lin)
            session.execute(sa.update(ConsultantRow).values(active_from=date(2020, 1, 1)))
            many_sales(session, cast)
            close_all_but_the_present(session, cast)
            settle(session, as_if_times=AS_IF // POSTINGS)
        browser = Browser(app.test_client())
        browser.sign_in("linjing")
        yield app, browser
    with app.app_context():
        db.engine.dispose()


def close_all_but_the_present(session: Session, cast: Cast) -> None:
    actor: Actor = cast.manager
    present = month_of(local_day(AT, cast.club.zone))
    months = session.scalars(sa.select(PostingRow.month).distinct().order_by(PostingRow.month)).all()
    for month in months:
        if month < present:
            operations.freeze(
                session,
                month=month,
                result=queries.month_result(session, cast.club, month),
                policy_version_id=policy_on(session, cast.club, month).version_id,
                actor=actor,
                at=AT,
            )
            closing.close_month(session, month=month, digest="0" * 64, actor=actor, at=AT)
    session.commit()


def test_the_ranking_is_read_by_its_month(grown: tuple[Flask, Browser]) -> None:
    app, browser = grown
    last = month_of(AT.date() - timedelta(days=40))
    assert "AMB-28" in browser.text(f"/ranking?month={last:%Y-%m}").partition('id="rules"')[0]
    for address in (
        "/ranking",
        f"/ranking?month={last:%Y-%m}",
        "/ranking?by=clubs",
        "/ranking/meeting",
        "/ranking/month.csv",
        f"/ranking/year?year={last.year}",
        "/ranking/screen",
        "/ranking/screen/live",
    ):
        plans.assert_by_index(app, browser, address, LIMITS)
