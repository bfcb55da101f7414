"""What becomes of appointments: outcomes, reasons of no-shows, reminders, another consultant."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.audit import AuditEvent
from clubsales.clock import Instant
from clubsales.errors import NotFound, Refused
from clubsales.frontdesk.reception import operations as reception
from clubsales.ids import ConsultantID, PersonID
from clubsales.leads.appointments import agenda, operations, outcomes, queries
from clubsales.leads.appointments.queries import AppointmentLine
from clubsales.leads.appointments.rules import (
    AppointmentOutcome,
    AppointmentRefused,
    MissedBecause,
    Status,
)
from clubsales.leads.people import operations as people
from tests.builders import MORNING, Cast, consultant_of, local
from tests.integration.auth.support import account_id_of

DAY = local(9).date()
PHONE = "+8613800138000"


@pytest.fixture
def guest(session: Session, cast: Cast) -> PersonID:
    return people.find_or_add(session, e164=PHONE, name="王芳", actor=cast.desk, at=MORNING)


Book = Callable[..., str]


@pytest.fixture
def book(session: Session, cast: Cast, guest: PersonID) -> Book:
    """Lin's guest at 15:00, unless told otherwise; the public id."""

    def book(*, actor: Actor | None = None, due_at: Instant | None = None) -> str:
        actor = actor or cast.lin
        made = operations.make(
            session,
            consultant_id=consultant_of(actor),
            person_id=guest,
            due_at=due_at or local(15),
            actor=actor,
            at=MORNING,
        )
        public_id: str = session.execute(
            sa.select(queries.APPOINTMENT.c.public_id).where(queries.APPOINTMENT.c.id == made)
        ).scalar_one()
        return public_id

    return book


@pytest.fixture
def kept(session: Session, cast: Cast, book: Book) -> str:
    """An appointment to which the guest came."""
    public_id = book()
    reception.arrive(
        session, e164=PHONE, name="王芳", signals=(), came_with=None, actor=cast.desk, at=local(15)
    )
    return public_id


def line(session: Session, cast: Cast, public_id: str) -> AppointmentLine:
    return queries.line(session, cast.club.id, public_id)


def tags(session: Session) -> list[str]:
    rows = session.execute(
        sa.select(AuditEvent.tag).where(AuditEvent.tag.like("appointment:%")).order_by(AuditEvent.id)
    )
    return list(rows.scalars())


def refusal(work: Callable[[], object]) -> str:
    with pytest.raises(Refused) as refused:
        work()
    return refused.value.code


@pytest.mark.parametrize("outcome", [AppointmentOutcome.BOUGHT, AppointmentOutcome.LOST])
def test_a_visit_gets_its_outcome_and_may_be_corrected(
    session: Session, cast: Cast, kept: str, outcome: AppointmentOutcome
) -> None:
    for word in (AppointmentOutcome.BE_BACK, outcome, outcome):
        outcomes.conclude(session, public_id=kept, outcome=word, actor=cast.lin, at=local(16))
    assert line(session, cast, kept).outcome is outcome
    assert tags(session).count("appointment:concluded") == 2


def test_whoever_comes_again_is_booked_with_the_same_consultant(
    session: Session, cast: Cast, kept: str, guest: PersonID
) -> None:
    for _press in range(2):
        outcomes.conclude(
            session,
            public_id=kept,
            outcome=AppointmentOutcome.BE_BACK,
            next_at=local(18, day=12),
            actor=cast.lin,
            at=local(16),
        )
    (again,) = agenda.expected_of(session, cast.club.id, guest, DAY)
    assert (again.due_at, again.consultant_name) == (local(18, day=12), "林静")
    assert line(session, cast, kept).booked_again
    assert not again.booked_again


def test_a_next_time_that_is_over_saves_nothing(session: Session, cast: Cast, kept: str) -> None:
    code = refusal(
        lambda: outcomes.conclude(
            session,
            public_id=kept,
            outcome=AppointmentOutcome.BE_BACK,
            next_at=local(15),
            actor=cast.lin,
            at=local(16),
        )
    )
    assert code == AppointmentRefused.PAST
    assert line(session, cast, kept).outcome is None


def test_a_guest_who_has_not_come_has_no_outcome(session: Session, cast: Cast, book: Book) -> None:
    public_id = book()
    for at in (local(10), local(16)):
        code = refusal(
            lambda at=at: outcomes.conclude(  # type: ignore[misc]
                session, public_id=public_id, outcome=AppointmentOutcome.BOUGHT, actor=cast.lin, at=at
            )
        )
        assert code == AppointmentRefused.NOT_KEPT


def test_a_no_show_gets_its_reason(session: Session, cast: Cast, book: Book) -> None:
    public_id = book()
    operations.mark_missed(session, local(0, day=10))
    for because in (MissedBecause.FORGOT, MissedBecause.ILL, MissedBecause.ILL):
        outcomes.explain(session, public_id=public_id, because=because, actor=cast.lin, at=local(9, day=10))
    assert line(session, cast, public_id).missed_because is MissedBecause.ILL
    assert tags(session).count("appointment:explained") == 2


def test_why_he_is_late_is_noted_once_the_time_is_over_and_forgotten_when_he_comes(
    session: Session, cast: Cast, book: Book, guest: PersonID
) -> None:
    public_id = book()

    def explain(at: Instant) -> None:
        outcomes.explain(session, public_id=public_id, because=MissedBecause.FORGOT, actor=cast.lin, at=at)

    assert refusal(lambda: explain(local(15))) == AppointmentRefused.NOT_MISSED
    explain(local(15, 1))
    assert line(session, cast, public_id).status is Status.BOOKED
    assert [due.public_id for due in queries.due_on(session, cast.club.id, guest, DAY)] == [public_id]
    arrived = reception.arrive(
        session, e164=PHONE, name="", signals=(), came_with=None, actor=cast.desk, at=local(17)
    )
    assert arrived.public_id
    came = line(session, cast, public_id)
    assert (came.status, came.missed_because) == (Status.KEPT, None)


def test_a_kept_one_has_no_reason_for_staying_away(session: Session, cast: Cast, kept: str) -> None:
    code = refusal(
        lambda: outcomes.explain(
            session, public_id=kept, because=MissedBecause.ILL, actor=cast.lin, at=local(18)
        )
    )
    assert code == AppointmentRefused.NOT_MISSED


def test_a_reminder_is_noted_once_and_falls_with_the_time(session: Session, cast: Cast, book: Book) -> None:
    public_id = book()
    for who, at in ((cast.lin, local(10)), (cast.desk, local(11))):
        outcomes.remind(session, public_id=public_id, actor=who, at=at)
    told = line(session, cast, public_id)
    assert (told.reminded_at, told.reminded_by_name) == (local(10), "林静")
    assert tags(session).count("appointment:reminded") == 1
    operations.move(session, public_id=public_id, due_at=local(17), actor=cast.lin, at=local(12))
    assert line(session, cast, public_id).reminded_at is None


def test_the_same_time_again_keeps_the_reminder(session: Session, cast: Cast, book: Book) -> None:
    public_id = book()
    outcomes.remind(session, public_id=public_id, actor=cast.lin, at=local(10))
    operations.move(session, public_id=public_id, due_at=local(15), actor=cast.lin, at=local(12))
    assert line(session, cast, public_id).reminded_at == local(10)


def test_what_is_over_is_not_reminded_of(session: Session, cast: Cast, kept: str) -> None:
    code = refusal(lambda: outcomes.remind(session, public_id=kept, actor=cast.lin, at=local(16)))
    assert code == AppointmentRefused.ENDED


def test_another_consultant_receives_the_guest(
    session: Session, cast: Cast, book: Book, guest: PersonID
) -> None:
    public_id = book()
    operations.report(
        session, public_id=public_id, to=account_id_of(cast.manager), actor=cast.lin, at=local(10)
    )
    outcomes.remind(session, public_id=public_id, actor=cast.lin, at=local(10))
    for _press in range(2):
        outcomes.reassign(
            session,
            public_id=public_id,
            consultant_id=consultant_of(cast.zhou),
            actor=cast.manager,
            at=local(11),
        )
    (due,) = queries.due_on(session, cast.club.id, guest, DAY)
    assert (due.consultant_id, due.made_at) == (consultant_of(cast.zhou), MORNING)
    assert (due.reported_to, due.reported_at, due.reminded_at) == (None, None, None)
    assert tags(session).count("appointment:reassigned") == 1


def test_nobody_gets_two_of_one_guest_on_a_day(session: Session, cast: Cast, book: Book) -> None:
    mine = book()
    book(actor=cast.zhou, due_at=local(18))
    code = refusal(
        lambda: outcomes.reassign(
            session,
            public_id=mine,
            consultant_id=consultant_of(cast.zhou),
            actor=cast.manager,
            at=local(11),
        )
    )
    assert code == AppointmentRefused.DOUBLE


def test_guests_go_to_those_who_sell(session: Session, cast: Cast, book: Book) -> None:
    code = refusal(
        lambda: outcomes.reassign(
            session,
            public_id=book(),
            consultant_id=consultant_of(cast.desk),
            actor=cast.manager,
            at=local(11),
        )
    )
    assert code == AppointmentRefused.SELLS_NOTHING


def test_a_consultant_of_another_club_receives_nobody(session: Session, cast: Cast, book: Book) -> None:
    public_id = book()
    with pytest.raises(NotFound):
        outcomes.reassign(
            session,
            public_id=public_id,
            consultant_id=ConsultantID(9_999),
            actor=cast.manager,
            at=local(11),
        )


def test_a_colleague_changes_nothing_of_it(session: Session, cast: Cast, kept: str, book: Book) -> None:
    coming = book(due_at=local(15, day=10))
    attempts: list[Callable[[], object]] = [
        lambda: outcomes.conclude(
            session, public_id=kept, outcome=AppointmentOutcome.LOST, actor=cast.zhou, at=local(16)
        ),
        lambda: outcomes.explain(
            session, public_id=coming, because=MissedBecause.ILL, actor=cast.zhou, at=local(16, day=10)
        ),
        lambda: outcomes.remind(session, public_id=coming, actor=cast.zhou, at=local(16)),
        lambda: outcomes.reassign(
            session,
            public_id=coming,
            consultant_id=consultant_of(cast.zhou),
            actor=cast.zhou,
            at=local(16),
        ),
    ]
    assert {refusal(attempt) for attempt in attempts} == {AppointmentRefused.NOT_OWN}


def test_another_club_finds_none_of_it(session: Session, cast: Cast, kept: str) -> None:
    with pytest.raises(NotFound):
        outcomes.conclude(
            session,
            public_id=kept,
            outcome=AppointmentOutcome.LOST,
            actor=cast.other_manager,
            at=local(16),
        )


def test_a_teams_appointments_are_those_of_its_people(session: Session, cast: Cast, book: Book) -> None:
    book()
    book(actor=cast.zhou, due_at=local(16))
    book(actor=cast.ma, due_at=local(17))

    def names(consultant: Actor) -> list[str]:
        lines = agenda.in_club(session, cast.club.id, DAY, DAY, team_of=consultant_of(consultant))
        return [each.consultant_name for each in lines]

    assert names(cast.lin) == names(cast.zhou) == ["林静", "周倩"]
    assert names(cast.ma) == ["马超"]
