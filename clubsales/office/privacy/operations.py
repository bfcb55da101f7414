"""Making persons anonymous. Ledgers, touches, credits, cards and the audit stand; nothing says who it was.

A signed contract and its paper stay as they were signed: what both sides agreed cannot be written anew.
"""

from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from clubsales import audit, clubs
from clubsales.actor import Actor, Club, system_actor
from clubsales.clock import Instant, local_day
from clubsales.errors import Refusal
from clubsales.frontdesk.reception import forgetting as receptions
from clubsales.ids import PersonID
from clubsales.leads.appointments import forgetting as appointments
from clubsales.leads.claims import forgetting as claims
from clubsales.leads.disputes import forgetting as disputes
from clubsales.leads.followups import forgetting as followups
from clubsales.leads.intake import forgetting as intake
from clubsales.leads.matches import forgetting as matches
from clubsales.leads.people import forgetting as people
from clubsales.membership.cards import forgetting as cards
from clubsales.membership.contracts import forgetting as contracts
from clubsales.membership.discounts import forgetting as discounts
from clubsales.membership.documents import forgetting as documents
from clubsales.membership.payments import forgetting as payments
from clubsales.membership.reservations import forgetting as reservations
from clubsales.membership.returns import forgetting as returns
from clubsales.membership.sales import forgetting as sales
from clubsales.office.privacy import queries
from clubsales.office.privacy.events import PersonAnonymised
from clubsales.office.privacy.rules import Because, may_anonymise

AT_ONCE = 200


def anonymise(session: Session, *, person_id: PersonID, because: Because, actor: Actor, at: Instant) -> None:
    """Take away all that says who a person is, with all who were merged into him, in every club of the organisation.

    Raises NotFound and Refused(AnonymiseRefused.ALREADY, IN_THE_HOUSE, OPEN_SALE, RUNNING_CARD).
    """
    person = queries.lock(session, actor.club, person_id)
    everybody = matches.with_merged(session, person.person_id)
    today = local_day(at, actor.club.zone)
    may_anonymise(queries.facts_of(session, person, everybody, today)).or_raise()
    _forget(session, person.person_id, everybody, because, actor=actor, at=at)


def anonymise_old(session: Session, at: Instant) -> int:
    """Make anonymous whose time is over in all his clubs (`privacy.retention_months`); returns how many.

    A few at a time: the rest comes with the next run.
    """
    done = 0
    every_club = clubs.all_clubs(session)
    for club in every_club:
        today = local_day(at, club.zone)
        others = [
            (other, local_day(at, other.zone))
            for other in every_club
            if other.organisation_id == club.organisation_id and other.id != club.id
        ]
        for person_id in queries.time_is_over(session, club, today, others=others, limit=AT_ONCE):
            done += _anonymise_one(session, person_id, club, today, at)
    return done


def _anonymise_one(session: Session, person_id: PersonID, club: Club, today: date, at: Instant) -> bool:
    person = queries.lock(session, club, person_id)
    everybody = matches.with_merged(session, person.person_id)
    if isinstance(may_anonymise(queries.facts_of(session, person, everybody, today)), Refusal):
        return False
    _forget(session, person.person_id, everybody, Because.RETENTION, actor=system_actor(club), at=at)
    return True


def _forget(
    session: Session,
    person_id: PersonID,
    everybody: list[PersonID],
    because: Because,
    *,
    actor: Actor,
    at: Instant,
) -> None:
    for club in clubs.all_clubs(session):
        if club.organisation_id == actor.club.organisation_id:
            claims.forget(session, person_ids=everybody, actor=replace(actor, club=club), at=at)
    followups.forget(session, person_ids=everybody, at=at)
    appointments.forget(session, person_ids=everybody, at=at)
    intake.forget(session, person_ids=everybody, at=at)
    matches.forget(session, person_ids=everybody)
    disputes.forget(session, person_ids=everybody)
    receptions.forget(session, person_ids=everybody)
    for subject in (cards, payments, discounts, sales, reservations, contracts, returns, documents):
        subject.forget(session, person_ids=everybody)
    people.forget(session, person_ids=everybody, at=at)
    audit.record(session, PersonAnonymised(person_id, because.value), actor=actor, at=at)
