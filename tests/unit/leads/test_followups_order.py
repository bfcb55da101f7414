from datetime import date

import pytest

from clubsales.leads.followups.order import DueFacts, Urgency, WarningPolicy, sort_key, urgency_of
from tests.builders import local

TODAY = date(2026, 3, 9)
THREE_DAYS = WarningPolicy(warn_days=3)


def march(day: int) -> date:
    return date(2026, 3, day)


@pytest.mark.parametrize(
    ("facts", "policy", "expected"),
    [
        (DueFacts(answer_by=local(12), protected_until=TODAY), THREE_DAYS, Urgency.RESPONSE),
        (DueFacts(protected_until=march(12), due_on=TODAY, grade="A"), THREE_DAYS, Urgency.ENDING),
        (DueFacts(protected_until=march(13), due_on=TODAY), THREE_DAYS, Urgency.GRADE),
        (DueFacts(protected_until=march(13)), THREE_DAYS, Urgency.SILENT),
        (DueFacts(protected_until=TODAY, due_on=TODAY), WarningPolicy(warn_days=0), Urgency.GRADE),
        (DueFacts(protected_until=march(13), due_on=TODAY), WarningPolicy(warn_days=4), Urgency.ENDING),
        (DueFacts(due_on=TODAY), THREE_DAYS, Urgency.GRADE),
    ],
)
def test_why_something_is_to_be_done(facts: DueFacts, policy: WarningPolicy, expected: Urgency) -> None:
    assert urgency_of(facts, TODAY, policy) is expected


def test_what_is_due_stands_in_the_order_of_what_matters() -> None:
    """The clock before the protection, the protection before the grade, the grade before the days."""
    in_order = [
        DueFacts(answer_by=local(11), grade="D", due_on=TODAY),
        DueFacts(answer_by=local(12), grade="A", due_on=march(1)),
        DueFacts(protected_until=march(10), grade="D", due_on=TODAY),
        DueFacts(protected_until=march(12), grade="A", due_on=march(1)),
        DueFacts(protected_until=march(24), grade="A", due_on=march(4)),
        DueFacts(grade="A", due_on=march(8)),
        DueFacts(grade="B", due_on=march(1)),
        DueFacts(grade="D", due_on=march(1)),
        DueFacts(due_on=march(1)),
        DueFacts(due_on=TODAY),
    ]
    backwards = in_order[::-1]
    by_key = sorted(backwards, key=lambda facts: sort_key(facts, TODAY, THREE_DAYS))
    assert by_key == in_order
