"""Reads of assessments, their marks and their steps."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.auth.rules import may_be_public_id
from clubsales.clock import Instant, day_start, month_of
from clubsales.consultants.assessment.flow import Giver, Stand, Status
from clubsales.consultants.assessment.marking import Mark
from clubsales.consultants.assessment.models import AssessmentRow, AssessmentStepRow, MarkRow, SheetRow
from clubsales.consultants.assessment.periods import Period, last_day
from clubsales.consultants.assessment.rules import Part, Score
from clubsales.consultants.assessment.sheets import Item, Items
from clubsales.consultants.profiles.models import ConsultantRow, TeamRow
from clubsales.consultants.profiles.terms import kind_before, later_change
from clubsales.db import table_of
from clubsales.errors import NotFound
from clubsales.ids import AccountID, ClubID, ConsultantID, PolicyVersionID

ONE_DAY = timedelta(days=1)
ASSESSMENT, MARK, STEP = table_of(AssessmentRow), table_of(MarkRow), table_of(AssessmentStepRow)
CONSULTANT, TEAM, SHEET = table_of(ConsultantRow), table_of(TeamRow), table_of(SheetRow)
ACCOUNT = sa.table("account", sa.column("id", sa.BigInteger), sa.column("name", sa.String))
OF_CLUB = (
    sa.select(
        ASSESSMENT,
        CONSULTANT.c.account_id,
        CONSULTANT.c.name,
        TEAM.c.name.label("team"),
        SHEET.c.document,
        ACCOUNT.c.name.label("approver"),
    )
    .join_from(ASSESSMENT, CONSULTANT, CONSULTANT.c.id == ASSESSMENT.c.consultant_id)
    .join(TEAM, TEAM.c.id == CONSULTANT.c.team_id, isouter=True)
    .join(SHEET, SHEET.c.id == ASSESSMENT.c.sheet_id, isouter=True)
    .join(ACCOUNT, ACCOUNT.c.id == ASSESSMENT.c.approved_by, isouter=True)
    .where(ASSESSMENT.c.club_id == sa.bindparam("club_id"))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentView:
    """An assessment as it stands. Parts in hundredths, score in ten-thousandths; recorded by the book: no items."""

    id: int
    public_id: str
    consultant_id: ConsultantID
    account_id: AccountID
    name: str
    team: str | None
    period: Period
    start: date
    status: Status
    items: Items
    parts: Mapping[Part, int]
    score: int | None
    behaviour_bp: int | None
    issued_at: Instant
    sent_at: Instant | None
    approved_at: Instant | None
    approver: str | None
    policy_version_id: PolicyVersionID

    @property
    def stand(self) -> Stand:
        """What decides who may do what next."""
        return Stand(
            account_id=self.account_id,
            consultant_id=self.consultant_id,
            period=self.period,
            status=self.status,
            last_day=last_day(self.period, self.start),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A mark as it was given; of several of one giver for an item the latest counts."""

    giver: Giver
    item: str
    mark: Mark
    at: Instant
    account_id: AccountID | None
    name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step of an assessment and its words."""

    kind: str
    words: str
    at: Instant
    name: str | None


def scores_of(session: Session, club_id: ClubID, month: date) -> dict[ConsultantID, Score]:
    """The scores by which a month is paid: of approved assessments (ASM-10), and of those recorded by the book."""
    rows = session.execute(
        sa.select(ASSESSMENT.c.consultant_id, ASSESSMENT.c.score, ASSESSMENT.c.behaviour_bp).where(
            ASSESSMENT.c.club_id == club_id,
            ASSESSMENT.c.month == month_of(month),
            ASSESSMENT.c.period == Period.MONTH.value,
            ASSESSMENT.c.score.is_not(None),
            sa.or_(ASSESSMENT.c.status == Status.APPROVED.value, ASSESSMENT.c.sheet_id.is_(None)),
        )
    )
    return {ConsultantID(row.consultant_id): Score(row.score, row.behaviour_bp) for row in rows}


def of_period(session: Session, club_id: ClubID, period: Period, start: date) -> list[AssessmentView]:
    """Everybody's of a period, by name."""
    statement = OF_CLUB.where(ASSESSMENT.c.period == period.value, ASSESSMENT.c.month == start)
    ordered = statement.order_by(CONSULTANT.c.name, CONSULTANT.c.id)
    return [view(row) for row in session.execute(ordered, {"club_id": club_id})]


def unfinished(session: Session, club_id: ClubID) -> list[AssessmentView]:
    """Everybody's that still waits for somebody, the oldest first."""
    statement = OF_CLUB.where(
        ASSESSMENT.c.status != Status.APPROVED.value, ASSESSMENT.c.sheet_id.is_not(None)
    )
    ordered = statement.order_by(ASSESSMENT.c.month, CONSULTANT.c.name, CONSULTANT.c.id)
    return [view(row) for row in session.execute(ordered, {"club_id": club_id})]


def of_consultant(session: Session, club_id: ClubID, consultant_id: ConsultantID) -> list[AssessmentView]:
    """One person's, the latest first."""
    statement = OF_CLUB.where(ASSESSMENT.c.consultant_id == consultant_id, ASSESSMENT.c.sheet_id.is_not(None))
    ordered = statement.order_by(ASSESSMENT.c.month.desc(), ASSESSMENT.c.id.desc()).limit(60)
    return [view(row) for row in session.execute(ordered, {"club_id": club_id})]


def by_public_id(session: Session, club_id: ClubID, public_id: str) -> AssessmentView:
    """One of the club's by what stands in its address; raises NotFound."""
    if not may_be_public_id(public_id):
        raise NotFound
    statement = OF_CLUB.where(ASSESSMENT.c.public_id == public_id, ASSESSMENT.c.sheet_id.is_not(None))
    row = session.execute(statement, {"club_id": club_id}).one_or_none()
    if row is None:
        raise NotFound
    return view(row)


def given(session: Session, assessment_id: int) -> list[Given]:
    """Every mark that counts: the latest of each giver's account for each item."""
    latest = (
        sa.select(sa.func.max(MARK.c.id).label("id"))
        .where(MARK.c.assessment_id == assessment_id)
        .group_by(
            MARK.c.source,
            MARK.c.item,
            sa.case((MARK.c.source.in_([Giver.PEER.value]), MARK.c.account_id), else_=0),
        )
        .subquery()
    )
    rows = session.execute(
        sa.select(MARK, ACCOUNT.c.name)
        .join_from(MARK, latest, latest.c.id == MARK.c.id)
        .join(ACCOUNT, ACCOUNT.c.id == MARK.c.account_id, isouter=True)
        .order_by(MARK.c.id)
    )
    return [
        Given(
            giver=Giver(row.source),
            item=row.item,
            mark=Mark(row.points, row.facts, row.note),
            at=row.at,
            account_id=AccountID(row.account_id) if row.account_id is not None else None,
            name=row.name,
        )
        for row in rows
    ]


def steps(session: Session, assessment_id: int) -> list[Step]:
    """What was done with it, in order."""
    rows = session.execute(
        sa.select(STEP.c.kind, STEP.c.words, STEP.c.at, ACCOUNT.c.name)
        .join_from(STEP, ACCOUNT, ACCOUNT.c.id == STEP.c.account_id, isouter=True)
        .where(STEP.c.assessment_id == assessment_id)
        .order_by(STEP.c.id)
    )
    return [Step(kind=row.kind, words=row.words, at=row.at, name=row.name) for row in rows]


def sellers(session: Session, club: Club, first: date, last: date) -> list[ConsultantID]:
    """Everybody who was there on a day from the first to the last, and sold at the end of it, by name."""
    rows = session.execute(
        sa.select(ConsultantRow.id, ConsultantRow.kind, later_change(day_start(last + ONE_DAY, club.zone)))
        .where(
            ConsultantRow.club_id == club.id,
            ConsultantRow.active_from <= last,
            sa.or_(ConsultantRow.active_until.is_(None), ConsultantRow.active_until >= first),
        )
        .order_by(ConsultantRow.name, ConsultantRow.id)
    )
    return [ConsultantID(row.id) for row in rows if kind_before(row) is not None]


def team_of(session: Session, club_id: ClubID, consultant_id: ConsultantID | None) -> str | None:
    """The name of the team somebody is in, unique in the club."""
    return session.execute(
        sa.select(TEAM.c.name)
        .join_from(CONSULTANT, TEAM, TEAM.c.id == CONSULTANT.c.team_id)
        .where(CONSULTANT.c.club_id == club_id, CONSULTANT.c.id == consultant_id)
    ).scalar_one_or_none()


def satisfied_before(
    session: Session, club_id: ClubID, consultant_id: ConsultantID, start: date
) -> list[int]:
    """The percents (in hundredths) of the two months before a month, the nearest first, as far as there are any."""
    rows = session.execute(
        sa.select(ASSESSMENT.c.month, MARK.c.facts)
        .join_from(ASSESSMENT, MARK, MARK.c.assessment_id == ASSESSMENT.c.id)
        .where(
            ASSESSMENT.c.club_id == club_id,
            ASSESSMENT.c.consultant_id == consultant_id,
            ASSESSMENT.c.period == Period.MONTH.value,
            ASSESSMENT.c.month < start,
            MARK.c.source == Giver.MANAGER.value,
        )
        .order_by(MARK.c.id)
    )
    percents = {row.month: row.facts["percent"] for row in rows if "percent" in row.facts}
    found: list[int] = []
    month = start
    while len(found) < 2 and (month := month_of(date.fromordinal(month.toordinal() - 1))) in percents:
        found.append(percents[month])
    return found


def view(row: Any) -> AssessmentView:
    """A row of `OF_CLUB` as a value."""
    parts = {Part.RESULTS: row.results, Part.ABILITY: row.ability, Part.ATTITUDE: row.attitude}
    stored = row.document[row.period] if row.document else []
    return AssessmentView(
        id=row.id,
        public_id=row.public_id,
        consultant_id=ConsultantID(row.consultant_id),
        account_id=AccountID(row.account_id),
        name=row.name,
        team=row.team,
        period=Period(row.period),
        start=row.month,
        status=Status(row.status),
        items=tuple(Item.restored(each) for each in stored),
        parts={part: points for part, points in parts.items() if points is not None},
        score=row.score,
        behaviour_bp=row.behaviour_bp,
        issued_at=row.issued_at,
        sent_at=row.sent_at,
        approved_at=row.approved_at,
        approver=row.approver,
        policy_version_id=PolicyVersionID(row.policy_version_id),
    )
