from sqlalchemy.orm import Session

from clubsales import policies
from clubsales.clock import local_day
from clubsales.leads.attribution.queries import settings_of
from clubsales.leads.attribution.rules import AttributionPolicy
from tests.builders import Cast, local


def test_shares_follow_the_policy_of_the_day(session: Session, cast: Cast) -> None:
    tomorrow = local_day(local(10, day=10), cast.club.zone)
    policies.publish(
        session,
        changes={
            "proxy": {"share_bp": 3000},
            "credit": {
                "outside_share_bp": 5000,
                "tracked_friend": {"tracked_guest": "receiver", "friend_tracker_bp": 2000},
            },
            "gift_coupon": {"resets_tracking": False},
        },
        valid_from=tomorrow,
        actor=cast.manager,
        at=local(9),
    )
    changed = AttributionPolicy(
        proxy_share_bp=3000,
        outside_share_bp=5000,
        resets_tracking=False,
        tracked_guest="receiver",
        friend_tracker_bp=2000,
    )
    for at, expected in ((local(10), AttributionPolicy()), (local(10, day=10), changed)):
        policy = policies.policy_on(session, cast.club, local_day(at, cast.club.zone))
        assert settings_of(policy).shares == expected
