"""Leave asked for, decided and withdrawn (SC-29; ATT-03 to ATT-06, AMB-61)."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from clubsales import policies
from clubsales.actor import Actor, Role
from clubsales.audit import AuditEvent
from clubsales.clock import Instant
from clubsales.consultants.leave import operations, queries
from clubsales.consultants.leave.models import LeaveRow
from clubsales.consultants.leave.queries import LeaveView
from clubsales.consultants.leave.rules import Kind, Level, Span, Status
from clubsales.consultants.roster import operations as roster
from clubsales.consultants.roster import queries as rosters
from clubsales.errors import NotFound, Refused
from tests.builders import Cast, a_colleague, consultant_of, local

TUESDAY = date(2026, 3, 10)  # the cast's day is Monday 2026-03-09


@pytest.fixture
def boss(session: Session, cast: Cast) -> Actor:
    """The general manager."""
    return a_colleague(session, cast.club, "zongjingli", "郑总", Role.GENERAL_MANAGER)


@pytest.fixture
def deputy(session: Session, cast: Cast) -> Actor:
    """Her deputy."""
    return a_colleague(session, cast.club, "fuzong", "冯副总", Role.DEPUTY_GM)


def ask(
    session: Session,
    who: Actor,
    *,
    first: date = TUESDAY,
    days: int = 1,
    half: bool = False,
    kind: Kind = Kind.ANNUAL,
    at: Instant | None = None,
    reason: str = "",
) -> LeaveView:
    """File so many calendar days; `half` leaves out the last day's afternoon."""
    leave_id = operations.file(
        session,
        consultant_id=consultant_of(who),
        kind=kind,
        first_day=first,
        last_day=first + timedelta(days=days - 1),
        until_noon=half,
        reason=reason,
        actor=who,
        at=at or local(10),
    )
    mine = queries.of_consultant(session, consultant_of(who))
    return next(leave for leave in mine if leave.id == leave_id)


def decide(
    session: Session, leave: LeaveView, who: Actor, *, approve: bool = True, note: str = ""
) -> LeaveView:
    operations.decide(session, public_id=leave.public_id, approve=approve, note=note, actor=who, at=local(11))
    return queries.by_public_id(session, who.club.id, leave.public_id)


def refused(session: Session, leave: LeaveView, who: Actor, **more: object) -> str:
    with pytest.raises(Refused) as error:
        decide(session, leave, who, **more)  # type: ignore[arg-type]
    return error.value.code


def away(session: Session, who: Actor, first: date, last: date) -> None:
    operations.mark_away(session, first_day=first, last_day=last, actor=who, at=local(9))


def set_policy(session: Session, cast: Cast, **changes: int) -> None:
    policies.publish(
        session, changes={"leave": changes}, valid_from=date(2026, 3, 1), actor=cast.manager, at=local(8)
    )


# SC-29


@pytest.mark.parametrize(("days", "half"), [(1, True), (1, False), (2, True), (2, False)])
def test_up_to_two_days_the_sales_director_approves(
    session: Session, cast: Cast, days: int, half: bool
) -> None:
    leave = decide(session, ask(session, cast.lin, days=days, half=half), cast.director)
    assert (leave.status, leave.decided_as) == (Status.APPROVED, Role.SALES_DIRECTOR)
    assert leave.decider_name == "何总监"


@pytest.mark.parametrize(("days", "half"), [(3, True), (3, False)])
def test_from_two_and_a_half_days_the_general_manager_approves(
    session: Session, cast: Cast, boss: Actor, days: int, half: bool
) -> None:
    asked = ask(session, cast.lin, days=days, half=half)
    assert asked.half_days == days * 2 - half
    assert refused(session, asked, cast.director) == "leave.authority"
    leave = decide(session, asked, boss)
    assert (leave.status, leave.decided_as) == (Status.APPROVED, Role.GENERAL_MANAGER)


def test_three_days_with_the_general_manager_absent_the_deputy_approves(
    session: Session, cast: Cast, boss: Actor, deputy: Actor
) -> None:
    asked = ask(session, cast.lin, days=3)
    assert refused(session, asked, deputy) == "leave.authority"
    away(session, boss, date(2026, 3, 9), date(2026, 3, 9))
    leave = decide(session, asked, deputy)
    assert (leave.status, leave.decided_as) == (Status.APPROVED, Role.DEPUTY_GM)


def test_sales_director_approving_three_days_is_refused(session: Session, cast: Cast) -> None:
    asked = ask(session, cast.lin, days=3)
    with pytest.raises(Refused) as error:
        decide(session, asked, cast.director)
    assert error.value.code == "leave.authority"
    assert error.value.refusal.facts == {"days": "3", "short_days": 2}
    assert queries.by_public_id(session, cast.club.id, asked.public_id).status is Status.FILED


def test_filed_on_the_morning_of_the_day_is_refused_and_a_day_ahead_accepted(
    session: Session, cast: Cast
) -> None:
    with pytest.raises(Refused) as error:
        ask(session, cast.lin, at=local(0, 1, day=10))
    assert error.value.code == "leave.notice"
    assert ask(session, cast.lin, at=local(23, 59, day=9)).status is Status.FILED


def test_sick_leave_may_be_filed_on_the_day_itself(session: Session, cast: Cast) -> None:
    assert ask(session, cast.lin, kind=Kind.SICK, at=local(8, day=10)).half_days == 2
    with pytest.raises(Refused) as error:
        ask(session, cast.zhou, kind=Kind.SICK, at=local(8, day=11))
    assert error.value.code == "leave.past"


def test_approved_leave_takes_the_shift_off_the_roster(session: Session, cast: Cast) -> None:
    plan(session, cast, cast.lin, 10, 11, 12)
    decide(session, ask(session, cast.lin), cast.director)
    assert planned(session, cast.lin) == {11, 12}
    leave = queries.on_leave(session, consultant_id=consultant_of(cast.lin), day=TUESDAY)
    assert leave is not None
    assert leave.covers(TUESDAY, local(9, day=10).time())
    assert queries.on_leave(session, consultant_id=consultant_of(cast.lin), day=date(2026, 3, 11)) is None


def test_leave_not_decided_yet_changes_nothing(session: Session, cast: Cast) -> None:
    plan(session, cast, cast.lin, 10)
    ask(session, cast.lin)
    assert planned(session, cast.lin) == {10}
    assert queries.on_leave(session, consultant_id=consultant_of(cast.lin), day=TUESDAY) is None


def test_half_a_day_leaves_the_other_half_on_the_roster(session: Session, cast: Cast) -> None:
    plan(session, cast, cast.lin, 10)
    decide(session, ask(session, cast.lin, half=True), cast.director)
    shift = rosters.planned_for(
        session, consultant_id=consultant_of(cast.lin), at=local(8, day=10), zone=cast.club.zone
    )
    assert shift is not None
    assert (shift.starts_at, shift.ends_at) == (local(13, day=10), local(17, day=10))


# Working days


def plan(session: Session, cast: Cast, who: Actor, *days: int) -> None:
    for day in days:
        roster.plan(
            session,
            consultant_id=consultant_of(who),
            day=date(2026, 3, day),
            shift="early",
            actor=cast.supervisor,
            at=local(8),
        )


def planned(session: Session, who: Actor) -> set[int]:
    found = rosters.entries_of(session, [consultant_of(who)], date(2026, 3, 9), date(2026, 3, 22))
    return {entry.day.day for entry in found[consultant_of(who)]}


def test_rest_days_of_his_roster_cost_nothing(session: Session, cast: Cast) -> None:
    plan(session, cast, cast.lin, 10, 11, 12, 13)
    plan(session, cast, cast.zhou, 14)  # a colleague's roster says nothing about his
    leave = ask(session, cast.lin, first=date(2026, 3, 12), days=4)  # Thursday to Sunday
    assert leave.days == "2"
    decide(session, leave, cast.director)
    assert planned(session, cast.lin) == {10, 11}


def test_a_week_not_made_yet_counts_whole(session: Session, cast: Cast) -> None:
    plan(session, cast, cast.lin, 13)
    assert (
        ask(session, cast.lin, first=date(2026, 3, 13), days=5).days == "3"
    )  # Fri; Mon, Tue of the next week


def test_rest_days_alone_need_no_leave(session: Session, cast: Cast) -> None:
    plan(session, cast, cast.lin, 13)
    with pytest.raises(Refused) as error:
        ask(session, cast.lin, first=date(2026, 3, 14), days=2)
    assert error.value.code == "leave.no_working_day"


def test_a_shift_freed_by_leave_was_a_working_day(session: Session, cast: Cast) -> None:
    plan(session, cast, cast.lin, 10)
    leave = decide(session, ask(session, cast.lin), cast.director)
    operations.withdraw(session, public_id=leave.public_id, actor=cast.lin, at=local(12))
    assert ask(session, cast.lin).days == "1"


def test_estimate_says_how_much_and_whose_matter_before_it_is_filed(
    session: Session, cast: Cast, boss: Actor
) -> None:
    span = Span(first_day=TUESDAY, last_day=date(2026, 3, 12), until_noon=True)
    costs = operations.estimate(
        session, consultant_id=consultant_of(cast.lin), span=span, actor=cast.lin, at=local(9)
    )
    assert (costs.halves, costs.authority.level) == (5, Level.GENERAL_MANAGER)
    away(session, boss, date(2026, 3, 9), date(2026, 3, 10))
    costs = operations.estimate(
        session, consultant_id=consultant_of(cast.lin), span=span, actor=cast.lin, at=local(9)
    )
    assert costs.authority.roles[0] is Role.DEPUTY_GM
    assert session.scalar(sa.select(sa.func.count()).select_from(LeaveRow)) == 0


# Overlap


@pytest.mark.parametrize("first", [9, 10, 11])
def test_live_requests_of_one_person_never_share_a_day(session: Session, cast: Cast, first: int) -> None:
    ask(session, cast.lin, first=date(2026, 3, 10), days=2)
    with pytest.raises(Refused) as error:
        ask(session, cast.lin, first=date(2026, 3, first), days=2, kind=Kind.SICK)
    assert error.value.code == "leave.overlap"
    assert error.value.refusal.facts == {"first": TUESDAY, "last": date(2026, 3, 11)}


def test_the_database_too_refuses_requests_that_share_a_day(session: Session, cast: Cast) -> None:
    leave = ask(session, cast.lin, days=2)
    row = session.scalars(sa.select(LeaveRow).where(LeaveRow.id == leave.id)).one()
    again = {
        column.name: getattr(row, column.name)
        for column in LeaveRow.__table__.columns
        if column.name not in {"id", "public_id"}
    }
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(sa.insert(LeaveRow), {**again, "public_id": "aaaabbbbcccc"})


def test_colleagues_may_be_off_on_the_same_day(session: Session, cast: Cast) -> None:
    ask(session, cast.lin)
    assert ask(session, cast.zhou).status is Status.FILED


def test_after_a_refusal_the_same_days_may_be_asked_for_again(session: Session, cast: Cast) -> None:
    decide(session, ask(session, cast.lin), cast.director, approve=False, note="那天有活动")
    assert ask(session, cast.lin).status is Status.FILED


def test_the_same_form_twice_is_one_request(session: Session, cast: Cast) -> None:
    assert ask(session, cast.lin).id == ask(session, cast.lin).id
    assert session.scalar(sa.select(sa.func.count()).select_from(LeaveRow)) == 1


# Deciding


def test_general_manager_may_decide_short_leave_too(session: Session, cast: Cast, boss: Actor) -> None:
    leave = decide(session, ask(session, cast.lin), boss)
    assert (leave.status, leave.decided_as) == (Status.APPROVED, Role.GENERAL_MANAGER)


def test_nobody_decides_his_own(session: Session, cast: Cast, boss: Actor, deputy: Actor) -> None:
    assert refused(session, ask(session, cast.director), cast.director) == "leave.own"
    assert refused(session, ask(session, boss), boss) == "leave.own"


def test_leave_of_those_who_decide_goes_to_their_superior(
    session: Session, cast: Cast, boss: Actor, deputy: Actor
) -> None:
    other_director = a_colleague(session, cast.club, "erzongjian", "二总监", Role.SALES_DIRECTOR)
    asked = ask(session, cast.director)
    assert refused(session, asked, other_director) == "leave.authority"
    assert decide(session, asked, boss).status is Status.APPROVED
    assert decide(session, ask(session, boss), deputy).status is Status.APPROVED


@pytest.mark.parametrize("who", ["lin", "supervisor", "manager", "desk", "finance"])
def test_nobody_else_decides(session: Session, cast: Cast, who: str) -> None:
    assert refused(session, ask(session, cast.zhou), getattr(cast, who)) == "leave.authority"


def test_a_refusal_needs_a_reason_and_shows_it(session: Session, cast: Cast) -> None:
    asked = ask(session, cast.lin)
    assert refused(session, asked, cast.director, approve=False) == "leave.note"
    leave = decide(session, asked, cast.director, approve=False, note=" 那天有活动 ")
    assert (leave.status, leave.decision_note) == (Status.REFUSED, "那天有活动")


def test_the_same_decision_twice_is_one(session: Session, cast: Cast) -> None:
    asked = ask(session, cast.lin)
    decide(session, asked, cast.director)
    decide(session, asked, cast.director)
    session.flush()
    tags = sa.select(sa.func.count()).where(AuditEvent.tag == "leave:decided")
    assert session.scalar(tags) == 1


def test_a_decision_stands(session: Session, cast: Cast, boss: Actor) -> None:
    asked = ask(session, cast.lin)
    decide(session, asked, cast.director)
    assert refused(session, asked, cast.director, approve=False, note="x") == "leave.decided"
    assert refused(session, asked, boss) == "leave.decided"


def test_a_decision_leaves_its_trace(session: Session, cast: Cast) -> None:
    leave = decide(session, ask(session, cast.lin), cast.director)
    session.commit()
    event = session.scalars(sa.select(AuditEvent).where(AuditEvent.tag == "leave:decided")).one()
    assert event.account_id == cast.director.account_id
    assert event.facts == {
        "leave_id": leave.id,
        "consultant_id": consultant_of(cast.lin),
        "status": "approved",
        "half_days": 2,
        "decided_as": "sales_director",
        "level": "director",
        "rule": "ATT-04",
    }


# Withdrawing


def test_withdrawn_before_it_begins_shifts_stay_freed(session: Session, cast: Cast) -> None:
    plan(session, cast, cast.lin, 10)
    leave = decide(session, ask(session, cast.lin), cast.director)
    operations.withdraw(session, public_id=leave.public_id, actor=cast.lin, at=local(23, 59))
    operations.withdraw(session, public_id=leave.public_id, actor=cast.lin, at=local(23, 59))
    assert queries.on_leave(session, consultant_id=consultant_of(cast.lin), day=TUESDAY) is None
    assert planned(session, cast.lin) == set()


def test_leave_that_has_begun_is_not_withdrawn(session: Session, cast: Cast) -> None:
    leave = decide(session, ask(session, cast.lin), cast.director)
    with pytest.raises(Refused) as error:
        operations.withdraw(session, public_id=leave.public_id, actor=cast.lin, at=local(0, day=10))
    assert error.value.code == "leave.begun"


def test_what_was_refused_is_not_withdrawn(session: Session, cast: Cast) -> None:
    leave = decide(session, ask(session, cast.lin), cast.director, approve=False, note="x")
    with pytest.raises(Refused) as error:
        operations.withdraw(session, public_id=leave.public_id, actor=cast.lin, at=local(12))
    assert error.value.code == "leave.not_live"


def test_a_colleagues_request_is_not_there(session: Session, cast: Cast) -> None:
    leave = ask(session, cast.lin)
    with pytest.raises(NotFound):
        operations.withdraw(session, public_id=leave.public_id, actor=cast.zhou, at=local(12))
    with pytest.raises(NotFound):
        operations.file(
            session,
            consultant_id=consultant_of(cast.lin),
            kind=Kind.ANNUAL,
            first_day=date(2026, 3, 20),
            last_day=date(2026, 3, 20),
            actor=cast.zhou,
            at=local(12),
        )


def test_another_clubs_request_is_not_there(session: Session, cast: Cast) -> None:
    leave = ask(session, cast.lin)
    boss = a_colleague(session, cast.foreign_club, "biezong", "别总", Role.GENERAL_MANAGER)
    for public_id in (leave.public_id, "aaaabbbbcccc", "x", ""):
        with pytest.raises(NotFound):
            operations.decide(session, public_id=public_id, approve=True, actor=boss, at=local(12))
    assert queries.waiting(session, cast.foreign_club.id) == []
    assert queries.leaves_between(session, cast.foreign_club.id, TUESDAY, TUESDAY) == []


# The general manager absent


def test_absence_counts_on_the_day_of_deciding(
    session: Session, cast: Cast, boss: Actor, deputy: Actor
) -> None:
    away(session, boss, date(2026, 3, 10), date(2026, 3, 12))
    asked = ask(session, cast.lin, first=date(2026, 3, 11), days=3)
    assert refused(session, asked, deputy) == "leave.authority"  # decided on the 9th
    operations.decide(session, public_id=asked.public_id, approve=True, actor=deputy, at=local(9, day=10))
    assert queries.by_public_id(session, cast.club.id, asked.public_id).decided_as is Role.DEPUTY_GM


def test_back_early_she_decides_again(session: Session, cast: Cast, boss: Actor, deputy: Actor) -> None:
    for _press in range(2):
        away(session, deputy, date(2026, 3, 9), date(2026, 3, 12))
    marked = queries.away_from(session, cast.club.id, Role.GENERAL_MANAGER, date(2026, 3, 9))
    assert [each.marked_by for each in marked] == ["冯副总"]
    for _press in range(2):
        operations.end_away(session, public_id=marked[0].public_id, actor=boss, at=local(10))
    assert refused(session, ask(session, cast.lin, days=3), deputy) == "leave.authority"
    session.commit()
    tags = list(session.scalars(sa.select(AuditEvent.tag).where(AuditEvent.tag.like("leave:authority%"))))
    assert sorted(tags) == ["leave:authority_away", "leave:authority_back"]


def test_absence_of_one_club_is_none_of_another(
    session: Session, cast: Cast, boss: Actor, deputy: Actor
) -> None:
    away(session, boss, date(2026, 3, 9), date(2026, 3, 9))
    marked = queries.away_on(session, cast.club.id, Role.GENERAL_MANAGER, date(2026, 3, 9))
    assert marked is not None
    assert queries.away_on(session, cast.foreign_club.id, Role.GENERAL_MANAGER, date(2026, 3, 9)) is None
    stranger = a_colleague(session, cast.foreign_club, "biezong", "别总", Role.GENERAL_MANAGER)
    with pytest.raises(NotFound):
        operations.end_away(session, public_id=marked.public_id, actor=stranger, at=local(10))


@pytest.mark.parametrize("who", ["director", "manager", "lin"])
def test_only_the_top_marks_her_absent(session: Session, cast: Cast, boss: Actor, who: str) -> None:
    with pytest.raises(Refused) as error:
        away(session, getattr(cast, who), date(2026, 3, 9), date(2026, 3, 9))
    assert error.value.code == "leave.away_who"


# Settings


def test_short_days_is_the_clubs_setting(session: Session, cast: Cast, boss: Actor) -> None:
    asked = ask(session, cast.lin, days=3)
    assert refused(session, asked, cast.director) == "leave.authority"
    set_policy(session, cast, short_days=3)
    assert decide(session, asked, cast.director).status is Status.APPROVED
    set_policy(session, cast, short_days=1)
    assert refused(session, ask(session, cast.zhou, days=2, half=True), cast.director) == "leave.authority"


@pytest.mark.parametrize(("notice_days", "first", "accepted"), [(0, 9, True), (3, 11, False), (3, 12, True)])
def test_notice_days_is_the_clubs_setting(
    session: Session, cast: Cast, notice_days: int, first: int, accepted: bool
) -> None:
    set_policy(session, cast, notice_days=notice_days)
    if accepted:
        assert ask(session, cast.lin, first=date(2026, 3, first)).status is Status.FILED
    else:
        with pytest.raises(Refused) as error:
            ask(session, cast.lin, first=date(2026, 3, first))
        assert (error.value.code, error.value.refusal.facts["earliest"]) == (
            "leave.notice",
            date(2026, 3, 12),
        )
