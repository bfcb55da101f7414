"""Months, quarters and years that are assessed (ASM-07, ASM-21). Pure."""

from datetime import date, timedelta
from enum import StrEnum

from clubsales.clock import next_month


class Period(StrEnum):
    """How long an assessment looks back."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


LENGTHS = {Period.MONTH: 1, Period.QUARTER: 3, Period.YEAR: 12}


def start_of(period: Period, day: date) -> date:
    """The first day of the period that a day is in."""
    length = LENGTHS[period]
    return date(day.year, (day.month - 1) // length * length + 1, 1)


def after(period: Period, start: date) -> date:
    """The first day of the period after."""
    for _each in range(LENGTHS[period]):
        start = next_month(start)
    return start


def before(period: Period, start: date) -> date:
    """The first day of the period before."""
    return start_of(period, start - timedelta(days=1))


def last_day(period: Period, start: date) -> date:
    """The last day of a period."""
    return after(period, start) - timedelta(days=1)


def months_of(period: Period, start: date) -> list[date]:
    """The months of a period, by their first days."""
    months = [start]
    while len(months) < LENGTHS[period]:
        months.append(next_month(months[-1]))
    return months
