"""Everything that happened with a person, a page at a time."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from clubsales.clock import local_day
from clubsales.errors import NotFound
from clubsales.ids import PersonID
from clubsales.leads.claims import operations as claims
from clubsales.leads.followups import operations as followups
from clubsales.leads.followups.models import ContactRow
from clubsales.leads.followups.rules import Channel, ContactOutcome
from clubsales.leads.intake import operations as intake
from clubsales.leads.intake import queries, timeline
from clubsales.leads.intake.rules import Source
from clubsales.leads.intake.timeline import Place
from clubsales.leads.matches.models import MergeRow
from clubsales.leads.people import operations as people
from clubsales.leads.touches.models import TouchRow
from tests.builders import Cast, consultant_of, local
from tests.integration.auth.support import Browser, let_in
from tests.integration.leads.support import a_lead
from tests.statements import statements

AT = local(14)
PERSONS_PAGE = 30  # statements at most, whatever there is to show


@pytest.fixture(autouse=True)
def afternoon() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


def walk(session: Session, cast: Cast, person_id: PersonID, lines: int) -> list[timeline.Moment]:
    """All lines, read page by page."""
    found: list[timeline.Moment] = []
    before = ""
    while True:
        page = timeline.page_of(session, cast.club.id, person_id, before=before, lines=lines)
        found += page.moments
        assert len(page.moments) == lines or page.before is None
        if page.before is None:
            return found
        before = page.before


def a_long_story(session: Session, cast: Cast, *, touches: int, contacts: int) -> PersonID:
    """A lead with this much behind it: some of it in one moment, some minutes apart."""
    person_id = a_lead(session, cast.lin, e164="+8613800138008", name="常客", at=local(8, day=1))
    lin = consultant_of(cast.lin)
    of_person = {"club_id": cast.club.id, "person_id": person_id, "consultant_id": lin}
    moments = [local(9, day=2) + timedelta(minutes=number // 3) for number in range(touches + contacts)]
    if not moments:
        return person_id
    session.execute(
        sa.insert(TouchRow),
        [
            {
                **of_person,
                "kind": "contact" if number >= touches else "visit",
                "reception_id": None,
                "at": at,
                "local_day": local_day(at, cast.club.zone),
                "signals": [],
            }
            for number, at in enumerate(moments)
        ],
    )
    if contacts:
        session.execute(
            sa.insert(ContactRow),
            [
                {
                    **of_person,
                    "public_id": f"b{number:011}",
                    "channel": "call",
                    "outcome": "answered",
                    "contacted_at": at,
                    "at": at,
                    "local_day": local_day(at, cast.club.zone),
                }
                for number, at in enumerate(moments[touches:])
            ],
        )
    return person_id


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(touches=st.integers(0, 25), contacts=st.integers(0, 25), lines=st.integers(1, 12))
def test_page_by_page_nothing_is_missing_and_nothing_comes_twice(
    session: Session, cast: Cast, touches: int, contacts: int, lines: int
) -> None:
    world = session.begin_nested()
    try:
        person_id = a_long_story(session, cast, touches=touches, contacts=contacts)
        whole = timeline.page_of(session, cast.club.id, person_id, lines=1_000)
        assert walk(session, cast, person_id, lines) == list(whole.moments)
        assert len(whole.moments) == touches + contacts + 1
        places = [moment.place for moment in whole.moments]
        assert places == sorted(places, reverse=True)
    finally:
        world.rollback()


def test_claims_and_merges_stand_among_the_touches(session: Session, cast: Cast) -> None:
    person_id = a_lead(session, cast.ma, at=local(8))
    claims.claim(
        session, person_id=person_id, consultant_id=consultant_of(cast.ma), actor=cast.ma, at=local(9)
    )
    followups.log_contact(
        session,
        person_id=person_id,
        consultant_id=consultant_of(cast.ma),
        channel=Channel.CALL,
        outcome=ContactOutcome.ANSWERED,
        actor=cast.ma,
        at=local(10),
    )
    claims.release(session, person_id=person_id, actor=cast.ma, at=local(11))
    other = people.find_or_add(session, e164=None, name="王晓明", actor=cast.manager, at=local(8))
    session.add(
        MergeRow(
            organisation_id=cast.club.organisation_id,
            kept_id=person_id,
            merged_id=other,
            fields={},
            merged_at=local(12),
            merged_by=cast.manager.account_id,
            undone_at=local(13),
            undone_by=cast.supervisor.account_id,
        )
    )
    session.flush()
    told = [(moment.kind, moment.name) for moment in walk(session, cast, person_id, 2)]
    assert told == [
        ("unmerged", "孙主管"),
        ("merged", "吴经理"),
        ("claim_ended", "马超"),
        ("contact", "马超"),
        ("claimed", "马超"),
        ("captured", "马超"),
    ]
    assert {moment.other for moment in walk(session, cast, person_id, 9)} == {"", "王晓明"}


def test_two_thousand_touches_cost_what_two_do(session: Session, cast: Cast, client: FlaskClient) -> None:
    """The same statements, and of the tables no more rows than a page has."""
    few = a_long_story(session, cast, touches=2, contacts=0)
    many = people.find_or_add(session, e164="+8613800138009", name="老客", actor=cast.lin, at=AT)
    session.execute(
        sa.insert(TouchRow),
        [
            {
                "club_id": cast.club.id,
                "person_id": many,
                "consultant_id": consultant_of(cast.lin),
                "kind": "visit",
                "reception_id": None,
                "at": AT - timedelta(minutes=number),
                "local_day": local_day(AT, cast.club.zone),
                "signals": [],
            }
            for number in range(2_000)
        ],
    )
    session.commit()
    counts = []
    for person_id in (few, many):
        with statements() as sent:
            page = timeline.page_of(session, cast.club.id, person_id)
        counts.append(len(sent))
        assert len(page.moments) <= timeline.LINES
    assert counts[0] == counts[1] == 5


def test_the_whole_page_costs_the_same_with_two_thousand_touches(
    session: Session, cast: Cast, client: FlaskClient
) -> None:
    few = a_long_story(session, cast, touches=timeline.LINES * 2, contacts=0)
    many = people.find_or_add(session, e164="+8613800138009", name="老客", actor=cast.lin, at=AT)
    intake.capture(session, person_id=many, source=Source.PHONE, actor=cast.lin, at=local(8, day=1))
    rows = session.execute(sa.select(TouchRow).where(TouchRow.person_id == few)).scalars().all()
    for _again in range(2_000 // len(rows)):
        session.execute(
            sa.insert(TouchRow),
            [
                {
                    "club_id": each.club_id,
                    "person_id": many,
                    "consultant_id": each.consultant_id,
                    "kind": each.kind,
                    "reception_id": None,
                    "at": each.at,
                    "local_day": each.local_day,
                    "signals": [],
                }
                for each in rows
            ],
        )
    let_in(session, cast.lin)
    browser = Browser(client, {"Accept-Language": "en"})
    browser.sign_in("linjing")
    counts, sizes = [], []
    for person_id in (few, many):
        lead_id = queries.of_person(session, cast.club.id, person_id)
        assert lead_id is not None
        address = f"/leads/{queries.public_id_of(session, lead_id)}"
        browser.text(address)  # what is read once in a process, or noted once a day, is
        with statements() as sent:
            sizes.append(len(browser.text(address)))
        counts.append(len(sent))
    assert counts[0] == counts[1] <= PERSONS_PAGE
    assert sizes[1] < sizes[0] * 1.1


def test_the_page_shows_the_latest_lines_and_the_way_to_earlier_ones(
    session: Session, cast: Cast, client: FlaskClient
) -> None:
    person_id = a_long_story(session, cast, touches=timeline.LINES * 2, contacts=0)
    lead_id = queries.of_person(session, cast.club.id, person_id)
    assert lead_id is not None
    address = f"/leads/{queries.public_id_of(session, lead_id)}"
    let_in(session, cast.lin)
    session.commit()
    browser = Browser(client, {"Accept-Language": "en"})
    browser.sign_in("linjing")
    page = browser.text(address)
    assert page.count("Came in, received by 林静") == timeline.LINES
    before = timeline.page_of(session, cast.club.id, person_id).before
    assert f"{address}/timeline?before={before}" in page
    assert f"{address}?before={before}" in page
    piece = browser.text(f"{address}/timeline?before={before}")
    assert piece.count("Came in, received by 林静") == timeline.LINES
    assert "<html" not in piece
    whole = browser.text(f"{address}?before={before}")
    assert whole.count("Came in, received by 林静") == timeline.LINES
    assert "Latest" in whole
    last = timeline.page_of(session, cast.club.id, person_id, before=before or "").before
    assert "Captured by 林静" in browser.text(f"{address}/timeline?before={last}")
    for wrong in ("x", "1-2", "1-9-1", "-1-0-1", "9" * 40 + "-1-1", "1-1-" + "9" * 19, "%00"):
        assert browser.get(f"{address}/timeline?before={wrong}").status_code == 404, wrong


def test_a_place_is_written_and_read_to_the_microsecond() -> None:
    place = Place(AT + timedelta(microseconds=123_457), 2, 77)
    assert timeline.place_of(str(place)) == place
    with pytest.raises(NotFound):
        timeline.place_of("soon")
