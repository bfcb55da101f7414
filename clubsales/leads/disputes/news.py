"""Everyone concerned is told of every step: on his page, and where he listens, on his browser."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Actor, Role
from clubsales.auth.tables import ACCOUNT, GRANT
from clubsales.clock import Instant
from clubsales.consultants.profiles.tables import CONSULTANT
from clubsales.db import for_update
from clubsales.errors import NotFound
from clubsales.ids import AccountID, ClubID, ConsultantID
from clubsales.leads.disputes.rules import STAND_INS, DisputePolicy, NewsFacts, Status, StepKind
from clubsales.leads.disputes.tables import DISPUTE, NEWS, SALE, STEP

AT_ONCE = 200
OLDEST_NEWS = timedelta(hours=12)  # after a pause nobody's browser rings for what the page says anyway
BY = ACCOUNT.alias("by")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsView:
    """A step somebody concerned has not read yet; nobody did it where time did."""

    dispute_public_id: str
    kind: StepKind
    at: Instant
    by: str
    confirms: bool
    may_object: bool  # the settlement still waits for objections
    sale_public_id: str
    title: str
    title_en: str

    def title_in(self, language: str) -> str:
        """What was sold, in a language."""
        return self.title_en if language.startswith("en") and self.title_en else self.title


@dataclass(frozen=True, slots=True, kw_only=True)
class Untold:
    """A step to tell somebody of on his browser."""

    club_id: ClubID
    account_id: AccountID
    dispute_public_id: str
    kind: StepKind


def tell(
    session: Session,
    *,
    dispute_id: int,
    step_id: int,
    parties: Collection[ConsultantID],
    facts: NewsFacts,
    judge: AccountID | None,
    policy: DisputePolicy,
    actor: Actor,
) -> None:
    """Write down who is to hear of a step: the parties, whoever has to act next and whose decision it was about.

    Never whoever did it. Where nobody is a supervisor who is no party, what is a supervisor's matter is told to the
    final role, and else to whoever stands in.
    """
    sides = set(session.scalars(sa.select(CONSULTANT.c.account_id).where(CONSULTANT.c.id.in_(parties))))
    accounts = set(sides)
    out_of_it = sides | {int(judge)} if facts.judge and judge is not None else sides  # has had his say
    for role in facts.roles:
        after = (Role(policy.final_role),) if role is Role.SUPERVISOR else ()
        accounts |= _who_decides(session, actor, (role, *after), out_of_it=out_of_it)
    if facts.judge and judge is not None:
        accounts.add(judge)
    accounts.discard(actor.account_id)
    live = sa.select(ACCOUNT.c.id).where(ACCOUNT.c.id.in_(accounts), ACCOUNT.c.active).order_by(ACCOUNT.c.id)
    rows = [
        {"dispute_id": dispute_id, "step_id": step_id, "account_id": account_id}
        for account_id in (session.scalars(live) if accounts else ())
    ]
    if rows:
        session.execute(sa.insert(NEWS), rows)


def unread(session: Session, actor: Actor, limit: int = 50) -> list[NewsView]:
    """What the actor has not read of cases of his club, the latest first."""
    rows = session.execute(
        sa.select(
            DISPUTE.c.public_id,
            STEP.c.kind,
            STEP.c.at,
            STEP.c.confirms,
            DISPUTE.c.status,
            BY.c.name.label("by"),
            SALE.c.public_id.label("sale_public_id"),
            SALE.c.card_type_name,
            SALE.c.card_type_name_en,
        )
        .select_from(NEWS)
        .join(STEP, STEP.c.id == NEWS.c.step_id)
        .join(DISPUTE, DISPUTE.c.id == NEWS.c.dispute_id)
        .join(SALE, SALE.c.id == DISPUTE.c.sale_id)
        .outerjoin(BY, BY.c.id == STEP.c.account_id)
        .where(
            NEWS.c.account_id == actor.account_id,
            NEWS.c.read_at.is_(None),
            DISPUTE.c.club_id == actor.club.id,
        )
        .order_by(NEWS.c.id.desc())
        .limit(limit)
    )
    return [
        NewsView(
            dispute_public_id=row.public_id,
            kind=StepKind(row.kind),
            at=row.at,
            by=row.by or "",
            confirms=row.confirms,
            may_object=row.status == Status.SETTLED,
            sale_public_id=row.sale_public_id,
            title=row.card_type_name,
            title_en=row.card_type_name_en,
        )
        for row in rows
    ]


def mark_read(session: Session, *, public_id: str, actor: Actor, at: Instant) -> None:
    """The actor has seen the case: nothing in it is news to him. Raises NotFound without an account."""
    if actor.account_id is None:
        raise NotFound
    of_case = sa.select(DISPUTE.c.id).where(
        DISPUTE.c.club_id == actor.club.id, DISPUTE.c.public_id == public_id
    )
    session.execute(
        sa.update(NEWS)
        .where(
            NEWS.c.account_id == actor.account_id,
            NEWS.c.read_at.is_(None),
            NEWS.c.dispute_id.in_(of_case),
        )
        .values(read_at=at)
    )


def take_untold(session: Session, at: Instant) -> list[Untold]:
    """What browsers are to ring for; from now on it counts as told. Read already or long ago: it is only ticked off."""
    rows = session.execute(
        for_update(
            sa.select(NEWS.c.id, NEWS.c.account_id, NEWS.c.dispute_id, NEWS.c.step_id, NEWS.c.read_at)
            .where(NEWS.c.told_at.is_(None))
            .order_by(NEWS.c.id)
            .limit(AT_ONCE),
            skip_locked=True,
        )
    ).all()
    if not rows:
        return []
    session.execute(sa.update(NEWS).where(NEWS.c.id.in_([row.id for row in rows])).values(told_at=at))
    steps = {
        row.id: row
        for row in session.execute(
            sa.select(STEP.c.id, STEP.c.kind, STEP.c.at, DISPUTE.c.club_id, DISPUTE.c.public_id)
            .join(DISPUTE, DISPUTE.c.id == STEP.c.dispute_id)
            .where(STEP.c.id.in_({row.step_id for row in rows}))
        )
    }
    return [
        Untold(
            club_id=ClubID(steps[row.step_id].club_id),
            account_id=AccountID(row.account_id),
            dispute_public_id=steps[row.step_id].public_id,
            kind=StepKind(steps[row.step_id].kind),
        )
        for row in rows
        if row.read_at is None and steps[row.step_id].at + OLDEST_NEWS >= at
    ]


def _who_decides(session: Session, actor: Actor, roles: Sequence[Role], *, out_of_it: set[int]) -> set[int]:
    """Those of the first of these roles that somebody else holds; of none of them: whoever stands in."""
    for role in (*roles, *STAND_INS):
        found = _with_role(session, actor, role) - out_of_it
        if found:
            return found
    return set()


def _with_role(session: Session, actor: Actor, role: Role) -> set[int]:
    """Everybody active who holds a role in the actor's club, or everywhere in the organisation."""
    return set(
        session.scalars(
            sa.select(GRANT.c.account_id)
            .join(ACCOUNT, ACCOUNT.c.id == GRANT.c.account_id)
            .where(
                GRANT.c.role == role.value,
                GRANT.c.ended_at.is_(None),
                ACCOUNT.c.active,
                ACCOUNT.c.organisation_id == actor.club.organisation_id,
                sa.or_(GRANT.c.club_id == actor.club.id, GRANT.c.club_id.is_(None)),
            )
        )
    )
