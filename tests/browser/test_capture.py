"""A guest at the desk is written down by touch: who it is and whose, before anything else is typed."""

import re

import pytest
from playwright.sync_api import Page, expect

from clubsales.clock import now
from clubsales.leads.intake import operations as intake
from clubsales.leads.intake.rules import Source
from clubsales.leads.people import operations as people
from clubsales.leads.sources import operations as sources
from tests.browser.conftest import PHONE, Club, Screens, look, sign_in
from tests.browser.test_desk import CHINESE, ENGLISH, on_shift, write


def known_guest(club: Club) -> None:
    """Zhou's guest, and a mall where flyers are handed out."""

    def work(session) -> None:  # type: ignore[no-untyped-def]
        cast = club.cast
        person_id = people.find_or_add(session, e164="+8613800138001", name="陈晨", actor=cast.zhou, at=now())
        intake.capture(session, person_id=person_id, source=Source.PHONE, actor=cast.zhou, at=now())
        sources.add(session, kind=Source.FLYER, name="万象城", actor=cast.manager, at=now())

    write(club, work)


def chip(page: Page, field: str, value: str) -> None:
    page.locator(f"label.choice:has(input[name={field}][value={value}])").tap()


@pytest.mark.parametrize("locale", [CHINESE, ENGLISH])
def test_capture_at_the_desk(served: Club, screens: Screens, locale: str) -> None:
    known_guest(served)
    on_shift(served, "lin")
    tablet = screens.open(locale=locale)
    sign_in(tablet, "lin")
    tablet.goto("/leads")
    phone = tablet.locator("#capture input[name=phone]")

    # Somebody who is known is told from somebody new while the phone is typed.
    phone.press_sequentially("13800138001")
    answer = tablet.locator("#who [data-standing]")
    expect(answer).to_have_attribute("data-standing", "pool")
    phone.fill("")
    phone.press_sequentially("13900139000")
    expect(answer).to_have_attribute("data-standing", "nobody")

    # A tap for the kind, a tap for where exactly; what belongs to other kinds is not in the way.
    tablet.locator("#capture input[name=name]").fill("韩梅")
    exactly = tablet.locator("#capture .of-kind[data-kind=flyer]")
    expect(exactly).to_be_hidden()
    chip(tablet, "source", "flyer")
    expect(exactly).to_be_visible()
    exactly.locator("label.choice").last.tap()
    tablet.locator("#capture label.check:has([name=consent])").tap()
    expect(tablet.locator("#capture [name=mine]")).to_be_checked()
    assert look(tablet) == []
    tablet.locator("#capture button.primary[type=submit]").last.tap()
    tablet.wait_for_url(re.compile(r"/leads/[0-9a-z]{12}$"))
    expect(tablet.locator("h1")).to_have_text("韩梅")
    expect(tablet.locator("main")).to_contain_text("万象城")
    expect(tablet.locator("section.active")).to_be_visible()  # it is Lin's at once
    assert look(tablet) == []


@pytest.mark.parametrize("locale", [CHINESE, ENGLISH])
def test_somebody_asks_for_a_call_on_the_website(served: Club, screens: Screens, locale: str) -> None:
    visitor = screens.open(PHONE, locale=locale)
    visitor.goto(f"/enquiry/{served.cast.club.public_id}")
    visitor.locator("#enquiry input[name=name]").fill("李雷")
    visitor.locator("#enquiry input[name=phone]").press_sequentially("13900139001")
    chip(visitor, "call", "evening")
    visitor.locator("#enquiry label.check").tap()
    assert look(visitor) == []
    visitor.locator("#enquiry button.primary").tap()
    visitor.wait_for_url(re.compile("/thanks$"))
    office = screens.open(locale=locale)
    sign_in(office, "manager")
    office.goto("/leads")
    expect(office.locator("main")).to_contain_text("李雷")
