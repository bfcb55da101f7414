"""Rules that were tried on past sales: one back-test is done, one waits for the worker."""

from datetime import timedelta

from sqlalchemy.orm import Session

from clubsales.clock import Instant, local_day
from clubsales.office.backtest import operations
from tests.builders import Cast


def try_rules(session: Session, cast: Cast, *, at: Instant) -> tuple[str, str]:
    """The public ids of both."""
    today = local_day(at, cast.club.zone)
    done, waiting = (
        operations.ask(
            session,
            first_day=today - timedelta(days=30),
            last_day=today,
            changes=changes,
            actor=cast.manager,
            at=at,
        )
        for changes in (
            {
                "designation": {"precedence": ["name", "business_card"]},
                "credit": {"basis": "contract_at_first_receipt", "outside_share_bp": 6_650},
                "follow_up": {"valid_days": 0, "effective_outcomes": ["met"]},
            },
            {"proxy": {"share_bp": 3_000}, "gift_coupon": {"resets_tracking": False}},
        )
    )
    operations.carry_out(session, public_id=done, actor=cast.manager, at=at)
    return done, waiting
