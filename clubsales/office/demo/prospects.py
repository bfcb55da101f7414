"""What a club knows of its prospects: where they come from, how they are reached, who belongs to whom."""

import random
from datetime import timedelta
from functools import partial

from clubsales.clock import Instant
from clubsales.errors import Refused
from clubsales.ids import ConsultantID, LeadSourceID, PersonID
from clubsales.leads.appointments import agenda, outcomes
from clubsales.leads.appointments import queries as appointments
from clubsales.leads.appointments.rules import AppointmentOutcome, MissedBecause, Status
from clubsales.leads.claims import operations as claims
from clubsales.leads.claims.rules import Basis
from clubsales.leads.handovers import operations as handovers
from clubsales.leads.intake import qualifying
from clubsales.leads.intake import queries as leads
from clubsales.leads.intake.rules import LostReason, Urgency
from clubsales.leads.matches import operations as matches
from clubsales.leads.people import details, do_not_call, households
from clubsales.leads.people import operations as people
from clubsales.leads.people.do_not_call import Why
from clubsales.leads.people.rules import Details, PhoneLabel, Relation
from clubsales.leads.sources import operations as sources
from clubsales.leads.sources import queries as source_queries
from clubsales.leads.sources.rules import Source
from clubsales.office.demo import acquaintances, past_sales
from clubsales.office.demo.acquaintances import Acquaintance
from clubsales.office.demo.cast import profile_of
from clubsales.office.demo.evidence import book
from clubsales.office.demo.people import a_phone
from clubsales.office.demo.stage import Stage, minutes
from clubsales.office.demo.story import ADDRESS, BUDGETS, DECIDERS, OWN_SOURCES, TRAINING

ENOUGH = 8  # leads whose files are filled
FORGETFUL = 0.6  # of the days
KEPT = 0.7  # of the guests written down
COMPLETE = 0.85  # of the buyers' files


def plan_prospects(stage: Stage, *, is_first: bool) -> None:
    """The list of sources at the founding, the outcome of appointments each evening, full files at the end."""
    if is_first:
        stage.do(stage.at(8, 12), partial(_list_sources, stage))
    stage.plan(stage.at(12, 20), partial(_book_somebody_forgetful, stage))
    stage.plan(stage.at(21, 40), partial(_say_what_came_of_it, stage))
    stage.plan(stage.at(21, 45), partial(_complete_files, stage))
    if stage.is_live:
        stage.do(stage.until - minutes(35), partial(_fill_files, stage))
        stage.do(stage.until - minutes(34), partial(_plan_a_hand_over, stage))


def keep_by_turn(stage: Stage, person_id: PersonID, consultant_id: ConsultantID, at: Instant) -> None:
    """Whoever received a guest by turn and wrote him down mostly keeps the lead."""
    if stage.dice(f"turn {at}").random() > KEPT:
        return
    try:
        claims.claim(
            stage.session,
            person_id=person_id,
            consultant_id=consultant_id,
            basis=Basis.TURN,
            actor=stage.cast.consultant(consultant_id),
            at=at,
        )
    except Refused:  # a colleague's
        return


def exact_source(stage: Stage, kind: Source, at: Instant) -> LeadSourceID | None:
    """One of the club's own sources of this kind; None where there is none."""
    of_kind = next(each for each in source_queries.of_club(stage.session, stage.club.id) if each.kind is kind)
    offered = of_kind.offered()
    return stage.dice(f"source {at}").choice(offered).id if offered else None


def _list_sources(stage: Stage, at: Instant) -> None:
    made: dict[str, LeadSourceID] = {}
    for each in OWN_SOURCES:
        known = source_queries.of_club(stage.session, stage.club.id)
        under = next(
            (one.public_id for kind in known for one in kind.every() if one.id == made.get(each.under)), ""
        )
        made[each.name] = sources.add(
            stage.session, kind=each.kind, name=each.name, under=under, actor=stage.cast.manager, at=at
        )


def _book_somebody_forgetful(stage: Stage, at: Instant) -> None:
    """Most days somebody is booked for tomorrow who may well not come."""
    dice = stage.dice("forgetful")
    sellers = {profile_of(one) for one in stage.cast.sellers}
    known = [
        who
        for who in acquaintances.leads_not_seen(stage.session, stage.club, stage.day)
        if who.consultant_id in sellers
    ]
    if not known or dice.random() > FORGETFUL:
        return
    who = dice.choice(known)
    assert who.consultant_id is not None
    due_at = stage.at(dice.choice((11, 15, 17))) + timedelta(days=1)
    if not appointments.due_on(stage.session, stage.club.id, who.person_id, stage.day + timedelta(days=1)):
        book(stage, who.person_id, who.consultant_id, due_at, at)


def _say_what_came_of_it(stage: Stage, at: Instant) -> None:
    """Whoever was to receive a guest says in the evening what came of it, or why nobody came."""
    dice = stage.dice("outcomes")
    bought = past_sales.buyers(stage.session, stage.club)
    for line in agenda.in_club(stage.session, stage.club.id, stage.day - timedelta(days=1), stage.day):
        actor = stage.cast.supervisor
        if line.status is Status.KEPT and not line.outcome:
            outcomes.conclude(
                stage.session,
                public_id=line.public_id,
                outcome=AppointmentOutcome.BOUGHT
                if line.person_public_id in bought
                else dice.choice((AppointmentOutcome.BE_BACK, AppointmentOutcome.LOST)),
                actor=actor,
                at=at,
            )
        elif line.status is Status.NO_SHOW and not line.missed_because:
            because = dice.choice(tuple(MissedBecause))
            outcomes.explain(stage.session, public_id=line.public_id, because=because, actor=actor, at=at)


def _complete_files(stage: Stage, at: Instant) -> None:
    """In the evening most of the day's buyers have told their birthday (OWN-08)."""
    dice = stage.dice("birthdays")
    for person_id in past_sales.buyers_of(stage.session, stage.club, stage.day):
        if dice.random() < COMPLETE:
            birthday = stage.day - timedelta(days=dice.randint(18 * 365, 60 * 365))
            people.set_birthday(
                stage.session, person_id=person_id, birthday=birthday, actor=stage.desk(at), at=at
            )


def _fill_files(stage: Stage, at: Instant) -> None:
    """Some leads with all that can be known: a family, a second phone, somebody who may be there twice."""
    dice = stage.dice("files")
    known = acquaintances.leads_not_seen(stage.session, stage.club, stage.day)[:ENOUGH]
    if len(known) < ENOUGH:
        return
    mother, _father, twice, lost, quiet, *rest = known
    _family(stage, mother, at)
    _one_twice(stage, twice, dice, at)
    lead_id = leads.of_person(stage.session, stage.club.id, lost.person_id)
    if lead_id is not None:
        qualifying.lose(
            stage.session, lead_id=lead_id, reason=LostReason.PLACE, actor=stage.cast.manager, at=at
        )
    do_not_call.forbid(
        stage.session, person_id=quiet.person_id, why=Why.ASKED, actor=stage.cast.supervisor, at=at
    )
    for who in rest:
        _qualify(stage, who, dice, at)


def _family(stage: Stage, mother: Acquaintance, at: Instant) -> None:
    desk = stage.desk(at)
    details.change(
        stage.session,
        person_id=mother.person_id,
        details=Details(wechat=f"mama_{stage.club.code}", email="mama@example.com", address=ADDRESS),
        actor=desk,
        at=at,
    )
    households.add_somebody(
        stage.session,
        person_id=mother.person_id,
        name=f"{mother.name[:1]}小宝",
        birthday=stage.day - timedelta(days=365 * 6),
        relation=Relation.CHILD,
        actor=desk,
        at=at,
    )


def _one_twice(stage: Stage, who: Acquaintance, dice: random.Random, at: Instant) -> None:
    """The same name and WeChat with another phone: proposed as a match, for somebody to look at."""
    desk = stage.desk(at)
    wechat = Details(wechat=f"run_every_day_{stage.club.code}")
    again = people.find_or_add(stage.session, e164=a_phone(dice), name=who.name, actor=desk, at=at)
    for person_id in (who.person_id, again):
        details.change(stage.session, person_id=person_id, details=wechat, actor=desk, at=at)
    details.add_phone(
        stage.session, person_id=again, e164=a_phone(dice), label=PhoneLabel.WORK, actor=desk, at=at
    )
    matches.propose_for(
        stage.session, organisation_id=stage.club.organisation_id, person_id=PersonID(again), at=at
    )


def _qualify(stage: Stage, who: Acquaintance, dice: random.Random, at: Instant) -> None:
    actor = stage.cast.manager
    lead_id = leads.of_person(stage.session, stage.club.id, who.person_id)
    if lead_id is None:
        return
    page = leads.by_public_id(stage.session, actor, leads.public_id_of(stage.session, lead_id), at=at)
    qualifying.edit(
        stage.session,
        lead_id=lead_id,
        name=page.lead.name,
        interest=page.lead.interest,
        grade=page.lead.grade,
        note=page.note,
        consent=page.consent_at is not None,
        urgency=dice.choice(tuple(Urgency)),
        budget=dice.choice(BUDGETS),
        decides=dice.choice(DECIDERS),
        actor=actor,
        at=at,
    )


def _plan_a_hand_over(stage: Stage, at: Instant) -> None:
    """The last of the inside consultants is away from tomorrow on: his leads go to colleagues and come back."""
    *colleagues, away = stage.cast.inside
    try:
        handovers.hand_over(
            stage.session,
            from_consultant=profile_of(away),
            to_consultants=[profile_of(one) for one in colleagues],
            starts_on=stage.day + timedelta(days=1),
            ends_on=stage.day + timedelta(days=8),
            reason=TRAINING,
            actor=stage.cast.manager,
            at=at,
        )
    except Refused:  # holds nothing, or has one planned
        return
