"""A day of follow-ups on a tablet: the plan, two taps a contact, a script, a correction, leaving a guest in peace."""

from collections.abc import Callable
from datetime import time, timedelta
from typing import TypeVar

import sqlalchemy as sa
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from clubsales import policies
from clubsales.clock import local_day, now
from clubsales.clubs import ClubRow
from clubsales.consultants.shifts.models import ShiftRow
from clubsales.db import transact
from clubsales.leads.claims import operations as claims
from clubsales.leads.followups import operations as followups
from clubsales.leads.followups.rules import Channel
from clubsales.leads.intake import operations as intake
from clubsales.leads.intake.models import LeadRow
from clubsales.leads.intake.rules import Source
from clubsales.leads.people import operations as people
from tests.browser.conftest import TABLET, Club, Screens, look, sign_in
from tests.builders import consultant_of

T = TypeVar("T")


def does(club: Club, work: Callable[[Session], T]) -> T:
    """Something that happens elsewhere in the club."""
    with club.app.app_context():
        return transact(work)


def prepare(session: Session, club: Club) -> None:
    """Calls around the clock; Lin holds two leads, one of grade A to call today, one of grade C since yesterday."""
    cast, at = club.cast, now()
    day, lin = local_day(at, cast.club.zone), consultant_of(cast.lin)
    session.execute(sa.update(ClubRow).values(opens=time(0), closes=time(23, 59, 59)))
    around: dict[str, object] = {"follow_up": {"contact_hours": ["00:00", "00:00"]}}
    policies.publish(session, changes=around, valid_from=day, actor=cast.system, at=at)
    session.add(
        ShiftRow(club_id=cast.club.id, consultant_id=lin, local_day=day, opened_at=at, status_since=at)
    )
    session.flush()
    yesterday = at - timedelta(days=1)
    for number, (name, grade, due_at) in enumerate((("陈晨", "A", at), ("韩梅", "C", yesterday))):
        person_id = people.find_or_add(
            session, e164=f"+861380013800{number}", name=name, actor=cast.desk, at=yesterday
        )
        intake.capture(session, person_id=person_id, source=Source.PHONE, actor=cast.desk, at=yesterday)
        claims.claim(session, person_id=person_id, consultant_id=lin, actor=cast.lin, at=at)
        session.execute(sa.update(LeadRow).where(LeadRow.person_id == person_id).values(grade=grade))
        followups.plan(
            session,
            person_id=person_id,
            consultant_id=lin,
            due_on=local_day(due_at, cast.club.zone),
            what="约参观",
            channel=Channel.CALL,
            actor=cast.lin,
            at=due_at,
        )


def test_a_day_of_follow_ups(screens: Screens, served: Club) -> None:
    does(served, lambda session: prepare(session, served))
    page: Page = screens.open(TABLET, locale="en")
    sign_in(page, "lin")
    page.goto("/leads/today")
    rows = page.locator("ul.due > li")
    expect(rows).to_have_count(2)
    expect(rows.nth(0)).to_contain_text("陈晨")
    expect(rows.nth(1)).to_contain_text("1 day overdue")
    assert look(page) == []

    # Two taps: what happened, and Save. The next day is there already, by the grade.
    rows.nth(0).get_by_role("link", name="Answered", exact=True).tap()
    expect(page.get_by_role("radio", name="Called, answered")).to_be_checked()
    expect(page.get_by_role("heading", name="What to say")).to_be_visible()
    assert look(page) == []
    page.get_by_role("button", name="Save").first.tap()
    expect(page.get_by_role("heading", name="Today's plan")).to_be_visible()
    expect(rows).to_have_count(1)
    expect(page.get_by_text("1 of 2")).to_be_visible()

    # The other one does not answer; a note is dictated, and it was written wrongly.
    rows.nth(0).get_by_role("link", name="No answer").tap()
    page.get_by_label("What was said").fill("打了两次")
    page.get_by_role("button", name="Save").first.tap()
    expect(page.get_by_text("Nothing is due today")).to_be_visible()
    expect(page.get_by_text("2 of 2")).to_be_visible()
    page.get_by_text("Later", exact=True).tap()
    page.get_by_role("link", name="韩梅").tap()
    page.get_by_role("link", name="Correct", exact=True).tap()
    page.get_by_role("radio", name="Called, answered").tap()
    page.get_by_label("What was said").fill("接了，下周再打")
    page.get_by_role("button", name="Save the correction").tap()
    expect(page.locator("del", has_text="打了两次")).to_be_visible()
    expect(page.get_by_text("接了，下周再打")).to_be_visible()

    # She asks to be left in peace: nobody calls her, and a meeting is what is left to plan.
    expect(page.get_by_role("link", name="Call", exact=True)).to_be_visible()
    page.get_by_text("Do not call this guest").tap()
    page.get_by_role("radio", name="The guest asked for it").tap()
    page.locator("form[action$='/do-not-call']").get_by_role("button", name="Save").tap()
    expect(page.get_by_role("link", name="Call", exact=True)).to_have_count(0)
    assert look(page) == []
    page.goto(page.url.split("?")[0].split("#")[0] + "/contact")
    expect(page.get_by_role("radio", name="Meeting")).to_be_checked()
    expect(page.get_by_role("radio", name="Message", exact=True)).to_have_count(0)
