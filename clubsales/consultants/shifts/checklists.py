"""The starter checklists of going on post and leaving it (SHF-03 to SHF-06, SHF-10, SHF-13, AMB-22)."""

from dataclasses import dataclass

from flask_babel.speaklater import LazyString

from clubsales.consultants.shifts.rules import CLOSING_ITEMS, OPENING_ITEMS
from clubsales.i18n import lazy_gettext as _l


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """One line to tick."""

    code: str
    text: LazyString


_TEXTS = {
    "uniform": _l("My uniform is clean and complete"),
    "badge": _l("My name badge is on"),
    "tidy": _l("The desk and the reception area are tidy"),
    "plan": _l("I have read today's plan and the handover of the last shift"),
    "follow_ups": _l("I have looked at the follow-ups due today"),
    "tour_ready": _l("Prospectus, price list and tablet are ready for a guest"),
    "guests_out": _l("Every guest of mine has been seen out"),
    "takings": _l("My sales and takings of today are entered and agree"),
    "area_tidy": _l("The desk and the reception area are tidy for the next shift"),
    "handover": _l("The handover note says what the next shift must know"),
}
OPENING = tuple(ChecklistItem(code, _TEXTS[code]) for code in OPENING_ITEMS)
CLOSING = tuple(ChecklistItem(code, _TEXTS[code]) for code in CLOSING_ITEMS)
