"""What happened to cases about somebody."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from clubsales.audit import Event


@dataclass(frozen=True, slots=True)
class ReviewOpened(Event):
    """`month` is the closed month that brought it; none for what a person proposed."""

    tag: ClassVar[str] = "review:opened"
    subject: ClassVar[str] = "review_id"
    review_id: int
    consultant_id: int
    kind: str
    month: date | None
    rule: str


@dataclass(frozen=True, slots=True)
class ReviewDecided(Event):
    """A new base or a fine as an amount, a new level, from a day on; none where nothing of it follows."""

    tag: ClassVar[str] = "review:decided"
    subject: ClassVar[str] = "review_id"
    review_id: int
    consultant_id: int
    kind: str
    decision: str
    amount: str | None
    level: int | None
    valid_from: date | None
    rule: str


@dataclass(frozen=True, slots=True)
class ReviewDismissed(Event):
    tag: ClassVar[str] = "review:dismissed"
    subject: ClassVar[str] = "review_id"
    review_id: int
    consultant_id: int
    kind: str
    rule: str


@dataclass(frozen=True, slots=True)
class ReviewAcknowledged(Event):
    """The person it is about has read the decision; what he answered stays with the case."""

    tag: ClassVar[str] = "review:acknowledged"
    subject: ClassVar[str] = "review_id"
    review_id: int
    consultant_id: int
    rule: str
