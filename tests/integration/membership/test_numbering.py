"""Numbers without gaps."""

import pytest
from sqlalchemy.orm import Session

from clubsales.db import transact
from clubsales.membership.numbering.operations import next_number
from tests.builders import Cast


def draw(session: Session, cast: Cast, *, series: str = "contract", period: str = "202603") -> int:
    return next_number(session, club_id=cast.club.id, series=series, period=period)


def test_numbers_count_from_one(session: Session, cast: Cast) -> None:
    assert [draw(session, cast) for _ in range(3)] == [1, 2, 3]


def test_each_club_series_and_period_counts_for_itself(session: Session, cast: Cast) -> None:
    draw(session, cast)
    assert draw(session, cast, period="202604") == 1
    assert draw(session, cast, series="reservation") == 1
    assert next_number(session, club_id=cast.other_club.id, series="contract", period="202603") == 1
    assert draw(session, cast) == 2


def test_a_number_taken_back_with_its_transaction_is_given_again(session: Session, cast: Cast) -> None:
    assert transact(lambda s: draw(s, cast)) == 1

    def fails(inner: Session) -> None:
        draw(inner, cast)
        raise KeyError

    with pytest.raises(KeyError):
        transact(fails)
    assert transact(lambda s: draw(s, cast)) == 2
