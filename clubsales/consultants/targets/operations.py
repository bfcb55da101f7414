"""Set targets."""

from datetime import date

from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.clock import Instant, month_of
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.targets import queries
from clubsales.consultants.targets.events import TargetSet
from clubsales.consultants.targets.models import TargetRow
from clubsales.consultants.targets.rules import may_set
from clubsales.ids import ConsultantID
from clubsales.money import Money


def set_target(
    session: Session, *, consultant_id: ConsultantID, month: date, amount: Money, actor: Actor, at: Instant
) -> None:
    """Issue a consultant's target of a month (TGT-04); what was set before is kept, the same again is nothing new.

    Raises NotFound for somebody of another club, Refused(TargetRefused.AMOUNT, CURRENCY).
    """
    profiles.get(session, actor.club.id, consultant_id)
    may_set(amount, currency=actor.club.currency).or_raise()
    before = queries.latest_of(session, actor.club.id, consultant_id, month)
    if before is not None and before.amount == amount:
        return
    session.add(
        TargetRow(
            club_id=actor.club.id,
            consultant_id=consultant_id,
            month=month_of(month),
            sequence=before.sequence + 1 if before else 1,
            currency=amount.currency,
            amount_minor=amount.minor,
            issued_at=at,
            issued_by=actor.account_id,
        )
    )
    session.flush()
    event = TargetSet(
        consultant_id,
        month_of(month),
        audit.money_fact(amount),
        audit.money_fact(before.amount) if before else None,
    )
    audit.record(session, event, actor=actor, at=at)
