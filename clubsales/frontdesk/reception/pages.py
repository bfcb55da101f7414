"""The desk's pages as plain values: the live board, and what would happen to a guest before anything is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from clubsales import policies
from clubsales.actor import Actor, Club
from clubsales.clock import Instant, local_day
from clubsales.errors import Reason
from clubsales.frontdesk.reception import queries
from clubsales.frontdesk.reception.known import Known, who_is
from clubsales.frontdesk.reception.queries import ReceptionView
from clubsales.frontdesk.reception.rules import Status
from clubsales.frontdesk.reception.turns import decided, designation_of, floor_policy
from clubsales.frontdesk.rotation import queries as rotation
from clubsales.frontdesk.rotation.rules import RotationPolicy, Turn, state_of
from clubsales.ids import ConsultantID, ReceptionID
from clubsales.leads.intake.rules import PrivacyPolicy
from clubsales.leads.touches.rules import Signal


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardSeat:
    """A consultant on shift: his place, what he does, how often it was his turn today. Place 0: not in the queue."""

    consultant_id: ConsultantID
    public_id: str
    name: str
    place: int
    state: str  # on_post, busy, or a status off post
    is_next: bool
    is_free: bool
    turns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The floor as everybody sees it."""

    version: int
    queue: tuple[BoardSeat, ...]
    beside: tuple[BoardSeat, ...]
    received: tuple[ReceptionView, ...]
    waiting: tuple[ReceptionView, ...]
    mask: Mapping[str, int]

    def seat_of(self, consultant_id: ConsultantID) -> BoardSeat | None:
        """Where a consultant stands."""
        everybody = (*self.queue, *self.beside)
        return next((seat for seat in everybody if seat.consultant_id == consultant_id), None)

    def guests_of(self, consultant_id: ConsultantID) -> tuple[ReceptionView, ...]:
        """Who is with a consultant."""
        return tuple(guest for guest in self.received if guest.consultant_id == consultant_id)

    def ahead_of(self, consultant_id: ConsultantID) -> int:
        """How many free consultants stand before somebody in the queue."""
        before = 0
        for seat in self.queue:
            if seat.consultant_id == consultant_id:
                break
            before += seat.is_free
        return before


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """Who is at the desk and who would take him: nothing is written yet."""

    e164: str | None
    known: Known | None
    here: ReceptionView | None
    turn: Turn

    @property
    def why(self) -> tuple[Reason, ...]:
        return (self.turn.reason, *(skip.explained() for skip in self.turn.skipped))


def board(session: Session, club: Club, at: Instant) -> Board:
    """The queue with today's turns, who is received, who waits."""
    day = local_day(at, club.zone)
    policy = policies.policy_on(session, club, day)
    version = rotation.board_version(session, club.id)
    floor = rotation.floor(session, club, policy.read("rotation", RotationPolicy))
    turns = rotation.turns_on(session, club, day)
    guests = queries.present(session, club.id)
    next_up = next((seat.consultant_id for seat in floor.queue if seat.is_free), None)

    def shown(consultant_id: ConsultantID, place: int) -> BoardSeat:
        person = floor.shown[consultant_id]
        return BoardSeat(
            consultant_id=consultant_id,
            public_id=person.public_id,
            name=person.seat.name,
            place=place,
            state=state_of(person.seat),
            is_next=consultant_id == next_up,
            is_free=person.seat.is_free,
            turns=turns.get(consultant_id, 0),
        )

    return Board(
        version=version,
        queue=tuple(shown(seat.consultant_id, place) for place, seat in enumerate(floor.queue, start=1)),
        beside=tuple(shown(seat.consultant_id, 0) for seat in floor.beside),
        received=tuple(guest for guest in guests if guest.status is Status.OPEN),
        waiting=tuple(guest for guest in guests if guest.status is Status.WAITING),
        mask=policy.read("privacy", PrivacyPolicy).mask,
    )


def preview(
    session: Session,
    *,
    e164: str | None,
    signals: Sequence[Signal],
    came_with: ReceptionID | None,
    actor: Actor,
    at: Instant,
) -> Preview:
    """Who is this, whose guest, whose turn, and why. Raises NotFound for a foreign consultant or reception."""
    club = actor.club
    policy = floor_policy(session, actor, at)
    floor = rotation.floor(session, club, policy.rotation)
    known = who_is(session, club, e164) if e164 is not None else None
    here = (
        queries.get(session, club.id, known.present)
        if known is not None and known.present is not None
        else None
    )
    is_member = known is not None and known.is_member
    designation = designation_of(session, actor, floor, policy, signals=signals, is_member=is_member)
    company = queries.company(session, club.id, came_with) if came_with is not None else None
    return Preview(e164=e164, known=known, here=here, turn=decided(floor, policy, designation, company))
