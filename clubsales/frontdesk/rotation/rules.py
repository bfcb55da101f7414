"""Whose turn it is (ROT-01 to ROT-03): facts in, turn out, with every skip and its reason (ROT-09).

A queue is everybody of `rotation.kinds` with an open shift, in order, whatever the status. Who is at a meal and still
has a guest counts as at a meal: the status says why he was passed over, `busy` only when he is on post.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from clubsales.consultants.shifts.rules import Status
from clubsales.errors import Reason
from clubsales.ids import ConsultantID

BUSY = "busy"
FORFEIT = "forfeit"


class Basis(StrEnum):
    """Why somebody received a guest, or that nobody could."""

    ROTATION = "rotation"
    DESIGNATED = "designated"
    PROXY = "proxy"
    OFF_DUTY = "off_duty"
    WAITING = "waiting"


RULES: Mapping[Basis, str] = {
    Basis.ROTATION: "ROT-01",
    Basis.DESIGNATED: "OWN-03",
    Basis.PROXY: "AMB-04",
    Basis.OFF_DUTY: "SHF-08",
    Basis.WAITING: "AMB-18",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RotationPolicy:
    """The settings of `rotation` that this version decides by (AMB-15 to AMB-17, AMB-19)."""

    kinds: tuple[str, ...]
    start: str
    busy_turn: str
    away_turn: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxyPolicy:
    """Receiving another consultant's designated guest (AMB-04)."""

    consumes_turn: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A consultant with an open shift: the status, and whether a guest is with him."""

    consultant_id: ConsultantID
    name: str
    status: Status
    busy: bool

    @property
    def is_free(self) -> bool:
        return self.status == Status.ON_POST and not self.busy


@dataclass(frozen=True, slots=True, kw_only=True)
class Skip:
    """Somebody who stood before the one chosen: `busy` or his status, and whether it cost him his place."""

    consultant_id: ConsultantID
    name: str
    reason: str
    forfeits: bool = False

    def explained(self) -> Reason:
        """The skip as a line of the working."""
        rule = "AMB-16" if self.reason == BUSY else "ROT-03"
        outcome = "forfeit" if self.forfeits else "keep"
        return Reason(rule, f"rotation.skipped_{self.reason}_{outcome}", {"consultant": self.name})


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A decision: who takes the guest, what it was decided on, and the queue before and after."""

    consultant_id: ConsultantID | None
    consultant_name: str
    basis: Basis
    reason: Reason
    queue_before: tuple[ConsultantID, ...]
    queue_after: tuple[ConsultantID, ...]
    skipped: tuple[Skip, ...] = ()
    to_tail: tuple[ConsultantID, ...] = ()  # in the order in which they now stand at the tail

    @property
    def rule(self) -> str:
        return RULES[self.basis]


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
        queue_before=_queue(seats),
        queue_after=_moved_to_tail(seats, to_tail),
        skipped=skipped,
        to_tail=to_tail,
    )


def for_designated(seats: Sequence[Seat], designated: Seat, *, signal: str) -> Turn:
    """The consultant the guest asked for receives him; it is no turn (OWN-03, ROT-02).

    `signal` is what designated him: appointment, trial_pass, business_card or name.
    """
    return _without_turn(
        seats,
        consultant_id=designated.consultant_id,
        name=designated.name,
        basis=Basis.DESIGNATED,
        reason=Reason(
            RULES[Basis.DESIGNATED], f"rotation.designated_{signal}", {"consultant": designated.name}
        ),
    )


def as_proxy(
    seats: Sequence[Seat],
    *,
    designated_name: str,
    designated_state: str,
    proxy: ProxyPolicy,
) -> Turn:
    """The free consultant whose turn it is receives in the place of the designated one (AMB-04).

    `designated_state` says why the designated one cannot: busy, his status, or off_shift. Nobody loses a turn by it,
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
        queue_before=_queue(seats),
        queue_after=_moved_to_tail(seats, to_tail),
        skipped=tuple(_skip(seat, None) for seat in seats[:found]),
        to_tail=to_tail,
    )


def for_companion(
    seats: Sequence[Seat], *, consultant_id: ConsultantID, consultant_name: str, basis: Basis, guest: str
) -> Turn:
    """Who came with a guest already received goes to the same consultant, on the same basis, without a turn."""
    code = "rotation.companion" if guest else "rotation.companion_of_unnamed"
    return _without_turn(
        seats,
        consultant_id=consultant_id,
        name=consultant_name,
        basis=basis,
        reason=Reason(RULES[basis], code, {"consultant": consultant_name, "guest": guest}),
    )


def for_off_duty(
    seats: Sequence[Seat], *, consultant_id: ConsultantID, consultant_name: str, authorised_by: str
) -> Turn:
    """An off-duty consultant receives a waiting guest because a manager allows it; no place in the queue (SHF-08)."""
    return _without_turn(
        seats,
        consultant_id=consultant_id,
        name=consultant_name,
        basis=Basis.OFF_DUTY,
        reason=Reason(
            RULES[Basis.OFF_DUTY],
            "rotation.off_duty",
            {"consultant": consultant_name, "manager": authorised_by},
        ),
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
    return next((index for index, seat in enumerate(seats) if seat.is_free), None)


def _skip(seat: Seat, policy: RotationPolicy | None) -> Skip:
    reason = state_of(seat)
    forfeits = policy is not None and (policy.busy_turn if reason == BUSY else policy.away_turn) == FORFEIT
    return Skip(consultant_id=seat.consultant_id, name=seat.name, reason=reason, forfeits=forfeits)


def _turn_reason(chosen: Seat, skipped: Sequence[Skip]) -> Reason:
    if not skipped:
        return Reason(RULES[Basis.ROTATION], "rotation.turn", {"consultant": chosen.name})
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
    code = "rotation.waiting" if seats else "rotation.waiting_nobody_on_shift"
    return Turn(
        consultant_id=None,
        consultant_name="",
        basis=Basis.WAITING,
        reason=Reason(RULES[Basis.WAITING], code),
        queue_before=_queue(seats),
        queue_after=_queue(seats),
        skipped=skipped,
    )


def _without_turn(
    seats: Sequence[Seat], *, consultant_id: ConsultantID, name: str, basis: Basis, reason: Reason
) -> Turn:
    return Turn(
        consultant_id=consultant_id,
        consultant_name=name,
        basis=basis,
        reason=reason,
        queue_before=_queue(seats),
        queue_after=_queue(seats),
    )


def _queue(seats: Sequence[Seat]) -> tuple[ConsultantID, ...]:
    return tuple(seat.consultant_id for seat in seats)


def _moved_to_tail(seats: Sequence[Seat], moved: Sequence[ConsultantID]) -> tuple[ConsultantID, ...]:
    stay = tuple(seat.consultant_id for seat in seats if seat.consultant_id not in moved)
    return (*stay, *moved)
