"""Reminding whoever sold of what is due: a next step with the buyer, in the language of the house."""

import sqlalchemy as sa
from flask_babel import force_locale
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.clock import Instant, local_day
from clubsales.i18n import LANGUAGE_TAGS, STAFF_LOCALE, format_local_date, format_money
from clubsales.ids import ConsultantID, PersonID
from clubsales.leads.followups import operations as followups
from clubsales.leads.people import queries as people
from clubsales.membership.receivables import texts
from clubsales.membership.receivables.events import ReminderGiven
from clubsales.membership.receivables.queries import INSTALMENT, InstalmentView, Receivable, to_remind
from clubsales.membership.receivables.rules import Standing


def remind(session: Session, *, actor: Actor, at: Instant) -> int:
    """Leave a next step with whoever sold what is due today or late since (RCV-02); how many were left."""
    today = local_day(at, actor.club.zone)
    found = to_remind(session, actor.club, today)
    for receivable, part in found:
        _remind(session, receivable, part, actor=actor, at=at)
    return len(found)


def _remind(
    session: Session, receivable: Receivable, part: InstalmentView, *, actor: Actor, at: Instant
) -> None:
    """A next step for today, in the language of the house."""
    assert receivable.consultant_id is not None
    assert receivable.person_id is not None
    standing = part.standing
    sentence = texts.COLLECT_LATE if standing.standing is Standing.OVERDUE else texts.COLLECT_DUE
    with force_locale(STAFF_LOCALE):
        words = str(sentence) % {
            "amount": format_money(standing.outstanding),
            "day": format_local_date(standing.part.due_on),
            "card": receivable.title_in(LANGUAGE_TAGS[STAFF_LOCALE]),
        }
    buyer = people.get(session, actor.club.organisation_id, PersonID(receivable.person_id))
    followups.plan(
        session,
        person_id=buyer.id,
        consultant_id=ConsultantID(receivable.consultant_id),
        due_on=local_day(at, actor.club.zone),
        what=words,
        actor=actor,
        at=at,
    )
    session.execute(sa.update(INSTALMENT).where(INSTALMENT.c.id == part.id).values(reminded_at=at))
    event = ReminderGiven(
        receivable.sale_id,
        ConsultantID(receivable.consultant_id),
        standing.part.due_on,
        audit.money_fact(standing.outstanding),
    )
    audit.record(session, event, actor=actor, at=at)
