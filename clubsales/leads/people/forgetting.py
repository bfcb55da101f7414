"""A person made anonymous keeps his number in the house, and nothing that says who he is."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.clock import Instant
from clubsales.ids import PersonID
from clubsales.leads.people.models import HouseholdMemberRow, PersonPhoneRow, PersonRow


def forget(session: Session, *, person_ids: Collection[PersonID], at: Instant) -> None:
    """Name, phones, details, birthday and household go; a phone that comes again is a new person's."""
    session.execute(sa.delete(PersonPhoneRow).where(PersonPhoneRow.person_id.in_(person_ids)))
    session.execute(sa.delete(HouseholdMemberRow).where(HouseholdMemberRow.person_id.in_(person_ids)))
    blank = dict.fromkeys(
        ("name", "name_key", "pinyin", "initials", "wechat", "wechat_key", "email", "address"), ""
    )
    session.execute(
        sa.update(PersonRow)
        .where(PersonRow.id.in_(person_ids))
        .values(**blank, birthday=None, anonymised_at=at)
    )
