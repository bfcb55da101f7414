"""Rounds of work, sent in turn by the load process, each card, guest and buyer once; a lead now and then by two."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count, cycle, islice
from typing import Any

from benchmarks import club, floor
from benchmarks.club import MadeClub
from benchmarks.figures import Figure, Rounds, figure
from benchmarks.progress import tell
from benchmarks.servers import ROOT
from benchmarks.work import BOARD_POLL, CHECK_IN, CLAIM, FLOOR, SALE, WALK_IN

CLIENTS = (1, 8, 32)
WORKS = (FLOOR, BOARD_POLL, CHECK_IN, WALK_IN, SALE, CLAIM)


class BenchFailed(RuntimeError):
    """Something was not done as it should be: there is no figure."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured: repeats, and pieces of work in a round by number of clients."""

    repeats: int
    pieces: dict[str, dict[int, int]]

    def needed(self, work: str) -> int:
        """How many pieces of a work all rounds take together, with those to warm up."""
        return self.repeats * sum(self.pieces[work].values()) + WARM_UP


WANTED_BY_TWO = 10  # of so many pieces two go for one lead, one after the other


def place_in_pool(number: int) -> int:
    """Which free lead the so manieth claim goes for."""
    return number - (number + 1) // WANTED_BY_TWO


WARM_UP = 40  # pieces of each work before anything is measured
QUICK = Plan(
    repeats=3,
    pieces={
        FLOOR: {1: 300, 8: 500, 32: 500},
        BOARD_POLL: {1: 200, 8: 400, 32: 400},
        CHECK_IN: {1: 80, 8: 160, 32: 160},
        WALK_IN: {1: 40, 8: 80, 32: 80},
        SALE: {1: 30, 8: 60, 32: 60},
        CLAIM: {1: 60, 8: 120, 32: 120},
    },
)
WHOLE = Plan(
    repeats=5,
    pieces={
        FLOOR: {1: 500, 8: 1000, 32: 1000},
        BOARD_POLL: {1: 400, 8: 800, 32: 800},
        CHECK_IN: {1: 150, 8: 300, 32: 300},
        WALK_IN: {1: 80, 8: 150, 32: 150},
        SALE: {1: 60, 8: 120, 32: 120},
        CLAIM: {1: 120, 8: 240, 32: 240},
    },
)


class Load:
    """The process that sends."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def round(self, work: dict[str, Any]) -> tuple[float, list[float]]:
        """Have a round sent: seconds, latencies. Raises BenchFailed for any answer that is not right."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(work) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise BenchFailed("the load ended")
        result = json.loads(line)
        if "failure" in result:
            raise BenchFailed(f"{work['name']} with {work['clients']} clients: {result['failure']}")
        return result["seconds"], result["latencies"]


@contextmanager
def load_process() -> Iterator[Load]:
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.load"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield Load(process)
    finally:
        process.kill()
        process.wait()


class Things:
    """What each piece of work is done with: every card, guest and buyer once."""

    def __init__(self, made: MadeClub) -> None:
        self._left: dict[str, Iterator[Any]] = {
            FLOOR: (floor.key_of(number) for number in count()),
            BOARD_POLL: count(),
            CHECK_IN: iter(made.cards),
            WALK_IN: (club.guest_phone(number) for number in count()),
            SALE: iter(zip(made.leads, cycle(made.consultants), strict=False)),
            CLAIM: ((made.pool[place_in_pool(number)], number) for number in count()),
        }

    def take(self, work: str, pieces: int) -> list[Any]:
        """The next ones."""
        taken = list(islice(self._left[work], pieces))
        assert len(taken) == pieces
        return taken


class Bench:
    """A run: servers that stand ready, and the rounds sent to them."""

    def __init__(
        self,
        plan: Plan,
        made: MadeClub,
        load: Load,
        doors: dict[str, dict[str, Any]],
        watch: Callable[[], dict[str, Any]],
    ) -> None:
        self._watch = watch
        self._plan = plan
        self._load = load
        self._doors = doors
        self._things = Things(made)
        self.done = dict.fromkeys(WORKS, 0)

    def warm_up(self) -> None:
        """Fill pools, caches and plans before anything is measured."""
        for work in WORKS:
            self._round(work, 8, WARM_UP)

    def measure(self) -> list[Figure]:
        """All repeats: floor and works in turn, so that whatever disturbs the machine disturbs them alike."""
        rounds = {(work, clients): Rounds() for work in WORKS for clients in CLIENTS}
        for repeat in range(1, self._plan.repeats + 1):
            for clients in CLIENTS:
                for work in WORKS:
                    result = self._round(work, clients, self._plan.pieces[work][clients])
                    rounds[work, clients].add(*result)
            tell(f"repeat {repeat} of {self._plan.repeats} is done")
        return [
            figure(work, clients, rounds[work, clients], rounds[FLOOR, clients])
            for work in WORKS
            for clients in CLIENTS
        ]

    def _round(self, work: str, clients: int, pieces: int) -> tuple[float, list[float]]:
        things = self._things.take(work, pieces)
        self.done[work] += pieces
        # What the watchers have on their screens is what stands now: walk-ins have moved it since.
        more = self._watch() if work == BOARD_POLL else {}
        return self._load.round(
            {"name": work, "clients": clients, "things": things, **self._doors[work], **more}
        )
