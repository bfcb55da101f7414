"""How it was decided: every line of the ledger about one guest, with names, for anyone on the floor (ROT-09)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.clock import Instant
from clubsales.consultants.profiles import queries as profiles
from clubsales.errors import Reason
from clubsales.frontdesk.reception import queries
from clubsales.frontdesk.reception.queries import ReceptionView
from clubsales.frontdesk.rotation import queries as rotation
from clubsales.frontdesk.rotation.queries import AssignmentView
from clubsales.ids import ConsultantID

ACCOUNT = sa.table("account", sa.column("id", sa.BigInteger), sa.column("name", sa.String))
VERSION = sa.table(
    "policy_version",
    sa.column("id", sa.BigInteger),
    sa.column("valid_from", sa.Date),
    sa.column("sequence", sa.BigInteger),
)


@dataclass(frozen=True, slots=True)
class InQueue:
    """Somebody's place in the queue of that moment, and what the decision did with it."""

    name: str
    is_chosen: bool
    is_skipped: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """One decision. Nobody named in `by`: the system itself did it, as when an offer had lapsed."""

    at: Instant
    basis: str
    rule: str
    consultant: str
    reason: Reason
    noted: tuple[Reason, ...]
    skips: tuple[Reason, ...]
    before: tuple[InQueue, ...]
    after: tuple[InQueue, ...]
    by: str
    policy_from: date
    policy_sequence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """A guest and everything that was decided about who receives him, oldest first."""

    guest: ReceptionView
    decisions: tuple[Decided, ...]


def history(session: Session, club: Club, public_id: str) -> History:
    """How a guest came to whom he is with; raises NotFound."""
    guest = queries.by_public_id(session, club.id, public_id)
    lines = rotation.decisions_of(session, club.id, guest.id)
    names = profiles.names(session, {key for line in lines for key in _everybody(line)})
    by = _account_names(session, {line.decided_by for line in lines if line.decided_by is not None})
    versions = _versions(session, {line.policy_version_id for line in lines})
    return History(
        guest=guest,
        decisions=tuple(
            _decided(
                line,
                names,
                by=by.get(line.decided_by or 0, ""),
                version=versions[line.policy_version_id],
            )
            for line in lines
        ),
    )


def _decided(
    line: AssignmentView, names: Mapping[ConsultantID, str], *, by: str, version: tuple[date, int]
) -> Decided:
    skipped = {skip.consultant_id for skip in line.skipped}

    def queue(ids: tuple[ConsultantID, ...]) -> tuple[InQueue, ...]:
        return tuple(InQueue(names.get(key, "?"), key == line.consultant_id, key in skipped) for key in ids)

    return Decided(
        at=line.at,
        basis=line.basis.value,
        rule=line.rule,
        consultant=names.get(line.consultant_id, "") if line.consultant_id is not None else "",
        reason=line.reason,
        noted=line.noted,
        skips=tuple(skip.explained() for skip in line.skipped),
        before=queue(line.queue_before),
        after=queue(line.queue_after),
        by=by,
        policy_from=version[0],
        policy_sequence=version[1],
    )


def _everybody(line: AssignmentView) -> set[ConsultantID]:
    found = {*line.queue_before, *line.queue_after}
    return found if line.consultant_id is None else found | {line.consultant_id}


def _account_names(session: Session, ids: set[int]) -> dict[int, str]:
    if not ids:
        return {}
    rows = session.execute(sa.select(ACCOUNT.c.id, ACCOUNT.c.name).where(ACCOUNT.c.id.in_(ids)))
    return {row.id: row.name for row in rows}


def _versions(session: Session, ids: set[int]) -> dict[int, tuple[date, int]]:
    if not ids:
        return {}
    wanted = sa.select(VERSION.c.id, VERSION.c.valid_from, VERSION.c.sequence).where(VERSION.c.id.in_(ids))
    return {row.id: (row.valid_from, row.sequence) for row in session.execute(wanted)}
