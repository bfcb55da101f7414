"""A lead without what was written about its person."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.clock import Instant
from clubsales.ids import PersonID
from clubsales.leads.intake.models import LeadRow
from clubsales.leads.intake.rules import LostReason


def forget(session: Session, *, person_ids: Collection[PersonID], at: Instant) -> None:
    """Texts and consent go, in every club; one that was not won is lost from now on."""
    of_them = LeadRow.person_id.in_(person_ids)
    blank = dict.fromkeys(("note", "interest", "budget", "decides"), "")
    session.execute(sa.update(LeadRow).where(of_them).values(**blank, consent_at=None))
    session.execute(
        sa.update(LeadRow)
        .where(of_them, LeadRow.converted_at.is_(None), LeadRow.lost_at.is_(None))
        .values(lost_at=at, lost_reason=LostReason.OTHER.value)
    )
