"""Figures of a run: medians of interleaved repeats, as ratios to the floor of the same repeat."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from benchmarks.work import FLOOR

AIMS = {"board-poll": 0.8, "check-in": 0.45, "walk-in": 0.3, "sale": 0.2, "claim": 0.35}  # at 8 clients


@dataclass(slots=True)
class Rounds:
    """The rounds of one work with so many clients: requests a second of each, all latencies in seconds."""

    rates: list[float] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)

    def add(self, seconds: float, latencies: Sequence[float]) -> None:
        """A round is done."""
        self.rates.append(len(latencies) / seconds)
        self.latencies.extend(latencies)

    def percentile(self, share: float) -> float:
        """Milliseconds within which this share of the requests was answered."""
        ordered = sorted(self.latencies)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


@dataclass(frozen=True, slots=True)
class Figure:
    """One work with so many clients."""

    name: str
    clients: int
    ratio: float
    rps: float
    p50_ms: float
    p99_ms: float

    def as_json(self) -> dict[str, str | int | float]:
        """As `--json` prints it."""
        return {
            "name": self.name,
            "clients": self.clients,
            "ratio": round(self.ratio, 3),
            "rps": round(self.rps, 1),
            "p50_ms": round(self.p50_ms, 2),
            "p99_ms": round(self.p99_ms, 2),
        }


def figure(name: str, clients: int, rounds: Rounds, floor: Rounds) -> Figure:
    """The figure of a work whose rounds alternated with the floor's."""
    return Figure(
        name=name,
        clients=clients,
        ratio=median(mine / bare for mine, bare in zip(rounds.rates, floor.rates, strict=True)),
        rps=median(rounds.rates),
        p50_ms=rounds.percentile(0.5),
        p99_ms=rounds.percentile(0.99),
    )


def table(figures: Sequence[Figure]) -> str:
    """The figures for a person, the floor's among them."""
    lines = [f"{'':10}{'clients':>8}{'ratio':>8}{'aim':>7}{'req/s':>9}{'p50 ms':>9}{'p99 ms':>9}"]
    for one in figures:
        aim = f"{AIMS[one.name]:.2f}" if one.name in AIMS and one.clients == 8 else ""
        ratio = "" if one.name == FLOOR else f"{one.ratio:.2f}"
        lines.append(
            f"{one.name:10}{one.clients:>8}{ratio:>8}{aim:>7}{one.rps:>9.0f}{one.p50_ms:>9.1f}{one.p99_ms:>9.1f}"
        )
    return "\n".join(lines)
