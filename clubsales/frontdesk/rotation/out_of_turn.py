"""Guests whom the queue does not decide: designated, in company, called for, given by hand; and turns given back."""

from collections.abc import Sequence

from clubsales.errors import Reason
from clubsales.frontdesk.rotation.rules import RULES, Basis, Seat, Turn, moved_to_tail, queue_of
from clubsales.ids import ConsultantID


def for_designated(seats: Sequence[Seat], designated: Seat, *, signal: str) -> Turn:
    """The consultant the guest came for receives him; it is no turn (OWN-03, ROT-02).

    `signal` is what designated him: appointment, trial_pass, business_card, name, or that he holds the lead, which,
    where the club says so, counts like the others.
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


def for_announced(seats: Sequence[Seat], *, consultant_id: ConsultantID, consultant_name: str) -> Turn:
    """Somebody off duty receives his own appointment, which a supervisor or manager knew beforehand (SHF-07)."""
    return _without_turn(
        seats,
        consultant_id=consultant_id,
        name=consultant_name,
        basis=Basis.DESIGNATED,
        reason=Reason(
            RULES[Basis.DESIGNATED], "rotation.designated_announced", {"consultant": consultant_name}
        ),
    )


def by_hand(seats: Sequence[Seat], chosen: Seat, *, given_by: str, why: str, uses_turn: bool) -> Turn:
    """Somebody with authority gives the guest away, with a reason; a turn it is where the guest was one (ROT-09)."""
    to_tail = (chosen.consultant_id,) if uses_turn and chosen.consultant_id in queue_of(seats) else ()
    return Turn(
        consultant_id=chosen.consultant_id,
        consultant_name=chosen.name,
        basis=Basis.MANUAL,
        reason=Reason(
            RULES[Basis.MANUAL],
            "rotation.by_hand",
            {"consultant": chosen.name, "by": given_by, "reason": why},
        ),
        queue_before=queue_of(seats),
        queue_after=moved_to_tail(seats, to_tail),
        to_tail=to_tail,
    )


def turn_back(
    queue_before: tuple[ConsultantID, ...],
    queue_after: tuple[ConsultantID, ...],
    *,
    consultant_id: ConsultantID | None,
    names: list[str],
    code: str,
) -> Turn:
    """A turn is given back to whoever had the guest, and their places to the others who lost theirs by it.

    `code` says why: rotation.returned_no_prospect or rotation.returned_by_hand.
    """
    return Turn(
        consultant_id=consultant_id,
        consultant_name=names[0],
        basis=Basis.RETURNED,
        reason=Reason(RULES[Basis.RETURNED], code, {"consultants": names}),
        queue_before=queue_before,
        queue_after=queue_after,
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
    seats: Sequence[Seat],
    *,
    consultant_id: ConsultantID,
    consultant_name: str,
    authorised_by: str,
    why: str | None = None,
) -> Turn:
    """An off-duty consultant receives a waiting guest because a manager allows it; no place in the queue (SHF-08)."""
    facts = {"consultant": consultant_name, "manager": authorised_by}
    reason = Reason(RULES[Basis.OFF_DUTY], "rotation.off_duty", facts)
    if why:
        reason = Reason(reason.rule, "rotation.off_duty_because", {**facts, "reason": why})
    return _without_turn(
        seats,
        consultant_id=consultant_id,
        name=consultant_name,
        basis=Basis.OFF_DUTY,
        reason=reason,
    )


def _without_turn(
    seats: Sequence[Seat], *, consultant_id: ConsultantID, name: str, basis: Basis, reason: Reason
) -> Turn:
    return Turn(
        consultant_id=consultant_id,
        consultant_name=name,
        basis=basis,
        reason=reason,
        queue_before=queue_of(seats),
        queue_after=queue_of(seats),
    )
