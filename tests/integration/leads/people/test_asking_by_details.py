"""A guest's details tell whose a typed phone is: that is asking, and is counted as asking is (CFD-07)."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from clubsales.ids import PersonID
from clubsales.leads.claims import operations as claims
from clubsales.leads.disclosures.models import DisclosureRow
from clubsales.leads.disclosures.rules import DisclosureKind
from clubsales.leads.intake.models import LeadRow
from clubsales.leads.people import queries as people
from tests.builders import Cast, consultant_of, local
from tests.integration.auth.support import Browser, let_in
from tests.integration.leads.support import a_lead, on_shift, set_policy

AT = local(14)
THEIRS, FREE = "13911112222", "13600000001"
LIMIT = "You have asked about 1 phone today"


@pytest.fixture(autouse=True)
def afternoon() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def lead(session: Session, cast: Cast) -> PersonID:
    """A lead Lin holds; somebody else has the other phone, and one may ask once a day."""
    on_shift(session, cast.lin, local(9))
    set_policy(session, cast, {"claims": {"probes_per_day": 1}})
    person_id = a_lead(session, cast.lin, e164="+8613800138000")
    claims.claim(session, person_id=person_id, consultant_id=consultant_of(cast.lin), actor=cast.lin, at=AT)
    a_lead(session, cast.desk, e164=f"+86{THEIRS}", name="李四")
    return person_id


@pytest.fixture
def lin(client: FlaskClient, session: Session, cast: Cast, lead: PersonID) -> Browser:
    let_in(session, cast.lin)
    browser = Browser(client, {"Accept-Language": "en"})
    browser.sign_in("linjing")
    return browser


def asked(session: Session) -> int:
    probes = DisclosureRow.kind == DisclosureKind.PROBE.value
    return session.execute(sa.select(sa.func.count()).where(probes)).scalar_one()


def details_of(session: Session, lead: PersonID) -> str:
    found = session.execute(sa.select(LeadRow.public_id).where(LeadRow.person_id == lead)).scalar_one()
    return f"/leads/{found}/details"


def used_up(lin: Browser) -> None:
    """The one question of the day is asked about somebody else."""
    lin.post("/leads/probe", page="/leads/probe", phone="13700000000")


def test_a_phone_of_somebody_else_counts_as_asked(lin: Browser, session: Session, lead: PersonID) -> None:
    page = details_of(session, lead)
    for _twice in range(2):  # the same one once a day
        answer = lin.post(page.replace("details", "phones"), page=page, phone=THEIRS, label="work")
        assert answer.status_code == 409
        assert "Somebody in the files has this phone already" in answer.get_data(as_text=True)
    assert asked(session) == 1
    refused = lin.post("/leads/probe", page="/leads/probe", phone="13700000000").get_data(as_text=True)
    assert LIMIT in refused


@pytest.mark.parametrize("phone", [THEIRS, FREE])
def test_beyond_the_limit_no_phone_is_told_of_and_what_was_typed_stays(
    lin: Browser, session: Session, lead: PersonID, phone: str
) -> None:
    used_up(lin)
    page = details_of(session, lead)
    answer = lin.post(page.replace("details", "phones"), page=page, phone=phone, label="work")
    shown = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert LIMIT in shown
    assert "Somebody in the files" not in shown
    assert f'value="{phone}"' in shown
    assert len(people.phones_of(session, lead)) == 1


def test_the_guests_own_phone_is_not_asked_about(lin: Browser, session: Session, lead: PersonID) -> None:
    used_up(lin)
    page = details_of(session, lead)
    answer = lin.post(page.replace("details", "phones"), page=page, phone="13800138000", label="home")
    assert answer.status_code == 302
    assert [phone.label.value for phone in people.phones_of(session, lead)] == ["home"]
    assert asked(session) == 1


def test_beyond_the_limit_nobody_is_found_for_the_household_either(
    lin: Browser, session: Session, lead: PersonID
) -> None:
    used_up(lin)
    page = details_of(session, lead)
    household = page.replace("details", "household")
    answer = lin.post(household, page=page, phone=THEIRS, name="妻子", relation="spouse")
    shown = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert LIMIT in shown
    assert "李四" not in shown
    assert f'value="{THEIRS}"' in shown
    assert 'value="妻子"' in shown
