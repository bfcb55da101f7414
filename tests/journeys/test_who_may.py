"""Who opens which door: roles, and the doors of another club."""

import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from clubsales.actor import Role
from clubsales.auth.guard import permission_of
from tests.builders import Cast, a_card_type, a_colleague
from tests.integration.auth.support import Browser, let_in
from tests.journeys.doors import Door, post_doors
from tests.journeys.lively import Lively
from tests.journeys.sending import Sender

GETS = (
    "/leads/{lead}",
    "/leads/{lead}/timeline",
    "/leads/{lead}/edit",
    "/leads/{held_lead}/contact",
    "/leads/{free_lead}/anonymise",
    "/leads/who-looked?person={lead}",
    "/leads/hand-over/{hand_over}",
    "/leads/{doubled_lead}/details",
    "/leads/matches/{double}/{double_of}",
    "/leads/matches/merges/{merge}",
    "/leads/matches/of/{doubled_lead}",
    "/leads/hand-over/from/{consultant}",
    "/reservations/{held_reservation}",
    "/reservations/{paid_out_reservation}/pay-out",
    "/sales/{overdue_sale}/instalments",
    "/contracts/new/{bare_sale}",
    "/contracts/{draft_contract}",
    "/contracts/{draft_contract}/edit",
    "/contracts/{approved_contract}/sign",
    "/contracts/{signed_contract}/contract.pdf",
    "/sales/{paid_sale}/receipt.pdf",
    "/sales/{overdue_sale}/deposit",
    "/sales/{overdue_sale}/deposit.pdf",
    "/cards/{card}/statement",
    "/cards/{card}/statement.pdf",
    "/sales/{open_sale}",
    "/sales/{open_sale}/live",
    "/sales/{open_sale}/guest",
    "/sales/{open_sale}/guest/live",
    "/sales/{paid_sale}/receipt",
    "/sales/{paid_sale}/refund",
    "/cards/{card}",
    "/cards/{card}/codes/{serial}",
    "/cards/{value_card}/use",
    "/cards/{family_card}/people",
    "/cards/{family_card}/extend",
    "/price-list/{card_type}",
    "/price-list/{card_type}/edit",
    "/price-list/{card_type}/terms",
    "/price-list/{card_type}/places",
    "/price-list/{package}/package",
    "/discounts/{asked_discount}",
    "/discounts/{asked_discount}/tablet",
    "/cards/{quiet_card}/services",
    "/cards/{quiet_card}/services/freeze",
    "/cards/{quiet_card}/refund",
    "/returns/{asked_return}",
    "/credit/{consultant}",
    "/ranking/people/{consultant}",
    "/ranking/certificates/{award}",
    "/credit/sales/{paid_sale}",
    "/credit/sales/{paid_sale}/rebate",
    "/staff/{staff}",
    "/staff/{staff}/pay",
    "/reviews/{case}",
    "/desk?received={guest}",
    "/leave/{leave}",
    "/notices/{notice}",
    "/appointments/{appointment}",
    "/appointments/{appointment}/reminder",
    "/appointments/{appointment}/invitation.ics",
    "/passes/{trial_pass}",
    "/passes/{trial_pass}/printed",
    "/passes/{trial_pass}/sheet",
    "/guests/{guest}",
    "/credit/likely?guest={guest}",
    "/day-forms/{day_form}",
    "/commission-plans/{plan}",
    "/commission-plans/drafts/{plan_draft}",
    "/commission-plans/drafts/{plan_draft}/back-test",
    "/commission-plans/drafts/{plan_draft}/back-test.csv",
    "/back-tests/{back_test}",
    "/back-tests/{back_test}.csv",
    "/back-tests/{waiting_back_test}/live",
    "/roster/shifts/{roster_shift}/swap",
    "/sales/{arguable_sale}/dispute",
    "/disputes/{open_case}",
    "/disputes/{open_case}/evidence",
    "/disputes/{open_case}/decide",
    "/disputes/{open_case}/papers/{paper}",
    "/assessments/{assessment}",
    "/assessments/{quarter_assessment}/colleague",
    "/money/statements/{statement}",
    "/money/statements/{statement}/statement.pdf",
    "/money/statements/{statement}/statement.xlsx",
    "/money/statements/{statement}/lines.csv",
    "/money/of/{consultant}",
)
OURS = re.compile(r"[0-9a-z]{12}")
# Named by shift and occasion: every club has its own under the same address.
NAMED_ALIKE = (
    *(
        "assessment.edit_sheet",
        "assessment.arrange_sheet",
        "assessment.publish_sheet",
        "assessment.sheet_version",
    ),
    "checklists.",
    "closing.",
    "sources.show",
    "sources.rename_kind",
    "sources.use_kind",
    "sources.add",
)


def answers(sender: Sender, doors: Mapping[str, Door], who: str) -> dict[str, int]:
    """The status each door answers `who` with."""
    found = {}
    for endpoint, door in doors.items():
        with sender.put_back_afterwards():
            found[endpoint] = sender.send(door, dict(door.fields), who=who).status_code
    return found


@pytest.fixture(params=["of another company", "of the same company"])
def stranger(request: pytest.FixtureRequest, session: Session, cast: Cast, sender: Sender) -> str:
    """A club manager, who may do everything - in his own club."""
    if request.param == "of another company":
        return "other_manager"
    hired = a_colleague(session, cast.other_club, "nachbar", "邻店经理", Role.CLUB_MANAGER)
    let_in(session, hired)
    sender.client("nachbar")
    return "nachbar"


def test_another_clubs_ids_name_nothing(app: Flask, sender: Sender, lively: Lively, stranger: str) -> None:
    before = sender.rows()
    client = sender.client(stranger)
    for address in GETS:
        with app.app_context():
            answer = client.get(address.format_map(asdict(lively)))
        assert answer.status_code == 404, address
    with_an_id = {
        endpoint: door
        for endpoint, door in post_doors(lively).items()
        if door.who and OURS.search(door.address)
    }
    assert len(with_an_id) > 20
    # Our consultant is no choice in the stranger's form, which says so before it looks for the guest.
    unlike = {
        "reception.authorise_off_duty": 422,
        "leave.decide": 403,  # not a club manager's
        "leave.end": 403,
        "assessment.approve": 403,  # the general manager's
        "alerts.subscribe": 201,
    }  # the latter's address holds no id
    expected = {endpoint: unlike.get(endpoint, 404) for endpoint in with_an_id}
    assert answers(sender, with_an_id, stranger) == expected
    assert sender.rows() == before


def test_every_address_with_an_id_was_tried(app: Flask, lively: Lively) -> None:
    """Links that are keys by themselves aside."""
    addresses = [address.format_map(asdict(lively)) for address in GETS]
    addresses += [door.address for door in post_doors(lively).values()]
    matcher = app.url_map.bind("localhost")
    tried = set()
    for address in addresses:
        for method in ("GET", "POST"):
            if matcher.test(address.partition("?")[0], method):
                tried.add((matcher.match(address.partition("?")[0], method)[0], method))
    for rule in app.url_map.iter_rules():
        door = permission_of(app.view_functions[rule.endpoint]) if rule.endpoint != "static" else None
        if door is None or door.public_because or not rule.arguments:
            continue
        if rule.endpoint.startswith(NAMED_ALIKE):
            continue
        for method in {"GET", "POST"} & (rule.methods or set()):
            assert (rule.endpoint, method) in tried, rule


@pytest.mark.parametrize(
    ("endpoint", "fields"),
    [
        ("reception.receive", {"asks_for": "{consultant}"}),
        ("reception.receive", {"card": "{consultant}"}),
        ("reception.receive", {"came_with": "{guest}"}),
        ("reception.receive", {"person": "{guest}"}),
        ("sales.open_sale", {"card_type": "{card_type}"}),
        ("sales.open_sale", {"guest": "{guest}"}),
        ("sales.sell_for_cash", {"consultant": "{consultant}"}),
    ],
)
def test_another_clubs_ids_in_a_form_do_nothing(
    session: Session, cast: Cast, sender: Sender, lively: Lively, endpoint: str, fields: dict[str, str]
) -> None:
    theirs = a_card_type(session, cast.foreign_club, "theirs", name="别家年卡")
    session.commit()
    door = post_doors(lively)[endpoint]
    own: dict[str, Any] = {
        "phone": "13800138000",
        "submission_key": "a-key-of-theirs",
        "card_type": theirs.public_id,
        "method": "cash",
    }
    before = sender.rows()
    taken = sender.send(door, own, who="other_manager")
    assert taken.status_code < 400
    assert sender.rows() != before
    before = sender.rows()
    wrong = {name: value.format_map(asdict(lively)) for name, value in fields.items()}
    answer = sender.send(
        door, {**own, "phone": "13800138001", "submission_key": "another-key", **wrong}, who="other_manager"
    )
    assert answer.status_code == 404
    assert sender.rows() == before


MAY_NOT = {
    "lin": [
        *("/desk", "/today", "/check-in", "/staff", "/club", "/price-list", "/devices"),
        *("/sales/{paid_sale}/refund", "/cards/{card}/codes/{serial}"),
        *("/cards/{family_card}/extend", "cards.extend"),
        *("reception.receive", "sales.sell_for_cash", "sales.book_receipt", "sales.refund", "cards.freeze"),
        *("/credit/sales/{paid_sale}/rebate", "credits.rebate"),
        *("catalogue.reprice", "staff.hire", "auth.enrol_device", "checkin.scan", "posts.release"),
        *("/promotions", "/promotions/new", "/facilities", "catalogue.save_edit", "catalogue.save_terms"),
        *("catalogue.publish_promotion", "catalogue.add_facility", "catalogue.save_places"),
        *("discounts.approve", "discounts.refuse"),
        *("/returns", "returns.answer", "returns.pay_out"),
        *("/reservations/ledger", "/reservations/{paid_out_reservation}/pay-out", "reservations.answer"),
        *("reservations.take_deposit", "reservations.consent", "reservations.decide_lapsed"),
        *("reservations.pay_out", "receivables.confirm_arrears"),
        *("reception.authorise_off_duty", "staff.give_role"),
        *("passes.issue_coupons", "passes.revoke_coupon"),
        *("/credit/everybody", "/credit/house", "/credit/month.csv", "/credit/{consultant}"),
        *("/money/everybody", "/money/of/{free}", "statements.confirm"),
        *("/months", "/months/2026-03", "/months/2026-02/payroll.csv", "/months/2026-02/payroll.xlsx"),
        *("/months/figures", "closing.approve", "closing.close", "closing.save_figures"),
        *("/months/2026-02/payout", "closing.record_payout"),
        *("/assessments", "/assessments/sheets/month", "/assessments/calendar", "/assessments/training"),
        *("assessment.issue", "assessment.mark", "assessment.send", "assessment.approve"),
        *("assessment.publish_sheet", "assessment.set_day", "assessment.plan_training"),
        *("/reviews", "/reviews/new", "reviews.propose", "reviews.decide", "reviews.dismiss"),
        *("/staff/{staff}/pay", "staff.change_pay"),
        *("/takings", "/takings/history", "/day-forms", "takings.count"),
        *("/leave/inbox", "/leave/away", "/checklists", "/notices", "/notices/{notice}", "/targets"),
        *("leave.decide", "leave.mark_away", "leave.end_away", "notices.write", "notices.withdraw"),
        *(
            "checklists.publish",
            "checklists.arrange",
            "targets.save",
            "targets.save_year",
            "targets.save_weeks",
        ),
        *("/targets/year", "/targets/weeks", "/targets/progress", "/targets/reach"),
        *(
            "/commission-plans",
            "/commission-plans/new",
            "/commission-plans/examples",
            "/commission-plans/{plan}",
        ),
        *("/commission-plans/drafts/{plan_draft}", "/commission-plans/drafts/{plan_draft}/back-test"),
        *("commission.start", "commission.change", "commission.discard", "commission.publish"),
        *("/disputes.csv", "/disputes/{open_case}/decide"),
        *("disputes.settle", "disputes.rule", "disputes.appeal_ruling"),
        *("/leads/sources", "/leads/sources/flyer", "sources.add", "sources.use_kind", "sources.use"),
    ],
    "desk": [
        *("/floor", "/today", "/staff", "/club", "/sales/{paid_sale}/refund", "/devices"),
        *("/credit", "/credit/everybody", "/credit/month.csv", "/credit/{consultant}"),
        *("/credit/sales/{paid_sale}/rebate", "credits.rebate"),
        *("sales.open_sale", "sales.refund", "posts.open_shift", "catalogue.reprice", "staff.hire"),
        *("reception.authorise_off_duty", "posts.release", "auth.enrol_device"),
        *("/cards/{family_card}/extend", "cards.extend"),
        *("passes.issue_trial", "passes.issue_card", "passes.revoke"),
        *("posts.offer_handover", "posts.set_plan", "/day-forms", "/takings/history"),
        *("/disputes", "/disputes/{open_case}", "disputes.open", "disputes.state"),
        *("/returns", "returns.answer", "returns.pay_out"),
        *("/months", "/money/everybody", "/reviews", "/assessments", "/commission-plans"),
        *("closing.approve", "closing.close", "statements.confirm", "assessment.mark", "reviews.decide"),
    ],
    "finance": [
        *("/floor", "/desk", "/staff", "/check-in", "/leads"),
        *("/appointments", "/appointments/new", "/passes", "appointments.make"),
        *("/appointments/reminders", "/leads/funnel", "/leads/funnel/forecast", "/leads/funnel.csv"),
        *("intake.capture", "reception.receive", "posts.open_shift", "checkin.scan", "cards.freeze"),
        *("catalogue.reprice", "staff.hire", "reception.see_out", "sales.open_sale"),
        *("closing.close", "statements.confirm", "/reviews", "/assessments", "/commission-plans", "/targets"),
        *("reviews.decide", "assessment.mark", "assessment.approve", "staff.change_pay"),
        *("/cards/{value_card}/use", "cards.use_value", "cards.undo_value", "cards.take_visits"),
        *("cards.undo_visits", "cards.add_person", "cards.remove_person", "cards.extend"),
    ],
    "supervisor": [
        *("/check-in", "/staff", "/club", "/sales/{paid_sale}/refund"),
        *("sales.sell_for_cash", "sales.book_receipt", "sales.refund", "staff.hire", "posts.release"),
        *("/money/everybody", "/money/of/{consultant}", "statements.confirm"),
        *("/months/2026-02/payroll.csv", "/months/figures", "closing.close", "closing.save_figures"),
        *("/months/2026-02/payout", "closing.record_payout"),
        *("/commission-plans", "reviews.decide", "reviews.dismiss", "assessment.approve", "staff.change_pay"),
        *("/assessments/sheets/month", "assessment.publish_sheet", "assessment.set_day"),
        *("/leave/inbox", "/checklists", "/targets", "leave.decide", "checklists.publish", "targets.save"),
    ],
    "manager": ["/leave/inbox", "leave.decide", "assessment.approve", "assessment.approve_all"],
    "director": [
        *("closing.close", "closing.save_figures", "assessment.approve", "closing.record_payout"),
        "/commission-plans",
        "commission.publish",
        "/checklists",
        "/targets",
        "/leave/away",
        "/floor",
        "checklists.acknowledge",
    ],
}
MAY = {
    "zhou": ["/disputes", "/disputes/{open_case}", "disputes.open", "disputes.withdraw"],
    "lin": [
        *("/my-plan", "/money", "/money/statements", "/money/statements/{statement}", "/money/list"),
        *("/money/statements/{statement}/lines.csv", "statements.acknowledge", "/ranking"),
        *("/assessments/mine", "/assessments/{assessment}", "assessment.assess_self"),
        *("/reviews/mine", "/reviews/{decided_case}", "reviews.acknowledge", "/targets/mine"),
        "/floor",
        "/leads",
        "/sell",
        "/sales",
        "/cards/{card}",
        "sales.open_sale",
        "sales.make_link",
        *("/reservations", "/reservations/new", "/reservations/{held_reservation}", "/receivables"),
        *("reservations.file", "reservations.ask_withdrawal", "receivables.agree"),
    ],
    "desk": [
        "/desk",
        "/check-in",
        "/leads",
        "/sales",
        "/money",
        "sales.sell_for_cash",
        "cards.issue_code",
        "cards.use_value",
        *("/services", "/cards/{quiet_card}/services", "services.take_up", "services.refuse", "returns.ask"),
    ],
    "finance": [
        "/takings",
        "/takings/history",
        "/sales",
        "/today",
        *("/reservations", "/reservations/ledger", "/reservations/{paid_out_reservation}/pay-out"),
        *("reservations.answer", "reservations.take_deposit", "reservations.pay_out", "/receivables"),
        *("/returns", "/returns/{approved_return}", "returns.pay_out"),
        "/sales/{paid_sale}/refund",
        "sales.book_receipt",
        "sales.refund",
        *("/credit/sales/{paid_sale}/rebate", "credits.rebate"),
        *("/money/everybody", "/money/of/{consultant}", "/money/statements/{statement}"),
        *("/months", "/months/2026-03", "/months/figures", "closing.save_figures"),
        *("/months/2026-02/payout", "closing.record_payout"),
        *("/months/2026-02/payroll.csv", "/months/2026-02/payroll.xlsx", "/ranking"),
    ],
    "supervisor": [
        *("/floor", "/desk", "/today", "posts.open_shift", "sales.open_sale", "reception.receive"),
        *("/months", "/reviews", "reviews.propose", "/assessments", "/ranking/meeting"),
    ],
    "director": [
        *("/leave", "/leave/inbox", "/leave/{leave}", "/notices", "leave.decide", "notices.write"),
        *("/credit/everybody", "/credit/{consultant}", "/credit/sales/{paid_sale}"),
        *("/months", "/money/everybody", "/reviews", "reviews.decide", "statements.confirm"),
    ],
    "manager": [
        *("/months", "/months/2026-02", "/months/figures", "/money/everybody", "statements.confirm"),
        *("/reviews", "reviews.decide", "/assessments", "assessment.mark", "/targets", "targets.save"),
        *("/returns", "returns.answer", "returns.pay_out", "services.take_up"),
        "/commission-plans",
        "commission.publish",
        "/today",
        "/desk",
        "/staff",
        "/devices",
        "/check-in",
        "sales.refund",
        "staff.hire",
    ],
}


def status(sender: Sender, lively: Lively, who: str, door: str) -> int:
    """What a page or a form answers."""
    if not door.startswith("/"):
        return answers(sender, {door: post_doors(lively)[door]}, who)[door]
    with sender.app.app_context():
        return sender.client(who).get(door.format_map(asdict(lively))).status_code


def test_each_role_opens_its_doors_and_no_others(sender: Sender, lively: Lively) -> None:
    before = sender.rows()
    for who, doors in MAY_NOT.items():
        assert {door: status(sender, lively, who, door) for door in doors} == dict.fromkeys(doors, 403), who
    assert sender.rows() == before
    for who, doors in MAY.items():
        closed = {door: code for door in doors if (code := status(sender, lively, who, door)) >= 400}
        assert closed == {}, who


def test_what_concerns_one_colleague_is_not_there_for_another(sender: Sender, lively: Lively) -> None:
    """Statements, assessments and cases of Lin's, asked for by Zhou who has the same role."""
    before = sender.rows()
    doors = (
        *("/money/statements/{statement}", "/money/statements/{statement}/statement.pdf"),
        *("/money/statements/{statement}/statement.xlsx", "/money/statements/{statement}/lines.csv"),
        *("/assessments/{assessment}", "/reviews/{case}", "/reviews/{decided_case}"),
        *("statements.acknowledge", "assessment.assess_self", "reviews.acknowledge"),
    )
    assert {door: status(sender, lively, "zhou", door) for door in doors} == dict.fromkeys(doors, 404)
    assert sender.rows() == before


@pytest.mark.parametrize("who", ["finance", "desk", "lin"])
def test_a_sale_stands_among_the_sales_on_everybodys_rail(sender: Sender, lively: Lively, who: str) -> None:
    with sender.app.app_context():
        page = sender.client(who).get(f"/sales/{lively.paid_sale}").get_data(as_text=True)
    assert re.findall(r'href="([^"]+)" aria-current="page"', page) == ["/sales"]


def test_somebody_who_was_signed_out_elsewhere_opens_nothing(
    session: Session, cast: Cast, app: Flask, sender: Sender, lively: Lively
) -> None:
    """A new password ends every session at once."""
    window = Browser(sender.client("finance"))
    assert window.get("/sales").status_code == 200
    let_in(session, cast.finance)
    assert window.get("/sales").headers["Location"].startswith("/sign-in")
