"""Visits to the demo club: when guests come, who receives them, how it ends."""

from functools import partial

from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.frontdesk.reception import operations as reception
from clubsales.frontdesk.reception.rules import Outcome
from clubsales.frontdesk.rotation.rules import Basis
from clubsales.ids import ConsultantID, PersonID, ReceptionID
from clubsales.leads.intake import operations as intake
from clubsales.leads.intake.rules import Source
from clubsales.leads.people import queries as people_queries
from clubsales.office.demo.cast import profile_of
from clubsales.office.demo.coming import Guest, a_new_guest, known_guests, without_a_pass
from clubsales.office.demo.evidence import plan_next_step
from clubsales.office.demo.past_sales import Debtor
from clubsales.office.demo.people import a_grade, a_name
from clubsales.office.demo.prospects import keep_by_turn
from clubsales.office.demo.selling import METHOD_WEIGHTS, METHODS, Purchase, pay, sell
from clubsales.office.demo.stage import Stage, minutes
from clubsales.office.demo.story import CONTESTED_NOTES, INTERESTS, NOTES, REASONS_BY_HAND

PATIENCE = minutes(25)
OUTCOMES = (Outcome.BE_BACK, Outcome.FOLLOW_UP, Outcome.NOT_INTERESTED, Outcome.NOT_PROSPECT)
OUTCOME_WEIGHTS = (38, 32, 22, 8)
THINKS_ABOUT_IT = (Outcome.BE_BACK, Outcome.FOLLOW_UP)
BY_HAND_PERCENT = 1.5
COURIER_PERCENT = 40
CONTESTED_PERCENT = 1
TOURED_PERCENT = 60
NOTED_PERCENT = 65  # written down during the visit; the rest is known from the desk


def plan_guests(stage: Stage) -> None:
    """Some 7 to 15 guests a day, more at weekends, most of them in the evening."""
    chance, story = stage.chance, stage.story
    wanted = chance.randint(11, 15) if stage.is_weekend() else chance.randint(8, 12)
    guests = known_guests(stage)[:wanted]
    guests += without_a_pass(stage, guests)
    guests += [a_new_guest(stage) for _ in range(max(wanted * story.pace // 100 - len(guests), 3))]
    for guest in guests:
        if guest.booked is not None and guest.comes_at > stage.start:
            stage.do(stage.at(8, 15), guest.booked)
        stage.plan(guest.comes_at, partial(arrive, stage, guest))
    parcel_at = stage.some_time()
    # The floor at the present moment shows guests, not parcels.
    if stage.likely(COURIER_PERCENT) and not (stage.is_live and parcel_at > stage.until - PATIENCE):
        stage.plan(parcel_at, partial(_bring_a_parcel, stage))


def arrive(stage: Stage, guest: Guest, at: Instant) -> None:
    """Walk in and be given to somebody, or wait."""
    arrival = reception.arrive(
        stage.session,
        e164=guest.e164,
        name=guest.name,
        signals=guest.signals,
        passes=guest.shows,
        actor=stage.desk(at),
        at=at,
    )
    if arrival.turn is None:
        return
    if arrival.turn.consultant_id is None:
        stage.waiting[arrival.reception_id] = partial(_received, stage, guest)
        stage.do(at + PATIENCE, partial(_lose_patience, stage, arrival.reception_id))
        return
    free = stage.free()
    if arrival.turn.basis is Basis.ROTATION and free and stage.likely(BY_HAND_PERCENT):
        _give_by_hand(stage, guest, arrival.reception_id, free[-1], at)
        return
    _received(stage, guest, arrival.reception_id, arrival.turn.consultant_id, at)


def _give_by_hand(stage: Stage, guest: Guest, reception_id: ReceptionID, to: Actor, at: Instant) -> None:
    """The supervisor knows better, and says why."""
    reception.assign_by_hand(
        stage.session,
        reception_id=reception_id,
        consultant_id=profile_of(to),
        reason=stage.chance.choice(REASONS_BY_HAND),
        actor=stage.cast.supervisor,
        at=at,
    )
    _received(stage, guest, reception_id, profile_of(to), at)


def _bring_a_parcel(stage: Stage, at: Instant) -> None:
    """A courier is taken for a guest: the turn is given back."""
    arrival = reception.arrive(stage.session, e164=None, name="", actor=stage.desk(at), at=at)
    gone = partial(_send_off, stage, arrival.reception_id)
    if arrival.turn is not None and arrival.turn.consultant_id is not None:
        stage.guests[arrival.turn.consultant_id] = stage.guests.get(arrival.turn.consultant_id, 0) + 1
        stage.do(at + minutes(3), partial(gone, arrival.turn.consultant_id))
    else:
        gone(None, at)


def _send_off(
    stage: Stage, reception_id: ReceptionID, consultant_id: ConsultantID | None, at: Instant
) -> None:
    if consultant_id is not None:
        stage.guests[consultant_id] -= 1
    reception.see_out(
        stage.session, reception_id=reception_id, outcome=Outcome.COURIER, actor=stage.desk(at), at=at
    )
    stage.serve(at)


def _lose_patience(stage: Stage, reception_id: ReceptionID, at: Instant) -> None:
    if stage.waiting.pop(reception_id, None) is not None:
        reception.see_out(
            stage.session, reception_id=reception_id, outcome=Outcome.LEFT, actor=stage.desk(at), at=at
        )


def _received(
    stage: Stage, guest: Guest, reception_id: ReceptionID, consultant_id: ConsultantID, at: Instant
) -> None:
    """What a consultant does with a guest: talk, write it down, sell, see him out."""
    stage.guests[consultant_id] = stage.guests.get(consultant_id, 0) + 1
    person_id = None
    if guest.e164 is not None:
        person = people_queries.by_phone(stage.session, stage.club.organisation_id, guest.e164)
        person_id = person.id if person else None
    leaves = at + minutes(guest.stays)
    if person_id is not None and not guest.is_member and guest.owes is None and stage.likely(NOTED_PERCENT):
        stage.do(
            at + minutes(stage.chance.uniform(4, 9)), partial(_note_down, stage, person_id, consultant_id)
        )
    if guest.buys is not None:
        stage.do(
            at + minutes(guest.stays * 0.6),
            partial(_sell, stage, guest.buys, person_id, reception_id, consultant_id),
        )
    if guest.owes is not None:
        stage.do(at + minutes(6), partial(_take_balance, stage, guest.owes, consultant_id))
    companion = _bring_somebody(stage, reception_id, consultant_id, at) if guest.brings_somebody else None
    how = _outcome(stage, guest)
    stage.do(leaves, partial(see_out, stage, reception_id, consultant_id, companion, how))
    if person_id is not None and how in THINKS_ABOUT_IT:
        stage.do(leaves, partial(plan_next_step, stage, person_id, consultant_id))
    if stage.likely(CONTESTED_PERCENT):
        stage.do(leaves - minutes(2), partial(_contest, stage, reception_id, consultant_id))


def _contest(stage: Stage, reception_id: ReceptionID, consultant_id: ConsultantID, at: Instant) -> None:
    """A colleague says quietly that the guest is his: a matter for later, not for the desk."""
    other = next(one for one in stage.cast.inside if profile_of(one) != consultant_id)
    reception.contest(
        stage.session,
        reception_id=reception_id,
        note=stage.chance.choice(CONTESTED_NOTES),
        actor=other,
        at=at,
    )


def _outcome(stage: Stage, guest: Guest) -> Outcome:
    if guest.owes is not None or (guest.buys is not None and not guest.buys.changes_mind):
        return Outcome.SOLD
    return stage.chance.choices(OUTCOMES, OUTCOME_WEIGHTS)[0]


def _bring_somebody(
    stage: Stage, reception_id: ReceptionID, consultant_id: ConsultantID, at: Instant
) -> ReceptionID:
    """A friend comes along and stays with the same consultant."""
    arrival = reception.arrive(
        stage.session,
        e164=None,
        name=a_name(stage.chance),
        came_with=reception_id,
        actor=stage.desk(at),
        at=at,
    )
    stage.guests[consultant_id] += 1
    return arrival.reception_id


def _note_down(stage: Stage, person_id: PersonID, consultant_id: ConsultantID, at: Instant) -> None:
    intake.capture(
        stage.session,
        person_id=person_id,
        source=Source.WALK_IN,
        interest=stage.chance.choice(INTERESTS),
        grade=a_grade(stage.chance),
        note=stage.chance.choice(NOTES),
        consent=stage.likely(70),
        actor=stage.cast.consultant(consultant_id),
        at=at,
    )
    keep_by_turn(stage, person_id, consultant_id, at)


def _sell(
    stage: Stage,
    purchase: Purchase,
    person_id: PersonID | None,
    reception_id: ReceptionID,
    consultant_id: ConsultantID,
    at: Instant,
) -> None:
    seller = stage.cast.consultant(consultant_id)
    sell(stage, purchase, seller=seller, person_id=person_id, reception_id=reception_id, at=at)


def _take_balance(stage: Stage, debtor: Debtor, consultant_id: ConsultantID, at: Instant) -> None:
    method = stage.chance.choices(METHODS, METHOD_WEIGHTS)[0]
    seller = stage.cast.consultant(consultant_id)
    pay(stage, debtor.sale_id, debtor.outstanding, method, seller=seller, at=at)


def see_out(
    stage: Stage,
    reception_id: ReceptionID,
    consultant_id: ConsultantID,
    companion: ReceptionID | None,
    outcome: Outcome,
    at: Instant,
) -> None:
    """Say good-bye, to the friend as well; whoever waits is next."""
    actor = stage.cast.consultant(consultant_id)
    for one, how in ((companion, Outcome.NOT_PROSPECT), (reception_id, outcome)):
        if one is not None:
            stage.guests[consultant_id] -= 1
            reception.see_out(
                stage.session,
                reception_id=one,
                outcome=how,
                toured=how.is_prospect and stage.likely(TOURED_PERCENT),
                actor=actor,
                at=at,
            )
    stage.serve(at)
