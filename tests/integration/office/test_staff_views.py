"""The pages of staff: what they ask, refuse and keep."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from clubsales.actor import Role
from clubsales.auth import queries as accounts
from clubsales.auth.models import Account
from clubsales.clock import now
from tests.builders import PASSWORD, PIN, Cast
from tests.integration.auth.support import Browser, account, account_id_of, let_in

NEW = {
    "name": "韩梅",
    "username": "hanmei",
    "role": "consultant",
    "kind": "inside",
    "team": "一组",
    "password": PASSWORD,
    "pin": PIN,
}


@pytest.fixture
def window(client: FlaskClient, session: Session, cast: Cast) -> Browser:
    """The club manager's browser, signed in by password."""
    let_in(session, cast.manager, cast.lin, cast.desk)
    browser = Browser(client, {"Accept-Language": "en"})
    browser.sign_in("wujingli")
    return browser


def address(session: Session, who: object, then: str = "") -> str:
    return f"/staff/{account(session, who).public_id}{then}"  # type: ignore[arg-type]


def is_known(session: Session, username: str) -> bool:
    return bool(session.scalar(sa.select(sa.exists().where(Account.username == username))))


def test_list_shows_everybody_of_the_club_and_nobody_else(window: Browser) -> None:
    page = window.text("/staff")
    for shown in ("林静", "周倩", "马超", "前台", "一组", "Outside", "Receptionist", "No PIN"):
        assert shown in page
    assert "别家经理" not in page


def test_hired_colleague_stands_in_the_list(window: Browser, session: Session, cast: Cast) -> None:
    assert window.post("/staff/new", page="/staff/new", **NEW).status_code == 303
    assert "韩梅 works here now" in window.text("/staff")
    assert is_known(session, "hanmei")


def test_receptionist_hired_with_the_default_kind_sells_nothing(
    window: Browser, session: Session, cast: Cast
) -> None:
    window.post("/staff/new", page="/staff/new", **{**NEW, "role": "receptionist"})
    line = next(line for line in accounts.staff(session, club=cast.club) if line.username == "hanmei")
    assert line.roles == {Role.RECEPTIONIST}
    assert 'checked id="place-kind-2"' in window.text(f"/staff/{line.public_id}")  # sells nothing


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", ""),
        ("name", "  "),
        ("name", "韩\x00梅"),
        ("name", "x" * 61),
        ("username", ""),
        ("username", "a"),
        ("username", "han mei"),
        ("username", "x" * 10_000),
        ("username", "linjing"),
        ("role", ""),
        ("role", "owner"),
        ("role", "general_manager"),
        ("role", "member"),
        ("role", "emperor"),
        ("kind", "sideways"),
        ("team", "x" * 61),
        ("password", ""),
        ("password", "short"),
        ("password", "hanmei-hanmei"),
        ("pin", "1234"),
        ("pin", "12"),
        ("pin", "abcd"),
    ],
)
def test_wrong_hire_is_said_at_its_field_and_keeps_the_rest(
    window: Browser, session: Session, field: str, typed: str
) -> None:
    response = window.post("/staff/new", page="/staff/new", **{**NEW, field: typed})
    page = response.get_data(as_text=True)
    assert response.status_code == 422
    assert "Nothing was saved yet" in page
    assert 'aria-invalid="true"' in page or 'class="error"' in page
    assert PASSWORD not in page
    assert 'value="一组"' in page or field == "team"
    assert not is_known(session, "hanmei")


def test_roles_above_are_not_offered(window: Browser) -> None:
    page = window.text("/staff/new")
    assert 'value="club_manager"' in page
    for above in ("owner", "general_manager", "deputy_gm", "sales_director", "member"):
        assert f'value="{above}"' not in page


def test_rights_need_the_password_again(window: Browser, session: Session, cast: Cast) -> None:
    page = address(session, cast.lin)
    with time_machine.travel(now() + timedelta(minutes=20)):
        assert window.get("/staff/new").headers["Location"].startswith("/confirm-password")
        for then in ("/password", "/pin", "/roles", "/leave", "/roles/consultant/take"):
            response = window.post(page + then, page=page)
            assert response.headers["Location"].startswith("/confirm-password"), then
    assert account(session, cast.lin).active


def test_team_is_changed(window: Browser, session: Session, cast: Cast) -> None:
    page = address(session, cast.lin)
    assert 'value="一组"' in window.text(page)
    sent = {"place-kind": "inside", "place-team": "三组"}
    assert window.post(page + "/place", page=page, **sent).status_code == 303
    assert 'value="三组"' in window.text(page)
    wrong = window.post(page + "/place", page=page, **{**sent, "place-team": "x" * 99})
    assert wrong.status_code == 422


def test_role_is_given_and_taken_on_the_page(window: Browser, session: Session, cast: Cast) -> None:
    page = address(session, cast.lin)
    assert window.post(page + "/roles", page=page, **{"role-role": "supervisor"}).status_code == 303
    assert "Supervisor" in window.text(page)
    assert window.post(page + "/roles/supervisor/take", page=page).status_code == 303
    her = account_id_of(cast.lin)
    assert accounts.roles_in(session, account_id=her, club_id=cast.club.id) == {Role.CONSULTANT}
    assert window.post(page + "/roles", page=page, **{"role-role": "owner"}).status_code == 422
    assert window.post(page + "/roles/emperor/take", page=page).status_code == 404
    assert window.post(page + "/roles/owner/take", page=page).status_code == 302
    assert "This is the only role" in window.text(page)
    assert accounts.roles_in(session, account_id=her, club_id=cast.club.id) == {Role.CONSULTANT}


def test_forgotten_password_and_pin_are_set_anew(window: Browser, session: Session, cast: Cast) -> None:
    page = address(session, cast.lin)
    before = account(session, cast.lin).password
    weak = window.post(page + "/password", page=page, **{"password-password": "linjing-linjing"})
    assert weak.status_code == 422
    assert "contains the user name" in weak.get_data(as_text=True)
    assert account(session, cast.lin).password == before
    done = window.post(page + "/password", page=page, **{"password-password": "seven-green-kettles"})
    assert done.status_code == 303
    assert account(session, cast.lin).password != before
    assert window.post(page + "/pin", page=page, **{"pin-pin": "1111"}).status_code == 422
    assert window.post(page + "/pin", page=page, **{"pin-pin": "7391"}).status_code == 303


def test_end_of_employment_says_what_it_means_and_does_it(
    window: Browser, session: Session, cast: Cast
) -> None:
    page = address(session, cast.lin)
    assert "is signed out everywhere" in window.text(page)
    assert window.post(page + "/leave", page=page).status_code == 303
    assert "no longer works in" in window.text("/staff")
    assert window.get(page).status_code == 404
    assert not account(session, cast.lin).active


def test_those_above_and_oneself_are_shown_without_buttons(
    window: Browser, session: Session, cast: Cast
) -> None:
    director, oneself = address(session, cast.director), address(session, cast.manager)
    assert "has a role above yours" in window.text(director)
    assert "Nobody changes their own rights" in window.text(oneself)
    for page in (director, oneself):
        assert page + "/leave" not in window.text(page)
        response = window.post(page + "/leave", page=page)
        assert response.status_code == 302
        assert account(session, cast.director).active
        assert account(session, cast.manager).active
    assert "Ask the general manager or the owner" in window.text(director)


def test_staff_of_another_club_is_not_there(window: Browser, session: Session, cast: Cast) -> None:
    page = address(session, cast.other_manager)
    assert window.get(page).status_code == 404
    for then in ("/place", "/roles", "/roles/club_manager/take", "/password", "/pin", "/leave"):
        assert window.post(page + then, page="/staff/new").status_code == 404, then
    assert account(session, cast.other_manager).active
    assert window.get("/staff/%00").status_code == 404
    assert window.get("/staff/" + "x" * 3_000).status_code == 404


@pytest.mark.parametrize("username", ["linjing", "qiantai"])
def test_who_manages_nobody_is_kept_out(window: Browser, session: Session, cast: Cast, username: str) -> None:
    window.sign_in(username)
    for page in ("/staff", "/staff/new", "/club", "/price-list", address(session, cast.zhou)):
        assert window.get(page).status_code == 403, page
    assert window.post("/staff/new", page="/account", **NEW).status_code == 403
    assert not is_known(session, "hanmei")


def test_club_page_leads_to_its_settings(window: Browser) -> None:
    page = window.text("/club")
    for link in ("/staff", "/price-list", "/devices"):
        assert f'href="{link}"' in page
    assert "09:00 to 22:00" in page
