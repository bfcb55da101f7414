"""How the roster's pages say days and shifts, in the reader's language."""

from datetime import date
from typing import Any, cast

from babel.dates import format_skeleton
from flask_babel import format_date, get_locale

from clubsales.consultants.roster import texts
from clubsales.consultants.roster.load import LONG_WEEK_HOURS
from clubsales.consultants.roster.pages import WeekPage


def shift_name(shift: str) -> str:
    """A template as people call it."""
    return str(texts.SHIFT_NAMES.get(shift, shift))


def weekday(day: date) -> str:
    """Mon, 周一."""
    return cast("str", format_date(day, "EEE"))


def short_day(day: date) -> str:
    """Mar 9, 3月9日."""
    return format_skeleton("MMMd", day, locale=get_locale())


def hours_of(minutes: int) -> str:
    """7.5 of 450 minutes."""
    hours, rest = divmod(minutes, 60)
    return str(hours) if not rest else f"{minutes / 60:.1f}"


def shifts_for_script(page: WeekPage) -> list[dict[str, str]]:
    """What the page's script draws before the server has answered, in the order of turns."""
    return [
        {"name": name, "label": shift_name(name), "times": "–".join(times)}
        for name, times in page.templates.items()
    ]


def words() -> dict[str, Any]:
    """What every template of the roster may say."""
    return {
        "shift_name": shift_name,
        "weekday": weekday,
        "short_day": short_day,
        "hours_of": hours_of,
        "long_week": LONG_WEEK_HOURS,
        "statuses": texts.STATUSES,
        "swap_statuses": texts.SWAP_STATUSES,
        "shifts_for_script": shifts_for_script,
    }
