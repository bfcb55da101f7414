"""The funnel as a table for a spreadsheet: figures, no guest."""

from collections.abc import Sequence
from fractions import Fraction

from clubsales.i18n import gettext as _
from clubsales.leads.followups.aims import Aims
from clubsales.leads.funnel import grouping, texts
from clubsales.leads.funnel.grouping import Who
from clubsales.leads.funnel.pages import Names, group_line, person_lines, source_lines
from clubsales.leads.funnel.periods import Period
from clubsales.leads.funnel.queries import Lead
from clubsales.leads.funnel.rules import STAGES, stays
from clubsales.money import Currency
from clubsales.spreadsheet import Cell


def rows(
    period: Period, leads: Sequence[Lead], aims: Sequence[Aims], names: Names, currency: Currency
) -> list[list[Cell]]:
    """Every group's figures, with headings, for a spreadsheet; below them whether each one's visits met their aim."""
    head: list[Cell] = [
        _("From"),
        _("To"),
        _("Group"),
        _("Name"),
        *(str(texts.STAGES[stage]) for stage in STAGES),
        _("Lost"),
        _("Joined, of all leads"),
        _("Turnover"),
        _("Currency"),
        _("Aim met"),
        _("Aim not met"),
        _("Not said"),
        _("Met, of those said"),
    ]
    everything = group_line(_("All leads"), "", grouping.group(leads, currency))
    groups = [
        (_("All leads"), [everything]),
        (_("Source"), source_lines(leads, names.kinds, currency)),
        (_("Captured by"), person_lines(leads, Who.CAPTURED, names, currency)),
        (_("Held by"), person_lines(leads, Who.HELD, names, currency)),
    ]
    usual = stays(lead.journey for lead in leads)
    days: list[Cell] = [
        Fraction(int(usual[stage].total_seconds()), 86_400) if stage in usual else None for stage in STAGES
    ]
    no_aims: list[Cell] = [None] * 4
    no_figures: list[Cell] = [None] * (len(head) - 8)
    first, last = period.first.isoformat(), period.last.isoformat()
    lines: list[list[Cell]] = [
        [
            first,
            last,
            title,
            line.name,
            *line.reached,
            line.lost,
            Fraction(line.reached[-1], line.reached[0]) if line.reached[0] else None,
            str(line.turnover),
            currency,
            *no_aims,
        ]
        for title, found in groups
        for line in found
    ]
    return [
        head,
        *lines,
        [first, last, _("Usual days in the stage"), _("All leads"), *days, None, None, None, None, *no_aims],
        *(
            [
                first,
                last,
                _("Whether visits met their aim"),
                names.people.get(each.consultant_id, "–"),
                *no_figures,
                each.met,
                each.missed,
                each.unsaid,
                each.rate,
            ]
            for each in aims
        ),
    ]
