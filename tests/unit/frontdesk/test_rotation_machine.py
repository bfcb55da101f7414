"""A floor made of the rules alone, walked at random: whatever happens, turns stay fair (ROT-01 to ROT-05)."""

from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from clubsales.consultants.shifts.rules import Status
from clubsales.frontdesk.reception.rules import Designation, GuestFacts, who_receives
from clubsales.frontdesk.rotation.rules import (
    NO_ANSWER,
    OVERDUE,
    Basis,
    ProxyPolicy,
    RotationPolicy,
    Seat,
    Turn,
    seats_after,
)
from clubsales.ids import ConsultantID

NAMES = "ABCDEF"
WHO = st.sampled_from(range(1, len(NAMES) + 1)).map(ConsultantID)


class FloorOfRules(RuleBasedStateMachine):
    """Guests come, stay and go; consultants open, leave the post, come back and close."""

    def __init__(self) -> None:
        super().__init__()
        self.queue: tuple[Seat, ...] = ()
        self.with_: dict[int, ConsultantID] = {}  # guest -> who has him
        self.waiting: list[tuple[int, ConsultantID | None, frozenset[ConsultantID]]] = []
        self.came = self.gone = 0
        # Of each pair, while both are free at every turn: by how many turns the first is ahead, after each.
        self.ahead: dict[tuple[ConsultantID, ConsultantID], list[int]] = {}

    @initialize(
        busy=st.sampled_from(["keep", "forfeit"]),
        away=st.sampled_from(["keep", "forfeit"]),
        consumes=st.booleans(),
    )
    def policy_of_the_club(self, busy: str, away: str, consumes: bool) -> None:
        self.rotation = RotationPolicy(kinds=("inside",), start="shift_open", busy_turn=busy, away_turn=away)
        self.proxy = ProxyPolicy(consumes_turn=consumes)

    @rule(who=WHO)
    def opens_or_closes(self, who: ConsultantID) -> None:
        seat = next((seat for seat in self.queue if seat.consultant_id == who), None)
        if seat is None:
            seat = Seat(consultant_id=who, name=NAMES[who - 1], status=Status.ON_POST, busy=False)
            self.queue = (*self.queue, seat)
            self._serve()
        elif not seat.busy:
            self.queue = tuple(other for other in self.queue if other.consultant_id != who)
            self._forget(who)

    @rule(who=WHO, status=st.sampled_from(list(Status)))
    def changes_status(self, who: ConsultantID, status: Status) -> None:
        self._change(who, status=status)
        self._serve()

    @rule(who=WHO, overdue=st.booleans())
    def falls_behind_or_catches_up(self, who: ConsultantID, overdue: bool) -> None:
        self._change(who, barred=OVERDUE if overdue else "")
        self._serve()

    @rule(
        wanted=st.one_of(st.none(), WHO),
        passed_by=st.one_of(st.just(frozenset()), st.frozensets(WHO, max_size=2)),
    )
    def a_guest_comes(self, wanted: ConsultantID | None, passed_by: frozenset[ConsultantID]) -> None:
        self.came += 1
        if not self._give(self.came, wanted, passed_by):
            self.waiting.append((self.came, wanted, passed_by))

    @precondition(lambda self: self.with_)
    @rule(data=st.data())
    def a_guest_is_seen_out(self, data: st.DataObject) -> None:
        guest = data.draw(st.sampled_from(sorted(self.with_)))
        who = self.with_.pop(guest)
        self.gone += 1
        self._change(who, busy=False)
        self._serve()

    @invariant()
    def nobody_is_lost_or_given_twice(self) -> None:
        assert self.came == self.gone + len(self.with_) + len(self.waiting)
        assert len(set(self.with_.values())) == len(self.with_)
        assert {seat.consultant_id for seat in self.queue if seat.busy} == set(self.with_.values())

    @invariant()
    def turns_of_two_who_were_always_free_differ_by_one_at_most(self) -> None:
        """In any part of a stretch: how far ahead somebody is never moves by more than one."""
        assert all(max(ahead) - min(ahead) <= 1 for ahead in self.ahead.values()), self.ahead

    def _serve(self) -> None:
        self.waiting = [one for one in self.waiting if not self._give(*one)]

    def _give(self, guest: int, wanted: ConsultantID | None, passed_by: frozenset[ConsultantID]) -> bool:
        before = self.queue
        designation = (
            Designation(consultant_id=wanted, name=NAMES[wanted - 1], signal="name") if wanted else None
        )
        facts = GuestFacts(
            queue=before,
            on_shift={seat.consultant_id: seat for seat in before},
            designation=designation,
            company=None,
            passed_by=passed_by,
        )
        turn = who_receives(facts, rotation=self.rotation, proxy=self.proxy)
        self._check(turn, before, passed_by)
        if turn.consultant_id is None:
            return False
        self.queue = seats_after(before, turn)
        self.with_[guest] = turn.consultant_id
        if turn.basis is Basis.ROTATION:
            self._count(turn, before, passed_by)
        elif turn.to_tail:
            self._forget(turn.consultant_id)  # a proxy who pays with his turn
        return True

    def _check(self, turn: Turn, before: tuple[Seat, ...], passed_by: frozenset[ConsultantID]) -> None:
        by_id = {seat.consultant_id: seat for seat in before}
        assert sorted(turn.queue_after) == sorted(turn.queue_before)
        if turn.consultant_id is None:
            answering = [seat for seat in before if seat.takes_turns and seat.consultant_id not in passed_by]
            assert answering == []
            return
        chosen = by_id[turn.consultant_id]
        assert chosen.is_free
        assert chosen.consultant_id not in passed_by
        if turn.basis is Basis.DESIGNATED:
            return
        ahead = before[: before.index(chosen)]
        assert [skip.consultant_id for skip in turn.skipped] == [seat.consultant_id for seat in ahead]
        for seat, skip in zip(ahead, turn.skipped, strict=True):
            # Nobody ahead of him was free, unless the gate or his own silence is the reason, and then he keeps his place.
            assert not seat.is_free or skip.reason in (OVERDUE, NO_ANSWER)
            assert not (seat.is_free and skip.forfeits)

    def _count(self, turn: Turn, before: tuple[Seat, ...], passed_by: frozenset[ConsultantID]) -> None:
        """A stretch of two ends when one of them was not free at a turn."""
        free = {seat.consultant_id for seat in before if seat.takes_turns} - passed_by
        for seat in before:
            if seat.consultant_id not in free:
                self._forget(seat.consultant_id)
        for other in free - {turn.consultant_id}:
            assert turn.consultant_id is not None
            pair = (min(other, turn.consultant_id), max(other, turn.consultant_id))
            ahead = self.ahead.setdefault(pair, [0])
            ahead.append(ahead[-1] + (1 if turn.consultant_id == pair[0] else -1))

    def _forget(self, who: ConsultantID) -> None:
        for pair in [pair for pair in self.ahead if who in pair]:
            del self.ahead[pair]

    def _change(self, who: ConsultantID, **changes: object) -> None:
        self.queue = tuple(
            replace(seat, **changes) if seat.consultant_id == who else seat  # type: ignore[arg-type]
            for seat in self.queue
        )


TestFloorOfRules = FloorOfRules.TestCase
TestFloorOfRules.settings = settings(max_examples=60, stateful_step_count=35, deadline=None)
