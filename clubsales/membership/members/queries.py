"""Who is a member: whoever has ever held a paid card in the organisation (AMB-07)."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.ids import OrganisationID, PersonID
from clubsales.membership.members.models import MemberRow


def is_member(session: Session, organisation_id: OrganisationID, person_id: PersonID) -> bool:
    """Whether the person has ever held a paid card here; a refund does not undo it."""
    return session.execute(
        sa.select(
            sa.exists().where(MemberRow.organisation_id == organisation_id, MemberRow.person_id == person_id)
        )
    ).scalar_one()
