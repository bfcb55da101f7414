"""What stands behind a guest: appointments made, passes handed out, calls, claims, next steps."""

from datetime import timedelta
from functools import partial

from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.consultants.shifts.rules import Status
from clubsales.errors import Refused
from clubsales.ids import ConsultantID, PersonID
from clubsales.leads.appointments import operations as appointments
from clubsales.leads.claims import operations as claims
from clubsales.leads.claims.rules import Basis
from clubsales.leads.followups import operations as followups
from clubsales.leads.followups import queries as followup_queries
from clubsales.leads.followups.rules import Channel, ContactOutcome
from clubsales.leads.passes import operations as passes
from clubsales.leads.passes.rules import PassKind
from clubsales.office.demo import acquaintances
from clubsales.office.demo.cast import profile_of
from clubsales.office.demo.stage import Stage, minutes
from clubsales.office.demo.story import APPOINTMENT_NOTES, NEXT_STEPS, TOLD_TO

PASS_DAYS = timedelta(days=30)
COUPONS = 24
CALLS_A_SHIFT = 3
NEXT_STEP_PERCENT = 55
CLAIMED_PERCENT = 70
SPOKEN_TO = (
    (Channel.CALL, ContactOutcome.ANSWERED),
    (Channel.MESSAGE, ContactOutcome.REPLIED),
    (Channel.CALL, ContactOutcome.NO_ANSWER),
    (Channel.MEETING, ContactOutcome.MET),
    (Channel.CALL, ContactOutcome.SWITCHED_OFF),
)
SPOKEN_TO_WEIGHTS = (45, 25, 18, 8, 4)


def plan_evidence(stage: Stage, *, is_first: bool) -> None:
    """The calls of the day, and what is handed out."""
    if is_first:
        stage.do(stage.at(8, 10), partial(_print_cards_and_coupons, stage))
    for one in stage.cast.sellers:
        for number in range(CALLS_A_SHIFT):
            when = stage.at(10 + 4 * number, stage.chance.uniform(0, 160))
            stage.plan(when, partial(_call_somebody, stage, one))
    for one in stage.cast.outside:
        stage.plan(stage.at(19, 20), partial(_call_a_lead, stage, one))
    if stage.is_live:
        stage.do(stage.until - minutes(40), partial(_book_tomorrow, stage))


def book(stage: Stage, who: PersonID, consultant_id: ConsultantID, due_at: Instant, at: Instant) -> None:
    """Write an appointment down, by the consultant whose guest it is."""
    appointments.make(
        stage.session,
        consultant_id=consultant_id,
        person_id=who,
        due_at=due_at,
        note=stage.chance.choice(APPOINTMENT_NOTES),
        actor=stage.cast.consultant(consultant_id),
        at=at,
    )


def hand_a_pass(stage: Stage, walker: Actor, at: Instant) -> None:
    """A trial pass for somebody met outdoors."""
    passes.issue(
        stage.session,
        kind=PassKind.TRIAL_PASS,
        consultant_id=profile_of(walker),
        valid_until=stage.day + PASS_DAYS,
        actor=walker,
        at=at,
    )


def claim(stage: Stage, person_id: PersonID, actor: Actor, at: Instant) -> None:
    """Whoever wrote somebody down often keeps the lead."""
    if stage.likely(CLAIMED_PERCENT):
        try:
            claims.claim(
                stage.session,
                person_id=person_id,
                consultant_id=profile_of(actor),
                basis=Basis.CAPTURE,
                actor=actor,
                at=at,
            )
        except Refused:  # a colleague's, or off shift by now
            return


def plan_next_step(stage: Stage, person_id: PersonID, consultant_id: ConsultantID, at: Instant) -> None:
    """A guest who thinks about it is called again, unless nothing was agreed."""
    if not stage.likely(NEXT_STEP_PERCENT):
        return
    followups.plan(
        stage.session,
        person_id=person_id,
        consultant_id=consultant_id,
        due_on=stage.day + timedelta(days=stage.chance.randint(1, 4)),
        what=stage.chance.choice(NEXT_STEPS),
        actor=stage.cast.consultant(consultant_id),
        at=at,
    )


def _print_cards_and_coupons(stage: Stage, at: Instant) -> None:
    for one in stage.cast.sellers:
        passes.issue(
            stage.session, kind=PassKind.BUSINESS_CARD, consultant_id=profile_of(one), actor=one, at=at
        )
    passes.issue_many(
        stage.session,
        kind=PassKind.GIFT_COUPON,
        consultant_id=None,
        count=COUPONS,
        valid_until=None,
        actor=stage.cast.manager,
        at=at,
    )


def _call_somebody(stage: Stage, caller: Actor, at: Instant) -> None:
    """The follow-up that is due longest, between two guests."""
    me = profile_of(caller)
    is_outdoors = caller in stage.cast.outside
    if stage.guests.get(me) or (stage.statuses.get(me) is not Status.ON_POST and not is_outdoors):
        return
    due = followup_queries.due_of(stage.session, stage.club.id, me, stage.day)
    if not due:
        return
    channel, outcome = stage.chance.choices(SPOKEN_TO, SPOKEN_TO_WEIGHTS)[0]
    again = stage.likely(30)
    followups.log_contact(
        stage.session,
        person_id=due[0].person_id,
        consultant_id=me,
        channel=channel,
        outcome=outcome,
        note=stage.chance.choice(TOLD_TO),
        aim_met=_aim_met(stage, channel, me, at),
        next_on=stage.day + timedelta(days=stage.chance.randint(2, 6)) if again else None,
        next_what=stage.chance.choice(NEXT_STEPS) if again else "",
        actor=caller,
        at=at,
    )


def _call_a_lead(stage: Stage, caller: Actor, at: Instant) -> None:
    """In the evening an outside consultant calls one of those he has met in the street lately."""
    me = profile_of(caller)
    mine = [
        who
        for who in acquaintances.leads_not_seen(stage.session, stage.club, stage.day)
        if who.consultant_id == me
    ]
    if not mine:
        return
    dice = stage.dice(f"calls {me}")
    channel, outcome = dice.choices(SPOKEN_TO, SPOKEN_TO_WEIGHTS)[0]
    followups.log_contact(
        stage.session,
        person_id=dice.choice(mine).person_id,
        consultant_id=me,
        channel=channel,
        outcome=outcome,
        note=dice.choice(TOLD_TO),
        aim_met=_aim_met(stage, channel, me, at),
        actor=caller,
        at=at,
    )


def _aim_met(stage: Stage, channel: Channel, me: ConsultantID, at: Instant) -> bool | None:
    """Whether a meeting did what it was meant to, as whoever was there judges it; of some nobody says it."""
    if channel is not Channel.MEETING:
        return None
    said = stage.dice(f"aim {me} {at:%H:%M}").choices((True, False, None), (5, 3, 2))[0]
    return None if said is None else bool(said)


def _book_tomorrow(stage: Stage, at: Instant) -> None:
    """Guests who come tomorrow, so that the calendar has something ahead."""
    tomorrow = stage.day + timedelta(days=1)
    hours = iter((10, 15, 18, 19))
    for who in acquaintances.leads_not_seen(stage.session, stage.club, tomorrow):
        if who.consultant_id is None or who.consultant_id not in {
            profile_of(one) for one in stage.cast.sellers
        }:
            continue
        hour = next(hours, None)
        if hour is None:
            return
        book(stage, who.person_id, who.consultant_id, stage.at(hour) + timedelta(days=1, minutes=30), at)
