"""What may be said to a statement, by whom and until when (ASM-09): pure."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from clubsales.errors import Decision, allow, refuse

LONGEST_WORDS = 2_000  # characters


class AnswerKind(StrEnum):
    """What is said to a statement: the person's word, and the manager's answer to an objection."""

    ACKNOWLEDGED = "acknowledged"
    OBJECTED = "objected"
    CONFIRMED = "confirmed"


class StatementRefused(StrEnum):
    NOT_YOURS = "statement.not_yours"
    ANSWERED = "statement.answered"
    WORDS = "statement.words"
    NO_OBJECTION = "statement.no_objection"
    OWN = "statement.own"
    TOO_LATE = "statement.too_late"


def may_acknowledge(answers: Sequence[AnswerKind], *, is_own: bool) -> Decision:
    """His own, once; also after an objection, when he has been answered."""
    if not is_own:
        return refuse(StatementRefused.NOT_YOURS)
    if answers and answers[-1] is not AnswerKind.CONFIRMED:
        return refuse(StatementRefused.ANSWERED)
    return allow()


def may_object(
    answers: Sequence[AnswerKind], *, is_own: bool, words: str, today: date, answer_by: date
) -> Decision:
    """His own, before he has answered, by the day it must be confirmed (ASM-09), and with words."""
    if not is_own:
        return refuse(StatementRefused.NOT_YOURS)
    if answers:
        return refuse(StatementRefused.ANSWERED)
    if today > answer_by:
        return refuse(StatementRefused.TOO_LATE, last_day=answer_by)
    return _with_words(words)


def may_confirm(answers: Sequence[AnswerKind], *, is_own: bool, words: str) -> Decision:
    """Only an objection is answered, by somebody else than its author, and with words."""
    if is_own:
        return refuse(StatementRefused.OWN)
    if not answers or answers[-1] is not AnswerKind.OBJECTED:
        return refuse(StatementRefused.NO_OBJECTION)
    return _with_words(words)


def _with_words(words: str) -> Decision:
    if not words or len(words) > LONGEST_WORDS:
        return refuse(StatementRefused.WORDS, longest=LONGEST_WORDS)
    return allow()
