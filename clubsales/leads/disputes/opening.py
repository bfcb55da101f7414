"""Whether somebody may argue over a sale, before he presses: he hears why not, and what would count."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.clock import Instant, local_day
from clubsales.consultants.profiles import queries as profiles
from clubsales.errors import Decision, Refusal, refuse
from clubsales.ids import SaleID
from clubsales.leads.disputes import queries
from clubsales.leads.disputes.casefile import policy_of
from clubsales.leads.disputes.queries import DisputeLine
from clubsales.leads.disputes.rules import DisputeRefused, may_open
from clubsales.leads.disputes.standing import first_receipt_day, opening_of


@dataclass(frozen=True, slots=True, kw_only=True)
class MayOpen:
    """What somebody hears who wants to argue over a sale. `until` is the last day; none: no limit, or nothing paid."""

    refusal: Refusal | None
    until: date | None
    case: DisputeLine | None


def may_open_now(session: Session, actor: Actor, sale_id: SaleID, at: Instant) -> MayOpen:
    """Whether the actor may open a case over a sale now. Raises NotFound."""
    club, policy = actor.club, policy_of(session, actor, at)
    line = queries.of_sale(session, club.id, sale_id)
    first = first_receipt_day(session, club, sale_id)
    decision: Decision = refuse(DisputeRefused.NO_TOUCH)
    if actor.consultant_id is not None:
        who = profiles.get(session, club.id, actor.consultant_id)
        facts = opening_of(session, club, sale_id, who, line, local_day(at, club.zone))
        decision = may_open(facts, policy)
    return MayOpen(
        refusal=decision if isinstance(decision, Refusal) else None,
        until=None if first is None else policy.last_day(first),
        case=line,
    )
