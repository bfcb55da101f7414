"""Appointments: made, announced, moved, kept, missed and cancelled."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.audit import AuditEvent
from clubsales.clock import Instant
from clubsales.errors import NotFound, Refused
from clubsales.ids import AppointmentID, ConsultantID, PersonID
from clubsales.leads.appointments import agenda, operations, queries
from clubsales.leads.appointments.models import AppointmentRow
from clubsales.leads.appointments.rules import AppointmentRefused, Status
from clubsales.leads.people import operations as people
from clubsales.leads.touches import queries as touches
from clubsales.leads.touches.rules import TouchKind
from tests.builders import MORNING, Cast, consultant_of, local
from tests.integration.auth.support import account_id_of

DAY = local(9).date()
PHONE = "+8613800138000"


@pytest.fixture
def guest(session: Session, cast: Cast) -> PersonID:
    return people.find_or_add(session, e164=PHONE, name="王芳", actor=cast.desk, at=MORNING)


Book = Callable[..., AppointmentID]


@pytest.fixture
def book(session: Session, cast: Cast, guest: PersonID) -> Book:
    """Lin books the guest with himself for 15:00, unless told otherwise."""

    def book(*, actor: Actor | None = None, at: Instant = MORNING, **changes: object) -> AppointmentID:
        values = {
            "consultant_id": consultant_of(cast.lin),
            "person_id": guest,
            "due_at": local(15),
            **changes,
        }
        return operations.make(session, actor=actor or cast.lin, at=at, **values)  # type: ignore[arg-type]

    return book


def public_id_of(session: Session, appointment_id: AppointmentID) -> str:
    return session.execute(
        sa.select(AppointmentRow.public_id).where(AppointmentRow.id == appointment_id)
    ).scalar_one()


def the_only(session: Session, cast: Cast) -> queries.AppointmentLine:
    (line,) = agenda.in_club(session, cast.club.id, DAY, local(9, day=31).date())
    return line


def tags(session: Session) -> list[str]:
    rows = session.execute(
        sa.select(AuditEvent.tag).where(AuditEvent.tag.like("appointment:%")).order_by(AuditEvent.id)
    )
    return list(rows.scalars())


def test_an_appointment_is_made_with_its_touch_and_trace(session: Session, cast: Cast, book: Book) -> None:
    book(note="想看泳池")
    line = the_only(session, cast)
    assert (line.person_name, line.consultant_name, line.due_at) == ("王芳", "林静", local(15))
    assert (line.note, line.status, line.local_day, line.e164) == ("想看泳池", Status.BOOKED, DAY, PHONE)
    (touch,) = touches.timeline(session, cast.club.id, line.person_id)
    assert (touch.kind, touch.consultant_id) == (TouchKind.APPOINTMENT, consultant_of(cast.lin))
    assert tags(session) == ["appointment:made"]


def test_the_day_of_an_appointment_is_the_clubs(session: Session, cast: Cast, book: Book) -> None:
    book(due_at=local(0, 30, day=10))  # the ninth in UTC
    assert the_only(session, cast).local_day == local(12, day=10).date()


@pytest.mark.parametrize("due_at", [local(8, 59), local(8, 59, day=8)])
def test_a_time_that_is_over_is_refused(book: Book, due_at: Instant) -> None:
    with pytest.raises(Refused) as refused:
        book(due_at=due_at)
    assert refused.value.code == AppointmentRefused.PAST


def test_this_very_minute_is_not_over(book: Book) -> None:
    book(due_at=local(9), at=local(9).replace(second=59))


def test_a_year_ahead_is_possible_and_more_is_not(session: Session, cast: Cast, book: Book) -> None:
    book(due_at=local(21, day=9, year=2027))
    with pytest.raises(Refused) as refused:
        book(due_at=local(9, day=10, year=2027))
    assert refused.value.code == AppointmentRefused.TOO_FAR


def test_the_same_guest_consultant_and_day_changes_the_time(session: Session, cast: Cast, book: Book) -> None:
    first = book(note="想看泳池")
    assert book(due_at=local(17), at=local(10)) == first
    line = the_only(session, cast)
    assert (line.due_at, line.made_at, line.note) == (local(17), MORNING, "想看泳池")
    assert tags(session) == ["appointment:made", "appointment:moved"]


def test_the_same_appointment_twice_is_one(session: Session, cast: Cast, book: Book) -> None:
    assert book() == book()
    assert tags(session) == ["appointment:made"]


def test_the_database_takes_no_second_booked_one(session: Session, cast: Cast, book: Book) -> None:
    book()
    columns = {c.name: c for c in queries.APPOINTMENT.c if c.name not in {"id", "public_id"}}
    copy = sa.select(sa.literal("aaaabbbbcccc"), *columns.values())
    with pytest.raises(sa.exc.IntegrityError):
        session.execute(sa.insert(queries.APPOINTMENT).from_select(["public_id", *columns], copy))


def test_two_consultants_on_one_day_stand_in_the_order_made(
    session: Session, cast: Cast, book: Book, guest: PersonID
) -> None:
    book(consultant_id=consultant_of(cast.zhou), due_at=local(16), at=local(9, 1))
    book(due_at=local(15), at=local(9, 2))
    due = queries.due_on(session, cast.club.id, guest, DAY)
    assert [each.consultant_id for each in due] == [consultant_of(cast.zhou), consultant_of(cast.lin)]


def test_a_cancelled_one_is_not_due(session: Session, cast: Cast, book: Book, guest: PersonID) -> None:
    public_id = public_id_of(session, book())
    operations.cancel(session, public_id=public_id, reason="出差", actor=cast.lin, at=local(10))
    assert queries.due_on(session, cast.club.id, guest, DAY) == []
    line = the_only(session, cast)
    assert (line.status, line.cancelled_because) == (Status.CANCELLED, "出差")
    operations.cancel(session, public_id=public_id, reason="出差", actor=cast.lin, at=local(10))
    assert tags(session) == ["appointment:made", "appointment:cancelled"]


def test_a_cancellation_needs_a_reason(session: Session, cast: Cast, book: Book) -> None:
    public_id = public_id_of(session, book())
    with pytest.raises(Refused) as refused:
        operations.cancel(session, public_id=public_id, reason=" \n", actor=cast.lin, at=local(10))
    assert refused.value.code == AppointmentRefused.REASON


@pytest.mark.parametrize("told", ["supervisor", "manager"])
def test_made_with_a_report_to_whoever_leads(session: Session, cast: Cast, book: Book, told: str) -> None:
    account_id = account_id_of(getattr(cast, told))
    book(reported_to=account_id)
    line = the_only(session, cast)
    assert (line.reported_to, line.reported_at) == (account_id, MORNING)
    assert tags(session) == ["appointment:made", "appointment:reported"]


@pytest.mark.parametrize("told", ["zhou", "desk", "finance", "director"])
def test_a_report_to_anybody_else_announces_nothing(
    session: Session, cast: Cast, book: Book, told: str
) -> None:
    book(reported_to=account_id_of(getattr(cast, told)))
    assert the_only(session, cast).reported_to is None


def test_a_report_comes_later_and_the_first_stands(session: Session, cast: Cast, book: Book) -> None:
    public_id = public_id_of(session, book())
    for to, at in ((cast.supervisor, local(11)), (cast.manager, local(12))):
        operations.report(session, public_id=public_id, to=account_id_of(to), actor=cast.lin, at=at)
    line = the_only(session, cast)
    assert (line.reported_to_name, line.reported_at) == ("孙主管", local(11))
    told = agenda.reported_to(session, cast.club.id, account_id_of(cast.supervisor), DAY)
    assert [each.public_id for each in told] == [public_id]


def test_a_report_goes_to_a_supervisor_or_manager(session: Session, cast: Cast, book: Book) -> None:
    with pytest.raises(Refused) as refused:
        operations.report(
            session,
            public_id=public_id_of(session, book()),
            to=account_id_of(cast.zhou),
            actor=cast.lin,
            at=local(10),
        )
    assert refused.value.code == AppointmentRefused.REPORTED_TO


def test_another_time_of_the_day_keeps_when_it_was_made(session: Session, cast: Cast, book: Book) -> None:
    public_id = public_id_of(session, book(reported_to=account_id_of(cast.supervisor)))
    operations.move(session, public_id=public_id, due_at=local(18), actor=cast.desk, at=local(10))
    line = the_only(session, cast)
    assert (line.due_at, line.made_at) == (local(18), MORNING)
    assert line.reported_to is not None


def test_another_day_counts_as_made_now_and_is_reported_anew(
    session: Session, cast: Cast, book: Book
) -> None:
    public_id = public_id_of(session, book(reported_to=account_id_of(cast.supervisor)))
    operations.move(session, public_id=public_id, due_at=local(15, day=11), actor=cast.lin, at=local(10))
    line = the_only(session, cast)
    assert (line.due_at, line.local_day) == (local(15, day=11), local(9, day=11).date())
    assert (line.made_at, line.reported_to, line.reported_at) == (local(10), None, None)


def test_a_move_onto_another_appointment_is_refused(session: Session, cast: Cast, book: Book) -> None:
    public_id = public_id_of(session, book())
    book(due_at=local(12, day=11))
    with pytest.raises(Refused) as refused:
        operations.move(session, public_id=public_id, due_at=local(15, day=11), actor=cast.lin, at=local(10))
    assert refused.value.code == AppointmentRefused.DOUBLE


@pytest.mark.parametrize("who", ["lin", "desk", "supervisor", "manager"])
def test_his_consultant_the_desk_and_leaders_may_change_it(
    session: Session, cast: Cast, book: Book, who: str
) -> None:
    public_id = public_id_of(session, book(actor=cast.desk))
    operations.cancel(session, public_id=public_id, reason="改天再来", actor=getattr(cast, who), at=local(10))
    assert the_only(session, cast).status is Status.CANCELLED


def test_whoever_made_it_may_change_it(session: Session, cast: Cast, book: Book) -> None:
    public_id = public_id_of(session, book(actor=cast.zhou))
    operations.move(session, public_id=public_id, due_at=local(18), actor=cast.zhou, at=local(10))


def test_another_consultant_may_not_change_it(session: Session, cast: Cast, book: Book) -> None:
    public_id = public_id_of(session, book())
    for change in (
        lambda: operations.cancel(session, public_id=public_id, reason="x", actor=cast.zhou, at=local(10)),
        lambda: operations.move(
            session, public_id=public_id, due_at=local(18), actor=cast.zhou, at=local(10)
        ),
        lambda: operations.report(
            session, public_id=public_id, to=account_id_of(cast.manager), actor=cast.zhou, at=local(10)
        ),
    ):
        with pytest.raises(Refused) as refused:
            change()
        assert refused.value.code == AppointmentRefused.NOT_OWN


def test_what_has_ended_is_not_changed(session: Session, cast: Cast, book: Book) -> None:
    public_id = public_id_of(session, book())
    operations.mark_missed(session, local(0, day=10))
    with pytest.raises(Refused) as refused:
        operations.cancel(session, public_id=public_id, reason="x", actor=cast.lin, at=local(9, day=10))
    assert refused.value.code == AppointmentRefused.ENDED


def test_a_day_is_missed_when_it_is_over_in_the_club(session: Session, cast: Cast, book: Book) -> None:
    book()
    book(due_at=local(15, day=10))
    assert operations.mark_missed(session, local(23, 59)) == 0
    assert operations.mark_missed(session, local(0, day=10)) == 1
    assert operations.mark_missed(session, local(0, day=10)) == 0
    lines = agenda.in_club(session, cast.club.id, DAY, local(9, day=10).date())
    assert [line.status for line in lines] == [Status.NO_SHOW, Status.BOOKED]
    assert tags(session)[-1] == "appointment:missed"


def test_another_club_knows_nothing_of_it(session: Session, cast: Cast, book: Book, guest: PersonID) -> None:
    public_id = public_id_of(session, book())
    assert queries.due_on(session, cast.foreign_club.id, guest, DAY) == []
    with pytest.raises(NotFound):
        operations.cancel(session, public_id=public_id, reason="x", actor=cast.other_manager, at=local(10))
    with pytest.raises(NotFound):
        queries.line(session, cast.foreign_club.id, public_id)


def test_nobody_of_another_house_is_booked(session: Session, cast: Cast, book: Book) -> None:
    stranger = people.find_or_add(
        session, e164="+8613800138001", name="", actor=cast.other_manager, at=MORNING
    )
    with pytest.raises(NotFound):
        book(person_id=stranger)
    with pytest.raises(NotFound):
        book(consultant_id=ConsultantID(0))


def test_a_consultants_days_show_whoever_is_expected(session: Session, cast: Cast, book: Book) -> None:
    book(due_at=local(15))
    book(due_at=local(10, day=10))
    book(due_at=local(11, day=12))
    lines = queries.of_consultant(
        session, cast.club.id, consultant_of(cast.lin), DAY, local(9, day=10).date()
    )
    assert [line.due_at for line in lines] == [local(15), local(10, day=10)]
    assert queries.of_consultant(session, cast.club.id, consultant_of(cast.zhou), DAY, DAY) == []
