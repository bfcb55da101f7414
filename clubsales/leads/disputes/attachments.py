"""The papers of a case as they are kept."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.errors import NotFound
from clubsales.leads.disputes.papers import PICTURES
from clubsales.leads.disputes.queries import DisputeView
from clubsales.leads.disputes.tables import ATTACHMENT


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperView:
    """A paper beside a statement; gone: the guest was made anonymous since."""

    public_id: str
    name: str
    media_type: str
    size: int
    is_gone: bool

    @property
    def is_picture(self) -> bool:
        return self.media_type in PICTURES


def papers_of(session: Session, dispute_id: int) -> Mapping[int, Sequence[PaperView]]:
    """The papers of a case by step, without what is in them."""
    rows = session.execute(
        sa.select(
            ATTACHMENT.c.step_id,
            ATTACHMENT.c.public_id,
            ATTACHMENT.c.name,
            ATTACHMENT.c.media_type,
            ATTACHMENT.c.size,
            ATTACHMENT.c.content.is_(None).label("is_gone"),
        )
        .where(ATTACHMENT.c.dispute_id == dispute_id)
        .order_by(ATTACHMENT.c.id)
    )
    found: dict[int, list[PaperView]] = defaultdict(list)
    for row in rows:
        found[row.step_id].append(
            PaperView(
                public_id=row.public_id,
                name=row.name,
                media_type=row.media_type,
                size=row.size,
                is_gone=row.is_gone,
            )
        )
    return found


def paper_content(session: Session, view: DisputeView, public_id: str) -> tuple[PaperView, bytes]:
    """A paper of a case and what is in it; raises NotFound, also when it is gone."""
    row = session.execute(
        sa.select(
            ATTACHMENT.c.public_id,
            ATTACHMENT.c.name,
            ATTACHMENT.c.media_type,
            ATTACHMENT.c.size,
            ATTACHMENT.c.content,
        ).where(ATTACHMENT.c.dispute_id == view.id, ATTACHMENT.c.public_id == public_id)
    ).one_or_none()
    if row is None or row.content is None:
        raise NotFound
    paper = PaperView(
        public_id=row.public_id, name=row.name, media_type=row.media_type, size=row.size, is_gone=False
    )
    return paper, bytes(row.content)
