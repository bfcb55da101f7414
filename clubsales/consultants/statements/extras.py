"""What pay needs beside credit: who leads a team, who set an appointment, who referred, who was on leave."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club, Role
from clubsales.auth.tables import GRANT
from clubsales.clock import day_start, local_day, next_month
from clubsales.consultants.credits.naming import others_of
from clubsales.consultants.leave import queries as leave
from clubsales.consultants.leave.queries import LeaveView
from clubsales.consultants.leave.rules import Kind as LeaveKind
from clubsales.consultants.leave.rules import Span, working_halves
from clubsales.consultants.statements.tables import appointment, card_type, lead, posting, sale
from clubsales.ids import AccountID, ConsultantID

PAID_LEAVE = frozenset({LeaveKind.ANNUAL, LeaveKind.DAY_SWAP})
KEPT, REFERRED, RECEIVED = "kept", "referral", "receipt"  # appointment.status, lead.source, posting.cause


@dataclass(frozen=True, slots=True)
class Sent:
    """A sale paid in full in the month, whose buyer a colleague had brought. No amount: his plan's."""

    consultant_id: ConsultantID
    amount_minor: int | None
    named: str


def supervisors_of(session: Session, club: Club, month: date) -> set[AccountID]:
    """Who is supervisor in the club as a month ends, or now where it has not ended."""
    end = day_start(next_month(month), club.zone)
    rows = session.scalars(
        sa.select(GRANT.c.account_id).where(
            GRANT.c.role == Role.SUPERVISOR.value,
            sa.or_(GRANT.c.club_id == club.id, GRANT.c.club_id.is_(None)),
            GRANT.c.granted_at < end,
            sa.or_(GRANT.c.ended_at.is_(None), GRANT.c.ended_at >= end),
        )
    )
    return {AccountID(each) for each in rows}


def set_appointments(
    session: Session, club: Club, month: date, profiles: Mapping[AccountID, ConsultantID]
) -> dict[ConsultantID, tuple[int, int]]:
    """For whoever made appointments that became sales of somebody else: their credit of the month, and how many sales.

    The appointment is the one kept on the club-local day of the sale's first receipt; of several the first that was made.
    """
    sold = (
        sa.select(posting.c.sale_id, sa.func.sum(posting.c.amount_minor).label("minor"))
        .where(posting.c.club_id == club.id, posting.c.month == month, posting.c.consultant_id.is_not(None))
        .group_by(posting.c.sale_id)
        .subquery()
    )
    rows = session.execute(
        sa.select(
            sold.c.sale_id,
            sold.c.minor,
            sale.c.first_receipt_at,
            appointment.c.local_day,
            appointment.c.made_by,
        )
        .join_from(sold, sale, sale.c.id == sold.c.sale_id)
        .join(appointment, appointment.c.person_id == sale.c.person_id)
        .where(
            appointment.c.club_id == club.id,
            appointment.c.status == KEPT,
            appointment.c.made_by.is_not(None),
            sale.c.first_receipt_at.is_not(None),
        )
        .order_by(sold.c.sale_id, appointment.c.made_at, appointment.c.id)
    )
    makers: dict[int, tuple[ConsultantID, int]] = {}
    for row in rows:
        maker = profiles.get(AccountID(row.made_by))
        if maker is not None and row.local_day == local_day(row.first_receipt_at, club.zone):
            makers.setdefault(row.sale_id, (maker, int(row.minor)))
    holders = _holders(session, makers)
    credit: Counter[ConsultantID] = Counter()
    count: Counter[ConsultantID] = Counter()
    for sale_id, (maker, minor) in makers.items():
        if maker not in holders[sale_id]:
            credit[maker] += minor
            count[maker] += 1
    return {maker: (credit[maker], count[maker]) for maker in count}


def _holders(session: Session, sale_ids: Collection[int]) -> dict[int, set[ConsultantID]]:
    found: dict[int, set[ConsultantID]] = {sale_id: set() for sale_id in sale_ids}
    rows = session.execute(
        sa.select(posting.c.sale_id, posting.c.consultant_id)
        .where(posting.c.sale_id.in_(sale_ids), posting.c.consultant_id.is_not(None))
        .distinct()
    )
    for row in rows if sale_ids else ():
        found[row.sale_id].add(ConsultantID(row.consultant_id))
    return found


def referrals_of(
    session: Session, club: Club, month: date, colleagues: Collection[ConsultantID]
) -> list[Sent]:
    """Sales paid in full in a club-local month to people whom a colleague who does not sell had brought (ALL-01).

    What was given back whole by then brings nothing. Money that came too late for its month counts where its posting does.
    """
    completed = sa.select(posting.c.sale_id).where(
        posting.c.sale_id == sale.c.id, posting.c.cause == RECEIVED, posting.c.at >= sale.c.paid_at
    )
    rows = session.execute(
        sa.select(
            lead.c.captured_by,
            card_type.c.referral_minor,
            sale.c.card_type_name,
            others_of(sale.c.id).label("others"),
        )
        .join_from(
            sale, lead, sa.and_(lead.c.club_id == sale.c.club_id, lead.c.person_id == sale.c.person_id)
        )
        .join(card_type, card_type.c.id == sale.c.card_type_id)
        .where(
            sale.c.club_id == club.id,
            sa.or_(
                completed.where(posting.c.month == month).exists(),
                # While a dispute holds it nothing is posted.
                sa.and_(
                    sale.c.paid_at >= day_start(month, club.zone),
                    sale.c.paid_at < day_start(next_month(month), club.zone),
                    ~completed.exists(),
                ),
            ),
            sale.c.refunded_minor < sale.c.received_minor,
            lead.c.source == REFERRED,
            lead.c.captured_by.in_(colleagues),
        )
        .order_by(sale.c.paid_at, sale.c.id)
    )
    return [
        Sent(
            ConsultantID(row.captured_by),
            row.referral_minor,
            # Frozen in the statement, so it is said by a figure, in no language.
            f"{row.card_type_name} +{row.others}" if row.others else row.card_type_name,
        )
        for row in (rows if colleagues else ())
    ]


def unpaid_forms(session: Session, club: Club, first: date, last: date) -> list[LeaveView]:
    """Approved leave that is not paid and touches these local days (COM-11): personal, sick and other leave."""
    forms = leave.leaves_between(session, club.id, first, last)
    return [form for form in forms if form.kind not in PAID_LEAVE]


def unpaid_leave(session: Session, forms: Iterable[LeaveView], month: date) -> dict[ConsultantID, int]:
    """How many half days of a month these forms cost."""
    last = next_month(month) - timedelta(days=1)
    found: Counter[ConsultantID] = Counter()
    for form in forms:
        if form.first_day <= last and form.last_day >= month:
            found[form.consultant_id] += _halves_in(session, form, month, last)
    return {consultant_id: halves for consultant_id, halves in found.items() if halves}


def _halves_in(session: Session, form: LeaveView, first: date, last: date) -> int:
    """What a form costs of one month: its months together cost what the form does."""
    if first <= form.first_day and form.last_day <= last:
        return form.half_days
    planned = leave.planned_days(session, form.consultant_id, form.span)
    return min(_until(form, last, planned), form.half_days) - min(
        _until(form, first - timedelta(days=1), planned), form.half_days
    )


def _until(form: LeaveView, day: date, planned: Collection[date]) -> int:
    """The half days a form costs up to a day; the whole form costs what it was approved with."""
    if day >= form.last_day:
        return form.half_days
    if day < form.first_day:
        return 0
    span = Span(first_day=form.first_day, last_day=day, from_noon=form.from_noon)
    return working_halves(span, planned)
