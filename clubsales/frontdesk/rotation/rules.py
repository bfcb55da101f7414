"""Whose turn it is (ROT-01 to ROT-03): facts in, turn out, with every skip and its reason (ROT-09).

A queue is everybody of `rotation.kinds` with an open shift, in order, whatever the status. Who is at a meal and still
has a guest counts as at a meal: the status says why he was passed over, `busy` only when he is on post.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from clubsales.consultants.shifts.rules import Status
from clubsales.errors import Reason
from clubsales.ids import ConsultantID

BUSY = "busy"
FORFEIT = "forfeit"
# Why somebody free on post is passed over: too many follow-ups overdue, or he let the offer of this guest lapse.
OVERDUE = "overdue"
NO_ANSWER = "no_answer"


class Basis(StrEnum):
    """Why somebody received a guest, or that nobody could."""

    ROTATION = "rotation"
    DESIGNATED = "designated"
    PROXY = "proxy"
    OFF_DUTY = "off_duty"
    WAITING = "waiting"
    MANUAL = "manual"
    RETURNED = "returned"


RULES: Mapping[Basis, str] = {
    Basis.ROTATION: "ROT-01",
    Basis.DESIGNATED: "OWN-03",
    Basis.PROXY: "AMB-04",
    Basis.OFF_DUTY: "SHF-08",
    Basis.WAITING: "AMB-18",
    Basis.MANUAL: "ROT-09",
    Basis.RETURNED: "ROT-01",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RotationPolicy:
    """The settings of `rotation` (AMB-15 to AMB-17, AMB-19); 0 seconds or 0 follow-ups switch theirs off."""

    kinds: tuple[str, ...]
    start: str
    busy_turn: str
    away_turn: str
    accept_seconds: int = 0
    overdue_follow_ups_limit: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxyPolicy:
    """Receiving another consultant's designated guest (AMB-04)."""

    consumes_turn: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A consultant with an open shift: the status, and whether a guest is with him.

    `barred` says why he gets no guest by turn or as proxy although he is free: overdue or no_answer.
    """

    consultant_id: ConsultantID
    name: str
    status: Status
    busy: bool
    barred: str = ""

    @property
    def is_free(self) -> bool:
        return self.status == Status.ON_POST and not self.busy

    @property
    def takes_turns(self) -> bool:
        return self.is_free and not self.barred


SKIP_RULES: Mapping[str, str] = {BUSY: "AMB-16", OVERDUE: "TEL-05", NO_ANSWER: "ROT-01"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Skip:
    """Somebody who stood before the one chosen, and whether it cost him his place.

    The reason is his status, `busy`, or why he was barred.
    """

    consultant_id: ConsultantID
    name: str
    reason: str
    forfeits: bool = False

    def explained(self) -> Reason:
        """The skip as a line of the working."""
        rule = SKIP_RULES.get(self.reason, "ROT-03")
        outcome = "forfeit" if self.forfeits else "keep"
        return Reason(rule, f"rotation.skipped_{self.reason}_{outcome}", {"consultant": self.name})


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A decision: who takes the guest, what it was decided on, and the queue before and after.

    `noted` is what was looked at too and decided nothing, as a pass that has expired.
    """

    consultant_id: ConsultantID | None
    consultant_name: str
    basis: Basis
    reason: Reason
    queue_before: tuple[ConsultantID, ...]
    queue_after: tuple[ConsultantID, ...]
    skipped: tuple[Skip, ...] = ()
    to_tail: tuple[ConsultantID, ...] = ()  # in the order in which they now stand at the tail
    noted: tuple[Reason, ...] = ()

    @property
    def rule(self) -> str:
        return self.reason.rule

    @property
    def is_by_turn(self) -> bool:
        """Whether whoever takes the guest was next in the queue, for himself or in somebody's place."""
        return self.basis in (Basis.ROTATION, Basis.PROXY)


def next_up(seats: Sequence[Seat], policy: RotationPolicy) -> Turn:
    """The first free consultant of the queue takes the guest and goes to its tail (ROT-01).

    Whoever stands before him and is off post loses his turn under `away_turn = forfeit`, whoever has a guest under
    `busy_turn = forfeit`: they go to the tail in their order, before the one just served.
    """
    found = _first_free(seats)
    if found is None:
        return _waiting(seats)
    chosen = seats[found]
    skipped = tuple(_skip(seat, policy) for seat in seats[:found])
    forfeiters = tuple(skip.consultant_id for skip in skipped if skip.forfeits)
    to_tail = (*forfeiters, chosen.consultant_id)
    return Turn(
        consultant_id=chosen.consultant_id,
        consultant_name=chosen.name,
        basis=Basis.ROTATION,
        reason=_turn_reason(chosen, skipped),
        queue_before=queue_of(seats),
        queue_after=moved_to_tail(seats, to_tail),
        skipped=skipped,
        to_tail=to_tail,
    )


def for_waiting(seats: Sequence[Seat], *, designated_name: str) -> Turn:
    """The guest waits for the one he came for; nobody stands in and nobody loses a turn (AMB-04)."""
    return Turn(
        consultant_id=None,
        consultant_name="",
        basis=Basis.WAITING,
        reason=Reason(
            RULES[Basis.WAITING], "rotation.waiting_for_designated", {"consultant": designated_name}
        ),
        queue_before=queue_of(seats),
        queue_after=queue_of(seats),
        skipped=tuple(_skip(seat, None) for seat in seats),
    )


def barring(seats: Sequence[Seat], passed_by: Collection[ConsultantID]) -> tuple[Seat, ...]:
    """The seats for a guest whose offer some let lapse: they are not asked again."""
    if not passed_by:
        return tuple(seats)
    return tuple(
        replace(seat, barred=NO_ANSWER) if seat.consultant_id in passed_by and not seat.barred else seat
        for seat in seats
    )


def as_proxy(
    seats: Sequence[Seat],
    *,
    designated_name: str,
    designated_state: str,
    proxy: ProxyPolicy,
) -> Turn:
    """The free consultant whose turn it is receives in the place of the designated one (AMB-04).

    `designated_state` says why the designated one cannot: busy, his status, off_shift or no_answer. Nobody loses a turn by it,
    only the proxy himself where `proxy.consumes_turn` says so. With nobody free the guest waits.
    """
    found = _first_free(seats)
    if found is None:
        return _waiting(seats)
    chosen = seats[found]
    to_tail = (chosen.consultant_id,) if proxy.consumes_turn else ()
    return Turn(
        consultant_id=chosen.consultant_id,
        consultant_name=chosen.name,
        basis=Basis.PROXY,
        reason=Reason(
            RULES[Basis.PROXY],
            f"rotation.proxy_{designated_state}",
            {"consultant": chosen.name, "designated": designated_name},
        ),
        queue_before=queue_of(seats),
        queue_after=moved_to_tail(seats, to_tail),
        skipped=tuple(_skip(seat, None) for seat in seats[:found]),
        to_tail=to_tail,
    )


def seats_after(seats: Sequence[Seat], turn: Turn) -> tuple[Seat, ...]:
    """The queue as it stands once the turn is taken: the one chosen has a guest."""
    by_id = {seat.consultant_id: seat for seat in seats}
    if turn.consultant_id in by_id:
        by_id[turn.consultant_id] = replace(by_id[turn.consultant_id], busy=True)
    return tuple(by_id[consultant_id] for consultant_id in turn.queue_after)


def state_of(seat: Seat | None) -> str:
    """Why somebody cannot receive now: off_shift, his status, or busy. For who can, `on_post`."""
    if seat is None:
        return "off_shift"
    if seat.status != Status.ON_POST:
        return seat.status.value
    return BUSY if seat.busy else seat.status.value


def _first_free(seats: Sequence[Seat]) -> int | None:
    return next((index for index, seat in enumerate(seats) if seat.takes_turns), None)


def _skip(seat: Seat, policy: RotationPolicy | None) -> Skip:
    reason = seat.barred if seat.barred and seat.is_free else state_of(seat)
    forfeits = (
        policy is not None
        and not seat.is_free
        and (policy.busy_turn if reason == BUSY else policy.away_turn) == FORFEIT
    )
    return Skip(consultant_id=seat.consultant_id, name=seat.name, reason=reason, forfeits=forfeits)


def _turn_reason(chosen: Seat, skipped: Sequence[Skip]) -> Reason:
    if not skipped:
        return Reason(RULES[Basis.ROTATION], "rotation.turn", {"consultant": chosen.name})
    if any(skip.reason in (OVERDUE, NO_ANSWER) for skip in skipped):
        return Reason(
            RULES[Basis.ROTATION],
            "rotation.turn_past_others",
            {"consultant": chosen.name, "passed": [skip.name for skip in skipped]},
        )
    busy = [skip.name for skip in skipped if skip.reason == BUSY]
    away = [skip.name for skip in skipped if skip.reason != BUSY]
    if not away:
        return Reason(
            RULES[Basis.ROTATION], "rotation.turn_past_busy", {"consultant": chosen.name, "busy": busy}
        )
    if not busy:
        return Reason(
            RULES[Basis.ROTATION], "rotation.turn_past_away", {"consultant": chosen.name, "away": away}
        )
    return Reason(
        RULES[Basis.ROTATION],
        "rotation.turn_past_both",
        {"consultant": chosen.name, "busy": busy, "away": away},
    )


def _waiting(seats: Sequence[Seat]) -> Turn:
    skipped = tuple(_skip(seat, None) for seat in seats)
    return Turn(
        consultant_id=None,
        consultant_name="",
        basis=Basis.WAITING,
        reason=_waiting_reason(skipped),
        queue_before=queue_of(seats),
        queue_after=queue_of(seats),
        skipped=skipped,
    )


def _waiting_reason(skipped: Sequence[Skip]) -> Reason:
    """Who is free and takes nobody is named: he was asked, or has follow-ups to do first."""
    rule = RULES[Basis.WAITING]
    if not skipped:
        return Reason(rule, "rotation.waiting_nobody_on_shift")
    for barred, code in ((NO_ANSWER, "rotation.waiting_no_answer"), (OVERDUE, "rotation.waiting_overdue")):
        names = [skip.name for skip in skipped if skip.reason == barred]
        if names:
            return Reason(rule, code, {"asked" if barred == NO_ANSWER else "overdue": names})
    return Reason(rule, "rotation.waiting")


def queue_of(seats: Sequence[Seat]) -> tuple[ConsultantID, ...]:
    return tuple(seat.consultant_id for seat in seats)


def moved_to_tail(seats: Sequence[Seat], moved: Sequence[ConsultantID]) -> tuple[ConsultantID, ...]:
    stay = tuple(seat.consultant_id for seat in seats if seat.consultant_id not in moved)
    return (*stay, *moved)
