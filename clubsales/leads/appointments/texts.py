"""The words of appointments: what was refused, and why something was decided."""

from clubsales.i18n import Texts
from clubsales.i18n import lazy_gettext as _l

REFUSALS: Texts = {
    "appointment.past": _l("This time has passed. Choose a later one."),
    "appointment.too_far": _l("This is too far ahead. Choose a day up to %(latest)s."),
    "appointment.double": _l(
        "The guest has an appointment with the same consultant on that day already. Change that one or cancel it."
    ),
    "appointment.ended": _l("This appointment is over or cancelled. Make a new one."),
    "appointment.not_own": _l(
        "This is another consultant's appointment. The consultant, the front desk or a supervisor can change it."
    ),
    "appointment.reported_to": _l("Report it to a supervisor or the club manager."),
    "appointment.reason": _l("Say in a few words why the guest does not come."),
    "appointment.text_too_long": _l("This text is too long. Use at most %(longest)s characters."),
    "appointment.not_kept": _l(
        "This guest has not come yet, so there is no outcome to write down. The front desk enters guests as they arrive."
    ),
    "appointment.not_missed": _l(
        "Nobody has missed this appointment. A reason is noted once its time is over."
    ),
    "appointment.sells_nothing": _l("Choose somebody who sells and receives guests."),
}
REASONS: Texts = {}
OUTCOMES: Texts = {
    "bought": _l("Bought"),
    "be_back": _l("Comes again"),
    "lost": _l("Not interested"),
}
MISSED: Texts = {
    "no_answer": _l("Does not answer"),
    "forgot": _l("Forgot"),
    "ill": _l("Is ill"),
    "changed_mind": _l("Changed their mind"),
    "other": _l("Another reason"),
}
