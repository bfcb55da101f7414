"""What assessments go by: the sheets in force and the club's calendar, read and written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor, Club
from clubsales.clock import Instant, month_of
from clubsales.consultants.assessment.events import ClubDayChanged, SheetPublished
from clubsales.consultants.assessment.models import ClubHolidayRow, SheetRow
from clubsales.consultants.assessment.periods import Period
from clubsales.consultants.assessment.rules import AssessmentPolicy
from clubsales.consultants.assessment.sheets import Item, Sheet, may_publish
from clubsales.consultants.assessment.starters import starter
from clubsales.consultants.assessment.working_days import Calendar, Deadlines, deadlines
from clubsales.errors import NotFound
from clubsales.ids import ClubID
from clubsales.policies import policy_on

ALWAYS = date(2000, 1, 1)  # from when the sheets as delivered hold
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class ComplaintPolicy:
    """Section `complaint`: what a complaint costs (CMP-04)."""

    points_off: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetVersion:
    """The sheets of all periods, from a month on. `number` counts a club's versions from 1; 0: as delivered."""

    id: int | None
    number: int
    valid_from: date
    sheet: Sheet
    published_at: Instant | None
    published_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClubDay:
    """A day on which the club's calendar differs from the country's."""

    day: date
    is_worked: bool
    name: str


def versions(session: Session, club_id: ClubID) -> list[SheetVersion]:
    """Every version of the club's sheets, the newest first; the one delivered is the last."""
    account = sa.table("account", sa.column("id", sa.BigInteger), sa.column("name", sa.String))
    rows = session.execute(
        sa.select(SheetRow, account.c.name)
        .join(account, account.c.id == SheetRow.published_by, isouter=True)
        .where(SheetRow.club_id == club_id, SheetRow.valid_from > ALWAYS)
        .order_by(SheetRow.id)
    ).all()
    found = [
        SheetVersion(
            id=None, number=0, valid_from=ALWAYS, sheet=starter(), published_at=None, published_by=None
        )
    ]
    for number, (row, name) in enumerate(rows, 1):
        found.append(
            SheetVersion(
                id=row.id,
                number=number,
                valid_from=row.valid_from,
                sheet={
                    period: tuple(Item.restored(each) for each in row.document[period]) for period in Period
                },
                published_at=row.published_at,
                published_by=name,
            )
        )
    return found[::-1]


def in_force(session: Session, club_id: ClubID, day: date) -> SheetVersion:
    """The sheets for a period that begins on a day: of several the latest valid from, then the latest published."""
    return max(
        (version for version in versions(session, club_id) if version.valid_from <= day),
        key=lambda version: (version.valid_from, version.number),
    )


def sheet_id_for(session: Session, club: Club, day: date, *, at: Instant) -> int:
    """The stored sheet for a period that begins on a day; the one delivered is stored when it is first used."""
    held = in_force(session, club.id, day)
    if held.id is not None:
        return held.id
    stored = session.execute(
        sa.select(SheetRow.id).where(SheetRow.club_id == club.id, SheetRow.valid_from == ALWAYS)
    ).scalar_one_or_none()
    return stored if stored is not None else _store(session, club.id, ALWAYS, starter(), None, at).id


def publish(
    session: Session,
    *,
    period: Period,
    items: Sequence[Item],
    valid_from: date,
    seen: int,
    actor: Actor,
    at: Instant,
) -> SheetVersion:
    """Put a period's sheet in force for periods that begin in a month or later; the other sheets stay as they are.

    `seen` is the number of the version the writer had before him. Forms already issued keep theirs. Raises
    Refused(SheetRefused.NEWER, MANY, TITLE, WEIGHT, FULL_AT, TOTAL, PART, UNCHANGED).
    """
    newest = versions(session, actor.club.id)[0]
    held = newest.sheet
    may_publish(items, held[period], seen=seen, newest=newest.number).or_raise()
    row = _store(
        session,
        actor.club.id,
        max(month_of(valid_from), month_of(newest.valid_from)),
        {**held, period: tuple(items)},
        actor,
        at,
    )
    audit.record(session, SheetPublished(row.id, period.value, row.valid_from), actor=actor, at=at)
    return versions(session, actor.club.id)[0]


def _store(
    session: Session, club_id: ClubID, valid_from: date, sheet: Sheet, actor: Actor | None, at: Instant
) -> SheetRow:
    sequence = session.execute(
        sa.select(sa.func.count()).where(SheetRow.club_id == club_id, SheetRow.valid_from == valid_from)
    ).scalar_one()
    row = SheetRow(
        club_id=club_id,
        valid_from=valid_from,
        sequence=sequence + 1,
        document={period.value: [item.stored() for item in sheet[period]] for period in Period},
        published_at=at,
        published_by=actor.account_id if actor is not None else None,
    )
    session.add(row)
    session.flush()
    return row


def club_days(session: Session, club_id: ClubID, *, since: date | None = None) -> list[ClubDay]:
    """The days on which the club differs, in order."""
    statement = (
        sa.select(ClubHolidayRow).where(ClubHolidayRow.club_id == club_id).order_by(ClubHolidayRow.day)
    )
    if since is not None:
        statement = statement.where(ClubHolidayRow.day >= since)
    return [
        ClubDay(day=row.day, is_worked=row.is_worked, name=row.name) for row in session.scalars(statement)
    ]


def calendar_of(session: Session, club: Club, policy: AssessmentPolicy) -> Calendar:
    """The club's working days."""
    return Calendar(policy.holidays, {each.day: each.is_worked for each in club_days(session, club.id)})


def policy_of(session: Session, club: Club, start: date) -> AssessmentPolicy:
    """The policy a period is assessed by: the one in force on its first day."""
    return policy_on(session, club, start).read("assessment", AssessmentPolicy)


def points_off(session: Session, club: Club, start: date) -> int:
    """What a complaint costs in a period that begins on a day."""
    return policy_on(session, club, start).read("complaint", ComplaintPolicy).points_off


def deadlines_of(session: Session, club: Club, period: Period, start: date) -> Deadlines:
    """By when the assessments of a period have to be where."""
    policy = policy_of(session, club, start)
    return deadlines(period, start, policy, calendar_of(session, club, policy))


def set_club_day(
    session: Session, *, day: date, is_worked: bool, name: str, actor: Actor, at: Instant
) -> None:
    """Let a day be worked, or free, whatever the country does; said again it is changed."""
    row = session.get(ClubHolidayRow, (actor.club.id, day))
    if row is None:
        session.add(
            ClubHolidayRow(club_id=actor.club.id, day=day, is_worked=is_worked, name=name[:LONGEST_NAME])
        )
    else:
        row.is_worked, row.name = is_worked, name[:LONGEST_NAME]
    session.flush()
    state = "worked" if is_worked else "free"
    audit.record(session, ClubDayChanged(actor.club.id, day, state), actor=actor, at=at)


def remove_club_day(session: Session, *, day: date, actor: Actor, at: Instant) -> None:
    """Let a day be as the country has it; raises NotFound."""
    row = session.get(ClubHolidayRow, (actor.club.id, day))
    if row is None:
        raise NotFound
    session.delete(row)
    session.flush()
    audit.record(session, ClubDayChanged(actor.club.id, day, "as the country has it"), actor=actor, at=at)
