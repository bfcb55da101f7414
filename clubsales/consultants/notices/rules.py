"""What a notice is (SHF-06: the briefing says it to everybody)."""

from datetime import date, timedelta
from enum import StrEnum

from clubsales.errors import Decision, allow, refuse

LONGEST_TITLE, LONGEST_BODY = 120, 2000  # characters
LONGEST_SPAN = timedelta(days=366)


class NoticeRefused(StrEnum):
    TITLE = "notice.title"
    BODY = "notice.body"
    SPAN = "notice.span"
    PAST = "notice.past"


def may_write(*, title: str, body: str, first_day: date, last_day: date, today: date) -> Decision:
    """A title, no endless text, and days of which one is still to come; both days are included."""
    if not 1 <= len(title) <= LONGEST_TITLE:
        return refuse(NoticeRefused.TITLE, longest=LONGEST_TITLE)
    if len(body) > LONGEST_BODY:
        return refuse(NoticeRefused.BODY, longest=LONGEST_BODY)
    if last_day < first_day or last_day - first_day > LONGEST_SPAN:
        return refuse(NoticeRefused.SPAN)
    if last_day < today:
        return refuse(NoticeRefused.PAST, day=last_day)
    return allow()
