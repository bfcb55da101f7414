"""The words of the price list's pages."""

from clubsales.i18n import Texts
from clubsales.i18n import lazy_gettext as _l

REFUSALS: Texts = {}
REASONS: Texts = {}
WEEKDAYS = {
    1: _l("Monday"),
    2: _l("Tuesday"),
    3: _l("Wednesday"),
    4: _l("Thursday"),
    5: _l("Friday"),
    6: _l("Saturday"),
    7: _l("Sunday"),
}
START_RULES: Texts = {
    "payment": _l("when it is paid"),
    "first_use": _l("with the first visit"),
    "chosen": _l("on a day the buyer chooses"),
}
