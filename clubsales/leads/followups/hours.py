"""When guests may be called and written to: the club's contact hours (`follow_up.contact_hours`)."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from clubsales.clock import Instant, local_day, local_time
from clubsales.leads.followups.rules import Channel

AT_A_DISTANCE = frozenset({Channel.CALL, Channel.MESSAGE})


@dataclass(frozen=True, slots=True)
class ContactHoursPolicy:
    """Section `follow_up`, as far as the hours go: from a club-local time to another, the second not included.

    Two equal times leave the whole day open; an end before the start is on the next day.
    """

    contact_hours: tuple[str, str]

    @property
    def starts(self) -> time:
        """When calls begin."""
        return time.fromisoformat(self.contact_hours[0])

    @property
    def ends(self) -> time:
        """When calls end."""
        return time.fromisoformat(self.contact_hours[1])

    def allow(self, local: time) -> bool:
        """Whether a guest may be called at this club-local time."""
        if self.starts == self.ends:
            return True
        if self.starts < self.ends:
            return self.starts <= local < self.ends
        return local >= self.starts or local < self.ends


def allowed_from(at: Instant, policy: ContactHoursPolicy, zone: ZoneInfo) -> Instant | None:
    """When guests may be called again; None: now."""
    if policy.allow(local_time(at, zone)):
        return None
    day = local_day(at, zone)
    if local_time(at, zone) >= policy.starts:
        day += timedelta(days=1)
    return datetime.combine(day, policy.starts, zone)


def is_outside(channel: Channel, contacted_at: Instant, policy: ContactHoursPolicy, zone: ZoneInfo) -> bool:
    """Whether a call or a message was at a time when guests are left in peace; whoever stands there may be met."""
    return channel in AT_A_DISTANCE and not policy.allow(local_time(contacted_at, zone))
