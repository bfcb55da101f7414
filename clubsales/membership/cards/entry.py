"""When a card opens the door. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from clubsales.errors import Decision, Fact, allow, refuse
from clubsales.membership.cards.rules import CardRefused, CardStatus, refused_by_status
from clubsales.membership.catalogue.terms import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryFacts:
    """What a door asks of a card. `moment` is the door's local time, days are inclusive; no windows: at any hour.

    `visit_needed` is false for whoever is inside on a visit already counted.
    """

    status: CardStatus
    valid_from: date | None
    valid_until: date | None
    visits_left: int | None
    opens_here: bool
    home_club: str
    today: date
    moment: datetime | None = None
    windows: tuple[Window, ...] = ()
    hall: str = ""  # the door is a hall's
    halls: tuple[str, ...] = ()  # the card grants; none: all
    are_sessions: bool = False
    holds_value: bool = False
    visit_needed: bool = True


def may_enter(facts: EntryFacts) -> Decision:
    """A card opens when it is paid, running, has a visit left, is good for this club, this hall and this hour (CRD-01, CRD-12).

    Coached sessions and stored value are taken by hand: neither opens a door (CRD-04).
    """
    refused = refused_by_status(facts.status)
    if refused is not None:
        return refuse(refused)
    if facts.holds_value:
        return refuse(CardRefused.VALUE_ONLY)
    if facts.are_sessions:
        return refuse(CardRefused.BY_HAND)
    return _by_time(facts)


def _by_time(facts: EntryFacts) -> Decision:
    if facts.valid_from is not None and facts.today < facts.valid_from:
        return refuse(CardRefused.NOT_YET, valid_from=facts.valid_from)
    if facts.valid_until is not None and facts.today > facts.valid_until:
        return refuse(CardRefused.EXPIRED, valid_until=facts.valid_until)
    if facts.visit_needed and facts.visits_left is not None and facts.visits_left <= 0:
        return refuse(CardRefused.USED_UP)
    if not facts.opens_here:
        return refuse(CardRefused.OTHER_CLUB, club=facts.home_club)
    if facts.hall and facts.halls and facts.hall not in facts.halls:
        return refuse(CardRefused.OTHER_HALL)
    return _by_hours(facts)


def _by_hours(facts: EntryFacts) -> Decision:
    if facts.moment is None or not facts.visit_needed or not facts.windows:
        return allow()
    if any(window.holds(facts.moment) for window in facts.windows):
        return allow()
    return refuse(CardRefused.OUTSIDE_HOURS, **told_of(next_opening(facts.windows, facts.moment)))


def told_of(opening: datetime | None) -> dict[str, Fact]:
    """An opening as a refusal tells it: its day and its hour."""
    return {"opens_on": None if opening is None else opening.date(), "opens_at": opening}


def next_opening(windows: tuple[Window, ...], moment: datetime) -> datetime | None:
    """When the next window opens, in the moment's own zone; None for windows that open on no day."""
    openings = [
        opening
        for ahead in range(8)
        for window in windows
        if (day := moment.date() + timedelta(days=ahead)).isoweekday() in window.days
        and (opening := datetime.combine(day, window.from_, moment.tzinfo)) > moment
    ]
    return min(openings, default=None)
