"""What the pages of targets are asked: which month, whose, which kind, and how to split."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_skeleton
from flask_babel import get_locale

from clubsales.actor import Actor
from clubsales.auth.guard import current_actor
from clubsales.auth.permissions import Permission, may
from clubsales.clock import local_day, month_of, next_month, now
from clubsales.consultants.targets import words
from clubsales.consultants.targets.forms import YEAR, Entry, growth_typed, month_typed, shown
from clubsales.consultants.targets.plans import Basis
from clubsales.consultants.targets.rules import LAST_MONTH, ONE_DAY, GoalKind
from clubsales.consultants.targets.splitting import How
from clubsales.errors import NotFound
from clubsales.i18n import format_month
from clubsales.typed import one_line

ISSUE, PROPOSE, PROPOSE_IN_TEAMS = "issue", "propose", "teams"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How a plan's form was sent."""

    do: str
    how: How
    growth_text: str
    reason: str

    def basis(self, entries: list[Entry]) -> Basis:
        return Basis(
            typed={each.line.slot: each.value for each in entries},
            how=self.how,
            growth=growth_typed(self.growth_text) if self.growth_text.strip() else None,
        )


def asked(form: Mapping[str, str], usual: How) -> Asked:
    """What to do with a form; raises NotFound for what no button says."""
    do = form.get("do") or ISSUE
    if do not in (ISSUE, PROPOSE, PROPOSE_IN_TEAMS):
        raise NotFound
    how = form.get("how", "")
    return Asked(
        do=do,
        how=How(how) if how in {each.value for each in How} else usual,
        growth_text=one_line(form.get("growth"), 10),
        reason=form.get("reason", ""),
    )


def month_asked(actor: Actor, values: Mapping[str, str]) -> date:
    """The month asked for, else the present one; raises NotFound for what is no month."""
    text = values.get("month", "")
    if not text:
        return month_of(local_day(now(), actor.club.zone))
    month = month_typed(text)
    if month is None:
        raise NotFound
    return month


def year_asked(actor: Actor, values: Mapping[str, str]) -> int:
    """The year asked for, else the present one; raises NotFound for what is no year."""
    text = values.get("year", "")
    if not text:
        return local_day(now(), actor.club.zone).year
    if not YEAR.fullmatch(text):
        raise NotFound
    return int(text)


def kind_asked(values: Mapping[str, str]) -> GoalKind:
    """The kind asked for, else sales; raises NotFound for what is none."""
    text = values.get("kind") or GoalKind.SALES.value
    if text not in {each.value for each in GoalKind}:
        raise NotFound
    return GoalKind(text)


def named(kind: GoalKind) -> dict[str, Any]:
    """A kind in an address: nothing for sales, which need not be said."""
    return {} if kind is GoalKind.SALES else {"kind": kind.value}


def month_only(month: date) -> str:
    """March, 3月."""
    return format_skeleton("MMMM", month, locale=get_locale())


def short_day(day: date) -> str:
    """Mar 9, 3月9日."""
    return format_skeleton("MMMd", day, locale=get_locale())


def around(month: date) -> dict[str, object]:
    """A month, its neighbours as far as there are any, and the words of the pages."""
    return {
        "month": month,
        "month_before": month_of(month - ONE_DAY),
        "month_after": next_month(month) if month < LAST_MONTH else None,
        **vocabulary(),
    }


def vocabulary() -> dict[str, object]:
    """What every page of targets says things with."""
    return {
        "month_name": format_month,
        "month_only": month_only,
        "short_day": short_day,
        "kinds": words.KINDS,
        "adding_kinds": [kind for kind in GoalKind if kind.adds_up],
        "GoalKind": GoalKind,
        "may_set": may(current_actor(), Permission.TARGET_SET),
        "meanings": words.MEANINGS,
        "shown": shown,
    }
