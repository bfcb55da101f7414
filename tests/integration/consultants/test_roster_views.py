"""The roster's doors: what they show, whom they let in, and what they do with nonsense."""

import csv
import io
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from clubsales import policies
from clubsales.actor import Actor
from clubsales.clock import local_day, now
from clubsales.consultants.profiles import operations as profile_operations
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.roster import feeds, operations, queries
from clubsales.consultants.roster.models import CalendarFeedRow, RosterEntryRow, SwapRow
from clubsales.errors import NotFound
from tests.builders import Cast, consultant_of
from tests.integration.auth.support import Browser, let_in
from tests.integration.consultants.test_roster import an_approved_leave

DAY = timedelta(days=1)


@pytest.fixture
def browser(client: FlaskClient) -> Browser:
    return Browser(client, {"Accept-Language": "en"})


@pytest.fixture
def monday(cast: Cast) -> date:
    """Of next week, so that every day of it may still be planned."""
    today = local_day(now(), cast.club.zone)
    return today - timedelta(days=today.weekday()) + timedelta(days=7)


def public_id(session: Session, cast: Cast, who: Actor) -> str:
    return profiles.get(session, who.club.id, consultant_of(who)).public_id


def plan(session: Session, cast: Cast, who: Actor, day: date, shift: str = "early") -> str:
    """Plan a shift; its public id."""
    entry_id = operations.plan(
        session, consultant_id=consultant_of(who), day=day, shift=shift, actor=cast.manager, at=now()
    )
    session.commit()
    return session.execute(
        sa.select(RosterEntryRow.public_id).where(RosterEntryRow.id == entry_id)
    ).scalar_one()


def shifts(session: Session, who: Actor, monday: date) -> list[tuple[date, str]]:
    session.expire_all()
    person = consultant_of(who)
    found = queries.entries_of(session, [person], monday, monday + 6 * DAY)[person]
    return [(entry.day, entry.shift) for entry in found]


def test_a_supervisor_plans_by_tapping(browser: Browser, session: Session, cast: Cast, monday: date) -> None:
    let_in(session, cast.supervisor)
    browser.sign_in("sunzhu")
    page = f"/roster?week={monday}"
    cell = f"{public_id(session, cast, cast.lin)}/{monday}"
    for brush, planned in (
        ("next", [(monday, "early")]),
        ("next", [(monday, "late")]),
        ("next", []),
        ("shift:late", [(monday, "late")]),
        ("shift:late", [(monday, "late")]),
        ("rest", []),
        ("rest", []),
    ):
        answer = browser.post("/roster/cell", page=page, cell=cell, brush=brush)
        assert answer.status_code == 303
        assert shifts(session, cast.lin, monday) == planned


def test_a_tap_by_script_answers_the_row_and_the_coverage(
    browser: Browser, session: Session, cast: Cast, monday: date
) -> None:
    let_in(session, cast.supervisor)
    browser.sign_in("sunzhu")
    lin, zhou = (public_id(session, cast, who) for who in (cast.lin, cast.zhou))
    browser.headers["X-Roster"] = "1"
    answer = browser.post(
        "/roster/cell", page=f"/roster?week={monday}", cell=f"{lin}/{monday}", brush="shift:early"
    )
    text = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert re.findall(r'<tr id="([^"]+)"', text) == [f"row-{lin}", "coverage"]
    assert "09:00–17:00" in text
    answer = browser.post(
        "/roster/move",
        page=f"/roster?week={monday}",
        cell=f"{lin}/{monday}",
        to=f"{zhou}/{monday + DAY}",
    )
    rows = re.findall(r'<tr id="([^"]+)"', answer.get_data(as_text=True))
    assert set(rows) == {f"row-{lin}", f"row-{zhou}", "coverage"}
    assert shifts(session, cast.lin, monday) == []
    assert shifts(session, cast.zhou, monday) == [(monday + DAY, "early")]


def test_a_whole_week(browser: Browser, session: Session, cast: Cast, monday: date) -> None:
    let_in(session, cast.manager)
    browser.sign_in("wujingli")
    page = f"/roster?week={monday}"
    whole = f"{public_id(session, cast, cast.lin)}/{monday}"
    browser.post("/roster/whole-week", page=page, whole=whole, brush="shift:late")
    assert shifts(session, cast.lin, monday) == [(monday + each * DAY, "late") for each in range(7)]
    text = browser.text(page)
    assert "no day of rest" in text
    browser.post("/roster/whole-week", page=page, whole=whole, brush="rest")
    assert shifts(session, cast.lin, monday) == []


def test_the_week_shows_gaps_leave_and_whose_it_is(
    browser: Browser, session: Session, cast: Cast, monday: date
) -> None:
    let_in(session, cast.lin)
    plan(session, cast, cast.lin, monday)
    plan(session, cast, cast.zhou, monday, "late")
    plan(session, cast, cast.zhou, monday + DAY)
    an_approved_leave(session, cast, monday + 2 * DAY, monday + 2 * DAY)
    session.commit()
    browser.sign_in("linjing")
    text = browser.text(f"/roster?week={monday}")
    assert text.index(f'id="row-{public_id(session, cast, cast.lin)}"') < text.index(
        f'id="row-{public_id(session, cast, cast.zhou)}"'
    )
    assert text.count("nobody planned") == 6
    assert re.search(r"17:00–22:00</span>\s*nobody planned", text)
    assert '<span class="slot off">Leave</span>' in text
    assert 'class="cell" name="cell"' not in text


def test_min_on_post_decides_what_a_gap_is(
    browser: Browser, session: Session, cast: Cast, monday: date
) -> None:
    let_in(session, cast.manager)
    policies.publish(
        session,
        changes={"shift": {"min_on_post": 2}},
        valid_from=local_day(now(), cast.club.zone),
        actor=cast.manager,
        at=now(),
    )
    plan(session, cast, cast.lin, monday)
    browser.sign_in("wujingli")
    assert "only 1 of 2 planned" in browser.text(f"/roster?week={monday}")


@pytest.mark.parametrize("week", ["", "x", "2026-13-40", "9999-12-31", "0001-01-01", "1999-01-01", "%00"])
def test_an_impossible_week_is_this_week(browser: Browser, session: Session, cast: Cast, week: str) -> None:
    let_in(session, cast.manager)
    browser.sign_in("wujingli")
    answer = browser.get(f"/roster?week={week}")
    assert answer.status_code == 200
    assert 'aria-current="date"' in answer.get_data(as_text=True)


@pytest.mark.parametrize("week", ["2000-01-03", "2099-12-31", "2019-06-01"])
def test_a_far_week_is_shown_and_empty(browser: Browser, session: Session, cast: Cast, week: str) -> None:
    let_in(session, cast.manager)
    browser.sign_in("wujingli")
    answer = browser.get(f"/roster?week={week}")
    assert answer.status_code == 200
    assert 'name="cell"' not in answer.get_data(as_text=True)
    assert browser.get(f"/roster/attendance?from={week}&to={week}").status_code == 200


@pytest.mark.parametrize("address", ["/roster/cell", "/roster/move", "/roster/whole-week"])
@pytest.mark.parametrize(
    "cell",
    ["", "x", "/", "a2b3c4d5e6f7/2026-03-09", "{lin}/9999-12-31", "{lin}/", "{lin}/x", "{foreign}/{day}"],
)
def test_nonsense_and_other_clubs_people_are_not_found(
    browser: Browser, session: Session, cast: Cast, monday: date, address: str, cell: str
) -> None:
    let_in(session, cast.manager)
    browser.sign_in("wujingli")
    lin, foreign = public_id(session, cast, cast.lin), public_id(session, cast, cast.other_manager)
    key = cell.format(lin=lin, foreign=foreign, day=monday)
    answer = browser.post(address, page="/roster", cell=key, whole=key, to=key, brush="shift:early")
    assert answer.status_code == 404
    assert session.scalar(sa.select(sa.func.count()).select_from(RosterEntryRow)) == 0


def test_a_day_too_far_ahead_is_refused_with_a_sentence(
    browser: Browser, session: Session, cast: Cast
) -> None:
    let_in(session, cast.manager)
    browser.sign_in("wujingli")
    cell = f"{public_id(session, cast, cast.lin)}/2099-12-31"
    answer = browser.post("/roster/cell", page="/roster", cell=cell, brush="shift:early")
    assert answer.status_code == 302
    assert "more than a year ahead" in browser.text("/roster")


@pytest.mark.parametrize(
    "address", ["/roster/cell", "/roster/move", "/roster/whole-week", "/roster/copy", "/roster/copy/undo"]
)
@pytest.mark.parametrize("who", ["lin", "desk", "director"])
def test_only_supervisors_and_managers_plan(
    browser: Browser, session: Session, cast: Cast, address: str, who: str
) -> None:
    let_in(session, getattr(cast, who))
    browser.sign_in({"lin": "linjing", "desk": "qiantai", "director": "heqiang"}[who])
    assert browser.post(address, page="/account").status_code == 403


def test_a_swap_from_door_to_door(browser: Browser, session: Session, cast: Cast, monday: date) -> None:
    let_in(session, cast.lin, cast.zhou, cast.supervisor)
    mine = plan(session, cast, cast.lin, monday)
    theirs = plan(session, cast, cast.zhou, monday, "late")
    zhou = public_id(session, cast, cast.zhou)
    browser.sign_in("linjing")
    assert "周倩" in browser.text(f"/roster/shifts/{mine}/swap")
    page = f"/roster/shifts/{mine}/swap?with={zhou}"
    assert theirs in browser.text(page)
    for _twice in range(2):
        browser.post(
            f"/roster/shifts/{mine}/swap", page=page, colleague=zhou, for_entry=theirs, note="<b>求</b>"
        )
    [swap] = session.scalars(sa.select(SwapRow.public_id)).all()
    text = browser.text("/roster/swaps")
    assert "&lt;b&gt;求&lt;/b&gt;" in text
    assert "is open already" in text  # the second press
    assert browser.post(f"/roster/swaps/{swap}/decide", page="/roster", decision="approve").status_code == 403
    assert browser.post(f"/roster/swaps/{swap}/answer", page="/roster", agrees="yes").status_code == 404

    browser.sign_in("zhouqian")
    browser.post(f"/roster/swaps/{swap}/answer", page="/roster/swaps", agrees="yes")
    browser.sign_in("sunzhu")
    assert "Waiting for you" in browser.text("/roster/swaps")
    for _twice in range(2):
        browser.post(f"/roster/swaps/{swap}/decide", page="/roster/swaps", decision="approve")
    assert shifts(session, cast.lin, monday) == [(monday, "late")]
    assert shifts(session, cast.zhou, monday) == [(monday, "early")]


def test_somebody_elses_shift_cannot_be_given_away(
    browser: Browser, session: Session, cast: Cast, monday: date
) -> None:
    let_in(session, cast.lin)
    theirs = plan(session, cast, cast.zhou, monday)
    browser.sign_in("linjing")
    assert browser.get(f"/roster/shifts/{theirs}/swap").status_code == 404
    assert browser.get("/roster/shifts/a2b3c4d5e6f7/swap").status_code == 404
    answer = browser.post(
        f"/roster/shifts/{theirs}/swap", page="/roster", colleague=public_id(session, cast, cast.ma)
    )
    assert answer.status_code == 404


def test_attendance_is_ones_own_or_for_whoever_makes_the_roster(
    browser: Browser, session: Session, cast: Cast, monday: date
) -> None:
    let_in(session, cast.lin, cast.supervisor, cast.desk)
    plan(session, cast, cast.lin, monday)
    plan(session, cast, cast.zhou, monday)
    days = f"from={monday}&to={monday}"
    browser.sign_in("linjing")
    text = browser.text(f"/roster/attendance?{days}")
    assert "林静" in text
    assert "周倩" not in text
    assert "周倩" not in browser.text(f"/roster/attendance.csv?{days}")
    browser.sign_in("sunzhu")
    assert "周倩" in browser.text(f"/roster/attendance?{days}")
    rows = list(csv.DictReader(io.StringIO(browser.text(f"/roster/attendance.csv?{days}").lstrip("\ufeff"))))
    assert [(row["Name"], row["Status"]) for row in rows] == [
        ("周倩", "Planned"),
        ("林静", "Planned"),
        ("马超", "Day off"),
    ]
    assert rows[0]["Planned from"] == f"{monday} 09:00:00"
    browser.sign_in("qiantai")
    assert browser.get("/roster/attendance").status_code == 403


@pytest.mark.parametrize(
    "query", ["from=x&to=y", "from=9999-12-31", "to=0001-01-01", "from=2026-03-09&to=2020-01-01"]
)
def test_any_range_is_answered(browser: Browser, session: Session, cast: Cast, query: str) -> None:
    let_in(session, cast.manager)
    browser.sign_in("wujingli")
    assert browser.get(f"/roster/attendance?{query}").status_code == 200
    assert browser.get(f"/roster/attendance.csv?{query}").status_code == 200


def feed_of(session: Session) -> str:
    return session.execute(sa.select(CalendarFeedRow.token)).scalar_one()


def events_of(text: str) -> list[icalendar.Event]:
    return list(icalendar.Calendar.from_ical(text).walk("VEVENT"))


def test_a_calendar_of_ones_own(browser: Browser, session: Session, cast: Cast, monday: date) -> None:
    let_in(session, cast.lin)
    plan(session, cast, cast.lin, monday)
    plan(session, cast, cast.zhou, monday)
    an_approved_leave(session, cast, monday + DAY, monday + 2 * DAY)
    session.commit()
    browser.sign_in("linjing")
    browser.post("/roster/calendar", page="/roster")
    address = f"/calendar/{feed_of(session)}.ics"
    assert address in browser.text("/roster")
    outside = Browser(browser.client.application.test_client(), {"Accept-Language": "en"})
    answer = outside.get(address)
    assert answer.content_type == "text/calendar; charset=utf-8"
    shift, leave = events_of(answer.get_data(as_text=True))
    start = datetime(monday.year, monday.month, monday.day, 1, tzinfo=UTC)
    assert (shift["dtstart"].dt, shift["dtend"].dt) == (start, start + timedelta(hours=8))
    assert (str(shift["summary"]), shift["sequence"]) == ("Shift: Early", 0)
    assert (leave["dtstart"].dt, leave["dtend"].dt) == (monday + DAY, monday + 3 * DAY)
    assert outside.get(address, **{"If-None-Match": answer.headers["ETag"]}).status_code == 304

    # Another shift of the day is the same event, later; without one it is gone.
    plan(session, cast, cast.lin, monday, "late")
    changed = outside.get(address, **{"If-None-Match": answer.headers["ETag"]})
    [again, _leave] = events_of(changed.get_data(as_text=True))
    assert (again["uid"], again["sequence"]) == (shift["uid"], 1)
    assert again["dtstart"].dt == start + timedelta(hours=5)
    assert again["last-modified"].dt >= shift["last-modified"].dt
    operations.clear(session, consultant_id=consultant_of(cast.lin), day=monday, actor=cast.manager, at=now())
    session.commit()
    assert len(events_of(outside.text(address))) == 1


def test_a_renewed_or_revoked_link_shows_nothing(browser: Browser, session: Session, cast: Cast) -> None:
    let_in(session, cast.lin)
    browser.sign_in("linjing")
    browser.post("/roster/calendar", page="/roster")
    first = feed_of(session)
    browser.post("/roster/calendar", page="/roster")
    second = feed_of(session)
    assert first != second
    assert browser.get(f"/calendar/{first}.ics").status_code == 404
    assert browser.get(f"/calendar/{second}.ics").status_code == 200
    for _twice in range(2):
        browser.post("/roster/calendar/revoke", page="/roster")
    assert browser.get(f"/calendar/{second}.ics").status_code == 404


@pytest.mark.parametrize("token", ["x", "y" * 300, "%F0%9F%98%80"])
def test_a_guessed_link_shows_nothing(browser: Browser, cast: Cast, token: str) -> None:
    assert browser.get(f"/calendar/{token}.ics").status_code == 404


def test_the_calendar_speaks_its_owners_language(browser: Browser, session: Session, cast: Cast) -> None:
    let_in(session, cast.lin)
    browser.sign_in("linjing")
    browser.post("/locale", page="/roster", locale="zh_Hans")
    browser.post("/roster/calendar", page="/roster")
    outside = Browser(browser.client.application.test_client(), {"Accept-Language": "en"})
    assert "LANGUAGE=zh-Hans" in outside.text(f"/calendar/{feed_of(session)}.ics")


def test_whoever_has_no_profile_on_the_floor_has_no_calendar(session: Session, cast: Cast) -> None:
    visitor = replace(cast.director, consultant_id=None)
    with pytest.raises(NotFound):
        feeds.make_feed(session, actor=visitor, at=now())
    with pytest.raises(NotFound):
        feeds.revoke_feed(session, actor=visitor, at=now())


def test_the_calendar_of_somebody_who_left_shows_nothing(session: Session, cast: Cast) -> None:
    token = feeds.make_feed(session, actor=cast.lin, at=now())
    today = local_day(now(), cast.club.zone)
    assert feeds.feed_of(session, token, now()).name == "林静"
    profile_operations.end_profile(
        session,
        consultant_id=consultant_of(cast.lin),
        last_day=today - DAY,
        actor=cast.manager,
        at=now(),
    )
    with pytest.raises(NotFound):
        feeds.feed_of(session, token, now())


def test_only_swaps_that_can_come_true_are_offered(
    browser: Browser, session: Session, cast: Cast, monday: date
) -> None:
    let_in(session, cast.lin)
    mine = plan(session, cast, cast.lin, monday)
    same = plan(session, cast, cast.zhou, monday)
    another = plan(session, cast, cast.zhou, monday + DAY)
    zhou = public_id(session, cast, cast.zhou)
    browser.sign_in("linjing")
    page = f"/roster/shifts/{mine}/swap?with={zhou}"
    text = browser.text(page)
    assert "works at the same time and has no other shift to swap it for" in text
    operations.clear(
        session, consultant_id=consultant_of(cast.zhou), day=monday, actor=cast.manager, at=now()
    )
    session.commit()
    text = browser.text(page)
    assert "gives nothing in return" in text
    assert another in text
    late = plan(session, cast, cast.zhou, monday, "late")
    text = browser.text(page)
    assert "gives nothing in return" not in text
    assert (late in text, another in text, same in text) == (True, False, False)
    operations.clear(
        session, consultant_id=consultant_of(cast.zhou), day=monday, actor=cast.manager, at=now()
    )
    an_approved_leave(session, cast, monday, monday, who=cast.zhou)
    session.commit()
    assert "on leave that day" in browser.text(f"/roster/shifts/{mine}/swap")
    assert "is on leave that day. Ask somebody else." in browser.text(page)
