"""Who sees a guest's phone and personal details, and how often one may ask and look (CFD-07, AMB-44)."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from statistics import median

from clubsales.actor import Role
from clubsales.errors import Decision, Fact, Reason, allow, refuse
from clubsales.ids import ConsultantID, OrganisationID, TeamID

# Who looked at this many people and at this many times what his colleagues did is marked.
MANY, TIMES = 10, 3
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


class Standing(StrEnum):
    """What "may I take this person?" is answered with."""

    NOBODY = "nobody"  # no one has this phone
    KNOWN = "known"  # a person of the organisation, no lead of this club
    POOL = "pool"
    PROTECTED = "protected"
    MINE = "mine"
    MEMBER = "member"


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

    A supervisor without a team leads everybody of the club, as in the plan of the day.
    """
    if sees_everybody(facts.viewer_roles) or facts.revealed_today or facts.receives_now:
        return True
    if facts.held_by is None:
        return False
    leads_holder = Role.SUPERVISOR in facts.viewer_roles and facts.viewer_team in {None, facts.holder_team}
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeFacts:
    """Who a phone belongs to, and what he is to whoever asks.

    `holder` holds the lead, through `held_until` where a day ends it; `tracker` is the outside consultant whose follow-up
    record would count today (AMB-02). `sells` says whether whoever asks could receive the guest.
    """

    is_known: bool = False
    is_lead: bool = False
    is_member: bool = False
    sells: bool = True
    is_holder: bool = False
    holder: str | None = None
    holder_is_inside: bool = False
    held_until: date | None = None
    tracker: str | None = None
    is_tracker: bool = False


@dataclass(frozen=True, slots=True)
class CreditOutlook:
    """What a club sets about the credit of a guest whose lead is held or followed up."""

    owned_lead_designates: bool
    outside_share_bp: int


def standing_of(facts: ProbeFacts) -> Standing:
    """Whether the person is free, and for whom not: a member is nobody's prospect (OWN-01)."""
    if not facts.is_known:
        return Standing.NOBODY
    if facts.is_member:
        return Standing.MEMBER
    if facts.is_holder:
        return Standing.MINE
    if facts.holder is not None:
        return Standing.PROTECTED
    return Standing.POOL if facts.is_lead else Standing.KNOWN


def what_it_means(facts: ProbeFacts, policy: CreditOutlook) -> tuple[Reason, ...]:
    """What this club's rules make of the person, first whose he is and then whose a sale would be."""
    standing = standing_of(facts)
    if standing is Standing.MEMBER:
        return (Reason("OWN-01", "probe.member"), Reason("DSP-02", "probe.member_credit"))
    if standing in {Standing.NOBODY, Standing.KNOWN}:
        return (Reason("LED-11", f"probe.{standing.value}"),)
    told: dict[str, Fact] = {"holder": facts.holder, "until": facts.held_until}
    code = f"probe.{standing.value}"
    if standing is not Standing.POOL and facts.held_until is None:
        code += "_without_end"
    return (Reason("LED-11", code, told), _credit(facts, policy))


def _credit(facts: ProbeFacts, policy: CreditOutlook) -> Reason:
    """Whose the credit would be when the guest comes for nobody and pays (rules.md 3.0)."""
    if policy.owned_lead_designates and facts.holder_is_inside:
        code = "probe.designates_you" if facts.is_holder else "probe.designates"
        return Reason("DSP-01", code, {"holder": facts.holder})
    if facts.tracker is not None and policy.outside_share_bp:
        shares: dict[str, Fact] = {
            "outside": facts.tracker,
            "percent": f"{policy.outside_share_bp / 100:g}",
            "rest": f"{(10_000 - policy.outside_share_bp) / 100:g}",
        }
        return Reason("DSP-06", "probe.tracked_by_you" if facts.is_tracker else "probe.tracked", shares)
    if facts.is_holder:
        return Reason("DSP-03", "probe.payment_of_another")
    if facts.holder is not None:
        code = "probe.payment_yours" if facts.sells else "probe.payment_receivers"
        return Reason("DSP-03", code, {"holder": facts.holder})
    return Reason("DSP-03", "probe.payment")


def masked_name(name: str) -> str:
    """The first sign of a name, the rest as stars, not telling how long it is."""
    return f"{name[0]}**" if name else ""


def phone_digest(organisation_id: OrganisationID, e164: str, *, secret: str) -> str:
    """What is kept of a phone that nobody has: enough to see that it is the same again, for who has the key."""
    return hmac.new(secret.encode(), f"probe:{organisation_id}:{e164}".encode(), hashlib.sha256).hexdigest()


def looked_unusually(looked_at: int, colleagues: Sequence[int]) -> bool:
    """Whether somebody looked at so many more people than his colleagues that a manager should ask why (CFD-01).

    Alone there is nothing to compare with.
    """
    return bool(colleagues) and looked_at >= MANY and looked_at > TIMES * median(colleagues)
