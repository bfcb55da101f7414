"""Somebody off duty is called in by the manager, on both databases (SHF-07, SHF-08)."""

from datetime import date

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from clubsales.actor import Role
from clubsales.audit import AuditEvent
from clubsales.clock import Instant
from clubsales.consultants.leave import operations as leave
from clubsales.consultants.leave.rules import Kind
from clubsales.errors import Refused
from clubsales.frontdesk.reception import operations as reception
from tests.builders import Cast, a_colleague, consultant_of, local
from tests.integration.auth.support import Browser, let_in
from tests.integration.frontdesk.floor import Floor

MONDAY = date(2026, 3, 9)


def on_leave(session: Session, cast: Cast, floor: Floor, letter: str, *, until_noon: bool = False) -> None:
    """Approved leave of the day, all of it or its morning."""
    leave_id = leave.file(
        session,
        consultant_id=floor.key(letter),
        kind=Kind.SICK,
        first_day=MONDAY,
        last_day=MONDAY,
        until_noon=until_noon,
        reason="发烧",
        actor=floor.people[letter],
        at=local(7),
    )
    boss = a_colleague(session, cast.club, "zongjingli", "郑总", Role.GENERAL_MANAGER)
    leave.decide(session, public_id=form(session, leave_id), approve=True, actor=boss, at=local(7, 30))


def calls(floor: Floor, letter: str, at: Instant, reason: str | None = "人手不够") -> None:
    reception.authorise_off_duty(
        floor.session, consultant_id=floor.key(letter), reason=reason, actor=floor.cast.manager, at=at
    )


def test_the_reason_stands_in_the_decision_and_in_the_audit(session: Session, cast: Cast) -> None:
    floor = Floor(session, cast)
    floor.arrives("W", local(10))
    calls(floor, "B", local(10, 5), " 人手\u0000不够 ")
    decided = floor.lines("W")[-1].reason
    assert (decided.rule, decided.code) == ("SHF-08", "rotation.off_duty_because")
    assert decided.facts["manager"] == cast.manager.name
    assert "人手" in str(decided.facts["reason"])
    event = session.scalars(sa.select(AuditEvent).where(AuditEvent.tag == "guest:off_duty_authorised")).one()
    assert event.facts["reason"] == decided.facts["reason"]


def test_without_a_reason_nobody_is_called_in(session: Session, cast: Cast) -> None:
    floor = Floor(session, cast)
    floor.arrives("W", local(10))
    with pytest.raises(Refused) as refused:
        calls(floor, "B", local(10, 5), " \n ")
    assert refused.value.code == "reception.off_duty_reason"
    assert floor.who_has("W") is None


def test_nobody_is_called_in_from_approved_leave(session: Session, cast: Cast) -> None:
    floor = Floor(session, cast)
    on_leave(session, cast, floor, "B")
    floor.arrives("W", local(10))
    with pytest.raises(Refused) as refused:
        calls(floor, "B", local(10, 5))
    assert refused.value.code == "reception.on_leave"
    calls(floor, "C", local(10, 6))
    assert floor.who_has("W") == "C"


def test_a_morning_of_leave_ends_at_noon(session: Session, cast: Cast) -> None:
    floor = Floor(session, cast)
    on_leave(session, cast, floor, "B", until_noon=True)
    floor.arrives("W", local(11))
    with pytest.raises(Refused) as refused:
        calls(floor, "B", local(11, 59))
    assert refused.value.code == "reception.on_leave"
    calls(floor, "B", local(12))
    assert floor.who_has("W") == "B"


def test_the_page_offers_whoever_may_be_called_and_names_those_on_leave(
    session: Session, cast: Cast, client: FlaskClient
) -> None:
    floor = Floor(session, cast)
    on_leave(session, cast, floor, "B")
    floor.arrives("W", local(10))
    with time_machine.travel(local(10, 20), tick=False):
        let_in(session, cast.manager, at=local(10, 20))
        manager = Browser(client, {"Accept-Language": "en"})
        assert manager.sign_in("wujingli").status_code == 303
        page = manager.text("/desk")
        assert "On approved leave now: 周倩." in page
        guest = floor.view("W").public_id
        manager.post(
            f"/guests/{guest}/off-duty", page="/desk", consultant=public_id(session, cast), reason="人手不够"
        )
        assert "周倩 is on approved leave now and is not called in." in manager.text("/desk")
    session.expire_all()
    assert floor.who_has("W") is None


def form(session: Session, leave_id: int) -> str:
    statement = sa.text("SELECT public_id FROM leave_request WHERE id = :id")
    return str(session.scalar(statement, {"id": leave_id}))


def public_id(session: Session, cast: Cast) -> str:
    statement = sa.text("SELECT public_id FROM consultant WHERE id = :id")
    return str(session.scalar(statement, {"id": consultant_of(cast.zhou)}))
