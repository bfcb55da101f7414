"""What the records say about somebody's month: each reader asked on both databases."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.consultants.assessment import data, giving, queries
from clubsales.consultants.assessment.asked import Rate, Subject
from clubsales.consultants.assessment.flow import Giver
from clubsales.consultants.assessment.marking import Mark
from clubsales.consultants.assessment.periods import Period
from clubsales.consultants.assessment.sheets import Source
from clubsales.consultants.credits.rules import Share
from clubsales.consultants.roster import operations as roster
from clubsales.consultants.shifts.models import ShiftRow
from clubsales.consultants.targets import operations as targets
from clubsales.consultants.targets.rules import GoalKind, Scope, ScopeKind, Slot
from clubsales.consultants.targets.rules import Period as TargetPeriod
from clubsales.ids import LeadID, PersonID
from clubsales.leads.followups import operations as followups
from clubsales.leads.intake import qualifying
from clubsales.leads.intake.models import LeadRow
from clubsales.leads.intake.rules import LostReason
from clubsales.leads.people import operations as people
from clubsales.membership.sales.models import SaleRow
from tests.builders import Cast, consultant_of, local, yuan
from tests.integration.consultants.assessed import assessed
from tests.integration.consultants.books import Books
from tests.integration.frontdesk.floor import Floor
from tests.integration.leads.support import a_lead, log, on_shift
from tests.integration.leads.test_claims import claim

MARCH = date(2026, 3, 1)
IN_APRIL = local(10, day=1, month=4)


def subject(cast: Cast, who: Actor, *, at: Instant = IN_APRIL, period: Period = Period.MONTH) -> Subject:
    start = MARCH if period is Period.MONTH else date(2026, 1, 1)
    return Subject(club=cast.club, consultant_id=consultant_of(who), period=period, start=start, at=at)


def read(session: Session, source: Source, asked: Subject) -> tuple[int, int]:
    rate: Rate = data.READERS[source](session, asked)
    return rate.part, rate.whole


def guest(session: Session, cast: Cast, number: int, *, at: Instant | None = None) -> PersonID:
    return a_lead(session, cast.lin, e164=f"+861380013{number:04d}", at=at or local(9, day=2))


def a_step(session: Session, cast: Cast, person_id: PersonID, due_on: date, *, at: Instant) -> None:
    followups.plan(
        session,
        person_id=person_id,
        consultant_id=consultant_of(cast.lin),
        due_on=due_on,
        what="回访",
        actor=cast.lin,
        at=at,
    )


def buys(session: Session, cast: Cast, person_id: PersonID, *, at: Instant, kind: str = "new") -> None:
    sale_id = Books(session, cast).a_sale("3980.00")
    session.execute(
        sa.update(SaleRow)
        .where(SaleRow.id == sale_id)
        .values(person_id=person_id, first_receipt_at=at, kind=kind)
    )


def test_follow_ups_are_done_by_the_day_they_were_due(session: Session, cast: Cast) -> None:
    made = local(9, day=2)
    people = [guest(session, cast, number) for number in range(5)]
    on_the_day, late, left, last_month, dropped = people
    for person_id, due_on in (
        (on_the_day, date(2026, 3, 10)),
        (late, date(2026, 3, 10)),
        (left, date(2026, 3, 31)),
        (last_month, date(2026, 4, 1)),
    ):
        a_step(session, cast, person_id, due_on, at=made)
    log(session, cast.lin, on_the_day, local(21, day=10))
    log(session, cast.lin, late, local(9, day=11))
    a_step(session, cast, dropped, date(2026, 3, 12), at=made)
    lead_id = session.scalars(sa.select(LeadRow.id).where(LeadRow.person_id == dropped)).one()
    qualifying.lose(
        session, lead_id=LeadID(lead_id), reason=LostReason.PRICE, actor=cast.lin, at=local(9, day=11)
    )
    assert read(session, Source.FOLLOW_UP, subject(cast, cast.lin)) == (1, 3)
    assert read(session, Source.FOLLOW_UP, subject(cast, cast.zhou)) == (0, 0)


def test_a_follow_up_that_is_not_due_yet_is_none(session: Session, cast: Cast) -> None:
    a_step(session, cast, guest(session, cast, 1), date(2026, 3, 10), at=local(9, day=2))
    assert read(session, Source.FOLLOW_UP, subject(cast, cast.lin, at=local(22, day=10))) == (0, 0)
    assert read(session, Source.FOLLOW_UP, subject(cast, cast.lin, at=local(0, day=11))) == (0, 1)


def test_leads_held_in_the_month_count_once_and_contacts_of_the_month_only(
    session: Session, cast: Cast
) -> None:
    on_shift(session, cast.lin, local(9, day=2))
    first, second, third = (guest(session, cast, number) for number in range(3))
    for person_id in (first, second, third):
        claim(session, cast.lin, person_id, local(10, day=2))
    log(session, cast.lin, first, local(11, day=2))
    log(session, cast.lin, first, local(11, day=3))
    log(session, cast.zhou, second, local(11, day=3))
    log(session, cast.lin, third, local(11, day=1, month=4))
    asked = subject(cast, cast.lin, at=local(12, day=1, month=4))
    assert read(session, Source.LEADS_TOUCHED, asked) == (1, 3)
    february = replace(asked, start=date(2026, 2, 1))
    assert read(session, Source.LEADS_TOUCHED, february) == (0, 0)


def test_who_was_captured_or_received_and_bought_a_card_in_the_month_is_won(
    session: Session, cast: Cast
) -> None:
    captured, goods, later = (guest(session, cast, number) for number in range(3))
    floor = Floor(session, cast, "A")
    floor.arrives("walk-in", local(10), phone="+8613800139009")
    floor.leaves("walk-in", local(10, 40))
    floor.arrives("again", local(11), phone="+8613800130000")
    walk_in = people.find_or_add(session, e164="+8613800139009", name="", actor=cast.desk, at=local(10, 5))
    buys(session, cast, captured, at=local(12, day=31))
    buys(session, cast, goods, at=local(12), kind="goods")
    buys(session, cast, later, at=local(0, day=1, month=4))
    assert read(session, Source.CONVERSION, subject(cast, cast.lin)) == (1, 4)
    buys(session, cast, walk_in, at=local(10, 30))
    assert read(session, Source.CONVERSION, subject(cast, cast.lin)) == (2, 4)
    assert read(session, Source.CONVERSION, subject(cast, cast.zhou)) == (0, 0)


def test_a_shift_is_begun_on_time_or_late_or_never(session: Session, cast: Cast) -> None:
    monday = date(2026, 3, 9)
    for day in range(3):
        roster.plan(
            session,
            consultant_id=consultant_of(cast.lin),
            day=monday + timedelta(days=day),
            shift="early",
            actor=cast.manager,
            at=local(12, day=8),
        )
    for day, opened_at in ((9, local(9)), (10, local(9, 40, day=10))):
        session.add(
            ShiftRow(
                club_id=cast.club.id,
                consultant_id=consultant_of(cast.lin),
                local_day=date(2026, 3, day),
                opened_at=opened_at,
                status_since=opened_at,
                closed_at=local(17, day=day),
            )
        )
    session.flush()
    assert read(session, Source.PUNCTUALITY, subject(cast, cast.lin)) == (1, 3)


def test_a_quarter_is_measured_by_the_months_that_had_a_target(session: Session, cast: Cast) -> None:
    books = Books(session, cast)
    lin = consultant_of(cast.lin)
    for amount, at in (("1000.00", local(10, day=9, month=2)), ("3000.00", local(10))):
        sale_id = books.open(amount, shares=(Share(lin, 10_000),))
        books.receive(sale_id, amount, at)
    targets.set_target(
        session, consultant_id=lin, month=MARCH, amount=yuan("4000.00"), actor=cast.manager, at=local(9)
    )
    assert read(session, Source.COMPLETION, subject(cast, cast.lin)) == (3000_00, 4000_00)
    assert read(session, Source.COMPLETION, subject(cast, cast.lin, period=Period.QUARTER)) == (
        3000_00,
        4000_00,
    )
    assert read(session, Source.COMPLETION, subject(cast, cast.zhou)) == (0, 0)


def test_growth_is_against_the_period_before(session: Session, cast: Cast) -> None:
    """ASM-17: March against February, the quarter against the autumn; nothing before is nothing to judge by."""
    books = Books(session, cast)
    lin, zhou = consultant_of(cast.lin), consultant_of(cast.zhou)
    for who, amount, at in (
        (lin, "500.00", local(10, day=9, month=1)),
        (lin, "1000.00", local(10, day=9, month=2)),
        (lin, "1250.00", local(10)),
        (zhou, "70.00", local(10)),
    ):
        sale_id = books.open(amount, shares=(Share(who, 10_000),))
        books.receive(sale_id, amount, at)
    assert read(session, Source.GROWTH, subject(cast, cast.lin)) == (1250_00, 1000_00)
    assert read(session, Source.GROWTH, subject(cast, cast.lin, period=Period.QUARTER)) == (2750_00, 0)
    assert read(session, Source.GROWTH, subject(cast, cast.zhou)) == (70_00, 0)


def test_collection_is_the_money_that_came_of_what_he_sold(session: Session, cast: Cast) -> None:
    """ASM-17: sales begun in the period, his own, whatever came of their price by now."""
    lin = consultant_of(cast.lin)
    books = Books(session, cast)
    for seller, received, at in (
        (lin, 398_000, local(10)),
        (lin, 100_000, local(23, 59, day=31)),
        (lin, 398_000, local(0, day=1, month=4)),
        (lin, 0, None),
        (consultant_of(cast.zhou), 398_000, local(10)),
    ):
        session.execute(
            sa.update(SaleRow)
            .where(SaleRow.id == books.a_sale("3980.00"))
            .values(consultant_id=seller, received_minor=received, first_receipt_at=at)
        )
    assert read(session, Source.COLLECTION, subject(cast, cast.lin)) == (498_000, 796_000)
    assert read(session, Source.COLLECTION, subject(cast, cast.ma)) == (0, 0)


def test_prices_are_what_was_sold_against_the_price_list(session: Session, cast: Cast) -> None:
    """PRC-11: sales begun in the period, his own; what the list does not price says nothing."""
    lin = consultant_of(cast.lin)
    books = Books(session, cast)
    for seller, listed, price, at in (
        (lin, 398_000, 338_000, local(10)),
        (lin, 60_000, 60_000, local(23, 59, day=31)),
        (lin, None, 50_000, local(11)),
        (lin, 398_000, 100_000, local(0, day=1, month=4)),
        (consultant_of(cast.zhou), 398_000, 200_000, local(10)),
    ):
        session.execute(
            sa.update(SaleRow)
            .where(SaleRow.id == books.a_sale("3980.00"))
            .values(consultant_id=seller, list_price_minor=listed, price_minor=price, first_receipt_at=at)
        )
    assert read(session, Source.PRICES, subject(cast, cast.lin)) == (398_000, 458_000)
    assert read(session, Source.PRICES, subject(cast, cast.ma)) == (0, 0)


@pytest.mark.parametrize(("result", "met"), [(9_000, True), (8_999, False), (None, True)])
def test_the_other_targets_decide_whether_results_are_excellent(
    session: Session, cast: Cast, result: int | None, met: bool
) -> None:
    scope = Scope(ScopeKind.CONSULTANT, consultant_of(cast.lin))
    slot = Slot(scope, TargetPeriod.MONTH, MARCH, GoalKind.SATISFACTION)
    targets.issue(session, targets={slot: 9_000}, actor=cast.manager, at=local(9))
    if result is not None:
        targets.state_result(session, slot=slot, result=result, actor=cast.manager, at=IN_APRIL)
    assert data.others_met(session, subject(cast, cast.lin)) is met


def test_complaints_are_counted_by_people_and_never_read(session: Session, cast: Cast) -> None:
    club = assessed(session, cast)
    club.issue()
    assert Source.COMPLAINTS not in data.READERS
    complained = club.marks(Giver.MANAGER, service=Mark(0, {"count": 2}))
    club.review(cast.lin, at=local(10, day=2, month=4), marks=complained)
    given = giving.marks_by(queries.given(session, club.of(cast.lin).id), Giver.MANAGER)
    assert given["service"].points == 0
    assert given["service"].facts == {"count": 2, "points_off": 3}
