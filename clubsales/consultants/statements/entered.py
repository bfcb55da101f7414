"""Figures of a month that people enter: pure."""

from enum import StrEnum

LARGEST_MAJOR = 100_000_000  # major units: anything above is a slip of the hand
LONGEST_NOTE = 200  # characters


class FigureKind(StrEnum):
    """What is typed for a month because no other table knows it."""

    EXPENSE = "expense"
    BENEFIT = "benefit"


class FigureRefused(StrEnum):
    AMOUNT = "figure.amount"
    CLOSED = "figure.closed"
