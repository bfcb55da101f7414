"""Who was made anonymous is said to be so wherever a name would stand; of others the name is only not known."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from clubsales.ids import PersonID
from clubsales.leads.intake.models import LeadRow
from clubsales.leads.matches.merging import merge
from clubsales.leads.matches.models import MergeRow
from clubsales.leads.people import forgetting
from tests.builders import Cast, local
from tests.integration.auth.support import Browser, let_in
from tests.integration.leads.support import a_lead

AT = local(14)
GONE, NAMELESS = "Anonymised guest", "Name not known"


@pytest.fixture(autouse=True)
def afternoon() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def manager(client: FlaskClient, session: Session, cast: Cast) -> Browser:
    let_in(session, cast.manager)
    browser = Browser(client, {"Accept-Language": "en"})
    browser.sign_in("wujingli")
    return browser


def forgotten(session: Session, *people: PersonID) -> None:
    forgetting.forget(session, person_ids=list(people), at=AT)
    session.commit()


def test_who_waits_longer_than_usual(manager: Browser, session: Session, cast: Cast) -> None:
    gone, _nameless = a_lead(session, cast.desk), a_lead(session, cast.desk, name="")
    session.execute(sa.update(LeadRow).values(captured_at=AT - timedelta(days=20)))
    forgotten(session, gone)
    page = manager.text("/leads/funnel?by=quarter").partition('id="stuck"')[2].partition("</section>")[0]
    assert (page.count(GONE), page.count(NAMELESS)) == (1, 1)


def test_merges(manager: Browser, session: Session, cast: Cast) -> None:
    kept, put_aside = a_lead(session, cast.desk), a_lead(session, cast.desk)
    merge_id = merge(session, kept_id=kept, merged_id=put_aside, reason="同一个人", actor=cast.manager, at=AT)
    forgotten(session, kept, put_aside)
    public_id = session.scalars(sa.select(MergeRow.public_id).where(MergeRow.id == merge_id)).one()
    for page in ("/leads/matches", f"/leads/matches/merges/{public_id}"):
        assert f"{GONE} into {GONE}" in manager.text(page)


def test_who_looked_at_whom(manager: Browser, session: Session, cast: Cast) -> None:
    gone, nameless = a_lead(session, cast.desk), a_lead(session, cast.desk, name="")
    session.commit()
    addresses = {
        person_id: session.scalars(sa.select(LeadRow.public_id).where(LeadRow.person_id == person_id)).one()
        for person_id in (gone, nameless)
    }
    for address in addresses.values():
        manager.text(f"/leads/{address}")
    forgotten(session, gone)
    page = manager.text("/leads/who-looked")
    assert (page.count(GONE), page.count(NAMELESS)) == (1, 1)
    page = manager.text(f"/leads/who-looked?person={addresses[gone]}")
    assert (page.count(GONE), page.count(NAMELESS)) == (2, 0)
