"""My floor: a consultant's day as plain values, before the shift, during it and at its end."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from clubsales.actor import Actor, Club
from clubsales.clock import Instant, local_day, local_time, month_of
from clubsales.consultants.credits import months as credits_
from clubsales.consultants.leave import ending
from clubsales.consultants.leave import queries as leaves
from clubsales.consultants.leave.queries import LeaveView
from clubsales.consultants.notices import queries as notices
from clubsales.consultants.notices.queries import NoticeView
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.profiles.rules import Kind
from clubsales.consultants.shifts import queries as shifts
from clubsales.consultants.shifts.queries import ShiftView
from clubsales.consultants.shifts.rules import Status
from clubsales.consultants.targets import queries as targets
from clubsales.consultants.targets.queries import TargetView
from clubsales.errors import NotFound
from clubsales.frontdesk.posts import dayforms, dayplans
from clubsales.frontdesk.posts.beginning import Beginning, beginning
from clubsales.frontdesk.posts.dayforms import DayNumbers
from clubsales.frontdesk.posts.rules import DayPlan
from clubsales.ids import ConsultantID
from clubsales.leads.appointments import queries as appointments
from clubsales.leads.appointments.queries import AppointmentLine
from clubsales.leads.claims.ending import EndingPage, ending_of
from clubsales.leads.followups.due import DueList, due_list
from clubsales.leads.people import queries as people
from clubsales.leads.people.queries import BirthdayView
from clubsales.membership.sales import queries as sales
from clubsales.membership.sales.queries import SaleView
from clubsales.money import Money

ENDING_SHOWN = 5  # protections: the list of leads has them all
DUE_SHOWN = 8  # follow-ups at a time: the day's plan has them all


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthSoFar:
    """What somebody was credited this month, and how he stands among his kind. No rank: he is not ranked."""

    credit: Money
    rank: int | None
    people: int
    sales_count: int
    to_next: Money | None  # what is missing to the rank above
    target: Money | None  # of this month, where one was set
    unread_target: TargetView | None  # of this month or a later one, that he has not said he has read


@dataclass(frozen=True, slots=True, kw_only=True)
class Relief:
    """A colleague on post who may take over."""

    consultant_id: ConsultantID
    public_id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Briefing:
    """What a consultant knows before he goes on post (SHF-06, SHF-10), made from data.

    `leave` is the approved leave he is on at this moment: then no shift opens.
    """

    day: date
    leave: LeaveView | None
    ends_leave: tuple[str, ...]  # the names of whoever can end it
    beginning: Beginning
    plan: DayPlan | None
    due: DueList
    ending: EndingPage  # protections that end soon
    appointments: list[AppointmentLine]
    birthdays: list[BirthdayView]
    notices: list[NoticeView]
    handover: ShiftView | None  # the last shift's


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """How a shift goes: what is done against the plan, and what comes next."""

    plan: DayPlan | None
    done: DayNumbers
    due: DueList  # today or overdue
    ending: EndingPage
    next_appointment: AppointmentLine | None
    unread_notices: tuple[NoticeView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MyFloor:
    """A consultant's home page, without the board: the briefing before the shift, the day during it."""

    consultant_id: ConsultantID
    name: str
    kind: Kind | None
    shift: ShiftView | None
    briefing: Briefing | None
    today: Today | None
    month: MonthSoFar | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOver:
    """What the next shift has to know, from data: who waits, who still comes today, what is to be collected."""

    waiting: tuple[str, ...]
    appointments: tuple[AppointmentLine, ...]
    to_collect: tuple[SaleView, ...]


def my_floor(session: Session, actor: Actor, at: Instant, *, chosen: str | None = None) -> MyFloor:
    """The acting consultant's page. `chosen`: which shift he says it is. Raises NotFound without a profile."""
    me = own_id(actor)
    profile = profiles.get(session, actor.club.id, me)
    shift = shifts.open_shift_of(session, me)
    return MyFloor(
        consultant_id=me,
        name=profile.name,
        kind=profile.kind,
        shift=shift,
        briefing=_briefing(session, actor, me, at, chosen) if shift is None else None,
        today=_today(session, actor, shift, at) if shift is not None else None,
        month=_month(session, actor, me, profile.kind, at) if profile.kind is not None else None,
    )


def _briefing(session: Session, actor: Actor, me: ConsultantID, at: Instant, chosen: str | None) -> Briefing:
    club, day = actor.club, local_day(at, actor.club.zone)
    leave = leaves.on_leave(session, consultant_id=me, day=day)
    if leave is not None and not leave.covers(day, local_time(at, club.zone)):
        leave = None
    return Briefing(
        day=day,
        leave=leave,
        ends_leave=tuple(ending.who_can_end(session, leave, actor, at)) if leave is not None else (),
        beginning=beginning(session, me, actor, at, chosen=chosen),
        plan=dayplans.plan_of(session, me, day),
        due=due_list(session, club, me, at, limit=DUE_SHOWN),
        ending=ending_of(session, club, me, at, limit=ENDING_SHOWN),
        appointments=appointments.of_consultant(session, club.id, me, day, day),
        birthdays=people.birthdays_on(session, club.organisation_id, club.id, [day]),
        notices=notices.current(session, club.id, day, actor.account_id),
        handover=shifts.last_handover(session, club.id),
    )


def _today(session: Session, actor: Actor, shift: ShiftView, at: Instant) -> Today:
    club, day, me = actor.club, local_day(at, actor.club.zone), shift.consultant_id
    coming = appointments.of_consultant(session, club.id, me, day, day)
    current = notices.current(session, club.id, day, actor.account_id)
    done = dayforms.numbers_of(session, club, shift, at)
    return Today(
        plan=done.plan,
        done=done,
        due=due_list(session, club, me, at, limit=DUE_SHOWN),
        ending=ending_of(session, club, me, at, limit=ENDING_SHOWN),
        next_appointment=next((each for each in coming if each.due_at >= at), None),
        unread_notices=tuple(notice for notice in current if not notice.is_read),
    )


def left_over(session: Session, club: Club, shift: ShiftView, waiting: list[str], at: Instant) -> LeftOver:
    """What a shift leaves to the next one. `waiting`: the names of who waits in the house."""
    day, me = local_day(at, club.zone), shift.consultant_id
    coming = appointments.of_consultant(session, club.id, me, day, day)
    mine = sales.sales_on(session, club, day, consultant_id=me).sales
    return LeftOver(
        waiting=tuple(waiting),
        appointments=tuple(each for each in coming if each.due_at >= at),
        to_collect=tuple(sale for sale in mine if not sale.balance.is_paid),
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
    coming = targets.coming_targets(session, actor.club.id, me, month)
    target = next((each.amount for each in coming if each.month == month), None)
    unread = next((each for each in coming if each.seen_at is None), None)
    ranking = credits_.month_ranking(session, actor.club.id, month, kind)
    mine = next((row for row in ranking if row.consultant_id == me), None)
    if mine is None:
        credit = credits_.month_credit(session, actor.club.id, me, month)
        return MonthSoFar(
            credit=credit,
            rank=None,
            people=len(ranking),
            sales_count=0,
            to_next=None,
            target=target,
            unread_target=unread,
        )
    above = [row.credit - mine.credit for row in ranking if row.credit > mine.credit]
    return MonthSoFar(
        credit=mine.credit,
        rank=mine.rank,
        people=len(ranking),
        sales_count=mine.sales_count,
        to_next=min(above) if above else None,
        target=target,
        unread_target=unread,
    )
