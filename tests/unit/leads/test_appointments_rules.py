"""When a guest may be booked, who may change it, and what the form offers to tap."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from clubsales.actor import ActorKind, Club, Role
from clubsales.clock import Instant
from clubsales.errors import Refusal, Refused, allow
from clubsales.ids import ClubID, OrganisationID
from clubsales.leads.appointments.pages import first_day
from clubsales.leads.appointments.rules import (
    AppointmentRefused,
    ChangeFacts,
    Status,
    clean_note,
    may_book,
    may_change,
    takes_reports,
)
from clubsales.money import CNY

SHANGHAI = ZoneInfo("Asia/Shanghai")
CLUB = Club(
    id=ClubID(1),
    organisation_id=OrganisationID(1),
    public_id="a2b3c4d5e6f7",
    code="SZ01",
    name="阳光店",
    zone=SHANGHAI,
    currency=CNY,
    opens=time(9),
    closes=time(22),
)
NOW = datetime(2026, 3, 9, 14, 0, 30, tzinfo=SHANGHAI).astimezone(UTC)


def at(year: int, month: int, day: int, hour: int = 12, minute: int = 0) -> Instant:
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC)


@pytest.mark.parametrize(
    ("due_at", "code"),
    [
        (at(2026, 3, 9, 14), None),
        (at(2026, 3, 9, 13, 59), AppointmentRefused.PAST),
        (at(2026, 3, 8, 23), AppointmentRefused.PAST),
        (at(2027, 3, 9, 23, 59), None),
        (at(2027, 3, 10, 0), AppointmentRefused.TOO_FAR),
        (at(2900, 1, 1), AppointmentRefused.TOO_FAR),
    ],
)
def test_guests_are_booked_from_this_minute_up_to_a_year_ahead(
    due_at: Instant, code: AppointmentRefused | None
) -> None:
    decision = may_book(due_at=due_at, at=NOW, zone=SHANGHAI)
    assert (decision.code if isinstance(decision, Refusal) else None) == code


@pytest.mark.parametrize("role", list(Role))
def test_a_supervisor_or_the_club_manager_is_told(role: Role) -> None:
    assert takes_reports(frozenset({role})) == (role in {Role.SUPERVISOR, Role.CLUB_MANAGER})


FACTS = ChangeFacts(
    status=Status.BOOKED, is_his=False, kind=ActorKind.STAFF, roles=frozenset({Role.CONSULTANT})
)


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        (FACTS, AppointmentRefused.NOT_OWN),
        (replace(FACTS, is_his=True), None),
        (replace(FACTS, roles=frozenset({Role.RECEPTIONIST})), None),
        (replace(FACTS, roles=frozenset({Role.SUPERVISOR})), None),
        (replace(FACTS, roles=frozenset({Role.CLUB_MANAGER})), None),
        (replace(FACTS, kind=ActorKind.SYSTEM, roles=frozenset()), None),
        (replace(FACTS, is_his=True, status=Status.KEPT), AppointmentRefused.ENDED),
        (replace(FACTS, is_his=True, status=Status.NO_SHOW), AppointmentRefused.ENDED),
        (replace(FACTS, is_his=True, status=Status.CANCELLED), AppointmentRefused.ENDED),
        (replace(FACTS, status=Status.KEPT), AppointmentRefused.NOT_OWN),
    ],
)
def test_whose_appointment_it_is_changes_it_until_it_has_ended(
    facts: ChangeFacts, code: AppointmentRefused | None
) -> None:
    decision = may_change(facts)
    if code is None:
        assert decision == allow()
    else:
        assert decision == Refusal(code)


def test_a_note_is_kept_clean_and_short() -> None:
    assert clean_note(" a\x00b\nc ") == "a b\nc"
    assert clean_note("长" * 500) == "长" * 500
    with pytest.raises(Refused) as refused:
        clean_note("长" * 501)
    assert refused.value.code == AppointmentRefused.TEXT_TOO_LONG


@pytest.mark.parametrize(
    ("opens", "closes", "now", "first"),
    [
        (time(9), time(22), at(2026, 3, 9, 8), date(2026, 3, 9)),
        (time(9), time(22), at(2026, 3, 9, 21, 29), date(2026, 3, 9)),
        (time(9), time(22), at(2026, 3, 9, 21, 30), date(2026, 3, 10)),
        (time(9), time(2), at(2026, 3, 9, 23), date(2026, 3, 9)),
        (time(9), time(2), at(2026, 3, 9, 23, 45), date(2026, 3, 10)),
    ],
)
def test_the_form_begins_on_the_first_day_with_a_time_to_come(
    opens: time, closes: time, now: Instant, first: date
) -> None:
    assert first_day(replace(CLUB, opens=opens, closes=closes), now) == first
