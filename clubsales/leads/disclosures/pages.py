"""What "may I take this person?" is answered with, and what a person's page says about who looked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.auth.permissions import Permission, may
from clubsales.clock import Instant, local_day
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.profiles.queries import ConsultantView
from clubsales.consultants.profiles.rules import Kind
from clubsales.errors import Decision, Reason, Refusal
from clubsales.ids import PersonID
from clubsales.leads.attribution import pages as attribution
from clubsales.leads.attribution.likely_rules import Change
from clubsales.leads.claims import queries as claims
from clubsales.leads.claims.queries import ClaimView
from clubsales.leads.claims.rules import ClaimFacts, ClaimPolicy, may_claim
from clubsales.leads.disclosures import looking, queries
from clubsales.leads.disclosures.rules import (
    CreditOutlook,
    PrivacyPolicy,
    ProbeFacts,
    Standing,
    masked_name,
    standing_of,
    what_it_means,
)
from clubsales.leads.followups import evidence as followups
from clubsales.leads.followups.rules import FollowUpPolicy
from clubsales.leads.people import queries as people
from clubsales.leads.people.queries import PersonView
from clubsales.leads.touches.rules import Signal, SignalKind
from clubsales.policies import Policy, policy_on


@dataclass(frozen=True, slots=True)
class _CreditSection:
    """Section `credit`, as far as the answer tells of it."""

    outside_share_bp: int


@dataclass(frozen=True, slots=True)
class _DesignationSection:
    """Section `designation`, as far as the answer tells of it."""

    owned_lead: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeAnswer:
    """What one may know about a phone's owner. `name` is masked where the reader may not see the person in full.

    `lead_public_id` is given where the reader may go on to the lead; `claim_public_id` where he may claim it now,
    `no_claim` says why he may not though nobody holds it. `changes` are what would make the credit fall otherwise.
    """

    standing: Standing
    name: str
    e164: str
    lead_public_id: str | None
    claim_public_id: str | None
    no_claim: Refusal | None
    reasons: tuple[Reason, ...]
    changes: tuple[Change, ...]
    mask: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Privacy:
    """What a person's page says of confidentiality. `looked` is None for who may not know who looked."""

    is_anonymous: bool
    may_reveal: bool
    looked: int | None
    may_anonymise: bool


def privacy(
    session: Session, person_id: PersonID, *, phone_shown: bool, actor: Actor, at: Instant
) -> Privacy:
    """What a person's page offers of it to this reader."""
    looked = None
    if may(actor, Permission.DISCLOSURE_SEE):
        today = local_day(at, actor.club.zone)
        looked = looking.people_who_looked(session, actor.club.id, person_id, today)
    is_anonymous = queries.is_anonymous(session, person_id)
    return Privacy(
        is_anonymous=is_anonymous,
        may_reveal=not phone_shown and may(actor, Permission.PHONE_REVEAL),
        looked=looked,
        may_anonymise=may(actor, Permission.PERSON_ANONYMISE) and not is_anonymous,
    )


def answer(session: Session, *, e164: str, actor: Actor, at: Instant) -> ProbeAnswer:
    """Whose a phone is, and what this club's rules make of it for whoever asks (LED-11)."""
    today = local_day(at, actor.club.zone)
    policy = policy_on(session, actor.club, today)
    outlook = CreditOutlook(
        owned_lead_designates=policy.read("designation", _DesignationSection).owned_lead == "designate",
        outside_share_bp=policy.read("credit", _CreditSection).outside_share_bp,
    )
    mask = policy.read("privacy", PrivacyPolicy).mask
    person = people.by_phone(session, actor.club.organisation_id, e164)
    if person is None:
        nobody = ProbeFacts()
        return ProbeAnswer(
            standing=standing_of(nobody),
            name="",
            e164=e164,
            lead_public_id=None,
            claim_public_id=None,
            no_claim=None,
            reasons=what_it_means(nobody, outlook),
            changes=(),
            mask=mask,
        )
    return _about(session, person, e164, actor, at, policy, outlook, mask)


def _about(
    session: Session,
    person: PersonView,
    e164: str,
    actor: Actor,
    at: Instant,
    policy: Policy,
    outlook: CreditOutlook,
    mask: Mapping[str, int],
) -> ProbeAnswer:
    today = local_day(at, actor.club.zone)
    known = queries.known_to(session, actor.club, person.id)
    held = claims.holder_at(session, actor.club, person.id, at)
    seller = _seller(session, actor)
    tracker = followups.valid_record(
        session,
        club_id=actor.club.id,
        person_id=person.id,
        reception_id=None,
        at=at,
        day=today,
        policy=policy.read("follow_up", FollowUpPolicy),
    )
    facts = ProbeFacts(
        is_known=True,
        is_lead=known.lead_public_id is not None,
        is_member=known.is_member,
        sells=seller is not None,
        is_holder=held is not None and held.consultant_id == actor.consultant_id,
        holder=held.name if held is not None else None,
        holder_is_inside=held is not None and held.kind is Kind.INSIDE,
        held_until=held.until if held is not None and held.has_last_day else None,
        tracker=tracker.name if tracker is not None else None,
        is_tracker=tracker is not None and tracker.consultant_id == actor.consultant_id,
    )
    standing = standing_of(facts)
    whole = bool(queries.sees_whole(session, actor, [person.id], at=at))
    is_open = whole or standing is Standing.POOL
    decision = None
    if standing is Standing.POOL and seller is not None and may(actor, Permission.LEAD_CLAIM):
        decision = _may_claim(session, person.id, seller, held, actor, today, policy)
    refusal = decision if isinstance(decision, Refusal) else None
    return ProbeAnswer(
        standing=standing,
        name=person.name if whole else masked_name(person.name),
        e164=e164,
        lead_public_id=known.lead_public_id if is_open else None,
        claim_public_id=known.lead_public_id if decision is not None and refusal is None else None,
        no_claim=refusal,
        reasons=what_it_means(facts, outlook),
        changes=_changes(session, person.id, facts, held, seller, outlook, actor, at, policy),
        mask=mask,
    )


def _changes(
    session: Session,
    person_id: PersonID,
    facts: ProbeFacts,
    held: ClaimView | None,
    seller: ConsultantView | None,
    outlook: CreditOutlook,
    actor: Actor,
    at: Instant,
    policy: Policy,
) -> tuple[Change, ...]:
    """What would make the credit fall otherwise, if the guest came to whoever asks; of a lead only."""
    if not facts.is_lead or facts.is_member:
        return ()
    expected: tuple[Signal, ...] = ()
    if held is not None and facts.holder_is_inside and outlook.owned_lead_designates:
        expected = (Signal(SignalKind.OWNED_LEAD, held.consultant_id),)
    likely = attribution.of_person(
        session,
        person_id,
        is_member=facts.is_member,
        seller=None if seller is None else seller.id,
        expected=expected,
        policy=policy,
        club=actor.club,
        at=at,
    )
    return likely.changes


def _seller(session: Session, actor: Actor) -> ConsultantView | None:
    """Whoever asks as a consultant who sells; reception and managers are none."""
    if actor.consultant_id is None:
        return None
    profile = profiles.get(session, actor.club.id, actor.consultant_id)
    return profile if profile.kind is not None else None


def _may_claim(
    session: Session,
    person_id: PersonID,
    seller: ConsultantView,
    held: ClaimView | None,
    actor: Actor,
    today: date,
    policy: Policy,
) -> Decision:
    """What claiming would be answered with, were it done now."""
    known = claims.CLAIMANT.one(
        session,
        {"club_id": actor.club.id, "person_id": person_id, "consultant_id": seller.id, "day": today},
    )
    facts = ClaimFacts(
        is_lead=known.lead_id is not None,
        today=today,
        consultant=seller.name,
        holder=held.name if held is not None else None,
        held_until=held.until if held is not None else None,
        needs_shift=seller.kind is Kind.INSIDE,
        on_shift=bool(known.on_shift),
        open_claims=known.open_claims,
        claims_today=known.claims_today,
        last_ended_on=known.last_ended_on,
    )
    return may_claim(facts, policy.read("claims", ClaimPolicy))
