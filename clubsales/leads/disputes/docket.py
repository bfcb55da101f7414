"""The list of cases: one's own, those one has to decide, those that run, those that are over."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.auth.permissions import Permission, may
from clubsales.clock import Instant
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.profiles.tables import CONSULTANT
from clubsales.db import table_of
from clubsales.ids import AccountID, ConsultantID
from clubsales.leads.disputes.casefile import Part, parts_of, policy_of
from clubsales.leads.disputes.judges import judges_of
from clubsales.leads.disputes.moves import Moves, moves_of
from clubsales.leads.disputes.queries import restored_shares
from clubsales.leads.disputes.rules import RUNNING, Case, Judge, Status, StepKind
from clubsales.leads.disputes.tables import DISPUTE, NEWS, SALE, STEP
from clubsales.leads.people.models import PersonRow
from clubsales.money import Currency, Money

PAGE = 50
MOST_RUNNING = 500
PERSON = table_of(PersonRow)
OPENER = CONSULTANT.alias("opener")
# The ledger's head and the sale's price, known by their tables' names.
HEAD = sa.table(
    "credit_basis",
    *(sa.column(name, sa.BigInteger) for name in ("sale_id", "received_minor", "refunded_minor")),
    *(sa.column(name, sa.BigInteger) for name in ("contract_minor",)),
    *(sa.column(name, sa.String) for name in ("basis", "currency")),
    sa.column("held", sa.Boolean),
)


class Tab(StrEnum):
    """Which cases."""

    MINE = "mine"
    TO_DECIDE = "decide"
    RUNNING = "running"
    DECIDED = "decided"


@dataclass(frozen=True, slots=True, kw_only=True)
class DocketLine:
    """A case in the list, with its reader's next move. `held` is what is out of the ledger."""

    id: int
    public_id: str
    title: str
    title_en: str
    buyer: str
    opener: str
    opened_at: Instant
    status: Status
    rule: str
    parts: tuple[Part, ...]
    stands_at: Instant | None
    decided_at: Instant | None
    appeal_until: date | None
    objected: bool
    held: Money | None
    case: Case
    moves: Moves

    def title_in(self, language: str) -> str:
        """What was sold, in a language."""
        return self.title_en if language.startswith("en") and self.title_en else self.title


@dataclass(frozen=True, slots=True, kw_only=True)
class Docket:
    """A page of the list. `before` is what the next page is asked for by."""

    lines: tuple[DocketLine, ...]
    before: int | None

    @property
    def held(self) -> Money | None:
        """What is out of the ledger in all of them."""
        amounts = [line.held for line in self.lines if line.held is not None]
        return sum(amounts[1:], amounts[0]) if amounts else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """How many cases wait for somebody's decision, and since when the oldest."""

    count: int
    oldest: Instant | None


def tabs_of(actor: Actor) -> tuple[Tab, ...]:
    """The lists somebody has."""
    mine = (Tab.MINE,) if actor.consultant_id is not None else ()
    decide = (Tab.TO_DECIDE,) if may(actor, Permission.DISPUTE_RULE) else ()
    every = (Tab.RUNNING, Tab.DECIDED) if may(actor, Permission.CREDIT_SEE_ALL) else ()
    return (*decide, *mine, *every)


def docket(
    session: Session, actor: Actor, tab: Tab, at: Instant, *, before: int | None = None, most: int = PAGE
) -> Docket:
    """The cases of a list: what runs by age, what is over by its end, the latest first."""
    if tab is Tab.TO_DECIDE:
        found = [line for line in _lines(session, actor, _running(), at) if line.moves.decides]
        return Docket(lines=tuple(found), before=None)
    if tab is Tab.RUNNING:
        return Docket(lines=tuple(_lines(session, actor, _running(), at)), before=None)
    over = sa.select(DISPUTE.c.id).order_by(DISPUTE.c.id.desc()).limit(most + 1)
    if before is not None:
        over = over.where(DISPUTE.c.id < before)
    if tab is Tab.DECIDED:
        over = over.where(DISPUTE.c.status.in_([Status.DECIDED.value, Status.WITHDRAWN.value]))
    else:
        over = over.where(_concerns(actor))
    found = _lines(session, actor, over, at)
    found.sort(key=lambda line: line.id, reverse=True)
    shown = found[:most]
    earlier = shown[-1].id if len(found) > most else None
    if tab is Tab.MINE:  # whoever judges was told of others' cases too
        shown = [line for line in shown if actor.consultant_id in line.case.parties]
    return Docket(lines=tuple(shown), before=earlier)


def waiting(session: Session, actor: Actor, at: Instant) -> Waiting:
    """What waits for somebody's decision; nothing for who decides nothing."""
    if not may(actor, Permission.DISPUTE_RULE):
        return Waiting(count=0, oldest=None)
    rows = session.execute(
        sa.select(*_CASE).where(
            DISPUTE.c.club_id == actor.club.id,
            DISPUTE.c.status.in_([Status.OPEN.value, Status.APPEALED.value]),
        )
    ).all()
    if not rows:
        return Waiting(count=0, oldest=None)
    policy, judges = policy_of(session, actor, at), judges_of(session, actor.club)
    since = [row.opened_at for row in rows if moves_of(_case(row, (), judges), actor, policy, at).decides]
    return Waiting(count=len(since), oldest=min(since, default=None))


def unanswered(session: Session, actor: Actor) -> list[str]:
    """Public ids of running cases that somebody is a party of and has said nothing in; one statement."""
    said = sa.exists().where(
        STEP.c.dispute_id == DISPUTE.c.id,
        STEP.c.consultant_id == actor.consultant_id,
        sa.or_(STEP.c.kind == StepKind.STATEMENT.value, STEP.c.words != ""),
    )
    told = sa.exists().where(NEWS.c.dispute_id == DISPUTE.c.id, NEWS.c.account_id == actor.account_id)
    rows = session.execute(
        sa.select(DISPUTE.c.public_id, DISPUTE.c.opened_by, DISPUTE.c.proposal, DISPUTE.c.shares)
        .where(
            DISPUTE.c.club_id == actor.club.id,
            DISPUTE.c.status.in_([status.value for status in RUNNING]),
            DISPUTE.c.opened_by != actor.consultant_id,
            told,
            ~said,
        )
        .order_by(DISPUTE.c.id)
    )
    return [row.public_id for row in rows if actor.consultant_id in _holders(row)]


_CASE = (
    DISPUTE.c.id,
    DISPUTE.c.status,
    DISPUTE.c.opened_by,
    DISPUTE.c.opened_at,
    DISPUTE.c.proposal,
    DISPUTE.c.shares,
    DISPUTE.c.stands_at,
    DISPUTE.c.objected_at,
    DISPUTE.c.ruled_by,
    DISPUTE.c.appeal_until,
    DISPUTE.c.appealed_at,
)


def _running() -> sa.Select[Any]:
    return (
        sa.select(DISPUTE.c.id)
        .where(DISPUTE.c.status.in_([status.value for status in RUNNING]))
        .order_by(DISPUTE.c.opened_at)
        .limit(MOST_RUNNING)
    )


def _concerns(actor: Actor) -> sa.ColumnElement[bool]:
    """His own: he opened it, or he was told of it as somebody with a share."""
    told = sa.exists().where(NEWS.c.dispute_id == DISPUTE.c.id, NEWS.c.account_id == actor.account_id)
    return sa.or_(DISPUTE.c.opened_by == actor.consultant_id, told)


def _lines(session: Session, actor: Actor, wanted: sa.Select[Any], at: Instant) -> list[DocketLine]:
    chosen = wanted.where(DISPUTE.c.club_id == actor.club.id).subquery()
    rows = session.execute(
        sa.select(
            *_CASE,
            DISPUTE.c.public_id,
            DISPUTE.c.rule,
            DISPUTE.c.decided_at,
            OPENER.c.name.label("opener"),
            PERSON.c.name.label("buyer"),
            SALE.c.card_type_name,
            SALE.c.card_type_name_en,
            HEAD,
        )
        .select_from(DISPUTE)
        .join(chosen, chosen.c.id == DISPUTE.c.id)
        .join(SALE, SALE.c.id == DISPUTE.c.sale_id)
        .join(OPENER, OPENER.c.id == DISPUTE.c.opened_by)
        .join(HEAD, HEAD.c.sale_id == DISPUTE.c.sale_id)
        .outerjoin(PERSON, PERSON.c.id == SALE.c.person_id)
        .order_by(DISPUTE.c.opened_at, DISPUTE.c.id)
    ).all()
    splits = _splits(session, [row.id for row in rows])
    names = profiles.names(session, {each for row in rows for each in _holders(row)})
    policy, judges = policy_of(session, actor, at), judges_of(session, actor.club) if rows else ()
    return [_line(row, _case(row, splits[row.id], judges), names, actor, policy, at) for row in rows]


def _splits(session: Session, ids: Sequence[int]) -> dict[int, list[tuple[Any, ...]]]:
    """What was settled and ruled in these cases: it says who is a party."""
    found: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    if ids:
        rows = session.execute(
            sa.select(STEP.c.dispute_id, STEP.c.shares).where(
                STEP.c.dispute_id.in_(ids),
                STEP.c.kind.in_([StepKind.SETTLED.value, StepKind.RULED.value, StepKind.APPEAL_RULED.value]),
            )
        )
        for row in rows:
            if row.shares:
                found[row.dispute_id].append(restored_shares(row.shares))
    return found


def _line(row: Any, case: Case, names: Any, actor: Actor, policy: Any, at: Instant) -> DocketLine:
    currency = Currency(row.currency)
    earned = row.contract_minor if row.basis == "contract_at_first_receipt" else row.received_minor
    return DocketLine(
        id=row.id,
        public_id=row.public_id,
        title=row.card_type_name,
        title_en=row.card_type_name_en,
        buyer=row.buyer or "",
        opener=row.opener,
        opened_at=row.opened_at,
        status=case.status_at(at),
        rule=row.rule,
        parts=parts_of(restored_shares(row.shares or row.proposal["shares"]), names),
        stands_at=row.stands_at,
        decided_at=row.decided_at,
        appeal_until=row.appeal_until,
        objected=case.objected,
        held=Money(earned - row.refunded_minor, currency) if row.held else None,
        case=case,
        moves=moves_of(case, actor, policy, at),
    )


def _case(row: Any, splits: Iterable[Any], judges: tuple[Judge, ...]) -> Case:
    now = () if row.shares is None else (restored_shares(row.shares),)
    return Case(
        status=Status(row.status),
        opened_by=ConsultantID(row.opened_by),
        proposal=restored_shares(row.proposal["shares"]),
        decided=(*splits, *now),
        stands_at=row.stands_at,
        objected=row.objected_at is not None,
        ruled_by=None if row.ruled_by is None else AccountID(row.ruled_by),
        appeal_until=row.appeal_until,
        appealed=row.appealed_at is not None,
        judges=judges,
    )


def _holders(row: Any) -> set[ConsultantID]:
    return {
        ConsultantID(holder)
        for holder, _points in (*row.proposal["shares"], *(row.shares or ()))
        if holder is not None
    }
