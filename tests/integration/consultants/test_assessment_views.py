"""The pages of assessment, as each role opens them."""

from collections.abc import Iterator

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from clubsales.consultants.assessment.flow import Status
from clubsales.consultants.credits import closing
from tests.builders import Cast, local
from tests.integration.auth.support import Browser, let_in
from tests.integration.consultants.assessed import MARCH, Assessed, assessed

IN_APRIL = local(10, day=2, month=4)


@pytest.fixture
def club(session: Session, cast: Cast) -> Iterator[Assessed]:
    made = assessed(session, cast)
    made.issue()
    let_in(
        session,
        cast.lin,
        cast.zhou,
        cast.ma,
        cast.manager,
        cast.director,
        made.general,
        made.leader,
        at=IN_APRIL,
    )
    with time_machine.travel(IN_APRIL, tick=True):
        yield made


def window(client: FlaskClient, username: str) -> Browser:
    browser = Browser(client.application.test_client(), {"Accept-Language": "en"})
    assert browser.sign_in(username).status_code == 303
    return browser


def test_the_whole_way_on_the_pages(client: FlaskClient, club: Assessed) -> None:
    address = f"/assessments/{club.of(club.cast.lin).public_id}"
    lin, leader = window(client, "linjing"), window(client, "zuzhang")
    manager, general = window(client, "wujingli"), window(client, "songwen")
    assert "How do you see it yourself?" in lin.get(address).get_data(as_text=True)
    assert lin.post(f"{address}/self", **{"points-tour": "6.5", "words": "不错"}).status_code == 303
    assert "Your marks" in leader.get(address).get_data(as_text=True)
    assert leader.post(f"{address}/marks", **{"points-tour": "5"}).status_code == 303
    assert "Supervisor" not in lin.get(address).get_data(as_text=True)  # not before it is sent
    given = {f"points-{item.code}": str(item.weight) for item in club.of(club.cast.lin).items}
    given |= {"count-service": "1", "percent-satisfaction": "86.5", "points-tour": "5.25"}
    refused = manager.post(f"{address}/review", **({**given, "points-tour": "x"}))
    assert refused.status_code == 422
    assert "Enter a number such as 4 or 3.5." in refused.get_data(as_text=True)
    assert manager.post(f"{address}/review", **{"points-tour": "5"}).status_code == 422
    assert manager.post(f"{address}/review", **(given)).status_code == 303
    assert manager.post(f"{address}/send").status_code == 303
    page = lin.get(address).get_data(as_text=True)
    assert "1 complaint, 3 points off for each" in page
    assert "86.5% of the guests asked are satisfied" in page
    assert lin.post(f"{address}/object", words="带看不止这些").status_code == 303
    assert manager.post(f"{address}/review", **({**given, "words": "看过了"})).status_code == 303
    assert general.post(f"{address}/approve").status_code == 303
    assert club.of(club.cast.lin).status is Status.APPROVED
    assert "% of the commission is paid" in lin.get(address).get_data(as_text=True)


@pytest.mark.parametrize(("tour", "said"), [("7", True), ("0", False)])
def test_who_is_good_in_everything_is_said_to_have_a_chance(
    client: FlaskClient, club: Assessed, tour: str, said: bool
) -> None:
    """AWD-05: the page says it to the managers and, once it is sent, to the person; nothing follows by itself."""
    address = f"/assessments/{club.of(club.cast.lin).public_id}"
    manager = window(client, "wujingli")
    given = {f"points-{item.code}": str(item.weight) for item in club.of(club.cast.lin).items}
    given |= {"count-service": "0", "percent-satisfaction": "100", "points-tour": tour}
    assert manager.post(f"{address}/review", **given).status_code == 303
    chance = "has the chance of promotion to supervisor"
    assert (chance in manager.text(address)) is said
    assert chance not in window(client, "linjing").text(address)
    assert manager.post(f"{address}/send").status_code == 303
    assert (chance in window(client, "linjing").text(address)) is said


def test_a_form_with_nothing_on_it_is_not_handed_in(client: FlaskClient, club: Assessed) -> None:
    address = f"/assessments/{club.of(club.cast.lin).public_id}"
    for username, door in (("linjing", "self"), ("zuzhang", "marks")):
        answer = window(client, username).post(f"{address}/{door}", words=" ")
        assert answer.status_code == 422
        assert "Nothing is filled in yet." in answer.get_data(as_text=True)
    assert club.of(club.cast.lin).status is Status.ISSUED


def test_who_sees_whose(client: FlaskClient, club: Assessed) -> None:
    mine, other = (f"/assessments/{club.of(who).public_id}" for who in (club.cast.lin, club.cast.ma))
    lin, leader = window(client, "linjing"), window(client, "zuzhang")
    director = window(client, "heqiang")
    assert [each.get(mine).status_code for each in (lin, leader, director)] == [200, 200, 404]
    assert [each.get(other).status_code for each in (lin, leader)] == [404, 404]
    listed = leader.get("/assessments").get_data(as_text=True)
    assert "林静" in listed
    assert "马超" not in listed
    assert lin.get("/assessments").status_code == 403
    assert lin.get("/assessments/mine").status_code == 200


def test_what_waits_stands_on_the_managers_day(client: FlaskClient, club: Assessed) -> None:
    manager = window(client, "wujingli")
    assert "3 assessments wait for you" in manager.get("/today").get_data(as_text=True)
    assert "in 14 days" in manager.get("/assessments?month=2026-03").get_data(as_text=True)
    assert manager.post("/assessments/send", month="2026-03").status_code == 303
    for period in ("month", "quarter", "year"):
        assert manager.get(f"/assessments?period={period}&month=2026-01").status_code == 200
        assert manager.get(f"/assessments/sheets/{period}").status_code == 200
        assert manager.get(f"/assessments/sheets/{period}/versions/0").status_code == 200
    for page in ("/assessments/calendar", "/assessments/training?below=80"):
        assert manager.get(page).status_code == 200


def test_late_ones_are_marked(client: FlaskClient, club: Assessed) -> None:
    with time_machine.travel(local(10, day=9, month=4), tick=True):
        page = window(client, "wujingli").get("/assessments?month=2026-03").get_data(as_text=True)
    assert "2 days late" in page


def test_a_month_closed_without_an_assessment_asks_nobody_for_it(
    client: FlaskClient, session: Session, club: Assessed
) -> None:
    address = f"/assessments/{club.of(club.cast.lin).public_id}"
    lin, manager = window(client, "linjing"), window(client, "wujingli")
    closing.close_month(session, month=MARCH, digest="", actor=club.cast.manager, at=IN_APRIL)
    session.commit()
    for browser in (lin, manager):
        page = browser.get(address).get_data(as_text=True)
        assert "This month was closed before the assessment took effect" in page
        assert 'id="marks"' not in page
    assert "Due " not in lin.get("/assessments/mine").get_data(as_text=True)
    everybody = manager.get("/assessments?period=month&month=2026-03").get_data(as_text=True)
    assert everybody.count("The month was closed without it") == 3
    assert "Nothing waits for you." in everybody
    assert "assessments wait for you" not in manager.get("/today").get_data(as_text=True)


def test_marks_that_are_refused_stay_on_the_page_as_typed(client: FlaskClient, club: Assessed) -> None:
    address = f"/assessments/{club.of(club.cast.lin).public_id}"
    for username, door in (("linjing", "self"), ("zuzhang", "marks")):
        typed = {"points-tour": "99", "note-tour": "带了四十位", "words": "见记录"}
        answer = window(client, username).post(f"{address}/{door}", **typed)
        page = answer.get_data(as_text=True)
        assert answer.status_code == 422
        assert "Item 7 takes points from 0 to 7." in page
        assert 'value="99"' in page
        assert "带了四十位" in page
        assert "见记录" in page


def test_a_refusal_leads_back_to_a_page_and_never_to_a_door(client: FlaskClient, club: Assessed) -> None:
    address = f"/assessments/{club.of(club.cast.lin).public_id}"
    lin = window(client, "linjing")
    lin.headers["Referer"] = f"http://localhost{address}/self"
    answer = lin.post(f"{address}/confirm")
    assert answer.status_code == 302
    assert answer.location == address


def test_a_second_look_has_the_reasons_of_the_first(client: FlaskClient, club: Assessed) -> None:
    assessment = club.of(club.cast.lin)
    address, manager = f"/assessments/{assessment.public_id}", window(client, "wujingli")
    given = {f"points-{item.code}": str(item.weight) for item in assessment.items}
    given |= {f"note-{item.code}": "看过记录" for item in assessment.items}
    given |= {"count-service": "1", "percent-satisfaction": "86.5", "bonus": "2", "note-bonus": "带新人"}
    assert manager.post(f"{address}/review", **given).status_code == 303
    page = manager.get(address).get_data(as_text=True)
    assert page.count('value="看过记录"') == len(assessment.items)
    assert 'value="带新人"' in page


@pytest.mark.parametrize("username", ["linjing", "zuzhang", "wujingli"])
def test_each_item_stands_once_on_the_page_of_whoever_gives_marks(
    client: FlaskClient, club: Assessed, username: str
) -> None:
    """As a field with what is known of it, or as a line; and every item stands there."""
    assessment = club.of(club.cast.lin)
    page = window(client, username).get(f"/assessments/{assessment.public_id}").get_data(as_text=True)
    for number, item in enumerate(assessment.items, start=1):
        assert page.count(f">{number}. {item.title_in('en')}<") == 1


def test_a_manager_reads_beside_the_field_what_the_others_gave(client: FlaskClient, club: Assessed) -> None:
    address = f"/assessments/{club.of(club.cast.lin).public_id}"
    given = {"points-tour": "5", "note-tour": "带看记录齐全"}
    assert window(client, "zuzhang").post(f"{address}/marks", **given).status_code == 303
    page = window(client, "wujingli").get(address).get_data(as_text=True)
    form = page.partition('id="marks"')[2].partition("</form>")[0]
    assert form.count("带看记录齐全") == 1
    assert 'Supervisor: <span class="number">5' in form


def test_a_bonus_that_is_taken_back_is_gone_from_the_page_too(client: FlaskClient, club: Assessed) -> None:
    assessment = club.of(club.cast.lin)
    address, manager = f"/assessments/{assessment.public_id}", window(client, "wujingli")
    given = {f"points-{item.code}": str(item.weight) for item in assessment.items}
    given |= {f"note-{item.code}": "看过记录" for item in assessment.items}
    given |= {"count-service": "1", "percent-satisfaction": "100"}
    assert (
        manager.post(f"{address}/review", **given, bonus="2", **{"note-bonus": "带新人"}).status_code == 303
    )
    assert "99.00" in manager.get(address).get_data(as_text=True)
    assert manager.post(f"{address}/review", **given).status_code == 303
    page = manager.get(address).get_data(as_text=True)
    assert "97.00" in page
    assert "99.00" not in page
    assert "带新人" not in page
