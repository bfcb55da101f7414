"""A week copied from the one before: seen first, done for whom one ticks, taken back (SHF-02), on both databases."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.audit import AuditEvent
from clubsales.clock import Instant, local_day, now
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.roster import copying, operations
from clubsales.consultants.roster.copying import PersonCopy
from clubsales.consultants.roster.load import Load
from clubsales.consultants.shifts.models import ShiftRow
from clubsales.errors import NotFound, Refused
from clubsales.ids import ConsultantID
from tests.builders import Cast, consultant_of, local
from tests.integration.auth.support import Browser, let_in
from tests.integration.consultants.test_roster import (
    MONDAY,
    NEXT_MONDAY,
    SUNDAY_NOON,
    an_approved_leave,
    plan,
    planned,
)

DAY = timedelta(days=1)
LATER = local(12, day=15)  # the Sunday before the week copied into


def copy(session: Session, cast: Cast, *who: Actor, to: date = NEXT_MONDAY, at: Instant = SUNDAY_NOON) -> int:
    people = {consultant_of(actor) for actor in who or (cast.lin, cast.zhou)}
    return operations.copy_week(
        session, from_monday=MONDAY, to_monday=to, people=people, actor=cast.supervisor, at=at
    )


def seen(session: Session, cast: Cast, *, at: Instant = SUNDAY_NOON) -> dict[str, PersonCopy]:
    found = copying.week_copy(
        session, from_monday=MONDAY, to_monday=NEXT_MONDAY, actor=cast.supervisor, at=at
    )
    return {person.name: person for person in found}


def undo(session: Session, cast: Cast, *, copied_at: Instant = SUNDAY_NOON, at: Instant = LATER) -> int:
    return operations.undo_copy(
        session, monday=NEXT_MONDAY, copied_at=copied_at, actor=cast.supervisor, at=at
    )


def days(session: Session, who: Actor) -> list[int]:
    return [day.day for day, *_rest in planned(session, consultant_of(who), NEXT_MONDAY)]


@pytest.fixture
def half_planned(session: Session, cast: Cast) -> ConsultantID:
    """Lin: five early shifts, in the next week a late one on Monday and leave on Tuesday and Wednesday morning."""
    for each in range(5):
        plan(session, cast, MONDAY + each * DAY)
    plan(session, cast, MONDAY, "late", who=consultant_of(cast.zhou))
    plan(session, cast, NEXT_MONDAY, "late")
    an_approved_leave(session, cast, date(2026, 3, 17), date(2026, 3, 18), until_noon=True)
    return consultant_of(cast.lin)


def test_a_week_is_copied_where_there_is_room(
    session: Session, cast: Cast, half_planned: ConsultantID
) -> None:
    assert copy(session, cast) == 4
    assert planned(session, half_planned, NEXT_MONDAY) == [
        (NEXT_MONDAY, "late", local(14, day=16), local(22, day=16)),
        (date(2026, 3, 18), "early", local(13, day=18), local(17, day=18)),
        (date(2026, 3, 19), "early", local(9, day=19), local(17, day=19)),
        (date(2026, 3, 20), "early", local(9, day=20), local(17, day=20)),
    ]
    assert days(session, cast.zhou) == [16]
    assert copy(session, cast) == 0
    with pytest.raises(Refused) as refused:
        copy(session, cast, to=MONDAY)
    assert refused.value.code == "roster.same_week"


def test_what_a_copy_would_do_is_seen_and_nothing_is_written(
    session: Session, cast: Cast, half_planned: ConsultantID
) -> None:
    people = seen(session, cast)
    lin, zhou = people["林静"], people["周倩"]
    assert (lin.is_planned, zhou.is_planned) == (True, False)
    assert [entry.day.day for entry in lin.kept] == [16]
    assert [new.day.day for new in lin.added] == [18, 19, 20]
    assert [(clash.day.day, clash.refusal.code) for clash in lin.clashes] == [(17, "roster.on_leave")]
    assert (lin.before, lin.after) == (Load(480, 1), Load(480 + 240 + 960, 4))
    assert days(session, cast.lin) == [16]
    assert copy(session, cast) == len(lin.added) + len(zhou.added)


def test_only_whoever_is_ticked_is_copied(session: Session, cast: Cast, half_planned: ConsultantID) -> None:
    assert copy(session, cast, cast.zhou) == 1
    assert (days(session, cast.lin), days(session, cast.zhou)) == ([16], [16])


def test_a_week_without_rest_and_one_of_long_hours_are_pointed_out(session: Session, cast: Cast) -> None:
    for each in range(7):
        plan(session, cast, MONDAY + each * DAY)
    for each in range(5):
        plan(session, cast, MONDAY + each * DAY, who=consultant_of(cast.zhou))
    people = seen(session, cast)
    assert (people["林静"].after.is_long, people["林静"].after.without_rest) == (True, True)
    assert (people["周倩"].after.is_long, people["周倩"].after.without_rest) == (False, False)


def test_nobody_is_copied_into_a_day_gone_by(session: Session, cast: Cast) -> None:
    for each in range(3):
        plan(session, cast, MONDAY + each * DAY)
    noon_of_tuesday = local(12, day=17)
    person = seen(session, cast, at=noon_of_tuesday)["林静"]
    assert [(clash.day.day, clash.refusal.code) for clash in person.clashes] == [(16, "roster.over")]
    assert [new.span.starts_at for new in person.added] == [noon_of_tuesday, local(9, day=18)]


def test_a_copy_is_taken_back_whole(session: Session, cast: Cast, half_planned: ConsultantID) -> None:
    copy(session, cast)
    made = copying.last_copy(session, cast.club.id, NEXT_MONDAY)
    assert made is not None
    assert (made.at, len(made.shifts)) == (SUNDAY_NOON, 4)
    assert undo(session, cast) == 4
    assert (days(session, cast.lin), days(session, cast.zhou)) == ([16], [])
    assert undo(session, cast) == 0
    assert copying.last_copy(session, cast.club.id, NEXT_MONDAY) is None
    tags = session.scalars(
        sa.select(AuditEvent.tag).where(AuditEvent.subject_kind == "roster_week").order_by(AuditEvent.id)
    )
    assert list(tags) == ["roster:week_copied", "roster:week_copy_undone"]
    assert copy(session, cast) == 4


def test_what_was_changed_since_stays_changed(
    session: Session, cast: Cast, half_planned: ConsultantID
) -> None:
    copy(session, cast)
    plan(session, cast, date(2026, 3, 19), "late", at=LATER)
    assert undo(session, cast) == 3
    assert days(session, cast.lin) == [16, 19]


def test_of_two_copies_the_one_meant_is_taken_back(session: Session, cast: Cast) -> None:
    for who in (cast.lin, cast.zhou):
        plan(session, cast, MONDAY, who=consultant_of(who))
    copy(session, cast, cast.lin)
    copy(session, cast, cast.zhou, at=SUNDAY_NOON + DAY)
    assert undo(session, cast, copied_at=SUNDAY_NOON + DAY) == 1
    assert undo(session, cast, copied_at=SUNDAY_NOON + DAY) == 0
    assert (days(session, cast.lin), days(session, cast.zhou)) == ([16], [])


def test_a_copy_of_which_something_has_begun_stands(
    session: Session, cast: Cast, half_planned: ConsultantID
) -> None:
    copy(session, cast)
    with pytest.raises(Refused) as refused:
        undo(session, cast, at=local(14, day=16))
    assert refused.value.code == "roster.copy_begun"
    assert len(days(session, cast.lin)) == 4


def test_a_copy_of_which_a_shift_has_been_opened_stands(session: Session, cast: Cast) -> None:
    plan(session, cast, MONDAY)
    copy(session, cast, cast.lin)
    made = copying.last_copy(session, cast.club.id, NEXT_MONDAY)
    assert made is not None
    session.add(
        ShiftRow(
            club_id=cast.club.id,
            consultant_id=consultant_of(cast.lin),
            local_day=NEXT_MONDAY,
            opened_at=local(8, 50, day=16),
            opening_checklist={},
            status_since=local(8, 50, day=16),
            roster_entry_id=made.shifts[0].entry.id,
        )
    )
    session.flush()
    with pytest.raises(Refused) as refused:
        undo(session, cast, at=local(8, 55, day=16))
    assert refused.value.code == "roster.copy_begun"


def test_another_club_takes_nothing_back(session: Session, cast: Cast) -> None:
    plan(session, cast, MONDAY)
    copy(session, cast, cast.lin)
    gone = operations.undo_copy(
        session, monday=NEXT_MONDAY, copied_at=SUNDAY_NOON, actor=cast.other_manager, at=LATER
    )
    assert gone == 0
    assert days(session, cast.lin) == [16]
    with pytest.raises(NotFound):
        profiles.get(session, cast.other_manager.club.id, consultant_of(cast.lin))


def test_from_the_page_to_the_copy_and_back(session: Session, cast: Cast, client: FlaskClient) -> None:
    today = local_day(now(), cast.club.zone)
    monday = today - today.weekday() * DAY + 7 * DAY
    following = (monday + 7 * DAY).isoformat()
    plan(session, cast, monday, at=now())
    plan(session, cast, monday, who=consultant_of(cast.zhou), at=now())
    plan(session, cast, monday + 8 * DAY, who=consultant_of(cast.zhou), at=now())
    let_in(session, cast.manager)
    browser = Browser(client, {"Accept-Language": "en"})
    browser.sign_in("wujingli")
    page = f"/roster/copy?week={following}"
    text = browser.text(page)
    lin, zhou = (
        profiles.get(session, cast.club.id, consultant_of(who)).public_id for who in (cast.lin, cast.zhou)
    )
    assert f'value="{lin}" checked' in text
    assert f'value="{zhou}">' in text
    assert "8 → 16 h" in text
    assert "no day of rest" not in text
    browser.post("/roster/copy", page=page, week=following)
    assert "Nobody is ticked" in browser.text(page)
    browser.post("/roster/copy", page=page, week=following, person=lin)
    week = browser.text(f"/roster?week={following}")
    assert "1 shift was copied" in week
    [copied_at] = session.scalars(sa.select(AuditEvent.at).where(AuditEvent.tag == "roster:week_copied"))
    assert copied_at.isoformat() in week
    for said in ("1 shift was removed", "taken back already"):
        browser.post("/roster/copy/undo", page=page, week=following, copied_at=copied_at.isoformat())
        assert said in browser.text(f"/roster?week={following}")
    for nonsense in ("", "x", "2026-03-09T10:00"):
        answer = browser.post("/roster/copy/undo", page=page, week=following, copied_at=nonsense)
        assert answer.status_code == 404
    assert browser.post("/roster/copy", page=page, week=following, person="x" * 12).status_code == 404
