"""Back before the leave is over: whoever may approve it ends it (ATT-04, AMB-61)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from clubsales.actor import Actor, Role
from clubsales.audit import AuditEvent
from clubsales.clock import Instant
from clubsales.consultants.leave import ending, operations, queries
from clubsales.consultants.leave.early import Half
from clubsales.consultants.leave.queries import LeaveView
from clubsales.consultants.leave.rules import Kind, Status
from clubsales.consultants.roster import operations as roster
from clubsales.consultants.shifts import queries as shifts
from clubsales.errors import NotFound, Refused
from clubsales.frontdesk.posts import operations as posts
from tests.builders import Cast, a_colleague, consultant_of, local
from tests.integration.auth.support import Browser, let_in

WHY = "家里的事办完了"


@pytest.fixture
def boss(session: Session, cast: Cast) -> Actor:
    """The general manager."""
    return a_colleague(session, cast.club, "zongjingli", "郑总", Role.GENERAL_MANAGER)


def approved(
    session: Session,
    who: Actor,
    decider: Actor,
    *,
    first: int = 10,
    last: int = 11,
    from_noon: bool = False,
) -> LeaveView:
    """Leave of these days of March, asked for on Monday the 9th and approved."""
    operations.file(
        session,
        consultant_id=consultant_of(who),
        kind=Kind.ANNUAL,
        first_day=date(2026, 3, first),
        last_day=date(2026, 3, last),
        from_noon=from_noon,
        actor=who,
        at=local(9),
    )
    leave = queries.of_consultant(session, consultant_of(who))[0]
    operations.decide(session, public_id=leave.public_id, approve=True, actor=decider, at=local(10))
    return again(session, leave, who)


def again(session: Session, leave: LeaveView, who: Actor) -> LeaveView:
    return queries.by_public_id(session, who.club.id, leave.public_id)


def end(
    session: Session,
    leave: LeaveView,
    who: Actor,
    *,
    day: int = 11,
    afternoon: bool = False,
    reason: str = WHY,
    at: Instant | None = None,
) -> LeaveView:
    ending.end(
        session,
        public_id=leave.public_id,
        day=date(2026, 3, day),
        afternoon=afternoon,
        reason=reason,
        actor=who,
        at=at or local(8, day=11),
    )
    return again(session, leave, who)


def refused(session: Session, leave: LeaveView, who: Actor, **more: object) -> str:
    with pytest.raises(Refused) as error:
        end(session, leave, who, **more)  # type: ignore[arg-type]
    assert again(session, leave, who) == leave
    return error.value.code


def come(session: Session, who: Actor) -> None:
    """Open the shift on the morning of Wednesday the 11th."""
    posts.open_shift(
        session, consultant_id=consultant_of(who), checklist=None, actor=who, at=local(9, day=11)
    )


def events(session: Session) -> int:
    return (
        session.scalar(
            sa.select(sa.func.count()).select_from(AuditEvent).where(AuditEvent.tag == "leave:ended")
        )
        or 0
    )


def test_back_on_the_second_morning_costs_one_day_and_opens_the_shift(session: Session, cast: Cast) -> None:
    leave = approved(session, cast.lin, cast.director)
    with pytest.raises(Refused) as error:
        come(session, cast.lin)
    assert error.value.code == "shift.on_leave"
    ended = end(session, leave, cast.director)
    assert (ended.status, ended.last_day, ended.until_noon, ended.half_days) == (
        Status.APPROVED,
        date(2026, 3, 10),
        False,
        2,
    )
    come(session, cast.lin)
    assert shifts.open_shift_of(session, consultant_of(cast.lin)) is not None


def test_back_at_noon_costs_half_a_day_more(session: Session, cast: Cast) -> None:
    leave = approved(session, cast.lin, cast.director)
    ended = end(session, leave, cast.director, afternoon=True)
    assert (ended.last_day, ended.until_noon, ended.half_days) == (date(2026, 3, 11), True, 3)


def test_the_days_of_the_roster_are_what_is_given_back(session: Session, cast: Cast) -> None:
    for day in (9, 10):
        roster.plan(
            session,
            consultant_id=consultant_of(cast.lin),
            day=date(2026, 3, day),
            shift="early",
            actor=cast.supervisor,
            at=local(8),
        )
    leave = approved(session, cast.lin, cast.director)  # the 11th is a day of rest
    assert leave.half_days == 2
    ended = end(session, leave, cast.director)
    assert (ended.status, ended.half_days) == (Status.APPROVED, 2)
    said = ending.ended(session, ended)
    assert said is not None
    assert said.given_back == 0


@pytest.mark.parametrize("from_noon", [False, True])
def test_leave_of_which_nothing_is_left_is_withdrawn(session: Session, cast: Cast, from_noon: bool) -> None:
    leave = approved(session, cast.lin, cast.director, from_noon=from_noon)
    at = local(13 if from_noon else 8, day=10)
    ended = end(session, leave, cast.director, day=10, afternoon=from_noon, at=at)
    assert ended.status is Status.WITHDRAWN
    day = date(2026, 3, 10)
    assert queries.on_leave(session, consultant_id=consultant_of(cast.lin), day=day) is None
    assert queries.on_leave(session, consultant_id=consultant_of(cast.lin), day=date(2026, 3, 11)) is None


def test_leave_of_which_only_rest_days_are_left_is_withdrawn(session: Session, cast: Cast) -> None:
    for day in (9, 11):
        roster.plan(
            session,
            consultant_id=consultant_of(cast.lin),
            day=date(2026, 3, day),
            shift="early",
            actor=cast.supervisor,
            at=local(8),
        )
    leave = approved(session, cast.lin, cast.director)  # the 10th is a day of rest
    assert end(session, leave, cast.director).status is Status.WITHDRAWN


def test_a_shorter_leave_never_costs_more_than_the_longer_one(session: Session, cast: Cast) -> None:
    roster.plan(
        session,
        consultant_id=consultant_of(cast.lin),
        day=date(2026, 3, 11),
        shift="early",
        actor=cast.supervisor,
        at=local(8),
    )
    leave = approved(session, cast.lin, cast.director, first=10, last=12)
    assert leave.half_days == 2
    session.execute(sa.text("UPDATE roster_entry SET withdrawn_why = 'removed'"))  # no week is made any more
    ended = end(session, leave, cast.director, day=12, at=local(9, day=11))
    assert ended.half_days == 2


def test_the_shifts_of_the_days_given_back_can_be_planned_again(session: Session, cast: Cast) -> None:
    def plan() -> None:
        roster.plan(
            session,
            consultant_id=consultant_of(cast.lin),
            day=date(2026, 3, 11),
            shift="early",
            actor=cast.supervisor,
            at=local(8, 5, day=11),
        )

    leave = approved(session, cast.lin, cast.director)
    with pytest.raises(Refused) as error:
        plan()
    assert error.value.code == "roster.on_leave"
    end(session, leave, cast.director)
    plan()


def test_ending_leaves_its_trace(session: Session, cast: Cast) -> None:
    leave = approved(session, cast.lin, cast.director)
    end(session, leave, cast.director, afternoon=True)
    event = session.scalars(sa.select(AuditEvent).where(AuditEvent.tag == "leave:ended")).one()
    assert (event.subject_kind, event.subject_id, event.account_id) == (
        "leave",
        leave.id,
        cast.director.account_id,
    )
    assert event.facts == {
        "leave_id": leave.id,
        "consultant_id": consultant_of(cast.lin),
        "back_day": "2026-03-11",
        "back_at_noon": True,
        "last_day": "2026-03-11",
        "given_back": 1,
        "ended_as": "sales_director",
        "reason": WHY,
        "rule": "ATT-04",
    }
    ended = ending.ended(session, leave)
    assert ended is not None
    assert (ended.by, ended.reason, ended.back, ended.days_back) == (
        "何总监",
        WHY,
        Half(date(2026, 3, 11), afternoon=True),
        "0.5",
    )


def test_the_same_end_twice_is_one(session: Session, cast: Cast) -> None:
    for first, back in ((10, 10), (11, 12)):
        leave = approved(session, cast.lin, cast.director, first=first, last=first + 1)
        at = local(8, day=first)
        once = end(session, leave, cast.director, day=back, at=at)
        assert end(session, leave, cast.director, day=back, at=at) == once
    assert events(session) == 2


def test_a_leave_may_be_ended_earlier_still(session: Session, cast: Cast, boss: Actor) -> None:
    leave = approved(session, cast.lin, boss, last=13)
    shorter = end(session, leave, boss, day=12, afternoon=True)
    ended = end(session, shorter, boss, day=11, afternoon=True)
    assert (ended.last_day, ended.until_noon, ended.half_days) == (date(2026, 3, 11), True, 3)
    assert refused(session, ended, boss, day=12, afternoon=True) == "leave.back"


def test_what_is_over_or_gone_by_stays(session: Session, cast: Cast) -> None:
    leave = approved(session, cast.lin, cast.director)
    assert refused(session, leave, cast.director, day=10) == "leave.back"
    assert refused(session, leave, cast.director, at=local(12, day=11)) == "leave.back"
    assert refused(session, leave, cast.director, day=12, at=local(9, day=12)) == "leave.over"
    assert refused(session, leave, cast.director, day=10, at=local(23, 59, day=9)) == "leave.not_begun"


def test_only_whoever_may_approve_it_ends_it(session: Session, cast: Cast, boss: Actor) -> None:
    long = approved(session, cast.lin, boss, last=12)
    short = approved(session, cast.zhou, cast.director)
    for nobody in (cast.supervisor, cast.manager, cast.zhou):
        assert refused(session, long, nobody) == "leave.authority"
    assert refused(session, long, cast.director) == "leave.authority"
    assert refused(session, long, replace(cast.lin, roles=boss.roles)) == "leave.own"
    assert end(session, long, boss).last_day == date(2026, 3, 10)
    assert end(session, short, boss).last_day == date(2026, 3, 10)


def test_a_reason_is_asked_for(session: Session, cast: Cast) -> None:
    leave = approved(session, cast.lin, cast.director)
    assert refused(session, leave, cast.director, reason=" ") == "leave.end_reason"


def test_another_clubs_leave_is_not_there(session: Session, cast: Cast) -> None:
    leave = approved(session, cast.lin, cast.director)
    stranger = replace(cast.other_manager, roles=frozenset({Role.GENERAL_MANAGER}))
    with pytest.raises(NotFound):
        end(session, leave, stranger)


def test_who_can_end_it_is_named_first_whose_matter_it_is(session: Session, cast: Cast, boss: Actor) -> None:
    short = approved(session, cast.zhou, cast.director)
    long = approved(session, cast.lin, boss, last=12)
    assert ending.who_can_end(session, short, cast.zhou, local(9, day=10)) == ["何总监", "郑总"]
    assert ending.who_can_end(session, long, cast.lin, local(9, day=10)) == ["郑总"]


# The pages


@pytest.fixture
def wednesday(session: Session, cast: Cast) -> Iterator[LeaveView]:
    """Lin's leave of two days, on the morning of the second."""
    leave = approved(session, cast.lin, cast.director)
    session.commit()
    with time_machine.travel(local(8, 30, day=11), tick=True):
        yield leave


def window(client: FlaskClient, session: Session, who: Actor, username: str) -> Browser:
    let_in(session, who, at=local(8, day=11))
    browser = Browser(client.application.test_client(), {"Accept-Language": "en"})
    assert browser.sign_in(username).status_code == 303
    return browser


def test_the_director_ends_it_on_its_page(
    client: FlaskClient, session: Session, cast: Cast, wednesday: LeaveView
) -> None:
    address = f"/leave/{wednesday.public_id}"
    lin = window(client, session, cast.lin, "linjing")
    assert "Back early? Ask 何总监 to end the leave." in lin.text("/floor")
    assert "Back early? Ask 何总监 to end the leave." in lin.text(address)
    assert f"{address}/end" not in lin.text(address)
    director = window(client, session, cast.director, "heqiang")
    assert "Back early?" in director.text("/leave/inbox")
    assert f"{address}/end" in director.text(address)
    fields = {"back": "2026-03-11", "half": "morning", "reason": WHY}
    for _press in range(2):
        assert director.post(f"{address}/end", page=address, **fields).status_code == 303
    page = director.text(address)
    assert f"何总监, back on Wed, Mar 11, 2026: {WHY}" in page
    assert f"{address}/end" not in page
    assert events(session) == 1
    assert "You are on leave today" not in lin.text("/floor")


def test_a_second_press_for_a_day_to_come_is_the_same_end(
    client: FlaskClient, session: Session, cast: Cast, boss: Actor
) -> None:
    leave = approved(session, cast.lin, boss, last=20)
    session.commit()
    address = f"/leave/{leave.public_id}"
    with time_machine.travel(local(8, 30, day=11), tick=True):
        upstairs = window(client, session, boss, "zongjingli")
        assert "Another day" in upstairs.text(address)
        fields = {"back": "2026-03-11", "other_day": "2026-03-20", "half": "noon", "reason": WHY}
        assert upstairs.post(f"{address}/end", page=address, **fields).status_code == 303
        fields = {"back": "2026-03-13", "half": "noon", "reason": WHY}
        for _press in range(2):
            assert upstairs.post(f"{address}/end", page=address, **fields).status_code == 303
    session.expire_all()
    assert again(session, leave, cast.lin).last_day == date(2026, 3, 13)
    assert events(session) == 2


def test_what_is_missing_is_shown_at_its_field(
    client: FlaskClient, session: Session, cast: Cast, wednesday: LeaveView
) -> None:
    address = f"/leave/{wednesday.public_id}"
    director = window(client, session, cast.director, "heqiang")
    for wrong in ({"reason": ""}, {"half": "evening"}, {"back": "x"}, {"reason": "长" * 501}):
        fields = {"back": "2026-03-11", "half": "morning", "reason": WHY} | wrong
        assert director.post(f"{address}/end", page=address, **fields).status_code == 422
    fields = {"back": "2026-03-12", "half": "morning", "reason": WHY}
    assert director.post(f"{address}/end", page=address, **fields).status_code == 302
    assert "lies within the leave" in director.text(address)
    assert events(session) == 0


@pytest.mark.parametrize(
    ("who", "status"),
    [("lin", 403), ("zhou", 403), ("supervisor", 403), ("manager", 403), ("other_manager", 403)],
)
def test_the_door_is_for_those_who_decide_leave(
    client: FlaskClient, session: Session, cast: Cast, wednesday: LeaveView, who: str, status: int
) -> None:
    names = {
        "lin": "linjing",
        "zhou": "zhouqian",
        "supervisor": "sunzhu",
        "manager": "wujingli",
        "other_manager": "biejia",
    }
    browser = window(client, session, getattr(cast, who), names[who])
    fields = {"back": "2026-03-11", "half": "morning", "reason": WHY}
    answer = browser.post(f"/leave/{wednesday.public_id}/end", page="/leave", **fields)
    assert answer.status_code == status
    assert events(session) == 0


def test_a_general_manager_of_another_club_finds_nothing(
    client: FlaskClient, session: Session, cast: Cast, wednesday: LeaveView
) -> None:
    stranger = a_colleague(session, cast.foreign_club, "biedezong", "别家总", Role.GENERAL_MANAGER)
    browser = window(client, session, stranger, "biedezong")
    fields = {"back": "2026-03-11", "half": "morning", "reason": WHY}
    for public_id in (wednesday.public_id, "aaaabbbbcccc"):
        assert browser.post(f"/leave/{public_id}/end", page="/leave", **fields).status_code == 404
