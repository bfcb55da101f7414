"""A fine, a warning or a special promotion, proposed by a person with his reasons; somebody else decides it."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from clubsales import audit, policies
from clubsales.actor import Actor
from clubsales.clock import Instant, local_day
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.profiles import terms
from clubsales.consultants.reviews import queries
from clubsales.consultants.reviews.catalogue import RULES, FinePolicy, Offence, Range, range_of
from clubsales.consultants.reviews.choices import SPECIAL, ReviewRefused, may_fine, may_say
from clubsales.consultants.reviews.events import ReviewOpened
from clubsales.consultants.reviews.models import ReviewRow
from clubsales.consultants.reviews.rules import Kind
from clubsales.errors import Reason, refuse
from clubsales.ids import ConsultantID
from clubsales.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What somebody proposes. An offence for a fine or a warning; `amount`: what the fine should be, if he says so."""

    kind: Kind
    consultant_id: ConsultantID
    words: str
    offence: Offence | None = None
    happened_on: date | None = None
    amount: Money | None = None


def propose(session: Session, proposal: Proposal, *, actor: Actor, at: Instant) -> str:
    """Open a case about somebody and return its public id; the same proposal again is the same case.

    Raises NotFound for a stranger, Refused(ReviewRefused.OWN, WORDS, RANGE, NOT_EMPLOYED).
    """
    club, today = actor.club, local_day(at, actor.club.zone)
    person = profiles.get(session, club.id, proposal.consultant_id)
    if person.account_id == actor.account_id:
        refuse(ReviewRefused.OWN).or_raise()
    if all(each.id != person.id for each in profiles.all_in_club(session, club.id, on_day=today)):
        refuse(ReviewRefused.NOT_EMPLOYED, name=person.name).or_raise()
    may_say(proposal.words).or_raise()
    for case in queries.open_about(session, club.id, person.id):
        if (case.kind, case.words, case.facts.get("offence")) == (
            proposal.kind,
            proposal.words,
            proposal.offence.value if proposal.offence is not None else None,
        ):
            return case.public_id
    policy = policies.policy_on(session, club, today)
    allowed: Range | None = None
    if proposal.kind is Kind.FINE:
        allowed = range_of(
            proposal.offence or Offence.OTHER, policy.read("penalties", FinePolicy), club.currency
        )
        if proposal.amount is not None:
            may_fine(proposal.amount, allowed.lowest, allowed.highest).or_raise()
    rule, reason, facts = _told(session, proposal, actor, today)
    row = ReviewRow(
        club_id=club.id,
        consultant_id=person.id,
        kind=proposal.kind.value,
        rule=rule,
        reason=reason.stored(),
        facts=facts,
        currency=club.currency,
        lowest_minor=allowed.lowest.minor if allowed is not None else None,
        highest_minor=allowed.highest.minor if allowed is not None else None,
        words=proposal.words,
        opened_at=at,
        opened_by=actor.account_id,
        policy_version_id=policy.version_id,
    )
    session.add(row)
    session.flush()
    event = ReviewOpened(row.id, person.id, proposal.kind.value, None, rule)
    audit.record(session, event, actor=actor, at=at)
    return row.public_id


def _told(
    session: Session, proposal: Proposal, actor: Actor, today: date
) -> tuple[str, Reason, dict[str, object]]:
    """The rule, the reason and the facts of what is proposed."""
    if proposal.kind is Kind.PROMOTION:
        term = terms.pay_terms_on(session, actor.club.id, today)[proposal.consultant_id]
        facts: dict[str, object] = {
            "level": term.level,
            "promoted_on": term.promoted_on.isoformat() if term.promoted_on is not None else None,
        }
        return SPECIAL, Reason(SPECIAL, "review.special", {"level": term.level}), facts
    offence = proposal.offence or Offence.OTHER
    rule = RULES[offence]
    facts = {"offence": offence.value}
    if proposal.happened_on is not None:
        facts["happened_on"] = proposal.happened_on.isoformat()
    if proposal.amount is not None:
        facts["proposed"] = str(proposal.amount)
    is_fine = proposal.kind is Kind.FINE
    return rule, Reason(rule, "review.fine" if is_fine else "review.warning", {}), facts
