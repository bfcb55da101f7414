"""The report as people read it: words, rounded figures, and the measures of its two drawings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from babel.dates import format_skeleton
from flask_babel import format_decimal, get_locale
from flask_babel.speaklater import LazyString

from clubsales.frontdesk.fairness import texts
from clubsales.frontdesk.fairness.exceptions import ExceptionKind, ExceptionLine, Gains
from clubsales.frontdesk.fairness.periods import By
from clubsales.frontdesk.fairness.queries import DayLine, Line, Report
from clubsales.frontdesk.fairness.rules import HOUR, SKIP_REASONS, GuestKind
from clubsales.i18n import format_local_date, format_local_datetime, reason_text
from clubsales.i18n import gettext as _
from clubsales.ids import ConsultantID
from clubsales.spreadsheet import Cell

# Whole turns cannot be shared out evenly: within one turn of the fair share is chance.
CHANCE = 1
RULES = {
    ExceptionKind.CONTESTED: "DSP-09",
    ExceptionKind.NOT_TAKEN: "ROT-01",
}  # of what has no reason of its own
SHOWN_EXCEPTIONS = 10  # of each person; the export has all


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A bar of a drawing: its length in hundredths of the longest there is room for."""

    label: str
    length: float
    shown: str
    is_me: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """Bars and the mean's line; `mean` is None where there is none."""

    bars: tuple[Bar, ...]
    mean: float | None
    mean_shown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLine:
    """A consultant's line, in words."""

    name: str
    is_me: bool
    turns: int
    given_back: int
    not_taken: int
    hours: str
    per_hour: str
    of_turns: str
    of_hours: str
    fair_turns: str
    deviation: str
    by_turns: str
    has_fair_share: bool
    tone: str
    guests: tuple[int, ...]
    guest_count: int
    skips: tuple[int, ...]
    places_lost: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendLine:
    """A day of the trend, in words."""

    day: date
    name: str
    turns: int
    hours: str
    per_hour: str
    furthest: str
    by_turns: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gained:
    """What somebody gained by exceptions, the latest of them first."""

    name: str
    count: int
    counts: tuple[tuple[LazyString, int], ...]
    lines: tuple[ExceptionLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Everything the page shows."""

    report: Report
    title: str
    periods: tuple[tuple[By, LazyString], ...]
    rotation: tuple[PersonLine, ...]
    beside: tuple[PersonLine, ...]
    hours: str
    mean: str
    every: str  # hours from one turn to the next; empty without turns
    example: PersonLine | None
    guest_words: tuple[str, ...]
    skip_words: tuple[str, ...]
    per_person: Drawing
    per_day: Drawing
    trend: tuple[TrendLine, ...]
    gains: tuple[Gained, ...]
    exception_words: dict[ExceptionKind, str]

    @property
    def people(self) -> tuple[PersonLine, ...]:
        return (*self.rotation, *self.beside)


def page(report: Report, *, me: ConsultantID | None) -> Page:
    """The page of a report, for whoever reads it."""
    rotation = tuple(_person(line, me) for line in report.rotation)
    return Page(
        report=report,
        title=_title(report),
        periods=tuple((by, texts.PERIODS[by]) for by in By),
        rotation=rotation,
        beside=tuple(_person(line, me) for line in report.beside),
        hours=_hours(report.seconds),
        mean=_rate(report.mean),
        every=_tenths(1 / report.mean) if report.mean else "",
        example=_example(rotation),
        guest_words=tuple(str(texts.GUESTS[kind]) for kind in GuestKind),
        skip_words=tuple(str(texts.SKIPS[reason]) for reason in SKIP_REASONS),
        per_person=_drawing(
            [(line.name, line.figures.per_hour, line.consultant_id == me) for line in report.rotation],
            report.mean,
        ),
        per_day=_drawing([(str(line.day.day), line.per_hour, False) for line in report.trend], report.mean),
        trend=tuple(_day(line) for line in report.trend),
        gains=tuple(_gained(gain) for gain in report.gains),
        exception_words={kind: str(texts.EXCEPTIONS[kind]) for kind in ExceptionKind},
    )


def figure_rows(report: Report) -> list[list[Cell]]:
    """The figures of everybody, with their headings."""
    head: list[Cell] = [
        _("From"),
        _("To"),
        _("Consultant"),
        _("In the rotation"),
        _("Turns"),
        _("Turns given back"),
        _("Offers not taken"),
        *(_("Guests: %(kind)s", kind=texts.GUESTS[kind]) for kind in GuestKind),
        *(_("Passed over: %(reason)s", reason=texts.SKIPS[reason]) for reason in SKIP_REASONS),
        _("Places lost"),
        _("Hours on post"),
        _("Turns per hour"),
        _("Share of turns"),
        _("Share of hours"),
        _("Fair turns"),
        _("Turns above the fair share"),
    ]
    rotating = {line.consultant_id for line in report.rotation}
    return [head, *(_figure_row(report, line, line.consultant_id in rotating) for line in report.lines)]


def exception_rows(report: Report) -> list[list[Cell]]:
    """Every exception, the oldest first, with headings."""
    head: list[Cell] = [
        _("Time"),
        _("Exception"),
        _("Gained by"),
        _("Lost by"),
        _("Reason"),
        _("Rule"),
        _("Decided by"),
        _("Guest"),
    ]
    return [head, *(_exception_row(line) for line in report.exceptions)]


def _exception_row(line: ExceptionLine) -> list[Cell]:
    return [
        format_local_datetime(line.at),
        str(texts.EXCEPTIONS[line.kind]),
        line.gained,
        line.lost,
        reason_text(line.reason) if line.reason is not None else line.note,
        line.reason.rule if line.reason is not None else RULES[line.kind],
        line.decided_by,
        line.guest,
    ]


def _figure_row(report: Report, line: Line, in_rotation: bool) -> list[Cell]:
    figures, share = line.figures, line.share
    return [
        report.period.first.isoformat(),
        report.period.last.isoformat(),
        line.name,
        _("Yes") if in_rotation else _("No"),
        figures.turns,
        figures.given_back,
        figures.not_taken,
        *(figures.guests.get(kind, 0) for kind in GuestKind),
        *(figures.skips.get(reason, 0) for reason in SKIP_REASONS),
        figures.places_lost,
        Fraction(figures.seconds, HOUR),
        figures.per_hour,
        share.of_turns if share is not None else None,
        share.of_hours if share is not None else None,
        share.fair_turns if share is not None else None,
        figures.turns - share.fair_turns if share is not None else None,
    ]


def _title(report: Report) -> str:
    period = report.period
    if period.by is By.DAY:
        return format_local_date(period.first)
    if period.by is By.MONTH:
        return _by_skeleton("yMMMM", period.first)
    return _(
        "%(first)s to %(last)s", first=format_local_date(period.first), last=format_local_date(period.last)
    )


def _person(line: Line, me: ConsultantID | None) -> PersonLine:
    figures, share = line.figures, line.share
    off = figures.turns - share.fair_turns if share is not None else None
    return PersonLine(
        name=line.name,
        is_me=line.consultant_id == me,
        turns=figures.turns,
        given_back=figures.given_back,
        not_taken=figures.not_taken,
        hours=_hours(figures.seconds),
        per_hour=_rate(figures.per_hour),
        of_turns=_percent(share.of_turns if share else None),
        of_hours=_percent(share.of_hours if share else None),
        fair_turns=_tenths(share.fair_turns if share else None),
        deviation=_points(share.deviation if share else None),
        by_turns=_signed(off),
        has_fair_share=share is not None and share.fair_turns is not None,
        tone="plain" if off is None else "fine" if abs(off) <= CHANCE else "soon",
        guests=tuple(figures.guests.get(kind, 0) for kind in GuestKind),
        guest_count=figures.guest_count,
        skips=tuple(figures.skips.get(reason, 0) for reason in SKIP_REASONS),
        places_lost=figures.places_lost,
    )


def _example(rotation: Sequence[PersonLine]) -> PersonLine | None:
    """By whom the figures are explained: the reader, else the first; nobody where nobody has a fair share."""
    told = [line for line in rotation if line.has_fair_share]
    return next((line for line in told if line.is_me), told[0] if told else None)


def _day(line: DayLine) -> TrendLine:
    return TrendLine(
        day=line.day,
        name=_by_skeleton("MMMEd", line.day),
        turns=line.turns,
        hours=_hours(line.seconds),
        per_hour=_rate(line.per_hour),
        furthest=line.furthest,
        by_turns=_signed(line.by_turns) if line.furthest else "",
    )


def _gained(gain: Gains) -> Gained:
    return Gained(
        name=gain.name,
        count=len(gain.lines),
        counts=tuple(
            (texts.EXCEPTIONS[kind], gain.counts[kind]) for kind in ExceptionKind if kind in gain.counts
        ),
        lines=tuple(reversed(gain.lines))[:SHOWN_EXCEPTIONS],
    )


def _drawing(values: Sequence[tuple[str, Fraction | None, bool]], mean: Fraction | None) -> Drawing:
    """Everything measured by the longest bar, or the mean where that is longer."""
    longest = max((value or Fraction(0) for _label, value, _is_me in values), default=Fraction(0))
    whole = max(longest, mean or Fraction(0)) or Fraction(1)
    return Drawing(
        bars=tuple(
            Bar(label=label, length=_hundredths(value, whole), shown=_rate(value), is_me=is_me)
            for label, value, is_me in values
        ),
        mean=_hundredths(mean, whole) if mean is not None else None,
        mean_shown=_rate(mean),
    )


def _by_skeleton(parts: str, day: date) -> str:
    """A day by some of its parts, in the order of the reader's language."""
    return str(format_skeleton(parts, day, locale=str(get_locale() or "en")))


def _hundredths(value: Fraction | None, whole: Fraction) -> float:
    return round(float(100 * (value or Fraction(0)) / whole), 2)


def _rate(value: Fraction | None) -> str:
    return "–" if value is None else str(format_decimal(round(float(value), 2), "0.00"))


def _hours(seconds: int) -> str:
    return str(format_decimal(round(seconds / HOUR, 1), "#,##0.0"))


def _tenths(value: Fraction | None) -> str:
    return "–" if value is None else str(format_decimal(round(float(value), 1), "#,##0.0"))


def _percent(part: Fraction | None) -> str:
    return "–" if part is None else str(format_decimal(round(float(part), 4), "0.0%"))


def _points(part: Fraction | None) -> str:
    return "–" if part is None else str(format_decimal(round(float(100 * part), 1), "+0.0;-0.0"))


def _signed(value: Fraction | None) -> str:
    return "–" if value is None else str(format_decimal(round(float(value), 1), "+0.0;-0.0"))
