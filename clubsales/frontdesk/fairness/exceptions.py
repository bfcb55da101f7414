"""What went another way than the queue alone, by who gained."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from clubsales.clock import Instant
from clubsales.errors import Reason
from clubsales.frontdesk.fairness.facts import COMPANION, Facts
from clubsales.frontdesk.fairness.rules import RETURNED, GuestKind, Span
from clubsales.ids import ConsultantID, ReceptionID


class ExceptionKind(StrEnum):
    """What went another way than the queue alone."""

    MANUAL = "manual"
    OFF_DUTY = "off_duty"
    PROXY = "proxy"
    RETURNED = "returned"
    NOT_TAKEN = "not_taken"
    CONTESTED = "contested"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionLine:
    """One exception: who gained by it, who lost, why, and who decided; nobody did where the program did."""

    kind: ExceptionKind
    at: Instant
    guest: str  # the reception's public id
    gained: str
    lost: str
    reason: Reason | None
    note: str
    decided_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gains:
    """The exceptions somebody gained by, the oldest first."""

    name: str
    lines: tuple[ExceptionLine, ...]
    counts: Mapping[ExceptionKind, int]


def gains_of(facts: Facts, span: Span) -> tuple[Gains, ...]:
    """The exceptions of the span by who gained, most first."""
    by_name: dict[str, list[ExceptionLine]] = {}
    for line in sorted(_exceptions(facts, span), key=lambda line: line.at):
        by_name.setdefault(line.gained, []).append(line)
    gains = [
        Gains(
            name=name,
            lines=tuple(lines),
            counts={
                kind: count for kind in ExceptionKind if (count := sum(line.kind is kind for line in lines))
            },
        )
        for name, lines in by_name.items()
    ]
    return tuple(sorted(gains, key=lambda gain: (-len(gain.lines), gain.name)))


def _exceptions(facts: Facts, span: Span) -> list[ExceptionLine]:
    by_id = {row.id: row for row in facts.lines}
    holders: dict[ReceptionID, ConsultantID | None] = {}
    before: dict[int, ConsultantID | None] = {}  # whose the guest was until a line
    for entry in facts.ledger.entries:
        if entry.basis != RETURNED:
            before[entry.id] = holders.get(entry.reception_id)
            holders[entry.reception_id] = entry.consultant_id
    found = [
        _from_ledger(facts, row, before.get(row.id))
        for row in facts.lines
        if span.covers(row.at)
        and row.basis in (GuestKind.MANUAL, GuestKind.OFF_DUTY, GuestKind.PROXY, RETURNED)
        and not row.code.startswith(COMPANION)
    ]
    for lapse in facts.ledger.lapses:
        if span.covers(lapse.offer.at):
            row = by_id[lapse.after.id]
            found.append(
                ExceptionLine(
                    kind=ExceptionKind.NOT_TAKEN,
                    at=row.at,
                    guest=row.public_id,
                    gained=facts.name(row.consultant_id),
                    lost=facts.name(lapse.offer.consultant_id),
                    reason=None,
                    note="",
                    decided_by="",
                )
            )
    found.extend(
        ExceptionLine(
            kind=ExceptionKind.CONTESTED,
            at=row.at,
            guest=row.public_id,
            gained=facts.name(row.holder),
            lost=facts.name(row.consultant_id),
            reason=None,
            note=row.note,
            decided_by=row.raised_by or "",
        )
        for row in facts.claims
    )
    return found


def _from_ledger(facts: Facts, row: Any, before: ConsultantID | None) -> ExceptionLine:
    lost = facts.name(before) if before != row.consultant_id else ""
    gained = row.consultant_id
    if gained is None and row.moved:  # the turn had been overtaken: others went back to their places
        gained = row.moved[0]["consultant"]
    return ExceptionLine(
        kind=ExceptionKind(row.basis),
        at=row.at,
        guest=row.public_id,
        gained=facts.name(gained),
        lost=lost,
        reason=Reason.restored(row.reason),
        note="",
        decided_by=row.decided_by or "",
    )
