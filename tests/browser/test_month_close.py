"""A month is closed: what is open of it, whose word it needs, the close; then what each is told, and answers."""

from http import HTTPStatus

import pytest
from playwright.sync_api import Page, expect

from clubsales.clock import now
from clubsales.consultants.credits import closing
from clubsales.db import db
from tests.browser.conftest import DESKTOP, PHONE, TABLET, Club, Screens, look, sign_in, sign_in_by_face
from tests.builders import PASSWORD
from tests.journeys.paid import sell

UPRIGHT = {"width": 820, "height": 1180}
LOCALES = ["zh-CN", "en-US"]
SAYS = {
    "zh-CN": {"reason": "考核下月补", "objection": "二十八号那单没有算进去", "answer": "看过了，下个月补上"},
    "en-US": {
        "reason": "Assessments follow next month",
        "objection": "The sale of the 28th is missing",
        "answer": "Looked at it: it comes with the next month",
    },
}


@pytest.fixture
def month(served: Club) -> str:
    """The month before, sold in and not closed; as addresses write it."""
    with served.app.app_context():
        found = sell(db.session, served.cast, at=now())
        db.session.commit()
    return f"{found:%Y-%m}"


def closed_months(served: Club) -> list[tuple[str, str]]:
    """What is closed, and the reason given."""
    with served.app.app_context():
        found = closing.closed_months(db.session, served.cast.club.id, limit=9)
        return [(f"{each.month:%Y-%m}", each.reason) for each in found]


def open_month(page: Page, month: str) -> None:
    """From the list of months to the one."""
    page.goto("/months")
    assert look(page) == []
    page.locator(f"main a[href$='/months/{month}']").click()
    page.wait_for_url(f"**/months/{month}")


def lines_of_figures(page: Page) -> int:
    """In how many lines the figures of one person stand on an upright tablet, his name not counted."""
    page.set_viewport_size(UPRIGHT)
    boxes = [cell.bounding_box() for cell in page.locator("main table tbody tr").first.locator("td").all()]
    page.set_viewport_size(TABLET)
    return len({round(box["y"]) for box in boxes if box is not None})


def press_close(page: Page, month: str) -> None:
    page.locator(f"#close-{month} button").click()


@pytest.mark.parametrize("locale", LOCALES)
def test_a_month_is_checked_approved_closed_and_answered(
    screens: Screens, served: Club, month: str, locale: str
) -> None:
    says = SAYS[locale]
    finance, desk = screens.open(DESKTOP, locale), screens.open(DESKTOP, locale)
    tablet, lin, ma = (
        screens.open(TABLET, locale),
        screens.open(PHONE, locale),
        screens.open(PHONE, locale, dark=True),
    )

    # The manager, who came by PIN: what is open leads to where it is settled, and nobody has approved yet.
    sign_in(tablet, "manager")
    tablet.goto("/devices")
    tablet.fill("#enrol input[name=name]", "前厅平板")
    tablet.locator("#enrol label:has(input[value=tablet])").tap()
    tablet.locator("#enrol button[type=submit]").tap()
    tablet.wait_for_url(lambda url: not url.endswith("/devices"))
    sign_in_by_face(tablet, "吴经理")
    open_month(tablet, month)
    assert look(tablet) == []
    expect(tablet.locator("main table tbody tr")).to_have_count(3)
    assert lines_of_figures(tablet) == 2
    expect(tablet.locator("main")).to_contain_text("62,786.10")
    expect(tablet.locator(f"#close-{month}, #approve-{month}")).to_have_count(0)
    tablet.locator("#checks a[href*='/assessments']").tap()
    tablet.wait_for_url(f"**/assessments?month={month}")
    tablet.go_back()

    # A consultant has no business here; the finance clerk gives her word for what she sees, but closes nothing.
    sign_in(lin, "lin")
    assert lin.request.get(f"/months/{month}").status == HTTPStatus.FORBIDDEN
    sign_in(finance, "finance")
    open_month(finance, month)
    expect(finance.locator("main")).to_contain_text("62,786.10")
    finance.locator(f"#approve-{month} button").click()
    expect(finance.locator(".flash")).to_be_visible()
    expect(finance.locator(f"#close-{month}, #approve-{month}")).to_have_count(0)
    assert look(finance) == []

    # Without a reason the open checks stop it, and first the password is asked for.
    sign_in(desk, "manager")
    open_month(desk, month)
    tablet.reload()
    press_close(tablet, month)
    tablet.fill("#confirm-password input[type=password]", PASSWORD)
    tablet.locator("#confirm-password button.primary").tap()
    expect(tablet.locator(".form-summary")).to_be_visible()
    assert look(tablet) == []
    assert closed_months(served) == []
    tablet.fill(f"#close-{month} textarea", says["reason"])
    press_close(tablet, month)
    expect(tablet.locator(".flash")).to_be_visible()
    expect(tablet.locator("main")).to_contain_text(says["reason"])
    assert closed_months(served) == [(month, says["reason"])]
    assert look(tablet) == []

    # At the desk the page was still open: nothing is closed twice.
    desk.fill(f"#close-{month} textarea", "again")
    press_close(desk, month)
    expect(desk.locator(".form-summary")).to_be_visible()
    expect(desk.locator(f"#close-{month}")).to_have_count(0)
    assert closed_months(served) == [(month, says["reason"])]
    came_back = [line.partition("status of ")[2][:3] for line in screens.watch.console]
    assert came_back == ["403", "422", "422"]  # the password first, the reason, closed already
    screens.watch.forget()

    # Lin reads hers on the phone: what it is made of, by which rule, and which sale each line is about.
    read(lin)
    expect(lin.locator("[aria-labelledby=made-of] .rows li")).to_have_count(2)
    expect(lin.locator("[aria-labelledby=made-of]")).to_contain_text("COM-")
    statement = lin.url
    lin.locator("[aria-labelledby=lines] a[href*='/credit/sales/']").first.tap()
    lin.wait_for_url("**/credit/sales/*")
    expect(lin.locator("[aria-labelledby=ledger]")).to_be_visible()
    lin.goto(statement)
    lin.locator("form[action$='/acknowledge'] button").tap()
    expect(lin.locator(".flash")).to_be_visible()
    expect(lin.locator("form[action$='/acknowledge'], form[action$='/object']")).to_have_count(0)

    # Ma does not agree; the manager finds it first of all and answers; then Ma takes it.
    sign_in(ma, "ma")
    read(ma)
    ma.locator("details:has(form[action$='/object']) summary").tap()
    ma.fill("form[action$='/object'] textarea", says["objection"])
    ma.locator("form[action$='/object'] button").tap()
    expect(ma.locator(".timeline")).to_contain_text(says["objection"])
    assert look(ma) == []
    tablet.goto("/money/everybody")
    tablet.locator("main .rows a", has_text="马超").first.tap()
    expect(tablet.locator(".timeline")).to_contain_text(says["objection"])
    tablet.fill("form[action$='/confirm'] textarea", says["answer"])
    tablet.locator("form[action$='/confirm'] button").tap()
    expect(tablet.locator(".timeline")).to_contain_text(says["answer"])
    assert look(tablet) == []
    ma.reload()
    expect(ma.locator(".timeline")).to_contain_text(says["answer"])
    ma.locator("form[action$='/acknowledge'] button").tap()
    expect(ma.locator(".timeline li")).to_have_count(3)


def read(page: Page) -> None:
    """From My money to the statement that waits for an answer."""
    page.goto("/money")
    page.locator("main .card.attention a.button").tap()
    page.wait_for_url("**/money/statements/*")
    assert look(page) == []
