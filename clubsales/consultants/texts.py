"""The sentences of the consultants package: what was refused and the way out."""

from clubsales.i18n import Texts, counted
from clubsales.i18n import lazy_gettext as _l

REFUSALS: Texts = {
    "consultant.code_taken": _l("%(name)s has the staff number %(number)s already. Choose another one."),
    "consultant.already_there": _l(
        "%(name)s is already on this club's floor. Change the existing profile instead."
    ),
    "shift.relief_missing": _l(
        "The post may not stay empty: at least %(needed)s of your colleagues must be on post. "
        "Wait for the relief, or ask the club manager to override."
    ),
    "shift.handover_missing": _l(
        "During business hours a colleague on post has to acknowledge your handover. "
        "Offer it to one; when it is taken over, close the shift."
    ),
    "shift.override": _l("Only the club manager may override this, and only with a reason. Ask the manager."),
    "shift.already_open": _l("The shift of %(name)s is already open. Carry on with it, or close it first."),
    "shift.not_open": _l("This shift is not open. Open a shift first."),
    "shift.checklist": counted(
        "%(count)s item of the checklist is not ticked. Do it, tick it, then try again.",
        "%(count)s items of the checklist are not ticked. Do them, tick them, then try again.",
        by="count",
    ),
}
REASONS: Texts = {}
