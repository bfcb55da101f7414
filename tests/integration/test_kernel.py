"""Audit, outbox, submissions and policies on real databases."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from clubsales import audit, jobs, outbox, policies
from clubsales.clock import Instant
from clubsales.db import transact
from clubsales.errors import Refused, refuse
from clubsales.idempotency import SubmissionRefused, once
from clubsales.policies import PolicyRefused
from clubsales.policy_documents import default_document
from tests.builders import MORNING, Cast


@dataclass(frozen=True, slots=True)
class GuestWaved(audit.Event):
    tag = "guest:waved"
    subject = "guest_id"
    guest_id: int


def wave(session: Session, cast: Cast, *guests: int) -> None:
    for guest in guests:
        audit.record(session, GuestWaved(guest), actor=cast.desk, at=MORNING)


def test_event_says_who_what_and_when(session: Session, cast: Cast) -> None:
    wave(session, cast, 7)
    event = session.scalars(sa.select(audit.AuditEvent).where(audit.AuditEvent.tag == "guest:waved")).one()
    assert (event.subject_kind, event.subject_id, event.account_id, event.at) == (
        "guest",
        7,
        cast.desk.account_id,
        MORNING,
    )


def test_seals_cover_everything_once_and_hold(session: Session, cast: Cast) -> None:
    audit.seal(session, at=MORNING)
    wave(session, cast, 1, 2, 3)
    assert audit.seal(session, at=MORNING) == 3
    assert audit.seal(session, at=MORNING) == 0
    wave(session, cast, 4)
    assert list(audit.broken_seals(session)) == []


@pytest.mark.parametrize(
    "tampering",
    ["UPDATE audit_event SET subject_id = 9 WHERE tag = 'guest:waved' AND subject_id = 2", "seal", "cover"],
)
def test_tampering_breaks_the_seal(session: Session, cast: Cast, tampering: str) -> None:
    audit.seal(session, at=MORNING)
    wave(session, cast, 1, 2, 3)
    audit.seal(session, at=MORNING)
    wave(session, cast, 4)
    last = session.execute(sa.select(sa.func.max(audit.AuditSeal.id))).scalar_one()
    event = session.execute(sa.select(sa.func.max(audit.AuditEvent.id))).scalar_one()
    lift_triggers(session)
    statements = {
        "seal": f"UPDATE audit_seal SET hash = 'x' WHERE id = {last}",
        "cover": f"INSERT INTO audit_seal_event (event_id, seal_id) VALUES ({event}, {last})",
    }
    session.execute(sa.text(statements.get(tampering, tampering)))
    assert list(audit.broken_seals(session)) == [last]


def lift_triggers(session: Session) -> None:
    """What somebody with the database's password could do; rolled back with the test."""
    if session.get_bind().dialect.name == "sqlite":
        for table in ("audit_event", "audit_seal", "audit_seal_event"):
            session.execute(sa.text(f"DROP TRIGGER {table}_no_update"))
    else:
        session.execute(sa.text("SET LOCAL session_replication_role = replica"))


def test_a_submission_is_done_once(session: Session, cast: Cast) -> None:
    done: list[int] = []

    def work() -> str:
        done.append(1)
        return "sale-1"

    def submit(amount: str) -> str:
        return once(session, key="k1", inputs={"amount": amount}, actor=cast.desk, at=MORNING, work=work)

    assert [submit("1.00"), submit("1.00")] == ["sale-1", "sale-1"]
    assert done == [1]
    with pytest.raises(Refused) as refused:
        submit("2.00")
    assert refused.value.code == SubmissionRefused.KEY_REUSED


def test_somebody_elses_key_is_refused(session: Session, cast: Cast) -> None:
    once(session, key="k1", inputs={}, actor=cast.desk, at=MORNING, work=lambda: "a")
    with pytest.raises(Refused):
        once(session, key="k1", inputs={}, actor=cast.finance, at=MORNING, work=lambda: "b")


def test_transact_runs_the_loser_again_and_rolls_back_refusals(app: Flask) -> None:
    tries: list[int] = []

    def lose_once(session: Session) -> str:
        tries.append(1)
        session.execute(sa.text("CREATE TEMPORARY TABLE IF NOT EXISTS once_only (n INTEGER PRIMARY KEY)"))
        session.execute(sa.text("INSERT INTO once_only VALUES (1)"))
        if len(tries) == 1:
            session.execute(sa.text("INSERT INTO once_only VALUES (1)"))
        return "won"

    with app.app_context():
        assert transact(lose_once) == "won"
        assert len(tries) == 2
        with pytest.raises(Refused):
            transact(lambda _session: refuse(SubmissionRefused.KEY_REUSED).or_raise())
        with pytest.raises(RuntimeError, match="inside"):
            transact(lambda _session: transact(lambda _inner: None))


def test_outbox_delivers_once_and_puts_failures_off(
    session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[Any] = []

    def deliver(_session: Session, payload: Mapping[str, Any], _at: Instant) -> None:
        if payload.get("bad"):
            raise ValueError("no")
        heard.append(payload)

    monkeypatch.setattr(jobs, "DELIVERIES", {"hello": deliver})
    outbox.enqueue(session, "hello", {"n": 1}, at=MORNING)
    outbox.enqueue(session, "hello", {"bad": True}, at=MORNING)
    outbox.enqueue(session, "hello", {"n": 2}, at=MORNING, due_at=MORNING + timedelta(hours=1))
    assert jobs.deliver_due(session, MORNING) == 1
    assert jobs.deliver_due(session, MORNING) == 0
    assert heard == [{"n": 1}]
    [message] = session.scalars(sa.select(outbox.OutboxMessage).where(outbox.OutboxMessage.attempts > 0))
    assert message.due_at == MORNING + timedelta(seconds=10)
    assert "no" in (message.last_error or "")
    assert jobs.deliver_due(session, MORNING + timedelta(hours=1)) == 1


def test_a_policy_stored_before_a_setting_existed_has_its_default(session: Session, cast: Cast) -> None:
    older = {key: value for key, value in default_document().items() if key != "month"}
    older["assessment"] = {"month_window": [2, 4]}
    policies.install(session, document=older, valid_from=date(2026, 3, 1), actor=cast.manager, at=MORNING)
    document = policies.policy_on(session, cast.club, date(2026, 3, 1)).document
    assert document["assessment"]["month_window"] == [2, 4]
    assert document["assessment"]["confirm_days"] == [5, 7]
    assert document["month"]["approvals"] == ["finance_clerk", "club_manager"]


def test_policy_of_a_day_is_the_latest_version_valid_then(session: Session, cast: Cast) -> None:
    for day, turn in ((date(2026, 4, 1), "keep"), (date(2026, 5, 1), "forfeit")):
        policies.publish(
            session, changes={"rotation": {"away_turn": turn}}, valid_from=day, actor=cast.manager, at=MORNING
        )

    def turn_on(day: date) -> str:
        return str(policies.policy_on(session, cast.club, day).document["rotation"]["away_turn"])

    assert [turn_on(date(2026, m, d)) for m, d in ((3, 31), (4, 1), (4, 30), (5, 1))] == [
        "forfeit",
        "keep",
        "keep",
        "forfeit",
    ]


def test_before_its_first_policy_a_club_decides_by_that(session: Session, cast: Cast) -> None:
    """Founded in the middle of a month it has no other for the whole of it; another club's is never taken."""
    first = policies.policy_on(session, cast.club, date(2026, 3, 1))
    assert policies.policy_on(session, cast.club, date(2019, 12, 31)) == first
    assert policies.policy_on(session, cast.other_club, date(2019, 12, 31)).version_id != first.version_id


def test_a_setting_that_is_not_built_is_refused(session: Session, cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        policies.publish(
            session,
            changes={"meeting": {"weekly_day": "TUE"}},
            valid_from=date(2026, 4, 1),
            actor=cast.manager,
            at=MORNING,
        )
    assert refused.value.code == PolicyRefused.NOT_BUILT
    assert refused.value.refusal.facts["settings"] == ["meeting.weekly_day"]
