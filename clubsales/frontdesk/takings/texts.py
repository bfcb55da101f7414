"""The words of takings: what was refused, and why something was decided."""

from clubsales.i18n import Texts
from clubsales.i18n import lazy_gettext as _l

REFUSALS: Texts = {
    "takings.explanation": _l(
        "What you counted does not agree with what is booked. Count once more, or write down why."
    ),
}
REASONS: Texts = {}
