"""What the heads of a club settle: leave, an absence, a notice, a list of the club's own, targets, what it pays."""

from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy.orm import Session

from clubsales.actor import Role
from clubsales.clock import Instant, local_day, next_month
from clubsales.consultants.checklists import operations as checklists
from clubsales.consultants.checklists import queries as checklist_queries
from clubsales.consultants.checklists.rules import Item, Occasion
from clubsales.consultants.commission import operations as commission
from clubsales.consultants.commission.choosing import Scope
from clubsales.consultants.commission.operations import Written
from clubsales.consultants.commission.rules import Plan, Tier
from clubsales.consultants.leave import operations as leaves
from clubsales.consultants.leave import queries as leave_queries
from clubsales.consultants.leave.rules import Kind
from clubsales.consultants.notices import operations as notices
from clubsales.consultants.reviews import deciding, proposing
from clubsales.consultants.reviews.catalogue import Offence
from clubsales.consultants.reviews.choices import Verdict
from clubsales.consultants.reviews.proposing import Proposal
from clubsales.consultants.reviews.rules import Kind as CaseKind
from clubsales.consultants.targets import operations as targets
from tests.builders import Cast, consultant_of, yuan


@dataclass(frozen=True)
class Settled:
    """The public ids of it."""

    leave: str
    running_leave: str
    away: str
    notice: str
    plan: str
    plan_draft: str
    case: str  # about Lin, open
    decided_case: str  # about Lin, not read yet


def settle(session: Session, cast: Cast, *, at: Instant) -> Settled:
    """Settle something of each kind, weeks away from the roster of these days."""
    today = local_day(at, cast.club.zone)
    running_leave = begun(session, cast, at=at)
    for who, ahead in ((cast.ma, 24), (cast.zhou, 31)):
        leaves.file(
            session,
            consultant_id=consultant_of(who),
            kind=Kind.ANNUAL,
            first_day=today + timedelta(days=ahead),
            last_day=today + timedelta(days=ahead + 1),
            reason="回老家",
            actor=who,
            at=at,
        )
    first, second = leave_queries.waiting(session, cast.club.id)
    leaves.decide(session, public_id=first.public_id, approve=True, actor=cast.director, at=at)
    owner = replace(cast.manager, roles=frozenset({Role.OWNER}))
    gone = today + timedelta(days=20)
    leaves.mark_away(session, first_day=gone, last_day=gone, actor=owner, at=at)
    (away,) = leave_queries.away_from(session, cast.club.id, Role.GENERAL_MANAGER, today)
    notice = notices.write(
        session,
        title="周六停水",
        body="早上 8 点到 10 点。\n请提前告诉客人。",
        first_day=today,
        last_day=today + timedelta(days=5),
        actor=cast.manager,
        at=at,
    )
    notices.read(session, public_id=notice, actor=cast.zhou, at=at)
    held = checklist_queries.current(session, cast.club.id, Occasion.CLOSING, "early")
    reworded = Item(held.items[0].code, "客人都已送走", "All guests have left")
    checklists.publish(
        session,
        occasion=Occasion.CLOSING,
        shift="early",
        items=[reworded, *held.items[1:]],
        seen=held.number,
        actor=cast.manager,
        at=at,
    )
    for amount in ("50000", "60000.50"):
        targets.set_target(
            session,
            consultant_id=consultant_of(cast.lin),
            month=today,
            amount=yuan(amount),
            reason="加了周末的班",
            actor=cast.manager,
            at=at,
        )
    plan, plan_draft = plan_pay(session, cast, at=at)
    case, decided_case = bring_up(session, cast, at=at)
    return Settled(
        second.public_id, running_leave, away.public_id, notice, plan, plan_draft, case, decided_case
    )


def bring_up(session: Session, cast: Cast, *, at: Instant) -> tuple[str, str]:
    """A fine for Lin that waits for a decision, and a warning she has not read yet."""
    fine, warning = (
        proposing.propose(
            session,
            Proposal(
                kind=kind,
                consultant_id=consultant_of(cast.lin),
                words="合同改了四处",
                offence=Offence.CORRECTIONS,
            ),
            actor=cast.supervisor,
            at=at,
        )
        for kind in (CaseKind.FINE, CaseKind.WARNING)
    )
    verdict = Verdict(choice="warn", words="下次注意")
    deciding.decide(session, public_id=warning, verdict=verdict, actor=cast.manager, at=at)
    return fine, warning


def plan_pay(session: Session, cast: Cast, *, at: Instant) -> tuple[str, str]:
    """A plan that pays inside consultants from next month on, and a draft of the one after it."""
    coming = next_month(local_day(at, cast.club.zone))
    plan = Plan(tiers=(Tier(0, 300), Tier(3_000_000, 800)), base_minor=400_000, category_rates={"goods": 100})
    drafts = [
        commission.start_draft(
            session,
            written=Written(name=name, scope=Scope(kind="inside"), valid_from=coming, plan=plan),
            actor=cast.manager,
            at=at,
        )
        for name in ("内销提成方案", "内销提成方案（讨论稿）")
    ]
    published = commission.publish(
        session, public_id=drafts[0], version=1, reason="新季度", actor=cast.manager, at=at
    )
    return published, drafts[1]


def begun(session: Session, cast: Cast, *, at: Instant) -> str:
    """Leave of somebody off the floor that has begun today and lasts until tomorrow."""
    today, asked = local_day(at, cast.club.zone), at - timedelta(days=1)
    leaves.file(
        session,
        consultant_id=consultant_of(cast.finance),
        kind=Kind.ANNUAL,
        first_day=today,
        last_day=today + timedelta(days=1),
        actor=cast.finance,
        at=asked,
    )
    (leave,) = leave_queries.waiting(session, cast.club.id)
    leaves.decide(session, public_id=leave.public_id, approve=True, actor=cast.director, at=asked)
    return leave.public_id
