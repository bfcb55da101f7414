"""What the page of a guest offers who was made anonymous: what happened, and nothing to do with him."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from clubsales.leads.intake.models import LeadRow
from tests.builders import Cast, local
from tests.integration.auth.support import Browser, let_in
from tests.integration.leads.support import a_lead


@pytest.fixture(autouse=True)
def afternoon() -> Iterator[None]:
    with time_machine.travel(local(14), tick=False):
        yield


def test_nothing_is_offered_with_whom_nobody_knows(client: FlaskClient, session: Session, cast: Cast) -> None:
    guest = a_lead(session, cast.lin, e164="+8613800138000", name="陈晨")
    let_in(session, cast.manager)
    manager = Browser(client, {"Accept-Language": "en"})
    manager.sign_in("wujingli")
    public_id = session.scalars(sa.select(LeadRow.public_id).where(LeadRow.person_id == guest)).one()
    page = f"/leads/{public_id}"
    offered = (
        "Details and household",
        "Next steps",
        "Nobody holds this lead",
        '/details"',
        "/leads/matches/of/",
    )
    before = manager.text(page)
    assert [words for words in offered if words in before] == list(offered)
    manager.post(f"{page}/anonymise", page=f"{page}/anonymise", because="asked", sure="y")
    after = manager.text(page)
    assert "Anonymised guest" in after
    assert "Everything that happened" in after
    assert not [words for words in offered if words in after]
