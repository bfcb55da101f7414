"""The words of the fairness report."""

from clubsales.i18n import Texts
from clubsales.i18n import lazy_gettext as _l

REFUSALS: Texts = {}
REASONS: Texts = {}
PERIODS: Texts = {
    "day": _l("By day"),
    "week": _l("By week"),
    "month": _l("By month"),
}
GUESTS: Texts = {
    "rotation": _l("By turn"),
    "designated": _l("Came for the consultant"),
    "proxy": _l("Standing in"),
    "off_duty": _l("Allowed by the manager"),
    "manual": _l("By hand"),
    "companion": _l("Came with a guest"),
}
SKIPS: Texts = {
    "busy": _l("With a guest"),
    "meal": _l("At a meal"),
    "meeting": _l("In a meeting"),
    "away": _l("Away"),
    "overdue": _l("Follow-ups overdue"),
    "no_answer": _l("Did not answer"),
}
EXCEPTIONS: Texts = {
    "manual": _l("By hand"),
    "off_duty": _l("Off duty, allowed"),
    "proxy": _l("Standing in"),
    "returned": _l("Turn given back"),
    "not_taken": _l("Offer not taken"),
    "contested": _l("Contested"),
}
