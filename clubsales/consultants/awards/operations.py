"""Freeze a month's ranking and awards."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.consultants.awards.events import AwardGiven
from clubsales.consultants.awards.models import AwardRow, StandingRow
from clubsales.consultants.awards.rules import Award, MonthResult
from clubsales.consultants.awards.standings import Standing
from clubsales.ids import PolicyVersionID, new_public_id


def freeze(
    session: Session,
    *,
    month: date,
    result: MonthResult,
    policy_version_id: PolicyVersionID,
    actor: Actor,
    at: Instant,
) -> None:
    """Keep where everybody stands and what he is given; called once, by the close of the month.

    Awards are written in the order in which the result has them.
    """
    if result.standings:
        session.execute(
            sa.insert(StandingRow), [_standing(each, month=month, actor=actor) for each in result.standings]
        )
    if result.awards:
        session.execute(
            sa.insert(AwardRow),
            [
                _award(each, month=month, policy_version_id=policy_version_id, actor=actor, at=at)
                for each in result.awards
            ],
        )
    for each in result.awards:
        event = AwardGiven(
            each.consultant_id, month, each.kind.value, audit.money_fact(each.amount), each.run
        )
        audit.record(session, event, actor=actor, at=at)


def _standing(each: Standing, *, month: date, actor: Actor) -> dict[str, object]:
    return {
        "club_id": actor.club.id,
        "month": month,
        "consultant_id": each.consultant_id,
        "kind": each.kind.value,
        "team_id": each.team_id,
        "currency": actor.club.currency,
        "credit_minor": each.credit,
        "target_minor": each.target,
        "sales_count": each.sales_count,
        "rank": each.rank,
        "team_rank": each.team_rank,
        "is_top": each.is_top,
        "is_team_top": each.is_team_top,
        "top_run": each.top_run,
        "team_run": each.team_run,
        "missed_run": each.missed_run,
        "level_run": each.level_run,
    }


def _award(
    each: Award, *, month: date, policy_version_id: PolicyVersionID, actor: Actor, at: Instant
) -> dict[str, object]:
    return {
        "public_id": new_public_id(),
        "club_id": actor.club.id,
        "month": month,
        "kind": each.kind.value,
        "consultant_id": each.consultant_id,
        "team_id": each.team_id,
        "currency": each.amount.currency,
        "amount_minor": each.amount.minor,
        "run": each.run,
        "reason": each.reason.stored(),
        "policy_version_id": policy_version_id,
        "given_at": at,
    }
