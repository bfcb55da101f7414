"""Assessments of a history that is replayed: the last one before the month's close counts."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from clubsales.consultants.assessment import operations, queries
from clubsales.consultants.assessment.rules import Score
from clubsales.consultants.credits import closing
from clubsales.errors import NotFound
from tests.builders import Cast, consultant_of, local

MARCH = date(2026, 3, 1)


def record(session: Session, cast: Cast, results: int, *, month: date = MARCH) -> None:
    operations.record_by_the_book(
        session,
        consultant_id=consultant_of(cast.lin),
        month=month,
        results=results,
        ability=8_000,
        attitude=8_000,
        actor=cast.manager,
        at=local(10),
    )


def test_the_last_one_before_the_close_counts(session: Session, cast: Cast) -> None:
    record(session, cast, 8_000)
    record(session, cast, 9_000, month=date(2026, 3, 31))
    assert queries.scores_of(session, cast.club.id, MARCH) == {consultant_of(cast.lin): Score(870_000)}
    closing.close_month(session, month=MARCH, digest="", actor=cast.manager, at=local(10, month=4))
    record(session, cast, 1_000)
    assert queries.scores_of(session, cast.club.id, MARCH) == {consultant_of(cast.lin): Score(870_000)}
    assert queries.scores_of(session, cast.club.id, date(2026, 4, 1)) == {}
    assert queries.scores_of(session, cast.other_club.id, MARCH) == {}


def test_nobody_of_another_club_is_assessed(session: Session, cast: Cast) -> None:
    with pytest.raises(NotFound):
        operations.record_by_the_book(
            session,
            consultant_id=consultant_of(cast.lin),
            month=MARCH,
            results=8_000,
            ability=8_000,
            attitude=8_000,
            actor=cast.other_manager,
            at=local(10),
        )
