"""What attribution reads: the club's settings."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from clubsales.leads.attribution.rules import AttributionPolicy
from clubsales.policies import Policy


@dataclass(frozen=True, slots=True)
class _ProxySection:
    """Section `proxy`, as far as shares go."""

    share_bp: int


@dataclass(frozen=True, slots=True)
class _CreditSection:
    """Section `credit`, as far as shares go. `outside_conflict` has one value so far (AMB-08)."""

    outside_share_bp: int
    tracked_friend: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class _CouponSection:
    """Section `gift_coupon`."""

    resets_tracking: bool


def attribution_policy(policy: Policy) -> AttributionPolicy:
    """The settings attribution decides by, from the sections they stand in."""
    credit = policy.read("credit", _CreditSection)
    return AttributionPolicy(
        proxy_share_bp=policy.read("proxy", _ProxySection).share_bp,
        outside_share_bp=credit.outside_share_bp,
        resets_tracking=policy.read("gift_coupon", _CouponSection).resets_tracking,
        tracked_guest=cast("str", credit.tracked_friend["tracked_guest"]),
        friend_tracker_bp=cast("int", credit.tracked_friend["friend_tracker_bp"]),
    )
