"""A club whose March is assessed: who does what, in one line each."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from clubsales.actor import Actor, Role
from clubsales.clock import Instant
from clubsales.consultants.assessment import assessing, operations, queries
from clubsales.consultants.assessment.flow import Giver, asked_of
from clubsales.consultants.assessment.marking import Mark
from clubsales.consultants.assessment.periods import Period
from clubsales.consultants.assessment.queries import AssessmentView
from clubsales.consultants.assessment.sheets import Source
from tests.builders import Cast, a_colleague, consultant_of, local

MARCH = date(2026, 3, 1)


@dataclass(frozen=True)
class Assessed:
    """The cast, a general manager, and a supervisor who leads Lin's and Zhou's team."""

    session: Session
    cast: Cast
    general: Actor
    leader: Actor

    def issue(self, *, period: Period = Period.MONTH, at: Instant | None = None) -> int:
        return operations.issue(
            self.session, period=period, day=MARCH, actor=self.cast.manager, at=at or local(9, day=1)
        )

    def of(self, who: Actor, *, period: Period = Period.MONTH, start: date = MARCH) -> AssessmentView:
        return next(
            each
            for each in queries.of_period(self.session, who.club.id, period, start)
            if each.consultant_id == consultant_of(who)
        )

    def marks(self, giver: Giver, *, most: float = 1.0, **given: Mark) -> dict[str, Mark]:
        """Something for every item of the month's sheet that a giver is asked about, where the data says nothing."""
        items = self.of(self.cast.lin).items
        marks = {}
        for item in asked_of(giver, items):
            if item.source is Source.COMPLAINTS:
                marks[item.code] = Mark(0, {"count": 0})
            elif item.source is Source.SATISFACTION:
                marks[item.code] = Mark(0, {"percent": 10_000})
            else:
                marks[item.code] = Mark(int(item.most * most))
        return marks | given

    def self_assess(self, who: Actor, *, at: Instant, by: Actor | None = None) -> None:
        assessing.self_assess(
            self.session,
            public_id=self.of(who).public_id,
            marks=self.marks(Giver.SELF),
            words="这个月不错",
            actor=by or who,
            at=at,
        )

    def mark(self, who: Actor, *, at: Instant, by: Actor | None = None) -> None:
        assessing.mark(
            self.session,
            public_id=self.of(who).public_id,
            marks=self.marks(Giver.SUPERVISOR),
            words="",
            actor=by or self.leader,
            at=at,
        )

    def review(self, who: Actor, *, at: Instant, by: Actor | None = None, **more: Any) -> None:
        given: dict[str, Any] = {"marks": self.marks(Giver.MANAGER), "bonus": None, "behaviour": None} | more
        assessing.review(
            self.session,
            public_id=self.of(who).public_id,
            words="",
            actor=by or self.cast.manager,
            at=at,
            **given,
        )

    def send(self, who: Actor, *, at: Instant, by: Actor | None = None) -> None:
        operations.send(self.session, public_id=self.of(who).public_id, actor=by or self.cast.manager, at=at)

    def confirm(self, who: Actor, *, at: Instant, by: Actor | None = None) -> None:
        operations.confirm(self.session, public_id=self.of(who).public_id, actor=by or who, at=at)

    def object_to(self, who: Actor, words: str, *, at: Instant) -> None:
        operations.object_to(self.session, public_id=self.of(who).public_id, words=words, actor=who, at=at)

    def reconfirm(self, who: Actor, words: str, *, at: Instant, **more: Any) -> None:
        given: dict[str, Any] = {"marks": None, "bonus": None, "behaviour": None} | more
        assessing.reconfirm(
            self.session,
            public_id=self.of(who).public_id,
            words=words,
            actor=self.cast.manager,
            at=at,
            **given,
        )

    def approve(self, who: Actor, *, at: Instant, by: Actor | None = None) -> None:
        operations.approve(self.session, public_id=self.of(who).public_id, actor=by or self.general, at=at)

    def through(self, who: Actor) -> None:
        """The whole way, each step in time."""
        self.review(who, at=local(10, day=2, month=4))
        self.send(who, at=local(11, day=2, month=4))
        self.confirm(who, at=local(12, day=3, month=4))
        self.approve(who, at=local(9, day=8, month=4))


def assessed(session: Session, cast: Cast) -> Assessed:
    """Forms of March for Lin, Zhou and Ma are handed out on its first day."""
    general = a_colleague(session, cast.club, "songwen", "宋文", Role.GENERAL_MANAGER)
    leader = a_colleague(session, cast.club, "zuzhang", "组长", Role.SUPERVISOR, team="一组")
    return Assessed(session, cast, general, leader)
