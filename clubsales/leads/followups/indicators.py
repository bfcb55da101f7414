"""How somebody keeps in touch: contacts of the day, meetings of the week, return visits of the month (TEL-03, AMB-25).

A colour and nothing else: no rule of the house punishes anybody by these.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class RhythmPolicy:
    """Section `follow_up`: contacts in a working day and meetings in a week that are aimed at; 0: no aim."""

    daily_contacts: int
    weekly_meetings: int


class Tone(StrEnum):
    """How an aim stands, as a colour."""

    DONE = "fine"
    OPEN = "soon"
    NONE = "plain"  # nothing is aimed at: no such setting, a day off, nobody to visit


@dataclass(frozen=True, slots=True)
class Aim:
    """So many of so many; `of` 0: nothing is aimed at."""

    done: int
    of: int

    @property
    def tone(self) -> Tone:
        """The colour."""
        if not self.of:
            return Tone.NONE
        return Tone.DONE if self.done >= self.of else Tone.OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """How somebody keeps in touch: today, since Monday, this month; `outside_hours` of the week, for who leads him."""

    contacts: Aim
    meetings: Aim
    returns: Aim
    outside_hours: int


def rhythm(
    *,
    contacts: int,
    meetings: int,
    visited: int,
    members: int,
    outside_hours: int,
    works_today: bool,
    policy: RhythmPolicy,
) -> Rhythm:
    """The indicators of one consultant: a day off has no aim of its own."""
    return Rhythm(
        contacts=Aim(contacts, policy.daily_contacts if works_today else 0),
        meetings=Aim(meetings, policy.weekly_meetings),
        returns=Aim(visited, members),
        outside_hours=outside_hours,
    )


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())
