"""A manager's roster week on a touch tablet: planned by tapping, copied, swapped, its gaps seen; in both languages."""

from dataclasses import dataclass, fields
from datetime import date, timedelta

import pytest
from babel.support import Translations
from playwright.sync_api import Locator, Page, expect

from clubsales.clock import local_day, now
from clubsales.consultants.roster import queries
from clubsales.db import db
from clubsales.web import PACKAGE
from tests.browser.conftest import DESKTOP, Club, NewPage, Screens, look, sign_in
from tests.builders import consultant_of

CATALOGUES = PACKAGE / "translations"


@dataclass(frozen=True)
class Words:
    """What people read on the way, in their language."""

    locale: str
    early: str
    late: str
    rest: str
    nobody: str
    whole_week: str
    copy: str
    copy_ticked: str
    take_back: str
    take_it_back: str
    ask: str
    agree: str
    approve: str


ENGLISH = Words(
    locale="en-US",
    early="Early",
    late="Late",
    rest="Rest",
    nobody="nobody planned",
    whole_week="Whole week",
    copy="Copy the week before…",
    copy_ticked="Copy for those ticked",
    take_back="Take the copy back",
    take_it_back="Take it back",
    ask="Ask %(name)s",
    agree="Agree",
    approve="Approve",
)


def in_chinese(words: Words) -> Words:
    """The same words as the catalogue says them."""
    catalogue = Translations.load(CATALOGUES, ["zh_Hans"])
    said = {field.name: catalogue.gettext(getattr(words, field.name)) for field in fields(words)}
    return Words(**{**said, "locale": "zh-CN"})


@pytest.fixture(params=["zh", "en"])
def words(request: pytest.FixtureRequest, served: Club) -> Words:
    """The catalogue is read when the club is served, as its pages read it."""
    return in_chinese(ENGLISH) if request.param == "zh" else ENGLISH


def row_of(page: Page, name: str) -> Locator:
    return page.locator("#roster tbody tr", has=page.locator("th", has_text=name))


def cell(page: Page, name: str, weekday: int) -> Locator:
    """A person's day of the week shown; Monday is 0."""
    return row_of(page, name).locator("td").nth(weekday)


def choose(page: Page, brush: str) -> None:
    page.locator("#roster .choice", has_text=brush).tap()


def next_week(club: Club) -> date:
    today = local_day(now(), club.cast.club.zone)
    return today - timedelta(days=today.weekday()) + timedelta(days=7)


def planned(club: Club, who: str, monday: date) -> list[tuple[int, str]]:
    """What stands in the database: the weekday and the shift."""
    with club.app.app_context():
        person = consultant_of(getattr(club.cast, who))
        found = queries.entries_of(db.session, [person], monday, monday + timedelta(days=6))[person]
        return [(entry.day.weekday(), entry.shift) for entry in found]


def test_a_managers_roster_week(new_page: NewPage, served: Club, words: Words) -> None:
    monday = next_week(served)
    manager = new_page(locale=words.locale)
    sign_in(manager, "manager")
    manager.goto(f"/roster?week={monday}")
    expect(manager.locator("#coverage .gap")).to_have_count(7)

    # A whole week in two taps, single days by tapping in turn.
    choose(manager, words.early)
    row_of(manager, "林静").get_by_role("button", name=words.whole_week).tap()
    expect(row_of(manager, "林静").locator(".slot")).to_have_count(7)
    choose(manager, words.rest)
    cell(manager, "林静", 6).locator("button").tap()
    manager.locator("#roster .choice").first.tap()
    for weekday in (0, 1):
        cell(manager, "周倩", weekday).locator("button").tap()
        cell(manager, "周倩", weekday).locator("button").tap()
        expect(cell(manager, "周倩", weekday)).to_contain_text(words.late)
    expect(manager.locator("#roster .pending")).to_have_count(0)
    assert planned(served, "lin", monday) == [(each, "early") for each in range(6)]
    assert planned(served, "zhou", monday) == [(0, "late"), (1, "late")]

    # The days with both shifts are covered, the others say when nobody is there.
    gaps = manager.locator("#coverage td")
    expect(gaps.nth(0).locator(".gap")).to_have_count(0)
    expect(gaps.nth(2).locator(".gap")).to_contain_text("17:00–22:00")
    expect(gaps.nth(6).locator(".gap")).to_contain_text(words.nobody)
    assert look(manager) == []

    # The week after is copied from it: seen first, taken back, and copied again.
    manager.goto(f"/roster?week={monday + timedelta(days=7)}")
    manager.get_by_role("link", name=words.copy).tap()
    expect(manager.locator("#copy-week input:checked")).to_have_count(2)
    assert look(manager) == []
    manager.get_by_role("button", name=words.copy_ticked).tap()
    expect(manager.locator(".flash")).to_contain_text("8")
    manager.get_by_role("button", name=words.take_back).tap()
    manager.locator("dialog[open]").get_by_role("button", name=words.take_it_back).tap()
    expect(manager.locator(".flash")).to_contain_text("8")
    assert planned(served, "zhou", monday + timedelta(days=7)) == []
    manager.get_by_role("link", name=words.copy).tap()
    manager.get_by_role("button", name=words.copy_ticked).tap()
    expect(manager.locator(".flash")).to_contain_text("8")
    assert planned(served, "zhou", monday + timedelta(days=7)) == [(0, "late"), (1, "late")]

    # Lin asks Zhou for her Tuesday, Zhou agrees, the manager approves.
    lin = new_page(locale=words.locale)
    sign_in(lin, "lin")
    lin.goto(f"/roster?week={monday}")
    expect(lin.locator("#roster tbody tr").first).to_have_class("me")
    expect(lin.locator("#roster button")).to_have_count(0)
    lin.locator("#roster tr.me td").nth(1).locator("a").tap()
    lin.locator("main a.row", has_text="周倩").tap()
    # Zhou's Monday is not offered: Lin works herself then.
    lin.locator("label.choice", has_text="14:00–22:00").tap()
    lin.get_by_role("button", name=words.ask % {"name": "周倩"}).tap()
    expect(lin.locator("main li[data-swap]")).to_have_count(1)
    assert look(lin) == []

    zhou = new_page(locale=words.locale)
    sign_in(zhou, "zhou")
    zhou.goto("/roster/swaps")
    zhou.get_by_role("button", name=words.agree, exact=True).tap()
    expect(zhou.locator("main .attention")).to_have_count(0)

    manager.goto("/roster/swaps")
    manager.get_by_role("button", name=words.approve, exact=True).tap()
    expect(manager.locator("main .attention")).to_have_count(0)
    assert planned(served, "lin", monday)[:2] == [(0, "early"), (1, "late")]
    assert planned(served, "zhou", monday) == [(0, "late"), (1, "early")]


def test_a_shift_is_dragged_and_moved_by_keys(new_page: NewPage, served: Club) -> None:
    monday = next_week(served)
    manager = new_page(viewport=DESKTOP, locale="en-US")
    sign_in(manager, "manager")
    manager.goto(f"/roster?week={monday}")
    manager.locator("#roster .choice", has_text="Early").click()
    cell(manager, "林静", 0).locator("button").click()
    expect(manager.locator("#roster .pending")).to_have_count(0)

    cell(manager, "林静", 0).locator("button").drag_to(cell(manager, "周倩", 3).locator("button"))
    expect(cell(manager, "周倩", 3)).to_contain_text("Early")
    expect(cell(manager, "林静", 0).locator(".slot")).to_have_count(0)
    expect(manager.locator("#roster .pending")).to_have_count(0)
    assert (planned(served, "lin", monday), planned(served, "zhou", monday)) == ([], [(3, "early")])

    cell(manager, "周倩", 3).locator("button").focus()
    for key in ("m", "ArrowRight", "ArrowDown", "Enter"):
        manager.keyboard.press(key)
    expect(manager.locator("#roster .pending")).to_have_count(0)
    assert planned(served, "zhou", monday) == []
    below = row_of(manager, "周倩").locator("xpath=following-sibling::tr[1]").locator("td").nth(4)
    expect(below).to_contain_text("Early")


def test_taps_without_a_connection_are_sent_when_there_is_one(screens: Screens, served: Club) -> None:
    monday = next_week(served)
    screens.watch.offline = True
    manager = screens.open(locale="en-US")
    sign_in(manager, "manager")
    manager.goto(f"/roster?week={monday}")
    choose(manager, "Late")
    manager.route("**/roster/cell", lambda route: route.abort())
    for weekday in range(4):
        cell(manager, "林静", weekday).locator("button").tap()
    expect(manager.locator("#roster .pending")).to_have_count(4)
    expect(manager.locator("[data-roster-state]")).to_contain_text("kept here")
    manager.unroute("**/roster/cell")
    expect(manager.locator("#roster .pending")).to_have_count(0)  # it tries every 3 seconds
    assert planned(served, "lin", monday) == [(each, "late") for each in range(4)]


def test_a_refused_tap_says_why_and_shows_what_is_true(screens: Screens, served: Club) -> None:
    monday = next_week(served)
    screens.watch.offline = True  # a refusal's status is an error to the console
    manager = screens.open(locale="en-US")
    sign_in(manager, "manager")
    manager.goto(f"/roster?week={monday}")
    choose(manager, "Early")
    manager.evaluate("document.querySelector('#roster input[value=\"shift:early\"]').value = 'shift:noon'")
    cell(manager, "林静", 0).locator("button").tap()
    expect(manager.locator("#notice")).to_contain_text("There is no shift called noon here")
    expect(manager.locator("#roster .pending")).to_have_count(0)
    assert planned(served, "lin", monday) == []
