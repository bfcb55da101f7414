"""What the fairness report is made of: lines of the ledger, whiles on post, contested guests - five statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.auth.tables import ACCOUNT
from clubsales.consultants.profiles.tables import CONSULTANT
from clubsales.consultants.shifts.tables import PRESENCE, SHIFT
from clubsales.frontdesk.fairness.periods import Period
from clubsales.frontdesk.fairness.rules import WAITING, Entry, GuestKind, Ledger, Stretch, understood
from clubsales.frontdesk.reception.tables import CONTEST, RECEPTION
from clubsales.frontdesk.rotation.tables import ASSIGNMENT
from clubsales.ids import ConsultantID, ReceptionID

COMPANION = "rotation.companion"
# A guest in the house longer than this is nobody's any more.
LONGEST_VISIT = timedelta(days=31)

OUT_OF_TURN = ASSIGNMENT.c.basis.not_in(
    sa.bindparam(
        "in_turn",
        [GuestKind.ROTATION.value, GuestKind.DESIGNATED.value, WAITING],
        expanding=True,
        literal_execute=True,
    )
)
LINES = (
    sa.select(
        ASSIGNMENT.c.id,
        ASSIGNMENT.c.reception_id,
        ASSIGNMENT.c.at,
        ASSIGNMENT.c.consultant_id,
        ASSIGNMENT.c.basis,
        ASSIGNMENT.c.skipped,
        # Of thousands of lines, only what is looked at is parsed.
        sa.case((OUT_OF_TURN, ASSIGNMENT.c.moved)).label("moved"),
        sa.case((OUT_OF_TURN, ASSIGNMENT.c.reason)).label("reason"),
        ASSIGNMENT.c.reason["code"].as_string().label("code"),
        RECEPTION.c.public_id,
        ACCOUNT.c.name.label("decided_by"),
    )
    .join_from(ASSIGNMENT, RECEPTION, RECEPTION.c.id == ASSIGNMENT.c.reception_id)
    .outerjoin(ACCOUNT, ACCOUNT.c.id == ASSIGNMENT.c.decided_by)
    .where(ASSIGNMENT.c.club_id == sa.bindparam("club"))
)
LINES_OF_SPAN = LINES.where(ASSIGNMENT.c.at >= sa.bindparam("start"), ASSIGNMENT.c.at < sa.bindparam("end"))
# What was decided about the same guests afterwards: a turn may be given back the next day.
LINES_AFTER = LINES.where(
    ASSIGNMENT.c.at >= sa.bindparam("end"),
    ASSIGNMENT.c.reception_id.in_(
        sa.select(RECEPTION.c.id).where(
            RECEPTION.c.club_id == sa.bindparam("club"),
            RECEPTION.c.local_day.between(sa.bindparam("earliest"), sa.bindparam("last")),
            sa.or_(RECEPTION.c.ended_at.is_(None), RECEPTION.c.ended_at >= sa.bindparam("end")),
        )
    ),
)
ON_POST = (
    sa.select(SHIFT.c.consultant_id, PRESENCE.c.since_at, PRESENCE.c.until_at)
    .join_from(PRESENCE, SHIFT, SHIFT.c.id == PRESENCE.c.shift_id)
    .where(
        SHIFT.c.club_id == sa.bindparam("club"),
        SHIFT.c.local_day <= sa.bindparam("last"),
        sa.or_(SHIFT.c.closed_at.is_(None), SHIFT.c.closed_at > sa.bindparam("start")),
        PRESENCE.c.status == sa.literal_column("'on_post'"),
        PRESENCE.c.since_at < sa.bindparam("end"),
        sa.or_(PRESENCE.c.until_at.is_(None), PRESENCE.c.until_at > sa.bindparam("start")),
    )
)
CLAIMS = (
    sa.select(
        CONTEST.c.at,
        CONTEST.c.consultant_id,
        CONTEST.c.note,
        RECEPTION.c.public_id,
        RECEPTION.c.consultant_id.label("holder"),
        ACCOUNT.c.name.label("raised_by"),
    )
    .join_from(CONTEST, RECEPTION, RECEPTION.c.id == CONTEST.c.reception_id)
    .outerjoin(ACCOUNT, ACCOUNT.c.id == CONTEST.c.raised_by)
    .where(
        CONTEST.c.club_id == sa.bindparam("club"),
        CONTEST.c.at >= sa.bindparam("start"),
        CONTEST.c.at < sa.bindparam("end"),
    )
    .order_by(CONTEST.c.at, CONTEST.c.id)
)
PEOPLE = sa.select(CONSULTANT.c.id, CONSULTANT.c.name, CONSULTANT.c.kind).where(
    CONSULTANT.c.club_id == sa.bindparam("club")
)


@dataclass(frozen=True, slots=True)
class Facts:
    """Rows as they were read, and the ledger understood."""

    people: Mapping[ConsultantID, Any]
    lines: Sequence[Any]
    ledger: Ledger
    stretches: Sequence[Stretch]
    claims: Sequence[Any]

    def name(self, consultant_id: int | None) -> str:
        """A consultant's name; nothing for nobody."""
        person = self.people.get(ConsultantID(consultant_id)) if consultant_id is not None else None
        return person.name if person is not None else ""


def facts_of(session: Session, club: Club, period: Period) -> Facts:
    """Everything a period's report needs, and what was decided about its guests afterwards."""
    span = period.span(club.zone)
    asked = {
        "club": club.id,
        "start": span.start,
        "end": span.end,
        "last": period.last,
        "earliest": period.first - LONGEST_VISIT,
    }
    lines = [*session.execute(LINES_OF_SPAN, asked), *session.execute(LINES_AFTER, asked)]
    return Facts(
        people={ConsultantID(row.id): row for row in session.execute(PEOPLE, {"club": club.id})},
        lines=lines,
        ledger=understood(_entry(row) for row in lines),
        stretches=[
            Stretch(consultant_id=ConsultantID(row.consultant_id), since=row.since_at, until=row.until_at)
            for row in session.execute(ON_POST, asked)
        ],
        claims=session.execute(CLAIMS, asked).all(),
    )


def _entry(row: Any) -> Entry:
    return Entry(
        id=row.id,
        reception_id=ReceptionID(row.reception_id),
        at=row.at,
        consultant_id=ConsultantID(row.consultant_id) if row.consultant_id is not None else None,
        basis=row.basis,
        is_companion=row.code.startswith(COMPANION),
        skipped=[(skip["consultant"], skip["reason"], skip["forfeits"]) for skip in row.skipped],
        moved=[move["consultant"] for move in row.moved or ()],
    )
