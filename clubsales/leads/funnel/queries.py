"""The facts of the funnel, read from what is written down anyway: nothing is kept for it.

The leads of a period cost one statement, however many leads other periods have; each fact is looked up by its person.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import policies
from clubsales.actor import Club
from clubsales.clock import Instant, day_start
from clubsales.db import UtcDateTime, table_of
from clubsales.ids import ConsultantID, LeadID, LeadSourceID
from clubsales.leads.appointments.queries import APPOINTMENT
from clubsales.leads.claims.queries import CLAIM, RUNNING
from clubsales.leads.followups.models import ContactRow
from clubsales.leads.funnel.periods import Period
from clubsales.leads.funnel.rules import STAGES, Counts, Journey, Stage, furthest, tally
from clubsales.leads.intake.models import LeadRow
from clubsales.leads.people.models import PersonRow
from clubsales.leads.sources.rules import Source
from clubsales.leads.touches.queries import TOUCH
from clubsales.leads.touches.rules import TouchKind
from clubsales.money import Money

LEAD, PERSON, CONTACT = table_of(LeadRow), table_of(PersonRow), table_of(ContactRow)
CORRECTION = CONTACT.alias("correction")
# Sales stand above leads, so the table is known by its name.
SALE = sa.table(
    "sale",
    sa.column("id", sa.BigInteger),
    sa.column("club_id", sa.BigInteger),
    sa.column("person_id", sa.BigInteger),
    sa.column("kind", sa.String),
    sa.column("currency", sa.String),
    sa.column("opened_at", UtcDateTime()),
    sa.column("opened_by", sa.BigInteger),
    sa.column("first_receipt_at", UtcDateTime()),
    sa.column("received_minor", sa.BigInteger),
    sa.column("refunded_minor", sa.BigInteger),
)
BOUGHT = SALE.alias("bought")  # the sale by which a lead joined
GOODS = "goods"
MATURE = timedelta(days=90)  # a lead that has not joined by then rarely does
HISTORY = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectivePolicy:
    """Section `follow_up`: which outcomes of a contact reached the guest."""

    effective_outcomes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """A lead of a period: whose, from where, and how far it came. `paid` is what it brought when it joined."""

    id: LeadID
    public_id: str
    source: Source
    source_id: LeadSourceID | None
    captured_by: ConsultantID | None
    held_by: ConsultantID | None
    journey: Journey
    paid: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What became of the leads that have had their time, and how many of the younger ones stand where."""

    history: Counts
    turnover: Money
    standing: tuple[int, ...]
    history_from: date
    history_until: date
    young_from: date


def leads_of(
    session: Session, club: Club, period: Period, *, today: date, mine: ConsultantID | None = None
) -> list[Lead]:
    """The leads captured in a period: everybody's, or those a consultant captured or holds; two statements."""
    start, end = period.span(club.zone)
    marks = _marks(_effective(session, club))
    held = sa.and_(
        CLAIM.c.club_id == LEAD.c.club_id,
        CLAIM.c.person_id == LEAD.c.person_id,
        RUNNING,
        CLAIM.c.until >= today,
    )
    statement = (
        sa.select(
            LEAD.c.id,
            LEAD.c.public_id,
            LEAD.c.source,
            LEAD.c.source_id,
            LEAD.c.captured_by,
            LEAD.c.captured_at,
            LEAD.c.converted_at,
            LEAD.c.lost_at,
            CLAIM.c.consultant_id.label("held_by"),
            _paid(club).label("paid"),
            *marks,
        )
        .join_from(LEAD, CLAIM, held, isouter=True)
        .outerjoin(BOUGHT, BOUGHT.c.id == LEAD.c.converted_sale_id)
        .where(
            LEAD.c.club_id == club.id,
            LEAD.c.captured_at >= start,
            LEAD.c.captured_at < end,
            _is_himself(),
        )
    )
    if mine is not None:
        statement = statement.where(sa.or_(LEAD.c.captured_by == mine, CLAIM.c.consultant_id == mine))
    return [_lead(row, club) for row in session.execute(statement)]


def past_of(session: Session, club: Club, *, today: date, mine: ConsultantID | None = None) -> Past:
    """What a forecast is reckoned from: a year of leads that are at least 90 days old, and the younger ones' stages.

    Three statements; it costs as much as fifteen months of leads.
    """
    young_from = today - MATURE
    history_from = young_from - HISTORY
    start, turn = day_start(history_from, club.zone), day_start(young_from, club.zone)
    is_young = LEAD.c.captured_at >= turn
    marks = _marks(_effective(session, club))
    facts = (
        sa.select(
            is_young.label("is_young"),
            *(mark.is_not(None).label(mark.name) for mark in marks),
            LEAD.c.converted_at.is_not(None).label("joined"),
            LEAD.c.lost_at.is_not(None).label("lost"),
            _paid(club).label("paid"),
        )
        .join_from(LEAD, BOUGHT, BOUGHT.c.id == LEAD.c.converted_sale_id, isouter=True)
        .where(LEAD.c.club_id == club.id, LEAD.c.captured_at >= start, _is_himself())
    )
    if mine is not None:
        facts = facts.where(LEAD.c.captured_by == mine)
    of = facts.subquery()
    flags = [of.c[mark.name] for mark in marks]
    rows = session.execute(
        sa.select(
            of.c.is_young,
            *flags,
            of.c.joined,
            of.c.lost,
            sa.func.count().label("leads"),
            sa.func.sum(of.c.paid).label("paid"),
        ).group_by(of.c.is_young, *flags, of.c.joined, of.c.lost)
    ).all()
    return Past(
        history=_counted([row for row in rows if not row.is_young]),
        turnover=Money(int(sum(row.paid for row in rows if not row.is_young)), club.currency),
        standing=_counted([row for row in rows if row.is_young]).standing,
        history_from=history_from,
        history_until=young_from - timedelta(days=1),
        young_from=young_from,
    )


def names_of(session: Session, lead_ids: Sequence[LeadID]) -> dict[LeadID, str | None]:
    """The names of some leads' persons; None: made anonymous."""
    if not lead_ids:
        return {}
    rows = session.execute(
        sa.select(LEAD.c.id, PERSON.c.name, PERSON.c.anonymised_at)
        .join_from(LEAD, PERSON, PERSON.c.id == LEAD.c.person_id)
        .where(LEAD.c.id.in_(lead_ids))
    )
    return {LeadID(row.id): row.name if row.anonymised_at is None else None for row in rows}


def _is_himself() -> sa.ColumnElement[bool]:
    """Whoever was merged into another person is counted with that one."""
    merged = PERSON.alias("merged")
    return ~sa.exists().where(merged.c.id == LEAD.c.person_id, merged.c.merged_into_id.is_not(None))


def _paid(club: Club) -> sa.Case[int]:
    """What a lead has paid for the card it joined with, in minor units of the club's currency."""
    kept = BOUGHT.c.received_minor - BOUGHT.c.refunded_minor
    return sa.case((BOUGHT.c.currency == club.currency, kept), else_=0)


def _marks(effective: sa.ColumnElement[bool]) -> list[sa.Label[Any]]:
    """When each stage between capture and joining was first there, since the lead was captured."""
    same_person = CONTACT.c.club_id == LEAD.c.club_id, CONTACT.c.person_id == LEAD.c.person_id
    reached = sa.select(sa.func.min(CONTACT.c.at)).where(
        *same_person,
        effective,
        ~sa.exists().where(CORRECTION.c.corrects_id == CONTACT.c.id),
    )
    # Made before the lead was captured, for a time after it: the same guest, only written down later.
    appointed = sa.select(sa.func.min(APPOINTMENT.c.made_at)).where(
        APPOINTMENT.c.club_id == LEAD.c.club_id,
        APPOINTMENT.c.person_id == LEAD.c.person_id,
        APPOINTMENT.c.due_at >= LEAD.c.captured_at,
    )
    visited = sa.select(sa.func.min(TOUCH.c.at)).where(
        TOUCH.c.club_id == LEAD.c.club_id,
        TOUCH.c.person_id == LEAD.c.person_id,
        TOUCH.c.kind == TouchKind.VISIT.value,
        TOUCH.c.at >= LEAD.c.captured_at,
    )
    # A case, so that the sales are found by their person: by the club's order of time they would be gone through.
    # What somebody chose on the club's own page is a sale once money has come for it.
    is_offer = sa.and_(
        SALE.c.club_id == LEAD.c.club_id,
        SALE.c.kind != GOODS,
        SALE.c.opened_at >= LEAD.c.captured_at,
        sa.or_(SALE.c.opened_by.is_not(None), SALE.c.first_receipt_at.is_not(None)),
    )
    offered = sa.select(sa.func.min(sa.case((is_offer, SALE.c.opened_at)))).where(
        SALE.c.person_id == LEAD.c.person_id
    )
    return [
        statement.correlate(LEAD).scalar_subquery().label(stage.value)
        for stage, statement in zip(STAGES[1:-1], (reached, appointed, visited, offered), strict=True)
    ]


def _effective(session: Session, club: Club) -> sa.ColumnElement[bool]:
    """Whether a contact reached the guest, by the policy of its own day."""
    version = policies.VERSION
    rows = session.execute(
        sa.select(version.c.id, version.c.valid_from, version.c.document)
        .where(version.c.club_id == club.id)
        .order_by(version.c.valid_from, version.c.sequence)
    ).all()
    outcomes: dict[date, tuple[str, ...]] = {}
    for row in rows:
        policy = policies.Policy(row.id, row.document)
        outcomes[row.valid_from] = policy.read("follow_up", EffectivePolicy).effective_outcomes
    # Most versions change something else.
    changes: list[tuple[date, tuple[str, ...]]] = []
    for day, chosen in outcomes.items():
        if not changes or changes[-1][1] != chosen:
            changes.append((day, chosen))
    if len(changes) == 1:
        return CONTACT.c.outcome.in_(changes[0][1])
    spans = zip(changes, [day for day, _chosen in changes[1:]] + [None], strict=True)
    return sa.or_(
        sa.false(),
        *(
            sa.and_(
                CONTACT.c.local_day >= first,
                CONTACT.c.local_day < until if until is not None else sa.true(),
                CONTACT.c.outcome.in_(chosen),
            )
            for (first, chosen), until in spans
        ),
    )


def _counted(rows: Iterable[Any]) -> Counts:
    """Counts of groups of leads that have the same facts."""

    def stage(row: Any) -> Stage:
        between = [bool(getattr(row, stage.value)) for stage in STAGES[1:-1]]
        return furthest([True, *between, bool(row.joined)])

    return tally((stage(row), bool(row.lost and not row.joined), row.leads) for row in rows)


def _lead(row: Any, club: Club) -> Lead:
    between: list[Instant | None] = [getattr(row, stage.value) for stage in STAGES[1:-1]]
    return Lead(
        id=LeadID(row.id),
        public_id=row.public_id,
        source=Source(row.source),
        source_id=LeadSourceID(row.source_id) if row.source_id is not None else None,
        captured_by=ConsultantID(row.captured_by) if row.captured_by is not None else None,
        held_by=ConsultantID(row.held_by) if row.held_by is not None else None,
        journey=Journey(
            marks=(row.captured_at, *between, row.converted_at),
            lost_at=row.lost_at,
        ),
        paid=Money(row.paid, club.currency),
    )
