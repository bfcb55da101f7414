"""Who sees a guest's phone and personal details, and how often one may ask and look (CFD-07, AMB-44)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from clubsales.actor import Role
from clubsales.errors import Decision, allow, refuse
from clubsales.ids import ConsultantID, TeamID

# Managers of the club and above it.
SEES_EVERYBODY = frozenset(
    {Role.CLUB_MANAGER, Role.SALES_DIRECTOR, Role.GENERAL_MANAGER, Role.DEPUTY_GM, Role.OWNER}
)


class DisclosureKind(StrEnum):
    """How somebody came to know something about a guest."""

    PROBE = "probe"
    VIEW = "view"
    REVEAL = "reveal"
    EXPORT = "export"


class DisclosureRefused(StrEnum):
    PROBES = "disclosure.probes"
    REVEALS = "disclosure.reveals"


@dataclass(frozen=True, slots=True)
class PrivacyPolicy:
    """Section `privacy`, as far as pages decide by it: how many digits of a phone everybody sees."""

    mask: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class DisclosurePolicy:
    """Section `claims`: how often a person may ask and look in a day. 0 is no limit."""

    probes_per_day: int
    reveals_per_day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneFacts:
    """Who wants to see a guest's phone, and what he has to do with the guest."""

    viewer_id: ConsultantID | None
    viewer_team: TeamID | None
    viewer_roles: frozenset[Role]
    held_by: ConsultantID | None
    holder_team: TeamID | None
    receives_now: bool
    revealed_today: bool


def sees_everybody(roles: frozenset[Role]) -> bool:
    """Whether somebody with these roles sees everything of every guest, whoever holds the lead."""
    return not roles.isdisjoint(SEES_EVERYBODY)


def sees_phone(facts: PhoneFacts) -> bool:
    """The holder, the supervisor of his team, managers and whoever is receiving the guest see phone and details; so
    does, until the day ends, who had them shown and is in the log for it (CFD-07, AMB-44).

    A supervisor without a team leads those who are in none: a club without teams is one team.
    """
    if sees_everybody(facts.viewer_roles) or facts.revealed_today or facts.receives_now:
        return True
    if facts.held_by is None:
        return False
    leads_holder = Role.SUPERVISOR in facts.viewer_roles and facts.viewer_team == facts.holder_team
    return leads_holder or facts.held_by == facts.viewer_id


def may_probe(policy: DisclosurePolicy, *, asked_today: int) -> Decision:
    """Whether somebody may ask for one more phone today (`claims.probes_per_day`)."""
    if 0 < policy.probes_per_day <= asked_today:
        return refuse(DisclosureRefused.PROBES, limit=policy.probes_per_day)
    return allow()


def may_reveal(policy: DisclosurePolicy, *, revealed_today: int) -> Decision:
    """Whether somebody may have one more guest's phone shown today (`claims.reveals_per_day`)."""
    if 0 < policy.reveals_per_day <= revealed_today:
        return refuse(DisclosureRefused.REVEALS, limit=policy.reveals_per_day)
    return allow()
