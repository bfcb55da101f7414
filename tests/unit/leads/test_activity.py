"""CRD-10: how often a member comes, in a word."""

from datetime import date

import pytest

from clubsales.leads.touches.activity import Activity, Level

DAY = date(2026, 3, 10)


@pytest.mark.parametrize(
    ("visits", "last_on", "level"),
    [
        (0, None, Level.NEVER),
        (0, DAY, Level.AWAY),
        (1, DAY, Level.SELDOM),
        (3, DAY, Level.SELDOM),
        (4, DAY, Level.REGULAR),
        (40, DAY, Level.REGULAR),
    ],
)
def test_four_visits_in_thirty_days_are_regular(visits: int, last_on: date | None, level: Level) -> None:
    assert Activity(visits, last_on).level is level
