"""What the pages of leads share: how much of a phone everybody sees, and where a lead came from, in words."""

from collections.abc import Mapping, Sequence

from clubsales import policies
from clubsales.actor import Actor
from clubsales.clock import Instant, local_day
from clubsales.db import db
from clubsales.ids import LeadSourceID
from clubsales.leads.disclosures.rules import PrivacyPolicy
from clubsales.leads.sources.queries import KindView
from clubsales.leads.sources.words import own_name


def policy_of(actor: Actor, at: Instant) -> policies.Policy:
    """The club's policy of the day."""
    return policies.policy_on(db.session, actor.club, local_day(at, actor.club.zone))


def mask(actor: Actor, at: Instant) -> Mapping[str, int]:
    """How much of a phone everybody sees, by the club's policy."""
    return policy_of(actor, at).read("privacy", PrivacyPolicy).mask


def own_source(kinds: Sequence[KindView], source_id: LeadSourceID | None) -> str:
    """The club's own source of a lead as people read it; empty where there is none."""
    every = (each for kind in kinds for each in kind.every())
    return next((own_name(each) for each in every if each.id == source_id), "")
