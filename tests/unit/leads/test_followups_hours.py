from zoneinfo import ZoneInfo

import pytest

from clubsales.clock import Instant
from clubsales.leads.followups.hours import ContactHoursPolicy, allowed_from, is_outside
from clubsales.leads.followups.rules import Channel
from tests.builders import local

ZONE = ZoneInfo("Asia/Shanghai")
DEFAULT = ContactHoursPolicy(contact_hours=("09:00", "20:00"))
NIGHT = ContactHoursPolicy(contact_hours=("18:00", "02:00"))


@pytest.mark.parametrize(
    ("policy", "at", "expected"),
    [
        (DEFAULT, local(9), None),
        (DEFAULT, local(19, 59), None),
        (DEFAULT, local(20), local(9, day=10)),
        (DEFAULT, local(23, 59), local(9, day=10)),
        (DEFAULT, local(0), local(9)),
        (DEFAULT, local(8, 59), local(9)),
        (NIGHT, local(18), None),
        (NIGHT, local(1, 59), None),
        (NIGHT, local(2), local(18)),
        (NIGHT, local(17, 59), local(18)),
        (ContactHoursPolicy(contact_hours=("00:00", "00:00")), local(3), None),
    ],
)
def test_when_guests_may_be_called(policy: ContactHoursPolicy, at: Instant, expected: Instant | None) -> None:
    assert allowed_from(at, policy, ZONE) == expected


def test_a_meeting_has_no_hours() -> None:
    assert is_outside(Channel.CALL, local(21), DEFAULT, ZONE)
    assert is_outside(Channel.MESSAGE, local(8), DEFAULT, ZONE)
    assert not is_outside(Channel.MEETING, local(21), DEFAULT, ZONE)
    assert not is_outside(Channel.CALL, local(9), DEFAULT, ZONE)
