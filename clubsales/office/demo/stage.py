"""A club's day as it is played: a seeded agenda in the order of time, and what the floor looks like meanwhile."""

import heapq
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import TypeVar

from sqlalchemy.orm import Session

from clubsales.actor import Actor, Club
from clubsales.clock import Instant, local_time
from clubsales.consultants.shifts.rules import Status
from clubsales.db import insert_waiting
from clubsales.errors import Refused
from clubsales.ids import ConsultantID, ReceptionID
from clubsales.membership.catalogue.queries import CardTypeView
from clubsales.membership.prepaid.rules import PrepaidRefused
from clubsales.office.demo import queries
from clubsales.office.demo.cast import Cast, profile_of
from clubsales.office.demo.story import SEED, ClubStory

T = TypeVar("T")
Action = Callable[[Instant], None]
Received = Callable[[ReceptionID, ConsultantID, Instant], None]
AFTERNOON = time(15)
# Guests come after work; weights of the hours from 9:00 on.
HOURS = range(9, 21)
HOUR_WEIGHTS = (1.0, 2.0, 2.0, 1.5, 1.0, 1.5, 2.0, 2.0, 2.5, 3.5, 3.5, 2.5)


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


@dataclass(slots=True, kw_only=True)
class Stage:
    """One club on one local day, from `start` up to `until`. `is_live`: the story ends here, the floor stays open."""

    session: Session
    club: Club
    story: ClubStory
    cast: Cast
    day: date
    start: Instant
    until: Instant
    is_live: bool
    prices: Mapping[str, CardTypeView]
    min_on_post: int
    absent: frozenset[ConsultantID] = frozenset()  # on leave today
    teams: tuple[list[Actor], list[Actor]] | None = None  # of the early and the late shift, once read
    chance: random.Random = field(init=False)
    statuses: dict[ConsultantID, Status] = field(default_factory=dict)
    guests: dict[ConsultantID, int] = field(default_factory=dict)
    waiting: dict[ReceptionID, Received] = field(default_factory=dict)
    _agenda: list[tuple[Instant, int, Action]] = field(default_factory=list)
    _order: "count[int]" = field(default_factory=count)

    def __post_init__(self) -> None:
        # The day's own seed: a day comes out the same whether it is played first or in a later catch-up.
        self.chance = random.Random(f"{SEED}:{self.club.code}:{self.day}")  # noqa: S311  a story, not a secret

    def at(self, hour: int, minute: float = 0) -> Instant:
        """A local time of the day, give or take nothing; minutes may run past the hour."""
        start = datetime.combine(self.day, time(hour), self.club.zone)
        return start.astimezone(UTC) + minutes(minute)

    def plan(self, at: Instant, action: Action) -> None:
        """Something that happens only when its time lies in the part of the day that is played."""
        if at >= self.start:
            self.do(at, action)

    def do(self, at: Instant, action: Action) -> None:
        """Something that happens even when its time has passed at the start: then at the start."""
        heapq.heappush(self._agenda, (max(at, self.start), next(self._order), action))

    def run(self) -> None:
        """Play the agenda to the end of the day, or to the present moment."""
        while self._agenda and self._agenda[0][0] <= self.until:
            at, _order, action = heapq.heappop(self._agenda)
            action(at)
            insert_waiting(self.session)

    def within_the_law(self, work: Callable[[], T]) -> T | None:
        """What the work makes; None where the buyer may pay no more ahead: then he buys nothing."""
        try:
            with self.session.begin_nested():
                return work()
        except Refused as refused:
            if not isinstance(refused.refusal.code, PrepaidRefused):
                raise
            return None

    def dice(self, what: str) -> random.Random:
        """Dice of their own for what was added later, so that the rest of the day comes out as ever."""
        return random.Random(f"{SEED}:{self.club.code}:{self.day}:{what}")  # noqa: S311  a story, not a secret

    def likely(self, percent: float) -> bool:
        return self.chance.random() * 100 < percent

    def some_time(self) -> Instant:
        """A moment at which people come, evenings more often."""
        return self.at(self.chance.choices(HOURS, HOUR_WEIGHTS)[0], self.chance.uniform(0, 60))

    def is_weekend(self) -> bool:
        return self.day.weekday() >= 5

    def is_open_at(self, at: Instant) -> bool:
        """Whether this is within business hours."""
        return self.club.is_business_time(local_time(at, self.club.zone))

    def desk(self, at: Instant) -> Actor:
        """Who is at the front desk: one until the afternoon, another one after."""
        late = local_time(at, self.club.zone) >= AFTERNOON
        return self.cast.desks[-1 if late else 0]

    def on_post(self, *, but: ConsultantID | None = None) -> list[ConsultantID]:
        """Everybody on post, in the order of opening."""
        return [one for one, status in self.statuses.items() if status is Status.ON_POST and one != but]

    def free(self) -> list[Actor]:
        """Inside consultants on post without a guest."""
        on_post = set(self.on_post())
        return [
            one
            for one in self.cast.inside
            if profile_of(one) in on_post and not self.guests.get(profile_of(one))
        ]

    def serve(self, at: Instant) -> None:
        """Somebody became free: go on with the waiting guests who were just received."""
        if not self.waiting:
            return
        for reception_id, consultant_id in queries.received(self.session, list(self.waiting)).items():
            self.waiting.pop(reception_id)(reception_id, consultant_id, at)
