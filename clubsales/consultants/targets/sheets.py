"""A plan's form: its figures, what they add up to, what is wrong with it, and entering it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.consultants.targets import operations, words
from clubsales.consultants.targets.asking import Asked
from clubsales.consultants.targets.forms import Entry, digits_of
from clubsales.consultants.targets.rules import TargetRefused
from clubsales.consultants.targets.splitting import Missing
from clubsales.errors import Refused
from clubsales.i18n import refusal_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """The parts of a whole together; None while none is typed. No whole: nothing to compare with."""

    group: str
    whole: int | None
    parts: int | None


def enter(session: Session, *, entries: list[Entry], reason: str, actor: Actor, at: Instant) -> None:
    """Issue what was typed, and results where they are typed; what is empty or closed stays. Raises as `issue`."""
    open_ones = [each for each in entries if not each.line.is_closed]
    figures = {each.line.slot: each.value for each in open_ones if each.value is not None}
    operations.issue(session, targets=figures, reason=reason, actor=actor, at=at)
    for each in open_ones:
        if each.result is not None:
            operations.state_result(session, slot=each.line.slot, result=each.result, actor=actor, at=at)


def sums(entries: list[Entry]) -> dict[str, Sum]:
    """Each whole beside what its parts add up to as they stand in the fields; no parts typed: none to compare."""
    found: dict[str, Sum] = {}
    for whole in entries:
        for group in whole.line.whole_of:
            parts = [each.value for each in entries if group in each.line.parts_of and each.value is not None]
            found[group] = Sum(group=group, whole=whole.value, parts=sum(parts) if parts else None)
    return found


def sheet(
    actor: Actor,
    entries: list[Entry],
    wanted: Asked,
    *,
    missing: Missing | None = None,
    refused: Refused | None = None,
    is_proposal: bool = False,
) -> dict[str, Any]:
    """What the template of every plan is filled with."""
    kind, refusal = entries[0].line.slot.kind, refused.refusal if refused else None
    wants_reason = refusal is not None and refusal.code is TargetRefused.REASON
    return {
        "entries": entries,
        "kind": kind,
        "sums": sums(entries) if kind.adds_up else {},
        "digits": digits_of(kind, actor.club.currency),
        "currency": actor.club.currency,
        "wanted": wanted,
        "how_names": words.HOWS,
        "has_errors": any(each.is_wrong for each in entries),
        "missing": words.MISSING[missing] if missing else "",
        "refusal": refusal_text(refusal) if refusal and not wants_reason else "",
        "reason_error": refusal_text(refusal) if refusal and wants_reason else "",
        "is_proposal": is_proposal,
        "was_issued": any(each.line.history for each in entries),
    }
