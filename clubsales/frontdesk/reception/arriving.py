"""What a guest brings along: signals, passes, appointments of the day, and who holds his lead."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.clock import Instant, local_day
from clubsales.errors import refuse
from clubsales.frontdesk.reception.known import Known
from clubsales.frontdesk.reception.turns import FloorPolicy
from clubsales.ids import AppointmentID, ConsultantID, PersonID, ReceptionID
from clubsales.leads.appointments import operations as appointments
from clubsales.leads.appointments import queries as appointment_queries
from clubsales.leads.passes import operations as passes
from clubsales.leads.passes import queries as pass_queries
from clubsales.leads.passes.queries import PassView
from clubsales.leads.passes.rules import PassRefused, Worth, worth
from clubsales.leads.touches.rules import Signal, SignalKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Everything that may make a guest somebody's for the day, and where it came from.

    `announced` are those whose appointment with him a supervisor or manager knew beforehand (SHF-07).
    """

    signals: tuple[Signal, ...]
    announced: frozenset[ConsultantID] = frozenset()
    kept: tuple[AppointmentID, ...] = ()
    passes: tuple[tuple[PassView, Worth], ...] = ()

    def stored(self) -> list[dict[str, object]]:
        """The signals as they are kept with the reception."""
        return [_stored(signal, self.announced) for signal in self.signals]


def shown_by(
    session: Session,
    *,
    known: Known | None,
    person_id: PersonID | None,
    signals: Sequence[Signal],
    codes: Sequence[str],
    policy: FloorPolicy,
    actor: Actor,
    at: Instant,
) -> Shown:
    """What a guest shows and what is known of him: the day's appointments, the earliest made first (AMB-05).

    Raises Refused(PassRefused.UNKNOWN).
    """
    day = local_day(at, actor.club.zone)
    due = (
        appointment_queries.due_on(session, actor.club.id, known.person_id, day)
        if known is not None and known.appointments
        else []
    )
    brought = _passes(session, codes, actor)
    is_member = known is not None and known.is_member
    weighed = tuple((one, worth(one, person_id=person_id, is_member=is_member, day=day)) for one in brought)
    found = [Signal(SignalKind.APPOINTMENT, one.consultant_id) for one in due]
    found += signals
    found += [value.signal for _one, value in weighed if value.signal is not None]
    # Holding a lead is tracking, nothing the guest showed: a gift coupon makes him new (OWN-06, ROT-07).
    is_new = policy.coupon_resets_lead and any(one.kind is SignalKind.GIFT_COUPON for one in found)
    if policy.owned_lead_designates and known is not None and known.held_by is not None and not is_new:
        found.append(Signal(SignalKind.OWNED_LEAD, known.held_by))
    return Shown(
        signals=tuple(dict.fromkeys(found)),
        announced=frozenset(
            one.consultant_id for one in due if one.reported_at is not None and one.reported_at <= at
        ),
        kept=tuple(one.id for one in due),
        passes=weighed,
    )


def settle(
    session: Session,
    shown: Shown,
    *,
    reception_id: ReceptionID,
    person_id: PersonID | None,
    actor: Actor,
    at: Instant,
) -> None:
    """The guest is here: his appointments are kept and his passes shown."""
    appointments.keep(session, ids=shown.kept, reception_id=reception_id, at=at)
    for one, value in shown.passes:
        passes.show(
            session,
            shown=one,
            worth=value,
            reception_id=reception_id,
            person_id=person_id,
            actor=actor,
            at=at,
        )


def _passes(session: Session, codes: Sequence[str], actor: Actor) -> list[PassView]:
    """The passes with these codes, each once, the earliest issued first (AMB-05)."""
    found: dict[int, PassView] = {}
    for code in codes:
        one = pass_queries.by_code(session, actor.club.id, code)
        if one is None:
            refuse(PassRefused.UNKNOWN).or_raise()
        found[one.id] = one
    return sorted(found.values(), key=lambda one: (one.issued_at, one.id))


def _stored(signal: Signal, announced: frozenset[ConsultantID]) -> dict[str, object]:
    stored: dict[str, object] = {"kind": signal.kind.value, "consultant": signal.consultant_id}
    if signal.kind is SignalKind.APPOINTMENT and signal.consultant_id in announced:
        stored["announced"] = True
    return stored
