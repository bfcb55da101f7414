"""What an amount takes: sales, tours, appointments, calls, by what they took lately (TGT-06). Pure."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor

LEAST_SALES, LEAST_OF_STEP = 5, 10  # below, a rate would be chance


class StepKind(StrEnum):
    SALES = "sales"
    NEW = "new"  # of the sales, those to guests who buy for the first time
    TOURS = "tours"
    APPOINTMENTS = "appointments"
    CALLS = "calls"


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """What a club did in a time, and what it brought in minor units."""

    sales: int
    new_sales: int
    turnover_minor: int
    tours: int
    appointments: int
    calls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """How many it takes, at so many of these for `of` of those before. None: not enough of them were recorded."""

    kind: StepKind
    needed: int | None
    known: int
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """The way to an amount, at the average ticket in minor units."""

    ticket_minor: int
    steps: tuple[Step, ...]


def reach(amount_minor: int, seen: Activity) -> Reach | None:
    """Amount to sales by the average ticket, then each step by the one before; None without enough sales.

    A tour needs no appointment and an appointment no call: each rate holds with as many who come by themselves as
    came lately. Where fewer tours than sales were recorded, the records do not say how many a sale takes.
    """
    if seen.sales < LEAST_SALES or seen.turnover_minor <= 0:
        return None
    sales = ceil(Fraction(max(amount_minor, 0) * seen.sales, seen.turnover_minor))
    steps = [
        Step(kind=StepKind.SALES, needed=sales, known=seen.sales, of=seen.sales),
        Step(
            kind=StepKind.NEW,
            needed=ceil(Fraction(sales * seen.new_sales, seen.sales)),
            known=seen.new_sales,
            of=seen.sales,
        ),
    ]
    needed: int | None = sales
    before = seen.sales
    for kind, known in (
        (StepKind.TOURS, seen.tours),
        (StepKind.APPOINTMENTS, seen.appointments),
        (StepKind.CALLS, seen.calls),
    ):
        told = known >= LEAST_OF_STEP and not (kind is StepKind.TOURS and known < seen.sales)
        needed = ceil(Fraction(needed * known, before)) if told and needed is not None else None
        steps.append(Step(kind=kind, needed=needed, known=known, of=before))
        before = known
    return Reach(
        ticket_minor=floor(Fraction(seen.turnover_minor, seen.sales) + Fraction(1, 2)), steps=tuple(steps)
    )
