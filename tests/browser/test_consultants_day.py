"""A consultant's day on the shared tablet: briefing, checklist, guests, handover by PIN, takings, day form."""

import re
from collections.abc import Callable
from datetime import time, timedelta
from typing import TypeVar

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from clubsales.clock import local_day, now
from clubsales.clubs import ClubRow
from clubsales.consultants.notices import operations as notices
from clubsales.consultants.roster.models import RosterEntryRow
from clubsales.consultants.targets import operations as targets
from clubsales.db import transact
from clubsales.frontdesk.reception import operations as reception
from clubsales.leads.followups import operations as followups
from clubsales.leads.people import operations as people
from clubsales.membership.payments.rules import Method
from clubsales.membership.sales import operations as sales
from clubsales.membership.sales.rules import SaleKind
from tests.browser.conftest import PHONE, Club, Screens, look, sign_in, sign_in_by_face
from tests.browser.test_main_job import enrol, open_shift
from tests.builders import PIN, consultant_of, yuan

T = TypeVar("T")
LATE = 27  # minutes


def does(club: Club, work: Callable[[Session], T]) -> T:
    """Something that happens elsewhere in the club."""
    with club.app.app_context():
        return transact(work)


def prepare(session: Session, club: Club) -> None:
    """Open around the clock; Lin was planned for half an hour ago, has a target, a notice and a follow-up due."""
    cast, at = club.cast, now()
    day = local_day(at, cast.club.zone)
    session.execute(sa.update(ClubRow).values(opens=time(0), closes=time(23, 59, 59)))
    session.add(
        RosterEntryRow(
            club_id=cast.club.id,
            consultant_id=consultant_of(cast.lin),
            local_day=day,
            shift="early",
            starts_at=at - timedelta(minutes=LATE, seconds=10),
            ends_at=at + timedelta(hours=8),
            made_at=at - timedelta(days=1),
            made_by=cast.supervisor.account_id,
        )
    )
    targets.set_target(
        session,
        consultant_id=consultant_of(cast.lin),
        month=day,
        amount=yuan("30000.00"),
        actor=cast.manager,
        at=at,
    )
    notices.write(
        session, title="泳池换水", body="周三停用", first_day=day, last_day=day, actor=cast.manager, at=at
    )
    chen = people.find_or_add(session, e164="+8613800138001", name="陈晨", actor=cast.desk, at=at)
    followups.plan(
        session,
        person_id=chen,
        consultant_id=consultant_of(cast.lin),
        due_on=day,
        what="报价",
        actor=cast.lin,
        at=at,
    )


def takes_cash(session: Session, club: Club) -> None:
    """Lin sells a card and takes 500.00 of it herself."""
    cast, at = club.cast, now()
    sale_id = sales.open_sale(
        session,
        card_type_id=cast.annual.id,
        price=None,
        kind=SaleKind.NEW,
        consultant_id=cast.lin.consultant_id,
        actor=cast.lin,
        at=at,
    )
    sales.book_receipt(
        session, sale_id=sale_id, amount=yuan("500.00"), method=Method.CASH, actor=cast.lin, at=at
    )


def type_pin(tablet: Page, pin: str) -> None:
    """On the keys, as a finger does."""
    for digit in pin:
        tablet.locator(f"[data-pin-pad] [data-digit='{digit}']").tap()
    tablet.locator("[data-pin-pad] button[type=submit]").tap()


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_a_consultants_whole_day(screens: Screens, served: Club, locale: str) -> None:
    does(served, lambda session: prepare(session, served))
    tablet, colleague = screens.open(locale=locale), screens.open(PHONE, locale)
    enrol(tablet, "前厅平板", "tablet")
    sign_in_by_face(tablet, "林静")

    # The briefing, made from data; the lateness with its rule.
    tablet.goto("/floor")
    briefing = tablet.locator("body")
    for told in ("泳池换水", "周三停用", "陈晨", "报价", "30,000"):
        expect(briefing).to_contain_text(told)
    expect(tablet.locator("main .pill.now")).to_contain_text(str(LATE))
    expect(tablet.locator("main .rule").first).to_have_text("ATT-02")
    tablet.locator("main form[action*='/notices/'] button").tap()
    expect(tablet.locator("main form[action*='/notices/']")).to_have_count(0)

    # The checklist to its end, with the plan of the day.
    tablet.locator("#opening input[name=calls]").fill("20")
    tablet.locator("#opening input[name=sales]").fill("1")
    open_shift_here(tablet)
    expect(tablet.locator("aside")).to_contain_text("20")

    # Alone on post there is no meal; with a colleague there is.
    tablet.locator("button[name=status][value=meal]").tap()
    expect(tablet.locator(".flash.error")).to_be_visible()
    expect(tablet.locator("button[name=status][value=on_post]")).to_have_attribute("aria-pressed", "true")
    sign_in(colleague, "zhou")
    open_shift(colleague)
    tablet.locator("button[name=status][value=meal]").tap()
    expect(tablet.locator("button[name=status][value=meal]")).to_have_attribute("aria-pressed", "true")
    tablet.locator("button[name=status][value=on_post]").tap()
    expect(tablet.locator("button[name=status][value=on_post]")).to_have_attribute("aria-pressed", "true")

    # A guest is received and seen out with an outcome.
    does(
        served,
        lambda session: reception.arrive(
            session, e164="+8613800138000", name="李雷", actor=served.cast.desk, at=now()
        ),
    )
    guest = tablet.locator("#floor section.active")
    expect(guest).to_contain_text("李雷")
    tablet.goto("/floor/closing")
    expect(tablet.locator("section.attention").first).to_contain_text("李雷")
    tablet.locator("section.attention button[name=outcome][value=be_back]").tap()
    expect(tablet.locator("button[name=outcome]")).to_have_count(0)

    # The handover: offered, not taken with a wrong PIN, taken with the relief's own.
    does(served, lambda session: takes_cash(session, served))
    tablet.goto("/floor/closing")
    expect(tablet.locator("#handover textarea")).not_to_be_empty()
    tablet.locator("#handover textarea").fill("泳池门卡在抽屉")
    tablet.locator("#handover label.choice", has_text="周倩").tap()
    tablet.locator("#handover button[type=submit]").tap()
    expect(tablet.locator("[data-pin-pad]")).to_be_visible()
    assert look(tablet) == []
    type_pin(tablet, "0000")
    expect(tablet.locator(".flash.error")).to_be_visible()
    type_pin(tablet, PIN)
    expect(tablet.locator("section[aria-labelledby=relief-title] .pill.fine")).to_be_visible()

    # What was taken is counted before it is shown, and a difference has its word.
    assert "500.00" not in tablet.content()
    for item in tablet.locator("#closing label.check").all():
        item.tap()
    tablet.locator("#closing input[name=cash]").fill("480")
    tablet.locator("#closing button.primary").tap()
    expect(tablet.locator("#closing [role=alert]").first).to_be_visible()
    expect(tablet.locator("#closing")).to_contain_text("500.00")
    assert all("422" in line for line in screens.watch.console)  # the form that came back
    screens.watch.forget()
    tablet.locator("#closing textarea[name=explanation]").fill("找错零")
    tablet.locator("#closing button.primary").tap()

    # The day's form, filled by itself.
    tablet.wait_for_url(re.compile(r"/day-forms/[0-9a-z]{12}$"))
    form = tablet.locator("main")
    for told in ("3,980.00", "500.00", "480.00", "找错零", "RPT-10", "ATT-02"):
        expect(form).to_contain_text(told)
    assert look(tablet) == []
    tablet.goto("/floor")
    expect(tablet.locator("#opening")).to_be_visible()
    expect(tablet.locator("main")).to_contain_text("泳池门卡在抽屉")

    # The manager reads it.
    office = screens.open(locale=locale)
    sign_in(office, "manager")
    office.goto("/day-forms")
    expect(office.locator("main ul.rows")).to_contain_text("林静")


def open_shift_here(tablet: Page) -> None:
    """Tick what there is to tick on the page that stands open, and go on post."""
    for item in tablet.locator("#opening label.check").all():
        item.tap()
    tablet.locator("#opening button[type=submit]").tap()
    expect(tablet.locator("#floor .queue li.me")).to_be_visible()
