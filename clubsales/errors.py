"""Decisions, refusals and reasons: codes and facts here, words at the edge (i18n)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NoReturn

from clubsales.money import Money

Fact = str | int | bool | None | Money | datetime | date | list[str]


def plain(value: Fact) -> str | int | bool | list[str] | None:
    """A fact as it is stored and sent as JSON."""
    if isinstance(value, Money):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value


@dataclass(frozen=True, slots=True)
class Refusal:
    """No, and why: the code finds the words, the facts fill them in."""

    code: StrEnum
    facts: Mapping[str, Fact] = field(default_factory=dict)

    def or_raise(self) -> NoReturn:
        """Raises Refused."""
        raise Refused(self)


@dataclass(frozen=True, slots=True)
class Allowed:
    """Yes."""

    def or_raise(self) -> None:
        """Does nothing."""


Decision = Allowed | Refusal


def allow() -> Allowed:
    return Allowed()


def refuse(code: StrEnum, **facts: Fact) -> Refusal:
    return Refusal(code, facts)


class Refused(Exception):
    """A rule said no. The transaction rolls back; the edge answers with code, facts and a sentence."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code.value, dict(refusal.facts))
        self.refusal = refusal

    @property
    def code(self) -> str:
        return self.refusal.code.value


class NotFound(Exception):
    """There is no such thing for this person: unknown, or another club's. Answered as 404."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a decision fell as it did: the rule's ID, a code that finds the sentence, and the facts in it."""

    rule: str
    code: str
    facts: Mapping[str, Fact] = field(default_factory=dict)

    def stored(self) -> dict[str, object]:
        """The reason as JSON; read back by `Reason.restored`."""
        return {"rule": self.rule, "code": self.code, "facts": {k: plain(v) for k, v in self.facts.items()}}

    @classmethod
    def restored(cls, stored: Mapping[str, object]) -> "Reason":
        facts = stored.get("facts")
        return cls(str(stored["rule"]), str(stored["code"]), facts if isinstance(facts, Mapping) else {})
