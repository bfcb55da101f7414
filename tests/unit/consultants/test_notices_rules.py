from datetime import date

import pytest

from clubsales.consultants.notices.rules import may_write
from clubsales.errors import Refusal

TODAY = date(2026, 3, 9)


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({}, None),
        ({"title": ""}, "notice.title"),
        ({"title": "x" * 120}, None),
        ({"title": "x" * 121}, "notice.title"),
        ({"body": "x" * 2000}, None),
        ({"body": "x" * 2001}, "notice.body"),
        ({"first_day": date(2026, 3, 1), "last_day": TODAY}, None),
        ({"first_day": date(2026, 3, 1), "last_day": date(2026, 3, 8)}, "notice.past"),
        ({"first_day": date(2026, 3, 10), "last_day": TODAY}, "notice.span"),
        ({"last_day": date(2027, 3, 10)}, None),
        ({"last_day": date(2027, 3, 11)}, "notice.span"),
        ({"first_day": date(9999, 12, 31), "last_day": date(9999, 12, 31)}, None),
    ],
)
def test_notice_has_a_title_and_days_to_come(changes: dict[str, object], refused: str | None) -> None:
    facts = {"title": "停水", "body": "", "first_day": TODAY, "last_day": TODAY, "today": TODAY, **changes}
    decision = may_write(**facts)  # type: ignore[arg-type]
    assert (decision.code.value if isinstance(decision, Refusal) else None) == refused
