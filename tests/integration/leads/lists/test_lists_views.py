"""The pages of lists: what they cost, and what their buttons do."""

import csv
import io
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from clubsales.leads.claims.queries import CLAIM
from clubsales.leads.disclosures.models import DisclosureRow
from clubsales.leads.intake.models import LeadRow
from clubsales.leads.intake.rules import Grade
from clubsales.leads.lists.models import SavedFilterRow
from clubsales.leads.lists.queries import PHONE
from clubsales.leads.lists.rules import ON_PAGE
from clubsales.leads.people import forgetting
from clubsales.leads.people.models import PersonRow
from tests.builders import PASSWORD, Cast, consultant_of, local
from tests.integration.auth.support import Browser, let_in
from tests.integration.leads.lists.test_lists import a_lead, held
from tests.integration.leads.support import on_shift, set_policy
from tests.statements import statements

AT = local(14, 20)
# Who asks; policy; sources, saved filters, counts, consultants; the leads, their lines, whose phones are shown.
LIST = 9
NARROWED_LIST = (
    11  # the consultants that are named in the filter; how far was looked, where a page is not full
)
SEARCH = 6
LARGEST = 45_000  # bytes of a full page, before it is compressed


@pytest.fixture(autouse=True)
def afternoon() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def lin(session: Session, cast: Cast, client: FlaskClient) -> Browser:
    let_in(session, cast.lin)
    browser = Browser(client)
    browser.sign_in("linjing")
    return browser


@pytest.fixture
def manager(session: Session, cast: Cast, client: FlaskClient) -> Browser:
    let_in(session, cast.manager)
    browser = Browser(client)
    browser.sign_in("wujingli")
    return browser


@pytest.mark.parametrize(
    ("address", "most"),
    [
        ("/leads/list?view=mine", LIST),
        ("/leads/list?view=pool", LIST),
        ("/leads/list?view=ending", LIST),
        ("/leads/list?view=all", LIST),
        ("/leads/list?view=all&grade=A&source=phone&quiet=30", NARROWED_LIST),
        ("/leads/search?q=0010", SEARCH),
        ("/leads/search?q=ke", SEARCH),
    ],
)
def test_a_page_costs_so_many_statements_whatever_is_in_it(
    session: Session, cast: Cast, lin: Browser, address: str, most: int
) -> None:
    for many in (range(3), range(3, ON_PAGE + 2)):
        for number in many:
            person_id = a_lead(session, cast, number, grade=Grade.A)
            if number % 2:
                held(session, cast.lin, person_id)
        session.commit()
        lin.get(address)
        with statements() as sent:
            answer = lin.get(address)
        assert answer.status_code == 200
        assert len(answer.data) < LARGEST
        assert len(sent) <= most, "\n".join(sent)


def test_a_long_list_goes_on_and_back_to_its_beginning(session: Session, cast: Cast, lin: Browser) -> None:
    for number in range(ON_PAGE + 2):
        a_lead(session, cast, number)
    session.commit()
    first = lin.text("/leads/list?view=all")
    assert first.count("/leads/list?view=all&amp;after=") + first.count("after=") >= 1
    after = first.partition("after=")[2][:12]
    second = lin.text(f"/leads/list?view=all&after={after}")
    assert "客人0<" in second.replace(" <", "<")
    assert "客人2<" not in second.replace(" <", "<")
    assert lin.get("/leads/list?after=nonsense").status_code == 404


def test_who_has_no_plan_of_the_day_is_led_to_none(session: Session, cast: Cast, client: FlaskClient) -> None:
    a_lead(session, cast, 1)
    let_in(session, cast.director)
    browser = Browser(client)
    browser.sign_in("heqiang")
    assert browser.get("/leads/today").status_code == 403
    for page in ("/leads", "/leads/list?view=all", "/leads/funnel", "/appointments", "/today"):
        assert "/leads/today" not in browser.text(page), page


def test_an_anonymous_guest_is_said_to_be_one(session: Session, cast: Cast, lin: Browser) -> None:
    person_id = a_lead(session, cast, 1)
    nameless = a_lead(session, cast, 2)
    session.execute(sa.update(PersonRow).where(PersonRow.id == nameless).values(name=""))
    forgetting.forget(session, person_ids=[person_id], at=local(9))
    session.commit()
    for page in ("/leads/list?view=all", "/leads"):
        text = lin.text(page)
        assert (text.count("匿名客人"), text.count("姓名未知")) == (1, 1), page


def test_a_free_lead_is_claimed_with_one_tap(session: Session, cast: Cast, lin: Browser) -> None:
    person_id = a_lead(session, cast, 1)
    on_shift(session, cast.lin, AT)
    session.commit()
    public_id = session.scalars(sa.select(LeadRow.public_id)).one()
    assert f'formaction="/leads/{public_id}/claim"' in lin.text("/leads/list?view=pool")
    lin.post(f"/leads/{public_id}/claim", page="/leads/list?view=pool")
    holder = session.scalars(sa.select(CLAIM.c.consultant_id).where(CLAIM.c.person_id == person_id)).one()
    assert holder == consultant_of(cast.lin)


def test_the_desk_has_no_list_of_its_own(session: Session, cast: Cast, client: FlaskClient) -> None:
    let_in(session, cast.desk)
    desk = Browser(client)
    desk.sign_in("qiantai")
    page = desk.text("/leads/list?view=mine")
    assert "view=mine" not in page
    main = desk.text("/leads/list?view=pool").partition("<main")[2]  # the menu above has forms of its own
    assert main
    assert "formaction" not in main


def test_a_list_is_saved_used_renamed_and_deleted(session: Session, cast: Cast, lin: Browser) -> None:
    page = "/leads/list?view=all&grade=A"
    answer = lin.post("/leads/filters", page=page, name="热客", view="all", grade="A")
    assert answer.headers["Location"] == page
    row = session.execute(sa.select(SavedFilterRow.public_id, SavedFilterRow.query)).one()
    assert row.query == "view=all&grade=A"
    assert "热客" in lin.text("/leads/list")
    lin.post(f"/leads/filters/{row.public_id}/rename", page=page, name="A 类", view="all")
    assert "A 类" in lin.text("/leads/list")
    lin.post(f"/leads/filters/{row.public_id}/delete", page=page, view="all")
    assert "A 类" not in lin.text("/leads/list")
    answer = lin.post("/leads/filters", page=page, name="  ", view="all")
    assert answer.status_code == 302
    assert session.scalars(sa.select(sa.func.count()).select_from(SavedFilterRow)).one() == 0


def test_while_one_types_only_the_hits_come(session: Session, cast: Cast, lin: Browser) -> None:
    a_lead(session, cast, 10)
    session.commit()
    page, piece = lin.get("/leads/search?q=0010"), lin.get("/leads/search?q=0010", **{"HX-Request": "true"})
    assert "客人10" in page.get_data(as_text=True)
    assert "客人10" in piece.get_data(as_text=True)
    assert b"<html" in page.data
    assert b"<html" not in piece.data


def test_a_whole_phone_is_a_question_that_is_written_down_and_limited(
    session: Session, cast: Cast, lin: Browser
) -> None:
    set_policy(session, cast, {"claims": {"probes_per_day": 1}})
    first, second = (a_lead(session, cast, number) for number in (10, 11))
    phones = [
        session.scalars(sa.select(PHONE.c.e164).where(PHONE.c.person_id == each)).one()
        for each in (first, second)
    ]
    session.commit()
    for _again in range(2):
        assert "客人10" in lin.get(f"/leads/search?q={phones[0][3:]}").get_data(as_text=True)
    answer = lin.get(f"/leads/search?q={phones[1][3:]}").get_data(as_text=True)
    assert "客人11" in answer  # by its last four digits, as anybody finds it
    assert '<p class="flash warning">' in answer
    lin.get("/leads/search?q=0011")
    rows = session.execute(sa.select(DisclosureRow.kind, DisclosureRow.person_id)).all()
    assert [tuple(row) for row in rows] == [("probe", first)]


def test_leads_are_taken_out_with_the_password_and_into_the_log(
    session: Session, cast: Cast, manager: Browser
) -> None:
    for number in range(3):
        a_lead(session, cast, number, grade=Grade.A if number else None)
    session.commit()
    with time_machine.travel(local(15), tick=False):
        asked = manager.post("/leads/export", page="/leads/list", view="all", grade="A")
        assert "/confirm-password" in asked.headers["Location"]
        assert session.scalars(sa.select(DisclosureRow)).all() == []
        manager.post("/confirm-password", page="/confirm-password?next=/leads/list", password=PASSWORD)
        answer = manager.post("/leads/export", page="/leads/list", view="all", grade="A")
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="leads-all-2026-03-09.csv"'
    rows = list(csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))
    assert [row[0] for row in rows[1:]] == ["客人2", "客人1"]
    assert rows[1][1] == "138 0010 0002"
    logged = session.execute(
        sa.select(DisclosureRow.kind, DisclosureRow.how_many, DisclosureRow.account_id)
    ).one()
    assert tuple(logged) == ("export", 2, cast.manager.account_id)


def test_nobody_but_the_manager_takes_leads_out(session: Session, cast: Cast, client: FlaskClient) -> None:
    let_in(session, cast.lin, cast.supervisor, cast.director, cast.desk)
    for username in ("linjing", "sunzhu", "heqiang", "qiantai"):
        browser = Browser(client)
        browser.sign_in(username)
        answer = browser.post("/leads/export", page="/leads/list", view="all")
        assert answer.status_code == 403, username
        browser.post("/sign-out", page="/leads/list")
    assert session.scalars(sa.select(DisclosureRow)).all() == []
