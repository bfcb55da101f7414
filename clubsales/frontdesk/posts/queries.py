"""My floor: a consultant's day as plain values."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.clock import Instant, local_day, month_of
from clubsales.consultants.credits import queries as credits_
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.profiles.rules import Kind
from clubsales.consultants.shifts import queries as shifts
from clubsales.consultants.shifts.queries import ShiftView
from clubsales.consultants.shifts.rules import Status
from clubsales.errors import NotFound
from clubsales.ids import ConsultantID
from clubsales.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthSoFar:
    """What somebody was credited this month, and how he stands among his kind. No rank: he is not ranked."""

    credit: Money
    rank: int | None
    people: int
    sales_count: int
    to_next: Money | None  # what is missing to the rank above


@dataclass(frozen=True, slots=True, kw_only=True)
class Relief:
    """A colleague on post who may take over."""

    consultant_id: ConsultantID
    public_id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MyFloor:
    """A consultant's home page, without the board."""

    consultant_id: ConsultantID
    name: str
    kind: Kind | None
    shift: ShiftView | None
    handover: ShiftView | None  # the last shift's, to be read before opening one's own
    month: MonthSoFar | None


def my_floor(session: Session, actor: Actor, at: Instant) -> MyFloor:
    """The acting consultant's page. Raises NotFound for somebody without a profile in the club."""
    me = own_id(actor)
    profile = profiles.get(session, actor.club.id, me)
    shift = shifts.open_shift_of(session, me)
    return MyFloor(
        consultant_id=me,
        name=profile.name,
        kind=profile.kind,
        shift=shift,
        handover=shifts.last_handover(session, actor.club.id) if shift is None else None,
        month=_month(session, actor, me, profile.kind, at) if profile.kind is not None else None,
    )


def own_id(actor: Actor) -> ConsultantID:
    """The acting consultant. Raises NotFound for somebody without a profile in the club."""
    if actor.consultant_id is None:
        raise NotFound
    return actor.consultant_id


def reliefs(session: Session, actor: Actor) -> list[Relief]:
    """Who is on post and could take over from the acting consultant, by opening of the shift."""
    public_ids = {person.id: person.public_id for person in profiles.all_in_club(session, actor.club.id)}
    return [
        Relief(
            consultant_id=shift.consultant_id,
            public_id=public_ids[shift.consultant_id],
            name=shift.name,
        )
        for shift in shifts.open_shifts(session, actor.club.id)
        if shift.status is Status.ON_POST and shift.consultant_id != actor.consultant_id
    ]


def _month(session: Session, actor: Actor, me: ConsultantID, kind: Kind, at: Instant) -> MonthSoFar:
    month = month_of(local_day(at, actor.club.zone))
    ranking = credits_.month_ranking(session, actor.club.id, month, kind)
    mine = next((row for row in ranking if row.consultant_id == me), None)
    if mine is None:
        credit = credits_.month_credit(session, actor.club.id, me, month)
        return MonthSoFar(credit=credit, rank=None, people=len(ranking), sales_count=0, to_next=None)
    above = [row.credit - mine.credit for row in ranking if row.credit > mine.credit]
    return MonthSoFar(
        credit=mine.credit,
        rank=mine.rank,
        people=len(ranking),
        sales_count=mine.sales_count,
        to_next=min(above) if above else None,
    )
