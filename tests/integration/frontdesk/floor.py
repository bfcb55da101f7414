"""A day on the floor, told by letters: A opened first, then B, then C; X sells outside."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from clubsales import policies
from clubsales.actor import Actor, Role
from clubsales.clock import Instant, local_day
from clubsales.consultants.shifts.rules import Status
from clubsales.frontdesk.posts import operations as posts
from clubsales.frontdesk.reception import operations as reception
from clubsales.frontdesk.reception import queries, turns
from clubsales.frontdesk.reception.operations import Arrival
from clubsales.frontdesk.reception.queries import ReceptionView
from clubsales.frontdesk.reception.rules import Outcome
from clubsales.frontdesk.rotation import queries as rotation
from clubsales.frontdesk.rotation.queries import AssignmentView
from clubsales.ids import ReceptionID
from clubsales.leads.touches.rules import Signal, SignalKind
from tests.builders import Cast, a_colleague, consultant_of, local


def set_policy(session: Session, cast: Cast, **changes: dict[str, Any]) -> None:
    """Put settings in force from the ninth of March on."""
    policies.publish(
        session,
        changes=changes,
        valid_from=local_day(local(8), cast.club.zone),
        actor=cast.system,
        at=local(8),
    )


class Floor:
    """The operations of a day, by letters and times of the ninth of March."""

    def __init__(self, session: Session, cast: Cast, *open_now: str) -> None:
        self.session = session
        self.cast = cast
        third = a_colleague(session, cast.club, "wanglei", "王磊", Role.CONSULTANT)
        self.people: dict[str, Actor] = {"A": cast.lin, "B": cast.zhou, "C": third, "X": cast.ma}
        self.guests: dict[str, ReceptionID] = {}
        for minute, letter in enumerate(open_now):
            self.opens(letter, local(9, minute))

    def opens(self, letter: str, at: Instant) -> None:
        posts.open_shift(
            self.session, consultant_id=self.key(letter), checklist=None, actor=self.people[letter], at=at
        )

    def closes(self, letter: str, at: Instant, *, relief: str | None = None) -> bool:
        return posts.close_shift(
            self.session,
            consultant_id=self.key(letter),
            acknowledged_by=self.key(relief) if relief else None,
            actor=self.people[letter],
            at=at,
        )

    def changes(self, letter: str, status: Status, at: Instant, *, recorded: bool = False) -> bool:
        return posts.change_status(
            self.session,
            consultant_id=self.key(letter),
            status=status,
            recorded=recorded,
            actor=self.people[letter],
            at=at,
        )

    def arrives(
        self,
        guest: str,
        at: Instant,
        *,
        phone: str | None = None,
        asks_for: str | None = None,
        with_: str | None = None,
        passes: Sequence[str] = (),
        waits: bool = False,
        by: str | None = None,
    ) -> Arrival:
        signals = (Signal(SignalKind.NAME, self.key(asks_for)),) if asks_for is not None else ()
        arrival = reception.arrive(
            self.session,
            e164=phone,
            name=guest,
            signals=signals,
            passes=passes,
            came_with=self.guests[with_] if with_ else None,
            wait_for_designated=waits,
            actor=self.people[by] if by else self.cast.desk,
            at=at,
        )
        self.guests[guest] = arrival.reception_id
        return arrival

    def leaves(self, guest: str, at: Instant, outcome: Outcome = Outcome.BE_BACK, *, by: str = "") -> None:
        reception.see_out(
            self.session,
            reception_id=self.guests[guest],
            outcome=outcome,
            actor=self.people[by] if by else self.cast.desk,
            at=at,
        )

    def accepts(self, letter: str, guest: str, at: Instant) -> None:
        reception.accept(self.session, reception_id=self.guests[guest], actor=self.people[letter], at=at)

    def gives(self, guest: str, letter: str, at: Instant, *, reason: str = "他们认识") -> None:
        reception.assign_by_hand(
            self.session,
            reception_id=self.guests[guest],
            consultant_id=self.key(letter),
            reason=reason,
            actor=self.cast.supervisor,
            at=at,
        )

    def key(self, letter: str) -> Any:
        return consultant_of(self.people[letter])

    def who_has(self, guest: str) -> str | None:
        view = self.view(guest)
        return self.letter(view.consultant_id) if view.consultant_id else None

    def view(self, guest: str) -> ReceptionView:
        return queries.get(self.session, self.cast.club.id, self.guests[guest])

    def letter(self, consultant_id: int) -> str:
        return next(name for name, actor in self.people.items() if actor.consultant_id == consultant_id)

    def queue(self) -> str:
        policy = turns.floor_policy(self.session, self.cast.system, local(12)).rotation
        seats = rotation.seats(self.session, self.cast.club, policy)
        return "".join(self.letter(seat.consultant_id) for seat in seats)

    def lines(self, guest: str) -> list[AssignmentView]:
        return rotation.decisions_of(self.session, self.cast.club.id, self.guests[guest])

    def ledger(self, *guests: str) -> list[tuple[str, str | None, str]]:
        """Who was given to whom, and why: of all guests, or of these."""
        names = {key: name for name, key in self.guests.items()}
        return [
            (
                names[line.reception_id],
                self.letter(line.consultant_id) if line.consultant_id else None,
                line.basis.value,
            )
            for line in rotation.all_assignments(self.session, self.cast.club.id)
            if not guests or names[line.reception_id] in guests
        ]

    def letters(self, keys: Sequence[int]) -> str:
        return "".join(self.letter(key) for key in keys)


def seconds(number: int) -> timedelta:
    return timedelta(seconds=number)
