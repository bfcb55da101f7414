"""How contacts are shown to somebody: what he may correct, and what he is told about the others'."""

from dataclasses import dataclass
from datetime import date

from clubsales.actor import Actor
from clubsales.auth.permissions import Permission, may
from clubsales.clock import Instant, local_day
from clubsales.errors import Allowed
from clubsales.ids import ConsultantID
from clubsales.leads.followups.queries import ContactView
from clubsales.leads.followups.rules import may_correct


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a timeline. `leads`: he is told which calls were outside the contact hours."""

    consultant_id: ConsultantID | None
    today: date
    leads: bool

    def may_correct(self, contact: ContactView) -> bool:
        """Whether it is his, of today, and not corrected yet."""
        decision = may_correct(
            is_author=contact.consultant_id == self.consultant_id,
            author=contact.name,
            written_on=contact.local_day,
            today=self.today,
            is_corrected=contact.is_corrected,
        )
        return isinstance(decision, Allowed)


def reader(actor: Actor, at: Instant) -> Reader:
    """Who reads."""
    return Reader(actor.consultant_id, local_day(at, actor.club.zone), may(actor, Permission.DAY_SEE))
