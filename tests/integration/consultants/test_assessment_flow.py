"""Forms, marks, the summary, the answer, the approval (ASM-07 to ASM-10, ASM-14, ASM-19, ASM-20, ASM-22)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from clubsales import policies
from clubsales.actor import Role
from clubsales.consultants.assessment import assessing, keeping, operations, pages, queries, training
from clubsales.consultants.assessment.flow import Giver, Status
from clubsales.consultants.assessment.giving import heard
from clubsales.consultants.assessment.marking import Mark
from clubsales.consultants.assessment.models import AssessmentRow, MarkRow
from clubsales.consultants.assessment.periods import Period
from clubsales.consultants.assessment.rules import Part, Score, shown
from clubsales.consultants.assessment.starters import starter
from clubsales.consultants.credits import closing
from clubsales.consultants.profiles import operations as profiles
from clubsales.errors import NotFound, Refused
from tests.builders import Cast, consultant_of, local
from tests.integration.consultants.assessed import MARCH, Assessed, assessed

BEGINS, OVER, SECOND = local(9, day=1), local(9, day=31), local(10, day=2, month=4)


@pytest.fixture
def club(session: Session, cast: Cast) -> Assessed:
    made = assessed(session, cast)
    assert made.issue() == 3
    return made


def refused(work: Callable[[], object]) -> str:
    with pytest.raises(Refused) as no:
        work()
    return no.value.code


def test_forms_go_to_everybody_who_sells_once(session: Session, club: Assessed) -> None:
    names = {each.name for each in queries.of_period(session, club.cast.club.id, Period.MONTH, MARCH)}
    assert names == {"林静", "周倩", "马超"}
    assert club.issue() == 0
    assert (
        refused(
            lambda: operations.issue(session, period=Period.MONTH, day=MARCH, actor=club.leader, at=BEGINS)
        )
        == "assessment.head"
    )


def test_forms_go_to_whoever_sold_at_the_periods_end_whatever_he_does_today(
    session: Session, club: Assessed
) -> None:
    cast = club.cast
    for who, kind, at in ((cast.zhou, None, local(8, day=1, month=4)), (cast.ma, None, local(20, day=31))):
        profiles.change_kind(session, consultant_id=consultant_of(who), kind=kind, actor=cast.manager, at=at)
    everybody = queries.sellers(session, cast.club, MARCH, date(2026, 3, 31))
    assert everybody == [consultant_of(cast.zhou), consultant_of(cast.lin)]
    assert queries.sellers(session, cast.club, date(2026, 4, 1), date(2026, 4, 30)) == [
        consultant_of(cast.lin)
    ]


def test_an_assessment_goes_its_way_and_pays(session: Session, club: Assessed) -> None:
    lin = club.cast.lin
    club.self_assess(lin, at=OVER)
    assert club.of(lin).status is Status.SELF_ASSESSED
    club.mark(lin, at=OVER)
    assert club.of(lin).status is Status.ASSESSED
    club.review(lin, at=SECOND)
    assert club.of(lin).parts == dict.fromkeys(Part, 10_000)
    assert queries.scores_of(session, lin.club.id, MARCH) == {}
    club.send(lin, at=SECOND)
    club.confirm(lin, at=SECOND)
    club.approve(lin, at=local(9, day=8, month=4))
    assert queries.scores_of(session, lin.club.id, MARCH) == {consultant_of(lin): Score(1_000_000)}
    kinds = [step.kind for step in queries.steps(session, club.of(lin).id)]
    assert kinds == ["issued", "self_assessed", "assessed", "reviewed", "sent", "confirmed", "approved"]
    assert club.of(lin).approver == "宋文"


def test_what_is_approved_is_never_changed(session: Session, club: Assessed) -> None:
    club.through(club.cast.lin)
    row = sa.update(AssessmentRow).where(AssessmentRow.id == club.of(club.cast.lin).id)
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(row.values(score=0))
    for table in (MarkRow.__table__, AssessmentRow.__table__):
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(sa.delete(table))
    assert refused(lambda: club.review(club.cast.lin, at=SECOND)) == "assessment.step"


def test_nobody_marks_or_approves_himself_whatever_his_role(club: Assessed) -> None:
    lin = replace(club.cast.lin, roles=frozenset({Role.CLUB_MANAGER, Role.OWNER, Role.SUPERVISOR}))
    assert refused(lambda: club.mark(lin, by=lin, at=SECOND)) == "assessment.own"
    assert refused(lambda: club.review(lin, by=lin, at=SECOND)) == "assessment.own"
    club.review(lin, at=SECOND)
    assert refused(lambda: club.send(lin, by=lin, at=SECOND)) == "assessment.own"
    club.send(lin, at=SECOND)
    club.confirm(lin, at=SECOND)
    assert refused(lambda: club.approve(lin, by=lin, at=SECOND)) == "assessment.own"


def test_nobody_answers_for_another(club: Assessed) -> None:
    club.review(club.cast.lin, at=SECOND)
    club.send(club.cast.lin, at=SECOND)
    with pytest.raises(NotFound):
        club.confirm(club.cast.lin, by=club.cast.zhou, at=SECOND)
    with pytest.raises(NotFound):
        club.self_assess(club.cast.lin, by=club.cast.manager, at=OVER)


def test_a_supervisor_marks_his_team_only_and_does_not_decide(club: Assessed) -> None:
    with pytest.raises(NotFound):
        club.mark(club.cast.ma, at=OVER)
    with pytest.raises(NotFound):
        club.mark(club.cast.lin, by=club.cast.supervisor, at=OVER)  # in no team
    assert refused(lambda: club.review(club.cast.lin, by=club.leader, at=OVER)) == "assessment.head"


def test_marks_are_given_when_the_period_ends(club: Assessed) -> None:
    early = local(20, day=30)
    for work in (club.self_assess, club.mark, club.review):
        assert refused(lambda work=work: work(club.cast.lin, at=early)) == "assessment.too_early"
    club.self_assess(club.cast.lin, at=OVER)


def test_the_managers_marks_are_whole_and_within_their_items(club: Assessed) -> None:
    lin = club.cast.lin
    without = club.marks(Giver.MANAGER)
    del without["tour"]
    assert refused(lambda: club.review(lin, at=SECOND, marks=without)) == "assessment.incomplete"
    too_much = club.marks(Giver.MANAGER, tour=Mark(701))
    assert refused(lambda: club.review(lin, at=SECOND, marks=too_much)) == "assessment.points"
    too_many = club.marks(Giver.MANAGER, service=Mark(0, {"count": 1_000}))
    assert refused(lambda: club.review(lin, at=SECOND, marks=too_many)) == "assessment.count"


def test_a_complaint_takes_its_points_whatever_the_form_says(session: Session, club: Assessed) -> None:
    complained = club.marks(Giver.MANAGER, service=Mark(300, {"count": 1}))
    club.review(club.cast.lin, at=SECOND, marks=complained)
    assert shown(club.of(club.cast.lin).score or 0) == "97.00"
    given = {each.item: each.mark for each in queries.given(session, club.of(club.cast.lin).id)}
    assert given["service"] == Mark(0, {"count": 1, "points_off": 3})


def test_what_a_complaint_costs_follows_the_policy_of_the_first_day(session: Session, club: Assessed) -> None:
    policies.publish(
        session,
        changes={"complaint": {"points_off": 1}},
        valid_from=MARCH,
        actor=club.cast.manager,
        at=BEGINS,
    )
    complained = club.marks(Giver.MANAGER, service=Mark(0, {"count": 2}))
    club.review(club.cast.lin, at=SECOND, marks=complained)
    assert shown(club.of(club.cast.lin).score or 0) == "98.00"


def test_a_bonus_says_what_it_is_for(club: Assessed) -> None:
    lin, low = club.cast.lin, club.marks(Giver.MANAGER, discipline=Mark(0))
    for bonus in (Mark(200), Mark(1_001, note="助人")):
        assert refused(lambda bonus=bonus: club.review(lin, at=SECOND, marks=low, bonus=bonus)) == (
            "assessment.bonus"
        )
    club.review(lin, at=SECOND, marks=low, bonus=Mark(200, note="主动带新人"))
    assert shown(club.of(lin).score or 0) == "99.00"


@pytest.mark.parametrize(
    ("behaviour", "code"),
    [
        (Mark(5_999), "assessment.behaviour"),
        (Mark(12_001), "assessment.behaviour"),
        (Mark(0), "assessment.behaviour_reason"),
        (Mark(0, note="3 月 5 日打架"), None),
        (Mark(6_000), None),
        (Mark(12_000), None),
    ],
)
def test_behaviour_is_within_its_range_or_nothing_for_a_reason(
    club: Assessed, behaviour: Mark, code: str | None
) -> None:
    if code:
        assert refused(lambda: club.review(club.cast.lin, at=SECOND, behaviour=behaviour)) == code
    else:
        club.review(club.cast.lin, at=SECOND, behaviour=behaviour)
        assert club.of(club.cast.lin).behaviour_bp == behaviour.points


def test_an_objection_has_words_and_gets_an_answer(session: Session, club: Assessed) -> None:
    lin = club.cast.lin
    club.review(lin, at=SECOND, marks=club.marks(Giver.MANAGER, tour=Mark(100)))
    club.send(lin, at=SECOND)
    assert refused(lambda: club.object_to(lin, "", at=SECOND)) == "assessment.words"
    club.object_to(lin, "带看我都做了记录", at=SECOND)
    assert refused(lambda: club.approve(lin, at=SECOND)) == "assessment.step"
    assert refused(lambda: club.reconfirm(lin, "", at=SECOND)) == "assessment.words"
    club.reconfirm(lin, "看过记录，改为 5 分", at=SECOND, marks=club.marks(Giver.MANAGER, tour=Mark(500)))
    assert (club.of(lin).status, shown(club.of(lin).score or 0)) == (Status.CONFIRMED, "98.00")
    words = [(step.kind, step.words) for step in queries.steps(session, club.of(lin).id)][-2:]
    assert words == [("objected", "带看我都做了记录"), ("reconfirmed", "看过记录，改为 5 分")]


def test_silence_counts_as_a_yes_only_after_the_last_day(club: Assessed) -> None:
    lin = club.cast.lin
    club.review(lin, at=SECOND)
    club.send(lin, at=SECOND)
    last = keeping.deadlines_of(club.session, lin.club, Period.MONTH, MARCH).confirm_by
    assert last == date(2026, 4, 16)
    on_time = local(20, day=16, month=4)
    assert refused(lambda: club.reconfirm(lin, "", at=on_time)) == "assessment.still_time"
    club.reconfirm(lin, "", at=local(9, day=17, month=4))
    assert club.of(lin).status is Status.CONFIRMED


def test_a_closed_month_takes_no_approval(session: Session, club: Assessed) -> None:
    club.review(club.cast.lin, at=SECOND)
    club.send(club.cast.lin, at=SECOND)
    club.confirm(club.cast.lin, at=SECOND)
    closing.close_month(session, month=MARCH, digest="", actor=club.cast.manager, at=SECOND)
    assert refused(lambda: club.approve(club.cast.lin, at=SECOND)) == "assessment.month_closed"
    assert refused(club.issue) == "assessment.month_closed"


def test_what_a_closed_month_left_open_is_asked_of_nobody(session: Session, club: Assessed) -> None:
    zhou = club.cast.zhou
    club.review(zhou, at=SECOND)
    club.send(zhou, at=SECOND)
    assert pages.waiting_for(session, club.cast.manager, approves=True, at=SECOND)
    closing.close_month(session, month=MARCH, digest="", actor=club.cast.manager, at=SECOND)
    assert pages.waiting_for(session, club.cast.manager, approves=True, at=SECOND) == []
    club.confirm(zhou, at=SECOND)  # what was on its way may still be said; it takes effect no more
    assert refused(lambda: club.approve(zhou, at=SECOND)) == "assessment.month_closed"


def test_colleagues_and_guests_are_heard_for_a_quarter(session: Session, club: Assessed) -> None:
    club.issue(period=Period.QUARTER)
    quarter = club.of(club.cast.lin, period=Period.QUARTER, start=date(2026, 1, 1))

    def hear(giver: Giver, points: int, who: object, public_id: str = quarter.public_id) -> None:
        assessing.hear(
            session,
            public_id=public_id,
            giver=giver,
            marks={"development": Mark(points), "completion": Mark(1)},
            words="",
            actor=who,  # type: ignore[arg-type]
            at=OVER,
        )

    hear(Giver.PEER, 700, club.cast.zhou)
    hear(Giver.PEER, 300, club.cast.zhou)  # the latest counts
    hear(Giver.PEER, 600, club.cast.ma)
    hear(Giver.CUSTOMER, 800, club.cast.manager)
    given = queries.given(session, quarter.id)
    assert heard(given, Giver.PEER) == {"development": (450, 2)}
    assert heard(given, Giver.CUSTOMER) == {"development": (800, 1)}
    assert refused(lambda: hear(Giver.PEER, 800, club.cast.lin)) == "assessment.own"
    month = club.of(club.cast.lin).public_id
    assert refused(lambda: hear(Giver.PEER, 800, club.cast.zhou, month)) == "assessment.not_asked"


def test_another_clubs_assessment_is_not_there(club: Assessed) -> None:
    with pytest.raises(NotFound):
        club.review(club.cast.lin, by=club.cast.other_manager, at=SECOND)
    with pytest.raises(NotFound):
        club.approve(club.cast.lin, by=club.cast.other_manager, at=SECOND)


def test_a_poor_score_leads_to_a_training_plan_with_an_outcome(session: Session, club: Assessed) -> None:
    lin, found = club.cast.lin, club.cast.club.id

    def plan(by: object, due_on: date = date(2026, 5, 31), aim: str = "带看成交率 30%") -> str:
        return training.plan(
            session,
            public_id=club.of(lin).public_id,
            aim=aim,
            steps="每周两次跟班",
            due_on=due_on,
            actor=by,  # type: ignore[arg-type]
            at=SECOND,
        )

    assert refused(lambda: plan(club.leader)) == "assessment.step"
    club.review(lin, at=SECOND, marks=club.marks(Giver.MANAGER, most=0.5))
    assert [each.name for each in training.poor(session, found, below=60, since=MARCH)] == ["林静"]
    assert training.poor(session, found, below=50, since=MARCH) == []
    assert refused(lambda: plan(club.leader, aim="")) == "training.words"
    assert refused(lambda: plan(club.leader, due_on=date(2026, 4, 1))) == "training.due"
    made = plan(club.leader)
    assert training.poor(session, found, below=60, since=MARCH) == []
    assert [each.aim for each in training.plans(session, found, consultant_of(lin))] == ["带看成交率 30%"]
    training.finish(session, public_id=made, outcome="已达 32%", actor=club.leader, at=SECOND)
    assert training.by_public_id(session, found, made).outcome == "已达 32%"
    again = refused(
        lambda: training.finish(session, public_id=made, outcome="x", actor=club.leader, at=SECOND)
    )
    assert again == "training.done"
    with pytest.raises(NotFound):
        training.finish(session, public_id=made, outcome="x", actor=club.cast.supervisor, at=SECOND)


def test_sheets_have_versions_and_forms_keep_theirs(session: Session, club: Assessed) -> None:
    items = starter()[Period.MONTH]
    first = replace(items[0], weight=40)
    changed = (first, replace(items[1], weight=13), *items[2:])
    published = keeping.publish(
        session,
        period=Period.MONTH,
        items=changed,
        valid_from=date(2026, 4, 1),
        seen=0,
        actor=club.cast.manager,
        at=OVER,
    )
    assert (published.number, published.valid_from) == (1, date(2026, 4, 1))
    assert club.of(club.cast.lin).items == items
    assert keeping.in_force(session, club.cast.club.id, MARCH).sheet[Period.MONTH] == items
    assert keeping.in_force(session, club.cast.club.id, date(2026, 4, 1)).sheet[Period.MONTH] == changed
    assert published.sheet[Period.QUARTER] == starter()[Period.QUARTER]
    operations.issue(session, period=Period.MONTH, day=date(2026, 4, 9), actor=club.cast.manager, at=SECOND)
    assert club.of(club.cast.lin, start=date(2026, 4, 1)).items == changed
    with pytest.raises(Refused):
        keeping.publish(
            session,
            period=Period.MONTH,
            items=items,
            valid_from=date(2026, 4, 1),
            seen=0,
            actor=club.cast.manager,
            at=SECOND,
        )


def test_a_day_of_the_clubs_own_moves_deadlines(session: Session, club: Assessed) -> None:
    home = club.cast.club

    def confirm_by() -> date:
        return keeping.deadlines_of(session, home, Period.MONTH, MARCH).confirm_by

    day = date(2026, 4, 16)
    for is_worked, expected in ((False, date(2026, 4, 17)), (True, day)):
        keeping.set_club_day(
            session, day=day, is_worked=is_worked, name="店庆", actor=club.cast.manager, at=BEGINS
        )
        assert confirm_by() == expected
    keeping.remove_club_day(session, day=day, actor=club.cast.manager, at=BEGINS)
    assert keeping.club_days(session, home.id) == []
    with pytest.raises(NotFound):
        keeping.remove_club_day(session, day=day, actor=club.cast.manager, at=BEGINS)


def test_satisfaction_looks_back_at_the_months_before(session: Session, club: Assessed) -> None:
    club.review(
        club.cast.lin, at=SECOND, marks=club.marks(Giver.MANAGER, satisfaction=Mark(0, {"percent": 8_600}))
    )
    lin = consultant_of(club.cast.lin)
    assert queries.satisfied_before(session, club.cast.club.id, lin, date(2026, 4, 1)) == [8_600]
    assert queries.satisfied_before(session, club.cast.club.id, lin, date(2026, 5, 1)) == []


@pytest.mark.parametrize(
    ("settings", "closes", "send_by", "confirm_by"),
    [
        ({}, 7, 14, 16),  # the 5th is Qingming's Sunday, the 6th its Monday
        ({"month_window": [1, 10]}, 10, 17, 21),  # ASM-08
        ({"confirm_days": [2, 3]}, 7, 9, 10),
        ({"holidays": ""}, 6, 13, 15),  # Monday to Friday
        ({"quarter_window": [6, 20]}, 7, 14, 16),  # of no month
    ],
)
def test_the_days_of_a_month_follow_the_policy(
    session: Session, cast: Cast, settings: dict[str, object], closes: int, send_by: int, confirm_by: int
) -> None:
    """ASM-07, ASM-09, AMB-43: March's window, and the working days after it."""
    if settings:
        publish(session, cast, settings)
    found = keeping.deadlines_of(session, cast.club, Period.MONTH, MARCH)
    days = (found.opens, found.closes, found.send_by, found.confirm_by)
    assert [day.day for day in days] == [1, closes, send_by, confirm_by]
    assert {day.month for day in days} == {4}


def test_the_days_of_a_quarter_follow_the_policy(session: Session, cast: Cast) -> None:
    """ASM-07: the 5th to the 15th of the month after, or the club's own days."""

    def days() -> list[int]:
        found = keeping.deadlines_of(session, cast.club, Period.QUARTER, date(2026, 1, 1))
        return [day.day for day in (found.opens, found.closes, found.send_by, found.confirm_by)]

    assert days() == [5, 15, 22, 24]
    publish(session, cast, {"quarter_window": [6, 20]})
    assert days() == [6, 20, 27, 29]


def publish(session: Session, cast: Cast, settings: dict[str, object]) -> None:
    policies.publish(
        session,
        changes={"assessment": settings},
        valid_from=date(2026, 1, 1),
        actor=cast.system,
        at=BEGINS,
    )
