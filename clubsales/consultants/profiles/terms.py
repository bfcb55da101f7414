"""What changes in a profile and is asked about later: the team at an instant, the terms of pay on a day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.audit import AuditEvent
from clubsales.auth.tables import ACCOUNT
from clubsales.clock import Instant
from clubsales.consultants.profiles.events import KindChanged, PayTermSet
from clubsales.consultants.profiles.models import ConsultantRow, PayTermRow, TeamMoveRow, TeamRow
from clubsales.errors import NotFound
from clubsales.ids import ClubID, ConsultantID, TeamID
from clubsales.money import Currency, Money


@dataclass(frozen=True, slots=True)
class TeamAt:
    """A team somebody was in."""

    team_id: TeamID
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PayTerm:
    """What somebody's pay is reckoned by. No base: the plan's. `promoted_on`: when the level was last a promotion."""

    level: int
    promoted_on: date | None
    base: Money | None
    probation_until: date | None


def record_team(session: Session, consultant_id: ConsultantID, team_id: TeamID | None, at: Instant) -> None:
    """Somebody is in a team, or in none, from now on."""
    session.add(TeamMoveRow(consultant_id=consultant_id, team_id=team_id, at=at))
    session.flush()


def teams_at(session: Session, club_id: ClubID, at: Instant) -> dict[ConsultantID, TeamAt]:
    """Who of a club was in which team just before an instant; whoever was in none is left out."""
    latest = (
        sa.select(TeamMoveRow.consultant_id, sa.func.max(TeamMoveRow.id).label("id"))
        .join(ConsultantRow, ConsultantRow.id == TeamMoveRow.consultant_id)
        .where(ConsultantRow.club_id == club_id, TeamMoveRow.at < at)
        .group_by(TeamMoveRow.consultant_id)
        .subquery()
    )
    rows = session.execute(
        sa.select(TeamMoveRow.consultant_id, TeamRow.id, TeamRow.name)
        .join_from(latest, TeamMoveRow, TeamMoveRow.id == latest.c.id)
        .join(TeamRow, TeamRow.id == TeamMoveRow.team_id)
    )
    return {ConsultantID(row.consultant_id): TeamAt(TeamID(row.id), row.name) for row in rows}


def later_change(at: Instant) -> sa.Label[Any]:
    """A column for queries of profiles: the facts of the first change of kind from an instant on, if there was one."""
    return (
        sa.select(AuditEvent.facts)
        .where(
            AuditEvent.subject_kind == KindChanged.subject.removesuffix("_id"),
            AuditEvent.subject_id == ConsultantRow.id,
            AuditEvent.tag == KindChanged.tag,
            AuditEvent.at >= at,
        )
        .order_by(AuditEvent.at, AuditEvent.id)
        .limit(1)
        .correlate(ConsultantRow)
        .scalar_subquery()
        .label("later_change")
    )


def kind_before(row: Any) -> str | None:
    """The kind somebody was of just before the instant of `later_change`; None: of none."""
    changed: Mapping[str, str | None] | None = row.later_change
    kind: str | None = row.kind if changed is None else changed["old_kind"]
    return kind


def set_pay_term(
    session: Session,
    *,
    consultant_id: ConsultantID,
    valid_from: date,
    level: int,
    is_promotion: bool,
    base: Money | None,
    probation_until: date | None,
    reason: str,
    actor: Actor,
    at: Instant,
) -> None:
    """Let somebody's pay be reckoned by these terms from a club-local day on; raises NotFound for another club's."""
    found = session.execute(
        sa.select(ConsultantRow.level, ConsultantRow.active_from).where(
            ConsultantRow.id == consultant_id, ConsultantRow.club_id == actor.club.id
        )
    ).one_or_none()
    if found is None:
        raise NotFound
    _keep_first_level(session, consultant_id, found.level, found.active_from, valid_from, actor, at)
    sequence = session.execute(
        sa.select(sa.func.coalesce(sa.func.max(PayTermRow.sequence), 0)).where(
            PayTermRow.consultant_id == consultant_id, PayTermRow.valid_from == valid_from
        )
    ).scalar_one()
    session.add(
        PayTermRow(
            consultant_id=consultant_id,
            valid_from=valid_from,
            sequence=sequence + 1,
            level=level,
            is_promotion=is_promotion,
            base_minor=base.minor if base is not None else None,
            currency=actor.club.currency,
            probation_until=probation_until,
            reason=reason,
            decided_at=at,
            decided_by=actor.account_id,
        )
    )
    session.execute(sa.update(ConsultantRow).where(ConsultantRow.id == consultant_id).values(level=level))
    session.flush()
    event = PayTermSet(
        consultant_id,
        valid_from,
        level,
        is_promotion,
        audit.money_fact(base) if base is not None else None,
        probation_until,
    )
    audit.record(session, event, actor=actor, at=at)


def next_change(session: Session, consultant_id: ConsultantID, day: date) -> date | None:
    """The first day after a day from which other terms are already set for somebody."""
    return session.execute(
        sa.select(sa.func.min(PayTermRow.valid_from)).where(
            PayTermRow.consultant_id == consultant_id, PayTermRow.valid_from > day
        )
    ).scalar_one()


def _keep_first_level(
    session: Session,
    consultant_id: ConsultantID,
    level: int,
    since: date,
    valid_from: date,
    actor: Actor,
    at: Instant,
) -> None:
    """Whoever was hired at a level keeps it for the days before his first terms."""
    has_terms = sa.exists().where(PayTermRow.consultant_id == consultant_id)
    if level == 1 or valid_from <= since or session.execute(sa.select(has_terms)).scalar_one():
        return
    session.add(
        PayTermRow(
            consultant_id=consultant_id,
            valid_from=since,
            sequence=1,
            level=level,
            is_promotion=False,
            base_minor=None,
            currency=actor.club.currency,
            probation_until=None,
            reason="",
            decided_at=at,
            decided_by=None,
        )
    )
    session.flush()


@dataclass(frozen=True, slots=True, kw_only=True)
class PastTerm:
    """Terms of pay as they were set once, by whom and why."""

    valid_from: date
    level: int
    is_promotion: bool
    base: Money | None
    probation_until: date | None
    reason: str
    decided_at: Instant
    decided_by: str | None


def history_of(session: Session, club_id: ClubID, consultant_id: ConsultantID) -> list[PastTerm]:
    """Every terms of pay somebody was given, the latest first."""
    rows = session.execute(
        sa.select(PayTermRow, ACCOUNT.c.name)
        .join_from(PayTermRow, ConsultantRow, ConsultantRow.id == PayTermRow.consultant_id)
        .join(ACCOUNT, ACCOUNT.c.id == PayTermRow.decided_by, isouter=True)
        .where(ConsultantRow.club_id == club_id, PayTermRow.consultant_id == consultant_id)
        .order_by(PayTermRow.valid_from.desc(), PayTermRow.sequence.desc())
    )
    return [
        PastTerm(
            valid_from=row.valid_from,
            level=row.level,
            is_promotion=row.is_promotion,
            base=Money(row.base_minor, Currency(row.currency)) if row.base_minor is not None else None,
            probation_until=row.probation_until,
            reason=row.reason,
            decided_at=row.decided_at,
            decided_by=name,
        )
        for row, name in rows
    ]


def pay_terms_on(session: Session, club_id: ClubID, day: date) -> dict[ConsultantID, PayTerm]:
    """The terms in force on a club-local day, for everybody of a club."""
    people = session.execute(
        sa.select(ConsultantRow.id, ConsultantRow.level).where(ConsultantRow.club_id == club_id)
    ).all()
    rows = session.scalars(
        sa.select(PayTermRow)
        .join(ConsultantRow, ConsultantRow.id == PayTermRow.consultant_id)
        .where(ConsultantRow.club_id == club_id)
        .order_by(PayTermRow.consultant_id, PayTermRow.valid_from, PayTermRow.sequence)
    ).all()
    terms: dict[int, PayTerm] = {}
    later = {row.consultant_id for row in rows}
    for row in rows:
        before = terms.get(row.consultant_id)
        if row.valid_from > day:
            continue
        terms[row.consultant_id] = PayTerm(
            level=row.level,
            promoted_on=row.valid_from if row.is_promotion else before.promoted_on if before else None,
            base=Money(row.base_minor, Currency(row.currency)) if row.base_minor is not None else None,
            probation_until=row.probation_until,
        )
    # Whose first terms come later was at the first level; whoever has none is at the level of his profile.
    return {
        ConsultantID(person.id): terms.get(person.id)
        or PayTerm(
            level=1 if person.id in later else person.level, promoted_on=None, base=None, probation_until=None
        )
        for person in people
    }
