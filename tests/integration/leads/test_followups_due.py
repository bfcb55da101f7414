"""What a consultant has to do by today, the most urgent first (LED-06, TEL-03)."""

from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.ids import PersonID
from clubsales.leads.claims import operations as claims
from clubsales.leads.claims.models import ClaimRow
from clubsales.leads.followups import due, operations
from clubsales.leads.followups.order import Urgency
from clubsales.leads.followups.rules import Channel, ContactOutcome
from clubsales.leads.intake.models import LeadRow
from clubsales.leads.people import do_not_call
from tests.builders import Cast, consultant_of, local
from tests.integration.leads.support import a_lead, on_shift, set_policy
from tests.statements import statements

TODAY = date(2026, 3, 9)
NOW = local(10)


@pytest.fixture(autouse=True)
def shift(session: Session, cast: Cast) -> None:
    on_shift(session, cast.lin, local(8, day=1))


def claim(session: Session, actor: Actor, person_id: PersonID, at: Instant, grade: str | None = None) -> None:
    claims.claim(session, person_id=person_id, consultant_id=consultant_of(actor), actor=actor, at=at)
    session.execute(sa.update(LeadRow).where(LeadRow.person_id == person_id).values(grade=grade))


def a_claim(
    session: Session, cast: Cast, name: str, day: int, grade: str | None = None, phone: str | None = None
) -> PersonID:
    person_id = a_lead(session, cast.desk, name=name, e164=phone)
    claim(session, cast.lin, person_id, local(9, day=day), grade)
    return person_id


def plan(session: Session, cast: Cast, person_id: PersonID, day: int) -> None:
    operations.plan(
        session,
        person_id=person_id,
        consultant_id=consultant_of(cast.lin),
        due_on=date(2026, 3, day),
        what="回电",
        channel=Channel.CALL,
        actor=cast.lin,
        at=local(9, day=1),
    )


def log(session: Session, cast: Cast, person_id: PersonID, at: Instant) -> None:
    operations.log_contact(
        session,
        person_id=person_id,
        consultant_id=consultant_of(cast.lin),
        channel=Channel.CALL,
        outcome=ContactOutcome.NO_ANSWER,
        actor=cast.lin,
        at=at,
    )


def listed(session: Session, cast: Cast, at: Instant = NOW) -> list[tuple[str, Urgency]]:
    found = due.due_list(session, cast.club, consultant_of(cast.lin), at, limit=50)
    return [(row.name, row.urgency) for row in found.rows]


def test_the_clock_comes_before_the_protection_before_the_grade_before_the_days(
    session: Session, cast: Cast
) -> None:
    set_policy(session, cast, {"claims": {"response_minutes": 14_400}})
    for name, claimed, grade, due_day in (
        ("等我", 8, "D", 9),
        ("快到期", 1, "D", 9),
        ("乙级", 5, "B", 2),
        ("甲级", 5, "A", 9),
        ("甲级久", 5, "A", 4),
    ):
        person_id = a_claim(session, cast, name, claimed, grade)
        plan(session, cast, person_id, due_day)
        if name != "等我":
            session.execute(
                sa.update(ClaimRow)
                .where(ClaimRow.person_id == person_id)
                .values(first_contact_at=local(9, day=claimed))
            )
    session.execute(
        sa.update(ClaimRow).where(ClaimRow.until == date(2026, 3, 16)).values(until=date(2026, 3, 12))
    )
    assert listed(session, cast) == [
        ("等我", Urgency.RESPONSE),
        ("快到期", Urgency.ENDING),
        ("甲级久", Urgency.GRADE),
        ("甲级", Urgency.GRADE),
        ("乙级", Urgency.GRADE),
    ]


def test_what_is_planned_after_the_protection_ends_is_said(session: Session, cast: Cast) -> None:
    person_id = a_claim(session, cast, "快到期", 1, "C")
    session.execute(sa.update(ClaimRow).values(until=date(2026, 3, 11)))
    log(session, cast, person_id, local(9))
    for day in (24, 20):
        plan(session, cast, person_id, day)
    (row,) = due.due_list(session, cast.club, consultant_of(cast.lin), NOW, limit=50).rows
    assert (row.urgency, row.due_on, row.planned_on) == (Urgency.ENDING, None, date(2026, 3, 20))


def test_a_lead_nobody_planned_anything_with_comes_when_its_cadence_has_run_out(
    session: Session, cast: Cast
) -> None:
    """LED-06: the plan writes itself, from the last contact or from the claim."""
    silent = a_claim(session, cast, "甲级", 5, "A")
    a_claim(session, cast, "丙级", 5, "C")
    planned = a_claim(session, cast, "有安排", 5, "A")
    plan(session, cast, planned, 20)
    log(session, cast, silent, local(10, day=6))
    assert listed(session, cast, local(10, day=7)) == []
    assert listed(session, cast, local(10, day=8)) == [("甲级", Urgency.SILENT)]
    (row,) = due.due_list(session, cast.club, consultant_of(cast.lin), local(10, day=8), limit=9).rows
    assert (row.step_public_id, row.due_on, row.contacted_on) == (None, None, date(2026, 3, 6))


def test_the_clubs_cadence_decides_from_its_day_on(session: Session, cast: Cast) -> None:
    a_claim(session, cast, "甲级", 5, "A")
    set_policy(session, cast, {"follow_up": {"cadence_days": {"A": 4}}}, on=date(2026, 3, 8))
    assert listed(session, cast, local(10, day=7)) == [("甲级", Urgency.SILENT)]
    assert listed(session, cast, local(10, day=8)) == []
    assert listed(session, cast, local(10, day=9)) == [("甲级", Urgency.SILENT)]
    set_policy(session, cast, {"follow_up": {"cadence_days": {"A": 0}}}, on=date(2026, 3, 9))
    assert listed(session, cast, local(10, day=9)) == []


def test_the_clubs_warning_decides_from_its_day_on(session: Session, cast: Cast) -> None:
    plan(session, cast, a_claim(session, cast, "甲", 1), 30)  # protected through the 16th
    assert listed(session, cast, local(10, day=12)) == []
    assert listed(session, cast, local(10, day=13)) == [("甲", Urgency.ENDING)]
    set_policy(session, cast, {"claims": {"warn_days": 7}}, on=date(2026, 3, 10))
    assert listed(session, cast, local(10, day=9)) == []
    assert listed(session, cast, local(10, day=10)) == [("甲", Urgency.ENDING)]
    set_policy(session, cast, {"claims": {"warn_days": 0}}, on=date(2026, 3, 15))
    assert listed(session, cast, local(10, day=15)) == []


def test_who_bought_or_is_lost_is_not_run_after(session: Session, cast: Cast) -> None:
    for name, column in (("买了", LeadRow.converted_at), ("没戏", LeadRow.lost_at)):
        person_id = a_claim(session, cast, name, 1, "A")
        session.execute(sa.update(LeadRow).where(LeadRow.person_id == person_id).values({column: local(9)}))
    assert listed(session, cast) == []


def test_others_claims_and_steps_are_theirs(session: Session, cast: Cast) -> None:
    on_shift(session, cast.zhou, local(8, day=1))
    theirs = a_lead(session, cast.desk, name="周倩的")
    claim(session, cast.zhou, theirs, local(9, day=1), "A")
    plan(session, cast, theirs, 9)
    (row,) = due.due_list(session, cast.club, consultant_of(cast.lin), local(10), limit=9).rows
    assert (row.name, row.e164, row.protected_until) == ("周倩的", None, None)
    assert due.due_list(session, cast.other_club, consultant_of(cast.lin), local(10), limit=9).count == 0


def test_the_list_is_cut_and_says_how_much_there_is(session: Session, cast: Cast) -> None:
    for day in (4, 9, 9, 7, 12):
        plan(session, cast, a_lead(session, cast.desk, name=f"{day}日"), day)
    a_claim(session, cast, "没安排", 1, "A")
    found = due.due_list(session, cast.club, consultant_of(cast.lin), local(10), limit=2)
    assert [row.name for row in found.rows] == ["没安排", "4日"]
    assert (found.count, found.overdue, found.unplanned, found.has_more) == (5, 2, 1, True)


def test_a_row_tells_what_is_needed_to_call(session: Session, cast: Cast) -> None:
    person_id = a_claim(session, cast, "陈晨", 5, "A", phone="+8613800138000")
    plan(session, cast, person_id, 8)
    do_not_call.forbid(session, person_id=person_id, why=do_not_call.Why.ASKED, actor=cast.lin, at=local(9))
    (row,) = due.due_list(session, cast.club, consultant_of(cast.lin), local(10), limit=9).rows
    assert (row.e164, row.do_not_call, row.channel, row.days_overdue(TODAY)) == (
        "+8613800138000",
        True,
        Channel.CALL,
        1,
    )


def test_a_list_costs_the_same_with_many_leads(session: Session, cast: Cast) -> None:
    def cost() -> int:
        with statements() as sent:
            due.due_list(session, cast.club, consultant_of(cast.lin), local(10), limit=10)
        return len(sent)

    a_claim(session, cast, "第一", 5, "A")
    before = cost()
    for number in range(12):
        person_id = a_claim(session, cast, f"客{number}", 5, "A")
        if number % 2:
            plan(session, cast, person_id, 9)
    assert cost() == before
