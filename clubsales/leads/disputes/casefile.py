"""The page of a case that both sides and those who judge see alike: what it is about, who says what, whose move it is."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from clubsales import policies
from clubsales.actor import Actor, Role
from clubsales.auth.permissions import Permission, may
from clubsales.clock import Instant, local_day
from clubsales.consultants.credits import queries as credits_
from clubsales.consultants.credits.queries import StoredHead
from clubsales.consultants.credits.rules import Share, target
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.profiles.queries import ConsultantView
from clubsales.errors import NotFound
from clubsales.ids import ConsultantID
from clubsales.leads.disputes import queries
from clubsales.leads.disputes.argued import SaleLine, matter_of, sale_of_case, sees_phone
from clubsales.leads.disputes.attachments import PaperView, papers_of
from clubsales.leads.disputes.judges import judges_of
from clubsales.leads.disputes.lines import Matter
from clubsales.leads.disputes.moves import Moves, deadline_of, moves_of, waits_for
from clubsales.leads.disputes.papers import MOST_PAPERS
from clubsales.leads.disputes.queries import DisputeView, StepView
from clubsales.leads.disputes.rules import Case, DisputePolicy, Status, StepKind
from clubsales.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Somebody's part of a split; no name: the house."""

    name: str
    basis_points: int
    amount: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A step of the case as it is read. `conduct_note` only for who it is about and for managers."""

    step: StepView
    parts: tuple[Part, ...]
    papers: tuple[PaperView, ...]
    conduct_name: str
    conduct_note: str

    @property
    def kind(self) -> StepKind:
        return self.step.kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """Somebody the case is about: what the rules give him, what was decided since, and whether he has spoken."""

    consultant: ConsultantView
    proposed: Part
    decided: Part | None
    opened: bool
    has_spoken: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Funds:
    """The money of the sale as the ledger has it. `at_stake` is what there is to split."""

    received: Money
    refunded: Money
    at_stake: Money
    held: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """A case, whole. `waits_for` are the roles whose decision is next; none: it is the parties' move, or over.

    `deadline` is when the parties' time to object or to appeal is over.
    """

    view: DisputeView
    status: Status
    sale: SaleLine
    phone_shown: bool
    matter: Matter
    funds: Funds
    sides: tuple[Side, ...]
    said: tuple[Said, ...]
    waits_for: tuple[Role, ...]
    may_still_be_appealed: bool
    deadline: Instant | None
    is_party: bool
    moves: Moves
    papers_left: int
    policy: DisputePolicy
    head: StoredHead
    facts: Case

    @property
    def public_id(self) -> str:
        return self.view.public_id


def policy_of(session: Session, actor: Actor, at: Instant) -> DisputePolicy:
    """The club's settings of disputes today."""
    day = local_day(at, actor.club.zone)
    return policies.policy_on(session, actor.club, day).read("dispute", DisputePolicy)


def sees(actor: Actor, view: DisputeView) -> bool:
    """Whether a case is somebody's to read: he is a party, or he oversees the club's credit."""
    return may(actor, Permission.CREDIT_SEE_ALL) or actor.consultant_id in view.parties


def seen_by(session: Session, actor: Actor, public_id: str) -> DisputeView:
    """A case as its readers find it; raises NotFound for everybody else."""
    view = queries.by_public_id(session, actor.club.id, public_id)
    if not sees(actor, view):
        raise NotFound
    return view


def read(session: Session, actor: Actor, public_id: str, at: Instant) -> CaseFile:
    """The whole case. Raises NotFound for whoever is not concerned."""
    view = seen_by(session, actor, public_id)
    sale = sale_of_case(session, actor.club, view)
    head = credits_.stored_head(session, actor.club.id, view.sale_id)
    assert head is not None  # opened after the first receipt
    everybody = {one.id: one for one in profiles.all_in_club(session, actor.club.id)}
    policy = policy_of(session, actor, at)
    case = replace(view.case, judges=judges_of(session, actor.club))
    papers = papers_of(session, view.id)
    return CaseFile(
        view=view,
        status=case.status_at(at),
        sale=sale,
        phone_shown=sees_phone(session, actor, sale, at),
        matter=matter_of(session, actor.club, view, sale),
        funds=funds_of(head),
        sides=_sides(view, everybody, head),
        said=tuple(_said(step, papers, everybody, actor, case) for step in view.steps),
        waits_for=waits_for(case, policy, at),
        may_still_be_appealed=case.may_be_appealed(local_day(at, actor.club.zone)),
        deadline=deadline_of(case, actor, at),
        is_party=actor.consultant_id in case.parties,
        moves=moves_of(case, actor, policy, at),
        papers_left=max(MOST_PAPERS - sum(map(len, papers.values())), 0),
        policy=policy,
        head=head,
        facts=case,
    )


def funds_of(head: StoredHead) -> Funds:
    """What came in and went back, and what is to be split under the club's way of crediting."""
    return Funds(
        received=head.head.received,
        refunded=head.head.refunded,
        at_stake=sum(amounts_for(head, head.head.shares), Money.zero(head.head.received.currency)),
        held=head.held,
    )


def amounts_for(head: StoredHead, shares: Sequence[Share]) -> list[Money]:
    """What each of these shares is worth today, in their order: what came in split, less what went back split."""
    split = target(replace(head.head, shares=tuple(shares), held=False))
    return [split[share.consultant_id] for share in shares]


def parts_of(shares: Sequence[Share], names: Mapping[ConsultantID, str]) -> tuple[Part, ...]:
    """A split with names."""
    return tuple(
        Part(
            name="" if share.consultant_id is None else names.get(share.consultant_id, ""),
            basis_points=share.basis_points,
        )
        for share in shares
    )


def _sides(
    view: DisputeView, everybody: Mapping[ConsultantID, ConsultantView], head: StoredHead
) -> tuple[Side, ...]:
    """The opener first, then whoever has a share before or after, by name."""
    proposed = _by_holder(view.proposal.shares, head)
    decided = None if view.shares is None else _by_holder(view.shares, head)
    spoken = {step.consultant_id for step in view.steps if step.words or step.kind is StepKind.STATEMENT}
    people = sorted(
        (everybody[each] for each in view.parties if each in everybody),
        key=lambda one: (one.id != view.opened_by, one.name, one.id),
    )
    nothing = (0, Money.zero(head.head.received.currency))
    return tuple(
        Side(
            consultant=one,
            proposed=_part(one.name, proposed.get(one.id, nothing)),
            decided=None if decided is None else _part(one.name, decided.get(one.id, nothing)),
            opened=one.id == view.opened_by,
            has_spoken=one.id in spoken,
        )
        for one in people
    )


def _by_holder(shares: Sequence[Share], head: StoredHead) -> dict[ConsultantID | None, tuple[int, Money]]:
    return {
        share.consultant_id: (share.basis_points, amount)
        for share, amount in zip(shares, amounts_for(head, shares), strict=True)
    }


def _part(name: str, of: tuple[int, Money]) -> Part:
    return Part(name=name, basis_points=of[0], amount=of[1])


def _said(
    step: StepView,
    papers: Mapping[int, Sequence[PaperView]],
    everybody: Mapping[ConsultantID, ConsultantView],
    actor: Actor,
    case: Case,
) -> Said:
    names = {each: one.name for each, one in everybody.items()}
    may_read = _reads_conduct(actor, step.conduct_of, case.parties)
    return Said(
        step=step,
        parts=parts_of(step.shares or (), names),
        papers=tuple(papers.get(step.id, ())),
        conduct_name=names.get(step.conduct_of, "") if step.conduct_of is not None else "",
        conduct_note=step.conduct_note if may_read else "",
    )


def _reads_conduct(actor: Actor, about: ConsultantID | None, parties: Collection[ConsultantID]) -> bool:
    """How somebody behaved is between him and those who judge, no matter for the other side (DSP-09)."""
    if about is None:
        return False
    if actor.consultant_id == about:
        return True
    return may(actor, Permission.DISPUTE_RULE) and actor.consultant_id not in parties
