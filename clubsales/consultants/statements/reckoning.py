"""A month as it is reckoned now: everybody's pay, the ranking it rests on, and a digest of it all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.clock import Instant, local_day, month_of, next_month
from clubsales.consultants.assessment.rules import Score
from clubsales.consultants.awards.queries import month_result
from clubsales.consultants.awards.rules import MonthResult
from clubsales.consultants.commission.rules import SaleClass, net_of_fee
from clubsales.consultants.statements.documents import Document, digest_of, document_of
from clubsales.consultants.statements.gathering import Gathered, Month, gather
from clubsales.consultants.statements.lines import Counted, Line, Scale, lines_of, scale_of
from clubsales.consultants.statements.payable import Payable, payable
from clubsales.consultants.statements.rules import Reckoning, reckon_statement
from clubsales.consultants.statements.tables import card_type, posting, sale
from clubsales.ids import ClubID, ConsultantID
from clubsales.policies import Policy

RENEWAL = "renewal"  # sale.kind


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthReckoning:
    """What a month comes to, in the order of codes; `digest` is the same for the same month, however often it is asked."""

    month: date
    statements: Mapping[ConsultantID, Reckoning]
    people: Mapping[ConsultantID, Gathered]
    documents: Mapping[ConsultantID, Document]
    result: MonthResult
    digest: str
    policy: Policy
    scores: Mapping[ConsultantID, Score]
    expenses: Mapping[ConsultantID, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonReckoning:
    """One person's month."""

    gathered: Gathered
    reckoning: Reckoning
    result: MonthResult
    lines: Sequence[Line]
    payable: Payable


def month_reckoning(session: Session, club: Club, month: date) -> MonthReckoning:
    """A month as it stands now, closed or not: what its close would freeze."""
    month = month_of(month)
    result = month_result(session, club, month)
    found = gather(session, club, month, result=result)
    return reckoned(session, club, found, result)


def reckoned(session: Session, club: Club, found: Month, result: MonthResult) -> MonthReckoning:
    """What was gathered, reckoned."""
    counts = _postings_counted(session, club.id, found.month)
    standings = {each.consultant_id: each for each in result.standings}
    statements = {each.person.id: reckon_statement(each.facts) for each in found.people}
    documents = {
        each.person.id: document_of(
            each,
            statements[each.person.id],
            standings.get(each.person.id),
            postings=counts.get(each.person.id, 0),
        )
        for each in found.people
    }
    return MonthReckoning(
        month=found.month,
        statements=statements,
        people={each.person.id: each for each in found.people},
        documents=documents,
        result=result,
        digest=digest_of(club=club.public_id, month=found.month, documents=documents.values()),
        policy=found.policy,
        scores=found.scores,
        expenses=found.expenses,
    )


def reckoning_of(
    session: Session, club: Club, month: date, consultant_id: ConsultantID, *, at: Instant
) -> PersonReckoning | None:
    """One person's month as it stands now, with its lines and what of it may be paid by then.

    None for whoever has no statement in it.
    """
    month = month_of(month)
    result = month_result(session, club, month)
    found = gather(session, club, month, result=result, consultant_id=consultant_id)
    if not found.people:
        return None
    (gathered,) = found.people
    reckoning = reckon_statement(gathered.facts)
    lines = lines_of(
        scale_for(gathered),
        counted_postings(session, club, month, gathered),
        brought=gathered.facts.brought_minor,
        commission_minor=reckoning.commission_minor,
        last_day=next_month(month) - timedelta(days=1),
    )
    return PersonReckoning(
        gathered=gathered,
        reckoning=reckoning,
        result=result,
        lines=lines,
        payable=payable(
            pay_minor=reckoning.pay_minor,
            commission_paid_minor=reckoning.commission_paid_minor,
            paid_bp=reckoning.paid_bp,
            by_day=by_day(lines),
            closed_on=local_day(at, club.zone),
        ),
    )


def scale_for(gathered: Gathered) -> Scale:
    """The weights of somebody's month."""
    facts = gathered.facts
    return scale_of(gathered.plan, gathered.counted, facts.brought_minor, facts.reckoned.rate_bp)


def by_day(lines: Sequence[Line]) -> dict[date, int]:
    """What lines earn, before the band, by the day they may be paid."""
    found: dict[date, int] = {}
    for line in lines:
        found[line.payable_on] = found.get(line.payable_on, 0) + line.commission_minor
    return found


def _postings_counted(session: Session, club_id: ClubID, month: date) -> dict[ConsultantID, int]:
    rows = session.execute(
        sa.select(posting.c.consultant_id, sa.func.count().label("lines"))
        .where(posting.c.club_id == club_id, posting.c.month == month, posting.c.consultant_id.is_not(None))
        .group_by(posting.c.consultant_id)
    )
    return {ConsultantID(row.consultant_id): row.lines for row in rows}


def counted_postings(session: Session, club: Club, month: date, gathered: Gathered) -> list[Counted]:
    """One person's postings of a month as they count, in the order of the ledger."""
    without_fee = gathered.plan.exclude_set_up_fee
    mine = posting.alias("mine")
    of_month = sa.exists().where(
        mine.c.sale_id == posting.c.sale_id,
        mine.c.consultant_id == posting.c.consultant_id,
        mine.c.month == month,
    )
    rows = session.execute(
        sa.select(
            *(posting.c.id, posting.c.sale_id, posting.c.amount_minor, posting.c.at, posting.c.month),
            *(card_type.c.kind, sale.c.kind.label("sale_kind"), sale.c.price_minor, sale.c.set_up_fee_minor),
        )
        .join_from(posting, sale, sale.c.id == posting.c.sale_id)
        .join(card_type, card_type.c.id == sale.c.card_type_id)
        .where(
            posting.c.club_id == club.id,
            posting.c.consultant_id == gathered.person.id,
            sa.and_(posting.c.month <= month, of_month) if without_fee else posting.c.month == month,
        )
        .order_by(posting.c.month, posting.c.id)
    )
    so_far: dict[int, int] = {}
    counted = []
    for row in rows:
        before = so_far.get(row.sale_id, 0)
        so_far[row.sale_id] = before + row.amount_minor
        credit = row.amount_minor
        if without_fee:
            terms = {"price_minor": row.price_minor, "fee_minor": row.set_up_fee_minor}
            credit = net_of_fee(so_far[row.sale_id], **terms) - net_of_fee(before, **terms)
        if row.month == month:
            waits = timedelta(days=0 if row.amount_minor < 0 else gathered.payable_days)
            sale_class = SaleClass(row.kind, row.sale_kind == RENEWAL)
            payable_on = local_day(row.at, club.zone) + waits
            counted.append(Counted(row.id, sale_class, credit, payable_on))
    return counted
