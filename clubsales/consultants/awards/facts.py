"""What a month is decided by: its people, their credit, targets, teams and levels, and the months it goes on from."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.clock import day_start, month_of, next_month
from clubsales.consultants.awards import frozen
from clubsales.consultants.awards.rules import QUARTER, MonthFacts
from clubsales.consultants.awards.standings import (
    AwardPolicy,
    Contender,
    Standing,
    Tie,
    award_policy,
    next_level_target,
    run_at,
)
from clubsales.consultants.credits import months
from clubsales.consultants.credits.models import PostingRow
from clubsales.consultants.profiles.models import ConsultantRow
from clubsales.consultants.profiles.rules import Kind
from clubsales.consultants.profiles.terms import kind_before, later_change, pay_terms_on, teams_at
from clubsales.consultants.targets.queries import targets_of
from clubsales.ids import ClubID, ConsultantID
from clubsales.policies import policy_on


def policy_of_month(session: Session, club: Club, month: date) -> AwardPolicy:
    """The settings a month is decided by: those in force on its first day."""
    return award_policy(policy_on(session, club, month_of(month)).document, club.currency)


@dataclass(frozen=True, slots=True)
class Past:
    """What a month goes on from: the months frozen, and those still open after them as they would be now."""

    frozen_through: date | None = None
    opened: tuple[tuple[date, Sequence[Standing]], ...] = ()


def gather(session: Session, club: Club, month: date, past: Past) -> MonthFacts:
    """Everything a month is decided by, as it is now."""
    policy = policy_of_month(session, club, month)
    after = next_month(month)
    end = day_start(after, club.zone)
    people = session.execute(
        sa.select(
            ConsultantRow.id, ConsultantRow.code, ConsultantRow.name, ConsultantRow.kind, later_change(end)
        ).where(
            ConsultantRow.club_id == club.id,
            ConsultantRow.active_from < after,
            sa.or_(ConsultantRow.active_until.is_(None), ConsultantRow.active_until >= month),
        )
    ).all()
    tally = months.month_tally(session, club.id, month)
    targets = targets_of(session, club.id, month)
    teams = teams_at(session, club.id, end)
    levels = _levels(session, club.id, after - timedelta(days=1), policy)
    wanted = {holder: next_level_target(policy, level) for holder, level in levels.items()}
    runs = _level_runs(
        session,
        club.id,
        past,
        {
            holder: target
            for holder, target in wanted.items()
            if target is not None and tally.credit[holder] >= target
        },
    )
    contenders = [
        Contender(
            consultant_id=ConsultantID(each.id),
            code=each.code,
            name=each.name,
            kind=Kind(kind),
            team_id=teams[each.id].team_id if each.id in teams else None,
            credit=tally.credit[each.id],
            target=targets[each.id].minor if each.id in targets else None,
            sales_count=tally.sales[each.id],
            level=levels.get(each.id, 1),
            level_run_before=runs.get(each.id, 0),
        )
        for each in people
        if (kind := kind_before(each)) is not None
    ]
    if policy.tie is Tie.EARLIEST:
        contenders = _with_reached(session, club.id, month, contenders)
    return MonthFacts(
        month=month,
        policy=policy,
        contenders=contenders,
        before={one.consultant_id: one for one in _directly_before(session, club.id, past)},
        earlier=_earlier(session, club.id, month, past),
    )


def _levels(session: Session, club_id: ClubID, day: date, policy: AwardPolicy) -> dict[ConsultantID, int]:
    """Everybody's level on a day; nobody's when no level has a target."""
    if not policy.level_targets:
        return {}
    return {holder: term.level for holder, term in pay_terms_on(session, club_id, day).items()}


def _directly_before(session: Session, club_id: ClubID, past: Past) -> Sequence[Standing]:
    if past.opened:
        return past.opened[-1][1]
    return frozen.standings_of(session, club_id, past.frozen_through) if past.frozen_through else ()


def _earlier(session: Session, club_id: ClubID, month: date, past: Past) -> dict[date, Sequence[Standing]]:
    """The months before a quarter's last of the same year; an award for months together is decided in no other."""
    if month.month % QUARTER or past.frozen_through is None:
        return {}
    earlier: dict[date, list[Standing]] = {}
    for closed, standing in frozen.standings_between(session, club_id, month.replace(month=1), month):
        earlier.setdefault(closed, []).append(standing)
    return {
        **earlier,
        **{opened: standings for opened, standings in past.opened if opened.year == month.year},
    }


def _level_runs(
    session: Session, club_id: ClubID, past: Past, targets: Mapping[ConsultantID, int]
) -> dict[ConsultantID, int]:
    """How many months in a row before this one reached these targets."""
    if not targets or past.frozen_through is None:
        return {}
    sums = frozen.credits_of(session, club_id, targets)
    for month, standings in past.opened:
        for one in standings:
            sums.setdefault(one.consultant_id, {})[month] = one.credit
    latest = past.opened[-1][0] if past.opened else past.frozen_through
    return {
        holder: run_at(_back_from(latest, sums.get(holder, {})), target) for holder, target in targets.items()
    }


def _back_from(month: date, sums: Mapping[date, int]) -> Iterator[int]:
    """Somebody's months backwards, until one is missing."""
    while month in sums:
        yield sums[month]
        month = month_of(month - timedelta(days=1))


def _with_reached(
    session: Session, club_id: ClubID, month: date, contenders: Sequence[Contender]
) -> list[Contender]:
    """When each of those who are level with another first stood at his final sum."""
    sums = Counter((each.kind, each.credit) for each in contenders)
    level = [
        each.consultant_id for each in contenders if each.credit > 0 and sums[each.kind, each.credit] > 1
    ]
    if not level:
        return list(contenders)
    of_person = PostingRow.consultant_id
    running = (
        sa.select(
            of_person,
            PostingRow.at,
            sa.func.sum(PostingRow.amount_minor)
            .over(partition_by=of_person, order_by=PostingRow.at)
            .label("stood"),
            sa.func.sum(PostingRow.amount_minor).over(partition_by=of_person).label("final"),
        )
        .where(PostingRow.club_id == club_id, PostingRow.month == month, of_person.in_(level))
        .subquery()
    )
    rows = session.execute(
        sa.select(running.c.consultant_id, sa.func.min(running.c.at).label("at"))
        .where(running.c.stood >= running.c.final)
        .group_by(running.c.consultant_id)
    )
    reached = {row.consultant_id: row.at for row in rows}
    return [replace(each, reached_at=reached.get(each.consultant_id)) for each in contenders]
