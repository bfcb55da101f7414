"""What the pages of disputes share: their words, how much of a phone is shown, the amounts of a split."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clubsales import policies
from clubsales.actor import Actor
from clubsales.clock import Instant, local_day
from clubsales.consultants.credits.rules import Share
from clubsales.consultants.profiles.queries import ConsultantView
from clubsales.db import db
from clubsales.ids import ConsultantID
from clubsales.leads.disclosures.rules import PrivacyPolicy
from clubsales.leads.disputes import words
from clubsales.leads.disputes.casefile import CaseFile, amounts_for
from clubsales.money import Money

WORDS = {
    "states": words.STATES,
    "tones": words.TONES,
    "steps": words.STEPS,
    "roles": words.ROLES,
    "endings": words.ENDINGS,
    "kinds": words.KINDS,
    "marks": words.MARKS,
    "mark_tones": words.MARK_TONES,
    "contacts": words.CONTACTS,
    "methods": words.METHODS,
    "skips": words.SKIPS,
    "bases": words.BASES,
    "passes": words.PASSES,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a decision gives and takes: by the rules, and as decided."""

    name: str
    before_points: int
    before: Money
    after_points: int
    after: Money

    @property
    def changes(self) -> bool:
        return self.before_points != self.after_points


def mask(actor: Actor, at: Instant) -> Mapping[str, int]:
    """How much of a phone everybody sees, by the club's policy."""
    policy = policies.policy_on(db.session, actor.club, local_day(at, actor.club.zone))
    return policy.read("privacy", PrivacyPolicy).mask


def effects(
    case: CaseFile, shares: Sequence[Share], people: Mapping[ConsultantID, ConsultantView]
) -> list[Effect]:
    """Everybody who gains or loses by a split, beside what the rules proposed; by the order of both."""
    nothing = (0, Money.zero(case.funds.received.currency))
    before, after = _worth(case, case.view.proposal.shares), _worth(case, shares)
    return [
        Effect(
            name="" if holder is None else people[holder].name if holder in people else "",
            before_points=before.get(holder, nothing)[0],
            before=before.get(holder, nothing)[1],
            after_points=after.get(holder, nothing)[0],
            after=after.get(holder, nothing)[1],
        )
        for holder in dict.fromkeys([*before, *after])
    ]


def _worth(case: CaseFile, shares: Sequence[Share]) -> dict[ConsultantID | None, tuple[int, Money]]:
    return {
        share.consultant_id: (share.basis_points, amount)
        for share, amount in zip(shares, amounts_for(case.head, shares), strict=True)
    }
