"""Who may leave the post and who may take a guest, at the corners, through replay."""

from typing import Any

import pytest
from flask import Flask

from tests.integration.office.history import refused, told


@pytest.fixture(autouse=True)
def _context(app: Flask) -> Any:
    with app.app_context():
        yield


@pytest.mark.parametrize(
    ("text", "policy", "expected"),
    [
        pytest.param(
            """
            08:00 opens A
            08:00 opens B
            08:59 closes A
            08:59 opens A
            21:59 closes A acknowledged_by=B
            21:59 closes B
            22:00 closes B
            """,
            None,
            ["shift.relief_missing"],
            id="one minute to closing time and closing time",
        ),
        pytest.param(
            "08:00 opens A\n09:00 closes A", None, ["shift.relief_missing"], id="opening time is inside"
        ),
        pytest.param(
            """
            09:00 opens A
            09:00 opens B
            09:00 opens C
            09:30 status B meal
            10:00 closes A acknowledged_by=B
            10:00 closes A acknowledged_by=A
            10:00 closes A acknowledged_by=D
            10:00 closes A acknowledged_by=C
            """,
            None,
            ["shift.handover_missing"] * 3,
            id="a handover is acknowledged by somebody else on post",
        ),
        pytest.param(
            """
            09:00 opens A
            10:00 status A meal override_by=M reason=ill
            10:05 status A meeting
            10:06 closes A
            10:07 status A on_post
            10:08 status A meal
            """,
            None,
            ["shift.relief_missing", "shift.relief_missing"],
            id="who left the post already leaves nobody alone by another reason, but by going home",
        ),
        pytest.param(
            "09:00 opens A\n09:00 opens B\n10:00 status A meal\n10:05 closes A acknowledged_by=B",
            None,
            [],
            id="home from lunch",
        ),
        pytest.param(
            "09:00 opens A\n09:10 comes W\n09:11 closes A override_by=M reason=ill",
            None,
            ["reception.open"],
            id="no override leaves a guest alone",
        ),
        pytest.param(
            "09:00 opens A\n09:01 closes A override_by=M\n09:02 closes A override_by=GM reason=ill",
            None,
            ["shift.override", "shift.override"],
            id="only the club manager, only with a reason",
        ),
        pytest.param(
            "09:00 status A meal\n22:30 closes B", None, ["shift.not_open", "shift.not_open"], id="no shift"
        ),
        pytest.param(
            """
            09:00 opens A
            09:00 opens B
            09:00 opens C
            10:00 closes A acknowledged_by=B
            10:01 closes B acknowledged_by=C
            """,
            {"shift": {"min_on_post": 2}},
            ["shift.relief_missing"],
            id="two must stay",
        ),
        pytest.param(
            "09:00 opens A\n10:00 status A meal\n10:00 status A on_post\n10:01 closes A",
            {"shift": {"min_on_post": 0}},
            ["shift.handover_missing"],
            id="nobody need stay, but a close is a handover",
        ),
        pytest.param(
            "09:00 opens A\n09:00 opens B\n09:30 comes W\n10:00 status B meal",
            None,
            [],
            id="with a guest is on post",
        ),
        pytest.param(
            "09:00 opens A\n09:00 comes W1\n09:00 comes W2\n09:12 authorises M B\n09:13 status A meal",
            None,
            ["shift.relief_missing"],
            id="who receives off duty is not on post",
        ),
        pytest.param(
            """
            09:00 opens A
            09:00 opens B
            09:10 comes W1
            09:11 comes H came_with=W1
            09:12 tries A W1
            09:12 tries A H
            09:13 tries B W1
            09:13 tries C W1
            09:14 comes W2
            09:15 tries B W1
            """,
            None,
            ["reception.not_his", "reception.off_duty", "reception.open"],
            id="off duty, then a guest of his own, then not his",
        ),
        pytest.param(
            "09:10 comes W\n09:13 authorises M B\n09:14 tries B W", None, [], id="his own guest, off duty"
        ),
        pytest.param(
            "09:00 opens A\n09:10 comes W\n09:13 authorises M B guest=W",
            None,
            ["reception.nobody_waiting"],
            id="only a waiting guest is given away",
        ),
    ],
)
def test_refusals(text: str, policy: dict[str, Any] | None, expected: list[str]) -> None:
    assert refused(told(text, policy)) == expected


def test_business_hours_over_midnight() -> None:
    decided = told(
        """
        17:00 opens A
        17:59 closes A
        17:59 opens A
        18:00 closes A
        23:59 closes A
        2026-03-10 00:00 closes A
        2026-03-10 01:59 closes A
        2026-03-10 02:00 closes A
        """,
        business_hours=["18:00", "02:00"],
    )
    assert refused(decided) == ["shift.relief_missing"] * 4
