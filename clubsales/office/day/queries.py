"""The manager's day, read from what the packages below know."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from clubsales.actor import Actor, Club
from clubsales.clock import Instant, local_day, month_of
from clubsales.consultants.assessment import pages as assessment
from clubsales.consultants.credits import months as credits_
from clubsales.consultants.credits.months import DayCredit, RankRow
from clubsales.consultants.leave import queries as leave
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.profiles.rules import Kind
from clubsales.consultants.reviews import deciding as reviews
from clubsales.consultants.roster import swaps
from clubsales.consultants.roster.exchange import SwapStatus
from clubsales.consultants.shifts import queries as shifts
from clubsales.consultants.shifts.queries import ShiftView
from clubsales.consultants.statements import queries as statements
from clubsales.frontdesk.checkin import queries as checkin
from clubsales.frontdesk.reception import contests
from clubsales.frontdesk.reception import queries as reception
from clubsales.frontdesk.reception.contests import ContestView
from clubsales.frontdesk.reception.queries import ReceptionView
from clubsales.frontdesk.reception.rules import Status
from clubsales.frontdesk.rotation import queries as rotation
from clubsales.frontdesk.rotation.queries import AssignmentView
from clubsales.ids import ConsultantID
from clubsales.leads.disputes import docket
from clubsales.leads.disputes.docket import Waiting
from clubsales.membership.contracts import waiting as contracts
from clubsales.membership.discounts import queries as discounts
from clubsales.membership.discounts.queries import RequestView
from clubsales.membership.payments import queries as payments
from clubsales.membership.payments.queries import Takings
from clubsales.membership.reservations import pages as reservations
from clubsales.membership.returns import queries as returns
from clubsales.membership.sales import queries as sales
from clubsales.membership.sales.queries import DaySales
from clubsales.membership.services import queries as services
from clubsales.money import Money
from clubsales.office.closing import queries as closing


@dataclass(frozen=True, slots=True, kw_only=True)
class OnPost:
    """Somebody on shift, with the guest he has and the turns he took."""

    shift: ShiftView
    guests: tuple[ReceptionView, ...]
    turns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DayPage:
    """One club-local day: floor, guests, sales, takings, ranking of its month."""

    day: date
    is_today: bool
    previous: date
    following: date | None
    floor: tuple[OnPost, ...]
    waiting: tuple[ReceptionView, ...]
    guest_count: int
    visits: int
    sales: DaySales
    takings: tuple[Takings, ...]
    taken: Money
    credit: DayCredit
    ranking: tuple[RankRow, ...]
    outside_ranking: tuple[RankRow, ...]
    assignments: tuple[AssignmentView, ...]
    names: dict[ConsultantID, str]
    contested: tuple[ContestView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbox:
    """What waits for a decision of whoever looks."""

    swaps: int
    leaves: int
    assessments: int
    disputes: Waiting
    cases: int
    oldest_case: Instant | None
    objections: Sequence[date]  # the months of the statements
    discounts: Sequence[RequestView]
    reservations: int
    contracts: int
    services: int
    returns: int
    month: date | None  # over, and not closed

    @property
    def is_empty(self) -> bool:
        waiting = (
            self.swaps,
            self.leaves,
            self.assessments,
            self.disputes.count,
            self.cases,
            self.objections,
            self.discounts,
            self.reservations,
            self.contracts,
            self.services,
            self.returns,
            self.month,
        )
        return not any(waiting)


def inbox(
    session: Session,
    actor: Actor,
    *,
    decides_swaps: bool,
    decides_leave: bool,
    assesses: bool,
    approves: bool,
    decides_cases: bool,
    at: Instant,
) -> Inbox:
    """What is his to decide: swaps that a colleague agreed to, leave asked for, assessments, disputes, cases about
    people, objections to statements, prices asked for, reservations, contracts, services on cards, money asked back,
    and the month that is to be closed."""
    club = actor.club
    cases = reviews.waiting_for(session, actor, local_day(at, club.zone)) if decides_cases else []
    asked = swaps.live_in_club(session, club.id, at) if decides_swaps else []
    return Inbox(
        swaps=sum(swap.status is SwapStatus.AGREED for swap in asked),
        leaves=len(leave.waiting(session, club.id)) if decides_leave else 0,
        assessments=len(assessment.waiting_for(session, actor, approves=approves, at=at)) if assesses else 0,
        disputes=docket.waiting(session, actor, at),
        cases=len(cases),
        oldest_case=cases[0].opened_at if cases else None,
        objections=statements.objections(session, club.id, actor.account_id) if decides_cases else (),
        discounts=discounts.waiting_for(session, actor, at),
        reservations=reservations.count_waiting(session, actor),
        contracts=contracts.count_to_answer(session, actor, at),
        services=services.count_asked(session, actor),
        returns=returns.waiting_for(session, actor, at),
        month=closing.month_waiting_for(session, actor, at=at),
    )


def day_page(session: Session, club: Club, *, day: date | None, at: Instant) -> DayPage:
    """The page of a club-local day (default: today). A day to come is today."""
    today = local_day(at, club.zone)
    day = min(day or today, today)
    is_today = day == today
    guests = reception.present(session, club.id) if is_today else []
    turns = rotation.turns_on(session, club, day)
    takings = payments.takings(session, club, day)
    credit = credits_.day_credit(session, club, day)
    return DayPage(
        day=day,
        is_today=is_today,
        previous=day - timedelta(days=1),
        following=None if is_today else day + timedelta(days=1),
        floor=tuple(
            OnPost(
                shift=shift,
                guests=tuple(guest for guest in guests if guest.consultant_id == shift.consultant_id),
                turns=turns.get(shift.consultant_id, 0),
            )
            for shift in (
                shifts.open_shifts(session, club.id) if is_today else shifts.shifts_on(session, club.id, day)
            )
        ),
        waiting=tuple(guest for guest in guests if guest.status is Status.WAITING),
        guest_count=reception.guest_count_on(session, club.id, day),
        visits=checkin.visits_on(session, club, day),
        sales=sales.sales_on(session, club, day),
        takings=tuple(takings),
        taken=sum((row.received - row.refunded for row in takings), Money.zero(club.currency)),
        credit=credit,
        ranking=tuple(credits_.month_ranking(session, club.id, month_of(day), Kind.INSIDE)),
        outside_ranking=tuple(credits_.month_ranking(session, club.id, month_of(day), Kind.OUTSIDE)),
        assignments=tuple(reversed(rotation.assignments_on(session, club, day))),
        contested=tuple(contests.contested_on(session, club, day)),
        names={person.id: person.name for person in profiles.all_in_club(session, club.id)},
    )
