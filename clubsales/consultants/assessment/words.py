"""What the pages of assessment call things."""

from datetime import date
from typing import Any

from babel.dates import format_skeleton
from flask_babel import get_locale

from clubsales.consultants.assessment import texts
from clubsales.consultants.assessment.explaining import hundredths
from clubsales.consultants.assessment.pages import TONES, score_text
from clubsales.consultants.assessment.periods import Period
from clubsales.consultants.assessment.rules import Band, label_of, shown
from clubsales.i18n import gettext as _
from clubsales.i18n import language_tag


def period_name(period: Period, start: date) -> str:
    """A period as people call it: "March 2026", "Q1 2026", "2026"."""
    skeletons = {Period.MONTH: "yMMMM", Period.QUARTER: "yQQQ", Period.YEAR: "y"}
    return format_skeleton(skeletons[period], start, locale=get_locale())


def advice_text(band: Band) -> str:
    """What a band advises about the grade (AMB-39, AMB-42)."""
    if band.grade_advice is None:
        return str(texts.ADVICE["review"])
    known = texts.ADVICE.get(str(band.grade_advice))
    return str(known) if known else _("Grade: %(advice)s", advice=f"{band.grade_advice:+}")


def words() -> dict[str, Any]:
    """Names and functions that the templates take."""
    return {
        "periods": texts.PERIODS,
        "parts": texts.PARTS,
        "statuses": texts.STATUSES,
        "waiting_for": texts.WAITING_FOR,
        "step_names": texts.STEPS,
        "givers": texts.GIVERS,
        "sources": texts.SOURCES,
        "grades": texts.GRADES,
        "labels": texts.LABELS,
        "tones": TONES,
        "period_name": period_name,
        "advice_text": advice_text,
        "label_of": label_of,
        "shown": shown,
        "score_text": score_text,
        "hundredths": hundredths,
        "language": language_tag(),
    }
