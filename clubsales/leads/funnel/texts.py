"""The words of the funnel."""

from clubsales.i18n import Texts
from clubsales.i18n import lazy_gettext as _l

REFUSALS: Texts = {}
REASONS: Texts = {}
PERIODS: Texts = {
    "week": _l("By week"),
    "month": _l("By month"),
    "quarter": _l("By quarter"),
}
STAGES: Texts = {
    "captured": _l("Captured"),
    "reached": _l("Reached"),
    "appointed": _l("Appointment made"),
    "visited": _l("Visited the club"),
    "offered": _l("Offer made"),
    "joined": _l("Joined"),
}
# By which fact a stage is reached (FUN-01).
CRITERIA: Texts = {
    "captured": _l("The guest was captured as a lead."),
    "reached": _l("A call, message or meeting reached the guest."),
    "appointed": _l("An appointment was made."),
    "visited": _l("The guest came to the club."),
    "offered": _l("A sale of a card was opened for the guest."),
    "joined": _l("The first card was paid in full."),
}
