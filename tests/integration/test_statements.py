"""How many statements the busy doors take: the budget that `./bench` turns into requests a second.

Finding out who asks is counted, BEGIN and COMMIT are not. A number here changes only when somebody means it to.
"""

import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from clubsales.auth import devices
from clubsales.auth.cookies import DEVICE_COOKIE
from clubsales.auth.rules import DevicePurpose
from clubsales.consultants.profiles import queries as profiles
from clubsales.frontdesk.posts.operations import open_shift
from clubsales.leads.intake import operations as intake
from clubsales.leads.intake.models import LeadRow
from clubsales.leads.intake.rules import Source
from tests.builders import Cast, consultant_of, local
from tests.cards import a_card, a_person, moving_code
from tests.integration.auth.support import Browser, let_in
from tests.statements import statements, trips

AT = local(14, 20)
CSRF = re.compile(r'name="csrf-token" content="([^"]+)"')
CHECK_IN = 3
ARRIVAL_OF_A_STRANGER = 13
ARRIVAL_OF_A_KNOWN_GUEST = 11
SEEN_OUT = 6
UNCHANGED_FLOOR = 1
SALE_TO_A_LEAD = 17
# On PostgreSQL: who asks, the form's key and what was chosen, his visits and records, member and lead, the commit.
TRIPS_OF_A_SALE = 5
CLAIM_OF_A_FREE_LEAD = 9


@pytest.fixture(autouse=True)
def afternoon() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


class Window:
    """A page that stands open: it sends its forms without being loaded again."""

    def __init__(self, client: FlaskClient, page: str) -> None:
        self._client = client
        with client.application.app_context():
            found = CSRF.search(client.get(page).get_data(as_text=True))
        assert found, f"{page} has no token"
        self._token = found[1]

    def send(self, address: str, **fields: str) -> tuple[TestResponse, list[str]]:
        """A form's answer, and the statements it took."""
        with self._client.application.app_context(), statements() as sent:
            return self._client.post(address, data={"csrf_token": self._token, **fields}), sent

    def scan(self, code: str) -> tuple[TestResponse, list[str]]:
        """A scanner's answer, and the statements it took."""
        headers = {"X-CSRFToken": self._token, "Accept": "application/json"}
        with self._client.application.app_context(), statements() as sent:
            scanned = {"code": code, "nonce": uuid4().hex}
            return self._client.post("/check-in/scan", json=scanned, headers=headers), sent


@pytest.fixture
def desk(session: Session, cast: Cast, client: FlaskClient) -> FlaskClient:
    """The receptionist's browser; Lin and Zhou are on post."""
    for actor in (cast.lin, cast.zhou):
        open_shift(
            session,
            consultant_id=consultant_of(actor),
            checklist=None,
            actor=actor,
            at=AT,
        )
    let_in(session, cast.desk)
    Browser(client).sign_in("qiantai")
    return client


def test_a_check_in(session: Session, cast: Cast, client: FlaskClient) -> None:
    """The device, the card with all that is known of it, the row."""
    cards = [a_card(session, cast, cast.annual, at=AT) for _ in range(2)]
    scanner = devices.enrol_device(
        session, name="大门", purpose=DevicePurpose.SCANNER, actor=cast.manager, at=AT
    )
    session.commit()
    client.set_cookie(DEVICE_COOKIE, scanner.token)
    door = Window(client, "/check-in")
    for card in cards:
        answer, sent = door.scan(moving_code(card, AT))
        assert answer.json is not None
        assert answer.json["admitted"] is True
        assert len(sent) == CHECK_IN, "\n".join(sent)


def test_a_walk_in(desk: FlaskClient) -> None:
    """A guest nobody knows arrives and is seen out; another day he is known, and asked for again under the lock."""
    window = Window(desk, "/desk")
    window.send("/desk/guests", phone="13900139000")  # what is read once in a process is read
    for expected in (ARRIVAL_OF_A_STRANGER, ARRIVAL_OF_A_KNOWN_GUEST):
        answer, sent = window.send("/desk/guests", phone="13800138000")
        assert answer.status_code == 302
        assert len(sent) == expected, "\n".join(sent)
        received = answer.headers["Location"].partition("received=")[2]
        answer, sent = window.send(f"/guests/{received}/seen-out", outcome="be_back")
        assert answer.status_code == 302
        assert len(sent) == SEEN_OUT, "\n".join(sent)


def test_a_sale(session: Session, cast: Cast, desk: FlaskClient) -> None:
    """A lead buys a card for cash from a consultant: sale, card, money, credit, membership and all traces."""
    for phone in ("+8613800138000", "+8613900139000"):
        person_id = a_person(session, cast, e164=phone)
        intake.capture(session, person_id=person_id, source=Source.PHONE, actor=cast.desk, at=AT)
    lin = profiles.get(session, cast.club.id, consultant_of(cast.lin))
    session.commit()
    window = Window(desk, "/sell")
    fields = {"card_type": cast.annual.public_id, "consultant": lin.public_id, "method": "cash"}
    window.send("/sell/cash", phone="13900139000", submission_key=str(uuid4()), **fields)
    with trips() as taken:
        answer, sent = window.send("/sell/cash", phone="13800138000", submission_key=str(uuid4()), **fields)
    assert answer.status_code == 302
    assert "/sales/" in answer.headers["Location"]
    keys = 1 if taken else 0  # PostgreSQL is asked for the rows' keys, so that nobody waits for each of them
    assert len(sent) == SALE_TO_A_LEAD + keys, "\n".join(sent)
    assert len(taken) in (0, TRIPS_OF_A_SALE), taken


def test_a_claim(session: Session, cast: Cast, client: FlaskClient) -> None:
    """Whose lead it is, the policy, the consultant, the claim that runs, the counts; the claim and its traces."""
    for phone in ("+8613800138000", "+8613900139000"):
        person_id = a_person(session, cast, e164=phone)
        intake.capture(session, person_id=person_id, source=Source.PHONE, actor=cast.desk, at=AT)
    leads = session.scalars(sa.select(LeadRow.public_id)).all()
    open_shift(session, consultant_id=consultant_of(cast.lin), checklist=None, actor=cast.lin, at=AT)
    let_in(session, cast.lin)
    Browser(client).sign_in("linjing")
    window = Window(client, "/leads")
    for lead in leads:
        answer, sent = window.send(f"/leads/{lead}/claim")
        assert answer.status_code == 302
        assert len(sent) == CLAIM_OF_A_FREE_LEAD, "\n".join(sent)


def test_an_unchanged_floor(session: Session, cast: Cast, client: FlaskClient) -> None:
    """Who asks, and with it the floor's version."""
    open_shift(session, consultant_id=consultant_of(cast.lin), checklist=None, actor=cast.lin, at=AT)
    let_in(session, cast.lin)
    Browser(client).sign_in("linjing")
    with client.application.app_context():
        first = client.get("/floor/live", headers={"X-Poll": "1"})
    with client.application.app_context(), statements() as sent:
        again = client.get("/floor/live", headers={"X-Poll": "1", "If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert len(sent) == UNCHANGED_FLOOR, "\n".join(sent)
