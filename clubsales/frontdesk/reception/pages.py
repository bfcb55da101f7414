"""The desk's pages as plain values: the live board, and what would happen to a guest before anything is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from clubsales import policies
from clubsales.actor import Actor, Club
from clubsales.clock import Instant, local_day
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.shifts.rules import Status as PostStatus
from clubsales.errors import Reason
from clubsales.frontdesk.reception import queries
from clubsales.frontdesk.reception.arriving import Shown, shown_by
from clubsales.frontdesk.reception.known import Known, who_is
from clubsales.frontdesk.reception.queries import ReceptionView
from clubsales.frontdesk.reception.rules import Designation, Status
from clubsales.frontdesk.reception.turns import decided, designation_of, floor_now, floor_policy
from clubsales.frontdesk.reception.waiting import turns_of_older
from clubsales.frontdesk.rotation import queries as rotation
from clubsales.frontdesk.rotation.rules import BUSY, Basis, RotationPolicy, Seat, Turn, state_of
from clubsales.ids import ConsultantID, ReceptionID
from clubsales.leads.appointments import queries as appointments
from clubsales.leads.disclosures.rules import PrivacyPolicy
from clubsales.leads.touches.rules import Signal


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardSeat:
    """A consultant on shift: his place, what he does, how often it was his turn today. Place 0: not in the queue.

    `barred`: on post and free, but no guest comes to him by turn (overdue follow-ups).
    """

    consultant_id: ConsultantID
    public_id: str
    name: str
    place: int
    state: str  # on_post, busy, or a status off post
    is_next: bool
    is_free: bool
    barred: bool
    turns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The floor as everybody sees it. `received` are with somebody or offered to him."""

    version: int
    queue: tuple[BoardSeat, ...]
    beside: tuple[BoardSeat, ...]
    received: tuple[ReceptionView, ...]
    waiting: tuple[ReceptionView, ...]
    mask: Mapping[str, int]

    @property
    def free(self) -> tuple[BoardSeat, ...]:
        """Whoever could receive a guest now."""
        return tuple(seat for seat in (*self.queue, *self.beside) if seat.is_free)

    @property
    def off_post(self) -> tuple[BoardSeat, ...]:
        """Whoever could be called back on post: away from it, and nobody is with him."""
        return tuple(
            seat
            for seat in (*self.queue, *self.beside)
            if seat.state not in (BUSY, PostStatus.ON_POST) and not self.guests_of(seat.consultant_id)
        )

    def seat_of(self, consultant_id: ConsultantID) -> BoardSeat | None:
        """Where a consultant stands."""
        everybody = (*self.queue, *self.beside)
        return next((seat for seat in everybody if seat.consultant_id == consultant_id), None)

    def guests_of(self, consultant_id: ConsultantID) -> tuple[ReceptionView, ...]:
        """Who is with a consultant, or offered to him."""
        return tuple(guest for guest in self.received if guest.consultant_id == consultant_id)

    def may_come_forward(self, consultant_id: ConsultantID) -> bool:
        """Whether a guest waits whom this consultant could ask for: he is free, on post, and takes turns."""
        seat = self.seat_of(consultant_id)
        if seat is None or not seat.is_free or seat.barred:
            return False
        return any(not one.waits_for_designated or one.designated_id == consultant_id for one in self.waiting)

    def ahead_of(self, consultant_id: ConsultantID) -> int:
        """How many free consultants stand before somebody in the queue."""
        before = 0
        for seat in self.queue:
            if seat.consultant_id == consultant_id:
                break
            before += seat.is_free
        return before


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPass:
    """A pass the guest holds out, and what it is worth today."""

    code: str
    kind: str
    consultant: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """An appointment of the guest today."""

    due_at: Instant
    consultant: str
    is_announced: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """Who is at the desk and who would take him: nothing is written yet.

    `ahead` are the guests who have waited longer and go first, each with who is asked for him.
    """

    e164: str | None
    known: Known | None
    here: ReceptionView | None
    held_by: str
    due: tuple[Due, ...]
    passes: tuple[ShownPass, ...]
    designated: Designation | None
    ahead: tuple[tuple[str, str], ...]
    turn: Turn

    @property
    def why(self) -> tuple[Reason, ...]:
        return (self.turn.reason, *(skip.explained() for skip in self.turn.skipped))

    @property
    def may_wait(self) -> bool:
        """Whether the guest may rather wait for whom he came for, who cannot come now (AMB-04)."""
        return self.designated is not None and self.turn.basis in (Basis.PROXY, Basis.WAITING)


def board(session: Session, club: Club, at: Instant) -> Board:
    """The queue with today's turns, who is received, who waits."""
    day = local_day(at, club.zone)
    policy = policies.policy_on(session, club, day)
    version = rotation.board_version(session, club.id)
    floor = rotation.floor(session, club, policy.read("rotation", RotationPolicy), day)
    turns = rotation.turns_on(session, club, day)
    guests = queries.present(session, club.id)
    next_up = next((seat.consultant_id for seat in floor.queue if seat.takes_turns), None)

    def shown(seat: Seat, place: int = 0) -> BoardSeat:
        return BoardSeat(
            consultant_id=seat.consultant_id,
            public_id=floor.public_ids[seat.consultant_id],
            name=seat.name,
            place=place,
            state=state_of(seat),
            is_next=seat.consultant_id == next_up,
            is_free=seat.is_free,
            barred=seat.is_free and not seat.takes_turns,
            turns=turns.get(seat.consultant_id, 0),
        )

    return Board(
        version=version,
        queue=tuple(shown(seat, place) for place, seat in enumerate(floor.queue, start=1)),
        beside=tuple(shown(seat) for seat in floor.beside),
        received=tuple(guest for guest in guests if guest.status is Status.OPEN),
        waiting=tuple(guest for guest in guests if guest.status is Status.WAITING),
        mask=policy.read("privacy", PrivacyPolicy).mask,
    )


def preview(
    session: Session,
    *,
    e164: str | None,
    signals: Sequence[Signal],
    passes: Sequence[str] = (),
    came_with: ReceptionID | None,
    actor: Actor,
    at: Instant,
) -> Preview:
    """Who is this, whose guest, whose turn, and why.

    Raises NotFound for a foreign consultant or reception, Refused(PassRefused.UNKNOWN).
    """
    club, day = actor.club, local_day(at, actor.club.zone)
    policy = floor_policy(session, actor, at)
    floor = floor_now(session, actor, policy, at)
    known = who_is(session, club, e164, day) if e164 is not None else None
    here = (
        queries.get(session, club.id, known.present)
        if known is not None and known.present is not None
        else None
    )
    shown = shown_by(
        session,
        known=known,
        person_id=known.person_id if known is not None else None,
        signals=signals,
        codes=passes,
        policy=policy,
        actor=actor,
        at=at,
    )
    designation = designation_of(
        session,
        actor,
        floor,
        policy,
        signals=shown.signals,
        is_member=known is not None and known.is_member,
        announced=shown.announced,
    )
    company = queries.company(session, club.id, came_with) if came_with is not None else None
    turn = decided(floor, policy, designation, company)
    ahead = (
        turns_of_older(session, floor=floor, policy=policy, actor=actor, at=at)
        if company is None and turn.is_by_turn
        else []
    )
    for older, _guest in ahead:
        floor = floor.after(older)
    due = (
        appointments.due_on(session, club.id, known.person_id, day)
        if known is not None and known.appointments
        else []
    )
    held_by = known.held_by if known is not None else None
    named = (
        {one.consultant_id for one in due} | {one.consultant_id for one, _value in shown.passes} | {held_by}
    )
    names = profiles.names(session, [key for key in named if key is not None])
    return Preview(
        e164=e164,
        known=known,
        here=here,
        held_by=names.get(held_by, "") if held_by is not None else "",
        due=tuple(
            Due(
                due_at=one.due_at,
                consultant=names.get(one.consultant_id, ""),
                is_announced=one.consultant_id in shown.announced,
            )
            for one in due
        ),
        passes=_shown_passes(shown, names),
        designated=designation,
        ahead=tuple((guest.name, older.consultant_name) for older, guest in ahead),
        turn=decided(floor, policy, designation, company) if ahead else turn,
    )


def _shown_passes(shown: Shown, names: Mapping[ConsultantID, str]) -> tuple[ShownPass, ...]:
    return tuple(
        ShownPass(
            code=one.code,
            kind=one.kind.value,
            consultant=names.get(one.consultant_id, "") if one.consultant_id is not None else "",
            answer=value.answer.value,
        )
        for one, value in shown.passes
    )
