"""How similar cases of the club were decided: the same rule, the same kinds of sides, the same reason of the proposal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.clock import Instant
from clubsales.consultants.credits.rules import Share
from clubsales.consultants.profiles.tables import CONSULTANT
from clubsales.ids import ClubID, ConsultantID
from clubsales.leads.disputes.queries import DisputeView, restored_shares
from clubsales.leads.disputes.rules import Status, largest, named
from clubsales.leads.disputes.tables import DISPUTE

LOOKED_THROUGH = 200
SHOWN = 5
HOUSE = "house"


class Ending(StrEnum):
    """What became of what the rules had proposed."""

    CONFIRMED = "confirmed"
    SPLIT = "split"  # divided otherwise, the larger part stayed where it was
    TURNED = "turned"  # somebody else has the larger part


@dataclass(frozen=True, slots=True)
class PartByKind:
    """A part of a split without its name: `inside`, `outside` or `house`."""

    kind: str
    basis_points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Precedent:
    """A case decided before, without names."""

    public_id: str
    decided_at: Instant
    ending: Ending
    proposed: tuple[PartByKind, ...]
    decided: tuple[PartByKind, ...]
    same_sides: bool
    same_reason: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Precedents:
    """The most similar cases, and how many of these kinds there were: `counts` are of the same rule and sides."""

    cases: tuple[Precedent, ...]
    counts: Mapping[Ending, int]

    @property
    def of_all(self) -> int:
        return sum(self.counts.values())


def ending_of(proposed: Sequence[Share], decided: Sequence[Share]) -> Ending:
    """What became of a proposal."""
    if set(named(proposed)) == set(named(decided)):
        return Ending.CONFIRMED
    return Ending.SPLIT if _keeps_the_most(proposed, decided) else Ending.TURNED


def similar(session: Session, club_id: ClubID, view: DisputeView) -> Precedents:
    """Decided cases under the same rule; the same kinds of sides first, then the same reason, then the latest."""
    rows = session.execute(
        sa.select(
            DISPUTE.c.public_id,
            DISPUTE.c.decided_at,
            DISPUTE.c.proposal,
            DISPUTE.c.shares,
            DISPUTE.c.sides,
        )
        .where(
            DISPUTE.c.club_id == club_id,
            DISPUTE.c.rule == view.proposal.rule,
            DISPUTE.c.status == Status.DECIDED.value,
            DISPUTE.c.decided_at.is_not(None),
            DISPUTE.c.id != view.id,
        )
        .order_by(DISPUTE.c.decided_at.desc(), DISPUTE.c.id.desc())
        .limit(LOOKED_THROUGH)
    ).all()
    kinds = _kinds(session, rows)
    found = [_precedent(row, view, kinds) for row in rows]
    found.sort(key=lambda one: (not one.same_sides, not one.same_reason))
    alike = [one.ending for one in found if one.same_sides]
    return Precedents(cases=tuple(found[:SHOWN]), counts={ending: alike.count(ending) for ending in Ending})


def _keeps_the_most(proposed: Sequence[Share], decided: Sequence[Share]) -> bool:
    """Whether nobody has more now than whoever had the most."""
    now = {share.consultant_id: share.basis_points for share in decided}
    return now.get(largest(proposed), 0) == max(now.values())


def _precedent(row: Any, view: DisputeView, kinds: Mapping[int, str]) -> Precedent:
    proposed = restored_shares(row.proposal["shares"])
    decided = proposed if row.shares is None else restored_shares(row.shares)
    return Precedent(
        public_id=row.public_id,
        decided_at=row.decided_at,
        ending=ending_of(proposed, decided),
        proposed=_nameless(proposed, kinds),
        decided=_nameless(decided, kinds),
        same_sides=row.sides == view.sides,
        same_reason=row.proposal["reason"]["code"] == view.proposal.reason.code,
    )


def _nameless(shares: Sequence[Share], kinds: Mapping[int, str]) -> tuple[PartByKind, ...]:
    return tuple(
        PartByKind(_kind_of(share.consultant_id, kinds), share.basis_points) for share in named(shares)
    )


def _kind_of(consultant_id: ConsultantID | None, kinds: Mapping[int, str]) -> str:
    return HOUSE if consultant_id is None else kinds.get(consultant_id, HOUSE)


def _kinds(session: Session, rows: Sequence[Any]) -> dict[int, str]:
    ids = {
        holder
        for row in rows
        for shares in (row.proposal["shares"], row.shares or ())
        for holder, _ in shares
    } - {None}
    if not ids:
        return {}
    found = session.execute(sa.select(CONSULTANT.c.id, CONSULTANT.c.kind).where(CONSULTANT.c.id.in_(ids)))
    return {row.id: row.kind or HOUSE for row in found}
