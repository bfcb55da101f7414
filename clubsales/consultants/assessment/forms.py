"""What people type when they assess: points, counts and percents, and the words beside them."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, DateField, StringField, TextAreaField

from clubsales.auth.forms import OurForm, at_most, plain_line, required
from clubsales.consultants.assessment.flow import LONGEST_WORDS, Giver, asked_of
from clubsales.consultants.assessment.giving import BEHAVIOUR
from clubsales.consultants.assessment.keeping import LONGEST_NAME
from clubsales.consultants.assessment.marking import BONUS, Mark
from clubsales.consultants.assessment.periods import Period
from clubsales.consultants.assessment.rules import AssessmentPolicy
from clubsales.consultants.assessment.sheets import Item, Source
from clubsales.consultants.assessment.training import LONGEST_AIM, LONGEST_STEPS
from clubsales.consultants.fields import DayField
from clubsales.i18n import gettext as _
from clubsales.i18n import lazy_gettext as _l
from clubsales.typed import free_text, one_line

DECIMAL = re.compile(r"\d{1,4}(\.\d{1,2})?")
WHOLE = re.compile(r"\d{1,4}")
MONTH = re.compile(r"(2[0-9]{3})-(0[1-9]|1[0-2])")
LONGEST_NOTE = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A form of marks as typed, by whom it is given, and what is wrong with it, by field name."""

    giver: Giver
    marks: dict[str, Mark]
    bonus: Mark | None
    behaviour: Mark | None
    words: str
    texts: Mapping[str, str]
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def says_nothing(self) -> bool:
        """Whether not a mark and not a word is in it."""
        return not (self.marks or self.words or self.errors)


def read_marks(
    form: MultiDict[str, str],
    items: Sequence[Item],
    giver: Giver,
    *,
    policy: AssessmentPolicy,
) -> Typed:
    """Everything a giver is asked for; what is left empty is left out."""
    marks: dict[str, Mark] = {}
    errors: dict[str, str] = {}
    texts = {name: one_line(text, LONGEST_NOTE) for name, text in form.items()}

    def number(name: str, shape: re.Pattern[str]) -> int | None:
        typed = _plain(form.get(name, ""))
        if not typed:
            return None
        if not shape.fullmatch(typed):
            errors[name] = _("Enter a number such as 4 or 3.5.")
            return None
        whole, _dot, rest = typed.partition(".")
        return int(whole) * 100 + int(rest.ljust(2, "0") or 0)

    for item in asked_of(giver, items):
        mark = _mark(item, number)
        if mark is not None:
            note = texts.get(f"note-{item.code}", "")
            marks[item.code] = Mark(mark.points, mark.facts, note)
    bonus = behaviour = None
    if giver is Giver.MANAGER:
        given = number(BONUS, DECIMAL)
        if given is not None:
            bonus = Mark(given, note=texts.get(f"note-{BONUS}", ""))
        if policy.behaviour_multiplier:
            factor = number(BEHAVIOUR, DECIMAL)
            if factor is not None:
                behaviour = Mark(factor * 100, note=texts.get(f"note-{BEHAVIOUR}", ""))
    return Typed(
        giver=giver,
        marks=marks,
        bonus=bonus,
        behaviour=behaviour,
        words=free_text(form.get("words", ""), LONGEST_WORDS),
        texts=texts,
        errors=errors,
    )


def _mark(item: Item, number: Callable[[str, re.Pattern[str]], int | None]) -> Mark | None:
    """Points, or what they follow from: a count or a percent, whose points the operation settles."""
    if item.source is Source.COMPLAINTS:
        count = number(f"count-{item.code}", WHOLE)
        return Mark(0, {"count": count // 100}) if count is not None else None
    if item.source is Source.SATISFACTION:
        percent = number(f"percent-{item.code}", DECIMAL)
        return Mark(0, {"percent": percent}) if percent is not None else None
    points = number(f"points-{item.code}", DECIMAL)
    return Mark(points) if points is not None else None


def period_typed(text: str) -> Period:
    """The period asked for; a month for anything unknown."""
    return Period(text) if text in set(Period) else Period.MONTH


def month_typed(text: str) -> date | None:
    """The month of "2026-03"; None for anything else."""
    found = MONTH.fullmatch(text)
    return date(int(found[1]), int(found[2]), 1) if found else None


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).replace(",", "").strip()


class DayForm(OurForm):
    """A day on which the club differs from the country."""

    day = DayField(_l("Day"), [required()])
    is_worked = BooleanField(_l("The club works on this day"))
    name = StringField(_l("What it is called"), [at_most(LONGEST_NAME), plain_line])


class TrainingForm(OurForm):
    """A training plan."""

    aim = StringField(_l("Aim"), [required(), at_most(LONGEST_AIM), plain_line])
    steps = TextAreaField(_l("Steps"), [required(), at_most(LONGEST_STEPS)])
    due_on: DateField = DayField(_l("Until"), [required()])


class OutcomeForm(OurForm):
    """What came of a training plan."""

    outcome = TextAreaField(_l("Outcome"), [required(), at_most(LONGEST_STEPS)])
