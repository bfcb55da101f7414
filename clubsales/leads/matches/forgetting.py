"""What persons were compared and merged by goes with them."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.ids import PersonID
from clubsales.leads.matches.models import MatchRow, MergedLeadRow, MergeRow
from clubsales.leads.people.models import PersonRow

PERSONAL = frozenset({"note", "interest", "budget", "decides", "consent_at"})


def with_merged(session: Session, person_id: PersonID) -> list[PersonID]:
    """A person and all that were merged into him, also one after the other."""
    tree = sa.select(PersonRow.id).where(PersonRow.id == person_id).cte("tree", recursive=True)
    tree = tree.union_all(sa.select(PersonRow.id).join(tree, PersonRow.merged_into_id == tree.c.id))
    return [PersonID(found) for found in session.scalars(sa.select(tree.c.id))]


def forget(session: Session, *, person_ids: Collection[PersonID]) -> None:
    """Proposals go; merges stay, without values and words."""
    session.execute(
        sa.delete(MatchRow).where(
            sa.or_(MatchRow.first_person_id.in_(person_ids), MatchRow.second_person_id.in_(person_ids))
        )
    )
    of_them = sa.or_(MergeRow.kept_id.in_(person_ids), MergeRow.merged_id.in_(person_ids))
    merges = sa.select(MergeRow.id).where(of_them)
    for row in session.execute(
        sa.select(MergedLeadRow.id, MergedLeadRow.lead).where(MergedLeadRow.merge_id.in_(merges))
    ).all():
        kept = {
            name: None if name == "consent_at" else "" if name in PERSONAL else value
            for name, value in row.lead.items()
        }
        session.execute(sa.update(MergedLeadRow).where(MergedLeadRow.id == row.id).values(lead=kept))
    session.execute(sa.update(MergeRow).where(of_them).values(fields={}, reason=""))
