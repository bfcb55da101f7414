"""The day's form: filled by the program from what happened, never typed (RPT-01, RPT-10, RPT-12)."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor, Club
from clubsales.auth.rules import may_be_public_id
from clubsales.clock import Instant, local_day
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.shifts.queries import ShiftView
from clubsales.db import UtcDateTime, table_of
from clubsales.errors import NotFound
from clubsales.frontdesk.posts import dayplans
from clubsales.frontdesk.posts.events import DayFormFilled
from clubsales.frontdesk.posts.models import DayFormRow
from clubsales.frontdesk.posts.rules import DayPlan
from clubsales.frontdesk.reception.tables import RECEPTION
from clubsales.frontdesk.takings import operations as takings
from clubsales.frontdesk.takings import queries as counts
from clubsales.frontdesk.takings.queries import CountView
from clubsales.frontdesk.takings.rules import COUNTED
from clubsales.ids import AccountID, ConsultantID, ShiftID, TillCountID
from clubsales.leads.followups import queries as followups
from clubsales.leads.followups.rules import Channel
from clubsales.leads.passes import queries as passes
from clubsales.membership.payments.rules import Method
from clubsales.membership.sales import queries as sales
from clubsales.money import Currency, Money

FORM = table_of(DayFormRow)
CONSULTANT = sa.table("consultant", sa.column("id"), sa.column("name", sa.String))
SHIFT = sa.table(
    "shift",
    sa.column("id"),
    sa.column("opened_at", UtcDateTime()),
    sa.column("closed_at", UtcDateTime()),
    sa.column("late_minutes"),
)
MINE_KEPT = 60  # forms of one's own that the list shows


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """What the consultant adds to his form: what he counted, why it differs, and a note."""

    counted: Mapping[Method, Money]
    explanation: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayNumbers:
    """What happened in a shift. Guests by basis, outcomes by outcome, money in minor units by method."""

    calls: int
    messages: int
    meetings: int
    guests: Mapping[str, int]
    outcomes: Mapping[str, int]
    tours: int
    passes: int
    sales: int
    sold: Money
    takings: Mapping[Method, Money]
    plan: DayPlan | None

    @property
    def guest_count(self) -> int:
        """Everybody he received."""
        return sum(self.guests.values())

    def stored(self) -> dict[str, Any]:
        """The numbers as JSON; read back by `DayNumbers.restored`."""
        kept = {name: getattr(self, name) for name in ("calls", "messages", "meetings", "tours", "passes")}
        return {
            **kept,
            "guests": dict(self.guests),
            "outcomes": dict(self.outcomes),
            "sales": self.sales,
            "sold_minor": self.sold.minor,
            "currency": self.sold.currency,
            "takings": {method.value: amount.minor for method, amount in self.takings.items()},
            "plan": asdict(self.plan) if self.plan is not None else None,
        }

    @classmethod
    def restored(cls, stored: Mapping[str, Any]) -> "DayNumbers":
        currency = Currency(stored["currency"])
        return cls(
            calls=stored["calls"],
            messages=stored["messages"],
            meetings=stored["meetings"],
            guests=stored["guests"],
            outcomes=stored["outcomes"],
            tours=stored["tours"],
            passes=stored["passes"],
            sales=stored["sales"],
            sold=Money(stored["sold_minor"], currency),
            takings={Method(m): Money(minor, currency) for m, minor in stored["takings"].items()},
            plan=DayPlan(**stored["plan"]) if stored["plan"] is not None else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFormView:
    """A form as it was filled."""

    public_id: str
    consultant_id: ConsultantID
    name: str
    local_day: date
    opened_at: Instant
    closed_at: Instant
    late_minutes: int | None
    filled_at: Instant
    numbers: DayNumbers
    till_count_id: TillCountID | None
    note: str


def numbers_of(session: Session, club: Club, shift: ShiftView, until: Instant) -> DayNumbers:
    """What happened in a shift from its opening up to, but not including, an instant."""
    me, since = shift.consultant_id, shift.opened_at
    contacts = followups.contacts_between(session, club.id, me, since, until)
    guests, outcomes, tours = _guests(session, club, me, since, until)
    sold = _sales(session, club, me, since, until)
    account_id = profiles.get(session, club.id, me).account_id
    return DayNumbers(
        calls=contacts[Channel.CALL],
        messages=contacts[Channel.MESSAGE],
        meetings=contacts[Channel.MEETING],
        guests=guests,
        outcomes=outcomes,
        tours=tours,
        passes=passes.issued_between(session, club.id, me, since, until),
        sales=len(sold),
        sold=sum(sold, Money.zero(club.currency)),
        takings=counts.expected(session, club, account_id, since, until),
        plan=dayplans.plan_of(session, me, shift.local_day),
    )


def to_count(session: Session, club: Club, account_id: AccountID, at: Instant) -> tuple[Method, ...]:
    """By which methods somebody has taken or given back money himself since his last count."""
    since = counts.since(session, club, account_id, at)
    booked = counts.expected(session, club, account_id, since, at)
    return tuple(method for method in COUNTED if method in booked)


def fill(session: Session, *, shift: ShiftView, closing: Closing | None, actor: Actor, at: Instant) -> None:
    """Fill the form of a shift that closes and keep what was counted; nothing to count is not counted.

    Without `closing` nobody counted: what was taken stands in the next count.
    Raises Refused(TakingsRefused.EXPLANATION).
    """
    club = actor.club
    till_count_id = None
    if closing is not None and actor.account_id is not None:
        methods = to_count(session, club, actor.account_id, at)
        if methods or any(closing.counted.values()):
            till_count_id = takings.count(
                session,
                counted=closing.counted,
                explanation=closing.explanation,
                shift_id=shift.id,
                actor=actor,
                at=at,
            ).id
    row = DayFormRow(
        club_id=club.id,
        consultant_id=shift.consultant_id,
        shift_id=shift.id,
        local_day=shift.local_day,
        filled_at=at,
        numbers=numbers_of(session, club, shift, at).stored(),
        till_count_id=till_count_id,
        note=closing.note if closing is not None else "",
    )
    session.add(row)
    session.flush()
    audit.record(session, DayFormFilled(shift.id, row.id, till_count_id), actor=actor, at=at)


def by_public_id(session: Session, club: Club, public_id: str) -> DayFormView:
    """A form of the club; raises NotFound."""
    found = _forms(session, club, FORM.c.public_id == public_id) if may_be_public_id(public_id) else []
    if not found:
        raise NotFound
    return found[0]


def of_shift(session: Session, club: Club, shift_id: ShiftID) -> DayFormView:
    """The form of a closed shift; raises NotFound."""
    found = _forms(session, club, FORM.c.shift_id == shift_id)
    if not found:
        raise NotFound
    return found[0]


def on_day(session: Session, club: Club, day: date) -> list[DayFormView]:
    """The forms of the shifts opened on a club-local day, in the order of closing."""
    return list(reversed(_forms(session, club, FORM.c.local_day == day)))


def of_consultant(session: Session, club: Club, consultant_id: ConsultantID) -> list[DayFormView]:
    """Somebody's last forms, newest first."""
    return _forms(session, club, FORM.c.consultant_id == consultant_id, limit=MINE_KEPT)


def count_of(session: Session, club: Club, form: DayFormView) -> CountView | None:
    """What was counted with a form."""
    return counts.get(session, club, form.till_count_id) if form.till_count_id is not None else None


def _guests(
    session: Session, club: Club, consultant_id: ConsultantID, since: Instant, until: Instant
) -> tuple[dict[str, int], dict[str, int], int]:
    rows = session.execute(
        sa.select(RECEPTION.c.basis, RECEPTION.c.outcome, RECEPTION.c.toured)
        .where(
            RECEPTION.c.club_id == club.id,
            RECEPTION.c.consultant_id == consultant_id,
            RECEPTION.c.received_at >= since,
            RECEPTION.c.received_at < until,
        )
        .order_by(RECEPTION.c.received_at, RECEPTION.c.id)
    ).all()
    guests = Counter(row.basis for row in rows)
    outcomes = Counter(row.outcome for row in rows if row.outcome is not None)
    return dict(guests), dict(outcomes), sum(row.toured for row in rows)


def _sales(
    session: Session, club: Club, consultant_id: ConsultantID, since: Instant, until: Instant
) -> list[Money]:
    day, last = local_day(since, club.zone), local_day(until, club.zone)
    found: list[Money] = []
    while day <= last:
        of_day = sales.sales_on(session, club, day, consultant_id=consultant_id).sales
        found.extend(sale.balance.price for sale in of_day if since <= sale.opened_at < until)
        day += timedelta(days=1)
    return found


def _forms(
    session: Session, club: Club, condition: sa.ColumnElement[bool], *, limit: int | None = None
) -> list[DayFormView]:
    rows = session.execute(
        sa.select(
            FORM,
            CONSULTANT.c.name,
            SHIFT.c.opened_at,
            SHIFT.c.closed_at,
            SHIFT.c.late_minutes,
        )
        .join(CONSULTANT, CONSULTANT.c.id == FORM.c.consultant_id)
        .join(SHIFT, SHIFT.c.id == FORM.c.shift_id)
        .where(FORM.c.club_id == club.id, condition)
        .order_by(FORM.c.filled_at.desc(), FORM.c.id.desc())
        .limit(limit)
    )
    return [_view(row) for row in rows]


def _view(row: Any) -> DayFormView:
    return DayFormView(
        public_id=row.public_id,
        consultant_id=ConsultantID(row.consultant_id),
        name=row.name,
        local_day=row.local_day,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        late_minutes=row.late_minutes,
        filled_at=row.filled_at,
        numbers=DayNumbers.restored(row.numbers),
        till_count_id=TillCountID(row.till_count_id) if row.till_count_id is not None else None,
        note=row.note,
    )
