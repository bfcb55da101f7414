"""How many visits met their aim, as whoever was there wrote it down (FUN-03, TEL-04)."""

from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.clock import Instant
from clubsales.ids import ClubID, ConsultantID
from clubsales.leads.followups.queries import CONTACT, IS_CORRECTED
from clubsales.leads.followups.rules import Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Aims:
    """A consultant's visits: with the aim met, not met, and those of which nobody said it."""

    consultant_id: ConsultantID
    met: int
    missed: int
    unsaid: int

    @property
    def rate(self) -> Fraction | None:
        """The part of those that say it which met their aim; None of nothing."""
        said = self.met + self.missed
        return Fraction(self.met, said) if said else None


def aims_of(
    session: Session,
    club_id: ClubID,
    consultant_ids: Collection[ConsultantID],
    start: Instant,
    end: Instant,
) -> list[Aims]:
    """Of meetings written down from `start` up to `end`, by consultant; what was corrected counts as corrected.

    Read by consultant, as the index has them; one statement.
    """
    rows = session.execute(
        sa.select(CONTACT.c.consultant_id, CONTACT.c.aim_met, sa.func.count())
        .where(
            CONTACT.c.club_id == club_id,
            CONTACT.c.consultant_id.in_(consultant_ids),
            CONTACT.c.at >= start,
            CONTACT.c.at < end,
            CONTACT.c.channel == Channel.MEETING.value,
            ~IS_CORRECTED,
        )
        .group_by(CONTACT.c.consultant_id, CONTACT.c.aim_met)
    )
    found: dict[ConsultantID, dict[bool | None, int]] = {}
    for whose, is_met, number in rows:
        found.setdefault(ConsultantID(whose), {})[is_met] = number
    return [
        Aims(consultant_id=whose, met=said.get(True, 0), missed=said.get(False, 0), unsaid=said.get(None, 0))
        for whose, said in sorted(found.items())
    ]
