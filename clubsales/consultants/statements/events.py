"""What happened to statements and to the figures they need."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from clubsales.audit import Event


@dataclass(frozen=True, slots=True)
class FigureSet(Event):
    """`figure` is expense or benefit."""

    tag: ClassVar[str] = "month_figure:set"
    subject: ClassVar[str] = "consultant_id"
    consultant_id: int
    month: date
    figure: str
    amount: str
    before: str | None


@dataclass(frozen=True, slots=True)
class StatementsFrozen(Event):
    """A month's statements were written; `digest` covers them all."""

    tag: ClassVar[str] = "statements:frozen"
    subject: ClassVar[str] = "policy_version_id"
    policy_version_id: int
    month: date
    statements: int
    digest: str


@dataclass(frozen=True, slots=True)
class StatementPaidOut(Event):
    """Finance recorded that so much was paid out on a day; `month` is the statement's."""

    tag: ClassVar[str] = "statement:paid_out"
    subject: ClassVar[str] = "statement_id"
    statement_id: int
    consultant_id: int
    month: date
    amount: str
    paid_on: date
    reference: str


@dataclass(frozen=True, slots=True)
class StatementAnswered(Event):
    """`answer` is acknowledged, objected or confirmed."""

    tag: ClassVar[str] = "statement:answered"
    subject: ClassVar[str] = "statement_id"
    statement_id: int
    consultant_id: int
    month: date
    answer: str
