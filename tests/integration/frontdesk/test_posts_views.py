"""A consultant's day on the pages, on both databases."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from clubsales import policies
from clubsales.actor import Actor
from clubsales.auth import devices
from clubsales.auth.cookies import DEVICE_COOKIE
from clubsales.auth.rules import DevicePurpose
from clubsales.consultants.checklists.rules import Occasion
from clubsales.consultants.checklists.starters import starter
from clubsales.consultants.leave.models import LeaveRow
from clubsales.consultants.notices import operations as notices
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.roster import operations as roster
from clubsales.consultants.shifts import queries as shifts
from clubsales.consultants.shifts.models import ShiftRow
from clubsales.consultants.targets import operations as targets
from clubsales.frontdesk.posts import operations as posts
from clubsales.frontdesk.posts.models import DayFormRow, DayPlanRow, HandoverRow
from clubsales.frontdesk.reception import operations as reception
from clubsales.frontdesk.reception import queries
from clubsales.leads.appointments import operations as appointments
from clubsales.leads.followups import operations as followups
from clubsales.leads.people import operations as people
from clubsales.membership.payments.rules import Method
from clubsales.membership.sales import operations as sales
from clubsales.membership.sales.rules import SaleKind
from tests.builders import PIN, Cast, consultant_of, local, yuan
from tests.cards import a_person
from tests.integration.auth.support import Browser, account, let_in
from tests.statements import statements

AT = local(17)
ENGLISH = {"Accept-Language": "en"}
OPENING = list(starter(Occasion.OPENING, "early").codes)
CLOSING = list(starter(Occasion.CLOSING, "early").codes)


@pytest.fixture(autouse=True)
def afternoon() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


def opens(session: Session, actor: Actor) -> None:
    posts.open_shift(
        session, consultant_id=consultant_of(actor), checklist=None, shift="early", actor=actor, at=local(9)
    )


def browser_of(session: Session, client: FlaskClient, actor: Actor, username: str) -> Browser:
    let_in(session, actor, at=AT)
    browser = Browser(client, dict(ENGLISH))
    assert browser.sign_in(username).status_code == 303
    return browser


@pytest.fixture
def lin(session: Session, cast: Cast, client: FlaskClient) -> Browser:
    """Lin's browser; she and Zhou are on post since nine."""
    for actor in (cast.lin, cast.zhou):
        opens(session, actor)
    return browser_of(session, client, cast.lin, "linjing")


def public_id_of(session: Session, actor: Actor) -> str:
    return profiles.get(session, actor.club.id, consultant_of(actor)).public_id


def handover(session: Session) -> HandoverRow:
    session.expire_all()
    return session.scalars(sa.select(HandoverRow).where(HandoverRow.withdrawn_at.is_(None))).one()


def takes_cash(session: Session, cast: Cast, amount: str) -> None:
    sale_id = sales.open_sale(
        session,
        card_type_id=cast.annual.id,
        price=None,
        kind=SaleKind.NEW,
        consultant_id=cast.lin.consultant_id,
        actor=cast.lin,
        at=local(10),
    )
    sales.book_receipt(
        session, sale_id=sale_id, amount=yuan(amount), method=Method.CASH, actor=cast.lin, at=local(10)
    )


# The briefing and the opening


def test_the_briefing_is_made_from_data(session: Session, cast: Cast, client: FlaskClient) -> None:
    me, day = consultant_of(cast.lin), local(9).date()
    chen = a_person(session, cast, e164="+8613800138000", name="陈晨")
    people.set_birthday(
        session, person_id=chen, birthday=local(9, year=1990).date(), actor=cast.lin, at=local(8)
    )
    targets.set_target(
        session, consultant_id=me, month=day, amount=yuan("30000.00"), actor=cast.manager, at=local(8)
    )
    notices.write(
        session,
        title="泳池换水",
        body="周三停用",
        first_day=day,
        last_day=day,
        actor=cast.manager,
        at=local(8),
    )
    appointments.make(
        session, consultant_id=me, person_id=chen, due_at=local(18, 30), actor=cast.lin, at=local(8)
    )
    followups.plan(
        session,
        person_id=chen,
        consultant_id=me,
        due_on=day,
        what="报价",
        actor=cast.lin,
        at=local(8),
    )
    roster.plan(session, consultant_id=me, day=day, shift="late", actor=cast.supervisor, at=local(20, day=8))
    browser = browser_of(session, client, cast.lin, "linjing")
    page = browser.text("/floor")
    for told in ("泳池换水", "周三停用", "18:30", "陈晨", "报价", "¥30,000", "Late shift", "14:00 to 22:00"):
        assert told in page, told
    # Planned for 14:00, opened at 17:00.
    assert "180 minutes late" in page
    assert "ATT-02" in page
    assert "New to you" in page


@pytest.mark.parametrize("on_shift", [False, True])
def test_eight_follow_ups_are_shown_and_all_of_them_counted(
    session: Session, cast: Cast, client: FlaskClient, on_shift: bool
) -> None:
    for number in range(1, 11):
        guest = a_person(session, cast, e164=f"+86138001380{number:02}", name=f"客人{number:02}")
        followups.plan(
            session,
            person_id=guest,
            consultant_id=consultant_of(cast.lin),
            due_on=local(9).date(),
            what="报价",
            actor=cast.lin,
            at=local(8),
        )
    if on_shift:
        opens(session, cast.lin)
    page = browser_of(session, client, cast.lin, "linjing").text("/floor")
    assert ("10 follow-ups due" if on_shift else '<span class="pill soon">10</span>') in page
    assert [f"客人{number:02}" in page for number in range(1, 11)] == [True] * 8 + [False] * 2


def on_leave(session: Session, cast: Cast, *, until_noon: bool = False) -> None:
    today = local(9).date()
    session.add(
        LeaveRow(
            club_id=cast.club.id,
            consultant_id=consultant_of(cast.lin),
            kind="annual",
            first_day=today,
            last_day=today,
            until_noon=until_noon,
            half_days=1 if until_noon else 2,
            status="approved",
            filed_at=local(9, day=2),
            filed_by=cast.lin.account_id,
            decided_at=local(10, day=2),
            decided_by=cast.manager.account_id,
            decided_as="sales_director",
            policy_version_id=policies.policy_on(session, cast.club, today).version_id,
        )
    )


def test_on_leave_the_page_says_so_and_whom_to_ask_instead_of_a_form(
    session: Session, cast: Cast, client: FlaskClient
) -> None:
    on_leave(session, cast)
    browser = browser_of(session, client, cast.lin, "linjing")
    page = browser.text("/floor")
    assert "You are on leave today" in page
    assert f"Back early? Ask {cast.director.name} to end the leave." in page
    assert "Before you go on post" not in page
    late = browser.post("/floor/shift", page="/floor", shift="early", done=OPENING)  # type: ignore[arg-type]
    assert late.status_code == 302
    assert "Whoever is back early asks somebody who may approve the leave" in browser.text("/floor")


def test_on_leave_in_the_morning_the_shift_opens_in_the_afternoon(
    session: Session, cast: Cast, client: FlaskClient
) -> None:
    on_leave(session, cast, until_noon=True)
    browser = browser_of(session, client, cast.lin, "linjing")
    assert "Before you go on post" in browser.text("/floor")
    with time_machine.travel(local(11), tick=False):
        morning = browser_of(session, client, cast.lin, "linjing").text("/floor")
    assert "The leave ends at noon: then your shift opens here." in morning


def test_without_a_plan_the_shift_is_chosen(session: Session, cast: Cast, client: FlaskClient) -> None:
    browser = browser_of(session, client, cast.lin, "linjing")
    assert "No shift is planned for you now" in browser.text("/floor")
    early, late = browser.text("/floor?shift=early"), browser.text("/floor?shift=late")
    assert 'value="lights"' in early
    assert 'value="lights"' not in late
    assert 'value="taken_over"' in late
    assert browser.get("/floor?shift=" + "x" * 500).status_code == 200


def test_a_shift_opens_with_its_plan(session: Session, cast: Cast, client: FlaskClient) -> None:
    browser = browser_of(session, client, cast.lin, "linjing")
    half = browser.post("/floor/shift", page="/floor", done="badge", shift="early", calls="x")
    assert half.status_code == 422
    assert "Tick every item" in half.text
    fields = {"shift": "early", "number": "1", "calls": "30", "sales": "1"}
    answer = browser.post("/floor/shift", page="/floor", done=OPENING, **fields)  # type: ignore[arg-type]
    assert answer.status_code == 302
    again = browser.post("/floor/shift", page="/floor", done=OPENING, **fields)  # type: ignore[arg-type]
    assert again.status_code == 302
    assert len(session.scalars(sa.select(ShiftRow)).all()) == 1
    plan = session.scalars(sa.select(DayPlanRow)).one()
    assert (plan.calls, plan.visits, plan.sales) == (30, 0, 1)
    assert "of 30" in browser.text("/floor")


@pytest.mark.parametrize("number", ["", "1", "0", "-1", "x", "9" * 50])
def test_any_number_a_form_may_carry_is_answered(
    session: Session, cast: Cast, client: FlaskClient, number: str
) -> None:
    browser = browser_of(session, client, cast.lin, "linjing")
    fields = {"shift": "early", "number": number}
    answer = browser.post("/floor/shift", page="/floor", done=OPENING, **fields)  # type: ignore[arg-type]
    assert answer.status_code == 302


@pytest.mark.parametrize("calls", ["-1", "1000", "many", "1.5"])
def test_a_plan_that_is_none_is_not_kept(session: Session, lin: Browser, calls: str) -> None:
    lin.post("/floor/plan", page="/floor", calls=calls)
    assert session.scalars(sa.select(DayPlanRow)).all() == []
    lin.post("/floor/plan", page="/floor", calls="12")
    lin.post("/floor/plan", page="/floor", calls="12")
    assert session.scalars(sa.select(DayPlanRow.calls)).all() == [12]


# Meals, and the handover


def test_alone_on_post_nobody_goes_for_a_meal(session: Session, cast: Cast, client: FlaskClient) -> None:
    opens(session, cast.lin)
    browser = browser_of(session, client, cast.lin, "linjing")
    browser.post("/floor/status", page="/floor", status="meal")
    assert "The post may not stay empty" in browser.text("/floor")
    assert "Ask the club manager" in browser.text("/floor/closing")


def test_with_a_guest_the_buttons_say_why_nobody_leaves_the_post(
    session: Session, cast: Cast, lin: Browser
) -> None:
    meal = 'name="status" value="meal"'
    assert meal in lin.text("/floor")
    reception.arrive(session, e164=None, name="陈晨", actor=cast.desk, at=local(16))
    session.commit()
    page = lin.text("/floor")
    assert meal not in page
    assert page.count('<button class="button" disabled>') == 3
    assert "See the guest out before you leave the post" in page
    lin.post("/floor/status", page="/floor", status="meal")  # an older page
    assert "See the guest out first, or ask a supervisor" in lin.text("/floor")
    shift = shifts.open_shift_of(session, consultant_of(cast.lin))
    assert shift is not None
    assert shift.status == "on_post"


def offered(session: Session, cast: Cast) -> None:
    """A guest whom Lin has a minute to accept."""
    policies.publish(
        session,
        changes={"rotation": {"accept_seconds": 60}},
        valid_from=AT.date(),
        actor=cast.system,
        at=local(8),
    )
    reception.arrive(session, e164=None, name="陈晨", actor=cast.desk, at=AT)
    session.commit()


def test_whoever_leaves_the_post_reads_that_the_offered_guest_passed_on(
    session: Session, cast: Cast, lin: Browser
) -> None:
    offered(session, cast)
    page = lin.text("/floor")
    assert "Offered to you" in page
    assert "or you leave the post, the guest is offered to the next" in page
    assert "disabled" not in page.partition('name="status" value="meal"')[2].partition(">")[0]
    assert "A guest is offered to you" in lin.text("/floor/closing")
    lin.post("/floor/status", page="/floor", status="meal")
    page = lin.text("/floor")
    assert "The guest offered to you has passed on." in page
    assert "Offered to you" not in page
    (guest,) = queries.guests_of(session, cast.club.id, consultant_of(cast.zhou))
    assert guest.name == "陈晨"


def test_the_manager_reads_it_too_when_he_lets_somebody_go(
    session: Session, cast: Cast, lin: Browser, client: FlaskClient
) -> None:
    offered(session, cast)
    manager = browser_of(session, client.application.test_client(), cast.manager, "wujingli")
    lin_id = public_id_of(session, cast.lin)
    for into in ("away", "close"):
        manager.post(f"/floor/{lin_id}/release", page="/desk", into=into, reason="孩子生病")
        page = manager.text("/desk")
        assert "林静 may leave the post." in page
        assert ("The guest offered to 林静 has passed on." in page) is (into == "away")


def test_a_handover_is_offered_read_on_the_other_screen_and_the_shift_closes(
    session: Session, cast: Cast, lin: Browser
) -> None:
    page = lin.text("/floor/closing")
    assert "Nobody is waiting." in page
    none = lin.post("/floor/handover", page="/floor/closing", handover_note="泳池门卡在抽屉")
    assert none.status_code == 422
    assert "Choose a colleague" in none.text
    assert "泳池门卡在抽屉" in none.text
    zhou = public_id_of(session, cast.zhou)
    for _press in range(2):
        lin.post("/floor/handover", page="/floor/closing", to=zhou, handover_note="泳池门卡在抽屉")
    row = handover(session)
    assert "has not taken over yet" in lin.text("/floor/closing")
    assert lin.get("/floor/closing/live").status_code == 200
    lin.post("/floor/closing", page="/floor/closing", done=CLOSING)  # type: ignore[arg-type]
    assert "has to acknowledge" in lin.text("/floor/closing")
    assert lin.post(f"/floor/handover/{row.public_id}/take", page="/floor/closing").status_code == 302
    assert "for somebody else" in lin.text("/floor/closing")

    let_in(session, cast.zhou, at=AT)
    zhous = Browser(lin.client, dict(ENGLISH))
    zhous.sign_in("zhouqian")
    page = zhous.text("/floor")
    assert "林静 hands over to you" in page
    assert "泳池门卡在抽屉" in page
    for _press in range(2):
        zhous.post(f"/floor/handover/{row.public_id}/take", page="/floor")
    assert "hands over to you" not in zhous.text("/floor")

    lin.sign_in("linjing")
    assert lin.get("/floor/closing/live").headers["HX-Redirect"] == "/floor/closing"
    assert "has read it and takes over" in lin.text("/floor/closing")
    half = lin.post("/floor/closing", page="/floor/closing", done="takings", note="顺利")
    assert half.status_code == 422
    assert "顺利" in half.text
    closed = lin.post("/floor/closing", page="/floor/closing", done=CLOSING, note="顺利")  # type: ignore[arg-type]
    form = session.scalars(sa.select(DayFormRow)).one()
    assert closed.location == f"/day-forms/{form.public_id}"
    assert "顺利" in lin.text(closed.location)
    again = lin.get("/floor/closing")
    assert again.status_code == 302
    assert "泳池门卡在抽屉" in lin.text("/floor")


def on_tablet(session: Session, cast: Cast, browser: Browser, username: str) -> None:
    tablet = devices.enrol_device(
        session, name="前台平板", purpose=DevicePurpose.TABLET, actor=cast.manager, at=AT
    )
    session.commit()
    browser.client.set_cookie(DEVICE_COOKIE, tablet.token)
    browser.sign_in(username)


def test_the_relief_takes_over_by_pin_on_the_same_tablet(session: Session, cast: Cast, lin: Browser) -> None:
    let_in(session, cast.zhou, at=AT)
    lin.post("/floor/handover", page="/floor/closing", to=public_id_of(session, cast.zhou), handover_note="")
    door = f"/floor/handover/{handover(session).public_id}/pin"
    lin.post(door, page="/floor/closing", pin=PIN)
    assert "shared tablet only" in lin.text("/floor/closing")
    assert handover(session).acknowledged_at is None
    on_tablet(session, cast, lin, "linjing")
    assert "data-pin-pad" in lin.text("/floor/closing")
    lin.post(door, page="/floor/closing", pin="0000")
    assert account(session, cast.zhou).failed_pins == 1
    assert handover(session).acknowledged_at is None
    lin.post(door, page="/floor/closing", pin=PIN)
    assert handover(session).acknowledged_at == AT
    assert account(session, cast.zhou).failed_pins == 0
    assert "has read it and takes over" in lin.text("/floor/closing")


def test_wrong_pins_lock_it_and_the_right_one_comes_too_late(
    session: Session, cast: Cast, lin: Browser
) -> None:
    let_in(session, cast.zhou, at=AT)
    on_tablet(session, cast, lin, "linjing")
    lin.post("/floor/handover", page="/floor/closing", to=public_id_of(session, cast.zhou), handover_note="")
    door = f"/floor/handover/{handover(session).public_id}/pin"
    for _try in range(5):
        lin.post(door, page="/floor/closing", pin="0000")
    lin.post(door, page="/floor/closing", pin=PIN)
    assert handover(session).acknowledged_at is None
    assert account(session, cast.zhou).pin_locked_at == AT


def test_a_pin_counts_only_on_the_tablet_of_who_hands_over(
    session: Session, cast: Cast, lin: Browser
) -> None:
    opens(session, cast.ma)
    let_in(session, cast.ma, cast.zhou, at=AT)
    lin.post("/floor/handover", page="/floor/closing", to=public_id_of(session, cast.zhou), handover_note="")
    door = f"/floor/handover/{handover(session).public_id}/pin"
    on_tablet(session, cast, lin, "machao")
    lin.post(door, page="/floor/closing", pin=PIN)
    assert handover(session).acknowledged_at is None
    assert account(session, cast.zhou).failed_pins == 0


@pytest.mark.parametrize("public_id", ["a2b3c4d5e6f7", "x", "%00", "é"])
def test_a_handover_nobody_offered_is_not_there(lin: Browser, public_id: str) -> None:
    for door in ("take", "pin"):
        assert lin.post(f"/floor/handover/{public_id}/{door}", page="/floor").status_code in {302, 404}
    assert lin.post("/floor/handover", page="/floor/closing", to=public_id).status_code == 404


# Closing


def test_a_guest_without_an_outcome_is_seen_out_on_the_closing_page(
    session: Session, cast: Cast, lin: Browser
) -> None:
    reception.arrive(session, e164="+8613800138000", name="陈晨", actor=cast.desk, at=local(16))
    session.commit()
    page = lin.text("/floor/closing")
    assert "Guests without an outcome" in page
    assert "Left before the end" in page
    assert "Gave a tour" in page
    lin.post("/floor/closing", page="/floor/closing", done=CLOSING)  # type: ignore[arg-type]
    assert "See that guest out first" in lin.text("/floor/closing")


def test_what_was_taken_is_counted_blind_and_a_difference_explained(
    session: Session, cast: Cast, lin: Browser
) -> None:
    takes_cash(session, cast, "500.00")
    session.commit()
    zhou = public_id_of(session, cast.zhou)
    let_in(session, cast.zhou, at=AT)
    on_tablet(session, cast, lin, "linjing")
    lin.post("/floor/handover", page="/floor/closing", to=zhou, handover_note="")
    lin.post(f"/floor/handover/{handover(session).public_id}/pin", page="/floor/closing", pin=PIN)
    assert "500.00" not in lin.text("/floor/closing")
    fields = {"done": CLOSING, "cash": "480"}
    answer = lin.post("/floor/closing", page="/floor/closing", **fields)  # type: ignore[arg-type]
    assert answer.status_code == 422
    assert "¥500.00" in answer.text
    assert shifts.open_shift_of(session, consultant_of(cast.lin)) is not None
    fields["explanation"] = "wrong change"
    answer = lin.post("/floor/closing", page="/floor/closing", **fields)  # type: ignore[arg-type]
    assert answer.status_code == 302
    shown = lin.text(answer.location)
    assert "wrong change" in shown
    assert "-¥20.00" in shown


def test_forms_are_seen_by_their_owner_and_by_who_sees_the_day(
    session: Session, cast: Cast, lin: Browser
) -> None:
    let_in(session, cast.zhou, cast.manager, cast.supervisor, cast.desk, cast.other_manager, at=AT)
    posts.close_shift(
        session,
        consultant_id=consultant_of(cast.zhou),
        acknowledged_by=consultant_of(cast.lin),
        actor=cast.zhou,
        at=AT,
    )
    session.commit()
    door = f"/day-forms/{session.scalars(sa.select(DayFormRow.public_id)).one()}"
    assert lin.get(door).status_code == 404
    assert lin.get("/day-forms").status_code == 403
    assert "No form yet" in lin.text("/day-forms/mine")
    for username, allowed in (("zhouqian", 200), ("wujingli", 200), ("sunzhu", 200), ("qiantai", 404)):
        lin.sign_in(username)
        assert lin.get(door).status_code == allowed, username
    lin.sign_in("biejia")
    assert lin.get(door).status_code == 404
    assert "周倩" not in lin.text("/day-forms")
    lin.sign_in("wujingli")
    assert "周倩" in lin.text("/day-forms")
    assert "周倩" not in lin.text("/day-forms?day=2026-03-08")
    assert lin.get("/day-forms?day=x").status_code == 200
    assert lin.get("/day-forms/nonsense").status_code == 404


# What the page costs


def test_the_open_page_asks_little_while_nothing_happens(session: Session, cast: Cast, lin: Browser) -> None:
    """Who asks, with the board's version; handovers are looked up only when the page is drawn again."""
    mark = lin.get("/floor/live").headers["ETag"]
    with statements() as sent:
        assert lin.get("/floor/live", **{"If-None-Match": mark}).status_code == 304
    assert len(sent) == 1, "\n".join(sent)
    lin.post("/floor/handover", page="/floor/closing", to=public_id_of(session, cast.zhou), handover_note="")
    assert lin.get("/floor/live", **{"If-None-Match": mark}).status_code == 200


def test_the_handover_comes_to_the_open_page_of_the_relief(
    session: Session, cast: Cast, lin: Browser
) -> None:
    let_in(session, cast.zhou, at=AT)
    zhous = Browser(lin.client.application.test_client(), dict(ENGLISH))
    zhous.sign_in("zhouqian")
    mark = zhous.get("/floor/live").headers["ETag"]
    lin.post("/floor/handover", page="/floor/closing", to=public_id_of(session, cast.zhou), handover_note="")
    fresh = zhous.get("/floor/live", **{"If-None-Match": mark})
    assert "林静 hands over to you" in fresh.get_data(as_text=True)
