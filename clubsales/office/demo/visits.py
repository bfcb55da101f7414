"""Guests of the demo: who comes when, who receives them, how it ends."""

from collections.abc import Callable
from dataclasses import dataclass
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
from clubsales.leads.touches.rules import Signal, SignalKind
from clubsales.membership.sales.rules import SaleKind
from clubsales.office.demo import queries
from clubsales.office.demo.cast import profile_of
from clubsales.office.demo.evidence import book, plan_next_step
from clubsales.office.demo.people import a_grade, a_name, a_phone
from clubsales.office.demo.planning import teams
from clubsales.office.demo.queries import Acquaintance, Debtor
from clubsales.office.demo.selling import METHOD_WEIGHTS, METHODS, Purchase, a_purchase, pay, sell
from clubsales.office.demo.stage import Action, Stage, minutes
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """Somebody on his way to the club. `stays` in minutes; a member needs no lead."""

    name: str
    e164: str | None
    stays: float
    comes_at: Instant
    signals: tuple[Signal, ...] = ()
    is_member: bool = False
    brings_somebody: bool = False
    buys: Purchase | None = None
    owes: Debtor | None = None
    shows: tuple[str, ...] = ()  # codes of passes
    booked: Action | None = None  # he said in the morning that he would come


def plan_guests(stage: Stage) -> None:
    """Some 7 to 15 guests a day, more at weekends, most of them in the evening."""
    chance, story = stage.chance, stage.story
    wanted = chance.randint(11, 15) if stage.is_weekend() else chance.randint(8, 12)
    guests = _known_guests(stage)[:wanted]
    guests += [a_new_guest(stage) for _ in range(max(wanted * story.pace // 100 - len(guests), 3))]
    for guest in guests:
        if guest.booked is not None and guest.comes_at > stage.start:
            stage.do(stage.at(8, 15), guest.booked)
        stage.plan(guest.comes_at, partial(arrive, stage, guest))
    parcel_at = stage.some_time()
    # The floor at the present moment shows guests, not parcels.
    if stage.likely(COURIER_PERCENT) and not (stage.is_live and parcel_at > stage.until - PATIENCE):
        stage.plan(parcel_at, partial(_bring_a_parcel, stage))


def a_new_guest(stage: Stage, *, with_phone: bool = False) -> Guest:
    """Somebody nobody here has seen; one in ten leaves no phone, one in six was sent by name."""
    chance = stage.chance
    e164 = a_phone(chance) if with_phone or stage.likely(90) else None
    signals: tuple[Signal, ...] = ()
    if stage.likely(16):
        someone = chance.choice(stage.cast.inside)
        signals = (Signal(SignalKind.NAME, profile_of(someone)),)
    buys = a_purchase(stage) if e164 and stage.likely(19) else None
    return Guest(
        name=a_name(chance),
        e164=e164,
        stays=chance.uniform(34, 60) if buys else chance.uniform(12, 42),
        comes_at=stage.some_time(),
        signals=signals,
        brings_somebody=stage.likely(11),
        buys=buys,
        shows=_a_coupon(stage) if not signals and stage.likely(4) else (),
    )


def _a_coupon(stage: Stage) -> tuple[str, ...]:
    """The club's own gift coupon, while there are some."""
    code = queries.unused_pass(stage.session, stage.club, None, stage.day)
    return (code,) if code else ()


def _known_guests(stage: Stage) -> list[Guest]:
    """Those who come again: to pay the rest, to renew, to decide, or with a business card in hand."""
    guests: list[Guest] = []
    seen: set[PersonID] = set()

    def add(who: Acquaintance, percent: float, comes: Callable[[], Guest]) -> None:
        if who.person_id not in seen and stage.likely(percent):
            seen.add(who.person_id)
            guests.append(comes())

    for debtor in queries.debtors(stage.session, stage.club, stage.day):
        add(debtor.who, 35, partial(_again, stage, debtor.who, SignalKind.APPOINTMENT, owes=debtor))
    for ending in queries.endings(stage.session, stage.club, stage.day):
        kind = SaleKind.UPGRADE if ending.was_trial else SaleKind.RENEWAL
        buys = a_purchase(stage, kind=kind, code=None if ending.was_trial else "month")
        add(ending.who, 11, partial(_again, stage, ending.who, None, is_member=True, buys=buys))
    here = {profile_of(one) for team in teams(stage) for one in team}
    for who in queries.coming_back(stage.session, stage.club, stage.day):
        purchase = a_purchase(stage) if stage.likely(46) else None
        add(
            who,
            7 if who.consultant_id in here else 1,
            partial(_again, stage, who, SignalKind.APPOINTMENT, buys=purchase),
        )
    for who in queries.leads_not_seen(stage.session, stage.club, stage.day):
        purchase = a_purchase(stage) if stage.likely(40) else None
        add(who, 5, partial(_again, stage, who, SignalKind.BUSINESS_CARD, buys=purchase))
    return guests


def _again(
    stage: Stage,
    who: Acquaintance,
    signal: SignalKind | None,
    *,
    is_member: bool = False,
    buys: Purchase | None = None,
    owes: Debtor | None = None,
) -> Guest:
    comes_at = _appointed_time(stage, who) if signal is SignalKind.APPOINTMENT else stage.some_time()
    signals: tuple[Signal, ...] = ()
    shows: tuple[str, ...] = ()
    booked = None
    if who.consultant_id is not None and signal is SignalKind.APPOINTMENT:
        booked = partial(book, stage, who.person_id, who.consultant_id, comes_at)
    elif who.consultant_id is not None and signal is not None:
        code = queries.unused_pass(stage.session, stage.club, who.consultant_id, stage.day)
        shows = (code,) if code else ()
        signals = () if code else (Signal(signal, who.consultant_id),)
    return Guest(
        name=who.name,
        e164=who.e164,
        stays=stage.chance.uniform(26, 48) if buys else stage.chance.uniform(12, 25),
        comes_at=comes_at,
        signals=signals,
        shows=shows,
        booked=booked,
        is_member=is_member,
        buys=buys,
        owes=owes,
    )


def _appointed_time(stage: Stage, who: Acquaintance) -> Instant:
    """A time at which his consultant works, where he works today."""
    early, late = ({profile_of(one) for one in team} for team in teams(stage))
    if who.consultant_id in early:
        return stage.at(9, stage.chance.uniform(30, 400))
    if who.consultant_id in late:
        return stage.at(14, stage.chance.uniform(30, 400))
    return stage.some_time()


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
