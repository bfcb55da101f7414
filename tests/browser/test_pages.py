"""Every page as people see it: on a tablet, a phone and a desktop, light and dark, in Chinese and English."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

from clubsales.auth.first_manager import make_first_manager_link
from clubsales.clock import now
from clubsales.db import db, transact
from tests.browser.conftest import (
    DESKTOP,
    PHONE,
    TABLET,
    Founded,
    Screens,
    look,
    screens_of,
    serve,
    sign_in,
)
from tests.conftest import DEALT, dealt, migrated_app
from tests.journeys.lively import Lively, enliven

GUEST = "guest"
LOCALES = ("zh-CN", "en-US")
# Every page: who looks at it, and its address. Pieces of pages and answers in JSON are not pages.
PAGES = {
    "auth.sign_in": (GUEST, "/sign-in"),
    "pay.page": (GUEST, "/pay/{0.pay_link}"),
    "pay.done": (GUEST, "/pay/{0.pay_link}/done"),
    "pay.cancelled": (GUEST, "/pay/{0.pay_link}/cancelled"),
    "pay.page of an order": (GUEST, "/pay/{0.website_link}"),
    "website.cards": (GUEST, "/club/{0.club}/cards"),
    "website.card": (GUEST, "/club/{0.club}/cards/{0.card_type}"),
    "pay.receipt": (GUEST, "/receipt/{0.receipt_token}"),
    "cards.my_card": (GUEST, "/card/{0.card_link}"),
    "services.of_member": (GUEST, "/card/{0.quiet_link}/services"),
    "services.of_member that asked": (GUEST, "/card/{0.asked_link}/services"),
    "services.of_member that pays": (GUEST, "/card/{0.fee_link}/services"),
    "services.member_form": (GUEST, "/card/{0.quiet_link}/services/transfer"),
    "returns.member_page": (GUEST, "/card/{0.quiet_link}/refund"),
    "returns.member_page of whoever asked": (GUEST, "/card/{0.asked_return_link}/refund"),
    "services.index": ("desk", "/services"),
    "services.of_card": ("desk", "/cards/{0.quiet_card}/services"),
    "services.of_card that waits": ("desk", "/cards/{0.asked_card}/services"),
    "services.of_card that is paid, not done": ("lin", "/cards/{0.stuck_card}/services"),
    "services.form_page": ("desk", "/cards/{0.quiet_card}/services/transfer"),
    "services.form_page of a renewal": ("desk", "/cards/{0.quiet_card}/services/renewal"),
    "returns.index": ("manager", "/returns"),
    "returns.ask_page": ("desk", "/cards/{0.quiet_card}/refund"),
    "returns.show": ("manager", "/returns/{0.asked_return}"),
    "returns.show approved": ("finance", "/returns/{0.approved_return}"),
    "returns.show paid": ("finance", "/returns/{0.paid_return}"),
    "posts.floor": ("lin", "/floor"),
    "posts.floor before the shift": ("supervisor", "/floor"),
    "posts.closing": ("lin", "/floor/closing"),
    "posts.closing with a handover offered": ("zhou", "/floor/closing"),
    "posts.closing with a handover taken": ("ma", "/floor/closing"),
    "posts.my_day_forms": ("supervisor", "/day-forms/mine"),
    "posts.day_form": ("supervisor", "/day-forms/{0.day_form}"),
    "posts.day_forms": ("manager", "/day-forms"),
    "takings.index": ("desk", "/takings"),
    "takings.history": ("manager", "/takings/history"),
    "intake.index": ("lin", "/leads"),
    "intake.show": ("lin", "/leads/{0.lead}"),
    "intake.show of a lead of mine": ("lin", "/leads/{0.held_lead}"),
    "intake.show of a colleague's lead": ("zhou", "/leads/{0.held_lead}"),
    "intake.show of a guest with a household": ("lin", "/leads/{0.doubled_lead}"),
    "details.show": ("lin", "/leads/{0.doubled_lead}/details"),
    "matches.index": ("manager", "/leads/matches"),
    "matches.compare": ("manager", "/leads/matches/{0.double}/{0.double_of}"),
    "matches.compare of the supervisor": ("supervisor", "/leads/matches/{0.double}/{0.double_of}"),
    "matches.merged": ("manager", "/leads/matches/merges/{0.merge}"),
    "handovers.index": ("manager", "/leads/hand-over"),
    "handovers.make_page": ("manager", "/leads/hand-over/from/{0.consultant}"),
    "handovers.show": ("manager", "/leads/hand-over/{0.hand_over}"),
    "disclosures.probe_page": ("lin", "/leads/probe"),
    "disclosures.index": ("manager", "/leads/who-looked"),
    "disclosures.index of a lead": ("manager", "/leads/who-looked?person={0.held_lead}"),
    "privacy.ask": ("manager", "/leads/{0.free_lead}/anonymise"),
    "intake.edit_page": ("lin", "/leads/{0.free_lead}/edit"),
    "sources.index": ("manager", "/leads/sources"),
    "sources.show": ("manager", "/leads/sources/flyer"),
    "intake.enquiry": (GUEST, "/enquiry/{0.club}"),
    "intake.enquired": (GUEST, "/enquiry/{0.club}/thanks"),
    "lists.index": ("lin", "/leads/list?view=all"),
    "lists.index of what is free": ("zhou", "/leads/list?view=pool&grade=none"),
    "lists.index of the manager": ("manager", "/leads/list"),
    "lists.search": ("lin", "/leads/search?q=ke"),
    "followups.contact": ("lin", "/leads/{0.held_lead}/contact"),
    "followups.contact from the plan": ("lin", "/leads/{0.held_lead}/contact?did=call-answered&then=plan"),
    "followups.correction": ("lin", "/contacts/{0.contact}/correct"),
    "followups.plan": ("lin", "/leads/today"),
    "followups.plan with the team": ("supervisor", "/leads/today"),
    "scripts.index": ("lin", "/leads/scripts"),
    "scripts.index to change": ("manager", "/leads/scripts"),
    "scripts.new": ("manager", "/leads/scripts/new"),
    "scripts.edit": ("manager", "/leads/scripts/opening"),
    "appointments.index": ("lin", "/appointments"),
    "appointments.new": ("lin", "/appointments/new"),
    "appointments.show": ("lin", "/appointments/{0.appointment}"),
    "appointments.show of one kept": ("lin", "/appointments/{0.kept_appointment}"),
    "appointments.show of one missed": ("lin", "/appointments/{0.missed_appointment}"),
    "reminders.index": ("lin", "/appointments/reminders"),
    "reminders.show": ("lin", "/appointments/{0.appointment}/reminder"),
    "funnel.index": ("manager", "/leads/funnel"),
    "funnel.index of one's own": ("lin", "/leads/funnel"),
    "funnel.ahead": ("manager", "/leads/funnel/forecast"),
    "passes.index": ("supervisor", "/passes"),
    "passes.show": ("lin", "/passes/{0.trial_pass}"),
    "passes.printed": ("lin", "/passes/{0.trial_pass}/printed"),
    "passes.sheet": ("desk", "/passes/{0.coupon}/sheet"),
    "sales.sell": ("lin", "/sell?guest={0.guest}"),
    "sales.guest": ("lin", "/sales/{0.open_sale}/guest"),
    "sales.guest with the card": ("lin", "/sales/{0.paid_sale}/guest"),
    "sales.show to pay": ("lin", "/sales/{0.open_sale}"),
    "reception.desk": ("desk", "/desk"),
    "reception.desk just given": ("desk", "/desk?received={0.guest}"),
    "reception.decided": ("desk", "/guests/{0.guest}"),
    "reception.decided of who waits": ("zhou", "/guests/{0.waiting}"),
    "reception.screen": ("lin", "/board"),
    "reception.screen on the wall": ("wall", "/board"),
    "checkin.scan_page": ("desk", "/check-in"),
    "cards.find": ("desk", "/cards?phone=13800130001"),
    "cards.show": ("desk", "/cards/{0.card}"),
    "cards.printed": ("desk", "/cards/{0.card}/codes/{0.serial}"),
    "cards.show of a family": ("desk", "/cards/{0.family_card}"),
    "cards.use_page": ("desk", "/cards/{0.value_card}/use"),
    "cards.use_page of coached sessions": ("desk", "/cards/{0.session_card}/use"),
    "cards.people_page": ("desk", "/cards/{0.family_card}/people"),
    "cards.extend_page": ("manager", "/cards/{0.family_card}/extend"),
    "cards.my_card of who shares it": (GUEST, "/card/{0.sharer_link}"),
    "sales.sell at the desk": ("desk", "/sell"),
    "sales.show part paid": ("desk", "/sales/{0.part_paid_sale}"),
    "sales.receipt": ("desk", "/sales/{0.paid_sale}/receipt"),
    "sales.index": ("finance", "/sales"),
    "sales.show": ("finance", "/sales/{0.paid_sale}"),
    "sales.show refunded": ("finance", "/sales/{0.refunded_sale}"),
    "sales.refund_form": ("finance", "/sales/{0.paid_sale}/refund"),
    "contracts.index": ("finance", "/contracts"),
    "contracts.index of one's own": ("lin", "/contracts"),
    "contracts.new": ("lin", "/contracts/new/{0.bare_sale}"),
    "contracts.show of a draft": ("lin", "/contracts/{0.draft_contract}"),
    "contracts.show to approve": ("finance", "/contracts/{0.submitted_contract}"),
    "contracts.show of a signed one": ("manager", "/contracts/{0.signed_contract}"),
    "contracts.edit": ("lin", "/contracts/{0.submitted_contract}/edit"),
    "contracts.sign_page": ("lin", "/contracts/{0.approved_contract}/sign"),
    "contracts.sign_page of a colleague": ("zhou", "/contracts/{0.approved_contract}/sign"),
    "contracts.register_page": ("manager", "/contracts/register?span=year"),
    "documents.my_contract": (GUEST, "/receipt/{0.contract_link}/contract"),
    "documents.card_statement": ("desk", "/cards/{0.card}/statement"),
    "documents.deposit": ("desk", "/sales/{0.deposit_sale}/deposit"),
    "documents.my_deposit": (GUEST, "/receipt/{0.deposit_link}/deposit"),
    "documents.my_statement": (GUEST, "/card/{0.card_link}/statement"),
    "reservations.index": ("finance", "/reservations"),
    "reservations.index of one's own": ("lin", "/reservations"),
    "reservations.new": ("lin", "/reservations/new?guest={0.guest}"),
    "reservations.show to approve": ("finance", "/reservations/{0.asked_reservation}"),
    "reservations.show to pay": ("finance", "/reservations/{0.approved_reservation}"),
    "reservations.show refused": ("lin", "/reservations/{0.refused_reservation}"),
    "reservations.show": ("lin", "/reservations/{0.held_reservation}"),
    "reservations.show to consent": ("manager", "/reservations/{0.withdrawing_reservation}"),
    "reservations.show to pay out": ("finance", "/reservations/{0.paid_out_reservation}"),
    "reservations.show lapsed": ("manager", "/reservations/{0.lapsed_reservation}"),
    "reservations.pay_out_page": ("finance", "/reservations/{0.paid_out_reservation}/pay-out"),
    "reservations.ledger": ("finance", "/reservations/ledger"),
    "receivables.index": ("manager", "/receivables"),
    "receivables.index of one's own": ("lin", "/receivables"),
    "receivables.show": ("manager", "/sales/{0.overdue_sale}/instalments"),
    "receivables.show without a plan": ("lin", "/sales/{0.part_paid_sale}/instalments"),
    "disputes.index": ("manager", "/disputes?view=decide"),
    "disputes.index of one's own": ("zhou", "/disputes"),
    "disputes.index of what is over": ("manager", "/disputes?view=decided"),
    "disputes.open_page": ("zhou", "/sales/{0.arguable_sale}/dispute"),
    "disputes.open_page of who may not": ("ma", "/sales/{0.arguable_sale}/dispute"),
    "disputes.show": ("zhou", "/disputes/{0.open_case}"),
    "disputes.show settled": ("lin", "/disputes/{0.settled_case}"),
    "disputes.show ruled": ("lin", "/disputes/{0.ruled_case}"),
    "disputes.show to judge": ("director", "/disputes/{0.appealed_case}"),
    "disputes.decide": ("manager", "/disputes/{0.open_case}/decide"),
    "disputes.decide of a supervisor": ("supervisor", "/disputes/{0.open_case}/decide"),
    "assessment.index": ("manager", "/assessments?month=2026-02"),
    "assessment.mine": ("lin", "/assessments/mine"),
    "assessment.show to assess oneself": ("lin", "/assessments/{0.assessment}"),
    "assessment.show to mark": ("manager", "/assessments/{0.assessment}"),
    "assessment.show marked": ("manager", "/assessments/{0.marked_assessment}"),
    "assessment.show to answer": ("ma", "/assessments/{0.sent_assessment}"),
    "assessment.show objected to": ("manager", "/assessments/{0.objected_assessment}"),
    "assessment.colleague": ("zhou", "/assessments/{0.quarter_assessment}/colleague"),
    "assessment.edit_sheet": ("manager", "/assessments/sheets/month"),
    "assessment.sheet_version": ("manager", "/assessments/sheets/year/versions/0"),
    "assessment.calendar": ("manager", "/assessments/calendar"),
    "assessment.training_list": ("manager", "/assessments/training"),
    "auth.account": ("finance", "/account"),
    "auth.confirm_password": ("finance", "/confirm-password?next=/sales"),
    "day.today": ("manager", "/today"),
    "reception.desk of the manager": ("manager", "/desk"),
    "credits.mine": ("lin", "/credit"),
    "credits.mine of a month without": ("zhou", "/credit?month=2026-02"),
    "credits.everybody": ("manager", "/credit/everybody"),
    "credits.of_consultant": ("manager", "/credit/{0.consultant}"),
    "credits.of_house": ("manager", "/credit/house"),
    "credits.of_sale": ("finance", "/credit/sales/{0.refunded_sale}"),
    "credits.rebate_form": ("finance", "/credit/sales/{0.paid_sale}/rebate"),
    "credits.of_sale to pay": ("manager", "/credit/sales/{0.open_sale}"),
    "awards.index": ("lin", "/ranking"),
    "awards.index of a closed month": ("manager", "/ranking?month={0.last_month}"),
    "awards.index by teams": ("ma", "/ranking?month={0.last_month}&by=teams"),
    "awards.index by clubs": ("director", "/ranking?month={0.last_month}&by=clubs"),
    "awards.year": ("lin", "/ranking/year"),
    "awards.year without any": ("lin", "/ranking/year?year=2020"),
    "awards.person": ("manager", "/ranking/people/{0.consultant}"),
    "awards.person with an award": ("lin", "/ranking/people/{0.free}"),
    "awards.meeting": ("supervisor", "/ranking/meeting?month={0.last_month}"),
    "awards.contest": ("lin", "/ranking/contest"),
    "awards.certificate": ("ma", "/ranking/certificates/{0.award}"),
    "awards.screen": ("lin", "/ranking/screen"),
    "awards.screen on the wall": ("wall", "/ranking/screen"),
    "fairness.report": ("lin", "/fairness?by=day"),
    "fairness.report of the month": ("manager", "/fairness?by=month"),
    "roster.week": ("manager", "/roster?week={0.roster_day}"),
    "roster.week of one's own": ("lin", "/roster?week={0.roster_day}"),
    "roster.copy_page": ("manager", "/roster/copy?week={0.copied_week}"),
    "roster.week with a copy": ("manager", "/roster?week={0.copied_week}"),
    "roster.swap_list": ("supervisor", "/roster/swaps"),
    "roster.ask_page": ("lin", "/roster/shifts/{0.roster_shift}/swap"),
    "roster.ask_page of a colleague": ("lin", "/roster/shifts/{0.roster_shift}/swap?with={0.free}"),
    "roster.attendance": ("supervisor", "/roster/attendance"),
    "leave.mine": ("lin", "/leave"),
    "leave.form": ("zhou", "/leave/{0.leave}"),
    "leave.form of one that runs": ("director", "/leave/{0.running_leave}"),
    "leave.inbox": ("director", "/leave/inbox"),
    "leave.away": ("manager", "/leave/away"),
    "checklists.index": ("manager", "/checklists"),
    "checklists.edit": ("manager", "/checklists/opening/early"),
    "checklists.version": ("manager", "/checklists/closing/early/versions/2"),
    "checklists.reading": ("lin", "/checklists/read"),
    "notices.index": ("supervisor", "/notices"),
    "notices.show": ("manager", "/notices/{0.notice}"),
    "commission.index": ("manager", "/commission-plans"),
    "commission.new": ("manager", "/commission-plans/new"),
    "commission.draft": ("manager", "/commission-plans/drafts/{0.plan_draft}"),
    "commission.back_test": ("manager", "/commission-plans/drafts/{0.plan_draft}/back-test"),
    "commission.show": ("manager", "/commission-plans/{0.plan}"),
    "commission.mine": ("lin", "/my-plan"),
    "commission.mine of nobody who sells": ("desk", "/my-plan"),
    "statements.mine": ("lin", "/money"),
    "statements.mine with a sale tried": ("lin", "/money?amount=3200"),
    "statements.mine of nobody who is paid": ("desk", "/money"),
    "statements.of_consultant": ("finance", "/money/of/{0.consultant}"),
    "statements.history": ("lin", "/money/statements"),
    "statements.everybody": ("manager", "/money/everybody"),
    "statements.show": ("lin", "/money/statements/{0.statement}"),
    "statements.show of an objection": ("manager", "/money/statements/{0.objected_statement}"),
    "statements.own_list": ("zhou", "/money/list"),
    "closing.index": ("finance", "/months"),
    "closing.show": ("manager", "/months/{0.this_month}"),
    "closing.show of a closed month": ("manager", "/months/{0.last_month}"),
    "closing.figures": ("finance", "/months/figures"),
    "closing.payout": ("finance", "/months/{0.last_month}/payout"),
    "targets.index": ("manager", "/targets"),
    "targets.index of satisfaction": ("manager", "/targets?kind=satisfaction"),
    "targets.year_plan": ("manager", "/targets/year"),
    "targets.week_plan": ("manager", "/targets/weeks?of={0.consultant}"),
    "targets.progress_page": ("supervisor", "/targets/progress"),
    "targets.progress_page of a week": ("manager", "/targets/progress?month=2026-06&week=2026-06-08"),
    "targets.mine": ("lin", "/targets/mine"),
    "targets.reach_page": ("director", "/targets/reach?amount=50000"),
    "staff.club": ("manager", "/club"),
    "staff.staff_list": ("manager", "/staff"),
    "staff.hire_page": ("manager", "/staff/new"),
    "staff.show": ("manager", "/staff/{0.staff}"),
    "staff.pay_page": ("manager", "/staff/{0.staff}/pay"),
    "reviews.index": ("manager", "/reviews"),
    "reviews.index of what was decided": ("supervisor", "/reviews?view=decided"),
    "reviews.mine": ("lin", "/reviews/mine"),
    "reviews.new": ("supervisor", "/reviews/new"),
    "reviews.show": ("manager", "/reviews/{0.case}"),
    "reviews.show decided": ("lin", "/reviews/{0.decided_case}"),
    "catalogue.price_list": ("manager", "/price-list"),
    "catalogue.new_card_type": ("manager", "/price-list/new"),
    "catalogue.card_type": ("manager", "/price-list/{0.card_type}"),
    "catalogue.card_type with everything": ("manager", "/price-list/{0.limited_card_type}"),
    "catalogue.card_type that is a package": ("manager", "/price-list/{0.package}"),
    "catalogue.edit": ("manager", "/price-list/{0.limited_card_type}/edit"),
    "catalogue.terms": ("manager", "/price-list/{0.limited_card_type}/terms"),
    "catalogue.places": ("manager", "/price-list/{0.limited_card_type}/places"),
    "catalogue.package": ("manager", "/price-list/{0.package}/package"),
    "catalogue.promotion_list": ("manager", "/promotions"),
    "catalogue.new_promotion": ("manager", "/promotions/new"),
    "catalogue.facility_list": ("manager", "/facilities"),
    "discounts.index": ("manager", "/discounts"),
    "discounts.index of whoever asked": ("lin", "/discounts"),
    "discounts.show": ("manager", "/discounts/{0.asked_discount}"),
    "discounts.show of what is above one's limit": ("supervisor", "/discounts/{0.asked_discount}"),
    "discounts.show of an answer": ("lin", "/discounts/{0.allowed_discount}"),
    "catalogue.card_type that is not on the page": ("manager", "/price-list/{0.offline_card_type}"),
    "backtest.index": ("manager", "/back-tests"),
    "backtest.new": ("director", "/back-tests/new"),
    "backtest.show": ("manager", "/back-tests/{0.back_test}"),
    "backtest.show of one that waits": ("director", "/back-tests/{0.waiting_back_test}"),
    "auth.device_list": ("manager", "/devices"),
    "auth.clubs": ("manager", "/clubs/choose"),
    "auth.switch": ("tablet", "/switch"),
    "auth.switch with a face": ("tablet", "/switch?face={0.staff}"),
}
NO_PAGES = {
    "staff.first_manager_page",  # only for a club that has nobody yet: a test of its own
    "static",
    "home.home",  # leads on
    "home.healthz",
    "pay.checkout",  # leads on
    "pay.status",
    "cards.my_code",
    "posts.floor_live",
    "posts.closing_live",
    "reception.board",
    "alerts.key",
    "alerts.service_worker",
    "reception.preview",
    "matches.of_lead",
    "intake.earlier",
    "leave.estimate",
    "attribution.likely",
    "reminders.invitation",
    "funnel.export_csv",
    "commission.examples",
    "commission.back_test_csv",
    "backtest.live",
    "backtest.export_csv",
    "checkin.last_scans",
    "day.live",
    "awards.live",
    "awards.export_csv",
    "fairness.export_csv",
    "credits.export_csv",
    "closing.payroll_csv",
    "closing.payroll_xlsx",
    "statements.year_csv",
    "statements.lines_csv",
    "statements.xlsx",
    "statements.pdf",
    "targets.progress_live",
    "roster.attendance_csv",
    "roster.calendar",
    "disputes.earlier",
    "disputes.paper",
    "disputes.export_csv",
    "discounts.live",
    "discounts.on_tablet",
    "sales.live",
    "sales.guest_live",
    "sales.basket",
    "sales.may_prepay",  # a piece of the sell page
    "contracts.register_table",
    "documents.by_link",
    "documents.contract_pdf",
    "documents.receipt_pdf",
    "documents.deposit_pdf",
    "documents.card_statement_pdf",
    "documents.my_receipt_pdf",
    "documents.my_deposit_pdf",
    "documents.my_statement_pdf",
}
COMBINATIONS = list(product((TABLET, PHONE, DESKTOP), (False, True)))
NARROW = {"width": 320, "height": 568}
LEAST_TARGET = 44  # px, both ways
# What a finger is meant to hit in the content of a page; a link within a sentence is exempt.
TOO_SMALL = """() => {
  const least = LEAST;
  const wanted = "button, a.button, a.name-link, select, textarea, summary, a.face, .rows a, a.back, .tabs a, .rail a, label.choice, label.check, label.offer, input:not([type=hidden], [type=radio], [type=checkbox])";
  return [...document.querySelectorAll(wanted)].filter((element) => {
    const box = element.getBoundingClientRect();
    if (!box.width || !box.height || element.closest("dialog:not([open]), .visually-hidden, .skip, .when")) return false;
    return box.height < least - 0.5 || box.width < least - 0.5;
  }).map((element) => `${element.outerHTML.slice(0, 90)} ${JSON.stringify(element.getBoundingClientRect())}`);
}""".replace("LEAST", str(LEAST_TARGET))
# What came over the wire for this page, headers and all; what it asks for later does not count.
BYTES = """() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
  .filter((each) => each.initiatorType !== "fetch").reduce((sum, each) => sum + each.transferSize, 0)"""
SIDEWAYS = """() => document.scrollingElement.scrollWidth > innerWidth
  ? [`${document.scrollingElement.scrollWidth} of ${innerWidth}`] : []"""
# Buttons of which a box around them hides a part.
HIDDEN = """() => [...document.querySelectorAll("button, a.button, input, select, textarea")].filter((element) => {
  const box = element.getBoundingClientRect();
  if (!element.checkVisibility() || !box.width || element.closest(".visually-hidden, .skip")) return false;
  for (let around = element.parentElement; around && around !== document.body; around = around.parentElement) {
    const frame = around.getBoundingClientRect();
    if (getComputedStyle(around).overflowY === "hidden" && (box.bottom > frame.bottom + 1 || box.top < frame.top - 1)) return true;
  }
  return false;
}).map((element) => element.outerHTML.slice(0, 140))"""
# Text that its own box cuts off without saying so by an ellipsis, and controls that leave the screen.
CUT = """() => [...document.querySelectorAll("h1, h2, p, b, button, a, label, span, dd, dt, td, th, input, select")].filter((element) => {
  const box = element.getBoundingClientRect();
  if (!element.checkVisibility() || !box.width || element.closest(".visually-hidden, .skip")) return false;
  const style = getComputedStyle(element);
  const hides = style.overflowX !== "visible" && style.textOverflow !== "ellipsis" && !element.matches("input, select");
  return (hides && element.scrollWidth > element.clientWidth + 1) || box.right > innerWidth + 1 || box.left < -1;
}).map((element) => element.outerHTML.slice(0, 140))"""

# Cells whose text runs into the next one, and labels squeezed to a letter a line.
SPILLS = """() => [...document.querySelectorAll(".table td, .facts dt")].filter((element) => {
  const box = element.getBoundingClientRect();
  if (!element.checkVisibility() || !box.width || element.closest(".visually-hidden")) return false;
  const squeezed = element.matches("dt") && box.height > 8 * box.width;
  return squeezed || element.scrollWidth > element.clientWidth + 1;
}).map((element) => element.outerHTML.slice(0, 140))"""
# Amounts and names that leave the card they stand in.
OUTSIDE = """() => [...document.querySelectorAll(".card :is(td, dd, th, b, p, span, .money, .number, .pill)")].filter((element) => {
  const box = element.getBoundingClientRect();
  if (!element.checkVisibility() || !box.width || element.closest(".visually-hidden, .skip, .table-frame, svg")) return false;
  return box.right > element.closest(".card").getBoundingClientRect().right + 1;
}).map((element) => element.outerHTML.slice(0, 140))"""


@dataclass
class Lobby:
    """A lively club with a screen for everybody who looks, opened when first asked for."""

    screens: Screens
    lively: Lively
    endpoints: set[str]
    pages: dict[tuple[str, str], Page] = field(default_factory=dict)
    sessions: dict[str, StorageState] = field(default_factory=dict)

    def of(self, who: str, locale: str) -> Page:
        """Their screen in this language; who signed in once stays signed in on the next one."""
        if (who, locale) not in self.pages:
            page = self.screens.open(locale=locale, remembers=self.sessions.get(who))
            if who not in self.sessions:
                self._let_in(page, who)
                self.sessions[who] = page.context.storage_state()
            self.pages[who, locale] = page
        return self.pages[who, locale]

    def _let_in(self, page: Page, who: str) -> None:
        if who in ("tablet", "wall"):
            sign_in(page, "manager")
            page.goto("/devices")
            page.fill("#enrol input[name=name]", who)
            page.locator(f"#enrol input[value={'screen' if who == 'wall' else 'tablet'}]").check(force=True)
            page.locator("#enrol button[type=submit]").tap()
            page.wait_for_url(lambda url: not url.endswith("/devices"))
        elif who != GUEST:
            sign_in(page, who)


@pytest.fixture(scope="module")
def lobby(founded: Founded, chromium: Browser) -> Iterator[Lobby]:
    with serve(founded) as club:
        with club.app.app_context():
            lively = transact(lambda session: enliven(session, club.cast, at=now()))
        endpoints = {rule.endpoint for rule in club.app.url_map.iter_rules() if "GET" in (rule.methods or ())}
        with screens_of(chromium, club) as screens:
            yield Lobby(screens, lively, endpoints)


def test_every_page_is_looked_at(lobby: Lobby) -> None:
    looked_at = {name.split(" ", maxsplit=1)[0] for name in PAGES}
    assert looked_at | NO_PAGES == lobby.endpoints
    assert not looked_at & NO_PAGES


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_its_screen_and_can_be_read_by_everybody(
    lobby: Lobby, name: str, request: pytest.FixtureRequest
) -> None:
    lobby.screens.watch.forget()
    who, address = PAGES[name]
    viewport, dark = COMBINATIONS[list(PAGES).index(name) * 5 % len(COMBINATIONS)]
    for locale in (dealt(name, LOCALES),) if request.config.getoption(DEALT) else LOCALES:
        page = lobby.of(who, locale)
        answer = page.goto(address.format(lobby.lively))
        assert answer is not None
        assert answer.status == 200
        assert_fits(page)
        # Colours do not depend on the language: each language is read in one theme, so both themes are.
        assert_readable(page, viewport, dark=dark is (locale == "zh-CN"))
    lobby.screens.watch.assert_clean()


def faults(page: Page, **looks: str) -> dict[str, list[str]]:
    """What is wrong in the page as it stands, by look; all looks in one question."""
    every = ", ".join(f"{name}: ({script})()" for name, script in looks.items())
    found: dict[str, list[str]] = page.evaluate(f"() => ({{{every}}})")
    return {name: what for name, what in found.items() if what}


def assert_fits(page: Page) -> None:
    """Nothing sticks out or is cut, and fingers hit what they mean."""
    looks = {"sideways": SIDEWAYS, "cut": CUT, "hidden": HIDDEN, "outside": OUTSIDE, "spills": SPILLS}
    for size in (DESKTOP, NARROW, PHONE, TABLET):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        touched = {} if size == DESKTOP else {"too_small": TOO_SMALL}
        assert faults(page, **looks, **touched) == {}, size
    # Text twice as large, as a reader's setting makes it.
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert faults(page, sideways=SIDEWAYS, cut=CUT, outside=OUTSIDE) == {}, "large text"
    page.evaluate("document.documentElement.style.fontSize = ''")


def assert_readable(page: Page, viewport: dict[str, int], *, dark: bool) -> None:
    """axe finds nothing in this theme."""
    page.set_viewport_size(viewport)  # type: ignore[arg-type]
    page.emulate_media(color_scheme="dark" if dark else "light")
    assert look(page) == [], (viewport, dark)


def test_the_first_page_of_an_empty_club(tmp_path: Path, founded: Founded, chromium: Browser) -> None:
    app = migrated_app(f"sqlite:///{tmp_path / 'empty.db'}", tmp_path)
    with app.app_context():
        token = transact(lambda session: make_first_manager_link(session, at=now()))
        db.engine.dispose()
    with (
        serve(replace(founded, database=tmp_path / "empty.db")) as club,
        screens_of(chromium, club) as screens,
    ):
        for locale, dark in (("zh-CN", True), ("en-US", False)):
            page = screens.open(locale=locale)
            page.goto(f"/first-manager/{token}")
            expect(page.locator("#first-manager")).to_be_visible()
            assert_fits(page)
            assert_readable(page, PHONE, dark=dark)


@pytest.mark.parametrize(
    ("who", "address", "again"),
    [
        ("lin", "/", "/leads/{0.lead}"),
        ("desk", "/desk", "/leads"),
        ("manager", "/today", "/sales/{0.paid_sale}"),
        ("lin", "/sales/{0.open_sale}", "/sales/{0.open_sale}/guest"),
        ("desk", "/sell", "/check-in"),
        ("zhou", "/leads", "/floor"),
    ],
)
def test_a_page_is_light_over_a_bad_line(lobby: Lobby, who: str, address: str, again: str) -> None:
    seen = lobby.of(who, "zh-CN")
    page = lobby.screens.open()
    page.context.add_cookies(seen.context.cookies())  # type: ignore[arg-type]
    page.goto(address.format(lobby.lively), wait_until="load")
    assert 0 < page.evaluate(BYTES) < 100_000
    page.goto(again.format(lobby.lively), wait_until="load")
    assert (
        0 < page.evaluate(BYTES) < 15_000 + (14_000 if again == "/check-in" else 0)
    )  # the scanner's own script
    lobby.screens.close_one(page)
