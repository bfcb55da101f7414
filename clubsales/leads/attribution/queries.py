"""What attribution reads: the club's settings."""

from dataclasses import dataclass

from clubsales.leads.attribution.rules import AttributionPolicy
from clubsales.policies import Policy


@dataclass(frozen=True, slots=True)
class _ProxySection:
    """Section `proxy`, as far as shares go."""

    share_bp: int


def attribution_policy(policy: Policy) -> AttributionPolicy:
    """The settings attribution decides by, from the sections they stand in."""
    return AttributionPolicy(proxy_share_bp=policy.read("proxy", _ProxySection).share_bp)
