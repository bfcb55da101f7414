"""A real floor walked at random, twice: no guest is lost or given twice, and the same day decides the same."""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from clubsales.consultants.shifts.rules import Status
from clubsales.db import db
from clubsales.errors import Refused
from clubsales.frontdesk.reception import operations as reception
from clubsales.frontdesk.reception.models import ReceptionRow
from clubsales.frontdesk.reception.rules import Outcome
from clubsales.frontdesk.rotation import queries as rotation
from tests.builders import local, raise_cast
from tests.conftest import isolated
from tests.integration.frontdesk.floor import Floor, set_policy

LETTERS = st.sampled_from("ABC")
ANYBODY = st.sampled_from("ABCX")
Step = Callable[["Day"], object]


class Day:
    """A club's day in a database of its own, until it is closed."""

    def __init__(self, app: Flask, accept_seconds: int) -> None:
        self._open = ExitStack()
        self._open.enter_context(isolated(app))
        self._open.enter_context(app.app_context())
        self.session = db.session
        cast = raise_cast(self.session)
        set_policy(self.session, cast, rotation={"accept_seconds": accept_seconds})
        self.floor = Floor(self.session, cast)
        self.now = local(9)
        self.answers: list[str] = []
        self.checked = 0

    def close(self) -> None:
        self._open.close()

    def take(self, step: Step) -> None:
        """One step, a few seconds after the one before; what the rules refuse leaves nothing behind."""
        self.now += timedelta(seconds=7)
        with self.session.begin_nested() as nested:
            try:
                step(self)
            except Refused as refused:
                nested.rollback()
                self.answers.append(refused.code)
            else:
                self.answers.append("")

    def decided(self) -> list[tuple[Any, ...]]:
        """The ledger by letters and names, with everything each decision was made on."""
        floor = self.floor
        names = {key: name for name, key in floor.guests.items()}
        return [
            (
                names[line.reception_id],
                line.at,
                floor.letter(line.consultant_id) if line.consultant_id else None,
                line.basis,
                floor.letters(line.queue_before),
                floor.letters(line.queue_after),
                [(floor.letter(skip.consultant_id), skip.reason) for skip in line.skipped],
            )
            for line in rotation.all_assignments(self.session, floor.cast.club.id)
        ]


class FloorMachine(RuleBasedStateMachine):
    """The operations of a day, in any order."""

    app: Flask

    def __init__(self) -> None:
        super().__init__()
        self.steps: list[Step] = []
        self.day: Day | None = None

    @initialize(accept_seconds=st.sampled_from([0, 20]), on_post=st.sampled_from(["ABC", "BA", "ABX"]))
    def the_club_opens(self, accept_seconds: int, on_post: str) -> None:
        self.accept_seconds = accept_seconds
        self.day = Day(self.app, accept_seconds)
        for letter in on_post:
            self.opens(letter)

    @rule(letter=ANYBODY)
    def opens(self, letter: str) -> None:
        self._take(lambda day: day.floor.opens(letter, day.now))

    @rule(letter=ANYBODY, relief=ANYBODY)
    def closes(self, letter: str, relief: str) -> None:
        self._take(lambda day: day.floor.closes(letter, day.now, relief=relief))

    @rule(letter=ANYBODY, status=st.sampled_from(list(Status)))
    def changes(self, letter: str, status: Status) -> None:
        self._take(lambda day: day.floor.changes(letter, status, day.now))

    @rule(asks_for=st.one_of(st.none(), ANYBODY), waits=st.booleans(), by=st.sampled_from(["", "A"]))
    def arrives(self, asks_for: str | None, waits: bool, by: str) -> None:
        name = f"W{len(self.steps)}"
        self._take(
            lambda day: day.floor.arrives(name, day.now, asks_for=asks_for, waits=waits, by=by or None)
        )

    @rule(pick=st.integers(0, 30))
    def brings_a_friend(self, pick: int) -> None:
        name = f"F{len(self.steps)}"
        self._take(lambda day: day.floor.arrives(name, day.now, with_=_one(day, pick)))

    @rule(pick=st.integers(0, 30), outcome=st.sampled_from(list(Outcome)))
    def leaves(self, pick: int, outcome: Outcome) -> None:
        self._take(lambda day: _one(day, pick) and day.floor.leaves(_one(day, pick), day.now, outcome))

    @rule(pick=st.integers(0, 30), letter=LETTERS)
    def accepts(self, pick: int, letter: str) -> None:
        self._take(lambda day: _one(day, pick) and day.floor.accepts(letter, _one(day, pick), day.now))

    @rule(pick=st.integers(0, 30), letter=ANYBODY)
    def gives(self, pick: int, letter: str) -> None:
        self._take(lambda day: _one(day, pick) and day.floor.gives(_one(day, pick), letter, day.now))

    @rule(letter=LETTERS)
    def comes_forward(self, letter: str) -> None:
        self._take(
            lambda day: reception.come_forward(day.session, actor=day.floor.people[letter], at=day.now)
        )

    @rule()
    def the_worker_tends(self) -> None:
        self._take(lambda day: reception.tend(day.session, day.now))

    @rule()
    def time_passes_until_nothing_happens(self) -> None:
        self._take(_rest)

    def _take(self, step: Step) -> None:
        assert self.day is not None
        self.steps.append(step)
        self.day.take(step)
        _check(self.day)

    def teardown(self) -> None:
        """The same steps on another floor decide the same."""
        if self.day is None:
            return
        first, answers = self.day.decided(), self.day.answers
        self.day.close()
        again = Day(self.app, self.accept_seconds)
        try:
            for step in self.steps:
                again.take(step)
            assert again.answers == answers
            assert again.decided() == first
        finally:
            again.close()


def _rest(day: Day) -> None:
    """Time alone asks each of four people once for each guest in the house, at most (AMB-18)."""
    for _second in range(4 * len(day.floor.guests) + 2):
        day.now += timedelta(seconds=20)
        if not reception.tend(day.session, day.now):
            return
    raise AssertionError("asked and asked again")


def _one(day: Day, pick: int) -> str:
    """One of the guests so far."""
    names = sorted(day.floor.guests)
    return names[pick % len(names)] if names else ""


def _check(day: Day) -> None:
    session, floor = day.session, day.floor
    session.expire_all()
    rows = {row.id: row for row in session.scalars(sa.select(ReceptionRow))}
    assert set(rows) == set(floor.guests.values())
    own = [row.consultant_id for row in rows.values() if row.status == "open" and not row.joined]
    assert len(own) == len(set(own))
    _check_newest(rows, day)
    ledger = rotation.all_assignments(session, floor.cast.club.id)
    latest = {
        line.reception_id: line.consultant_id for line in ledger if line.basis is not rotation.Basis.RETURNED
    }
    assert {key: row.consultant_id for key, row in rows.items()} == latest
    on_shift = floor_now(day)
    for line in ledger[day.checked :]:
        if line.consultant_id is None or line.basis in (rotation.Basis.RETURNED, rotation.Basis.OFF_DUTY):
            continue
        # Nobody is given a guest while away or off duty; company goes where its guest is.
        assert line.reason.code.startswith("rotation.companion") or on_shift[line.consultant_id] == "on_post"
    day.checked = len(ledger)


def _check_newest(rows: dict[int, ReceptionRow], day: Day) -> None:
    """Whoever came just now and took somebody by turn left nobody waiting whom that one could have taken (AMB-18)."""
    by_turn = [
        row
        for row in rows.values()
        if row.arrived_at == day.now and row.basis in ("rotation", "proxy") and not row.joined
    ]
    older = [row for row in rows.values() if row.status == "waiting" and not row.waits_for_designated]
    assert not (by_turn and older), (by_turn, older)


def floor_now(day: Day) -> dict[int, str]:
    """Who is on shift, and where."""
    rows = day.session.execute(sa.text("SELECT consultant_id, status FROM shift WHERE closed_at IS NULL"))
    return {row.consultant_id: row.status for row in rows}


def test_any_day_neither_loses_nor_doubles_a_guest_and_can_be_told_again(sqlite_app: Flask) -> None:
    class Machine(FloorMachine):
        app = sqlite_app

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=10,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
