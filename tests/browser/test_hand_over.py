"""A leaver's leads on the manager's tablet: seen how they would be dealt, handed over, told to the new holder, undone."""

import pytest
from playwright.sync_api import Page, expect

from clubsales.clock import now
from clubsales.db import db
from clubsales.leads.claims import operations as claims
from clubsales.leads.claims import queries
from tests.browser.conftest import Club, NewPage, look, sign_in
from tests.builders import consultant_of
from tests.integration.leads.support import a_lead, on_shift

LOCALES = ["zh-CN", "en-US"]


@pytest.fixture
def leavers_leads(served: Club) -> int:
    """Lin holds three leads."""
    with served.app.app_context():
        on_shift(db.session, served.cast.lin, now())
        lin = consultant_of(served.cast.lin)
        for name in ("陈晨", "李雷", "韩梅"):
            person_id = a_lead(db.session, served.cast.lin, name=name, at=now())
            claims.claim(db.session, person_id=person_id, consultant_id=lin, actor=served.cast.lin, at=now())
        db.session.commit()
    return 3


def held_by(served: Club, who: str) -> int:
    with served.app.app_context():
        holder = consultant_of(getattr(served.cast, who))
        return sum(each.consultant_id == holder for each in queries.live(db.session, served.cast.club.id))


def confirm(page: Page) -> None:
    page.locator("dialog[open] button.danger").tap()


@pytest.mark.parametrize("locale", LOCALES)
def test_a_leavers_leads_go_to_colleagues_and_come_back(
    new_page: NewPage, served: Club, leavers_leads: int, locale: str
) -> None:
    before = held_by(served, "lin")
    assert before >= leavers_leads
    manager = new_page(locale=locale)
    sign_in(manager, "manager")
    manager.goto("/leads/hand-over")
    assert look(manager) == []
    manager.locator("main a.row", has_text="林静").tap()
    manager.fill("input[name=reason]", "离职")
    manager.locator("label.choice", has_text="马超").tap()  # everybody is ticked: he takes none
    expect(manager.locator("input[name=to]:checked")).to_have_count(1)
    manager.locator("button[value=preview]").tap()
    expect(manager.locator("main .card.active .rows li")).to_have_count(1)
    expect(manager.locator("main .card.active")).to_contain_text("周倩")
    assert look(manager) == []
    assert held_by(served, "lin") == before

    manager.locator("button[value=hand_over]").tap()
    expect(manager.locator(".flash")).to_contain_text(str(before))
    assert (held_by(served, "lin"), held_by(served, "zhou")) == (0, before)
    assert look(manager) == []
    made = manager.url

    zhou = new_page(locale=locale)
    sign_in(zhou, "zhou")
    manager.locator("main .rows a.row", has_text="韩梅").first.tap()
    manager.wait_for_url("**/leads/*")
    zhou.goto(manager.url)
    zhou.locator("details[data-key=holders] summary").tap()
    expect(zhou.locator("details[data-key=holders]")).to_contain_text("离职")
    expect(zhou.locator("details[data-key=holders]")).to_contain_text("吴经理")

    manager.goto(made)
    manager.locator("[data-opens=undo]").tap()
    confirm(manager)
    expect(manager.locator(".flash")).to_be_visible()
    assert (held_by(served, "lin"), held_by(served, "zhou")) == (before, 0)
