"""The funnel as people read it: words, rounded figures, and the measures of its drawing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from babel.dates import format_skeleton
from flask_babel import format_decimal, format_timedelta, get_locale

from clubsales.clock import Instant
from clubsales.i18n import format_local_date
from clubsales.i18n import gettext as _
from clubsales.ids import ConsultantID, LeadID, LeadSourceID
from clubsales.leads.appointments.rates import ShowRate
from clubsales.leads.followups.aims import Aims
from clubsales.leads.funnel import grouping, texts
from clubsales.leads.funnel.grouping import Group, Who
from clubsales.leads.funnel.periods import By, Period
from clubsales.leads.funnel.queries import Lead
from clubsales.leads.funnel.rules import STAGES, Counts, Levers, Stage, is_stuck, levers, stays
from clubsales.leads.sources.queries import KindView
from clubsales.leads.sources.words import kind_names, own_name
from clubsales.money import Currency, Money

SHOWN = 10  # of those who stand longest
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A bar of the drawing: its length in hundredths of the longest."""

    label: str
    length: float
    shown: str
    is_me: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """The stages, drawn."""

    bars: tuple[Bar, ...]
    mean: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StageLine:
    """A stage in words and figures."""

    name: str
    criterion: str
    reached: int
    of_before: str
    of_all: str
    standing: int
    usual: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupLine:
    """A source's or a person's leads. `value` finds them again; empty where they cannot be looked at alone."""

    name: str
    value: str
    is_below: bool
    reached: tuple[int, ...]
    lost: int
    overall: str
    turnover: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class StuckLine:
    """Somebody who stands where he stands for long. No name: made anonymous; an empty one is not known."""

    public_id: str
    name: str | None
    stage: str
    since: Instant
    holder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLine:
    """A consultant's guests with an appointment."""

    name: str
    rate: ShowRate
    shown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AimLine:
    """A consultant's visits and their aims."""

    name: str
    aims: Aims
    shown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Everything the page shows."""

    period: Period
    title: str
    counts: Counts
    overall: str
    turnover: Money
    stages: tuple[StageLine, ...]
    drawing: Drawing
    sources: tuple[GroupLine, ...]
    people: tuple[GroupLine, ...]
    stuck: tuple[StuckLine, ...]
    stuck_count: int
    levers: Levers | None
    rates: tuple[RateLine, ...]
    aims: tuple[AimLine, ...]

    @property
    def aims_met(self) -> int:
        """How many visits met their aim."""
        return sum(line.aims.met for line in self.aims)

    @property
    def aims_said(self) -> int:
        """Of how many visits it was said whether they did."""
        return sum(line.aims.met + line.aims.missed for line in self.aims)


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What sources and people are called."""

    kinds: Sequence[KindView]
    people: Mapping[ConsultantID, str]
    person_values: Mapping[ConsultantID, str]
    leads: Mapping[LeadID, str | None]

    def person(self, consultant_id: ConsultantID | None, who: Who) -> str:
        """A consultant, or what it means that there is none."""
        if consultant_id is not None:
            return self.people.get(consultant_id, "–")
        return _("In the pool") if who is Who.HELD else _("Nobody: by the guest or the desk")


def page(
    period: Period,
    leads: Sequence[Lead],
    *,
    names: Names,
    stuck: Sequence[Lead],
    rates: Sequence[ShowRate],
    aims: Sequence[Aims],
    who: Who | None,
    currency: Currency,
) -> Page:
    """The page of these leads; `stuck` are those who stand for long, the most urgent first."""
    all_of = grouping.group(leads, currency)
    counts = all_of.counts
    usual = stays(lead.journey for lead in leads)
    return Page(
        period=period,
        title=_title(period),
        counts=counts,
        overall=percent(counts.overall),
        turnover=all_of.turnover,
        stages=tuple(_stage(stage, counts, usual) for stage in STAGES),
        drawing=_drawing(counts),
        sources=tuple(source_lines(leads, names.kinds, currency)),
        people=tuple(person_lines(leads, who, names, currency)) if who is not None else (),
        stuck=tuple(
            StuckLine(
                public_id=lead.public_id,
                name=names.leads.get(lead.id, ""),
                stage=str(texts.STAGES[lead.journey.furthest]),
                since=lead.journey.since(),
                holder=names.people.get(lead.held_by, "") if lead.held_by is not None else "",
            )
            for lead in stuck[:SHOWN]
        ),
        stuck_count=len(stuck),
        levers=levers(counts, all_of.turnover),
        rates=tuple(
            RateLine(name=names.people.get(rate.consultant_id, "–"), rate=rate, shown=percent(rate.rate))
            for rate in rates
        ),
        aims=tuple(
            AimLine(name=names.people.get(each.consultant_id, "–"), aims=each, shown=percent(each.rate))
            for each in aims
        ),
    )


def stuck_of(leads: Sequence[Lead], at: Instant) -> list[Lead]:
    """Who stands for longer than usual: the furthest stage first, then the longest."""
    usual = stays(lead.journey for lead in leads)
    found = [lead for lead in leads if is_stuck(lead.journey, usual, at)]
    return sorted(found, key=lambda lead: (-lead.journey.furthest.place, lead.journey.since()))


def source_lines(leads: Sequence[Lead], kinds: Sequence[KindView], currency: Currency) -> list[GroupLine]:
    """Kinds of sources, each followed by the club's own below it."""
    called = kind_names(kinds)
    own = {each.id: each for kind in kinds for each in kind.every()}
    lines = []
    for kind, found in grouping.by_kind(leads, currency).items():
        lines.append(group_line(called[kind], kind.value, found))
        below: Mapping[LeadSourceID | None, Group] = grouping.by_source(leads, kind, currency)
        lines += [
            group_line(own_name(own[source_id]), own[source_id].public_id, below[source_id], is_below=True)
            for source_id in below
            if source_id is not None and source_id in own
        ]
    return lines


def person_lines(leads: Sequence[Lead], who: Who, names: Names, currency: Currency) -> list[GroupLine]:
    """Whoever captured or holds the leads, the most first; nobody last."""
    found = grouping.by_person(leads, who, currency)
    order = sorted(
        found,
        key=lambda key: (key is None, -found[key].counts.leads, names.person(key, who)),
    )
    return [
        group_line(
            names.person(key, who), names.person_values.get(key, "") if key is not None else "", found[key]
        )
        for key in order
    ]


def percent(of: Fraction | None) -> str:
    """A part as a whole percentage."""
    return "–" if of is None else str(format_decimal(round(float(of), 3), "0.#%"))


def lasted(time: timedelta | None) -> str:
    """How long something took, roughly, in words."""
    if time is None:
        return "–"
    if time < HOUR:
        return _("under an hour")
    return str(format_timedelta(time, granularity="hour", threshold=1.5))


def _stage(stage: Stage, counts: Counts, usual: Mapping[Stage, timedelta]) -> StageLine:
    return StageLine(
        name=str(texts.STAGES[stage]),
        criterion=str(texts.CRITERIA[stage]),
        reached=counts.reached[stage.place],
        of_before=percent(counts.conversion(stage)),
        of_all=percent(counts.of_all(stage)),
        standing=counts.standing[stage.place],
        usual=lasted(usual.get(stage)),
    )


def group_line(name: str, value: str, found: Group, *, is_below: bool = False) -> GroupLine:
    """A group's figures in a row."""
    return GroupLine(
        name=name,
        value=value,
        is_below=is_below,
        reached=found.counts.reached,
        lost=found.counts.lost,
        overall=percent(found.counts.overall),
        turnover=found.turnover,
    )


def _drawing(counts: Counts) -> Drawing:
    whole = counts.leads or 1
    return Drawing(
        bars=tuple(
            Bar(
                label=str(texts.STAGES[stage]),
                length=round(100 * counts.reached[stage.place] / whole, 2),
                shown=_(
                    "%(count)s · %(part)s of all",
                    count=counts.reached[stage.place],
                    part=percent(counts.of_all(stage)),
                ),
                is_me=stage is Stage.JOINED,
            )
            for stage in STAGES
        )
    )


def _title(period: Period) -> str:
    if period.by is By.MONTH:
        return _by_skeleton("yMMMM", period.first)
    if period.by is By.QUARTER:
        return _by_skeleton("yQQQQ", period.first)
    return _(
        "%(first)s to %(last)s", first=format_local_date(period.first), last=format_local_date(period.last)
    )


def _by_skeleton(parts: str, day: date) -> str:
    """A day by some of its parts, in the order of the reader's language."""
    return str(format_skeleton(parts, day, locale=str(get_locale() or "en")))
