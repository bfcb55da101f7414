"""The words of follow-ups: what was refused, and how people call a contact."""

from clubsales.i18n import Texts
from clubsales.i18n import lazy_gettext as _l

REFUSALS: Texts = {
    "follow_up.in_future": _l("This contact has not happened yet. Write it down afterwards."),
    "follow_up.past": _l("%(day)s has passed. Choose today or a later day for the next step."),
    "follow_up.too_long": _l("This text is too long. Use at most %(longest)s characters."),
    "follow_up.not_his": _l(
        "This next step is %(consultant)s's. Only %(consultant)s, a supervisor or the club manager can tick it off."
    ),
    "follow_up.do_not_call": _l(
        "This guest asked not to be called or written to. Plan a meeting or a visit, or lift this on the guest's page."
    ),
    "follow_up.not_author": _l(
        "%(author)s wrote this down, and only %(author)s can correct it. Write down a contact of your own."
    ),
    "follow_up.too_late": _l(
        "This was written down on %(day)s and can be corrected on that day only. Write down a new contact and say what was wrong."
    ),
    "follow_up.corrected": _l("This contact has been corrected already. Correct the new one instead."),
}
REASONS: Texts = {}
CONTACTS: Texts = {
    "call-answered": _l("Called, answered"),
    "call-no_answer": _l("Called, no answer"),
    "call-switched_off": _l("Called, phone off"),
    "call-wrong_number": _l("Called, wrong number"),
    "message-replied": _l("Message answered"),
    "message-no_answer": _l("Message sent, no answer yet"),
    "meeting-met": _l("Met in person"),
}
CHANNELS: Texts = {
    "call": _l("Call"),
    "message": _l("Message"),
    "meeting": _l("Meeting"),
}
OUTCOMES: Texts = {
    "answered": _l("Answered"),
    "replied": _l("Replied"),
    "met": _l("Met"),
    "no_answer": _l("No answer"),
    "switched_off": _l("Phone off"),
    "wrong_number": _l("Wrong number"),
}
MISSING: Texts = {
    "name": _l("name"),
    "phone": _l("phone"),
    "birthday": _l("birthday"),
}
